"""The seed article: what its graph must hold, what it must not, and that a build is one and the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.store import open_store, query, render

ROOT = Path(__file__).parents[1]
GRAPHS = ROOT / "graphs"
TEXT = (ROOT / "source_texts" / "xpeng-europa.txt").read_text(encoding="utf-8")

PLANT = "?o a auto:ProductionPlant ; auto:place 'Europa'@it"
CENTRE = "?o a auto:DataCenter ; auto:place 'Europa'@it"

#: subject, relation, object (an IRI, or a pattern about ?o), factuality, words of the quote
FACTS = [
    ("res:Xpeng", "partnerOf", "res:Volkswagen", "Asserted", "partner di Xpeng"),
    ("res:Volkswagen", "supports", "res:Xpeng", "Asserted", "sostiene l’azienda"),
    ("res:He_Xiaopeng", "ceoOf", "res:Xpeng", "Asserted", "CEO He Xiaopeng"),
    ("res:He_Xiaopeng", "interviewedBy", "res:Bloomberg", "Asserted", "un’intervista a Bloomberg"),
    ("res:Xpeng", "basedIn", "res:Cina", "Asserted", "protagonisti cinesi"),
    ("res:Volkswagen", "basedIn", "res:Germania", "Asserted", "casa tedesca"),
    ("res:Xpeng", "considers", PLANT, "Possible", "ricerca di un sito produttivo in Europa"),
    ("res:Unione_Europea", "imposesTariff", "res:Dazi_UE", "Asserted", "dazi imposti dall’Unione Europea"),
    (
        "res:Dazi_UE",
        "targetsImportsFrom",
        "res:Cina",
        "Asserted",
        "importazioni di auto elettriche dalla Cina",
    ),
    ("res:Xpeng", "plans", CENTRE, "Planned", "Gruppo ha anche in programma di realizzare un data center"),
    ("res:Xpeng", "plans", CENTRE, "Planned", "Xpeng intende realizzare un data center"),
    (
        "res:Xpeng",
        "specializesIn",
        "res:intelligenza_artificiale",
        "Asserted",
        "uno dei punti di forza di Xpeng",
    ),
    ("res:Xpeng", "develops", "res:guida_autonoma", "Planned", "guida autonoma"),
    ("res:Xpeng", "investsIn", "res:guida_assistita", "Asserted", "l’azienda sta investendo"),
    (
        "res:Xpeng",
        "reports",
        "?o auto:metric auto:grossMargin ; auto:value 14.0 ; auto:unit '%' ; "
        "auto:period/time:hasBeginning/time:inXSDDate '2024-04-01'^^xsd:date",
        "Asserted",
        "salito al 14% nel secondo trimestre del 2024",
    ),
    ("res:He_Xiaopeng", "predicts", "?o a auto:Prediction", "Predicted", "vedremo sul mercato auto"),
    ("res:Land_Rover_Defender", "participatesIn", "res:Dakar_2026", "Planned", "parteciperà alla Dakar 2026"),
    (
        "res:Land_Rover_Defender",
        "participatesIn",
        "res:FIA_World_Rally_Raid_Championship",
        "Planned",
        "FIA World Rally Raid Championship",
    ),
    ("res:Fiat_Grande_Panda", "exhibitedAt", "res:Salone_di_Bruxelles", "Asserted", "Al Salone di Bruxelles"),
    ("res:Alfa_Romeo_Junior_Q4", "exhibitedAt", "res:Salone_di_Bruxelles", "Asserted", "Junior Q4"),
    ("res:Fiat_Grande_Panda", "brand", "res:Fiat", "Asserted", "Fiat Grande Panda"),
    ("res:Alfa_Romeo_Junior_Q4", "brand", "res:Alfa_Romeo", "Asserted", "Alfa Romeo Junior Q4"),
]

FORBIDDEN = [
    "res:Volkswagen auto:plans|auto:considers|auto:builds|auto:opens ?x",
    "res:He_Xiaopeng auto:ceoOf|auto:executiveOf|auto:formerExecutiveOf res:Volkswagen",
    "res:He_Xiaopeng auto:ceoOf|auto:executiveOf|auto:formerExecutiveOf res:Bloomberg",
    "?tariff auto:targetsImportsFrom res:Europa",
    "?x auto:builds|auto:opens|auto:operates ?facility",
    "?x auto:participatesIn ?race",
    "res:Volkswagen auto:basedIn res:Cina",
]


STORE = open_store([GRAPHS])


def rows(sparql: str) -> list[dict[str, str]]:
    """The answers of a SELECT over the committed graphs, each a value by variable."""
    found = json.loads(render(query(STORE, sparql), "json"))["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def ask(pattern: str) -> bool:
    """Whether the committed graphs hold the pattern."""
    return bool(json.loads(render(query(STORE, f"ASK {{ {pattern} }}"), "json"))["boolean"])


@pytest.mark.parametrize(("subject", "relation", "thing", "factuality", "words"), FACTS)
def test_a_fact_of_the_article(subject: str, relation: str, thing: str, factuality: str, words: str) -> None:
    """Each fact stands with its factuality, its exact words and their place in the source."""
    about = "" if thing.startswith("res:") else f"{thing} ."
    node = thing if thing.startswith("res:") else "?o"
    quoted = f"FILTER(CONTAINS(?quote, '{words}'))"
    found = rows(
        f"""SELECT ?quote ?start ?end {{
            ?statement rdf:subject {subject} ; rdf:predicate auto:{relation} ; rdf:object {node} ; auto:evidence ?e . {about}
            ?e auto:factuality auto:{factuality} ; prov:wasDerivedFrom res:document/xpeng-europa ; oa:hasSelector ?s .
            ?s oa:exact ?quote ; oa:start ?start ; oa:end ?end . {quoted} }}""".replace(
            "res:document/xpeng-europa", "<https://w3id.org/auto-kg/resource/document/xpeng-europa>"
        )
    )
    assert found, f"{subject} {relation} {thing}"
    for row in found:
        assert TEXT[int(row["start"]) : int(row["end"])] == row["quote"]
    stands = ask(f"{subject} auto:{relation} {node} . {about}")
    assert stands == (factuality == "Asserted" or relation in {"plans", "considers", "predicts"})


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_what_the_article_does_not_say(pattern: str) -> None:
    """The graph is not fooled by who was named last, by plans or by what is only announced."""
    assert not ask(pattern)


def test_the_data_centre_is_one_thing_with_two_proofs() -> None:
    """Two sentences about one plan are one statement with two pieces of evidence."""
    found = rows(
        """SELECT ?o (COUNT(DISTINCT ?e) AS ?proofs) {
            ?s rdf:subject res:Xpeng ; rdf:predicate auto:plans ; rdf:object ?o ; auto:evidence ?e .
            ?o a auto:DataCenter } GROUP BY ?o"""
    )
    assert [row["proofs"] for row in found] == ["2"]


def test_partners_are_partners_both_ways() -> None:
    """A symmetric relation can be asked for from either end."""
    assert ask("res:Xpeng auto:partnerOf res:Volkswagen . res:Volkswagen auto:partnerOf res:Xpeng")


def test_the_plant_answers_the_tariff() -> None:
    """What Xpeng looks for is said to be an answer to the duties."""
    assert ask("res:Xpeng auto:considers ?plant . ?plant auto:inResponseTo res:Dazi_UE")


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_a_fresh_build_gives_the_same_bytes(tmp_path: Path, seed: str) -> None:
    """The committed graphs are what a build writes today, whatever the hash seed."""
    subprocess.run(
        [sys.executable, "-m", "kg", "build", "source_texts", "-o", str(tmp_path / "graphs")],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=True,
        capture_output=True,
    )
    for name in ("kg.ttl", "evidence.ttl", "kg.html"):
        assert (tmp_path / "graphs" / name).read_bytes() == (GRAPHS / name).read_bytes(), name
