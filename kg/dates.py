"""Italian dates and periods, read against the day on which a text was published.

Each reader looks at one place of a lower-case text, a little before and a
little behind it, and answers with a :class:`Span`: of a date, or of words that
speak of time and fix no date ("nei primi nove mesi del 2024").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from kg.amounts import compiled

_MONTHS = "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
_WEEKDAYS = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
_DAYS = {"oggi": 0, "ieri": -1, "domani": 1, "dopodomani": 2}
_SEASONS = {"inverno": 3, "primavera": 6, "estate": 9, "autunno": 12}  # the month each is over
_SIZES = {"anno": 12, "semestre": 6, "trimestre": 3, "mese": 1, "h": 6, "q": 3}  # in months
_ORDINALS = {"primo": 1, "secondo": 2, "terzo": 3, "quarto": 4, "i": 1, "ii": 2, "iii": 3, "iv": 4}
_REACH = 40  # how far a reader looks back
_WORDS = 16  # and for a word or two, with the end of a line
_MANY = 200  # years, months or days: nobody counts further to a date


class Span(NamedTuple):
    """``[start, end)`` of words about time; with an empty ``when`` they fix no date, with the role "span" they are one still."""

    start: int
    end: int
    when: str = ""
    role: str = "at"


class Context(NamedTuple):
    """A lower-case text, how far to look back in it, and the day it was published.

    ``open_range`` says that a date ends at ``floor`` that began a range: "dal 2024".
    """

    text: str
    floor: int = 0
    published: date | None = None
    open_range: bool = False

    def before(self, at: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of ``pattern``, which ends with "$", up to ``at``."""
        return pattern.search(self.text, max(self.floor, at - _REACH), at)

    def right_before(self, at: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The same, a few times faster, of a ``pattern`` for a word or two: no more than 15 characters."""
        return pattern.search(self.text, max(self.floor, at - _WORDS), at)


# ------------------------------------------------------------------ what ties a date to its deed

_ROLE = compiled(
    r"(?<!\w)(?:(?P<by>entro|non  oltre|prima  d(?:i|el|ello|ella|ell'|ei|egli|elle))"
    r"|(?P<since>(?:(?:a  partire|a  decorrere|fin|sin|già)  )?d(?:a|al|allo|alla|all'|ai|agli|alle)|dopo)"
    r"|(?P<until>(?:fino|sino)  a(?:d|l|llo|lla|ll'|i|gli|lle)?))"
    r"(?:  (?:il|lo|la|l'|i|gli|le))?(?:~anno  )?~$"
)
_RANGE_END = compiled(r"~(?:e  )?(?:fino  )?a(?:d|l|llo|lla|ll')?~")
_PART = compiled(r"(?<!\w)(?:inizi|inizio|metà|fine)  (?:(?:di|del|dello|della)  (?:lo  )?|dell'~)?$")


def _tied(context: Context, start: int, end: int, when: str) -> Span:
    """The date with the words before it: "(entro la) fine del", "a partire dal"."""
    part = context.before(start, _PART)
    start = part.start() if part else start
    if context.open_range and _RANGE_END.fullmatch(context.text, context.floor, start):
        between = context.text[context.floor : start]
        return Span(start - len(between.lstrip()), end, when, "until")
    role = context.before(start, _ROLE)
    if role is None:
        return Span(start, end, when)
    return Span(role.start(), end, when, "by" if role["by"] else "since" if role["since"] else "until")


_YEAR = r"(?:19|20)[0-9]{2}(?![0-9]|[.,][0-9])"
_TAIL = compiled(
    rf"(?:  (?:del  |di  |dell'~anno  |anno  )?(?P<year>{_YEAR})"
    r"|  (?:(?:del|dello)  )?(?P<adjective>scorso|prossimo)  anno"
    r"|  dell'~anno  (?P<participle>scorso|passato|prossimo|venturo)"
    r"|  (?P<lost>d(?:ello|i)  stesso  anno|dell'~anno  (?:precedente|successivo|seguente)"
    r"|(?:precedent|successiv|seguent)[aeo])"
    r"|  (?:di  quest'~anno|dell'~anno(?:  (?:in  corso|corrente))?)"
    r"|  (?P<turn>scors[oa]|passat[oa]|prossim[oa]))(?!\w)"
)
_TURN = compiled(r"(?<!\w)(scors[oa]|passat[oa]|prossim[oa])  $")


class _Tail(NamedTuple):
    """A month, a quarter, a season at ``[start, end)`` with what is said of its year."""

    start: int
    end: int
    year: int | None = None
    turn: int = 0
    lost: bool = False  # its year goes by another, which is not known


def _tail(context: Context, start: int, end: int) -> _Tail:
    found = _TAIL.match(context.text, end)
    if found is None:
        later = _LATER_YEAR.match(context.text, end)
        if later:
            return _Tail(start, end, int(later[1]))
        before = context.right_before(start, _TURN)
        return _Tail(before.start(), end, None, _turn(before[1])) if before else _Tail(start, end)
    if found["year"]:
        return _Tail(start, found.end(), int(found["year"]))
    if found["turn"]:
        return _Tail(start, found.end(), None, _turn(found["turn"]))
    if found["lost"] or context.published is None:
        return _Tail(start, found.end(), lost=True)
    return _Tail(
        start, found.end(), context.published.year + _turn(found["adjective"] or found["participle"])
    )


def _turn(word: str | None) -> int:
    """On which side of today: -1 for "scorso", 1 for "prossimo", 0 for "in corso" and no word."""
    return {"sco": -1, "pas": -1, "pro": 1, "ven": 1}.get((word or "")[:3], 0)


def _meant(days: Iterable[date | None], today: date, turn: int, role: str) -> date | None:
    """The day that is meant: the last before today, the next, or the nearest."""
    known = [day for day in days if day]
    if turn < 0:
        return max((day for day in known if day < today), default=None)
    if turn > 0:
        return min((day for day in known if day > today), default=None)
    if role in ("by", "until"):
        return min((day for day in known if day >= today), default=None)
    return min(known, key=lambda day: (abs(day - today), day), default=None)


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _written(index: int, size: int) -> str:
    """A period of ``size`` months, counted from the year 0."""
    year, part = divmod(index, 12 // size)
    if not 0 < year <= date.max.year:
        return ""
    return f"{year:04}" + {12: "", 6: f"-H{part + 1}", 3: f"-Q{part + 1}", 1: f"-{part + 1:02}"}[size]


# -------------------------------------------------------------------------------------- years

_A_YEAR = re.compile(_YEAR)
_YEAR_AFTER = compiled(rf"  {_YEAR}")
_SEASON_YEAR = re.compile(r"[/-][0-9]{2}(?![\w%]|[.,][0-9])")
_BETWEEN_YEARS = compiled(r"(?<!\w)(?:tra|fra)  (?:il  |l'anno  )?$")
_AND_YEAR = compiled(rf"  e  (?:il  )?({_YEAR})")
_DECADE = compiled(r"(?<!\w)anni  $")
_HALF = compiled(r"(?<!\w)(?:(?P<first>prima)|seconda)  metà  (?:(?:di|del|dello)  |dell'~(?:anno  )?)$")


def is_year(text: str, at: int) -> bool:
    """Whether the digits at ``at`` may be those of a year."""
    return _A_YEAR.match(text, at) is not None


def year_at(context: Context, at: int) -> Span | None:
    """The year whose digits begin at ``at``, with the part of it that is meant: "fine 2025"."""
    found = _A_YEAR.match(context.text, at)
    if found is None:
        return None
    if context.right_before(at, _DECADE):
        return Span(at, found.end())
    between, last = context.right_before(at, _BETWEEN_YEARS), _AND_YEAR.match(context.text, found.end())
    if between and last and last[1] > found[0]:
        return Span(between.start(), last.end(), last[1], "by")
    season = _SEASON_YEAR.match(context.text, found.end())
    return _year(context, at, season.end() if season else found.end(), int(found[0]))


def _year(context: Context, start: int, end: int, year: int) -> Span:
    half = context.before(start, _HALF)
    if half:
        return _tied(context, half.start(), end, _written(2 * year + (not half["first"]), 6))
    return _tied(context, start, end, _written(year, 12))


_THIS_OR_TURN = compiled(r"(?<!\w)(?:quest'~|questo  |(?P<turn>scorso|passato|prossimo)  )$")
_ONE = compiled(r"(?<!\w)(?:(?P<ahead>tra|fra|(?P<by>entro))  )?un  $")
_AGO = compiled(r"  (?:fa|or  sono)(?!\w)")
_TURN_AFTER = compiled(r"  (?P<turn>scorso|passato|prossimo|venturo|in  corso|corrente)(?!\w)")


def _by_today(context: Context, at: int, word: str) -> Span | None:
    """ "l'anno scorso", "questo mese", "un anno fa", "tra un mese"; "entro l'anno", "a fine mese"."""
    text, end, size = context.text, at + len(word), _SIZES[word]
    if context.published is None or _YEAR_AFTER.match(text, end):
        return None
    now = (context.published.year * 12 + context.published.month - 1) // size
    one, ago = context.right_before(at, _ONE), _AGO.match(text, end)
    if one and ago:
        return Span(one.start(), ago.end(), _written(now - 1, size))
    if one:
        return (
            Span(one.start(), end, _written(now + 1, size), "by" if one["by"] else "at")
            if one["ahead"]
            else None
        )
    before, after = context.right_before(at, _THIS_OR_TURN), _TURN_AFTER.match(text, end)
    start = before.start() if before else at
    if after and not before:
        end = after.end()
    turned = before or after
    now += _turn(turned["turn"]) if turned else 0
    span = _year(context, start, end, now) if size == 12 else _tied(context, start, end, _written(now, size))
    told = before or after or span.role == "by" or context.before(at, _PART) or context.before(at, _HALF)
    return span if told else None


def _season(context: Context, at: int, word: str) -> Span | None:
    tail = _tail(context, at, at + len(word))
    year, today = tail.year, context.published
    if year is None and tail.turn and today:
        over = (_calendar(today.year + n, _SEASONS[word], 1) for n in (-1, 0, 1))
        meant = _meant(over, today, tail.turn, "")
        year = meant.year if meant else None
    return None if year is None else _tied(context, tail.start, tail.end, _written(year, 12))


# ------------------------------------------------------------------- quarters, halves, months

_ORDINAL = compiled(r"(?<!\w)(primo|secondo|terzo|quarto|ultimo|i|ii|iii|iv)  $")
_TERM_AFTER = compiled(r"[1-4](?:[°º]?  (trimestre|semestre)|([qh]))(?![^\W\d])")
_SHORT_YEAR = compiled(rf"(?:[-/ ]|  del  )?({_YEAR})|'?([0-9]{{2}})(?![\w%]|[.,][0-9])")
_OTHER_MONTH = compiled(rf"~[-/]~({_MONTHS})(?!\w)")
_AND_MONTH = compiled(rf"  e  ({_MONTHS})(?!\w)")
_BETWEEN = compiled(r"(?<!\w)(?:tra|fra)  $")
_LATER_YEAR = compiled(
    rf"~(?:[-/]|e|a|ad|al|all')~(?:[0-9]{{1,2}}[°º]?  )?(?:{_MONTHS})  (?:del  )?({_YEAR})"
)
_FIRST = compiled(r"(?<!\w)primo  $")
_FUTURE = re.compile(r"(?:[eiarvdt]r)(?:à|anno)(?!\w)")
_CLAUSE_END = re.compile(r"[.,;:()]")
_CLAUSE = 60  # characters of a clause that are looked at for its verb


def _term(context: Context, start: int, end: int, size: int, number: int) -> Span:
    """A quarter or a half, of its year or of the one that it is nearest to."""
    tail = _tail(context, start, end)
    year, today = tail.year, context.published
    span = _tied(context, tail.start, tail.end, "")
    if year is None:
        if today is None or tail.lost:
            return span
        year = today.year
        if span.role in ("by", "until") or tail.turn > 0:
            year += number * size < today.month
        else:
            year -= (number - 1) * size + 1 > today.month
    return span._replace(when=_written(year * 12 // size + number - 1, size))


def _ordinal_term(context: Context, at: int, word: str) -> Span | None:
    """ "nel secondo trimestre del 2024", "nell'ultimo trimestre"."""
    size, end = _SIZES[word], at + len(word)
    ordinal = context.right_before(at, _ORDINAL)
    if ordinal is None:
        return _by_today(context, at, word)
    number = _ORDINALS.get(ordinal[1], 12 // size)
    if number > 12 // size:
        return None
    if ordinal[1] == "ultimo" and not _tail(context, at, end).year:
        return Span(ordinal.start(), end)  # the last of the year, or the last that is over?
    return _term(context, ordinal.start(), end, size, number)


def term_at(context: Context, at: int) -> Span | None:
    """The quarter or half whose digit stands at ``at``: "Q2 2024", "2Q 2024", "2° trimestre del 2024"."""
    text, number = context.text, int(context.text[at])
    after = _TERM_AFTER.match(text, at)
    if at and text[at - 1] in "qh":
        size, start, end = _SIZES[text[at - 1]], at - 1, at + 1
    elif after:
        size, start, end = _SIZES[after[1] or after[2]], at, after.end()
    else:
        return None
    if not 1 <= number <= 12 // size:
        return None
    short = _SHORT_YEAR.match(text, end)
    if short:
        year = int(short[1]) if short[1] else 2000 + int(short[2])
        return _tied(context, start, short.end(), _written(year * 12 // size + number - 1, size))
    return _term(context, start, end, size, number) if after and after[1] else None


def _month_number(name: str) -> int:
    return _MONTHS.split("|").index(name) + 1


def _month(context: Context, at: int, word: str) -> Span | None:
    """ "settembre 2024", "lo scorso settembre", "entro settembre", "gennaio-marzo 2024"."""
    number, end = _month_number(word), at + len(word)
    other = (_AND_MONTH if context.right_before(at, _BETWEEN) else _OTHER_MONTH).match(context.text, end)
    if other:
        return _run_of_months(context, at, other.end(), number, _month_number(other[1]))
    first = context.right_before(at, _FIRST)
    if first:
        return _day(context, first.start(), end, 1, number)
    tail = _tail(context, at, end)
    span = _tied(context, tail.start, tail.end, "")
    year, today = tail.year, context.published
    if year is None and today and not tail.lost:
        today = today.replace(day=1)
        days = (_calendar(today.year + n, number, 1) for n in (-1, 0, 1))
        ahead = "by" if _is_told_ahead(context, span) else span.role
        meant = _meant(days, today, tail.turn, ahead)
        year = meant.year if meant else None
    return span._replace(when=_written(year * 12 + number - 1, 1)) if year is not None else span


def _is_told_ahead(context: Context, span: Span) -> bool:
    """Whether the clause around the date is in the future: "chiuderà ad aprile" is next April."""
    before = _CLAUSE_END.split(context.text[max(0, span.start - _CLAUSE) : span.start])[-1]
    after = _CLAUSE_END.split(context.text[span.end : span.end + _CLAUSE])[0]
    return bool(_FUTURE.search(before) or _FUTURE.search(after))


def _run_of_months(context: Context, start: int, end: int, first: int, last: int) -> Span:
    """A run of months is a date if it is a quarter or a half."""
    size = last - first + 1
    if size in (3, 6) and last % size == 0:
        return _term(context, start, end, size, last // size)
    return Span(start, _tail(context, start, end).end)


# -------------------------------------------------------------------------------------- days

_TO = r"~(?:al  |all'|-~|e  (?:il  |l')?)"
_JOINS = ("-", "/", ".")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_SLASHED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_DAY_OF_MONTH = compiled(rf"([0-9]{{1,2}})[°º]?  ({_MONTHS})(?!\w)")
_DAY_OF_RANGE = compiled(rf"([0-9]{{1,2}}){_TO}[0-9]{{1,2}}  ({_MONTHS})(?!\w)")
_DATED = compiled(rf"  ([0-9]{{1,2}})[°º]?  ({_MONTHS})(?!\w)")
_DAY_BEFORE = compiled(r"(?<!\w)l'altro  $")


def date_at(context: Context, at: int, digits: str) -> Span | None:
    """The date, but no bare year, that begins with the ``digits`` at ``at``: "9 ottobre", "2024-10-09", "2Q 2024"."""
    text, end = context.text, at + len(digits)
    numeric = (_ISO.match(text, at) or _SLASHED.match(text, at)) if text[end : end + 1] in _JOINS else None
    if numeric:
        year, month, day = map(int, numeric.groups() if numeric.re is _ISO else numeric.group(4, 3, 1))
        found = _calendar(year, month, day)
        return _tied(context, at, numeric.end(), found.isoformat() if found else "")
    if len(digits) > len("31"):
        return None
    single = _DAY_OF_MONTH.match(text, at)
    if single:
        return _day(context, at, single.end(), int(single[1]), _month_number(single[2]))
    several = _DAY_OF_RANGE.match(text, at)
    if several:  # the second day is a date of its own
        ahead = context._replace(floor=at)
        when = _day(ahead, at, several.end(), int(several[1]), _month_number(several[2])).when
        return _tied(context, at, several.end(1), when)
    return term_at(context, at) if len(digits) == 1 else None


def _day(context: Context, start: int, end: int, day: int, month: int) -> Span:
    """A day of a month; a day that no calendar has is no date."""
    tail = _tail(context, start, end)
    span = _tied(context, tail.start, tail.end, "")
    today = context.published
    if tail.year:
        meant = _calendar(tail.year, month, day)
    elif today and not tail.lost:
        days = (_calendar(today.year + n, month, day) for n in range(-8, 9))  # there may be no 29 February
        meant = _meant(days, today, tail.turn, span.role)
    else:
        meant = None
    return span._replace(when=meant.isoformat() if meant else "")


def _some_day(context: Context, at: int, word: str) -> Span | None:
    """ "oggi", "ieri", "l'altro ieri", "domani"."""
    if context.published is None:
        return None
    earlier = context.right_before(at, _DAY_BEFORE) if word == "ieri" else None
    when = _moved(context.published, _DAYS[word] - (earlier is not None))
    return _tied(context, earlier.start() if earlier else at, at + len(word), when)


def _weekday(context: Context, at: int, word: str) -> Span | None:
    """ "mercoledì 9 ottobre", "lunedì scorso"; a bare one is the last, today if it is that day."""
    end, today = at + len(word), context.published
    dated = _DATED.match(context.text, end)
    if dated:
        return _day(context, at, dated.end(), int(dated[1]), _month_number(dated[2]))
    if today is None:
        return None
    tail = _tail(context, at, end)
    if tail.year or tail.lost:
        tail = _Tail(at, end)
    ago = (today.weekday() - _WEEKDAYS.index(word[:3])) % 7
    days = 7 - ago if tail.turn > 0 else -(ago or 7) if tail.turn < 0 else -ago
    return _tied(context, tail.start, tail.end, _moved(today, days))


def _moved(today: date, days: int) -> str:
    try:
        return (today + timedelta(days=days)).isoformat()
    except OverflowError:
        return ""


# ---------------------------------------------------------------------------- so and so many

_UNIT_OF_TIME = compiled(
    r"~(?:(?P<years>ann[oi])|(?P<months>mes[ei])|(?P<weeks>settiman[ae])|giorn[oi])(?!\w)"
)
_FIRST_OR_LAST = compiled(r"(?<!\w)(?:prim[ie]|(?P<last>ultim[ie]))  $")
_AHEAD = compiled(
    r"(?<!\w)(?:(?P<at>tra|fra)|(?P<by>(?:entro|nel  giro  di|nell'arco  di)(?:  i)?(?:  prossim[ie])?"
    r"|nei  prossimi|nelle  prossime)|(?P<until>per  (?:i|le)  prossim[ie])|prossim[ie])  $"
)


def time_at(context: Context, at: int, number: Decimal, end: int) -> Span | None:
    """The date that a number of years, months, weeks or days counts from: "tra due anni", "primi sei mesi".

    The number stands at ``[at, end)``; None when it is a duration ("otto anni di garanzia").
    """
    unit = _UNIT_OF_TIME.match(context.text, end)
    if unit is None or number > _MANY or number % 1:
        return None
    count, end = int(number), unit.end()
    first = context.right_before(at, _FIRST_OR_LAST)
    if first and (first["last"] or unit["months"]):
        return _first_months(context, first, count if unit["months"] else 0, end)
    ago = _AGO.match(context.text, end)
    if ago:
        return Span(at, ago.end(), _counted(context.published, -count, unit))
    ahead = context.before(at, _AHEAD)
    if ahead is None:
        return None
    role = ahead.lastgroup  # none for "dei prossimi tre anni", which says no date
    return Span(ahead.start(), end, _counted(context.published, count, unit) if role else "", role or "at")


def _first_months(context: Context, first: re.Match[str], count: int, end: int) -> Span:
    """ "i primi sei mesi del 2024" are a half of a year; nine months have no name."""
    tail = _tail(context, first.start(), end)
    if count not in (3, 6) or (first["last"] and not tail.year):
        return Span(first.start(), tail.end, role="span")
    return _term(context, first.start(), end, count, 12 // count if first["last"] else 1)


def _counted(today: date | None, count: int, unit: re.Match[str]) -> str:
    """The date so many units from today, as exact as the unit is; weeks lead to a month."""
    if today is None:
        return ""
    if unit["years"]:
        return _written(today.year + count, 12)
    if unit["months"]:
        return _written(today.year * 12 + today.month - 1 + count, 1)
    return _moved(today, 7 * count)[:7] if unit["weeks"] else _moved(today, count)


# ------------------------------------------------------------------------------------- words

Reader = Callable[[Context, int, str], Span | None]

#: The words that dates are known by, besides digits and numerals, each with its reader.
ANCHORS: dict[str, Reader] = {
    **dict.fromkeys(_MONTHS.split("|"), _month),
    **dict.fromkeys(
        (f"{day}{end}" for day in ("luned", "marted", "mercoled", "gioved", "venerd") for end in "ìi"),
        _weekday,
    ),
    **dict.fromkeys(("sabato", "domenica"), _weekday),
    **dict.fromkeys(_DAYS, _some_day),
    **dict.fromkeys(_SEASONS, _season),
    **dict.fromkeys(("trimestre", "semestre"), _ordinal_term),
    **dict.fromkeys(("anno", "mese"), _by_today),
}


def word_at(context: Context, at: int, word: str) -> Span | None:
    """The date whose chief word, one of :data:`ANCHORS`, stands at ``at``."""
    return ANCHORS[word](context, at, word)
