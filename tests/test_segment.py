"""What ends a sentence in Italian car news, and what only looks as if it did."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Document, Source
from kg.segment import segment


def split(text: str, body: int = 0) -> list[str]:
    return [text[s.start : s.end] for s in segment(Document(Source("x"), text, body))]


def paragraphs(text: str) -> list[int]:
    return [s.paragraph for s in segment(Document(Source("x"), text))]


# "|" marks where a sentence ends: it stands for the space, or for nothing, between two sentences.
ENDS = [
    "Xpeng cerca un sito in Europa. | La decisione arriva dopo i dazi.",
    "Quanto costa? | Da 20.000 euro. | Quando arriva?! | In primavera!",
    "Nel primo semestre il margine è salito al 14%. | Le consegne sono 52.000.",
    "La gamma parte da 18.900 euro. | 500 unità sono già vendute.",
    "La fabbrica chiude nel 2027. | Il governo protesta.",
    "La produzione comincia nel 2026. | 15 modelli sono previsti.",
    "È una citycar. | È lunga 3,6 metri. | È elettrica.",
    "La batteria pesa 300 kg. | Il motore è anteriore.",
    "Il serbatoio ha 5 l. | Il bagagliaio è ampio.",
    "Ha detto di no. | Il titolo è sceso.",
    "Addio alla vecchia Punto... | La nuova Panda è qui.",
    "Fiat, Opel, Lancia ecc. | Tutte avranno la stessa piattaforma.",
    # capitals that are names, and names that begin small
    "Così la Model S. | Tesla cresce ancora.",
    "Vende bene la Model Y. | Musk esulta.",
    "Cresce il segmento B. | Renault è prima.",
    "La novità è la Classe A. | La Mercedes costa di più.",
    "Lo ha scritto su X. | Tesla sale in Borsa.",
    "La BMW cambia pelle. | iX3 è la prima della serie.",
    "La prova di Hyundai è finita. | i20 resta in listino.",
    "Audi rinnova la gamma. | e-tron diventa un nome comune.",
    "Ecco la ID.3. | La batteria è da 58 kWh.",
    "Il motore è un 2.0. | La potenza è di 150 CV.",
    # companies at the end of a sentence
    "Il fornitore è Brembo S.p.A. | Il contratto vale tre anni.",
    "L'accordo è con Apple Inc. | La firma è di ieri.",
    "La sede è negli U.S.A. | Non ci sono stabilimenti.",
    "Ha firmato con Nissan Motor Co. | Secondo l'accordo nasce una società.",
    # quotations
    "«Siamo pronti.» | Il piano parte a gennaio.",
    "“Siamo pronti!” | Tavares ha chiuso così.",
    '"Siamo pronti." | La conferma arriva da Torino.',
    "« Siamo pronti. » | Il piano parte a gennaio.",
    "Ha detto sì. | «Firmiamo domani», ha aggiunto.",
    'Ha detto sì. | "Firmiamo domani", ha aggiunto.',
    "«Siamo pronti. | Partiamo domani», ha detto Elkann.",
    "«Siamo pronti». | Così Elkann.",
    "Il piano è pronto. | – Parola di Elkann.",
    "(Il prezzo è indicativo.) | La vendita comincia a marzo.",
    "La prova è finita.[12] | Il giudizio è buono.",
    "**Prezzo.** | Si parte da 20.000 euro.",
    # a forgotten capital, a forgotten space
    "La casa chiude lo stabilimento. | la produzione passa in Polonia.",
    "La produzione è finita.|Inizia la vendita.",
    "La produzione è finita.|L'azienda tace.",
    "La produzione è finita.|È la terza volta.",
    "Che auto!|Il prezzo però sale.",
    "Il piano vale fino al 2030.|Il gruppo investe.",
    "Si produce a Torino.|Prezzi da 20.000 euro.",
    "Il piano è di Geo.|Il gruppo investe.",
    "Ha parlato di «crisi».|Il titolo scende.",
    # lines
    "Nuova Panda, il debutto | \nLa citycar arriva a marzo",
    "Prezzi \r\n| \r\nLa Panda costa poco.",
    "Dazi, firma l'ing.\n| Rossi nominato presidente",
    "# Prova su strada \n| La Panda convince.",
]
GOES_ON = [
    "Il dott. Rossi, l'ing. Bianchi e il sig. Verdi guidano la società.",
    "Secondo l'on. De Luca l'art. 5 e il n. 12 della legge, pag. 3, non valgono.",
    "Lo dice il prof. Neri, cfr. Vol. 2 e p. 14, ad es. Fiat.",
    "La Brembo S.p.A. ha comprato la Öhlins da Tenneco Inc. per una cifra ignota.",
    "La Ford Motor Co. e la Nissan Motor Co. Ltd. hanno firmato.",
    "Stellantis N.V. John Elkann presiede.",
    "La F.lli Rossi S.r.l. fornisce i sedili.",
    "Il presidente J. Elkann e L. de Meo hanno scritto a J. C. Rossi e ad A. De Rossi.",
    "Il marchio è dell'ing. F. Porsche, nato nel 1875.",
    "Costa 1.250.000 euro, con motore 2.0 da 136.5 CV.",
    "La ID.3, la ID. Buzz e la ID. Polo sono elettriche.",
    "La up! GTI resta un mito.",
    "La notizia è di auto.it e di www.quattroruote.it, scrivere a Mario.Rossi@auto.it oggi.",
    "Lo scrivono Al.Volante e Motori.It nel numero di ott. 2024.",
    "Forse... ma non è certo, dice… con un sorriso.",
    "«Siamo pronti.» ha detto Elkann.",
    "«Siamo pronti!», ha detto Elkann.",
    '"Quando partiamo?" chiede Elkann.',
    "Il modello (finalmente!) Fiat è pronto.",
    "I marchi (Fiat, Opel, ecc.) Stellantis salgono.",
    "La casa (?) non risponde [...] per ora.",
    "Due marchi: Omoda; Jaecoo, entrambi cinesi.",
    "1. Fiat Panda",
    "Una storia nata nel 12 a.C. e finita nel 300 d.C. a Roma.",
    "La sede è a S. Agata Bolognese, via G. Agnelli.",
    "L'asta si chiude il 15 ott. 2025.",
    "Le vendite di luglio vs. Dacia sono buone.",
    "Il prezzo è di ca. 300 euro al mese, min. 24 mesi.",
    "I conti sono cosid. proforma.",
]


@pytest.mark.parametrize("marked", ENDS)
def test_ends(marked: str) -> None:
    """A stop or a line break that ends a sentence is seen, closing marks included."""
    parts = marked.split("|")
    text = "".join(parts)
    assert split(text) == [part.strip() for part in parts]


@pytest.mark.parametrize("text", GOES_ON)
def test_goes_on(text: str) -> None:
    """Abbreviations, figures, names, addresses and quotations that go on do not end a sentence."""
    assert split(text) == [text]


@pytest.mark.parametrize("text", GOES_ON)
def test_goes_on_amid_others(text: str) -> None:
    """What does not end a sentence does not end one in the midst of others either."""
    text = text.rstrip(".") + "."
    assert split(f"Il mercato cresce. {text} Il mercato cala.") == [
        "Il mercato cresce.",
        text,
        "Il mercato cala.",
    ]


WRAPPED = (
    "Il gruppo torinese ha presentato ieri la nuova citycar elettrica, che sarà\r\n"
    "prodotta nello stabilimento di Pomigliano a partire dal prossimo mese di\r\n"
    "marzo. Il prezzo non è noto.\r\n"
    "\r\n"
    "La rete di vendita conta trecento concessionarie, distribuite in tutta la\r\n"
    "penisola e nelle isole."
)


def test_wrapped() -> None:
    """In hard-wrapped text a single line break is a space, and the offsets stay those of the source."""
    found = split(WRAPPED)
    assert len(found) == 3
    assert found[0].endswith("mese di\r\nmarzo.")
    assert found[1] == "Il prezzo non è noto."
    assert found[2].endswith("tutta la\r\npenisola e nelle isole.")
    assert paragraphs(WRAPPED) == [0, 0, 1]


def test_wrapped_keeps_headings_and_items() -> None:
    """Headings and list items keep their lines in hard-wrapped text."""
    head, tail = "# La nuova citycar\n", "\n- motore elettrico\n- cambio automatico"
    assert split(head + WRAPPED + tail)[0] == "# La nuova citycar"
    assert split(head + WRAPPED + tail)[-2:] == ["- motore elettrico", "- cambio automatico"]


def test_short_lines_are_not_wrapped() -> None:
    """A list of short lines is no hard-wrapped text, even in small letters."""
    assert split("Dotazione\nfari a led\ncerchi in lega\nclima") == [
        "Dotazione",
        "fari a led",
        "cerchi in lega",
        "clima",
    ]


def test_paragraphs() -> None:
    """The paragraph counts lines with text, and several sentences share one."""
    assert paragraphs("\n\nTitolo\n\nUno. Due.\nTre.\n") == [0, 1, 1, 2]


def test_body() -> None:
    """Nothing before the body is read."""
    text = "---\ntitle: Prova. Altra\n---\nIl testo."
    assert split(text, text.index("Il")) == ["Il testo."]


@pytest.mark.parametrize("text", ["", " \n\t ", "\r\n\r\n\u2028"])
def test_nothing(text: str) -> None:
    """Text without words has no sentence."""
    assert split(text) == []


@pytest.mark.parametrize(
    "unit", [". ", "a. ", "A. ", "! A", "(b .) X ", '." ', "x.[1", "ab.Cd", "\x1c ", "." + " " * 50]
)
def test_linear(unit: str) -> None:
    """A long run of stops costs no more than its length: it is split at once, and whole."""
    text = unit * (100_000 // len(unit))
    assert len("".join("".join(split(text)).split())) == len("".join(text.split()))


MARKS = " \n\r\t.!?…«»“”\"'()[]-,;:#*1aAèÈ\u2028\x0c\x1c\u00a0"
WORDS = ["\r\n", "...", "ing.", "S.p.A.", "La ", "parola", "2024", "J. ", "la parola che segue è lunga"]
PIECES = st.sampled_from([*MARKS, *WORDS])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join)), st.integers(0, 5))
def test_laws(text: str, body: int) -> None:
    """Sentences are trimmed, in order, disjoint, inside the body, and leave out nothing but white space."""
    body = min(body, len(text))
    sentences = segment(Document(Source("x"), text, body))
    at, paragraph = body, 0
    for s in sentences:
        assert at <= s.start < s.end <= len(text)
        assert text[s.start : s.end] == text[s.start : s.end].strip()
        assert not text[at : s.start].strip()
        assert s.paragraph >= paragraph
        at, paragraph = s.end, s.paragraph
    assert not text[at:].strip()
