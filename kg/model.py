"""The small immutable types that pass between the rooms, and the errors they raise.

Every stage imports this module and none imports another stage; they meet in
``pipeline``. Offsets are always character offsets into :attr:`Document.text`,
which is the source as it was read and never edited, so that
``document.text[start:end]`` is a quote at any point of the flow.

Errors are one small tree, and each keeps its facts::

    KgError
    |- SourceError     a text that cannot be read (path, what, what to do)
    |- CurationError   rules, lexicon or cues with faults, all of them at once
    |- QueryError      a SPARQL query or a graph file that cannot be used
    `- OutputError     a result that cannot be written
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Factuality(StrEnum):
    """How the text puts a fact forward; the six values of the vocabulary."""

    ASSERTED = "Asserted"
    PLANNED = "Planned"
    POSSIBLE = "Possible"
    PREDICTED = "Predicted"
    REPORTED = "Reported"
    DENIED = "Denied"


_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


def local_name(label: str) -> str:
    """The local name of a label under ``res:``, in ASCII: ``Škoda Auto`` is ``Skoda_Auto``."""
    if not label.isascii():
        label = unicodedata.normalize("NFKD", label.replace("’", "'")).encode("ascii", "ignore").decode()
    return _NOT_IN_NAMES.sub("_", label).strip("_.") or "thing"


def plain(number: Decimal) -> str:
    """A number without an exponent or idle zeros, of any length: ``700000000``, ``21.3``."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


# --------------------------------------------------------------------- texts


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from: what is left of a document once it has been read.

    ``id`` is a slug that is unique in a build; ``published`` is the date that
    relative expressions ("lo scorso settembre") are read against.
    """

    id: str
    title: str = ""
    outlet: str = ""
    published: date | None = None
    url: str = ""
    language: str = "it"


@dataclass(frozen=True, slots=True)
class Document:
    """A source with its text, verbatim; the prose begins at offset ``body``."""

    source: Source
    text: str
    body: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span ``[start, end)`` of the text; ``paragraph`` counts from 0."""

    start: int
    end: int
    paragraph: int = 0


# --------------------------------------------------------- what stands in them


@dataclass(frozen=True, slots=True)
class Value:
    """A figure or a date found in the text at ``[start, end)``.

    ``kind`` is one of ``Number Percent Money Quantity Date``. ``unit`` is a
    UCUM code or an ISO 4217 currency (``%``, ``km``, ``EUR``, ``{vehicle}``).
    ``bound`` is ``About``, ``AtLeast`` or ``AtMost``; ``high`` closes a range.
    For a date ``when`` is written ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``,
    ``YYYY-Qn`` or ``YYYY-Hn`` and ``role`` says how the text ties it to the
    deed: ``at``, ``by`` (entro), ``since`` (da, dal) or ``until`` (fino a).
    ``sort`` tells the figures that patterns know by themselves: ``Change``, a
    percentage with its sign ("+7%", "il 7% in più"), ``Sum``, a big number
    that counts nothing and so is likely money ("1,6 miliardi"), and ``Vehicles``,
    ``Jobs`` and ``People``, quantities of these.
    """

    kind: str
    start: int
    end: int
    number: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    bound: str = ""
    when: str = ""
    role: str = ""
    sort: str = ""


