"""The page as a reader has it: in a browser, without a network."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import chromium
from view_sample import (
    ATTACK,
    ATTACKS,
    CHINA,
    GERMANY,
    SAMPLE,
    STELLANTIS,
    TAVARES,
    VOLKSWAGEN,
    XPENG,
    fact,
    said,
    star,
)

from kg.knowledge import Knowledge
from kg.model import Entity, Statement
from kg.view import to_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

START = "What the texts say"
PANEL = "#panel"
MARGIN = "figure:Xpeng/gross margin 14 % · 2024-Q2"


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

    def things(self) -> list[str]:
        """The ids of the things in sight."""
        return self.ask("kgViewer.visible().things")

    def relations(self) -> list[str]:
        """The relations of the facts in sight."""
        return sorted(each.split("|")[1] for each in self.ask("kgViewer.visible().facts"))

    def heading(self) -> str:
        """What the side panel is about."""
        return self.page.inner_text(f"{PANEL} h2")

    def spot(self, point: str) -> tuple[float, float]:
        """Where on the screen a point of the drawing lies."""
        self.page.evaluate(f"window.spot = kgViewer.network.canvasToDOM({point})")
        box = self.page.locator("#graph").bounding_box()
        assert box is not None
        return box["x"] + self.ask("spot.x"), box["y"] + self.ask("spot.y")

    def node(self, name: str) -> tuple[float, float]:
        """Where a thing stands on the screen."""
        return self.spot(f"kgViewer.positions()['{name}']")

    def edge(self, relation: str) -> tuple[float, float]:
        """A point of the line of the fact with this relation."""
        found = f"kgViewer.facts.find((fact) => fact.relation === '{relation}')"
        return self.spot(f"kgViewer.middle(kgViewer.factId({found}))")

    def rest(self) -> None:
        """Wait out the time in which a second click makes a double one."""
        self.page.wait_for_timeout(350)

    def open_group(self, kind: str) -> Any:
        """The filters of a kind, unfolded."""
        group = self.page.locator(f"[data-filter={kind}]")
        group.evaluate("details => { details.open = true }")
        return group


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with chromium() as opened:
        yield opened


def _open(
    browser: Browser,
    folder: Path,
    statements: tuple[Statement, ...],
    fragment: str = "",
    *,
    of: tuple[int, int] | None = None,
    size: tuple[int, int] = (1400, 900),
) -> Opened:
    file = folder / "kg.html"
    file.write_text(to_html(statements, title="Prova", of=of), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        offline=True,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    opened = Opened(context.new_page(), file.as_uri())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.page.on("console", lambda message: opened.faults.append(message.text))
    opened.page.goto(opened.address + fragment)
    return opened


def _close(opened: Opened) -> None:
    """Whatever a page was made to do, it reported no error and asked nothing of a network."""
    opened.page.context.close()
    assert opened.faults == []
    assert {url.split("#")[0] for url in opened.requests if not url.startswith("blob:")} == {opened.address}


@pytest.fixture
def viewer(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    """The sample, opened."""
    opened = _open(browser, tmp_path, SAMPLE)
    yield opened
    _close(opened)


def test_it_opens_with_everything_in_sight(viewer: Opened) -> None:
    """All facts are drawn, and counted in the header."""
    assert len(viewer.relations()) == len(SAMPLE)
    assert viewer.page.inner_text("#counts") == "8 things · 9 facts · 2 documents"
    assert viewer.page.title() == "Prova"
    assert viewer.heading() == START


def test_it_stands_still(viewer: Opened) -> None:
    """A second later everything is where it was, to the last pixel."""
    before = viewer.page.locator("#graph").screenshot()
    viewer.page.wait_for_timeout(1000)
    assert viewer.page.locator("#graph").screenshot() == before


# ------------------------------------------------------------------------ search


def test_search_jumps_to_a_name_or_another_name(viewer: Opened) -> None:
    """Slash focuses the search, which knows aliases and no accents; Enter goes there."""
    viewer.page.keyboard.press("/")
    viewer.page.keyboard.type("repubblìca pop")
    assert "Cina" in viewer.page.inner_text("#found")
    viewer.page.keyboard.press("Enter")
    assert viewer.heading() == "Cina"
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


def test_search_says_when_it_finds_nothing(viewer: Opened) -> None:
    """A name that nothing bears is told so, and Enter goes nowhere."""
    viewer.page.fill("#search", "nessuno")
    assert viewer.page.inner_text("#found") == "No name like that"
    viewer.page.keyboard.press("Enter")
    assert viewer.heading() == START


# ---------------------------------------------------------------------- evidence


def test_a_click_on_a_thing_shows_its_facts(viewer: Opened) -> None:
    """All facts in and out, each with its words marked in their sentence, document, date, link, rule and speaker."""
    viewer.page.mouse.click(*viewer.node("Xpeng"))
    assert viewer.heading() == "Xpeng"
    assert viewer.page.locator(f"{PANEL} .fact").count() == 6
    assert "margine lordo sale al 14%" in viewer.page.locator(f"{PANEL} mark").all_inner_texts()
    text = viewer.page.inner_text(PANEL)
    for shown in (
        "also XPeng Motors",
        "According to He Xiaopeng",
        "Planned",
        "share 5",
        "prova/regola",
        "Motori di prova, 2024-08-27",
    ):
        assert shown in text
    links = viewer.page.eval_on_selector_all(f"{PANEL} a", "all => all.map((a) => a.getAttribute('href'))")
    assert "http://dbpedia.org/resource/XPeng" in links
    assert "https://example.org/a" in links
    assert viewer.ask("kgViewer.lit()") == sorted(
        ["Cina", "DataCenter-Europa", "Volkswagen", "Xpeng", MARGIN]
    )


def test_a_click_on_a_line_shows_its_evidence(viewer: Opened) -> None:
    """One fact, with every sentence that says it; of parallel lines, the one that was clicked."""
    viewer.page.mouse.click(*viewer.edge("partnerOf"))
    assert viewer.heading() == "Volkswagen partner of Xpeng"
    quotes = viewer.page.locator(f"{PANEL} blockquote[lang=it]").all_inner_texts()
    assert quotes == [
        "Il Gruppo Volkswagen, partner di Xpeng, resta in Cina.",
        "Volkswagen firma un accordo con Xpeng.",
    ]
    viewer.rest()
    viewer.page.mouse.click(*viewer.edge("competesWith"))
    assert viewer.heading() == "Xpeng competes with Volkswagen"


def test_parallel_lines_lie_apart(browser: Browser, tmp_path: Path) -> None:
    """No two relations between the same things are drawn on one line, whichever way they run; nor loops."""
    ends = [(TAVARES, STELLANTIS)] * 2 + [(STELLANTIS, TAVARES)] * 2 + [(STELLANTIS, STELLANTIS)] * 2
    names = ["ceoOf", "supports"] * 3
    statements = [fact(a, name, b, said("[x]")) for (a, b), name in zip(ends, names, strict=True)]
    opened = _open(browser, tmp_path, tuple(statements))
    points = opened.ask("kgViewer.facts.map((fact) => kgViewer.middle(kgViewer.factId(fact)))")
    apart = {(round(point["x"] / 5), round(point["y"] / 5)) for point in points}
    assert len(apart) == len(statements)
    _close(opened)


def test_the_other_end_is_a_step_away(viewer: Opened) -> None:
    """Names in the panel lead on, and the browser's back button leads back."""
    viewer.ask("kgViewer.select('Xpeng')")
    viewer.page.locator(f"{PANEL} a.end", has_text="Volkswagen").first.click()
    assert viewer.heading() == "Volkswagen"
    viewer.page.go_back()
    assert viewer.heading() == "Xpeng"


