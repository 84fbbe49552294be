"""The graph that is drawn, and the page that carries it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from view_sample import (
    ATTACK,
    CHINA,
    MARGIN,
    SAMPLE,
    STELLANTIS,
    TAVARES,
    VOLKSWAGEN,
    XPENG,
    fact,
    said,
)

from kg.model import Factuality, Observation, Statement
from kg.view import to_html, to_network


class _Page(HTMLParser):
    """What a browser would see before any script runs: tags with their attributes, and the data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = dict(attrs).get("id") or tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        self.text[self._open] = self.text.get(self._open, "") + data


def _edges(statements: tuple[Statement, ...]) -> list[tuple[str, str, str]]:
    return sorted((a, b, edge["relation"]) for (a, b, _), edge in to_network(statements).edges.items())


# ------------------------------------------------------------------- the network


def test_every_claim_is_an_edge() -> None:
    """As many edges as statements, each between the ends of its claim, with its evidence."""
    graph = to_network(SAMPLE)
    assert graph.number_of_edges() == len(SAMPLE)
    found = {(a, b, edge["relation"]): edge["evidence"] for a, b, edge in graph.edges(data=True)}
    for statement in SAMPLE[:5]:
        claim = statement.claim
        assert found[claim.subject.id, claim.object.id, claim.relation] == statement.evidence  # type: ignore[union-attr]


def test_relations_between_the_same_two_all_stay() -> None:
    """Parallel relations and those that run back are edges of their own."""
    between = [edge for edge in _edges(SAMPLE) if {edge[0], edge[1]} == {"Xpeng", "Volkswagen"}]
    assert [relation for *_, relation in between] == ["ownsStakeIn", "partnerOf", "competesWith"]


def test_the_same_relation_with_other_qualifiers_is_another_edge() -> None:
    """A stake of 5 % and a stake of 10 % are two facts."""
    stakes = tuple(
        fact(VOLKSWAGEN, "ownsStakeIn", XPENG, said("[x]"), qualifiers=(("share", share),))
        for share in ("5", "10")
    )
    assert to_network(stakes).number_of_edges() == 2


def test_a_node_tells_its_name_and_kind() -> None:
    """An entity keeps its label, class, other names and link."""
    assert to_network(SAMPLE).nodes["Xpeng"] == {
        "label": "Xpeng",
        "cls": "Automaker",
        "aliases": ("XPeng Motors",),
        "dbpedia": "http://dbpedia.org/resource/XPeng",
    }


def test_a_figure_belongs_to_its_subject() -> None:
    """Two makers with the same margin do not share a node."""
    graph = to_network(
        (fact(XPENG, "reports", MARGIN, said("[x]")), fact(VOLKSWAGEN, "reports", MARGIN, said("[y]")))
    )
    figures = [node for node in graph.nodes.values() if node["cls"] == "Observation"]
    assert [node["label"] for node in figures] == ["gross margin 14 % · 2024-Q2"] * 2


@pytest.mark.parametrize(
    ("figure", "label"),
    [
        (MARGIN, "gross margin 14 % · 2024-Q2"),
        (Observation("electricRange", Decimal("320.0"), "km", bound="AtMost"), "electric range ≤ 320 km"),
        (
            Observation("deliveries", Decimal(1200000), "{vehicle}", "2024"),
            "deliveries 1\u202f200\u202f000 vehicles · 2024",
        ),
        (Observation("sales", change=Decimal("-10.5"), period="2024-H1"), "sales \u221210.5 % · 2024-H1"),
        (Observation("sales", Decimal(5), "{vehicle}", change=Decimal(3)), "sales 5 vehicles (+3 %)"),
        (Observation("revenue", Decimal(4), "%", high=Decimal(6), bound="About"), "revenue ≈ 4\u20136 %"),
        (Observation("batteryCapacity", Decimal(44), "kW.h"), "battery capacity 44 kWh"),
        (Observation("power", Decimal(136), "[HP_M]"), "power 136 hp"),
        (Observation("price", Decimal(37200), "EUR"), "price 37\u202f200 EUR"),
    ],
)
def test_a_figure_in_words(figure: Observation, label: str) -> None:
    """A figure reads as people write it, whatever it has and lacks."""
    graph = to_network((fact(XPENG, "reports", figure, said("[x]")),))
    assert label in {node["label"] for node in graph.nodes.values()}


