"""Facts as people and programs exchange them: one JSON object, or one line of words.

The object is what ``kg extract`` prints and what gold annotations are written in;
the line is what stands in the examples of rules. Neither says more than the other
about who does what; the object also carries the evidence.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal

from kg.model import Claim, Entity, Evidence, Factuality, Observation, plain

#: What JSON can hold of a fact.
Json = str | int | float | list[str] | dict[str, "Json"]

#: Classes that a place tells apart where a name does not.
FACILITIES = frozenset(
    {
        "Facility",
        "ProductionPlant",
        "BatteryPlant",
        "DataCenter",
        "ResearchCenter",
        "Headquarters",
        "SalesNetwork",
    }
)
#: Unnamed things that go by what they are called, each with its own words.
_QUOTED = frozenset({"VehicleModel", "JointVenture", "Prediction"})
_COUNTED = frozenset({"share", "rate", "count", "volume", "capacity"})
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_OWNER = re.compile(r" \([^()]+\)$")


_WHEN = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|H([12])|(0[1-9]|1[0-2])(?:-([0-9]{2}))?))?")


def days(when: str) -> tuple[date, date] | None:
    """The first and last day of a date or period, None where it is none: ``2024-Q2``, ``2024``, ``2024-09-03``."""
    found = _WHEN.fullmatch(when)
    if found is None:
        return None
    year, quarter, half, month, day = (int(part) if part else 0 for part in found.groups())
    length = 3 if quarter else 6 if half else 1 if month else 12
    last = quarter * 3 or half * 6 or month or 12
    try:
        if day:
            return (date(year, month, day),) * 2
        return date(year, last - length + 1, 1), date(year, last, monthrange(year, last)[1])
    except ValueError:  # the year 0, the 31st of February
        return None


def to_fact(claim: Claim, evidence: Evidence) -> dict[str, Json]:
    """One fact with one piece of its evidence, in the order in which it is read; empty keys are left out.

    ``start`` and ``end`` are character offsets into the document's text, numbers are JSON numbers.
    """
    fact: dict[str, Json] = {
        "p": claim.relation,
        "s": _thing(claim.subject, as_subject=True),
        "o": _thing(claim.object),
        "q": {name: _qualifier(name, value) for name, value in claim.qualifiers},
        "f": evidence.factuality.value,
        "quote": evidence.quote,
        "document": evidence.source.id,
        "start": evidence.start,
        "end": evidence.end,
        "rule": evidence.rule,
        "resolution": list(evidence.resolution),
        "said_by": evidence.said_by,
    }
    return {key: value for key, value in fact.items() if value not in ("", [], {})}


def describe(claim: Claim, factuality: Factuality) -> str:
    """A claim in one line: ``Xpeng plans DataCenter in Europa | by 2025 | Planned``."""
    return f"{words(claim)} | {factuality}"


def words(claim: Claim) -> str:
    """A claim in one line, whatever the text makes of it: ``Xpeng plans DataCenter in Europa | by 2025``."""
    return " | ".join([f"{_subject(claim.subject)} {claim.relation} {spoken(claim.object)}",
                       *(f"{name} {value}" for name, value in claim.qualifiers)])  # fmt: skip


def spoken(thing: Entity | Observation) -> str:
    """The object of a claim in words: ``Xpeng``, ``DataCenter in Europa``, ``sales 300 {vehicle} 2024-Q2 (+4 %)``."""
    if isinstance(thing, Observation):
        change = (
            f"({_signed(thing.change)} %)" if thing.value is not None and thing.change is not None else ""
        )
        parts = (thing.metric, _amount(thing), thing.unit, thing.period, change)
        return " ".join(part for part in parts if part)
    if thing.named or thing.cls == "Tariff":
        return thing.label
    if thing.cls in _QUOTED:
        return f"«{thing.label}»"
    return f"{thing.cls} in {thing.place}" if thing.place else thing.cls


def _subject(thing: Entity) -> str:
    """A subject in words; a facility without a name tells whose it is, as no relation has said so yet."""
    if thing.named or thing.cls not in FACILITIES:
        return thing.label
    owner = _OWNER.search(thing.label)
    return spoken(thing) + (owner[0] if owner else "")


def _amount(figure: Observation) -> str:
    if figure.value is not None:
        return plain(figure.value) + (f"-{plain(figure.high)}" if figure.high is not None else "")
    return _signed(figure.change) if figure.change is not None else ""


def _signed(change: Decimal) -> str:
    return f"{'+' if change > 0 else ''}{plain(change)}"


def _thing(thing: Entity | Observation, *, as_subject: bool = False) -> Json:
    if isinstance(thing, Observation):
        return _figure(thing)
    if thing.cls in FACILITIES and not (thing.named and as_subject):
        parts = {"class": thing.cls, "in": thing.place, "name": thing.label if thing.named else ""}
        return {key: value for key, value in parts.items() if value}
    if thing.named or thing.cls == "Tariff" or as_subject:
        return thing.label
    return {"class": thing.cls, "label": thing.label}


def _figure(figure: Observation) -> Json:
    parts: dict[str, Json] = {"metric": figure.metric}
    if figure.high is not None:
        parts["value"] = _amount(figure)
    elif figure.value is not None:
        parts["value"] = _json_number(figure.value)
    parts |= {"unit": figure.unit, "period": figure.period, "bound": figure.bound}
    if figure.change is not None:
        parts["change"] = _json_number(figure.change)
    return {key: value for key, value in parts.items() if value != ""}


def _qualifier(name: str, value: str) -> Json:
    """Shares and counts as numbers; dates, amounts with their unit and names as they are."""
    counted = name in _COUNTED and _PLAIN_NUMBER.fullmatch(value)
    return _json_number(Decimal(value)) if counted else value


def _json_number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
