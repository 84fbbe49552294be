"""Italian amounts: a number in digits or words, its scale, its unit.

"1,5 miliardi di euro", "tremila posti di lavoro", "€ 37.200", "un milione e
mezzo". Units and their spellings stand in ``kg/data/lexicon/units.tsv``.
Texts are read in lower case; ``raw`` is the same text as it was written, since
a lone letter is a unit only in its own case ("48 V", but "16 v").
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources.abc import Traversable
from typing import NamedTuple

from kg.model import CurationError, Fault
from kg.resources import data

_KINDS = ("Percent", "Money", "Quantity")
_SIGN_REACH = 8  # "US$ " and the like
_COUNTED = ("{vehicle}", "{job}", "{person}", "{visitor}")


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern in which two blanks stand for a gap and "~" for one that may be missing.

    Gaps are short, so that no text, however odd, takes long to read.
    """
    return re.compile(pattern.replace("  ", r"\s{1,3}").replace("~", r"\s{0,3}"))


_JOINT = compiled(r"  e  (?P<half>mezzo(?!\w))?")
_NOT_COUNTING = compiled(r"~(?:[,;:.)]|$|d(?:i|a)  |e  )")


class Amount(NamedTuple):
    """A number at ``[start, end)`` of the text, with its unit or without.

    ``power`` is the power of ten that a word like "milioni" gave it; ``bare``
    is true of digits alone, which may as well be a year.
    """

    start: int
    end: int
    number: Decimal
    power: int = 0
    unit: str = ""
    kind: str = "Number"
    bare: bool = False


# ---------------------------------------------------------------------------------- numerals

_ONES = (
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici"
    " sedici diciassette diciotto diciannove"
)
_TENS = "venti trenta quaranta cinquanta sessanta settanta ottanta novanta"

#: How numerals begin: all of them, and few other words.
NUMERAL_START = (
    "due|tre|quatt|quara|quind|cinqu|sei|sess|sedic|sett|otto|otta|nove|nova|diec|dodic|dicia|dicio|undic|vent"
    "|cent|mill|dec|trent|migl"
)


