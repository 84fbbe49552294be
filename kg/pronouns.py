"""What "lo", "la" and "l'" before a verb stand for: "Italdesign cambia casa. L'ha comprata UST".

The thing takes its place behind the verb, as in a plain sentence, and a subject that stands there goes before it:
"UST ha comprato Italdesign". A pronoun of which nothing in the sentence before can be meant stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter

from kg.clauses import main_subject
from kg.model import Entity, Mention

_ONE = frozenset({"lo", "la", "l"})
#: "Lo ha annunciato Urso": of these a whole sentence is the object.
_TELLING = frozenset(
    (
        *("annunciare", "comunicare", "confermare", "dichiarare", "dire", "rendere"),
        *("riferire", "rivelare", "scrivere", "sapere", "sostenere"),
    )
)
#: Who does so is of the kind of the one it is done to.
_REPLACING = frozenset({"sostituire", "affiancare", "rimpiazzare"})
_SYMBOL = attrgetter("symbol")
Accepts = Callable[[Mention], bool]


def with_objects(told: list[Mention], before: Sequence[Mention], accepts: Accepts) -> list[Mention]:
    """The sentence with what each pronoun of one thing stands for, looked for in the sentence ``before``."""
    if "clitic" not in map(_SYMBOL, told):
        return told
    for k in range(len(told) - 1):
        if not _is_object(told, k):
            continue
        last = _inverted(told, k + 2, accepts)
        acts = {m.entity for m in told[k + 2 : last]} or {m.entity for m in told[:k]}
        thing = _meant(before, accepts, acts=acts, alone=last > k + 2 or any(accepts(m) for m in told[:k]))
        verb, subject = told[k + 1].verb, told[k + 2 : last]
        if any(m.role == "," for m in subject):
            subject.append(Mention(subject[-1].end, subject[-1].end, ",", ","))
        if thing is None or (
            verb is not None and verb.head in _REPLACING and thing.cls not in {e.cls for e in acts if e}
        ):
            told[k:last] = [*subject, told[k], told[k + 1]]
            continue
        note = f"«{told[k].lemma}» is {thing.label}, of which the sentence before tells"
        placed = told[k]._replace(symbol=f"{thing.cls}:described", role="n", entity=thing, note=note)
        told[k:last] = [*subject, told[k + 1], placed]
    return told


def _is_object(mentions: Sequence[Mention], k: int) -> bool:
    here, verb = mentions[k], mentions[k + 1].verb
    if here.symbol != "clitic" or here.lemma not in _ONE or verb is None:
        return False
    return verb.voice == "active" and verb.head not in _TELLING and not (k and mentions[k - 1].role == "r")


def _inverted(mentions: Sequence[Mention], k: int, accepts: Accepts) -> int:
    """Where the subject ends that begins behind the verb, or ``k`` if there is none."""
    end = k
    while end < len(mentions) and mentions[end].role == "a":
        end += 1
    if end == len(mentions) or not accepts(mentions[end]):
        return k
    end += 1
    while end + 1 < len(mentions) and mentions[end].role in ",&" and accepts(mentions[end + 1]):
        end += 2
    while end < len(mentions) and (mentions[end].role in "an" or mentions[end].symbol == "di"):
        end += 1  # "il gigante cinese delle batterie Catl"
    if end < len(mentions) and mentions[end].role == ",":
        return len(mentions)  # "lo sostituisce Anna Ricci, ad di Iveco": who she is goes with her
    return end


def _meant(
    before: Sequence[Mention], accepts: Accepts, *, acts: set[Entity | None], alone: bool
) -> Entity | None:
    """The object of the sentence before; else its subject, where the pronoun's own clause has another (``alone``)."""
    verb = next((k for k, m in enumerate(before) if m.role == "v"), None)
    if verb is None or any(m.role in "s;" for m in before):
        return None
    k = verb + 1
    while k < len(before) and before[k].role == "a":
        k += 1
    if k < len(before) and accepts(before[k]):
        listed = k + 2 < len(before) and before[k + 1].role in ",&" and accepts(before[k + 2])
        return before[k].entity if not listed and before[k].entity not in acts else None
    subject = main_subject(before, accepts) if alone else None
    thing = before[subject[0]].entity if subject and len(subject) == 1 else None
    return thing if thing not in acts else None