# ------------------------------------------------------------------ views of a part


def test_double_click_shows_the_neighbours_alone(viewer: Opened) -> None:
    """Only the neighbours remain, one to three steps away; Escape leads back, first to the thing, then to all."""
    viewer.page.mouse.dblclick(*viewer.node("Volkswagen"))
    assert viewer.things() == ["Germania", "Volkswagen", "Xpeng"]
    viewer.page.click("#depth button:nth-child(2)")
    assert viewer.things() == ["Cina", "DataCenter-Europa", "Germania", "Volkswagen", "Xpeng", MARGIN]
    assert viewer.page.url.endswith("#ego=Volkswagen&depth=2")
    viewer.page.keyboard.press("3")
    assert viewer.page.url.endswith("depth=3")
    viewer.page.keyboard.press("Escape")
    assert len(viewer.things()) == 8
    viewer.page.keyboard.press("Escape")
    assert viewer.heading() == START


def test_paths_between_two_things(viewer: Opened) -> None:
    """From the panel of one thing to another that is named or clicked: the shortest paths, then longer ones."""
    viewer.ask("kgViewer.select('Germania')")
    viewer.page.click("#pick")
    viewer.page.keyboard.type("Cina")
    viewer.page.keyboard.press("Enter")
    assert viewer.page.url.endswith("#path=Germania&to=Cina")
    assert viewer.things() == ["Cina", "Germania", "Volkswagen", "Xpeng"]
    text = viewer.page.inner_text(PANEL)
    assert "1 path, the shortest of 3 steps" in text
    assert "tedesca Volkswagen" in text
    viewer.page.keyboard.press("Escape")
    viewer.page.keyboard.press("p")
    viewer.page.mouse.click(*viewer.node("Stellantis"))
    assert "No path leads from Germania to Stellantis" in viewer.page.inner_text(PANEL)


