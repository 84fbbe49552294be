"""What a curator asks of a text: what is seen, why no rule fired, where rules and names are missing.

Nothing here reads better than :mod:`kg.pipeline` does; it tells what that saw.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from kg import verbs
from kg.lexicon import Lexicon
from kg.mentions import UNKNOWN_VERB
from kg.model import Document, Mention, Sentence
from kg.mutants import without_elements, written
from kg.pipeline import Extraction, Reader
from kg.rules import Rule, Slot, Verb, Word
from kg.segment import segment

_SHOWN = 5
_CONTEXTS = 3
_AROUND = 40


class Seen(NamedTuple):
    """A mention as the rules see it; ``who`` is the label of the thing meant, ``note`` how that is known."""

    text: str
    symbol: str
    who: str
    note: str


class NearMiss(NamedTuple):
    """A pattern that nearly fits: what it still wants, and whether the sentence has that elsewhere."""

    rule: Rule
    pattern: str
    wanted: str
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """How a text was read: its mentions sentence by sentence, what was found, what was nearly found."""

    sentences: tuple[tuple[Seen, ...], ...]
    extraction: Extraction
    near: tuple[NearMiss, ...]


def try_out(reader: Reader, document: Document) -> Trial:
    """Read a text and tell what the rules saw; up to five near misses, the nearest first."""
    sentences = segment(document)
    reading = reader.understand(document, sentences)
    extraction = reader.interpret(document, sentences, reading)
    fired = {evidence.rule for _, evidence in extraction.found}
    silent = [rule for rule in reader.rules if rule.id not in fired]
    misses = (m for rule in silent for mentions in reading.sentences for m in _nearly(reader, rule, mentions))
    nearest = sorted(misses, key=lambda found: -found[0])
    first = {miss.rule.id: miss for _, miss in reversed(nearest)}
    ranked = dict.fromkeys(miss.rule.id for _, miss in nearest)
    return Trial(
        tuple(tuple(_seen(m, document.text) for m in mentions) for mentions in reading.sentences),
        extraction,
        tuple(first[name] for name in list(ranked)[:_SHOWN]),
    )


def mentions(reader: Reader, document: Document) -> list[Mention]:
    """Every mention of a thing that is known, named or meant, in the order of the text."""
    reading = reader.understand(document, segment(document))
    return [mention for sentence in reading.sentences for mention in sentence if mention.entity]


def _seen(mention: Mention, text: str) -> Seen:
    symbol = mention.symbol
    if mention.verb is not None:
        symbol = (
            f"verb {mention.verb.head} ({', '.join(filter(None, (mention.verb.voice, mention.verb.status)))})"
        )
    who = mention.entity.label if mention.entity else ""
    return Seen(text[mention.start : mention.end], symbol.removeprefix("word:"), who, mention.note)


def _nearly(reader: Reader, rule: Rule, mentions: Sequence[Mention]) -> Iterator[tuple[int, NearMiss]]:
    """The patterns of a rule that want one element only, with how many they have."""
    for pattern, elements in zip(rule.patterns, rule.elements, strict=True):
        insisted = [e for e in elements if isinstance(e, Slot | Verb | Word)]
        telling = [e for e in insisted if not isinstance(e, Slot) and not reader.matcher.is_function(e)]
        lacking = [e for e in insisted if not reader.matcher.is_shown(mentions, e)]
        there = len(insisted) - len(lacking)
        if len(lacking) > 1 or there < 2 or not any(e not in lacking for e in telling):
            continue
        if lacking:
            yield 2 * there, NearMiss(rule, pattern, written(lacking[0]), elsewhere=False)
            continue
        alone = replace(rule, patterns=(pattern,), elements=(elements,))
        for mutant in without_elements(alone):
            if any(reader.with_rules((mutant.rule,)).matcher.matches(mentions)):
                yield 2 * there + 1, NearMiss(rule, pattern, mutant.left_out, elsewhere=True)
                break


# ------------------------------------------------------------------------ coverage


@dataclass(frozen=True, slots=True)
class Unread:
    """Sentences around one verb or noun that hold two things or figures, and no fact."""

    word: str
    count: int
    examples: tuple[tuple[str, str], ...]


def coverage(reader: Reader, documents: Iterable[Document]) -> tuple[list[Unread], int, int]:
    """Where rules are missing, the most frequent first; how many such sentences, of how many with two things.

    Each example is the id of its document and the sentence.
    """
    groups: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    promising = 0
    for document in documents:
        sentences = segment(document)
        reading = reader.understand(document, sentences)
        told = [e.start for _, e in reader.interpret(document, sentences, reading).found]
        for sentence, mentions in zip(sentences, reading.sentences, strict=True):
            if len({_thing(m) for m in mentions} - {""}) < 2:
                continue
            promising += 1
            if not any(sentence.start <= start < sentence.end for start in told):
                text = " ".join(document.text[sentence.start : sentence.end].split())
                groups[_turning_point(mentions, document.text)].append((document.source.id, text))
    unread = [Unread(word, len(found), tuple(found[:_CONTEXTS])) for word, found in groups.items()]
    unread.sort(key=lambda u: (-u.count, u.word))
    return unread, sum(u.count for u in unread), promising


def _thing(mention: Mention) -> str:
    """What a relation could be of: a thing, or a figure with a unit."""
    if mention.entity is not None:
        return mention.entity.id
    return f"{mention.value.number} {mention.value.unit}" if mention.value and mention.value.unit else ""


def _turning_point(mentions: Sequence[Mention], text: str) -> str:
    """The verb that a sentence turns on, else its first noun."""
    for roles in ("v", "i"):
        for mention in mentions:
            if mention.role in roles and mention.verb is not None:
                return _infinitive(mention, text)
    nouns = (m for m in mentions if m.role in "nt" and m.entity is None and m.value is None)
    noun = next(nouns, None)
    return text[noun.start : noun.end].lower() if noun is not None else "(names alone)"


def _infinitive(mention: Mention, text: str) -> str:
    """The infinitive of a verb that a rule names or the table knows, else the form as it stands."""
    if mention.verb is not None and mention.verb.head != UNKNOWN_VERB:
        return mention.verb.head
    form = text[mention.start : mention.end].lower()
    return verbs.lemma(form) or form


# ------------------------------------------------------------------------ new names


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A name that the lexicon lacks: its class, if the text tells, and where it stands."""

    name: str
    cls: str
    reason: str
    count: int
    contexts: tuple[tuple[str, str], ...]


