"""Figures and dates in prose: what is found, what it means, and what is left alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.amounts import read_units
from kg.model import CurationError, Value
from kg.values import find_values

WEDNESDAY = date(2024, 10, 9)


def find(text: str, published: date | None = WEDNESDAY) -> list[Value]:
    """The values of a whole text."""
    return find_values(text, 0, len(text), published)


def told(text: str, published: date | None = WEDNESDAY) -> list[str]:
    """Each value of a text on one line: its words, then what they mean."""
    return [_line(text, value) for value in find(text, published)]


def _line(text: str, value: Value) -> str:
    quote = text[value.start : value.end]
    if value.kind == "Date":
        return f"{quote} = {value.when} {value.role}"
    high = "" if value.high is None else f"..{value.high:f}"
    return f"{quote} = {value.kind} {value.number:f}{high} {value.unit} {value.bound}".rstrip().replace(
        "  ", " "
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbers
        ("porta sei nuovi modelli", ["sei = Number 6"]),
        ("dodici varianti, ventitré colori", ["dodici = Number 12", "ventitré = Number 23"]),
        ("una gamma di 3,5 milioni", ["3,5 milioni = Number 3500000"]),
        ("mezzo miliardo", ["mezzo miliardo = Number 500000000"]),
        ("il motore 2.0 turbo", ["2.0 = Number 2"]),
        # money
        ("un piano da 1,5 miliardi di euro", ["1,5 miliardi di euro = Money 1500000000 EUR"]),
        ("a 37.200 euro", ["37.200 euro = Money 37200 EUR"]),
        ("a € 37.200", ["€ 37.200 = Money 37200 EUR"]),
        ("a €37.200, cioè 37.200€", ["€37.200 = Money 37200 EUR", "37.200€ = Money 37200 EUR"]),
        ("USD 5 milioni", ["USD 5 milioni = Money 5000000 USD"]),
        (
            "3 mld di dollari e 200 mln di yuan",
            ["3 mld di dollari = Money 3000000000 USD", "200 mln di yuan = Money 200000000 CNY"],
        ),
        ("un miliardo e mezzo di sterline", ["un miliardo e mezzo di sterline = Money 1500000000 GBP"]),
        ("un miliardo e 200 milioni di euro", ["un miliardo e 200 milioni di euro = Money 1200000000 EUR"]),
        ("2,5 mila miliardi di yen", ["2,5 mila miliardi di yen = Money 2500000000000 JPY"]),
        ("dieci milioni di franchi svizzeri", ["dieci milioni di franchi svizzeri = Money 10000000 CHF"]),
        ("500 milioni di corone svedesi", ["500 milioni di corone svedesi = Money 500000000 SEK"]),
        ("2500 euro di sconto", ["2500 euro = Money 2500 EUR"]),
        ("una rata di 299 euro al mese", ["299 euro al mese = Quantity 299 EUR/mo"]),
        # per cent
        ("un margine del 21,3%", ["21,3% = Percent 21.3 %"]),
        ("il 17 per cento", ["17 per cento = Percent 17 %"]),
        (
            "il 21,3 per cento, venti per cento",
            ["21,3 per cento = Percent 21.3 %", "venti per cento = Percent 20 %"],
        ),
        ("dell’11% e nell'8%", ["11% = Percent 11 %", "8% = Percent 8 %"]),
        ("vendite a -12%, utile a +3,5%", ["-12% = Percent -12 %", "+3,5% = Percent 3.5 %"]),
        ("un calo (−5,2%)", ["−5,2% = Percent -5.2 %"]),
        ("il 7% in più, il 27,9% in meno", ["7% in più = Percent 7 %", "27,9% in meno = Percent -27.9 %"]),
        ("sale dal 32 al 32,5%", ["32 = Number 32", "32,5% = Percent 32.5 %"]),
        (
            "da 420 a 300 miliardi di yen",
            ["420 = Number 420", "300 miliardi di yen = Money 300000000000 JPY"],
        ),
        ("appena 19.364 vetture", ["appena 19.364 vetture = Quantity 19364 {vehicle}"]),
        ("2 punti percentuali", ["2 punti percentuali = Quantity 2 {pp}"]),
        # quantities
        ("136 CV (100 kW)", ["136 CV = Quantity 136 [HP_M]", "100 kW = Quantity 100 kW"]),
        ("una batteria da 44 kWh", ["44 kWh = Quantity 44 kW.h"]),
        ("una fabbrica da 40 GWh", ["40 GWh = Quantity 40 GW.h"]),
        ("230 Nm, 250 Wh/kg", ["230 Nm = Quantity 230 N.m", "250 Wh/kg = Quantity 250 W.h/kg"]),
        ("lunga 4,365 metri", ["4,365 metri = Quantity 4.365 m"]),
        ("440 litri, 1.950 kg", ["440 litri = Quantity 440 L", "1.950 kg = Quantity 1950 kg"]),
        ("a 800 V, a 180 km/h", ["800 V = Quantity 800 V", "180 km/h = Quantity 180 km/h"]),
        ("15,4 kWh/100 km", ["15,4 kWh/100 km = Quantity 15.4 kW.h/(100.km)"]),
        (
            "5,2 l/100 km e 120 g/km",
            ["5,2 l/100 km = Quantity 5.2 L/(100.km)", "120 g/km = Quantity 120 g/km"],
        ),
        ("50mila vetture", ["50mila vetture = Quantity 50000 {vehicle}"]),
        ("1.250.000 veicoli", ["1.250.000 veicoli = Quantity 1250000 {vehicle}"]),
        ("due milioni di auto", ["due milioni di auto = Quantity 2000000 {vehicle}"]),
        ("un milione di vetture", ["un milione di vetture = Quantity 1000000 {vehicle}"]),
        ("tremila posti di lavoro", ["tremila posti di lavoro = Quantity 3000 {job}"]),
        ("1.000 nuovi posti di lavoro", ["1.000 nuovi posti di lavoro = Quantity 1000 {job}"]),
        ("2000 dipendenti", ["2000 dipendenti = Quantity 2000 {person}"]),
        ("garanzia di 8 anni, in 24 ore", ["8 anni = Quantity 8 a", "24 ore = Quantity 24 h"]),
        ("vent’anni di storia", ["vent’anni = Quantity 20 a"]),
        # from rest to 100 km/h: only the time is a figure
        ("lo 0-100 in 5,9 secondi", ["5,9 secondi = Quantity 5.9 s"]),
        ("da 0 a 100 km/h in 3,2 secondi", ["3,2 secondi = Quantity 3.2 s"]),
    ],
)
def test_figures(text: str, expected: list[str]) -> None:
    """A figure is found with its number, scale and unit."""
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("+7%, il 7% in meno, il 7%", ["Change", "Change", ""]),
        ("1,6 miliardi, 2 milioni di italiani, 500", ["Sum", "", ""]),
    ],
)
def test_figures_that_patterns_know_by_their_sort(text: str, sorts: list[str]) -> None:
    """A percentage with its sign is a change, a big number that counts nothing is a sum of money."""
    assert [v.sort for v in find_values(text, 0, len(text), None)] == sorts


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("il sito chiuderà ad aprile", "2025-04"),
        ("ad aprile aprirà il sito", "2025-04"),
        ("ha aperto ad aprile", "2024-04"),
    ],
)
def test_a_month_in_a_clause_in_the_future_is_yet_to_come(text: str, when: str) -> None:
    """A month without a year is the next one where the verb of its clause is in the future."""
    assert [v.when for v in find_values(text, 0, len(text), date(2024, 6, 16))] == [when]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("circa 300 km", ["circa 300 km = Quantity 300 km About"]),
        ("quasi 20.000 unità", ["quasi 20.000 unità = Quantity 20000 {vehicle} About"]),
        ("intorno ai 25.000 euro", ["intorno ai 25.000 euro = Money 25000 EUR About"]),
        ("attorno al 5%", ["attorno al 5% = Percent 5 % About"]),
        ("all’incirca 200 km", ["all’incirca 200 km = Quantity 200 km About"]),
        ("poco meno di 4 metri", ["poco meno di 4 metri = Quantity 4 m About"]),
        ("300 km circa", ["300 km circa = Quantity 300 km About"]),
        ("oltre il 30%", ["oltre il 30% = Percent 30 % AtLeast"]),
        ("più dell’80%", ["più dell’80% = Percent 80 % AtLeast"]),
        ("più di 500 auto", ["più di 500 auto = Quantity 500 {vehicle} AtLeast"]),
        ("almeno 5.000 addetti", ["almeno 5.000 addetti = Quantity 5000 {person} AtLeast"]),
        ("superiore a 400 km", ["superiore a 400 km = Quantity 400 km AtLeast"]),
        ("non meno di 500 auto", ["non meno di 500 auto = Quantity 500 {vehicle} AtLeast"]),
        ("oltre quota 500.000 unità", ["oltre quota 500.000 unità = Quantity 500000 {vehicle} AtLeast"]),
        ("a partire da 25.000 euro", ["a partire da 25.000 euro = Money 25000 EUR AtLeast"]),
        ("prezzi da 25.000 euro", ["da 25.000 euro = Money 25000 EUR AtLeast"]),
        ("un piano da 50 milioni di euro", ["50 milioni di euro = Money 50000000 EUR"]),
        ("da 136 CV", ["136 CV = Quantity 136 [HP_M]"]),
        ("fino a 600 km", ["fino a 600 km = Quantity 600 km AtMost"]),
        ("fino al 30%", ["fino al 30% = Percent 30 % AtMost"]),
        ("al massimo 180 km/h", ["al massimo 180 km/h = Quantity 180 km/h AtMost"]),
        ("meno di 30 minuti", ["meno di 30 minuti = Quantity 30 min AtMost"]),
        ("sotto i 25.000 euro", ["sotto i 25.000 euro = Money 25000 EUR AtMost"]),
        ("entro i 30.000 euro", ["entro i 30.000 euro = Money 30000 EUR AtMost"]),
        # ranges
        ("tra 4 e 6%", ["tra 4 e 6% = Percent 4..6 %"]),
        ("dal 4% al 6%", ["dal 4% al 6% = Percent 4..6 %"]),
        ("4-6%", ["4-6% = Percent 4..6 %"]),
        ("4–6 miliardi di euro", ["4–6 miliardi di euro = Money 4000000000..6000000000 EUR"]),
        ("tra i 300 e i 400 km", ["tra i 300 e i 400 km = Quantity 300..400 km"]),
        ("da 28 mila a quasi 36 mila euro", ["da 28 mila a quasi 36 mila euro = Money 28000..36000 EUR"]),
        ("dal 10 all’80% in 27 minuti", ["dal 10 all’80% = Percent 10..80 %", "27 minuti = Quantity 27 min"]),
        ("dal 6% al 4%", ["6% = Percent 6 %", "4% = Percent 4 %"]),
        ("da 136 CV a 37.200 euro", ["136 CV = Quantity 136 [HP_M]", "37.200 euro = Money 37200 EUR"]),
        ("due-tre anni", ["due-tre anni = Quantity 2..3 a"]),
    ],
)
def test_bounds_and_ranges(text: str, expected: list[str]) -> None:
    """The words that bound a figure belong to it, and two ends make one range."""
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # years
        ("nel 2024", ["2024 = 2024 at"]),
        ("le vendite del 2024", ["2024 = 2024 at"]),
        ("entro il 2025", ["entro il 2025 = 2025 by"]),
        ("prima del 2027", ["prima del 2027 = 2027 by"]),
        ("dal 2026", ["dal 2026 = 2026 since"]),
        ("a partire dal 2026", ["a partire dal 2026 = 2026 since"]),
        ("fino al 2030", ["fino al 2030 = 2030 until"]),
        ("dal 2024 al 2027", ["dal 2024 = 2024 since", "al 2027 = 2027 until"]),
        ("tra il 2025 e il 2027", ["tra il 2025 e il 2027 = 2027 by"]),
        ("nel 2024-2026", ["2024 = 2024 at", "2026 = 2026 at"]),
        ("la stagione 2024/25", ["2024/25 = 2024 at"]),
        ("a fine 2025", ["fine 2025 = 2025 at"]),
        ("inizio 2026, metà 2026", ["inizio 2026 = 2026 at", "metà 2026 = 2026 at"]),
        ("entro la fine del 2026", ["entro la fine del 2026 = 2026 by"]),
        ("fino a fine 2025", ["fino a fine 2025 = 2025 until"]),
        ("nell’estate 2025", ["estate 2025 = 2025 at"]),
        ("nel 2024 auto in calo", ["2024 = 2024 at"]),
        ("più del 2023", ["2023 = 2023 at"]),
        # quarters and halves
        ("nel secondo trimestre del 2024", ["secondo trimestre del 2024 = 2024-Q2 at"]),
        ("nel primo semestre 2025", ["primo semestre 2025 = 2025-H1 at"]),
        ("nell’ultimo trimestre del 2023", ["ultimo trimestre del 2023 = 2023-Q4 at"]),
        (
            "nel Q2 2024, nel 2Q 2024, nel 1H24",
            ["Q2 2024 = 2024-Q2 at", "2Q 2024 = 2024-Q2 at", "1H24 = 2024-H1 at"],
        ),
        (
            "2° trimestre 2024, IV trimestre 2023",
            ["2° trimestre 2024 = 2024-Q2 at", "IV trimestre 2023 = 2023-Q4 at"],
        ),
        ("nella seconda metà del 2025", ["seconda metà del 2025 = 2025-H2 at"]),
        ("nei primi sei mesi del 2024", ["primi sei mesi del 2024 = 2024-H1 at"]),
        ("gennaio-marzo 2024", ["gennaio-marzo 2024 = 2024-Q1 at"]),
        ("entro il primo semestre del 2026", ["entro il primo semestre del 2026 = 2026-H1 by"]),
        # months and days
        ("settembre 2024", ["settembre 2024 = 2024-09 at"]),
        ("da settembre 2024", ["da settembre 2024 = 2024-09 since"]),
        ("fine settembre 2024", ["fine settembre 2024 = 2024-09 at"]),
        ("il 9 ottobre 2024", ["9 ottobre 2024 = 2024-10-09 at"]),
        ("dal 1° gennaio 2025", ["dal 1° gennaio 2025 = 2025-01-01 since"]),
        ("il primo gennaio 2025", ["primo gennaio 2025 = 2025-01-01 at"]),
        ("mercoledì 9 ottobre 2024", ["mercoledì 9 ottobre 2024 = 2024-10-09 at"]),
        ("dal 14 al 20 ottobre 2024", ["dal 14 = 2024-10-14 since", "al 20 ottobre 2024 = 2024-10-20 until"]),
        ("9/10/2024, 2024-10-09", ["9/10/2024 = 2024-10-09 at", "2024-10-09 = 2024-10-09 at"]),
    ],
)
def test_dates_that_stand_alone(text: str, expected: list[str]) -> None:
    """A full date means the same whether or not the day of publication is known."""
    assert told(text) == expected
    assert told(text, None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the day of publication is Wednesday 9 October 2024
        ("quest’anno", ["quest’anno = 2024 at"]),
        ("l’anno scorso, lo scorso anno", ["anno scorso = 2023 at", "scorso anno = 2023 at"]),
        ("il prossimo anno, l’anno prossimo", ["prossimo anno = 2025 at", "anno prossimo = 2025 at"]),
        ("nell’anno in corso", ["anno in corso = 2024 at"]),
        ("entro fine anno", ["entro fine anno = 2024 by"]),
        ("entro la fine dell’anno", ["entro la fine dell’anno = 2024 by"]),
        ("entro la fine del prossimo anno", ["entro la fine del prossimo anno = 2025 by"]),
        ("entro l’anno", ["entro l’anno = 2024 by"]),
        ("nella prima metà dell’anno", ["prima metà dell’anno = 2024-H1 at"]),
        ("tra due anni", ["tra due anni = 2026 at"]),
        ("due anni fa, un anno fa", ["due anni fa = 2022 at", "un anno fa = 2023 at"]),
        ("entro i prossimi tre anni", ["entro i prossimi tre anni = 2027 by"]),
        ("nei prossimi 5 anni", ["nei prossimi 5 anni = 2029 by"]),
        ("tre mesi fa", ["tre mesi fa = 2024-07 at"]),
        ("il mese scorso", ["mese scorso = 2024-09 at"]),
        ("nel secondo trimestre", ["secondo trimestre = 2024-Q2 at"]),
        ("nel quarto trimestre dello scorso anno", ["quarto trimestre dello scorso anno = 2023-Q4 at"]),
        ("entro il primo trimestre", ["entro il primo trimestre = 2025-Q1 by"]),
        ("lo scorso trimestre", ["scorso trimestre = 2024-Q3 at"]),
        ("nei primi sei mesi dell’anno", ["primi sei mesi dell’anno = 2024-H1 at"]),
        ("lo scorso settembre", ["scorso settembre = 2024-09 at"]),
        ("settembre scorso", ["settembre scorso = 2024-09 at"]),
        ("il prossimo settembre", ["prossimo settembre = 2025-09 at"]),
        ("entro marzo", ["entro marzo = 2025-03 by"]),
        ("a dicembre, a luglio", ["dicembre = 2024-12 at", "luglio = 2024-07 at"]),
        ("il 14 novembre", ["14 novembre = 2024-11-14 at"]),
        ("lo scorso 14 novembre", ["scorso 14 novembre = 2023-11-14 at"]),
        ("da gennaio ad agosto 2023", ["da gennaio = 2023-01 since", "ad agosto 2023 = 2023-08 until"]),
        ("oggi, ieri, domani", ["oggi = 2024-10-09 at", "ieri = 2024-10-08 at", "domani = 2024-10-10 at"]),
        ("lunedì", ["lunedì = 2024-10-07 at"]),
        ("mercoledì, mercoledì scorso", ["mercoledì = 2024-10-09 at", "mercoledì scorso = 2024-10-02 at"]),
        ("lunedì prossimo", ["lunedì prossimo = 2024-10-14 at"]),
        ("la prossima estate", ["prossima estate = 2025 at"]),
    ],
)
def test_dates_by_the_day_of_publication(text: str, expected: list[str]) -> None:
    """A relative date is read against the day of publication, and is left alone without one."""
    assert told(text) == expected
    assert not [v for v in find(text.partition(",")[0], None) if v.kind == "Date" and "2023" not in text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("una ventina di modelli", "ventina = Number 20 About"),
        ("una cinquantina di persone", "cinquantina di persone = Quantity 50 {person} About"),
        ("un centinaio di auto", "centinaio di auto = Quantity 100 {vehicle} About"),
    ],
)
def test_round_numbers_are_about_so_many(text: str, expected: str) -> None:
    """ "Una cinquantina" is a number, and no exact one."""
    assert told(text) == [expected]


def test_a_span_without_a_name_is_a_time_and_no_date() -> None:
    """ "Nei primi nove mesi del 2024" is one mention of time that fills no slot for a date."""
    assert told("nei primi nove mesi del 2024") == ["primi nove mesi del 2024 =  span"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ha alzato il target di consegne da 300.000 a 350.000 auto", 2),
        ("con consegne da 300.000 a 350.000 auto", 1),
    ],
)
def test_a_revised_target_is_two_figures(text: str, numbers: int) -> None:
    """What a target is raised from and to are two figures, where else "da … a" is a range."""
    assert len(told(text)) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "tra l'anno 2025 e il 2027",
        "all'incirca 2000 auto",
        "anno 2019 e anni 1990",
        "lo scorso settembre",
        "nell'ultimo trimestre del 2024",
        "il primo ottobre 2024",
        "l'altro ieri",
        "entro un anno",
        "tra gennaio e marzo 2024",
        "negli ultimi tre mesi del 2023",
        "alle ore 15 e alle 18",
        "il 20 per cento",
        "mezzo milione",
        "tra le 300 e le 400 auto",
        "appena 12 mila euro",
    ],
)
def test_gaps_are_up_to_three_blanks(text: str) -> None:
    """What stands right before a figure is seen however wide the gaps are that print leaves."""
    near, far = (find(t) for t in (text, text.replace(" ", "   ")))
    assert [(v.kind, v.number, v.high, v.when, v.role) for v in far] == [
        (v.kind, v.number, v.high, v.when, v.role) for v in near
    ]


def test_the_last_july_lies_in_the_past() -> None:
    """The last July of a text of June is the one of the year before."""
    assert told("lo scorso luglio", date(2025, 6, 18)) == ["scorso luglio = 2024-07 at"]


@pytest.mark.parametrize(
    "text",
    [
        "migliaia di auto, decine di migliaia di posti",
        "gennaio-agosto 2024, tra gennaio e agosto 2024",
        "gli anni 2000, gli anni ’90, gli anni novanta",
        "dei prossimi tre anni",
        "due terzi del capitale, tre volte",
        "4x4, A3, CX-60, e-208, 500e, ID.3, 48-volt, 3D, Q4, #1, W2RC",
        "Euro 6, Formula 1, livello 3",
        "alle 14.30, alle ore 18, 14:30",
        "100,000 auto",
        "1/3, 24/7",
        "31 febbraio 2024",
        "settembre dello stesso anno, il 5 aprile successivo",
        "un’auto, un anno, ogni anno, all’anno, per cento",
        "12345678901234567890",
    ],
)
def test_left_alone(text: str) -> None:
    """Vague words, codes and parts of a name are no figures and no dates."""
    assert told(text) == []


def test_offsets_are_into_the_whole_text() -> None:
    """Only the span asked for is read, and offsets count from the start of the text."""
    text = "Nel 2023 il 5%. Nel 2024 il 6%. Nel 2025 il 7%."
    assert [text[v.start : v.end] for v in find_values(text, 16, 31, None)] == ["2024", "6%"]


@given(st.text(), st.dates() | st.none())
def test_any_text_is_read(text: str, published: date | None) -> None:
    """No text makes the reader fail; values are in order, disjoint, inside the text and not empty."""
    _check_spans(text, find(text, published))


WORDS = """
    1 2 14 100 2024 2.000 0,5 4-6 % € euro mila milioni miliardo un mezzo e di circa oltre fino a al da dal tra il
    entro prossimi scorso primi secondo trimestre metà fine anno anni mesi fa settembre ottobre lunedì oggi estate
    km/h kWh CV auto posti lavoro in / - ' ’ + . , ( ) due venti cento per Q2 İ
