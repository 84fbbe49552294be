"""What is exported can be read by the tool that it is for, and tells all that the format can hold."""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import networkx as nx
import pytest
import rdflib
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from test_cli import kg
from test_graph import AURORA, BOREALE, SAMPLE, SOURCE, evidence, facts, proofs, stated, told

from kg import carry
from kg.export import FORMATS, by_document, export, format_of, packed
from kg.facts import days
from kg.lines import to_trig, to_turtle
from kg.model import (
    Claim,
    Entity,
    Evidence,
    Factuality,
    Observation,
    OutputError,
    QueryError,
    Source,
    Statement,
    plain,
)
from kg.names import AUTO, PREFIXES, RES, unescaped
from kg.neo4j import _string, to_cypher
from kg.restore import statements
from kg.statements import evidence_key
from kg.store import open_store, read_quads, triples, written
from kg.tables import COLUMNS, rows, to_parquet, to_table

RDF = ("turtle", "turtle12", "ntriples", "nquads", "trig", "jsonld", "rdfxml")
OTHER = Source("altra-fonte", "Un'altra", "La Gazzetta", date(2024, 10, 1))
#: Two documents bear out one fact; a denied one stands nowhere.
BOTH = [
    *SAMPLE[1:],
    stated(
        AURORA,
        "partnerOf",
        BOREALE,
        evidence(),
        replace(evidence("alleata di"), source=OTHER),
        since="2023-07",
    ),
    stated(BOREALE, "mergesWith", AURORA, evidence("smentisce", Factuality.DENIED)),
]


@contextmanager
def folder(sample: Sequence[Statement]) -> Iterator[Path]:
    """A folder with the graph of the statements."""
    with TemporaryDirectory() as room:
        Path(room, "kg.ttl").write_text(facts(list(sample)), encoding="utf-8")
        Path(room, "evidence.ttl").write_text(proofs(list(sample)), encoding="utf-8")
        yield Path(room)


def exported(sample: Sequence[Statement], fmt: str) -> dict[str, bytes]:
    with folder(sample) as room:
        return export([room], fmt)


def restored(sample: Sequence[Statement]) -> list[Statement]:
    with folder(sample) as room:
        return statements(triples(open_store([room])))


# ------------------------------------------------------------------------- all of them


def test_the_command_knows_every_format() -> None:
    """The command line offers what can be written, and each is named by an ending of its own, but for two."""
    assert set(carry._FORMATS) == set(FORMATS)
    assert {
        format_of(Path(f"graph{ending}.gz")) for ending in FORMATS.values() if ending
    } == FORMATS.keys() - {
        "turtle12",
        "neo4j",
    }
    with pytest.raises(OutputError, match=r"graph\.txt: its name tells no format; give one with --format"):
        format_of(Path("graph.txt"))


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_graph_gives_the_same_bytes(fmt: str, tmp_path: Path) -> None:
    """Neither the order of what is read nor the file that holds it changes a byte."""
    with folder(BOTH) as room:
        once = export([room], fmt)
        lines = [f"{' '.join(filter(None, quad))} .\n" for quad in read_quads([room])]
    (tmp_path / "turned.nq").write_text("".join(reversed(lines)), encoding="utf-8")
    assert export([tmp_path / "turned.nq"], fmt) == once
    assert all(content.endswith(b"\n") or fmt == "parquet" for content in once.values())


_DIGESTS = """
import hashlib, sys
from pathlib import Path
from kg.exchange import take_in
from kg.export import FORMATS, export
from kg.report import to_html
from kg.restore import statements
from kg.store import open_store, triples
room, other = map(Path, sys.argv[1:])
made = [content for fmt in FORMATS for content in export([room], fmt).values()]
made.append(to_html(statements(triples(open_store([room])))).encode())
made += (each.text.encode() for each in take_in([other], room)[0])
print(*(hashlib.sha256(content).hexdigest() for content in made))
"""


