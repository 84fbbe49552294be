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
from collections.abc import Collection, Iterable, Sequence

from kg.cues import Cues
from kg.gazetteer import Hit, is_written
from kg.model import Link, Mention, Sense, Sentence, Value
from kg.tokens import DETERMINERS, WORDS, Token, determine, find_tokens
from kg.verbgroups import AUXILIARIES, verb_group

_OBJECTS = ("lo", "la", "li", "le", "l")
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
_LEADING = ("guidare", "dirigere", "presiedere")


# ----------------------------------------------------------------------- one sentence


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
    tokens = find_tokens(text, sentence, hits, values, known)
    for i, token in enumerate(tokens):
        determine(tokens, i)
        token.sense = _choose(tokens, i, text, known, deeds) or _unknown_verb(tokens, i, finite)
    _split_phrases(tokens)
    return list(_assemble(tokens, cues))


def _choose(
    tokens: list[Token], i: int, text: str, known: Collection[str], deeds: Collection[str]
) -> Sense | None:
    """The sense of a token that its place allows, or None for a word like any other."""
    token = tokens[i]
    if not token.senses:
        return None
    if token.form == "appena" and (seen := _seen_before(tokens, i)) is not None and seen.link is not None:
        return Sense("adverb", "-")  # "è appena sbarcata", but "appena sbarcata, …"
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
    if i and not names and text[at].isupper() and _goes_on(tokens[i - 1], token, text):
        return None  # "Andrea Conti" counts nothing
    previous = _seen_before(tokens, i)
    # "un secondo stabilimento", but "secondo Bloomberg"
    nouns.sort(key=lambda s: s.role == ("p" if token.determiner else "-"))
    if token.determiner:
        pronoun = not nouns and verbs and _is_pronoun(tokens[i - 1].form, token.form, verbs[0])
        return verbs[0] if pronoun else nouns[0] if nouns else None
    if previous is not None and previous.role == "p" and previous.symbol not in ("come", "secondo"):
        infinitives = [s for s in verbs if s.link and s.link.mood == "infinitive"]
        return infinitives[0] if infinitives else nouns[0] if nouns else None
    after_verb = previous is not None and previous.link is not None
    if previous is not None and previous.proper and not _is_of_plural(tokens, i):
        verbs.sort(key=_is_many)  # "Nissan chiuse Barcellona", but "le fabbriche Nissan chiuse"
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


def _is_many(sense: Sense) -> bool:
    """Whether a form is a participle of several: "chiuse", "decise", which one alone did."""
    return sense.link is not None and sense.link.mood == "participle" and sense.link.number == "p"


def _is_of_plural(tokens: list[Token], i: int) -> bool:
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


def _is_longer(tokens: list[Token], i: int, text: str) -> bool:
    """Whether a short name is only a part of another: "l'Unione Buddhista", "la Pontificia Commissione"."""
    if i > 1 and not tokens[i - 1].form.isupper() and _goes_on(tokens[i - 1], tokens[i], text):
        return True
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    return (
        following is not None
        and not any(s.proper or (s.link and s.link.person) for s in following.senses)
        and following.value is None
        and text[following.start].isupper()
        and text[tokens[i].end : following.start] == " "
    )


def _goes_on(before: Token, token: Token, text: str) -> bool:
    """Whether a word with a capital goes on with a name nobody knows; not in a heading that is all capitals."""
    if token.end - token.start > 1 and text[token.start : token.end].isupper():
        return False
    unknown = not before.senses and before.value is None and text[before.start].isupper()
    return unknown and text[before.end : token.start] == " "


def _is_where(tokens: list[Token], i: int, text: str) -> bool:
    """Whether a word that may be a place stands where one does: "a Normal", "in Virginia", "lo stabilimento di Warren"."""
    if not i or (i + 1 < len(tokens) and text[tokens[i + 1].start].isupper() and not tokens[i + 1].senses):
        return False  # "a Sofia Bianchi"
    before = tokens[i - 1].form
    site = tokens[i - 2].sense if i > 1 and before == "di" else None
    at_site = site is not None and site.symbol in (*_SITES, "Descriptor")
    return before in ("a", "ad", "in", "nell", "nella", "nel") or at_site


def _unknown_verb(tokens: list[Token], i: int, finite: Collection[str]) -> Sense | None:
    """A verb that no rule names is still a verb: "ha perso", "Fiat superò", "supereranno".

    By its ending, where no noun can stand; what it means is not known, only that it bounds the clause.
    """
    token = tokens[i]
    if token.senses or token.value is not None or token.determiner:
        return None
    if not i and token.form.lower() in finite and len(tokens) > 1 and tokens[1].form[0].isupper():
        return Sense("verb", "v", link=Link(UNKNOWN, "indicative", "present", 3, "s"))  # "Parla Anna Ricci"
    if not token.form.islower():
        return None
    before = _seen_before(tokens, i)
    link = before.link if before is not None else None
    if (
        link is not None
        and link.lemma in AUXILIARIES
        and link.mood != "gerund"
        and _PARTICIPLE.search(token.form)
    ):
        return Sense("verb", "v", link=Link(UNKNOWN, "participle", "past", 0, ""))
    named = before is not None and (before.proper or before.symbol == "Nationality")
    name = named and tokens[i - 1].sense is before
    followed = i + 1 < len(tokens) and any(s.link and s.link.person for s in tokens[i + 1].senses)
    if name and token.form in finite and not followed:  # "la Fiat 500 ibrida è…"
        return Sense("verb", "v", link=Link(UNKNOWN, "indicative", "present", 3, "s"))
    if link is None and (ending := _FINITE.search(token.form)):
        tense = "future" if ending["future"] else "past"
        mood = "conditional" if ending["conditional"] else "indicative"
        return Sense(
            "verb", "v", link=Link(UNKNOWN, mood, tense, 3, "p" if token.form.endswith("no") else "s")
        )
    return None


