"""Any number of documents: the same bytes as in memory and by whatever many processes, in bounded memory."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain, count, islice
from pathlib import Path

import pytest
from archive import archive
from click.testing import CliRunner
from hypothesis import given, settings
from test_graph import told

from kg import build, runs, workers
from kg.bulk import Readers
from kg.cli import cli
from kg.graph import evidence_graph, facts_graph, to_turtle
from kg.knowledge import Knowledge
from kg.model import (
    Claim,
    Document,
    Entity,
    Evidence,
    Factuality,
    KgError,
    OutputError,
    Source,
    SourceError,
    Statement,
)
from kg.pipeline import Extraction
from kg.read import read_sources
from kg.statements import collect, stands

TURTLE = ("kg.ttl", "evidence.ttl")


class Told(Readers):
    """A reader of documents that are known beforehand."""

    def __init__(self, read: Callable[[Document], Iterable[tuple[Claim, Evidence]]]) -> None:
        self._read = read

    def __call__(self):
        return self

    def read(self, document: Document) -> Extraction:
        return Extraction(document.source, tuple(self._read(document)), 1, 0)

    def __reduce__(self):
        return Told, (self._read,)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little is held in memory, so that a small build goes by way of the disk, and runs are merged."""
    for name, value in {"_HELD": 50, "_BATCH": 8, "_MERGED": 3, "_OPEN": 6}.items():
        monkeypatch.setattr(runs, name, value)


