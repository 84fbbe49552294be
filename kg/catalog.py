"""What a server holds: a store to query, and its statements by whatever a page can be about."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.model import Document, Entity, Mention, QueryError, Source, Statement
from kg.restore import statements
from kg.rules import Rule
from kg.store import Loaded, add_document_graphs, ask, open_store, triples


@dataclass(frozen=True, slots=True)
class Catalog:
    """A graph, loaded; nothing in it changes. Everything is found by the ids of :mod:`kg.model`.

    ``graphs`` counts the triples of each named graph by its IRI; ``about`` has the statements
    with an entity at either end; ``texts`` are the documents whose text is at hand, ``mentions``
    finds the things that one of them speaks of.
    """

    store: Loaded
    triples: int
    graphs: Mapping[str, int]
    statements: Sequence[Statement]
    entities: Mapping[str, Entity]
    about: Mapping[str, Sequence[Statement]]
    sources: Mapping[str, Source]
    told: Mapping[str, Sequence[Statement]]
    found: Mapping[str, Sequence[Statement]]
    texts: Mapping[str, Document]
    mentions: Callable[[Document], Sequence[Mention]]
    rules: Mapping[str, Rule]


def load(
    paths: Sequence[Path],
    *,
    documents: Iterable[Document] = (),
    mentions: Callable[[Document], Sequence[Mention]] = lambda _: (),
    rules: Iterable[Rule] = (),
    notice: Callable[[str], None] = lambda _: None,
) -> Catalog:
    """The catalog of RDF files, with a named graph for each document.

    ``documents`` are the texts that evidence may quote, ``rules`` those that may have found it. A
    graph that holds no statements, or none that are whole, can still be queried: ``notice`` is
    told. Raises :class:`~kg.model.QueryError` for files that cannot be read.
    """
    store = open_store(paths)
    add_document_graphs(store)
    try:
        told = statements(triples(store))
    except QueryError as exc:
        notice(f"pages will show no facts: {exc}")
        told = []
    about: defaultdict[str, list[Statement]] = defaultdict(list)
    by_document: defaultdict[str, list[Statement]] = defaultdict(list)
    by_rule: defaultdict[str, list[Statement]] = defaultdict(list)
    entities: dict[str, Entity] = {}
    sources: dict[str, Source] = {}
    for statement in told:
        ends = [e for e in (statement.claim.subject, statement.claim.object) if isinstance(e, Entity)]
        for entity in dict.fromkeys(ends):
            entities[entity.id] = entity
            about[entity.id].append(statement)
        for source in dict.fromkeys(e.source for e in statement.evidence):
            sources[source.id] = source
            by_document[source.id].append(statement)
        for rule in dict.fromkeys(e.rule for e in statement.evidence):
            by_rule[rule].append(statement)
    return Catalog(
        store,
        sum(counts(store, "SELECT ('all' AS ?name) (COUNT(*) AS ?n) { ?s ?p ?o }").values()),
        counts(store, "SELECT ?name (COUNT(*) AS ?n) { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name"),
        told,
        entities,
        about,
        sources,
        by_document,
        by_rule,
        {document.source.id: document for document in documents},
        mentions,
        {rule.id: rule for rule in rules},
    )


def counts(store: Loaded, sparql: str) -> dict[str, int]:
    """The numbers ``?n`` of a query by ``?name``, the greatest first."""
    rows = json.loads(ask(store, sparql).data)["results"]["bindings"]
    found = [(row["name"]["value"], int(row["n"]["value"])) for row in rows if "name" in row]
    return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def search(catalog: Catalog, words: str) -> list[Entity]:
    """The entities with all of the words in a label or alias, whatever case and accents, best known first."""
    asked = [_folded(word) for word in words.split()]
    found = [
        entity
        for entity in catalog.entities.values()
        if asked and any(all(word in _folded(name) for word in asked) for name in (entity.label, *entity.aliases))
    ]  # fmt: skip
    return sorted(found, key=lambda e: (_folded(e.label) != _folded(words), -len(catalog.about[e.id]), e.id))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"\s+", " ", "".join(c for c in decomposed if not unicodedata.combining(c)))
