"""The command line: ``kg build``, ``extract``, ``query``, ``explain``, ``validate``, ``view`` and ``rules``.

Results go to standard output, everything else to standard error. The command ends with 0 when all
is well, 1 for findings and for what cannot be done, 2 for wrong usage and 130 after Ctrl-C. Heavy
modules are imported where they are used, so that help comes at once.
"""

from __future__ import annotations

import atexit
import gc
import io
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg import __version__
from kg.model import CurationError, Document, KgError, QueryError, SourceError, Statement
from kg.terminal import (
    clean,
    document_line,
    draw_explanation,
    draw_failure,
    draw_table,
    emit,
    emit_json,
    watched,
)

if TYPE_CHECKING:
    from kg.pipeline import Extraction, Reader
    from kg.rules import Rule

F = TypeVar("F", bound=Callable[..., Any])

_QUERY_FORMATS = (
    "table",
    "csv",
    "tsv",
    "json",
    "xml",
    "turtle",
    "ntriples",
    "nquads",
    "trig",
    "jsonld",
    "rdfxml",
)
_GRAPHS = Path("graphs")
_RDF = (".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf")
_STDIN = "-"

# ------------------------------------------------------------------------ behaviour


class _Commands(click.Group):
    """Commands in the order of their work, whose every failure is one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click has it
        """The commands as they are written below."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted", err=True)
            ctx.exit(130)
        except KgError as exc:
            if ctx.meta.get("kg.debug"):
                raise
            if isinstance(exc, CurationError):
                click.echo(clean(str(exc)), err=True)
                raise click.ClickException(
                    f"{_counted(len(exc.faults), 'fault')} in rules or lexicon; mend and run again"
                ) from exc
            raise click.ClickException(clean(" ".join(str(exc).split()))) from exc
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except OSError as exc:
            if ctx.meta.get("kg.debug"):
                raise
            where = clean(f"{exc.filename}: " if exc.filename else "")
            raise click.ClickException(f"{where}cannot be read or written ({exc.strerror})") from exc
        except MemoryError as exc:
            raise click.ClickException("there is not enough memory; give fewer or shorter texts") from exc
        except Exception as exc:
            if ctx.meta.get("kg.debug"):
                raise
            fault = clean(" ".join(f"{type(exc).__name__}: {exc}".split()))
            raise click.ClickException(
                f"this should not happen ({fault}); run again with --debug and report it"
            ) from exc


def _remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    if value:
        ctx.meta[f"kg.{param.name}"] = value


def _common(command: F) -> F:
    """The flags that every command takes."""
    for option in (
        click.option(
            "--debug", is_flag=True, expose_value=False, callback=_remember, help="Show tracebacks."
        ),
        click.option(
            "-q", "--quiet", is_flag=True, expose_value=False, callback=_remember, help="Print results alone."
        ),
    ):
        command = option(command)
    return command


def _quiet() -> bool:
    return bool(click.get_current_context().meta.get("kg.quiet"))


def _notice(text: str) -> None:
    if not _quiet():
        click.echo(f"Notice: {clean(text)}", err=True)


_rules_option = click.option(
    "--rules",
    "rule_files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A TOML file with rules of one's own, beside those of the package; may be given again.",
)
_graph_option = click.option(
    "-g",
    "--graph",
    "graphs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="An RDF file or a folder of them; may be given again.  [default: graphs]",
)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
@_common
def cli() -> None:
    """Read car-industry news in Italian and turn it into a knowledge graph that can be trusted."""
    ctx = click.get_current_context()
    if os.environ.get("NO_COLOR"):
        ctx.color = False
    elif os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        ctx.color = True


def main() -> None:
    """Run the command line of this process."""
    # Curated data is a million small objects that stay: to look for garbage among them costs a tenth of a build.
    gc.set_threshold(200_000, 20, 20)
    atexit.register(gc.freeze)  # nor is there garbage to look for on the way out: a sixth of a build
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Data is UTF-8 whatever the locale; a terminal keeps its encoding and sees the rest as escapes.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    try:
        cli(prog_name="kg")
    except KeyboardInterrupt:
        sys.exit(130)


# ------------------------------------------------------------------------- reading


