"""The command line, as a person at a terminal and a program in a pipe see it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import rdflib
from click.testing import CliRunner, Result

from kg.cli import cli

if sys.platform != "win32":
    import pty

TEXT = "Volkswagen è partner di Xpeng. Xpeng intende realizzare un data center in Europa entro il 2027."
PARTNERS = "SELECT ?a ?b { ?a auto:partnerOf ?b }"
ROOT = Path(__file__).parents[1]
OWN_RULE = """
[[rule]]
id = "own/rent"
relation = "operates"
pattern = "{subject:Organization} <affittare> {object:Facility} [in {place:Place}]"
yields = [["Xpeng ha affittato una fabbrica in Germania.", "Xpeng operates ProductionPlant in Germania | Asserted"]]
silent = ["Xpeng ha affittato una sala in Germania."]
"""


def kg(*arguments: object, stdin: str | bytes = "", code: int = 0, **env: str) -> Result:
    """Run a command in this process and see how it ends."""
    result = CliRunner(env=env).invoke(cli, [str(a) for a in arguments], input=stdin)
    assert result.exit_code == code, result.output
    return result


def process(*arguments: object, **more: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    env = os.environ | {"PYTHONPATH": str(ROOT)} | more.pop("env", {})
    return subprocess.run(
        [sys.executable, "-m", "kg", *map(str, arguments)], capture_output=True, env=env, timeout=60, **more
    )


@pytest.fixture(scope="module")
def article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An article with a front matter."""
    path = tmp_path_factory.mktemp("texts") / "articolo.md"
    path.write_text(
        f"---\ntitle: Patto\noutlet: Prova\npublished: 2024-09-03\nurl: https://example.org/1\n---\n{TEXT}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def graphs(article: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the article, built."""
    folder = tmp_path_factory.mktemp("built") / "graphs"
    kg("build", article, "-o", folder, "-q")
    return folder


# ------------------------------------------------------------------------- manners


@pytest.mark.skipif(sys.platform == "win32", reason="no times of children")
def test_help_comes_at_once() -> None:
    """Help needs less than 0.3 s of the processor: nothing heavy is imported for it."""
    before = os.times()
    assert process("--help").returncode == 0
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    assert used < 0.3


@pytest.mark.parametrize(
    "command",
    [
        "build",
        "extract",
        "query",
        "explain",
        "validate",
        "view",
        "rules",
        "rules test",
        "export",
        "import",
        "diff",
        "push",
        "report",
    ],
)
def test_every_command_has_help(command: str) -> None:
    """-h and --help say the same of each command."""
    assert kg(*command.split(), "-h").stdout == kg(*command.split(), "--help").stdout


def test_version_is_that_of_the_package() -> None:
    """The version on the command line is the one that the package is built with."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert kg("--version").stdout.split()[-1] == project["version"]
    assert process("--version").stdout.decode().split()[-1] == project["version"]


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["build", "--nonsense"], ["query"], ["explain"], ["extract", "--published", "ieri"]],
)
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    """Wrong usage says so on standard error and exits with 2."""
    result = kg(*arguments, code=2)
    assert result.stdout == ""
    assert "Error: " in result.stderr


def test_a_broken_pipe_is_silent(tmp_path: Path) -> None:
    """Whoever reads only the first line is told nothing about the rest."""
    source = tmp_path / "many.jsonl"
    source.write_text("\n".join(json.dumps({"text": f"{TEXT} {n}"}) for n in range(2000)), encoding="utf-8")
    with (
        source.open("rb") as stdin,
        subprocess.Popen(
            [sys.executable, "-m", "kg", "extract"],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        ) as running,
    ):
        assert running.stdout and running.stderr
        assert json.loads(running.stdout.readline())["p"] == "partnerOf"
        running.stdout.close()
        assert running.stderr.read() == b""


@pytest.mark.parametrize(
    "locale",
    [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "latin-1"}],
)
def test_data_is_utf_8_whatever_the_locale(locale: dict[str, str], graphs: Path) -> None:
    """What goes into a pipe is UTF-8, under a C locale too."""
    done = process("extract", input="Škoda è partner di Xpeng.".encode(), env=locale)
    assert json.loads(done.stdout.decode())["quote"] == "Škoda è partner di Xpeng"
    assert process("query", PARTNERS, graphs, "-f", "table", env=locale).returncode == 0


def test_a_fault_of_our_own_is_one_line(graphs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a fault of the program is one line; --debug shows where it lies."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by\n\x1b[31mzero")

    monkeypatch.setattr("kg.queries.ask_files", broken)
    told = kg("query", "ASK {}", graphs, code=1).stderr
    assert told.count("\n") == 1
    assert "ZeroDivisionError: by \\u001b[31mzero" in told
    assert isinstance(kg("--debug", "query", "ASK {}", graphs, code=1).exception, ZeroDivisionError)


# -------------------------------------------------------------------------- build


def test_a_build_writes_three_files_and_says_what_is_in_them(article: Path, tmp_path: Path) -> None:
    """The summary counts documents, sentences, facts by relation and unresolved mentions."""
    out = tmp_path / "new" / "graphs"
    summary = kg("build", article, "-o", out).stdout
    assert sorted(p.name for p in out.iterdir()) == ["evidence.ttl", "kg.html", "kg.ttl"]
    rows = {line.split()[0]: line.split()[1:] for line in summary.splitlines()}
    assert rows["partnerOf"] == rows["plans"] == ["1", "1"]
    assert rows["all"] == ["2", "2"]
    assert "documents 1, sentences 2, facts 2, mentions unresolved 0" in summary


def test_a_quiet_build_says_nothing(article: Path, tmp_path: Path) -> None:
    """-q leaves out summary and notices, before or after the command."""
    assert kg("build", article, "-o", tmp_path, "-q").output == ""
    assert kg("-q", "build", article, "-o", tmp_path).output == ""


def test_defaults_are_the_folders_of_a_project(
    article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without arguments source_texts is read into graphs, and the other commands read graphs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source_texts").mkdir()
    (tmp_path / "source_texts" / "a.txt").write_text(TEXT, encoding="utf-8")
    kg("build")
    assert kg("explain", "partnerOf").stdout.startswith("Xpeng partnerOf Volkswagen")
    assert kg("query", f"ASK {PARTNERS[13:]}").stdout == "true\n"
    kg("view")
    assert (tmp_path / "kg.html").read_text(encoding="utf-8").startswith("<!")


def test_the_order_of_sources_changes_nothing(article: Path, tmp_path: Path) -> None:
    """Files in any order, named twice or by their folder, give the same bytes."""
    other = article.with_name("altro.txt")
    other.write_text("Xpeng è partner di Volkswagen.", encoding="utf-8")
    orders = {"a": [article, other], "b": [other, article, other], "c": [article.parent]}
    for name, sources in orders.items():
        kg("build", *sources, "-o", tmp_path / name)
    other.unlink()
    for file in ("kg.ttl", "evidence.ttl", "kg.html"):
        assert len({(tmp_path / name / file).read_bytes() for name in orders}) == 1


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    """A dash reads a text from standard input."""
    kg("build", "-", "-o", tmp_path, stdin=TEXT)
    assert "partnerOf" in (tmp_path / "kg.ttl").read_text(encoding="utf-8")


def test_rules_of_ones_own_read_along(tmp_path: Path) -> None:
    """A rule given with --rules finds what no rule of the package does."""
    own = tmp_path / "own.toml"
    own.write_text(OWN_RULE, encoding="utf-8")
    text = "Xpeng ha affittato una fabbrica in Germania."
    assert kg("extract", stdin=text).stdout == ""
    assert json.loads(kg("extract", "--rules", own, stdin=text).stdout)["rule"] == "own/rent"


# ------------------------------------------------------------------------- extract


def test_extract_gives_json_lines_with_offsets(article: Path) -> None:
    """Into a pipe each fact is a line of JSON whose quote stands at its offsets."""
    facts = [json.loads(line) for line in kg("extract", article).stdout.splitlines()]
    text = article.read_text(encoding="utf-8")
    assert [(f["s"], f["p"]) for f in facts] == [("Xpeng", "partnerOf"), ("Xpeng", "plans")]
    assert all(text[f["start"] : f["end"]] == f["quote"] for f in facts)
    assert facts[1]["o"] == {"class": "DataCenter", "in": "Europa"}


def test_extract_reads_standard_input() -> None:
    """Standard input is a text, or JSON lines when it begins like them."""
    lines = "\n".join(json.dumps({"id": name, "text": TEXT}) for name in ("uno", "due"))
    assert {json.loads(line)["document"] for line in kg("extract", stdin=TEXT).stdout.splitlines()} == {
        "stdin"
    }
    found = [json.loads(line)["document"] for line in kg("extract", "-", stdin=lines).stdout.splitlines()]
    assert found == ["uno", "uno", "due", "due"]


def test_extract_table_is_for_people(article: Path) -> None:
    """The table names the document and shows each fact with its factuality and quote."""
    told = kg("extract", "-f", "table", article).stdout
    assert "Patto · Prova · 2024-09-03 · https://example.org/1 · articolo" in told
    assert "Xpeng plans DataCenter in Europa" in told


def test_published_dates_texts_without_a_date(article: Path) -> None:
    """--published is the day of texts that do not tell theirs, and of no others."""
    text = "Xpeng ha inaugurato una fabbrica in Germania lo scorso settembre."
    dated = [kg("extract", *more, stdin=text).stdout for more in ([], ["--published", "2023-03-01"])]
    assert "2022-09" not in dated[0]
    assert "2022-09" in dated[1]
    named = f"---\npublished: 2021-03-01\n---\n{text}"
    assert "2020-09" in kg("extract", "--published", "2023-03-01", stdin=named).stdout


# --------------------------------------------------------------------------- query


def test_rows_in_every_format(graphs: Path) -> None:
    """The rows of a SELECT come as a table, CSV, TSV, JSON and XML; CSV is the default in a pipe."""
    answers = {
        f: kg("query", PARTNERS, graphs, "-f", f).stdout for f in ("table", "csv", "tsv", "json", "xml")
    }
    assert "res:Volkswagen" in answers["table"]
    ends = {row[0].rpartition("/")[2] for row in list(csv.reader(io.StringIO(answers["csv"])))[1:]}
    assert ends == {"Volkswagen", "Xpeng"}
    assert answers["tsv"].startswith("?a\t?b\n<https://")
    assert len(json.loads(answers["json"])["results"]["bindings"]) == 2
    assert ET.fromstring(answers["xml"]).tag.endswith("sparql")
    assert kg("query", PARTNERS, graphs).stdout == answers["csv"]


@pytest.mark.parametrize(
    ("fmt", "theirs"),
    [
        ("turtle", "turtle"),
        ("ntriples", "nt"),
        ("rdfxml", "xml"),
        ("jsonld", "json-ld"),
        ("trig", "trig"),
        ("nquads", "nquads"),
    ],
)
def test_graphs_in_every_format(graphs: Path, fmt: str, theirs: str) -> None:
    """What CONSTRUCT makes is RDF that others read, in every format; Turtle is the default."""
    ask = "CONSTRUCT { ?a auto:partnerOf ?b } { ?a auto:partnerOf ?b }"
    answer = kg("query", ask, graphs, "-f", fmt).stdout
    assert len(rdflib.Dataset(default_union=True).parse(data=answer, format=theirs)) == 2
    if fmt == "turtle":
        assert kg("query", ask, graphs).stdout == answer


def test_a_query_may_be_text_name_file_or_input(graphs: Path, tmp_path: Path) -> None:
    """The same query is taken as text, from a file and from standard input; saved ones go by name."""
    file = tmp_path / "mine.rq"
    file.write_text(PARTNERS, encoding="utf-8")
    answer = kg("query", PARTNERS, graphs).stdout
    assert kg("query", file, "-g", graphs).stdout == answer
    assert kg("query", "-", graphs / "kg.ttl", stdin=PARTNERS).stdout == answer
    assert "Xpeng" in kg("query", "partners", graphs).stdout


def test_saved_queries_are_listed_and_run(graphs: Path) -> None:
    """--list names at least eight saved queries with what each tells, and all of them run."""
    listed = [line.split(maxsplit=1) for line in kg("query", "--list").stdout.splitlines()[2:]]
    assert len(listed) >= 8
    assert all(len(entry) == 2 for entry in listed)
    for name, _ in listed[:3]:
        assert kg("query", name, graphs).stdout


# ------------------------------------------------------------------------- explain

IRI = "https://w3id.org/auto-kg/"


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (["Xpeng plans"], 1),
        (["xpèng", "PLANS", "datacenter"], 1),
        (["data center"], 1),
        (["partnerOf"], 1),
        (["Xpeng"], 2),
        (["res:Xpeng"], 2),
        (["auto:plans"], 1),
        ([f"<{IRI}resource/Volkswagen>"], 1),
        ([f"{IRI}resource/document/articolo"], 2),
    ],
)
def test_explain_finds_by_words_and_by_iri(graphs: Path, wanted: list[str], count: int) -> None:
    """A fact is found by labels, relation and class, in any case and accents, or by any IRI of it."""
    told = kg("explain", *wanted, "-g", graphs).stdout
    assert told.count("(stands)") == count


def test_explain_finds_a_statement_by_its_iri(graphs: Path) -> None:
    """The IRI of a statement, as a query gives it, leads to that statement alone."""
    ask = "SELECT ?s { ?s a rdf:Statement ; rdf:predicate auto:plans }"
    iri = kg("query", ask, graphs).stdout.splitlines()[1]
    assert kg("explain", iri, "-g", graphs).stdout.startswith("Xpeng plans DataCenter in Europa")


def test_explain_tells_all_there_is_to_know(graphs: Path, article: Path) -> None:
    """The sentence with its words marked, the document, the rule with its place and pattern, the arguments."""
    told = kg("explain", "partnerOf", "-g", graphs).stdout
    assert "Asserted  «Volkswagen è partner di Xpeng»." in told
    start = article.read_text(encoding="utf-8").index(TEXT)
    span = f"characters {start} to {start + len(TEXT.partition('.')[0])}"
    assert f"document  Patto · Prova · 2024-09-03 · https://example.org/1 · articolo, {span}" in told
    assert "rule      partner/" in told
    assert "partners.toml:" in told
    assert "pattern   {subject:Organization}" in told
    assert "named in place" in told


def test_explain_tells_how_an_argument_was_found() -> None:
    """A subject that the text does not name comes with the reason for reading it so."""
    text = "Volkswagen cresce. La casa tedesca sostiene Xpeng."
    told = kg("explain", "Volkswagen supports Xpeng", "--text", "-", stdin=text).stdout
    assert "«casa tedesca» is Volkswagen" in told


def test_explain_of_a_text_reads_it_anew(
    article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--text needs no graph."""
    monkeypatch.chdir(tmp_path)
    assert "«Volkswagen è partner di Xpeng»" in kg("explain", "partnerOf", "--text", article).stdout


def test_a_fact_that_does_not_stand_says_so() -> None:
    """What is only planned is explained as such."""
    text = "Xpeng diventerà partner di Volkswagen. Xpeng parteciperà alla Dakar 2026."
    assert "(does not stand as a plain triple)" in kg("explain", "Dakar", "--text", "-", stdin=text).stdout


def test_explain_of_nothing_is_1(graphs: Path) -> None:
    """Words that no fact answers to are a failure that says what to do."""
    told = kg("explain", "Xpeng acquires", "-g", graphs, code=1).stderr
    assert "holds no fact about 'Xpeng acquires'; try" in told


# ------------------------------------------------------------------ colours, terminal


@pytest.mark.parametrize(
    ("env", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "0"}, False),
    ],
)
def test_colours_as_the_environment_says(graphs: Path, env: dict[str, str], coloured: bool) -> None:
    """FORCE_COLOR brings colours into a pipe, NO_COLOR takes them away; without them brackets mark the words."""
    clean = {"FORCE_COLOR": "", "NO_COLOR": ""}
    for arguments in (["explain", "plans", "-g", graphs], ["query", "--list"]):
        told = kg(*arguments, **(clean | env)).stdout
        assert ("\x1b[" in told) is coloured
    assert ("«" in kg("explain", "plans", "-g", graphs, **(clean | env)).stdout) is not coloured


