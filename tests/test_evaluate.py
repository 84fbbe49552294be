"""Found facts held against the gold."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.agreement import agreement
from kg.evaluate import evaluate, report, to_json
from kg.gold import GoldDocument, read_gold
from kg.model import SourceError

WITHIN = {"Szeged": "Ungheria", "Ungheria": "Europa", "Mirafiori": "Torino"}


def lies_in(place: str, region: str) -> bool:
    """A small map."""
    while place and place != region:
        place = WITHIN.get(place, "")
    return bool(place)


def fact(s: object, p: str, o: object, f: str = "Asserted", **more: object) -> dict:
    """A fact; keywords are its other keys."""
    return {"p": p, "s": s, "o": o, "f": f, "quote": "parole", **more}


def figure(**parts: object) -> dict:
    """What a company reports."""
    return fact("Fiat", "reports", {"metric": "sales", **parts})


def plans(**parts: object) -> dict:
    """What a company plans."""
    return fact(
        "Fiat", "plans", parts if "class" in parts else {"class": "ProductionPlant", **parts}, "Planned"
    )


def described(label: str, cls: str = "VehicleModel") -> dict:
    """A plan of something that the text does not name."""
    return plans(**{"class": cls, "label": label})


def of(*facts: dict, **more: object):
    """The evaluation of found facts of one document against its gold facts: ``of(*gold, found=[...])``."""
    return evaluate([GoldDocument("a", None, facts)], {"a": more.pop("found")}, lies_in=lies_in, **more)


STAKE = fact("Fiat", "ownsStakeIn", "Leapmotor")

AGREE = [
    ("case, accents and hyphens", fact("Citroën", "partOfGroup", "MERCEDES-BENZ"), fact("citroen", "partOfGroup", "Mercedes Benz"), 1),
    ("blanks", fact("Tesla", "launches", "Model 3"), fact("Tesla", "launches", "Model3"), 1),
    ("another name", fact("Fiat", "launches", "500e"), fact("Fiat", "launches", "500"), 0),
    ("another relation", fact("Fiat", "launches", "500"), fact("Fiat", "develops", "500"), 0),
    ("the other direction", fact("Fiat", "partnerOf", "Ford"), fact("Ford", "partnerOf", "Fiat"), 1),
    ("a direction that counts", fact("Fiat", "acquires", "Ford"), fact("Ford", "acquires", "Fiat"), 0),
    ("factuality and qualifiers are no matter", STAKE, STAKE | {"f": "Denied", "q": {"share": 5}}, 1),
    ("a plan that is weighed", plans(name="Melfi"), plans(name="Melfi") | {"p": "considers"}, 0.5),
    ("a chief among executives", fact("Rossi", "ceoOf", "Fiat"), fact("Rossi", "executiveOf", "Fiat"), 0.5),
    # facilities
    ("a place in the other", plans(**{"in": "Szeged"}), plans(**{"in": "Ungheria"}), 1),
    ("another place", plans(**{"in": "Szeged"}), plans(**{"in": "Torino"}), 0),
    ("another class", plans(**{"in": "Szeged"}), plans(**{"class": "DataCenter", "in": "Szeged"}), 0),
    ("a name, wherever it lies", plans(name="Melfi", **{"in": "Italia"}), plans(name="Melfi"), 1),
    ("a name with more of it", plans(name="Gigafactory Nevada"), plans(name="Nevada"), 1),
    ("a name that is a place", plans(name="Mirafiori"), plans(**{"in": "Mirafiori"}), 1),
    ("a named place", plans(name="Mirafiori"), plans(**{"in": "Torino"}), 1),
    ("a place or none", plans(**{"in": "Szeged"}), plans(), 0),
    ("no place twice", plans(), plans(), 1),
    ("a place told beside", plans(**{"in": "Szeged"}), plans() | {"q": {"place": "Ungheria"}}, 1),
    ("the name alone", fact("500", "producedAt", "Melfi"), fact("500", "producedAt", {"class": "ProductionPlant", "name": "Melfi"}), 1),
    ("a subject by its name", fact({"class": "ProductionPlant", "name": "Melfi"}, "locatedIn", "Italia"), fact("Melfi", "locatedIn", "Italia"), 1),
    # figures
    ("within two percent", figure(value=100, unit="km"), figure(value=101.9, unit="km"), 1),
    ("beyond two percent", figure(value=100, unit="km"), figure(value=103, unit="km"), 0),
    ("another unit", figure(value=100, unit="EUR"), figure(value=100, unit="USD"), 0),
    ("a period is no matter", figure(value=1, period="2024"), figure(value=1, period="2025"), 1),
    ("a range", figure(value="4-6", unit="%"), figure(value="4-6", unit="%"), 1),
    ("a range of losses", figure(value="-6--4", unit="%"), figure(value="-6--4", unit="%"), 1),
    ("a range and its end", figure(value="4-6", unit="%"), figure(value=6, unit="%"), 0),
    ("a change, in percent unless told otherwise", figure(change=-10), figure(change=-10, unit="%"), 1),
    ("a change the other way", figure(change=-10), figure(change=10), 0),
    ("a change beside a value", figure(change=7), figure(value=1644, unit="EUR", change=7), 1),
    ("a change is no value", figure(change=7), figure(value=7, unit="%"), 0),
    ("another metric", figure(value=1), fact("Fiat", "reports", {"metric": "revenue", "value": 1}), 0),
    ("a figure is no name", figure(value=1), fact("Fiat", "reports", "sales"), 0),
    # things that are only described
    ("half of the words", described("una berlina a batteria"), described("la nuova berlina"), 1),
    ("fewer words", described("una berlina a batteria per le famiglie"), described("berlina compatta"), 0),
    ("articles make nothing alike", described("la casa e il mare"), described("la vela e il remo"), 0),
    ("another number", described("sei nuovi modelli"), described("due nuovi modelli"), 0),
    ("another year", described("la ripresa del 2026"), described("la ripresa del 2027"), 0),
    ("another kind", described("la nuova berlina"), described("la nuova berlina", "Prediction"), 0),
    ("a described subject", fact({"class": "VehicleModel", "label": "due nuove Jeep"}, "producedAt", "Melfi"), fact("le due nuove Jeep", "producedAt", "Melfi"), 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "score"), [case[1:] for case in AGREE], ids=[case[0] for case in AGREE]
)
def test_how_two_facts_agree(one: dict, other: dict, score: float) -> None:
    """Facts agree as the facts format says, whichever of them is the gold."""
    assert agreement(one, other, lies_in) == agreement(other, one, lies_in) == score


FACTS = [f for _, one, other, _ in AGREE for f in (one, other)]


@given(st.lists(st.sampled_from(FACTS), unique_by=json.dumps), st.randoms())
def test_the_gold_is_found_by_itself(facts: list[dict], chance) -> None:
    """What is equal to the gold, in any order, leaves no miss and no extra."""
    result = of(*facts, found=chance.sample(facts, len(facts)))
    assert not result.misses
    assert not result.extras
    assert len(result.pairs) == len(facts)


@given(st.lists(st.sampled_from(FACTS)), st.lists(st.sampled_from(FACTS)))
def test_the_books_balance(gold: list[dict], found: list[dict]) -> None:
    """Each gold fact is answered once or missed; each answer is given once; to tell all twice changes nothing."""
    result = of(*gold, found=found)
    assert len(result.pairs) + len(result.misses) == len(gold)
    assert len(result.pairs) + len(result.extras) <= len(found)
    assert result.overall.recall.of == len(gold)
    for share in (result.overall.precision, result.overall.recall):
        assert 0 <= share.right <= share.of
    assert result.overall.recall.right == sum(pair.score for pair in result.pairs)


@given(st.lists(st.sampled_from(FACTS), unique_by=json.dumps), st.lists(st.sampled_from(FACTS)))
def test_only_gold_that_is_told_twice_needs_two_answers(gold: list[dict], found: list[dict]) -> None:
    """Extras never grow when the same facts are found once more."""
    assert len(of(*gold, found=found * 2).extras) <= len(of(*gold, found=found).extras)


def test_as_many_as_can_be_answered_are() -> None:
    """A fact that fits two of the gold answers the one that nothing else fits, even if the other is closer."""
    named, placed = plans(name="Melfi", **{"in": "Szeged"}), plans(**{"in": "Ungheria"})
    nameless = plans(name="Melfi")
    result = of(named, placed, found=[named, nameless])
    assert [(p.gold, p.found) for p in result.pairs] == [(named, nameless), (placed, named)]


def test_the_closest_answer_is_taken() -> None:
    """Of two facts that agree, each is answered by the one with its own qualifiers."""
    old, new = (STAKE | {"q": {"share": share, "date": day}} for share, day in ((20, "2023"), (21, "2025")))
    result = of(old, new, found=[new, old])
    assert [p.gold["q"] for p in result.pairs] == [p.found["q"] for p in result.pairs]
    assert result.qualifiers.f1 == 1


def test_what_is_told_twice_counts_once() -> None:
    """A right fact again is no extra, a wrong one again is one extra."""
    wrong = fact("Fiat", "acquires", "Ford")
    result = of(STAKE, plans(**{"in": "Szeged"}),
                found=[STAKE, wrong, STAKE | {"s": "FIAT"}, wrong, plans(**{"in": "Szeged"}), plans(**{"in": "Ungheria"})])  # fmt: skip
    assert (result.overall.precision.right, result.overall.precision.of) == (2, 3)
    assert [extra.fact for extra in result.extras] == [wrong]


def test_optional_facts_count_neither_way() -> None:
    """An optional fact is no miss, and its answer neither right nor an extra; it yields to one that is wanted."""
    optional = plans(**{"in": "Ungheria"}) | {"optional": True}
    for found in ([], [plans(**{"in": "Szeged"})]):
        result = of(optional, found=found)
        assert (result.overall.f1, result.misses, result.extras) == (None, (), ())
    assert of(optional, plans(**{"in": "Szeged"}), found=[plans(**{"in": "Ungheria"})]).overall.f1 == 1


def test_half_a_point() -> None:
    """Relations that are near each other give half a point to both, and none where the right one is found too."""
    chief, executive = fact("Rossi", "ceoOf", "Fiat"), fact("Rossi", "executiveOf", "Fiat")
    result = of(chief, found=[executive])
    assert (result.overall.f1, result.relations["ceoOf"].recall.value) == (0.5, 0.5)
    assert (result.relations["executiveOf"].precision.value, result.relations["ceoOf"].precision.value) == (
        0.5,
        None,
    )
    assert [extra.fact for extra in of(chief, found=[executive, chief]).extras] == [executive]


def test_only_documents_with_gold_count() -> None:
    """A document that nothing was found in is missed, one that nobody annotated is not judged."""
    gold = [GoldDocument("a", None, (STAKE,)), GoldDocument("b", None, (STAKE,))]
    result = evaluate(gold, {"b": [STAKE], "c": [STAKE]})
    assert (result.documents, [miss.document for miss in result.misses], result.extras) == (2, ["a"], ())


QUALIFIERS = [
    ({"share": 5}, {"share": 5.05}, True),
    ({"share": 5}, {"share": 6}, False),
    ({"amount": "700000000 EUR"}, {"amount": "705000000 EUR"}, True),
    ({"amount": "700000000 EUR"}, {"amount": "700000000 USD"}, False),
    ({"by": "2025"}, {"by": "2025"}, True),
    ({"by": "2025"}, {"by": "2026"}, False),
    ({"by": "2025"}, {"by": "2025-06"}, False),
    ({"title": "Direttore sportivo"}, {"title": "direttore"}, True),
    ({"reason": "i bulloni delle ruote"}, {"reason": "bulloni difettosi"}, True),
    ({"place": "Torino"}, {"place": "Milano"}, False),
]


@pytest.mark.parametrize(("wanted", "told", "same"), QUALIFIERS)
def test_qualifiers_agree(wanted: dict, told: dict, same: bool) -> None:
    """Numbers agree within two percent, dates exactly, words by half of them."""
    result = of(STAKE | {"q": wanted}, found=[STAKE | {"q": told}])
    assert result.qualifiers.precision.value == result.qualifiers.recall.value == same


def test_what_is_told_beside_the_facts() -> None:
    """Factuality, qualifiers, periods and evidence are scored over the facts that agree, and only there."""
    text = "Fiat ha il 5% di Leapmotor. Fiat vende 100 auto."
    gold = [STAKE | {"q": {"share": 5, "since": "2023"}, "quote": "Fiat ha il 5%"},
            figure(value=100, period="2025") | {"quote": "Fiat vende 100 auto"}]  # fmt: skip
    found = [STAKE | {"f": "Denied", "q": {"share": 5}, "quote": text[:26], "start": 0, "end": 26},
             figure(value=100, period="2024", bound="About") | {"quote": "vende", "start": 0, "end": 5},
             fact("Fiat", "acquires", "Ford", start=0, end=9)]  # fmt: skip
    result = of(*gold, found=found, texts={"a": text})
    assert result.factuality.value == 0.5
    assert (result.qualifiers.recall.right, result.qualifiers.recall.of, result.qualifiers.precision.of) == (
        1,
        3,
        3,
    )
    assert (result.verbatim.right, result.verbatim.of) == (1, 2)
    assert result.quotes.value == 1
    assert of(*gold, found=found).verbatim.value is None


def test_the_title_of_a_chief_is_in_the_relation() -> None:
    """That a chief is called chief is not asked for twice."""
    chief = fact("Rossi", "ceoOf", "Fiat")
    assert of(chief, found=[chief | {"q": {"title": "numero uno"}}]).qualifiers.f1 is None


def test_a_report_for_people_and_for_programs() -> None:
    """The tables and the JSON tell relations, rules and what stands alone."""
    wrong = fact("Fiat", "acquires", "Ford", rule="acquires/verb")
    result = of(STAKE, figure(value=1), found=[STAKE | {"rule": "stake/verb"}, wrong])
    facts, rules, beside = report(result)
    assert facts.rows[0] == ("all", "50.0", "50.0", "50.0", "1", "2", "2")
    assert facts.rows[1:] == [
        ("acquires", "0.0", "", "0.0", "0", "1", "0"),
        ("ownsStakeIn", "100.0", "100.0", "100.0", "1", "1", "1"),
        ("reports", "", "0.0", "0.0", "0", "0", "1"),
    ]
    assert rules.rows == [("acquires/verb", "0.0", "0", "1"), ("stake/verb", "100.0", "1", "1")]
    assert beside.rows[0] == ("factuality as in the gold", "100.0", "1", "1")
    for table in (facts, rules, beside):
        assert all(len(row) == len(table.heads) for row in table.rows)
    told = json.loads(json.dumps(to_json(result)))
    assert told["all"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "right": 1, "found": 2, "wanted": 2}
    assert told["extras"] == [wrong | {"document": "a"}]
    assert told["misses"] == [figure(value=1) | {"document": "a"}]


def test_gold_is_read(tmp_path: Path) -> None:
    """A gold file is one document a line, with its day if it is known."""
    path = tmp_path / "gold.jsonl"
    lines = [
        {"id": "a", "date": "2025-10-15", "facts": [STAKE | {"quote": "a\u2028b"}]},
        {"id": "b", "facts": []},
    ]
    path.write_text(
        "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines) + "\n", encoding="utf-8"
    )
    assert read_gold(path) == [
        GoldDocument("a", date(2025, 10, 15), (STAKE | {"quote": "a\u2028b"},)),
        GoldDocument("b", None, ()),
    ]


def gold_line(**more: object) -> str:
    """A gold line with one fact, of which keywords change keys."""
    return json.dumps({"id": "a", "facts": [STAKE | more]})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is no gold line"),
        ('{"id": "", "facts": []}', "is no gold line"),
        ('{"id": "a", "facts": {}}', "is no gold line"),
        ('{"id": "a", "facts": ["x"]}', "fact 1 of 'a' is no object"),
        ('{"id": "a", "date": "ieri", "facts": []}', "the date 'ieri' of 'a' is no day"),
        ('{"id": "a", "date": 2025, "facts": []}', "the date 2025 of 'a' is no day"),
        ('{"id": "z", "facts": []}', "document 'z' has a line above"),
        (gold_line(o=""), "lacks o"),
        (gold_line(q=[]), "has a 'q' of another kind"),
        (gold_line(f="Sure"), "has the factuality 'Sure'; write one of Asserted, "),
        (gold_line(o={"name": "Melfi"}), "neither a label nor an object with a class or a metric"),
        (gold_line(o={"metric": "sales"}), "a figure without a number"),
        (gold_line(o={"metric": "sales", "value": "circa 5"}), "a figure without a number"),
    ],
)
def test_bad_gold_is_shown_in_its_line(tmp_path: Path, line: str, message: str) -> None:
    """What is no gold line is told with its file and line."""
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "z", "facts": []}\n' + line, encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_gold(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [(None, "does not exist"), (b"\xff\xfe", "is not UTF-8"), ("folder", "cannot be read")],
)
def test_a_file_that_is_no_gold(tmp_path: Path, data: object, message: str) -> None:
    """A path that cannot be read is told in one line."""
    path = tmp_path / "gold.jsonl"
    if isinstance(data, bytes):
        path.write_bytes(data)
    elif data:
        path.mkdir()
    with pytest.raises(SourceError, match=message):
        read_gold(path)
