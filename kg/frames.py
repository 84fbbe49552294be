"""Frames: a trigger and roles around it in any order, for what Italian says in many orders.

"A Melfi nasce la Compass", "la Compass esce dalle linee di Melfi", "da Melfi arriverà la Compass": a role
with a preposition is looked for in the clause of the trigger, the nearest first, and in what "dove" stands
for ("lo stabilimento di Melfi, dove nasce…"). A slot alone before a verb is its subject, after a verb what
the deed is done to: the object, or the subject of the passive, on whichever side of the verb it stands.
What goes on without the verb is told of too: "la Golf a Wolfsburg e la Polo a Pamplona".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from kg.clauses import DROPPED, Accepts, clause, find_subject
from kg.model import Mention

_CHAIN = 16  # participles that open a sentence side by side
_ANTECEDENT = 8  # mentions that a relative pronoun may stand for, with what belongs to them
_SHORTEST = 4  # mentions before a verb that an apposition takes: a noun, a comma, a name, a comma
_ASIDE = 12  # mentions between the commas of an aside
#: "la nuova generazione della Compass": what is made or shown is the Compass, also where it is not said of which.
_EDITIONS = frozenset(["generazione", "edizione", "serie", "restyling", "aggiornamento", "evoluzione"])
_ONE = ("lo", "la", "l")  # the pronouns of one thing
#: "i primi esemplari della Compass"
_INSTANCES = _EDITIONS | frozenset(
    ["esemplare", "esemplari", "unità", "prototipo", "prototipi", "famiglia", "gamma"]
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role as a regular expression; ``bare`` is the same without its preposition, for an antecedent."""

    pattern: re.Pattern[str]
    bare: re.Pattern[str]
    needed: bool


Filled = list[re.Match[str]]
#: Where roles may stand: from and to, and whether it is only what a relative pronoun stands for.
Areas = list[tuple[int, int, bool]]


def subject_of(mentions: Sequence[Mention], verb: int, accepts: Accepts) -> tuple[int, ...] | None:
    """The subject of a verb that has an object beside it, before it or its agent, as :func:`find_subject` tells it."""
    group = mentions[verb].verb
    if group is not None and group.voice != "active":
        return _agent(mentions, verb, accepts)
    return find_subject(mentions, verb, accepts)


def subject_alone(mentions: Sequence[Mention], verb: int, accepts: Accepts) -> tuple[int, ...] | None:
    """The subject of a verb without an object, also after it: "a Melfi nasce la Compass"."""
    after = _direct(mentions, verb, accepts)
    if after:
        return after
    before = _subject_before(mentions, verb, accepts)
    return None if before == DROPPED and after is not None else before


def object_of(mentions: Sequence[Mention], verb: int, accepts: Accepts) -> tuple[int, ...] | None:
    """What a deed is done to: the object of a verb, the subject of one in the passive or with "si"."""
    group = mentions[verb].verb
    if group is None or group.voice != "active":
        return subject_alone(mentions, verb, accepts)
    after = _direct(mentions, verb, accepts)
    if after is not None:
        return after or None
    if _has_pronoun(mentions, verb):
        return DROPPED  # "la costruisce a Mioveni"
    relative = clause(mentions, verb, verb + 1)[0] - 1
    if relative > 0 and mentions[relative].lemma == "che" and mentions[relative].role == "r":
        mine = find_subject(mentions, verb, lambda m: m.role == "n")
        if mine and mine[0] > relative:  # "la Compass, che Stellantis costruisce a Melfi"
            return _before(mentions, relative, accepts)
    before = _subject_before(mentions, verb, accepts)
    return before or None


def may_lack_object(mentions: Sequence[Mention], verb: int) -> bool:
    """Whether :func:`object_of` a verb may find that it is left out: of a verb in the active only before a pronoun."""
    group = mentions[verb].verb
    return group is None or group.voice != "active" or _has_pronoun(mentions, verb)


