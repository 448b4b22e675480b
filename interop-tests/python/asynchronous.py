"""Publishes and consumes with pika's asynchronous connection, its heartbeats and no-wait methods. Usage: asynchronous.py [URL [NAME]]"""

import sys

import pika

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"
TOTAL = 5000


class Relay:
    """Publishes with confirms on one channel and consumes on another until all came."""

    def __init__(self, parameters):
        self.received = 0
        self.confirmed = 0
        self.connection = pika.SelectConnection(parameters, on_open_callback=self.opened)

    def run(self):
        self.connection.ioloop.start()

    def opened(self, connection):
        connection.channel(on_open_callback=self.declare)

    def declare(self, channel):
        channel.queue_declare(name, exclusive=True, callback=lambda _: self.consume(channel))

    def consume(self, channel):
        channel.basic_qos(prefetch_count=100, callback=lambda _: channel.basic_consume(name, self.take))
        self.connection.channel(on_open_callback=self.publish)

    def publish(self, channel):
        channel.confirm_delivery(self.confirm)
        for number in range(TOTAL):
            channel.basic_publish("", name, str(number))

    def confirm(self, frame):
        # An ack with `multiple` stands for all up to its tag.
        self.confirmed = max(self.confirmed, frame.method.delivery_tag)
        self.finish()

    def take(self, channel, method, properties, body):
        if int(body) != self.received:
            print(f"out of order: {body!r} (expected: {self.received})")
        self.received += 1
        channel.basic_ack(method.delivery_tag)
        self.finish()

    def finish(self):
        if self.received == TOTAL and self.confirmed == TOTAL:
            print(f"{self.confirmed} confirmed, {self.received} received in order")
            self.connection.add_on_close_callback(lambda connection, reason: connection.ioloop.stop())
            self.connection.close()


Relay(pika.URLParameters(url)).run()
