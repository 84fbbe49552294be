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

#: One worker of pytest-xdist runs all of this file, so that there is one wheel and one environment.
pytestmark = pytest.mark.xdist_group("wheel")

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


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh copy of all that is committed."""
    return Path(
        shutil.copytree(ROOT, tmp_path_factory.mktemp("fresh") / "kg project", ignore=_LEFT_BEHIND)
    )


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, checkout, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def away(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an article and an environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("away")
    run(sys.executable, "-m", "venv", folder / "env", cwd=folder)
    run(folder / "env" / "bin" / "pip", "install", "--quiet", wheel, cwd=folder)
    shutil.copytree(ROOT / "source_texts", folder / "source_texts")
    return folder


def kg(away: Path, *arguments: object) -> str:
    """Run the installed command in the folder."""
    return run(away / "env" / "bin" / "kg", *arguments, cwd=away)


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Code, curated data, ontology and licence travel; tests and what makes the verbs stay at home."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    packed = {name for name in names if name.startswith("kg/")}
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kg").rglob("*") if path.is_file()}
    code = {name for name in code if "__pycache__" not in name} - {"kg/data/generate_verbs.py"}
    assert packed == code | {f"kg/data/ontology/{path.name}" for path in (ROOT / "ontology").glob("*.ttl")}
    kinds = {Path(name).suffix for name in packed}
    assert kinds == {".py", ".typed", ".toml", ".tsv", ".rq", ".ttl", ".html", ".css", ".js"}
    rest = {name.partition("/")[2] for name in names - packed}
    assert rest == {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}


def test_it_tells_its_version(away: Path) -> None:
    """As a command and as a module, and the same that pip knows."""
    python = away / "env" / "bin" / "python"
    version = run(python, "-c", "import kg; print(kg.__version__)", cwd=away).strip()
    assert kg(away, "--version").split()[-1] == version
    assert run(python, "-m", "kg", "--version", cwd=away).split()[-1] == version
    assert f"Version: {version}\n" in run(python, "-m", "pip", "show", "kg", cwd=away)


def test_it_reads_asks_and_validates(away: Path) -> None:
    """An article becomes the graph that the checkout makes of it, which can be asked and is valid."""
    kg(away, "build")
    for name in ("kg.ttl", "evidence.ttl", "kg.html"):
        assert (away / "graphs" / name).stat().st_size
    rows = list(csv.DictReader(io.StringIO(kg(away, "query", "partners", "--format", "csv"))))
    assert any({"Volkswagen", "Xpeng"} <= set(row.values()) for row in rows)
    assert "conforms" in kg(away, "validate")


def test_its_rules_hold(away: Path) -> None:
    """The rules of a relation read their examples as they say."""
    assert kg(away, "rules", "test", "plans.toml").endswith("all hold\n")


def test_a_fresh_machine_needs_one_command(checkout: Path) -> None:
    """The README's first command sets everything up and builds the graphs of the articles."""
    shutil.rmtree(checkout / "graphs")
    printed = run("sh", "-c", script("run"), cwd=checkout)
    assert "wrote graphs/kg.ttl, graphs/evidence.ttl, graphs/kg.html" in printed


def test_the_verbs_are_made_as_told(checkout: Path) -> None:
    """The README's command for the verbs writes the table that is there, byte for byte."""
    if not (checkout / ".venv").exists():
        run(sys.executable, "-m", "venv", ".venv", cwd=checkout)
    table = checkout / "kg" / "data" / "verbs.tsv"
    before = table.read_bytes()
    table.unlink()
    run("sh", "-c", script("verbs"), cwd=checkout)
    assert table.read_bytes() == before
