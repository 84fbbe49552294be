"""What cannot be done is one clear line and an exit code, and leaves nothing behind."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import cli
from kg.model import OutputError
from kg.outputs import write_whole

ROOT = Path(__file__).parents[1]
TEXT = "Volkswagen è partner di Xpeng. Xpeng intende realizzare un data center in Europa.\n"
PATTERN = 'pattern = "{subject:Organization} <affittare> {object:Facility}"'
RULE = f"""
[[rule]]
id = "own/rent"
relation = "operates"
{PATTERN}
yields = [["Xpeng ha affittato una fabbrica.", "Xpeng operates ProductionPlant | Asserted"]]
silent = ["Xpeng ha affittato una sala."]
"""


def kg(*arguments: object, code: int, stdin: str | bytes = "") -> Result:
    """Run a command and see that it ends as it should."""
    result = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def build_fails(source: object, output: Path) -> str:
    """The one line that a build ends with; what was built before is there untouched, and nothing else."""
    output.mkdir()
    for name in ("kg.ttl", "evidence.ttl", "kg.html"):
        (output / name).write_text("old", encoding="utf-8")
    result = kg("build", source, "-o", output, code=1)
    assert {p.name: p.read_text(encoding="utf-8") for p in output.iterdir()} == {
        "evidence.ttl": "old",
        "kg.html": "old",
        "kg.ttl": "old",
    }
    assert result.stdout == ""
    return one_line(result)


def one_line(result: Result) -> str:
    """The only line on standard error, less its "Error: "."""
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr.removeprefix("Error: ").strip()


# ------------------------------------------------------------------------- sources


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.txt", b"", "a.txt: is empty; put a text in it or leave it out"),
        ("a.txt", b" \n\t\n", "a.txt: is empty"),
        ("a.txt", bytes(range(256)) * 40, "a.txt: is binary, not text"),
        ("a.md", b"%PDF-1.7 ...", "a.md: is a PDF, not text; convert it"),
        ("a.md", b"---\ntitle: Senza fine\n", "a.md:1: front matter does not end"),
        (
            "a.md",
            b"---\ntitle: A\npublished: ieri\n---\nTesto.",
            "a.md:3: published 'ieri' cannot be used; write a date",
        ),
        ("a.md", b"---\ntitle: A\nauthor: B\n---\nTesto.", "a.md:3: unknown key 'author'; use "),
        ("a.jsonl", b'{"text": "Bene."}\n{"text": ', "a.jsonl:2: is not JSON"),
        ("a.jsonl", b'{"title": "Senza testo"}\n', 'a.jsonl:1: has no "text"'),
    ],
)
def test_a_source_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """A bad source stops the build with one line that says what, where and what to do."""
    source = tmp_path / name
    source.write_bytes(content)
    assert words in build_fails(source, tmp_path / "graphs")
    assert words in one_line(kg("extract", source, code=1))


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    """A missing file or folder is named."""
    assert build_fails(tmp_path / "no.txt", tmp_path / "graphs").endswith(
        "no.txt: does not exist; check the path"
    )
    assert "no.txt" in one_line(kg("extract", tmp_path / "no.txt", code=1))


def test_a_folder_without_texts(tmp_path: Path) -> None:
    """A folder that holds no text says which would count."""
    (tmp_path / "empty").mkdir()
    assert "holds no .jsonl, .md, .txt file" in build_fails(tmp_path / "empty", tmp_path / "graphs")


def test_no_sources_and_no_graphs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the default folders are missing, every command says so."""
    monkeypatch.chdir(tmp_path)
    assert "source_texts: does not exist" in one_line(kg("build", code=1))
    for command in (["query", "partners"], ["explain", "Xpeng"], ["validate"], ["view"]):
        assert "graphs: there is no such folder here; run kg build" in one_line(kg(*command, code=1))
    assert list(tmp_path.iterdir()) == []


