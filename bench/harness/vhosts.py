"""Virtual hosts that nobody uses: how soon a broker is up that is told of them by a definitions file, and how soon again without the file."""

import json
import pathlib
import random
import tempfile
import time

from harness import amqp, brokers, loads, processes

LOOKED_AT = 10
IDLE_SECONDS = 5
# Those that collect and compile: their number is the JVM's business.
OF_JVM = ("GC Thread", "G1 ", "C1 Compiler", "C2 Compiler")
# Whoever may enter them all has to be said, as in RabbitMQ: the default user may enter one virtual host only.
USER = {"name": "guest", "password": "guest", "tags": ["administrator"]}
ALL = {"configure": ".*", "write": ".*", "read": ".*"}


class Starts:
    """The starts of one broker with so many virtual hosts; before each of them it is to be stopped."""

    def __init__(self, broker, count):
        self.broker, self.count = broker, count
        self.seconds = {"imported": [], "clean": [], "killed": []}
        self.names, self.resident_mib = [], []

    def first(self):
        """On an empty data folder, with the definitions; without them from then on."""
        with tempfile.TemporaryDirectory(prefix="leveret-bench-") as folder:
            file = pathlib.Path(folder, "definitions.json")
            file.write_text(json.dumps(definitions(self.count)))
            settings, self.broker.settings = self.broker.settings, [*self.broker.settings, f"load_definitions={file}"]
            self.again("imported")
            self.broker.settings = settings

    def again(self, after):
        """On the data that is there; ``after`` is how the one before ended."""
        took, _ = brokers.seconds_until(self.broker, lambda: enter(self.broker.port, 0))
        self.seconds[after].append(took)
        self.check()
        time.sleep(IDLE_SECONDS)
        self.names.append(processes.thread_names(self.broker.pid))
        self.resident_mib.append(processes.resident_kib(self.broker.pid) / 1024)

    @property
    def threads(self):
        """How many there were at each start."""
        return [sum(names.values()) for names in self.names]

    @property
    def threads_of_broker(self):
        """The same without those that the JVM has for itself and starts and ends as it sees fit."""
        return [sum(count for name, count in names.items() if not name.startswith(OF_JVM)) for names in self.names]

    def check(self):
        """A client can enter the first, the last and some that were not chosen before."""
        some = random.sample(range(self.count), min(LOOKED_AT, self.count))
        for number in {0, self.count - 1, *some}:
            enter(self.broker.port, number)


def differences(few, many):
    """The names of threads of which starts had not all as many, with how many there were at each."""
    names = sorted(set().union(*few.names, *many.names))
    return [
        f"{name}: {counts(many, name)} with {many.count:,}, {counts(few, name)} with {few.count:,}"
        for name in names
        if len({found[name] for found in [*few.names, *many.names]}) > 1
    ]


def counts(starts, name):
    return " ".join(str(names[name]) for names in starts.names)


def name(number):
    return f"vhost-{number}"


def definitions(count):
    names = [name(number) for number in range(count)]
    return {
        "users": [USER],
        "vhosts": [{"name": vhost} for vhost in names],
        "permissions": [{"user": USER["name"], "vhost": vhost, **ALL} for vhost in names],
    }


def enter(port, number):
    """Opens a connection to it, and a channel."""
    try:
        with amqp.Client(port, vhost=name(number)):
            pass
    except amqp.AmqpError as error:
        raise loads.LoadError(f"virtual host {name(number)} can't be entered: {error}") from error
