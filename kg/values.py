"""Figures and dates in Italian prose: how much, of what, how surely, when.

A text is read from left to right. Digits, numerals and the words that dates
are known by come first; the words around them then tell a year from a number,
one range from two figures, "oltre" from "circa".
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kg import dates
from kg.amounts import (
    NUMBER_WORDS,
    NUMERAL_START,
    Amount,
    amount_at,
    compiled,
    is_collective,
    number_at,
    scaled,
)
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
    raw = text[start:end]
    lowered = _lowered(raw)
    values: list[Value] = []
    floor, open_range = 0, False
    for anchor in _ANCHOR.finditer(" " + lowered):
        at, word = anchor.start() - 1, anchor[0]
        if not word[0].isdigit():
            at, word = at + 1, word[1:]
        if at < floor or (word.isalpha() and word not in _WORDS):
            continue
        context = Context(lowered, floor, published, open_range)
        found = _date(context, at, word) or _figure(context, raw, at, word)
        if found is None:
            continue
        floor, open_range = found.end, isinstance(found, Span) and found.role == "since"
        if isinstance(found, _Figure):
            amount, begin, _, high, bound = found
            sort = _sort(amount, begin, floor, lowered)
            values.append(
                Value(amount.kind, begin + start, floor + start, amount.number, high, amount.unit, bound, "",
                      "", sort)
            )  # fmt: skip
        elif found.when or found.role == "span":
            values.append(Value("Date", found.start + start, floor + start, when=found.when, role=found.role))
    return values


def _lowered(raw: str) -> str:
    text = raw.lower()
    if len(text) != len(raw):  # "İ" has two characters in lower case
        text = "".join(c.lower() if len(c.lower()) == 1 else c for c in raw)
    if not text.isascii():
        for mark, plain in _MARKS:
            text = text.replace(mark, plain)
    return text


def _anchor_pattern() -> re.Pattern[str]:
    """Digits, or a numeral or word of time with the mark before it.

    A class of characters leads, for `re` to skip to it, and words that share a first letter stand together.
    """
    tails: dict[str, list[str]] = {}
    for start in sorted({*NUMERAL_START.split("|"), *dates.ANCHORS, "milione", "miliardo"}):
        tails.setdefault(start[0], []).append(start[1:])
    words = "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in tails.items())
    return re.compile(rf"[0-9\W](?:(?<=[0-9])[0-9]*|(?:{words})\w*)")


_ANCHOR = _anchor_pattern()
#: What an anchor in letters is, if it is not only a word that begins as one ("centro").
_WORDS = frozenset({*(word.rstrip("'") for word in NUMBER_WORDS), *dates.ANCHORS, "milione", "miliardo"})


# ------------------------------------------------------------------------------------- dates

_TERM_LETTER = compiled(r"(?:^|[(,:;]~|(?<!\w)(?:il|nel|del|dal|al|sul|e)  )[qh]$")
_YEAR_BEFORE = compiled(r"(?<!\w)(?:nel|del|dal|al|il|anno|entro|estate|fine|inizio|metà|di)  $")
_HOW_MANY = compiled(r"(?<!\w)(?:circa|quasi|oltre|almeno|più  di|meno  di|all'incirca)  $")


def _date(context: Context, at: int, word: str) -> Span | None:
    if word in dates.ANCHORS:
        return dates.word_at(context, at, word)
    if not word.isdigit():
        return None
    if at and context.text[at - 1].isalnum():
        lettered = context.text[at - 1] in "qh" and context.right_before(at, _TERM_LETTER)
        return dates.term_at(context, at) if lettered else None
    return dates.date_at(context, at, word)


def _year(context: Context, amount: Amount) -> Span | None:
    """Four digits are a year, unless they count something, or something says about how many."""
    if not amount.bare or not dates.is_year(context.text, amount.start):
        return None
    if context.right_before(amount.start, _HOW_MANY):
        return None
    if amount.unit and not context.right_before(amount.start, _YEAR_BEFORE):
        return None
    return dates.year_at(context, amount.start)


# ----------------------------------------------------------------------------------- figures

_BEFORE_SCALE = compiled(r"(?<!\w)(?:un|mezzo)  $")
_IN_A_CODE = re.compile(r"(?<!\w)'$|[^\W\d][-.]$|#$|[0-9][.,/:]$")  # "'90", "e-208", "ID.3"
_PER = compiled(r"(?<!\w)per  $")
_CLOCK = re.compile(r"[0-9]{1,2}[.:][0-9]{2}(?![0-9])")
_AT_CLOCK = compiled(r"(?<!\w)(?:ore|alle|dalle)  $")
_REST_OF_CODE = re.compile(r"[\w.,/:-]{0,40}")
# "Euro 6", "Formula 1", "alle 18", "anni novanta"; "due terzi", "tre volte"
_LABEL = compiled(r"(?<!\w)(?:euro|formula|livello|fase|articolo|gruppo|ore|alle|dalle|(?P<decade>anni))  $")
_PART = compiled(r"  (?:terzi|quarti|quinti|sesti|ottavi|decimi|volt[ae])(?!\w)")
_LEAD = compiled(
    r"(?<!\w)(?:(?P<between>tra|fra)  (?:(?:il|lo|la|i|gli|le)  |l')?"
    r"|(?:da|dai|dal|dalle|dagli|dalla)  |dall')$"
)
_MOVES = compiled(
    r"(?<!\w)(?:sal|sces|scend|pass|cresc|cal|aument|diminu|balz|croll|port|ridott|ridurr|riduc|ridus|obiettiv|targ|traguard)\w{1,7}  $"
)
_NEARLY = r"(?:(?:quasi|circa|oltre)  )?"
#: "ha alzato il target di consegne" da 300 a 350 mila.
_REVISED = compiled(
    r"(?<!\w)(?:alza|rivist|rived|abbass|taglia|ridott|port)\w{0,8}  (?:\w{2,3}  |l')?"
    r"(?:obiettiv|target|stim|guidance|prevision)\w{0,6}(?:  \w{1,12}){0,3}  $"
)
_AND = compiled(rf"  e  (?:(?:il|lo|la|i|gli|le)  |l')?{_NEARLY}")
_TO = compiled(rf"  (?:(?:a|ad|al|ai|alle|alla|agli)  |all'|fino  a\w{{0,3}}  ){_NEARLY}")
_HYPHEN = compiled(r"-|  -  ")
_LINK = compiled(r"  [aef-]|-")  # what each of the three begins with
_BOUND = compiled(
    r"(?<!\w)(?:(?P<About>circa|quasi|(?:intorno|attorno)  a\w{0,3}|all'incirca|pressoché"
    r"|poco  (?:meno|più)  d\w{1,4}|approssimativamente|grosso  modo)"
    r"|(?P<AtLeast>oltre|più  d\w{1,4}|almeno|a  partire  da\w{0,3}|superior[ei]  a\w{0,3}"
    r"|non  (?:meno  d\w{1,4}|inferior[ei]  a\w{0,3})|(?:un  )?minimo(?:  di)?|al  di  sopra  d\w{1,4})"
    r"|(?P<AtMost>(?:fino|sino)  a\w{0,3}|(?:al  |un  )?massimo(?:  di|  a\w{0,2})?|meno  d\w{1,4}|sotto|entro"
    r"|non  (?:oltre|più  d\w{1,4}|superior[ei]  a\w{0,3})|inferior[ei]  a\w{0,3}|al  di  sotto  d\w{1,4}))"
    r"(?:'|  (?:il|lo|la|i|gli|le|quota)|  l')?~$"
)
_DIFFERENCE = compiled(
    r"  (?:\w+  )?(?:in  (?:più|meno)|di  differenza|(?:più|meno)  \w+  (?:di|dell|che)\w*)(?!\w)"
)
_RIVAL = compiled(
    r"(?<!\w)(?:rispetto  a\w*|contro|invece  d\w+|anziché|(?:più|meno)  d(?:ei|egli|elle)|(?:inferior|superior)[ei]  di)  (?:(?:i|gli|le|a)  )?(?:circa  )?$"
)
_ONLY = compiled(r"(?<!\w)appena  $")  # which else is a conjunction
_FROM = compiled(r"(?<!\w)dai?  $")
_SIGN = compiled(r"(?<![\w%)])[+-]$")
_CIRCA = compiled(r"  circa(?!\w)(?!  [0-9])")
_MORE = compiled(r"  in  (?:più|(?P<less>meno))(?!\w)")
_APPENA = len("appena") + 3  # and a gap
_REACH = 40  # how far before a figure what it is set against may stand
_TEN = 10
_MILLION = 6  # the power of ten from which a number that counts nothing is money
_COUNTS = compiled(r"  d(?:i(?!\w)|')")


class _Figure(NamedTuple):
    """An amount between the words that bound it, which reach from ``start`` to ``end``."""

    amount: Amount
    start: int
    end: int
    high: Decimal | None
    bound: str


def _figure(context: Context, raw: str, anchor: int, word: str) -> _Figure | Span | None:
    at = _start(context, anchor, word)
    if at is None:
        return None
    read = number_at(context.text, at)
    if read and _CLOCK.match(context.text, at) and context.right_before(at, _AT_CLOCK):
        return Span(at, at + len("14.30"))
    span = dates.time_at(context, at, *read) if read else None
    amount = None if span else amount_at(context.text, raw, at, context.floor, read)
    if amount is None:
        return span or (_passed_over(context, at, read[1]) if read else None)
    return _range(context, raw, amount) or _year(context, amount) or _alone(context, amount)


def _start(context: Context, at: int, word: str) -> int | None:
    """Where the number around the anchor begins; None inside a word or a code, and in "per cento"."""
    text = context.text
    if word in ("milione", "miliardo"):
        one = context.right_before(at, _BEFORE_SCALE)
        return one.start() if one else None
    coded = (
        at and not text[at - 1].isspace() and (text[at - 1].isalnum() or context.right_before(at, _IN_A_CODE))
    )
    return None if coded or (word == "cento" and context.right_before(at, _PER)) else at


def _passed_over(context: Context, at: int, end: int) -> Span:
    """ "2024/25" is a year; of other codes ("4x4", "1/3") no part is a figure."""
    season = dates.year_at(context, at) if context.text.startswith("/", end) else None
    rest = _REST_OF_CODE.match(context.text, end)
    return season or Span(at, rest.end() if rest else end)


def _alone(context: Context, amount: Amount) -> _Figure | Span:
    """One figure, or a number that only labels something or parts it."""
    start, number = amount.start, amount.number
    if not amount.unit and not amount.power and number <= 90:
        label = context.right_before(start, _LABEL)
        if (label and (label["decade"] or number <= 24)) or _PART.match(context.text, amount.end):
            return Span(start, amount.end)
    if start and context.text[start - 1] in "+-" and context.right_before(start, _SIGN):
        signed = -number if context.text[start - 1] == "-" else number
        amount = amount._replace(start=start - 1, number=signed)
    elif amount.kind == "Percent" and (more := _MORE.match(context.text, amount.end)):
        amount = amount._replace(end=more.end(), number=-number if more["less"] else number)
    return _bounded(context, amount, None)


def _sort(amount: Amount, start: int, end: int, text: str) -> str:
    """Whether it is a change by itself ("+7%", "il 7% in meno"), one to compare with, or a sum that lacks its currency."""
    kind = amount.kind
    if kind == "Number":
        return "Sum" if amount.power >= _MILLION and not _COUNTS.match(text, end) else ""
    if kind == "Percent":
        words = text[start:end]
        return "Change" if "+" in words or words[0] == "-" or _MORE.search(words) else ""
    if amount.unit.startswith("{") or (kind == "Money" and amount.number >= _SUM):
        return ""
    beside = _DIFFERENCE.match(text, end) or _RIVAL.search(text, max(0, start - _REACH), start)
    return "Difference" if beside else ""


def _range(context: Context, raw: str, first: Amount) -> _Figure | Span | None:
    """ "tra i 300 e i 400 km", "dal 4% al 6%", "4-6%"; the time from 0 to 100 km/h is told elsewhere."""
    if not _LINK.match(context.text, first.end):
        return None
    lead = context.right_before(first.start, _LEAD)
    moved = lead and (context.before(lead.start(), _MOVES) or context.before(lead.start(), _REVISED))
    if lead and not lead["between"] and moved:
        return None  # "sale dal 32 al 32,5%"
    link = (_AND if lead["between"] else _TO).match(context.text, first.end) if lead else None
    if link is None:
        lead, link = None, _HYPHEN.match(context.text, first.end)
    second = amount_at(context.text, raw, link.end(), link.end()) if link else None
    if second is None or first.unit not in ("", second.unit):
        return None
    counts = not (second.bare and not second.unit) and not context.right_before(first.start, _YEAR_BEFORE)
    if first.bare and not counts and dates.year_at(context, first.start):
        return None
    if not first.number and second.number in _SPEEDS and second.unit in ("", "km/h"):
        return Span(first.start, second.end)
    low = first.number if first.unit or first.power else scaled(first.number, second.power)
    if low >= second.number and first.number >= second.number.scaleb(-second.power) >= _TEN:
        return None  # "da 420 a 300 miliardi" falls
    low = low if low < second.number else first.number
    if low >= second.number:
        return None
    start = lead.start() if lead else first.start
    return _bounded(context, second._replace(start=start, number=low), second.number)


def _bounded(context: Context, amount: Amount, high: Decimal | None) -> _Figure:
    """The figure with the words around it that say how exact it is."""
    start, end, bound = amount.start, amount.end, ""
    only = context.text.find("appena", max(0, start - _APPENA), start) >= 0 and context.right_before(
        start, _ONLY
    )
    start = only.start() if only else start
    before = context.before(start, _BOUND)
    if before:
        start, bound = before.start(), before.lastgroup or ""
    elif high is None and amount.kind == "Money" and amount.power < 6 and amount.number < _SUM:
        price = context.right_before(start, _FROM)
        if price:
            start, bound = price.start(), "AtLeast"
    if not bound and is_collective(context.text, amount.start):
        bound = "About"
    after = None if bound else _CIRCA.match(context.text, end)
    if after:
        end, bound = after.end(), "About"
    return _Figure(amount, start, end, high, bound)
