"""Names that the lexicon does not know are typed by what introduces them, or left alone."""

from __future__ import annotations

import pytest

from kg.model import Document, Entity, Source
from kg.pipeline import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    """The packaged rules and lexicon."""
    return Reader.load()


def new_names(reader: Reader, text: str) -> set[tuple[str, str]]:
    """Label and class of every entity that the lexicon does not hold."""
    from kg.segment import segment

    document = Document(Source("x"), text)
    reading = reader.understand(document, segment(document))
    found = {m.entity for s in reading.sentences for m in s if isinstance(m.entity, Entity)}
    return {(e.label, e.cls) for e in found if e.label not in reader.lexicon.entities and e.cls != "Tariff"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("L'amministratore delegato Mario Bianchetti parla.", {("Mario Bianchetti", "Person")}),
        ("L'amministratore delegato di Stellantis, Mario Bianchetti, parla.", {("Mario Bianchetti", "Person")}),
        ("Elena Marchetti, direttrice finanziaria di Ferrari, parla.", {("Elena Marchetti", "Person")}),
        ("La startup svedese Candelina cresce.", {("Candelina", "Company")}),
        ("La nuova Fiat Grizzlotta debutta.", {("Fiat Grizzlotta", "VehicleModel")}),
        ("La Leapmotor B99 debutta.", {("Leapmotor B99", "VehicleModel")}),
        ("Ieri Mario Bianchetti era a Torino.", {("Mario Bianchetti", "Person")}),
        ("Ieri Zorbo Bianchetti era a Torino.", set()),
        ("La sede di via Mario Bianchetti è chiusa.", set()),
        ("Parla Russ O'Blenesi, ceo di Ferrari.", {("Russ O'Blenesi", "Person")}),
        ("La bresciana Nicheto Fusini cresce.", {("Nicheto Fusini", "Company")}),
        ("Candelina è una startup svedese.", {("Candelina", "Company")}),
        ("Il fondo americano Hellmann & Friedmann cresce.", {("Hellmann & Friedmann", "Company")}),
        ("Piace il suv Fiat Grizzlotta.", {("Fiat Grizzlotta", "VehicleModel")}),
        ("Piace la citycar Grizzlotta di Fiat.", {("Fiat Grizzlotta", "VehicleModel")}),
        ("La nuova Volkswagen Group Italia debutta.", set()),
        ("Il Gruppo Volkswagen cresce a Nonsodove.", set()),
        ("La Skoda Fabia Zorbo2 debutta.", {("Skoda Fabia Zorbo2", "VehicleModel")}),
        ("La MG3 Hybrid+ piace.", {("MG3 Hybrid+", "VehicleModel")}),
        ("La Dacia Bigster Hybrid piace.", set()),
        ("Zorbo Bianchetti e Antonio Fuoco partono in coppia.", {("Zorbo Bianchetti", "Person")}),
        ("Ecco Antonio Fuoco, tre volte primo a Monza, il brasiliano Zorbo Fusini e Zelmo Bianchetti.",
         {("Zorbo Fusini", "Person"), ("Zelmo Bianchetti", "Person")}),
        ("Antonio Fuoco corre, Zorbo Bianchetti guarda.", set()),
    ],
)  # fmt: skip
def test_a_name_is_what_introduces_it(reader: Reader, text: str, names: set[tuple[str, str]]) -> None:
    """A title, a first name, a list of drivers makes a person, a kind of company a company, a make or a model a model."""
    assert new_names(reader, text) == names


def test_a_surname_means_the_person_introduced_before(reader: Reader) -> None:
    """Once a person has been introduced, the surname alone is the same entity."""
    text = "L'amministratore delegato Mario Bianchetti parla. Bianchetti era a Torino."
    assert new_names(reader, text) == {("Mario Bianchetti", "Person")}
    document = Document(Source("x"), text)
    from kg.segment import segment

    last = reader.understand(document, segment(document)).sentences[1]
    assert [m.entity.label for m in last if m.entity and m.entity.cls == "Person"] == ["Mario Bianchetti"]