def test_no_run_differs_from_another(tmp_path: Path) -> None:
    """Whatever order sets have in a process, exports, reports and imports have the same bytes."""
    other = tmp_path / "other.ttl"
    other.write_text("_:b <a:p> _:c , 1 . _:c <a:q> _:d . <a:s> <a:p> _:b .", encoding="utf-8")
    root = Path(__file__).parents[1]
    with folder(BOTH[:3] + BOTH[4:]) as room:
        told_ = {
            subprocess.run(
                [sys.executable, "-c", _DIGESTS, room, other],
                cwd=root,
                env=os.environ | {"PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2")
        }
    assert len(told_) == 1


def test_an_empty_graph_is_exported_as_one(tmp_path: Path) -> None:
    """Nothing is no reason to fail, in any format."""
    (tmp_path / "none.ttl").write_text("", encoding="utf-8")
    for fmt in FORMATS:
        assert export([tmp_path / "none.ttl"], fmt)


# ------------------------------------------------------------------------- RDF


@settings(max_examples=25, deadline=None)
@given(told())
def test_rdf_loses_nothing(sample: list[Statement]) -> None:
    """Whatever is written in any form of RDF is read back as the same triples."""
    with folder(sample) as room:
        meant = {quad[:3] for quad in read_quads([room])}
        for fmt in RDF:
            try:
                content = export([room], fmt)[""]
            except QueryError as refused:
                assert fmt == "rdfxml"
                assert "XML cannot hold" in str(refused)
                continue
            with TemporaryDirectory() as other:
                back = Path(other, f"back{FORMATS[fmt]}")
                back.write_bytes(content)
                assert {quad[:3] for quad in read_quads([back])} == meant, fmt


IRIS = st.sampled_from(
    [
        f"{RES}{end}"
        for end in ("a", "a.b", "a.", "-a", "_a", "1", "", "a/b", "a%20b", "è", "a:b", "a#b", "a'b", "a(b)")
    ]
    + ["urn:x:y", "http://example.org/è?a=1&b=2", f"{AUTO}plans", f"{PREFIXES['rdf']}type"]
).map(NamedNode)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6) | st.sampled_from(
    ['"', "\\", '"^^<a:b>', "\r\n", "\u2028", "a'''", "@it", "res:a", "\x7f", "\x85", "\ufeff"]
)
LITERALS = (
    st.builds(Literal, TEXTS)
    | st.builds(lambda text: Literal(text, language="it"), TEXTS)
    | st.builds(lambda text, kind: Literal(text, datatype=kind), TEXTS | st.just("01"), IRIS)
    | st.builds(lambda text: Literal(text, datatype=NamedNode(PREFIXES["xsd"] + "decimal")), st.just("1.50"))
)
BLANKS = st.sampled_from("abc").map(BlankNode)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(Quad, IRIS | BLANKS, IRIS, IRIS | BLANKS | LITERALS, st.just(DefaultGraph()) | IRIS),
        max_size=5,
    ),
    st.booleans(),
)
def test_any_rdf_survives(quads: list[Quad], named: bool) -> None:
    """Whatever terms RDF allows are written so that they are read again, in every form that can hold them."""
    lines = "".join(f"{q if named else Quad(q.subject, q.predicate, q.object)} .\n" for q in quads)
    with TemporaryDirectory() as room:
        Path(room, "a.nq").write_text(lines, encoding="utf-8", newline="")
        meant = read_quads([Path(room, "a.nq")])
        texts = {".nq": written(meant, "nquads"), ".trig": to_trig(meant)}
        if not named:
            texts |= {
                ".nt": written(meant, "ntriples"),
                ".ttl": to_turtle(meant),
                ".12.ttl": to_turtle(meant, annotated=True),
            }
        for fmt, ending in (("jsonld", ".jsonld"), *((("rdfxml", ".rdf"),) if not named else ())):
            with suppress(QueryError):
                texts[ending] = written(meant, fmt)
        for ending, text in texts.items():
            back = Path(room, f"b{ending}")
            back.write_text(text, encoding="utf-8", newline="")
            assert read_quads([back]) == meant, text


