"""The loads: RabbitMQ's PerfTest, the lean generator, and idle connections. Each gives a dict of figures or raises LoadError."""

import json
import os
import re
import resource
import statistics
import subprocess
import threading

from harness import build, processes

PATIENCE_SECONDS = 120
ERROR_CHARACTERS = 1000


class LoadError(Exception):
    pass


def checked(figures):
    """Nothing that was measured is 0; a 0 means that the broker's process went away or was never the one under load."""
    for name, figure in figures.items():
        if not figure > 0:
            raise LoadError(f"{name} is {figure}: the broker's process was not the one under load, or is gone")
    return figures


def text(figures):
    return " ".join(f"{name}={figure:,.4g}" if figure < 1000 else f"{name}={figure:,.0f}" for name, figure in figures.items())


def perf_test(broker, options, warm_up, seconds, latency):
    """PerfTest prints a line each second; the interval measured lies between two of its lines."""
    command = [build.java(), "-cp", f"{build.PERF_TEST}/*", "com.rabbitmq.perf.PerfTest", "--uri", f"amqp://127.0.0.1:{broker.port}"]
    command += ["--time", str(warm_up + seconds + 2), *options]
    interval = PerfTestInterval(broker.pid, warm_up, seconds, latency)
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        patience = threading.Timer(warm_up + seconds + PATIENCE_SECONDS, process.kill)
        patience.start()
        for line in process.stdout:
            lines.append(line)
            interval.line(line)
        patience.cancel()
    if process.returncode or not interval.complete():
        raise LoadError(f"PerfTest, exit code {process.returncode}: {''.join(lines[-5:])}")
    return checked(interval.figures())


class PerfTestInterval:
    """The lines between the end of the warm-up and the end of the seconds, and the broker's CPU time at both."""

    def __init__(self, pid, warm_up, seconds, latency):
        self.pid, self.warm_up, self.seconds = pid, warm_up, seconds
        self.latency = re.compile(latency + r" latency: (\S+) µs")
        self.start = self.end = None
        self.sent = self.received = 0
        self.p50_us, self.p99_us = [], []

    def line(self, line):
        time = re.search(r"time ([\d.]+) s, ", line)
        if not time or self.end:
            return
        time = float(time.group(1))
        if self.start:
            self.count(line, time - self.last)
        self.last = time
        if not self.start and time >= self.warm_up:
            self.start = (time, processes.cpu_us(self.pid))
        elif self.start and time >= self.start[0] + self.seconds - 0.5:
            self.end = (time, processes.cpu_us(self.pid))
            self.resident_kib = processes.resident_kib(self.pid)

    def count(self, line, seconds):
        self.sent += float(re.search(r"sent: ([\d.]+) msg/s", line).group(1)) * seconds
        self.received += float(re.search(r"received: ([\d.]+) msg/s", line).group(1)) * seconds
        latency = self.latency.search(line)
        if latency:
            _, median, _, _, p99 = latency.group(1).split("/")
            self.p50_us.append(float(median))
            self.p99_us.append(float(p99))

    def complete(self):
        return self.end and self.received > 0 and self.p50_us

    def figures(self):
        seconds = self.end[0] - self.start[0]
        cpu_us = self.end[1] - self.start[1]
        return {
            "rate": self.received / seconds,
            "p50_us": statistics.median(self.p50_us),
            "p99_us": statistics.median(self.p99_us),
            "cpu_us": cpu_us / self.received,
            "rss_mib": self.resident_kib / 1024,
        }


def lean(broker, options, warm_up, seconds, latency):
    figures = generate(broker, options, warm_up, seconds)
    return checked(
        {
            "rate": figures["delivered_per_second"],
            "p50_us": figures[f"{latency}_p50_us"],
            "p99_us": figures[f"{latency}_p99_us"],
            "cpu_us": figures["broker_cpu_us_per_delivered"],
            "rss_mib": figures["broker_rss_kib"] / 1024,
        }
    )


def generate(broker, options, warm_up, seconds, progress=None):
    """All figures of the lean generator; ``progress`` takes its counts each second."""
    command = generator("io.leveret.bench.load.LoadCommand", broker, *options)
    command += ["--warm-up", str(warm_up), "--seconds", str(seconds), "--broker-pid", str(broker.pid), "--json"]
    if progress:
        command.append("--progress")
    return program(command, warm_up + seconds + PATIENCE_SECONDS, progress)