@pytest.fixture
def no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that nobody looks at is not made."""
    monkeypatch.setattr("kg.view.to_html", lambda *_, **__: "")


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents in one file."""
    path = tmp_path_factory.mktemp("texts") / "archive.jsonl"
    path.write_text("\n".join(archive(24)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def in_memory(texts: Path) -> dict[str, str]:
    """The files of the documents as rdflib and the viewer write them from a list of statements."""
    reader = Readers()()
    found = collect(chain.from_iterable(reader.read(document).found for document in read_sources([texts])))
    knowledge = Knowledge(tuple(Statement(s.claim, s.evidence[:20]) for s in found))
    return {
        "kg.ttl": to_turtle(facts_graph(found, stands)),
        "evidence.ttl": to_turtle(evidence_graph(found)),
        "kg.html": knowledge.html(),
    }


# ---------------------------------------------------------------------- the same bytes


@settings(max_examples=60, deadline=None)
@given(told())
def test_it_writes_what_rdflib_writes(
    tmp_path_factory: pytest.TempPathFactory, sample: list[Statement]
) -> None:
    """Whatever is stated, the files are those of rdflib, byte for byte."""
    found: dict[Source, list[tuple[Claim, Evidence]]] = defaultdict(list)
    for statement in sample:
        for evidence in statement.evidence:
            found[evidence.source].append((statement.claim, evidence))
    documents = [Document(source, "testo") for source in found]
    folder = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("kg.view.to_html", lambda *_, **__: "")
        build.build(documents, folder, readers=Told(lambda document: found[document.source]), jobs=1)
    merged = collect(chain.from_iterable(found.values()))
    wanted = to_turtle(facts_graph(merged, stands)), to_turtle(evidence_graph(merged))
    assert tuple((folder / name).read_bytes().decode() for name in TURTLE) == wanted


def test_nothing_found_is_a_graph_too(tmp_path: Path) -> None:
    """Without a fact the files are empty, as rdflib would have them."""
    build.build([Document(Source("uno"), "testo")], tmp_path, readers=Told(lambda _: ()), jobs=1)
    assert [(tmp_path / name).read_text(encoding="utf-8") for name in TURTLE] == ["\n", "\n"]


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_any_number_of_processes_gives_the_same_bytes(
    texts: Path,
    in_memory: dict[str, str],
    tmp_path: Path,
    tiny: None,
    jobs: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One, two and three processes, by way of the disk, write what is written from memory."""
    monkeypatch.setattr("kg.bulk._CHARACTERS", 10_000)
    summary = build.build(read_sources([texts]), tmp_path, readers=Readers(), jobs=jobs)
    assert {name: data.decode() for name, data in files(tmp_path).items()} == in_memory
    assert summary.count.documents == 24


def test_processes_that_are_not_forked(
    texts: Path, in_memory: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where processes begin afresh, as on Windows and macOS, they load the same rules and read the same."""
    monkeypatch.setattr(workers, "CONTEXT", multiprocessing.get_context("spawn"))
    build.build(read_sources([texts]), tmp_path, readers=Readers(), jobs=2)
    assert {name: data.decode() for name, data in files(tmp_path).items()} == in_memory


def test_the_order_of_documents_changes_nothing(
    texts: Path, in_memory: dict[str, str], tmp_path: Path, tiny: None
) -> None:
    """Documents in another order, in files of their own, give the same bytes."""
    lines = texts.read_text(encoding="utf-8").splitlines()
    random.Random(1).shuffle(lines)
    for number, part in enumerate((lines[:9], lines[9:])):
        (tmp_path / f"{number}.jsonl").write_text("\n".join(part), encoding="utf-8")
    build.build(read_sources([tmp_path]), tmp_path / "built", readers=Readers(), jobs=2)
    assert {name: data.decode() for name, data in files(tmp_path / "built").items()} == in_memory


def test_extracted_lines_come_in_the_order_of_the_documents(texts: Path) -> None:
    """kg extract prints the same bytes whatever the number of its processes."""
    told = [CliRunner().invoke(cli, ["extract", str(texts), "-j", str(n)]).stdout for n in (1, 3)]
    assert told[0] == told[1]
    names = list(dict.fromkeys(json.loads(line)["document"] for line in told[0].splitlines()))
    assert names == [f"archive-{n:07}" for n in range(1, 25)]


# ------------------------------------------------------------------------- one claim


A, B = Entity("A", "A", "Automaker"), Entity("B", "B", "Brand")


def proof(document: str, start: int = 0, factuality: Factuality = Factuality.ASSERTED) -> Evidence:
    return Evidence(Source(document), "regola", start, start + 5, "parte", "", "", factuality)


@pytest.mark.parametrize(
    "pairs",
    [
        [(Claim(A, "partnerOf", B), proof("due")), (Claim(B, "partnerOf", A), proof("uno"))],
        [(Claim(A, "partnerOf", B), proof("uno", 9)), (Claim(B, "partnerOf", A), proof("uno"))],
        [(Claim(A, "partnerOf", B), proof("uno")), (Claim(B, "partnerOf", A), proof("uno"))],
        [(Claim(A, "owns", B), proof("uno")), (Claim(A, "owns", B), proof("due", 0, Factuality.DENIED))],
        [(Claim(A, "owns", B), proof("uno")), (Claim(A._replace(cls="Group"), "owns", B), proof("due"))],
        [
            (Claim(A, "partnerOf", B), proof("uno")),
            (Claim(B, "partnerOf", A._replace(cls="Group")), proof("due")),
            (Claim(A, "partnerOf", B._replace(label="Bi")), proof("tre")),
        ],
        [(Claim(A, "owns", B, (("by", "2024-Q2"),)), proof("uno")), (Claim(A, "opens", B, (("since", "2024-Q2"),)), proof("uno"))],
        [(Claim(A, "owns", B), proof(f"n{n}")) for n in range(60)],
    ],
    ids=["turned", "turned in one document", "turned in one sentence", "denied elsewhere", "of two classes",
         "turned and of two classes", "period", "often"],
)  # fmt: skip
@pytest.mark.parametrize("jobs", [1, 2])
def test_claims_of_many_documents_are_one(
    no_page: None,
    pairs: list[tuple[Claim, Evidence]],
    tmp_path: Path,
    tiny: None,
    jobs: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What several documents tell is merged as it is in memory, whichever process reads them."""
    monkeypatch.setattr("kg.bulk._DOCUMENTS", 1)
    names = list(dict.fromkeys(evidence.source.id for _, evidence in pairs))
    told = Told(lambda document: [pair for pair in pairs if pair[1].source == document.source])
    build.build([Document(Source(name), "testo") for name in names], tmp_path, readers=told, jobs=jobs)
    merged = collect(pairs)
    wanted = to_turtle(facts_graph(merged, stands)), to_turtle(evidence_graph(merged))
    assert tuple((tmp_path / name).read_text(encoding="utf-8") for name in TURTLE) == wanted


# --------------------------------------------------------------------------- the page


def test_a_page_shows_a_part_and_says_so(
    texts: Path, tmp_path: Path, in_memory: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more than a page can hold the best connected things are shown, with the facts most told among them."""
    shown: list[tuple[list[Statement], tuple[int, int] | None]] = []

    def to_html(statements: list[Statement], *, of: tuple[int, int] | None = None) -> str:
        shown.append((statements, of))
        return ""

    monkeypatch.setattr("kg.view.to_html", to_html)
    build.build(read_sources([texts]), tmp_path, readers=Readers(), jobs=1)
    monkeypatch.setattr(build, "_THINGS", 6)
    monkeypatch.setattr(build, "_FACTS", 5)
    build.build(read_sources([texts]), tmp_path, readers=Readers(), jobs=1)
    (whole, none), (part, of) = shown
    things = {end for s in whole for end in (s.claim.subject, s.claim.object)}
    assert none is None
    assert of == (len(things), len(whole))
    assert len(part) <= 5
    assert len({end for s in part for end in (s.claim.subject, s.claim.object)}) <= 6
    assert {s.claim for s in part} < {s.claim for s in whole}
    assert max(len(s.evidence) for s in whole) == 20
    assert (tmp_path / "kg.ttl").read_text(encoding="utf-8") == in_memory["kg.ttl"]


# ----------------------------------------------------------------------------- memory


def many(number: int) -> Iterator[Document]:
    return (Document(Source(f"n{n}"), "testo") for n in range(number))


def told_of(document: Document) -> list[tuple[Claim, Evidence]]:
    """Something new and something known about something new and something known."""
    new = Entity(document.source.id, document.source.id, "Automaker")
    return [
        (Claim(A, "owns", B), proof(document.source.id)),
        (Claim(A, "owns", new), proof(document.source.id, 9)),
    ]


def test_memory_does_not_grow(tmp_path: Path, no_page: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times the documents, with four times the facts and things, need no more memory."""
    for module, name, value in (
        ("runs", "_HELD", 150), ("runs", "_MERGED", 3), ("runs", "_OPEN", 6), ("runs", "_BATCH", 16), ("harvest", "_PAIRS", 150), ("turtle", "_KNOWN", 200), ("read", "_REMEMBERED", 100),
        ("build", "_THINGS", 50), ("build", "_FACTS", 50), ("bulk", "_DOCUMENTS", 50),
    ):  # fmt: skip
        monkeypatch.setattr(f"kg.{module}.{name}", value)
    peaks = []
    for number in (100, 300, 1200):  # the first fills what is made once
        tracemalloc.start()
        build.build(many(number), tmp_path, readers=Told(told_of), jobs=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.5 * peaks[1]


def test_documents_are_read_as_they_are_needed() -> None:
    """No more is taken from the source than a few items for each process."""
    taken = count()
    with closing(workers.spread(lambda items: (-n for n in items), taken, 2)) as results:
        assert list(islice(results, 20)) == [-n for n in range(20)]
    assert next(taken) < 40


def test_a_million_ids_are_compared_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id that was there long before is refused with both places."""
    monkeypatch.setattr("kg.read._REMEMBERED", 3)
    lines = [json.dumps({"id": f"n{n % 10}", "text": "Testo."}) for n in range(11)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SourceError, match=r"a.jsonl:11: has the id n0 of .*a.jsonl:1; "):
        list(read_sources([tmp_path / "a.jsonl"]))


# ----------------------------------------------------------------------------- faults


def faulty(document: Document) -> list[tuple[Claim, Evidence]]:
    if document.source.id == "n7":
        raise ZeroDivisionError("by\nzero")
    return told_of(document)


def deadly(document: Document) -> list[tuple[Claim, Evidence]]:
    if document.source.id == "n7":
        os.kill(os.getpid(), signal.SIGKILL)
    return told_of(document)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_names_the_document(tmp_path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a text breaks, in whichever process, is one line with its name, and nothing is written."""
    monkeypatch.setattr("kg.bulk._DOCUMENTS", 2)
    with pytest.raises(KgError, match=r"^n7: this should not happen \(ZeroDivisionError: by zero\); leave"):
        build.build(many(100), tmp_path / "new", readers=Told(faulty), jobs=jobs)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no signals as on POSIX")
def test_a_killed_process_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed, as for want of memory, ends the build in one line, and nothing is left of it."""
    monkeypatch.setattr("kg.bulk._DOCUMENTS", 2)
    with pytest.raises(KgError, match=r"ended from outside \(signal 9\), for want of memory perhaps"):
        build.build(many(100), tmp_path, readers=Told(deadly), jobs=2)
    assert list(tmp_path.iterdir()) == []
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_on_the_way(
    tmp_path: Path, jobs: int, tiny: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When what is sorted finds no room, one line says so, and nothing is left over."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runs.pickle, "dump", full)
    with pytest.raises(
        OutputError, match=r"cannot hold what is sorted on the way \(No space left on device\)"
    ):
        build.build(many(100), tmp_path, readers=Told(told_of), jobs=jobs)
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_ends_all_processes(tmp_path: Path) -> None:
    """Ctrl-C while others read ends them at once and leaves no file."""

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.build(many(5000), tmp_path, readers=Told(told_of), jobs=2, watch=interrupt)
    assert multiprocessing.active_children() == []
    assert list(tmp_path.iterdir()) == []


def test_what_a_process_has_left_comes_last() -> None:
    """Results come in the order of the items, one for each, and then what each process still has."""

    def work(items: Iterator[int]) -> Iterator[tuple[str, int]]:
        held = 0
        for item in items:
            held += item
            yield "item", item
        yield "held", held

    results = list(workers.spread(work, range(100), 3))
    assert results[:100] == [("item", n) for n in range(100)]
    assert [name for name, _ in results[100:]] == ["held"] * 3
    assert sum(held for _, held in results[100:]) == sum(range(100))
