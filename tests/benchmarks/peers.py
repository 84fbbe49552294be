"""The engines that read a text: kg, spaCy, python-gatenlp, and a bare Aho-Corasick pass.

Each gets the same names and as many rules of like shape (see :mod:`tests.benchmarks.likeness`), in the quickest
honest set-up that was found for it:

* **spaCy** (tokenizer of the blank Italian pipeline, PhraseMatcher on LOWER, Matcher): no pipe beside the
  tokenizer, since a sentencizer costs and finds nothing; entities are set in one pass over the phrases; an optional
  element is an operator ("?"), which is twice as quick as to write its patterns out; a gap takes any number of words
  up to the next punctuation mark ("*"), since a bounded one ("{0,5}") multiplies the partial matches and takes fifty
  times as long. Almost all the time goes into the Matcher, which begins every pattern at every token.
* **python-gatenlp** (TokenGazetteer, and the parsers of PAMPAC): a token has its word as type, so that no feature is
  looked up; each pattern is looked for with ``Find``, annotation by annotation, which is five times as quick as
  ``Pampac``, that tries every rule at every character, and finds the same.
* **ahocorasick_rs**: one pass over the text in lower case with every form that kg looks up, and nothing else:
  no ends of words, no capitals, no rules.

Each process reads kg's lexicon and rules first, to translate them: some 60 MB of the peak and half a second of the
loading of every peer are kg's. A peer that does not find what stands in :data:`EXAMPLES` is not timed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from kg.model import Document, Entity, Source
from kg.pipeline import Extraction, Reader
from tests.benchmarks import likeness
from tests.benchmarks.likeness import Anything, Figure, Item, Name, Pattern, Words

#: A sentence, a name in it, and the rule that it is an example of.
EXAMPLES = (
    ("Stellantis ha inglobato Opel.", "Opel", "acquires/verb"),
    ("Tata Motors ha lanciato un'opa su Iveco da 3,8 miliardi di euro.", "Iveco", "acquires/bid"),
    ("Stellantis è entrata nel capitale di Leapmotor con il 20%.", "Leapmotor", "stake/enters"),
    ("La fusione tra Honda e Nissan crea un gigante.", "Nissan", "merges/noun"),
    ("Renault ha costituito una joint venture con Geely.", "Geely", "venture/founds"),
    ("La collaborazione tra Volkswagen e Xpeng procede.", "Volkswagen", "partner/noun"),
    ("Land Rover Defender parteciperà alla Dakar 2026.", "Land Rover Defender", "participates/verb"),
    ("Stellantis produce la Fiat Grande Panda a Kragujevac.", "Kragujevac", "produces/verb"),
    ("BYD prepara il lancio della Dolphin Surf in Italia per il 2026.", "BYD", "launches/prepares"),
    ("La Fiat Grande Panda monta un motore elettrico.", "motore elettrico", "uses/fits"),
    ("Xiaomi prepara lo sbarco in Europa nel 2027.", "Europa", "expands/announced"),
    ("Fiat detiene il 10% del mercato italiano.", "Fiat", "reports/market-share"),
    ("BYD creerà 10.000 posti di lavoro in Ungheria.", "BYD", "reports/jobs-created"),
    ("Ford ha venduto Volvo a Geely nel 2010 per 1,8 miliardi di dollari.", "Volvo", "acquires/sold"),
)


class Engine(NamedTuple):
    """An engine that is ready.

    ``read`` takes a document and gives whatever it finds, ``count`` how much that is, ``tell`` its names in lower
    case and its rules, for a check. ``patterns`` is how many it has; without any it is asked for names alone.
    """

    read: Callable[[Document], Any]
    count: Callable[[Any], int]
    tell: Callable[[Any], tuple[set[str], set[str]]]
    patterns: int = 0


class Peer(NamedTuple):
    """An engine that can be made ready, with what it is given."""

    name: str
    ready: Callable[[], Engine]
    needs: str = "kg"


def missed(engine: Engine) -> list[str]:
    """What an engine does not find in :data:`EXAMPLES`: nothing, if all is well."""
    lost = []
    for sentence, name, rule in EXAMPLES:
        names, rules = engine.tell(engine.read(Document(Source("example"), sentence)))
        if name.lower() not in names:
            lost.append(f"the name {name} in {sentence!r}")
        if engine.patterns and rule not in rules:
            lost.append(f"the rule {rule} in {sentence!r}")
    return lost


# ------------------------------------------------------------------------------ kg


def kg() -> Engine:
    """Everything that kg does: names, values, verbs, rules, who is meant, factuality, evidence."""
    reader = Reader.load()

    def tell(extraction: Extraction) -> tuple[set[str], set[str]]:
        ends = [end for claim, _ in extraction.found for end in (claim.subject, claim.object)]
        names = {
            name.lower() for end in ends if isinstance(end, Entity) for name in (end.label, *end.aliases)
        }
        return names, {evidence.rule for _, evidence in extraction.found}

    patterns = sum(len(rule.elements) for rule in reader.rules)
    return Engine(reader.read, lambda extraction: len(extraction.found), tell, patterns)


# -------------------------------------------------------------------- Aho-Corasick


def bare_pass() -> Engine:
    """One pass of the automaton, over the same forms that kg looks up."""
    from ahocorasick_rs import AhoCorasick, MatchKind

    forms = list(Reader.load().forms)
    automaton = AhoCorasick([f" {form}" for form in forms], matchkind=MatchKind.LeftmostLongest)

    def read(document: Document) -> list[tuple[int, int, int]]:
        return automaton.find_matches_as_indexes(" " + document.text[document.body :].lower())

    return Engine(read, len, lambda found: ({forms[index] for index, _, _ in found}, set()))


# --------------------------------------------------------------------------- spaCy


def spacy_one() -> Engine:
    """With the first pattern of each rule."""
    return _spacy(likeness.one_each)


def spacy_all() -> Engine:
    """With every pattern."""
    return _spacy(lambda found: found)


def _spacy(choose: Callable[[list[Pattern]], list[Pattern]]) -> Engine:
    import spacy
    from spacy.matcher import Matcher, PhraseMatcher
    from spacy.tokens import Doc, Span

    reader = Reader.load()
    nlp = spacy.blank("it")
    phrases = PhraseMatcher(nlp.vocab, attr="LOWER")
    for label, forms in _by_label(likeness.names(reader)):
        phrases.add(label, [nlp.make_doc(form) for form in forms])
    chosen = choose(likeness.patterns(reader, reader.rules))
    matcher = Matcher(nlp.vocab)
    for rule in dict.fromkeys(pattern.rule for pattern in chosen):
        of_rule = (pattern for pattern in chosen if pattern.rule == rule)
        matcher.add(rule, [[token for item in p.items for token in _spacy_tokens(item)] for p in of_rule])

    def read(document: Document) -> tuple[Doc, list[tuple[int, int, int]]]:
        doc = nlp.make_doc(document.text[document.body :])
        found = phrases(doc)
        found.sort(key=lambda match: (match[1], -match[2]))
        names, end = [], 0
        for label, start, stop in found:
            if start >= end:
                names.append(Span(doc, start, stop, label=label))
                end = stop
        doc.set_ents(names)
        return doc, matcher(doc)

    def tell(found: tuple[Doc, list[tuple[int, int, int]]]) -> tuple[set[str], set[str]]:
        doc, matches = found
        return {span.text.lower() for span in doc.ents}, {nlp.vocab.strings[rule] for rule, _, _ in matches}

    return Engine(read, lambda found: len(found[1]), tell, len(chosen))


def _spacy_tokens(item: Item) -> Iterator[dict[str, Any]]:
    once, more = ("?", "*") if item.optional else ("{1}", "+")
    match item:
        case Name(labels):
            yield {"ENT_TYPE": _one_of(labels), "OP": more}
        case Words(forms):
            yield {"LOWER": _one_of(forms), "OP": once}
        case Anything(most, least):
            yield {"IS_PUNCT": False, "OP": "?" if most == 1 else "+" if least and not item.optional else "*"}
        case Figure(after, scaled):
            yield {"LIKE_NUM": True, "OP": once}
            if scaled:
                yield {"LOWER": _one_of(likeness.POWERS_OF_TEN), "OP": "?"}
                yield {"LOWER": "di", "OP": "?"}
            if after:
                yield {"LOWER": _one_of(after), "OP": once}


def _one_of(values: Sequence[str]) -> str | dict[str, list[str]]:
    return values[0] if len(values) == 1 else {"IN": list(values)}


def _by_label(names: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    labelled: dict[str, list[str]] = {}
    for form, label in names.items():
        labelled.setdefault(label, []).append(form)
    yield from labelled.items()


# ------------------------------------------------------------------------- gatenlp

_TOKEN = re.compile(r"\w+['’]?|[^\w\s]")


def gatenlp_one() -> Engine:
    """With the first pattern of each rule."""
    return _gatenlp(likeness.one_each)


def gatenlp_all() -> Engine:
    """With every pattern."""
    return _gatenlp(lambda found: found)


def _gatenlp(choose: Callable[[list[Pattern]], list[Pattern]]) -> Engine:
    import gatenlp
    from gatenlp.pam.pampac import Find
    from gatenlp.pam.pampac.data import Context, Location
    from gatenlp.processing.gazetteer import TokenGazetteer

    reader = Reader.load()
    gazetteer = TokenGazetteer(
        source=[(_TOKEN.findall(f), {"label": f"@{label}"}) for f, label in likeness.names(reader).items()],
        source_fmt="gazlist",
        getterfunc=lambda token, doc=None, feature=None: token.type,
        longest_only=True,
        skip_longest=True,
    )
    chosen = choose(likeness.patterns(reader, reader.rules))
    parsers = [(pattern.rule, Find(_gatenlp_sequence(pattern.items))) for pattern in chosen]

    def read(document: Document) -> tuple[Any, list[tuple[str, Any]]]:
        doc = gatenlp.Document(document.text[document.body :])
        annotations = doc.annset()
        for token in _TOKEN.finditer(doc.text):
            annotations.add(token.start(), token.end(), token.group().lower())
        tokens = list(annotations)
        for (match,) in gazetteer.find_all(tokens):
            annotations.add(tokens[match.start].start, tokens[match.end - 1].end, match.data[0]["label"])
        context = Context(doc, list(annotations))
        matches = []
        for rule, parser in parsers:
            place = Location(0, 0)
            while not context.at_endofanns(place) and (found := parser.parse(place, context)).issuccess():
                matches.append((rule, found.result().span))
                place = found.result().location
        return doc, matches

    def tell(found: tuple[Any, list[tuple[str, Any]]]) -> tuple[set[str], set[str]]:
        doc, matches = found
        names = {doc[annotation].lower() for annotation in doc.annset() if annotation.type[0] == "@"}
        return names, {rule for rule, _ in matches}

    return Engine(read, lambda found: len(found[1]), tell, len(parsers))


def _gatenlp_sequence(items: Sequence[Item]) -> Any:
    """The items one after another; what stands after a gap ends it, since PAMPAC does not try a shorter one."""
    from gatenlp.pam.pampac import AnnAt, N, Seq

    parsers: list[Any] = []
    rest = list(items)
    while rest:
        item = rest.pop(0)
        if isinstance(item, Anything):
            until = _gatenlp_item(rest.pop(0)) if rest and not rest[0].optional else None
            parsers.append(N(AnnAt(type=lambda t: t[0].isalnum()), item.least, item.most, until=until))
        elif item.optional:
            parsers.append(N(_gatenlp_item(item), 0, 1))
        else:
            parsers.append(_gatenlp_item(item))
    return Seq(*parsers) if len(parsers) > 1 else parsers[0]


def _gatenlp_item(item: Item) -> Any:
    from gatenlp.pam.pampac import AnnAt, N, Seq

    def one_of(words: Iterable[str]) -> Any:
        return AnnAt(type=frozenset(words).__contains__)

    match item:
        case Name(labels):
            return one_of(f"@{label}" for label in labels)
        case Words(forms):
            return one_of(forms)
        case Figure(after, scaled):
            parts = [AnnAt(type=lambda t: t[0].isdigit())]
            if scaled:
                parts += [N(one_of(likeness.POWERS_OF_TEN), 0, 1), N(one_of(["di"]), 0, 1)]
            if after:
                parts.append(one_of(after))
            return Seq(*parts) if len(parts) > 1 else parts[0]
        case _:
            raise TypeError(item)


#: In the order of the table; what is measured against each is the first.
PEERS = (
    Peer("kg", kg),
    Peer("ahocorasick_rs, bare pass", bare_pass, "ahocorasick_rs"),
    Peer("spaCy, one pattern a rule", spacy_one, "spacy"),
    Peer("spaCy, all patterns", spacy_all, "spacy"),
    Peer("gatenlp, one pattern a rule", gatenlp_one, "gatenlp"),
    Peer("gatenlp, all patterns", gatenlp_all, "gatenlp"),
)