@cli.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=_GRAPHS,
    show_default=True,
    help="The folder to write to.",
)
@_rules_option
@_common
def build(sources: tuple[Path, ...], output: Path, rule_files: tuple[Path, ...]) -> None:
    """Read SOURCES into a graph and a page.

    Writes kg.ttl, evidence.ttl and kg.html, all of them or none. SOURCES are .txt, .md and .jsonl files, folders of them, or - for standard input;
    by default the folder source_texts.
    """
    from kg.knowledge import Knowledge
    from kg.outputs import check_places, write_whole
    from kg.pipeline import Reader
    from kg.statements import collect

    places = [output / name for name in ("kg.ttl", "evidence.ttl", "kg.html")]
    check_places(places)
    documents = _documents(sources or (Path("source_texts"),))
    reader = Reader.load(rule_files=rule_files)
    extractions = [reader.read(d) for d in watched(documents, unit="documents", show=not _quiet())]
    statements = collect(chain.from_iterable(e.found for e in extractions))
    knowledge = Knowledge(tuple(statements))
    contents = (knowledge.turtle(), knowledge.evidence_turtle(), knowledge.html())
    write_whole(dict(zip(places, contents, strict=True)))
    if not _quiet():
        _summarize(extractions, statements, places)


def _summarize(
    extractions: Sequence[Extraction], statements: Sequence[Statement], files: Iterable[Path]
) -> None:
    from kg.statements import stands

    told = Counter(s.claim.relation for s in statements)
    standing = Counter(s.claim.relation for s in statements if stands(s))
    rows = [(relation, f"{told[relation]:,}", f"{standing[relation]:,}") for relation in sorted(told)]
    rows.append(("all", f"{told.total():,}", f"{standing.total():,}"))
    counts = {
        "documents": len(extractions),
        "sentences": sum(e.sentences for e in extractions),
        "facts": len(statements),
        "mentions unresolved": sum(e.unresolved for e in extractions),
    }
    draw_table(("relation", "facts", "that stand"), rows)
    click.echo(", ".join(f"{name} {number:,}" for name, number in counts.items()))
    click.echo(clean(f"wrote {', '.join(map(str, files))}"))


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-f",
    "--format",
    "fmt",
    type=click.Choice(["jsonl", "table"]),
    help="[default: table on a terminal, else jsonl]",
)
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="The day of publication of texts that do not tell theirs.",
)
@_rules_option
@_common
def extract(
    files: tuple[Path, ...], fmt: str | None, published: datetime | None, rule_files: tuple[Path, ...]
) -> None:
    """Print the facts of FILES.

    They come one document at a time. Without FILES, or for -, standard input is
    read: a text, or JSON lines.
    """
    from kg.pipeline import Reader

    show = _show_table if (fmt or _default("table", "jsonl")) == "table" else _show_lines
    documents = _documents(files or (Path(_STDIN),))
    reader = Reader.load(rule_files=rule_files)
    for document in documents:
        source = document.source
        if published and not source.published:
            document = replace(document, source=replace(source, published=published.date()))  # noqa: PLW2901
        show(reader.read(document))


def _show_lines(extraction: Extraction) -> None:
    from kg.facts import to_fact

    for claim, evidence in extraction.found:
        emit_json(to_fact(claim, evidence))


def _show_table(extraction: Extraction) -> None:
    from kg.facts import words

    rows = [(words(claim), evidence.factuality.value, evidence.quote) for claim, evidence in extraction.found]
    draw_table(("fact", "factuality", "quote"), rows, title=document_line(extraction.source))


def _documents(paths: Sequence[Path]) -> Iterator[Document]:
    """The documents of standard input, where a path says so, and of the files."""
    from kg.read import read_bytes, read_sources

    files = [path for path in paths if str(path) != _STDIN]
    named = read_sources(files, notice=_notice) if files else iter(())  # paths are checked here and now
    if len(files) == len(paths):
        return named
    if sys.stdin.isatty():
        _notice("reading from the terminal; end the text with Ctrl-D")
    data = sys.stdin.buffer.read()
    name = "stdin.jsonl" if data.lstrip().startswith(b"{") else "stdin"
    return chain(read_bytes(data, name, notice=_notice), named)


def _default(on_terminal: str, elsewhere: str) -> str:
    return on_terminal if sys.stdout.isatty() else elsewhere


# -------------------------------------------------------------------------- asking


