"""The curator's desk: what was seen, what nearly fired, what no example needs, what no rule reads."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import cli
from kg.examples import unneeded, unneeded_options
from kg.model import Document, Source
from kg.pipeline import Reader
from kg.workbench import coverage, newcomers, table_line, try_out

READER = Reader.load()

RENT = """
[[rule]]
id       = "own/rent"
relation = "operates"
patterns = [{patterns}]
yields   = [["Xpeng ha affittato una fabbrica per 3 milioni di euro.", "Xpeng operates ProductionPlant | amount 3000000 EUR | Asserted"],
            ["Xpeng ha affittato una fabbrica da 3 milioni di euro.", "Xpeng operates ProductionPlant | Asserted"]]
silent   = ["Xpeng ha affittato una sala per 3 milioni di euro."]
"""


def kg(*arguments: object, stdin: str = "", code: int = 0) -> Result:
    """Run a command in this process and see how it ends."""
    result = CliRunner().invoke(cli, [str(a) for a in arguments], input=stdin)
    assert result.exit_code == code, result.output
    return result


def text(words: str, name: str = "a") -> Document:
    """A text of one's own."""
    return Document(Source(name), words)


def rent(folder: Path, *patterns: str) -> Path:
    """A file with a rule for who rents a plant."""
    path = folder / "own.toml"
    path.write_text(RENT.format(patterns=", ".join(f'"{p}"' for p in patterns)), encoding="utf-8")
    return path


# ------------------------------------------------------------------------------ try


def test_a_trial_tells_what_was_seen_and_found() -> None:
    """Every mention comes with what it is to a rule and who is meant, every fact with its rule."""
    trial = try_out(READER, text("La cinese Xpeng è partner di Volkswagen."))
    seen = {s.text: (s.symbol, s.who) for s in trial.sentences[0]}
    assert seen["Xpeng"] == ("Automaker", "Xpeng")
    assert seen["cinese"] == ("Demonym", "Cina")
    assert {claim.relation for claim, _ in trial.extraction.found} == {"partnerOf", "basedIn"}


@pytest.mark.parametrize(
    ("sentence", "wanted", "elsewhere"),
    [
        ("Xpeng ha affittato una sala in Germania.", "{object:ProductionPlant}", False),
        ("Xpeng ha affittato una fabbrica a due passi dalla Germania.", "in", False),
        ("Xpeng ha affittato una fabbrica in Germania.", None, False),
        ("Xpeng ha visto una fabbrica in Germania.", None, False),
    ],
)
def test_a_near_miss_names_the_element_that_failed(
    tmp_path: Path, sentence: str, wanted: str | None, *, elsewhere: bool
) -> None:
    """Of a rule that wants one thing more it is told which; a rule that fires is no near miss."""
    pattern = "{subject:Organization} <affittare> {object:ProductionPlant} in {place:Place}"
    reader = Reader.load(rule_files=[rent(tmp_path, pattern)])
    near = {m.rule.id: m for m in try_out(reader.with_rules(reader.rules[-1:]), text(sentence)).near}
    found = near.get("own/rent")
    assert (found and (found.wanted, found.elsewhere)) == (wanted and (wanted, elsewhere))


def test_an_element_that_stands_elsewhere_is_told_as_such(tmp_path: Path) -> None:
    """Where all is there in another order, the element is named without which the rule would fire."""
    pattern = "{subject:Organization} <affittare> leasing {object:ProductionPlant}"
    reader = Reader.load(rule_files=[rent(tmp_path, pattern)])
    sentence = text("Xpeng ha affittato la fabbrica con un leasing di Volkswagen.")
    (found,) = try_out(reader.with_rules(reader.rules[-1:]), sentence).near
    assert (found.wanted, found.elsewhere) == ("leasing", True)


def test_the_command_shows_a_trial() -> None:
    """Mentions, facts with their words, and the nearest rules stand in tables."""
    shown = kg("rules", "try", "Xpeng costruirà una fabbrica a Szeged entro il 2026.").stdout
    for part in ("seen as", "verb costruire", "Xpeng plans ProductionPlant in Szeged | by 2026", "failed at"):
        assert part in shown
    assert "No rule fired" in kg("rules", "try", "-", stdin="Piove.").stdout
    assert "TEXT is empty" in kg("rules", "try", " ", code=2).stderr
    strange = CliRunner().invoke(
        cli, ["rules", "try", "-"], input="Xpeng è partner di Volkswagen, caff\xe8.".encode("latin-1")
    )
    assert "Xpeng" in strange.stdout


# --------------------------------------------------------------------------- mutate


@pytest.mark.parametrize(
    ("patterns", "idle"),
    [
        (["{subject:Organization} <affittare> {object:ProductionPlant} [per {amount:Money}]"], set()),
        (
            ["{subject:Organization} <affittare> [caro] {object:ProductionPlant} [per {amount:Money}]"],
            {"[caro]"},
        ),
        (
            [
                "{subject:Organization} <affittare> {object:ProductionPlant} [per {amount:Money}]",
                "{subject:Organization} <noleggiare> {object:ProductionPlant}",
            ],
            {"{subject:Organization} <noleggiare> {object:ProductionPlant}"},
        ),
        (
            [
                "{subject:Organization} <affittare> {object:ProductionPlant} [per {amount:Money}] [{date:Date}]"
            ],
            {"[{date:Date}]"},
        ),
    ],
)
def test_what_no_example_needs_is_found(tmp_path: Path, patterns: list[str], idle: set[str]) -> None:
    """A pattern or an element without which every example comes out the same is told, and nothing else."""
    reader = Reader.load(rule_files=[rent(tmp_path, *patterns)])
    rule = reader.rules[-1]
    found = {m.left_out for m in (*unneeded(reader, rule), *unneeded_options(reader, [rule]))}
    assert found == idle


