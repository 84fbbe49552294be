"""Verb groups: which verbs make one deed, "potrebbe decidere di non aprire", and in which voice."""

from __future__ import annotations

from collections.abc import Sequence

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
    links = [first.link._replace(negated=True) if negated else first.link]
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
        links.append(sense.link._replace(negated=True) if not_ else sense.link)
        last = j
    head = links[-1]
    voice = _voice(links, cues, reflexive=reflexive)
    group = VerbGroup(tuple(links), voice, status)
    lemma, role = head.lemma, "v" if links[0].person > 0 else "i"
    span = tokens[i].start, tokens[last].end
    return Mention(*span, f"verb:{lemma}:{voice}", role, None, None, group, lemma), last + 1


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


def _voice(links: list[Link], cues: Cues, *, reflexive: bool) -> str:
    head = links[-1]
    if head.tense == "reflexive" or (reflexive and all(link.lemma in AUXILIARIES for link in links[:-1])):
        return "reflexive"
    if head.mood != "participle" or head.lemma in cues.unaccusative:
        return "active"
    auxiliary = links[-2].lemma if len(links) > 1 else "essere"
    return "active" if auxiliary == "avere" else "passive"