@pytest.mark.parametrize(
    ("fmt", "reader"),
    [
        ("turtle", "turtle"),
        ("ntriples", "nt"),
        ("nquads", "nquads"),
        ("trig", "trig"),
        ("jsonld", "json-ld"),
        ("rdfxml", "xml"),
    ],
)
def test_rdflib_reads_the_same(fmt: str, reader: str) -> None:
    """The other great reader of RDF finds the same graph in it."""
    meant = rdflib.Graph().parse(data=facts(BOTH)).parse(data=proofs(BOTH))
    data = rdflib.Dataset(default_union=True)
    data.parse(data=exported(BOTH, fmt)[""], format=reader)
    assert set(data.triples((None, None, None))) == set(meant)


def test_each_document_has_a_graph_that_is_whole() -> None:
    """A graph of one document alone gives the facts that it bears out, with its own evidence and no other's."""
    content = exported(BOTH, "nquads")[""]
    lines = content.decode().splitlines()
    for source in (SOURCE, OTHER):
        name = f" <{RES}document/{source.id}> ."
        own = [line.removesuffix(name) + " ." for line in lines if line.endswith(name)]
        things = [line for line in lines if not re.search(r"<[^>]*/document/[^>]*> \.$", line)]
        with TemporaryDirectory() as room:
            Path(room, "part.nt").write_text("\n".join([*own, *things]), encoding="utf-8")
            found = statements(triples(open_store([Path(room)])))
        meant = [
            replace(s, evidence=tuple(e for e in s.evidence if e.source == source))
            for s in restored(BOTH)
            if any(e.source == source for e in s.evidence)
        ]
        assert found == meant


def test_graphs_of_its_own_stay() -> None:
    """A quad that has a graph already is left in it."""
    quad = ("<a:s>", f"<{AUTO}evidence>", "<a:o>", "<a:g>")
    assert by_document([quad]) == [quad]


def test_annotations_are_those_of_rdf_12() -> None:
    """A fact that stands has its evidence beside it, any other is only spoken of; pyoxigraph reads both so."""
    text = exported(BOTH, "turtle12")[""].decode()
    assert text.startswith('VERSION "1.2"\n')
    assert re.search(r"auto:partnerOf res:Boreale ~ <\S+/statement/\w+> \{\|\n +auto:evidence <\S+>,\n", text)
    assert "rdf:reifies <<( res:Boreale auto:mergesWith res:Aurora )>> ;" in text
    assert "rdf:Statement" not in text
    triples_ = list(parse(text.encode(), RdfFormat.TURTLE))
    spoken = [quad.object for quad in triples_ if isinstance(quad.object, Triple)]
    plain_ = {quad.triple for quad in triples_}
    assert len(spoken) == len(BOTH)
    assert {each.predicate.value.removeprefix(AUTO) for each in spoken if each not in plain_} == {
        "mergesWith",
        "ownsStakeIn",
    }


def test_turtle_puts_a_value_on_each_line() -> None:
    """What is added to a graph is added as lines, and no other line changes."""
    before, after = (exported(sample, "turtle")[""].decode().splitlines() for sample in (BOTH[1:], BOTH))
    assert set(before) - set(after) <= {line.replace(" ;", " .") for line in after} | {
        line.replace(" .", " ;") for line in after
    }
    assert max(map(len, after)) < 200


def test_xml_says_what_it_cannot_hold() -> None:
    """A control character is refused with one line, not written as XML that nobody can read."""
    broken = [replace(SAMPLE[0], evidence=(replace(evidence("a\x01b"), end=10),))]
    with pytest.raises(QueryError, match="XML cannot hold"):
        exported(broken, "rdfxml")


# ------------------------------------------------------------------------- tables


def unguarded(cell: str) -> str:
    """A cell of CSV as it was, by the rule that the documentation gives."""
    return cell[1:] if re.match(r"'[\s']*[=+\-@\t\r＝＋－＠]", cell) else cell


def bare(thing: Entity | Observation) -> Entity | Observation:
    return thing._replace(aliases=(), dbpedia="") if isinstance(thing, Entity) else thing