def _spelt(number: int, ones: list[str], tens: list[str]) -> str:
    """A number below a thousand in words, without the accent of "ventitré"."""
    hundreds, rest = divmod(number, 100)
    text = ("" if hundreds == 1 else ones[hundreds]) + "cento" if hundreds else ""
    if rest < len(ones):
        return text + (ones[rest] if rest else "")
    ten, one = tens[rest // 10 - 2], rest % 10
    return text + (ten[:-1] if one in (1, 8) else ten) + (ones[one] if one else "")


def _numerals() -> dict[str, int]:
    """Every number that is one word, from two to 999.000: those below a thousand and round thousands."""
    words = {_spelt(n, _ONES.split(), _TENS.split()): n for n in range(2, 1000)}
    words |= {word + "mila": 1000 * n for word, n in words.items()} | {"mille": 1000}
    words |= {word[:-1] + "é": n for word, n in words.items() if word.endswith("tre") and word != "tre"}
    return words | {ten[:-1] + "'": 10 * n for n, ten in enumerate(_TENS.split(), 2)} | {"cent'": 100}


NUMERALS = _numerals()
#: "una cinquantina", "un centinaio": about so many.
_COLLECTIVES = {
    **{ten[:-1] + "ina": 10 * n for n, ten in enumerate(_TENS.split(), 2)},
    "decina": 10,
    "quindicina": 15,
    "centinaio": 100,
    "migliaio": 1000,
}
#: Every word that is a number.
NUMBER_WORDS = frozenset({*NUMERALS, *_COLLECTIVES})

# "37.200", "1.250.000,50" or "21,3", "3.5", "2024". A longer run of digits is a serial number, no figure.
_DIGITS = re.compile(
    r"(?:([0-9]{1,3}(?:\.[0-9]{3}){1,4})(?:,([0-9]{1,6}))?|([0-9]{1,15})(?:[.,]([0-9]{1,6}))?)(?![.,]?[0-9])"
)
_WORD = re.compile(r"[^\W\d_]{2,40}'?")


def number_at(text: str, at: int) -> tuple[Decimal, int] | None:
    """The number, in digits or in one word, that begins at ``at``, and where it ends."""
    if text[at : at + 1].isdigit():
        found = _DIGITS.match(text, at)
        if found is None:
            return None
        whole = found[1].replace(".", "") if found[1] else found[3]
        fraction = (found[2] or found[4] or "").rstrip("0")
        return Decimal(f"{whole}.{fraction}" if fraction else whole), found.end()
    word = _WORD.match(text, at)
    for key in (word[0], word[0].rstrip("'")) if word else ():
        number = NUMERALS.get(key) or _COLLECTIVES.get(key)
        if number:
            return Decimal(number), at + len(key)
    return None


def is_collective(text: str, at: int) -> bool:
    """Whether the number at ``at`` is a round one by its word: "una cinquantina"."""
    word = _WORD.match(text, at) if text[at].isalpha() else None
    return word is not None and word[0] in _COLLECTIVES


# ----------------------------------------------------------------------------- scale and unit

_SCALE = compiled(
    r"(?:~(?P<thousand>mila)(?!\w))?"
    r"(?:~(?P<large>(?:(?P<million>milion[ei]|mln)|miliard[oi]|mld)(?!\w)(?:\.(?=  \w))?)"
    r"(?:(?P<half>  e  mezzo(?!\w))|  e  (?P<rest>[0-9]{1,3}|[a-z]{3,20})  (?P<small>milioni|mila)(?!\w))?)?"
)
_ONE = compiled(r"(?:(?P<half>mezzo)|un)(?=  (?:milione|miliardo)(?!\w))")
_OF = r"~(?:di  |d')?(?:(?:nuov[aeio]|altr[ei]|ulteriori)  )?"
_GLUED = re.compile(r"[\w°º]|[/:'][\w]|-[^\W\d_]")  # "500e", "4x4", "1/3", "14:30", "48-volt"
_CODE = re.compile(r"0[0-9]+")  # "Lynk & Co 01"
_ENGLISH = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")  # "100,000 units": a hundred, or a hundred thousand?


def amount_at(
    text: str, raw: str, at: int, floor: int, read: tuple[Decimal, int] | None = None
) -> Amount | None:
    """The amount whose number begins at ``at``; None if nothing certain does ("4x4", "100,000 auto").

    Its currency may stand before it, not before ``floor``: "€ 37.200". ``read`` is the number
    and where it ends, if known.
    """
    if read is None:
        one = _ONE.match(text, at)
        read = (Decimal("0.5" if one["half"] else 1), one.end()) if one else number_at(text, at)
    if read is None:
        return None
    digits = text[at : read[1]]
    if digits[0] == "0" and _CODE.fullmatch(digits):
        return None
    number, power, end = _with_scale(text, *read)
    unit, start, end = _unit(text, raw, at, end, floor)
    if unit is None:
        glued = _GLUED.match(text, end)
        if glued and not (glued[0][0] == "-" and number_at(text, end + 1)):  # but "due-tre anni"
            return None
        unit = Unit("", "Number")
    if (
        "," in digits
        and _ENGLISH.fullmatch(digits)
        and not power
        and (unit.kind in ("Number", "Money") or unit.code in _COUNTED)
    ):
        return None
    if unit.factor != 1:
        number *= unit.factor
    if unit.code == "m" and number < 10 and (rest := _centimetres(text, end)):
        number, end = number + rest[0], rest[1]
    return Amount(start, end, number, power, unit.code, unit.kind, digits.isdigit() and not power)


def _centimetres(text: str, end: int) -> tuple[Decimal, int] | None:
    """What follows whole metres, in metres, and where it ends: "quattro metri e cinquantasette", "4 metri e mezzo"."""
    joint = _JOINT.match(text, end)
    if joint is None:
        return None
    if joint["half"]:
        return Decimal("0.5"), joint.end()
    read = number_at(text, joint.end())
    if read is None or not 10 <= read[0] < 100 or not _NOT_COUNTING.match(text, read[1]):
        return None
    return read[0] / 100, read[1]


def scaled(number: Decimal, power: int) -> Decimal:
    """The number times a power of ten, without an exponent if it is whole."""
    product = number.scaleb(power)
    return Decimal(int(product)) if product % 1 == 0 else product


def _with_scale(text: str, number: Decimal, end: int) -> tuple[Decimal, int, int]:
    """The number times the words after it ("mila", "milioni"), their power of ten, and where they end."""
    if not text.startswith("m", end) and not text[end : end + 4].lstrip().startswith("m"):
        return number, 0, end  # as all of them begin
    scale = _SCALE.match(text, end)
    if scale is None or scale.end() == end:
        return number, 0, end
    large = 0 if not scale["large"] else 6 if scale["million"] else 9
    power = large + (3 if scale["thousand"] else 0)
    number, end = scaled(number, power), scale.end()
    if scale["half"]:
        number += scaled(Decimal(5), large - 1)
    elif scale["rest"]:
        rest, small = number_at(text, scale.start("rest")), 6 if scale["small"] == "milioni" else 3
        if rest and small < large:
            number += scaled(rest[0], small)
        else:  # "un miliardo e ottanta mila": not one number
            end = scale.end("large")
    return number, power, end


# -------------------------------------------------------------------------------------- units


class Unit(NamedTuple):
    """What a spelling means: a UCUM or ISO 4217 code, its kind of value, and what to multiply by."""

    code: str
    kind: str
    factor: Decimal = Decimal(1)


def read_units(file: Traversable) -> dict[str, Unit]:
    """The units by their spellings, in lower case unless they are one letter.

    Raises :class:`CurationError` with every line that is wrong or says a spelling twice.
    """
    faults: list[Fault] = []
    units: dict[str, Unit] = {}
    for line, row in enumerate(file.read_text(encoding="utf-8").splitlines()[1:], 2):
        try:
            code, kind, factor, spellings = row.split("\t")
            unit = Unit(code, kind, Decimal(factor))
        except (ValueError, InvalidOperation):
            faults.append(Fault(file.name, line, "expected unit, kind, factor (a number) and spellings"))
            continue
        if kind not in _KINDS:
            faults.append(Fault(file.name, line, f"unknown kind {kind!r}; expected {', '.join(_KINDS)}"))
        for spelling in spellings.split("|"):
            key = spelling if len(spelling) == 1 else spelling.lower()
            if units.setdefault(key, unit) is not unit:
                faults.append(
                    Fault(file.name, line, f"{spelling!r} is already a spelling of {units[key].code}")
                )
    if faults:
        raise CurationError(faults)
    return units


class _Units(NamedTuple):
    meanings: dict[str, Unit]
    after: re.Pattern[str]
    before: re.Pattern[str]
    ends: frozenset[str]  # the last characters of what may stand before


@cache
def _units() -> _Units:
    meanings = read_units(data("lexicon", "units.tsv"))
    keys = sorted({key.lower() for key in meanings}, key=len, reverse=True)
    words = (re.escape(key).replace(r"\ ", r"\s{1,3}") for key in keys)
    # A word ends where it ends ("l'8%" is no litre), and "km" is not what "km/l" begins with.
    ends = (r"(?![\w'])(?!/(?!anno)\w)" if key[-1].isalnum() else "" for key in keys)
    after = "|".join(word + end for word, end in zip(words, ends, strict=True))
    money = {key: unit.code for key, unit in meanings.items() if unit.kind == "Money"}
    signs = sorted(
        (key for key in money if not key.isalpha() or key.upper() == money[key]), key=len, reverse=True
    )
    before = "|".join(map(re.escape, signs))
    last = frozenset(sign[-1] for sign in signs)
    return _Units(meanings, compiled(f"{_OF}({after})"), compiled(rf"(?<!\w)({before})~$"), last)


def _unit(text: str, raw: str, at: int, end: int, floor: int) -> tuple[Unit | None, int, int]:
    """The unit of the number in ``[at, end)`` and the span of both."""
    meanings, after, before, ends = _units()
    found = after.match(text, end)
    if found:
        lone = found.end(1) - found.start(1) == 1
        key = raw[found.start(1)] if lone else found[1]
        if not lone and key not in meanings:
            key = " ".join(key.split())
        if key in meanings:
            return meanings[key], at, found.end()
    reach = max(floor, at - _SIGN_REACH)
    last = text[reach:at].rstrip()[-1:]
    sign = before.search(text, reach, at) if last in ends else None
    return (meanings[sign[1]], sign.start(), end) if sign else (None, at, end)
