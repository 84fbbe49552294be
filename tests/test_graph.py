"""What is written as RDF holds every statement, and can be read back whole, by whatever reader."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, RdfFormat, parse

from kg.graph import evidence_graph, facts_graph, to_turtle
from kg.model import Claim, Entity, Evidence, Factuality, Observation, QueryError, Source, Statement
from kg.names import AUTO, RES, escaped, unescaped
from kg.restore import statements
from kg.statements import claim_key, stands
from kg.store import store_of, triples

SOURCE = Source("vento-boreale", "Vento boreale", "Il Corriere", date(2024, 9, 3), "https://example.org/1")
AURORA = Entity("Aurora", "Aurora", "Automaker", ("Aurora Auto", "la Aurora"), "Aurora_(car)")
BOREALE = Entity("Boreale", "Boreale", "Brand")
CENTRE = Entity("DataCenter_Aurora_Europa", "data center", "DataCenter", place="Europa", named=False)
MARGIN = Observation("grossMargin", Decimal(14), "%", "2024-Q2", bound="About")


def evidence(quote: str = "partner di", factuality: Factuality = Factuality.ASSERTED, **more) -> Evidence:
    return Evidence(
        SOURCE, "partners/partner-di", 7, 7 + len(quote), quote, "Aurora ", " oggi.", factuality, **more
    )


def stated(
    subject: Entity, relation: str, thing: Entity | Observation, *found: Evidence, **qualifiers: str
) -> Statement:
    return Statement(
        Claim(subject, relation, thing, tuple(sorted(qualifiers.items()))), found or (evidence(),)
    )


SAMPLE = [
    stated(AURORA, "partnerOf", BOREALE, since="2023-07"),
    stated(
        AURORA, "plans", CENTRE, evidence("vuole", Factuality.PLANNED, said_by="Anna Rossi"), by="2025-H1"
    ),
    stated(AURORA, "reports", MARGIN),
    stated(
        BOREALE,
        "ownsStakeIn",
        AURORA,
        evidence("avrebbe", Factuality.REPORTED),
        amount="700000000 EUR",
        share="4.99",
    ),
    stated(
        BOREALE,
        "recalls",
        AURORA,
        evidence("richiama", resolution=("seconda nota", "prima nota")),
        count="1200",
    ),
]


def facts(sample: list[Statement]) -> str:
    return to_turtle(facts_graph(sample, stands))


def proofs(sample: list[Statement]) -> str:
    return to_turtle(evidence_graph(sample))


def shown(node: rdflib.Node) -> str:
    """A node as a test writes it: ``res:Aurora``, ``14.0 decimal``."""
    if isinstance(node, rdflib.Literal):
        return f"{node} {str(node.datatype or 'string').rpartition('#')[2]}"
    return str(node).replace(RES, "res:").replace(AUTO, "auto:")


def values(graph: rdflib.Graph, subject: str, prop: str) -> set[str]:
    return {shown(o) for o in graph.objects(rdflib.URIRef(RES + subject), rdflib.URIRef(AUTO + prop))}


# -------------------------------------------------------------------------- shape


def test_only_what_stands_is_a_plain_triple() -> None:
    """A fact that is only reported has no plain triple, yet both its ends are described."""
    graph = facts_graph(SAMPLE, stands)
    assert values(graph, "Aurora", "partnerOf") == {"res:Boreale"}
    assert values(graph, "Aurora", "plans") == {"res:DataCenter_Aurora_Europa"}
    assert not values(graph, "Boreale", "ownsStakeIn")
    only_reported = facts_graph([SAMPLE[3]], stands)
    assert {str(s) for s in only_reported.subjects()} == {RES + "Aurora", RES + "Boreale"}


def test_an_entity_is_described_in_full() -> None:
    """Class, label, aliases, DBpedia page, place and lack of a name are all told."""
    text = facts(SAMPLE)
    assert (
        "res:Aurora a auto:Automaker ;\n"
        '    rdfs:label "Aurora"@it ;\n'
        "    owl:sameAs <http://dbpedia.org/resource/Aurora_(car)> ;\n"
        '    skos:altLabel "Aurora Auto"@it,\n        "la Aurora"@it ;\n'
    ) in text
    assert '    auto:named false ;\n    auto:place "Europa"@it .\n' in text


@pytest.mark.parametrize(
    ("figure", "label", "told"),
    [
        (
            MARGIN,
            "grossMargin ~ 14 % (2024-Q2)",
            {"value": {"14.0 decimal"}, "unit": {"% string"}, "bound": {"auto:About"}},
        ),
        (
            Observation("sales", unit="{vehicle}", period="2024", change=Decimal("-10.50")),
            "sales, change -10.5 % (2024)",
            {"change": {"-10.5 decimal"}, "value": set(), "period": {"2024 gYear"}},
        ),
        (
            Observation("operatingMargin", Decimal("4.0"), "%", high=Decimal(6)),
            "operatingMargin 4–6 %",
            {"value": {"4.0 decimal"}, "maxValue": {"6.0 decimal"}, "period": set()},
        ),
    ],
)
def test_a_figure_is_described_in_full(figure: Observation, label: str, told: dict[str, set[str]]) -> None:
    """Metric, numbers, unit, bound and period of an observation are told, and so is a label for people."""
    graph = facts_graph([stated(AURORA, "reports", figure)], stands)
    (node,) = graph.subjects(rdflib.RDF.type, rdflib.URIRef(AUTO + "Observation"))
    assert str(graph.value(node, rdflib.RDFS.label)) == label
    for prop, expected in told.items():
        assert values(graph, str(node).removeprefix(RES), prop) == expected


def test_a_figure_belongs_to_its_subject() -> None:
    """The same figure of two subjects is two observations; of one subject, however written, it is one."""
    same = Observation("grossMargin", Decimal("14.00"), "%", "2024-Q2", bound="About")
    told = [
        stated(AURORA, "reports", MARGIN),
        stated(AURORA, "reports", same),
        stated(BOREALE, "reports", MARGIN),
    ]
    nodes = facts_graph(told, stands).subjects(rdflib.RDF.type, rdflib.URIRef(AUTO + "Observation"))
    assert len(set(nodes)) == 2


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q2", "2024-04-01", "2024-06-30"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
        ("2023-H1", "2023-01-01", "2023-06-30"),
        ("2023-H2", "2023-07-01", "2023-12-31"),
    ],
)
def test_a_quarter_is_an_interval(period: str, first: str, last: str) -> None:
    """Quarters and half-years have their first and last day, in the facts as in the evidence."""
    figure = Observation("sales", Decimal(1), period=period)
    told = [stated(AURORA, "reports", figure), stated(AURORA, "plans", CENTRE, by=period)]
    for graph in (facts_graph(told[:1], stands), evidence_graph(told[1:])):
        node = rdflib.URIRef(f"{RES}period/{period}")
        assert (node, rdflib.RDF.type, rdflib.TIME.ProperInterval) in graph
        ends = [graph.value(node, prop) for prop in (rdflib.TIME.hasBeginning, rdflib.TIME.hasEnd)]
        assert [str(graph.value(end, rdflib.TIME.inXSDDate)) for end in ends] == [first, last]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("by", "2025", {"by": "2025 gYear"}),
        ("since", "2025-03", {"since": "2025-03 gYearMonth"}),
        ("date", "2025-03-31", {"date": "2025-03-31 date"}),
        ("date", "2025-02-30", {"date": "2025-02-30 string"}),
        ("until", "2025-Q3", {"until": "res:period/2025-Q3"}),
        ("by", "presto", {"by": "presto string"}),
        ("share", "4.99", {"share": "4.99 decimal"}),
        ("share", "5", {"share": "5.0 decimal"}),
        ("share", "5.0", {"share": "5.0 string"}),
        ("rate", "-0", {"rate": "-0 string"}),
        ("count", "1200", {"count": "1200 integer"}),
        ("amount", "700000000 EUR", {"amount": "700000000.0 decimal", "amountUnit": "EUR string"}),
        ("amount", "1.5e9 EUR", {"amount": "1.5e9 EUR string"}),
        (
            "capacity",
            "150000 {vehicle}",
            {"capacity": "150000.0 decimal", "capacityUnit": "{vehicle} string"},
        ),
        ("volume", "2000", {"volume": "2000.0 decimal"}),
        ("product", "4 motori", {"product": "4 motori string"}),
        ("title", "2025", {"title": "2025 string"}),
    ],
)
def test_a_qualifier_has_the_type_of_what_it_says(name: str, text: str, told: dict[str, str]) -> None:
    """Dates, numbers and sums are typed where they are written as such, whatever else stays text."""
    graph = evidence_graph([stated(AURORA, "supplies", BOREALE, **{name: text})])
    (node,) = graph.subjects(rdflib.RDF.type, rdflib.RDF.Statement)
    found = {
        shown(p).removeprefix("auto:"): shown(o)
        for p, o in graph.predicate_objects(node)
        if p.startswith(AUTO)
    }
    del found["evidence"]
    assert found == told


def test_evidence_is_shared() -> None:
    """Two statements of one sentence and rule share evidence, and two rules of one sentence the quote."""
    other = Evidence(SOURCE, "groups/of", 7, 17, "partner di", "Aurora ", " oggi.", Factuality.ASSERTED)
    told = [
        stated(AURORA, "partnerOf", BOREALE, evidence(), other),
        stated(BOREALE, "supports", AURORA, evidence()),
    ]
    graph = evidence_graph(told)
    kinds = Counter(re.split("[/#]", kind)[-1] for kind in graph.objects(None, rdflib.RDF.type))
    assert kinds == {
        "Statement": 2,
        "Evidence": 2,
        "TextQuoteSelector": 1,
        "TextPositionSelector": 1,
        "NewsArticle": 1,
        "Rule": 2,
    }


# --------------------------------------------------------------------------- bytes


def test_bytes_do_not_depend_on_the_order() -> None:
    """However the statements are shuffled, the files are the same."""
    shuffled = SAMPLE.copy()
    for seed in range(5):
        random.Random(seed).shuffle(shuffled)
        assert (facts(shuffled), proofs(shuffled)) == (facts(SAMPLE), proofs(SAMPLE))


def test_bytes_do_not_depend_on_the_hash_seed() -> None:
    """Two runs of Python write the same files."""
    program = "import test_graph as t; print(t.facts(t.SAMPLE) + t.proofs(t.SAMPLE))"
    written = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "PYTHONIOENCODING": "utf-8",
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            cwd=Path(__file__).parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(written) == 1
    assert b"res:Aurora a auto:Automaker" in written.pop()


def test_no_node_is_blank() -> None:
    """Every node has an IRI, so that a diff of two builds shows what has changed."""
    for graph in (facts_graph(SAMPLE, stands), evidence_graph(SAMPLE)):
        assert not [node for node in graph.all_nodes() if isinstance(node, rdflib.BNode)]


# -------------------------------------------------------------------- there and back

NASTY = [
    '"',
    '"""',
    "\\",
    "\\n",
    "a\r\nb",
    "\x00\x1b[31m",
    "«l’auto»",
    "😀👩‍🔧",
    "שלום \u202eabc",
    "\u2028\x85\ufeff",
    " ",
    "%20",
    "x#y?z",
]
TEXT = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(NASTY)
NAMES = TEXT.filter(bool)
WHEN = st.one_of(
    st.sampled_from(
        [
            "",
            "2024",
            "0001",
            "2024-06",
            "2024-13",
            "2024-02-29",
            "2023-02-29",
            "2024-Q2",
            "2024-H2",
            "2024-Q5",
        ]
    ),
    st.dates().map(str),
)
NUMBER = st.none() | st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=4)
ENTITY = st.builds(
    Entity,
    NAMES,
    TEXT,
    st.sampled_from(["Automaker", "Place", "DataCenter"]),
    st.sets(TEXT, max_size=2).map(sorted).map(tuple),
    TEXT,
    TEXT,
    st.booleans(),
)
OBSERVATION = st.builds(
    Observation,
    st.sampled_from(["sales", "price"]),
    NUMBER,
    TEXT,
    WHEN,
    NUMBER,
    st.sampled_from(["", "About", "AtLeast", "AtMost"]),
    NUMBER,
)
SUM = st.builds("{} {}".format, st.integers() | st.decimals(allow_nan=False, allow_infinity=False), TEXT)
QUALIFIERS = st.sets(
    st.tuples(
        st.sampled_from(
            ["amount", "by", "capacity", "count", "date", "product", "rate", "share", "since", "title"]
        ),
        WHEN
        | TEXT
        | SUM
        | st.integers().map(str)
        | st.decimals(allow_nan=False, allow_infinity=False).map(str),
    ),
    max_size=4,
).map(lambda pairs: tuple(sorted(pairs)))
WHOLE = st.integers(0, 10**9)
NOTES = st.lists(TEXT.map(lambda text: text.replace("\n", " ")), max_size=3).map(tuple)


