"""Who is meant by a noun, a pronoun or a site without a name, and where nobody is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import describe
from kg.model import Document, Source
from kg.pipeline import Reader
from kg.segment import segment


@pytest.fixture(scope="module")
def reader() -> Reader:
    """A reader with every rule."""
    return Reader.load()


def facts(reader: Reader, text: str) -> set[str]:
    """What is read in a text, in words."""
    read = reader.read(Document(Source("notizia"), text))
    return {describe(claim, evidence.factuality) for claim, evidence in read.found}


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Volkswagen ha venduto Italdesign. L'ha comprata UST.", "UST acquires Italdesign | Asserted"),
        ("Italdesign cambia casa. L'ha comprata l'americana UST.", "UST acquires Italdesign | Asserted"),
        (
            "Brembo ha rilevato Öhlins. L'ha acquisita da Tenneco per 405 milioni di dollari.",
            "Brembo acquires Öhlins | amount 405000000 USD | Asserted",
        ),
        ("Nissan lancia la nuova Micra. La costruisce Renault.", "Renault produces Nissan Micra | Asserted"),
        (
            "Renault lancia la Twingo. La produrrà a Novo Mesto dal 2026.",
            "Renault Twingo producedAt Novo Mesto | since 2026 | Planned",
        ),
        (
            "Italdesign cambia casa. L'ha comprata UST, società americana.",
            "UST acquires Italdesign | Asserted",
        ),
    ],
)
def test_a_pronoun_is_what_the_sentence_before_does_something_to(
    reader: Reader, text: str, fact: str
) -> None:
    """ "La costruisce Renault": the pronoun is the object, and who stands behind the verb its subject."""
    assert fact in facts(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "Volkswagen cambia. L'ha comprata UST.",
        "Volkswagen ha venduto Italdesign e Ducati. L'ha comprata UST.",
        "BYD cresce. Lo ha annunciato UST.",
    ],
)
def test_a_pronoun_never_makes_an_object_of_its_subject(reader: Reader, text: str) -> None:
    """Who stands behind the verb is not what is bought."""
    assert not [fact for fact in facts(reader, text) if "acquires UST" in fact or "acquires Ducati" in fact]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (
            "Stellantis rilancia Mirafiori. Lo stabilimento torinese dà lavoro a 2.000 persone.",
            "Mirafiori reports employees 2000 {job} | Asserted",
        ),
        (
            "BYD costruisce auto a Szeged. La fabbrica ungherese ha 960 dipendenti.",
            "ProductionPlant in Szeged reports employees 960 {job} | Asserted",
        ),
        (
            "BYD, il cantiere di Szeged. BYD ha la sede a Budapest. La fabbrica ungherese ha 960 dipendenti.",
            "ProductionPlant in Szeged reports employees 960 {job} | Asserted",
        ),
        (
            "BYD ha aperto la fabbrica di Szeged. Nell'impianto lavorano 960 persone.",
            "ProductionPlant in Szeged reports employees 960 {job} | Asserted",
        ),
        (
            "BYD ha aperto la fabbrica di Szeged. Il sito potrebbe produrre 240.000 auto l'anno.",
            "ProductionPlant in Szeged reports productionCapacity 240000 {vehicle} | Possible",
        ),
        (
            "CATL ha un impianto da 50 GWh in Spagna. Dal 2022 è attivo quello tedesco di Arnstadt, da 14 GWh.",
            "BatteryPlant in Arnstadt reports productionCapacity 14 GW.h | Asserted",
        ),
        (
            "Volkswagen investe. Firmato il patto per lo stabilimento Autoeuropa di Palmela. L'impianto occupa 4.900 persone.",
            "ProductionPlant in Palmela reports employees 4900 {job} | Asserted",
        ),
    ],
)
def test_a_site_without_a_name_is_the_one_that_lies_there(reader: Reader, text: str, fact: str) -> None:
    """ "la fabbrica ungherese", "quello tedesco di Arnstadt", "nell'impianto"."""
    assert fact in facts(reader, text)


def test_a_site_on_the_web_is_none(reader: Reader) -> None:
    """ "il sito americano Electrek" is not where cars are made."""
    found = facts(
        reader, "BYD ha aperto la fabbrica di Szeged. Il sito americano Electrek conta 200 dipendenti."
    )
    assert not [fact for fact in found if "employees" in fact]


def test_a_site_that_may_be_either_is_none(reader: Reader) -> None:
    """Two towns of one country are equally good."""
    found = facts(
        reader, "BYD costruisce auto a Szeged e a Debrecen. La fabbrica ungherese ha 960 dipendenti."
    )
    assert not [fact for fact in found if "in Szeged reports" in fact or "in Debrecen reports" in fact]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (
            "KKR cede Marelli. Quest'ultima impiega 46.000 persone.",
            "Marelli reports employees 46000 {job} | Asserted",
        ),
        (
            "Mazda soffre. Subaru rallenta; l'azienda impiega 37.000 persone.",
            "Subaru reports employees 37000 {job} | Asserted",
        ),
        (
            "Iveco passa a Tata Motors. Tata Motors ha lanciato un'offerta su Iveco. Exor, che detiene il 27% del capitale, è d'accordo.",
            "Exor ownsStakeIn Iveco | share 27 | Asserted",
        ),
    ],
)
def test_a_noun_is_whom_the_text_is_speaking_of(reader: Reader, text: str, fact: str) -> None:
    """The last one named, the subject of the sentence so far, the theme of the article."""
    assert fact in facts(reader, text)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        (
            "Toyota e BYD si uniscono. BYD cresce. La holding che le controllerà impiega 900 persone.",
            "employees",
        ),
        (
            "Ferrari vince. Assente Porsche, che ha lasciato. La squadra impiega 900 persone.",
            "Porsche reports",
        ),
        (
            "Stellantis firma con BYD. La società fondata da Piero Neri punta in alto. I ricavi sono di 21 milioni di euro.",
            "revenue",
        ),
    ],
)
def test_what_others_words_tell_is_not_whom_the_text_is_speaking_of(
    reader: Reader, text: str, absent: str
) -> None:
    """A new holding, one that is only missing, a firm that nobody knows."""
    assert not [fact for fact in facts(reader, text) if absent in fact]


_SENTENCES = [
    "Stellantis chiude Cassino.",
    "Il gruppo cresce.",
    "Il clima migliora.",
    "Ha piovuto.",
    "Se piove, si resta a casa.",
    "L'ha comprata UST.",
    "Lo stabilimento di Melfi riapre.",
    "Il sito riapre.",
    "La tedesca vende.",
    "Parla Anna Ricci, ceo di Iveco.",
    "Anna Ricci dice che crede.",
    "Non lo ferma nessuno.",
]


@given(st.lists(st.sampled_from(_SENTENCES), max_size=6))
def test_a_sentence_that_names_nothing_is_passed_over_for_nothing(
    reader: Reader, sentences: list[str]
) -> None:
    """To look through every sentence for what refers back finds no more than to look where something can."""
    document = Document(Source("x"), " ".join(sentences))
    cut = segment(document)
    quick = reader.understand(document, cut)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.resolve._Resolver._is_plain", lambda *_: False)
        slow = reader.understand(document, cut)
    assert (quick.sentences, quick.topics, quick.unresolved) == (slow.sentences, slow.topics, slow.unresolved)
