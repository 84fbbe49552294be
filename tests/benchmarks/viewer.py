"""How long the viewer takes: ``python -m tests.benchmarks.viewer`` builds large pages and opens them.

Builds are measured in CPU seconds of this process. Opening is measured by the page's own clock, from the
request for the file until every node in sight has been drawn, in a headless Chromium that draws in software.
The news is invented and the same at each run: makers, people, models and figures, few of them told of often.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from random import Random

from kg.model import Claim, Entity, Evidence, Factuality, Observation, Source, Statement

_KINDS = (  # class, how often, the relations that lead to it
    ("Automaker", 14, ("partnerOf", "competesWith", "ownsStakeIn", "supports")),
    ("Supplier", 10, ("partnerOf", "acquires")),
    ("VehicleModel", 26, ("produces", "launches", "recalls", "develops")),
    ("Person", 14, ("interviews",)),
    ("Place", 8, ("basedIn", "expandsTo", "investsIn")),
    ("ProductionPlant", 8, ("builds", "opens", "closes", "operates")),
    ("MotorShow", 4, ("participatesIn",)),
    ("Technology", 8, ("develops", "uses", "specializesIn")),
    ("Authority", 2, ("supports",)),
    ("Tariff", 2, ("subjectToTariff",)),
)
_METRICS = (("grossMargin", "%"), ("deliveries", "{vehicle}"), ("revenue", "EUR"), ("employees", "{person}"))
_FACTUALITIES = 12 * ["Asserted"] + 3 * ["Planned"] + ["Possible", "Predicted", "Reported", "Denied"]


def news(things: int, facts: int) -> list[Statement]:
    """Statements about ``things`` named things: a few are told of often, most of them once or twice."""
    chance = Random(1)
    kinds = chance.choices(_KINDS, [often for _, often, _ in _KINDS], k=things)
    entities = [
        Entity(f"{cls}-{number}", f"{_NAMES[number % len(_NAMES)]} {number}", cls, (f"N{number}",))
        for number, (cls, *_) in enumerate(kinds)
    ]
    relations = {cls: names for cls, _, names in _KINDS}
    fame = list(accumulate(1 / (rank + 3) ** 0.8 for rank in range(things)))
    sources = [
        Source(
            f"d{n}", f"Notizia numero {n}", "Gazzetta di prova", date(2020, 1, 1) + timedelta(days=n % 2000)
        )
        for n in range(facts // 8 + 1)
    ]
    return [_fact(chance, entities, fame, relations, sources[n // 8], n) for n in range(facts)]


_NAMES = ("Vela", "Brenta", "Adige", "Monviso", "Resegone", "Tanaro", "Ticino", "Maiella", "Cimone", "Sile")


def _fact(
    chance: Random,
    entities: list[Entity],
    fame: list[float],
    relations: dict[str, tuple[str, ...]],
    source: Source,
    number: int,
) -> Statement:
    subject, target = chance.choices(entities, cum_weights=fame, k=2)
    if number < len(entities):  # each is told of
        target = entities[number]
    relation = chance.choice(relations[target.cls])
    thing: Entity | Observation = target
    if chance.random() < 0.3:
        metric, unit = chance.choice(_METRICS)
        relation, period = "reports", f"{chance.randint(2019, 2026)}-Q{chance.randint(1, 4)}"
        thing = Observation(metric, Decimal(chance.randint(1, 90_000)), unit, period)
    quote = f"{subject.label} e {target.label} hanno parlato della cosa numero {number}"
    before, after = "Come si è saputo ieri, ", ", secondo una nota che abbiamo letto con la dovuta calma."
    factuality = Factuality(chance.choice(_FACTUALITIES))
    qualifiers = (("date", str(chance.randint(2019, 2026))),) if chance.random() < 0.3 else ()
    evidence = Evidence(source, f"{relation}/prova", 100, 100 + len(quote), quote, before, after, factuality)
    return Statement(Claim(subject, relation, thing, (*qualifiers, ("count", str(number)))), (evidence,))
