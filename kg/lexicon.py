"""The lexicon: what an Italian car newsroom writes about, read from ``kg/data/lexicon``.

Each file is a table, one entry a line, ``|`` between the values of one cell.
The lexicon says who is who, so that a text can be understood; it never adds a
fact to the graph. Bad entries are reported all at once, with file and line.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import NamedTuple

from kg.model import CurationError, Entity, Fault, Sense, local_name

#: Folding keeps length, so that offsets in the folded text hold in the source.
BLANKS = "\xa0\u202f\u2009\t\r\n-‐‑–—'’‘`«»“”\"„.,;:!?()[]{}/\\*•·…%€$|<>=_"
TO_BLANKS = str.maketrans(dict.fromkeys(BLANKS, " "))

#: Who holds this post is a driver to patterns, anybody else a manager: two kinds of person to them alone.
_DRIVING, _TRADES = "pilota", ("Driver", "Manager")
#: What a title is to patterns, by the relation it tells; an office of state tells none.
_TITLES = {"ceoOf": "ChiefTitle", "executiveOf": "ExecutiveTitle"}
#: Where the name of the family comes first, and how short initials are ("RJ Scaringe").
_FAMILY_FIRST = ("Cina", "Corea del Sud", "Taiwan", "Ungheria", "Vietnam")
_INITIALS = 2
_INNER_WORD = re.compile(r" (?=\w)")


def lower(text: str) -> str:
    """Lower-case, of the same length as ``text``."""
    lowered = text.lower()
    if len(lowered) != len(text):  # "İ" lowers to two characters
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered


def fold(text: str) -> str:
    """Lower-case with every punctuation mark a blank, of the same length as ``text``."""
    return lower(text).translate(TO_BLANKS)


@dataclass(frozen=True, slots=True)
class Post:
    """Who held which title where; ``since`` and ``until`` as ``YYYY`` or ``YYYY-MM``, empty if open."""

    person: str
    title: str
    organization: str
    since: str
    until: str

    def held_on(self, day: str) -> bool:
        """Whether the post was held on ``day`` (``YYYY-MM-DD``, empty for now)."""
        if not day:
            return not self.until
        return self.since <= day[: len(self.since)] and (
            not self.until or day[: len(self.until)] <= self.until
        )


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Forms and what they may mean, and what is known of the entities behind them.

    Keys of ``forms`` are folded; the other tables go by label. ``relatives``
    of an entity are those whose mention makes its weak forms credible: the
    brand of a model, the group of a brand, the employer of a person.
    """

    forms: dict[str, list[Sense]] = field(default_factory=lambda: defaultdict(list))
    entities: dict[str, Entity] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    homes: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Who is at home in a place, the other way round.
    natives: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    relatives: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    groups: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    brands: dict[str, str] = field(default_factory=dict)
    posts: dict[str, list[Post]] = field(default_factory=lambda: defaultdict(list))
    #: The first names of people, in lower case; where the family's comes first there is none.
    given: set[str] = field(default_factory=set)
    powers: dict[str, str] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)
    towns: set[str] = field(default_factory=set)
    metric_units: dict[str, tuple[str, ...]] = field(default_factory=dict)
    metric_cues: dict[str, str] = field(default_factory=dict)
    metric_owners: dict[str, str] = field(default_factory=dict)
    #: The answers of ``kinds_of`` so far: asked for at every mention, of a few classes.
    _kinds: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def kinds_of(self, cls: str) -> frozenset[str]:
        """``cls`` and every class that it is a subclass of."""
        kinds = self._kinds.get(cls)
        if kinds is None:
            above = self.parents.get(cls, "")
            kinds = frozenset((cls, *self.kinds_of(above))) if above else frozenset((cls,))
            self._kinds[cls] = kinds
        return kinds

    def is_a(self, cls: str, ancestor: str) -> bool:
        """Whether ``cls`` is ``ancestor`` or one of its subclasses."""
        return ancestor in (self._kinds.get(cls) or self.kinds_of(cls))

    def subclasses(self, *ancestors: str) -> frozenset[str]:
        """The classes that are one of ``ancestors``, these included."""
        return frozenset(c for c in self.parents if not self.kinds_of(c).isdisjoint(ancestors))

    def power_of(self, entity: Entity) -> Entity | None:
        """The power that acts through an authority, a capital, or a person who leads a country."""
        if entity.cls == "Person":
            led = (self.entities.get(post.organization) for post in self.posts.get(entity.label, ()))
            return next(
                (p for place in led if place and place.cls == "Place" and (p := self.power_of(place))), None
            )
        if entity.cls == "Authority":  # "la Casa Bianca": through where it sits
            seats = (
                self.entities.get(self.powers.get(seat, ""))
                for seat in sorted(self.homes.get(entity.label, ()))
            )
            return next((power for power in seats if power), entity)
        return self.entities.get(self.powers.get(entity.label, ""))

    def lies_in(self, place: str, region: str) -> bool:
        """Whether the place so labelled is ``region`` or lies in it."""
        while place and place != region:
            place = self.within.get(place, "")
        return bool(place)

    def are_apart(self, place: str, region: str) -> bool:
        """Whether a place cannot lie in a region: "a Bangkok, in Vietnam", but "a Warren, in Ohio" may be another Warren."""
        is_town = place in self.towns and region not in self.towns
        return not is_town or self.country(place) != self.country(region)

    def country(self, place: str) -> str:
        """The country that a place lies in, or itself: what lies in a continent, or nowhere."""
        while self.within.get(self.within.get(place, ""), ""):
            place = self.within[place]
        return place

    def is_at(self, thing: str, region: str) -> bool:
        """Whether a place, or a named thing that is at home somewhere, lies in ``region``."""
        return any(self.lies_in(place, region) for place in (thing, *self.homes.get(thing, ())))


