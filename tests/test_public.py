"""What ``import kg`` offers."""

from __future__ import annotations

import doctest
import subprocess
import sys
from datetime import date
from pathlib import Path

import networkx as nx
import pytest
import rdflib

import kg
import kg.knowledge
from kg.model import CurationError, OutputError, QueryError, SourceError

TEXT = "Volkswagen è partner di Xpeng. Xpeng intende realizzare un data center in Europa."


@pytest.fixture(scope="module")
def knowledge() -> kg.Knowledge:
    """What the text says."""
    return kg.extract(TEXT, title="Patto", published=date(2024, 9, 3))


@pytest.mark.parametrize("module", [kg, kg.knowledge], ids=lambda module: module.__name__)
def test_the_examples_in_the_documentation_run(module) -> None:
    """Every example in the docstrings gives what it says."""
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0


def test_importing_kg_brings_nothing_heavy() -> None:
    """Import alone loads neither a library nor the engine."""
    code = "import sys, kg; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=Path(__file__).parents[1], check=True
    )
    loaded = set(done.stdout.decode().split())
    assert not {"rdflib", "pyoxigraph", "networkx", "pyvis", "click", "rich", "kg.pipeline"} & loaded


def test_all_that_is_promised_is_there() -> None:
    """Every public name exists, is listed, and nothing else is made up."""
    assert set(kg.__all__) <= set(dir(kg))
    for name in kg.__all__:
        assert getattr(kg, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        kg.nonsense  # noqa: B018


def test_knowledge_is_a_sequence(knowledge: kg.Knowledge) -> None:
    """Statements are counted, indexed, sliced and compared."""
    assert len(knowledge) == 2
    assert [s.claim.relation for s in knowledge] == ["partnerOf", "plans"]
    assert knowledge[-1].evidence[0].source.title == "Patto"
    assert isinstance(knowledge[:1], kg.Knowledge)
    assert knowledge[:] == knowledge
    assert hash(knowledge) == hash(knowledge[:])
    assert repr(knowledge) == "<Knowledge: 2 statements>"
    assert (
        str(knowledge) == "Xpeng partnerOf Volkswagen | Asserted\nXpeng plans DataCenter in Europa | Planned"
    )


def test_an_rdf_graph(knowledge: kg.Knowledge) -> None:
    """The graph holds facts and evidence, as the two Turtle texts do."""
    graph = knowledge.rdf()
    assert isinstance(graph, rdflib.Graph)
    parsed = rdflib.Graph().parse(data=knowledge.turtle()).parse(data=knowledge.evidence_turtle())
    assert set(graph) == set(parsed)


def test_a_network(knowledge: kg.Knowledge) -> None:
    """The network has an edge for each statement."""
    network = knowledge.network()
    assert isinstance(network, nx.MultiDiGraph)
    assert network.number_of_edges() == 2


def test_a_query_gives_rows(knowledge: kg.Knowledge) -> None:
    """SELECT gives a dictionary a row, unbound variables left out; ASK gives one."""
    rows = knowledge.query(
        "SELECT ?quote ?said { ?e oa:hasSelector/oa:exact ?quote OPTIONAL { ?e prov:wasAttributedTo ?said } } ORDER BY ?quote"
    )
    assert rows == [{"quote": s.evidence[0].quote} for s in knowledge]
    assert knowledge.query("ASK { res:Xpeng auto:plans ?what }") == [{"answer": "true"}]
    for bad in ("SELECT", "DESCRIBE res:Xpeng"):
        with pytest.raises(QueryError):
            knowledge.query(bad)


def test_a_notebook_shows_the_viewer(knowledge: kg.Knowledge) -> None:
    """A notebook gets the page in a frame of its own, which no text can break out of."""
    hostile = kg.extract('Xpeng è partner di Volkswagen "></iframe><script>alert(1)</script>.')
    for shown in (knowledge._repr_html_(), hostile._repr_html_()):
        assert shown.startswith('<iframe srcdoc="')
        assert shown.count("<") == 2
    assert knowledge.html(title="Prova").startswith("<!")


def test_nothing_is_knowledge_too() -> None:
    """A text without facts gives an empty graph that can be used like any other."""
    empty = kg.extract("Domani pioverà.")
    assert (len(empty), str(empty), len(empty.rdf())) == (0, "", 0)
    assert empty.query("ASK { ?a ?b ?c }") == [{"answer": "false"}]
    assert empty.html()


def test_front_matter_goes_before_arguments() -> None:
    """What a text says of itself counts more than what is said of it."""
    text = f"---\ntitle: Vero\n---\n{TEXT}"
    source = kg.extract(text, title="Altro", published=date(2024, 9, 3))[0].evidence[0].source
    assert (source.title, source.published) == ("Vero", date(2024, 9, 3))


def test_files_and_graphs(tmp_path: Path) -> None:
    """What is read from files, written and loaded again is the same knowledge."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.md").write_text("---\ntitle: B\n---\nVolkswagen è partner di Xpeng.", encoding="utf-8")
    read = kg.read_files(str(tmp_path / "a.txt"), tmp_path)
    assert [len(s.evidence) for s in read] == [2, 1]
    for name, turtle in (("kg.ttl", read.turtle()), ("evidence.ttl", read.evidence_turtle())):
        (tmp_path / name).write_text(turtle, encoding="utf-8")
    loaded = kg.load(tmp_path)
    assert str(loaded) == str(read)
    assert loaded.turtle() == read.turtle()


def test_errors_are_one_tree(tmp_path: Path) -> None:
    """Whatever goes wrong is a KgError, so that one clause catches it."""
    assert all(issubclass(e, kg.KgError) for e in (SourceError, QueryError, OutputError, CurationError))
    with pytest.raises(kg.KgError, match="is empty"):
        kg.extract("")
    with pytest.raises(kg.KgError, match="does not exist"):
        kg.read_files(tmp_path / "no.txt")
    with pytest.raises(kg.KgError, match=r"no\.ttl"):
        kg.load(tmp_path / "no.ttl")
