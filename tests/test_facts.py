"""Facts as JSON and as a line."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import FACILITIES, describe, to_fact
from kg.model import Claim, Entity, Evidence, Factuality, Observation, Source
from kg.resources import ontology
from kg.store import open_store, triples

XPENG = Entity("Xpeng", "Xpeng", "Automaker")
VOLKSWAGEN = Entity("Volkswagen", "Volkswagen", "Automaker")
HE = Entity("He_Xiaopeng", "He Xiaopeng", "Person")
PANDA = Entity("Fiat_Grande_Panda", "Fiat Grande Panda", "VehicleModel")
CENTRE = Entity("a", "data center in Europa (Xpeng)", "DataCenter", place="Europa", named=False)
SOMEWHERE = Entity("b", "data center (Xpeng)", "DataCenter", named=False)
MIRAFIORI = Entity("Mirafiori", "Mirafiori", "ProductionPlant")
MODELS = Entity("c", "sei nuovi modelli", "VehicleModel", named=False)
VENTURE = Entity("d", "joint venture paritetica", "JointVenture", named=False)
FORECAST = Entity("e", "entro il 2025 vedremo auto che guidano da sole", "Prediction", named=False)
DUTY = Entity("Dazi_UE", "Dazi UE", "Tariff", named=False)


def figure(metric: str, value: str | None = None, unit: str = "", **more: str) -> Observation:
    """A figure with its numbers written as texts."""
    numbers = {name: Decimal(more.pop(name)) for name in ("high", "change") if name in more}
    return Observation(metric, None if value is None else Decimal(value), unit, **more, **numbers)


CASES = [
    (Claim(XPENG, "partnerOf", VOLKSWAGEN), "Xpeng partnerOf Volkswagen", "Xpeng", "Volkswagen"),
    (
        Claim(XPENG, "plans", CENTRE),
        "Xpeng plans DataCenter in Europa",
        "Xpeng",
        {"class": "DataCenter", "in": "Europa"},
    ),
    (Claim(XPENG, "plans", SOMEWHERE), "Xpeng plans DataCenter", "Xpeng", {"class": "DataCenter"}),
    (
        Claim(XPENG, "closes", MIRAFIORI),
        "Xpeng closes Mirafiori",
        "Xpeng",
        {"class": "ProductionPlant", "name": "Mirafiori"},
    ),
    (
        Claim(MIRAFIORI, "reports", figure("employees", "3100", "{job}")),
        "Mirafiori reports employees 3100 {job}",
        "Mirafiori",
        {"metric": "employees", "value": 3100, "unit": "{job}"},
    ),
    (
        Claim(CENTRE, "inResponseTo", DUTY),
        "DataCenter in Europa (Xpeng) inResponseTo Dazi UE",
        {"class": "DataCenter", "in": "Europa"},
        "Dazi UE",
    ),
    (Claim(DUTY, "targetsImportsFrom", XPENG), "Dazi UE targetsImportsFrom Xpeng", "Dazi UE", "Xpeng"),
    (
        Claim(XPENG, "plans", MODELS),
        "Xpeng plans «sei nuovi modelli»",
        "Xpeng",
        {"class": "VehicleModel", "label": "sei nuovi modelli"},
    ),
    (
        Claim(XPENG, "memberOfJointVenture", VENTURE),
        "Xpeng memberOfJointVenture «joint venture paritetica»",
        "Xpeng",
        {"class": "JointVenture", "label": "joint venture paritetica"},
    ),
    (
        Claim(HE, "predicts", FORECAST),
        "He Xiaopeng predicts «entro il 2025 vedremo auto che guidano da sole»",
        "He Xiaopeng",
        {"class": "Prediction", "label": "entro il 2025 vedremo auto che guidano da sole"},
    ),
    (
        Claim(XPENG, "reports", figure("grossMargin", "14.0", "%", period="2024-Q2")),
        "Xpeng reports grossMargin 14 % 2024-Q2",
        "Xpeng",
        {"metric": "grossMargin", "value": 14, "unit": "%", "period": "2024-Q2"},
    ),
    (
        Claim(PANDA, "hasSpecification", figure("price", "18900.5", "EUR", bound="AtLeast")),
        "Fiat Grande Panda hasSpecification price 18900.5 EUR",
        "Fiat Grande Panda",
        {"metric": "price", "value": 18900.5, "unit": "EUR", "bound": "AtLeast"},
    ),
    (
        Claim(XPENG, "reports", figure("operatingMargin", "4", "%", high="6", period="2025")),
        "Xpeng reports operatingMargin 4-6 % 2025",
        "Xpeng",
        {"metric": "operatingMargin", "value": "4-6", "unit": "%", "period": "2025"},
    ),
    (
        Claim(XPENG, "reports", figure("sales", None, "%", change="-10", period="2024")),
        "Xpeng reports sales -10 % 2024",
        "Xpeng",
        {"metric": "sales", "unit": "%", "period": "2024", "change": -10},
    ),
    (
        Claim(XPENG, "reports", figure("sales", None, "%", change="7E+1")),
        "Xpeng reports sales +70 %",
        "Xpeng",
        {"metric": "sales", "unit": "%", "change": 70},
    ),
]


def evidence(**more: object) -> Evidence:
    """Evidence of a text that reads "Xpeng cresce."."""
    known = {"source": Source("articolo"), "rule": "a/b", "start": 0, "end": 5, "quote": "Xpeng"}
    known |= {"before": "", "after": " cresce.", "factuality": Factuality.ASSERTED}
    return Evidence(**known | more)


@pytest.mark.parametrize(("claim", "line", "subject", "thing"), CASES)
def test_a_claim_in_both_notations(claim: Claim, line: str, subject: object, thing: object) -> None:
    """A claim is one line in the examples of rules and one object in the facts format."""
    fact = to_fact(claim, evidence())
    assert describe(claim, Factuality.PLANNED) == f"{line} | Planned"
    assert (fact["s"], fact["p"], fact["o"]) == (subject, claim.relation, thing)
    assert json.loads(json.dumps(fact)) == fact


def test_qualifiers_are_typed() -> None:
    """Shares and counts are numbers, dates and amounts with a unit are texts."""
    pairs = (
        ("amount", "700000000 EUR"),
        ("by", "2025"),
        ("capacity", "200000 {vehicle}"),
        ("count", "1200"),
        ("product", "500"),
        ("rate", "21.3"),
        ("share", "5"),
    )
    claim = Claim(XPENG, "ownsStakeIn", VOLKSWAGEN, pairs)
    assert to_fact(claim, evidence())["q"] == {
        "amount": "700000000 EUR",
        "by": "2025",
        "capacity": "200000 {vehicle}",
        "count": 1200,
        "product": "500",
        "rate": 21.3,
        "share": 5,
    }
    assert describe(claim, Factuality.REPORTED).endswith(" | product 500 | rate 21.3 | share 5 | Reported")


def test_evidence_stands_in_reading_order() -> None:
    """A fact reads from who does what to where it stands; what is not known is left out."""
    full = evidence(
        source=Source("articolo", published=date(2024, 9, 1)), said_by="Bloomberg", resolution=("a note",)
    )
    claim = Claim(XPENG, "partnerOf", VOLKSWAGEN, (("since", "2023"),))
    assert list(to_fact(claim, full)) == [
        *("p", "s", "o", "q", "f", "quote", "document", "start", "end", "rule", "resolution", "said_by")
    ]
    assert to_fact(Claim(XPENG, "partnerOf", VOLKSWAGEN), evidence()) == {
        "p": "partnerOf",
        "s": "Xpeng",
        "o": "Volkswagen",
        "f": "Asserted",
        "quote": "Xpeng",
        "document": "articolo",
        "start": 0,
        "end": 5,
        "rule": "a/b",
    }


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_numbers_keep_their_value(number: Decimal) -> None:
    """A number is the same number in both notations, and never in exponents."""
    claim = Claim(XPENG, "reports", Observation("revenue", number, "EUR"))
    fact = to_fact(claim, evidence())["o"]
    written = describe(claim, Factuality.ASSERTED).split()[3]
    assert Decimal(written) == number
    assert "e" not in written.lower()
    assert fact["value"] == pytest.approx(float(number))


def test_facilities_are_those_of_the_ontology(tmp_path) -> None:
    """The classes that a place tells apart are Facility and its subclasses."""
    copy = tmp_path / "auto.ttl"
    copy.write_bytes(ontology("auto.ttl").read_bytes())
    namespace = "https://w3id.org/auto-kg/ontology#"
    children = {
        s
        for s, p, o in triples(open_store([copy]))
        if p.endswith("#subClassOf") and o == f"{namespace}Facility"
    }
    assert {c.removeprefix(namespace) for c in children} | {"Facility"} == FACILITIES
