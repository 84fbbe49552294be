"""Tokens: hits, values, marks and unknown words of a sentence in order, before they are mentions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kg.gazetteer import Hit
from kg.model import Sense, Sentence, Value

_ARTICLED = re.compile(
    r"(?:.* )?(?:d(?:el|ello|ella|ell|ei|egli|elle)|(?:a|da|su)(?:l|llo|lla|ll|i|gli|lle)|ne(?:l|llo|lla|ll|i|gli|lle)|co[li])$"
)
DETERMINERS = {"definite": "definite", "demonstrative": "definite", "indefinite": "indefinite"}
WORDS = re.compile(r"[^\W_]+|[,;:()\[\]—–…]|(?<=\s)-(?=\s)")


@dataclass(slots=True)
class Token:
    """A hit, a value, a punctuation mark or an unknown word, before it is a mention."""

    start: int
    end: int
    form: str
    senses: Sequence[Sense] = ()
    value: Value | None = None
    sense: Sense | None = None
    determiner: str = ""


def find_tokens(
    text: str, sentence: Sentence, hits: Sequence[Hit], values: Sequence[Value], known: Collection[str]
) -> list[Token]:
    """Hits and values in order, the longer where two overlap, and whatever lies between them."""
    spans: list[Token] = [Token(v.start, v.end, text[v.start : v.end], value=v) for v in values]
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
        spans.insert(i, Token(start, end, text[start:end].lower(), senses))
    tokens: list[Token] = []
    at = sentence.start
    for span in [*spans, None]:
        stop = span.start if span else sentence.end
        if stop - at > 1 or (stop > at and not text[at].isspace()):
            tokens.extend(Token(m.start(), m.end(), m[0]) for m in WORDS.finditer(text, at, stop))
        if span:
            tokens.append(span)
            at = span.end
    return tokens


def determine(tokens: list[Token], i: int) -> None:
    """Note the article before a token; it reaches through adjectives ("la nuova casa")."""
    previous = tokens[i - 1] if i else None
    if previous is not None and previous.value is not None and previous.value.kind == "Number":
        tokens[i].determiner = previous.determiner  # "i due costruttori"
    if previous is None or previous.sense is None:
        return
    symbol, role = previous.sense.symbol, previous.sense.role
    if symbol in DETERMINERS:
        tokens[i].determiner = DETERMINERS[symbol]
    elif role == "p" and _ARTICLED.match(previous.form):
        tokens[i].determiner = "definite"
    elif previous.form.startswith("nessun"):
        tokens[i].determiner = "indefinite"
    elif symbol in ("ogni", "possessive", "Nationality", "ex"):
        tokens[i].determiner = previous.determiner
