"""Tables for a terminal or for a README."""

from __future__ import annotations

from typing import NamedTuple


class Table(NamedTuple):
    """A title, the heads of the columns, and rows of text."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def drawn(table: Table, *, markdown: bool) -> str:
    """The table in columns: the first to the left, the others to the right."""
    lines = [table.heads, *table.rows]
    widths = [
        max(len(line[i]) for line in lines if not i or _is_whole(line)) for i in range(len(table.heads))
    ]
    bar, ends = (" | ", "| {} |") if markdown else ("  ", "{}")

    def line(cells: tuple[str, ...]) -> str:
        if not _is_whole(cells) and not markdown:
            return f"{cells[0]:{widths[0]}}  {cells[1]}"
        padded = (
            f"{c:{w}}" if not i else f"{c:>{w}}" for i, (c, w) in enumerate(zip(cells, widths, strict=True))
        )
        return ends.format(bar.join(padded)).rstrip()

    rule = "|".join(["", "-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:]), ""])
    between = rule if markdown else "  ".join("-" * w for w in widths)
    title = f"**{table.title}**\n" if markdown else table.title
    return "\n".join([title, line(table.heads), between, *map(line, table.rows)])


def _is_whole(cells: tuple[str, ...]) -> bool:
    """Whether a row has more than a name and a remark, which would make its column wide."""
    return len(cells) < 3 or any(cells[2:])


def amount(number: float) -> str:
    """A number with three digits that matter: 0.0234, 23.4, 23,400."""
    if number >= 1000:
        digits = max(0, len(str(int(number))) - 3)
        return f"{round(number, -digits):,.0f}"
    return f"{number:.3g}"


def times(ratio: float) -> str:
    """How many times as fast, below one as a fraction."""
    return f"{amount(ratio)} x" if ratio >= 1 else f"1/{amount(1 / ratio)}"


def seconds(number: float) -> str:
    """A duration as a person says it."""
    return f"{number * 1000:.3g} ms" if number < 1 else f"{number:.3g} s"
