"""Mentions: every piece of a sentence that a pattern can see, in order.

The gazetteer finds forms (names, nouns, verb forms, function words). Each hit is
then read in its place:
which of its senses the words around it allow, and which verbs make one group
("potrebbe decidere di non aprire" is one deed).

The role of a mention, one character, is what the clause is parsed by::

    n noun or name   a adjective   d date   t title   p preposition   v finite verb
    i infinitive, gerund, participle   , comma or bracket   ; boundary   & and, but
    r relative pronoun   s subordinator   (- is dropped: articles, adverbs)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kg.cues import Cues
from kg.gazetteer import Hit, is_written
from kg.model import Link, Mention, Sense, Sentence, Value, VerbGroup

_AUXILIARIES = frozenset({"avere", "essere", "venire", "stare", "andare"})
_ARTICLED = re.compile(
    r"(?:.* )?(?:d(?:el|ello|ella|ell|ei|egli|elle)|(?:a|da|su)(?:l|llo|lla|ll|i|gli|lle)|ne(?:l|llo|lla|ll|i|gli|lle)|co[li])$"
)
_DETERMINERS = {"definite": "definite", "demonstrative": "definite", "indefinite": "indefinite"}
_WORDS = re.compile(r"[^\W_]+|[,;:()\[\]—–…]|(?<=\s)-(?=\s)")
_PLAIN_PREPOSITIONS = {"di": "di", "a": "a", "ad": "a", "da": "da", "in": "in", "per": "per", "con": "con"}
#: The lemma of a verb that is known only by its ending.
UNKNOWN = "?"
_PARTICIPLE = re.compile(r"(?:[aiu]t|[rs]s|[aoi]s|[nrs]t|tt|lt|nt|rt)[oaie]$")
_FINITE = re.compile(
    r"\w(?:(?P<future>(?:er|ir|ar|rr)(?:à|anno))|(?P<conditional>[ei]rebber?o?)|[ae]v(?:a|ano)|(?:a|e|i)rono|[^t]ò)$"
)
_SITES = ("ProductionPlant", "BatteryPlant", "DataCenter", "ResearchCenter", "Headquarters")
#: "già ceo di" is "ex ceo di".
_FORMERLY = ("già", "finora", "sinora", "allora")
_STRENGTH = {"": 0, "Planned": 1, "Possible": 2, "Denied": 3}


# ----------------------------------------------------------------------- one sentence


@dataclass(slots=True)
class _Token:
    """A hit, a value, a punctuation mark or an unknown word, before it is a mention."""

    start: int
    end: int
    form: str
    senses: Sequence[Sense] = ()
    value: Value | None = None
    sense: Sense | None = None
    determiner: str = ""


def find_mentions(
    text: str,
    sentence: Sentence,
    hits: Sequence[Hit],
    values: Sequence[Value],
    known: Collection[str],
    cues: Cues,
    deeds: Collection[str],
    finite: Collection[str],
) -> list[Mention]:
    """The mentions of one sentence.

    ``hits`` are those inside the sentence; ``known`` are the labels whose weak
    forms count, because the document speaks of them or of a relative; ``deeds``
    are the verbs that rules look for: the bare participle of any other is an adjective.
    ``finite`` are present forms of any verb, which after a name are verbs.
    """
    tokens = _tokens(text, sentence, hits, values, known)
    for i, token in enumerate(tokens):
        _determine(tokens, i)
        token.sense = _choose(tokens, i, text, known, deeds) or _unknown_verb(tokens, i, finite)
    _split_phrases(tokens)
    return list(_assemble(tokens, cues))


def _tokens(
    text: str, sentence: Sentence, hits: Sequence[Hit], values: Sequence[Value], known: Collection[str]
) -> list[_Token]:
    """Hits and values in order, the longer where two overlap, and whatever lies between them."""
    spans: list[_Token] = [_Token(v.start, v.end, text[v.start : v.end], value=v) for v in values]
    for start, end, senses in hits:
        if end > sentence.end:
            continue
        i = bisect_left(spans, start, key=lambda t: t.end - 1)
        rivals = []
        while i < len(spans) and spans[i].start < end:
            rivals.append(spans[i])
            i += 1
        if rivals:
            usable = any(
                s.entity and s.symbol != "Nationality" and (not s.weak or s.entity.label in known)
                for s in senses
            )
            if not usable or any(r.value is None or r.end - r.start > end - start for r in rivals):
                continue
            for rival in rivals:
                spans.remove(rival)
        i = bisect_left(spans, start, key=lambda t: t.start)
        spans.insert(i, _Token(start, end, text[start:end].lower(), senses))
    tokens: list[_Token] = []
    at = sentence.start
    for span in [*spans, None]:
        stop = span.start if span else sentence.end
        if stop - at > 1 or (stop > at and not text[at].isspace()):
            tokens.extend(_Token(m.start(), m.end(), m[0]) for m in _WORDS.finditer(text, at, stop))
        if span:
            tokens.append(span)
            at = span.end
    return tokens


def _determine(tokens: list[_Token], i: int) -> None:
    """Note the article before a token; it reaches through adjectives ("la nuova casa")."""
    previous = tokens[i - 1] if i else None
    if previous is not None and previous.value is not None and previous.value.kind == "Number":
        tokens[i].determiner = previous.determiner  # "i due costruttori"
    if previous is None or previous.sense is None:
        return
    symbol, role = previous.sense.symbol, previous.sense.role
    if symbol in _DETERMINERS:
        tokens[i].determiner = _DETERMINERS[symbol]
    elif role == "p" and _ARTICLED.match(previous.form):
        tokens[i].determiner = "definite"
    elif symbol in ("ogni", "possessive", "Nationality", "ex"):
        tokens[i].determiner = previous.determiner


def _choose(
    tokens: list[_Token], i: int, text: str, known: Collection[str], deeds: Collection[str]
) -> Sense | None:
    """The sense of a token that its place allows, or None for a word like any other."""
    token = tokens[i]
    if not token.senses:
        return None
    at = token.start
    senses = [
        s
        for s in token.senses
        if (is_written(s, text, at) or (s.role == "t" and token.determiner))  # "l'ad", but "ad Arese"
        and (
            not s.weak
            or (s.lemma in known and not _is_longer(tokens, i, text))
            or (s.symbol == "Place" and _is_where(tokens, i, text))
        )
        and (s.symbol != "ne" or token.form == "ne")  # "né" is another word
    ]
    names = [s for s in senses if s.proper and s.entity]
    verbs = [s for s in senses if s.link]
    nouns = [s for s in senses if not s.link and s not in names]
    if names:
        initial = (
            i == 0
            and (verbs or nouns)
            and " " not in token.form
            and not text[token.start : token.end].isupper()
        )
        if not initial or (verbs and not _is_article(tokens, i + 1)):
            return next((s for s in names if not s.weak), names[0])
    previous = _seen_before(tokens, i)
    # "un secondo stabilimento", but "secondo Bloomberg"
    nouns.sort(key=lambda s: s.role == ("p" if token.determiner else "-"))
    if token.determiner:
        return nouns[0] if nouns else None
    if previous is not None and previous.role == "p" and previous.symbol not in ("come", "secondo"):
        infinitives = [s for s in verbs if s.link and s.link.mood == "infinitive"]
        return infinitives[0] if infinitives else nouns[0] if nouns else None
    after_verb = previous is not None and previous.link is not None
    if (
        verbs
        and not after_verb
        and (link := verbs[0].link)
        and link.mood == "participle"
        and link.lemma not in deeds
    ):
        auxiliary = any(t.sense is not None and t.sense.link is not None for t in tokens[max(0, i - 3) : i])
        verbs = verbs if auxiliary else []
    finite = previous is not None and previous.link is not None and previous.link.person > 0
    if after_verb and verbs and verbs[0].link and verbs[0].link.person and (finite or nouns):
        verbs = []  # two finite verbs never meet: "prende parte"; but "i piloti scelti sono"
    counted = i > 0 and (value := tokens[i - 1].value) is not None and value.kind == "Number"
    if counted and verbs and verbs[0].link and verbs[0].link.mood == "participle":
        verbs = []  # "3.000 posti"
    if verbs and nouns:
        participle = verbs[0].link is not None and verbs[0].link.mood == "participle"
        near = any(t.sense is not None and t.sense.link is not None for t in tokens[max(0, i - 3) : i])
        literal = nouns[0].symbol.startswith("word:")  # a pattern's own word, which knows its verb
        return verbs[0] if ((near or literal) if participle else nouns[0].role != "-") else nouns[0]
    return verbs[0] if verbs else nouns[0] if nouns else None


def _is_longer(tokens: list[_Token], i: int, text: str) -> bool:
    """Whether a short name is only the beginning of another: "l'Unione Buddhista"."""
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    return (
        following is not None
        and not following.senses
        and following.value is None
        and text[following.start].isupper()
        and text[tokens[i].end : following.start] == " "
    )


def _is_where(tokens: list[_Token], i: int, text: str) -> bool:
    """Whether a word that may be a place stands where one does: "a Normal", "in Virginia", "lo stabilimento di Warren"."""
    if not i or (i + 1 < len(tokens) and text[tokens[i + 1].start].isupper() and not tokens[i + 1].senses):
        return False  # "a Sofia Bianchi"
    before = tokens[i - 1].form
    site = tokens[i - 2].sense if i > 1 and before == "di" else None
    at_site = site is not None and site.symbol in (*_SITES, "Descriptor")
    return before in ("a", "ad", "in", "nell", "nella", "nel") or at_site


def _unknown_verb(tokens: list[_Token], i: int, finite: Collection[str]) -> Sense | None:
    """A verb that no rule names is still a verb: "ha perso", "Fiat superò", "supereranno".

    By its ending, where no noun can stand; what it means is not known, only that it bounds the clause.
    """
    token = tokens[i]
    if token.senses or token.value is not None or token.determiner or not token.form.islower():
        return None
    before = _seen_before(tokens, i)
    link = before.link if before is not None else None
    if (
        link is not None
        and link.lemma in _AUXILIARIES
        and link.mood != "gerund"
        and _PARTICIPLE.search(token.form)
    ):
        return Sense("verb", "v", link=Link(UNKNOWN, "participle", "past", 0, ""))
    named = before is not None and (before.proper or before.symbol == "Nationality")
    name = named and tokens[i - 1].sense is before
    if name and token.form in finite:
        return Sense("verb", "v", link=Link(UNKNOWN, "indicative", "present", 3, "s"))
    if link is None and (ending := _FINITE.search(token.form)):
        tense = "future" if ending["future"] else "past"
        mood = "conditional" if ending["conditional"] else "indicative"
        return Sense(
            "verb", "v", link=Link(UNKNOWN, mood, tense, 3, "p" if token.form.endswith("no") else "s")
        )
    return None


def _split_phrases(tokens: list[_Token]) -> None:
    """A phrase counts only before its infinitive ("il piano di aprire"); else it is a noun and a preposition."""
    for i in range(len(tokens) - 1, -1, -1):
        sense = tokens[i].sense
        if sense is None or sense.symbol != "phrase":
            continue
        rest = (t.sense for t in tokens[i + 1 : i + 4])
        following = next((s for s in rest if s is None or s.role != "-"), None)
        if following is not None and following.link is not None and following.link.mood == "infinitive":
            continue
        words = list(_WORDS.finditer(tokens[i].form))
        start = tokens[i].start
        pieces = [
            _Token(start + m.start(), start + m.end(), m[0], determiner=tokens[i].determiner) for m in words
        ]
        for piece in pieces:
            symbol = _PLAIN_PREPOSITIONS.get(piece.form)
            piece.sense = Sense(symbol, "p") if symbol else Sense(f"word:{piece.form}", lemma=piece.form)
        tokens[i : i + 1] = pieces


def _seen_before(tokens: list[_Token], i: int) -> Sense | None:
    """The sense of the last token that is not passed over."""
    for k in range(i - 1, -1, -1):
        sense = tokens[k].sense
        if sense is None or sense.role != "-" or sense.symbol in _DETERMINERS:
            return sense
    return None


def _is_article(tokens: list[_Token], i: int) -> bool:
    return i < len(tokens) and any(s.symbol in _DETERMINERS for s in tokens[i].senses)


# ------------------------------------------------------------------------ verb groups


def _assemble(tokens: list[_Token], cues: Cues) -> Iterable[Mention]:
    """Mentions from tokens: verbs grouped, dropped words gone."""
    i = 0
    negated, reflexive = False, False
    while i < len(tokens):
        token = tokens[i]
        sense = token.sense
        if sense is not None and sense.link is not None:
            mention, i = _verb_group(tokens, i, cues, negated=negated, reflexive=reflexive)
            yield mention
            negated = reflexive = False
            continue
        i += 1
        if token.form in _FORMERLY and i < len(tokens) and (title := tokens[i].sense) and title.role == "t":
            yield Mention(token.start, token.end, "ex", "a", lemma=token.form)
            continue
        if sense is not None and sense.symbol == "ne":  # "non ne possiede": the verb is still to come
            yield Mention(token.start, token.end, "ne", "a", lemma="ne")
            continue
        if sense is not None and sense.role == "-":
            negated |= sense.symbol == "non"
            reflexive |= token.form in ("si", "s")
            continue
        plain = _plain(token, sense)
        if plain is not None:
            negated = reflexive = False
            yield plain


def _plain(token: _Token, sense: Sense | None) -> Mention | None:
    start, end = token.start, token.end
    if token.value is not None:
        return Mention(
            start,
            end,
            token.value.sort or token.value.kind,
            "d" if token.value.kind == "Date" else "n",
            value=token.value,
        )
    if sense is not None:
        if sense.symbol == "Nationality" and token.determiner == "definite":
            return Mention(start, end, "Demonym", "a", sense.entity, lemma=sense.lemma, determiner="definite",
                           sense=sense)
        return Mention(start, end, sense.symbol, sense.role, sense.entity, lemma=sense.lemma, sense=sense,
                       determiner=token.determiner)  # fmt: skip
    if token.form in ",()[]—–-":
        return Mention(start, end, ",", ",")
    if token.form in ";…":
        return Mention(start, end, ";", ";")
    if token.form == ":":
        return Mention(start, end, ":", ";")
    if token.form.endswith("mente"):
        return None
    return Mention(start, end, "word", "n", lemma=token.form, determiner=token.determiner)


def _verb_group(
    tokens: list[_Token], i: int, cues: Cues, *, negated: bool, reflexive: bool
) -> tuple[Mention, int]:
    """The group that begins with the verb at ``i``, and the index after it."""
    first = tokens[i].sense
    assert first is not None
    assert first.link is not None
    links = [first.link._replace(negated=negated)]
    status, last = "", i
    while True:
        found = _next_verb(tokens, last, links[-1], cues)
        if found is None:
            break
        j, phrase_status, not_ = found
        sense = tokens[j].sense
        assert sense is not None
        assert sense.link is not None
        governor = cues.governor(links[-1].lemma) if links[-1].lemma not in _AUXILIARIES else ""
        status = max(status, phrase_status, governor, key=_STRENGTH.__getitem__)
        links.append(sense.link._replace(negated=not_))
        last = j
    head = links[-1]
    voice = _voice(links, cues, reflexive=reflexive)
    group = VerbGroup(tuple(links), voice, status)
    lemma = head.lemma
    symbol = f"verb:{lemma}:{voice}"
    return Mention(
        tokens[i].start, tokens[last].end, symbol, "v" if group.finite else "i", verb=group, lemma=lemma
    ), last + 1


def _next_verb(tokens: list[_Token], i: int, link: Link, cues: Cues) -> tuple[int, str, bool] | None:
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
                    and link.lemma in _AUXILIARIES
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
        elif sense.role == "-":
            negated |= sense.symbol == "non"
        else:
            return None
        j += 1
    return None


def _voice(links: list[Link], cues: Cues, *, reflexive: bool) -> str:
    head = links[-1]
    if head.tense == "reflexive" or (reflexive and all(link.lemma in _AUXILIARIES for link in links[:-1])):
        return "reflexive"
    if head.mood != "participle" or head.lemma in cues.unaccusative:
        return "active"
    auxiliary = links[-2].lemma if len(links) > 1 else "essere"
    return "active" if auxiliary == "avere" else "passive"
