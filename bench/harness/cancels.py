"""Timeouts of orders at scale: millions of delayed messages wait, and for each that is published another one is cancelled."""

import subprocess
import sys
import tempfile
import time

from harness import backlog, brokers, build, loads, processes, table

PROGRAMS = build.BENCH / "programs"
LIBRARIES = build.BENCH.parent / "server" / "target" / "lib"
DELAY_MS = 30 * 60_000
SIZE = 100
PATIENCE_SECONDS = 600
LOOK_SECONDS = 0.01
STOP_SECONDS = 60
# Half of a line may be there already.
ANSWER_WORDS = 5


class Broker(brokers.Leveret):
    """With what a client can't see: how many messages wait, were delivered and were cancelled."""

    asked = 0

    def launch(self):
        self.data = self.data or tempfile.mkdtemp(prefix="leveret-bench-", dir=self.folder)
        self.log = brokers.pathlib.Path(self.data, "server.log")
        command = [build.java(), "-XX:+UseG1GC", *self.java_options.split(), "-cp", f"{build.BENCH.parent}/server/target/leveret.jar:{LIBRARIES}/*"]
        command += [str(PROGRAMS / "DelayBroker.java"), str(self.port), f"{self.data}/data"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True)

    def counts(self):
        self.asked += 1
        self.process.stdin.write(f"{self.asked}\n")
        self.process.stdin.flush()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            answers = self.said(f"counts {self.asked} ")
            if answers and len(answers[0].split()) == ANSWER_WORDS:
                return dict(zip(("waiting", "delivered", "cancelled"), map(int, answers[0].split()[2:])))
            time.sleep(LOOK_SECONDS)
        raise brokers.BrokerError(f"no answer: {self.complaint()}")

    def end(self):
        self.process.stdin.close()
        self.process.wait(STOP_SECONDS)


def measure(options):
    broker = Broker(options.port, f"-Xmx{options.heap or '512m'}", folder=options.folder)
    brokers.check_port_free(broker)
    ticks = processes.machine_ticks()
    try:
        with backlog.Memory(broker) as memory:
            broker.start()
            steps = Steps(broker, memory, options.cancel)
            sample = loads.program(client(options), PATIENCE_SECONDS, steps)
            steps.recount(sample)
        broker.end()
        print("\n".join([*broker.stalls(), table.hardware(), f"the machine's host took {processes.stolen_since(ticks):.1%} of the processors away meanwhile"]))
    finally:
        broker.stop()


def client(options):
    classes = f"{build.PERF_TEST}/*:{build.LIBRARIES}/*"
    command = [build.java(), "-Dslf4j.internal.verbosity=ERROR", "-cp", classes, str(PROGRAMS / "DelayedCancels.java"), str(options.port)]
    return command + [str(number) for number in (options.cancel, SIZE, DELAY_MS, options.seconds, options.rate, options.window)]


class Steps:
    """What is told after each step of the client, while it goes on."""

    def __init__(self, broker, memory, messages):
        self.broker, self.memory, self.messages = broker, memory, messages
        self.cancels = 0
        self.publish_us = 0
        self.used = processes.cpu_us(broker.pid)
        memory.phase = "publishing"

    def __call__(self, figures):
        if figures["step"] == "filled":
            self.publish_us = self.cpu_us() / figures["messages"]
            seconds = figures["seconds"]
            print(f"{figures['messages']:,} of {SIZE} bytes wait for {DELAY_MS // 60_000} minutes: published in {seconds:.1f} s, {self.publish_us:.1f} us of the broker's CPU for each", flush=True)
        elif "cancels" in figures:
            self.cancelled(figures)
        self.memory.phase = "cancelling"

    def cancelled(self, figures):
        self.cancels = figures["of_all"]
        lag = self.seconds_until_gone()
        done = figures["cancels"]
        print(f"{figures['step']}: {done / figures['seconds']:,.0f} cancels confirmed a second, and as many publishes; a cancel's confirm took {text(figures)}")
        print(f"{figures['step']}: the cancelled were gone {lag:.2f} s after the last confirm; {self.cpu_us() / done - self.publish_us:.1f} us of CPU for each cancel", flush=True)

    def cpu_us(self):
        """Since the step before."""
        before, self.used = self.used, processes.cpu_us(self.broker.pid)
        return self.used - before

    def seconds_until_gone(self):
        began = time.monotonic()
        while self.broker.counts()["cancelled"] < self.cancels:
            if time.monotonic() - began > PATIENCE_SECONDS:
                sys.exit(f"of {self.cancels:,} cancels only so many were carried out: {self.broker.counts()}")
            time.sleep(LOOK_SECONDS)
        return time.monotonic() - began

    def recount(self, sample):
        """Each cancel took one message back, and each publish of the same steps added one."""
        counts = self.broker.counts()
        expected = {"waiting": self.messages - sample["expected"], "delivered": sample["expected"], "cancelled": self.cancels}
        if counts != expected or sample["came"] != sample["expected"] or sample["wrong"]:
            sys.exit(f"the broker counts {counts} (expected: {expected}), and of the sample there came {sample}")
        print(f"counted: all {self.cancels:,} that were cancelled are gone, {counts['waiting']:,} wait, and of {sample['of']:,} that fell due {sample['came']:,} came once each, the others were cancelled")
        for phase, kib in self.memory.highest_kib.items():
            print(f"resident memory, {phase}: {kib / 1024:,.0f} MiB at most")


def text(figures):
    return ", ".join(f"{name} {figures[f'{key}_ms']:.2f} ms" for name, key in (("p50", "p50"), ("p99", "p99"), ("longest", "max")))