def retold(row: dict[str, object]) -> tuple[Claim, Evidence]:
    """A row as the claim and the evidence that it tells; other names of a thing stand in no table."""

    def text(name: str) -> str:
        return str(row[name] or "")

    def end(name: str) -> Entity:
        named = row[f"{name}_named"]
        iri = text(f"{name}_iri").removeprefix(RES)
        return Entity(
            unescaped(iri), text(name), text(f"{name}_class"), place=text(f"{name}_place"), named=bool(named)
        )

    figure = Observation(text("metric"), row["value"], text("unit"), text("period"), row["max_value"], text("bound"), row["change"])  # fmt: skip
    told_: list[tuple[str, str]] = [(n, v) for n, vs in json.loads(text("other") or "{}").items() for v in vs]
    for name in ("date", "since", "until", "by", "place", "product", "title", "successor", "reason", "about", "share", "rate", "count", "amount", "capacity", "volume"):  # fmt: skip
        value = row[name]
        if value is not None:
            number = plain(value) if isinstance(value, Decimal) else str(value)
            told_.append(
                (
                    name,
                    " ".join(filter(None, [number, text(f"{name}_unit") if f"{name}_unit" in row else ""])),
                )
            )
    thing = figure if row["object_class"] == "Observation" else end("object")
    source = Source(
        text("document"), text("headline"), text("outlet"), row["published"], text("url"), text("language")
    )
    proof = Evidence(
        source, text("rule"), row["start"], row["end"], text("quote"), text("before"), text("after"),
        Factuality(text("factuality")), text("said_by"), tuple(row["resolution"] or ()),
    )  # fmt: skip
    return Claim(end("subject"), text("relation"), thing, tuple(sorted(told_))), proof


def typed(cell: str, kind: str) -> object:
    if not cell:
        return None
    return {
        "text": str,
        "texts": json.loads,
        "number": Decimal,
        "integer": int,
        "boolean": lambda text: text == "true",
        "date": date.fromisoformat,
    }[kind](cell)


def tellings(sample: Sequence[Statement]) -> set[tuple[Claim, Evidence]]:
    return {
        (replace(s.claim, subject=bare(s.claim.subject), object=bare(s.claim.object)), e)
        for s in sample
        for e in s.evidence
    }


@settings(max_examples=60, deadline=None)
@given(told(), st.booleans(), st.booleans())
def test_a_table_tells_every_fact(sample: list[Statement], tabs: bool, raw: bool) -> None:
    """From CSV and TSV, guarded or not, each claim and each piece of its evidence can be told again."""
    page = io.StringIO(to_table(sample, tabs=tabs, raw=raw), newline="")
    read = csv.DictReader(page, dialect="excel-tab" if tabs else "excel")
    assert tuple(read.fieldnames or ()) == tuple(COLUMNS)
    back = [
        retold(
            {
                n: typed(cell if raw or COLUMNS[n] != "text" else unguarded(cell), COLUMNS[n])
                for n, cell in row.items()
            }
        )
        for row in read
    ]
    assert set(back) == tellings(sample)
    assert len(back) == sum(len(s.evidence) for s in sample)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ('=HYPERLINK("https://example.org")', '\'=HYPERLINK("https://example.org")'),
        ("+12% le vendite", "'+12% le vendite"),
        ("-3 punti", "'-3 punti"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),
        ("'ndrangheta", "'ndrangheta"),
        ("a=b", "a=b"),
    ],
)
def test_no_cell_runs_in_a_spreadsheet(text: str, safe: str) -> None:
    """A text that a spreadsheet would run is shown as a text, and can be told again."""
    sample = [replace(SAMPLE[0], evidence=(evidence(text),))]
    (row,) = csv.DictReader(io.StringIO(to_table(sample), newline=""))
    assert row["quote"] == safe
    assert unguarded(safe) == text
    (row,) = csv.DictReader(io.StringIO(to_table(sample, raw=True), newline=""))
    assert row["quote"] == text


def test_numbers_are_no_formulas() -> None:
    """A fall is a number with its sign, which a spreadsheet reckons with."""
    fall = stated(AURORA, "reports", Observation("sales", change=Decimal("-3.5")))
    (row,) = csv.DictReader(io.StringIO(to_table([fall]), newline=""))
    assert row["change"] == "-3.5"