def earliest(found: Evidence) -> tuple:
    said = (found.rule, found.factuality, found.said_by, found.resolution)
    return (found.source.id, found.start, found.end, *said, found.quote, found.before, found.after)


@st.composite
def told(draw: st.DrawFn) -> list[Statement]:
    entities = draw(st.lists(ENTITY, min_size=1, max_size=3, unique_by=lambda entity: entity.id))
    source = st.builds(Source, NAMES, TEXT, TEXT, st.none() | st.dates(), TEXT, TEXT)
    sources = draw(st.lists(source, min_size=1, max_size=2, unique_by=lambda document: document.id))
    proof = st.builds(
        Evidence,
        st.sampled_from(sources),
        NAMES,
        WHOLE,
        WHOLE,
        TEXT,
        TEXT,
        TEXT,
        st.sampled_from(Factuality),
        TEXT,
        NOTES,
    )
    subject = st.sampled_from(entities)
    claim = st.builds(
        Claim, subject, st.sampled_from(["plans", "partnerOf"]), subject | OBSERVATION, QUALIFIERS
    )
    proofs = st.sets(proof, min_size=1, max_size=3).map(lambda found: tuple(sorted(found, key=earliest)))
    return draw(
        st.lists(st.builds(Statement, claim, proofs), max_size=3, unique_by=lambda statement: statement.claim)
    )


