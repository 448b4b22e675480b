"""Orders of many users over 8 consumers of one queue with message groups: some consumers are slow, some close their connections, more come
and are killed, some orders fail at first. Usage: message_groups.py [URL [NAME]]"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import deque

import pika

# More than the consumers can have orders of at once, so that there are some for one more, which is killed.
USERS = 40
ORDERS = 600
CONSUMERS = 8
PREFETCH = 4
SLOW = 2
KILLS = 4
KILL_EACH = 100
LONGEST_SECONDS = 50

url = sys.argv[1] if len(sys.argv) > 1 else "amqp://localhost"
name = sys.argv[2] if len(sys.argv) > 2 else "example"
seed = random.randrange(2**31)
chance = random.Random(seed)
# For each user the number of the order that is next.
expected = [0] * USERS
# For each user the consumer that has orders of theirs, and how many.
holders = [(None, 0)] * USERS


class Worker:
    """A consumer on a connection of its own. It gives an order back that fails, and those of the same user that it has behind it."""

    def __init__(self, slow):
        self.slow = slow
        self.pending = deque()
        self.unsettled = {}
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()
        self.channel.basic_qos(prefetch_count=PREFETCH)
        self.channel.basic_consume(name, self.received)

    def received(self, channel, method, properties, body):
        user, number = properties.headers["user"], int(body)
        holder, count = holders[user]
        assert count == 0 or holder is self, f"seed {seed}: user {user} has two consumers"
        assert number <= expected[user] or count or user in self.returned, f"seed {seed}: order {number} of user {user} comes too early"
        holders[user] = (self, count + 1)
        self.unsettled[method.delivery_tag] = user
        self.pending.append((method.delivery_tag, user, number))

    # Users of whose orders one was given back here, so that the next ones may have been under way.
    returned = frozenset()

    def release(self, tag):
        user = self.unsettled.pop(tag)
        holders[user] = (self, holders[user][1] - 1)
        return user

    def work(self):
        self.connection.process_data_events(time_limit=0)
        if self.slow and len(self.pending) < PREFETCH and chance.random() < 0.9:
            return
        while self.pending:
            tag, user, number = self.pending.popleft()
            self.release(tag)
            if number != expected[user] or chance.random() < 0.1:
                self.returned = self.returned | {user}
                self.channel.basic_nack(tag, requeue=True)
            else:
                self.channel.basic_ack(tag)
                expected[user] += 1
                self.returned = self.returned - {user}

    def die(self):
        for tag in list(self.unsettled):
            self.release(tag)
        self.connection.close()


def consume_until_killed():
    """Settles nothing."""
    channel = pika.BlockingConnection(pika.URLParameters(url)).channel()
    channel.basic_qos(prefetch_count=PREFETCH)
    for method, properties, body in channel.consume(name, inactivity_timeout=20):
        assert method, "no order came"
        os.kill(os.getpid(), signal.SIGKILL)


def kill_one_more():
    code = subprocess.run([sys.executable, __file__, url, name, "consume"]).returncode
    assert code == -signal.SIGKILL, f"seed {seed}: ended with {code}"


def main():
    publisher = pika.BlockingConnection(pika.URLParameters(url))
    channel = publisher.channel()
    channel.queue_declare(name, arguments={"x-group-by": "user"})
    numbers = [0] * USERS
    for _ in range(ORDERS):
        user = chance.randrange(USERS)
        channel.basic_publish("", name, str(numbers[user]), pika.BasicProperties(headers={"user": user}))
        numbers[user] += 1
    workers = [Worker(at < SLOW) for at in range(CONSUMERS)]
    killed = 0
    end = time.monotonic() + LONGEST_SECONDS
    while sum(expected) < ORDERS and time.monotonic() < end:
        for at, worker in enumerate(workers):
            worker.work()
            if chance.random() < 0.01:
                worker.die()
                workers[at] = Worker(worker.slow)
        if killed < KILLS and sum(expected) >= (killed + 1) * KILL_EACH:
            kill_one_more()
            killed += 1
    assert expected == numbers, f"seed {seed}: {expected} of {numbers}"
    print(f"{sum(expected)} orders of {USERS} users, each user's in order")
    print(f"{killed} consumers were killed with orders")
    for worker in workers:
        worker.connection.close()
    print("left:", channel.queue_declare(name, passive=True).method.message_count)
    channel.queue_delete(name)
    publisher.close()


if len(sys.argv) > 3:
    consume_until_killed()
else:
    main()
