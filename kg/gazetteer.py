"""Look-up: every form of the lexicon, of the rules and of the verb table in one pass over the text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.model import Sense

#: A form found in the text: where it starts and ends, and what it may mean.
Hit = tuple[int, int, Sequence[Sense]]


#: How far a form may reach that a longer one, which stops inside a word, stands over.
_MORE_WORDS = 3


class Gazetteer:
    """Forms and their senses behind one Aho-Corasick automaton; a form is folded, its words a blank apart."""

    __slots__ = ("_automaton", "_forms", "_senses")

    def __init__(self, forms: Mapping[str, Sequence[Sense]]) -> None:
        self._forms = forms
        self._senses = list(forms.values())
        # A form begins after a blank, so that no hit starts inside a word.
        self._automaton = AhoCorasick([f" {form}" for form in forms], matchkind=MatchKind.LeftmostLongest)

    def hits(self, folded: str, text: str) -> list[Hit]:
        """Every longest form in the text, from left to right.

        Where the longest is a name that is not written as one ("il gruppo Geely"), or
        stops inside a word ("Fiat Pandarama"), the shorter forms in it are read instead.
        """
        found: list[Hit] = []
        for index, start, stop in self._automaton.find_matches_as_indexes(" " + folded):
            end = stop - 1  # the text was shifted by the blank in front of it
            if found and start < found[-1][1]:
                continue
            senses = self._senses[index]
            whole = end == len(folded) or not (folded[end].isalnum() or folded[end] == "+")
            if whole and (" " not in folded[start:end] or any(is_written(s, text, start) for s in senses)):
                found.append((start, end, senses))
            else:
                found.extend(self._shorter(folded, text, start, end, whole=whole))
        return found

    def _shorter(self, folded: str, text: str, start: int, end: int, *, whole: bool) -> Iterable[Hit]:
        """The forms inside ``[start, end)``, which is not itself one, up to the end of its last word."""
        if not whole:
            blank = folded.find(" ", end)
            end = len(folded) if blank < 0 else blank
        at, refused = start, end if whole else -1
        beyond = end
        for _ in range(0 if whole else _MORE_WORDS):  # "a d" of "a direttore finanziario" hides the title
            blank = folded.find(" ", beyond + 1)
            beyond = len(folded) if blank < 0 else blank
        while at < end:
            stop = beyond
            while stop > at:
                senses = self._forms.get(folded[at:stop]) if (at, stop) != (start, refused) else None
                if senses and any(is_written(s, text, at) for s in senses):
                    yield at, stop, senses
                    break
                stop = folded.rfind(" ", at, stop)
            following = folded.find(" ", max(stop, at))
            at = beyond if following < 0 else following + 1


def is_written(sense: Sense, text: str, at: int) -> bool:
    """Whether the text writes a name as a name: with its capitals."""
    return not sense.proper or (
        not text[at].islower() and not any(text[at + o].islower() for o in sense.capitals)
    )


def known_labels(hits: Iterable[Hit], text: str, relatives: Callable[[str], Collection[str]]) -> set[str]:
    """Labels that the document names by a strong form, with their relatives."""
    named: set[str] = set()
    for start, _, senses in hits:
        if text[start].isupper():
            named.update(s.entity.label for s in senses if s.proper and s.entity and not s.weak)
    return named.union(*(relatives(label) for label in sorted(named)))