def test_all_shortest_paths_are_found(browser: Browser, tmp_path: Path) -> None:
    """Of several ways round each is told; longer ones come when asked for; filters close ways."""
    a, b, c, d, e = (Entity(name, name, "Company") for name in "abcde")
    pairs = [(a, b), (b, d), (a, c), (c, d), (b, e), (e, c)]
    opened = _open(
        browser, tmp_path, tuple(fact(x, "supports", y, said("[x]")) for x, y in pairs), "#path=a&to=d"
    )
    paths = f"{PANEL} details.path > summary"
    assert opened.page.locator(paths).all_inner_texts() == ["a → b → d", "a → c → d"]
    opened.page.click(f"{PANEL} a:has-text('Longer')")
    assert opened.page.locator(paths).count() == 2
    opened.page.click(f"{PANEL} a:has-text('Longer')")
    assert opened.page.locator(paths).all_inner_texts()[2:] == ["a → b → e → c → d", "a → c → e → b → d"]
    _close(opened)


def test_a_thing_stays_where_it_is_put(viewer: Opened) -> None:
    """A thing that was dragged away is not put back by what comes after."""
    x, y = viewer.node("Stellantis")
    viewer.page.mouse.move(x, y)
    viewer.page.mouse.down()
    viewer.page.mouse.move(x + 60, y + 40, steps=4)
    viewer.page.mouse.up()
    put = viewer.ask("kgViewer.positions().Stellantis")
    viewer.ask("kgViewer.select('Cina')")
    viewer.ask("kgViewer.go('#ego=Stellantis')")
    viewer.page.keyboard.press("Escape")
    assert viewer.ask("kgViewer.positions().Stellantis") == pytest.approx(put, abs=1)


