"""Graphs of any size that look as kg's own do: facts and evidence of its vocabulary, the same at each run.

What kg reads in the articles of ``tests/gold`` is told again and again, of other documents and of other names of
the lexicon: each time an automaker becomes another automaker, a model another model, while figures, rules and
dates stay. So every graph has the mix of relations, qualifiers and evidence of real reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, cycle
from pathlib import Path
from random import Random
from typing import NamedTuple

from pyoxigraph import Literal, RdfFormat, parse

from kg.knowledge import Knowledge
from kg.model import Entity
from kg.names import PREFIXES, RES, escaped
from kg.pipeline import Reader
from kg.read import read_sources
from tests.benchmarks.measure import ROOT

_SEED = 20260101
_NAME = re.compile(rf"<{re.escape(RES)}([^>]*)>")
#: What many documents share, and what is a document's own.
_SHARED = ("rule/", "period/", "instant/", "agent/")


class _Told(NamedTuple):
    """What is read in one article: N-Triples cut at its resources, so that every second piece is a name."""

    pieces: tuple[str, ...]
    triples: int


def write(path: Path, size: int) -> int:
    """Write N-Triples, ``size`` of them and the rest of the last document; how many there are."""
    reader = Reader.load()
    entities = {escaped(e.id): e for e in reader.lexicon.entities.values()}
    alike: dict[str, list[str]] = {}
    for name, entity in entities.items():
        alike.setdefault(entity.cls, []).append(name)
    random = Random(_SEED)
    told, shared = _told(reader, entities, size, random)
    described: set[str] = set()
    written = len(shared)
    with path.open("w", encoding="utf-8") as out:
        out.writelines(shared)
        for number, article in enumerate(cycle(told)):
            if written >= size:
                break
            names = _renamed(article, number, entities, alike, random)
            new = [name for name in names.values() if name in entities and name not in described]
            described.update(new)
            lines = [line for name in dict.fromkeys(new) for line in _described(entities[name])]
            pieces = list(article.pieces)
            pieces[1::2] = [f"<{RES}{names[name]}>" for name in pieces[1::2]]
            out.writelines((*lines, *pieces))
            written += len(lines) + article.triples
    return written


def _renamed(
    article: _Told,
    number: int,
    entities: Mapping[str, Entity],
    alike: Mapping[str, Sequence[str]],
    random: Random,
) -> dict[str, str]:
    """Another name of the same class for each of the lexicon, one with a number for what is the document's own."""
    names = dict.fromkeys(article.pieces[1::2], "")
    taken: dict[str, Iterator[str]] = {}
    for name in names:
        if name in entities:
            cls = entities[name].cls
            if cls not in taken:
                taken[cls] = cycle(random.sample(alike[cls], min(len(alike[cls]), 50)))
            names[name] = next(taken[cls])
        else:
            names[name] = name if name.startswith(_SHARED) else f"{name}-{number}"
    return names


def _told(
    reader: Reader, entities: Mapping[str, Entity], size: int, random: Random
) -> tuple[list[_Told], list[str]]:
    """What each article tells, and what belongs to none: rules, periods and speakers; no more articles than it takes."""
    articles = sorted((ROOT / "tests" / "gold").glob("*/*.txt"))
    random.shuffle(articles)
    told: list[_Told] = []
    shared: dict[str, None] = {}
    for article in articles:
        (document,) = read_sources([article])
        known = Knowledge(tuple(reader.read(document).statements))
        own = []
        for line in chain(_lines(known.turtle()), _lines(known.evidence_turtle())):
            subject = _NAME.match(line)
            name = subject[1] if subject else ""
            if name.startswith(_SHARED):
                shared[line] = None
            elif name not in entities or f"> <{PREFIXES['auto']}" in line:
                own.append(line)
        if own:
            told.append(_Told(tuple(_NAME.split("".join(own))), len(own)))
        if sum(one.triples for one in told) > size:
            break
    return told, list(shared)


def _lines(turtle: str) -> Iterator[str]:
    for triple in parse(turtle, RdfFormat.TURTLE):
        yield f"{triple.subject} {triple.predicate} {triple.object} .\n"


def _described(entity: Entity) -> Iterator[str]:
    node = f"<{RES}{escaped(entity.id)}>"
    yield f"{node} <{PREFIXES['rdf']}type> <{PREFIXES['auto']}{entity.cls}> .\n"
    yield f"{node} <{PREFIXES['rdfs']}label> {Literal(entity.label, language='it')} .\n"
    for alias in entity.aliases:
        yield f"{node} <{PREFIXES['skos']}altLabel> {Literal(alias, language='it')} .\n"
