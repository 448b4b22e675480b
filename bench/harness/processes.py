"""What Linux counts for a process and for the machine."""

import collections
import contextlib
import os
import pathlib
import subprocess
import sys

# Linux gives a processor to this policy only if nobody else wants it, and takes it back at once.
STAY_AWAKE = """
import os, sys
os.sched_setaffinity(0, {int(sys.argv[1])})
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
while True:
    pass
"""

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_us(pid):
    """User and system time of a process so far, in microseconds."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1_000_000 // TICKS_PER_SECOND


def resident_kib(pid):
    return status(pid, "VmRSS")


def thread_names(pid):
    """How many threads it has of each name, which Linux cuts off after 15 characters; without the numbers behind it, of a pool and in it."""
    names = collections.Counter()
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # it has ended meanwhile
            names[(task / "comm").read_text().strip().rstrip("-#0123456789")] += 1
    return names


def status(pid, name):
    """A number of /proc/PID/status; 0 if it isn't there, as memory is not once the process has ended."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def children(pid):
    return [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def machine_ticks():
    """All ticks of all processors since boot, and those among them that the host took away."""
    ticks = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return sum(ticks[:8]), ticks[7]


def tells_stolen():
    """Whether the system counts what the host of a virtual machine takes from it."""
    stat = pathlib.Path("/proc/stat")
    return stat.is_file() and len(stat.read_text().split("\n", 1)[0].split()) > 8


def stolen_since(before):
    """The share of the processors' time that the host took away since ``machine_ticks`` gave this."""
    ticks, stolen = machine_ticks()
    return (stolen - before[1]) / max(1, ticks - before[0])


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return os.uname().machine


@contextlib.contextmanager
def awake():
    """Keeps the processors from sleeping, so that nothing waits until the machine's host has woken one."""
    busy = [subprocess.Popen([sys.executable, "-c", STAY_AWAKE, str(processor)]) for processor in os.sched_getaffinity(0)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()
