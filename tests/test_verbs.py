"""The table of verbs: forms and their features, unknown verbs, the order of the file."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.resources import data
from kg.verbs import Form, forms, infinitive, suggest

ROWS = [line.split("\t") for line in data("verbs.tsv").read_text(encoding="utf-8").splitlines()]
LEMMAS = [row[0] for row in ROWS[1:]]
PERSONS = {"1s": (1, "s"), "2s": (2, "s"), "3s": (3, "s"), "1p": (1, "p"), "2p": (2, "p"), "3p": (3, "p")}


def finite(lemma: str, mood: str, tense: str, person: str) -> set[str]:
    """All variants of one finite form."""
    return {
        f.text
        for f in forms(lemma)
        if (f.mood, f.tense, (f.person, f.number)) == (mood, tense, PERSONS[person])
    }


@pytest.mark.parametrize(
    ("lemma", "mood", "tense", "person", "text"),
    [
        # what reports are made of
        ("acquisire", "indicative", "present", "3s", "acquisisce"),
        ("costruire", "indicative", "present", "3p", "costruiscono"),
        ("investire", "indicative", "present", "3s", "investe"),
        ("fornire", "indicative", "future", "3s", "fornirà"),
        ("lanciare", "indicative", "future", "3p", "lanceranno"),
        ("lasciare", "indicative", "past", "3s", "lasciò"),
        ("pagare", "conditional", "present", "3s", "pagherebbe"),
        ("elettrificare", "subjunctive", "present", "3p", "elettrifichino"),
        ("prevedere", "indicative", "future", "3s", "prevederà"),
        ("esordire", "indicative", "future", "3s", "esordirà"),
        ("esordire", "indicative", "present", "3s", "esordisce"),
        ("valutare", "indicative", "imperfect", "3p", "valutavano"),
        ("crescere", "indicative", "past", "3s", "crebbe"),
        ("produrre", "indicative", "present", "3s", "produce"),
        ("produrre", "indicative", "future", "3p", "produrranno"),
        ("produrre", "indicative", "past", "3s", "produsse"),
        ("proporre", "conditional", "present", "3s", "proporrebbe"),
        ("porre", "indicative", "present", "1p", "poniamo"),
        ("estrarre", "indicative", "present", "3p", "estraggono"),
        ("chiudere", "indicative", "past", "3p", "chiusero"),
        ("scegliere", "indicative", "present", "1p", "scegliamo"),
        ("scegliere", "indicative", "past", "3s", "scelse"),
        ("raccogliere", "indicative", "present", "3p", "raccolgono"),
        ("rimanere", "indicative", "future", "3s", "rimarrà"),
        ("ottenere", "indicative", "past", "3s", "ottenne"),
        ("mantenere", "indicative", "future", "3s", "manterrà"),
        ("possedere", "indicative", "present", "3s", "possiede"),
        ("accedere", "indicative", "past", "3s", "accedette"),
        ("concedere", "indicative", "past", "3s", "concesse"),
        ("spegnere", "indicative", "present", "3p", "spengono"),
        ("scomparire", "indicative", "present", "3p", "scompaiono"),
        ("nuocere", "indicative", "present", "3s", "nuoce"),
        ("riempire", "indicative", "present", "3p", "riempiono"),
        ("compiere", "indicative", "imperfect", "3s", "compiva"),
        ("avviare", "subjunctive", "present", "3s", "avvii"),
        ("cominciare", "subjunctive", "present", "1p", "cominciamo"),
        ("soddisfare", "indicative", "present", "3s", "soddisfa"),
        ("venire", "conditional", "present", "3s", "verrebbe"),
        ("uscire", "indicative", "present", "3p", "escono"),
        ("riuscire", "subjunctive", "present", "3s", "riesca"),
        ("salire", "indicative", "present", "3p", "salgono"),
        ("tacere", "indicative", "present", "1s", "taccio"),
        ("dire", "indicative", "imperfect", "3s", "diceva"),
        ("contraddire", "indicative", "past", "3s", "contraddisse"),
        # auxiliaries and modals
        ("essere", "indicative", "present", "3s", "è"),
        ("essere", "conditional", "present", "3p", "sarebbero"),
        ("essere", "subjunctive", "imperfect", "3s", "fosse"),
        ("avere", "indicative", "present", "3p", "hanno"),
        ("avere", "conditional", "present", "3s", "avrebbe"),
        ("potere", "conditional", "present", "3s", "potrebbe"),
        ("potere", "indicative", "present", "3s", "può"),
        ("volere", "indicative", "present", "3s", "vuole"),
        ("dovere", "indicative", "present", "3p", "devono"),
        ("dovere", "conditional", "present", "3p", "dovrebbero"),
        ("fare", "indicative", "past", "3s", "fece"),
        ("andare", "indicative", "future", "3s", "andrà"),
        ("stare", "conditional", "present", "3s", "starebbe"),
        ("dare", "indicative", "present", "3s", "dà"),
        ("sapere", "subjunctive", "present", "3s", "sappia"),
        # the trade's own, missing from the list that the table starts from
        ("rottamare", "indicative", "future", "3s", "rottamerà"),
        ("delocalizzare", "conditional", "present", "3s", "delocalizzerebbe"),
        ("cofinanziare", "indicative", "future", "3s", "cofinanzierà"),
    ],
)
def test_finite_forms(lemma: str, mood: str, tense: str, person: str, text: str) -> None:
    """A finite form is listed under its mood, tense and person."""
    assert text in finite(lemma, mood, tense, person)


@pytest.mark.parametrize(
    ("lemma", "text"),
    [
        ("avere", "avuto"),
        ("essere", "stato"),
        ("produrre", "prodotto"),
        ("porre", "posto"),
        ("scegliere", "scelto"),
        ("rimanere", "rimasto"),
        ("vedere", "visto"),
        ("perdere", "perso"),
        ("aprire", "aperto"),
        ("offrire", "offerto"),
        ("rompere", "rotto"),
        ("spingere", "spinto"),
        ("stringere", "stretto"),
        ("risolvere", "risolto"),
        ("evolvere", "evoluto"),
        ("discutere", "discusso"),
        ("redigere", "redatto"),
        ("dirigere", "diretto"),
        ("assumere", "assunto"),
        ("esprimere", "espresso"),
        ("accorgersi", "accorto"),
        ("esistere", "esistito"),
        ("prevedere", "previsto"),
        ("compiere", "compiuto"),
        ("omologare", "omologato"),
    ],
)
def test_past_participles_agree(lemma: str, text: str) -> None:
    """A participle comes in both genders and numbers."""
    found = {
        (f.number, f.gender): f.text
        for f in forms(lemma)
        if f.mood == "participle" and f.text[:-1] == text[:-1]
    }
    stem = text[:-1]
    assert found == {
        ("s", "m"): stem + "o",
        ("s", "f"): stem + "a",
        ("p", "m"): stem + "i",
        ("p", "f"): stem + "e",
    }


@pytest.mark.parametrize(
    ("lemma", "mood", "texts"),
    [
        ("produrre", "gerund", {"producendo"}),
        ("fare", "gerund", {"facendo"}),
        ("compiere", "gerund", {"compiendo"}),
        ("sviluppare", "infinitive", {"sviluppare"}),
        ("avere", "infinitive", {"avere", "aver"}),
        ("potere", "infinitive", {"potere", "poter"}),
    ],
)
def test_other_forms(lemma: str, mood: str, texts: set[str]) -> None:
    """Gerunds follow the Latin stem; auxiliaries and modals may be cut short."""
    assert {f.text for f in forms(lemma) if f.mood == mood} == texts


@pytest.mark.parametrize(
    ("reflexive", "plain"),
    [("fondersi", "fondere"), ("alzarsi", "alzare"), ("proporsi", "proporre"), ("ritrarsi", "ritrarre")],
)
def test_a_reflexive_has_the_forms_of_its_verb(reflexive: str, plain: str) -> None:
    """The pronoun of a reflexive infinitive is left to whoever matches words."""
    assert forms(reflexive) == forms(plain)


def test_one_text_may_mean_several_things() -> None:
    """An ambiguous text is listed once for each of its meanings."""
    assert [f for f in forms("essere") if f.text == "siamo"] == [
        Form("siamo", "indicative", "present", 1, "p"),
        Form("siamo", "subjunctive", "present", 1, "p"),
    ]


def test_defective_verbs_lack_forms() -> None:
    """What is said of things only has third persons only, and no noun passes for a verb."""
    assert {f.person for f in forms("bisognare")} == {0, 3}
    assert not [f for f in forms("competere") if f.mood == "participle"]


@pytest.mark.parametrize("lemma", ["aquisire", "sviluppara", "si", "", "lemma", "essere\tx", "\n", "Essere"])
def test_unknown_verbs(lemma: str) -> None:
    """An unknown verb is an error that names it."""
    assert infinitive(lemma) is None
    with pytest.raises(KeyError, match="unknown verb"):
        forms(lemma)


def test_an_unknown_verb_brings_near_ones() -> None:
    """The error for a misspelt verb names the right one."""
    assert suggest("aquisire")[0] == "acquisire"
    with pytest.raises(KeyError, match="did you mean acquisire"):
        forms("aquisire")


def test_the_file_is_sorted_and_refers_to_itself() -> None:
    """Lemmas are unique and sorted, and what a verb is "like" has endings of its own."""
    assert sorted(set(LEMMAS)) == LEMMAS
    whole = {row[0] for row in ROWS[1:] if not row[1]}
    assert {row[1] for row in ROWS[1:] if row[1]} <= whole
    assert {len(row) for row in ROWS if row[0] in whole} == {len(ROWS[0])}


@given(st.sampled_from(LEMMAS))
def test_every_verb_is_whole(lemma: str) -> None:
    """Every verb lists its own infinitive, one gerund, a present, and all four participles or none."""
    found = forms(lemma)
    moods = Counter(f.mood for f in found)
    assert found[0] == Form(lemma, "infinitive")
    assert moods["gerund"] == 1
    assert any(f.tense == "present" and f.person == 3 for f in found)
    participles = Counter(f.text[:-1] for f in found if f.mood == "participle")
    assert set(participles.values()) <= {4}
    assert all(f.text.isalpha() and f.text == f.text.lower() for f in found)
