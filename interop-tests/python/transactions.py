"""Takes payments, and tells of each if and only if it is taken, with an x-transactional exchange. Instances of the service are killed at each step;
what they leave open another one answers by the database. Usage: transactions.py [URL [NAME]]"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import pika

LONGEST_SECONDS = 40
PARTS = 3

# An order for each step, after which the instance that takes it is killed: what it knows of, though not always the broker.
SENT = "first part sent"
PREPARED = "prepared"
PAID = "paid"
DECISION_SENT = "decision sent"
DECIDED = "decided"
STEPS = [SENT, PREPARED, PAID, DECISION_SENT, DECIDED]

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
    channel.basic_publish(name, "paid", f"{order}/{number}", properties)


def decide(channel, order, state):
    decision = "commit" if state == "paid" else "rollback"
    channel.basic_publish(name, "", b"", pika.BasicProperties(headers={"x-tx-id": order, "x-tx-state": decision}))


def take_payment(file, killed_at):
    """An instance that is killed: it takes the one order that has its step's name."""

    def reached(step):
        if step == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    order = killed_at
    # Of what it may leave open another one is asked soon.
    headers = {} if order == DECIDED else {"x-tx-timeout": 100}
    payments = Payments(file)
    connection = pika.BlockingConnection(pika.URLParameters(url))
    unconfirmed = connection.channel()
    channel = connection.channel()
    channel.confirm_delivery()

    prepare(unconfirmed, order, 1, **headers)
    reached(SENT)
    # Once more, since no confirm was asked for.
    for number in range(1, PARTS + 1):
        prepare(channel, order, number, **headers)
    reached(PREPARED)
    state = payments.become(order, "paid")
    reached(PAID)
    decide(unconfirmed, order, state)
    reached(DECISION_SENT)
    decide(channel, order, state)
    reached(DECIDED)


def kill_at_each_step(file):
    for step in STEPS:
        code = subprocess.run([sys.executable, __file__, url, name, file, step]).returncode
        assert code == -signal.SIGKILL, f"{step}: ended with {code}"


def main(file):
    payments = Payments(file)
    asked = set()
    told = {}
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    # What is decided by then is never asked about.
    arguments = {"x-transactional-type": "direct", "x-tx-check": checks, "x-tx-timeout": 60000}
    channel.exchange_declare(name, "x-transactional", durable=True, arguments=arguments)
    channel.queue_declare(name, exclusive=True)
    channel.queue_declare(checks, exclusive=True)
    channel.queue_bind(name, name, "paid")

    kill_at_each_step(file)
    prepare(channel, "declined")
    decide(channel, "declined", payments.become("declined", "cancelled"))

    def check(channel, method, properties, body):
        order = properties.headers["x-tx-id"]
        asked.add(order)
        # It must not be paid any more after the answer that it is not.
        decide(channel, order, payments.become(order, "cancelled"))
        channel.basic_ack(method.delivery_tag)

    def paid(channel, method, properties, body):
        order, number = body.decode().split("/")
        told.setdefault(order, []).append(int(number))
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(checks, check)
    channel.basic_consume(name, paid)
    end = time.monotonic() + LONGEST_SECONDS
    while (not asked >= {PREPARED, PAID} or len(told) < 3) and time.monotonic() < end:
        connection.process_data_events(time_limit=1)
    # One more, after all that could come twice.
    prepare(channel, "last")
    decide(channel, "last", "paid")
    while "last" not in told and time.monotonic() < end:
        connection.process_data_events(time_limit=1)

    print("killed after:", ", ".join(STEPS))
    # Nobody knows whether what was only sent came in time.
    print("asked about:", ", ".join(sorted(asked - {SENT, DECISION_SENT})))
    for order, parts in sorted(told.items()):
        print(f"{order}:", *parts)
    channel.exchange_delete(name)
    connection.close()


if len(sys.argv) > 4:
    take_payment(sys.argv[3], sys.argv[4])
else:
    with tempfile.TemporaryDirectory() as folder:
        main(os.path.join(folder, "payments.db"))