def _has_pronoun(mentions: Sequence[Mention], verb: int) -> bool:
    """ "la costruisce"."""
    return verb > 0 and mentions[verb - 1].symbol == "clitic" and mentions[verb - 1].lemma in _ONE


def fill(
    trigger: tuple[int, int],
    around: Areas,
    roles: Sequence[Role],
    mentions: Sequence[Mention],
    string: str,
    suits: Callable[[re.Match[str]], bool],
) -> Filled | None:
    """What fills the roles around a trigger, nearest first; None where one that is needed is not there.

    ``trigger`` is its span of mentions, ``around`` the areas of roles, needed roles come first; ``string``
    is the sentence as patterns see it, ``suits`` tells whether a filler can be one in its place.
    """
    chosen: Filled = []
    for role in roles:
        found = _nearest(_candidates(role, around, mentions, string, suits), trigger, chosen)
        if found is not None:
            chosen.append(found)
        elif role.needed:
            return None
    return chosen


def is_going_on(mentions: Sequence[Mention], at: int) -> bool:
    """Whether what stands at ``at`` could go on with what was told."""
    return at < len(mentions) and mentions[at].role in ",;&"


def going_on(
    at: int, role: re.Pattern[str], mentions: Sequence[Mention], string: str, accepts: Accepts
) -> Iterator[tuple[tuple[int, ...], re.Match[str]]]:
    """The pairs that follow at ``at`` without a verb of their own: ", la Polo a Pamplona", "e a Cassino la Stelvio"."""
    while is_going_on(mentions, at):
        while at < len(mentions) and mentions[at].role in ",;&":
            at += 1
        found = role.match(string, at)
        if found:
            told = _listed(mentions, found.end(), accepts)
        else:
            told = _listed(mentions, at, accepts)
            found = role.match(string, told[-1] + 1) if told else None
        if not found or not told:
            return
        at = max(found.end(), told[-1] + 1)
        if at < len(mentions) and mentions[at].role == "v":
            return
        yield told, found


def _subject_before(
    mentions: Sequence[Mention], verb: int, accepts: Accepts, verbs: int = _CHAIN
) -> tuple[int, ...] | None:
    """The subject that stands before its verb, or after a participle that opens the sentence ("Nata a Melfi, la Compass…")."""
    found = find_subject(mentions, verb, lambda m: accepts(m) or m.lemma in _INSTANCES)
    if found:
        return _meant(mentions, found, accepts)
    if found == DROPPED:
        return found
    if mentions[verb].role != "i":
        return _in_apposition(mentions, verb, accepts)
    if verb and mentions[verb - 1].role == "&" and verbs:
        first = next((k for k in range(verb - 2, -1, -1) if mentions[k].role in "iv;"), 0)
        if mentions[first].role == "i":  # "sviluppata in Germania e prodotta in Spagna"
            return _subject_before(mentions, first, accepts, verbs - 1)
    return _after_comma(mentions, verb, accepts) if not verb or mentions[verb - 1].role in ";&" else None


def _in_apposition(mentions: Sequence[Mention], verb: int, accepts: Accepts) -> tuple[int, ...] | None:
    """The name between commas after what it is: "l'ultimo suv della Casa, la Stelvio, sarà prodotto…"."""
    if verb < _SHORTEST or mentions[verb - 1].role != ",":
        return None
    opening = next((k for k in range(verb - 2, 0, -1) if mentions[k].role not in "na"), 0)
    if not opening or mentions[opening].role != ",":
        return None
    noun = opening - 1
    while noun and mentions[noun - 1].role in "nap":
        noun -= 1
    told = mentions[noun].symbol in ("Common", "Descriptor") or mentions[noun].symbol.endswith(":described")
    return _listed(mentions, opening + 1, accepts) or None if told else None


