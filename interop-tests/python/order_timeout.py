"""Cancels orders after their time unless they are paid, with an x-delayed-message exchange. Usage: order_timeout.py [URL [NAME]]"""

import sys
import time

import pika

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"

connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()
channel.confirm_delivery()
channel.exchange_declare(name, "x-delayed-message", durable=True, arguments={"x-delayed-type": "direct"})
channel.queue_declare(name, exclusive=True)
channel.queue_bind(name, name, "timeout")


def publish(message_id, headers, body=""):
    properties = pika.BasicProperties(message_id=message_id, delivery_mode=2, headers=headers)
    channel.basic_publish(name, "timeout", body, properties)


began = time.monotonic()
publish("order-1", {"x-delay": 2000}, "cancel order 1")
publish("order-2", {"x-delay": 2000}, "cancel order 2")
# Order 1 is paid. Once this is confirmed its timeout does not come any more.
publish("order-1", {"x-cancel": True})

for method, properties, body in channel.consume(name, inactivity_timeout=5):
    if method is None:
        break
    waited = time.monotonic() - began
    # The two clocks need not agree to the millisecond.
    assert waited > 1.95, f"{body} after {waited} s (expected: 2)"
    print(properties.message_id, properties.headers["x-delay"], body.decode())
    channel.basic_ack(method.delivery_tag)
    break
channel.cancel()
print("left:", channel.queue_declare(name, passive=True).method.message_count)
channel.exchange_delete(name)
connection.close()
