"""What a queue with a long backlog does: how fast it fills and drains, what memory it takes meanwhile, how soon a restart has it back."""

import threading
import time

from harness import amqp, brokers, loads, processes

QUEUE = "backlog"
MESSAGE = ("--size", "1024", "--persistent", "--queue", QUEUE)
CONFIRMS = ("--confirm", "1000")
ACKS = ("--ack-every", "100", "--prefetch", "2000")
LONGEST_SECONDS = 4 * 3600


class Memory:
    """Samples the resident memory of a broker, whatever its process is at the time."""

    def __init__(self, broker):
        self.broker = broker
        self.highest_kib = {}
        self.phase = "start"
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.sample)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def sample(self):
        while not self.ended.wait(0.1):
            try:
                resident = processes.resident_kib(self.broker.pid)
            except (OSError, ProcessLookupError):
                continue  # between two processes
            self.highest_kib[self.phase] = max(self.highest_kib.get(self.phase, 0), resident)

    def highest_mib(self):
        return max(self.highest_kib.values()) / 1024


class Tenths:
    """The rate of each tenth of a run that counts to ``messages``."""

    def __init__(self, counter, messages):
        self.counter, self.messages = counter, messages
        self.points = []

    def __call__(self, counts):
        if "nanos" in counts:
            self.points.append((counts["nanos"] / 1e9, counts[self.counter]))

    def rates(self):
        """Between the two points nearest to the ends of each tenth; a run of a few seconds has fewer of them."""
        ends = []
        for tenth in range(11):
            nearest = min(self.points, key=lambda point: abs(point[1] - self.messages * tenth / 10))
            if nearest not in ends:
                ends.append(nearest)
        return [(to[1] - since[1]) / (to[0] - since[0]) for since, to in zip(ends, ends[1:])]


def fill(broker, messages):
    tenths = Tenths("confirmed", messages)
    options = ("--part", "publish", *MESSAGE, *CONFIRMS, "--messages", str(messages), "--consumers", "1")
    figures = loads.generate(broker, options, 0, LONGEST_SECONDS, tenths)
    return figures | {"tenths": tenths.rates(), "rate": messages / figures["seconds"]}


def drain(broker, messages):
    tenths = Tenths("delivered", messages)
    options = ("--part", "consume", *MESSAGE, *ACKS, "--messages", str(messages))
    figures = loads.generate(broker, options, 0, LONGEST_SECONDS, tenths)
    return figures | {"tenths": tenths.rates(), "rate": messages / figures["seconds"]}


def seconds_until_back(broker, messages, queues=(QUEUE,)):
    """Starts it and waits until it accepts AMQP and counts what it must have in each of these queues."""

    def count():
        with amqp.Client(broker.port) as client:
            return {queue: client.count(queue) for queue in queues}

    took, counts = brokers.seconds_until(broker, count)
    if any(count != messages for count in counts.values()):
        raise loads.LoadError(f"after {took:.3f} s the broker counts {counts} (expected: {messages} each)")
    return took
