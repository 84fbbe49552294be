"""Rules as they are written: TOML files in ``kg/data/rules``, one family of relations a file.

A pattern looks like the sentence it finds::

    {subject:Organization} <acquisire> {share:Percent} di {object:Organization} [per {amount:Money}]

==========================  =====================================================================
``{name:Class|Class}``      a slot: a mention of one of the classes, or a list of them ("A, B e C")
``<verb|verb>``             these verbs in any tense; ``<@name>`` a class of ``[verbs]``
``<verb:passive>``          only the passive ("è stato acquisito", "acquisito")
``<verb:reflexive>``        only with "si" ("si fonde", "fondersi")
``word``, ``(a|b)``         this word, one of these; ``@name`` a class of ``[words]``
``di a da in con su per``   a preposition with or without its article ("del", "nella")
``[...]``                   may be missing; at the end of a pattern it may stand anywhere in the rest of the clause
``{value:Distance}``        a quantity by what it measures (see ``MEASURES``); ``CarPrice`` is a sum that a car can
                            cost; ``{unit:Distance}`` lends its unit to a bare number ("400 km, la seconda 300")
``{share:Share}``           a part of the whole, ``{_all:Whole}`` the hundred per cent
``{value:Figure}``          a figure's value; ``{loss:Money}`` one below zero,
                            ``{change:Percent}`` and ``{fall:Percent}`` its change up or down,
                            ``{delta:Change}`` one that has its sign ("+7%", "il 7% in meno"),
                            ``{metric:Metric}`` a metric, ``{metric:price}`` this one
``...`` ``...8``            up to five (eight) words of any kind within the clause
``,`` ``:`` ``/``           a comma, dash or bracket; a colon; an opening bracket
``%name``                   the text of that name in ``[parts]`` of the same file
``+``                       parts a frame: what stands between two of them may be anywhere in the clause of the
                            first (the trigger, in any voice; or the second, if the first is its subject alone);
                            a slot alone before a verb is who does it, after it what it is done to
==========================  =====================================================================

Classes of verbs and words are written in ``_classes.toml`` for all files, or in the file that uses them.
Articles, adverbs and the like are not seen by patterns, and up to two adjectives or
unknown nouns are passed over between any two elements.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib.resources.abc import Traversable
from itertools import chain, pairwise

from kg.model import CurationError, Factuality, Fault, Mention

#: Quantities by what they measure: "{value:Distance}" is one in kilometres.
MEASURES: Mapping[str, tuple[str, ...]] = {
    "Horsepower": ("[HP_M]",),
    "Kilowatts": ("kW",),
    "Energy": ("kW.h",),
    "Torque": ("N.m",),
    "Distance": ("km",),
    "Speed": ("km/h",),
    "Volume": ("L",),
    "Length": ("m", "cm", "mm"),
    "Seconds": ("s",),
    "Minutes": ("min", "h"),
    "Vehicles": ("{vehicle}",),
    "Jobs": ("{job}",),
    "People": ("{person}",),
}
_MEASURED = {kind: tuple(f"Quantity={unit}" for unit in units) for kind, units in MEASURES.items()}
#: Kinds of slot that are not classes of the lexicon, with the symbols that each stands for.
KINDS: Mapping[str, tuple[str, ...]] = {
    **_MEASURED,
    "Figure": (
        "Percent",
        "Percent=whole",
        "Money",
        "Money=car",
        "Quantity",
        *chain(*_MEASURED.values()),
        "Number",
        "Sum",
    ),
    "Percent": ("Percent", "Percent=whole", "Change"),
    "Share": ("Percent", "Change"),
    "Whole": ("Percent=whole",),
    "Change": ("Change",),
    "Money": ("Money", "Money=car", "Sum"),
    "CarPrice": ("Money=car",),
    "Quantity": ("Quantity", *chain(*_MEASURED.values())),
    "Number": ("Number", "Sum"),
    "Date": ("Date",),
    "Metric": ("Metric",),
    "Nationality": ("Nationality",),
    "ChiefTitle": ("ChiefTitle",),
    "ExecutiveTitle": ("ExecutiveTitle",),
    "Title": ("ChiefTitle", "ExecutiveTitle"),
    "Descriptor": ("Descriptor",),
    "Demonym": ("Demonym",),
    "Epithet": (),
    "Clause": (),
}
Groups = Mapping[str, Mapping[str, tuple[str, ...]]]
VOICES = ("active", "passive", "reflexive")
_GAP = 5
#: Marks a verb that is meant with "si": "attestarsi" is "attestare+si".
REFLEXIVE = "+si"


@dataclass(frozen=True, slots=True)
class Slot:
    """``{name:Class|Class}``"""

    name: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verb:
    """``<verb|verb:voice>``"""

    lemmas: tuple[str, ...]
    voice: str = "active"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or one of several."""

    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """``...``: at most ``length`` words."""

    length: int


