"""What comes from others enters a graph whole, checked and with its origin; what two graphs differ in is told."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
from pathlib import Path

import pytest
import rdflib
from test_cli import kg
from test_graph import SAMPLE, facts, proofs

from kg import store
from kg.diff import diff
from kg.exchange import take_in
from kg.model import QueryError
from kg.names import AUTO, RES
from kg.restore import statements
from kg.store import open_store, query, read_quads, table, triples
from kg.validate import validate

PREFIXES = (
    "@prefix auto: <https://w3id.org/auto-kg/ontology#> . @prefix res: <https://w3id.org/auto-kg/resource/> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
)
RIVAL = (
    PREFIXES + "res:Aurora auto:competesWith res:Cometa ; foaf:homepage <javascript:alert(1)> .\n"
    'res:Cometa a auto:Automaker ; rdfs:label "Cometa"@it ; foaf:based_near _:a . _:a foaf:near _:b .\n'
)


@pytest.fixture
def graphs(tmp_path: Path) -> Path:
    """The folder of a graph."""
    folder = tmp_path / "graphs"
    folder.mkdir()
    (folder / "kg.ttl").write_text(facts(SAMPLE[:4]), encoding="utf-8")
    (folder / "evidence.ttl").write_text(proofs(SAMPLE[:4]), encoding="utf-8")
    return folder


def file(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def told(folder: Path) -> list[str]:
    return [
        f"{s.claim.subject.label} {s.claim.relation} {s.claim.object.label}"
        for s in statements(triples(open_store([folder])))
        if s.evidence[0].rule == "import/rdf"
    ]


# ------------------------------------------------------------------------- import


def test_a_relation_becomes_a_fact(graphs: Path, tmp_path: Path) -> None:
    """It stands beside the others, is asked, seen and validated with them, and its evidence is its line in the file."""
    printed = kg("import", file(tmp_path, "rivals.ttl", RIVAL), "-o", graphs).stdout
    assert f"wrote {graphs / 'imported-rivals.ttl'}: 6 triples, 1 fact, 2 blank nodes named" in printed
    assert validate(sorted(graphs.glob("*.ttl"))).conforms
    assert told(graphs) == ["Aurora competesWith Cometa"]
    answer = table(query(open_store([graphs]), "SELECT ?o { res:Aurora auto:competesWith/rdfs:label ?o }"))
    assert answer[1:] == [["Cometa"]]
    (fact,) = (s for s in statements(triples(open_store([graphs]))) if s.claim.relation == "competesWith")
    (ground,) = fact.evidence
    canonical = "".join(
        f"{' '.join(filter(None, quad))} .\n" for quad in read_quads([tmp_path / "rivals.ttl"])
    )
    assert canonical[ground.start : ground.end] == ground.quote
    assert ground.quote == f"<{RES}Aurora> <{AUTO}competesWith> <{RES}Cometa> ."
    assert ground.source.title == "rivals.ttl"
    kg("view", graphs, "-o", tmp_path / "page.html")
    assert "Cometa" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_what_is_foreign_is_kept_counted_and_said(graphs: Path, tmp_path: Path) -> None:
    """Properties that the vocabulary does not know stand in the graph as they came, and are listed."""
    printed = kg("import", file(tmp_path, "rivals.ttl", RIVAL), "-o", graphs).stdout
    rows = [line.split() for line in printed.splitlines() if "foaf" in line]
    assert rows == [[f"http://xmlns.com/foaf/0.1/{name}", "1"] for name in ("based_near", "homepage", "near")]
    told_ = kg("export", graphs, "-f", "csv").stderr
    assert "3 triples of other vocabularies tell no fact, and stay out of csv" in told_
    assert kg("export", graphs, "-f", "trig").stderr == ""
    kept = {quad[1] for quad in read_quads([graphs / "imported-rivals.ttl"])}
    assert "<http://xmlns.com/foaf/0.1/near>" in kept


def test_of_much_that_is_foreign_the_most_frequent_is_told(graphs: Path, tmp_path: Path) -> None:
    """Ten are listed, the rest is counted; classes count as well."""
    text = "".join(f"<a:s> <a:p{n:02}> {n} .\n" for n in range(12)) + "<a:s> <a:p05> 99 . <a:s> a <a:Class> ."
    rows = kg("import", file(tmp_path, "much.ttl", text), "-o", graphs).stdout.splitlines()
    assert rows[-1] == "and 3 more"
    assert rows[3].split() == ["a:p05", "2"]
    assert rows[4].split() == ["a:Class", "1"]
    assert kg("import", tmp_path / "much.ttl", "-o", graphs, "-q").stdout == ""


def test_an_address_that_is_a_script_stays_text(graphs: Path, tmp_path: Path) -> None:
    """javascript: is an IRI to RDF, and in no page a link."""
    kg("import", file(tmp_path, "rivals.ttl", RIVAL), "-o", graphs)
    for command in ("view", "report"):
        kg(command, graphs, "-o", tmp_path / "page.html")
        assert "javascript:alert" not in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_the_origin_is_told(graphs: Path, tmp_path: Path) -> None:
    """The name of the file, the hash of its bytes, and the time if one is given."""
    path = file(tmp_path, "rivals.ttl", RIVAL)
    kg("import", path, "-o", graphs, "--at", "2026-11-22T10:30:00Z", "--name", "Concorrenti 2026")
    graph = rdflib.Graph().parse(graphs / "imported-concorrenti_2026.ttl")
    document = rdflib.URIRef(f"{RES}document/imported/concorrenti_2026")
    original = graph.value(document, rdflib.PROV.wasDerivedFrom)
    assert str(original).startswith("ni:///sha-256;")
    assert str(graph.value(original, rdflib.SDO.sha256)) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert str(graph.value(original, rdflib.SDO.name)) == "rivals.ttl"
    assert str(graph.value(document, rdflib.PROV.generatedAtTime)) == "2026-11-22T10:30:00+00:00"


def test_equal_files_give_equal_bytes(graphs: Path, tmp_path: Path) -> None:
    """Whatever blank nodes are called and in whatever order triples come; and to import again changes nothing."""
    kg("import", file(tmp_path, "rivals.ttl", RIVAL), "-o", graphs)
    once = (graphs / "imported-rivals.ttl").read_bytes()
    kg("import", tmp_path / "rivals.ttl", "-o", graphs)
    assert (graphs / "imported-rivals.ttl").read_bytes() == once
    lines = [
        f"{' '.join(filter(None, quad))} .\n".replace("_:c14n", "_:other")
        for quad in read_quads([tmp_path / "rivals.ttl"])
    ]
    (taken,), _ = take_in([file(tmp_path, "rivals.nt", "".join(reversed(lines)))], graphs)
    (again,), _ = take_in([tmp_path / "rivals.ttl"], graphs)

    def content(text: str) -> set[str]:
        return {line for line in text.splitlines() if "sha" not in line and "rivals." not in line}

    assert content(taken.text) == content(again.text)


@pytest.mark.parametrize("ending", [".nt", ".nq", ".trig", ".jsonld", ".rdf", ".owl", ".ttl.gz", ".TTL"])
def test_every_form_of_rdf_is_taken(graphs: Path, tmp_path: Path, ending: str) -> None:
    """A file is read by its name, packed or not."""
    graph = rdflib.Graph().parse(data=RIVAL)
    forms = {
        ".nt": "nt",
        ".nq": "nquads",
        ".trig": "trig",
        ".jsonld": "json-ld",
        ".rdf": "xml",
        ".owl": "xml",
    }
    data = rdflib.Dataset()
    for triple in graph:
        data.add(triple)
    text = (data if ending in {".nq", ".trig"} else graph).serialize(format=forms.get(ending, "turtle"))
    content = gzip.compress(text.encode()) if ending.endswith(".gz") else text.encode()
    kg("import", file(tmp_path, f"rivals{ending}", content), "-o", graphs)
    assert told(graphs) == ["Aurora competesWith Cometa"]


def test_named_graphs_stay_named(graphs: Path, tmp_path: Path) -> None:
    """A data set stays one, in TriG, and takes the place of what was imported by its name before."""
    kg("import", file(tmp_path, "rivals.ttl", RIVAL), "-o", graphs)
    lines = RIVAL.splitlines()
    text = "\n".join([*lines[:2], "<#mine> {", *lines[2:], "}"])
    kg("import", file(tmp_path, "rivals.trig", text), "-o", graphs)
    assert not (graphs / "imported-rivals.ttl").exists()
    assert f"<{RES}imported/rivals/#mine>" in {
        quad[3] for quad in read_quads([graphs / "imported-rivals.trig"])
    }
    assert told(graphs) == ["Aurora competesWith Cometa"]


def test_annotations_of_rdf_12_are_understood(graphs: Path, tmp_path: Path) -> None:
    """A reifier becomes a statement, and a graph exported with annotations comes back as it was."""
    kg("export", graphs, "-f", "turtle12", "-o", tmp_path / "all.ttl")
    (tmp_path / "new").mkdir()
    kg("import", tmp_path / "all.ttl", "-o", tmp_path / "new")
    assert set(statements(triples(open_store([graphs])))) == set(
        statements(triples(open_store([tmp_path / "new"])))
    )


def test_a_folder_is_made(tmp_path: Path) -> None:
    """Where there is no graph yet the import begins one."""
    whole = RIVAL + 'res:Aurora a auto:Automaker ; rdfs:label "Aurora"@it .'
    kg("import", file(tmp_path, "rivals.ttl", whole), "-o", tmp_path / "new")
    assert told(tmp_path / "new") == ["Aurora competesWith Cometa"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("res:Aurora auto:competesWith res:Nessuno .", "must be an auto:Organization"),
        ('res:Aurora rdfs:label "Aurora S.p.A."@it .', "an entity must have exactly one rdfs:label"),
        ("res:Aurora auto:nonsense res:Boreale .", "the ontology has no such property"),
        (
            '[] a auto:Automaker ; rdfs:label "Anonima"@it ; auto:partnerOf res:Aurora , 3 .',
            "must be an auto:Organization",
        ),
        (
            '<https://example.org/C> a auto:Automaker ; rdfs:label "C"@it .',
            "an entity must have an IRI under",
        ),
    ],
)
def test_the_shapes_are_law(graphs: Path, tmp_path: Path, text: str, fault: str) -> None:
    """What would spoil the graph is told, and nothing of it enters."""
    before = sorted(path.name for path in graphs.iterdir())
    result = kg("import", file(tmp_path, "bad.ttl", PREFIXES + text), "-o", graphs, code=1)
    assert fault in result.stdout
    assert "nothing was imported" in result.stderr
    assert sorted(path.name for path in graphs.iterdir()) == before


def test_old_faults_are_not_blamed_on_the_new(graphs: Path, tmp_path: Path) -> None:
    """A graph that did not conform before takes what adds no fault."""
    file(graphs, "old.ttl", PREFIXES + "res:Aurora auto:nonsense res:Boreale .")
    kg("import", file(tmp_path, "rivals.ttl", RIVAL), "-o", graphs)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.ttl", "<a:s> <a:p> .", "a.ttl:1:13: "),
        ("a.ttl", "", "holds no triple"),
        ("a.txt", "text", "not a kind of RDF file known here"),
        ("a.jsonld", '{"@context": "http://127.0.0.1:9/c", "@id": "a:s", "a:p": 1}', "a.jsonld"),
        ("a.jsonld", '{"@context": {"@import": "http://127.0.0.1:9/c"}, "@id": "a:s", "a:p": 1}', "a.jsonld"),
        ("a.rdf", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "it declares XML entities"),
        ("a.rdf", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/d"><x/>', "a.rdf"),
        ("a.ttl", "<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> .", "only rdf:reifies may lead to a plain one"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    graphs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str, fault: str
) -> None:
    """A bad file says what and where; nothing that it names is fetched, and nothing is written."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    result = kg("import", file(tmp_path, name, content), "-o", graphs, code=1)
    assert fault in result.stderr
    assert result.stderr.count("\n") == 1
    assert not list(graphs.glob("imported-*"))


