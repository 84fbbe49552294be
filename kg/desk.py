"""The curator's commands: ``kg rules``, ``kg lexicon``, ``kg coverage`` and ``kg eval``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.model import Document, Source, SourceError
from kg.options import STDIN, common, counted, documents_of, quiet, rules_option
from kg.read import files_below
from kg.terminal import clean, draw_failure, draw_table, emit, emit_json, watched

if TYPE_CHECKING:
    from kg.mutants import Mutant
    from kg.pipeline import Reader
    from kg.rules import Rule

# ------------------------------------------------------------------------ how well


@click.command("eval")
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("texts", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--show", is_flag=True, help="Print each fact that was missed, and each that gold does not have."
)
@click.option(
    "-f", "--format", "fmt", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@rules_option
@common
def evaluate(
    gold: Path, texts: tuple[Path, ...], fmt: str, rule_files: tuple[Path, ...], *, show: bool
) -> None:
    """Score what is read in TEXTS against GOLD.

    GOLD holds a JSON object a line: the id of a document, its date, and its facts as kg extract
    prints them. TEXTS are files or folders, by default the folder of GOLD.
    """
    from kg.evaluate import evaluate as score
    from kg.evaluate import line, report, to_json
    from kg.facts import to_fact
    from kg.gold import read_gold
    from kg.pipeline import Reader

    wanted = {document.id: document for document in read_gold(gold)}
    reader = Reader.load(rule_files=rule_files)
    found, read = {}, {}
    for document in documents_of(list(_texts(texts or (gold.parent,), gold))):
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


def _texts(paths: Sequence[Path], gold: Path) -> Iterator[Path]:
    """The paths, but where the gold lies in a folder of texts it is none of them."""
    for path in paths:
        if gold.is_file() and path.is_dir() and path.resolve() in gold.resolve().parents:
            yield from (p for p in files_below(path) if not p.samefile(gold))
        else:
            yield path


@click.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="How many groups to print.",
)
@rules_option
@common
def coverage(sources: tuple[Path, ...], top: int, rule_files: tuple[Path, ...]) -> None:
    """Tell where rules are missing.

    Prints the sentences of SOURCES that hold two things or figures and no fact, grouped by the
    verb or noun that they turn on, the most frequent first. SOURCES are as for kg build.
    """
    from kg.pipeline import Reader
    from kg.workbench import coverage as cover

    documents = documents_of(sources or (Path("source_texts"),))
    reader = Reader.load(rule_files=rule_files)
    unread, silent, promising = cover(reader, watched(documents, unit="documents", show=not quiet()))
    rows = [(u.word, f"{u.count:,}", *u.examples[0]) for u in unread[:top]]
    draw_table(("turns on", "sentences", "document", "for example"), rows)
    if not quiet():
        share = f" ({silent / promising:.0%})" if promising else ""
        told = f"no fact in {silent:,}{share} of {counted(promising, 'sentence')} that hold two things or figures"
        click.echo(told + (f"; {len(unread) - top:,} more groups, see --top" if len(unread) > top else ""))


# ------------------------------------------------------------------------- lexicon


@click.group()
def lexicon() -> None:
    """Find what the lexicon lacks."""


@lexicon.command("suggest")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    metavar="N",
    help="How often a name whose kind no text tells must stand.",
)
@rules_option
@common
def lexicon_suggest(sources: tuple[Path, ...], least: int, rule_files: tuple[Path, ...]) -> None:
    """List the names in SOURCES that the lexicon does not have.

    Each is a line to paste into a table of the lexicon, with the words around it as comments
    above. A name whose kind no text tells comes last, for the curator to place.
    """
    from kg.pipeline import Reader
    from kg.workbench import newcomers, table_line

    documents = documents_of(sources or (Path("source_texts"),))
    reader = Reader.load(rule_files=rule_files)
    found = newcomers(reader, watched(documents, unit="documents", show=not quiet()))
    shown = [n for n in found if n.cls or n.count >= least]
    for newcomer in shown:
        emit("\n".join([*(f"# {name}: … {words} …" for name, words in newcomer.contexts),
                        table_line(newcomer, reader.lexicon)]))  # fmt: skip
    if not quiet():
        known = sum(bool(n.cls) for n in shown)
        click.echo(
            f"{counted(known, 'name')} of a kind that the text tells, {len(shown) - known:,} of none",
            err=True,
        )


# --------------------------------------------------------------------------- rules


@click.group()
def rules() -> None:
    """List, test and write rules."""


@rules.command("list")
@click.option("--relation", metavar="NAME", help="Only rules that give this relation.")
@rules_option
@common
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
@click.option("--mutate", is_flag=True, help="Also drop each element in turn: some example must notice.")
@rules_option
@common
def rules_test(chosen: tuple[str, ...], rule_files: tuple[Path, ...], *, mutate: bool) -> None:
    """Hold rules to their examples: all rules, or those named by id or by file.

    A TOML file of one's own is loaded beside the rules of the package. With --mutate each pattern,
    and each element of a pattern, is left out in turn; those that no example needs are findings.
    What may be missing ([...]) and stands in the same words in several rules of a file counts once.
    """
    from kg.examples import check, count
    from kg.pipeline import Reader

    own = {word: _ids(Path(word)) for word in chosen if word.endswith(".toml") and Path(word).exists()}
    reader = Reader.load(rule_files=dict.fromkeys([*map(Path, own), *rule_files]))
    named = (rule for word in chosen for rule in _chosen(word, own.get(word), reader.rules))
    tested = list(dict.fromkeys(named)) if chosen else reader.rules
    failures = [f for rule in watched(tested, unit="rules", show=not quiet()) for f in check(reader, rule)]
    for failure in failures:
        file = next((word for word, ids in own.items() if failure.rule.id in ids), failure.rule.file)
        draw_failure(failure, f"{file}:{failure.rule.line}")
    number = f"{counted(len(tested), 'rule')}, {counted(sum(map(count, tested)), 'example')}"
    if failures:
        raise click.ClickException(f"{number}: {len(failures)} failed")
    if mutate:
        idle = list(_idle(reader, tested))
        rows = [
            (
                m.rule.id,
                m.left_out,
                "" if m.left_out == m.pattern else m.pattern,
                f"{m.rule.file}:{m.rule.line}",
            )
            for m in idle
        ]
        draw_table(("rule", "no example needs", "in", "place"), rows) if rows else None
        if idle:
            raise click.ClickException(f"{number}: {counted(len(idle), 'element')} that no example needs")
    if not quiet():
        click.echo(f"{number}: all hold" + (", and need every element" if mutate else ""))


def _idle(reader: Reader, rules: Sequence[Rule]) -> Iterator[Mutant]:
    from kg.examples import unneeded, unneeded_options

    for rule in watched(rules, unit="rules", show=not quiet()):
        yield from unneeded(reader, rule)
    for file in dict.fromkeys(rule.file for rule in rules):
        chosen = [rule for rule in rules if rule.file == file]
        family = [rule for rule in reader.rules if rule.file == file]
        ids = {rule.id for rule in chosen}
        yield from (m for m in unneeded_options(reader, family) if m.rule.id in ids)


@rules.command("try")
@click.argument("text")
@click.option(
    "--published", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The day of publication."
)
@rules_option
@common
def rules_try(text: str, published: datetime | None, rule_files: tuple[Path, ...]) -> None:
    """Show how TEXT is read: its mentions, what was found, and which rules nearly fired.

    For each of the nearest rules that did not fire it tells the element that failed. TEXT is a
    sentence or several, or - for standard input.
    """
    from kg.facts import describe
    from kg.pipeline import Reader
    from kg.workbench import try_out

    reader = Reader.load(rule_files=rule_files)
    trial = try_out(reader, _document(text, published))
    for mentions in trial.sentences:
        draw_table(("words", "seen as", "who is meant", "because"), mentions)
        click.echo()
    facts = [(describe(claim, e.factuality), e.rule, e.quote) for claim, e in trial.extraction.found]
    if facts:
        draw_table(("fact", "rule", "words"), facts)
    else:
        click.echo("No rule fired.")
    if trial.near:
        click.echo()
        rows = [
            (
                m.rule.id,
                m.pattern,
                m.wanted,
                "not where it should be" if m.elsewhere else "not in the sentence",
            )
            for m in trial.near
        ]
        draw_table(("nearly", "pattern", "failed at", "which is"), rows)


def _document(text: str, published: datetime | None = None) -> Document:
    words = sys.stdin.buffer.read().decode(errors="replace") if text == STDIN else text
    if not words.strip():
        raise click.UsageError("TEXT is empty; give a sentence in Italian.")
    return Document(Source("try", published=published.date() if published else None), words)


@rules.command("new")
@click.argument("sentence")
@click.argument("fact")
@rules_option
@common
def rules_new(sentence: str, fact: str, rule_files: tuple[Path, ...]) -> None:
    """Print a rule to begin with, from SENTENCE and the FACT wanted of it.

    FACT is "Subject relation Object", as in "Xpeng partnerOf Volkswagen"; a facility is "BatteryPlant".
    The words between the two become the pattern; write a near miss for silent, generalize the words,
    and hold it to its examples with kg rules test.
    """
    from kg.pipeline import Reader, relations
    from kg.workbench import skeleton

    parts = re.split(rf"\s+(?:auto:)?({'|'.join(sorted(relations()))})\s+", fact.strip().partition(" | ")[0])
    if len(parts) != 3:
        raise click.UsageError(
            f'FACT is not "Subject relation Object": {clean(fact)}. Relations: {", ".join(sorted(relations()))}.'
        )
    reader = Reader.load(rule_files=rule_files)
    try:
        emit(skeleton(reader, _document(sentence), parts[1], parts[0], parts[2]))
    except ValueError as error:
        raise SourceError(f"{error}; kg rules try shows what is seen") from error


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
