"""Orders of many users over 8 consumers of one queue with message groups: some consumers are slow, some are cut off in the middle, some
orders fail at first. Usage: message_groups.py [URL [NAME]]"""

import random
import socket
import struct
import sys
import time
from collections import deque

import pika

USERS = 20
ORDERS = 600
CONSUMERS = 8
PREFETCH = 4
SLOW = 2
# So often one of the consumers is cut off.
ROUNDS_OF_A_LIFE = 5
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
            if number < expected[user]:
                # It was done by one that was cut off, and so was its acknowledgement.
                self.channel.basic_ack(tag)
            elif number != expected[user] or chance.random() < 0.1:
                self.returned = self.returned | {user}
                self.channel.basic_nack(tag, requeue=True)
            else:
                self.channel.basic_ack(tag)
                expected[user] += 1
                self.returned = self.returned - {user}

    def die(self):
        """As a process that is killed: no method closes anything, and what is under way is lost."""
        for tag in list(self.unsettled):
            self.release(tag)
        # pika has no way to do it.
        cut = self.connection._impl._transport._sock
        cut.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        cut.close()


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
    end = time.monotonic() + LONGEST_SECONDS
    rounds = 0
    while sum(expected) < ORDERS and time.monotonic() < end:
        for worker in workers:
            worker.work()
        rounds += 1
        if rounds % ROUNDS_OF_A_LIFE == 0:
            at = chance.randrange(CONSUMERS)
            workers[at].die()
            workers[at] = Worker(workers[at].slow)
    assert rounds > ROUNDS_OF_A_LIFE, f"nobody was cut off in {rounds} rounds"
    assert expected == numbers, f"seed {seed}: {expected} of {numbers}"
    print(f"{sum(expected)} orders of {USERS} users, each user's in order")
    for worker in workers:
        worker.connection.close()
    print("left:", channel.queue_declare(name, passive=True).method.message_count)
    channel.queue_delete(name)
    publisher.close()


main()
