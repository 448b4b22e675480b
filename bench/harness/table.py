"""The result as a Markdown page: the machine, one table, and what failed."""

import os
import platform
import statistics
import subprocess

from harness import build, processes

FIGURES = {
    "rate": ("messages a second", "{:,.0f}", 1),
    "p50_us": ("latency p50, ms", "{:,.3f}", 1e-3),
    "p99_us": ("latency p99, ms", "{:,.3f}", 1e-3),
    "cpu_us": ("broker CPU per message, µs", "{:,.2f}", 1),
    "rss_mib": ("broker RSS, MiB", "{:,.0f}", 1),
    "heap_kib_per_connection": ("heap per connection, KiB", "{:,.2f}", 1),
    "rss_kib_per_connection": ("RSS per connection, KiB", "{:,.2f}", 1),
}


def page(brokers, results, rounds, seconds, stolen):
    """``results`` maps (scenario, broker name) to one dict of figures, or one error text, per round."""
    return "\n".join([*machine(brokers, rounds, seconds, stolen), "", *table(brokers, results), *failures(brokers, results), ""])


def machine(brokers, rounds, seconds, stolen):
    return [
        f"- {' and '.join(broker.version for broker in brokers)}; PerfTest {build.perf_test_version()}",
        hardware(),
        how(rounds, seconds, stolen) + "; brokers in turn",
    ]


def hardware():
    java = subprocess.run([build.java(), "-version"], capture_output=True, text=True, check=True).stderr.split("\n")[1]
    return f"- {os.cpu_count()} cores of {processes.processor()}; {platform.system()} {platform.release()}; {java}"


def how(rounds, seconds, stolen):
    return (
        f"- median (lowest to highest) of {rounds} rounds of {seconds} s after the warm-up;"
        f" the machine's host took {stolen:.1%} of the processors away meanwhile"
    )


def markdown(header, rows):
    """A table whose first column is text and whose others are figures."""
    yield "| " + " | ".join(header) + " |"
    yield "|---" + "|--:" * (len(header) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(str(column) for column in row) + " |"


def wanted(held, what):
    return what if held else f"**not** {what}"


def spread(numbers, form="{:,.1f}"):
    """The median, and the lowest and highest."""
    middle, lowest, highest = (form.format(pick(numbers)) for pick in (statistics.median, min, max))
    return middle if len(numbers) == 1 else f"{middle} ({lowest} to {highest})"


def table(brokers, results):
    names = [broker.name for broker in brokers]
    yield "| scenario | figure | " + " | ".join(names) + (" | ratio |" if len(names) == 2 else " |")
    yield "|---|---" + "|--:" * (len(names) + len(names) // 2) + "|"
    for scenario in dict.fromkeys(scenario for scenario, _ in results):
        label = scenario.name
        for figure in FIGURES:
            rounds = [values(results[scenario, name], figure) for name in names]
            if any(rounds):
                yield row(label, figure, rounds, [results[scenario, name] for name in names])
                label = ""
        if label:
            yield f"| {label} | | " + " | ".join(["failed"] * len(names)) + (" | |" if len(names) == 2 else " |")


def row(label, figure, rounds, runs):
    what, form, scale = FIGURES[figure]
    cells = [cell(numbers, runs, form, scale) for numbers, runs in zip(rounds, runs)]
    if len(rounds) == 2:
        cells.append(f"{statistics.median(rounds[0]) / statistics.median(rounds[1]):.3f}" if all(rounds) else "")
    return f"| {label} | {what} | " + " | ".join(cells) + " |"


def cell(numbers, runs, form, scale):
    failed = sum(isinstance(run, str) for run in runs)
    note = f", {failed} of {len(runs)} failed" if failed else ""
    if not numbers:
        return f"failed{note}" if failed else "–"
    middle, lowest, highest = (form.format(pick(numbers) * scale) for pick in (statistics.median, min, max))
    return f"{middle} ({lowest} to {highest}){note}"


def values(runs, figure):
    return [run[figure] for run in runs if not isinstance(run, str) and figure in run]


def failures(brokers, results):
    found = [
        f"- {scenario.name}, {name}: {run}"
        for (scenario, name), runs in results.items()
        for run in runs
        if isinstance(run, str)
    ]
    return ["", "Failed:", "", *found] if found else []
