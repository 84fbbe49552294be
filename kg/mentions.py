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
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from kg.cues import Cues
from kg.model import Link, Mention, Sense
from kg.tokens import DETERMINERS, MARKS_AND_WORDS, UNKNOWN, Token, counts, determines, is_written
from kg.verbgroups import AUXILIARIES, verb_group

_OBJECTS = ("lo", "la", "li", "le", "l")
_PLAIN_PREPOSITIONS = {"di": "di", "a": "a", "ad": "a", "da": "da", "in": "in", "per": "per", "con": "con"}
#: The lemma of a verb that is known only by its ending.
UNKNOWN_VERB = "?"
_PRESENT = Sense("verb", "v", link=Link(UNKNOWN_VERB, "indicative", "present", 3, "s"))
_PAST_PARTICIPLE = Sense("verb", "v", link=Link(UNKNOWN_VERB, "participle", "past", 0, ""))
_ADVERB = Sense("adverb", "-")
_ENDING = 10  # letters, more than any of these has
_NEAR = 3  # tokens between an auxiliary and its participle, at most
_PARTICIPLE = re.compile(r"(?:[aiu]t|[rs]s|[aoi]s|[nrs]t|tt|lt|nt|rt)[oaie]$")
_FINITE = re.compile(
    r"\w(?:(?P<future>(?:er|ir|ar|rr)(?:à|anno))|(?P<conditional>[ei]rebber?o?)|[ae]v(?:a|ano)|(?:a|e|i)rono|[^t]ò)$"
)
_SITES = ("ProductionPlant", "BatteryPlant", "DataCenter", "ResearchCenter", "Headquarters")
#: "già ceo di" is "ex ceo di".
_FORMERLY = frozenset({"già", "finora", "sinora", "allora"})
#: What may stand between "non" or "si" and its verb: "non ne possiede".
_AWAITING = ("ne", "here")
#: The symbol and the role of each mark.
_MARKS = {**dict.fromkeys(",()[]—–-", (",", ",")), **dict.fromkeys(";…", (";", ";")), ":": (":", ";")}
_LEADING = ("guidare", "dirigere", "presiedere")
#: A mention of all its fields: three times as fast as to call the class, and every word of a text is one.
_made: Callable[[tuple[object, ...]], Mention] = partial(tuple.__new__, Mention)


# ----------------------------------------------------------------------- one sentence


def find_mentions(
    text: str,
    tokens: Sequence[Token],
    known: Collection[str],
    cues: Cues,
    deeds: Collection[str],
    finite: Collection[str],
) -> list[Mention]:
    """The mentions of one sentence, from its tokens, which get their senses and determiners.

    ``known`` are the labels whose weak forms count, because the document speaks of them or of a
    relative; ``deeds`` are the verbs that rules look for: the bare participle of any other is an
    adjective. ``finite`` are present forms of any verb, which after a name are verbs.
    """
    seen: Sense | None = None  # the sense of the last token that is not passed over
    verb = -_NEAR - 1  # where the last verb stands
    determiner = ""
    stranger = phrases = False
    for i, token in enumerate(tokens):
        token.determiner = determiner
        entry = token.entry
        if entry is UNKNOWN:
            value = token.value
            stranger = value is None
            if stranger and not determiner:
                token.sense = seen = _unknown_verb(tokens, i, seen, finite)
                verb = i if seen is not None else verb
            else:
                seen = None
            if value is None or value.kind != "Number":  # "i due costruttori"
                determiner = ""
            continue
        sense, given = entry.sole, entry.determines
        if sense is not None and not (stranger and text[token.start].isupper()):
            token.sense = sense  # what most words are: articles, prepositions, nouns
            stranger = False
            if given is not None:
                determiner = given
            if entry.counts:
                seen = sense
                phrases = phrases or sense.symbol == "phrase"
            continue
        if entry.name is not None:
            sense = entry.name if is_written(entry.name, text, token.start) else None
        else:
            sense = _choose(tokens, i, text, _Before(seen, i - verb <= _NEAR), known, deeds)
            if sense is None or sense.link is not None:
                given = ""
                verb = i if sense is not None else verb
            else:
                given = determines(sense, token.form)
        token.sense = sense
        stranger = False
        if sense is None:
            seen, determiner = None, ""
            continue
        determiner = determiner if given is None else given
        phrases = phrases or sense.symbol == "phrase"
        if counts(sense):
            seen = sense
    return _assemble(_split_phrases(tokens) if phrases else tokens, cues)


