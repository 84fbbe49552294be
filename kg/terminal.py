"""Drawing for people: tables, explanations, progress. Nothing that stands in a text reaches a terminal raw."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import click

from kg.model import Evidence, Source

if TYPE_CHECKING:  # they bring the whole engine, and help has to come at once
    from rich.progress import Progress

    from kg.examples import Failure
    from kg.explain import Explanation, Ground

T = TypeVar("T")

#: Control characters but line breaks and tabs, and what turns the direction of writing round.
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]|\r(?!\n)")
_BLANKS = re.compile(r"\s+")
#: Seconds of work before a progress bar appears.
_PATIENCE = 0.5


def clean(text: str) -> str:
    r"""The text with every control character as an escape, which JSON and Turtle read back: ``\\u001b``."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def coloured() -> bool:
    """Whether to use colours: as NO_COLOR and FORCE_COLOR say, else only on a terminal."""
    context = click.get_current_context(silent=True)
    if context is not None and context.color is not None:
        return context.color
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def emit(text: str) -> None:
    """Print data as it is to a file or a pipe, and without its control characters to a terminal."""
    if text:
        click.echo(clean(text) if sys.stdout.isatty() else text, nl=not text.endswith("\n"))


def emit_json(value: object) -> None:
    """Print one JSON value on a line."""
    click.echo(clean(json.dumps(value, ensure_ascii=False)))


def draw_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
    """Print rows under heads: as wide as the terminal, or in one line each to a file or a pipe."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [[_BLANKS.sub(" ", cell) for cell in row] for row in rows]
    drawn = Table(
        box=box.SIMPLE_HEAD,
        title=Text(clean(title)) if title else None,
        title_justify="left",
        pad_edge=False,
        show_edge=False,
    )
    for place, head in enumerate(heads):
        numbers = bool(rows) and all(row[place].replace(",", "").isdecimal() for row in rows)
        drawn.add_column(Text(clean(head)), justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(clean(cell)) for cell in row))
    page = io.StringIO()
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 100_000
    console = Console(
        file=page, width=width, force_terminal=coloured(), no_color=not coloured(), highlight=False
    )
    console.print(drawn)
    lines = (line.rstrip() for line in page.getvalue().strip("\n").split("\n"))
    click.echo("\n".join(line for line in lines if line), color=coloured())


def draw_explanation(explanation: Explanation) -> None:
    """Print a fact and, indented below it, each sentence that it rests on with the words marked."""
    verdict = "stands" if explanation.stands else "does not stand as a plain triple"
    _say(f"{_bold(clean(explanation.fact))}  ({verdict})")
    for ground in explanation.grounds:
        _say(f"  {ground.evidence.factuality}  {_sentence(ground.evidence)}")
        for name, text in _details(ground):
            _say(f"    {_dim(f'{name:<9}')} {clean(text)}")
    _say("")


def draw_failure(failure: Failure, place: str) -> None:
    """Print an example that does not hold, with what was wanted and what came out."""
    problem = {
        "yields": "does not give what it should",
        "silent": "is not silent",
        "todo": "passes now: move it from todo to yields",
    }[failure.kind]
    _say(clean(f"{place}: {failure.rule.id} {problem}"))
    _say(f"    {clean(failure.text)}")
    for name, facts in (("want", failure.want), ("got", failure.got)):
        for fact in facts or ("nothing",):
            _say(f"    {name:<4} {clean(fact)}")


def watched(items: Iterable[T], *, unit: str, show: bool, total: int | None = None) -> Iterator[T]:
    """Pass the items on, with their count on standard error where somebody waits at a terminal.

    ``total`` is how many will come, if it is known.
    """
    items = iter(items)
    if not (show and sys.stderr.isatty()):
        yield from items
        return
    begun, passed = monotonic(), 0
    for item in items:
        yield item
        passed += 1
        if monotonic() - begun > _PATIENCE:
            break
    else:
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TextColumn(f"{{task.completed:,}} {unit}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total, completed=passed)
        for item in items:
            yield item
            progress.advance(task)


@contextmanager
def progress(total: Callable[[], int | None], *, show: bool) -> Iterator[Callable[[int, int], None]]:
    """Tell how many documents and characters were read to see how far and how fast it goes, at a terminal.

    ``total`` is asked once, if there is somebody to see it: how many documents there will be, if known.
    """
    if not (show and sys.stderr.isatty()):
        yield lambda _, __: None
        return
    begun, documents, characters = monotonic(), 0, 0
    shown: Progress | None = None

    def tell(more: int, long: int) -> None:
        nonlocal documents, characters, shown
        documents, characters, passed = documents + more, characters + long, monotonic() - begun
        if passed < _PATIENCE:
            return
        if shown is None:  # not before: it starts a thread, and processes are best forked without any
            shown = _bar(total())
            shown.start()
        rate = f"{documents / passed:,.0f}/s, {_short(characters / passed)} characters/s"
        shown.update(shown.task_ids[0], completed=documents, rate=rate)

    try:
        yield tell
    finally:
        if shown is not None:
            shown.stop()


def _bar(total: int | None) -> Progress:
    """A bar with one task, which tells the time that is left where it is known how much there is to do."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    known = total is not None
    bar = Progress(
        BarColumn(bar_width=None),
        TextColumn("{task.completed:,}" + (f"/{total:,}" if known else "") + " documents"),
        TextColumn("{task.fields[rate]}"),
        *((TimeRemainingColumn(), TextColumn("left")) if known else (TimeElapsedColumn(),)),
        console=Console(stderr=True),
        transient=True,
        expand=True,
    )
    bar.add_task("", total=total, rate="")
    return bar


def _short(number: float) -> str:
    """A number as people say it: 85 thousand, 2.1 million."""
    return f"{number / 1e6:.1f} M" if number >= 1e6 else f"{number / 1e3:.0f} k"


def document_line(source: Source) -> str:
    """A document in one line: what is known of title, outlet, date and address, and its id."""
    day = source.published.isoformat() if source.published else ""
    return " · ".join(part for part in (source.title, source.outlet, day, source.url, source.id) if part)


def _details(ground: Ground) -> Iterator[tuple[str, str]]:
    evidence, rule = ground.evidence, ground.rule
    yield "document", f"{document_line(evidence.source)}, characters {evidence.start} to {evidence.end}"
    if rule is None:
        yield "rule", f"{evidence.rule} (not among the rules known here)"
    else:
        yield "rule", f"{rule.id} ({rule.file}:{rule.line})"
        for pattern in rule.patterns:
            yield "pattern", pattern
    for note in evidence.resolution:
        yield "resolved", note
    if not evidence.resolution:
        yield "resolved", "subject and object are named in place"
    if evidence.said_by:
        yield "said by", evidence.said_by


def _sentence(evidence: Evidence) -> str:
    before, quote, after = (
        clean(_BLANKS.sub(" ", part)) for part in (evidence.before, evidence.quote, evidence.after)
    )
    marked = click.style(quote, bold=True, fg="green") if coloured() else f"«{quote}»"
    return f"{before.lstrip()}{marked}{after.rstrip()}"


def _bold(text: str) -> str:
    return click.style(text, bold=True) if coloured() else text


def _dim(text: str) -> str:
    return click.style(text, dim=True) if coloured() else text


def _say(text: str) -> None:
    click.echo(text, color=coloured())
