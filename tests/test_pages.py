"""The pages in a browser: they show what is known, ask no other machine, and run nothing that a text says."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browser import chromium
from serving import ROOT, serving

from kg.graph import evidence_graph, facts_graph, to_turtle
from kg.model import Claim, Entity, Evidence, Factuality, Source, Statement
from kg.statements import stands

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytest.importorskip("starlette", reason="NOT TESTED: the extra serve is not installed")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform == "win32", reason="NOT TESTED: there is no fork"),
]

#: What a text could hold in the hope that a page runs it; each would set ``window.pwned`` or call elsewhere.
ATTACKS = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    '<img src=x onerror="window.pwned=1">',
    '"><svg onload=window.pwned=1>',
    "' onmouseover='window.pwned=1' autofocus onfocus='window.pwned=1",
    "javascript:window.pwned=1",
    "{{ ''.__class__.__mro__ }}{% include '/etc/passwd' %}${window.pwned=1}",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    '<a href="javascript:window.pwned=1">href</a>',
    "data:text/html,<script>window.pwned=1</script>",
    "</style><base href=//evil.example/><link rel=stylesheet href=//evil.example/x>\u2028*/window.pwned=1//",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;<!--<math><mi//xlink:href='data:x,<script>window.pwned=1</script>'>",
)


def attack(number: int, text: str) -> Statement:
    """A statement that says it in every place where a text can say something."""
    source = Source(
        f"d{number}{text}",
        text,
        text,
        date(2024, 1, 1 + number),
        text if number % 2 else f"https://a.example/{text}",
    )
    evidence = Evidence(
        source,
        f"r{number}{text}",
        5,
        5 + len(text),
        text,
        "Ecco ",
        text,
        Factuality.ASSERTED,
        f"by {text}",
        (text,),
    )
    subject = Entity(f"A{number}{text}", text, "Company", (text + text,), text, text)
    other = Entity("B", "B & C", "Place")
    return Statement(Claim(subject, "basedIn", other, (("by", text), ("title", text))), (evidence,))


SAMPLE = [attack(number, text) for number, text in enumerate(ATTACKS)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as program:
        yield program


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that remembers what it asked for and what it complained of."""
    opened = browser.new_page()
    opened.set_default_timeout(15_000)
    opened.asked, opened.faults = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("dialog", lambda dialog: opened.faults.append(dialog.message) or dialog.dismiss())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of a graph that is all attacks."""
    room: Path = tmp_path_factory.mktemp("attacks")
    (room / "graphs").mkdir()
    (room / "graphs" / "kg.ttl").write_text(to_turtle(facts_graph(SAMPLE, stands)), encoding="utf-8")
    (room / "graphs" / "evidence.ttl").write_text(to_turtle(evidence_graph(SAMPLE)), encoding="utf-8")
    with serving(cwd=room) as address:
        yield address


def untouched(page: Page, server: str) -> None:
    """Nothing was run, nothing was asked of others, and no link would run anything."""
    assert page.faults == []
    assert [url for url in page.asked if not url.startswith((f"{server}/", "data:", "blob:", "about:"))] == []
    assert [frame.url for frame in page.frames if frame.evaluate("window.pwned")] == []
    assert page.evaluate("document.cookie") == ""
    assert (
        page.locator("a[href]:not([href^='/']):not([href^='#']):not([href^='?']):not([href^='http'])").count()
        == 0
    )


# ------------------------------------------------------------------------- what they show


def test_the_start_page_leads_everywhere(page: Page, server: str) -> None:
    """From what is in the graph to things, documents and rules, without an error on the way."""
    page.goto(f"{server}/")
    assert "facts" in page.locator(".figures").inner_text()
    page.locator("input[type=search]").fill("volksw")
    page.locator("input[type=search]").press("Enter")
    page.get_by_role("link", name="Volkswagen", exact=True).click()
    assert page.locator("h1").inner_text() == "Volkswagen"
    page.locator("details summary").first.click()
    page.locator("blockquote footer a").first.click()
    assert page.locator("mark").count() > 10
    page.locator("section[aria-label=Facts] a[href*='/rule/']").first.click()
    assert page.locator("h1").inner_text().startswith("Rule ")
    untouched(page, server)


def test_a_document_shows_its_evidence(page: Page, server: str) -> None:
    """Its text stands there to the letter, with every piece of evidence marked and led to."""
    page.goto(f"{server}/resource/document/xpeng-europa")
    text = (ROOT / "source_texts" / "xpeng-europa.txt").read_text(encoding="utf-8")
    shown = page.evaluate(
        "(p => { p = p.cloneNode(true); p.querySelectorAll('sup').forEach(s => s.remove()); return p.textContent })(document.querySelector('.verbatim'))"
    )
    assert shown == text
    facts = page.locator("section[aria-label=Facts] li").count()
    assert page.locator(".verbatim sup a").count() == facts > 10
    assert page.locator(".mention", has_text="Xpeng").count() > 3
    assert "casa" in page.locator(".mention[title=Volkswagen]").all_inner_texts()  # "la casa tedesca"


def test_exploring_expands(page: Page, server: str) -> None:
    """The viewer around a thing, and around what it leads to, as one goes on."""
    page.goto(f"{server}/explore?of=Volkswagen")
    page.frame_locator("iframe").locator("canvas").wait_for()
    few = page.locator("main .note").first.inner_text()
    page.locator(".expand a", has_text="Xpeng").click()
    page.frame_locator("iframe").locator("canvas").wait_for()
    assert page.locator("main .note").first.inner_text() != few
    assert "of=Volkswagen" in page.url
    assert "of=Xpeng" in page.url
    untouched(page, server)


def test_the_editor_asks_this_server(page: Page, server: str) -> None:
    """It opens with the usual prefixes, answers, and takes a query from the page of an answer."""
    page.goto(f"{server}/sparql")
    page.locator(".yasqe_queryButton").first.click()
    page.locator(".yasr table").first.wait_for()
    assert "auto:partnerOf" in page.locator(".yasr").first.inner_text()
    page.goto(f"{server}/query?format=html&query={quote('SELECT (41 + 1 AS ?x) {}')}")
    assert page.locator("td").inner_text() == "42"
    page.get_by_role("link", name="edit it").click()
    page.locator(".yasqe_queryButton >> visible=true").first.click()
    page.locator(".yasr >> visible=true").get_by_text("42").first.wait_for()
    untouched(page, server)


# ---------------------------------------------------------------------------- attacks


def test_texts_stay_texts(page: Page, hostile: str) -> None:
    """On every page that a graph of attacks leads to they are read as they are written."""
    page.goto(f"{hostile}/")
    text = page.locator("main").text_content() or ""
    assert all(" ".join(each.split()) in " ".join(text.split()) for each in ATTACKS)
    untouched(page, hostile)
    links = page.evaluate("[...document.querySelectorAll('main a[href^=\"/resource/\"]')].map(a => a.href)")
    links += [f"{hostile}/resource/rule/{quote(f'r{number}{each}')}" for number, each in enumerate(ATTACKS)]
    for link in sorted(set(links)):
        page.goto(link)
        assert page.locator("h1").count() == 1, link
        untouched(page, hostile)


def test_an_attack_in_the_viewer(page: Page, hostile: str) -> None:
    """It is drawn, in a frame that is fenced off."""
    page.goto(f"{hostile}/explore")
    page.frame_locator("iframe").locator("canvas").wait_for()
    untouched(page, hostile)


def test_attacks_in_what_is_asked(page: Page, hostile: str) -> None:
    """What stands in an address is no more than text."""
    paths = ("/find?q=", "/query?format=html&query=", "/explore?of=", "/resource/", "/text/", "/viewer?of=")
    for number, each in enumerate(ATTACKS):
        for path in (paths[number % 6], paths[(number + 1) % 6]):
            page.goto(f"{hostile}{path}{quote(each)}")
            untouched(page, hostile)
    page.goto("about:blank")
    page.goto(
        f"{hostile}/sparql#query={quote(' '.join(ATTACKS).replace(chr(0x2028), ' '))}"
    )  # no line for its tokenizer
    page.locator(".yasqe_queryButton >> visible=true").first.wait_for()
    untouched(page, hostile)


def test_attacks_in_answers(page: Page, hostile: str) -> None:
    """In tables of this server and in the editor's: literals, IRIs of strange schemes, datatypes and languages."""
    values = " ".join(
        '"' + each.replace("\\", "\\\\").replace('"', '\\"').replace("\u2028", "") + '"' for each in ATTACKS
    )
    query = f"SELECT ?x (STRDT(?x, IRI('javascript:window.pwned=1')) AS ?typed) (IRI('javascript:window.pwned=1') AS ?iri) (IRI('data:text/html,x') AS ?data) (STRLANG(?x, 'it') AS ?it) {{ VALUES ?x {{ {values} }} }}"
    page.goto(f"{hostile}/query?format=html&query={quote(query)}")
    assert page.locator("tbody tr").count() == len(ATTACKS)
    untouched(page, hostile)
    page.goto(f"{hostile}/sparql#query={quote(query)}")
    page.locator(".yasqe_queryButton >> visible=true").first.click()
    page.locator(".yasr table >> visible=true").first.wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    for link in page.locator(".yasr a[href^='javascript:']").all():
        link.click(force=True)  # the policy of the page lets no such link run
    assert page.evaluate("window.pwned") is None
    assert [
        url for url in page.asked if not url.startswith((f"{hostile}/", "data:", "blob:", "about:"))
    ] == []
