"""The two brokers: started on a port each, asked who they are, stopped."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from harness import processes

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
# The launcher may have to build Leveret first.
START_SECONDS = 300
RECOVERY_SECONDS = 600
LOOK_SECONDS = 0.005
STOP_SECONDS = 30
STALLS_SHOWN = 5
STALL_CHARACTERS = 600


class BrokerError(Exception):
    pass


class Leveret:
    name = "Leveret"
    launcher = os.environ.get("LEVERET", str(REPOSITORY / "leveret"))

    def __init__(self, port, java_options="", settings=(), folder=None):
        """``folder`` is where the data goes, in a folder of its own; without it, where temporary files go."""
        self.port = port
        self.java_options = java_options
        self.settings = settings
        self.folder = folder
        self.data = None

    def start(self):
        self.launch()
        await_listening(self, lambda: self.process.poll() is None)

    def launch(self):
        """Starts it on the data that is there, if any, and waits for nothing."""
        if not self.data:
            self.data = tempfile.mkdtemp(prefix="leveret-bench-", dir=self.folder)
        self.log = pathlib.Path(self.data, "server.log")
        environment = dict(os.environ)
        if self.java_options:
            environment["LEVERET_JAVA_OPTS"] = f"{environment.get('LEVERET_JAVA_OPTS', '')} {self.java_options}"
        command = [self.launcher, "server", "--data-dir", f"{self.data}/data", "--set", f"listeners.tcp.default={self.port}"]
        for setting in self.settings:
            command += ["--set", setting]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)

    def vhost_folder(self):
        """The store of the virtual host that a new broker has."""
        return pathlib.Path(self.data, "data", "vhosts", "%2F")

    @property
    def pid(self):
        """The Java process: the launcher may have become it, or started it."""
        found = self.process.pid
        while found and pathlib.Path(f"/proc/{found}/comm").read_text().strip() != "java":
            found = next(iter(processes.children(found)), None)
        if not found:
            raise ProcessLookupError(f"{self.launcher} has no Java process")
        return found

    def stop(self):
        """Ends it and deletes its data."""
        if not self.data:
            return
        try:
            self.end()
        except subprocess.TimeoutExpired:
            self.kill()
        shutil.rmtree(self.data, ignore_errors=True)
        self.data = None

    def end(self):
        """Ends it as an operator would, and leaves its data."""
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
        self.process.wait(STOP_SECONDS)

    def kill(self):
        """kill -9."""
        if self.process.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
        self.process.wait()

    def said(self, text):
        """The lines of its log with this text."""
        return [line for line in self.log.read_text().splitlines() if text in line]

    def stalls(self):
        """What the event loop watchdog told at each stop, and the longest gaps that are the loop's own, if it was on."""
        gaps = sorted(self.said("event loop did not turn"), key=own_ms, reverse=True)
        return [line[:STALL_CHARACTERS] for line in self.said("event loop watchdog: ") + gaps[:STALLS_SHOWN]]

    def complaint(self):
        return self.log.read_text()[-2000:]

    @staticmethod
    def describe(start):
        """Product and version are RabbitMQ's, for clients' sake; its own stand in the first sentence of the information."""
        return server_property(start, b"information").split(". ")[0]


class OtherBuild(Leveret):
    """Another checkout of Leveret, so that a change can be compared with what was before it."""

    name = "Leveret, the other build"

    def __init__(self, port, launcher):
        super().__init__(port)
        self.launcher = str(pathlib.Path(launcher).resolve())


class RabbitMQ:
    name = "RabbitMQ"
    script = os.environ.get("RABBITMQ4", str(REPOSITORY / "interop-tests" / "rabbitmq-4"))

    def __init__(self, port):
        self.port = port
        self.output = ""

    def start(self):
        if not os.access(self.script, os.X_OK):
            raise BrokerError(f"no script to start RabbitMQ with: {self.script} (set RABBITMQ4)")
        started = self.run("start", str(os.getpid()))
        self.output = started.stdout + started.stderr
        if started.returncode:
            raise BrokerError(f"RabbitMQ did not start: {self.output.strip()}")
        await_listening(self, lambda: True)

    @property
    def pid(self):
        return int(self.run("pid").stdout)

    def stop(self):
        self.run("stop")

    def complaint(self):
        return self.output

    @staticmethod
    def describe(start):
        return f"{server_property(start, b'product')} {server_property(start, b'version')}"

    def run(self, command, *arguments):
        return subprocess.run([self.script, command, str(self.port), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def own_ms(line):
    """A gap without what stopped the whole process, and without what the operating system or the host took of it."""
    return float(re.search(r"own_ms=([\d.]+)", line)[1])


def check_port_free(broker):
    """Somebody else's broker on the port would be measured in place of ours."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", broker.port)) == 0:
            raise BrokerError(f"port {broker.port}, meant for {broker.name}, is taken (see --port)")


def await_listening(broker, alive):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if not alive():
            raise BrokerError(f"{broker.name} ended while starting:\n{broker.complaint()}")
        try:
            broker.version = broker.describe(connection_start(broker.port))
            return
        except OSError:
            time.sleep(0.1)
    raise BrokerError(f"{broker.name} does not listen on {broker.port} after {START_SECONDS} s:\n{broker.complaint()}")


def seconds_until(broker, look):
    """Starts it on what is there and looks until it accepts connections: how long until the look was done, and what it gave."""
    began = time.monotonic()
    broker.launch()
    while time.monotonic() - began < RECOVERY_SECONDS:
        if broker.process.poll() is not None:
            raise BrokerError(f"{broker.name} ended while starting:\n{broker.complaint()}")
        try:
            seen = look()
        except ConnectionRefusedError:
            time.sleep(LOOK_SECONDS)
            continue
        took = time.monotonic() - began
        broker.version = broker.describe(connection_start(broker.port))
        return took, seen
    raise BrokerError(f"{broker.name} does not listen on {broker.port} after {RECOVERY_SECONDS} s:\n{broker.complaint()}")


def connection_start(port):
    """What a broker tells every client first, its name and version among it."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(b"AMQP\x00\x00\x09\x01")
        return connection.recv(65536)


def server_property(start, key):
    """A long string of the server-properties table: its key, 'S', its length, its bytes."""
    found = re.search(bytes([len(key)]) + key + b"S(....)", start, re.DOTALL)
    if not found:
        raise ConnectionError(f"connection.start without {key.decode()}")
    return start[found.end() : found.end() + int.from_bytes(found.group(1), "big")].decode()
