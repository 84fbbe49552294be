"""The package as others get it: a wheel, an empty environment, a folder far from the checkout."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from test_docs import script

ROOT = Path(__file__).parents[1]

_UNREACHABLE = re.compile(
    r"connection broken by|Failed to establish a new connection|name resolution|Connection (?:refused|timed out)"
)
_LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", ".coverage*", "__pycache__")


def run(*command: object, cwd: Path) -> str:
    """What a command prints, run as on a machine that knows nothing of the checkout."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=env | {"PYTHONUTF8": "1"}, capture_output=True, text=True
    )
    told = done.stdout + done.stderr
    if done.returncode and _UNREACHABLE.search(told):
        pytest.skip("NOT TESTED: pip cannot reach a package registry")
    assert done.returncode == 0, told
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh copy of all that is committed, at a path with a blank."""
    return Path(shutil.copytree(ROOT, tmp_path / "a checkout", ignore=_LEFT_BEHIND))


@pytest.fixture
def wheel(checkout: Path, tmp_path: Path) -> Path:
    """The wheel of the checkout."""
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, checkout, cwd=tmp_path)
    (built,) = tmp_path.glob("*.whl")
    return built


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Code, curated data, ontology and licence travel; tests and what makes the verbs stay at home."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    packed = {name for name in names if name.startswith("kg/")}
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kg").rglob("*") if path.is_file()}
    code = {name for name in code if "__pycache__" not in name} - {"kg/data/generate_verbs.py"}
    assert packed == code | {f"kg/data/ontology/{path.name}" for path in (ROOT / "ontology").glob("*.ttl")}
    kinds = {Path(name).suffix for name in packed}
    assert kinds == {".py", ".typed", ".toml", ".tsv", ".rq", ".ttl", ".html", ".css", ".js", ".svg", ".txt"}
    rest = {name.partition("/")[2] for name in names - packed}
    assert rest == {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}


def test_the_wheel_works_far_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    """In an empty environment it tells its version, builds, answers, validates and holds its rules to their examples."""
    away = tmp_path / "away"
    shutil.copytree(ROOT / "source_texts", away / "source_texts")
    run(sys.executable, "-m", "venv", "env", cwd=away)
    kg, python = away / "env" / "bin" / "kg", away / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=away)
    shutil.rmtree(tmp_path / "a checkout")

    (version,) = re.findall(
        r"^Version: (.*)$", run(python, "-m", "pip", "show", "kg", cwd=away), re.MULTILINE
    )
    assert run(kg, "--version", cwd=away).split()[-1] == version
    assert run(python, "-m", "kg", "--version", cwd=away).split()[-1] == version
    run(kg, "build", cwd=away)
    for name in ("kg.ttl", "evidence.ttl", "kg.html"):
        assert (away / "graphs" / name).stat().st_size
    rows = list(csv.DictReader(io.StringIO(run(kg, "query", "partners", "--format", "csv", cwd=away))))
    assert any({"Volkswagen", "Xpeng"} <= set(row.values()) for row in rows)
    assert "conforms" in run(kg, "validate", cwd=away)
    assert run(kg, "rules", "test", "plans.toml", cwd=away).endswith("all hold\n")


def test_a_fresh_machine_needs_one_command(checkout: Path) -> None:
    """The README's first command sets everything up and builds the graphs of the articles."""
    shutil.rmtree(checkout / "graphs")
    printed = run("sh", "-c", script("run"), cwd=checkout)
    assert "wrote graphs/kg.ttl, graphs/evidence.ttl, graphs/kg.html" in printed


def test_the_verbs_are_made_as_told(checkout: Path) -> None:
    """The README's command for the verbs writes the table that is there, byte for byte."""
    table = checkout / "kg" / "data" / "verbs.tsv"
    before = table.read_bytes()
    table.unlink()
    run(sys.executable, "-m", "venv", ".venv", cwd=checkout)
    run("sh", "-c", script("verbs"), cwd=checkout)
    assert table.read_bytes() == before