# ----------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("kind", "label", "gone"),
    [
        ("factuality", "Denied", ["ceoOf"]),
        ("relation", "based in", ["basedIn", "basedIn"]),
        ("class", "Place", ["basedIn", "basedIn"]),
        ("document", "Due case, un accordo", ["ceoOf", "formerExecutiveOf", "ownsStakeIn"]),
    ],
)
def test_filters_hide(viewer: Opened, kind: str, label: str, gone: list[str]) -> None:
    """What is unchecked is not drawn; a fact stays while one of its documents does."""
    everything = viewer.relations()
    box = viewer.open_group(kind).locator("label", has_text=label).locator("input")
    box.uncheck()
    assert sorted(viewer.relations() + gone) == everything
    box.check()
    assert viewer.relations() == everything


def test_only_keeps_one_entry(viewer: Opened) -> None:
    """One click leaves a single relation; All, or Reset, brings the rest back."""
    group = viewer.open_group("relation")
    row = group.locator(".row", has_text="ceo of")
    row.hover()
    row.locator(".only").click()
    assert viewer.relations() == ["ceoOf"]
    assert viewer.things() == ["Carlos_Tavares", "Stellantis"]
    group.get_by_text("All", exact=True).click()
    assert len(viewer.relations()) == len(SAMPLE)
    row.hover()
    row.locator(".only").click()
    viewer.page.click("#reset")
    assert len(viewer.relations()) == len(SAMPLE)


def test_a_period_is_told_or_that_of_publication(viewer: Opened) -> None:
    """A fact holds when the text says so, a figure in its quarter, and the rest when it was published."""
    group = viewer.open_group("period")
    group.locator("select").first.select_option(label="2023-01")
    group.locator("select").last.select_option(label="2023-12")
    assert viewer.relations() == ["ownsStakeIn"]
    group.get_by_text("Any time").click()
    assert len(viewer.relations()) == len(SAMPLE)
    group.get_by_role("button", name=re.compile("^only 2024-05")).click()
    assert viewer.relations() == ["reports"]
    assert viewer.page.url.endswith("#filter=period:2024-05..2024-05")


def test_nothing_left_is_said_and_mended(viewer: Opened) -> None:
    """With all filtered out the page says so, and offers the way back."""
    viewer.open_group("relation").get_by_text("None", exact=True).click()
    assert "Nothing passes the filters" in viewer.page.inner_text("#empty")
    viewer.page.click("#empty button")
    assert len(viewer.relations()) == len(SAMPLE)


def test_size_and_colour_can_be_chosen(viewer: Opened) -> None:
    """By class or community, by facts or betweenness: the drawing changes, and communities filter."""
    pictures = [viewer.page.locator("#graph").screenshot()]
    for choice in ("size] [data-value=bridges", "size] [data-value=same", "colour] [data-value=community"):
        viewer.page.click(f"[data-choice={choice}]")
        pictures.append(viewer.page.locator("#graph").screenshot())
    assert len(set(pictures)) == len(pictures)
    assert viewer.page.url.endswith("#size=same&colour=community")
    group = viewer.open_group("community")
    group.locator("label", has_text="around Xpeng").locator("input").uncheck()
    assert "Xpeng" not in viewer.things()
    assert "Stellantis" in viewer.things()


# ------------------------------------------------------------------------- table


def test_the_table_holds_the_same(viewer: Opened) -> None:
    """Without the canvas, the same facts and things under the same filters, with all their evidence."""
    viewer.page.click("#show-table")
    rows = viewer.page.locator("#table tbody tr")
    assert rows.count() == 9 + 8
    text = viewer.page.inner_text("#table")
    for shown in ("Gruppo Volkswagen, partner di Xpeng", "accordo con Xpeng", "According to He Xiaopeng"):
        assert shown in text
    viewer.page.locator("[data-filter=factuality] label", has_text="Denied").click()
    assert rows.count() == 8 + 8
    viewer.page.locator("#table a", has_text="Stellantis").first.click()
    assert viewer.heading() == "Stellantis"
    assert viewer.page.is_visible("#table")