@settings(max_examples=40, deadline=None)
@given(told())
def test_parquet_has_types(sample: list[Statement]) -> None:
    """pyarrow reads numbers, days, truth values and lists as such, and every fact again."""
    pq = pytest.importorskip("pyarrow.parquet", reason="NOT TESTED: pyarrow is not installed")
    read = pq.read_table(io.BytesIO(to_parquet(sample)))
    assert read.schema.names == list(COLUMNS)
    assert str(read.schema.field("value").type) == "decimal128(38, 15)"
    assert str(read.schema.field("published").type) == "date32[day]"
    assert {retold(row) for row in read.to_pylist()} == tellings(sample)


def test_parquet_says_what_it_cannot_hold() -> None:
    """A number with more digits than a decimal has is one line, and CSV is advised."""
    pytest.importorskip("pyarrow", reason="NOT TESTED: pyarrow is not installed")
    huge = stated(AURORA, "reports", Observation("sales", Decimal(10**30)))
    with pytest.raises(OutputError, match=r"parquet: cannot hold these facts .*; export csv"):
        to_parquet([huge])


def test_parquet_wants_pyarrow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the extra one line says what to install, and nothing is written."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with folder(SAMPLE) as room:
        result = kg("export", room, "-o", tmp_path / "a.parquet", code=1)
    assert "pip install 'kg[parquet]', or export csv" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_row_tells_its_days() -> None:
    """Periods and dates come with their first and last day, so that they can be sorted and compared."""
    (row,) = rows([SAMPLE[2]])
    assert (row["period"], row["period_start"], row["period_end"]) == (
        "2024-Q2",
        date(2024, 4, 1),
        date(2024, 6, 30),
    )
    (row,) = rows([SAMPLE[0]])
    assert (row["since"], row["first_day"], row["last_day"]) == ("2023-07", date(2023, 7, 1), None)


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2023-Q4", "2023-10-01", "2023-12-31"),
        ("2023-H1", "2023-01-01", "2023-06-30"),
    ],
)
def test_periods_have_days(when: str, first: str, last: str) -> None:
    """Every way to write a period covers what it says."""
    assert days(when) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("when", ["", "0000", "2023-02-29", "2024-13", "2024-Q5", "presto", "2024-Q2-01"])
def test_what_is_no_period_has_none(when: str) -> None:
    """A text that is no date gives no days."""
    assert days(when) is None


# ------------------------------------------------------------------------- networks