def _after_comma(mentions: Sequence[Mention], verb: int, accepts: Accepts) -> tuple[int, ...] | None:
    """What a participle that opens the sentence is said of: the noun after its comma, or whom the text speaks of."""
    comma = next((k for k in range(verb, len(mentions) - 1) if mentions[k].role in ",v;"), None)
    if comma is None or mentions[comma].role != ",":
        return None
    if mentions[comma + 1].role == "v":
        return DROPPED  # "Presentata a Parigi, è un suv"
    return _listed(mentions, comma + 1, accepts) or None


def _meant(mentions: Sequence[Mention], found: Sequence[int], accepts: Accepts) -> tuple[int, ...] | None:
    """What is meant by each of several things, of which "la nuova generazione" is one of what follows."""
    meant: list[int] = []
    for k in found:
        if accepts(mentions[k]):
            meant.append(k)
            continue
        inner = _belonging(mentions, k)
        if inner is None:
            return DROPPED if mentions[k].lemma in _EDITIONS else None
        if not accepts(mentions[inner]):
            return None
        meant.extend(_listed(mentions, inner, accepts))
    return tuple(meant)


def _agent(mentions: Sequence[Mention], verb: int, accepts: Accepts) -> tuple[int, ...] | None:
    """By whom a deed is done in the passive: "è prodotta da Geely"."""
    _, stop = clause(mentions, verb, verb + 1)
    stop = next((k for k in range(verb + 1, stop) if mentions[k].role == "i"), stop)
    by = (k + 1 for k in range(verb + 1, stop - 1) if mentions[k].symbol in ("da", "by"))
    return next((found for k in by if (found := _listed(mentions, k, accepts))), None)


def _belonging(mentions: Sequence[Mention], noun: int) -> int | None:
    """What "la generazione" is of: the noun after the next "di"."""
    k = noun + 1
    while k < len(mentions) and mentions[k].role in "na" and not mentions[k].entity:
        k += 1
    if k + 1 < len(mentions) and mentions[k].symbol == "di":
        return k + 1
    return None


def _before(mentions: Sequence[Mention], relative: int, accepts: Accepts) -> tuple[int, ...] | None:
    """What a relative pronoun stands for, taken as the subject of its clause."""
    stand_in = [*mentions[: relative + 1], Mention(0, 0, "verb", "v")]
    return find_subject(stand_in, relative + 1, accepts) or None


def _direct(mentions: Sequence[Mention], verb: int, accepts: Accepts) -> tuple[int, ...] | None:
    """The noun phrase after a verb that no preposition governs, as far as accepted: empty if it is another's, None if there is none."""
    i = verb + 1
    while i < len(mentions):
        role = mentions[i].role
        if role == "d":
            i += 1
        elif role == "p":
            i = _phrase_end(mentions, i + 1)
        elif role == ",":
            i = _aside_end(mentions, i)
        elif role in "nat":
            first = _head(mentions, i, accepts)
            bare = not mentions[first].determiner and mentions[first].entity is None
            end = _phrase_end(mentions, first)
            if (
                not accepts(mentions[first])
                and bare
                and end < len(mentions)
                and _listed(mentions, end, accepts)
            ):
                first = end  # "arriva puntuale la Compass"
            elif mentions[first].symbol == "Common" and end < len(mentions) and mentions[end].role == "&":
                return _listed(mentions, end + 1, accepts) or ()  # "mostra il concept Three e la Ioniq 9"
            return _listed(mentions, first, accepts)
        else:
            return None
    return None


def _is_site(mention: Mention) -> bool:
    return mention.symbol in ("ProductionPlant", "BatteryPlant", "DataCenter", "ResearchCenter")


def _head(mentions: Sequence[Mention], i: int, accepts: Accepts) -> int:
    """The first noun of a phrase that is accepted or an instance of one, else its first word: "il suv compatto Compass"."""
    end = _phrase_end(mentions, i)
    first = next((k for k in range(i, end) if accepts(mentions[k]) or _is_site(mentions[k])), None)
    # "lo stabilimento Ford" is not Ford
    first = first if first is not None and accepts(mentions[first]) else None
    return (
        first if first is not None else next((k for k in range(i, end) if mentions[k].lemma in _INSTANCES), i)
    )