class Entity(NamedTuple):
    """A thing the graph can speak of; ``id`` is its local name under ``res:``.

    ``cls`` is a class of the vocabulary by its local name. ``place`` is the
    label of the place that an unnamed facility lies in; ``named`` is false for
    what the text describes but does not name ("un data center in Europa").
    """

    id: str
    label: str
    cls: str
    aliases: tuple[str, ...] = ()
    dbpedia: str = ""
    place: str = ""
    named: bool = True


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure: a metric with its value, unit and period, or with its change.

    ``metric`` is the local name of an individual of the vocabulary
    (``grossMargin``), ``period`` is written as in :attr:`Value.when`.
    """

    metric: str
    value: Decimal | None = None
    unit: str = ""
    period: str = ""
    high: Decimal | None = None
    bound: str = ""
    change: Decimal | None = None


class Link(NamedTuple):
    """One verb of a verb group, outermost first: "potrebbe | decidere | di aprire" has three."""

    lemma: str
    mood: str
    tense: str
    person: int
    number: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """A chain of verbs read as one: its head is the last, the deed itself.

    ``status`` is what the verbs and phrases that govern the head make of the
    deed ("intende", "in programma di": Planned), empty when they leave it be.
    ``voice`` is ``active``, ``passive`` or ``reflexive``.
    """

    links: tuple[Link, ...]
    voice: str
    status: str = ""

    @property
    def head(self) -> str:
        """The infinitive of the deed."""
        return self.links[-1].lemma

    @property
    def finite(self) -> bool:
        """Whether the group has a subject of its own: "apre", not "aprire" or "aperto"."""
        return self.links[0].person > 0


class Sense(NamedTuple):
    """What a form of the gazetteer can be: an entry of the lexicon, a verb form, a word.

    ``symbol`` and ``role`` are as in :class:`Mention`; a role of ``-`` is left
    out of what patterns see (articles, adverbs). A ``proper`` form counts only
    when it begins with a capital or a digit, a ``weak`` one only in a document
    that speaks of its entity or of a relative. ``classes`` are what a
    descriptor ("la casa") can stand for, a ``relational`` one ("il partner cinese")
    only where its home is told; ``capitals`` are the offsets, after the
    first letter, where a name must have a capital or a digit ("Fiat Uno" is not
    "Fiat uno").
    """

    symbol: str
    role: str = "n"
    entity: Entity | None = None
    proper: bool = False
    weak: bool = False
    lemma: str = ""
    number: str = ""
    gender: str = ""
    classes: tuple[str, ...] = ()
    relational: bool = False
    link: Link | None = None
    capitals: tuple[int, ...] = ()


class Mention(NamedTuple):
    """A piece of a sentence as patterns see it, at ``[start, end)`` of the text.

    ``symbol`` names what it is to a pattern: a class (``Automaker``), a kind of
    value, ``verb:aprire``, ``word:partner``, ``di``, ``,``. ``role`` is its part
    in the clause, one character (see ``clauses``). ``entity`` is empty until it
    is known who is meant; ``note`` says how that was found out when the text
    does not name it in place. ``determiner`` is ``definite``, ``indefinite`` or
    empty, by the article that stands before.
    """

    start: int
    end: int
    symbol: str
    role: str
    entity: Entity | None = None
    value: Value | None = None
    verb: VerbGroup | None = None
    lemma: str = ""
    note: str = ""
    determiner: str = ""
    sense: Sense | None = None


# ------------------------------------------------------------ what they tell us


@dataclass(frozen=True, slots=True)
class Claim:
    """A relation between two known things: there is no place for "la casa tedesca".

    ``qualifiers`` are sorted pairs of a name and a text in the notation of the
    facts format: ``("by", "2025")``, ``("share", "5")``, ``("amount",
    "700000000 EUR")``.
    """

    subject: Entity
    relation: str
    object: Entity | Observation
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a claim is held: the words, the rule, and how each argument was found.

    ``quote`` is ``text[start:end]`` of the document; ``before`` and ``after``
    are the rest of its sentence, so that a graph can show its evidence without
    the source at hand. ``said_by`` is the label of who says so, where the text
    tells. ``resolution`` holds one note for each argument that is not named in
    place.
    """

    source: Source
    rule: str
    start: int
    end: int
    quote: str
    before: str
    after: str
    factuality: Factuality
    said_by: str = ""
    resolution: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim with all its evidence, the earliest first (by document id and offset)."""

    claim: Claim
    evidence: tuple[Evidence, ...]


# ------------------------------------------------------------------------ errors


class KgError(Exception):
    """What went wrong, where, and what to do: one line for a person to read."""


class SourceError(KgError):
    """A text that cannot be read as one."""


class QueryError(KgError):
    """A query that cannot be run, or a graph that cannot be loaded."""


class OutputError(KgError):
    """A result that cannot be written where it was asked for."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault in curated data, at ``file:line``."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CurationError(KgError):
    """Every fault that was found in curated data, in order of file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))
