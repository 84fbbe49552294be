"""``kg build --profile``: what rooms and rules cost."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from kg.cli import cli

TEXT = "Xpeng ha acquisito il 5% di Volkswagen. BYD apre una fabbrica in Ungheria.\n" * 20


def run(*args: str | Path) -> str:
    result = CliRunner().invoke(cli, list(map(str, args)), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_profile_tells_rooms_and_rules(tmp_path: Path) -> None:
    """Every room that worked has its share, and a rule that found something says how often it was looked for."""
    (tmp_path / "a.txt").write_text(TEXT)
    told = run("build", tmp_path / "a.txt", "-o", tmp_path / "out", "--profile")
    shares = {name: float(share) for name, share in re.findall(r"(?m)^(\w+) +([\d.]+)% ", told)}
    assert {"match", "mentions", "segment", "resolve", "gazetteer"} <= shares.keys()
    assert 98 < sum(shares.values()) < 102
    rules = dict(re.findall(r"(?m)^([\w/-]+) +[\d.,]+ +([\d,]+) +[\d,]+$", told))
    assert int(rules["opens/verb"]) == 20
    found = re.search(r"(?m)^stake/percent +[\d.,]+ +(\d+) +(\d+)$", told)
    assert found is not None
    assert found.groups() == ("20", "20")


def test_profile_changes_nothing(tmp_path: Path) -> None:
    """The files are those of a build that nobody watches, and the engine is left as it was."""
    (tmp_path / "a.txt").write_text(TEXT)
    for place, *options in (("plain",), ("watched", "--profile"), ("after",)):
        run("build", tmp_path / "a.txt", "-q", "-o", tmp_path / place, *options)
    for name in ("kg.ttl", "evidence.ttl", "kg.html"):
        assert len({(tmp_path / place / name).read_bytes() for place in ("plain", "watched", "after")}) == 1


def test_profile_watches_one_process(tmp_path: Path) -> None:
    """More jobs than one cannot be watched, and the usage says so."""
    (tmp_path / "a.txt").write_text(TEXT)
    result = CliRunner().invoke(cli, ["build", str(tmp_path / "a.txt"), "--profile", "-j", "2"])
    assert result.exit_code == 2
    assert "--jobs" in result.stderr