def test_mutation_is_a_finding(tmp_path: Path) -> None:
    """The command names what is not needed and ends with 1; with an example for each it ends well."""
    idle = rent(
        tmp_path,
        "{subject:Organization} <affittare> [caro] {object:ProductionPlant} [per {amount:Money}] [{date:Date}]",
    )
    told = kg("rules", "test", "--mutate", idle, code=1)
    assert "2 elements that no example needs" in told.stderr
    assert "own/rent" in told.stdout
    right = rent(tmp_path, "{subject:Organization} <affittare> {object:ProductionPlant} [per {amount:Money}]")
    assert "need every element" in kg("rules", "test", "--mutate", right).stdout


# ------------------------------------------------------------------------- coverage


def test_sentences_without_a_fact_are_grouped_by_what_they_turn_on() -> None:
    """The verb that most such sentences turn on comes first; a sentence with a fact or one thing is not told."""
    documents = [
        text(
            "Xpeng accarezza Volkswagen. Tesla accarezza BYD. Xpeng è partner di Volkswagen. Tesla dorme.",
            "a",
        ),
        text("Renault spaventa Nissan.", "b"),
    ]
    unread, silent, promising = coverage(READER, documents)
    assert [(u.word, u.count) for u in unread] == [("accarezzare", 2), ("spaventare", 1)]
    assert unread[0].examples[0] == ("a", "Xpeng accarezza Volkswagen.")
    assert (silent, promising) == (3, 4)


def test_the_command_sums_up_the_coverage(tmp_path: Path) -> None:
    """The share of sentences without a fact is told below the groups."""
    (tmp_path / "a.txt").write_text("Xpeng accarezza Volkswagen.", encoding="utf-8")
    shown = kg("coverage", tmp_path).stdout
    assert "accarezzare" in shown
    assert "no fact in 1 (100%) of 1 sentence" in shown


# ---------------------------------------------------------------------- suggestions


def test_new_names_are_lines_for_the_lexicon() -> None:
    """A name whose kind the text tells is a line of its table; others come after, by how often they stand."""
    found = newcomers(
        READER, [text("La startup Zumbolt cresce. Da anni Krakis vende. Ieri Krakis ha chiuso.")]
    )
    assert [(n.name, n.cls, n.count) for n in found] == [("Zumbolt", "Company", 1), ("Krakis", "", 2)]
    head, line = table_line(found[0], READER.lexicon).split("\n")
    assert head.startswith("# organizations.tsv")
    assert line == "Zumbolt\tCompany"


def test_the_command_suggests_with_contexts(tmp_path: Path) -> None:
    """The words around a name stand above its line, as comments; rare names of no kind are left out."""
    (tmp_path / "a.txt").write_text("La startup Zumbolt cresce. Ieri Krakis ha chiuso.", encoding="utf-8")
    shown = kg("lexicon", "suggest", tmp_path).stdout
    assert "# a: … La startup Zumbolt cresce." in shown
    assert "Krakis" not in shown
    assert "Krakis" in kg("lexicon", "suggest", tmp_path, "--least", 1).stdout


# ------------------------------------------------------------------------- new rules


@pytest.mark.parametrize(
    "sentence",
    [
        "Xpeng coccola da anni Volkswagen.",
        "La «nuova» Xpeng è partner di Volkswagen.",
        'Xpeng coccola la "solita" Volkswagen.',
    ],
)
def test_a_new_rule_has_the_words_between(tmp_path: Path, sentence: str) -> None:
    """The skeleton gives the fact as soon as its near miss is written."""
    fact = "Xpeng partnerOf Volkswagen"
    written = kg("rules", "new", sentence, fact).stdout
    assert f'"{fact} | Asserted"]]' in written
    assert tomllib.loads(written)["rule"][0]["yields"][0][0] == sentence
    path = tmp_path / "own.toml"
    path.write_text(written.replace('"..."', '"Xpeng coccola i clienti."'), encoding="utf-8")
    assert "all hold" in kg("rules", "test", path).stdout


@pytest.mark.parametrize(
    ("sentence", "fact", "told"),
    [
        ("Xpeng coccola tutti.", "Xpeng partnerOf Volkswagen", "'Volkswagen' is not seen in the sentence"),
        ("Xpeng coccola tutti.", "Xpeng loves Volkswagen", "FACT is not"),
    ],
)
def test_a_new_rule_needs_both_things(sentence: str, fact: str, told: str) -> None:
    """What is not seen in the sentence, or no relation, is told in one line."""
    result = CliRunner().invoke(cli, ["rules", "new", sentence, fact])
    assert result.exit_code in (1, 2)
    assert told in result.stderr


# ----------------------------------------------------------------------------- eval


def test_gold_among_its_texts_is_no_text(tmp_path: Path) -> None:
    """By default the texts are those beside the gold."""
    (tmp_path / "a.txt").write_text("Xpeng è partner di Volkswagen.", encoding="utf-8")
    gold = {"id": "a", "facts": [{"p": "partnerOf", "s": "Volkswagen", "o": "Xpeng", "f": "Asserted"}]}
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold), encoding="utf-8")
    for texts in ((), (tmp_path,)):
        assert "100.0" in kg("eval", tmp_path / "gold.jsonl", *texts).stdout