class _Before(NamedTuple):
    """What stands before a token: the sense of the last that is not passed over, and whether a verb is near."""

    seen: Sense | None
    verb: bool


def _choose(
    tokens: Sequence[Token],
    i: int,
    text: str,
    before: _Before,
    known: Collection[str],
    deeds: Collection[str],
) -> Sense | None:
    """The sense of a token that its place allows, or None for a word like any other."""
    token = tokens[i]
    entry, previous = token.entry, before.seen
    if token.form == "appena" and previous is not None and previous.link is not None:
        return _ADVERB  # "è appena sbarcata", but "appena sbarcata, …"
    names: Sequence[Sense] = ()
    verbs, nouns = entry.verbs, entry.nouns
    if not entry.plain:
        senses = [s for s in entry.senses if _is_allowed(s, tokens, i, text, known)]
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
    if i and not names and text[token.start].isupper() and _goes_on(tokens[i - 1], token, text):
        return None  # "Andrea Conti" counts nothing
    if len(nouns) > 1:  # "un secondo stabilimento", but "secondo Bloomberg"
        nouns = sorted(nouns, key=lambda s: s.role == ("p" if token.determiner else "-"))
    noun = nouns[0] if nouns else None
    if token.determiner:
        pronoun = noun is None and verbs and _is_pronoun(tokens[i - 1].form, token.form, verbs[0])
        return verbs[0] if pronoun else noun
    if not verbs:
        return noun
    if previous is not None and previous.role == "p" and previous.symbol not in ("come", "secondo"):
        return next((s for s in verbs if s.link and s.link.mood == "infinitive"), noun)
    if len(verbs) > 1 and previous is not None and previous.proper and not _is_of_plural(tokens, i):
        verbs = sorted(verbs, key=_is_many)  # "Nissan chiuse Barcellona", but "le fabbriche Nissan chiuse"
    return verbs[0] if _is_verb(verbs[0], noun, tokens, i, before, deeds) else noun


def _is_allowed(sense: Sense, tokens: Sequence[Token], i: int, text: str, known: Collection[str]) -> bool:
    """Whether the text writes a sense as it is written, and if it is weak, speaks of such things."""
    token = tokens[i]
    if not is_written(sense, text, token.start) and not (sense.role == "t" and token.determiner):
        return False  # "l'ad", but "ad Arese"
    if sense.weak:
        spoken_of = sense.lemma in known and not _is_longer(tokens, i, text)
        return spoken_of or (sense.symbol == "Place" and _is_where(tokens, i, text))
    return sense.symbol != "ne" or token.form == "ne"  # "né" is another word


def _is_verb(
    sense: Sense, noun: Sense | None, tokens: Sequence[Token], i: int, before: _Before, deeds: Collection[str]
) -> bool:
    """Whether a form of a verb is one in its place, rather than a ``noun``, an adjective or nothing."""
    link = sense.link
    assert link is not None
    last = before.seen.link if before.seen is not None else None
    participle = link.mood == "participle"
    if last is None and participle and link.lemma not in deeds and not before.verb:
        return False
    if last is not None and link.person and (last.person > 0 or noun is not None):
        return False  # two finite verbs never meet: "prende parte"; but "i piloti scelti sono"
    counted = (value := tokens[i - 1].value if i else None) is not None and value.kind == "Number"
    if counted and participle:
        return False  # "3.000 posti"
    if noun is None:
        return True
    if participle:
        return before.verb or noun.symbol.startswith("word:")  # a pattern's own word, which knows its verb
    return noun.role != "-"


def _is_many(sense: Sense) -> bool:
    """Whether a form is a participle of several: "chiuse", "decise", which one alone did."""
    return sense.link is not None and sense.link.mood == "participle" and sense.link.number == "p"


