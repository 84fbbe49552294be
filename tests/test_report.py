"""The report counts right, shows every number in words too, and asks nothing of anybody."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import chromium
from test_cli import kg
from test_graph import AURORA, BOREALE, SAMPLE, SOURCE, evidence, facts, proofs, stated

from kg.model import Document, Factuality, Source, Statement
from kg.pipeline import Reader
from kg.report import _drawn, _months, _plot, _ticks, read_again, spaced, to_html
from kg.workbench import Unread

TEXT = (
    "Volkswagen è partner di Xpeng. Il gruppo lombardo sfida Tesla e BYD. Toyota e Honda si guardano. "
    "Toyota e Honda si guardano ancora."
)


class Page(HTMLParser):
    """The elements of a page with their attributes, and its tables as rows of cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self._open.pop() != tag:
            pass

    def handle_data(self, data):
        self.words += data
        if self._open[-1:] and self._open[-1] not in {"style", "title"} and {"td", "th"} & set(self._open):
            self.tables[-1][-1][-1] += data


def told_on(day: str, number: int = 1, factuality: Factuality = Factuality.ASSERTED) -> list[Statement]:
    source = Source(f"s-{day}", "Titolo", "Testata", date.fromisoformat(day), "https://example.org/")
    grounds = replace(evidence(factuality=factuality), source=source)
    return [stated(AURORA, "partnerOf", BOREALE, grounds, since=f"{2000 + n}") for n in range(number)]


def test_every_fact_is_counted_once() -> None:
    """Tiles, plots and the tables beside them tell the same numbers."""
    page = Page(to_html(SAMPLE))
    assert re.sub(r"\s+", " ", page.words).count("5 facts") == 1
    relations, things, months = page.tables[:3]
    assert relations[0] == [
        "Relation",
        "Asserted",
        "Planned",
        "Predicted",
        "Possible",
        "Reported",
        "Denied",
        "All",
    ]
    assert {row[0]: row[-1] for row in relations[1:]} == dict.fromkeys(
        ("partnerOf", "plans", "reports", "ownsStakeIn", "recalls"), "1"
    )
    assert things[1][0] == "Aurora (automaker)"
    assert things[1][-1] == "5"
    assert months[1] == ["2024-09", "3", "1", "0", "0", "1", "0", "5"]


def test_bars_are_as_long_as_their_numbers() -> None:
    """Pieces of a bar follow one another, on one scale that the ticks are on as well."""
    sample = [*told_on("2024-01-05", 3), *told_on("2024-01-06", 1, Factuality.DENIED), *SAMPLE]
    plot = _plot({"a": Counted(Asserted=3, Denied=1), "b": Counted(Planned=8)}, length=80)
    assert [bar.label for bar in plot.bars] == ["b", "a"]
    assert [(p.kind, p.start, p.length) for p in plot.bars[1].pieces] == [
        ("Asserted", 0, 30),
        ("Denied", 30, 10),
    ]
    assert all(at == tick * 10 for tick, at in plot.ticks)
    assert to_html(sample)


class Counted(dict):
    """A count by factuality, as short to write as to read."""

    def __missing__(self, _: str) -> int:
        return 0

    def total(self) -> int:
        return sum(self.values())


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (9, [0, 5]),
        (46, [0, 20, 40]),
        (1000, [0, 250, 500, 750, 1000]),
    ],
)
def test_ticks_are_round(most: int, ticks: list[int]) -> None:
    """The numbers at an axis are few, round, and none above what is there."""
    assert _ticks(most) == ticks


def test_rare_things_are_summed_up() -> None:
    """What there is no room for is counted."""
    plot = _drawn({}, 100)
    assert plot.bars == ()
    many = _plot({f"k{n:02}": Counted(Asserted=n + 1) for n in range(20)})
    assert len(many.bars) == 16
    assert many.rest == 4


def test_months_without_news_are_there() -> None:
    """Time goes on where nothing is told; over many years a bar is a year."""
    plot = _months([*told_on("2024-01-05", 2), *told_on("2024-04-30")])
    assert [(bar.label, bar.total) for bar in plot.bars] == [
        ("2024-01", 2),
        ("2024-02", 0),
        ("2024-03", 0),
        ("2024-04", 1),
    ]
    plot = _months([*told_on("2014-01-05", 2), *told_on("2024-04-30")])
    assert [bar.label for bar in plot.bars] == [str(year) for year in range(2014, 2025)]
    undated = [
        *told_on("2024-01-05"),
        stated(AURORA, "mergesWith", BOREALE, replace(evidence(), source=replace(SOURCE, published=None))),
    ]
    assert "1 of 2 facts come from documents without one" in re.sub(r"\s+", " ", to_html(undated))


