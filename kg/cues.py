"""Cues of factuality and of speech, read from ``kg/data/cues.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from kg.model import CurationError, Factuality, Fault


@dataclass(frozen=True, slots=True)
class Cues:
    """What the words of the language do to a deed.

    ``governors``, ``phrases`` and ``cues`` map an infinitive or a phrase to
    the status it gives (empty: none); the sets hold infinitives.
    """

    governors: dict[str, str]
    phrases: dict[str, str]
    cues: dict[str, str]
    unaccusative: frozenset[str]
    speech: frozenset[str]
    undoing: frozenset[str]

    def governor(self, verb: str) -> str:
        """The status that a verb gives to the infinitive that hangs on it: one that undoes a plan denies the deed."""
        return self.governors.get(verb, Factuality.DENIED if verb in self.undoing else "")

    @property
    def verbs(self) -> frozenset[str]:
        """Every infinitive that is spoken of here."""
        return self.unaccusative | self.speech | self.undoing | frozenset(self.governors)


def load_cues(path: Traversable, base: Callable[[str], str | None]) -> Cues:
    """Read the cues; ``base`` gives the infinitive that has the forms of one ("prepararsi": preparare).

    Raises:
        CurationError: for a file that is not TOML, or a status that is none.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CurationError([Fault(path.name, 1, f"is not valid TOML: {error}")]) from error
    known = {"", *Factuality}
    faults = [
        Fault(path.name, 1, f"status {entry.get('status')!r} is not one of {', '.join(Factuality)}")
        for kind in ("governor", "phrase", "cue")
        for entry in table.get(kind, ())
        if entry.get("status") not in known
    ]
    if faults:
        raise CurationError(faults)
    return Cues(
        {verb: entry["status"] for entry in table["governor"] for verb in _bases(entry, base)},
        {form: entry["status"] for entry in table["phrase"] for form in entry["forms"]},
        {form: entry["status"] for entry in table["cue"] for form in entry["forms"]},
        frozenset(_bases(table["unaccusative"], base)),
        frozenset(_bases(table["speech"], base)),
        frozenset(_bases(table["undoing"], base)),
    )


def _bases(entry: Mapping[str, str], base: Callable[[str], str | None]) -> list[str]:
    return [base(verb) or verb for verb in entry["verbs"].split()]
