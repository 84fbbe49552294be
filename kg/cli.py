"""The command line: ``kg build``, ``extract``, ``query``, ``explain``, ``validate``, ``view`` and ``serve``.

What carries a graph elsewhere and back stands in :mod:`kg.carry`, what a curator needs in :mod:`kg.desk`.

Results go to standard output, everything else to standard error. The command ends with 0 when all
is well, 1 for findings and for what cannot be done, 2 for wrong usage and 130 after Ctrl-C. Heavy
modules are imported where they are used, so that help comes at once.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg import __version__, carry, desk
from kg.model import Document, QueryError, Statement
from kg.options import (
    GRAPHS,
    STDIN,
    Commands,
    common,
    documents_of,
    graph_option,
    graphs_of,
    jobs_option,
    memory_option,
    notice,
    number_of,
    quiet,
    rows_option,
    rules_option,
    timeout_option,
)
from kg.terminal import (
    clean,
    document_line,
    draw_explanation,
    draw_table,
    emit,
    progress,
)

if TYPE_CHECKING:
    from kg.build import Summary
    from kg.catalog import Catalog
    from kg.pipeline import Extraction, Reader
    from kg.profile import Profile

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
#: Rules that a profile shows.
_COSTLIEST = 25
_RDF = (".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kg")
@common
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
    default=GRAPHS,
    show_default=True,
    help="The folder to write to.",
)
@jobs_option
@click.option(
    "--profile", "profiling", is_flag=True, help="Tell what each room and each rule costs, in one process."
)
@rules_option
@common
def build(
    sources: tuple[Path, ...],
    output: Path,
    jobs: int | None,
    rule_files: tuple[Path, ...],
    *,
    profiling: bool,
) -> None:
    """Read SOURCES into a graph and a page.

    Writes kg.ttl, evidence.ttl and kg.html, all of them or none. SOURCES are .txt, .md and .jsonl files, folders of them, or - for standard input;
    by default the folder source_texts. However many documents there are, memory does not grow with them.
    """
    from kg.build import NAMES
    from kg.build import build as built
    from kg.bulk import Readers
    from kg.outputs import check_places

    if profiling and (jobs or 1) > 1:
        raise click.UsageError("--profile watches one process; leave out --jobs, or say --jobs 1.")
    watch: AbstractContextManager[Profile | None] = nullcontext()
    if profiling:
        from kg.profile import profiled

        watch = profiled()
    check_places(output / name for name in NAMES)
    paths = sources or (Path("source_texts"),)
    documents = documents_of(paths)
    readers = Readers(rule_files)
    with (
        progress(lambda: number_of(paths), show=not quiet()) as tell,
        watch as profile,
    ):
        summary = built(
            documents,
            output,
            readers=readers,
            jobs=1 if profiling else jobs,
            watch=lambda count: tell(*count[:2]),
        )
    if not quiet():
        _summarize(summary)
        click.echo(clean(f"wrote {', '.join(str(output / name) for name in NAMES)}"))
    if profile is not None:
        _show_costs(profile)


def _show_costs(profile: Profile) -> None:
    rooms = profile.costliest_rooms()
    whole = sum(seconds for _, _, seconds in rooms) or 1.0
    draw_table(
        ("room", "share", "seconds", "what it does"),
        [(name, f"{seconds / whole:.1%}", f"{seconds:.3f}", purpose) for name, purpose, seconds in rooms],
        title=f"\nWhere {whole:.1f} watched seconds went",
    )
    rules = profile.costliest_rules()
    draw_table(
        ("rule", "milliseconds", "times looked for", "found"),
        [
            (name, f"{cost.seconds * 1000:,.1f}", f"{cost.tried:,}", f"{cost.found:,}")
            for name, cost in rules[:_COSTLIEST]
        ],
        title=f"\nThe costliest of the {len(rules):,} rules that were looked for",
    )


def _summarize(summary: Summary) -> None:
    told, standing, count = summary.told, summary.standing, summary.count
    rows = [(relation, f"{told[relation]:,}", f"{standing[relation]:,}") for relation in sorted(told)]
    rows.append(("all", f"{told.total():,}", f"{standing.total():,}"))
    counts = {
        "documents": count.documents,
        "sentences": count.sentences,
        "facts": told.total(),
        "mentions unresolved": count.unresolved,
    }
    draw_table(("relation", "facts", "that stand"), rows)
    click.echo(", ".join(f"{name} {number:,}" for name, number in counts.items()))


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
@jobs_option
@rules_option
@common
def extract(
    files: tuple[Path, ...],
    fmt: str | None,
    published: datetime | None,
    jobs: int | None,
    rule_files: tuple[Path, ...],
) -> None:
    """Print the facts of FILES.

    They come in the order of the documents, as these are read. Without FILES, or for -, standard input is
    read: a text, or JSON lines.
    """
    from kg.bulk import Readers, batches, readings
    from kg.workers import spread

    as_table = (fmt or _default("table", "jsonl")) == "table"
    paths = files or (Path(STDIN),)
    documents = documents_of(paths)
    if published:
        documents = (_dated(document, published.date()) for document in documents)
    piped = (
        Path(STDIN) in paths
    )  # what comes through a pipe may come slowly: each document is answered at once
    batched = ([each] for each in documents) if piped and not jobs else batches(documents)
    readers = Readers(rule_files)
    readers()  # for all processes
    tell: Callable[[Extraction], Extraction | str] = _same if as_table else _lines
    work = partial(readings, readers, tell)
    with closing(spread(work, batched, jobs or (1 if piped else None))) as results:
        for told in chain.from_iterable(results):
            if isinstance(told, str):
                click.echo(told, nl=False)
            else:
                _show_table(told)


def _same(extraction: Extraction) -> Extraction:
    return extraction


def _dated(document: Document, day: date) -> Document:
    source = document.source
    return document if source.published else replace(document, source=replace(source, published=day))


def _lines(extraction: Extraction) -> str:
    from kg.facts import to_fact

    facts = (to_fact(claim, evidence) for claim, evidence in extraction.found)
    return "".join(f"{clean(json.dumps(each, ensure_ascii=False))}\n" for each in facts)


def _show_table(extraction: Extraction) -> None:
    from kg.facts import words

    rows = [(words(claim), evidence.factuality.value, evidence.quote) for claim, evidence in extraction.found]
    draw_table(("fact", "factuality", "quote"), rows, title=document_line(extraction.source))


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
@timeout_option(60)
@rows_option(1_000_000)
@memory_option
@graph_option
@common
def query(
    sparql: str | None,
    files: tuple[Path, ...],
    fmt: str | None,
    graphs: tuple[Path, ...],
    timeout: float,
    max_rows: int,
    max_memory: int,
    *,
    listed: bool,
) -> None:
    """Ask a graph in SPARQL.

    QUERY is SPARQL, a .rq file, the name of a saved query, or - for standard input.
    FILES are RDF files or folders of them, by default the folder graphs. They are loaded and
    asked in a process of its own, which is stopped when it takes more than it may.
    """
    from kg.queries import ask_files, resolve_query, saved_queries
    from kg.sandbox import Limits

    if listed:
        draw_table(("query", "what it tells"), [(q.name, q.help) for q in saved_queries()])
        return
    if not sparql:
        raise click.UsageError("Missing argument 'QUERY'; --list shows the saved ones.")
    text = sys.stdin.buffer.read().decode(errors="replace") if sparql == STDIN else resolve_query(sparql)
    answer = ask_files(
        graphs_of((*files, *graphs)),
        text,
        rows=fmt or _default("table", "csv"),
        graph=fmt or _default("table", "turtle"),
        limits=Limits(timeout, max_memory * 1024 * 1024, max_rows),
    )
    if answer.table:
        heads, *rows = answer.table
        draw_table(heads, rows)
    else:
        emit(answer.text)


@cli.command()
@click.argument("wanted", nargs=-1, required=True, metavar="WORDS...")
@click.option(
    "--text",
    "text_file",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Explain what is read in this text, not a graph.",
)
@graph_option
@rules_option
@common
def explain(
    wanted: tuple[str, ...], text_file: Path | None, graphs: tuple[Path, ...], rule_files: tuple[Path, ...]
) -> None:
    """Say why facts are held.

    Prints the sentence, the rule, and how each argument was found. WORDS are a label, a relation, an IRI, or words of the fact: Xpeng plans.
    """
    from kg.explain import explain as explained
    from kg.pipeline import Reader

    reader = Reader.load(rule_files=rule_files)
    statements = _read_now(reader, text_file) if text_file else _stored(graphs_of(graphs))
    found = explained(statements, " ".join(wanted), rules=reader.rules)
    if not found:
        where = text_file or ", ".join(map(str, graphs_of(graphs)))
        raise QueryError(f"{where}: holds no fact about {' '.join(wanted)!r}; try fewer words, or a label")
    for explanation in found:
        draw_explanation(explanation)


def _read_now(reader: Reader, path: Path) -> list[Statement]:
    from kg.statements import collect

    return collect(chain.from_iterable(reader.read(document).found for document in documents_of([path])))


def _stored(paths: Sequence[Path]) -> list[Statement]:
    from kg.restore import statements
    from kg.store import open_store, triples

    return statements(triples(open_store(paths)))


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@common
def validate(files: tuple[Path, ...]) -> None:
    """Check graphs against the ontology.

    FILES are checked together, by default those of the folder graphs.
    """
    from kg.validate import validate as check

    paths = [file for path in graphs_of(files) for file in _rdf_files(path)]
    report = check(paths)
    for finding in report.findings:
        place = " ".join(part for part in (finding.focus, finding.path) if part)
        value = f" ({finding.value})" if finding.value else ""
        click.echo(clean(f"{finding.severity}: {place}: {' '.join(finding.message.split())}{value}"))
    if not report.conforms:
        click.get_current_context().exit(1)
    if not quiet():
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
@common
def view(files: tuple[Path, ...], output: Path) -> None:
    """Make a page to look at.

    It shows the graph in FILES, by default those of the folder graphs, and opens
    in any browser without a network.
    """
    from kg.outputs import write_whole
    from kg.view import to_html

    write_whole({output: to_html(_stored(graphs_of(files)))})
    if not quiet():
        click.echo(clean(f"wrote {output}"))


@cli.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve at.")
@click.option(
    "-p", "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one."
)
@click.option(
    "--allow-host", "names", multiple=True, metavar="NAME", help="A name that the server also goes by."
)
@click.option("--cors", is_flag=True, help="Let pages of any site ask.")
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The texts that were read, to be shown.  [default: source_texts, if there]",
)
@timeout_option(30)
@rows_option(100_000)
@memory_option
@graph_option
@common
def serve(
    files: tuple[Path, ...],
    graphs: tuple[Path, ...],
    host: str,
    port: int,
    names: tuple[str, ...],
    sources: Path | None,
    timeout: float,
    max_rows: int,
    max_memory: int,
    *,
    cors: bool,
) -> None:
    """Serve a graph on this machine.

    Pages to read, a SPARQL endpoint at /query, and every IRI of the graph as page or RDF. FILES
    are RDF files or folders of them, by default the folder graphs. Nothing can be written.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # what is forked has one thread
    try:
        from kg import serve as server
    except ModuleNotFoundError as exc:
        raise QueryError(f"{exc.name} is missing, which the server needs; pip install 'kg[serve]'") from exc
    from kg.pipeline import Reader
    from kg.sandbox import Limits

    import_module("kg.view")  # children find it loaded
    paths = graphs_of((*files, *graphs))
    texts = sources or (Path("source_texts") if Path("source_texts").is_dir() else None)
    with server.bound(host, port) as at:
        limits = Limits(timeout, max_memory * 1024 * 1024, max_rows)
        count = max(4, 2 * (os.cpu_count() or 1))
        with server.workers(partial(_catalog, paths, texts, Reader.load()), limits, count=count) as crew:
            place = f"[{host}]" if ":" in host else host
            click.echo(
                clean(f"serving {', '.join(map(str, paths))} at http://{place}:{at.getsockname()[1]}/")
            )
            sys.stdout.flush()
            server.run(server.app(crew, server.Options(server.allowed(host, names), cors)), at)


def _catalog(paths: Sequence[Path], texts: Path | None, reader: Reader) -> Catalog:
    """What is served; loaded where nothing else is done, before any request."""
    from kg.catalog import load
    from kg.site import warm
    from kg.workbench import mentions

    catalog = load(
        paths,
        documents=documents_of([texts]) if texts else (),
        mentions=partial(mentions, reader),
        rules=reader.rules,
        notice=notice,
    )
    for document in list(catalog.texts.values())[:1]:
        mentions(reader, document)  # what is made at the first text is there for all children
    warm(catalog)
    return catalog


for command in (
    carry.export,
    carry.import_,
    carry.diff,
    carry.push,
    carry.report,
    desk.evaluate,
    desk.coverage,
    desk.rules,
    desk.lexicon,
):
    cli.add_command(command)