def test_no_escape_of_a_text_reaches_the_terminal(tmp_path: Path) -> None:
    """Control characters and changes of direction in a text are shown, never sent."""
    source = tmp_path / "a.txt"
    source.write_text("Xpeng è partner di Volkswagen \x1b[2J\x07\u202e. " * 2 + TEXT * 20, encoding="utf-8")
    kg("build", source, "-o", tmp_path / "graphs", "-q")
    for arguments in (
        ["explain", "partnerOf", "-g", tmp_path / "graphs"],
        ["extract", source],
        ["extract", source, "-f", "table"],
        ["query", "evidence", tmp_path / "graphs", "-f", "table"],
        ["explain", "\x1b[2J\x07\u202e", "-g", tmp_path / "graphs"],
    ):
        told = CliRunner().invoke(cli, [str(a) for a in arguments]).output
        assert told
        assert not set("\x1b\x07\u202e") & set(told), arguments


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_terminal_gets_tables_and_clean_data(graphs: Path, tmp_path: Path) -> None:
    """On a terminal rows are a table by default, and raw data is cleaned before it is shown."""
    assert "─" in on_terminal("query", PARTNERS, graphs)
    assert "Xpeng plans DataCenter" in on_terminal("extract", stdin=TEXT)
    rude = tmp_path / "rude.ttl"
    rude.write_text('<https://example.org/a> <https://example.org/b> "\\u001b[2J" .', encoding="utf-8")
    assert "\x1b" not in on_terminal("query", "SELECT ?o { ?s ?p ?o }", rude, "-f", "csv", NO_COLOR="1")


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_progress_is_shown_to_who_waits(tmp_path: Path) -> None:
    """A build of many documents counts them at a terminal, and leaves no trace of it in a pipe."""
    source = tmp_path / "many.jsonl"
    source.write_text(
        (json.dumps({"text": "Xpeng domani cresce a Torino. " * 170}) + "\n") * 100, encoding="utf-8"
    )
    shown = on_terminal("build", source, "-o", tmp_path / "graphs")
    assert "documents 100, sentences 17,000" in shown
    bar = r"\d+/100 documents \d+/s, \d+ k characters/s 0:0\d:\d\d left"
    assert re.search(bar, re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown))
    assert b"/100 documents" not in process("build", source, "-o", tmp_path / "graphs").stderr


