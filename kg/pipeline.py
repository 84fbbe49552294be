"""The whole way from a document to statements, to be read aloud.

:class:`Reader` holds what is compiled once: the lexicon, the cues, the rules.
``reader.read(document)`` is the flow: segment, find values and mentions,
resolve who is meant, match the rules, make claims, judge their factuality.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain

from kg import verbs
from kg.cache import kept
from kg.claims import Draft, drafts
from kg.context import Context
from kg.cues import Cues, load_cues
from kg.factuality import Judgement, holds_cue, judge, speaker
from kg.focus import main_vehicle
from kg.gazetteer import Gazetteer, known_labels
from kg.lexicon import Lexicon, fold, load_lexicon
from kg.match import Matcher
from kg.mentions import UNKNOWN_VERB, find_mentions
from kg.model import (
    Claim,
    CurationError,
    Document,
    Entity,
    Evidence,
    Factuality,
    Fault,
    Link,
    Mention,
    Sense,
    Sentence,
    Source,
    Statement,
)
from kg.newcomers import introduce
from kg.patterns import WORDS, Compiler
from kg.policy import Candidate, best
from kg.posts import fold_posts
from kg.reading import Reading
from kg.resolve import resolve
from kg.resources import data, ontology
from kg.rules import KINDS, REFLEXIVE, Match, Rule, Verb, Word, load_rules, walk
from kg.segment import segment
from kg.statements import INTENTIONS, SYMMETRIC, collect
from kg.tokens import Token, tokens_of
from kg.values import find_values

_AUXILIARIES = ("avere", "essere", "venire", "stare", "andare")
_PUNCTUATION = (",", "(", ";", ":", "word", "cue", "phrase", "Demonym", "Nationality", "Descriptor", "ex")
_SPEAKERS = ("Organization", "Person")
_COUNTED = 6  # mentions before a site that may say that another comes after it
#: A cue of one word that opens a clause is a subordinator, others are adverbs.
#: Arguments that other claims of the sentence may tell first.
_TOLD_BEFORE = frozenset({"deed", "holder", "site"})
_SUBORDINATING = ("che", "se", "qualora", "purché")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read in one document: claims with evidence, and what was counted."""

    source: Source
    found: tuple[tuple[Claim, Evidence], ...]
    sentences: int
    unresolved: int

    @property
    def statements(self) -> list[Statement]:
        """The claims of this document, merged."""
        return collect(self.found)


