"""The forms of Italian verbs, each with its mood, tense, person, number and gender.

They come from ``kg/data/verbs.tsv``, which ``kg/data/generate_verbs.py`` writes
and explains. Simple tenses only: compound ones are an auxiliary and a
participle, which rules see as two words.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

from kg.resources import data


class Form(NamedTuple):
    """One form of a verb, in lower case.

    ``mood`` is ``indicative``, ``subjunctive``, ``conditional``, ``infinitive``,
    ``gerund`` or ``participle`` (the past one); ``tense`` is ``present``,
    ``imperfect``, ``past`` or ``future``, and empty for infinitive and gerund.
    Finite forms have ``person`` 1 to 3, others 0; ``number`` is ``s`` or ``p``;
    participles have ``gender`` ``m`` or ``f``.
    """

    text: str
    mood: str
    tense: str = ""
    person: int = 0
    number: str = ""
    gender: str = ""


Features = tuple[str, str, int, str, str]


def _finite(mood: str, tense: str) -> list[Features]:
    return [(mood, tense, person, number, "") for number in "sp" for person in (1, 2, 3)]


# What the slots of each column mean, in the order of the file.
_COLUMNS: tuple[list[Features], ...] = (
    [("infinitive", "", 0, "", "")],
    [("gerund", "", 0, "", "")],
    [("participle", "past", 0, number, gender) for number in "sp" for gender in "mf"],
    _finite("indicative", "present"),
    _finite("indicative", "imperfect"),
    _finite("indicative", "past"),
    _finite("indicative", "future"),
    _finite("conditional", "present"),
    _finite("subjunctive", "present"),
    _finite("subjunctive", "imperfect"),
)


@cache
def forms(lemma: str) -> tuple[Form, ...]:
    """All simple forms of the verb ``lemma``; "fondersi" has those of "fondere".

    Equal texts that mean different things ("siamo") stand once for each meaning.
    Raises :class:`KeyError` with near spellings when the verb is not known.
    """
    infinitive = _infinitive(lemma)
    if infinitive is None:
        near = ", ".join(suggest(lemma))
        raise KeyError(f"unknown verb {lemma!r}" + (f"; did you mean {near}?" if near else ""))
    model, _, endings = _table()[infinitive].partition("\t")
    columns = (endings or _table()[model].partition("\t")[2]).split("\t")
    stem = infinitive.removesuffix(columns[0].partition("/")[0])
    return tuple(
        Form(stem + end, *features)
        for column, meanings in zip(columns, _COLUMNS, strict=True)
        for slot, features in zip(column.split(" "), meanings, strict=True)
        if slot != "-"
        for end in slot.split("/")
    )


def infinitive(lemma: str) -> str | None:
    """The verb as the table names it, None if it has none: "fondersi" is "fondere"."""
    return _infinitive(lemma)


def suggest(lemma: str) -> list[str]:
    """Up to three known verbs spelt like ``lemma``, the nearest first."""
    return get_close_matches(lemma, _table(), n=3, cutoff=0.8)


@cache
def _infinitive(lemma: str) -> str | None:
    """The verb as the table names it: "fondersi" is "fondere", "proporsi" is "proporre"."""
    stem = lemma.removesuffix("si") if lemma.endswith("rsi") else ""
    return next((verb for verb in (lemma, stem + "e", stem + "re") if verb in _table()), None)


@cache
def presents() -> frozenset[str]:
    """Every third person of an indicative present: what a verb that no rule names is known by."""
    endings: dict[str, tuple[str, tuple[str, ...]]] = {}
    for model, line in _table().items():
        _, _, columns = line.partition("\t")
        if columns:
            infinitive, _, _, present, *_ = columns.split("\t")
            slots = present.split(" ")
            thirds = tuple(end for slot in (slots[2], slots[5]) for end in slot.split("/") if slot != "-")
            endings[model] = (infinitive.partition("/")[0], thirds)
    found: set[str] = set()
    for lemma, line in _table().items():
        infinitive, thirds = endings[line.partition("\t")[0] or lemma]
        stem = lemma.removesuffix(infinitive)
        found.update(stem + end for end in thirds)
    return frozenset(found)


def lemma(form: str) -> str:
    """The first verb that has the form, empty if none has: for a curator, not for reading news."""
    return _lemmas().get(form, "")


@cache
def _lemmas() -> dict[str, str]:
    """Every form with its verb: it takes a second, so no reading of a text asks for it."""
    found: dict[str, str] = {}
    for verb in _table():
        for form in forms(verb):
            found.setdefault(form.text, verb)
    return found


@cache
def _table() -> dict[str, str]:
    """Each verb with the rest of its line: splitting that can wait until it is asked for."""
    lines = data("verbs.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {lemma: rest for lemma, _, rest in (line.partition("\t") for line in lines)}