@settings(max_examples=60, deadline=None)
@given(told())
def test_statements_come_back(sample: list[Statement]) -> None:
    """Whatever is written is read back, in the order of the claims: nothing is lost, nothing is added."""
    back = statements(triples(store_of(facts(sample), proofs(sample))))
    assert set(back) == set(sample)
    assert len(back) == len(sample)
    assert [s.claim for s in back] == sorted((s.claim for s in back), key=claim_key)


@settings(max_examples=30, deadline=None)
@given(told())
def test_all_readers_agree(sample: list[Statement]) -> None:
    """rdflib and pyoxigraph read the very triples that were meant."""
    for graph in (facts_graph(sample, stands), evidence_graph(sample)):
        text = to_turtle(graph)
        meant = set(map(plain, graph))
        assert set(map(plain, rdflib.Graph().parse(data=text, format="turtle"))) == meant
        quads = parse(text.encode(), RdfFormat.TURTLE)
        assert {(q.subject.value, q.predicate.value, *term(q.object)) for q in quads} == meant


def plain(triple: tuple) -> tuple:
    subject, predicate, thing = triple
    if isinstance(thing, rdflib.URIRef):
        return (str(subject), str(predicate), str(thing), "", "")
    kind = "" if thing.language else str(thing.datatype or rdflib.XSD.string)
    return (str(subject), str(predicate), str(thing), thing.language or "", kind)


