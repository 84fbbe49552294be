"""The graph that is drawn, and the page that carries it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from view_sample import (
    ATTACK,
    CHINA,
    IMAGE,
    MARGIN,
    SAMPLE,
    SCRIPT,
    VOLKSWAGEN,
    XPENG,
    fact,
    said,
    star,
)

from kg.model import Evidence, Factuality, Observation, Statement
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

    def policy(self) -> dict[str, list[str]]:
        """The directives of its Content-Security-Policy."""
        [content] = [a["content"] for _, a in self.tags if a.get("http-equiv") == "Content-Security-Policy"]
        assert content is not None
        return {name: values for name, *values in (each.split() for each in content.split(";"))}

    def handle_data(self, data: str) -> None:
        self.text[self._open] = self.text.get(self._open, "") + data


def _data(html: str) -> Any:
    """The data of a page."""
    return json.loads(_Page(html).text["data"])


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
from view_sample import SAMPLE, star
from kg.view import to_html
sys.stdout.buffer.write((to_html(SAMPLE) + to_html(star(500))).encode())
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
    assert pages[0] == pages[1] == (to_html(SAMPLE) + to_html(star(500))).encode()


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Building a page leaves the working directory as it was."""
    monkeypatch.chdir(tmp_path)
    to_html(SAMPLE)
    assert list(tmp_path.iterdir()) == []


def test_the_page_refers_to_nothing_outside() -> None:
    """No element loads anything, no style imports anything, and the policy forbids both."""
    page = _Page(to_html(SAMPLE))
    loading = {"src", "srcset", "href", "action", "data", "poster", "background"}
    loaded = [attributes[name] for _, attributes in page.tags for name in loading & attributes.keys()]
    assert [address for address in loaded if not str(address).startswith("#")] == []
    assert not re.search(r"@import|url\(", page.text["style"])
    policy = page.policy()
    assert policy["default-src"] == policy["connect-src"] == ["'none'"]
    assert not policy.keys() & {"img-src", "font-src", "media-src", "frame-src", "object-src", "worker-src"}


def test_only_the_scripts_and_the_style_of_the_page_count() -> None:
    """The policy names them by their hashes, and lets in no other."""
    html = to_html(ATTACK)
    for tag, number in (("script", 2), ("style", 1)):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in texts]
        assert len(texts) == number
        assert _Page(html).policy()[f"{tag}-src"] == [f"'sha256-{digest}'" for digest in hashes]


def test_texts_cannot_become_markup() -> None:
    """Whatever a text holds, the page has the same elements, and the data reads back as it was."""
    title = f"{SCRIPT}{IMAGE}"
    page = to_html(ATTACK, title=title)
    parsed = _Page(page)
    assert [tag for tag, _ in parsed.tags] == [tag for tag, _ in _Page(to_html(SAMPLE)).tags]
    assert not re.search("[<>&\u2028\u2029]", parsed.text["data"])
    data = _data(page)
    told = {words for statement in ATTACK for e in statement.evidence for words in _parts(e)}
    assert told == {words for number in range(len(data["evidence"])) for words in _shown(data, number)}
    assert parsed.text["title"] == title


def _parts(evidence: Evidence) -> tuple[str, ...]:
    return (evidence.before, evidence.quote, evidence.after, evidence.rule, evidence.said_by)


def _shown(data: Any, number: int) -> tuple[str, ...]:
    """The parts of a piece of evidence as the page cuts them, in the units of JavaScript."""
    sentence, start, end, rule, _, speaker, _ = data["evidence"][number]
    text = data["sentences"][sentence][1].encode("utf-16-le", "surrogatepass")
    cut = [text[: 2 * start], text[2 * start : 2 * end], text[2 * end :]]
    before, quote, after = (part.decode("utf-16-le", "surrogatepass") for part in cut)
    return (before, quote, after, data["strings"][rule], data["strings"][speaker])


def test_words_are_cut_as_a_browser_counts() -> None:
    """Letters that JavaScript counts twice move no quote."""
    evidence = said("Un 🚗 e un 🔋: [Xpeng 🚙 ha sede] in Cina 🎌.")
    assert _shown(_data(to_html((fact(XPENG, "basedIn", CHINA, evidence),))), 0)[:3] == (
        evidence.before,
        evidence.quote,
        evidence.after,
    )


def test_each_thing_is_told_once() -> None:
    """A sentence, its document and its rule are in the page once, however many facts they tell."""
    evidence = said("[Volkswagen e Xpeng] hanno sede in Cina.")
    statements = [
        fact(XPENG, "basedIn", CHINA, evidence),
        fact(VOLKSWAGEN, "basedIn", CHINA, evidence),
        fact(XPENG, "partnerOf", VOLKSWAGEN, said("Volkswagen e [Xpeng] hanno sede in Cina.")),
    ]
    page = to_html(statements)
    assert (
        page.count("hanno sede in Cina") == page.count("Motori di prova") == page.count("prova/regola") == 1
    )
    assert [edge["evidence"] for edge in _data(page)["edges"]] != []


def test_the_most_central_come_first() -> None:
    """The nodes stand in the order in which the page lets them in."""
    assert _data(to_html(SAMPLE))["nodes"][0]["id"] == "Xpeng"


def test_a_part_tells_of_the_whole() -> None:
    """The page of a part of a graph knows how large the whole is."""
    assert _data(to_html(SAMPLE, of=(41_000, 90_000)))["of"] == [41_000, 90_000]
    assert _data(to_html(SAMPLE))["of"] is None


def test_labels_are_shown_where_given() -> None:
    """Relations, classes and metrics show the given words, and words of their own without."""
    data = _data(
        to_html(SAMPLE, labels={"ceoOf": "CEO of", "grossMargin": "margine lordo", "Place": "Luogo"})
    )
    assert data["labels"]["ceoOf"] == "CEO of"
    assert data["labels"]["ownsStakeIn"] == "owns stake in"
    assert (data["labels"]["Place"], data["labels"]["DataCenter"]) == ("Luogo", "Data center")
    assert "margine lordo 14 % · 2024-Q2" in {node["label"] for node in data["nodes"]}


def test_an_empty_graph_has_a_page() -> None:
    """No statements: a page all the same."""
    assert _data(to_html(()))["nodes"] == []