@pytest.mark.parametrize(
    ("relation", "given_by", "strongest", "stands"),
    [
        ("produces", "Asserted", "Asserted", True),
        ("produces", "Reported Asserted", "Asserted", True),
        ("produces", "Denied Asserted", "Asserted", False),
        ("produces", "Reported Possible", "Possible", False),
        ("produces", "Predicted Planned", "Planned", False),
        ("produces", "Possible Predicted", "Predicted", False),
        ("produces", "Denied Reported", "Reported", False),
        ("plans", "Planned", "Planned", True),
        ("considers", "Possible", "Possible", True),
        ("plans", "Denied", "Denied", False),
    ],
)
def test_the_strongest_evidence_decides(relation: str, given_by: str, strongest: str, stands: bool) -> None:
    """An edge shows its firmest evidence; it stands where the graph has a plain triple for it."""
    evidence = [said("[x]", factuality=Factuality(name)) for name in given_by.split()]
    graph = to_network((fact(XPENG, relation, CHINA, *evidence),))
    [(_, _, edge)] = graph.edges(data=True)
    assert (edge["factuality"], edge["stands"]) == (strongest, stands)


# ---------------------------------------------------------------------- the page


@settings(max_examples=8, deadline=None)
@given(st.permutations(SAMPLE))
def test_order_does_not_matter(shuffled: list[Statement]) -> None:
    """The same statements in any order give the same page."""
    assert to_html(shuffled) == to_html(SAMPLE)


def test_hash_seeds_do_not_matter() -> None:
    """Two processes with other hash seeds write the same bytes."""
    code = """
import sys
from view_sample import SAMPLE
from kg.view import to_html
sys.stdout.buffer.write(to_html(SAMPLE).encode())
"""
    path = os.pathsep.join(map(str, Path(__file__).parents[:2]))
    pages = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert pages[0] == pages[1] == to_html(SAMPLE).encode()


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Building a page leaves the working directory as it was."""
    monkeypatch.chdir(tmp_path)
    to_html(SAMPLE)
    assert list(tmp_path.iterdir()) == []


def test_the_page_refers_to_nothing_outside() -> None:
    """No element loads anything, no style imports anything, and the policy forbids both."""
    page = _Page(to_html(SAMPLE))
    loading = {"src", "srcset", "href", "action", "data", "poster", "background"}
    assert not [(tag, name) for tag, attributes in page.tags for name in loading & attributes.keys()]
    assert not re.search(r"@import|url\(", page.text["style"])
    policies = [a["content"] for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policies[0] is not None and policies[0].startswith("default-src 'none';")
    assert "connect-src 'none'" in policies[0]


def test_texts_cannot_become_markup() -> None:
    """Whatever a text holds, the page has the same elements, and the data reads back as it was."""
    title = ATTACK[0].claim.subject.label
    page = to_html(ATTACK, title=title)
    parsed = _Page(page)
    assert [tag for tag, _ in parsed.tags] == [tag for tag, _ in _Page(to_html(SAMPLE)).tags]
    assert not re.search("[<>&\u2028\u2029]", parsed.text["data"])
    data = json.loads(parsed.text["data"])
    [evidence] = ATTACK[0].evidence
    [shown] = data["edges"][0]["evidence"]
    assert (shown["before"], shown["quote"], shown["after"]) == (
        evidence.before,
        evidence.quote,
        evidence.after,
    )
    assert parsed.text["title"] == title


def test_labels_are_shown_where_given() -> None:
    """Relations, classes and metrics show the given words, and words of their own without."""
    page = _Page(
        to_html(SAMPLE, labels={"ceoOf": "CEO of", "grossMargin": "margine lordo", "Place": "Luogo"})
    )
    data = json.loads(page.text["data"])
    assert data["labels"]["ceoOf"] == "CEO of"
    assert data["labels"]["ownsStakeIn"] == "owns stake in"
    assert (data["labels"]["Place"], data["labels"]["DataCenter"]) == ("Luogo", "Data center")
    assert "margine lordo 14 % · 2024-Q2" in {node["label"] for node in data["nodes"]}


def test_an_empty_graph_has_a_page() -> None:
    """No statements: a page all the same."""
    assert json.loads(_Page(to_html(())).text["data"])["nodes"] == []


def test_parallel_edges_bend_apart() -> None:
    """No two edges between the same nodes are drawn on one line, whichever way they run."""
    statements = (
        fact(TAVARES, "ceoOf", STELLANTIS, said("[x]")),
        fact(TAVARES, "supports", STELLANTIS, said("[x]")),
        fact(STELLANTIS, "supports", TAVARES, said("[x]")),
        fact(STELLANTIS, "competesWith", STELLANTIS, said("[x]")),
        fact(STELLANTIS, "supports", STELLANTIS, said("[x]")),
    )
    drawn = set()
    for edge in json.loads(_Page(to_html(statements)).text["data"])["edges"]:
        smooth = edge.get("smooth") or {"roundness": 0, "type": "curvedCW"}
        side = 1 if (smooth["type"] == "curvedCW") == (edge["from"] < edge["to"]) else -1
        drawn.add((edge["from"] == edge["to"], str(edge.get("selfReference")), side * smooth["roundness"]))
    assert len(drawn) == len(statements)