def _split_phrases(tokens: list[Token]) -> None:
    """A phrase counts only before its infinitive ("il piano di aprire"); else it is a noun and a preposition."""
    for i in range(len(tokens) - 1, -1, -1):
        sense = tokens[i].sense
        if sense is None or sense.symbol != "phrase":
            continue
        rest = (t.sense for t in tokens[i + 1 : i + 4])
        following = next((s for s in rest if s is None or s.role != "-"), None)
        if following is not None and following.link is not None and following.link.mood == "infinitive":
            continue
        words = list(WORDS.finditer(tokens[i].form))
        start = tokens[i].start
        pieces = [
            Token(start + m.start(), start + m.end(), m[0], determiner=tokens[i].determiner) for m in words
        ]
        for piece in pieces:
            symbol = _PLAIN_PREPOSITIONS.get(piece.form)
            piece.sense = Sense(symbol, "p") if symbol else Sense(f"word:{piece.form}", lemma=piece.form)
        tokens[i : i + 1] = pieces


def _seen_before(tokens: list[Token], i: int) -> Sense | None:
    """The sense of the last token that is not passed over."""
    for k in range(i - 1, -1, -1):
        sense = tokens[k].sense
        if sense is None or sense.role != "-" or sense.symbol in DETERMINERS:
            return sense
    return None


def _is_article(tokens: list[Token], i: int) -> bool:
    return i < len(tokens) and any(s.symbol in DETERMINERS for s in tokens[i].senses)


# ------------------------------------------------------------------------ verb groups


def _assemble(tokens: list[Token], cues: Cues) -> Iterable[Mention]:
    """Mentions from tokens: verbs grouped, dropped words gone."""
    i = 0
    negated, reflexive = False, False
    while i < len(tokens):
        token = tokens[i]
        sense = token.sense
        if sense is not None and sense.link is not None:
            mention, i = verb_group(tokens, i, cues, negated=negated, reflexive=reflexive)
            yield mention
            negated = reflexive = False
            continue
        i += 1
        if _is_formerly(token) and i < len(tokens) and _is_post(tokens[i].sense):
            yield Mention(token.start, token.end, "ex", "a", lemma=token.form)
            continue
        # "non ne possiede": the verb is still to come
        if sense is not None and sense.symbol in ("ne", "here"):
            yield Mention(token.start, token.end, sense.symbol, sense.role, lemma=sense.lemma)
            continue
        # "la costruisce a Mioveni"
        if sense is not None and sense.symbol == "definite" and _is_finite(tokens, i):
            yield Mention(token.start, token.end, "clitic", "a", lemma=token.form)
            continue
        if sense is not None and sense.role == "-":
            negated |= sense.symbol == "non"
            reflexive |= token.form in ("si", "s")
            continue
        plain = _plain(token, sense)
        if plain is not None:
            negated = reflexive = False
            yield plain


def _is_formerly(token: Token) -> bool:
    """ "già", "allora", "fino a ieri" """
    return token.form in _FORMERLY or (token.value is not None and token.value.role == "until")


def _is_post(sense: Sense | None) -> bool:
    """A title, or "guidata": what one may have held or done once."""
    return sense is not None and (
        sense.role == "t" or (sense.link is not None and sense.link.lemma in _LEADING)
    )


def _is_finite(tokens: list[Token], i: int) -> bool:
    sense = tokens[i].sense if i < len(tokens) else None
    return sense is not None and sense.link is not None and sense.link.person > 0


def _plain(token: Token, sense: Sense | None) -> Mention | None:
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
            return Mention(
                start,
                end,
                "Demonym",
                "a",
                sense.entity,
                lemma=sense.lemma,
                determiner="definite",
                sense=sense,
            )
        return Mention(start, end, sense.symbol, sense.role, sense.entity, lemma=sense.lemma, sense=sense,
                       determiner=token.determiner)  # fmt: skip
    if token.form in ",()[]—–-":
        return Mention(start, end, ",", ",", lemma=token.form)
    if token.form in ";…":
        return Mention(start, end, ";", ";")
    if token.form == ":":
        return Mention(start, end, ":", ";")
    if token.form.endswith("mente"):
        return None
    return Mention(start, end, "word", "n", lemma=token.form, determiner=token.determiner)
