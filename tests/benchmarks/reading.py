"""How fast texts become facts: kg and its peers on the same texts, from memory to memory.

What each finds is counted and not compared: facts with evidence are few, matches of patterns are more, and names
are many.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import accumulate, chain, repeat
from pathlib import Path
from typing import NamedTuple

from kg.model import Document, Source
from kg.read import read_sources
from tests.benchmarks import measure, peers
from tests.benchmarks.measure import ROOT, Limits, Result, middle, progress, spread
from tests.benchmarks.tables import Table, amount, times

#: How much longer than its CPU a process may take on a machine that is not idle.
_BUSY = 5
#: Characters of an article: the one in ``source_texts`` has 2,120.
_ARTICLE = 2_000
DENSE = "source_texts, repeated"
GOLD = "tests/gold"


class Settings(NamedTuple):
    """``characters`` is how long the repeated article is made; a slow peer reads for ``seconds`` of CPU, then stops.

    Before the clock starts each engine reads about ``warm`` characters of the corpus, which counts for nothing: what it
    compiles or keeps when it first needs it is part of its start.
    """

    corpora: Sequence[str]
    engines: Sequence[str]
    runs: int = 3
    characters: int = 300_000
    seconds: float = 60
    warm: int = 20_000


def corpus(name: str, characters: int) -> list[Document]:
    """The texts by the name of a corpus or a path.

    A path is a folder of texts, a ``.jsonl`` file, or any other file, which is cut at the ends of lines into
    texts as long as an article.
    """
    if name == DENSE:
        article = list(read_sources([ROOT / "source_texts"]))
        times = -(-characters // sum(len(d.text) for d in article))
        return list(chain.from_iterable(repeat(article, times)))
    path = ROOT / name if name == GOLD else Path(name)
    if path == ROOT / GOLD:
        return list(read_sources(sorted(path.glob("*/*.txt"))))
    if path.is_dir() or path.suffix == ".jsonl":
        return list(read_sources([path]))
    texts = [""]
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if len(texts[-1]) + len(line) > _ARTICLE:
            texts.append("")
        texts[-1] += line
    return [Document(Source(f"text-{n}"), text) for n, text in enumerate(texts, start=1) if text.strip()]


# -------------------------------------------------------------------------- child


def work(job: Result) -> Iterator[Result]:
    """One engine on one corpus: how long it takes to load, to read, and what it finds."""
    started = time.perf_counter()
    peer = next(p for p in peers.PEERS if p.name == job["engine"])
    documents = corpus(job["corpus"], job["characters"])
    if not documents:
        yield {"failed": "there is no text to read"}
        return
    read_in = time.perf_counter() - started
    engine = peer.ready()
    loaded = time.perf_counter() - started - read_in
    lost = peers.missed(engine)
    if lost:
        yield {"failed": f"does not find {'; '.join(lost)}"}
        return
    for document in _first(documents, job["warm"]):
        engine.read(document)
    measure.keep()
    characters = found = 0
    wall, cpu = time.perf_counter(), time.process_time()
    for document in documents:
        found += engine.count(engine.read(document))
        characters += len(document.text) - document.body
        if time.process_time() - cpu > job["seconds"]:
            break
    took = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    yield {
        **took,
        "characters": characters,
        "found": found,
        "loaded": loaded,
        "patterns": engine.patterns,
        "peak": measure.peak(),
    }


def _first(documents: Sequence[Document], characters: int) -> Iterator[Document]:
    """The first documents of about so many characters."""
    ends = accumulate(len(document.text) for document in documents)
    return (document for document, end in zip(documents, ends, strict=False) if end <= characters)


# ------------------------------------------------------------------------- parent


def tables(settings: Settings, limits: Limits) -> Iterator[Table]:
    """A table for each corpus, the engines in turn, each run in a process of its own."""
    for name in settings.corpora:
        results: dict[str, list[Result]] = {engine: [] for engine in settings.engines}
        failed: dict[str, str] = {}
        for number in range(settings.runs):
            for engine in settings.engines:
                if engine in failed:
                    continue
                progress(f"reading: {name}: {engine}, run {number + 1} of {settings.runs}")
                peer = next(p for p in peers.PEERS if p.name == engine)
                if find_spec(peer.needs) is None:
                    failed[engine] = "not installed; pip install -e '.[bench]'"
                    continue
                job = settings._asdict() | {"engine": engine, "corpus": name}
                for result in measure.run(
                    "reading", job, limits._replace(seconds=limits.seconds + _BUSY * settings.seconds)
                ):
                    if "failed" in result:
                        failed[engine] = result["failed"]
                    else:
                        results[engine].append(result)
        yield _table(name, settings, results, failed)


def _table(name: str, settings: Settings, results: dict[str, list[Result]], failed: dict[str, str]) -> Table:
    heads = (
        "engine",
        "patterns",
        "characters/s",
        "spread",
        "wall",
        "kg is faster by",
        "peak MB",
        "loads in",
        "found",
        "characters read",
    )
    rows = []
    speeds = {
        engine: [r["characters"] / max(r["cpu"], 1e-9) for r in of_engine]
        for engine, of_engine in results.items()
        if engine not in failed and of_engine
    }
    of_kg = middle(speeds["kg"]) if "kg" in speeds else 0.0
    for engine in settings.engines:
        if engine not in speeds:
            rows.append((engine, f"failed: {failed.get(engine, 'no result')}", *[""] * (len(heads) - 2)))
            continue
        of_engine, speed = results[engine], middle(speeds[engine])
        last = of_engine[-1]
        rows.append(
            (
                engine,
                f"{last['patterns']:,}" if last["patterns"] else "",
                amount(speed),
                f"{spread(speeds[engine]):.0%}",
                amount(middle(r["characters"] / max(r["wall"], 1e-9) for r in of_engine)),
                "" if engine == "kg" or not of_kg else times(of_kg / speed),
                f"{middle(r['peak'] for r in of_engine):,.0f}",
                f"{middle(r['loaded'] for r in of_engine):.2f} s",
                f"{last['found']:,}",
                f"{last['characters']:,}",
            )
        )
    title = f"Reading: {name} (characters per second of CPU, median of {settings.runs})"
    return Table(title, heads, tuple(rows))