def _phrase_end(mentions: Sequence[Mention], i: int) -> int:
    """Where the noun phrase ends that begins at ``i``: before another with an article or a name of its own."""
    end, named = i, False
    while end < len(mentions) and mentions[end].role in "natd":
        mention = mentions[end]
        if end > i and (mention.determiner or (named and mention.entity is not None and mention.role == "n")):
            break
        named = named or mention.entity is not None
        end += 1
    return max(end, i)


def _aside_end(mentions: Sequence[Mention], comma: int) -> int:
    """After the comma that closes an aside: "nascerà, dal 2026 a Melfi, la Compass"; the end of all, if none does."""
    for k in range(comma + 1, min(comma + _ASIDE, len(mentions))):
        if mentions[k].role == ",":
            return k + 1
        if mentions[k].role not in "pnatdi":
            break
    return len(mentions)


def _listed(mentions: Sequence[Mention], i: int, accepts: Accepts) -> tuple[int, ...]:
    """The members of the list that begins with the noun phrase at ``i``, over what is said of each between commas."""
    found: list[int] = []
    while i < len(mentions):
        k = _head(mentions, i, accepts)
        if not accepts(mentions[k]):
            inner = _belonging(mentions, k) if mentions[k].lemma in _INSTANCES else None
            if inner is None or not accepts(mentions[inner]):
                break
            i = inner  # "la gamma della Golf e quella della Polo"
            continue
        found.append(k)
        i = _phrase_end(mentions, k)
        if i + 1 < len(mentions) and mentions[i].role == "&":
            # "e, ancora camuffata, la Raval"
            i = _aside_end(mentions, i + 1) if mentions[i + 1].role == "," else i + 1
        elif i + 1 < len(mentions) and mentions[i].role == ",":
            i += 2 if mentions[i + 1].role == "&" else 1
            if not _is_next(mentions, i, accepts):
                i = _aside_end(mentions, i - 1)  # "la Ioniq 5, il suv di maggior successo, e la Ioniq 9"
                i += i < len(mentions) and mentions[i].role == "&"
        else:
            break
    return tuple(found)


def _is_next(mentions: Sequence[Mention], i: int, accepts: Accepts) -> bool:
    head = _head(mentions, i, accepts) if i < len(mentions) else None
    return head is not None and accepts(mentions[head]) and not mentions[head].symbol.endswith(":described")


def areas(mentions: Sequence[Mention], start: int, end: int) -> Areas:
    """Where roles may stand: before and after the trigger in its clause, and in what "dove" stands for."""
    first, stop = clause(mentions, start, end)
    verb = next((m for m in mentions[start:end] if m.verb is not None), None)
    if verb is None:  # a noun stands in the clause of its verb
        if first and mentions[first - 1].role == "v":
            first, _ = clause(mentions, first - 1, start)
        elif stop < len(mentions) and mentions[stop].role == "v":
            _, stop = clause(mentions, end, stop + 1)
    else:
        stop = next((k for k in range(end, stop) if mentions[k].role == "i"), stop)
        if verb.role == "i" and verb.verb is not None and verb.verb.links[0].mood == "participle":
            first = start  # "prodotta a Melfi, arriva in Italia": what is told of a noun in passing
            stop = next((k for k in range(end, stop) if mentions[k].role == ","), stop)
    found = [*((a, b, False) for a, b in _without_others(mentions, first, start)), (end, stop, False)]
    insertion = _insertion(mentions, first, start)
    if insertion is not None:
        found.append((clause(mentions, insertion, insertion)[0], insertion, False))
    relative = first - 1
    if first and mentions[relative].role == "v" and any(m.role == "&" for m in mentions[first:start]):
        relative = (
            clause(mentions, relative, first)[0] - 1
        )  # "dove lavoravano in 2.500 e si costruiva il Navara"
    if relative > 0 and mentions[relative].role == "r" and _is_where(mentions, relative):
        begin, last = _antecedent(mentions, relative)
        found.append((begin, last, True))
    return found