@cli.command()
@click.argument("sparql", required=False, metavar="QUERY")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "fmt",
    type=click.Choice(_QUERY_FORMATS),
    help="[default: table on a terminal, else csv or turtle]",
)
@click.option("--list", "listed", is_flag=True, help="Print the names of the saved queries.")
@_graph_option
@_common
def query(
    sparql: str | None, files: tuple[Path, ...], fmt: str | None, graphs: tuple[Path, ...], *, listed: bool
) -> None:
    """Ask a graph in SPARQL.

    QUERY is SPARQL, a .rq file, the name of a saved query, or - for standard input.
    FILES are RDF files or folders of them, by default the folder graphs.
    """
    from kg.queries import resolve_query, saved_queries
    from kg.store import open_store, render, table
    from kg.store import query as ask

    if listed:
        draw_table(("query", "what it tells"), [(q.name, q.help) for q in saved_queries()])
        return
    if not sparql:
        raise click.UsageError("Missing argument 'QUERY'; --list shows the saved ones.")
    text = sys.stdin.buffer.read().decode(errors="replace") if sparql == _STDIN else resolve_query(sparql)
    result = ask(open_store(_graphs((*files, *graphs))), text)
    chosen = fmt or _default("table", "turtle" if result.kind == "graph" else "csv")
    if chosen == "table":
        heads, *rows = table(result)
        draw_table(heads, rows)
    else:
        emit(render(result, chosen))


@cli.command()
@click.argument("wanted", nargs=-1, required=True, metavar="WORDS...")
@click.option(
    "--text",
    "text_file",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Explain what is read in this text, not a graph.",
)
@_graph_option
@_rules_option
@_common
def explain(
    wanted: tuple[str, ...], text_file: Path | None, graphs: tuple[Path, ...], rule_files: tuple[Path, ...]
) -> None:
    """Say why facts are held.

    Prints the sentence, the rule, and how each argument was found. WORDS are a label, a relation, an IRI, or words of the fact: Xpeng plans.
    """
    from kg.explain import explain as explained
    from kg.pipeline import Reader

    reader = Reader.load(rule_files=rule_files)
    statements = _read_now(reader, text_file) if text_file else _stored(_graphs(graphs))
    found = explained(statements, " ".join(wanted), rules=reader.rules)
    if not found:
        where = text_file or ", ".join(map(str, _graphs(graphs)))
        raise QueryError(f"{where}: holds no fact about {' '.join(wanted)!r}; try fewer words, or a label")
    for explanation in found:
        draw_explanation(explanation)


def _read_now(reader: Reader, path: Path) -> list[Statement]:
    from kg.statements import collect

    return collect(chain.from_iterable(reader.read(document).found for document in _documents([path])))


def _stored(paths: Sequence[Path]) -> list[Statement]:
    from kg.restore import statements
    from kg.store import open_store, triples

    return statements(triples(open_store(paths)))


def _graphs(paths: Sequence[Path]) -> Sequence[Path]:
    if paths or _GRAPHS.exists():
        return paths or (_GRAPHS,)
    raise QueryError(f"{_GRAPHS}: there is no such folder here; run kg build, or name a graph")


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@_common
def validate(files: tuple[Path, ...]) -> None:
    """Check graphs against the ontology.

    FILES are checked together, by default those of the folder graphs.
    """
    from kg.validate import validate as check

    paths = [file for path in _graphs(files) for file in _rdf_files(path)]
    report = check(paths)
    for finding in report.findings:
        place = " ".join(part for part in (finding.focus, finding.path) if part)
        value = f" ({finding.value})" if finding.value else ""
        click.echo(clean(f"{finding.severity}: {place}: {' '.join(finding.message.split())}{value}"))
    if not report.conforms:
        click.get_current_context().exit(1)
    if not _quiet():
        click.echo(clean(f"conforms: {', '.join(map(str, paths))}"))


