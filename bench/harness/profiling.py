"""What a broker's process does while it is under load: async-profiler's samples, and its system calls."""

import collections
import platform
import re
import shutil
import signal
import subprocess
import zipfile

from harness import build

ASYNC_PROFILER = "tools.profiler:async-profiler:4.1"
FOLDER = build.BENCH / "target" / "profile"
TOP_FRAMES = 40


class Sampling:
    """Samples a JVM through async-profiler's library, which is loaded into it on the first start."""

    def __init__(self, pid, event, name):
        self.pid, self.event = pid, event
        self.collapsed = FOLDER / f"{name}-{event}.collapsed"
        self.flame_graph = FOLDER / f"{name}-{event}.html"
        self.flat = FOLDER / f"{name}-{event}.txt"
        # Now, since it may have to be fetched: later the load is running.
        self.library = library()

    def start(self):
        self.command(f"start,event={self.event},threads")

    def stop(self):
        self.command(f"dump,collapsed,file={self.collapsed}")
        self.command(f"dump,flamegraph,file={self.flame_graph}")
        self.command(f"stop,flat={TOP_FRAMES},traces=0,file={self.flat}")

    def command(self, arguments):
        subprocess.run([build.jcmd(), str(self.pid), "JVMTI.agent_load", str(self.library), f'"{arguments}"'], stdout=subprocess.DEVNULL, check=True)

    def inclusive(self):
        """Frames by how much time passes in them and in what they call: a flat list shows little where all is inlined."""
        samples, total = collections.Counter(), 0
        for line in self.collapsed.read_text().splitlines():
            stack, _, count = line.rpartition(" ")
            total += int(count)
            for frame in set(stack.split(";")):
                samples[frame] += int(count)
        return [(count / total, frame) for frame, count in samples.most_common(TOP_FRAMES)]


class SystemCalls:
    """Counts a process's system calls, with perf where it is installed: strace stops the process at every call."""

    def __init__(self, pid):
        self.pid = str(pid)

    def start(self):
        tracer = ["perf", "trace", "-s", "-p", self.pid] if shutil.which("perf") else ["strace", "-c", "-f", "-p", self.pid]
        self.process = subprocess.Popen(tracer, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.output = self.process.communicate()[0]

    def counts(self):
        calls = collections.Counter()
        for line in self.output.splitlines():
            found = re.match(r"\s+(?P<name>[a-z]\w+) +(?P<calls>\d+) +\d+ +[\d.]+ ", line) or re.match(
                r" *[\d.]+ +[\d.]+ +\d+ +(?P<calls>\d+) +(?:\d+ +)?(?P<name>[a-z]\w+)$", line
            )
            if found and found["name"] != "total":
                calls[found["name"]] += int(found["calls"])
        return calls.most_common()


def library():
    """The native library for this machine, out of the jar on Maven Central."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
    file = FOLDER / f"linux-{machine}" / "libasyncProfiler.so"
    if not file.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        build.maven("dependency:copy", f"-Dartifact={ASYNC_PROFILER}", f"-DoutputDirectory={FOLDER}", folder=build.BENCH)
        with zipfile.ZipFile(next(FOLDER.glob("async-profiler-*.jar"))) as jar:
            jar.extract(f"linux-{machine}/libasyncProfiler.so", FOLDER)
    return file
