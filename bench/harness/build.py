"""What the benchmarks run: built when it is missing or older than its sources."""

import os
import pathlib
import shutil
import subprocess

BENCH = pathlib.Path(__file__).resolve().parents[1]
PERF_TEST = BENCH / "target" / "perf-test"
LIBRARIES = BENCH / "target" / "lib"
TESTS = "*-tests.jar"


def java():
    return tool("java")


def jcmd():
    return tool("jcmd")


def tool(name):
    home = os.environ.get("JAVA_HOME")
    found = f"{home}/bin/{name}" if home else shutil.which(name)
    if not found or not os.access(found, os.X_OK):
        raise FileNotFoundError(f"{name} is neither under JAVA_HOME nor on the PATH")
    return found


def command(main, *arguments):
    """SLF4J would say that it has nowhere to log to; the generator has nothing to log."""
    jar = next((BENCH / "target").glob("bench-*.jar"))
    return [java(), "-Dslf4j.internal.verbosity=ERROR", "-cp", f"{jar}:{LIBRARIES}/*", main, *arguments]


def run(main, *arguments):
    """Becomes that program."""
    os.execv(java(), command(main, *arguments))


def everything():
    sources = max(newest(module / "src" / "main") for module in BENCH.parent.iterdir() if (module / "pom.xml").exists())
    if sources > newest(BENCH / "target", "bench-*.jar") or not LIBRARIES.exists():
        maven("-pl", "bench,server", "-am", "-DskipTests", "package", folder=BENCH.parent)
        # Maven leaves a jar alone that would come out the same, as this one does when only another module has changed.
        next((BENCH / "target").glob("bench-*.jar")).touch()
    if not list(PERF_TEST.glob("perf-test-*.jar")):
        maven("-f", "perf-test.xml", "dependency:copy-dependencies", folder=BENCH)


def tests(module):
    """The classes of a module's tests, for what measures classes that nobody outside of their package may use; after ``everything``."""
    folder = BENCH.parent / module
    if newest(folder / "src") > newest(folder / "target", TESTS):
        maven("-pl", module, "-am", "-DskipTests", "package", folder=BENCH.parent)
        next((folder / "target").glob(TESTS)).touch()
    return next((folder / "target").glob(TESTS))


def perf_test_version():
    return next(PERF_TEST.glob("perf-test-*.jar")).stem.rpartition("-")[2]


def newest(folder, pattern="**/*"):
    return max((path.stat().st_mtime for path in folder.glob(pattern)), default=0)


def maven(*arguments, folder):
    subprocess.run(["mvn", "-q", "-B", *arguments], cwd=folder, check=True)