def program(command, timeout, progress=None):
    """Runs one of our programs, which prints JSON objects, and gives the last of them."""
    last, output = None, []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        patience = threading.Timer(timeout, process.kill)
        patience.start()
        for line in process.stdout:
            if line.startswith("{"):
                last = json.loads(line)
                if progress:
                    progress(last)
            else:
                output.append(line)
        patience.cancel()
    if process.returncode or last is None:
        raise LoadError(f"{command[command.index('-cp') + 2]}, exit code {process.returncode}: {last} {''.join(output)[:ERROR_CHARACTERS]}")
    return last


def queues(broker, step, *options, timeout=600):
    """Does something to many durable queues."""
    command = generator("io.leveret.bench.load.QueuesCommand", broker, "--step", step, "--timeout", str(timeout), *options)
    return program(command, timeout + PATIENCE_SECONDS)


def disk(folder, seconds, rate=0):
    """A bare write of 1 KiB and fdatasync, again and again."""
    command = build.command("io.leveret.bench.disk.DiskCommand", "--folder", str(folder), "--seconds", str(seconds), "--rate", str(rate))
    return program(command, seconds + PATIENCE_SECONDS)


class Relay:
    """Messages through sockets, threads and a file with no broker between, at a fixed rate, in pieces: nothing runs between two of them."""

    def __init__(self, folder, rate, warm_up, spin):
        command = build.command("io.leveret.bench.relay.RelayCommand", "--folder", str(folder), "--rate", str(rate), "--warm-up", str(warm_up))
        self.command = command + ["--spin"] * spin
        self.warm_up = warm_up

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *failure):
        # Its server ends with it, since it hangs up.
        self.process.kill()
        self.process.wait()

    def measure(self, seconds):
        """One more piece."""
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        self.line(self.warm_up + seconds + PATIENCE_SECONDS)

    def figures(self):
        """Those of all pieces together. Where the host was never quiet, no message is undisturbed."""
        self.process.stdin.close()
        figures = self.line(PATIENCE_SECONDS)
        checked({name: figure for name, figure in figures.items() if not name.startswith("undisturbed_")})
        return figures

    def line(self, timeout):
        patience = threading.Timer(timeout, self.process.kill)
        patience.start()
        line = self.process.stdout.readline()
        patience.cancel()
        if not line:
            raise LoadError(f"the bare relay ended with exit code {self.process.wait()}")
        return json.loads(line)


def confirms(writing, forcing, rate, warm_up, seconds):
    """Confirms of two brokers and the bare disk, in turn."""
    command = build.command("io.leveret.bench.load.ConfirmCommand", "--os-port", str(writing.port), "--fsync-port", str(forcing.port))
    command += ["--folder", forcing.data, "--rate", str(rate), "--warm-up", str(warm_up), "--seconds", str(seconds)]
    return program(command, warm_up + seconds + PATIENCE_SECONDS)


def idle(broker, connections):
    """Memory for each idle connection, with its channel, queue and consumer: resident, and for a JVM live heap."""
    allow_open_files(connections)
    pid = broker.pid
    before = memory(pid)
    command = generator("io.leveret.bench.load.IdleCommand", broker, "--connections", str(connections))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        if not process.stdout.readline().startswith("open="):
            raise LoadError(f"idle: {process.communicate()[1]}")
        after = memory(pid)
        process.communicate()
    return {f"{figure}_per_connection": (after[figure] - before[figure]) / connections for figure in before}


def memory(pid):
    figures = {"rss_kib": processes.resident_kib(pid)}
    if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "java":
        # The histogram's last line is the total of what lives; making it collects first, whatever the collector.
        histogram = subprocess.run([build.jcmd(), str(pid), "GC.class_histogram"], capture_output=True, text=True, check=True).stdout
        figures["heap_kib"] = int(histogram.split("\n")[-2].split()[2]) / 1024
        figures["rss_kib"] = processes.resident_kib(pid)
    return figures


def generator(main, broker, *options):
    return build.command(main, "--port", str(broker.port), *options)


def allow_open_files(connections):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < connections + 200:
        raise LoadError(f"open files are limited to {hard} (expected: {connections + 200} or more, see ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
