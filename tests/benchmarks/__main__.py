"""``python -m tests.benchmarks``: kg beside its peers, in one run on one core."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.benchmarks import peers, reading, start, store
from tests.benchmarks.measure import Limits
from tests.benchmarks.tables import Table, drawn

_LIBRARIES = ("ahocorasick_rs", "spacy", "gatenlp", "rdflib", "pyoxigraph")


def main() -> None:
    """Run what was asked for, and print a table of each as soon as it is known."""
    options = _options()
    print(machine(), flush=True)
    for table in _tables(options):
        print(f"\n{drawn(table, markdown=options.markdown)}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="kg beside its peers, in one run on one core."
    )
    add = parser.add_argument
    names = [peer.name for peer in peers.PEERS]
    add("what", nargs="?", choices=["reading", "start", "store", "all"], default="all")
    add(
        "--corpus",
        action="append",
        default=[],
        type=_existing,
        metavar="PATH",
        help="texts to read beside the project's own: a folder, a .jsonl file, or a file that is cut into articles",
    )
    add("--only", action="store_true", help="read the texts of --corpus alone")
    add("--engine", action="append", choices=names, metavar="NAME", help=f"only these of: {'; '.join(names)}")
    add(
        "--characters",
        type=int,
        default=300_000,
        help="how long the article is made by repeating it [300000]",
    )
    add(
        "--seconds",
        type=float,
        default=60,
        help="a peer that takes longer stops after the text it is at [60]",
    )
    add("--runs", type=int, default=3, help="how often everything is read [3]")
    add(
        "--command", action="append", choices=list(start.COMMANDS), metavar="NAME", help="only these commands"
    )
    add("--starts", type=int, default=11, help="how often each command is started [11]")
    add(
        "--sizes",
        type=_triples,
        nargs="+",
        default=[10_000, 1_000_000, 10_000_000],
        help="triples of each graph [10k 1M 10M]",
    )
    add("--limit", type=float, default=120, help="seconds for one cell of the table of stores [120]")
    add("--memory", type=float, default=12, help="gigabytes for one process [12]")
    add("--markdown", action="store_true", help="tables for a README")
    return parser.parse_args()


def _existing(path: str) -> str:
    """A path that children find too, wherever they run."""
    if not Path(path).exists():
        raise argparse.ArgumentTypeError(f"{path} does not exist")
    return str(Path(path).absolute())


def _triples(text: str) -> int:
    """A number as it is, or in thousands or millions: 10k, 1M."""
    scale = {"k": 1_000, "M": 1_000_000}.get(text[-1:], 1)
    return int(text.rstrip("kM")) * scale


def _tables(options: argparse.Namespace) -> Iterator[Table]:
    limits = Limits(options.limit, options.memory)
    if options.what in ("reading", "all"):
        own = () if options.only else (reading.DENSE, reading.GOLD)
        engines = options.engine or [peer.name for peer in peers.PEERS]
        settings = reading.Settings(
            (*own, *options.corpus),
            engines,
            options.runs,
            options.characters,
            options.seconds,
        )
        yield from reading.tables(settings, limits)
    if options.what in ("start", "all"):
        yield start.table(options.command or list(start.COMMANDS), options.starts)
    if options.what in ("store", "all"):
        yield from store.tables(options.sizes, options.runs, limits)


def machine() -> str:
    """What all this ran on."""
    versions = "  ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory()}, {platform.platform(terse=True)}\n"
        f"Python {platform.python_version()} ({platform.python_implementation()})  {versions}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    except (AttributeError, ValueError, OSError):
        return "memory unknown"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
