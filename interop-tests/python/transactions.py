"""Takes payments, and tells of each if and only if it is taken, with an x-transactional exchange. One instance of the service after another
is killed, each at another step; what they leave open another one answers by the database. Usage: transactions.py [URL [NAME]]"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import pika

LONGEST_SECONDS = 30

# What an instance does with an order, one step after the other.
STEPS = ("half sent", "half confirmed", "two of three confirmed", "locally done", "decision sent", "decision confirmed")

# The outcome of those steps after which nobody knows whether the broker got it is the same, but who is asked may be another.
UNCERTAIN = {"half sent", "decision sent"}

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"
checks = name + ".checks"


class Payments:
    """The service's database."""

    def __init__(self, file):
        self.database = sqlite3.connect(file)
        self.database.execute("CREATE TABLE IF NOT EXISTS payment (id TEXT PRIMARY KEY, state TEXT)")

    def become(self, order, state):
        """Pays or cancels, whichever is said first; returns which it is."""
        with self.database:
            self.database.execute("INSERT OR IGNORE INTO payment VALUES (?, ?)", (order, state))
        return self.database.execute("SELECT state FROM payment WHERE id = ?", (order,)).fetchone()[0]


def prepare(channel, order, number=1, **headers):
    properties = pika.BasicProperties(
        message_id=f"{order}/{number}", delivery_mode=2, headers={"x-tx-id": order, **headers}
    )
    channel.basic_publish(name, "paid", f"{order}, part {number}", properties)


def decide(channel, order, state):
    decision = "commit" if state == "paid" else "rollback"
    channel.basic_publish(name, "", b"", pika.BasicProperties(headers={"x-tx-id": order, "x-tx-state": decision}))


def die():
    os.kill(os.getpid(), signal.SIGKILL)


class Instance:
    """One of the service, which is killed once it has done a step with an order of that step's name."""

    def __init__(self, file, last):
        self.payments = Payments(file)
        self.last = last
        connection = pika.BlockingConnection(pika.URLParameters(url))
        # A publish on this one returns when it is in the socket, on the other when it is confirmed.
        self.unconfirmed = connection.channel()
        self.confirmed = connection.channel()
        self.confirmed.confirm_delivery()

    def channel(self, step):
        return self.unconfirmed if self.last == step else self.confirmed

    def done(self, step):
        if self.last == step:
            die()

    def take(self):
        order = self.last
        # What was decided for certain is never asked about.
        timeout = {} if order == "decision confirmed" else {"x-tx-timeout": 100}
        prepare(self.channel("half sent"), order, 1, **timeout)
        self.done("half sent")
        self.done("half confirmed")
        prepare(self.confirmed, order, 2)
        self.done("two of three confirmed")
        # Once more, as it did not hear the confirm.
        prepare(self.confirmed, order, 2)
        prepare(self.confirmed, order, 3)
        state = self.payments.become(order, "paid")
        self.done("locally done")
        decide(self.channel("decision sent"), order, state)
        self.done("decision sent")
        die()


def main(file):
    payments = Payments(file)
    asked = set()
    told = []
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    arguments = {"x-transactional-type": "direct", "x-tx-check": checks, "x-tx-timeout": 600000}
    channel.exchange_declare(name, "x-transactional", durable=True, arguments=arguments)
    channel.queue_declare(name, exclusive=True)
    channel.queue_declare(checks, exclusive=True)
    channel.queue_bind(name, name, "paid")

    for step in STEPS:
        killed = subprocess.run([sys.executable, __file__, url, name, file, step], timeout=LONGEST_SECONDS).returncode
        print(f"{step}: ended by signal {-killed}")
    prepare(channel, "declined")
    decide(channel, "declined", payments.become("declined", "cancelled"))

    def check(channel, method, properties, body):
        order = properties.headers["x-tx-id"]
        asked.add(order)
        # It must not be paid any more after the answer that it is not.
        decide(channel, order, payments.become(order, "cancelled"))
        channel.basic_ack(method.delivery_tag)

    def paid(channel, method, properties, body):
        told.append(body.decode())
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(checks, check)
    channel.basic_consume(name, paid)
    end = time.monotonic() + LONGEST_SECONDS
    while (len(asked - UNCERTAIN) < 3 or len(told) < 9) and time.monotonic() < end:
        connection.process_data_events(time_limit=1)
    # One more, after all that could come twice.
    prepare(channel, "last")
    decide(channel, "last", "paid")
    while "last, part 1" not in told and time.monotonic() < end:
        connection.process_data_events(time_limit=1)

    print("asked about:", ", ".join(sorted(asked - UNCERTAIN)))
    parts = {}
    for each in told:
        order, part = each.split(", part ")
        parts.setdefault(order, []).append(part)
    for order in sorted(parts):
        print(f"told: {order}, {' '.join(parts[order])}")
    channel.exchange_delete(name)
    connection.close()


if len(sys.argv) > 3:
    Instance(sys.argv[3], sys.argv[4]).take()
else:
    with tempfile.TemporaryDirectory() as folder:
        main(os.path.join(folder, "payments.db"))
