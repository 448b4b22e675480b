"""Takes payments, and tells of each if and only if it is taken, with an x-transactional exchange. What an instance of the service leaves open as
it is killed, another one answers by the database. Usage: transactions.py [URL [NAME]]"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import pika

LONGEST_SECONDS = 40

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
    channel.basic_publish(name, "paid", f"{order} is paid, part {number}", properties)


def decide(channel, order, state):
    decision = "commit" if state == "paid" else "rollback"
    channel.basic_publish(name, "", b"", pika.BasicProperties(headers={"x-tx-id": order, "x-tx-state": decision}))


def take_payments(file):
    """The instance that is killed: it decides some orders, and others not."""
    payments = Payments(file)
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    channel.confirm_delivery()

    prepare(channel, "paid")
    decide(channel, "paid", payments.become("paid", "paid"))

    prepare(channel, "declined")
    decide(channel, "declined", payments.become("declined", "cancelled"))

    # As it did not hear the confirm.
    prepare(channel, "repeated")
    prepare(channel, "repeated")
    decide(channel, "repeated", payments.become("repeated", "paid"))

    for number in 1, 2, 3:
        prepare(channel, "paid and left open", number, **{"x-tx-timeout": 100})
    payments.become("paid and left open", "paid")

    prepare(channel, "left open", **{"x-tx-timeout": 100})
    os.kill(os.getpid(), signal.SIGKILL)


def main(file):
    payments = Payments(file)
    asked = []
    told = []
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    # What is decided by then is never asked about.
    arguments = {"x-transactional-type": "direct", "x-tx-check": checks, "x-tx-timeout": 60000}
    channel.exchange_declare(name, "x-transactional", durable=True, arguments=arguments)
    channel.queue_declare(name, exclusive=True)
    channel.queue_declare(checks, exclusive=True)
    channel.queue_bind(name, name, "paid")

    killed = subprocess.run([sys.executable, __file__, url, name, file]).returncode
    print("the first instance ended by signal", -killed)

    def check(channel, method, properties, body):
        order = properties.headers["x-tx-id"]
        asked.append(order)
        # It must not be paid any more after the answer that it is not.
        decide(channel, order, payments.become(order, "cancelled"))
        channel.basic_ack(method.delivery_tag)

    def paid(channel, method, properties, body):
        told.append(body.decode())
        channel.basic_ack(method.delivery_tag)

    channel.basic_consume(checks, check)
    channel.basic_consume(name, paid)
    end = time.monotonic() + LONGEST_SECONDS
    while (len(asked) < 2 or len(told) < 5) and time.monotonic() < end:
        connection.process_data_events(time_limit=1)
    # One more, after all that could come twice.
    prepare(channel, "last")
    decide(channel, "last", "paid")
    while "last is paid, part 1" not in told and time.monotonic() < end:
        connection.process_data_events(time_limit=1)

    print("asked about:", ", ".join(sorted(asked)))
    for each in sorted(told):
        print(each)
    assert [each for each in told if each.startswith("paid and left")] == [
        f"paid and left open is paid, part {number}" for number in (1, 2, 3)
    ]
    channel.exchange_delete(name)
    connection.close()


if len(sys.argv) > 3:
    take_payments(sys.argv[3])
else:
    with tempfile.TemporaryDirectory() as folder:
        main(os.path.join(folder, "payments.db"))