def _is_of_plural(tokens: Sequence[Token], i: int) -> bool:
    """Whether the name before a verb form goes with a noun of several, or ends a list."""
    before = tokens[i - 2].sense if i > 1 else None
    return before is not None and (before.symbol == "&" or (before.role == "n" and before.number == "p"))


def _is_pronoun(article: str, form: str, sense: Sense) -> bool:
    """Whether what looks like an article is the object of a verb: "la lancerà", "l'ha", "la assembla", but "la porta"."""
    link = sense.link
    if article not in _OBJECTS or link is None or not link.person or link.lemma == "essere":
        return False
    elided = article in ("lo", "la") and form[0] in "aeiou"  # the article would be "l'"
    return elided or link.lemma == "avere" or link.tense != "present" or form.endswith(("sce", "uce", "ono"))


def _is_longer(tokens: Sequence[Token], i: int, text: str) -> bool:
    """Whether a short name is only a part of another: "l'Unione Buddhista", "la Pontificia Commissione"."""
    if i > 1 and not tokens[i - 1].form.isupper() and _goes_on(tokens[i - 1], tokens[i], text):
        return True
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    return (
        following is not None
        and not any(s.proper or (s.link and s.link.person) for s in following.entry.senses)
        and following.value is None
        and text[following.start].isupper()
        and text[tokens[i].end : following.start] == " "
    )


def _goes_on(before: Token, token: Token, text: str) -> bool:
    """Whether a word with a capital goes on with a name nobody knows; not in a heading that is all capitals."""
    if token.end - token.start > 1 and text[token.start : token.end].isupper():
        return False
    unknown = before.entry is UNKNOWN and before.value is None and text[before.start].isupper()
    return unknown and text[before.end : token.start] == " "


def _is_where(tokens: Sequence[Token], i: int, text: str) -> bool:
    """Whether a word that may be a place stands where one does: "a Normal", "in Virginia", "lo stabilimento di Warren"."""
    if not i or (
        i + 1 < len(tokens) and text[tokens[i + 1].start].isupper() and tokens[i + 1].entry is UNKNOWN
    ):
        return False  # "a Sofia Bianchi"
    before = tokens[i - 1].form
    site = tokens[i - 2].sense if i > 1 and before == "di" else None
    at_site = site is not None and site.symbol in (*_SITES, "Descriptor")
    return before in ("a", "ad", "in", "nell", "nella", "nel") or at_site


def _unknown_verb(
    tokens: Sequence[Token], i: int, before: Sense | None, finite: Collection[str]
) -> Sense | None:
    """A verb that no rule names is still a verb: "ha perso", "Fiat superò", "supereranno".

    By its ending, where no noun can stand; what it means is not known, only that it bounds the clause.
    """
    form = tokens[i].form
    if not i and form.lower() in finite and len(tokens) > 1 and tokens[1].form[0].isupper():
        return _PRESENT  # "Parla Anna Ricci"
    if not form.islower():
        return None
    if before is None:
        return _by_ending(form[-_ENDING:])
    link = before.link
    if link is not None and link.lemma in AUXILIARIES and link.mood != "gerund" and _PARTICIPLE.search(form):
        return _PAST_PARTICIPLE
    if (before.proper or before.symbol == "Nationality") and form in finite and tokens[i - 1].sense is before:
        following = tokens[i + 1].entry.verbs if i + 1 < len(tokens) else ()
        if not any(s.link and s.link.person for s in following):  # "la Fiat 500 ibrida è…"
            return _PRESENT
    return _by_ending(form[-_ENDING:]) if link is None else None


@lru_cache(maxsize=8192)
def _by_ending(form: str) -> Sense | None:
    """The finite verb that a word in lower case is by its last letters, if any."""
    ending = _FINITE.search(form)
    if ending is None:
        return None
    tense = "future" if ending["future"] else "past"
    mood = "conditional" if ending["conditional"] else "indicative"
    return Sense("verb", "v", link=Link(UNKNOWN_VERB, mood, tense, 3, "p" if form.endswith("no") else "s"))


