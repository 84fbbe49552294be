"""The page as a reader has it: in a browser, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import chromium
from view_sample import ATTACK, SAMPLE

from kg.model import Statement
from kg.view import to_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

START = "What the texts say"
VISIBLE = "kgViewer.visible()"
PANEL = "#panel"


@dataclass
class Opened:
    """A page that was opened from a file, and what it did meanwhile."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def ask(self, script: str) -> Any:
        """The value of an expression in the page."""
        return self.page.evaluate(script)

    def relations(self) -> list[str]:
        """The relations of the edges in sight."""
        shown = "kgViewer.data.edges.filter((edge) => kgViewer.visible().edges.includes(edge.id))"
        return sorted(self.ask(f"{shown}.map((edge) => edge.relation)"))

    def spot(self, point: str) -> tuple[float, float]:
        """Where on the screen a point of the drawing lies; it must not be clicked while the view glides."""
        self.page.wait_for_timeout(500)
        self.page.evaluate(f"window.spot = kgViewer.network.canvasToDOM({point})")
        box = self.page.locator("#graph").bounding_box()
        assert box is not None
        return box["x"] + self.ask("spot.x"), box["y"] + self.ask("spot.y")

    def node(self, name: str) -> tuple[float, float]:
        """Where a node stands on the screen."""
        return self.spot(f"kgViewer.positions()['{name}']")

    def edge(self, relation: str) -> tuple[float, float]:
        """A point of the line of the edge that bears this relation."""
        found = f"kgViewer.data.edges.find((edge) => edge.relation === '{relation}').id"
        return self.spot(f"kgViewer.network.body.edges[{found}].edgeType.getPoint(0.5)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as opened:
        yield opened


def _open(browser: Browser, folder: Path, statements: tuple[Statement, ...], fragment: str = "") -> Opened:
    file = folder / "kg.html"
    file.write_text(to_html(statements, title="Prova"), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, offline=True, reduced_motion="reduce", accept_downloads=True
    )
    opened = Opened(context.new_page(), file.as_uri())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.page.on("console", lambda message: opened.faults.append(message.text))
    opened.page.goto(opened.address + fragment)
    return opened


@pytest.fixture
def viewer(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """The sample, opened; whatever a test does, the page reports no error and asks nothing of a network."""
    opened = _open(browser, tmp_path, SAMPLE)
    yield opened
    assert opened.faults == []
    assert [url for url in opened.requests if not url.startswith((opened.address, "data:", "blob:"))] == []
    opened.page.context.close()


def test_it_opens_with_everything_in_sight(viewer: Opened) -> None:
    """All facts are drawn, and counted in the header."""
    assert len(viewer.ask(VISIBLE)["edges"]) == len(SAMPLE)
    assert viewer.page.inner_text("#counts") == "8 nodes · 9 facts · 2 documents"
    assert viewer.page.title() == "Prova"


def test_it_stands_still(viewer: Opened) -> None:
    """A second later every node is where it was."""
    before = viewer.ask("kgViewer.positions()")
    viewer.page.wait_for_timeout(1000)
    assert viewer.ask("kgViewer.positions()") == before


def test_search_jumps_to_a_name_or_another_name(viewer: Opened) -> None:
    """Slash focuses the search, which knows aliases and no accents; Enter goes there."""
    viewer.page.keyboard.press("/")
    viewer.page.keyboard.type("repubblìca pop")
    assert "Cina" in viewer.page.inner_text("#found")
    viewer.page.keyboard.press("Enter")
    assert viewer.page.inner_text(f"{PANEL} h2") == "Cina"
    assert viewer.page.url.endswith("#node=Cina")


def test_search_is_led_by_the_arrows(viewer: Opened) -> None:
    """The arrow keys choose among what was found; Escape leaves the search empty."""
    viewer.page.keyboard.press("/")
    viewer.page.keyboard.type("a")
    found = viewer.page.locator("#found li").all_inner_texts()
    viewer.page.keyboard.press("ArrowDown")
    assert viewer.page.locator("#found li[aria-selected=true]").inner_text() == found[1]
    viewer.page.keyboard.press("Escape")
    assert viewer.page.input_value("#search") == ""


def test_a_click_on_a_node_shows_its_facts(viewer: Opened) -> None:
    """All facts in and out, each with its words marked in their sentence."""
    viewer.page.mouse.click(*viewer.node("Xpeng"))
    assert viewer.page.inner_text(f"{PANEL} h2") == "Xpeng"
    assert viewer.page.locator(f"{PANEL} .fact").count() == 6
    assert "margine lordo sale al 14%" in viewer.page.locator(f"{PANEL} mark").all_inner_texts()
    text = viewer.page.inner_text(PANEL)
    for shown in (
        "also XPeng Motors",
        "According to He Xiaopeng",
        "Planned",
        "share 5",
        "prova/regola",
        "Motori di prova",
    ):
        assert shown in text
    links = viewer.page.eval_on_selector_all(f"{PANEL} a", "all => all.map((a) => a.getAttribute('href'))")
    assert "http://dbpedia.org/resource/XPeng" in links
    assert "https://example.org/a" in links


def test_a_click_on_an_edge_shows_its_evidence(viewer: Opened) -> None:
    """One fact, with every sentence that says it; of parallel edges, the one that was clicked."""
    viewer.page.mouse.click(*viewer.edge("partnerOf"))
    assert viewer.page.inner_text(f"{PANEL} h2") == "Volkswagen partner of Xpeng"
    quotes = viewer.page.locator(f"{PANEL} blockquote").all_inner_texts()
    assert quotes == [
        "Il Gruppo Volkswagen, partner di Xpeng, resta in Cina.",
        "Volkswagen firma un accordo con Xpeng.",
    ]
    viewer.page.mouse.click(*viewer.edge("competesWith"))
    assert viewer.page.inner_text(f"{PANEL} h2") == "Xpeng competes with Volkswagen"


def test_the_other_end_is_a_step_away(viewer: Opened) -> None:
    """Names in the panel lead on, and the browser's back button leads back."""
    viewer.ask("kgViewer.select('Xpeng')")
    viewer.page.locator(f"{PANEL} a", has_text="Cina").click()
    assert viewer.page.inner_text(f"{PANEL} h2") == "Cina"
    viewer.page.go_back()
    viewer.page.wait_for_selector(f"{PANEL} h2:text-is('Xpeng')")


def test_a_double_click_shows_the_neighbourhood(viewer: Opened) -> None:
    """Only what is next to a node stays, until Escape."""
    viewer.page.mouse.dblclick(*viewer.node("Xpeng"))
    figure = "figure:Xpeng/gross margin 14 % · 2024-Q2"
    assert viewer.ask(VISIBLE)["nodes"] == ["Cina", "DataCenter-Europa", "Volkswagen", "Xpeng", figure]
    viewer.page.keyboard.press("Escape")
    assert len(viewer.ask(VISIBLE)["nodes"]) == 8
    viewer.page.keyboard.press("Escape")
    assert viewer.page.inner_text(f"{PANEL} h2") == START


def test_a_node_stays_where_it_is_put(viewer: Opened) -> None:
    """A node that was dragged away is not put back by what comes after."""
    x, y = viewer.node("Stellantis")
    viewer.page.mouse.move(x, y)
    viewer.page.mouse.down()
    viewer.page.mouse.move(x + 60, y + 40, steps=4)
    viewer.page.mouse.up()
    put = viewer.ask("kgViewer.positions().Stellantis")
    viewer.ask("kgViewer.select('Cina')")
    assert viewer.ask("kgViewer.positions().Stellantis") == put
    assert viewer.node("Stellantis") == pytest.approx((x + 60, y + 40), abs=3)


@pytest.mark.parametrize(
    ("kind", "label", "gone"),
    [
        ("factuality", "Denied", ["ceoOf"]),
        ("relation", "based in", ["basedIn", "basedIn"]),
        ("cls", "Place", ["basedIn", "basedIn"]),
        ("document", "Due case, un accordo", ["ceoOf", "formerExecutiveOf", "ownsStakeIn"]),
    ],
)
def test_filters_hide(viewer: Opened, kind: str, label: str, gone: list[str]) -> None:
    """What is unchecked is not drawn; a fact stays while one of its documents does."""
    everything = viewer.relations()
    group = viewer.page.locator(f"[data-filter={kind}]")
    group.evaluate("details => { details.open = true }")
    box = group.locator("label", has_text=label).locator("input")
    box.uncheck()
    assert sorted(viewer.relations() + gone) == everything
    box.check()
    assert viewer.relations() == everything


def test_only_keeps_one_entry(viewer: Opened) -> None:
    """One click leaves a single relation; All brings the rest back."""
    group = viewer.page.locator("[data-filter=relation]")
    row = group.locator(".row", has_text="ceo of")
    row.hover()
    row.locator(".only").click()
    assert viewer.relations() == ["ceoOf"]
    assert viewer.ask(VISIBLE)["nodes"] == ["Carlos_Tavares", "Stellantis"]
    group.get_by_text("All", exact=True).click()
    assert len(viewer.relations()) == len(SAMPLE)


def test_the_table_holds_the_same(viewer: Opened) -> None:
    """Without the canvas, the same facts and nodes, under the same filters."""
    viewer.page.click("#show-table")
    rows = viewer.page.locator("#table tbody tr")
    assert rows.count() == 9 + 8
    assert "Gruppo Volkswagen, partner di Xpeng" in viewer.page.inner_text("#table")
    viewer.page.locator("[data-filter=factuality] label", has_text="Denied").click()
    assert rows.count() == 8 + 8
    viewer.page.locator("#table a", has_text="Stellantis").first.click()
    assert viewer.page.inner_text(f"{PANEL} h2") == "Stellantis"


def test_the_picture_can_be_saved(viewer: Opened) -> None:
    """The PNG button gives a picture, named after the page."""
    with viewer.page.expect_download() as download:
        viewer.page.click("#png")
    assert download.value.suggested_filename == "Prova.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_light_and_dark(viewer: Opened) -> None:
    """The button turns the page over, drawing and all."""
    font = "kgViewer.network.body.nodes.Xpeng.labelModule.fontOptions.color"
    drawn = f"getComputedStyle(document.body).backgroundColor + {font}"
    light = viewer.ask(drawn)
    viewer.page.click("#theme")
    assert viewer.ask(drawn) != light
    viewer.page.click("#theme")
    assert viewer.ask(drawn) == light


@pytest.mark.parametrize(
    ("fragment", "heading"),
    [
        ("#node=Xpeng", "Xpeng"),
        ("#ego=Cina", "Cina"),
        ("#node=Nessuno", START),
        ("#node=%", START),
    ],
)
def test_links_lead_into_the_page(browser: Browser, tmp_path: Path, fragment: str, heading: str) -> None:
    """A link with a name opens the page there; one that leads nowhere opens it as it is."""
    opened = _open(browser, tmp_path, SAMPLE, fragment)
    assert opened.page.inner_text(f"{PANEL} h2") == heading
    assert opened.faults == []
    opened.page.context.close()


def test_texts_stay_text(browser: Browser, tmp_path: Path) -> None:
    """Markup, scripts and script addresses in names, quotes and titles are shown and do nothing."""
    opened = _open(browser, tmp_path, ATTACK)
    page = opened.page
    page.click("#show-table")
    page.click("#show-graph")
    for select in ("kgViewer.data.nodes[0].id", "kgViewer.data.nodes[1].id", "kgViewer.data.edges[0].id"):
        opened.ask(f"kgViewer.select({select})")
        assert "onerror" in page.inner_text(PANEL)
    page.keyboard.press("/")
    page.keyboard.type("onerror")
    page.mouse.move(*opened.spot("kgViewer.positions()[kgViewer.data.nodes[0].id]"))
    page.wait_for_timeout(500)
    assert opened.ask("typeof window.pwned") == "undefined"
    assert page.locator("body img, iframe, object, embed").count() == 0
    schemes = page.eval_on_selector_all(
        "a[href]", "all => all.map((a) => a.getAttribute('href').split(/[:=]/)[0])"
    )
    assert set(schemes) <= {"#node", "#ego", "#fact", "http", "https"}
    assert opened.faults == []
    assert opened.requests == [opened.address]
    page.context.close()


def test_an_empty_graph_opens(browser: Browser, tmp_path: Path) -> None:
    """Nothing to draw is no error."""
    opened = _open(browser, tmp_path, ())
    assert opened.page.inner_text("#counts") == "0 nodes · 0 facts · 0 documents"
    assert opened.faults == []
    opened.page.context.close()
