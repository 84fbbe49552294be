"""The two laws of the house: stages never import one another, and one library has one door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

KG = Path(__file__).parents[1] / "kg"
#: What each room may import of the others; ``model`` and ``resources`` are free to all.
ROOMS = {
    "model": set(),
    "resources": set(),
    # curated data, as types
    "verbs": set(),
    "lexicon": set(),
    "cues": set(),
    "rules": set(),
    # stages
    "read": {"decode"},
    "segment": set(),
    "values": {"amounts", "dates"},
    "amounts": set(),
    "dates": {"amounts"},
    "gazetteer": {"lexicon", "tokens"},
    "tokens": set(),
    "verbgroups": {"cues", "tokens"},
    "mentions": {"cues", "tokens", "verbgroups"},
    "clauses": set(),
    "reading": {"lexicon"},
    "antecedents": {"clauses", "lexicon", "reading"},
    "plants": {"antecedents", "reading"},
    "natives": {"antecedents", "lexicon", "plants"},
    "duties": {"clauses", "lexicon"},
    "pronouns": {"clauses"},
    "resolve": {"antecedents", "clauses", "duties", "lexicon", "natives", "pronouns", "reading"},
    "kinds": set(),
    "newcomers": {"kinds"},
    "posts": set(),
    "calls": set(),
    "patterns": {"calls", "rules"},
    "frames": {"clauses"},
    "match": {"calls", "clauses", "frames", "patterns", "rules", "sequels", "series"},
    "sequels": {"rules", "series"},
    "series": {"rules"},
    "factuality": {"clauses", "cues", "rules"},
    "focus": {"clauses", "lexicon", "reading"},
    "figures": {"clauses", "lexicon", "reading", "rules"},
    "owners": {"clauses", "focus", "lexicon", "reading", "rules"},
    "sites": {"lexicon"},
    "context": {"lexicon", "reading", "rules"},
    "things": {"context", "owners", "lexicon", "reading", "rules", "sites"},
    "implied": {"clauses", "context", "owners", "focus", "lexicon", "reading", "rules", "things"},
    "claims": {"context", "figures", "implied", "lexicon", "rules", "sites", "things"},
    "statements": set(),
    "policy": {"claims", "factuality", "rules"},
    # asking and serving
    "sandbox": set(),
    "keeper": {"sandbox"},
    "sparql": {"names"},
    "protocol": {"names", "sparql"},
    # where the stages meet
    "cache": set(),
    "pipeline": {"cache", "claims", "context", "newcomers", "patterns", "policy", "posts", "cues", "factuality", "focus", "gazetteer", "lexicon", "match", "mentions", "reading", "resolve", "rules", "segment",
                 "statements", "tokens", "values", "verbs"},
}  # fmt: skip
#: The only modules that may name a library.
DOORS = {
    "rdflib": {"graph", "knowledge", "turtle", "validate"},
    "pyoxigraph": {"store"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "jinja2": {"pages", "report", "view"},
    "pyshacl": {"validate"},
    "networkx": {"centrality", "network", "networks", "view", "layout", "knowledge"},
    "pyvis": {"view"},
    "click": {"cli", "carry", "desk", "options", "terminal"},
    "rich": {"cli", "terminal"},
    "pyarrow": {"tables"},
}


def imports(module: Path) -> set[str]:
    """Every name that a module imports, dotted, wherever the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    """Stages share the model and meet in the pipeline."""
    named = {name.split(".")[1] for name in imports(KG / f"{room}.py") if name.startswith("kg.")}
    assert named <= ROOMS[room] | {"model", "resources"}


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_has_one_door(library: str) -> None:
    """A foreign library is named where it is wrapped, and nowhere else."""
    users = {m.stem for m in KG.glob("*.py") if any(n.split(".")[0] == library for n in imports(m))}
    assert users <= DOORS[library]


def test_the_engine_knows_no_car() -> None:
    """Companies, makes, models and relations are data: no stage names one."""
    data = KG / "data" / "lexicon"
    names = {
        line.split("\t")[0]
        for f in ("organizations", "models")
        for line in (data / f"{f}.tsv").read_text("utf-8").splitlines()[1:]
    }
    relations = {
        "partnerOf",
        "supplies",
        "acquires",
        "launches",
        "exhibitedAt",
        "imposesTariff",
        "partOfGroup",
    }
    for room in sorted(ROOMS.keys() - {"statements"}):  # which relations hold both ways stands there
        tree = ast.parse((KG / f"{room}.py").read_text(encoding="utf-8"))
        docs = {ast.get_docstring(n, clean=False) for n in ast.walk(tree)
                if isinstance(n, ast.Module | ast.FunctionDef | ast.ClassDef)}  # fmt: skip
        words = {
            n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
        } - docs
        assert not words & (names | relations), room
