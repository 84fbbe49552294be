"""The clause around a verb: its subject, its bounds, and lists of things of one kind.

A shallow reading from the roles of mentions alone (see ``mentions``): no parser,
and silence where the reading would be a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kg.model import Mention

#: The end of a list in commas: "…, Nvidia e Microsoft,".
_LIST_TAIL = re.compile(r"[nat]+&[nat]+")
#: "proprietario di Audi, Porsche e Seat".
_LISTING = re.compile(r"[na]+p[na]+(?:,[na]+)*&[na]+")
Accepts = Callable[[Mention], bool]
_SPANS = frozenset({"mese", "bimestre", "trimestre", "semestre", "anno", "esercizio", "periodo"})
_COMPARING = ("rispetto", "contro")
#: Verbs whose object can be a whole clause, so that "che" goes with them and not with the noun before it.
_TELLING = frozenset(
    (
        *("affermare", "aggiungere", "ammettere", "annunciare", "assicurare", "chiarire", "comunicare"),
        *("confermare", "dichiarare", "dire", "garantire", "precisare", "rendere", "ribadire", "riferire"),
        *("ricordare", "rivelare", "scrivere", "sostenere", "sottolineare", "spiegare", "stimare"),
    )
)
_COMPARED = 6  # mentions before a date that may say what it is there for

_LONGEST = 200  # mentions on either side that a clause has: what goes on without a verb is a table
_PHRASE = 40  # mentions of a noun phrase
_INSERTION = 60  # mentions between the commas of an insertion
_CHAIN = 16  # verbs that share a subject, or hang on one another: prose has a handful
#: What :func:`find_subject` answers when the clause leaves its subject out.
DROPPED: tuple[int, ...] = ()


def is_compared(mentions: Sequence[Mention], k: int) -> bool:
    """Whether the date at ``k`` only tells what a figure is set against: "contro le 10 mila del 2024", "il 7% in meno sul 2023"."""
    for i in range(k - 1, max(-1, k - 1 - _COMPARED), -1):
        mention = mentions[i]
        if mention.symbol in _COMPARING or mention.lemma in _COMPARING:
            return True
        if mention.symbol == "Change":
            return mentions[i + 1].symbol in ("di", "su")
        if mention.verb is not None and _is_comparison(mentions, i):
            return True
        if mention.value is not None and i and mentions[i - 1].symbol in ("da", "su"):
            return True  # "sale al 25,6% dal 24,8% di un anno fa"
        if mention.role not in "pna":
            return False
    return False


def roles(mentions: Sequence[Mention]) -> str:
    """The roles of a sentence as one string, a character a mention."""
    return "".join(m.role for m in mentions)


def find_subject(
    mentions: Sequence[Mention], verb: int, accepts: Accepts, verbs: int = _CHAIN
) -> tuple[int, ...] | None:
    """The mentions that are the subject of the verb at index ``verb``.

    Several for a list ("BYD, Chery e Zeekr hanno…"), :data:`DROPPED` where the
    clause names none, and None where somebody else is the subject ("la
    produzione di Xpeng è iniziata": not Xpeng). It looks at so many ``verbs`` that share it.
    """
    if not verbs:
        return None
    group = mentions[verb].verb
    if mentions[verb].role == "i" and group is not None:
        if group.links[0].mood == "participle":
            found = _antecedent(mentions, verb - 1, accepts)
            one = group.links[0].number == "s"  # "Volkswagen e Audi, guidata da…"
            return found[-1:] if found and one else found
        governor = _governor(mentions, verb)
        return None if governor is None else find_subject(mentions, governor, accepts, verbs - 1)
    return _subject_left_of(mentions, verb, accepts, verbs - 1)


def _subject_left_of(
    mentions: Sequence[Mention], before: int, accepts: Accepts, verbs: int
) -> tuple[int, ...] | None:
    i = before - 1
    while i >= 0:
        role = mentions[i].role
        if role in "nt":
            first = _run_start(mentions, i, accepts)
            if first and mentions[first - 1].role == "p":
                i = first - 2  # "di Xpeng": part of what stands before it
                continue
            aside = any(m.role == "," for m in mentions[i + 1 : before])
            if first and aside and _takes_object(mentions[first - 1]):
                i = first - 1  # "dopo aver chiuso Saarlouis, chiuderà…"
                continue
            heads = [k for k in range(first, i + 1) if accepts(mentions[k])]
            if first and aside and mentions[first - 1].role == "v":
                # "Geely controlla Lotus, è socia di Polestar…"
                shared = find_subject(mentions, first - 1, accepts, verbs)
                if shared:
                    return shared
            if not heads:
                return None
            found = coordinated(mentions, heads[-1], accepts)
            start = _run_start(mentions, found[0], accepts)
            if start and mentions[start - 1].role == "p":
                i = start - 2  # "l'accordo tra Ford e Renault": not they
                continue
            return found
        if role == ",":
            opening = _opening(mentions, i)
            holder = _title_holder(mentions, opening, i, accepts) if opening is not None else None
            if holder is not None:
                return (holder,)
            i = opening - 1 if opening is not None else i - 1
        elif role == "&":
            governor = _finite_left_of(mentions, i)
            return DROPPED if governor is None else find_subject(mentions, governor, accepts, verbs)
        elif role == "r":
            if (telling := complemented(mentions, i)) is not None:  # "ha annunciato che aprirà"
                return find_subject(mentions, telling, accepts, verbs)
            if i and mentions[i - 1].role == "p":  # "svela la coppia con cui affronterà…"
                governor = _finite_left_of(mentions, i)
                return DROPPED if governor is None else find_subject(mentions, governor, accepts, verbs)
            meant = _antecedent(mentions, i - 1, accepts)
            return meant[-1:] if meant and _is_singular(mentions[before]) else meant
        elif role in "s;":
            return DROPPED
        elif role == "v":
            return find_subject(mentions, i, accepts, verbs) if i < before - 1 else None
        elif role == "i" and i and mentions[i - 1].role == "p":
            i -= 2  # "la decisione di aprire": the infinitive goes with the noun
        else:
            i -= 1
    return DROPPED


def complemented(mentions: Sequence[Mention], che: int) -> int | None:
    """The verb whose object begins with the "che" at an index: "ha annunciato (ieri, in una nota) che…"."""
    k = che - 1
    while k >= 0 and mentions[k].role in "da":
        k -= 1
    noun = k
    while noun >= 0 and mentions[noun].role == "n" and mentions[noun].symbol in ("word", "Common"):
        noun -= 1
    if 0 < noun < k and mentions[noun].role == "p" and _is_telling(mentions[noun - 1]):
        return noun - 1
    if k < 0 or mentions[k].role != "v":
        return None
    return k if k == che - 1 or _is_telling(mentions[k]) else None


def _is_telling(mention: Mention) -> bool:
    return mention.role == "v" and mention.verb is not None and mention.verb.head in _TELLING


def _takes_object(mention: Mention) -> bool:
    """Whether what follows right after is what an infinitive or a gerund is about."""
    group = mention.verb
    return mention.role == "i" and group is not None and group.links[0].mood != "participle"


def _is_singular(mention: Mention) -> bool:
    """Whether a finite verb is of one: "Cadillac e Audi, che ha rilevato Sauber" is of the last."""
    group = mention.verb
    return group is not None and group.finite and group.links[0].number == "s"


def _run_start(mentions: Sequence[Mention], i: int, accepts: Accepts) -> int:
    """Where the noun phrase that ends at ``i`` begins; a name before a name begins another."""
    first = i
    seen = accepts(mentions[i])
    least = max(0, i - _PHRASE)
    while first > least and mentions[first - 1].role in "nat" and not mentions[first].determiner:
        left = mentions[first - 1]
        if left.lemma in _SPANS:
            return first  # "nel trimestre Ferrari ha…"
        if seen and left.value is not None and left.value.kind in ("Percent", "Money"):
            return first  # "con il 37% Renault resta…"
        if seen and left.role == "n" and left.entity is not None:
            return first if mentions[first - 1].symbol != "Nationality" else first - 1
        first -= 1
        seen = seen or accepts(left)
    return first


def _opening(mentions: Sequence[Mention], closing: int) -> int | None:
    """The comma that opens the insertion which ends at ``closing``: "Xpeng, startup cinese, ha…"."""
    tail: int | None = None
    onward = ""
    for i in range(closing - 1, max(0, closing - _INSERTION), -1):
        role, inside = mentions[i].role, onward
        onward = role + inside
        if role == ";":
            return tail
        if role == ",":
            if tail is None and _LIST_TAIL.fullmatch(inside):
                tail = i  # "…, nel cui capitale figurano SoftBank, Nvidia e Microsoft,"
                continue
            said = inside.startswith("v") and inside.count("v") == 1  # ", spiega Filosa,"
            if tail is not None and "v" not in inside:
                return _apposition(mentions, i, closing) or tail
            if "v" not in inside or said or inside.startswith(("r", "pr")):
                return i if mentions[i - 1].role in "nat" else None
    return tail


def _apposition(mentions: Sequence[Mention], last: int, closing: int) -> int | None:
    """The comma before a noun with a list of its own: "Volkswagen, proprietaria di Audi, Porsche e Seat, ha…"."""
    for i in range(last, max(0, closing - _INSERTION), -1):
        if mentions[i].role in "v;":
            return None
        own = mentions[i + 1].entity is None and _LISTING.fullmatch(roles(mentions[i + 1 : closing]))
        if mentions[i].role == "," and own:
            return i
    return None


def _title_holder(mentions: Sequence[Mention], opening: int, closing: int, accepts: Accepts) -> int | None:
    """The name between commas after a title: "l'ad di Stellantis, Antonio Filosa, lascia"."""
    k = opening - 1
    while k > 0 and mentions[k].role in "nap":
        k -= 1
    inside = [i for i in range(opening + 1, closing) if mentions[i].role == "n" and accepts(mentions[i])]
    return inside[0] if mentions[k].role == "t" and len(inside) == 1 and inside[0] == opening + 1 else None


def _antecedent(mentions: Sequence[Mention], i: int, accepts: Accepts) -> tuple[int, ...] | None:
    """Who "che…" or "fondata da…" goes with: the noun phrase right before it."""
    while True:
        while i >= 0 and mentions[i].role in ",ad":
            i -= 1
        if i < 0 or mentions[i].role not in "nt":
            return None
        first = _run_start(mentions, i, accepts)
        heads = [k for k in range(first, i + 1) if accepts(mentions[k])]
        if not heads and first > 1 and mentions[first - 1].symbol == "di" and mentions[first - 2].note:
            first -= 2  # "la casa di Ingolstadt, che…": the town only says which
            heads = [first] if accepts(mentions[first]) else []
        if (
            not heads
            and first > 1
            and mentions[first - 1].role == "p"
            and mentions[i].symbol in ("Place", "Power")
        ):
            first = _run_start(mentions, first - 2, accepts)  # "lo stabilimento Stellantis di Cassino, che…"
            heads = [k for k in range(first, i) if accepts(mentions[k])][:1]
        if heads or first <= 1 or mentions[first - 1].role != "," or not _is_common(mentions[first]):
            break
        i = first - 1  # "Tenneco, società che fa capo a…"
    if not heads:
        return None
    sense = mentions[heads[-1]].sense
    if first and mentions[first - 1].symbol == "di" and (sense is None or sense.proper):
        return None  # "lo stabilimento di Xpeng che produrrà…" may be either
    return coordinated(mentions, heads[-1], accepts)


def _is_common(mention: Mention) -> bool:
    """Whether a noun in apposition only tells what somebody is: "società", "un gruppo"."""
    return mention.symbol == "Common" or (mention.symbol == "Descriptor" and mention.determiner != "definite")


def _governor(mentions: Sequence[Mention], i: int) -> int | None:
    """The finite verb that an infinitive or a gerund hangs on."""
    left = _finite_left_of(mentions, i)
    if left is not None:
        return left
    return next((k for k in range(i + 1, len(mentions)) if mentions[k].role == "v"), None)


def _finite_left_of(mentions: Sequence[Mention], i: int) -> int | None:
    for k in range(i - 1, -1, -1):
        if mentions[k].role == "v" and not _is_comparison(mentions, k):
            return k
        if mentions[k].role == ";":
            return None
    return None


def _is_comparison(mentions: Sequence[Mention], k: int) -> bool:
    """ "vende 2.188 auto (erano 341) e…": a verb in brackets, with what was."""
    group = mentions[k].verb
    was = group is not None and group.head == "essere" and group.links[0].tense == "imperfect"
    figure = k + 1 < len(mentions) and mentions[k + 1].value is not None
    return was and figure and k > 0 and mentions[k - 1].role == ","


def coordinated(mentions: Sequence[Mention], last: int, accepts: Accepts) -> tuple[int, ...]:
    """The list that ends with ``last``: "BYD, la coreana Hyundai e Zeekr"."""
    found = [last]
    conjunctions = "&"
    i = last
    while True:
        i = _skip(mentions, i - 1)
        if i <= 0 or mentions[i].role not in conjunctions:
            return tuple(reversed(found))
        i -= 1
        if mentions[i].role == "," and i:
            i -= 1
        i = _skip(mentions, i)
        if i < 0 or not accepts(mentions[i]):
            return tuple(reversed(found))
        found.append(i)
        conjunctions = ",&"


def _skip(mentions: Sequence[Mention], i: int) -> int:
    """Leftwards over adjectives and plain words."""
    least = i - 2
    while i > least and i >= 0 and (mentions[i].role == "a" or mentions[i].symbol in ("word", "Descriptor")):
        i -= 1
    return i


def clause(mentions: Sequence[Mention], start: int, end: int) -> tuple[int, int]:
    """The bounds of the clause around the mentions ``[start, end)``: no other finite verb, no boundary."""
    first, least = start, max(start - _LONGEST, 0)
    while first > least and mentions[first - 1].role not in "v;sr":
        first -= 1
    stop, most = end, min(end + _LONGEST, len(mentions))
    while stop < most and mentions[stop].role not in "v;sr":
        stop += 1
    return first, stop


def main_subject(mentions: Sequence[Mention], accepts: Accepts) -> tuple[int, ...] | None:
    """The subject of the first main clause, or None when it is nobody that ``accepts`` knows.

    A sentence that is all subordinate ("Mentre il Gruppo Volkswagen…") has none.
    """
    for i, mention in enumerate(mentions):
        if mention.role == "s":
            return DROPPED
        if mention.role == "v":
            return find_subject(mentions, i, accepts)
    return DROPPED
