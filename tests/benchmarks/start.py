"""How long each command takes from nothing: fresh processes, on small input, as somebody types them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measure import ROOT, environment, middle, progress, spread
from tests.benchmarks.tables import Table, seconds

_KG = (sys.executable, "-m", "kg")
_ARTICLE = "source_texts/xpeng-europa.txt"
#: What is run, by what it is called; in a folder with the article, its graph, and gold for it.
COMMANDS: dict[str, Sequence[str]] = {
    "python -c pass": (sys.executable, "-c", "pass"),
    "python -c 'import rdflib, pyvis'": (sys.executable, "-c", "import rdflib, pyvis"),
    "kg --help": (*_KG, "--help"),
    "kg extract": (*_KG, "extract", _ARTICLE),
    "kg extract, the first time": (*_KG, "extract", _ARTICLE),
    "kg build": (*_KG, "build"),
    "kg query": (*_KG, "query", "evidence"),
    "kg explain": (*_KG, "explain", "Xpeng plans"),
    "kg validate": (*_KG, "validate"),
    "kg view": (*_KG, "view"),
    "kg eval": (*_KG, "eval", "gold/gold.jsonl"),
}
_UNKEPT = "kg extract, the first time"


def table(names: Sequence[str], runs: int) -> Table:
    """The median over fresh processes of what each command takes, all commands in turn."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    failed: dict[str, str] = {}
    with TemporaryDirectory() as room:
        _furnish(Path(room))
        for number in range(runs + 1):  # the first writes what Python and kg keep, and does not count
            progress(f"start: run {number} of {runs}")
            for name in names:
                result = _timed(COMMANDS[name], Path(room), kept=name != _UNKEPT)
                if isinstance(result, str):
                    failed[name] = result
                elif number:
                    took[name].append(result)
    rows = [*_rows(took, failed)]
    heads = ("command", "wall", "spread", "CPU")
    return Table(f"Cold start (median of {runs} fresh processes)", heads, tuple(rows))


def _rows(took: dict[str, list[tuple[float, float]]], failed: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for name, results in took.items():
        if name in failed:
            yield name, f"failed: {failed[name]}", "", ""
        else:
            wall, cpu = zip(*results, strict=True)
            yield name, seconds(middle(wall)), f"{spread(wall):.0%}", seconds(middle(cpu))


def _furnish(room: Path) -> None:
    """The article with its graph, and an article of gold."""
    shutil.copytree(ROOT / "source_texts", room / "source_texts")
    shutil.copytree(ROOT / "graphs", room / "graphs")
    (room / "gold").mkdir()
    seen = ROOT / "tests" / "gold" / "seen"
    first, *_ = (seen / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    (room / "gold" / "gold.jsonl").write_text(first + "\n", encoding="utf-8")
    article = f"{json.loads(first)['id']}.txt"
    shutil.copy(seen / article, room / "gold" / article)


def _timed(command: Sequence[str], room: Path, *, kept: bool) -> tuple[float, float] | str:
    """Seconds of wall and of CPU (0 where the system does not tell), or why it failed."""
    env = environment() | ({} if kept else {"KG_CACHE": ""})
    started = time.perf_counter()
    with (room / "errors").open("wb") as errors:
        child = subprocess.Popen(command, cwd=room, env=env, stdout=subprocess.DEVNULL, stderr=errors)
        if hasattr(os, "wait4"):
            _, status, used = os.wait4(child.pid, 0)
            code = child.returncode = os.waitstatus_to_exitcode(status)
            cpu = used.ru_utime + used.ru_stime
        else:
            code, cpu = child.wait(), 0.0
    wall = time.perf_counter() - started
    if code:
        said = (room / "errors").read_text(encoding="utf-8", errors="replace").strip()
        return (said.splitlines() or [f"ended with {code}"])[-1]
    return wall, cpu
