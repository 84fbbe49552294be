"""A document as understood, and what it tells of who works where and of plants without a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.lexicon import Lexicon
from kg.model import Entity, Mention, Source, local_name

#: Words that stand for a facility only where one was named.
SITES = frozenset({"sito", "polo", "complesso", "hub"})


@dataclass(frozen=True, slots=True)
class Vehicles:
    """The vehicles of a sentence: the places of those that are ``named`` and not only compared with another.

    The rest are the first places, or the length of the sentence: of one without a name, of a name that
    nobody knows, of a verb, and of what begins a clause.
    """

    named: Sequence[int]
    unnamed: int
    strange: int
    verb: int
    clause: int


@dataclass(slots=True)
class Memory:
    """What has been found out of a document once and is asked for again at every figure or post, mostly by sentence."""

    vehicles: dict[int, Vehicles] = field(default_factory=dict)
    main_models: dict[int, tuple[Entity | None, bool]] = field(default_factory=dict)
    models_in_mind: dict[int, Entity | None] = field(default_factory=dict)
    makers: dict[int, frozenset[str]] = field(default_factory=dict)
    currencies: frozenset[str] | None = None
    #: What is named, by label, with the makers of the models among it.
    labels: dict[str, Entity] = field(default_factory=dict)
    #: What is named, by label alone; the sites without a name, by place; the first two things of some classes.
    called: dict[str, list[Entity]] = field(default_factory=dict)
    sites: dict[str, list[Entity]] | None = None
    first_two: dict[tuple[str, ...], list[Entity]] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A document as understood: its mentions sentence by sentence, and what each sentence is about.

    ``topics[i]`` is what a subject left out in sentence ``i`` stands for, or
    None when the sentence before was about nobody known. ``named`` are the
    entities of the document in order, with the sentence that first names each.
    """

    sentences: list[list[Mention]] = field(default_factory=list)
    topics: list[Entity | None] = field(default_factory=list)
    named: dict[Entity, int] = field(default_factory=dict)
    unresolved: list[Mention] = field(default_factory=list)
    theme: Entity | None = None
    #: The paragraph of each sentence, and the one vehicle that the article is about (see ``focus``).
    paragraphs: Sequence[int] = ()
    model: Entity | None = None
    memory: Memory = field(default_factory=Memory)


def employer(person: Entity, reading: Reading, lexicon: Lexicon, source: Source) -> Entity | None:
    """The organization of the document that a person leads, on the day it was published."""
    day = source.published.isoformat() if source.published else ""
    named = reading.memory.labels
    if not named:
        named.update((entity.label, entity) for entity in reading.named)
        makes = [lexicon.entities.get(lexicon.brands.get(label, "")) for label in named]
        named.update((make.label, make) for make in makes if make)  # "la BMW iX3 … il ceo Zipse"
    posts = (post for post in lexicon.posts.get(person.label, ()) if post.held_on(day))
    places = (named.get(post.organization) or _short(post.organization, named) for post in posts)
    held = [place for place in places if place is not None and place.cls != "Place"]
    return reading.theme if reading.theme in held else next(iter(held), None)


def called(reading: Reading, label: str) -> Sequence[Entity]:
    """What a document names that goes by a label, in order."""
    known = reading.memory.called
    if not known:
        for entity in reading.named:
            known.setdefault(entity.label, []).append(entity)
    return known.get(label, ())


def sites_in(place: str, reading: Reading) -> Sequence[Entity]:
    """The sites without a name that a document puts in a place, in order."""
    known = reading.memory.sites
    if known is None:
        known = reading.memory.sites = {}
        for entity in reading.named:
            if entity.place and not entity.named:
                known.setdefault(entity.place, []).append(entity)
    return known.get(place, ())


def _short(organization: str, named: Mapping[str, Entity]) -> Entity | None:
    """What a document calls a team by: "Cadillac" for "Cadillac F1"."""
    words = organization.split()
    shorter = (" ".join(words[:k]) for k in range(len(words) - 1, 0, -1))
    return next((named[name] for name in shorter if name in named), None)


def plant_of(mention: Mention, town: Entity) -> Entity:
    """ "lo stabilimento di Melfi" is one thing for everybody: what it is, and the town."""
    identity = local_name(f"{mention.symbol}_{town.label}")
    return Entity(identity, f"{mention.lemma} di {town.label}", mention.symbol, place=town.label, named=False)