@dataclass(frozen=True)
class Reader:
    """Everything that reading needs, compiled once."""

    lexicon: Lexicon
    cues: Cues
    rules: Sequence[Rule]

    @classmethod
    def load(cls, *, rule_files: Iterable[Traversable] = ()) -> Reader:
        """The curated data of the package, with more rule files if any.

        Raises:
            CurationError: with every fault of the data.
        """
        extra = tuple(rule_files)
        lexicon, cues, rules, forms, matcher = kept(_sources(extra), lambda: _loaded(extra))
        reader = cls(lexicon, cues, rules)
        reader.__dict__.update(forms=forms, matcher=matcher)
        return reader

    def only(self, rule: Rule) -> Reader:
        """A reader with this rule alone, which sees texts as this one does: same gazetteer, same verbs."""
        return self.with_rules((rule,))

    def with_rules(self, rules: Sequence[Rule]) -> Reader:
        """A reader with these rules instead, which sees texts as this one does."""
        other = Reader(self.lexicon, self.cues, rules)
        other.__dict__.update(gazetteer=self.gazetteer, _deeds=self._deeds)
        return other

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The forms behind one look-up."""
        return Gazetteer(self.forms)

    @cached_property
    def forms(self) -> dict[str, list[Sense]]:
        """Every form of the lexicon, of the rules' words and of the verbs that rules and cues name."""
        forms: dict[str, list[Sense]] = dict(self.lexicon.forms)  # its lists are not ours to change
        for word in sorted(self._words):
            forms[word] = [*forms.get(word, ()), Sense(f"word:{word}", lemma=word)]
        for phrase in self.cues.phrases:
            forms[phrase] = [*forms.get(phrase, ()), Sense("phrase", "a", lemma=phrase)]
        for cue in self.cues.cues:
            role = "s" if cue.split()[-1] in _SUBORDINATING else "a"
            forms[cue] = [Sense("cue", role, lemma=cue), *forms.get(cue, ())]
        for lemma in sorted(self._verbs):
            for text, link in _links(lemma):
                others = forms.get(text, [])
                if not any(s.link and s.link.lemma == lemma and not _differ(s.link, link) for s in others):
                    forms[text] = [*others, Sense("verb", "v", link=link)]
        return forms

    @cached_property
    def matcher(self) -> Matcher:
        """The rules, compiled."""
        classes = tuple(self.lexicon.parents)
        symbols = set(_PUNCTUATION) | {s for kind in KINDS.values() for s in kind}
        symbols |= {*classes, *(f"{c}:described" for c in classes), "Power"}
        senses = [s for senses in self.lexicon.forms.values() for s in senses]
        symbols |= {
            f"{s.symbol}={s.lemma}" if s.symbol in ("Descriptor", "Metric") else s.symbol for s in senses
        }
        symbols |= {f"verb:{UNKNOWN_VERB}:{voice}" for voice in ("active", "passive", "reflexive")}
        symbols |= {f"Common={s.lemma}" for s in senses if s.symbol == "Descriptor"}
        symbols |= {f"verb:{v}:{voice}" for v in self._verbs for voice in ("active", "passive", "reflexive")}
        symbols |= {f"word:{w}" for w in self._words}
        forms = {f for rule in self.rules for e in _elements(rule) if isinstance(e, Word) for f in e.forms}
        words = {form: self._symbols(form) for form in forms.union(WORDS)}
        return Matcher(self.rules, Compiler(symbols, self.lexicon.parents, words))

    def read(self, document: Document) -> Extraction:
        """Everything that the document says and a rule knows, with evidence."""
        sentences = segment(document)
        return self.interpret(document, sentences, self.understand(document, sentences))

    def interpret(self, document: Document, sentences: Sequence[Sentence], reading: Reading) -> Extraction:
        """What the rules find in a document once it is known who is meant by each mention."""
        found: list[tuple[Claim, Evidence]] = []
        deed: Entity | None = None
        site: tuple[Entity, Entity | None] | None = None
        doers: dict[str, tuple[Entity, int]] = {}
        for number, sentence in enumerate(sentences):
            matches = self.matcher.matches(reading.sentences[number])
            if not matches:  # most sentences
                site = self._named_site(reading.sentences[number], site) or site
                continue
            context = Context(
                document.source, document.text, reading, number, self.lexicon, deed, site, doers
            )
            kept = best(self._drafts(matches, context))
            for draft, match, judgement in kept:
                found.append(
                    (
                        _from_theme(draft.claim, reading.theme),
                        self._evidence(draft, match, judgement, sentence, document),
                    )
                )
                if draft.claim.relation in INTENTIONS and isinstance(draft.claim.object, Entity):
                    deed = draft.claim.object
                doers[draft.claim.relation] = (draft.claim.subject, number)
                site = self._site(draft.claim, match) or site
            site = self._named_site(reading.sentences[number], site) or site
        return Extraction(document.source, tuple(found), len(sentences), len(reading.unresolved))

    def understand(self, document: Document, sentences: Sequence[Sentence]) -> Reading:
        """The mentions of each sentence, with who is meant by each."""
        text = document.text
        tokens = self.gazetteer.tokens(text)
        known = known_labels(tokens, text, lambda label: self.lexicon.relatives.get(label, ()))
        starts = [token.start for token in tokens]
        mentions = [self._mentions(document, sentence, tokens, starts, known) for sentence in sentences]
        mentions = introduce(mentions, text, self.lexicon.parents, self.lexicon.given)
        reading = resolve(mentions, [s.paragraph for s in sentences], text, self.lexicon)
        reading.model = main_vehicle(reading, text)
        return reading

    # ------------------------------------------------------------------ one sentence

    def _mentions(
        self,
        document: Document,
        sentence: Sentence,
        tokens: Sequence[Token],
        starts: Sequence[int],
        known: set[str],
    ) -> list[Mention]:
        text = document.text
        values = find_values(text, sentence.start, sentence.end, document.source.published)
        read = tokens_of(sentence, text, tokens, starts, values, known)
        mentions = find_mentions(text, read, known, self.cues, self._deeds, verbs.presents())
        return fold_posts(mentions, text, self.lexicon.parents)

    def _drafts(self, matches: list[Match], context: Context) -> Iterator[Candidate]:
        """Claims of one sentence; those about a plan or a site come after what tells of it."""
        if len(matches) > 1:
            matches.sort(key=_is_told_after)
        deed, site = context.deed, context.site
        cued = holds_cue(matches[0].mentions)
        for match in matches:
            judgement = judge(match, self.cues, cued=cued)
            if deed is not context.deed or site is not context.site:
                context = replace(context, deed=deed, site=site)
            for told in drafts(match, _relation(match.rule, judgement), context):
                draft = self._of_chief(_with_deadline(told), match)
                if not self._is_sound(draft.claim):
                    continue
                if draft.claim.relation in INTENTIONS and isinstance(draft.claim.object, Entity):
                    deed = draft.claim.object
                site = self._site(draft.claim, match) or site
                yield Candidate(draft, match, judgement)

    def _of_chief(self, draft: Draft, match: Match) -> Draft:
        """Who leads a company by title is its chief: the number one of a union is not."""
        rule, claim = match.rule, draft.claim
        if not rule.chief:
            return draft
        titles = [match.mentions[i].symbol for i in match.arguments.get("title", ())]
        firm = isinstance(claim.object, Entity) and not self.lexicon.is_a("Authority", claim.object.cls)
        if claim.relation == rule.relation and titles == ["ChiefTitle"] and firm:
            return draft._replace(claim=replace(claim, relation=rule.chief))
        return draft

    def _named_site(
        self, mentions: Sequence[Mention], site: tuple[Entity, Entity | None] | None
    ) -> tuple[Entity, Entity | None] | None:
        """The last facility that a sentence names, when no claim spoke of it: whose it is may be known from before."""
        facilities = self._facilities
        sites = [k for k, m in enumerate(mentions) if m.entity and m.entity.cls in facilities]
        named = [e for k in sites if (e := mentions[k].entity) and not _comes_after(mentions, k)]
        if not named or (site is not None and site[0] in named):
            return None
        return named[-1], None

    def _site(self, claim: Claim, match: Match) -> tuple[Entity, Entity | None] | None:
        """The facility that a claim speaks of, and whose it is said to be."""
        if any(_comes_after(match.mentions, k) for k in match.arguments.get("object", ())):
            return None
        if isinstance(claim.object, Entity) and claim.object.cls in self._facilities:
            return claim.object, claim.subject
        return None

    def _is_sound(self, claim: Claim) -> bool:
        """Whether the ontology lets the relation run between two such things, and each lies in one place."""
        if (
            claim.subject.place in self.lexicon.within
            and isinstance(claim.object, Entity)
            and claim.object.cls == "Place"
        ):
            home, region = claim.subject.place, claim.object.label
            if home == region or not self.lexicon.lies_in(home, region):
                return False
        domain, range_ = relations()[claim.relation]
        thing = claim.object.cls if isinstance(claim.object, Entity) else "Observation"
        kinds_of = self.lexicon.kinds_of
        return not (
            (domain and domain.isdisjoint(kinds_of(claim.subject.cls)))
            or (range_ and range_.isdisjoint(kinds_of(thing)))
        )

    def _evidence(
        self, draft: Draft, match: Match, judgement: Judgement, sentence: Sentence, document: Document
    ) -> Evidence:
        said_by = speaker(match, self.cues, self._speakers)
        name = match.mentions[said_by].entity if said_by is not None else None
        arguments = (draft.claim.subject, draft.claim.object)
        text = document.text
        return Evidence(
            document.source,
            match.rule.id,
            draft.start,
            draft.end,
            text[draft.start : draft.end],
            text[sentence.start : draft.start],
            text[draft.end : sentence.end],
            judgement.factuality,
            name.label if name is not None and (match.verb is not None or name not in arguments) else "",
            draft.notes,
        )

    # ---------------------------------------------------------------- the vocabulary

    @cached_property
    def _facilities(self) -> frozenset[str]:
        return self.lexicon.subclasses("Facility") | {"Facility"}

    @cached_property
    def _speakers(self) -> frozenset[str]:
        classes = self.lexicon.subclasses(*_SPEAKERS)
        return frozenset((*classes, *(f"{c}:described" for c in classes)))

    @cached_property
    def _deeds(self) -> frozenset[str]:
        """The verbs that rules look for."""
        named = (
            lemma for rule in self.rules for e in _elements(rule) if isinstance(e, Verb) for lemma in e.lemmas
        )
        return frozenset(lemma.removesuffix(REFLEXIVE) for lemma in named)

    @cached_property
    def _verbs(self) -> frozenset[str]:
        return frozenset(chain(self._deeds, self.cues.verbs, _AUXILIARIES))

    @cached_property
    def _words(self) -> frozenset[str]:
        named = {
            fold(form)
            for rule in self.rules
            for e in _elements(rule)
            if isinstance(e, Word)
            for form in e.forms
        }
        return frozenset(form for form in named if self._symbol(form).startswith("word:"))

    def _symbols(self, word: str) -> tuple[str, ...]:
        """The symbols of a word of a pattern; a participle ("basata") is also a form of its verb."""
        lemmas = self._participles.get(fold(word), ())
        by = ("by",) if word == "da" else ()  # "da parte di"
        return (
            self._symbol(word),
            *by,
            *(f"verb:{v}:{voice}" for v in lemmas for voice in ("active", "passive")),
        )

    @cached_property
    def _participles(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for lemma in sorted(self._deeds):
            for form in verbs.forms(lemma):
                if form.mood == "participle" and form.text in self._words:
                    found[form.text] = (*found.get(form.text, ()), lemma)
        return found

    def _symbol(self, word: str) -> str:
        """The symbol of a word of a pattern: its own, if it is one that the grammar knows."""
        for sense in self.lexicon.forms.get(word, ()):
            if sense.symbol == "Descriptor":
                return f"Descriptor={sense.lemma}"
            if (
                sense.entity is None
                and not sense.link
                and (sense.symbol[0].islower() or sense.symbol == "&")
                and sense.role != "-"
            ):
                return sense.symbol
        return f"word:{fold(word)}"


Loaded = tuple[Lexicon, Cues, Sequence[Rule], dict[str, list[Sense]], Matcher]


def _loaded(rule_files: Iterable[Traversable]) -> Loaded:
    """The curated data as types, with every form that a text is searched for, and the rules behind what calls for them."""
    lexicon = load_lexicon(data("lexicon"))
    rules = load_rules(
        data("rules"),
        classes={*lexicon.parents, *lexicon.metric_units},
        verbs=verbs.infinitive,
        extra=rule_files,
    )
    unseen = [*_unknown_relations(rules), *_unseen_words(rules, lexicon)]
    if unseen:
        raise CurationError(unseen)
    cues = load_cues(data("cues.toml"), verbs.infinitive)
    reader = Reader(lexicon, cues, rules)
    return lexicon, cues, rules, reader.forms, reader.matcher


def _sources(rule_files: Iterable[Traversable]) -> Iterator[bytes]:
    """Everything that the curated data depends on: tables, rules, the ontology, and the code that loads them."""
    places = [files("kg"), data(), data("lexicon"), data("rules")]
    found = (p for place in places for p in place.iterdir() if p.name.endswith((".py", ".tsv", ".toml")))
    for path in (*sorted(found, key=str), ontology("auto.ttl"), *rule_files):
        yield path.name.encode()
        with suppress(OSError):  # who loads it says so better
            yield path.read_bytes()


def _elements(rule: Rule) -> Iterator[object]:
    return chain.from_iterable(walk(elements) for elements in rule.elements)


@cache
def relations() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Each relation of the ontology with the classes that it runs from and to.

    Read from the text of the file: to parse it takes longer than to read the news.
    """
    found: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
    for block in ontology("auto.ttl").read_text(encoding="utf-8").split("\n\n"):
        name = re.match(r"auto:(\w+) a [^;]*auto:(?:Relation|Intention)\b", block)
        if name:
            ends = (
                re.findall(rf"(?:rdfs:{end}|schema:{end}Includes) ([^;]*?) [;.]", block)
                for end in ("domain", "range")
            )
            domain, range_ = (frozenset(re.findall(r"auto:(\w+)", " ".join(e))) for e in ends)
            found[name[1]] = domain, range_
    return found


def _unknown_relations(rules: Iterable[Rule]) -> Iterator[Fault]:
    """Relations that the ontology does not have."""
    for rule in rules:
        for relation in (rule.relation, rule.planned, rule.possible, rule.past, rule.chief):
            if relation and relation not in relations():
                yield Fault(rule.file, rule.line, f"{rule.id}: {relation!r} is no relation of the ontology")


def _unseen_words(rules: Iterable[Rule], lexicon: Lexicon) -> Iterator[Fault]:
    """Words of patterns that no pattern can see: articles and adverbs, or nouns that are mentions of a kind."""
    blind: dict[str, str] = {}
    for rule in rules:
        forms = {form for e in _elements(rule) if isinstance(e, Word) for form in e.forms}
        for form in sorted(forms):
            if form not in blind:
                blind[form] = _why_unseen(form, lexicon)
            if blind[form]:
                yield Fault(rule.file, rule.line, f"{rule.id}: {form!r} {blind[form]}")


def _why_unseen(form: str, lexicon: Lexicon) -> str:
    """What a text reads a word as instead of the word, empty if it is seen as itself."""
    senses = [s for s in lexicon.forms.get(fold(form), ()) if not s.proper and s.symbol != "Nationality"]
    if senses and all(s.role == "-" for s in senses):
        return "is passed over in texts; leave it out"
    kind = next((s.symbol for s in senses if s.symbol[0].isupper() and s.symbol != "Descriptor"), "")
    return f"is read as {kind}; write a slot {{name:{kind}}}" if kind else ""


def _differ(one: Link, other: Link) -> bool:
    """Whether two readings of a form are worth keeping both: "Nissan chiuse Barcellona", "le fabbriche chiuse"."""
    return one.mood == "participle" and one.number == "p" and other.person > 0


def _links(lemma: str) -> Iterator[tuple[str, Link]]:
    """The forms of a verb that news uses: the third person, and "abbiamo" of an auxiliary.

    First persons of other verbs are mostly nouns ("accordo"), and second ones are not news.
    "attestarsi" and "attestandosi" are forms of "attestare" with their pronoun inside.
    """
    ours = lemma in _AUXILIARIES
    for form in verbs.forms(lemma):
        if form.person in (1, 2) and not (ours and form.person == 1 and form.number == "p"):
            continue
        yield form.text, Link(lemma, form.mood, form.tense, form.person, form.number)
        if form.mood == "infinitive" and form.text == lemma:
            yield (
                lemma[: -2 if lemma.endswith("rre") else -1] + "si",
                Link(lemma, "infinitive", "reflexive", 0, ""),
            )
        elif form.mood == "gerund":
            yield form.text + "si", Link(lemma, "gerund", "reflexive", 0, "")


def _is_told_after(match: Match) -> bool:
    """Whether an argument of a match is what other claims of its sentence may tell."""
    implied = match.rule.implied
    return bool(implied) and not _TOLD_BEFORE.isdisjoint([strategy for _, strategy in implied])


def _comes_after(mentions: Sequence[Mention], k: int) -> bool:
    """Whether a site is only one that another is counted with: "il terzo impianto, dopo quello di Arnstadt"."""
    return any(m.symbol == "dopo" for m in mentions[max(0, k - _COUNTED) : k])


def _from_theme(claim: Claim, theme: Entity | None) -> Claim:
    """A relation of two equals, told from the side of whom the article is about."""
    if claim.relation in SYMMETRIC and claim.object == theme and isinstance(claim.object, Entity):
        return Claim(claim.object, claim.relation, claim.subject, claim.qualifiers)
    return claim


def _with_deadline(draft: Draft) -> Draft:
    """The day of a deed that is only intended is one to keep: "aprirà nel 2026" plans by 2026."""
    claim = draft.claim
    if claim.relation not in INTENTIONS or "by" in dict(claim.qualifiers):
        return draft
    qualifiers = tuple(sorted(("by" if name == "date" else name, value) for name, value in claim.qualifiers))
    return draft._replace(claim=replace(claim, qualifiers=qualifiers))


def _relation(rule: Rule, judgement: Judgement) -> str:
    """A deed that is only planned or weighed goes by another name ("plans", "considers")."""
    if judgement.past and rule.past:
        return rule.past
    if judgement.deed == Factuality.PLANNED and rule.planned:
        return rule.planned
    if judgement.deed == Factuality.POSSIBLE and rule.possible:
        return rule.possible
    return rule.relation