def test_two_files_need_two_names(graphs: Path, tmp_path: Path) -> None:
    """Files that would go by one name are refused, and so is one name for two files."""
    first, second = file(tmp_path, "a.ttl", RIVAL), file(tmp_path, "a.nt", "<a:s> <a:p> 1 .")
    assert "two files would go by this name" in kg("import", first, second, "-o", graphs, code=1).stderr
    assert "--name is for one file" in kg("import", first, second, "--name", "x", "-o", graphs, code=2).stderr


def test_blank_nodes_that_cannot_be_told_apart_are_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few bytes that would keep RDFC-1.0 busy for years end with one line."""
    monkeypatch.setattr(store, "_CANONICAL_SECONDS", 1)
    nodes = range(12)
    poison = "".join(f"_:n{a} <a:p> _:n{b} .\n" for a in nodes for b in nodes if a != b)
    with pytest.raises(QueryError, match="blank nodes cannot be told apart"):
        read_quads([file(tmp_path, "poison.nt", poison)])


# ------------------------------------------------------------------------- diff


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A graph, and one without its first statement but with another."""
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, sample in ((before, SAMPLE[1:]), (after, [SAMPLE[0], *SAMPLE[2:]])):
        folder.mkdir()
        (folder / "kg.ttl").write_text(facts(sample), encoding="utf-8")
        (folder / "evidence.ttl").write_text(proofs(sample), encoding="utf-8")
    return before, after