@pytest.mark.parametrize(("fmt", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
@settings(max_examples=25, deadline=None)
@given(sample=told())
def test_networkx_reads_every_fact(fmt: str, read, sample: list[Statement]) -> None:
    """Each statement is an edge between what it speaks of, with all of its evidence and with numbers as such."""
    sample = restored(sample)
    network = read(io.BytesIO(exported(sample, fmt)[""]))
    assert network.size() == len(sample)
    keyed = network.edges(keys=True, data=True) if network.is_multigraph() else ((*ends, "", d) for *ends, d in network.edges(data=True))  # fmt: skip
    edges = {data.get("id", key): (source, target, data) for source, target, key, data in keyed}
    assert len(edges) == len(sample)
    for statement in sample:
        row = next(iter(rows([statement])))
        source, target, data = edges[str(row["statement_iri"]).removeprefix(RES)]
        assert (source, target) == tuple(
            str(row[f"{e}_iri"]).removeprefix(RES) for e in ("subject", "object")
        )
        assert data["stands"] is row["stands"]
        assert data["weight"] == len(statement.evidence)
        for name in ("share", "amount", "count", "by_day", "first_day"):
            assert str(data.get(name)) == str(
                float(row[name]) if isinstance(row[name], Decimal) else row[name]
            )
        told_ = json.loads(data["evidence"])
        meant = [e.quote for e in statement.evidence]
        assert [each.get("quote", "") for each in told_] == meant
        assert [each["start"] for each in told_] == [e.start for e in statement.evidence]
        thing = statement.claim.object
        if isinstance(thing, Observation):
            value = network.nodes[target].get("value")
            assert value is None if thing.value is None else math.isclose(value, thing.value)
        else:
            assert json.loads(network.nodes[target].get("aliases", "[]")) == list(thing.aliases)
            assert network.nodes[target]["named"] is thing.named


def test_gexf_tells_when_a_fact_holds() -> None:
    """Edges begin and end on days, in a graph that says that its times are dates; nothing tells the day of writing."""
    until = stated(BOREALE, "acquires", AURORA, date="2022", until="2024-06")
    content = exported([SAMPLE[0], until], "gexf")[""]
    root = ET.fromstring(content)
    (graph,) = root.iter("{http://www.gexf.net/1.2draft}graph")
    assert (graph.get("mode"), graph.get("timeformat")) == ("dynamic", "date")
    spans = [(e.get("start"), e.get("end")) for e in root.iter("{http://www.gexf.net/1.2draft}edge")]
    assert sorted(spans, key=str) == [("2022-01-01", "2024-06-30"), ("2023-07-01", None)]
    assert b"lastmodified" not in content
    assert b"NetworkX" not in content


@pytest.mark.parametrize("fmt", ["graphml", "gexf"])
def test_attributes_go_by_their_names(fmt: str) -> None:
    """A new kind of attribute renumbers no other, so that two exports can be compared line by line."""
    few, many = (exported(sample, fmt)[""].decode().splitlines() for sample in (SAMPLE[:1], SAMPLE))
    quote = next(line for line in few if "partner di" in line and "quote" in line)
    assert quote in many


@pytest.mark.parametrize(("fmt", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_control_characters_do_not_break_xml(fmt: str, read) -> None:
    """What XML cannot hold is shown as an escape."""
    broken = [replace(SAMPLE[0], evidence=(evidence("a\x01b\x0bc"),))]
    network = read(io.BytesIO(exported(broken, fmt)[""]))
    ((_, _, data),) = network.edges(data=True)
    assert data["quote"] == "a\\u0001b\\u000bc"


# ------------------------------------------------------------------------- Neo4j

_KINDS = {
    "string": str,
    "double": float,
    "long": int,
    "boolean": lambda text: {"true": True, "false": False}[text],
    "date": date.fromisoformat,
}


def imported(
    files: dict[str, bytes],
) -> tuple[dict[str, tuple[set[str], dict[str, object]]], list[dict[str, str]]]:
    """Nodes and relationships as ``neo4j-admin database import`` reads them: by their heads."""
    args = files["import.args"].decode().splitlines()
    (mark,) = (arg.partition("=")[2] for arg in args if arg.startswith("--array-delimiter="))
    parting = chr(int(mark.removeprefix("U+"), base=16)) if mark.startswith("U+") else mark
    nodes: dict[str, tuple[set[str], dict[str, object]]] = {}
    for name in (arg.partition("=")[2] for arg in args if arg.startswith("--nodes=")):
        for row in csv.DictReader(io.StringIO(files[name].decode(), newline="")):
            values: dict[str, object] = {}
            for head, cell in row.items():
                key, _, kind = head.partition(":")
                if cell and kind.endswith("[]"):
                    values[key] = cell.split(parting)
                elif cell and kind in _KINDS:
                    values[key] = _KINDS[kind](cell)
            assert row["id:ID"] not in nodes
            nodes[row["id:ID"]] = (set(row[":LABEL"].split(parting)), values)
    return nodes, list(csv.DictReader(io.StringIO(files["relationships.csv"].decode(), newline="")))


@settings(max_examples=40, deadline=None)
@given(told())
def test_neo4j_reads_every_fact(sample: list[Statement]) -> None:
    """Ids are unique, relationships lead from node to node, and each fact and its evidence is there with its types."""
    sample = restored(sample)
    assume(all("\x1f" not in text for s in sample for e in s.evidence for text in e.resolution))
    nodes, links = imported(exported(sample, "neo4j"))
    assert {link[end] for link in links for end in (":START_ID", ":END_ID")} <= nodes.keys()
    assert all("Resource" in labels for labels, _ in nodes.values())
    for statement in sample:
        row = next(iter(rows([statement])))
        own, subject, target = (
            str(row[f"{name}_iri"]).removeprefix(RES) for name in ("statement", "subject", "object")
        )
        out = {(link[":TYPE"], link[":END_ID"]) for link in links if link[":START_ID"] == own}
        assert {("SUBJECT", subject), ("OBJECT", target)} <= out
        direct = [link for link in links if link["statement:string"] == own]
        assert [(d[":START_ID"], d[":END_ID"]) for d in direct] == [(subject, target)] * bool(row["stands"])
        records = [nodes[end][1] for kind, end in out if kind == "EVIDENCE"]
        meant = sorted((e.start, e.end, e.quote, list(e.resolution)) for e in statement.evidence)
        got = sorted((r["start"], r["end"], r.get("quote", ""), r.get("resolution", [])) for r in records)
        assert [g[:3] for g in got] == [m[:3] for m in meant]


def test_neo4j_csv_has_the_heads_of_its_tool() -> None:
    """Heads bear ids, labels and types, and what is to be run stands beside."""
    files = exported(SAMPLE, "neo4j")
    heads = {name: content.decode().splitlines()[0] for name, content in files.items()}
    assert (
        heads["entity.csv"]
        == "id:ID,:LABEL,label:string,aliases:string[],same_as:string,place:string,named:boolean"
    )
    assert heads["relationships.csv"] == ":START_ID,:END_ID,:TYPE,statement:string"
    assert "published:date" in heads["document.csv"]
    assert "value:double" in heads["observation.csv"]
    assert "Aurora,Boreale,PARTNER_OF,statement/" in files["relationships.csv"].decode()
    assert "--array-delimiter=;" in files["import.args"].decode()


def test_a_list_is_parted_by_what_none_of_it_has() -> None:
    """A semicolon in a name does not make two of it."""
    split = stated(AURORA._replace(aliases=("A; B", "C")), "partnerOf", BOREALE)
    files = exported([split], "neo4j")
    assert "--array-delimiter=|" in files["import.args"].decode()
    assert imported(files)[0]["Aurora"][1]["aliases"] == ["A; B", "C"]


class Cypher:
    """Cypher held to a grammar of its own, and its literals told."""

    def __init__(self, text: str) -> None:
        antlr4 = pytest.importorskip("antlr4", reason="NOT TESTED: antlr4-cypher is not installed")
        grammar = pytest.importorskip("antlr4_cypher", reason="NOT TESTED: antlr4-cypher is not installed")
        from antlr4.error.ErrorListener import ErrorListener

        class Loud(ErrorListener):
            def syntaxError(self, recognizer, symbol, line, column, message, exc):
                raise AssertionError(f"{line}:{column}: {message}")

        lexer = grammar.CypherLexer(antlr4.InputStream(text))
        parser = grammar.CypherParser(antlr4.CommonTokenStream(lexer))
        for part in (lexer, parser):
            part.removeErrorListeners()
            part.addErrorListener(Loud())
        parser.script()
        self.tokens = [token.text for token in parser.getInputStream().tokens]


def test_cypher_is_cypher() -> None:
    """A grammar of the language reads each statement, also where a text is made to end its string."""
    cruel = replace(SAMPLE[0], evidence=(evidence("'}) DETACH DELETE n // \\' \\u0027 \\\\u0027 \n\x01 `;"),))
    text = exported([cruel, *SAMPLE[1:]], "cypher")[""].decode()
    for statement in re.split(r";\n", text)[1:]:  # the grammar has no constraints
        if statement.strip():
            Cypher(statement.strip())
    assert "CREATE CONSTRAINT kg_resource IF NOT EXISTS FOR (n:Resource) REQUIRE n.id IS UNIQUE;" in text
    assert not re.search(r"^(CREATE \(|DELETE|DETACH)", text, re.MULTILINE)
    assert "published: date('2024-09-03')" in text
    assert "amount: 700000000.0, amount_unit: 'EUR', share: 4.99" in text


def late(literal: str) -> str:
    """A string as a reader tells it that undoes ``\\uXXXX`` inside of strings."""
    parts = re.fullmatch(r"'(.*?)'(?: \+ '(.*)')?", literal, re.DOTALL)
    assert parts is not None
    simple = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", "\\": "\\"}

    def undo(found: re.Match[str]) -> str:
        return chr(int(found[1][1:], 16)) if found[1][0] == "u" else simple[found[1]]

    pieces = re.split(r"(?<!\\)((?:\\\\)*)' \+ '", literal[1:-1])
    joined = "".join(pieces)
    assert not re.search(r"(?<!\\)(\\\\)*'", joined)
    return "".join(re.sub(r"\\(u[0-9A-F]{4}|.)", undo, piece, flags=re.DOTALL) for piece in [joined])


def early(literal: str) -> str:
    """A string as Neo4j tells it, which undoes ``\\uXXXX`` in all of the text before it is read."""
    return late(re.sub(r"\\u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), literal))


@given(st.text(st.characters(codec="utf-8"), max_size=12) | st.text("\\u0027'n\x01", max_size=16))
def test_no_text_ends_its_string(text: str) -> None:
    """Whichever way a reader undoes escapes, it tells the very text."""
    literal = _string(text)
    assert late(literal) == text
    if not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in text):
        assert early(literal) == text


def test_names_from_elsewhere_are_no_code() -> None:
    """A relation and a class of a graph from elsewhere cannot break out of their place."""
    cruel = stated(AURORA._replace(cls="A`) DETACH DELETE (n"), "x`]->() DELETE n //", BOREALE)
    text = to_cypher([cruel])
    assert "`" not in re.sub(r"'(?:[^'\\]|\\.)*'", "''", text)
    assert "DETACH DELETE" not in re.sub(r"'(?:[^'\\]|\\.)*'", "''", text)


# ------------------------------------------------------------------------- the command


def test_the_command_writes_what_was_asked(tmp_path: Path) -> None:
    """By the name of the output or by --format, packed if it is called so, to a file, a folder or standard output."""
    with folder(BOTH) as room:
        printed = kg("export", "-f", "nquads", room).stdout.encode()
        assert printed == export([room], "nquads")[""]
        assert kg("export", "-f", "nquads", room, "-o", "-").stdout.encode() == printed
        kg("export", room, "-o", tmp_path / "a.nq.gz")
        assert gzip.decompress((tmp_path / "a.nq.gz").read_bytes()) == printed
        assert (tmp_path / "a.nq.gz").read_bytes() == packed(printed)
        told_ = kg("export", room, "-f", "neo4j", "-o", tmp_path / "neo").stdout
        assert set(export([room], "neo4j")) == {path.name for path in (tmp_path / "neo").iterdir()}
        assert told_.startswith("wrote ")
        assert kg("export", room, "-f", "csv", "--raw").stdout == export([room], "csv", raw=True)[""].decode()


@pytest.mark.parametrize(
    ("arguments", "told_"),
    [
        ([], "Missing option"),
        (["-f", "parquet"], "parquet is not written to standard output; name a place with -o."),
        (["-f", "neo4j"], "neo4j is not written to standard output; name a place with -o."),
        (["-f", "nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_says_so(arguments: list[str], told_: str) -> None:
    """What cannot be printed has to go somewhere."""
    assert told_ in kg("export", *arguments, code=2).stderr


def test_nothing_is_left_half_written(tmp_path: Path) -> None:
    """Where one file of a folder cannot be written none is."""
    (tmp_path / "neo" / "evidence.csv").mkdir(parents=True)
    with folder(SAMPLE) as room:
        result = kg("export", room, "-f", "neo4j", "-o", tmp_path / "neo", code=1)
    assert "evidence.csv: is a folder, a file was to go there" in result.stderr
    assert [path.name for path in (tmp_path / "neo").iterdir()] == ["evidence.csv"]


def test_evidence_is_in_order() -> None:
    """Rows of a fact come by document and offset, as its evidence does."""
    sample = restored(BOTH)
    assert [retold(row)[1] for row in rows(sample)] == [
        e for s in sample for e in sorted(s.evidence, key=evidence_key)
    ]
