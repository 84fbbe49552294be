"""The public face: what was read, as statements that can be asked, seen and exchanged."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, overload

from kg.model import Claim, Evidence, QueryError, Statement

if TYPE_CHECKING:  # whoever does not ask for them need not wait for them
    import networkx as nx
    import rdflib

    from kg.pipeline import Reader


@dataclass(frozen=True, slots=True, repr=False)
class Knowledge(Sequence[Statement]):
    """Statements with their evidence, in order of their claims; a notebook shows them as the viewer.

    >>> import kg
    >>> knowledge = kg.extract("Xpeng intende realizzare un data center in Europa.")
    >>> len(knowledge)
    1
    >>> knowledge[0].claim.relation, knowledge[0].evidence[0].quote
    ('plans', 'Xpeng intende realizzare un data center in Europa')
    >>> print(knowledge)
    Xpeng plans DataCenter in Europa | Planned
    """

    statements: tuple[Statement, ...] = ()

    def rdf(self) -> rdflib.Graph:
        """A graph with the facts that stand and with the evidence for every statement.

        >>> import kg
        >>> graph = kg.extract("Volkswagen è partner di Xpeng.").rdf()
        >>> "https://w3id.org/auto-kg/ontology#partnerOf" in map(str, graph.predicates())
        True
        """
        from kg.graph import evidence_graph, facts_graph
        from kg.statements import stands

        return facts_graph(self.statements, stands) + evidence_graph(self.statements)

    def network(self) -> nx.MultiDiGraph[str]:
        """A graph with a node for each thing and an edge for each statement, as :func:`kg.network.to_network` has it.

        >>> import kg
        >>> network = kg.extract("Volkswagen è partner di Xpeng.").network()
        >>> [(a, data["relation"], b) for a, b, data in network.edges(data=True)]
        [('Volkswagen', 'partnerOf', 'Xpeng')]
        """
        from kg.network import to_network

        return to_network(self.statements)

    def query(self, sparql: str) -> list[dict[str, str]]:
        """The rows of a SPARQL SELECT, each a value for every variable that is bound, as plain text.

        An ASK gives one row: ``{"answer": "true"}`` or ``{"answer": "false"}``. The usual prefixes
        are known without a declaration.

        Raises:
            QueryError: for a query that cannot be read, or that makes a graph: use :meth:`rdf`.

        >>> import kg
        >>> knowledge = kg.extract("Volkswagen è partner di Xpeng.")
        >>> knowledge.query("SELECT ?name { res:Xpeng auto:partnerOf ?firm . ?firm rdfs:label ?name }")
        [{'name': 'Volkswagen'}]
        """
        from kg.store import query, store_of

        result = query(store_of(self.turtle(), self.evidence_turtle()), sparql)
        if result.kind == "graph":
            raise QueryError("the query makes a graph, rows were expected; ask with SELECT or ASK")
        answer = json.loads(result.data)
        if result.kind == "ask":
            return [{"answer": str(answer["boolean"]).lower()}]
        return [{name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]]

    def turtle(self) -> str:
        """The facts that stand, and the things that all statements speak of, in Turtle: ``kg.ttl``."""
        from kg.graph import facts_graph, to_turtle
        from kg.statements import stands

        return to_turtle(facts_graph(self.statements, stands))

    def evidence_turtle(self) -> str:
        """Every statement with its evidence, in Turtle: ``evidence.ttl``."""
        from kg.graph import evidence_graph, to_turtle

        return to_turtle(evidence_graph(self.statements))

    def html(self, *, title: str = "kg") -> str:
        """The viewer: one page that opens without any network."""
        from kg.view import to_html

        return to_html(self.statements, title=title)

    def _repr_html_(self) -> str:
        """The viewer in a frame, for notebooks; what is in it cannot reach out of it."""
        page = html.escape(self.html())
        return f'<iframe srcdoc="{page}" sandbox="allow-scripts" width="100%" height="640" style="border: 0"></iframe>'

    def __str__(self) -> str:
        from kg.facts import describe

        return "\n".join(
            describe(s.claim, e)
            for s in self.statements
            for e in dict.fromkeys(e.factuality for e in s.evidence)
        )

    def __repr__(self) -> str:
        return f"<Knowledge: {len(self.statements)} statements>"

    def __len__(self) -> int:
        return len(self.statements)

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> Knowledge: ...
    def __getitem__(self, index: int | slice) -> Statement | Knowledge:
        chosen = self.statements[index]
        return chosen if isinstance(chosen, Statement) else Knowledge(chosen)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)


def extract(text: str, *, published: date | None = None, title: str = "") -> Knowledge:
    """The facts that a text states; a front matter at its top is read as one.

    ``published`` is the day that "lo scorso settembre" is read against, ``title`` names the
    text in the evidence; what the front matter says goes before both.

    Raises:
        SourceError: for an empty text or a broken front matter.

    >>> import kg
    >>> print(kg.extract("Volkswagen non è più partner di Xpeng."))
    Volkswagen partnerOf Xpeng | Denied
    """
    from kg.read import read_text

    document = read_text(text, name="text")
    source = document.source
    told = replace(source, title=source.title or title, published=source.published or published)
    return _collected([_reader().read(replace(document, source=told)).found])


def read_files(*paths: str | PathLike[str]) -> Knowledge:
    """The facts that files state, and folders with all below them: .txt, .md and .jsonl.

    Raises:
        SourceError: for what cannot be read as a text.
    """
    from kg.read import read_sources

    documents = read_sources([Path(path) for path in paths])
    return _collected(_reader().read(document).found for document in documents)


def load(*paths: str | PathLike[str]) -> Knowledge:
    """The statements of a graph that was built before: RDF files, or folders of them.

    Raises:
        QueryError: for what cannot be read as such a graph.
    """
    from kg.restore import statements
    from kg.store import open_store, triples

    return Knowledge(tuple(statements(triples(open_store([Path(path) for path in paths])))))


@cache
def _reader() -> Reader:
    from kg.pipeline import Reader

    return Reader.load()


def _collected(found: Iterable[Iterable[tuple[Claim, Evidence]]]) -> Knowledge:
    from kg.statements import collect

    return Knowledge(tuple(collect(chain.from_iterable(found))))
