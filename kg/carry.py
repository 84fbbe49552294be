"""What carries a graph elsewhere and back: ``kg export``, ``import``, ``diff``, ``push`` and ``report``."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from kg.cache import folder as cache_folder
from kg.model import OutputError
from kg.options import GRAPHS, STDIN, common, counted, documents_of, graphs_of, notice, quiet, rules_option
from kg.terminal import clean, draw_table, emit, watched

_FORMATS = ("turtle", "turtle12", "ntriples", "nquads", "trig", "jsonld", "rdfxml", "graphml", "gexf", "neo4j",
            "cypher", "csv", "tsv", "parquet")  # fmt: skip
_SHOWN = 10
_files = click.argument("files", nargs=-1, type=click.Path(path_type=Path))


# ------------------------------------------------------------------------- export


@click.command()
@_files
@click.option("-f", "--format", "fmt", type=click.Choice(_FORMATS), help="[default: as the output is called]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write, packed if it ends in .gz, or the folder for neo4j.  [default: standard output]",
)
@click.option(
    "--raw", is_flag=True, help="Leave cells of csv and tsv that a spreadsheet would run as they are."
)
@common
def export(files: tuple[Path, ...], fmt: str | None, output: Path | None, *, raw: bool) -> None:
    """Write a graph in the formats of others.

    RDF holds all of it, with evidence in a graph for each document where the format has graphs (nquads,
    trig, jsonld) and beside each fact in turtle12, the annotations of RDF 1.2. The rest hold the facts:
    networks (graphml, gexf), property graphs (neo4j, cypher) and tables with a line for each piece of
    evidence (csv, tsv, parquet). FILES are RDF files or folders of them, by default the folder graphs.
    """
    from kg.export import BINARY, FORMATS, RDF, format_of, packed
    from kg.export import export as exported
    from kg.outputs import check_places, write_whole

    if output is not None and str(output) == STDIN:  # as it stands for standard input elsewhere
        output = None
    if fmt is None and output is None:
        raise click.UsageError("Missing option '-f' / '--format' or '-o' / '--output'.")
    chosen = fmt or format_of(output or Path())
    if output is None and (chosen in BINARY or not FORMATS[chosen]):
        raise click.UsageError(f"{chosen} is not written to standard output; name a place with -o.")
    if output is not None and FORMATS[chosen]:
        check_places([output])
    made = exported(graphs_of(files), chosen, raw=raw)
    if chosen not in RDF:
        from kg.exchange import foreign
        from kg.store import read_quads

        number = sum(foreign(read_quads(graphs_of(files))).values())
        if number:
            notice(
                f"{counted(number, 'triple')} of other vocabularies tell no fact, and stay out of {chosen}"
            )
    if output is None:
        emit(made[""].decode())
        return
    pack = packed if output.suffix.lower() == ".gz" else bytes
    write_whole({output / name if name else output: pack(content) for name, content in made.items()})
    if not quiet():
        click.echo(clean(f"wrote {', '.join(str(output / name if name else output) for name in made)}"))


# ------------------------------------------------------------------------- import


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=GRAPHS,
    show_default=True,
    help="The folder of the graph.",
)
@click.option(
    "--name",
    default="",
    metavar="NAME",
    help="What a single file is to be called in the graph.  [default: as it is]",
)
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"]),
    metavar="TIME",
    help="When it was imported (UTC), to be kept with it.  [default: no time, so that equal files give equal bytes]",
)
@common
def import_(files: tuple[Path, ...], output: Path, name: str, at: datetime | None) -> None:
    """Take other people's RDF into a graph.

    FILES are Turtle, TriG, N-Triples, N-Quads, JSON-LD or RDF/XML; nothing that they name is fetched. Each
    goes into a file of its own, imported-NAME.ttl, with its origin, if the graph conforms to the shapes as
    before. A relation of the vocabulary becomes a fact whose evidence is the line that says it.
    """
    from kg.exchange import superseded, take_in
    from kg.outputs import write_whole

    if name and len(files) > 1:
        raise click.UsageError("--name is for one file.")
    taken, findings = take_in(files, output, name=name, at=at.replace(tzinfo=UTC) if at else None)
    for finding in findings:
        place = " ".join(part for part in (finding.focus, finding.path) if part)
        value = f" ({finding.value})" if finding.value else ""
        click.echo(clean(f"{finding.severity}: {place}: {' '.join(finding.message.split())}{value}"))
    if any(finding.severity == "Violation" for finding in findings):
        raise OutputError(
            "nothing was imported: the graph would not conform any more; mend the file, see above"
        )
    old = superseded(taken)
    write_whole({each.place: each.text for each in taken})
    for gone in old:
        gone.unlink()
    if quiet():
        return
    for each in taken:
        told = [counted(each.triples, "triple"), counted(each.facts, "fact")]
        told += [f"{counted(each.blank_nodes, 'blank node')} named"] if each.blank_nodes else []
        click.echo(clean(f"wrote {each.place}: {', '.join(told)}"))
        _tell_foreign(each.foreign)


def _tell_foreign(foreign: Mapping[str, int]) -> None:
    """What the vocabulary does not know, kept as it is."""
    if foreign:
        rows = [(term, f"{count:,}") for term, count in list(foreign.items())[:_SHOWN]]
        draw_table(("kept, and not known to the vocabulary", "times"), rows)
    if len(foreign) > _SHOWN:
        click.echo(f"and {len(foreign) - _SHOWN:,} more")


# --------------------------------------------------------------------------- diff


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "fmt",
    type=click.Choice(["text", "json", "trig", "patch"]),
    default="text",
    show_default=True,
    help="trig has two graphs of triples; patch is RDF Patch.",
)
@click.option("--triples", is_flag=True, help="Print the triples too, not the facts alone.")
@common
def diff(before: Path, after: Path, fmt: str, *, triples: bool) -> None:
    """Tell what a graph has gained and lost.

    BEFORE and AFTER are RDF files or folders of them; blank nodes are compared by RDFC-1.0, whatever they
    are called. Facts come in words, triples where no fact differs. The exit code is 1 if anything differs.
    """
    from kg.diff import diff as compare
    from kg.diff import render

    difference = compare([before], [after])
    emit(render(difference, fmt, every=triples))
    if fmt == "text" and not quiet():
        facts = f"{counted(len(difference.facts_gained), 'fact')} gained, {len(difference.facts_lost):,} lost"
        click.echo(
            f"{facts}; {counted(len(difference.gained), 'triple')} gained, {len(difference.lost):,} lost"
        )
    if difference:
        click.get_current_context().exit(1)


# --------------------------------------------------------------------------- push


@click.command()
@click.argument("url")
@_files
@click.option(
    "--graph-store", "protocol", flag_value="graph-store", help="URL speaks the Graph Store Protocol."
)
@click.option(
    "--update", "protocol", flag_value="update", help="URL takes SPARQL updates.  [default: find out]"
)
@click.option("--into", default="", metavar="IRI", help="Put all of it into this named graph.")
@click.option(
    "--by-document", is_flag=True, help="Put the evidence of each document into a graph named by it."
)
@click.option("--replace", is_flag=True, help="Empty each graph that is sent before it is filled.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="'NAME: VALUE'",
    help="A header to send; may be given again.",
)
@click.option(
    "--batch",
    type=click.IntRange(1, 1_000_000),
    default=5_000,
    show_default=True,
    metavar="N",
    help="Triples a request.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="For each request.",
)
@click.option("--restart", is_flag=True, help="Send all of it, even where a push broke off.")
@click.option("--dry-run", is_flag=True, help="Tell what would be sent, and send nothing.")
@common
def push(
    url: str,
    files: tuple[Path, ...],
    protocol: str | None,
    into: str,
    headers: tuple[str, ...],
    batch: int,
    timeout: float,
    *,
    by_document: bool,
    replace: bool,
    restart: bool,
    dry_run: bool,
) -> None:
    """Send a graph to a SPARQL store.

    URL is the address where the store is written to, by SPARQL Update or by the Graph Store Protocol.
    FILES are RDF files or folders of them, by default the folder graphs. A push that breaks off goes on
    where it was when it is run again. A token in KG_PUSH_TOKEN is sent as the bearer's.
    """
    from kg.export import by_document as parted
    from kg.push import batches, find_out, target
    from kg.push import push as pushed
    from kg.store import read_quads

    if (into and not into.partition(":")[1]) or any(char in into for char in '<>"{}|\\^` \n'):
        raise click.UsageError("--into is no IRI; write it in full, as https://example.org/news.")
    store = target(url, headers, token=os.environ.get("KG_PUSH_TOKEN", ""), timeout=timeout)
    quads = read_quads(graphs_of(files))
    todo = batches(parted(quads) if by_document else quads, graph=into, size=batch)
    number = sum(len(each.lines) for each in todo)
    what = f"{counted(number, 'triple')} in {counted(len({b.graph for b in todo}), 'graph')}"
    if dry_run:
        click.echo(clean(f"would send {what} to {store.url} in {counted(len(todo), 'request')}"))
        return
    spoken = protocol or find_out(store)
    kept = cache_folder()
    journal = kept / f"push-{hashlib.sha256(store.url.encode()).hexdigest()[:16]}.json" if kept else None
    if restart and journal is not None:
        journal.unlink(missing_ok=True)
    sent = pushed(store, spoken, todo, replace=replace, journal=journal)
    for _ in watched(sent, unit=f"of {len(todo):,} requests", show=not quiet(), total=len(todo)):
        pass
    if not quiet():
        click.echo(clean(f"sent {what} to {store.url} ({spoken})"))


# ------------------------------------------------------------------------- report


@click.command()
@_files
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("report.html"),
    show_default=True,
    help="The page to write.",
)
@click.option(
    "--sources",
    multiple=True,
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="PATH",
    help="The texts of the graph, to tell what was left unread and unresolved; may be given again.",
)
@click.option("--title", default="Knowledge graph", show_default=True, help="What stands above.")
@rules_option
@common
def report(
    files: tuple[Path, ...], output: Path, sources: tuple[Path, ...], title: str, rule_files: tuple[Path, ...]
) -> None:
    """Make a page of figures about a graph.

    It tells the facts by relation, factuality and month, the most connected things and, where the texts
    are named, what was left unread and unresolved. It opens in any browser without a network. FILES are
    RDF files or folders of them, by default the folder graphs.
    """
    from kg.outputs import check_places, write_whole
    from kg.report import read_again, to_html
    from kg.restore import statements
    from kg.store import open_store, triples

    check_places([output])
    told = statements(triples(open_store(graphs_of(files))))
    reading = None
    if sources:
        from kg.pipeline import Reader

        documents = list(documents_of(sources))
        reading = read_again(Reader.load(rule_files=rule_files), documents)
    elif not quiet():
        notice("what was left unread is not told; name the texts with --sources")
    write_whole({output: to_html(told, title=title, reading=reading)})
    if not quiet():
        click.echo(clean(f"wrote {output}"))