def test_the_table_sorts(viewer: Opened) -> None:
    """A head sorts by its column, once more the other way round, and says so."""
    viewer.page.click("#show-table")
    head = viewer.page.locator("table.things th", has_text="Name")
    names = viewer.page.locator("table.things td:first-child")
    head.locator("button").click()
    rising = names.all_inner_texts()
    assert rising == sorted(rising, key=str.lower)
    assert head.get_attribute("aria-sort") == "ascending"
    head.locator("button").click()
    assert names.all_inner_texts() == rising[::-1]


# -------------------------------------------------------------- saving and linking


def test_the_picture_can_be_saved(viewer: Opened) -> None:
    """As PNG and as SVG that reads as XML and bears the names; each is named after the page."""
    saved = {}
    for kind in ("png", "svg"):
        viewer.page.click(".menu summary")
        with viewer.page.expect_download() as download:
            viewer.page.click(f"#{kind}")
        assert download.value.suggested_filename == f"Prova.{kind}"
        saved[kind] = download.value.path().read_bytes()
    assert saved["png"].startswith(b"\x89PNG")
    drawing = ET.fromstring(saved["svg"])
    texts = {text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Xpeng", "Volkswagen", "partner of", "Automaker"} <= texts
    assert len(list(drawing.iter("{http://www.w3.org/2000/svg}path"))) > 10


def test_a_link_restores_the_view(viewer: Opened) -> None:
    """What is chosen, filtered, coloured and sized stands in the address, and opens again from it."""
    viewer.ask("kgViewer.select('Xpeng')")
    viewer.open_group("relation").locator("label", has_text="based in").locator("input").uncheck()
    viewer.open_group("document").locator("label", has_text="Due case").locator("input").uncheck()
    viewer.page.click("[data-choice=size] [data-value=bridges]")
    address = viewer.page.url
    assert address.endswith("#node=Xpeng&filter=relation:-basedIn;document:-primavera&size=bridges")
    seen = viewer.ask("kgViewer.visible()")
    viewer.page.goto("about:blank")
    viewer.page.goto(address)
    assert (viewer.ask("kgViewer.visible()"), viewer.heading()) == (seen, "Xpeng")
    assert viewer.page.locator("[data-filter=relation] input:not(:checked)").count() == 1


@pytest.mark.parametrize(
    ("fragment", "heading"),
    [
        ("#node=Xpeng", "Xpeng"),
        ("#ego=Cina", "Cina"),
        ("#fact=Volkswagen%7CpartnerOf%7CXpeng", "Volkswagen partner of Xpeng"),
        ("#path=Cina&to=Germania", "Cina … Germania"),
        ("#node=Xpeng&view=table", "Xpeng"),
        ("#node=Nessuno", START),
        ("#node=%", START),
        ("#filter=relation:nessuna;x:y;period:mai..poi&size=%&shown=x", START),
        ("#path=Cina&to=%FF", START),
    ],
)
def test_links_lead_into_the_page(browser: Browser, tmp_path: Path, fragment: str, heading: str) -> None:
    """A link opens the page where it leads; one that leads nowhere opens it as it is."""
    opened = _open(browser, tmp_path, SAMPLE, fragment)
    assert opened.heading() == heading
    _close(opened)


# ---------------------------------------------------------- keyboard, light, small


def test_the_keyboard_does_it_all(viewer: Opened) -> None:
    """From thing to thing by arrows, to the details, the table, the help and back, without a mouse; it is announced."""
    viewer.page.focus("#graph")
    viewer.page.keyboard.press("ArrowRight")
    assert viewer.heading() == "Xpeng"
    assert viewer.page.inner_text("#told") == "Xpeng, Automaker, 6 facts"
    for arrow in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        viewer.page.keyboard.press(arrow)
    assert viewer.heading() != START
    viewer.ask("kgViewer.select('Volkswagen')")
    viewer.page.keyboard.press("e")
    assert viewer.things() == ["Germania", "Volkswagen", "Xpeng"]
    viewer.page.keyboard.press("Enter")
    assert viewer.ask("document.activeElement.id") == "panel"
    viewer.page.keyboard.press("t")
    assert viewer.page.is_visible("#table")
    viewer.page.keyboard.press("t")
    scale = viewer.ask("kgViewer.network.getScale()")
    viewer.page.keyboard.press("+")
    assert viewer.ask("kgViewer.network.getScale()") > scale
    viewer.page.keyboard.press("?")
    assert viewer.page.is_visible("#help")
    viewer.page.keyboard.press("Escape")
    assert not viewer.page.is_visible("#help")


def test_every_control_has_a_name(viewer: Opened) -> None:
    """Whatever takes the focus tells a screen reader what it is."""
    viewer.ask("kgViewer.select('Xpeng')")
    nameless = viewer.ask(
        """[...document.querySelectorAll("button, a, input, select, summary, [tabindex='0'], dialog, nav, aside")]
        .filter((each) => !(each.textContent.trim() || each.getAttribute("aria-label") || each.labels?.length
          || each.getAttribute("aria-labelledby"))).map((each) => each.outerHTML.slice(0, 80))"""
    )
    assert nameless == []


_CONTRAST = """(pairs) => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const shine = (name) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = name.startsWith("#") ? name : `var(--${name})`;
    pen.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return pairs.map(([a, b]) => { const [low, high] = [shine(a), shine(b)].sort((x, y) => x - y); return (high + 0.05) / (low + 0.05); });
}"""
_TEXTS = ["ink", "soft", "accent", "Asserted", "Planned", "Predicted", "Possible", "Reported", "Denied"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_from_what_they_stand_on(viewer: Opened, scheme: str) -> None:
    """Text keeps 4.5:1 on paper and panel, shapes keep 3:1, in light and in dark (WCAG 2.2 AA)."""
    viewer.ask(f"document.documentElement.dataset.theme = '{scheme}'")
    texts = [[text, ground] for text in _TEXTS for ground in ("paper", "panel")] + [["mark-ink", "mark"]]
    texts += [["ink", "sunk"], ["soft", "sunk"]]
    assert min(viewer.page.evaluate(_CONTRAST, texts)) >= 4.5
    shapes = [[colour, "paper"] for colour in viewer.ask("kgViewer.colours()")]
    assert min(viewer.page.evaluate(_CONTRAST, shapes)) >= 3


def test_light_and_dark(viewer: Opened) -> None:
    """The button turns the page over, drawing and all; it follows the system until then."""
    drawn = "getComputedStyle(document.body).backgroundColor"
    light = (viewer.ask(drawn), viewer.page.locator("#graph").screenshot())
    viewer.page.click("#theme")
    dark = (viewer.ask(drawn), viewer.page.locator("#graph").screenshot())
    assert light[0] != dark[0] and light[1] != dark[1]
    viewer.page.click("#theme")
    assert viewer.ask(drawn) == light[0]
    viewer.ask("delete document.documentElement.dataset.theme")
    viewer.page.emulate_media(color_scheme="dark")
    assert viewer.ask(drawn) == dark[0]


def test_a_small_screen_has_room_for_the_graph(browser: Browser, tmp_path: Path) -> None:
    """Legend and details slide over the graph when asked for, and nothing sticks out of the screen."""
    opened = _open(browser, tmp_path, SAMPLE, size=(390, 780))
    page = opened.page
    box = page.locator("#graph").bounding_box()
    assert box is not None and box["width"] == 390 and box["height"] > 600
    assert opened.ask("document.documentElement.scrollWidth") == 390
    assert not page.is_visible("#filters") and not page.is_visible(PANEL)
    page.click("#show-filters")
    page.locator("[data-filter=factuality] label", has_text="Denied").click()
    assert "ceoOf" not in opened.relations()
    page.keyboard.press("Escape")
    opened.ask("kgViewer.select('Xpeng')")
    assert page.is_visible(f"{PANEL} h2")
    page.click("#close")
    page.wait_for_function("getComputedStyle(document.getElementById('panel')).visibility === 'hidden'")
    _close(opened)


# ------------------------------------------------------------------------ much of it


def test_past_three_thousand_the_centre_opens(browser: Browser, tmp_path: Path) -> None:
    """The most central 3,000 are drawn and the page says so; the rest comes on request, or when it is looked for."""
    opened = _open(browser, tmp_path, star(3_400))
    page = opened.page
    assert page.inner_text("#notice span") == "3,000 of 3,401 things shown"
    assert "3,000 of 3,401 things" in page.inner_text("#counts")
    seen = set(opened.things())
    assert "Xpeng" in seen and len(seen) == 3_000
    last = "Luogo 3399"
    page.fill("#search", last)
    page.keyboard.press("Enter")
    assert opened.heading() == last and "P3399" in opened.things()
    page.keyboard.press("Escape")
    page.click("#more")
    assert len(opened.things()) == 3_401
    assert not page.is_visible("#notice")
    opened.ask("kgViewer.go('#ego=Xpeng')")
    assert "3,000 of 3,398 shown" in page.inner_text("#notice")
    _close(opened)


def test_a_part_says_of_what(browser: Browser, tmp_path: Path) -> None:
    """A page that holds a part of a graph says how much of how much, and offers no more than it has."""
    opened = _open(browser, tmp_path, SAMPLE, of=(41_000, 90_000))
    assert opened.page.inner_text("#notice").startswith("8 of 41,000 things shown")
    assert opened.page.inner_text("#counts") == "8 of 41,000 things · 9 of 90,000 facts · 2 documents"
    assert opened.page.locator("#more").count() == 0
    _close(opened)


def test_names_can_be_read_at_every_zoom(viewer: Opened) -> None:
    """From far out to close by, names are written at a size to read, and none over another."""
    for factor in (0.15, 0.4, 1, 4):
        viewer.ask("kgViewer.network.fit({ animation: false })")
        viewer.ask(
            f"kgViewer.network.moveTo({{ scale: kgViewer.network.getScale() * {factor}, animation: false }})"
        )
        drawing = ET.fromstring(viewer.ask("kgViewer.svg()"))
        [scene] = drawing.findall("{http://www.w3.org/2000/svg}g")
        scale = float(re.search(r"scale\(([\d.]+)\)", scene.attrib["transform"])[1])  # type: ignore[index]
        sizes = [float(text.attrib["font-size"]) * scale for text in scene if text.tag.endswith("text")]
        assert sizes and min(sizes) > 10 and max(sizes) < 17


# ------------------------------------------------------------------------- attacks


def test_texts_stay_text(browser: Browser, tmp_path: Path) -> None:
    """Twelve attacks in titles, names, sentences, IRIs and all else are shown as they are written and do nothing."""
    assert len(set(ATTACKS)) == 12
    opened = _open(browser, tmp_path, ATTACK)
    page = opened.page
    pages = []
    for script in (
        "kgViewer.things.map((thing) => thing.id)",
        "kgViewer.facts.map((fact) => kgViewer.factId(fact))",
    ):
        for each in opened.ask(script):
            page.evaluate("(id) => kgViewer.select(id)", each)
            page.mouse.move(700, 400)
            pages.append(page.text_content("#about"))
    told = "\n".join(pages)
    assert all(text in told for text in ATTACKS)
    page.click("#show-table")
    table = page.text_content("#table")
    assert all(f"quote {text}" in table for text in ATTACKS)
    for text in ("onerror", "javascript", "script"):
        page.fill("#search", text)
        assert page.locator("#found li").count()
    page.keyboard.press("Escape")
    opened.open_group("document")
    filters = page.text_content("#filters")
    assert all(f"title {text}" in filters and f"outlet {text}" in filters for text in ATTACKS)
    page.click("#show-graph")
    drawing = ET.fromstring(opened.ask("kgViewer.svg()"))
    assert {element.tag.split("}")[1] for element in drawing.iter()} == {"svg", "rect", "g", "path", "text"}
    opened.ask(
        "kgViewer.go('#path=' + encodeURIComponent(kgViewer.things[0].id) + '&to=' + encodeURIComponent(kgViewer.things[1].id))"
    )
    page.wait_for_timeout(300)

    assert opened.ask("typeof window.pwned") == "undefined"
    assert page.locator("body img, iframe, object, embed, base, body style, svg[onload]").count() == 0
    assert page.locator("script").count() == 3
    handlers = "[...document.querySelectorAll('*')].flatMap((e) => [...e.attributes]).filter((a) => a.name.startsWith('on')).length"
    assert opened.ask(handlers) == 0
    schemes = page.eval_on_selector_all(
        "a[href]", "all => all.map((a) => a.getAttribute('href').split(/[:=]/)[0])"
    )
    assert set(schemes) <= {"#node", "#ego", "#fact", "#path", "#view", "http", "https"}
    assert opened.requests == [opened.address]
    _close(opened)


def test_no_script_runs_but_its_own(browser: Browser, tmp_path: Path) -> None:
    """Were markup ever to get into the page, the policy would not run it, nor load anything."""
    opened = _open(browser, tmp_path, SAMPLE)
    blocked: list[tuple[str, str | None]] = []
    opened.page.on("requestfailed", lambda request: blocked.append((request.url, request.failure)))
    opened.ask(
        """document.body.insertAdjacentHTML("beforeend", "<img src='https://evil.example/x' onerror='window.pwned=1'>")"""
    )
    opened.ask(
        """document.body.append(Object.assign(document.createElement("script"), { textContent: "window.pwned=1" }))"""
    )
    opened.ask("fetch('https://evil.example/').catch(() => 0)")
    opened.page.wait_for_timeout(200)
    assert opened.ask("typeof window.pwned") == "undefined"
    assert blocked == [("https://evil.example/x", "csp")]
    assert opened.requests == [opened.address, "https://evil.example/x"]
    assert all("Content Security Policy" in told or "Fetch API" in told for told in opened.faults)
    opened.page.context.close()


def test_an_empty_graph_opens(browser: Browser, tmp_path: Path) -> None:
    """Nothing to draw is no error, and is said."""
    opened = _open(browser, tmp_path, ())
    assert opened.page.inner_text("#counts") == "0 things · 0 facts · 0 documents"
    assert "No facts here yet" in opened.page.inner_text("#empty")
    _close(opened)


def test_two_of_a_kind(browser: Browser, tmp_path: Path) -> None:
    """A single fact opens at a size to read, not as large as the screen."""
    opened = _open(
        browser,
        tmp_path,
        (fact(VOLKSWAGEN, "basedIn", GERMANY, said("[x]")), fact(XPENG, "basedIn", CHINA, said("[y]"))),
    )
    assert 0.5 < opened.ask("kgViewer.network.getScale()") <= 1.2
    _close(opened)


def test_it_opens_in_a_notebook(browser: Browser, tmp_path: Path) -> None:
    """In a frame that may run scripts and nothing else it works all the same."""
    file = tmp_path / "notebook.html"
    file.write_text(f"<!doctype html>{Knowledge(SAMPLE)._repr_html_()}", encoding="utf-8")
    page = browser.new_page(viewport={"width": 1400, "height": 700})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(file.as_uri())
    frame = page.frames[1]
    frame.fill("#search", "Xpeng")
    frame.press("#search", "Enter")
    assert frame.inner_text(f"{PANEL} h2") == "Xpeng"
    frame.click(f"{PANEL} a:has-text('Only its neighbours')")
    assert len(frame.evaluate("kgViewer.visible().things")) == 5
    page.close()
    assert faults == []
