"""Publishes orders and does not care what became of them: whenever it loses the broker it connects again and begins some way back, also with orders
that were confirmed to it. Told to end (SIGTERM) it publishes all of them once more. Then "consume" tells what came of it.
Usage: blind_retry.py publish|consume [URL [NAME [SEED]]]"""

import random
import signal
import sys
import time
from collections import namedtuple

import pika
from pika.spec import Basic

ORDERS = 600
BATCH = 50
LONGEST_SECONDS = 60
END = b"end"

what = sys.argv[1]
url = sys.argv[2] if len(sys.argv) > 2 else "amqp://localhost"
name = sys.argv[3] if len(sys.argv) > 3 else "example"
chance = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 0)

Route = namedtuple("Route", "queue exchange key header")

ROUTES = [
    # The plugin's: a type of exchange, and an argument of queues.
    Route(f"{name}.type", f"{name}.type", "", "x-deduplication-header"),
    Route(f"{name}.queue", "", f"{name}.queue", "x-deduplication-header"),
    # LavinMQ's: an argument of any exchange or queue, and a header of any name.
    Route(f"{name}.lavinmq-exchange", f"{name}.lavinmq-exchange", "placed", "order"),
    Route(f"{name}.lavinmq-queue", "", f"{name}.lavinmq-queue", "order"),
]


def declare(channel):
    """Without waiting for the answers, as nothing may wait on an asynchronous channel. What is refused closes it."""
    by_type, queue, exchange_argument, queue_argument = ROUTES
    lavinmq = {"x-message-deduplication": True, "x-deduplication-header": "order", "x-cache-size": 2 * ORDERS}
    channel.exchange_declare(
        by_type.exchange, "x-message-deduplication", durable=True, arguments={"x-cache-size": str(2 * ORDERS)}
    )
    channel.queue_declare(by_type.queue, durable=True)
    channel.queue_bind(by_type.queue, by_type.exchange)
    channel.queue_declare(queue.queue, durable=True, arguments={"x-message-deduplication": True})
    channel.exchange_declare(exchange_argument.exchange, "direct", durable=True, arguments=lavinmq)
    channel.queue_declare(exchange_argument.queue, durable=True)
    channel.queue_bind(exchange_argument.queue, exchange_argument.exchange, exchange_argument.key)
    channel.queue_declare(queue_argument.queue, durable=True, arguments=lavinmq)


class Publisher:
    """Goes through all orders again and again, a batch at a time. Each batch is whole when every message of it is confirmed."""

    def __init__(self):
        # Before this one all orders were confirmed once.
        self.known = 0
        self.told_to_end = False
        self.done = False
        self.heard = time.monotonic()

    def end(self, signum, frame):
        self.told_to_end = True

    def run(self):
        signal.signal(signal.SIGTERM, self.end)
        parameters = pika.URLParameters(url)
        parameters.connection_attempts = 10 * LONGEST_SECONDS
        parameters.retry_delay = 0.1
        while not self.done:
            if time.monotonic() - self.heard > LONGEST_SECONDS:
                sys.exit(f"nothing was confirmed for {LONGEST_SECONDS} s")
            self.begin_at(chance.randrange(self.known + 1))
            self.connection = pika.SelectConnection(parameters, self.opened, self.lost, self.lost)
            self.connection.ioloop.start()

    def begin_at(self, order):
        self.next = order
        # Whether this time they are all published after it was told to end.
        self.last_time = self.told_to_end and order == 0

    def opened(self, connection):
        self.tag = 0
        self.waiting = set()
        connection.channel(on_open_callback=self.begin)

    def lost(self, connection, reason):
        if not self.done:
            print("lost:", repr(reason), flush=True)
        connection.ioloop.stop()

    def begin(self, channel):
        self.channel = channel
        channel.add_on_close_callback(self.channel_closed)
        channel.confirm_delivery(self.confirm)
        declare(channel)
        self.publish()

    def channel_closed(self, channel, reason):
        # It closes by itself where something was refused, and then it would never be opened again.
        if self.connection.is_open:
            print("refused:", repr(reason), flush=True)
            self.connection.close()

    def publish(self):
        first, self.next = self.next, min(self.next + BATCH, ORDERS)
        for order in range(first, self.next):
            for route in ROUTES:
                properties = pika.BasicProperties(delivery_mode=2, headers={route.header: order})
                self.tag += 1
                self.waiting.add(self.tag)
                self.channel.basic_publish(route.exchange, route.key, str(order), properties)

    def confirm(self, frame):
        if isinstance(frame.method, Basic.Nack):
            # It is all the same what was refused, and why.
            self.connection.close()
            return
        tag = frame.method.delivery_tag
        if frame.method.multiple:
            self.waiting = {each for each in self.waiting if each > tag}
        else:
            self.waiting.discard(tag)
        if not self.waiting:
            self.batch_confirmed()

    def batch_confirmed(self):
        self.heard = time.monotonic()
        self.known = max(self.known, self.next)
        print("confirmed up to", self.next, flush=True)
        if self.next == ORDERS:
            self.done = self.last_time
            self.begin_at(0)
        if self.done:
            self.connection.close()
        else:
            self.publish()


def consume():
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=100)
    for route in ROUTES:
        # Behind all that is in the queue; without a key, and so no duplicate.
        channel.basic_publish("", route.queue, END)
        orders = []
        for method, properties, body in channel.consume(route.queue):
            channel.basic_ack(method.delivery_tag)
            if body == END:
                break
            orders.append(int(body))
        channel.cancel()
        print(f"{route.queue}: {len(orders)} messages of {len(set(orders))} orders, {ORDERS - len(set(orders))} missing")
    connection.close()


if what == "publish":
    Publisher().run()
else:
    consume()