def test_facts_gained_and_lost_are_told_in_words(two: tuple[Path, Path]) -> None:
    """A line each, the count of both, and an exit code that says that they differ."""
    lines = kg("diff", *two, code=1).stdout.splitlines()
    assert lines[:2] == [
        "- Aurora plans DataCenter in Europa | by 2025-H1 | Planned",
        "+ Aurora partnerOf Boreale | since 2023-07 | Asserted",
    ] or lines[:2] == [
        "+ Aurora partnerOf Boreale | since 2023-07 | Asserted",
        "- Aurora plans DataCenter in Europa | by 2025-H1 | Planned",
    ]
    assert lines[2].startswith("1 fact gained, 1 lost; ")
    assert len(kg("diff", *two, "--triples", code=1).stdout.splitlines()) > 20


def test_the_same_graph_does_not_differ(tmp_path: Path) -> None:
    """Neither form, nor order, nor names of blank nodes are a difference."""
    first = file(tmp_path, "a.ttl", "_:a <a:p> _:b . _:b <a:q> 1 , 'x'@it .")
    second = file(tmp_path, "b.nt", '_:y <a:q> "x"@it .\n_:x <a:p> _:y .\n_:y <a:q> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')  # fmt: skip
    assert not diff([first], [second])
    assert kg("diff", first, second).stdout == "0 facts gained, 0 lost; 0 triples gained, 0 lost\n"
    assert kg("diff", first, second, "-f", "json").stdout == ""