def on_terminal(*arguments: object, stdin: str = "", **env: str) -> str:
    """What a command shows on a terminal that is 80 columns wide."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "kg", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80", "TERM": "xterm"} | env,
    ) as running:
        os.close(theirs)
        assert running.stdin
        running.stdin.write(stdin.encode())
        running.stdin.close()
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # Linux ends a pseudo-terminal so
            pass
        os.close(ours)
    assert running.returncode == 0, shown
    return shown.decode()


# ------------------------------------------------------------- validate, view, rules


def test_validate_a_sound_graph(graphs: Path) -> None:
    """A graph that was built conforms."""
    assert kg("validate", graphs).stdout.endswith("kg.ttl\n")


def test_validate_lists_findings(graphs: Path, tmp_path: Path) -> None:
    """Violations are listed one a line, and the command exits with 1."""
    bad = tmp_path / "bad.ttl"
    bad.write_text(
        "@prefix auto: <https://w3id.org/auto-kg/ontology#> . <https://example.org/a> auto:nonsense 1 .",
        encoding="utf-8",
    )
    told = kg("validate", bad, code=1).stdout
    assert "Violation: https://w3id.org/auto-kg/ontology#nonsense: " in told


def test_view_makes_a_page_of_graph_files(graphs: Path, tmp_path: Path) -> None:
    """The page made from the files is the one that the build wrote."""
    kg("view", graphs, "-o", tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == (graphs / "kg.html").read_bytes()


def test_rules_are_listed(graphs: Path) -> None:
    """Rules are listed with relation, pattern and place; --relation chooses, also by what a plan is called."""
    every = kg("rules", "list").stdout.splitlines()
    plans = kg("rules", "list", "--relation", "auto:plans").stdout.splitlines()
    assert 2 < len(plans) < len(every)
    assert any(line.startswith("builds/verb") and "plans.toml:" in line for line in plans)
    assert "there are rules for" in kg("rules", "list", "--relation", "sells", code=2).stderr


def test_rules_are_tested(tmp_path: Path) -> None:
    """Rules of one's own are tested by their file, those of the package by id, family or file."""
    own = tmp_path / "own.toml"
    own.write_text(OWN_RULE, encoding="utf-8")
    assert kg("rules", "test", own).stdout == "1 rule, 2 examples: all hold\n"
    assert "1 rule, " in kg("rules", "test", "builds/verb").stdout
    assert "all hold" in kg("rules", "test", "plans.toml", own, "partner").stdout
    assert "no rule and no file" in kg("rules", "test", "sells", code=2).stderr


