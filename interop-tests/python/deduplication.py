"""Publishes each order twice, as a publisher does that did not hear of the first. Usage: deduplication.py [URL [NAME]]"""

import sys

import pika
from pika.exceptions import ChannelClosedByBroker

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"

connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()
channel.confirm_delivery()


def publish(exchange, key, headers):
    properties = pika.BasicProperties(delivery_mode=2, headers=headers)
    # Returns when the broker has confirmed, and raises if it returned the message.
    channel.basic_publish(exchange, key, str(headers), properties=properties, mandatory=True)


# The plugin's way: a type of exchange, and numbers as strings.
channel.exchange_declare(name, exchange_type="x-message-deduplication", durable=True, arguments={"x-cache-size": "5"})
channel.queue_declare(name)
channel.queue_bind(name, name)
for order in [1, 2, 1, 2, 3]:
    publish(name, "", {"x-deduplication-header": f"order {order}"})
print("by the exchange's type:", channel.queue_declare(name, passive=True).method.message_count)
channel.queue_delete(name)
channel.exchange_delete(name)

# LavinMQ's way: an argument of any exchange or queue, and a header of any name.
arguments = {"x-message-deduplication": True, "x-deduplication-header": "order", "x-cache-size": 10}
channel.queue_declare(name, durable=True, arguments=arguments)
for order in [1, 2, 1, 2, 3]:
    publish("", name, {"order": order})
while channel.basic_get(name, auto_ack=True)[0]:
    pass
publish("", name, {"order": 3})
publish("", name, {"order": 4})
print("by the queue's argument:", channel.queue_declare(name, passive=True).method.message_count)
channel.queue_delete(name)

try:
    channel.queue_declare(name, arguments={"x-message-deduplication": True, "x-cache-size": 0})
except ChannelClosedByBroker as error:
    print(error.reply_code, error.reply_text)
connection.close()