def newcomers(reader: Reader, documents: Iterable[Document]) -> list[Newcomer]:
    """The names that the lexicon does not have, those of a known kind first, then by how often they stand.

    A context is the id of its document and the words around the name.
    """
    kinds: dict[str, tuple[str, str]] = {}
    places: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for document in documents:
        sentences = segment(document)
        reading = reader.understand(document, sentences)
        for sentence, mentions in zip(sentences, reading.sentences, strict=True):
            for start, end, cls, reason in _strange(mentions, sentence, document.text):
                name = " ".join(document.text[start:end].split())
                if cls:
                    kinds.setdefault(name, (cls, reason))
                around = document.text[
                    max(sentence.start, start - _AROUND) : min(sentence.end, end + _AROUND)
                ]
                places[name].append((document.source.id, " ".join(around.split())))
    found = [
        Newcomer(name, *kinds.get(name, ("", "")), len(where), tuple(where[:_CONTEXTS]))
        for name, where in places.items()
    ]
    return sorted(found, key=lambda n: (not n.cls, -n.count, n.name))


#: The table of the lexicon for a class, with the columns that are known of a new name.
_TABLES = (
    ("Organization", "organizations.tsv", "{name}\t{cls}"),
    ("Person", "people.tsv", "{name}"),
    ("VehicleModel", "models.tsv", "{name}\t{make}"),
    ("Place", "places.tsv", "{name}"),
    ("Facility", "facilities.tsv", "{name}\t{cls}"),
    ("Event", "events.tsv", "{name}\t{cls}"),
    ("Technology", "technologies.tsv", "{name}\t{cls}"),
    ("Component", "technologies.tsv", "{name}\t{cls}"),
)


def table_line(newcomer: Newcomer, lexicon: Lexicon) -> str:
    """The line for the lexicon, after a comment that says which table; columns not known are left off."""
    for cls, table, columns in _TABLES:
        if newcomer.cls and (newcomer.cls == cls or lexicon.is_a(newcomer.cls, cls)):
            line = columns.format(name=newcomer.name, cls=newcomer.cls, make=newcomer.name.split()[0])
            return f"# {table} ({newcomer.reason}; {newcomer.count:,} times)\n{line}"
    return f"# of no known kind, {newcomer.count:,} times\n{newcomer.name}"


