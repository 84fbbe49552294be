"""Nothing is quadratic: a text four times as long takes about four times as long to read, whatever it is made of."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from functools import cache
from itertools import cycle, islice
from time import process_time

import pytest

from kg.model import Document, Source
from kg.pipeline import Reader

READER = Reader.load()
FIRMS = [e.label for e in READER.lexicon.entities.values() if e.cls in ("Automaker", "Brand", "Company")]
TOWNS = sorted(READER.lexicon.towns)

PROSE = (
    "La casa tedesca Volkswagen apre uno stabilimento a Melfi con 500 addetti. L'azienda investirà 700 "
    "milioni di euro entro il 2027. Secondo l'ad Oliver Blume la nuova ID.3 avrà 400 km di autonomia. "
    "Il gruppo ha venduto 20.000 auto in Italia, il 5% in più.\n"
)
SHORT, LONG = 6_000, 24_000  # characters
TOO_STEEP = 8  # times the work for four times the text: linear is 4, quadratic 16
TOO_SLOW = 8  # times the work of prose of the same length
TRIES = 5  # the machine may be busy; the best of several is what the work takes

#: One sentence without an end, or paragraphs without one, of each.
REPEATED = {
    "a word": "casa ",
    "a name": "Fiat ",
    "a name nobody knows": "Pippo ",
    "a verb": "apre ",
    "an auxiliary": "ha ",
    "infinitives": "di aprire ",
    "that that": "che ",
    "he says that he says": "ha detto che ",
    "is that": "è che ",
    "prepositions": "di ",
    "not": "non ",
    "commas": ",",
    "semicolons": "; ",
    "full stops": ".",
    "capitals with full stops": "A.",
    "question marks": "!? ",
    "apostrophes": "l'",
    "opening brackets": "(",
    "asides in asides": "(Fiat (Ford ",
    "opening quotes": "«",
    "straight quotes": '"',
    "figures": "200 CV e ",
    "per cent": "il 5% di ",
    "thousands": "1.000.000 ",
    "digits": "1",
    "digits and points": "1.000.",
    "years": "nel 2026 ",
    "ranges of years": "2026-2027-",
    "sums": "700 milioni di euro, ",
    "a list of names": "BYD, Chery, ",
    "names joined": "BYD e Chery e ",
    "hyphens": "Alfa-",
    "a long word": "abcdefghij",
    "a long word in capitals": "ABCDEFGHIJ",
    "combining accents": "e\u0301",
    "accents alone": "\u0301",
    "an address": "http://a.b/",
    "blanks": " ",
    "newlines": "\n",
    "letters on lines": "a\n",
    "a sentence without an end": "Volkswagen ha acquisito il 5% di Xpeng e nel 2026 aprirà uno stabilimento in Spagna ",
    "deeds in a list": "Fiat ha acquisito Ford, ",
    "partners": "Fiat è partner di Ford e ",
    "agreements": "accordo tra Fiat e Ford ",
    "posts": "Mario Rossi, ceo di Fiat, ",
    "stakes": "Fiat possiede il 5% di Ford, ",
    "a ranking": "Fiat ha venduto 10 auto, Ford 20, BYD 30, ",
    "what was": "2.188 auto (erano 341), ",
    "plants that make batteries": "una fabbrica da 27 GWh, ",
    "the firm": "l'azienda ",
    "the German one": "la casa tedesca ",
    "duties": "i dazi ",
    "those": "quelli di ",
    "the latter": "quest'ultima ",
    "the site": "il sito ",
    "the Spanish plant": "l'impianto spagnolo ",
    "pronouns": "l'ha comprata UST, ",
    "pronouns in sentences": "L'ha comprata UST. ",
    "vehicles": "la Golf, la Polo, ",
    "short sentences": "Fiat apre. ",
    "sentences about the firm": "L'azienda cresce. ",
    "sentences about the German one": "La casa tedesca apre. ",
    "sentences about a vehicle left out": "Ha 200 CV. ",
    "prices of nothing": "Costa 20.000 euro. ",
    "paragraphs": "Fiat apre a Melfi.\n\n",
    "an event": "Il ceo ha detto che apre. ",
}


@cache
def distinct() -> list[str]:
    """Names that nobody has heard of, no two alike."""
    parts = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te")
    return [(a + b + c + d).capitalize() for a in parts for b in parts for c in parts for d in parts]


def filled(pieces: Iterable[str], length: int) -> str:
    """As many of the pieces as make a text of about that length."""
    found, so_far = [], 0
    for piece in pieces:
        found.append(piece)
        so_far += len(piece)
        if so_far >= length:
            break
    return "".join(found)


def followed(pieces: Iterable[str], by: str, length: int) -> str:
    """Half a text of the pieces, then half a text of what comes after them again and again."""
    return filled(pieces, length // 2) + "\n" + filled(cycle([by]), length // 2)


#: Many different things in one document, and what refers to any of them.
DOCUMENTS = {
    "known firms in a list": lambda n: filled(cycle(f"{firm}, " for firm in FIRMS), n),
    "known firms, a sentence each": lambda n: filled(cycle(f"{firm} cresce. " for firm in FIRMS), n),
    "plants, one in each town": lambda n: filled(cycle(f"Fiat apre a {town}. " for town in TOWNS), n),
    "new firms": lambda n: filled((f"la startup {name} cresce. " for name in distinct()), n),
    "new firms in a list": lambda n: filled((f"la startup {name}, " for name in distinct()), n),
    "new people": lambda n: filled((f"{name} Rossi, ceo di {name}, parla. " for name in distinct()), n),
    "new people in a list": lambda n: filled((f"Mario {name}, " for name in distinct()), n),
    "new vehicles": lambda n: filled((f"la nuova Fiat {name} costa 20.000 euro. " for name in distinct()), n),
    "a thousand firms, then all of them": lambda n: followed(
        cycle(f"{firm}, " for firm in islice(FIRMS, 1_000)), "Le 1000 aziende crescono. ", n
    ),
    "a thousand firms, then two of them": lambda n: followed(
        cycle(f"{firm}, " for firm in islice(FIRMS, 1_000)), "Le due case tedesche crescono. ", n
    ),
    "firms, then the German one": lambda n: followed(
        cycle(f"{firm} cresce. " for firm in FIRMS), "La casa tedesca apre. ", n
    ),
    "new firms, then the firm": lambda n: followed(
        (f"la startup {name} cresce. " for name in distinct()), "L'azienda ha 500 addetti. ", n
    ),
    "new firms, then a deed of one left out": lambda n: followed(
        (f"la startup {name} cresce. " for name in distinct()), "Ha acquisito il 5% di Xpeng. ", n
    ),
    "new people, then one in charge": lambda n: followed(
        (f"{name} Rossi, ceo di {name}, parla. " for name in distinct()), "Oliver Blume guida la casa. ", n
    ),
    "plants, then one in a town": lambda n: followed(
        cycle(f"Fiat apre a {town}. " for town in TOWNS), "Lo stabilimento spagnolo ha 500 addetti. ", n
    ),
}
TEXTS = {name: lambda n, unit=unit: (unit * (n // len(unit) + 1))[:n] for name, unit in REPEATED.items()}
TEXTS |= DOCUMENTS


def seconds(text: str) -> float:
    """The processor time to read a text once, without the pauses of the garbage collector."""
    gc.disable()
    try:
        start = process_time()
        READER.read(Document(Source("x"), text))
        return process_time() - start
    finally:
        gc.enable()


@cache
def prose() -> float:
    """The processor time for a long text of prose."""
    text = filled(cycle([PROSE]), LONG)
    return min(seconds(text) for _ in range(3))


@pytest.mark.parametrize("name", TEXTS)
def test_work_grows_with_the_length_of_a_text_and_no_faster(name: str) -> None:
    """Four times the text is about four times the work, and not much more work than prose."""
    short_text, long_text = (TEXTS[name](length) for length in (SHORT, LONG))
    least = prose() / 40  # under which a clock tells nothing
    short = long = float("inf")
    for _ in range(TRIES):
        short = min(short, max(seconds(short_text), least))
        long = min(long, seconds(long_text))
        if long <= TOO_STEEP * short and long <= TOO_SLOW * prose():
            return
    assert long <= TOO_STEEP * short
    assert long <= TOO_SLOW * prose()
