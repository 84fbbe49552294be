"""The pages of the server: what is in the graph, and what is known of a thing, a document, a rule.

Everything that a text, a name or a query says reaches a page through templates that escape it;
no page but the editor has a script, and links lead to http and https alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from operator import itemgetter

from jinja2 import DictLoader, Environment, StrictUndefined

from kg import __version__
from kg.catalog import Catalog, search
from kg.facts import spoken
from kg.model import Document, Entity, Evidence, Observation, Statement
from kg.names import DBPEDIA, PREFIXES, RES, escaped
from kg.queries import saved_queries
from kg.resources import data
from kg.statements import stands
from kg.store import Result, table

_NEWEST = 20
_LISTED = 200
#: Statements that the viewer is given at most; beyond, it is slow and shows nothing.
_DRAWN = 400
_DATED = ("date", "since", "until", "by")


@dataclass(frozen=True, slots=True)
class Cell:
    """A term in a table: its text, and where it leads if anywhere."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a document: the numbers of the facts that it tells, those that end with it, the thing it names."""

    text: str
    facts: tuple[int, ...]
    ends: tuple[int, ...]
    thing: Entity | None
    linked: bool


def start(catalog: Catalog) -> str:
    """What is in the graph, and what is new in it."""
    classes: defaultdict[str, list[Entity]] = defaultdict(list)
    for entity in sorted(catalog.entities.values(), key=lambda e: (-len(catalog.about[e.id]), e.id)):
        classes[entity.cls].append(entity)
    documents = sorted(catalog.sources.values(), key=lambda s: s.id)
    documents.sort(key=lambda s: s.published.isoformat() if s.published else "", reverse=True)
    return _render(
        "start.html",
        figures={
            "facts": len(catalog.statements),
            "facts that stand": sum(map(stands, catalog.statements)),
            "things": len(catalog.entities),
            "documents": len(catalog.sources),
            "rules that found something": len(catalog.found),
            "triples": catalog.triples,
        },
        newest=sorted(catalog.statements, key=_published, reverse=True)[:_NEWEST],
        classes=sorted(classes.items(), key=lambda pair: -len(pair[1])),
        documents=documents[:_LISTED],
        hidden=max(0, len(documents) - _LISTED),
        queries=saved_queries(),
    )


def find(catalog: Catalog, words: str) -> str:
    """The things that words are the name of."""
    found = search(catalog, words)
    return _render("find.html", words=words, found=found[:_LISTED], hidden=max(0, len(found) - _LISTED))


def entity(catalog: Catalog, name: str, iri: str) -> str:
    """All that is told of a thing, by relation and in time."""
    thing = catalog.entities[name]
    groups: defaultdict[tuple[bool, str], list[Statement]] = defaultdict(list)
    for statement in catalog.about[name]:
        groups[statement.claim.subject != thing, statement.claim.relation].append(statement)
    dated = sorted(
        ((when, how, each) for each in catalog.about[name] for how, when in _dates(each)), key=itemgetter(0)
    )
    return _render("entity.html", thing=thing, iri=iri, groups=sorted(groups.items()), dated=dated)


def document(catalog: Catalog, name: str, iri: str) -> str:
    """A document with all that was read in it, beside its text where that is at hand."""
    source = catalog.sources[name]
    told = [(s, e) for s in catalog.told[name] for e in s.evidence if e.source == source]
    told.sort(key=lambda pair: (pair[1].start, pair[1].end, pair[1].rule))
    text = catalog.texts.get(name)
    same = text is not None and all(text.text[e.start : e.end] == e.quote for _, e in told)
    pieces = list(_pieces(catalog, text, told)) if text is not None and same else []
    return _render(
        "document.html", source=source, iri=iri, told=told, pieces=pieces, changed=text is not None and not same
    )  # fmt: skip


def rule(catalog: Catalog, name: str, iri: str) -> str:
    """A rule, and what it found."""
    told = [(s, e) for s in catalog.found[name] for e in s.evidence if e.rule == name]
    return _render(
        "rule.html",
        name=name,
        iri=iri,
        rule=catalog.rules.get(name),
        told=told[:_LISTED],
        hidden=max(0, len(told) - _LISTED),
        factualities=Counter(e.factuality.value for _, e in told).most_common(),
        relations=Counter(s.claim.relation for s, _ in told).most_common(),
    )


def node(iri: str, values: Result, uses: Result) -> str:
    """Whatever else has an IRI: what the graph says of it, and what of the graph leads to it."""
    return _render("node.html", iri=iri, values=_cells(values)[1], uses=_cells(uses)[1])


def rows(result: Result, sparql: str) -> str:
    """The answer to a query as a table."""
    heads, found = _cells(result)
    return _render("rows.html", sparql=sparql, heads=heads, rows=found, kind=result.kind)


