"""Look-up of forms in a text: which of them stand there, and what stands between them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.gazetteer import Gazetteer, known_labels
from kg.model import Entity, Sense

_GEELY = Sense("Automaker", entity=Entity("Geely", "Geely", "Automaker"), proper=True, lemma="Geely")
_GROUP = _GEELY._replace(capitals=(7,))
_FORMS = {
    "geely": [_GEELY],
    "gruppo geely": [_GROUP],
    "gruppo": [Sense("Descriptor", lemma="gruppo")],
    "fiat": [Sense("Brand")],
    "fiat panda": [Sense("VehicleModel")],
    "panda": [Sense("VehicleModel")],
    "e tech": [Sense("Technology")],
    "id  buzz": [Sense("VehicleModel")],
    "lynk & co": [Sense("Brand")],
    "p7+": [Sense("VehicleModel")],
    "a": [Sense("a", "p")],
    "a capo di": [Sense("phrase", "a")],
}
_GAZETTEER = Gazetteer(_FORMS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("La Fiat Panda", ["Fiat Panda"]),
        ("La Fiat, Panda", ["Fiat", "Panda"]),
        ("La Fiat-Panda", ["Fiat-Panda"]),
        ("La Fiat Pandarama", ["Fiat"]),
        ("Fiatpanda", []),
        ("Fiat Fiat Panda Panda", ["Fiat", "Fiat Panda", "Panda"]),
        ("a capo della Fiat", ["a", "Fiat"]),
        ("a capo di Fiat", ["a capo di", "Fiat"]),
        ("il Gruppo Geely", ["Gruppo Geely"]),
        ("il gruppo Geely", ["gruppo", "Geely"]),
        ("il Gruppo geely", ["Gruppo"]),
        ("la E-Tech", ["E-Tech"]),
        ("la ID. Buzz", ["ID. Buzz"]),
        ("la ID Buzz", []),
        ("Lynk & Co", ["Lynk & Co"]),
        ("Lynk &Co", []),
        ("la P7+", ["P7+"]),
        ("la P7", []),
        ("la Fiat®, la Fiat&Co", ["Fiat", "Fiat"]),
        ("@fiat", []),
        ("", []),
    ],
)
def test_the_longest_form_is_found(text: str, found: list[str]) -> None:
    """Forms are whole words, the longest counts, and a name only where it is written as one."""
    assert [text[t.start : t.end] for t in _GAZETTEER.tokens(text) if t.entry.senses] == found


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Ieri (e oggi): sì; no…", ["Ieri", "(", "e", "oggi", ")", ":", "sì", ";", "no", "…"]),
        ("L'auto - bella - va", ["L", "auto", "-", "bella", "-", "va"]),
        ("R&D, 5° e 3+", ["R", "D", ",", "5", "e", "3"]),
        ("a@nuova.it", ["a", "nuova", "it"]),
    ],
)
def test_words_and_marks_between_are_tokens(text: str, forms: list[str]) -> None:
    """What no form takes is there as written, in order."""
    assert [text[t.start : t.end] for t in _GAZETTEER.tokens(text)] == forms


@given(
    st.text(
        alphabet=st.sampled_from("fiat panda geely & + ® . , - ( ' co lynk id buzz\nA È İ 7p"), max_size=60
    )
)
def test_tokens_cover_every_word_once(text: str) -> None:
    """Whatever the text, tokens are in order, apart, and hold each letter and figure."""
    tokens = _GAZETTEER.tokens(text)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    inside = {i for t in tokens for i in range(t.start, t.end)}
    assert {i for i, c in enumerate(text) if c.isalnum()} <= inside


@given(st.lists(st.sampled_from(["Fiat", "panda", "Gruppo", "gruppo", "Geely", "a", "capo", "di", "ieri"])))
def test_what_was_read_before_changes_nothing(words: list[str]) -> None:
    """A look-up that remembers words finds in a text what a new one does."""
    text = " ".join(words)
    used, new = _GAZETTEER.tokens(text), Gazetteer(_FORMS).tokens(text)
    assert [(t.start, t.end, t.entry.text) for t in used] == [(t.start, t.end, t.entry.text) for t in new]


def test_what_is_named_makes_its_relatives_known() -> None:
    """A name that is written as one is known with its relatives, a word in lower case is not."""
    relatives = {"Geely": {"Volvo"}}
    for text, known in (("Geely cresce", {"Geely", "Volvo"}), ("geely cresce", set())):
        assert known_labels(_GAZETTEER.tokens(text), text, lambda label: relatives[label]) == known
