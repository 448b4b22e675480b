"""What is compared. The rate, latency and CPU of a scenario are those of delivered messages."""

import dataclasses

from harness import loads


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    what: str
    load: callable
    options: tuple = ()
    latency: str = "consumer"

    def run(self, broker, warm_up, seconds):
        return self.load(broker, self.options, warm_up, seconds, self.latency)


@dataclasses.dataclass(frozen=True)
class Idle:
    name: str
    what: str
    connections: int

    def run(self, broker, warm_up, seconds):
        return loads.idle(broker, self.connections)


def perf_test(name, what, options, latency="consumer"):
    return Scenario(name, f"{what}; PerfTest", loads.perf_test, tuple(options.split()), latency)


def lean(name, what, options, latency="latency"):
    return Scenario(name, f"{what}; lean generator", loads.lean, tuple(options.split()), latency)


ALL = [
    perf_test("transient-16b", "16 bytes, transient, one producer, one auto-ack consumer, as fast as it goes", "--size 16 --autoack"),
    lean("lean-16b", "the same, at most 10,000 messages in flight", "--size 16 --window 10000"),
    lean("fanout-50", "16 bytes, fanout exchange, 50 queues with a consumer each", "--size 16 --exchange-type fanout --queues 50 --window 1000"),
    lean("steady-1k", "1 KiB, 5,000 publishes a second, latency from the intended send time", "--size 1024 --rate 5000"),
    perf_test("steady-1k-perftest", "1 KiB, 5,000 publishes a second", "--size 1024 --rate 5000 --autoack"),
    perf_test("confirm-1k", "1 KiB, transient, at most 100 unconfirmed, latency of the confirm", "--size 1024 --autoack --confirm 100", "confirm"),
    lean("lean-confirm-1k", "the same, confirms and publishes in bursts", "--size 1024 --confirm 100", "confirm"),
    lean(
        "durable-1k",
        "1 KiB, persistent, durable queue, at most 1,000 unconfirmed, every 100th delivery acked with multiple",
        "--size 1024 --persistent --confirm 1000 --ack-every 100",
        "confirm",
    ),
    Idle("idle-10k", "10,000 connections with a channel, a queue and a consumer each, doing nothing", 10_000),
]


def named(names):
    unknown = set(names) - {scenario.name for scenario in ALL}
    if unknown:
        raise SystemExit(f"no scenario {', '.join(sorted(unknown))} (expected: {', '.join(scenario.name for scenario in ALL)})")
    return [scenario for scenario in ALL if scenario.name in names]
