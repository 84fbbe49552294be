"""Look-up: every form of the lexicon, of the rules and of the verb table in one pass over the text.

A form is folded and made of whole words, so that a table by words finds it: most words of a
text are looked up once, and only one that some longer form begins with, the next word too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate

from kg.lexicon import BLANKS, TO_BLANKS, lower
from kg.model import Sense
from kg.tokens import MARKS_AND_WORDS, UNKNOWN, Entry, Token, between

_WORD = re.compile(rf"([^\s{re.escape(BLANKS)}]+)")
#: What stands in few words: "R&D", "P7+", "1°", "fiat™", "@fiat".
_ODD = re.compile(rf"[^\w\s{re.escape(BLANKS)}]")
#: What is longer is no gap of prose, and not worth remembering.
_GAP = 8
#: Words that are remembered: a thousand articles have no more.
_HEADS = 1 << 15
#: A word's own entry, and the longer forms that it begins, by the second word.
_Head = tuple[Entry | None, Mapping[str, list[str]] | None]


class Gazetteer:
    """Forms and their senses; a form is folded, its words a blank apart (or two, where print has a mark more)."""

    def __init__(self, forms: Mapping[str, Sequence[Sense]]) -> None:
        self._forms = forms
        #: Longer forms by their first word, then by their second, the longest first.
        self._longer: dict[str, dict[str, list[str]]] = {}
        for form in forms:
            if " " in form:
                first, _, rest = form.partition(" ")
                second = rest.lstrip().partition(" ")[0]
                self._longer.setdefault(first, {}).setdefault(second, []).append(form)
        for seconds in self._longer.values():
            for several in seconds.values():
                if len(several) > 1:
                    several.sort(key=len, reverse=True)
        #: The words of late, with their entries and the longer forms: one small table, where the whole ones are
        #: so big that each look-up waits for memory. A word that no form begins with is asked for as often.
        self._heads: dict[str, _Head] = {}
        self._entries: dict[str, Entry] = {}  # those that texts have asked for: of the others most never are

    def tokens(self, text: str) -> list[Token]:
        """Every longest form in the text, from left to right, with the words and marks between them.

        Where the longest is a name that is not written as one ("il gruppo Geely"),
        the shorter forms in it are read instead.
        """
        lowered = lower(text)
        pieces = _WORD.split(lowered)
        if _ODD.search(lowered):
            self._part_odd(pieces)
        gaps, words = pieces[::2], pieces[1::2]
        ends = list(accumulate(map(len, pieces)))
        heads = map(self._heads.get, words)
        tokens: list[Token] = []
        add = tokens.append
        at = taken = strict = 0
        for gap, start, word, end, then, head in zip(
            gaps, ends[::2], words, ends[1::2], [*words[1:], ""], heads, strict=False
        ):
            if gap != " " and at >= taken:
                if len(gap) <= _GAP:
                    for offset, stop in _marks(gap):
                        add(Token(at + offset, at + stop, text[at + offset : at + stop], UNKNOWN))
                else:
                    tokens.extend(between(text, at, start))
            at = end
            if start < taken or not word:
                continue
            entry, seconds = head or self._head(word)
            if seconds is not None and then in seconds:
                found, refused = self._longest(seconds[then], lowered, text, start, strict)
                strict = max(strict, refused)
                if found is not None:
                    taken = start + len(found.text)
                    add(Token(start, taken, lowered[start:taken], found))
                    continue
            if entry is not None and (start >= strict or entry.is_written(text, start)):
                add(Token(start, end, word, entry))
            elif word.isalnum():
                add(Token(start, end, text[start:end], UNKNOWN))
            else:
                tokens.extend(between(text, start, end))
        tokens.extend(between(text, max(at, taken), len(text)))
        return tokens

    def _head(self, word: str) -> _Head:
        """What begins with a word, remembered."""
        if len(self._heads) >= _HEADS:
            self._heads.clear()
        entry = self._entry(word) if word in self._forms else None
        head = self._heads[word] = entry, self._longer.get(word)
        return head

    def _entry(self, form: str) -> Entry:
        entry = self._entries.get(form)
        if entry is None:
            entry = self._entries[form] = Entry(form, self._forms[form])
        return entry

    def _longest(
        self, forms: Sequence[str], lowered: str, text: str, start: int, strict: int
    ) -> tuple[Entry | None, int]:
        """The longest of the ``forms`` that stands at ``start``, and where one ends that is not written as its name.

        What is read instead of that one stays inside it; ``strict`` is where an earlier one ends.
        """
        refused = 0
        folded = lowered[start : start + len(forms[0])].translate(TO_BLANKS)
        for form in forms:
            end = start + len(form)
            if start < strict < end or not folded.startswith(form) or _goes_on(lowered, end):
                continue
            entry = self._entry(form)
            if entry.is_written(text, start):
                return entry, refused
            if not refused:
                refused = strict = end
        return None, refused

    @cached_property
    def _words(self) -> frozenset[str]:
        """Every word of a form."""
        return frozenset(word for form in self._forms for word in form.split())

    @cached_property
    def _reach(self) -> int:
        """The length of the longest word of a form."""
        return max(map(len, self._words), default=0)

    def _part_odd(self, pieces: list[str]) -> None:
        """Leave of a word that no form has what begins one ("Fiat®"), and the rest to the gap after it."""
        for i in range(1, len(pieces), 2):
            word = pieces[i]
            if word.isalnum() or word in self._words:
                continue
            ends = (k for k in range(min(len(word) - 1, self._reach), 0, -1) if not _goes_on(word, k))
            cut = next((k for k in ends if word[:k] in self._words), 0)
            pieces[i], pieces[i + 1] = word[:cut], word[cut:] + pieces[i + 1]


def _goes_on(text: str, end: int) -> bool:
    """Whether a word goes on at ``end``."""
    return end < len(text) and (text[end].isalnum() or text[end] == "+")


@lru_cache(maxsize=4096)
def _marks(gap: str) -> tuple[tuple[int, int], ...]:
    """The spans of the marks between two words, and of what is left of an odd one."""
    return tuple(m.span() for m in MARKS_AND_WORDS.finditer(gap))


def known_labels(tokens: Iterable[Token], text: str, relatives: Callable[[str], Collection[str]]) -> set[str]:
    """Labels that the document names by a strong form, with their relatives."""
    named: set[str] = set()
    for token in tokens:
        if token.entry.labels and text[token.start].isupper():
            named.update(token.entry.labels)
    return named.union(*map(relatives, named))