def _antecedent(mentions: Sequence[Mention], relative: int) -> tuple[int, int]:
    """The bounds of the phrase that a relative pronoun stands for: of "a Novo Mesto, in Slovenia, dove" the first."""
    last = relative
    while True:
        while last and mentions[last - 1].role in "p,":
            last -= 1
        begin = last
        while begin and last - begin < _ANTECEDENT and mentions[begin - 1].role in "natpd":
            begin -= 1
        if not _tells_where(mentions, begin):
            return begin, last
        last = begin


def _without_others(mentions: Sequence[Mention], first: int, start: int) -> Iterator[tuple[int, int]]:
    """What stands before a trigger, without what goes with an infinitive or a participle: up to the comma after it."""
    while first < start:
        other = next((k for k in range(first, start) if mentions[k].role == "i"), start)
        yield first, other
        first = next((k for k in range(other, start) if mentions[k].role == ","), start)


def _insertion(mentions: Sequence[Mention], first: int, start: int) -> int | None:
    """Where an insertion begins that a comma closes before ``start``: "da Melfi, che riparte, uscirà…", ", ha spiegato il ceo,"."""
    if not first or mentions[first - 1].role != "v" or all(m.role != "," for m in mentions[first:start]):
        return None
    closing = next(k for k in range(first, start) if mentions[k].role == ",")
    if (
        first > 1
        and mentions[first - 2].role == ","
        and all(m.role in "nat" for m in mentions[first:closing])
    ):
        return first - 2
    opening = next((k for k in range(first - 1, 0, -1) if mentions[k].role in "r;"), 0)
    return opening - 1 if opening > 1 and mentions[opening - 1].role == "," else None


def _is_where(mentions: Sequence[Mention], relative: int) -> bool:
    """Whether a relative pronoun tells a place: "dove", "in cui"."""
    return mentions[relative].lemma == "dove" or (relative > 0 and mentions[relative - 1].role == "p")


def _candidates(
    role: Role,
    around: Areas,
    mentions: Sequence[Mention],
    string: str,
    suits: Callable[[re.Match[str]], bool],
) -> Filled:
    """What could fill a role, from left to right; of an antecedent only its head."""
    found: Filled = []
    for first, stop, antecedent in around:
        pattern = role.bare if antecedent else role.pattern
        fitting = (
            m
            for m in pattern.finditer(string, first, stop)
            if m.end() > m.start() and suits(m) and not _tells_where(mentions, m.start())
        )
        found.extend(islice(fitting, 1) if antecedent else fitting)
    return sorted(found, key=lambda m: m.start())


def _tells_where(mentions: Sequence[Mention], at: int) -> bool:
    """Whether a phrase only tells where the place before it lies: "a Melfi, in Basilicata"."""
    if at < 2 or mentions[at - 1].role != "," or mentions[at].role != "p":
        return False
    where = mentions[at + 1] if at + 1 < len(mentions) else None
    if where is None or where.symbol not in ("Place", "Power"):
        return False
    before = mentions[at - 2]
    return before.role == "n" and (
        before.symbol in ("Place", "Power") or (before.entity is not None and bool(before.entity.place))
    )


def _nearest(found: Filled, trigger: tuple[int, int], taken: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """The filler nearest to the trigger, the later of two, in words that no other role has."""
    used = [span for c in taken for span in _slots(c)]
    free = (m for m in found if all(b <= i or j <= a for a, b in _slots(m) for i, j in used))
    return min(free, key=lambda m: (_distance(m, trigger), -m.start()), default=None)


def _slots(found: re.Match[str]) -> list[tuple[int, int]]:
    """The spans of the slots of a filler, or the whole of one without any."""
    return [span for span in found.regs[1:] if span[0] >= 0] or [found.span()]


def _distance(found: re.Match[str], trigger: tuple[int, int]) -> int:
    return max(trigger[0] - found.end(), found.start() - trigger[1], 0)
