"""Figures: whose they are, what they measure, in which currency and of which period.

An earnings note says each of these once and then leaves it out: "L'utile è di 412 milioni, le
consegne calano del 3%". What is left out is looked for from near to far; nothing is guessed
where the words say that it is somebody else's ("le vendite dei concessionari").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.clauses import find_subject, main_subject
from kg.focus import speaks_of_several
from kg.lexicon import Lexicon
from kg.model import Entity, Mention, Observation, Value
from kg.resolve import Reading, plant_of
from kg.rules import Match, Rule, Slot, walk

#: What can have figures of its own.
_OWNERS = ("Company", "Brand", "VehicleModel", "Facility")
#: A sum without a currency is in that of the country whose papers are read.
_HOME_CURRENCY = "EUR"
_REACH = 3  # sentences over which a metric or a period stays in mind
_NEAR = 3  # mentions after a figure that may say what it is of: "cede il 4% in Borsa"
_FAR = 6  # mentions between a metric and its "di"
_COMPARING = ("rispetto", "contro")
#: What speaks for a company: "il piano di Nissan prevede…", "il trimestre di Tesla si è chiuso con…".
_FACES = frozenset(
    (
        *(
            "piano",
            "progetto",
            "programma",
            "strategia",
            "bilancio",
            "esercizio",
            "trimestre",
            "semestre",
            "anno",
        ),
        *(
            "risultati",
            "conti",
            "vertici",
            "management",
            "manager",
            "dirigenza",
            "ristrutturazione",
            "guidance",
        ),
        *("nota", "comunicato", "utile operativo"),
    )
)
#: What a period is said of in a sentence without a metric: "i conti del semestre", "il mercato a maggio".
_REPORTS = frozenset({"conti", "risultati", "bilancio", "trimestrale", "semestrale", "mercato", "esercizio"})
_BEHIND = ("spalle", "dietro", "davanti")

Found = tuple[Entity, str]


def observations(
    match: Match, reading: Reading, sentence: int, lexicon: Lexicon
) -> Iterator[tuple[Observation, str]]:
    """The figure of a match, if it is measured as its metric is, with a note when the text does not name the metric."""

    def value_of(name: str) -> Value | None:
        indices = match.arguments.get(name, ())
        return match.mentions[indices[0]].value if indices else None

    metric, note = _metric(match, reading, sentence, lexicon)
    unit_of = value_of("unit")
    value, fall, loss = map(value_of, ("value", "fall", "loss"))
    change = value_of("change") or value_of("delta")
    delta = change.number if change is not None else None
    if fall is not None and fall.number is not None:
        delta = -abs(fall.number)
    if value is not None and unit_of is not None and value.kind == "Number":
        value = replace(value, kind=unit_of.kind, unit=unit_of.unit, sort="")
    if loss is not None and loss.number is not None:
        value = replace(loss, number=-abs(loss.number))
    if not metric or (value is None and delta is None):
        return
    period = value_of("period")
    if period is not None:
        when = period.when
    else:
        when = period_in_mind(match, reading, sentence) if _takes_period(match.rule) else ""
    if value is None:
        yield Observation(metric, None, "%", when, change=delta), note
        return

    def measured(amount: Value) -> str:
        unit = _unit(metric, amount, lexicon)
        return currency_in_mind(match, reading) if unit == _CURRENCY else unit

    if value.high is not None and not _takes_period(match.rule):  # what a thing has is each end of the range
        yield from _ends(metric, value, measured(value), note)
    elif unit := measured(value):
        yield Observation(metric, value.number, unit, when, value.high, value.bound, delta), note
    before = value_of("before") or value_of("prior")
    if before is not None and not _is_to_come(match) and (unit := measured(before)):
        yield Observation(metric, before.number, unit, "", before.high, before.bound), note


def _ends(metric: str, value: Value, unit: str, note: str) -> Iterator[tuple[Observation, str]]:
    """Both ends of "da 470 a 525 km"; a price is where it begins."""
    if unit and value.kind == "Money":
        yield Observation(metric, value.number, unit, "", bound="AtLeast"), note
    elif unit:
        yield Observation(metric, value.number, unit), note
        yield Observation(metric, value.high, unit), note


_CURRENCY = "currency"
_MILLION = 1_000_000  # no bare number below it is money


def _unit(metric: str, value: Value, lexicon: Lexicon) -> str:
    """The unit of the value, if the metric is measured so; a bare number counts what the metric counts."""
    units = lexicon.metric_units.get(metric, ())
    if value.unit in units and value.unit.startswith("{"):
        return units[0] if units[0].startswith("{") else value.unit  # heads are counted one way
    if value.unit in units or (_CURRENCY in units and value.kind == "Money"):
        return value.unit
    if value.kind != "Number" or value.number is None:
        return ""
    counted = next((u for u in units if u.startswith("{")), "")
    return counted or (_CURRENCY if _CURRENCY in units and abs(value.number) >= _MILLION else "")


def currency_in_mind(match: Match, reading: Reading) -> str:
    """The currency of a bare sum: that of the sentence so far, else the euro, unless the text has one other alone."""
    here = [m.value.unit for m in match.mentions[: match.start] if m.symbol == "Money" and m.value]
    if here:
        return here[-1]
    spoken = {m.value.unit for s in reading.sentences for m in s if m.symbol == "Money" and m.value}
    return spoken.pop() if len(spoken) == 1 else _HOME_CURRENCY


# ------------------------------------------------------------------------ what is measured


def _metric(match: Match, reading: Reading, sentence: int, lexicon: Lexicon) -> tuple[str, str]:
    """The metric that the rule or the text names, or the one in mind, with the note that says so."""
    if match.rule.metric:
        return match.rule.metric, ""
    named = match.arguments.get("metric", ())
    if named:
        return match.mentions[named[0]].lemma, ""
    if "metric" not in dict(match.rule.implied):
        return "", ""
    earlier = reading.sentences[max(0, sentence - _REACH) : sentence]
    after = match.mentions[match.end : match.end + _NEAR]
    for mentions in (after[::-1], match.mentions[: match.start], *reversed(earlier)):
        for mention in reversed(mentions):
            if mention.symbol == "Metric":
                if mention.lemma in lexicon.metric_cues.values():
                    return mention.lemma, f"{mention.lemma}, as before"
                continue
            cue = lexicon.metric_cues.get(mention.verb.head if mention.verb else mention.lemma.lower())
            if cue:
                return cue, f"{cue}, as «{mention.lemma}» says"
    return "", ""


# ------------------------------------------------------------------------------ of when


def _takes_period(rule: Rule) -> bool:
    """Whether the figures of a rule are of a time: sales are, the power of a model is not."""
    return any(
        isinstance(e, Slot) and e.name == "period" for elements in rule.elements for e in walk(elements)
    )


def period_in_mind(match: Match, reading: Reading, sentence: int) -> str:
    """The period that the sentence, or one shortly before it, gives to its figures; empty if the deed is to come."""
    if _is_to_come(match):
        return ""
    here = _periods(match.mentions)
    if here:
        return here[0] if len(here) == 1 else ""
    for mentions in reversed(reading.sentences[max(0, sentence - _REACH) : sentence]):
        found = _periods(mentions)
        if found:
            told = len(found) == 1 and any(m.symbol == "Metric" or m.lemma in _REPORTS for m in mentions)
            return found[0] if told else ""
    return ""


def _is_to_come(match: Match) -> bool:
    """Whether the deed is planned or foretold: no period of the past is its own."""
    verb = match.mentions[match.verb].verb if match.verb is not None else None
    return bool(match.rule.factuality) or (
        verb is not None and bool(verb.links[0].tense == "future" or verb.status)
    )


def _periods(mentions: Sequence[Mention]) -> list[str]:
    """The years, quarters and months that a sentence speaks of, no days, and none only to compare with."""
    found: dict[str, None] = {}
    for k, mention in enumerate(mentions):
        value = mention.value
        if value is None or value.kind != "Date" or value.role != "at" or value.when.count("-") > 1:
            continue
        before = mentions[max(0, k - 3) : k]
        if any(m.symbol in _COMPARING for m in before) or (before and before[-1].symbol in ("su", "da")):
            continue
        found[value.when] = None
    return list(found)


# ------------------------------------------------------------------------------- whose


def owner(
    match: Match, reading: Reading, sentence: int, lexicon: Lexicon, site: Entity | None = None
) -> Found | None:
    """Whose figure a match tells of, when its pattern does not say: "di", the clause, or the text.

    ``site`` is the facility last spoken of, which need not have a name.
    """
    metrics = match.arguments.get("metric", ())
    figure_first = match.mentions[match.start].value is not None and match.verb is None
    head = match.end - 1 if figure_first else match.start  # "l'1,7% di quota"
    at = metrics[0] if metrics else head
    metric = match.rule.metric or match.mentions[at].lemma
    if match.mentions[match.start].symbol == "ne" and match.verb is not None:
        at = match.verb  # "l'americana ne ha consegnate 6 milioni"
    mostly = lexicon.metric_owners.get(metric, "")
    return _Search(match.mentions, reading, sentence, lexicon, mostly, site).owner(at)


def site_in_mind(
    classes: Sequence[str], mentions: Sequence[Mention], reading: Reading, sentence: int
) -> Found | None:
    """The site of one of the classes that was last spoken of, if it was one alone."""
    for spoken in (mentions, *reversed(reading.sentences[max(0, sentence - _REACH) : sentence])):
        found = {m.entity for m in spoken if m.entity is not None and m.entity.cls in classes}
        if found:
            site = found.pop()
            return None if found else (site, f"{site.label}, the site spoken of")
    return None


class _Search:
    """One sentence in which owners are looked for."""

    __slots__ = ("last_site", "lexicon", "mentions", "mostly", "reading", "sentence")

    def __init__(
        self,
        mentions: Sequence[Mention],
        reading: Reading,
        sentence: int,
        lexicon: Lexicon,
        mostly: str,
        last_site: Entity | None,
    ) -> None:
        self.last_site = last_site
        self.mentions, self.reading, self.sentence, self.lexicon = mentions, reading, sentence, lexicon
        self.mostly = mostly  # the class whose figure it is where nothing is said

    def owner(self, at: int) -> Found | None:
        """Whose is the metric at ``at``."""
        if self.mentions[at].role == "v":
            return self._of_subject(at)
        found, said = self._said_after(at)
        if said:
            return found
        if at and self.mentions[at - 1].symbol == "relative":  # "Suzuki, le cui vendite…"
            return self._named(self._nearest_before(at - 1))
        verb = next((k for k in range(at - 1, -1, -1) if self.mentions[k].role in "v;"), None)
        if verb is None or self.mentions[verb].role != "v" or self._begins_clause(verb, at):
            return self._in_mind(at)
        subject = find_subject(self.mentions, verb, lambda m: self._fits(m) or self._is_site(m))
        if subject and self.mentions[subject[0]].entity is None:  # "l'impianto ha…"
            return self._site(at)
        if subject is not None:
            return (
                self._named(subject[0]) if len(subject) == 1 else self._in_mind(at) if not subject else None
            )
        face = find_subject(self.mentions, verb, lambda m: m.lemma in _FACES)
        if face:
            return self._said_after(face[0])[0] or self._in_mind(face[0])
        metric = find_subject(self.mentions, verb, lambda m: m.symbol == "Metric")
        if metric and metric[0] < at:
            return self.owner(metric[0])
        return self._in_mind(at) if self.mentions[at - 1].role in ",&" else None  # "…, le consegne 13.201"

    def _of_subject(self, verb: int) -> Found | None:
        """Who the subject of the verb is, if it can have figures."""
        subject = find_subject(self.mentions, verb, self._fits)
        if subject is None or len(subject) > 1:
            return None
        return self._named(subject[0]) if subject else self._in_mind(verb)

    def _said_after(self, at: int) -> tuple[Found | None, bool]:
        """Who "di" says it is, and whether it says so: "le vendite europee nel 2024 della Tesla Model Y"."""
        k, stop = at + 1, min(at + 1 + _FAR, len(self.mentions))
        while k < stop:
            mention = self.mentions[k]
            if self._fits(mention) and mention.symbol != "Nationality":
                return self._named(k), True
            if mention.symbol == "di":
                return self._said_by_of(k)
            in_time = mention.role == "p" and k + 1 < stop and self._is_when_or_where(self.mentions[k + 1])
            if not (in_time or mention.role == "a" or mention.symbol in ("word", "Nationality", "Demonym")
                    or self._is_when_or_where(mention)):  # fmt: skip
                break
            if mention.symbol == "word" and mention.determiner:
                break
            k += 1
        return None, False

    def _said_by_of(self, k: int) -> tuple[Found | None, bool]:
        """Who stands after the "di" at ``k``; a number or a date there says nothing."""
        mentions = self.mentions
        if k + 1 >= len(mentions) or mentions[k + 1].value is not None:
            rest = k + 2
            if rest < len(mentions) and mentions[rest].symbol == "di" and mentions[k + 1].symbol == "Date":
                return self._said_by_of(rest)  # "i ricavi del 2024 di Ferrari"
            return None, False
        for i in range(k + 1, min(k + 4, len(mentions))):
            if self._fits(mentions[i]) and mentions[i].symbol != "Nationality":
                return self._named(i), True
            if mentions[i].role not in "na":
                break
        return None, True

    def _begins_clause(self, verb: int, at: int) -> bool:
        """Whether the metric is the subject of a clause of its own, after another verb's."""
        between = self.mentions[verb + 1 : at]
        return any(m.role in ",&rs;" for m in between) and self._has_verb_after(at)

    def _has_verb_after(self, at: int) -> bool:
        for mention in self.mentions[at + 1 :]:
            if mention.role == "v":
                return True
            if mention.role in "&;s":
                return False
        return False

    def _in_mind(self, at: int) -> Found | None:
        """The one that the sentence names before, its subject of several, else the one whom the text is speaking of."""
        spoken = enumerate(self.mentions[:at])
        before = {m.entity for k, m in spoken if m.entity and self._fits(m) and not self._is_passed(k)}
        sites = {e for e in before if self.mostly and self.lexicon.is_a(e.cls, self.mostly)}
        before = sites or before
        if self.mostly and not sites and (built := self._unnamed_site(at)):
            return built
        if self.mostly and not before and not self._has_place(at) and (site := self._site(at)):
            return site
        if len(before) == 1:
            found = before.pop()
            return found, f"{found.label}, named before in the sentence"
        if before:
            if self.mostly and main_subject(self.mentions[:at], self._is_site):  # "L'impianto…, il personale"
                return self._site(0)
            subject = main_subject(self.mentions[:at], self._fits)
            return self._named(subject[0]) if subject and len(subject) == 1 else None
        following = main_subject(self.mentions, self._fits)
        if following and len(following) == 1 and following[0] > at:  # "Con ricavi per 6 miliardi, Ferrari…"
            return self._named(following[0])
        reading = self.reading
        if speaks_of_several(reading, self.sentence):
            return None
        for topic in (reading.topics[self.sentence], reading.theme):
            known = topic is not None and reading.named.get(topic, self.sentence) < self.sentence
            if topic is not None and known and self._can_own(topic):
                return topic, f"{topic.label}, whom the text is speaking of"
        return None

    def _site(self, at: int) -> Found | None:
        classes = [c for c in self.lexicon.parents if self.mostly and self.lexicon.is_a(c, self.mostly)]
        named = site_in_mind(classes, self.mentions[:at], self.reading, self.sentence)
        if named is None and self.last_site is not None and self.last_site.cls in classes:
            return self.last_site, f"{self.last_site.label}, the site spoken of"
        return named

    def _has_place(self, at: int) -> bool:
        """ "la capacità negli Usa": of more than one site."""
        beside = (*self.mentions[max(0, at - 2) : at], *self.mentions[at + 1 : at + 4])
        return any(m.symbol in ("Place", "Power") for m in beside)

    def _unnamed_site(self, at: int) -> Found | None:
        """ "la fabbrica in Georgia", named before in the sentence by its place alone."""
        found: list[Entity] = []
        for k, mention in enumerate(self.mentions[:at]):
            there = (
                self.mentions[k + 2].entity
                if k + 2 < at and self.mentions[k + 1].symbol in ("in", "a", "di")
                else None
            )
            if (
                there
                and there.cls == "Place"
                and not mention.entity
                and self.lexicon.is_a(mention.symbol, self.mostly)
            ):
                found.append(plant_of(mention, there))
        return (found[0], f"{found[0].label}, named before in the sentence") if len(found) == 1 else None

    def _is_site(self, mention: Mention) -> bool:
        """ "l'impianto", which has no name."""
        return (
            bool(self.mostly)
            and mention.determiner == "definite"
            and self.lexicon.is_a(mention.symbol, self.mostly)
        )

    def _is_passed(self, k: int) -> bool:
        """Whether it is only one that another comes after: "alle spalle di Tesla"."""
        return any(m.lemma in _BEHIND for m in self.mentions[max(0, k - 3) : k])

    def _nearest_before(self, at: int) -> int:
        return next((k for k in range(at - 1, -1, -1) if self._fits(self.mentions[k])), -1)

    def _named(self, k: int) -> Found | None:
        entity = self.mentions[k].entity if k >= 0 else None
        return (entity, self.mentions[k].note) if entity is not None else None

    @staticmethod
    def _is_when_or_where(mention: Mention) -> bool:
        return mention.role == "d" or mention.symbol in ("Place", "Power")

    def _fits(self, mention: Mention) -> bool:
        return mention.entity is not None and mention.role == "n" and self._can_own(mention.entity)

    def _can_own(self, entity: Entity) -> bool:
        is_a = self.lexicon.is_a
        return any(is_a(entity.cls, cls) for cls in _OWNERS) and not is_a(entity.cls, "Media")