def test_a_failing_example_is_shown(tmp_path: Path) -> None:
    """A failing example comes with file, line, what was wanted and what came out, and exit code 1."""
    own = tmp_path / "own.toml"
    own.write_text(OWN_RULE.replace("Germania |", "Francia |"), encoding="utf-8")
    result = kg("rules", "test", own, code=1)
    assert result.stdout.splitlines() == [
        f"{own}:2: own/rent does not give what it should",
        "    Xpeng ha affittato una fabbrica in Germania.",
        "    want Xpeng operates ProductionPlant in Francia | Asserted",
        "    got  Xpeng operates ProductionPlant in Germania | Asserted",
    ]
    assert result.stderr == "Error: 1 rule, 2 examples: 1 failed\n"


def test_rules_of_a_family_hold() -> None:
    """kg rules test is the same test that the suite runs, here on some; the README's runs on all."""
    assert "all hold" in kg("rules", "test", "tariffs.toml", "recalls.toml").stdout


@pytest.mark.parametrize("options", [["-f", "table"], []])
def test_a_text_without_facts(options: Sequence[str]) -> None:
    """A text without facts is no error, and gives none."""
    told = kg("extract", *options, stdin="Domani pioverà.").stdout
    assert "Asserted" not in told


# ---------------------------------------------------------------------------- eval


def test_eval_scores_against_gold(article: Path, tmp_path: Path) -> None:
    """Precision and recall are told for a gold file; what was missed and what is extra is shown on request."""
    gold = tmp_path / "gold.jsonl"
    facts = [
        {"p": "partnerOf", "s": "Xpeng", "o": "Volkswagen", "f": "Asserted"},
        {"p": "basedIn", "s": "Xpeng", "o": "Cina", "f": "Asserted"},
    ]
    gold.write_text(json.dumps({"id": article.stem, "facts": facts}) + "\n", encoding="utf-8")
    told = kg("eval", gold, article, "--show").stdout
    assert [line.split()[1:3] for line in told.splitlines() if line.startswith("all ")] == [["50.0", "50.0"]]
    assert "Xpeng basedIn Cina | Asserted" in told
    assert "Xpeng plans class DataCenter in Europa" in told
    assert json.loads(kg("eval", gold, article, "-f", "json").stdout)


def test_eval_without_the_text(tmp_path: Path, article: Path) -> None:
    """A gold line whose text is not there is an error, not a miss."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "altro", "facts": []}) + "\n", encoding="utf-8")
    assert "no text is named 'altro'" in kg("eval", gold, article, code=1).stderr
