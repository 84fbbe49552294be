"""Turtle written, Turtle loaded, and the saved queries: kg's store beside rdflib's, on graphs of several sizes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks import graphs, measure
from tests.benchmarks.measure import Limits, Result, middle, progress
from tests.benchmarks.tables import Table, seconds, times

#: The saved queries that join most.
QUERIES = ("evidence", "sayings", "plans", "facilities", "figures", "models", "deals", "people")
ENGINES = ("kg", "pyoxigraph", "rdflib")
_WRITTEN, _LOADED = "Turtle written", "Turtle loaded"
#: What takes less is done again, for a median.
_SHORT = 1.0


# -------------------------------------------------------------------------- child


def work(job: Result) -> Iterator[Result]:
    """Writing, or loading and asking; each result with ``what`` it is of and the ``seconds`` it took."""
    measures = {"write": _write, "ask": _ask}
    yield from measures[job["do"]](job["engine"], Path(job["folder"]), job["limit"], job["runs"])
    yield {"what": "", "peak": measure.peak()}


def _write(engine: str, folder: Path, limit: float, runs: int) -> Iterator[Result]:
    """A graph in memory to Turtle in memory."""
    source = folder / "graph.nt"
    if engine == "pyoxigraph":
        from pyoxigraph import RdfFormat, Store

        from kg.names import PREFIXES

        store = Store()
        store.bulk_load(path=source, format=RdfFormat.N_TRIPLES)
        graph = RdfFormat.TURTLE

        def write() -> Any:
            from pyoxigraph import DefaultGraph

            return store.dump(format=graph, from_graph=DefaultGraph(), prefixes=dict(PREFIXES))

    else:
        write = _writer_over_rdflib(engine, source)
    yield {"what": "ready"}
    yield _timed(_WRITTEN, write, limit, runs)


def _writer_over_rdflib(engine: str, source: Path) -> Callable[[], Any]:
    from rdflib import Graph

    from kg.graph import to_turtle
    from kg.names import PREFIXES

    graph = Graph(bind_namespaces="none")
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    graph.parse(source, format="nt")
    return (lambda: to_turtle(graph)) if engine == "kg" else (lambda: graph.serialize(format="turtle"))


def _ask(engine: str, folder: Path, limit: float, runs: int) -> Iterator[Result]:
    """A Turtle file to a store in memory, then each query to an answer in JSON."""
    from kg.names import PREFIXES
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
    if "failed" in loaded or engine == "pyoxigraph":
        return
    for name in QUERIES:
        text = resolve_query(name)
        answers: list[bytes] = []

        def ask(text: str = text, answers: list[bytes] = answers) -> None:
            if engine == "kg":
                answers.append(query(stores[0], text).data)
            else:
                answers.append(stores[0].query(text, initNs=dict(PREFIXES)).serialize(format="json"))

        result = _timed(name, ask, limit, runs)
        yield result | ({"rows": _count(answers[-1])} if answers else {})


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
                    job = {
                        "do": do,
                        "engine": engine,
                        "folder": folder,
                        "limit": limits.seconds,
                        "runs": runs,
                    }
                    cells |= {(engine, what): r for what, r in _results(do, job, limits)}
            yield _table(count, cells, runs)


def _furnish(folder: Path, size: int) -> int:
    """The same graph as N-Triples and as Turtle; how many triples it has."""
    from pyoxigraph import RdfFormat, parse, serialize

    from kg.names import PREFIXES

    source = folder / "graph.nt"
    count = graphs.write(source, size)
    triples = (quad.triple for quad in parse(path=source, format=RdfFormat.N_TRIPLES))
    serialize(triples, folder / "graph.ttl", format=RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    return count


def _results(do: str, job: Result, limits: Limits) -> Iterator[tuple[str, Result]]:
    """The result of each thing that the child was to do; where it ended, the rest has none."""
    waiting = (
        [_WRITTEN] if do == "write" else [_LOADED, *QUERIES] if job["engine"] != "pyoxigraph" else [_LOADED]
    )
    for result in measure.run("store", job, limits):
        what = result.get("what", waiting[0] if waiting else "")
        if not what:
            yield f"peak, {do}", result
        elif what in waiting:
            waiting.remove(what)
            yield what, result
            if "failed" in result and what == _LOADED:
                yield from ((query, {"failed": "not loaded"}) for query in waiting)
                return
    yield from ((what, {"failed": "no result"}) for what in waiting)


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
        peaks = (cells.get((engine, f"peak, {do}"), {}).get("peak") for engine in ENGINES)
        rows.append((told, *("" if peak is None else f"{peak:,.0f} MB" for peak in peaks), "", ""))
    heads = ("", *ENGINES, "kg is faster than rdflib by", "rows")
    return Table(f"A graph of {size:,} triples (wall, median of up to {runs})", heads, tuple(rows))


def _cell(result: Result | None) -> str:
    if result is None:
        return ""
    return result["failed"] if "failed" in result else seconds(result["seconds"])