def _split_phrases(tokens: Sequence[Token]) -> Sequence[Token]:
    """A phrase counts only before its infinitive ("il piano di aprire"); else it is a noun and a preposition."""
    split: list[Token] = []
    for i, token in enumerate(tokens):
        sense = token.sense
        if sense is None or sense.symbol != "phrase" or _is_before_infinitive(tokens, i):
            split.append(token)
            continue
        for found in MARKS_AND_WORDS.finditer(token.form):
            start, end = found.span()
            piece = Token(token.start + start, token.start + end, found[0], UNKNOWN)
            piece.determiner = token.determiner
            symbol = _PLAIN_PREPOSITIONS.get(piece.form)
            piece.sense = Sense(symbol, "p") if symbol else Sense(f"word:{piece.form}", lemma=piece.form)
            split.append(piece)
    return split


def _is_before_infinitive(tokens: Sequence[Token], i: int) -> bool:
    rest = (t.sense for t in tokens[i + 1 : i + 4])
    following = next((s for s in rest if s is None or s.role != "-"), None)
    return following is not None and following.link is not None and following.link.mood == "infinitive"


def _is_article(tokens: Sequence[Token], i: int) -> bool:
    return i < len(tokens) and any(s.symbol in DETERMINERS for s in tokens[i].entry.senses)


# ------------------------------------------------------------------------ verb groups


def _assemble(tokens: Sequence[Token], cues: Cues) -> list[Mention]:
    """Mentions from tokens: verbs grouped, dropped words gone."""
    mentions: list[Mention] = []
    add = mentions.append
    negated = reflexive = False
    i, count = 0, len(tokens)
    while i < count:
        token = tokens[i]
        sense, form = token.sense, token.form
        if sense is None:
            i += 1
            value = token.value
            if value is not None and value.role == "until" and _is_post(tokens, i):
                add(_formerly(token))  # "fino a ieri"
            elif value is not None or form[-5:] != "mente":
                add(
                    _made((token.start, token.end, "word", "n", None, None, None, form, "",
                           token.determiner, None))
                    if value is None and form not in _MARKS
                    else _unread(token)
                )  # fmt: skip
                negated = reflexive = False
            continue
        if sense.link is not None:
            mention, i = verb_group(tokens, i, cues, negated=negated, reflexive=reflexive)
            add(mention)
            negated = reflexive = False
            continue
        i += 1
        symbol, role = sense.symbol, sense.role
        if form in _FORMERLY and _is_post(tokens, i):
            add(_formerly(token))
        elif role == "-":
            if symbol == "definite" and _is_finite(tokens, i):  # "la costruisce a Mioveni"
                add(Mention(token.start, token.end, "clitic", "a", lemma=form))
            else:
                negated = negated or symbol == "non"
                reflexive = reflexive or form in ("si", "s")
        elif symbol in _AWAITING:
            add(Mention(token.start, token.end, symbol, role, lemma=sense.lemma))
        else:
            negated = reflexive = False
            determiner = token.determiner
            if symbol == "Nationality" and determiner == "definite":
                symbol, role = "Demonym", "a"
            add(
                _made((token.start, token.end, symbol, role, sense.entity, None, None, sense.lemma, "",
                       determiner, sense))
            )  # fmt: skip
    return mentions


def _unread(token: Token) -> Mention:
    """A value or a mark."""
    start, end, value = token.start, token.end, token.value
    if value is not None:
        return Mention(
            start, end, value.sort or value.kind, "d" if value.kind == "Date" else "n", None, value
        )
    symbol, role = _MARKS[token.form]
    return Mention(start, end, symbol, role, None, None, None, token.form if symbol == "," else "")


def _formerly(token: Token) -> Mention:
    """ "già", "allora", "fino a ieri" """
    return Mention(token.start, token.end, "ex", "a", lemma=token.form)


def _is_post(tokens: Sequence[Token], i: int) -> bool:
    """Whether at ``i`` stands a title, or "guidata": what one may have held or done once."""
    sense = tokens[i].sense if i < len(tokens) else None
    return sense is not None and (
        sense.role == "t" or (sense.link is not None and sense.link.lemma in _LEADING)
    )


def _is_finite(tokens: Sequence[Token], i: int) -> bool:
    sense = tokens[i].sense if i < len(tokens) else None
    return sense is not None and sense.link is not None and sense.link.person > 0