def load_lexicon(folder: Traversable) -> Lexicon:
    """Read every table of ``folder``.

    Raises:
        CurationError: with each bad line, if there is any.
    """
    lexicon, faults = Lexicon(), _Faults()
    lexicon.parents.update((r.one("class"), r.one("parent")) for r in _rows(folder, "classes.tsv", faults))
    _load_words(lexicon, folder, faults)
    _load_places(lexicon, folder, faults)
    _load_organizations(lexicon, folder, faults)
    _load_models(lexicon, folder, faults)
    _load_people(lexicon, folder, faults)
    for file, proper in (("events.tsv", True), ("technologies.tsv", False)):
        for row in _rows(folder, file, faults):
            _name(lexicon, row, row.one("class"), proper=proper, faults=faults)
    _load_facilities(lexicon, folder, faults)
    for label, places in lexicon.homes.items():
        for place in sorted(places):
            lexicon.natives[place].append(label)
    if faults.found:
        raise CurationError(faults.found)
    return lexicon


# ------------------------------------------------------------------- one table each


def _load_words(lexicon: Lexicon, folder: Traversable, faults: _Faults) -> None:
    """Function words, and the nouns that the grammar of mentions knows by kind."""
    for row in _rows(folder, "words.tsv", faults):
        for form in (row.one("form"), *row.many("forms")):
            lexicon.forms[fold(form)].append(
                Sense(row.one("symbol"), row.one("role"), lemma=row.one("form"), number=row.one("number"))
            )
    for row in _rows(folder, "descriptors.tsv", faults):
        for number, column in (("s", "noun"), ("p", "plural")):
            for form in row.many(column):
                lexicon.forms[fold(form)].append(
                    Sense("Descriptor", lemma=row.many("noun")[0], number=number, gender=row.one("gender"),
                          classes=row.many("classes"), relational=bool(row.one("relational")))
                )  # fmt: skip
    for row in _rows(folder, "titles.tsv", faults):
        symbol = _TITLES.get(row.one("relation"), "StateTitle")
        for column in ("title", "aliases", "weak"):
            for form in row.many(column):
                sense = Sense(symbol, "t", lemma=row.one("title"), proper=column == "weak")
                lexicon.forms[fold(form)].append(sense)
    for row in _rows(folder, "metrics.tsv", faults):
        lexicon.metric_units[row.one("metric")] = row.many("units")
        lexicon.metric_owners[row.one("metric")] = row.one("owner")
        lexicon.metric_cues.update(dict.fromkeys(row.many("cues"), row.one("metric")))
        for form in row.many("aliases"):
            lexicon.forms[fold(form)].append(Sense("Metric", lemma=row.one("metric")))


def _number(adjective: str) -> str:
    """Whether an adjective of nationality is of one: "cinese", "tedesca", but "cinesi", "tedesche"."""
    return "s" if adjective.endswith(("ese", "ense", "a", "o")) else "p"


def _load_places(lexicon: Lexicon, folder: Traversable, faults: _Faults) -> None:
    rows = list(_rows(folder, "places.tsv", faults))
    for row in rows:
        power = row.one("power")
        lexicon.within[row.one("label")] = row.one("within")
        if row.one("kind") == "city":
            lexicon.towns.add(row.one("label"))
        if power:
            lexicon.powers[row.one("label")] = power
        entity = _name(lexicon, row, "Place", symbol="Power" if power else "Place", faults=faults)
        for adjective in row.many("adjectives"):
            lexicon.forms[fold(adjective)].append(
                Sense("Nationality", "a", entity, lemma=entity.label, number=_number(adjective))
            )
    for row in rows:
        if row.one("within") and row.one("within") not in lexicon.entities:
            faults.add(row, f"lies within {row.one('within')!r}, which has no line of its own")


def _load_organizations(lexicon: Lexicon, folder: Traversable, faults: _Faults) -> None:
    rows = list(_rows(folder, "organizations.tsv", faults))
    for row in rows:
        entity = _name(lexicon, row, row.one("class"), faults=faults)
        lexicon.homes[entity.label] = frozenset((*row.many("country"), *row.many("city")))
    for row in rows:
        for group in row.many("group"):
            if group not in lexicon.entities:
                faults.add(row, f"group {group!r} has no line of its own")
            lexicon.groups[row.one("label")].add(group)
            lexicon.relatives[row.one("label")].add(group)
            lexicon.relatives[group].add(row.one("label"))