def test_one_bad_file_among_many(tmp_path: Path) -> None:
    """One bad file in a folder stops the whole build."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for n in range(20):
        (folder / f"{n:02}.txt").write_text(TEXT, encoding="utf-8")
    (folder / "07.txt").write_bytes(b"")
    assert "07.txt: is empty" in build_fails(folder, tmp_path / "graphs")


def test_bad_standard_input() -> None:
    """Standard input is refused as a file would be."""
    assert one_line(kg("extract", code=1)).startswith("stdin: is empty")
    assert one_line(kg("extract", stdin=b"\x00\x01", code=1)).startswith("stdin: is binary")


def test_latin_1_is_read_with_a_notice(tmp_path: Path) -> None:
    """A text that is not UTF-8 is read as Windows-1252, and the reader is told."""
    source = tmp_path / "vecchio.txt"
    source.write_bytes("Volkswagen è partner di Xpeng, perché “conviene”.".encode("cp1252"))
    result = kg("build", source, "-o", tmp_path / "graphs", code=0)
    assert result.stderr == f"Notice: {source}: not valid UTF-8, read as Windows-1252\n"
    assert "Volkswagen è partner" in (tmp_path / "graphs" / "evidence.ttl").read_text(encoding="utf-8")


def test_a_long_text_takes_its_time_and_no_more(tmp_path: Path) -> None:
    """Two million characters in one file are read in one go, in time that grows with the length alone."""
    source = tmp_path / "lungo.txt"
    source.write_text(TEXT * (2_000_000 // len(TEXT)), encoding="utf-8")
    begun = time.process_time()
    kg("extract", source, code=0)
    assert time.process_time() - begun < 60


def test_a_text_without_a_single_full_stop(tmp_path: Path) -> None:
    """Half a million characters without a stop or a line break do not stall the reading."""
    source = tmp_path / "fiume.txt"
    source.write_text("Volkswagen partner di Xpeng con la casa tedesca e " * 10_000, encoding="utf-8")
    command = [sys.executable, "-m", "kg", "extract", str(source)]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, timeout=30
    )
    assert done.returncode == 0


# --------------------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ("[[rule]\n", ["1: is not valid TOML"]),
        ("", []),
        (RULE.replace('relation = "operates"\n', ""), ["2: own/rent: relation is missing"]),
        (RULE.replace("{subject:", "{sbj:"), ["2: own/rent: no slot for the subject"]),
        (RULE.replace("<affittare>", "<afitare>") + RULE.replace("Facility}", "Facilty}").replace("rent", "let"),
         ["5: own/rent: 'afitare' in", "12: own/let: 'Facilty' in"]),
        (RULE + RULE, ["9: rule id 'own/rent' is taken by own.toml:2"]),
        (RULE.replace("silent", "quiet"), ["2: own/rent: 'quiet' is no part of a rule", "2: own/rent: silent is missing"]),
    ],
)  # fmt: skip
def test_a_broken_rule_file(tmp_path: Path, content: str, places: list[str]) -> None:
    """Every fault of a rule file is told at once, each with file and line, whatever command reads it."""
    rules = tmp_path / "own.toml"
    rules.write_text(content, encoding="utf-8")
    code = 1 if places else 0
    for command in (["extract", "--rules", rules], ["rules", "list", "--rules", rules]):
        told = kg(*command, stdin=TEXT, code=code).stderr.splitlines()
        assert len(told) == (len(places) + 1 if places else 0)
        for line, place in zip(told, places, strict=False):
            assert line.startswith(f"own.toml:{place}")


def test_rules_that_are_not_there(tmp_path: Path) -> None:
    """A rule file that is missing or is a folder is a fault like others."""
    for path in (tmp_path / "no.toml", tmp_path):
        assert path.name in kg("rules", "list", "--rules", path, code=1).stderr


# ----------------------------------------------------------------- queries and graphs


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small graph."""
    path = tmp_path_factory.mktemp("graph") / "a.ttl"
    path.write_text("<https://example.org/a> <https://example.org/b> 1 .", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?a { ?a ?b", "query line 1"),
        ("SELECT ?a\n{ ?a foo:bar ?b }", "prefix"),
        ("nonsense", "nonsense: no saved query, .rq file or SPARQL; saved are "),
        ("no.rq", "no.rq: cannot be read"),
        ("", "Missing argument 'QUERY'"),
        ("INSERT DATA { <a:b> <a:c> <a:d> }", "only read"),
        ("SELECT * { SERVICE <http://example.org/> { ?a ?b ?c } }", "SERVICE is refused"),
    ],
)
def test_a_bad_query(graph: Path, query: str, words: str) -> None:
    """A query that cannot be run is one line that says what is wrong with it."""
    result = kg("query", query, graph, code=1 if query else 2)
    assert words in result.stderr
    assert result.stdout == ""
    if query:
        one_line(result)


