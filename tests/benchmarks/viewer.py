"""How long the viewer takes: ``python -m tests.benchmarks.viewer`` builds large pages and opens them.

Building is measured in CPU seconds of this process. Opening is measured by the page's own clock, from the
request for the file until all that is in sight has been drawn, in a headless Chromium that draws in software,
and the best of three; ``redraw`` is one frame of a move of the view. The command fails when a bound is not kept. The news is invented
and the same at each run: makers, people, models and figures, a few of them told of often.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from random import Random

from kg.model import Claim, Entity, Evidence, Factuality, Observation, Source, Statement
from kg.view import to_html
from tests.browser import chromium

#: What is asked of the viewer, in seconds.
BUILD_50_000_FACTS = 10.0
OPEN_3_000_THINGS = 2.0

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


def build(statements: list[Statement]) -> tuple[str, float]:
    """The page, and the CPU seconds that it took."""
    start = time.process_time()
    page = to_html(statements)
    return page, time.process_time() - start


_DRAWN = (
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
)
_REDRAW = """(() => {
  const start = performance.now();
  for (let frame = 0; frame < 10; frame += 1) kgViewer.network.redraw();
  return (performance.now() - start) / 10;
})()"""


def opened(page: str) -> tuple[int, float, float]:
    """The number of things drawn, the seconds until they were, and the milliseconds of a frame."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder, "kg.html")
        file.write_text(page, encoding="utf-8")
        times, frames, drawn = [], [], 0
        for _ in range(3):
            window = browser.new_page(viewport={"width": 1440, "height": 900})
            window.goto(file.as_uri())
            times.append(window.evaluate(_DRAWN) / 1000)
            frames.append(window.evaluate(_REDRAW))
            drawn = window.evaluate("kgViewer.visible().things.length")
            window.close()
        return drawn, min(times), min(frames)


def main() -> int:
    """Print the figures; 1 when a bound is not kept."""
    gc.set_threshold(200_000, 20, 20)  # as the command line does
    kept = True
    print(
        f"{'facts':>8} {'things':>8} {'page MB':>8} {'build s':>8} {'drawn':>8} {'open s':>8} {'redraw ms':>10}"
    )
    for things, facts, bounds in (
        (1_950, 4_300, (BUILD_50_000_FACTS, OPEN_3_000_THINGS)),
        (20_000, 50_000, (BUILD_50_000_FACTS, None)),
    ):
        page, built = build(news(things, facts))
        drawn, seconds, frame = opened(page)
        told = page.count('"bridging":')
        print(
            f"{facts:8,} {told:8,} {len(page) / 1e6:8.1f} {built:8.2f} {drawn:8,} {seconds:8.2f} {frame:10.0f}"
        )
        kept &= built < bounds[0] and (bounds[1] is None or seconds < bounds[1])
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
