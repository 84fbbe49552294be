"""What a match is read in: its document, and what was told before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.lexicon import Lexicon
from kg.model import Entity, Source
from kg.reading import Reading
from kg.rules import Match, Slot


@dataclass(frozen=True, slots=True)
class Context:
    """What a match is read in: the document, the sentence's number, the thing last planned, the site last spoken of.

    ``site`` is the facility with the one whose it is said to be; ``doers`` who did a deed of each
    relation last, and in which sentence.
    """

    source: Source
    text: str
    reading: Reading
    sentence: int
    lexicon: Lexicon
    deed: Entity | None = None
    site: tuple[Entity, Entity | None] | None = None
    doers: Mapping[str, tuple[Entity, int]] = field(default_factory=dict)


def slot_of(name: str, match: Match) -> Slot | None:
    """The slot of that name in the rule of a match."""
    return match.rule.slots.get(name)
