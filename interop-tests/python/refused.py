"""Asks for what the broker refuses: a channel is lost each time, the connection stays. Usage: refused.py [URL [NAME]]"""

import sys

import pika
from pika.exceptions import ChannelClosedByBroker, ProbableAuthenticationError

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"

connection = pika.BlockingConnection(pika.URLParameters(url))
owner = connection.channel()
owner.queue_declare(name, exclusive=True)


def attempt(what):
    try:
        what(connection.channel())
        print("accepted")
    except ChannelClosedByBroker as closed:
        print(closed.reply_code, closed.reply_text)


attempt(lambda channel: channel.queue_declare(name + ".missing", passive=True))
attempt(lambda channel: channel.queue_declare(name, exclusive=True, auto_delete=True))
attempt(lambda channel: channel.exchange_delete("amq.topic"))
attempt(lambda channel: channel.basic_get(name + ".missing"))
print(owner.queue_declare(name, passive=True).method)
connection.close()

try:
    pika.BlockingConnection(pika.URLParameters(url.replace("guest:guest", "guest:wrong")))
except ProbableAuthenticationError as refused:
    print(refused)
