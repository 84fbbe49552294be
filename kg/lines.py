"""Turtle and TriG with one value a line, and the Turtle of RDF 1.2 that annotates a fact in its place.

Terms come in the syntax of N-Quads, which Turtle takes as it is; only IRIs are shortened here. No library
writes annotations yet, and none puts a value on each line, which is what a diff of two builds is read by.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.names import PREFIXES
from kg.store import Terms

_RDF = PREFIXES["rdf"]
_TYPE, _STATEMENT, _REIFIES = f"<{_RDF}type>", f"<{_RDF}Statement>", f"<{_RDF}reifies>"
_PARTS = tuple(f"<{_RDF}{name}>" for name in ("subject", "predicate", "object"))
_LABEL = f"<{PREFIXES['rdfs']}label>"

#: What surely is a local name in every version of Turtle; all else stays a whole IRI.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*")
_DATATYPE = re.compile(r'(?<=")\^\^(<[^<>"]*>)\Z')

_Triple = tuple[str, str, str]
#: Subject to predicate to objects.
_Graph = Mapping[str, Mapping[str, Sequence[str]]]


def to_turtle(quads: Iterable[Terms], *, annotated: bool = False) -> str:
    """The triples of all graphs as one, in Turtle; equal triples give equal text.

    ``annotated`` writes RDF 1.2: a statement (``rdf:Statement`` with one subject, predicate and object)
    becomes a reifier, beside its triple where that stands (``~ statement {| ... |}``), and else of a
    triple that is only spoken of (``rdf:reifies <<( ... )>>``).
    """
    triples = {quad[:3] for quad in quads}
    body = _blocks(triples, "", annotated=annotated)
    return _headed("\n".join(body), version=annotated)


def to_trig(quads: Iterable[Terms]) -> str:
    """The quads in TriG, the default graph first; equal quads give equal text."""
    graphs: defaultdict[str, set[_Triple]] = defaultdict(set)
    for *triple, graph in quads:
        graphs[graph].add((triple[0], triple[1], triple[2]))
    parts: list[str] = []
    for graph, triples in sorted(graphs.items()):
        if graph:
            body = "\n".join(_blocks(triples, "    ", annotated=False))
            parts.append(f"{_short(graph)} {{\n{body}}}\n")
        else:
            parts += _blocks(triples, "", annotated=False)
    return _headed("\n".join(parts))


def _headed(body: str, *, version: bool = False) -> str:
    """The text under the prefixes that it uses."""
    # A prefix inside of a quote is declared in vain; nobody is hurt.
    used = [(name, iri) for name, iri in sorted(PREFIXES.items()) if f"{name}:" in body]
    lines = [*(['VERSION "1.2"'] * version), *(f"@prefix {name}: <{iri}> ." for name, iri in used)]
    return "\n".join([*lines, "", body]) if lines else body


def _blocks(triples: Iterable[_Triple], indent: str, *, annotated: bool) -> Iterator[str]:
    """A paragraph for each subject."""
    graph: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in sorted(triples):
        graph[subject][predicate].append(value)
    reifiers = _reifiers(graph) if annotated else {}
    beside: defaultdict[_Triple, list[str]] = defaultdict(list)
    for node, (subject, predicate, value) in reifiers.items():
        if subject not in reifiers and subject in graph and value in graph[subject].get(predicate, ()):
            beside[subject, predicate, value].append(node)
    asserted = {node for nodes in beside.values() for node in nodes}
    for subject in graph:
        if subject in asserted:
            continue
        values = {predicate: [_short(v) for v in found] for predicate, found in graph[subject].items()}
        if subject in reifiers:
            triple = " ".join(map(_short, reifiers[subject]))
            values = {_REIFIES: [f"<<( {triple} )>>"], **_rest(values, short=True)}
        for predicate in values:
            values[predicate] = [
                shown + _annotations(beside.get((subject, predicate, value), ()), graph, indent + "    ")
                for shown, value in zip(values[predicate], graph[subject].get(predicate, [""]), strict=False)
            ]
        yield f"{indent}{_short(subject)} {_properties(values, indent)} .\n"


def _reifiers(graph: _Graph) -> dict[str, _Triple]:
    """The statements that say one thing each, with what they say."""
    found = {}
    for node, values in graph.items():
        parts = [values.get(part, ()) for part in _PARTS]
        if _STATEMENT in values.get(_TYPE, ()) and all(len(part) == 1 for part in parts):
            subject, predicate, value = (part[0] for part in parts)
            if subject[0] in "<_" and predicate[0] == "<":
                found[node] = (subject, predicate, value)
    return found


def _rest(values: Mapping[str, Sequence[str]], *, short: bool = False) -> dict[str, list[str]]:
    """What a statement tells beside what it says."""
    statement = _short(_STATEMENT) if short else _STATEMENT
    rest = {p: [v for v in found if (p, v) != (_TYPE, statement)] for p, found in values.items()}
    return {predicate: found for predicate, found in rest.items() if found and predicate not in _PARTS}


def _annotations(nodes: Iterable[str], graph: _Graph, indent: str) -> str:
    written = []
    for node in nodes:
        rest = {p: [_short(v) for v in found] for p, found in _rest(graph[node]).items()}
        block = f" {{|\n{indent}    {_properties(rest, indent + '    ')}\n{indent}|}}" if rest else ""
        written.append(f" ~ {_short(node)}{block}")
    return "".join(written)


def _properties(values: Mapping[str, Sequence[str]], indent: str) -> str:
    """Predicates with their values, a line each; the class comes first, then the label."""
    order = sorted(values, key=lambda p: (p != _TYPE, p != _REIFIES, p != _LABEL, p))
    return f" ;\n{indent}    ".join(
        f"{'a' if p == _TYPE else _short(p)} {f',{chr(10)}{indent}        '.join(values[p])}" for p in order
    )


def _short(term: str) -> str:
    """A term with its IRI, or that of its datatype, as a prefixed name where it surely is one."""
    if not term.startswith("<"):
        return _DATATYPE.sub(lambda found: "^^" + _short(found[1]), term)
    for prefix, iri in PREFIXES.items():
        if term.startswith(iri, 1) and _LOCAL.fullmatch(term, len(iri) + 1, len(term) - 1):
            return f"{prefix}:{term[len(iri) + 1 : -1]}"
    return term
