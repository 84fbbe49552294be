"""Laws of reading, whatever the text: quotes are slices, the same text reads the same, nothing is raised."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.model import Document, Observation, Source
from kg.pipeline import Reader

READER = Reader.load()
SENTENCES = sorted({text for rule in READER.rules for text, *_ in rule.yields})
WORDS = sorted({word for text in SENTENCES for word in text.split()})
PUBLISHED = date(2025, 6, 16)

ODD = st.text("«»“”'’-–,.;:!?()[]%€ \n\t\u00a0İß😀+&#/aeE1", max_size=12)
SHUFFLED = st.lists(st.one_of(st.sampled_from(WORDS), ODD), max_size=60).map(" ".join)
ARTICLES = st.lists(st.sampled_from(SENTENCES), max_size=6).map(" ".join)


def document(text: str) -> Document:
    """A text as a document of a known day."""
    return Document(Source("x", published=PUBLISHED), text)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(SHUFFLED, ARTICLES))
def test_every_quote_is_its_slice_of_the_text(text: str) -> None:
    """A quote stands where its offsets say, its sentence around it, and it is never empty."""
    for _, evidence in READER.read(document(text)).found:
        assert evidence.quote
        assert text[evidence.start : evidence.end] == evidence.quote
        around = evidence.before + evidence.quote + evidence.after
        at = evidence.start - len(evidence.before)
        assert text[at : at + len(around)] == around


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES)
def test_the_same_text_always_reads_the_same(text: str) -> None:
    """Two readings give the same claims with the same evidence, in the same order."""
    assert READER.read(document(text)).found == READER.read(document(text)).found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES)
def test_no_claim_is_about_nobody(text: str) -> None:
    """Both ends of a claim are known things, and not one and the same."""
    for claim, _ in READER.read(document(text)).found:
        assert claim.subject.id
        assert isinstance(claim.object, Observation) or claim.object.id
        assert claim.subject != claim.object


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("Volkswagen è partner di Xpeng. Il Gruppo non ha piani.", "plans"),
        ("L'ex amministratore delegato di Stellantis Carlos Tavares è a Lisbona.", "ceoOf"),
        ("BYD avrebbe acquisito il 10% di Nio.", "acquires"),
        ("Se BYD aprisse una fabbrica in Italia, crescerebbe.", "opens"),
    ],
)
def test_what_is_not_said_is_not_read(text: str, absent: str) -> None:
    """No plan, post, purchase or plant out of words that deny, date or suppose it."""
    assert absent not in {claim.relation for claim, _ in READER.read(document(text)).found}
