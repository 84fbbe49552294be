"""Figures: what they measure, how much, in which currency and of which period.

An earnings note says each of these once and then leaves it out: "L'utile è di 412 milioni, le
consegne calano del 3%". What is left out is looked for from near to far (whose they are: ``owners``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.clauses import complemented, is_compared
from kg.lexicon import Lexicon
from kg.model import Mention, Observation, Value
from kg.reading import Reading
from kg.rules import Match, Rule

#: A sum without a currency is in that of the country whose papers are read.
_HOME_CURRENCY = "EUR"
#: Of crowns that no word tells to be Swedish, Danish, Norwegian or Czech nothing is said.
NO_CURRENCY = "XXX"
_REACH = 3  # sentences over which a metric or a period stays in mind
_NEAR = 3  # mentions after a figure that may say what it is of: "cede il 4% in Borsa"
#: What a period is said of in a sentence without a metric: "i conti del semestre", "il mercato a maggio".
_REPORTS = frozenset({"conti", "risultati", "bilancio", "trimestrale", "semestrale", "mercato", "esercizio"})


def observations(
    match: Match, reading: Reading, sentence: int, lexicon: Lexicon
) -> Iterator[tuple[Observation, str]]:
    """The figure of a match, if it is measured as its metric is, with a note when the text does not name the metric."""

    def value_of(name: str) -> Value | None:
        indices = match.arguments.get(name, ())
        return match.mentions[indices[0]].value if indices else None

    metric, note = _metric(match, reading, sentence, lexicon)
    unit_of = value_of("unit")
    value, fall, loss = map(value_of, ("value", "fall", "loss"))
    change = value_of("change") or value_of("delta")
    delta = change.number if change is not None else None
    if fall is not None and fall.number is not None:
        delta = -abs(fall.number)
    if value is not None and unit_of is not None and value.kind == "Number":
        value = replace(value, kind=unit_of.kind, unit=unit_of.unit, sort="")
    if loss is not None and loss.number is not None:
        value = replace(loss, number=-abs(loss.number))
    if not metric or (value is None and delta is None) or (match.before and _is_to_come(match)):
        return
    period = value_of("period")
    if period is not None and _is_of_saying(match):
        period = _date_of_deed(match)
    if period is not None:
        when = period.when
    else:
        now = _takes_period(match.rule) and not match.before
        when = period_in_mind(match, reading, sentence) if now else ""
    if value is None:
        yield Observation(metric, None, "%", when, change=delta), note
        return

    def measured(amount: Value) -> str:
        unit = _unit(metric, amount, lexicon)
        return currency_in_mind(match, reading) if unit == _CURRENCY else unit

    if value.high is not None and not _takes_period(match.rule):  # what a thing has is each end of the range
        yield from _ends(metric, value, measured(value), note)
    elif unit := measured(value):
        yield Observation(metric, value.number, unit, when, value.high, value.bound, delta), note
    before = value_of("before")
    if before is not None and not _is_to_come(match) and (unit := measured(before)):
        yield Observation(metric, before.number, unit, "", before.high, before.bound), note


def _ends(metric: str, value: Value, unit: str, note: str) -> Iterator[tuple[Observation, str]]:
    """Both ends of "da 470 a 525 km"; a price is where it begins."""
    if unit and value.kind == "Money":
        yield Observation(metric, value.number, unit, "", bound="AtLeast"), note
    elif unit:
        yield Observation(metric, value.number, unit), note
        yield Observation(metric, value.high, unit), note


_CURRENCY = "currency"
_MILLION = 1_000_000  # no bare number below it is money


def _unit(metric: str, value: Value, lexicon: Lexicon) -> str:
    """The unit of the value, if the metric is measured so; a bare number counts what the metric counts."""
    units = lexicon.metric_units.get(metric, ())
    if value.unit == NO_CURRENCY:
        return ""
    if value.unit in units and value.unit.startswith("{"):
        return units[0] if units[0].startswith("{") else value.unit  # heads are counted one way
    if value.unit in units or (_CURRENCY in units and value.kind == "Money"):
        return value.unit
    if value.kind != "Number" or value.number is None:
        return ""
    counted = next((u for u in units if u.startswith("{")), "")
    return counted or (_CURRENCY if _CURRENCY in units and abs(value.number) >= _MILLION else "")


def currency_in_mind(match: Match, reading: Reading) -> str:
    """The currency of a bare sum: that of the sentence so far, else the euro, unless the text has one other alone."""
    for mention in reversed(match.mentions[: match.end]):
        if mention.symbol == "Money" and mention.value:
            return mention.value.unit
    spoken = reading.memory.currencies
    if spoken is None:
        units = (m.value.unit for s in reading.sentences for m in s if m.symbol == "Money" and m.value)
        spoken = reading.memory.currencies = frozenset(units)
    return next(iter(spoken)) if len(spoken) == 1 else _HOME_CURRENCY


# ------------------------------------------------------------------------ what is measured


def _metric(match: Match, reading: Reading, sentence: int, lexicon: Lexicon) -> tuple[str, str]:
    """The metric that the rule or the text names, or the one in mind, with the note that says so."""
    if match.rule.metric:
        verb = match.mentions[match.verb].verb if match.verb is not None else None
        gives = verb is not None and verb.head == "dare"  # "darà lavoro a 1.200 persone"
        if match.rule.metric == "employees" and gives and _is_to_come(match):
            return "jobsCreated", ""
        return match.rule.metric, ""
    named = match.arguments.get("metric", ())
    if named:
        return match.mentions[named[0]].lemma, ""
    if "metric" not in dict(match.rule.implied):
        return "", ""
    earlier = reading.sentences[max(0, sentence - _REACH) : sentence]
    after = match.mentions[match.end : match.end + _NEAR]
    for mentions in (after[::-1], match.mentions[: match.start], *reversed(earlier)):
        for mention in reversed(mentions):
            if mention.symbol == "Metric":
                if mention.lemma in lexicon.metric_cues.values():
                    return mention.lemma, f"{mention.lemma}, as before"
                continue
            cue = lexicon.metric_cues.get(mention.verb.head if mention.verb else mention.lemma.lower())
            if cue:
                return cue, f"{cue}, as «{mention.lemma}» says"
    return "", ""


# ------------------------------------------------------------------------------ of when


def _is_of_saying(match: Match) -> bool:
    """Whether the date is when somebody said it: "ha annunciato ieri che taglierà 3.000 posti"."""
    at, verb = match.arguments["period"][0], match.verb
    if verb is None or at > verb:
        return False
    between = (k for k in range(at + 1, verb) if match.mentions[k].role == "r")
    return any(complemented(match.mentions, k) is not None for k in between)


def _date_of_deed(match: Match) -> Value | None:
    """The date between the "che" of a saying and the verb: "…che entro il 2029 taglierà"."""
    first = match.arguments["period"][0] + 1
    dates = [m.value for m in match.mentions[first : match.verb] if m.role == "d" and m.value is not None]
    return dates[-1] if len(dates) == 1 else None


def _takes_period(rule: Rule) -> bool:
    """Whether the figures of a rule are of a time: sales are, the power of a model is not."""
    return "period" in rule.slots


def period_in_mind(match: Match, reading: Reading, sentence: int) -> str:
    """The period that the sentence, or one shortly before it, gives to its figures; empty if the deed is to come."""
    if _is_to_come(match):
        return ""
    if any(m.value is not None and m.value.role == "span" for m in match.mentions):
        return ""  # "nei primi nove mesi" has no name
    here = _periods(match.mentions)
    if here:
        return here[0] if len(here) == 1 else ""
    for mentions in reversed(reading.sentences[max(0, sentence - _REACH) : sentence]):
        found = _periods(mentions)
        if found:
            told = len(found) == 1 and any(m.symbol == "Metric" or m.lemma in _REPORTS for m in mentions)
            return found[0] if told else ""
    return ""


def _is_to_come(match: Match) -> bool:
    """Whether the deed is planned or foretold: no period of the past is its own."""
    verb = match.mentions[match.verb].verb if match.verb is not None else None
    return bool(match.rule.factuality) or (
        verb is not None and bool(verb.links[0].tense == "future" or verb.status)
    )


def _periods(mentions: Sequence[Mention]) -> list[str]:
    """The years, quarters and months that a sentence speaks of, no days, and none only to compare with."""
    found: dict[str, None] = {}
    for k, mention in enumerate(mentions):
        value = mention.value
        if value is None or value.kind != "Date" or value.role != "at" or value.when.count("-") > 1:
            continue
        if is_compared(mentions, k) or (k and mentions[k - 1].symbol in ("su", "da")):
            continue
        found[value.when] = None
    return list(found)