def _strange(
    mentions: Sequence[Mention], sentence: Sentence, text: str
) -> Iterator[tuple[int, int, str, str]]:
    """The spans of new names: typed by the text, or unknown words with a capital past the first of a sentence."""
    run: list[Mention] = []
    for mention in chain(mentions, (None,)):
        unknown = (
            mention is not None
            and mention.symbol == "word"
            and text[mention.start].isupper()
            and mention.start > sentence.start
        )
        if unknown and mention is not None and (not run or text[run[-1].end : mention.start] in (" ", "-")):
            run.append(mention)
            continue
        if run:
            yield run[0].start, run[-1].end, "", ""
        run = [mention] if unknown and mention is not None else []
        if mention is not None and mention.entity is not None and mention.note.startswith("«"):
            name = text[mention.start : mention.end]
            if mention.note.startswith(f"«{name}» is a new "):
                yield mention.start, mention.end, mention.entity.cls, mention.note


# ------------------------------------------------------------------------- skeleton


def skeleton(reader: Reader, document: Document, relation: str, subject: str, object_: str) -> str:
    """A rule to begin with: the words between two things of a sentence, which should stand in ``relation``.

    Raises:
        ValueError: if the sentence is not read as having both things; it says which.
    """
    sentences = segment(document)
    for mentions in reader.understand(document, sentences).sentences:
        ends = [_find(mentions, document.text, wanted) for wanted in (subject, object_)]
        if None not in ends:
            break
    else:
        lost = " and ".join(repr(w) for w, at in zip((subject, object_), ends, strict=True) if at is None)
        raise ValueError(f"{lost} is not seen in the sentence")
    names = {ends[0]: "subject", ends[1]: "object"}
    first, last = sorted(at for at in ends if at is not None)
    parts = [_piece(mentions[i], names.get(i, ""), document.text, reader) for i in range(first, last + 1)]
    kind = "object" if mentions[last if names[last] == "object" else first].value is None else "value"
    pattern = " ".join(p for p in parts if p).replace("{object:", f"{{{kind}:")
    fact = f"{subject} {relation} {object_} | Asserted"
    return (
        "[[rule]]\n"
        f'id       = "own/{relation.lower()}"\n'
        f'relation = "{relation}"\n'
        f'pattern  = "{pattern}"\n'
        f"yields   = [[{_quoted(document.text.strip())}, {_quoted(fact)}]]\n"
        'silent   = ["..."]  # a near miss: the same words, and yet not this fact\n'
    )


def _quoted(text: str) -> str:
    """A text as a string of TOML, which escapes as JSON does."""
    return json.dumps(text, ensure_ascii=False)


def _find(mentions: Sequence[Mention], text: str, wanted: str) -> int | None:
    asked = wanted.casefold()
    for i, mention in enumerate(mentions):
        label = mention.entity.label if mention.entity else ""
        if asked in (label.casefold(), text[mention.start : mention.end].casefold()):
            return i
    cls = asked.partition(" in ")[0]
    return next((i for i, m in enumerate(mentions) if m.entity and m.entity.cls.casefold() == cls), None)


def _piece(mention: Mention, name: str, text: str, reader: Reader) -> str:
    """One mention as an element of a pattern; things beside the two go by their class."""
    if mention.verb is not None:
        head = _infinitive(mention, text)
        return f"<{head}>" if verbs.infinitive(head) else "..."
    if mention.entity is not None:
        cls = mention.entity.cls
        if cls != "Person" and reader.lexicon.is_a(cls, "Organization"):
            cls = "Organization"
        return f"{{{name or '_' + cls.lower()}:{cls}}}"
    if mention.value is not None:
        return f"{{{name or mention.value.kind.lower()}:{mention.value.kind}}}"
    if mention.symbol == "word":
        return "" if not name else text[mention.start : mention.end].lower()
    if mention.symbol in ("Descriptor", "Common"):
        return mention.lemma
    return mention.symbol.removeprefix("word:") if mention.role != "a" else ""
