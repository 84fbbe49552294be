"""Tokens: forms, values, marks and unknown words of a sentence in order, before they are mentions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from kg.model import Sense, Sentence, Value

_ARTICLED = re.compile(
    r"(?:.* )?(?:d(?:el|ello|ella|ell|ei|egli|elle)|(?:a|da|su)(?:l|llo|lla|ll|i|gli|lle)|ne(?:l|llo|lla|ll|i|gli|lle)|co[li])$"
)
DETERMINERS = {"definite": "definite", "demonstrative": "definite", "indefinite": "indefinite"}
MARKS_AND_WORDS = re.compile(r"[^\W_]+|[,;:()\[\]—–…]|(?<=\s)-(?=\s)")


def is_written(sense: Sense, text: str, at: int) -> bool:
    """Whether the text writes a name as a name: with its capitals."""
    if not sense.proper:
        return True
    capitals = sense.capitals
    return not text[at].islower() and not (capitals and any(text[at + o].islower() for o in capitals))


class Entry:
    """A form with its senses, and whatever of them does not hang on where it stands.

    ``plain`` says that every place allows every sense; ``sole`` is the sense of a word that has but one
    (no name, no verb), ``name`` that of a form which is nothing but a name; what follows gets
    the determiner that it ``determines``, and it ``counts`` unless it is passed over. ``labels`` are those of the entities that it names by itself.
    """

    __slots__ = (
        "counts",
        "determines",
        "labels",
        "name",
        "nouns",
        "plain",
        "senses",
        "sole",
        "text",
        "verbs",
    )

    def __init__(self, text: str, senses: Sequence[Sense]) -> None:
        self.text = text
        self.senses = senses
        self.labels: tuple[str, ...] = ()
        self.plain = True
        self.verbs: Sequence[Sense] = senses
        self.nouns: Sequence[Sense] = senses
        only = senses[0] if len(senses) == 1 else None
        for sense in senses:
            if sense.proper or sense.weak or sense.symbol == "ne":
                self.plain = False
            if sense.proper and sense.entity is not None and not sense.weak:
                self.labels += (sense.entity.label,)
        if only is None:
            self.verbs = [s for s in senses if s.link is not None]
            self.nouns = [s for s in senses if s.link is None]
        elif only.link is None:
            self.verbs = ()
        else:
            self.nouns = ()
        self.name = only if self.labels else None
        self.sole = only if self.plain and not self.verbs and text != "appena" else None
        settled = self.sole or self.name
        self.determines = determines(settled, text) if settled is not None else ""
        self.counts = settled is None or counts(settled)

    def is_written(self, text: str, at: int) -> bool:
        """Whether the text writes the form as one of its senses is."""
        return self.plain or any(is_written(sense, text, at) for sense in self.senses)


#: The entry of what has none.
UNKNOWN = Entry("", ())


class Token:
    """A form, a value, a punctuation mark or an unknown word, before it is a mention."""

    __slots__ = ("determiner", "end", "entry", "form", "sense", "start", "value")

    def __init__(self, start: int, end: int, form: str, entry: Entry, value: Value | None = None) -> None:
        self.start = start
        self.end = end
        self.form = form
        self.entry = entry
        self.value = value
        self.sense: Sense | None = None
        self.determiner = ""


def tokens_of(
    sentence: Sentence,
    text: str,
    tokens: Sequence[Token],
    starts: Sequence[int],
    values: Sequence[Value],
    known: Collection[str],
) -> Sequence[Token]:
    """The tokens of a sentence, of those of the ``text``, with its values among them.

    ``starts`` are where the tokens start. Where a form and a value overlap, the longer
    counts, but a value before a word that names nothing.
    """
    low = bisect_left(starts, sentence.start)
    high = bisect_left(starts, sentence.end, low)
    found = tokens[low:high]
    cut = (low and tokens[low - 1].end > sentence.start) or (
        high > low and (tokens[high - 1].end > sentence.end or tokens[high - 1].form == "-")
    )
    if not values and not cut:
        return found
    return (None if cut else _merged(found, text, values, known)) or _parted(
        found, text, sentence, values, known
    )


def _merged(
    tokens: Sequence[Token], text: str, values: Sequence[Value], known: Collection[str]
) -> list[Token] | None:
    """The tokens with a value for those that lie inside it; None where they overlap in another way."""
    merged: list[Token] = []
    i = 0
    for value in values:
        start, end = value.start, value.end
        while i < len(tokens) and tokens[i].end <= start:
            merged.append(tokens[i])
            i += 1
        merged.append(Token(start, end, text[start:end], UNKNOWN, value))
        while i < len(tokens) and tokens[i].start < end:
            token = tokens[i]
            if token.start < start or token.end > end:
                return None
            if token.end - token.start == end - start and _is_name(token, known):
                return None
            i += 1
    merged.extend(tokens[i:])
    return merged


def _parted(
    tokens: Sequence[Token], text: str, sentence: Sentence, values: Sequence[Value], known: Collection[str]
) -> list[Token]:
    """Forms and values, the longer where two overlap, and whatever lies between them, read anew."""
    spans = [Token(v.start, v.end, text[v.start : v.end], UNKNOWN, v) for v in values]
    for token in tokens:
        if token.entry is UNKNOWN or token.end > sentence.end:
            continue
        i = j = bisect_left(spans, token.start, key=lambda t: t.end - 1)
        while j < len(spans) and spans[j].start < token.end:
            j += 1
        length = token.end - token.start
        if i < j and (not _is_name(token, known) or any(r.end - r.start > length for r in spans[i:j])):
            continue
        spans[i:j] = [token]
    return list(_filled(spans, text, sentence))


def _filled(spans: Sequence[Token], text: str, sentence: Sentence) -> Iterator[Token]:
    at = sentence.start
    for span in spans:
        yield from between(text, at, span.start)
        yield span
        at = span.end
    yield from between(text, at, sentence.end)


def between(text: str, at: int, stop: int) -> Iterator[Token]:
    """Marks and words of ``text[at:stop]``, where no form stands."""
    for found in MARKS_AND_WORDS.finditer(text, at, stop):
        yield Token(found.start(), found.end(), found[0], UNKNOWN)


def _is_name(token: Token, known: Collection[str]) -> bool:
    """Whether a token names a thing that the document may speak of: "500 Elettrica", not "due"."""
    return any(
        s.entity and s.symbol != "Nationality" and (not s.weak or s.entity.label in known)
        for s in token.entry.senses
    )


def counts(sense: Sense) -> bool:
    """Whether a sense is one that the words after it go by: not that of an adverb, but that of an article."""
    return sense.role != "-" or sense.symbol in DETERMINERS


def determines(sense: Sense, form: str) -> str | None:
    """The determiner of what follows a form; None where it hands on its own: through adjectives ("la nuova casa")."""
    symbol, role = sense.symbol, sense.role
    if symbol in DETERMINERS:
        return DETERMINERS[symbol]
    if role == "p":
        return "definite" if _ARTICLED.match(form) else ""
    if form.startswith("nessun"):
        return "indefinite"
    return None if symbol in ("ogni", "possessive", "Nationality", "ex") else ""