def term(thing: object) -> tuple:
    if not isinstance(thing, Literal):
        return (thing.value, "", "")
    return (thing.value, thing.language or "", "" if thing.language else thing.datatype.value)


@given(st.text(st.characters(codec="utf-8")))
def test_a_part_of_an_iri_tells_its_text(text: str) -> None:
    """Escaping can be undone, so two texts never share an IRI."""
    assert unescaped(escaped(text)) == text
    assert not set(escaped(text)) & set('<>"{}|\\^` \n')


def test_evidence_alone_is_not_enough() -> None:
    """Evidence without the facts says which thing is not described, and what to do."""
    with pytest.raises(
        QueryError, match=r"resource/Aurora> has no .*label>: .* load facts and evidence together"
    ):
        statements(triples(store_of(proofs(SAMPLE[:1]))))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "auto:factuality auto:Asserted",
            "auto:factuality auto:Sure",
            r"evidence/\w+> has '\S+#Sure' for its <\S+factuality>; ",
        ),
        (
            'oa:start "7"',
            'oa:start "seven"',
            r"selector/\w+> has 'seven' for its <\S+start>; validate the graph",
        ),
        (
            'datePublished "2024-09-03"',
            'datePublished "2024-09-33"',
            r"has '2024-09-33' for its <\S+datePublished>",
        ),
        (
            "a rdf:Statement ;",
            "a rdf:Statement ; auto:evidence res:none ;",
            r"resource/none> has no <\S+hasSelector>",
        ),
    ],
)
def test_a_broken_graph_says_where(old: str, new: str, message: str) -> None:
    """A value that is none of its kind, or a thing that is missing, is named."""
    text = proofs(SAMPLE[:1])
    assert old in text
    with pytest.raises(QueryError, match=message):
        statements(triples(store_of(facts(SAMPLE), text.replace(old, new))))


def test_facts_alone_hold_no_statement() -> None:
    """Facts without evidence give no statements."""
    assert statements(triples(store_of(facts(SAMPLE)))) == []
