"""Cut a document into sentences: one regular expression, and what Italian print does with a full stop.

A line break ends a sentence, for in news a line is a paragraph; where lines are hard-wrapped
only a blank line does. A stop ends one too, unless it belongs to an abbreviation, a figure, a
name, or a quotation that goes on. Commas, colons and semicolons never do. Every look around a
stop is bounded, so that the work is linear in the length of the text, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kg.model import Document, Sentence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Before a name or a figure ("ing. Rossi", "art. 5"): only an article or the like shows a new sentence.
_BEFORE_NAME = _words("""
    amm art artt avv cav cfr col comm cons dep dir dott dott.ssa dr ed egr es figg gen geom gent ing int
    lett mons mr mrs ms nn nr on pag pagg pp pres prof proff rag rev sen seg segg sig sigg spett ss st tel
    vol voll vs
""")
# At the end of a name, or a word with a life of its own: the sentence may end here or go on.
_AFTER_NAME = _words("arch ass bros cap card cat cit co corp fig id inc jr lgs ltd par sr tab ten")
# Before a figure only: elsewhere these are words or units like any other.
_BEFORE_FIGURE = _words("ago apr ca dic feb gen giu lug mag mar max min mod nov ott sec set sett ver")
# Names that end in "!", and go on: "la up! GTI".
_EXCLAIMED = _words("up yahoo")
# A capital after one of these is a name in itself, not an initial: "la Model Y. Tesla ha".
_BEFORE_LETTER = _words("""
    categoria classe classi fase fascia formula gruppo livello lettera model modello piano punto segmenti
    segmento serie tipo type
""")
# Words that open sentences and no names. An elided article stands without its apostrophe.
_OPENERS = _words("""
    ad al alcune alcuni all alla alle allo anche ancora anzi appena attualmente c che chi ci ciò coi col
    come con così da dai dal dall dalla dalle dallo davanti dei degli del dell della delle dello di dietro
    dopo dov dove due durante e ecco ed entro era è fino fra già gli grazie ha hanno i ieri il in infatti
    infine inoltre insomma intanto invece l la le lo ma mentre molte molti ne negli nei nel nell nella
    nelle nello nessun nessuna non nonostante o oggi ogni oltre oppure ora parallelamente per perché
    perciò però più poi poiché presto prima proprio qualche quando quanto quasi quel quell quella quelle
    quelli quest questa queste questi questo qui quindi se secondo sempre senza si sono sotto su sui sul
    sull sulla sulle sullo tra tre tutta tutte tuttavia tutti tutto un una uno vi
