"""Why a fact is held: what was asked for, found among the statements, with all that it rests on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.facts import words
from kg.model import Entity, Evidence, Statement
from kg.names import AUTO, RES, escaped
from kg.rules import Rule
from kg.statements import stands


@dataclass(frozen=True, slots=True)
class Ground:
    """One piece of evidence with the rule that found it; none if no such rule is known any more."""

    evidence: Evidence
    rule: Rule | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A fact in one line, whether it stands as a plain triple, and what it rests on."""

    fact: str
    stands: bool
    grounds: tuple[Ground, ...]


def explain(statements: Sequence[Statement], wanted: str, *, rules: Sequence[Rule] = ()) -> list[Explanation]:
    """The statements that ``wanted`` asks for, each explained, in the order given.

    ``wanted`` is an IRI (``res:Xpeng``, ``auto:plans``, a statement, a document) or words. Every
    word must be found in the labels and aliases of subject and object, the relation or the
    classes, whatever the case and the accents: ``Xpeng``, ``plans``, ``Xpeng plans DataCenter``.
    """
    known = {rule.id: rule for rule in rules}
    return [
        Explanation(
            words(statement.claim),
            stands(statement),
            tuple(Ground(evidence, known.get(evidence.rule)) for evidence in statement.evidence),
        )
        for statement in _find(statements, wanted)
    ]


def _find(statements: Sequence[Statement], wanted: str) -> list[Statement]:
    iri = _iri(wanted.strip())
    if iri:
        return [s for s in statements if iri in _named(s)] or [s for s in statements if _mentions(s, iri)]
    asked = _tokens(wanted)
    return [s for s in statements if asked and asked <= _vocabulary(s)]


# ------------------------------------------------------------------------- by IRI


def _iri(wanted: str) -> str:
    """The IRI that is asked for, written out, in ``<...>`` or with a prefix; empty if it is words."""
    bare = wanted.removeprefix("<").removesuffix(">")
    for prefix, namespace in (("res:", RES), ("auto:", AUTO)):
        if bare.startswith(prefix):
            return namespace + bare.removeprefix(prefix)
    return bare if re.fullmatch(r"https?://\S+", bare) else ""


def _named(statement: Statement) -> set[str]:
    things = (statement.claim.subject, statement.claim.object)
    return {AUTO + statement.claim.relation, *(RES + escaped(t.id) for t in things if isinstance(t, Entity))}


def _mentions(statement: Statement, iri: str) -> bool:
    """Whether the IRI occurs anywhere in what is written of the statement: its own, its documents', ..."""
    from kg.graph import evidence_graph  # rdflib takes its time, and few ask by such an IRI

    return any(iri == str(node) for node in evidence_graph([statement]).all_nodes())


# ----------------------------------------------------------------------- by words


def _vocabulary(statement: Statement) -> set[str]:
    """All words by which a statement can be asked for."""
    return {token for text in _texts(statement) for token in _tokens(text)}


def _texts(statement: Statement) -> Iterator[str]:
    claim = statement.claim
    yield from _spellings(claim.relation)
    for thing in (claim.subject, claim.object):
        if isinstance(thing, Entity):
            yield from (thing.label, *thing.aliases, thing.place, *_spellings(thing.cls))
        else:
            yield from (*_spellings(thing.metric), thing.period)


def _spellings(name: str) -> tuple[str, str]:
    """A local name as it is, and word by word: ``DataCenter``, ``Data Center``."""
    return name, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def _tokens(text: str) -> set[str]:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return set(re.findall(r"\w+", "".join(c for c in decomposed if not unicodedata.combining(c))))