def test_relative_names_mean_the_same_everywhere(tmp_path: Path) -> None:
    """A file that has moved has not changed."""
    (tmp_path / "deep").mkdir()
    text = "<#me> <a:p> <other> ."
    assert not diff([file(tmp_path, "a.ttl", text)], [file(tmp_path / "deep", "b.ttl", text)])


def test_triples_are_told_where_no_fact_differs(tmp_path: Path) -> None:
    """Other people's RDF has no facts, and differs by its triples."""
    first, second = file(tmp_path, "a.ttl", "<a:s> <a:p> 1 ."), file(tmp_path, "b.ttl", "<a:s> <a:p> 01 .")
    lines = kg("diff", first, second, code=1).stdout.splitlines()
    assert lines[:2] == [
        '+ <a:s> <a:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        '- <a:s> <a:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    ]


def test_parts_of_a_graph_can_be_compared(two: tuple[Path, Path]) -> None:
    """Evidence without the things that it speaks of differs by its triples."""
    before, after = (folder / "evidence.ttl" for folder in two)
    lines = kg("diff", before, after, code=1).stdout.splitlines()
    assert lines[-1].startswith("0 facts gained, 0 lost; ")
    assert all(line.startswith(("+ <", "- <")) for line in lines[:-1])
    assert kg("diff", before, after, "-q", code=1).stdout.splitlines() == lines[:-1]


def test_a_difference_in_json(two: tuple[Path, Path]) -> None:
    """Facts as kg extract prints them, triples as lines."""
    answer = json.loads(kg("diff", *two, "-f", "json", code=1).stdout)
    assert [fact["p"] for fact in answer["facts"]["gained"]] == ["partnerOf"]
    assert answer["facts"]["lost"][0]["quote"] == "vuole"
    difference = diff(*([path] for path in two))
    assert len(answer["triples"]["gained"]) == len(difference.gained)


def test_a_patch_makes_one_of_the_other(two: tuple[Path, Path]) -> None:
    """rdflib applies RDF Patch to the first graph, and has the second."""
    graph, wanted = rdflib.Dataset(), rdflib.Dataset()
    for folder, data in zip(two, (graph, wanted), strict=True):
        for path in folder.iterdir():
            data.parse(path)
    graph.parse(data=kg("diff", *two, "-f", "patch", code=1).stdout, format="patch")
    assert set(graph.quads()) == set(wanted.quads())


def test_a_difference_in_rdf(two: tuple[Path, Path], tmp_path: Path) -> None:
    """Two named graphs of TriG, whose blank nodes are not each other's."""
    difference = diff(*([path] for path in two))
    data = rdflib.Dataset()
    data.parse(data=kg("diff", *two, "-f", "trig", code=1).stdout, format="trig")
    assert len(data.graph(rdflib.URIRef(f"{RES}diff/gained"))) == len(difference.gained)
    assert len(data.graph(rdflib.URIRef(f"{RES}diff/lost"))) == len(difference.lost)
    first, second = file(tmp_path, "a.ttl", "_:a <a:p> 1 ."), file(tmp_path, "b.ttl", "_:a <a:p> 2 .")
    text = kg("diff", first, second, "-f", "trig", code=1).stdout
    assert "_:ac14n0" in text
    assert "_:bc14n0" in text
