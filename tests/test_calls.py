"""What calls for patterns, and that reading takes no longer for rules or sentences that are many or odd."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.calls import Calls, Needs
from kg.model import Document, Source
from kg.pipeline import Reader

SYMBOLS = "abcdef"
needs = st.builds(Needs, st.lists(st.sets(st.sampled_from(SYMBOLS)).map("".join), max_size=4), st.booleans())


def may_have(sentence: str, pattern: Needs) -> bool:
    """Whether a sentence shows all needs of a pattern, wherever they stand."""
    return bool(pattern.sets) and all(set(need) & set(sentence) for need in pattern.sets)


def has(sentence: str, pattern: Needs) -> bool:
    """Whether a sentence shows them one after another, each at a place of its own, if they have an order."""
    at = 0
    for need in pattern.sets:
        places = [k for k in range(at, len(sentence)) if sentence[k] in need]
        if not places:
            return False
        at = places[0] + 1 if pattern.ordered else 0
    return bool(pattern.sets)


@given(st.lists(needs, max_size=8), st.text(SYMBOLS, max_size=8))
def test_no_pattern_is_missed_and_none_called_in_vain(patterns: list[Needs], sentence: str) -> None:
    """Whatever a sentence has is called for, and nothing of which it lacks a need."""
    called = Calls(patterns, everyday="ab").of(sentence)
    assert called >= {k for k, pattern in enumerate(patterns) if has(sentence, pattern)}
    assert called <= {k for k, pattern in enumerate(patterns) if may_have(sentence, pattern)}


def test_what_stands_in_another_order_does_not_call() -> None:
    """Needs that have an order are only met in it."""
    calls = Calls([Needs(("a", "b"), ordered=True), Needs(("a", "b"), ordered=False)], everyday="")
    assert calls.of("ab") == {0, 1}
    assert calls.of("ba") == {1}


@pytest.fixture(scope="module")
def seconds() -> Callable[[str], float]:
    """The time that it takes to read a text with the packaged rules."""
    reader = Reader.load()

    def taken(text: str) -> float:
        document = Document(Source("a"), text)
        reader.read(document)  # rules that it calls for are compiled
        start = time.process_time()
        reader.read(document)
        return time.process_time() - start

    return taken


@pytest.mark.parametrize(
    "phrase",
    [
        "e apre ",
        "che apre ",
        "presentata a Melfi e ",
        "la gamma della Golf e ",
        "presenta la gamma della Golf e ",
        "200 CV e ",
    ],
)
def test_what_is_said_again_and_again_is_read_in_its_length(
    phrase: str, seconds: Callable[[str], float]
) -> None:
    """A phrase repeated takes neither the square of its length nor the depth of the stack, least of all 2 to its power."""
    assert seconds("Volkswagen presenta " + phrase * (3000 // len(phrase))) < 1
