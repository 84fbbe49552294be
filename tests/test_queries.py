"""Every saved query answers what its first line promises, and a query can be named in three ways."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kg.graph import evidence_graph, facts_graph, to_turtle
from kg.model import Claim, Entity, Evidence, Factuality, Observation, QueryError, Source, Statement
from kg.queries import resolve_query, saved_queries
from kg.resources import ontology
from kg.statements import stands
from kg.store import query, store_of, table

ASSERTED, PLANNED, POSSIBLE = Factuality.ASSERTED, Factuality.PLANNED, Factuality.POSSIBLE
REPORTED, DENIED = Factuality.REPORTED, Factuality.DENIED

MONDAY = Source("lunedi", "Vento boreale", "Il Corriere", date(2024, 9, 2), "https://example.org/1")
TUESDAY = Source("martedi", published=date(2024, 9, 3))

AURORA = Entity("Aurora", "Aurora", "Automaker", ("Aurora Auto",), "Aurora_(car)")
BOREALE = Entity("Boreale", "Boreale", "Brand")
GRUPPO = Entity("Gruppo_Nord", "Gruppo Nord", "Company")
ROSSI = Entity("Anna_Rossi", "Anna Rossi", "Person")
NEVE = Entity("Boreale_Neve", "Boreale Neve", "VehicleModel")
CENTRE = Entity("DataCenter_Aurora", "data center", "DataCenter", place="Europa", named=False)
PLANT = Entity("Szeged_plant", "stabilimento di Szeged", "ProductionPlant")
SZEGED = Entity("Szeged", "Szeged", "Place")
EU = Entity("Unione_Europea", "Unione Europea", "Authority")
DUTY = Entity("Dazi_UE", "Dazi UE", "Tariff")
CHINA = Entity("Cina", "Cina", "Place")
HOPE = Entity("Prediction-1", "auto autonome", "Prediction", named=False)
SHOW = Entity("Salone_di_Torino", "Salone di Torino", "MotorShow")


def told(
    subject: Entity,
    relation: str,
    thing: Entity | Observation,
    quote: str,
    *found: tuple[Factuality, Source] | tuple[Factuality, Source, str],
    **qualifiers: str,
) -> Statement:
    proofs = [
        Evidence(source, f"rules/{relation}", 0, len(quote), quote, "", "", factuality, *speaker)
        for factuality, source, *speaker in found or [(ASSERTED, MONDAY)]
    ]
    return Statement(Claim(subject, relation, thing, tuple(sorted(qualifiers.items()))), tuple(proofs))


SAMPLE = [
    told(AURORA, "partnerOf", GRUPPO, "partner di", (ASSERTED, MONDAY), (ASSERTED, TUESDAY), since="2023-07"),
    told(AURORA, "mergesWith", GRUPPO, "si fonderebbe", (REPORTED, TUESDAY, "Il Foglio")),
    told(AURORA, "plans", CENTRE, "vuole un data center", (PLANNED, MONDAY, "Anna Rossi"), by="2025-H1"),
    told(AURORA, "considers", PLANT, "valuta un sito", (POSSIBLE, TUESDAY)),
    told(PLANT, "locatedIn", SZEGED, "a Szeged"),
    told(EU, "imposesTariff", DUTY, "dazi imposti"),
    told(DUTY, "targetsImportsFrom", CHINA, "dalla Cina", rate="35.3"),
    told(AURORA, "subjectToTariff", DUTY, "aliquota del 21,3%", rate="21.3"),
    told(ROSSI, "ceoOf", AURORA, "il CEO", title="amministratrice delegata"),
    told(ROSSI, "formerExecutiveOf", GRUPPO, "ha lasciato", until="2023", successor="Ugo Neri"),
    told(ROSSI, "predicts", HOPE, "vedremo auto", (Factuality.PREDICTED, MONDAY), by="2030"),
    told(AURORA, "reports", Observation("grossMargin", Decimal(14), "%", "2024-Q2", bound="About"), "al 14%"),
    told(AURORA, "reports", Observation("sales", period="2024", change=Decimal(-10)), "in calo"),
    told(
        NEVE,
        "hasSpecification",
        Observation("price", Decimal(37200), "EUR", high=Decimal(41000)),
        "da 37.200",
    ),
    told(NEVE, "brand", BOREALE, "la Boreale Neve"),
    told(NEVE, "exhibitedAt", SHOW, "esposta", (ASSERTED, TUESDAY), date="2024-09-13"),
    told(BOREALE, "partOfGroup", GRUPPO, "non è più del gruppo", (DENIED, MONDAY)),
    told(GRUPPO, "ownsStakeIn", AURORA, "rileva il 5%", share="5", amount="700000000 EUR", date="2023"),
]
STORE = store_of(to_turtle(facts_graph(SAMPLE, stands)), to_turtle(evidence_graph(SAMPLE)))

ANSWERS = {
    "brands": [
        ["Boreale Neve", "VehicleModel", "brand", "Boreale", "Asserted", "1"],
        ["Boreale", "Brand", "partOfGroup", "Gruppo Nord", "Denied", "1"],
    ],
    "deals": [["Gruppo Nord", "ownsStakeIn", "Aurora", "5", "700000000", "EUR", "2023", "Asserted", "1"]],
    "documents": [
        ["lunedi", "Vento boreale", "Il Corriere", "2024-09-02", "https://example.org/1", "15"],
        ["martedi", "", "", "2024-09-03", "", "4"],
    ],
    "entities": [
        ["Unione Europea", "Authority", "", "1"],
        ["Aurora", "Automaker", "<http://dbpedia.org/resource/Aurora_(car)>", "9"],
        ["Boreale", "Brand", "", "2"],
        ["Gruppo Nord", "Company", "", "5"],
        ["data center", "DataCenter", "", "1"],
        ["Salone di Torino", "MotorShow", "", "1"],
        ["Anna Rossi", "Person", "", "3"],
        ["Cina", "Place", "", "1"],
        ["Szeged", "Place", "", "1"],
        ["auto autonome", "Prediction", "", "1"],
        ["stabilimento di Szeged", "ProductionPlant", "", "2"],
        ["Dazi UE", "Tariff", "", "3"],
        ["Boreale Neve", "VehicleModel", "", "3"],
    ],
    "events": [["Salone di Torino", "Boreale Neve", "exhibitedAt", "2024-09-13", "Asserted", "1"]],
    "facilities": [
        ["data center", "DataCenter", "Europa", "plans", "Aurora", "2025-H1", "Planned", "1"],
        ["stabilimento di Szeged", "ProductionPlant", "Szeged", "considers", "Aurora", "", "Possible", "1"],
    ],
    "figures": [
        ["Aurora", "grossMargin", "2024-Q2", "About", "14", "", "%", "", "Asserted", "1"],
        ["Aurora", "sales", "2024", "", "", "", "", "-10", "Asserted", "1"],
        ["Boreale Neve", "price", "", "", "37200", "41000", "EUR", "", "Asserted", "1"],
    ],
    "models": [
        ["Boreale Neve", "brand", "Boreale", "Asserted", "1"],
        ["Boreale Neve", "exhibitedAt", "Salone di Torino", "Asserted", "1"],
        ["Boreale Neve", "hasSpecification", "price 37200–41000 EUR", "Asserted", "1"],
    ],
    "partners": [
        ["Aurora", "mergesWith", "Gruppo Nord", "", "Reported", "1"],
        ["Aurora", "partnerOf", "Gruppo Nord", "2023-07", "Asserted", "2"],
    ],
    "people": [
        ["Anna Rossi", "ceoOf", "Aurora", "amministratrice delegata", "", "", "", "Asserted", "1"],
        ["Anna Rossi", "formerExecutiveOf", "Gruppo Nord", "", "", "2023", "Ugo Neri", "Asserted", "1"],
    ],
    "plans": [
        [
            "Aurora",
            "considers",
            "stabilimento di Szeged",
            "Szeged",
            "",
            "Possible",
            "valuta un sito",
            "martedi",
        ],
        [
            "Aurora",
            "plans",
            "data center",
            "Europa",
            "2025-H1",
            "Planned",
            "vuole un data center",
            "Vento boreale",
        ],
    ],
    "rumours": [
        ["Aurora", "considers", "stabilimento di Szeged", "Possible", "", "valuta un sito", "martedi"],
        ["Aurora", "mergesWith", "Gruppo Nord", "Reported", "Il Foglio", "si fonderebbe", "martedi"],
    ],
    "sayings": [
        [
            "Anna Rossi",
            "Anna Rossi",
            "predicts",
            "auto autonome",
            "Predicted",
            "vedremo auto",
            "Vento boreale",
        ],
        ["Anna Rossi", "Aurora", "plans", "data center", "Planned", "vuole un data center", "Vento boreale"],
        ["Il Foglio", "Aurora", "mergesWith", "Gruppo Nord", "Reported", "si fonderebbe", "martedi"],
    ],
    "tariffs": [
        ["Dazi UE", "imposesTariff", "Unione Europea", "", "Asserted", "1"],
        ["Dazi UE", "subjectToTariff", "Aurora", "21.3", "Asserted", "1"],
        ["Dazi UE", "targetsImportsFrom", "Cina", "35.3", "Asserted", "1"],
    ],
    "timeline": [
        ["2023", "until", "Anna Rossi", "formerExecutiveOf", "Gruppo Nord", "Asserted", "1"],
        ["2023", "date", "Gruppo Nord", "ownsStakeIn", "Aurora", "Asserted", "1"],
        ["2023-07", "since", "Aurora", "partnerOf", "Gruppo Nord", "Asserted", "2"],
        ["2024-09-13", "date", "Boreale Neve", "exhibitedAt", "Salone di Torino", "Asserted", "1"],
        ["2025-H1", "by", "Aurora", "plans", "data center", "Planned", "1"],
        ["2030", "by", "Anna Rossi", "predicts", "auto autonome", "Predicted", "1"],
    ],
}
#: Queries with a row for each statement: how many, and the first of them.
LONG_ANSWERS = {
    "evidence": (
        19,
        ["Anna Rossi", "ceoOf", "Aurora", "Asserted", "", "il CEO", "Vento boreale", "0", "6", "rules/ceoOf"],
    ),
    "factuality": (18, ["Asserted", "Anna Rossi", "ceoOf", "Aurora", "1"]),
    "rules": (17, ["rules/reports", "2", "1"]),
}


def test_every_saved_query_is_tested() -> None:
    """No saved query goes without an expected answer."""
    assert [saved.name for saved in saved_queries()] == sorted({*ANSWERS, *LONG_ANSWERS})


@pytest.mark.parametrize("name", ANSWERS)
def test_a_saved_query_answers(name: str) -> None:
    """The rows are what the sample says, with labels and in order."""
    assert table(query(STORE, resolve_query(name)))[1:] == ANSWERS[name]


@pytest.mark.parametrize("name", LONG_ANSWERS)
def test_a_saved_query_tells_all(name: str) -> None:
    """A query about everything has a row for each thing there is."""
    rows = table(query(STORE, resolve_query(name)))[1:]
    assert (len(rows), rows[0]) == LONG_ANSWERS[name]


@pytest.mark.parametrize("name", [saved.name for saved in saved_queries()])
def test_a_saved_query_is_not_confused_by_the_ontology(name: str) -> None:
    """Loading the vocabulary beside the graph changes no answer."""
    terms = ontology("auto.ttl").read_text(encoding="utf-8")
    both = store_of(to_turtle(facts_graph(SAMPLE, stands)), to_turtle(evidence_graph(SAMPLE)), terms)
    assert query(both, resolve_query(name)) == query(STORE, resolve_query(name))


@pytest.mark.parametrize("saved", saved_queries(), ids=lambda saved: saved.name)
def test_a_saved_query_explains_itself(saved) -> None:
    """Its help is one sentence, it orders its rows, and it runs where nothing has been loaded."""
    assert saved.help
    assert saved.help[0].isupper()
    assert "ORDER BY" in saved.text
    assert "?" not in "".join(table(query(store_of(), saved.text))[0])


# --------------------------------------------------------------------- three ways


def test_a_query_is_sparql_a_name_or_a_file(tmp_path: Path) -> None:
    """SPARQL stands for itself, a name for a saved query, and a file ending in .rq for what is in it."""
    path = tmp_path / "mine.rq"
    path.write_text("\ufeffASK {}", encoding="utf-8")
    assert resolve_query("ASK {}") == "ASK {}"
    assert resolve_query("partners").startswith("# Who works with whom")
    assert resolve_query(str(path)) == "ASK {}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("partner", r"partner: no saved query, \.rq file or SPARQL; saved are brands, deals, "),
        ("nowhere/mine.rq", r"nowhere/mine\.rq: cannot be read \(No such file or directory\)"),
    ],
)
def test_a_wrong_name_says_what_there_is(text: str, message: str) -> None:
    """A name that is none lists the saved queries, a file that is none says why."""
    with pytest.raises(QueryError, match=message):
        resolve_query(text)


def test_a_query_file_is_utf_8(tmp_path: Path) -> None:
    """A file in another encoding is one clear line."""
    path = tmp_path / "latin.rq"
    path.write_bytes("ASK { ?s ?p 'è' }".encode("latin-1"))
    with pytest.raises(QueryError, match=r"latin\.rq: not UTF-8 text"):
        resolve_query(str(path))
