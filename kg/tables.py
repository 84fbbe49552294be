"""Facts as a table: CSV and TSV for spreadsheets and scripts, Parquet for those who want types.

A row is one fact with one piece of its evidence. Numbers, dates and truth values are columns of their own
kind. Whatever qualifier has no column, or is not written as its column wants it, stands in ``other``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, Final

from kg.facts import days, words
from kg.graph import document_iri, entity_iri, object_iri, statement_iri
from kg.model import Claim, Entity, Evidence, Observation, OutputError, Statement, plain
from kg.statements import stands

#: What a cell holds; None where there is nothing.
Cell = str | int | bool | Decimal | date | tuple[str, ...] | None

#: The columns with their kinds.
COLUMNS: Final[Mapping[str, str]] = {
    "fact": "text",
    "subject": "text",
    "subject_class": "text",
    "subject_place": "text",
    "subject_named": "boolean",
    "relation": "text",
    "object": "text",
    "object_class": "text",
    "object_place": "text",
    "object_named": "boolean",
    "metric": "text",
    "value": "number",
    "max_value": "number",
    "unit": "text",
    "bound": "text",
    "change": "number",
    "period": "text",
    "period_start": "date",
    "period_end": "date",
    "date": "text",
    "since": "text",
    "until": "text",
    "by": "text",
    "first_day": "date",
    "last_day": "date",
    "by_day": "date",
    "share": "number",
    "rate": "number",
    "amount": "number",
    "amount_unit": "text",
    "capacity": "number",
    "capacity_unit": "text",
    "volume": "number",
    "volume_unit": "text",
    "count": "integer",
    "place": "text",
    "product": "text",
    "title": "text",
    "successor": "text",
    "reason": "text",
    "about": "text",
    "other": "text",
    "factuality": "text",
    "stands": "boolean",
    "said_by": "text",
    "quote": "text",
    "before": "text",
    "after": "text",
    "start": "integer",
    "end": "integer",
    "rule": "text",
    "resolution": "texts",
    "document": "text",
    "headline": "text",
    "outlet": "text",
    "published": "date",
    "url": "text",
    "language": "text",
    "statement_iri": "text",
    "subject_iri": "text",
    "object_iri": "text",
    "document_iri": "text",
}

_TEXTS = frozenset(
    {"date", "since", "until", "by", "place", "product", "title", "successor", "reason", "about"}
)
_AMOUNTS = frozenset({"amount", "capacity", "volume"})
_NUMBERS = frozenset({"share", "rate"})
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
#: What a spreadsheet takes for a formula; it strips blanks before it looks.
_FORMULA = re.compile(r"[\s']*[=+\-@\t\r＝＋－＠]")  # full-width signs run as well
_PRECISION, _SCALE = 38, 15


def rows(statements: Sequence[Statement]) -> Iterator[dict[str, Cell]]:
    """The statements as rows of :data:`COLUMNS`, in their order, each piece of evidence on a row."""
    for statement in statements:
        claim = statement.claim
        fact = {
            "fact": words(claim),
            **_ends(claim),
            "relation": claim.relation,
            **qualifiers(claim),
            "stands": stands(statement),
            "statement_iri": statement_iri(claim),
        }
        for evidence in statement.evidence:
            row = fact | _evidence(evidence)
            yield {name: None if row.get(name) == "" else row.get(name) for name in COLUMNS}


def _ends(claim: Claim) -> dict[str, Cell]:
    ends: dict[str, Cell] = {"subject_iri": entity_iri(claim.subject), "object_iri": object_iri(claim)}
    for end, thing in (("subject", claim.subject), ("object", claim.object)):
        if isinstance(thing, Entity):
            parts = (thing.label, thing.cls, thing.place, thing.named)
            ends |= dict(zip((end, f"{end}_class", f"{end}_place", f"{end}_named"), parts, strict=True))
        else:
            ends |= {f"{end}_class": "Observation", **figure(thing)}
    return ends


def figure(thing: Observation) -> dict[str, Cell]:
    """A figure as cells, with the days that its period covers."""
    first, last = days(thing.period) or (None, None)
    return {
        "metric": thing.metric,
        "value": thing.value,
        "max_value": thing.high,
        "unit": thing.unit,
        "bound": thing.bound,
        "change": thing.change,
        "period": thing.period,
        "period_start": first,
        "period_end": last,
    }


def qualifiers(claim: Claim) -> dict[str, Cell]:
    """The qualifiers of a claim as cells, from which they can be told again; ``other`` is a JSON object."""
    names = [name for name, _ in claim.qualifiers]
    cells: dict[str, Cell] = {}
    other: dict[str, list[str]] = {}
    for name, text in claim.qualifiers:
        typed = _typed(name, text) if names.count(name) == 1 else {}
        cells |= typed
        if not typed:
            other.setdefault(name, []).append(text)
    told = {name: days(str(cells.get(name))) for name in ("date", "since", "until", "by")}
    begun, ended, due = told["since"] or told["date"], told["until"] or told["date"], told["by"]
    return cells | {
        "first_day": begun[0] if begun else None,
        "last_day": ended[1] if ended else None,
        "by_day": due[1] if due else None,
        "other": json.dumps(other, ensure_ascii=False, sort_keys=True) if other else "",
    }


def _typed(name: str, text: str) -> dict[str, Cell]:
    """A qualifier in its columns, nothing where they cannot hold it as it is."""
    if name in _TEXTS:
        return {name: text} if text else {}
    number, _, unit = text.partition(" ")
    if not _NUMBER.fullmatch(number) or number != plain(Decimal(number)):
        return {}
    if name == "count" and number.isdecimal() and text == number:
        return {name: int(number)}
    if text == number and name in _NUMBERS | _AMOUNTS:
        return {name: Decimal(number)}
    if name in _AMOUNTS and re.fullmatch(r"\S+", unit):
        return {name: Decimal(number), f"{name}_unit": unit}
    return {}


def _evidence(evidence: Evidence) -> dict[str, Cell]:
    source = evidence.source
    return {
        "factuality": evidence.factuality.value,
        "said_by": evidence.said_by,
        "quote": evidence.quote,
        "before": evidence.before,
        "after": evidence.after,
        "start": evidence.start,
        "end": evidence.end,
        "rule": evidence.rule,
        "resolution": evidence.resolution,
        "document": source.id,
        "headline": source.title,
        "outlet": source.outlet,
        "published": source.published,
        "url": source.url,
        "language": source.language,
        "document_iri": document_iri(source),
    }


# ---------------------------------------------------------------- CSV and TSV


def to_table(statements: Sequence[Statement], *, tabs: bool = False, raw: bool = False) -> str:
    """The facts as CSV (RFC 4180, but lines end with a line feed), or with tabs, under a line of heads.

    A text that a spreadsheet would run as a formula gets an apostrophe before it, and so does one that
    would be taken for such a text: whoever takes away one apostrophe before ``=``, ``+``, ``-``, ``@``, a
    tab or a carriage return, blanks and further apostrophes apart, has the text again. ``raw`` leaves all
    as it is. Numbers are plain digits, days ISO 8601, several texts one JSON array.
    """
    lines = ([_cell(value, raw=raw) for value in row.values()] for row in rows(statements))
    return sheet(chain([COLUMNS], lines), "\t" if tabs else ",")


def sheet(lines: Iterable[Iterable[str]], delimiter: str = ",") -> str:
    """Lines of cells as CSV."""
    page = io.StringIO()
    for cells in lines:
        line = io.StringIO()  # csv quotes no carriage return but where lines end with one
        csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
        page.write(line.getvalue().removesuffix("\r\n") + "\n")
    return page.getvalue()


def _cell(value: Cell, *, raw: bool) -> str:
    if isinstance(value, str):
        return f"'{value}" if not raw and _FORMULA.match(value) else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return "" if value is None else str(value)


# -------------------------------------------------------------------- Parquet


def to_parquet(statements: Sequence[Statement]) -> bytes:
    """The facts as Parquet: decimals, days, truth values and lists of texts as such.

    Raises:
        OutputError: where pyarrow is not installed, and for a number too long for its 38 digits.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as exc:
        raise OutputError(
            "parquet: pyarrow is not installed; pip install 'kg[parquet]', or export csv"
        ) from exc
    kinds = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "number": pa.decimal128(_PRECISION, _SCALE),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    every: list[dict[str, Any]] = list(rows(statements))
    page = io.BytesIO()
    try:
        pq.write_table(pa.Table.from_pylist(every, schema=schema), page, compression="zstd")
    except (pa.ArrowException, ValueError, OverflowError) as exc:
        raise OutputError(f"parquet: cannot hold these facts ({exc}); export csv") from exc
    return page.getvalue()
