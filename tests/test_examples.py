"""A rule is its examples: those of every packaged rule hold, and a wrong one is found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.examples import check, count
from kg.pipeline import Reader
from kg.rules import Rule

READER = Reader.load()

OWN = """
[[rule]]
id       = "own/rent"
relation = "operates"
pattern  = "{{subject:Organization}} <affittare> {{object:Facility}} [in {{place:Place}}]"
yields   = [{yields}]
silent   = [{silent}]
todo     = [{todo}]
"""
RIGHT = '["Xpeng ha affittato una fabbrica in Germania.", "Xpeng operates ProductionPlant in Germania | Asserted"]'
WRONG = (
    '["Xpeng ha affittato una fabbrica in Germania.", "Xpeng operates ProductionPlant in Francia | Asserted"]'
)
MISSED = '["Xpeng ha affittato una sala.", "Xpeng operates ProductionPlant in Francia | Asserted"]'
QUIET = '"Xpeng ha affittato una sala in Germania."'
LOUD = '"Xpeng ha affittato una fabbrica in Germania."'


@pytest.mark.parametrize("rule", READER.rules, ids=lambda rule: rule.id)
def test_the_examples_of_a_rule_hold(rule: Rule) -> None:
    """What a rule yields it yields exactly, where it should be silent it is, and what is to do is not done yet."""
    assert check(READER, rule) == []


def own(folder: Path, *, yields: str = RIGHT, silent: str = QUIET, todo: str = "") -> tuple[Reader, Rule]:
    """A rule of one's own with these examples, among those of the package."""
    path = folder / "own.toml"
    path.write_text(OWN.format(yields=yields, silent=silent, todo=todo), encoding="utf-8")
    reader = Reader.load(rule_files=[path])
    return reader, reader.rules[-1]


@pytest.mark.parametrize(
    ("examples", "kind", "want", "got"),
    [
        ({"yields": WRONG}, "yields", "ProductionPlant in Francia", "ProductionPlant in Germania"),
        ({"yields": MISSED}, "yields", "ProductionPlant in Francia", ""),
        ({"silent": LOUD}, "silent", "", "ProductionPlant in Germania"),
        ({"todo": RIGHT}, "todo", "ProductionPlant in Germania", "ProductionPlant in Germania"),
    ],
)
def test_a_wrong_example_is_told(
    tmp_path: Path, examples: dict[str, str], kind: str, want: str, got: str
) -> None:
    """Each kind of example fails in its own way, with what was wanted and what came out."""
    (failure,) = check(*own(tmp_path, **examples))
    assert failure.kind == kind
    for facts, expected in ((failure.want, want), (failure.got, got)):
        assert facts == ((f"Xpeng operates {expected} | Asserted",) if expected else ())


def test_right_examples_pass(tmp_path: Path) -> None:
    """A rule whose examples hold, a gap that is still a gap included, has no failures."""
    reader, rule = own(tmp_path, todo=WRONG)
    assert check(reader, rule) == []
    assert count(rule) == 3


def test_the_examples_are_read_on_a_known_day(tmp_path: Path) -> None:
    """Relative dates in examples are those seen from 16 June 2025."""
    path = tmp_path / "own.toml"
    path.write_text(
        """
[[rule]]
id = "own/since"
relation = "operates"
pattern = "{subject:Organization} <affittare> {object:Facility} [{date:Date}]"
yields = [["Xpeng ha affittato una fabbrica lo scorso settembre.", "Xpeng operates ProductionPlant | date 2024-09 | Asserted"]]
silent = ["Xpeng ha affittato una sala."]
""",
        encoding="utf-8",
    )
    reader = Reader.load(rule_files=[path])
    assert check(reader, reader.rules[-1]) == []
