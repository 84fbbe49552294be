"""The SPARQL 1.1 Protocol as the W3C tests it, and the ways in which clients bend it."""

from __future__ import annotations

import pytest

from kg.protocol import GRAPHS, ROWS, RefusedError, choose, format_name, media_type, parse_graph, parse_query
from kg.sparql import Dataset

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ASK = "query=ASK%20%7B%7D"
A, B, C = "http://example.org/a", "http://example.org/b", "http://example.org/c"

#: Name (of the W3C's case, where it has one), method, parameters, content type, body; the question, or the status.
CASES = [
    ("query_get", "GET", ASK, "", b"", ("ASK {}", None, "")),
    ("query_post_form", "POST", "", FORM, ASK.encode(), ("ASK {}", None, "")),
    ("query_post_direct", "POST", "", DIRECT, b"ASK {}", ("ASK {}", None, "")),
    ("with a charset", "POST", "", f"{DIRECT}; charset=UTF-8", "ASK {'è'}".encode(), ("ASK {'è'}", None, "")),
    ("in capitals", "POST", "", FORM.upper(), ASK.encode(), ("ASK {}", None, "")),
    ("query_dataset_default_graph", "POST", f"default-graph-uri={A}", DIRECT, b"ASK {}", ("ASK {}", Dataset((A,)), "")),
    ("query_dataset_default_graphs_get", "GET", f"{ASK}&default-graph-uri={A}&default-graph-uri={B}", "", b"", ("ASK {}", Dataset((A, B)), "")),
    ("query_dataset_default_graphs_post", "POST", "", FORM, f"{ASK}&default-graph-uri={A}&default-graph-uri={B}".encode(), ("ASK {}", Dataset((A, B)), "")),
    ("query_dataset_named_graphs_get", "GET", f"{ASK}&named-graph-uri={A}&named-graph-uri={B}", "", b"", ("ASK {}", Dataset((), (A, B)), "")),
    ("query_dataset_named_graphs_post", "POST", f"named-graph-uri={A}&named-graph-uri={B}", DIRECT, b"ASK {}", ("ASK {}", Dataset((), (A, B)), "")),
    ("query_dataset_full", "GET", f"{ASK}&default-graph-uri={A}&named-graph-uri={B}&named-graph-uri={C}", "", b"", ("ASK {}", Dataset((A,), (B, C)), "")),
    ("format= by name", "GET", f"{ASK}&format=xml", "", b"", ("ASK {}", None, "xml")),
    ("format= by media type", "GET", f"{ASK}&format=application/sparql-results+json", "", b"", ("ASK {}", None, "json")),
    ("unknown parameters", "GET", f"{ASK}&output=json&results=json&timeout=1", "", b"", ("ASK {}", None, "")),
    ("plus is a blank", "GET", "query=ASK+%7B%7D", "", b"", ("ASK {}", None, "")),
    ("nothing asked", "GET", "", "", b"", None),
    ("nothing asked, something said", "GET", "format=turtle", "", b"", None),
    ("bad_multiple_queries", "GET", f"{ASK}&{ASK}", "", b"", 400),
    ("two queries in two places", "POST", ASK, DIRECT, b"ASK {}", 400),
    ("bad_query_wrong_media_type", "POST", "", "text/plain", b"ASK {}", 415),
    ("bad_query_missing_form_type", "POST", "", "", ASK.encode(), 415),
    ("bad_query_missing_direct_type", "POST", "", "", b"ASK {}", 415),
    ("bad_query_non_utf8", "POST", "", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
    ("bytes that are no UTF-8", "POST", "", DIRECT, b"ASK { '\xff' }", 400),
    ("escapes that are no UTF-8", "GET", "query=%ff", "", b"", 400),
    ("a form of those", "POST", "", FORM, b"query=%ff", 400),
    ("a POST of nothing", "POST", "", FORM, b"", 400),
    ("bad_update_get", "GET", "update=CLEAR%20ALL", "", b"", 400),
    ("update_post_form", "POST", "", FORM, b"update=CLEAR+ALL", 400),
    ("update_post_direct", "POST", "", "application/sparql-update", b"CLEAR ALL", 403),
    ("an update beside a query", "GET", f"{ASK}&update=CLEAR%20ALL", "", b"", 400),
    ("too many parameters", "GET", "&".join(f"a{n}=b" for n in range(2000)), "", b"", 400),
]  # fmt: skip


@pytest.mark.parametrize(("method", "parameters", "kind", "body", "result"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])  # fmt: skip
def test_what_is_asked(method: str, parameters: str, kind: str, body: bytes, result: object) -> None:
    """A request is the question that the protocol makes of it, or refused with the right status."""
    if isinstance(result, int):
        with pytest.raises(RefusedError) as refused:
            parse_query(method, parameters, kind, body)
        assert refused.value.status == result
        assert str(refused.value).isprintable()
    else:
        asked = parse_query(method, parameters, kind, body)
        assert (asked and (asked.query, asked.dataset, asked.wanted)) == result


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted", "rows", "graph"),
    [
        ("", "", "json", "turtle"),
        ("*/*", "", "json", "turtle"),
        (BROWSER, "", "html", "html"),
        ("application/sparql-results+xml", "", "xml", 406),
        ("text/turtle", "", 406, "turtle"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.9", "", "tsv", 406),
        ("text/*;q=0.3, text/csv", "", "csv", "turtle"),
        ("application/json", "", "json", "jsonld"),
        ("application/rdf+xml, */*;q=0", "", 406, "rdfxml"),
        ("*/*;q=0.1, application/sparql-results+json;q=0", "", "xml", "turtle"),
        ("TEXT/CSV ; Q=1.0", "", "csv", 406),
        ("image/png", "", 406, 406),
        ("text/csv;q=nonsense", "", 406, 406),
        ("image/png", "csv", "csv", 406),
        ("text/csv, text/turtle", "xml", "xml", "turtle"),
        ("text/csv, text/turtle", "jsonld", "csv", "jsonld"),
        (",,;;q=,", "", 406, 406),
    ],
)
def test_the_form_of_the_answer(accept: str, wanted: str, rows: str | int, graph: str | int) -> None:
    """``format=`` where it fits, else what Accept likes best and the closest range says; else 406."""
    for formats, expected in ((ROWS, rows), (GRAPHS, graph)):
        if expected == 406:
            with pytest.raises(RefusedError, match="accept one of them"):
                choose(accept, wanted, formats)
        else:
            assert choose(accept, wanted, formats) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("JSON", "json"), ("json-ld", "jsonld"), ("n3", "turtle"), ("rdf+xml", "rdfxml"), ("rdf xml", "rdfxml"),
        ("application/rdf xml", "rdfxml"), ("text/csv", "csv"), ("nt", "ntriples"), ("pdf", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_format_by_its_names(text: str, name: str) -> None:
    """As clients spell it."""
    assert format_name(text) == name


def test_texts_tell_their_encoding() -> None:
    """What a text type leaves open is told."""
    assert media_type("csv", ROWS) == "text/csv; charset=utf-8"
    assert media_type("json", ROWS) == "application/sparql-results+json"


@pytest.mark.parametrize(
    ("parameters", "graph"),
    [
        ("default", None),
        ("default=", None),
        (f"graph={A}", A),
        ("graph=urn:a%20b", "urn:a b"),
        ("", 400),
        ("graph=relative", 400),
        ("graph=", 400),
        (f"default&graph={A}", 400),
        (f"graph={A}&graph={B}", 400),
    ],
)
def test_which_graph_is_meant(parameters: str, graph: str | int | None) -> None:
    """The graph store is asked for one graph at a time."""
    if graph == 400:
        with pytest.raises(RefusedError):
            parse_graph(parameters)
    else:
        assert parse_graph(parameters) == graph
