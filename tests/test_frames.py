"""Frames: a trigger and its roles in any order, each from the clause that says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.facts import describe
from kg.model import CurationError, Document, Source
from kg.pipeline import Reader

MADE = """
[[rule]]
id       = "own/made"
relation = "producedAt"
pattern  = "<nascere|produrre> + {subject:VehicleModel} + (in|a|da) {object:Facility|Place} + [{since:Date}]"
yields   = [["A Melfi nasce la Jeep Compass.", "Jeep Compass producedAt Melfi | Asserted"]]
silent   = ["A Melfi nasce un bambino."]

[[rule]]
id       = "own/shows"
relation = "exhibitedAt"
pattern  = "{_maker:Organization} + <sfoggiare> + {subject:VehicleModel} + a {object:Event}"
yields   = [["Fiat sfoggia la Fiat Grande Panda al Salone di Ginevra.", "Fiat Grande Panda exhibitedAt Salone di Ginevra | Asserted"]]
silent   = ["Fiat sfoggia la Fiat Grande Panda."]
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """A reader with two frames and nothing else."""
    path = tmp_path_factory.mktemp("rules") / "own.toml"
    path.write_text(MADE, encoding="utf-8")
    every = Reader.load(rule_files=[path])
    return every.with_rules(every.rules[-2:])


def facts(reader: Reader, text: str) -> set[str]:
    """What is read in a text, in words."""
    return {describe(claim, e.factuality) for claim, e in reader.read(Document(Source("a"), text)).found}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A Melfi nasce la Jeep Compass.", {"Jeep Compass producedAt Melfi | Asserted"}),
        ("La Jeep Compass nasce a Melfi.", {"Jeep Compass producedAt Melfi | Asserted"}),
        (
            "Dal 2025 la Jeep Compass nasce a Melfi.",
            {"Jeep Compass producedAt Melfi | since 2025 | Asserted"},
        ),
        ("La Jeep Compass sarà prodotta a Melfi.", {"Jeep Compass producedAt Melfi | Planned"}),
        ("La Jeep Compass non è prodotta a Melfi.", {"Jeep Compass producedAt Melfi | Denied"}),
        (
            "A Cassino nascono la Alfa Romeo Giulia e la Alfa Romeo Stelvio.",
            {
                "Alfa Romeo Giulia producedAt Cassino | Asserted",
                "Alfa Romeo Stelvio producedAt Cassino | Asserted",
            },
        ),
        (
            "La Volkswagen Golf nasce a Wolfsburg e la Volkswagen Polo a Pamplona.",
            {
                "Volkswagen Golf producedAt Wolfsburg | Asserted",
                "Volkswagen Polo producedAt Pamplona | Asserted",
            },
        ),
        (
            "La Jeep Compass piace. Stellantis la produrrà a Melfi.",
            {"Jeep Compass producedAt Melfi | Planned"},
        ),
        (
            "La Jeep Compass, che Stellantis produce a Melfi, piace.",
            {"Jeep Compass producedAt Melfi | Asserted"},
        ),
        (
            "A Melfi nascono la Jeep Compass, il suv più atteso, e la DS N°8.",
            {"Jeep Compass producedAt Melfi | Asserted", "DS N°8 producedAt Melfi | Asserted"},
        ),
        (
            "La nuova generazione della Jeep Compass nasce a Melfi, in Basilicata.",
            {"Jeep Compass producedAt Melfi | Asserted"},
        ),
        (
            "Lo stabilimento di Melfi, dove nasce la Jeep Compass, resta aperto.",
            {"Jeep Compass producedAt ProductionPlant in Melfi | Asserted"},
        ),
    ],
)
def test_roles_stand_in_any_order(reader: Reader, text: str, wanted: set[str]) -> None:
    """The classes of the roles tell them apart, wherever in the clause they stand."""
    assert facts(reader, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "A Melfi nasce un bambino.",
        "La Jeep Compass piace; a Melfi nasce un bambino.",
        "La Jeep Compass piace molto, mentre a Melfi nascono bambini.",
        "La Jeep Compass nasce per la città.",
        "Il motore della Jeep Compass nasce a Melfi.",
        "La Jeep Compass arriva in Italia con un motore prodotto a Melfi.",
    ],
)
def test_a_role_is_not_taken_from_another_clause(reader: Reader, text: str) -> None:
    """What belongs to another verb fills no role of this one; a role that is not there is not made up."""
    assert facts(reader, text) == set()


def test_a_frame_may_have_a_subject(reader: Reader) -> None:
    """A slot before the verb is its subject as the clause has it, dropped or shared."""
    wanted = {"Fiat Grande Panda exhibitedAt Salone di Ginevra | Asserted"}
    assert facts(reader, "Al Salone di Ginevra Fiat sfoggia la Fiat Grande Panda.") == wanted
    assert facts(reader, "Fiat cresce e al Salone di Ginevra sfoggia la Fiat Grande Panda.") == wanted
    assert facts(reader, "Marco al Salone di Ginevra sfoggia la Fiat Grande Panda.") == set()


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("+", "nothing stands on one side"),
        ("<nascere> + + {subject:VehicleModel}", "nothing stands on one side"),
        ("<nascere> + {subject:VehicleModel} + {object:Place} +", "nothing stands on one side"),
        ("<nascere> [+ {subject:VehicleModel} a {object:Place}]", "stands inside brackets"),
    ],
)
def test_a_frame_that_cannot_be_read_is_a_fault(tmp_path: Path, pattern: str, told: str) -> None:
    """What is wrong with it is told with its place."""
    path = tmp_path / "own.toml"
    wrong = MADE.replace(MADE.split('pattern  = "')[1].partition('"')[0], pattern)
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(CurationError, match=f"own.toml.*own/made.*{told}"):
        Reader.load(rule_files=[path])


def test_a_role_of_which_nothing_must_be_there_may_be_missing(tmp_path: Path) -> None:
    """Two options side by side are a role as one is."""
    path = tmp_path / "own.toml"
    path.write_text(MADE.replace("[{since:Date}]", "[serie] [{since:Date}]"), encoding="utf-8")
    every = Reader.load(rule_files=[path])
    alone = every.with_rules(every.rules[-2:])
    assert facts(alone, "A Melfi nasce la Jeep Compass.") == {"Jeep Compass producedAt Melfi | Asserted"}


def test_a_frame_without_a_trigger_is_a_fault(tmp_path: Path) -> None:
    """A frame begins from a verb or a word."""
    path = tmp_path / "own.toml"
    path.write_text(MADE.replace("<nascere|produrre> +", "+"), encoding="utf-8")
    with pytest.raises(CurationError, match="own/made"):
        Reader.load(rule_files=[path])