""")
# Openers that begin a surname as well ("A. De Rossi"): after an initial or a title they show nothing.
_PARTICLES = _words("da dal dall dalla dei degli del dell della delle dello di e i la le lo")
_DOMAINS = _words("com es eu fr info it net org tv")

_LINE = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"  # what str.splitlines() breaks at
_CAPITAL = r"A-ZÀ-ÖØ-Þ"
# One character class leads, for `re` to skip to it.
_CUT = re.compile(
    rf"""
    [.!?…{_LINE}]
    (?: (?<=[{_LINE}])\s*(?P<line>)
      # no abbreviation is this long: the common case, decided here
      | (?<=[^\W\d_]{{7}}[.!?…])[»”]?+(?P<plain>[^\S{_LINE}]++)(?=[«“]?[{_CAPITAL}\d])
      | [.!?…]*+(?P<closing>(?:[^\S{_LINE}]?[»”]|["'’*_)\]]|\[\d{{1,3}}\])*+)
        (?: (?P<gap>[^\S{_LINE}]++)
          | (?P<glue>)(?=[«“]?[{_CAPITAL}](?:[^\W\d_A-Z]|['’][^\W\d_]|[ ][^\W\d_])) )? )
    """,
    re.VERBOSE,
)
_OPENING = re.compile(r"""[«“‘"'(\[*_\-–—•·¿¡ ]{0,8}""")
_WORD = re.compile(r"""[^\s'’/()\[\]«»“”"‘–—]*\Z""")
_FIRST_WORD = re.compile(r"[«“\"]?([^\W\d_]++)(?!@|\.\w)")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,3}")
_SMALL_NAME = re.compile(r"[a-z](?:\d|[A-Z]|-[\da-z])")
_ITEM = re.compile(r"\s*(?:#|[-*•–] |\d{1,3}[.)] )")
_REACH = 24  # characters looked at before a stop
_ASIDE = 200  # and for its opening bracket
_WRAP_MIN, _WRAP_MAX = 50, 110  # characters in a hard-wrapped line
_LONGEST = 2_000  # characters in a sentence: prose has half as many at most
_WRAP_SAMPLE = 40_000  # characters looked at


def segment(document: Document) -> list[Sentence]:
    """Return the sentences of the body, in order: trimmed, disjoint, and together all but the white space.

    >>> from kg.model import Source
    >>> text = "L'ing. Elkann guida Stellantis N.V. dal 2024. La sede è ad Hoofddorp."
    >>> [text[s.start : s.end] for s in segment(Document(Source("x"), text))]
    ["L'ing. Elkann guida Stellantis N.V. dal 2024.", 'La sede è ad Hoofddorp.']
    """
    text = _unwrapped(document.text, document.body)
    sentences: list[Sentence] = []
    paragraph = 0
    start = document.body
    while start < len(text) and text[start].isspace():
        start += 1
    for found in _CUT.finditer(text, start):
        kind = found.lastgroup
        if kind == "plain":
            end = found.start("plain")
        elif kind == "line":
            end = found.start()
            while end > start and text[end - 1].isspace():
                end -= 1
        elif kind != "closing" and _ends(text, start, found):
            end = found.end("closing")
        else:
            continue
        if 0 < end - start <= _LONGEST:
            sentences.append(Sentence(start, end, paragraph))
        elif end > start:
            sentences.extend(_bounded(text, start, end, paragraph))
        start = found.end()
        paragraph += kind == "line"
    end = len(text)
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        sentences.extend(_bounded(text, start, end, paragraph))
    return sentences


def _bounded(text: str, start: int, end: int, paragraph: int) -> Iterator[Sentence]:
    """Pieces of what is longer than any sentence of prose (a table, a text without stops)."""
    while end - start > _LONGEST:
        cut = text.rfind(" ", start, start + _LONGEST)
        cut = start + _LONGEST if cut <= start else cut
        stop = cut
        while text[stop - 1].isspace():
            stop -= 1
        yield Sentence(start, stop, paragraph)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield Sentence(start, end, paragraph)


def _ends(text: str, start: int, found: re.Match[str]) -> bool:
    """Tell whether the stop at `found` ends the sentence that began at `start`."""
    at, closing = found.start(), found["closing"]
    low = max(start, at - _REACH)
    opening = _OPENING.match(text, found.end())
    ahead = opening.end() if opening else found.end()
    if text[at - 1] in "([" or _goes_on(text, ahead) or not any(map(str.isalnum, text[low:at])):
        return False
    token = _WORD.search(text, low, at)
    word = token[0] if token else ""
    full_stop = text[at : found.start("closing")] == "."
    if text[ahead].islower() and not _SMALL_NAME.match(text, ahead):
        # Italian words end in a vowel, abbreviations in a consonant: what is left is a forgotten capital.
        return full_stop and not closing and len(word) > 3 and word.isalpha() and word[-1] in "aeioàèéìòù"
    if ")" in closing and text.rfind("(", max(start, at - _ASIDE), at) > start:
        return _opens(text, found.end())  # "(finalmente!) Fiat"
    if found.lastgroup == "glue":
        return _ends_glued(text, low, found, word)
    if not full_stop:
        return word.lower() not in _EXCLAIMED
    return _ends_after(text, start, at - len(word), word, found.end())


def _goes_on(text: str, ahead: int) -> bool:
    """Tell whether what stands at `ahead`, after a stop, cannot begin a sentence."""
    head = text[ahead : ahead + 1]
    if head == ".":
        return not text.startswith("...", ahead)
    return head in ",;:)]}»”&/+=%" or head.isspace()  # nothing at all, too


def _ends_after(text: str, start: int, begin: int, word: str, after: int) -> bool:
    """Tell whether the full stop after `word`, at `begin`, ends a sentence: a capital or figure follows."""
    key = word if word.isupper() and word != "ID" else word.lower()
    if begin == start and len(word) < 4 and word.replace(".", "").isdigit():
        return False  # the number of an item
    if len(word) == 1 and word.isascii() and word.isalpha():
        before = text[max(start, begin - _REACH) : begin].split()
        return _ends_after_letter(text, before[-1].lower() if before else "", word, after)
    if key in _BEFORE_FIGURE and text[after].isdigit():
        return False
    if key in _BEFORE_NAME or ("." in key and key.rpartition(".")[2] in _BEFORE_NAME):
        return _opens(text, after, surnames=True)
    if key in _AFTER_NAME or _DOTTED.fullmatch(word):
        return text[after] in '«“"' or _opens(text, after)
    return True


def _ends_after_letter(text: str, previous: str, letter: str, after: int) -> bool:
    """Tell whether the stop after a single letter ends a sentence: it may be an initial, a unit or a name."""
    if letter.islower():
        whole = previous.isdigit() and not text[after].isdigit()  # "5 m. Il", but "n. 5"
    else:
        whole = letter == "X" or previous in _BEFORE_LETTER
    return whole or _opens(text, after, surnames=True)


def _ends_glued(text: str, low: int, found: re.Match[str], word: str) -> bool:
    """Tell whether a stop with no space after it ("fine.Inizio") ends a sentence and stands in no address."""
    chunk = text[low : found.start()].rsplit(maxsplit=1)[-1]
    first = _FIRST_WORD.match(text, found.end())
    if not first or found["closing"].strip("»”") or "@" in chunk or "//" in chunk or chunk.startswith("www."):
        return False
    following = first[1].lower()
    if following in _DOMAINS or word.lower() in _BEFORE_NAME | _AFTER_NAME | _BEFORE_FIGURE:
        return False
    if not word:  # a closing quotation mark or bracket stands before the stop
        return True
    return len(word) > 1 and (
        word.replace(".", "").isdigit()
        or (
            word.isalpha()
            and word[1:].islower()
            and (len(word) > 3 or word.islower() or following in _OPENERS)
        )
    )


def _opens(text: str, after: int, *, surnames: bool = False) -> bool:
    """Tell whether the word at `after` opens sentences, and where `surnames` may stand, opens no surname."""
    first = _FIRST_WORD.match(text, after)
    if not first or text.startswith(".", first.end()):  # "J. C. Elkann"
        return False
    word = first[1].lower()
    return word in _OPENERS and not (surnames and word in _PARTICLES)


def _unwrapped(text: str, body: int) -> str:
    """Return the text with a space for each line break that only wraps a line; offsets stay."""
    if not _is_wrapped(text[body : body + _WRAP_SAMPLE].splitlines(keepends=True)):
        return text
    lines = text[body:].splitlines(keepends=True)
    for i, (line, following) in enumerate(pairwise(lines)):
        bare, ahead = line.rstrip(), following.lstrip()
        if not bare or not ahead or bare.startswith("#") or _ITEM.match(ahead):
            continue
        if ahead[0].islower() or len(bare) >= _WRAP_MIN:
            lines[i] = bare + " " * (len(line) - len(bare))
    return text[:body] + "".join(lines)


def _is_wrapped(lines: list[str]) -> bool:
    """Tell whether at least half of the lines, of those with a line below, break off in mid-sentence."""
    pairs = [(a.rstrip(), b.lstrip()) for a, b in pairwise(lines) if not a.isspace() and not b.isspace()]
    broken = sum(
        _WRAP_MIN <= len(a) <= _WRAP_MAX and a[-1] not in ".!?:;" and b[0].islower() for a, b in pairs
    )
    return 0 < len(pairs) <= 2 * broken
