"""Verb groups: which verbs make one deed, "potrebbe decidere di non aprire", and in which voice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kg.cues import Cues
from kg.model import Link, Mention, VerbGroup
from kg.tokens import Token

AUXILIARIES = frozenset({"avere", "essere", "venire", "stare", "andare"})
_STRENGTH = {"": 0, "Planned": 1, "Possible": 2, "Denied": 3}


def verb_group(
    tokens: Sequence[Token], i: int, cues: Cues, *, negated: bool, reflexive: bool
) -> tuple[Mention, int]:
    """The group that begins with the verb at ``i``, and the index after it."""
    first = tokens[i].sense
    assert first is not None
    assert first.link is not None
    links = [_negated(first.link) if negated else first.link]
    status, last = "", i
    while True:
        found = _next_verb(tokens, last, links[-1], cues)
        if found is None:
            break
        j, phrase_status, not_ = found
        sense = tokens[j].sense
        assert sense is not None
        assert sense.link is not None
        governor = cues.governor(links[-1].lemma) if links[-1].lemma not in AUXILIARIES else ""
        if governor or phrase_status:
            status = max(status, phrase_status, governor, key=_STRENGTH.__getitem__)
        links.append(_negated(sense.link) if not_ else sense.link)
        last = j
    head = links[-1].lemma
    symbol, role, group = _group(
        tuple(links), status, reflexive=reflexive, unaccusative=head in cues.unaccusative
    )
    return Mention(tokens[i].start, tokens[last].end, symbol, role, None, None, group, head), last + 1


def _negated(link: Link) -> Link:
    return Link(*link[:5], negated=True)


@lru_cache(maxsize=8192)
def _group(
    links: tuple[Link, ...], status: str, *, reflexive: bool, unaccusative: bool
) -> tuple[str, str, VerbGroup]:
    """A group with its symbol and its role: the same few verbs come again and again."""
    voice = _voice(links, reflexive=reflexive, unaccusative=unaccusative)
    role = "v" if links[0].person > 0 else "i"
    return f"verb:{links[-1].lemma}:{voice}", role, VerbGroup(links, voice, status)


def _next_verb(tokens: Sequence[Token], i: int, link: Link, cues: Cues) -> tuple[int, str, bool] | None:
    """The verb that continues a group: its index, the status of a phrase between, and whether "non" stands before it."""
    j, status, negated, preposition = i + 1, "", False, False
    phrase = False
    while j < len(tokens):
        token, sense = tokens[j], tokens[j].sense
        if sense is None:
            if token.value is None and token.form.endswith("mente"):
                j += 1
                continue
            return None
        if sense.link is not None:
            mood = sense.link.mood
            if phrase or preposition:
                fits = mood == "infinitive" and (phrase or link.lemma in cues.governors)
            elif mood == "infinitive":
                fits = link.lemma in cues.governors
            else:
                fits = (
                    mood in ("participle", "gerund")
                    and link.lemma in AUXILIARIES
                    and link.mood != "participle"
                )
                fits = fits or (
                    mood == "participle" and link.lemma in ("essere", "stare") and link.mood == "participle"
                )
            return (j, status, negated) if fits else None
        if sense.symbol == "phrase":
            phrase, status = True, cues.phrases[sense.lemma]
        elif sense.role == "p" and token.form in ("di", "a", "ad", "da", "per") and not phrase:
            preposition = True
        elif sense.role == "-" or sense.symbol == "here":
            negated |= sense.symbol == "non"
        else:
            return None
        j += 1
    return None


def _voice(links: Sequence[Link], *, reflexive: bool, unaccusative: bool) -> str:
    head = links[-1]
    if head.tense == "reflexive" or (reflexive and all(link.lemma in AUXILIARIES for link in links[:-1])):
        return "reflexive"
    if head.mood != "participle" or unaccusative:
        return "active"
    auxiliary = links[-2].lemma if len(links) > 1 else "essere"
    return "active" if auxiliary == "avere" else "passive"
