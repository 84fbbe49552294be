"""Work in a child process of its own, with limits of time and memory, and what it took.

A module that has something to measure has a ``work(job)`` that yields results as dictionaries. :func:`run` has a
fresh interpreter do it, pinned to one core where the system can, and hands the results on as they come.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

try:
    import resource
except ImportError:  # Windows tells neither peak nor limit
    resource = None  # type: ignore[assignment]

ROOT = Path(__file__).parents[2]
_GRACE = 10  # seconds that a child may be late to say that it overran

Result = dict[str, Any]


class Limits(NamedTuple):
    """Seconds for one result, gigabytes for one child; both are upper bounds and told in the table."""

    seconds: float = 120
    gigabytes: float = 12

    @property
    def late(self) -> str:
        return f"> {self.seconds:g} s"

    @property
    def full(self) -> str:
        return f"> {self.gigabytes:g} GB"


class Overrun(BaseException):
    """The time is up; no ``except Exception`` of a library may take it for its own."""


# ------------------------------------------------------------------------- parent


def run(module: str, job: Result, limits: Limits) -> Iterator[Result]:
    """What ``tests.benchmarks.<module>.work(job)`` yields in a child; a last one with ``failed`` if it ends badly."""
    task = json.dumps({"module": module, "job": job, "gigabytes": limits.gigabytes})
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.measure", task],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
        )
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        try:
            while True:
                timer = threading.Timer(limits.seconds + _GRACE, end)
                timer.start()
                line = child.stdout.readline() if child.stdout else ""
                timer.cancel()
                if not line:
                    break
                yield json.loads(line)
        finally:
            child.kill()
            code = child.wait()
            if child.stdout:
                child.stdout.close()
        if late.is_set():
            yield {"failed": limits.late}
        elif code:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()
            full = "memory allocation" in said or "MemoryError" in said
            yield {"failed": limits.full if full else (said.splitlines() or [f"ended with {code}"])[-1]}


def environment() -> dict[str, str]:
    """One thread, the same hashes in each run, and this tree before any other ``kg``."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **one, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def middle(values: Iterable[float]) -> float:
    """The median."""
    return median(list(values))


def spread(values: Iterable[float]) -> float:
    """How far the extremes are apart, as a share of the median."""
    known = list(values)
    return (max(known) - min(known)) / median(known) if median(known) else 0.0


def progress(text: str) -> None:
    """Say on standard error what is being measured."""
    print(text, file=sys.stderr, flush=True)


# -------------------------------------------------------------------------- child


def peak() -> float:
    """The most memory that this process has held, in megabytes; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # ``getrusage`` also tells on Linux what the parent held when it made the child
        held = (line.split() for line in status.read_text(encoding="utf-8").splitlines())
        return next((int(words[1]) / 1e3 for words in held if words[0] == "VmHWM:"), 0.0)
    if resource is None:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def pin() -> None:
    """Stay on one core, where the system lets a process choose."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise :class:`Overrun` when the time is up; what does not come back to Python is killed by the parent."""

    def stop(*_: object) -> None:
        raise Overrun

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def keep() -> None:
    """Take what has been loaded out of the garbage collector's rounds, for every engine alike."""
    gc.collect()
    gc.freeze()


def main(task: Result) -> None:
    """Do the work, with one line of JSON for each result."""
    pin()
    if resource is not None and sys.platform == "linux":
        room = int(task["gigabytes"] * 1e9)
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
    out = sys.stdout
    with redirect_stdout(sys.stderr):  # a library that prints does not mix with results
        work = importlib.import_module(f"tests.benchmarks.{task['module']}").work
        for result in work(task["job"]):
            print(json.dumps(result), file=out, flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
