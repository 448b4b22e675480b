"""Publishes with confirms; what no queue takes comes back as an exception. Usage: confirms.py [URL [NAME]]"""

import sys

import pika
from pika.exceptions import UnroutableError

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"

connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()
channel.queue_declare(name, exclusive=True)
channel.confirm_delivery()

for i in range(100):
    # Returns when the broker has confirmed; raises NackError if it refused.
    channel.basic_publish("", name, f"message {i}", mandatory=True)
print("confirmed:", channel.queue_declare(name, passive=True).method.message_count)

try:
    channel.basic_publish("", name + ".nowhere", "lost", mandatory=True)
except UnroutableError as error:
    for returned in error.messages:
        print("returned:", returned.method.reply_code, returned.method.reply_text, returned.method.routing_key)

print("purged:", channel.queue_purge(name).method.message_count)
connection.close()