def _rdf_files(path: Path) -> list[Path]:
    """The file itself, or the RDF files that lie directly in a folder."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.lower() in _RDF)
    if not files:
        raise QueryError(f"{path}: no RDF file in this folder; name one that holds {' '.join(_RDF)}")
    return files


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("kg.html"),
    show_default=True,
    help="The page to write.",
)
@_common
def view(files: tuple[Path, ...], output: Path) -> None:
    """Make a page to look at.

    It shows the graph in FILES, by default those of the folder graphs, and opens
    in any browser without a network.
    """
    from kg.outputs import write_whole
    from kg.view import to_html

    write_whole({output: to_html(_stored(_graphs(files)))})
    if not _quiet():
        click.echo(clean(f"wrote {output}"))


@cli.command("eval")
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("texts", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--show", is_flag=True, help="Print each fact that was missed, and each that gold does not have."
)
@click.option(
    "-f", "--format", "fmt", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@_rules_option
@_common
def evaluate(
    gold: Path, texts: tuple[Path, ...], fmt: str, rule_files: tuple[Path, ...], *, show: bool
) -> None:
    """Score what is read in TEXTS against GOLD.

    GOLD holds a JSON object a line: the id of a document, its date, and its facts as kg extract
    prints them. TEXTS are files or folders, by default the folder of GOLD.
    """
    from kg.evaluate import evaluate as score
    from kg.evaluate import line, read_gold, report, to_json
    from kg.facts import to_fact
    from kg.pipeline import Reader

    wanted = {document.id: document for document in read_gold(gold)}
    reader = Reader.load(rule_files=rule_files)
    found, read = {}, {}
    for document in _documents(texts or (gold.parent,)):
        told = wanted.get(document.source.id)
        if told is not None:
            dated = replace(document.source, published=document.source.published or told.published)
            extraction = reader.read(replace(document, source=dated))
            found[told.id] = [to_fact(claim, evidence) for claim, evidence in extraction.found]
            read[told.id] = document.text
    missing = sorted(wanted.keys() - read.keys())
    if missing:
        raise SourceError(
            f"{gold}: no text is named {missing[0]!r}; name the files or the folder that hold it"
        )
    evaluation = score(wanted.values(), found, lies_in=reader.lexicon.is_at, texts=read)
    if fmt == "json":
        emit_json(to_json(evaluation))
        return
    for sheet in report(evaluation):
        draw_table(sheet.heads, sheet.rows, title=sheet.title)
    if show:
        for title, remarks in (("Missed", evaluation.misses), ("Not in gold", evaluation.extras)):
            rows = [
                (r.document, line(r.fact), str(r.fact.get("rule", "")), str(r.fact.get("quote", "")))
                for r in remarks
            ]
            if rows:
                draw_table(("document", "fact", "rule", "quote"), rows, title=title)


# --------------------------------------------------------------------------- rules


@cli.group()
def rules() -> None:
    """List and test the rules."""


@rules.command("list")
@click.option("--relation", metavar="NAME", help="Only rules that give this relation.")
@_rules_option
@_common
def rules_list(relation: str | None, rule_files: tuple[Path, ...]) -> None:
    """Print each rule with its relation, its patterns and its place."""
    from kg.pipeline import Reader

    every = Reader.load(rule_files=rule_files).rules
    name = (relation or "").removeprefix("auto:")
    chosen = [rule for rule in every if not name or name in (rule.relation, rule.planned, rule.possible)]
    if not chosen:
        known = ", ".join(sorted({rule.relation for rule in every}))
        raise click.UsageError(f"No rule gives {clean(name)!r}; there are rules for {known}.")
    rows = [(r.id, r.relation, pattern, f"{r.file}:{r.line}") for r in chosen for pattern in r.patterns]
    draw_table(("rule", "relation", "pattern", "place"), rows)


@rules.command("test")
@click.argument("chosen", nargs=-1, metavar="[ID_OR_FILE]...")
@_rules_option
@_common
def rules_test(chosen: tuple[str, ...], rule_files: tuple[Path, ...]) -> None:
    """Hold rules to their examples: all rules, or those named by id or by file.

    A TOML file of one's own is loaded beside the rules of the package.
    """
    from kg.examples import check, count
    from kg.pipeline import Reader

    own = {word: _ids(Path(word)) for word in chosen if word.endswith(".toml") and Path(word).exists()}
    reader = Reader.load(rule_files=dict.fromkeys([*map(Path, own), *rule_files]))
    named = (rule for word in chosen for rule in _chosen(word, own.get(word), reader.rules))
    tested = list(dict.fromkeys(named)) if chosen else reader.rules
    failures = [f for rule in watched(tested, unit="rules", show=not _quiet()) for f in check(reader, rule)]
    for failure in failures:
        file = next((word for word, ids in own.items() if failure.rule.id in ids), failure.rule.file)
        draw_failure(failure, f"{file}:{failure.rule.line}")
    number = f"{_counted(len(tested), 'rule')}, {_counted(sum(map(count, tested)), 'example')}"
    if failures:
        raise click.ClickException(f"{number}: {len(failures)} failed")
    if not _quiet():
        click.echo(f"{number}: all hold")


def _chosen(word: str, own: set[str] | None, rules: Sequence[Rule]) -> list[Rule]:
    """The rules of a file of one's own, of that id, of a family of ids ("plans") or of a file of the package."""
    if own is not None:
        return [rule for rule in rules if rule.id in own]
    found = [rule for rule in rules if word in (rule.id, rule.id.partition("/")[0], rule.file)]
    if not found:
        raise click.UsageError(f"{clean(word)} is no rule and no file of rules; kg rules list shows them.")
    return found


def _ids(path: Path) -> set[str]:
    """The ids in a file of rules, as far as it is one: what is wrong with it is told when it is loaded."""
    import tomllib

    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("rule", [])
    except (OSError, ValueError):
        return set()
    return {entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)}


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
