"""Factuality: whether the text says that it is so, planned, possible, foretold, rumoured or denied.

Read from the verb group (mood, tense, negation, the verbs that govern it), from
cue words before it, and from the rule's own words. It only labels; it drops nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from kg.clauses import clause, find_subject
from kg.cues import Cues
from kg.model import Factuality, Mention, VerbGroup
from kg.rules import Match

#: Verbs of a post that somebody holds.
_LEADING = frozenset({"guidare", "dirigere", "presiedere"})
#: Verbs whose subject says what is going to be.
_PROMISING = frozenset({"annunciare", "promettere", "assicurare", "garantire", "decidere", "prevedere"})
_FAR = 200  # mentions before or after a deed that may hold its cue: what is longer is a table
_COMPOUND = 2  # "avrebbe costruito"
_MISSED = 2  # "avrebbe dovuto aprire": it did not
#: What a governor says in the conditional is its own meaning, not hearsay: "potrebbe", "dovrebbe", "vorrebbe".
_MODALS = frozenset({"potere", "dovere", "volere"})


class Judgement(NamedTuple):
    """``deed`` is how far the deed has come (empty when done), ``factuality`` what the statement is worth.

    ``past`` when it was so once and the verb's tense says no longer ("era amministratore delegato").
    """

    deed: str
    factuality: Factuality
    past: bool = False


def holds_cue(mentions: Iterable[Mention]) -> bool:
    """Whether a sentence has a cue word anywhere: few have."""
    return "cue" in [m.symbol for m in mentions]


def judge(match: Match, cues: Cues, *, cued: bool = True) -> Judgement:
    """The factuality of a match; it is not ``cued`` in a sentence without a cue word (see :func:`holds_cue`)."""
    cue = (_cue(match, cues) or _cue_after(match, cues)) if cued else ""
    rule = match.rule.factuality
    if rule and not (match.verb is not None and _is_denied(match.mentions[match.verb].verb)):
        deed, said = ("" if rule == Factuality.ASSERTED else rule), rule
    elif rule == Factuality.DENIED:
        deed, said = Factuality.POSSIBLE, Factuality.POSSIBLE  # "non esclude la chiusura"
    else:
        deed, said = _of_verb(match, cues)
    if match.rule.forecast and said == Factuality.PLANNED:
        said = Factuality.PREDICTED  # "i ricavi saliranno": nobody does it
    if Factuality.DENIED in (cue, said):
        return Judgement(deed, Factuality.DENIED)
    if Factuality.REPORTED in (cue, said):
        return Judgement(deed, Factuality.REPORTED)
    if cue:
        return Judgement(cue, Factuality(cue))
    return Judgement(deed, Factuality(said or Factuality.ASSERTED), past=_is_past(match))


def _of_verb(match: Match, cues: Cues) -> tuple[str, str]:
    """The status of the deed, and of what is said of it, from the verb that tells it."""
    at = match.verb if match.verb is not None else _finite_of_clause(match)
    group = match.mentions[at].verb if at is not None else None
    if at is None or group is None:
        return "", ""
    deed, said = status_of(group)
    if said == Factuality.REPORTED and _is_promised(match.mentions, at):
        return Factuality.PLANNED, Factuality.PLANNED
    if not deed and (wish := _wish(match.mentions, at, cues)):
        return wish, wish
    if match.verb is None and not deed and (at < match.start or group.head in cues.undoing):
        governor = cues.governor(group.head)  # "valuta l'acquisizione di…", "la fusione è saltata"
        if governor != Factuality.DENIED:
            deed = governor
            said = said or deed
        elif not said and _is_told_of(match, at):
            return "", governor
    if group.finite or group.links[-1].mood == "participle":
        return deed, said
    before = match.mentions[at - 1] if at else None
    if before is not None and before.symbol in ("per", "di", "a"):  # a purpose, or the infinitive of a noun
        deed = deed or Factuality.PLANNED
    if before is not None and before.symbol == "phrase":  # "con l'obiettivo di costruire"
        deed = deed or cues.phrases[before.lemma]
    main = next((m.verb for m in reversed(match.mentions[:at]) if m.role == "v" and m.verb), None)
    if main is not None and not deed:
        return status_of(main)
    return deed, said or deed


def _is_promised(mentions: Sequence[Mention], at: int) -> bool:
    """The future of the past: "aveva annunciato che avrebbe costruito"."""
    group = mentions[at].verb
    if group is None or len(group.links) < _COMPOUND:
        return False
    relative = next((k for k in range(at - 1, 0, -1) if mentions[k].role in "rvs;"), 0)
    main = mentions[relative - 1].verb if relative and mentions[relative].role == "r" else None
    if main is None or main.head not in _PROMISING:
        return False
    return len(main.links) > 1 or main.links[0].tense != "present"


def _is_told_of(match: Match, at: int) -> bool:
    """Whether the thing that a noun pattern names is subject or object of the verb at ``at``, not only near it."""
    if at < match.start:
        return all(m.role in "an" and m.entity is None for m in match.mentions[at + 1 : match.start])
    return match.start == 0 or match.mentions[match.start - 1].role != "p"


def status_of(group: VerbGroup) -> tuple[str, str]:
    """What the verbs of one group make of their deed: its status, and the status of the saying.

    "potrebbe aprire" is Possible, "aprirà" Planned, "avrebbe aperto" Reported of
    a deed that is done, "non ha aperto" Denied.
    """
    first = group.links[0]
    deed = group.status
    if deed == Factuality.DENIED and first.negated:
        deed = Factuality.POSSIBLE  # "non esclude di aprire"
        return deed, deed
    if not deed and first.tense == "future":
        deed = Factuality.PLANNED
    if deed == Factuality.DENIED:  # "rinuncia a costruire" denies a plan, "ha smesso di produrre" a deed
        stopped = any(link.lemma == "smettere" for link in group.links)
        return "" if stopped else Factuality.PLANNED, deed
    if any(link.negated for link in group.links):
        return deed, Factuality.DENIED  # "non costruirà" denies a plan
    if first.mood == "conditional" and first.lemma not in _MODALS:
        missed = len(group.links) > _MISSED and group.links[1].lemma in _MODALS
        return (deed, Factuality.DENIED) if missed else (deed, Factuality.REPORTED)
    return deed, deed


def _wish(mentions: Sequence[Mention], at: int, cues: Cues) -> str:
    """The status of a subjunctive that hangs on "che": "prevede che Volkswagen costruisca", "si teme che chiuda"."""
    group = mentions[at].verb
    if group is None or group.links[0].mood != "subjunctive":
        return ""
    for k in range(at - 1, 0, -1):
        if mentions[k].role in "vs;":
            return ""
        if mentions[k].role == "r":
            main = mentions[k - 1].verb
            is_planned = main is not None and cues.governor(main.head) == Factuality.PLANNED
            hoped = Factuality.PLANNED if is_planned else Factuality.POSSIBLE
            return hoped if mentions[k - 1].role == "v" else ""
    return ""


def _is_past(match: Match) -> bool:
    """Whether a state is told as over: "era", "fu", "è stato", "ha guidato"."""
    group = match.mentions[match.verb].verb if match.verb is not None else None
    if (
        match.verb
        and group is not None
        and group.head in _LEADING
        and match.mentions[match.verb - 1].symbol == "ex"
    ):
        return True  # "allora guidata da"
    if group is not None and group.head in _LEADING and group.finite:
        return group.links[0].lemma == "avere" or group.links[0].tense in ("imperfect", "past")
    if group is None or group.head != "essere":
        return False
    return group.links[0].tense in ("imperfect", "past") or (
        len(group.links) > 1 and group.links[1].mood == "participle"
    )


def _is_denied(group: VerbGroup | None) -> bool:
    return group is not None and status_of(group)[1] == Factuality.DENIED


def _finite_of_clause(match: Match) -> int | None:
    """The verb whose clause a noun pattern stands in."""
    for k in range(match.end - 1, match.start - 1, -1):
        if match.mentions[k].role == "v":
            return k
    first, stop = clause(match.mentions, match.start, match.end)
    if first and match.mentions[first - 1].role == "v":
        return first - 1
    return stop if stop < len(match.mentions) and match.mentions[stop].role == "v" else None


def _cue(match: Match, cues: Cues) -> str:
    """The nearest cue before the match in its part of the sentence: "secondo indiscrezioni", "smentisce che"."""
    for k in range(match.start - 1, max(match.start - _FAR, 0) - 1, -1):
        mention = match.mentions[k]
        if mention.role == ";":
            return ""
        if mention.symbol == "cue":
            status = cues.cues[mention.lemma]
            between = match.mentions[k + 1 : match.start]
            near = status == Factuality.REPORTED or not any(m.role == "v" or m.symbol == "," for m in between)
            return status if near else ""
    inside = match.mentions[match.start : match.verb if match.verb is not None else match.end]
    said = [cues.cues[m.lemma] for m in inside if m.symbol == "cue"]
    for status in (Factuality.DENIED, Factuality.REPORTED):  # "ha smentito di voler aprire"
        if status in said:
            return status
    return ""


def _cue_after(match: Match, cues: Cues) -> str:
    """A cue that follows: "…, secondo indiscrezioni", "una partnership è allo studio"."""
    for k in range(match.end, min(match.end + _FAR, len(match.mentions))):
        mention = match.mentions[k]
        if mention.symbol == "cue":
            status = cues.cues[mention.lemma]
            before = match.mentions[k - 1]
            is_told = match.verb is None and before.role == "v" and k == match.end + 1
            return status if is_told or (status == Factuality.REPORTED and before.symbol == ",") else ""
        if mention.role in "rs;":
            break
    return ""


# ------------------------------------------------------------------------- attribution


def speaker(match: Match, cues: Cues, can_speak: Collection[str]) -> int | None:
    """The index of who says what the match tells: "secondo Bloomberg", "ha detto Filosa", "confermato dal CEO…".

    ``can_speak`` are the symbols of people, organizations and media.
    """
    mentions = match.mentions

    def speaks(mention: Mention) -> bool:
        return mention.symbol in can_speak and mention.entity is not None

    for i, mention in enumerate(mentions):
        if mention.symbol == "secondo":
            named = next((k for k in range(i + 1, min(i + 5, len(mentions))) if speaks(mentions[k])), None)
            if named is not None:
                return named
        if mention.verb is None or mention.verb.head not in cues.speech or i == match.verb:
            continue
        if mention.verb.voice == "passive":
            by = next((k for k in range(i + 1, min(i + 6, len(mentions))) if speaks(mentions[k])), None)
            if by is not None and mentions[i + 1].symbol == "da":
                return by
            continue
        if mention.role != "v":
            continue
        following = mentions[i + 1].symbol if i + 1 < len(mentions) else ""
        subject = find_subject(mentions, i, speaks)
        if subject and (following in ("relative", ":") or len(mention.verb.links) > 2):  # "ha detto di voler"
            return subject[-1]
        after = next((k for k in range(i + 1, min(i + 3, len(mentions))) if speaks(mentions[k])), None)
        inverted = i and mentions[i - 1].role in ",;"  # "…, spiega Filosa"
        if (
            inverted
            and not subject
            and after is not None
            and not any(m.role in "p,;r" for m in mentions[i + 1 : after])
        ):
            return after
    return None
