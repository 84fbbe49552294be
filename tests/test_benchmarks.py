"""The benchmark runs, with whatever peers are installed: its figures are for people, its tables must not rot."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_NEEDS = {"spaCy": "spacy", "gatenlp": "gatenlp", "ahocorasick_rs": "ahocorasick_rs"}


def _rows(*arguments: str) -> dict[str, list[str]]:
    """The cells of the tables that the benchmark prints, by the first of their row."""
    command = [sys.executable, "-m", "tests.benchmarks", *arguments, "--markdown"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stderr
    cells = (line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("| "))
    return {head.strip(): [cell.strip() for cell in rest] for head, *rest in cells}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The table of a text of two lines, read by every engine that is installed."""
    corpus = tmp_path_factory.mktemp("corpus") / "lines.txt"
    corpus.write_text("Stellantis ha acquisito Opel.\n\nBYD produrrà auto a Szeged.\n", encoding="utf-8")
    return _rows("reading", "--only", "--corpus", str(corpus), "--runs", "1")


def test_kg_is_read_beside_its_peers(read) -> None:
    """Each engine has a row; kg finds the two facts of two lines, which are one short text, and every character is read."""
    assert {"kg", "ahocorasick_rs, bare pass", "spaCy, all patterns", "gatenlp, all patterns"} <= read.keys()
    *_, found, characters = read["kg"]
    assert (found, characters) == ("2", "59")
    if find_spec("ahocorasick_rs"):
        assert re.fullmatch(r"1/\d+(\.\d+)?|[\d.]+ x", read["ahocorasick_rs, bare pass"][4])


def test_peers_find_what_they_are_asked_for(read) -> None:
    """A peer that is installed passes the check of its examples; one that is not is told as such."""
    for name, cells in read.items():
        needs = _NEEDS.get(name.split(",")[0], "kg")
        if name == "engine":
            continue
        if find_spec(needs) is None:
            assert "not installed" in cells[0]
        else:
            assert "failed" not in cells[0]


def test_a_start_is_timed() -> None:
    """A command has its time beside that of an interpreter that does nothing."""
    rows = _rows("start", "--starts", "1", "--command", "python -c pass", "--command", "kg --help")
    assert all(rows[name][0].endswith("s") for name in ("python -c pass", "kg --help"))


def test_stores_answer_alike() -> None:
    """kg's store and rdflib's give as many rows to each of the saved queries."""
    rows = _rows("store", "--sizes", "400", "--runs", "1", "--limit", "20")
    assert {"Turtle written", "Turtle loaded", "evidence", "people"} <= rows.keys()
    answers = [cells[-1] for cells in rows.values()]
    assert sum(answer.isdigit() for answer in answers) == 8
    assert not any("≠" in answer for answer in answers)