def test_a_first_telling_counts() -> None:
    """A fact told twice is of the month in which it was told first."""
    later = replace(evidence("alleata"), source=replace(SOURCE, id="later", published=date(2025, 1, 1)))
    plot = _months([stated(AURORA, "partnerOf", BOREALE, evidence(), later)])
    assert [bar.label for bar in plot.bars] == ["2024-09"]


def test_the_same_graph_gives_the_same_page() -> None:
    """Nothing of the day or the machine is in it."""
    assert to_html(SAMPLE, title="Auto") == to_html(SAMPLE, title="Auto")


def test_an_empty_graph_has_a_page() -> None:
    """Nothing is shown as nothing."""
    page = Page(to_html([]))
    assert "No document of this graph tells its day." in page.words


def test_no_text_is_code() -> None:
    """What stands in a text, a title or an address is shown and never run, nor asked for."""
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
    source = Source("x", evil, evil, date(2024, 1, 1), "javascript:alert(1)")
    grounds = replace(evidence(said_by=evil), source=source, rule=evil)
    sample = [stated(AURORA._replace(label=evil), "partnerOf", BOREALE, grounds)]
    text = to_html(sample, title=evil)
    page = Page(text)
    assert {"script", "img", "link", "iframe"}.isdisjoint(tag for tag, _ in page.elements)
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [attributes for tag, attributes in page.elements if tag == "a"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert not re.search(r"(?:src|href)=\"(?!https?://example\.org)", text)


def test_every_plot_has_words(tmp_path: Path) -> None:
    """A picture has a name and a table or a list beside it, headings go down step by step, and regions have names."""
    page = Page(to_html(SAMPLE))
    for tag, attributes in page.elements:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert re.search("below has the same numbers|gave a fact", attributes["aria-label"] or "")
        if attributes.get("role") == "region":
            assert attributes["aria-label"]
    headings = [tag for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    assert page.elements[0] == ("html", {"lang": "en"})


def test_what_was_left_is_told() -> None:
    """Sentences without a fact are counted by what they turn on, and words that nobody could tell apart are listed."""
    reader = Reader.load()
    reading = read_again(reader, [Document(SOURCE, TEXT)])
    assert (reading.documents, reading.sentences) == (1, 4)
    assert reading.promising > reading.silent > 0
    assert [(u.words, u.number) for u in reading.unresolved] == [("gruppo", 1)]
    assert all(u.sentence in TEXT for u in reading.unresolved)
    page = Page(to_html(SAMPLE, reading=reading))
    assert f"{reading.promising} hold two things or figures" in re.sub(r"\s+", " ", page.words)
    assert "Toyota e Honda si guardano." in page.words
    many = replace(reading, unread=tuple(Unread(f"w{n}", 1, (("d", "s"),)) for n in range(15)))
    assert "3 more groups" in Page(to_html(SAMPLE, reading=many)).words


def test_names_are_words() -> None:
    """Names of relations and classes are shown as words."""
    assert [spaced(name) for name in ("ownsStakeIn", "DataCenter", "plans")] == [
        "owns stake in",
        "data center",
        "plans",
    ]


def test_the_command_writes_a_page(tmp_path: Path) -> None:
    """From a graph alone, or with its texts; without them it says what it could tell."""
    (tmp_path / "kg.ttl").write_text(facts(SAMPLE), encoding="utf-8")
    (tmp_path / "evidence.ttl").write_text(proofs(SAMPLE), encoding="utf-8")
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    result = kg("report", tmp_path, "-o", tmp_path / "r.html")
    assert result.stdout == f"wrote {tmp_path / 'r.html'}\n"
    assert "name the texts with --sources" in result.stderr
    assert "Name them to see it" in (tmp_path / "r.html").read_text(encoding="utf-8")
    kg("report", tmp_path, "-o", tmp_path / "r.html", "--sources", tmp_path / "a.txt", "--title", "Mese")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "<h1>Mese</h1>" in text
    assert "by what they turn on" in text


@pytest.mark.browser
def test_a_browser_shows_it_alone(tmp_path: Path) -> None:
    """Offline it asks for nothing, breaks no rule of its own, fits a phone, and is light or dark as one likes."""
    place = tmp_path / "r.html"
    sample = [*SAMPLE, *told_on("2023-01-05", 7), *told_on("2024-02-05", 3, Factuality.POSSIBLE)]
    reading = read_again(Reader.load(), [Document(SOURCE, TEXT)])
    place.write_text(to_html(sample, reading=reading), encoding="utf-8")
    with chromium() as browser:
        papers = set()
        for scheme, width in (("light", 1280), ("dark", 390)):
            context = browser.new_context(
                offline=True, color_scheme=scheme, viewport={"width": width, "height": 900}
            )
            page = context.new_page()
            asked, said = [], []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, said=said: said.append(message.text))
            page.goto(place.as_uri())
            assert asked == [place.as_uri()]
            assert said == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            page.locator("summary").first.click()
            assert page.locator("details table").first.is_visible()
        assert len(papers) == 2
