"""Take the README's picture of the viewer: ``python tests/take_screenshot.py`` writes ``graphs/viewer.png``."""

from __future__ import annotations

from pathlib import Path

from browser import chromium

GRAPHS = Path(__file__).parents[1] / "graphs"
VIEWPORT = {"width": 1440, "height": 860}


def take(page_file: Path, picture: Path, node: str) -> None:
    """Open the page on the facts of a node and save what is seen."""
    with chromium() as browser:
        context = browser.new_context(
            viewport=VIEWPORT,
            device_scale_factor=1.5,
            offline=True,
            reduced_motion="reduce",
            color_scheme="light",
        )
        page = context.new_page()
        page.goto(f"{page_file.as_uri()}#node={node}")
        page.wait_for_selector("#panel mark")
        page.wait_for_timeout(1000)  # the view glides to the node
        page.screenshot(path=picture, animations="disabled")


if __name__ == "__main__":
    take(GRAPHS / "kg.html", GRAPHS / "viewer.png", "Xpeng")