def explore(catalog: Catalog, names: Sequence[str]) -> str:
    """The viewer around some things, with what they lead to, to be shown as well."""
    shown = [catalog.entities[name] for name in dict.fromkeys(names) if name in catalog.entities]
    drawn = around(catalog, names)
    beyond = Counter(e for s in drawn for e in _ends(s) if e not in shown) if shown else Counter()
    return _render(
        "explore.html",
        shown=shown,
        drawn=len(drawn),
        all=len({s for e in shown for s in catalog.about[e.id]} if shown else catalog.statements),
        beyond=sorted(beyond, key=lambda e: (-len(catalog.about[e.id]), e.id))[:60],
        catalog=catalog,
    )


def editor() -> str:
    """The SPARQL editor."""
    return _render("editor.html", prefixes=dict(PREFIXES))


def around(catalog: Catalog, names: Sequence[str]) -> list[Statement]:
    """What the viewer draws: the statements about things, or the newest of all; those that stand first."""
    known = [name for name in names if name in catalog.about]
    found = list(dict.fromkeys(s for name in known for s in catalog.about[name])) if names else []
    chosen = found if names else sorted(catalog.statements, key=_published, reverse=True)
    return sorted(chosen, key=lambda s: not stands(s))[:_DRAWN]


# ---------------------------------------------------------------------------- parts


def _published(statement: Statement) -> str:
    days = (e.source.published for e in statement.evidence)
    return max((day.isoformat() for day in days if day), default="")


def _dates(statement: Statement) -> Iterator[tuple[str, str]]:
    thing = statement.claim.object
    if isinstance(thing, Observation) and thing.period:
        yield "in", thing.period
    yield from (pair for pair in statement.claim.qualifiers if pair[0] in _DATED)


def _ends(statement: Statement) -> list[Entity]:
    return [e for e in (statement.claim.subject, statement.claim.object) if isinstance(e, Entity)]


def _pieces(
    catalog: Catalog, document: Document, told: Sequence[tuple[Statement, Evidence]]
) -> Iterator[Piece]:
    """The text from end to end, cut wherever evidence or a mention begins or ends."""
    text = document.text
    mentioned = [(m.start, m.end, m.entity) for m in catalog.mentions(document)]
    cuts = {0, len(text), *chain.from_iterable((e.start, e.end) for _, e in told)}
    cuts |= set(chain.from_iterable((begin, end) for begin, end, _ in mentioned))
    for begin, end in pairwise(sorted(cuts)):
        thing = next((entity for a, b, entity in mentioned if a <= begin and end <= b), None)
        yield Piece(
            text[begin:end],
            tuple(n for n, (_, e) in enumerate(told, 1) if e.start <= begin and end <= e.end),
            tuple(n for n, (_, e) in enumerate(told, 1) if e.end == end),
            thing,
            thing is not None and thing.id in catalog.entities,
        )


def _cells(result: Result) -> tuple[list[str], list[list[Cell]]]:
    """The heads and rows of an answer, IRIs as links."""
    if result.kind != "select":
        heads, *found = table(result)
        return heads, [[Cell(text) for text in row] for row in found]
    answer = json.loads(result.data)
    heads = answer["head"]["vars"]
    _, *texts = table(result)
    return heads, [
        [Cell(text, _leads(row.get(head))) for head, text in zip(heads, shown, strict=True)]
        for row, shown in zip(answer["results"]["bindings"], texts, strict=True)
    ]


def _leads(term: dict[str, str] | None) -> str:
    return _href(term["value"]) if term and term["type"] == "uri" else ""


def _href(iri: str) -> str:
    """Where an IRI leads: into this server, out to the web, or nowhere."""
    if iri.startswith(RES):
        return f"/resource/{iri.removeprefix(RES)}"
    return iri if re.match(r"https?://", iri, re.IGNORECASE) else ""


def _path(name: str, kind: str = "") -> str:
    return f"/resource/{kind}{escaped(name)}"


def _in_words(name: str) -> str:
    return name[:1] + re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)[1:].lower()


def _dbpedia(thing: Entity) -> str:
    return DBPEDIA + escaped(thing.dbpedia) if thing.dbpedia else ""


def _environment() -> Environment:
    templates = {
        f.name: f.read_text(encoding="utf-8") for f in data("pages").iterdir() if f.name.endswith(".html")
    }
    environment = Environment(
        loader=DictLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    environment.filters.update(
        path=_path, in_words=_in_words, spoken=spoken, href=_href, stands=stands, dbpedia=_dbpedia
    )
    environment.globals.update(version=__version__)
    environment.tests["entity"] = lambda thing: isinstance(thing, Entity)
    for name in templates:
        environment.get_template(name)
    return environment


_ENVIRONMENT = _environment()


def _render(template: str, **context: object) -> str:
    return _ENVIRONMENT.get_template(template).render(context)