def test_a_bad_query_on_standard_input(graph: Path) -> None:
    """What is no text, or no query, on standard input is refused."""
    one_line(kg("query", "-", graph, stdin=b"\xff\xfe\x00", code=1))
    one_line(kg("query", "-", graph, stdin="", code=1))


_ROW = "{ VALUES ?x { 1 2 3 4 5 6 7 8 9 0 } }"


@pytest.mark.parametrize(
    ("query", "options", "words"),
    [
        ("SELECT * " + _ROW, ("--max-rows", 9), "the answer has more than 9 rows; ask for fewer with LIMIT"),
        (
            "SELECT (COUNT(*) AS ?n) {" + "".join(_ROW.replace("x", f"x{n}") for n in range(12)) + "}",
            ("--timeout", 0.5),
            "stopped after 0.5 s without an answer; ask for less, or grant more",
        ),
        (
            "SELECT * {" + "".join(_ROW.replace("x", f"x{n}") for n in range(9)) + "} ORDER BY ?x8",
            ("--max-memory", 256),
            "stopped: it broke the engine or took more than 256 MB",
        ),
    ],
)
def test_a_query_without_end(graph: Path, query: str, options: tuple[object, ...], words: str) -> None:
    """What takes more time, memory or rows than it may is stopped, and nothing of it is shown."""
    result = kg("query", query, graph, *options, code=1)
    assert words in one_line(result)
    assert result.stdout == ""


def test_a_file_without_end(tmp_path: Path) -> None:
    """A file that unfolds to more than memory holds does no harm."""
    bomb = tmp_path / "bomb.nt.gz"
    bomb.write_bytes(gzip.compress(b"#" * 1_000_000) * 300)
    assert "memory" in one_line(kg("query", "ASK {}", bomb, "--max-memory", 256, code=1))


def test_an_unknown_format(graph: Path) -> None:
    """A format that does not exist is wrong usage, one that does not fit the answer a failure."""
    assert "'yaml' is not one of 'table', 'csv'" in kg("query", "ASK {}", graph, "-f", "yaml", code=2).stderr
    assert "'yaml' is not one of 'jsonl', 'table'" in kg("extract", "-f", "yaml", code=2).stderr
    assert one_line(kg("query", "SELECT * { ?s ?p ?o }", graph, "-f", "turtle", code=1)).startswith(
        "turtle: "
    )
    assert one_line(kg("query", "DESCRIBE <a:b>", graph, "-f", "csv", code=1)).startswith("csv: ")


