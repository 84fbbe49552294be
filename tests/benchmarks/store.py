"""Turtle written, Turtle loaded, and the saved queries: kg's store beside rdflib's, on graphs of several sizes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.names import PREFIXES
from tests.benchmarks import graphs, measure
from tests.benchmarks.measure import Limits, Result, middle, progress
from tests.benchmarks.tables import Table, seconds, times

#: The saved queries that join most.
QUERIES = ("evidence", "sayings", "plans", "facilities", "figures", "models", "deals", "people")
ENGINES = ("kg", "pyoxigraph", "rdflib")
_READY, _WRITTEN, _LOADED = "ready", "Turtle written", "Turtle loaded"
_PEAK = "peak"
#: What takes less is done again, for a median.
_SHORT = 1.0


# -------------------------------------------------------------------------- child


def work(job: Result) -> Iterator[Result]:
    """Writing, or loading and asking; each result with ``what`` it is of and the ``seconds`` it took."""
    how = job["engine"], Path(job["folder"]), job["limit"], job["runs"]
    yield from _write(*how) if job["do"] == "write" else _ask(*how, job["queries"])
    yield {"what": _PEAK, "peak": measure.peak()}


def _write(engine: str, folder: Path, limit: float, runs: int) -> Iterator[Result]:
    """What is in memory to Turtle in memory: of kg its facts with their evidence, to both of its files."""
    write = _WRITERS[engine](folder / "graph.nt")
    yield {"what": _READY}
    yield _timed(_WRITTEN, write, limit, runs)


def _kg_writer(source: Path) -> Callable[[], object]:
    from kg.knowledge import Knowledge
    from kg.restore import statements
    from kg.store import open_store, triples

    known = Knowledge(tuple(statements(triples(open_store([source])))))
    return lambda: (known.turtle(), known.evidence_turtle())


def _pyoxigraph_writer(source: Path) -> Callable[[], object]:
    from pyoxigraph import DefaultGraph, RdfFormat, Store

    store, prefixes = Store(), dict(PREFIXES)
    store.bulk_load(path=source, format=RdfFormat.N_TRIPLES)
    return lambda: store.dump(format=RdfFormat.TURTLE, from_graph=DefaultGraph(), prefixes=prefixes)


def _rdflib_writer(source: Path) -> Callable[[], object]:
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    graph.parse(source, format="nt")
    return lambda: graph.serialize(format="turtle")


_WRITERS = {"kg": _kg_writer, "pyoxigraph": _pyoxigraph_writer, "rdflib": _rdflib_writer}


def _ask(engine: str, folder: Path, limit: float, runs: int, queries: Sequence[str]) -> Iterator[Result]:
    """A Turtle file to a store in memory, then each query to an answer in JSON."""
    from kg.queries import resolve_query
    from kg.store import open_store, query

    turtle = folder / "graph.ttl"
    stores: list[Any] = []

    def load() -> None:
        stores.clear()
        if engine == "kg":
            stores.append(open_store([turtle]))
        elif engine == "pyoxigraph":
            from pyoxigraph import RdfFormat, Store

            stores.append(Store())
            stores[0].bulk_load(path=turtle, format=RdfFormat.TURTLE)
        else:
            from rdflib import Graph

            stores.append(Graph().parse(turtle, format="turtle"))

    loaded = _timed(_LOADED, load, limit, runs)
    yield loaded
    if "failed" in loaded:
        return
    for name in queries:
        text = resolve_query(name)
        answers: list[bytes] = []

        def ask(text: str = text, answers: list[bytes] = answers) -> None:
            if engine == "kg":
                answers.append(query(stores[0], text).data)
            else:
                answers.append(stores[0].query(text, initNs=dict(PREFIXES)).serialize(format="json"))

        result = _timed(name, ask, limit, runs)
        yield result | ({"rows": _count(answers[-1])} if answers else {})
        if "failed" in result and engine == "kg":
            return  # nobody can stop the engine: the next query would run beside this one


def _count(answer: bytes) -> int:
    """The rows of an answer; where nothing is found rdflib gives one with nothing but a count of none."""
    return sum(len(row) > 1 for row in json.loads(answer)["results"]["bindings"])


def _timed(what: str, do: Callable[[], Any], limit: float, runs: int) -> Result:
    """The median of some runs, of one if it takes long."""
    took: list[float] = []
    try:
        while len(took) < runs and (not took or took[0] < _SHORT):
            started = time.perf_counter()
            with measure.within(limit):
                do()
            took.append(time.perf_counter() - started)
    except measure.Overrun:
        return {"what": what, "failed": Limits(limit).late}
    return {"what": what, "seconds": middle(took)}


# ------------------------------------------------------------------------- parent


def tables(sizes: Sequence[int], runs: int, limits: Limits) -> Iterator[Table]:
    """A table for each size."""
    for size in sizes:
        with TemporaryDirectory() as folder:
            progress(f"store: making a graph of {size:,} triples")
            count = _furnish(Path(folder), size)
            cells: dict[tuple[str, str], Result] = {}
            for engine in ENGINES:
                for do in ("write", "ask"):
                    progress(f"store: {size:,} triples: {engine}, {do}")
                    queries = [] if engine == "pyoxigraph" else QUERIES  # kg asks it
                    job: Result = {"do": do, "engine": engine, "folder": folder, "limit": limits.seconds}
                    job |= {"runs": runs, "queries": queries}
                    cells |= {(engine, what): r for what, r in _results(job, limits)}
            yield _table(count, cells, runs)


def _furnish(folder: Path, size: int) -> int:
    """The same graph as N-Triples and as Turtle; how many triples it has."""
    from pyoxigraph import RdfFormat, parse, serialize

    source = folder / "graph.nt"
    count = graphs.write(source, size)
    triples = (quad.triple for quad in parse(path=source, format=RdfFormat.N_TRIPLES))
    serialize(triples, folder / "graph.ttl", format=RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    return count


def _results(job: Result, limits: Limits) -> Iterator[tuple[str, Result]]:
    """The result of each thing that a child was to do; another child asks what one that ended has left."""
    first = _READY if job["do"] == "write" else _LOADED
    waiting = [first, *([_WRITTEN] if first == _READY else job["queries"])]
    done: dict[str, Result] = {}
    for result in measure.run("store", job, limits):
        if result.get("what") == _PEAK:
            yield f"{_PEAK}, {job['do']}", result
        elif waiting:
            done[waiting.pop(0)] = result
    yield from done.items()
    if "failed" in done.get(first, {}):
        yield from ((what, {"failed": f"not loaded ({done[first]['failed']})"}) for what in waiting)
    elif waiting and len(done) > 1:
        yield from _results(job | {"queries": waiting}, limits)


def _table(size: int, cells: dict[tuple[str, str], Result], runs: int) -> Table:
    rows = []
    for what in (_WRITTEN, _LOADED, *QUERIES):
        of_kg, of_rdflib = cells.get(("kg", what), {}), cells.get(("rdflib", what), {})
        ratio = ""
        if "seconds" in of_kg and "seconds" in of_rdflib:
            ratio = times(of_rdflib["seconds"] / of_kg["seconds"])
        counted = {r["rows"] for r in (of_kg, of_rdflib) if "rows" in r}
        found = " ≠ ".join(f"{n:,}" for n in sorted(counted))
        rows.append((what, *(_cell(cells.get((engine, what))) for engine in ENGINES), ratio, found))
    for do, told in (("write", "peak, written"), ("ask", "peak, loaded and asked")):
        peaks = (cells.get((engine, f"{_PEAK}, {do}"), {}).get("peak") for engine in ENGINES)
        rows.append((told, *("" if peak is None else f"{peak:,.0f} MB" for peak in peaks), "", ""))
    heads = ("", *ENGINES, "kg is faster than rdflib by", "rows")
    return Table(f"A graph of {size:,} triples (wall, median of up to {runs})", heads, tuple(rows))


def _cell(result: Result | None) -> str:
    if result is None:
        return ""
    return result["failed"] if "failed" in result else seconds(result["seconds"])