def _load_models(lexicon: Lexicon, folder: Traversable, faults: _Faults) -> None:
    for row in _rows(folder, "models.tsv", faults):
        brand = row.one("brand")
        if brand not in lexicon.entities:
            faults.add(row, f"brand {brand!r} is not in organizations.tsv")
        entity = _name(lexicon, row, "VehicleModel", faults=faults)
        lexicon.brands[entity.label] = brand
        lexicon.relatives[brand].add(entity.label)
    for model, brand in lexicon.brands.items():
        lexicon.relatives[model] |= {brand} | lexicon.relatives[brand]


def _load_people(lexicon: Lexicon, folder: Traversable, faults: _Faults) -> None:
    lexicon.parents.update(dict.fromkeys(_TRADES, "Person"))
    people = list(_rows(folder, "people.tsv", faults))
    named = {row.one("label") for row in people}
    for row in _rows(folder, "roles.tsv", faults):
        post = Post(*(row.one(c) for c in ("person", "title", "organization", "since", "until")))
        if post.person not in named:
            faults.add(row, f"{post.person!r} is not in people.tsv")
        lexicon.posts[post.person].append(post)
        if not post.until:
            lexicon.relatives[post.organization].add(post.person)
            lexicon.relatives[post.person].add(post.organization)
    for row in people:
        titles = {post.title for post in lexicon.posts.get(row.one("label"), ())}
        trade = _TRADES[_DRIVING not in titles]
        _name(lexicon, row, "Person", symbol=trade, faults=faults)
        first = row.one("label").split()[0].lower()
        if row.one("country") not in _FAMILY_FIRST and len(first) > _INITIALS:
            lexicon.given.add(first)


def _load_facilities(lexicon: Lexicon, folder: Traversable, faults: _Faults) -> None:
    for row in _rows(folder, "facility_kinds.tsv", faults):
        for number, column in (("s", "noun"), ("p", "plural")):
            for form in row.many(column):
                lexicon.forms[fold(form)].append(
                    Sense(
                        row.one("class"), lemma=row.many("noun")[0], number=number, gender=row.one("gender")
                    )
                )
    for row in _rows(folder, "kinds.tsv", faults):
        for number, column in (("s", "noun"), ("p", "plural")):
            for form in row.many(column):
                lexicon.forms[fold(form)].append(
                    Sense(
                        row.one("class"), lemma=row.many("noun")[0], number=number, gender=row.one("gender")
                    )
                )
    for row in _rows(folder, "facilities.tsv", faults):
        entity = _name(lexicon, row, row.one("class"), faults=faults)
        lexicon.homes[entity.label] = frozenset(row.many("place"))


def _name(
    lexicon: Lexicon, row: _Row, cls: str, *, faults: _Faults, symbol: str = "", proper: bool = True
) -> Entity:
    """Enter a named thing with its label, its aliases and its weak forms."""
    label = row.one("label")
    if cls not in lexicon.parents:
        faults.add(row, f"{cls!r} is not a class of classes.tsv")
    if label in lexicon.entities:
        faults.add(row, f"{label!r} already has a line of its own")
    entity = Entity(local_name(label), label, cls, row.many("aliases"), row.one("dbpedia"))
    lexicon.entities[label] = entity
    weak = row.many("weak")
    forms = dict.fromkeys((label, *entity.aliases, *weak))
    written = {" ".join(f.translate(TO_BLANKS).split()): f for f in forms}
    written |= {
        f.translate(TO_BLANKS).strip(): f for f in forms
    }  # "ID. Buzz" has two blanks where a text is folded
    for name, form in written.items():
        is_name = proper and not name[:1].islower()  # "governo italiano" is written both ways
        inner = _INNER_WORD.finditer(name) if proper and " " in name else ()
        capitals = tuple(m.end() for m in inner if name[m.end()].isupper())
        sense = Sense(symbol or cls, "n", entity, is_name, form in weak, label, capitals=capitals)
        lexicon.forms[name.lower()].append(sense)
    return entity


# ------------------------------------------------------------------------- tables


@dataclass(slots=True)
class _Faults:
    found: list[Fault] = field(default_factory=list)

    def add(self, row: _Row, message: str) -> None:
        self.found.append(Fault(row.file, row.line, message))


class _Row(NamedTuple):
    file: str
    line: int
    cells: dict[str, str]

    def one(self, column: str) -> str:
        return self.cells.get(column, "")

    def many(self, column: str) -> tuple[str, ...]:
        cell = self.cells.get(column, "")
        return tuple(cell.split("|")) if cell else ()


def _rows(folder: Traversable, file: str, faults: _Faults) -> Iterator[_Row]:
    path = folder / file
    if not path.is_file():
        faults.found.append(Fault(file, 1, "is missing from the lexicon"))
        return
    header: Sequence[str] = ()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split("\t")
        if not header:
            header = cells
        elif len(cells) != len(header):
            message = f"has {len(cells)} cells where the header has {len(header)}"
            faults.found.append(Fault(file, number, message))
        elif line:
            yield _Row(file, number, dict(zip(header, cells, strict=False)))  # as many of both: seen above