@pytest.mark.parametrize("command", [["query", "ASK {}"], ["validate"], ["view", "-o", "page.html"]])
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ttl", "<a> <b> ", "a.ttl"),
        ("a.csv", "a,b", "a.csv: not a kind of RDF file known here"),
        ("a.jsonld", "{", "a.jsonld"),
        ("no.ttl", None, "no.ttl"),
        ("empty", "", "empty: no RDF file in this folder"),
    ],
)
def test_a_bad_graph_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    name: str,
    content: str | None,
    words: str,
) -> None:
    """A graph file that cannot be read is named, by whatever command reads it, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    if content:
        Path(name).write_text(content, encoding="utf-8")
    elif content == "":
        Path(name).mkdir()
    assert words in one_line(kg(*command, name, code=1))
    assert not Path("page.html").exists()


def test_a_graph_without_statements_cannot_be_explained(graph: Path) -> None:
    """RDF from elsewhere holds no facts to explain."""
    assert "holds no fact about" in one_line(kg("explain", "Xpeng", "-g", graph, code=1))


# -------------------------------------------------------------------------- output


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A text that gives facts."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_file_in_the_place_of_the_output_folder(source: Path, tmp_path: Path) -> None:
    """A file where the output folder should be is left alone."""
    for output in (source, source / "deeper"):
        told = one_line(kg("build", source, "-o", output, code=1))
        assert told == f"{source}: is a file, a folder was to be there; name another place with -o"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_in_the_place_of_an_output_file(source: Path, tmp_path: Path) -> None:
    """A folder where one of the files should go keeps the others from being written too."""
    output = tmp_path / "graphs"
    (output / "kg.html").mkdir(parents=True)
    assert "kg.html: is a folder" in one_line(kg("build", source, "-o", output, code=1))
    assert [p.name for p in output.iterdir()] == ["kg.html"]
    kg("build", source, "-o", tmp_path / "good", code=0)
    assert "graphs: is a folder" in one_line(kg("view", tmp_path / "good", "-o", output, code=1))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder that takes no files")
def test_an_output_folder_that_takes_no_files(source: Path) -> None:
    """Where nothing can be written the file system's reason is told."""
    assert one_line(kg("build", source, "-o", "/proc/graphs", code=1)).startswith("/proc/graphs")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_standard_output(source: Path) -> None:
    """When the output of a command cannot be written, that is told in one line."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kg", "extract", str(source)],
            stdout=full,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    assert (done.returncode, done.stderr) == (
        1,
        b"Error: cannot be read or written (No space left on device)\n",
    )


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the second of two files cannot be written, the first is as it was, and nothing is left over."""
    first, second = tmp_path / "a" / "first", tmp_path / "b" / "c" / "second"
    write_whole({first: "old"})

    def full(_: int) -> None:
        if len(list(second.parent.glob("*"))) == 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"second: cannot be written \(No space left on device\)"):
        write_whole({first: "new", second: "new"})
    assert first.read_text(encoding="utf-8") == "old"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "first"]


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_an_interruption_leaves_all_or_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Ctrl-C while files are written leaves all as it was; while they are put in place, it waits until they are."""
    files: Mapping[Path, str] = {tmp_path / name: "new" for name in ("a", "b", "c")}
    write_whole(dict.fromkeys(files, "old"))
    real: Callable[..., object] = getattr(Path if moment == "replace" else os, moment)

    def interrupted(*arguments: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return real(*arguments)

    monkeypatch.setattr(Path if moment == "replace" else os, moment, interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(files)
    assert {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} == dict.fromkeys(
        ("a", "b", "c"), "new" if moment == "replace" else "old"
    )


def test_files_keep_their_mode_and_links_stay_links(tmp_path: Path) -> None:
    """Writing again changes the content of a file and nothing else about it."""
    real, link = tmp_path / "real", tmp_path / "link"
    write_whole({real: "old"})
    real.chmod(0o640)
    link.symlink_to(real)
    write_whole({link: "new"})
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "new"
    assert real.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="no signals as on POSIX")
def test_an_interrupted_build(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a build exits with 130, in one line, with the old files as they were."""
    source, output = tmp_path / "a.jsonl", tmp_path / "graphs"
    source.write_text(f'{{"text": "{TEXT.strip() * 20}"}}\n' * 20_000, encoding="utf-8")
    output.mkdir()
    (output / "kg.ttl").write_text("old", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "kg", "build", str(source), "-o", str(output)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as running:
        time.sleep(1.5)
        running.send_signal(signal.SIGINT)
        told, error = running.communicate(timeout=30)
    assert (running.returncode, told, error) == (130, b"", b"Interrupted\n")
    assert {p.name: p.read_text(encoding="utf-8") for p in output.iterdir()} == {"kg.ttl": "old"}
