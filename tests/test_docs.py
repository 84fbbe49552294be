"""The README held to its word: its commands are run, what they print is compared, its counts are counted.

``python tests/test_docs.py --update`` writes outputs and counts anew, and shows what changed.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
pty = pytest.importorskip("pty", reason="NOT TESTED: the README's commands need a terminal as Unix has it")

README = (ROOT / "README.md").read_text(encoding="utf-8")
LEXICON = ROOT / "kg" / "data" / "lexicon"
COLUMNS = 120

_BLOCK = re.compile(
    r"(?:^`(?P<file>[\w./-]*\w)`:\n+)?(?:^<!-- (?P<mark>\w+) -->\n)?^```(?P<kind>\w*)\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_STEPS = {
    "console": re.compile(r"^\$ (.*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)", re.MULTILINE),
    "python": re.compile(r"^>>> (.*\n(?:\.\.\.(?: .*)?\n)*)((?:(?!>>> ).*\n)*)", re.MULTILINE),
}
_COUNT = re.compile(r"(?<=^\| `)([\w.]+\.tsv)(` \| )([\d,]+)(?= \|)", re.MULTILINE)
_ELISION = "..."
#: Errors take a pipe, and so come without a progress bar, but in their order.
_KG = f"""#!/bin/bash
{{ "{sys.executable}" -m kg "$@" 2>&1 >&3 3>&- | cat; exit "${{PIPESTATUS[0]}}"; }} 3>&1
"""


# ------------------------------------------------------------------ what the README does


@dataclass(frozen=True, slots=True)
class Step:
    """A command or an expression, with the place of its output: ``text[start:end]``."""

    kind: str
    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: a file to be written, or steps to be taken."""

    mark: str
    file: str
    kind: str
    body: str
    steps: tuple[Step, ...]


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a Markdown text."""
    return [
        Block(
            found["mark"] or "",
            found["file"] or "",
            found["kind"],
            found["body"],
            () if found["file"] else tuple(_steps(text, found)),
        )
        for found in _BLOCK.finditer(text)
    ]


def _steps(text: str, block: re.Match[str]) -> Iterator[Step]:
    pattern = _STEPS.get(block["kind"])
    for found in pattern.finditer(text, *block.span("body")) if pattern else ():
        code = re.sub(r"^(?:> |\.\.\. ?)", "", found[1], flags=re.MULTILINE)
        yield Step(block["kind"], code, *found.span(2))


def follow(text: str, room: Path) -> Iterator[tuple[Step, str]]:
    """Do in a folder what the text shows, in order: write its files, take its steps, hand on what they print."""
    for name in ("source_texts", "graphs", "tests/gold"):
        shutil.copytree(ROOT / name, room / name)
    names: dict[str, object] = {}
    for block in blocks(text):
        if block.file:
            (room / block.file).parent.mkdir(parents=True, exist_ok=True)
            (room / block.file).write_text(block.body, encoding="utf-8")
        for step in block.steps:
            yield step, _typed(step.code, names, room) if step.kind == "python" else shell(step.code, room)


def shell(command: str, room: Path) -> str:
    """What a command prints on a plain terminal of 120 columns."""
    with TemporaryDirectory() as programs:
        kg = Path(programs, "kg")
        kg.write_text(_KG, encoding="utf-8")
        kg.chmod(0o755)
        own = {
            "PATH": f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "COLUMNS": str(COLUMNS),
            "NO_COLOR": "1",
        }
        terminal, end = pty.openpty()
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=room,
            env=os.environ | own,
            stdin=subprocess.DEVNULL,
            stdout=end,
            stderr=end,
        )
        os.close(end)
        printed = b"".join(_read(terminal))
        process.wait()
        return printed.decode().replace("\r\n", "\n")


def _read(terminal: int) -> Iterator[bytes]:
    with contextlib.suppress(OSError):  # what Linux says when the other end is closed
        while data := os.read(terminal, 65_536):
            yield data
    os.close(terminal)


def _typed(code: str, names: dict[str, object], room: Path) -> str:
    """What the interpreter prints."""
    with contextlib.chdir(room), contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            exec(compile(code, "README.md", "single"), names)
        except Exception as exc:
            print(*traceback.format_exception_only(exc), sep="", end="")
    return printed.getvalue()


# --------------------------------------------------------------- what it says of that


def agree(want: str, got: str) -> bool:
    """Whether outputs are equal but for blanks at the ends; a line of three dots stands for any lines."""
    lines = (".*?" if line == _ELISION else re.escape(line) for line in _lines(want))
    return bool(re.fullmatch("\n".join(lines), "\n".join(_lines(got)), re.DOTALL))


def renewed(want: str, got: str) -> str:
    """The output to be shown: as it is while it agrees, else what came, left out where it was before."""
    if agree(want, got):
        return want
    lines, shown = _lines(got), _lines(want)
    if _ELISION in shown:
        head, tail = shown.index(_ELISION), shown[::-1].index(_ELISION)
        if head + tail < len(lines):
            lines = [*lines[:head], _ELISION, *lines[len(lines) - tail :]]
    apart = re.search(r"\n*\Z", "\n" + want)
    return "".join(f"{line}\n" for line in lines) + (apart[0][1:] if apart else "")


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


def rewritten(text: str, results: list[tuple[Step, str]]) -> str:
    """The text with outputs and counts as they are now."""
    for step, got in reversed(results):
        text = text[: step.start] + renewed(text[step.start : step.end], got) + text[step.end :]
    return _COUNT.sub(lambda found: f"{found[1]}{found[2]}{entries(LEXICON / found[1]):,}", text)


def entries(table: Path) -> int:
    """How many entries a table of the lexicon has below its heads; notes do not count."""
    _, *lines = (x for x in table.read_text(encoding="utf-8").splitlines() if x and not x.startswith("#"))
    return len(lines)


def update(path: Path) -> None:
    """Bring a README up to date, and show what changed; while rules fail their examples it is left alone."""
    text = path.read_text(encoding="utf-8")
    with TemporaryDirectory() as room:
        told = shell("kg --quiet rules test", Path(room))
        if told:
            sys.exit(f"{told}README.md is left as it is until the rules hold")
        fresh = rewritten(text, list(follow(text, Path(room))))
    path.write_text(fresh, encoding="utf-8")
    print(
        *difflib.unified_diff(text.splitlines(), fresh.splitlines(), "before", "now", lineterm=""), sep="\n"
    )


# ----------------------------------------------------------------------------- tests


def test_the_readme_shows_what_is_printed(tmp_path: Path) -> None:
    """Each command and expression prints what the README says, and the lexicon counts what it says.

    Where not, tests/test_docs.py --update mends it.
    """
    results = list(follow(README, tmp_path))
    for step, got in results:
        want = README[step.start : step.end]
        assert agree(want, got), f"{step.code}prints\n{got}\nthe README says\n{want}"
    assert rewritten(README, results) == README


def test_an_update_writes_what_is_printed(tmp_path: Path) -> None:
    """Stale outputs give way, blank lines between commands and lines left out stay."""
    stale = (
        "`a b.txt` is no file, this is one:\n\n`x/a.txt`:\n\n```text\none\ntwo\n```\n\n"
        "```console\n$ cat x/a.txt\nuno\n\n$ printf '%s\\n' \\\n> 1 2 3 4\n0\n...\n0\n```\n\n"
        "```python\n>>> for n in (1, 2):\n...     n\n3\n>>> 1 / 0\n```\n"
    )
    fresh = (
        stale.replace("uno\n", "one\ntwo\n")
        .replace("0\n...\n0\n", "1\n...\n4\n")
        .replace("3\n>>>", "1\n2\n>>>")
        .replace("1 / 0\n", "1 / 0\nZeroDivisionError: division by zero\n")
    )
    assert rewritten(stale, list(follow(stale, tmp_path))) == fresh


@pytest.mark.parametrize(
    ("want", "got", "same"),
    [
        ("a\nb\n", "a  \nb\n\n", True),
        ("a\nb\n", "a\nc\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\n", "a\nb\n", True),
        ("...\nd\n", "a\nb\n", False),
        ("a ... c\n", "a b c\n", False),
        ("", "a\n", False),
    ],
)
def test_outputs_are_compared_line_by_line(want, got, same) -> None:
    """Trailing blanks do not count, three dots alone on a line stand for lines, all else is exact."""
    assert agree(want, got) is same
    assert agree(renewed(want, got), got)


def _commands() -> Iterator[tuple[str, str]]:
    from kg.cli import cli

    waiting = [("kg", cli)]
    while waiting:
        name, command = waiting.pop()
        yield name, command.help or ""
        waiting += [(f"{name} {key}", each) for key, each in getattr(command, "commands", {}).items()]


def test_every_command_is_told_and_shown() -> None:
    """Each command has help, and the README runs it."""
    for name, told in _commands():
        assert told, name
        assert re.search(rf"^\$ (?:.* \| )?{name}\b", README, re.MULTILINE), f"the README never runs {name}"


def test_every_module_is_told() -> None:
    """The layout in the README names each module."""
    modules = {path.name for path in (ROOT / "kg").glob("*.py")} - {"__init__.py", "__main__.py"}
    assert sorted(name for name in modules if f"`{name}`" not in README) == []


def test_every_table_of_the_lexicon_is_told() -> None:
    """The README has a line with the count of each file."""
    assert {name for name, *_ in _COUNT.findall(README)} == {path.name for path in LEXICON.glob("*.tsv")}


def test_every_link_leads_somewhere() -> None:
    """What the README points to in the repository is there."""
    linked = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)
    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []


def script(mark: str) -> str:
    """The one block of commands under this mark."""
    (body,) = (block.body for block in blocks(README) if block.mark == mark)
    return body


def test_every_script_is_held_by_a_test() -> None:
    """No commands stand in the README but those that the tests here and in test_wheel.py run."""
    told = [block.mark for block in blocks(README) if block.kind == "sh"]
    assert sorted(told) == ["benchmarks", "checks", "picture", "run", "speed", "tests", "verbs"]


def test_ci_runs_the_very_test_command(tmp_path: Path) -> None:
    """.ci/run hands the README's test command, and nothing else, to the shell."""
    (tmp_path / "sh").write_text('#!/bin/bash\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    (tmp_path / "sh").chmod(0o755)
    done = subprocess.run(
        ["bash", ROOT / ".ci" / "run"],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"-c\n{script('tests')}"


def test_the_code_passes_its_checks() -> None:
    """ruff and mypy find nothing."""
    for line in script("checks").splitlines():
        program, *arguments = line.removeprefix(".venv/bin/").split()
        found = shutil.which(program, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        if not found:
            pytest.skip(f"NOT CHECKED: {program} is not installed")
        done = subprocess.run([found, *arguments], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_figures_can_be_measured(tmp_path: Path) -> None:
    """The commands behind the figures run."""
    shutil.copytree(ROOT / "source_texts", tmp_path / "source_texts")
    printed = shell(f"set -e\n{script('speed')}", tmp_path)
    assert printed.count("real") == script("speed").count("time ")
    assert "Error" not in printed


@pytest.mark.parametrize(
    ("what", "small"),
    [
        ("reading", "--engine kg --runs 1 --characters 3000 --only"),
        ("start", "--starts 1 --command 'kg --help'"),
        ("store", "--sizes 1k --runs 1 --limit 20"),
    ],
)
def test_the_benchmarks_can_be_run(what: str, small: str, tmp_path: Path) -> None:
    """The commands behind the tables run, here on little."""
    _, *lines = script("benchmarks").splitlines()
    (line,) = (line for line in lines if f"benchmarks {what}" in line)
    (tmp_path / "news.txt").write_text("Stellantis ha acquisito Opel.\n", encoding="utf-8")
    command = line.replace("FILE", str(tmp_path / "news.txt"))
    printed = shell(f"{command} {small} && echo done", ROOT)
    assert printed.endswith("done\n")
    assert "failed" not in printed


@pytest.mark.browser
def test_the_picture_can_be_taken(tmp_path: Path) -> None:
    """The script behind the README's pictures gives a picture."""
    import take_screenshot

    assert Path(take_screenshot.__file__).name in script("picture")
    picture = tmp_path / "viewer.png"
    take_screenshot.take(ROOT / "graphs" / "kg.html", picture, "#node=Xpeng")
    assert picture.read_bytes().startswith(b"\x89PNG")


if __name__ == "__main__":
    if sys.argv[1:] != ["--update"]:
        sys.exit(f"usage: {sys.argv[0]} --update")
    update(ROOT / "README.md")