@dataclass(frozen=True, slots=True)
class Comma:
    """``,`` (also a dash or a bracket), ``:`` or the bracket that opens"""

    mark: str = ","


@dataclass(frozen=True, slots=True)
class Plus:
    """``+``, between the trigger of a frame and its roles."""


@dataclass(frozen=True, slots=True)
class Group:
    """``[...]`` when ``optional``, else ``(... | ...)``."""

    branches: tuple[tuple[Element, ...], ...]
    optional: bool = False


Element = Slot | Verb | Word | Gap | Comma | Plus | Group


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as written, with its place.

    ``relation`` is what a done deed is called; ``planned`` and ``possible``
    rename one that is intended or weighed, ``past`` one
    that is over, ``chief`` one of whoever leads a company; ``named`` wants both ends to have names, ``kin`` a subject that the lexicon knows to be of the object's group, ``definite`` an object that is known already
    ("la joint venture con…", not "una"). ``factuality`` is what the words of
    the pattern themselves say ("piano di": Planned). ``implied`` tells where an
    argument that the pattern does not name comes from: ``employer`` of the
    subject (``workplace``: or where it worked last; ``chair``: what the ``{_predecessor}`` led), the ``deed`` last planned, the ``maker`` in the name of a model or of the ``{_car}`` (``car``), the ``topic``, the ``site`` spoken of, its ``holder``, the ``doer`` of the deed told before, the
    ``antecedent`` of "ne", the ``others`` of a list of equals, the ``relative``
    of a marque that the text has named, the ``parent``: that or whom it is speaking of, or classes ("Automaker|Brand"): the thing of them spoken of. ``unless`` are words
    before the match or in it that undo it, ``unless_next`` right after it; without ``passive`` only
    the pattern as written is tried. A ``forecast`` tells of what no one does ("i ricavi
    saliranno"): Predicted, where a deed would be Planned.
    """

    id: str
    relation: str
    patterns: tuple[str, ...]
    yields: tuple[tuple[str, ...], ...]
    silent: tuple[str, ...]
    todo: tuple[tuple[str, ...], ...] = ()
    planned: str = ""
    possible: str = ""
    past: str = ""
    chief: str = ""
    named: bool = False
    kin: bool = False
    definite: bool = False
    factuality: str = ""
    metric: str = ""
    implied: tuple[tuple[str, str], ...] = ()
    unless: tuple[str, ...] = ()
    unless_next: tuple[str, ...] = ()
    passive: bool = True
    forecast: bool = False
    file: str = ""
    line: int = 0
    elements: tuple[tuple[Element, ...], ...] = field(default=(), compare=False, repr=False)
    #: The slots of all patterns by name, the first of each.
    slots: Mapping[str, Slot] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        slots: dict[str, Slot] = {}
        for element in chain.from_iterable(map(walk, self.elements)):
            if isinstance(element, Slot):
                slots.setdefault(element.name, element)
        object.__setattr__(self, "slots", slots)


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fired in a sentence.

    ``arguments`` holds the indices of the mentions of each slot, none for one
    that the clause drops; ``texts`` the spans of the slots that take words.
    ``before`` tells that its figure is what another was before ("erano 341").
    """

    rule: Rule
    mentions: Sequence[Mention]
    arguments: dict[str, tuple[int, ...]]
    texts: dict[str, tuple[int, int]]
    start: int
    end: int
    verb: int | None = None
    before: bool = False


_WRITTEN = {f.name for f in fields(Rule)} - {"file", "line", "elements", "slots", "patterns"} | {
    "pattern",
    "patterns",
}


def load_rules(
    folder: Traversable,
    *,
    classes: Collection[str],
    verbs: Callable[[str], str | None] | None = None,
    extra: Iterable[Traversable] = (),
) -> list[Rule]:
    """Every rule of the folder's ``*.toml`` and of the ``extra`` files, in order of file and place.

    ``classes`` are those a slot may name, ``verbs`` gives the
    infinitive that has the forms of one, or None (any has its own, if not given).

    Raises:
        CurationError: with every fault of every file.
    """
    faults: list[Fault] = []
    groups = _load_groups(folder, faults)
    parser = _Parser(groups, frozenset(classes) | set(KINDS), verbs)
    rules: list[Rule] = []
    names = sorted((p for p in folder.iterdir() if p.name.endswith(".toml")), key=lambda p: p.name)
    for path in chain((p for p in names if not p.name.startswith("_")), extra):
        rules.extend(_load_file(path, parser, faults))
    first: dict[str, Rule] = {}
    for rule in rules:
        other = first.setdefault(rule.id, rule)
        if other is not rule:
            message = f"rule id {rule.id!r} is taken by {other.file}:{other.line}; give each rule its own"
            faults.append(Fault(rule.file, rule.line, message))
    if faults:
        raise CurationError(faults)
    return rules


def walk(elements: Iterable[Element]) -> Iterator[Element]:
    """Every element, those inside groups included."""
    for element in elements:
        yield element
        if isinstance(element, Group):
            for branch in element.branches:
                yield from walk(branch)


# ------------------------------------------------------------------------------- files


def _read(path: Traversable, faults: list[Fault]) -> tuple[str, dict[str, object]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        faults.append(Fault(path.name, int(place[1]) if place else 1, f"is not valid TOML: {error}"))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(path.name, 1, f"cannot be read as UTF-8 text: {error}"))
    return "", {}


def _load_groups(folder: Traversable, faults: list[Fault]) -> Groups:
    path = folder / "_classes.toml"
    return _groups(_read(path, faults)[1]) if path.is_file() else {"verbs": {}, "words": {}}


def _groups(table: Mapping[str, object]) -> Groups:
    """The classes of a file: ``[verbs]`` and ``[words]``, the members apart by blanks or by ``|``."""
    groups: dict[str, dict[str, tuple[str, ...]]] = {"verbs": {}, "words": {}}
    for kind, members in groups.items():
        written = table.get(kind, {})
        apart = re.compile(r"\s*\|\s*|\s+" if kind == "verbs" else r"\s*\|\s*")
        for name, text in written.items() if isinstance(written, dict) else ():
            members[name] = tuple(apart.split(str(text).strip()))
    return groups


def _parts(table: Mapping[str, object]) -> Mapping[str, str]:
    """The ``[parts]`` of a file: text that its patterns share, by name."""
    written = table.get("parts", {})
    return {name: str(text) for name, text in written.items()} if isinstance(written, dict) else {}


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern with the text of each ``%name``.

    Raises:
        ValueError: if no part has the name.
    """

    def text(found: re.Match[str]) -> str:
        if found[1] not in parts:
            raise ValueError(f"%{found[1]} is none of [parts]; there is {', '.join(sorted(parts)) or 'none'}")
        return parts[found[1]]

    return re.sub(r"%(\w+)", text, pattern)


def _load_file(path: Traversable, parser: _Parser, faults: list[Fault]) -> Iterator[Rule]:
    text, table = _read(path, faults)
    places = [text.count("\n", 0, m.start()) + 1 for m in re.finditer(r"^\[\[rule\]\]", text, re.MULTILINE)]
    written = table.get("rule", [])
    own = _groups(table)
    parser = replace(parser, groups={kind: {**parser.groups[kind], **own[kind]} for kind in parser.groups})
    parts = _parts(table)
    strange = sorted(set(table) - {"rule", "parts", *own})
    faults.extend(
        Fault(path.name, 1, f"{k!r} is not expected here; a rule begins with [[rule]]") for k in strange
    )
    if not isinstance(written, list):
        faults.append(Fault(path.name, 1, "'rule' must be written as [[rule]]"))
        return
    for place, entry in zip(places, written, strict=False):
        problems = list(_problems(entry))
        if problems:
            faults.extend(Fault(path.name, place, problem) for problem in problems)
            continue
        patterns = tuple(entry.get("patterns", ())) or (entry["pattern"],)
        elements = []
        for pattern in patterns:
            try:
                elements.append(parser.parse(_filled(pattern, parts)))
            except ValueError as error:
                line = _line_of(text, place, pattern)
                faults.append(Fault(path.name, line, f"{entry['id']}: {error}"))
        rule = Rule(
            id=entry["id"],
            relation=entry["relation"].removeprefix("auto:"),
            patterns=patterns,
            yields=tuple(map(tuple, entry["yields"])),
            silent=tuple(entry["silent"]),
            todo=tuple(map(tuple, entry.get("todo", ()))),
            planned=entry.get("planned", "").removeprefix("auto:"),
            possible=entry.get("possible", "").removeprefix("auto:"),
            past=entry.get("past", "").removeprefix("auto:"),
            chief=entry.get("chief", "").removeprefix("auto:"),
            named=entry.get("named", False),
            kin=entry.get("kin", False),
            definite=entry.get("definite", False),
            factuality=entry.get("factuality", ""),
            metric=entry.get("metric", "").removeprefix("auto:"),
            implied=tuple(sorted(entry.get("implied", {}).items())),
            unless=tuple(entry.get("unless", ())),
            unless_next=tuple(entry.get("unless_next", ())),
            passive=entry.get("passive", True),
            forecast=entry.get("forecast", False),
            file=path.name,
            line=place,
            elements=tuple(elements),
        )
        if len(elements) == len(patterns):
            faults.extend(Fault(path.name, place, f"{rule.id}: {p}") for p in missing_arguments(rule))
        yield rule


def _problems(entry: dict[str, object]) -> Iterator[str]:
    """What is wrong with a rule before its pattern is read; each message says what was expected."""
    name = entry.get("id", "a rule without id")
    for key in ("id", "relation"):
        if not isinstance(entry.get(key), str) or not entry.get(key):
            yield f'{name}: {key} is missing; write {key} = "..."'
    if ("pattern" in entry) == ("patterns" in entry):
        yield f'{name}: write either pattern = "..." or patterns = ["...", "..."]'
    for key, example in (("yields", '[["sentence", "S relation O | Asserted"]]'), ("silent", '["sentence"]')):
        value = entry.get(key)
        if not isinstance(value, list) or not value:
            yield f"{name}: {key} is missing; a rule is its examples, write {key} = {example}"
        elif key == "yields" and not all(isinstance(e, list) and len(e) > 1 for e in value):
            yield f"{name}: each of yields is {example[1:-1]}"
    if entry.get("factuality", "") not in {"", *Factuality}:
        yield f"{name}: factuality is one of {', '.join(Factuality)}, not {entry['factuality']!r}"
    for key in sorted(set(entry) - _WRITTEN):
        yield f"{name}: {key!r} is no part of a rule; expected {', '.join(sorted(_WRITTEN))}"


def parts_of(elements: Iterable[Element]) -> list[tuple[Element, ...]]:
    """What stands between the ``+`` of a frame; of any other pattern, the whole of it."""
    parts: list[list[Element]] = [[]]
    for element in elements:
        if isinstance(element, Plus):
            parts.append([])
        else:
            parts[-1].append(element)
    return [tuple(part) for part in parts if part]


def missing_arguments(rule: Rule) -> Iterator[str]:
    """What a rule lacks to claim anything, a message for each."""
    implied = {name for name, _ in rule.implied}
    for pattern, elements in zip(rule.patterns, rule.elements, strict=True):
        slots = [e.name for e in walk(elements) if isinstance(e, Slot)]
        telling = (e for e in walk(elements) if not isinstance(e, Slot) or e.classes[0] in KINDS)
        bracketed = (
            Comma("(") in elements or sum(isinstance(e, Comma) for e in elements) > 1
        )  # "Max Verstappen (Red Bull)"
        if not implied and not bracketed and not any(isinstance(e, Verb | Word | Slot) for e in telling):
            yield f"{pattern!r} has neither a verb nor a word to start from"
        first, *others = parts_of(elements)
        if others and not (any(isinstance(e, Verb | Word) for e in first) or isinstance(others[0][0], Verb)):
            yield f"{pattern!r} has no trigger; begin the frame with a verb or a word, or {{subject:Class}} + <verb>"
        given = implied | set(slots)
        if "subject" not in given:
            yield f"no slot for the subject in {pattern!r}; write {{subject:Class}}"
        if not given & {"object", "value", "loss", "change", "fall"}:
            yield f"no slot for the object in {pattern!r}; write {{object:Class}}, or {{value:...}} for a figure"


def _line_of(text: str, place: int, pattern: str) -> int:
    at = text.find(pattern)
    return text.count("\n", 0, at) + 1 if at >= 0 else place


# ---------------------------------------------------------------------------- patterns

_TOKEN = re.compile(
    r"\s*(?:(?P<slot>\{(?P<name>\w+):(?P<classes>[\w|]+)\})|(?P<verb><(?P<lemmas>[^<>:]+)(?::(?P<voice>\w+))?>)"
    r"|(?P<gap>\.\.\.(?P<length>\d+)?)|(?P<comma>[,:/])|(?P<plus>\+)|(?P<open>[\[(])|(?P<close>[\])])|(?P<bar>\|)"
    r"|(?P<word>@?[\w'’àèéìòù-]+))"
)


@dataclass(frozen=True, slots=True)
class _Parser:
    groups: Groups
    classes: Collection[str]
    verbs: Callable[[str], str | None] | None

    def parse(self, pattern: str) -> tuple[Element, ...]:
        """The elements of a pattern.

        Raises:
            ValueError: saying what stands where in the pattern, and what was expected.
        """
        stack: list[tuple[str, list[list[Element]]]] = [("", [[]])]
        at = 0
        while pattern[at:].strip():
            token = _TOKEN.match(pattern, at)
            if not token:
                raise ValueError(
                    f"cannot read {pattern[at:].strip()!r}; expected a slot {{name:Class}}, a verb <...> or a word"
                )
            at = token.end()
            branches = stack[-1][1]
            if token["open"]:
                stack.append((token["open"], [[]]))
            elif token["close"]:
                opener, branches = stack.pop()
                if opener + token["close"] not in ("[]", "()"):
                    raise ValueError(f"{token['close']!r} closes nothing in {pattern!r}")
                stack[-1][1][-1].append(self._group(branches, optional=opener == "["))
            elif token["bar"]:
                if len(stack) == 1:
                    raise ValueError(f"'|' stands outside brackets in {pattern!r}; write (a|b)")
                branches.append([])
            else:
                branches[-1].append(self._element(token))
        if len(stack) > 1:
            raise ValueError(f"{stack[-1][0]!r} is never closed in {pattern!r}")
        elements = tuple(stack[0][1][0])
        nested = (inner for e in elements if isinstance(e, Group) for inner in walk((e,)))
        if any(isinstance(e, Plus) for e in nested):
            raise ValueError(f"'+' stands inside brackets in {pattern!r}; it parts the roles of a frame")
        ends = [Plus(), *elements, Plus()]
        if Plus() in elements and any(a == b == Plus() for a, b in pairwise(ends)):
            raise ValueError(f"nothing stands on one side of a '+' in {pattern!r}; write trigger + role")
        return elements

    @staticmethod
    def _group(branches: list[list[Element]], *, optional: bool) -> Element:
        if not optional and all(len(b) == 1 and isinstance(b[0], Word) for b in branches):
            return Word(tuple(form for b in branches for e in b if isinstance(e, Word) for form in e.forms))
        return Group(tuple(map(tuple, branches)), optional)

    def _element(self, token: re.Match[str]) -> Element:
        if token["slot"]:
            classes = tuple(token["classes"].split("|"))
            for cls in classes:
                if cls not in self.classes:
                    raise ValueError(f"{cls!r} in {token['slot']} is no class and no kind of value")
            return Slot(token["name"], classes)
        if token["verb"]:
            voice = token["voice"] or "active"
            if voice not in VOICES:
                raise ValueError(f"{voice!r} in {token['verb']} is not a voice; expected {', '.join(VOICES)}")
            return Verb(tuple(self._lemmas(token)), voice)
        if token["gap"]:
            return Gap(int(token["length"] or _GAP))
        if token["comma"]:
            return Comma("(" if token["comma"] == "/" else token["comma"])
        if token["plus"]:
            return Plus()
        word = token["word"].lower()
        return Word(self._members("words", word[1:]) if word.startswith("@") else (word,))

    def _lemmas(self, token: re.Match[str]) -> Iterator[str]:
        for lemma in token["lemmas"].split("|"):
            lemmas = self._members("verbs", lemma[1:]) if lemma.startswith("@") else (lemma,)
            for infinitive in lemmas:
                base = self.verbs(infinitive) if self.verbs is not None else infinitive
                if base is None:
                    raise ValueError(
                        f"{infinitive!r} in {token['verb']} is no infinitive that the verb table knows"
                    )
                yield f"{base}{REFLEXIVE}" if infinitive.endswith("rsi") else infinitive

    def _members(self, kind: str, name: str) -> tuple[str, ...]:
        if name not in self.groups[kind]:
            known = ", ".join(sorted(self.groups[kind])) or "none"
            raise ValueError(f"@{name} is not a class of [{kind}]; there is {known}")
        return self.groups[kind][name]