"""


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=25), st.sampled_from(["", " "]), st.dates() | st.none()
)
def test_any_words_are_read(words: list[str], blank: str, published: date | None) -> None:
    """However the reader's own words are strung together, its spans stay in order and apart."""
    text = blank.join(words)
    _check_spans(text, find(text, published))


def _check_spans(text: str, values: list[Value]) -> None:
    ends = [0, *(v.end for v in values)]
    assert all(end <= v.start < v.end <= len(text) for end, v in zip(ends, values, strict=False))
    assert all(
        bool(v.when) == (v.kind == "Date") and (v.number is None) == (v.kind == "Date") for v in values
    )


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_thousands_read_back(number: int) -> None:
    """A whole number with the points of its thousands is read as itself."""
    text = f"{number:,}".replace(",", ".") + " euro"
    assert [(v.number, v.end) for v in find(text)] == [(Decimal(number), len(text))]


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_decimals_read_back(number: Decimal) -> None:
    """A decimal comma is read as one."""
    assert [v.number for v in find(f"{number:.2f}%".replace(".", ","))] == [number]


@pytest.mark.parametrize(
    "piece", ["1", "1.", "111.", "-1", "2024-", "1 ", "un miliardo e ", "anno ", "'1", "da 5 a ", " "]
)
def test_odd_texts_end(piece: str) -> None:
    """The time a text takes grows with its length only."""
    find("1" + piece * 20_000)


def test_bad_units_are_reported_together(tmp_path: Path) -> None:
    """Every bad line of the units is named with its file and number."""
    file = tmp_path / "units.tsv"
    rows = ["unit\tkind\tfactor\tspellings", "km\tQuantity\t1\tkm", "mi\tLength\t1\tKM", "x\ty"]
    file.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(CurationError) as caught:
        read_units(file)
    assert str(caught.value).splitlines() == [
        "units.tsv:3: 'KM' is already a spelling of km",
        "units.tsv:3: unknown kind 'Length'; expected Percent, Money, Quantity",
        "units.tsv:4: expected unit, kind, factor (a number) and spellings",
    ]
