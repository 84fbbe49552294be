"""One page about a graph: what it holds, of when, about whom, and what was left unread and unresolved.

Plots are SVG drawn by the template from numbers that are worked out here; each has a table beside it. The page
has no script and asks nothing of any network.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FunctionLoader

from kg.model import Document, Entity, Source, Statement
from kg.resources import data
from kg.statements import STRONGEST_FIRST, stands, strongest

if TYPE_CHECKING:
    from kg.pipeline import Reader
    from kg.workbench import Unread

#: Rows of a plot, and of a table; the rest is summed up in a row of its own.
_TOP, _LISTED = 16, 60
#: Months that a plot has room for; past it, it shows years.
_MONTHS = 48
_ROW, _BAR, _COLUMN = 26, 320, 150
_EXAMPLES = 12
_MANY = {"that stands": "that stand", "piece of evidence": "pieces of evidence"}


class Piece(NamedTuple):
    """A part of a bar: what it counts, how many, where it begins and how long it is, in pixels."""

    kind: str
    number: int
    start: float
    length: float


class Bar(NamedTuple):
    """A bar of a plot with its pieces; ``note`` tells more of what it is of."""

    label: str
    note: str
    total: int
    pieces: tuple[Piece, ...]


class Plot(NamedTuple):
    """Bars on one scale, with the numbers to be written on it and where they stand."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, float], ...]
    rest: int


class Unresolved(NamedTuple):
    """Words that stand for somebody whom nobody could tell, with one sentence that has them."""

    words: str
    number: int
    document: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the sources were read: sentences with two things or figures, those of them that gave no fact, and why."""

    documents: int
    sentences: int
    promising: int
    silent: int
    unread: tuple[Unread, ...]
    unresolved: tuple[Unresolved, ...]


def read_again(reader: Reader, documents: Sequence[Document]) -> Reading:
    """What the sources of a graph gave and what they did not; they are read once more for it."""
    from kg.segment import segment
    from kg.workbench import coverage

    unread, silent, promising = coverage(reader, documents)
    sentences = 0
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for document in documents:
        cut = segment(document)
        sentences += len(cut)
        for mention in reader.understand(document, cut).unresolved:
            words = " ".join(document.text[mention.start : mention.end].split()).lower()
            around = next((s for s in cut if s.start <= mention.start < s.end), None)
            text = document.text[around.start : around.end] if around else words
            found[words].append((document.source.id, " ".join(text.split())))
    unresolved = [Unresolved(words, len(places), *places[0]) for words, places in found.items()]
    unresolved.sort(key=lambda u: (-u.number, u.words))
    return Reading(len(documents), sentences, promising, silent, tuple(unread), tuple(unresolved))


def to_html(statements: Sequence[Statement], *, title: str = "kg", reading: Reading | None = None) -> str:
    """The page; equal statements and an equal reading give equal text."""
    sources = {e.source.id: e.source for s in statements for e in s.evidence}
    environment = Environment(
        loader=FunctionLoader(_file), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["spaced"] = spaced
    page = environment.get_template("template.html").render(
        title=title,
        counts=_counts(statements, sources),
        kinds=[f.value for f in STRONGEST_FIRST],
        sure=_plot({"all": Counter(_manner(s) for s in statements)}, length=760),
        relations=_plot(_by(statements, lambda s: [s.claim.relation])),
        months=_months(statements),
        undated=sum(_month(s) == "" for s in statements),
        connected=_connected(statements),
        rules=_ranked(rule for s in statements for rule in {e.rule for e in s.evidence}),
        speakers=_ranked(who for s in statements for who in {e.said_by for e in s.evidence} - {""}),
        documents=_documents(statements, sources),
        listed=_LISTED,
        examples=_EXAMPLES,
        reading=reading,
        row=_ROW,
        bar=_BAR,
        column=_COLUMN,
    )
    return page.rstrip("\n") + "\n"


def _file(name: str) -> str | None:
    file = data("report", name)
    return file.read_text(encoding="utf-8") if file.is_file() else None


def spaced(name: str) -> str:
    """A local name in words: ``ownsStakeIn`` is "owns stake in"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


# ----------------------------------------------------------------------- numbers


def _manner(statement: Statement) -> str:
    return strongest(e.factuality for e in statement.evidence).value


def _month(statement: Statement) -> str:
    """The month in which a fact was first told, empty where no document has a day."""
    days = [e.source.published for e in statement.evidence if e.source.published]
    return min(days).isoformat()[:7] if days else ""


