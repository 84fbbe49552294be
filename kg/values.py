"""Figures and dates in Italian prose: how much, of what, how surely, when.

A text is read from left to right. Digits, numerals and the words that dates
are known by come first; the words around them then tell a year from a number,
one range from two figures, "oltre" from "circa".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kg import dates
from kg.amounts import NUMERAL_START, Amount, amount_at, compiled, number_at
from kg.dates import Context, Span
from kg.model import Value

_SUM = 1_000_000  # below it "da 25.000 euro" is where prices begin, from it on the size of a sum
_SPEEDS = (60, 80, 96, 97, 100, 160, 200)  # km/h that a car is timed to from rest

# One mark for each kind of apostrophe and of dash; all keep the length of the text.
_MARKS = (
    ("\u2019", "'"),
    ("\u2018", "'"),
    ("\u2013", "-"),
    ("\u2212", "-"),
    ("\u2010", "-"),
    ("\u2011", "-"),
)


def find_values(text: str, start: int, end: int, published: date | None) -> list[Value]:
    """Every figure and date in ``text[start:end]``, in order, none overlapping another.

    Offsets are into ``text``. Relative dates ("lo scorso settembre") are read
    against ``published``; without it they are left out.
    """
    return [
        replace(value, start=value.start + start, end=value.end + start)
        for value in _read(text[start:end], published)
    ]


def _read(raw: str, published: date | None) -> Iterator[Value]:
    text = _lowered(raw)
    floor, open_range = 0, False
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() < floor:
            continue
        context = Context(text, floor, published, open_range)
        found = _date(context, anchor) or _figure(context, raw, anchor)
        if found is None:
            continue
        floor = found.end
        open_range = isinstance(found, Span) and found.role == "since"
        if isinstance(found, Value):
            yield found
        elif found.when:
            yield Value("Date", found.start, found.end, when=found.when, role=found.role)


def _lowered(raw: str) -> str:
    text = raw.lower()
    if len(text) != len(raw):  # "İ" has two characters in lower case
        text = "".join(c.lower() if len(c.lower()) == 1 else c for c in raw)
    if not text.isascii():
        for mark, plain in _MARKS:
            text = text.replace(mark, plain)
    return text


def _anchor_pattern() -> re.Pattern[str]:
    """Digits, numerals and words of time; those that share a first letter stand together, for speed."""
    tails: dict[str, list[str]] = {}
    for start in sorted({*NUMERAL_START.split("|"), *dates.ANCHORS, "milione", "miliardo"}):
        tails.setdefault(start[0], []).append(start[1:])
    words = "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in tails.items())
    return re.compile(rf"[0-9]+|\b(?:{words})\w*")


_ANCHOR = _anchor_pattern()


# ------------------------------------------------------------------------------------- dates

_TERM_LETTER = compiled(r"(?:^|[(,:;]~|(?<!\w)(?:il|nel|del|dal|al|sul|e)  )[qh]$")
_YEAR_BEFORE = compiled(r"(?<!\w)(?:nel|del|dal|al|il|anno|entro|estate|fine|inizio|metà|di)  $")
_HOW_MANY = compiled(r"(?<!\w)(?:circa|quasi|oltre|almeno|più  di|meno  di|all'incirca)  $")


def _date(context: Context, anchor: re.Match[str]) -> Span | None:
    at, word = anchor.start(), anchor[0]
    if word in dates.ANCHORS:
        return dates.word_at(context, at, word)
    if not word.isdigit():
        return None
    if at and context.text[at - 1].isalnum():
        return dates.term_at(context, at) if context.before(at, _TERM_LETTER) else None
    return dates.date_at(context, at)


def _year(context: Context, amount: Amount) -> Span | None:
    """Four digits are a year, unless they count something, or something says about how many."""
    if not amount.bare or context.before(amount.start, _HOW_MANY):
        return None
    if amount.unit and not context.before(amount.start, _YEAR_BEFORE):
        return None
    return dates.year_at(context, amount.start)


# ----------------------------------------------------------------------------------- figures

_BEFORE_SCALE = compiled(r"(?<!\w)(?:un|mezzo)  $")
_NO_FIGURE = compiled(r"(?<!\w)(?:'|per  (?=cento))$|[^\W\d][-.]$|#$|[0-9][.,/:]$")
_LABEL = compiled(
    r"(?<!\w)(?:euro|formula|livello|fase|articolo|gruppo|ore|alle|dalle)  $"
)  # "Euro 6", "Formula 1"
_DECADE = compiled(r"(?<!\w)anni  $")
_CLOCK = re.compile(r"[0-9]{1,2}[.:][0-9]{2}(?![0-9])")
_AT_CLOCK = compiled(r"(?<!\w)(?:ore|alle|dalle)  $")
_TOKEN = re.compile(r"[\w.,/:-]{0,40}")
_PART = compiled(r"  (?:terzi|quarti|quinti|sesti|ottavi|decimi|volt[ae])(?!\w)")
_LEAD = compiled(
    r"(?<!\w)(?:(?P<between>tra|fra)  (?:(?:il|lo|la|i|gli|le)  |l')?"
    r"|(?:da|dai|dal|dalle|dagli|dalla)  |dall')$"
)
_AND = compiled(r"  e  (?:(?:il|lo|la|i|gli|le)  |l')?")
_TO = compiled(r"  (?:(?:a|ad|al|ai|alle|alla|agli)  |all'|fino  a\w{0,3}  )")
_HYPHEN = compiled(r"-|  -  ")
_BOUND = compiled(
    r"(?<!\w)(?:(?P<About>circa|quasi|(?:intorno|attorno)  a\w{0,3}|all'incirca|pressoché"
    r"|poco  (?:meno|più)  d\w{1,4}|approssimativamente|grosso  modo)"
    r"|(?P<AtLeast>oltre|più  d\w{1,4}|almeno|a  partire  da\w{0,3}|superior[ei]  a\w{0,3}"
    r"|non  (?:meno  d\w{1,4}|inferior[ei]  a\w{0,3})|(?:un  )?minimo(?:  di)?|al  di  sopra  d\w{1,4})"
    r"|(?P<AtMost>(?:fino|sino)  a\w{0,3}|(?:al  |un  )?massimo(?:  di)?|meno  d\w{1,4}|sotto|entro"
    r"|non  (?:oltre|più  d\w{1,4}|superior[ei]  a\w{0,3})|inferior[ei]  a\w{0,3}|al  di  sotto  d\w{1,4}))"
    r"(?:'|  (?:il|lo|la|i|gli|le|quota)|  l')?~$"
)
_FROM = compiled(r"(?<!\w)dai?  $")
_SIGN = compiled(r"(?<![\w%)])[+-]$")
_CIRCA = compiled(r"  circa(?!\w)(?!  [0-9])")


def _figure(context: Context, raw: str, anchor: re.Match[str]) -> Value | Span | None:
    text, at = context.text, anchor.start()
    if anchor[0] in ("milione", "miliardo"):
        before = context.before(at, _BEFORE_SCALE)
        if before is None:
            return None
        at = before.start()
    elif (at and text[at - 1].isalnum()) or context.before(at, _NO_FIGURE):
        return None
    elif context.before(at, _AT_CLOCK) and _CLOCK.match(text, at):
        return Span(at, at + len("14.30"))
    read = number_at(text, at)
    span = dates.time_at(context, at, *read) if read else None
    if span:
        return span
    amount = amount_at(text, raw, at, context.floor)
    if amount is None:
        return _passed_over(context, at, read[1]) if read else None
    return _range(context, raw, amount) or _year(context, amount) or _alone(context, amount)


def _passed_over(context: Context, at: int, end: int) -> Span:
    """ "2024/25" is a year; of other codes ("4x4", "1/3") no part is a figure."""
    season = dates.year_at(context, at) if context.text.startswith("/", end) else None
    rest = _TOKEN.match(context.text, end)
    return season or Span(at, rest.end() if rest else end)


def _alone(context: Context, amount: Amount) -> Value | Span:
    """One figure, or a number that only labels something or parts it."""
    idle = not amount.unit and not amount.power
    labels = amount.number <= 24 and context.before(amount.start, _LABEL)
    decade = 20 <= amount.number <= 90 and context.before(amount.start, _DECADE)
    if idle and (labels or decade or _PART.match(context.text, amount.end)):
        return Span(amount.start, amount.end)
    sign = context.before(amount.start, _SIGN)
    if sign:
        number = -amount.number if sign[0] == "-" else amount.number
        amount = amount._replace(start=sign.start(), number=number)
    return _bounded(context, amount, None)


def _range(context: Context, raw: str, first: Amount) -> Value | Span | None:
    """ "tra i 300 e i 400 km", "dal 4% al 6%", "4-6%"; the time from 0 to 100 km/h is told elsewhere."""
    lead = context.before(first.start, _LEAD)
    link = (_AND if lead["between"] else _TO).match(context.text, first.end) if lead else None
    if link is None:
        lead, link = None, _HYPHEN.match(context.text, first.end)
    second = amount_at(context.text, raw, link.end(), link.end()) if link else None
    if second is None or first.unit not in ("", second.unit):
        return None
    if (
        first.bare
        and dates.year_at(context, first.start)
        and ((second.bare and not second.unit) or context.before(first.start, _YEAR_BEFORE))
    ):
        return None
    if not first.number and second.number in _SPEEDS and second.unit in ("", "km/h"):
        return Span(first.start, second.end)
    low = first.number if first.unit or first.power else first.number.scaleb(second.power)
    low = low if low < second.number else first.number
    if low >= second.number:
        return None
    start = lead.start() if lead else first.start
    return _bounded(context, second._replace(start=start, number=low), second.number)


def _bounded(context: Context, amount: Amount, high: Decimal | None) -> Value:
    """The value, with the words around it that say how exact it is."""
    start, end, bound = amount.start, amount.end, ""
    before = context.before(start, _BOUND)
    if before:
        start, bound = before.start(), next(name for name in ("About", "AtLeast", "AtMost") if before[name])
    elif high is None and amount.kind == "Money" and amount.power < 6 and amount.number < _SUM:
        price = context.before(start, _FROM)
        if price:
            start, bound = price.start(), "AtLeast"
    after = _CIRCA.match(context.text, end)
    if after and not bound:
        end, bound = after.end(), "About"
    return Value(amount.kind, start, end, amount.number, high, amount.unit, bound)
