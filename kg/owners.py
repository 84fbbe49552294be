"""Whose a figure is, where its words do not say: "di", the clause, or whom the text is speaking of.

Nothing is guessed where the words say that it is somebody else's ("le vendite dei concessionari").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kg.clauses import find_subject, main_subject
from kg.focus import speaks_of_several
from kg.lexicon import Lexicon
from kg.model import Entity, Mention
from kg.reading import Reading, plant_of
from kg.rules import Match

#: What can have figures of its own.
_OWNERS = frozenset({"Company", "Brand", "VehicleModel", "Facility"})
_REACH = 3  # sentences over which a site stays in mind
_FAR = 6  # mentions between a metric and its "di"
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
#: Whose figures are nobody's.
_OF_ALL = frozenset({"mercato", "settore", "comparto", "industria"})
_INSIDE = ("in", "presso")
_BEHIND = ("spalle", "dietro", "davanti")

Found = tuple[Entity, str]


def owner(
    match: Match, reading: Reading, sentence: int, lexicon: Lexicon, site: Entity | None = None
) -> Found | None:
    """Whose figure a match tells of, when its pattern does not say: "di", the clause, or the text.

    ``site`` is the facility last spoken of, which need not have a name.
    """
    metrics = match.arguments.get("metric", ())
    figure_first = match.mentions[match.start].value is not None and match.verb is None
    head = match.end - 1 if figure_first else match.start  # "l'1,7% di quota"
    if (
        match.rule.metric not in ("", "sharePrice")
        and match.verb is not None
        and match.mentions[head].role == "d"
    ):
        head = match.verb  # "oggi lavorano 960 persone"
    at = metrics[0] if metrics else head
    metric = match.rule.metric or match.mentions[at].lemma
    if match.mentions[match.start].symbol == "ne" and match.verb is not None:
        at = match.verb  # "l'americana ne ha consegnate 6 milioni"
    return _Search(match.mentions, reading, sentence, lexicon, metric, site).owner(at)


def site_in_mind(
    classes: Collection[str], mentions: Sequence[Mention], reading: Reading, sentence: int
) -> Found | None:
    """The site of one of the classes that was last spoken of, if it was one alone."""
    for spoken in (mentions, *reversed(reading.sentences[max(0, sentence - _REACH) : sentence])):
        found = {m.entity for m in spoken if m.entity is not None and m.entity.cls in classes}
        if found:
            site = found.pop()
            return None if found else (site, f"{site.label}, the site spoken of")
    return None


def _is_unknown_firm(mention: Mention) -> bool:
    sense = mention.sense
    return mention.symbol == "Common" and sense is not None and "Company" in sense.classes


class _Search:
    """One sentence in which owners are looked for."""

    __slots__ = ("last_site", "lexicon", "mentions", "mostly", "reading", "sentence", "shares")

    def __init__(
        self,
        mentions: Sequence[Mention],
        reading: Reading,
        sentence: int,
        lexicon: Lexicon,
        metric: str,
        last_site: Entity | None,
    ) -> None:
        self.last_site = last_site
        self.shares = metric == "sharePrice"  # which fall whatever the subject of the sentence does
        self.mentions, self.reading, self.sentence, self.lexicon = mentions, reading, sentence, lexicon
        self.mostly = lexicon.metric_owners.get(
            metric, ""
        )  # the class whose figure it is where nothing is said

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
            return self._site(at, self.mentions[subject[0]].symbol)
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
        loose = self.mentions[at - 1].role in ",&" or self.shares  # "…, le consegne 13.201"
        return self._in_mind(at) if loose else None

    def _of_subject(self, verb: int) -> Found | None:
        """Who the subject of the verb is, if it can have figures."""
        subject = find_subject(self.mentions, verb, lambda m: self._fits(m) or self._is_site(m))
        if subject is None or len(subject) > 1:
            return None
        if subject and self.mentions[subject[0]].entity is None:
            return self._site(verb, self.mentions[subject[0]].symbol)
        return self._named(subject[0]) if subject else self._as_before(verb)

    def _as_before(self, verb: int) -> Found | None:
        """Whose the deed is when its clause leaves that out: the subject of the sentence so far, if it has one."""
        first = next((k for k in range(verb) if self.mentions[k].role == "v"), None)
        subject = None if first is None else find_subject(self.mentions, first, self._fits)
        if subject is None:
            return self._in_mind(verb)
        if not subject:
            return self._spoken_of()
        return self._named(subject[0]) if len(subject) == 1 else None

    def _said_after(self, at: int) -> tuple[Found | None, bool]:
        """Who "di" says it is, and whether it says so: "le vendite europee nel 2024 della Tesla Model Y"."""
        k, stop = at + 1, min(at + 1 + _FAR, len(self.mentions))
        while k < stop:
            mention = self.mentions[k]
            if self._fits(mention) and mention.symbol != "Nationality":
                return self._named(k), True
            if mention.symbol == "di":
                return self._said_by_of(k)
            if (
                mention.symbol == "da"
                and self.mentions[k - 1].role == "i"
                and k + 1 < stop
                and self._fits(self.mentions[k + 1])
            ):
                return self._named(k + 1), True  # "gli esuberi previsti da Audi"
            in_time = mention.role == "p" and k + 1 < stop and self._is_when_or_where(self.mentions[k + 1])
            if not (in_time or mention.role in "ai" or mention.symbol in ("word", "Nationality", "Demonym")
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
        if (inside := self._inside(at)) is not None:
            return self._site(0, inside)
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
        if any(self._is_site(m) for m in self.mentions[:at]):
            return None  # "nell'impianto lavorano…", and nobody knows which
        begin = max((k for k in range(at) if self.mentions[k].role == ";"), default=0)
        of_all = any(m.lemma in _OF_ALL for m in self.mentions[begin:at])
        return None if of_all else self._spoken_of()

    def _spoken_of(self) -> Found | None:
        """Whom the text is speaking of, if it is one that figures can be of."""
        reading = self.reading
        if speaks_of_several(reading, self.sentence) or self._is_of_strangers():
            return None
        for topic in (reading.topics[self.sentence], reading.theme):
            known = topic is not None and reading.named.get(topic, self.sentence) < self.sentence
            if topic is not None and known and self._can_own(topic):
                return topic, f"{topic.label}, whom the text is speaking of"
        return None

    def _is_of_strangers(self) -> bool:
        """Whether the sentence before is about a firm that nobody knows: "La società fondata da James Peng…"."""
        number = self.sentence - 1
        paragraphs = self.reading.paragraphs
        if number < 0 or paragraphs[number] != paragraphs[self.sentence]:
            return False
        subject = main_subject(self.reading.sentences[number], _is_unknown_firm)
        return bool(subject)

    def _site(self, at: int, kind: str = "") -> Found | None:
        """The site spoken of before, of the kind that its noun says: "l'impianto" may be one for batteries."""
        kinds = ("ProductionPlant", "BatteryPlant") if kind == "ProductionPlant" else (kind or self.mostly,)
        if kind not in self.lexicon.parents:
            kinds = (self.mostly,)
        classes = self.lexicon.subclasses(*filter(None, kinds))
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
        is_site = bool(self.mostly) and self.lexicon.is_a(mention.symbol, self.mostly)
        return is_site and mention.determiner == "definite"

    def _inside(self, at: int) -> str | None:
        """The kind of the site without a name that a clause tells of: "nell'impianto lavorano 900 persone"."""
        for k in range(at - 1, 0, -1):
            here = self.mentions[k]
            if here.role in ";rs":
                return None
            is_site = self.lexicon.is_a(here.symbol, "Facility") and here.determiner == "definite"
            if is_site and here.entity is None and self.mentions[k - 1].symbol in _INSIDE:
                following = self.mentions[k + 1].symbol
                return None if following in ("di", "Nationality") else here.symbol
        return None

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
        kinds = self.lexicon.kinds_of(entity.cls)
        return not _OWNERS.isdisjoint(kinds) and "Media" not in kinds