def _counts(statements: Sequence[Statement], sources: Mapping[str, Source]) -> list[tuple[str, int]]:
    things = {
        thing.id
        for s in statements
        for thing in (s.claim.subject, s.claim.object)
        if isinstance(thing, Entity)
    }
    counts = {
        "fact": len(statements),
        "that stands": sum(map(stands, statements)),
        "thing": len(things),
        "relation": len({s.claim.relation for s in statements}),
        "piece of evidence": sum(len(s.evidence) for s in statements),
        "document": len(sources),
    }
    return [(name if count == 1 else _MANY.get(name, f"{name}s"), count) for name, count in counts.items()]


def _ranked(names: Iterable[str]) -> list[tuple[str, int]]:
    """The most frequent names, those that are so alike by the alphabet."""
    return sorted(Counter(names).items(), key=lambda item: (-item[1], item[0]))[:_TOP]


def _by(
    statements: Iterable[Statement], keys: Callable[[Statement], Iterable[str]]
) -> dict[str, Counter[str]]:
    """How often each factuality stands with each key of a statement."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for statement in statements:
        for key in keys(statement):
            counts[key][_manner(statement)] += 1
    return dict(counts)


def _connected(statements: Sequence[Statement]) -> Plot:
    """The things with the most facts; figures are no things."""
    labels: dict[str, Entity] = {}
    for statement in statements:
        for thing in (statement.claim.subject, statement.claim.object):
            if isinstance(thing, Entity):
                labels.setdefault(thing.id, thing)

    def ends(statement: Statement) -> set[str]:
        pair = (statement.claim.subject, statement.claim.object)
        return {thing.id for thing in pair if isinstance(thing, Entity)}

    plot = _plot(_by(statements, ends))
    return plot._replace(
        bars=tuple(
            b._replace(label=labels[b.label].label, note=spaced(labels[b.label].cls)) for b in plot.bars
        )
    )


def _documents(statements: Sequence[Statement], sources: Mapping[str, Source]) -> list[tuple[Source, int]]:
    """The documents with how many facts each bears out, the latest first."""
    told = Counter(name for s in statements for name in {e.source.id for e in s.evidence})
    order = sorted(sources.values(), key=lambda source: source.id)
    order.sort(key=lambda source: source.published.isoformat() if source.published else "", reverse=True)
    return [(source, told[source.id]) for source in order]


# ------------------------------------------------------------------------- plots


def _plot(counts: Mapping[str, Counter[str]], *, length: float = _BAR) -> Plot:
    """Bars from the longest down, of those that there is room for."""
    order = sorted(counts, key=lambda key: (-counts[key].total(), key))
    return _drawn({key: counts[key] for key in order[:_TOP]}, length, rest=len(order[_TOP:]))


def _months(statements: Sequence[Statement]) -> Plot:
    """A bar for each month from the first to the last, or for each year where there are too many."""
    counts = _by(statements, lambda s: [_month(s)] if _month(s) else [])
    if not counts:
        return Plot((), (), 0)
    first, last = (12 * int(m[:4]) + int(m[5:]) - 1 for m in (min(counts), max(counts)))
    if last - first < _MONTHS:
        names = [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(first, last + 1)]
        return _drawn({name: counts.get(name, Counter()) for name in names}, _COLUMN)
    years: dict[str, Counter[str]] = {f"{year:04}": Counter() for year in range(first // 12, last // 12 + 1)}
    for month, count in counts.items():
        years[month[:4]] += count
    return _drawn(years, _COLUMN)


def _drawn(counts: Mapping[str, Counter[str]], length: float, *, rest: int = 0) -> Plot:
    most = max((count.total() for count in counts.values()), default=0)
    ticks = _ticks(most)
    scale = length / max(ticks[-1], most, 1)
    bars = tuple(Bar(key, "", count.total(), _pieces(count, scale)) for key, count in counts.items())
    return Plot(bars, tuple((tick, round(tick * scale, 1)) for tick in ticks), rest)


def _pieces(count: Counter[str], scale: float) -> tuple[Piece, ...]:
    pieces, start = [], 0
    for kind in STRONGEST_FIRST:
        if count[kind]:
            pieces.append(Piece(kind, count[kind], round(start * scale, 1), round(count[kind] * scale, 1)))
            start += count[kind]
    return tuple(pieces)


def _ticks(most: int) -> list[int]:
    """Up to five round numbers, 0 and then on to ``most``."""
    rough = max(most, 1) / 4
    size = 10 ** int(log10(rough)) if rough >= 1 else 1
    step = next(ceil(size * n) for n in (1, 2, 2.5, 5, 10) if size * n >= rough and size * n == int(size * n))
    return list(range(0, max(most, step) + 1, step))
