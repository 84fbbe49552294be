"""Take the README's pictures of the viewer: ``python tests/take_screenshot.py`` writes them to ``graphs/``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from browser import chromium

GRAPHS = Path(__file__).parents[1] / "graphs"
VIEWPORT = {"width": 1440, "height": 860}


def take(
    page_file: Path, picture: Path, fragment: str, *, scheme: Literal["light", "dark"] = "light"
) -> None:
    """Open the page where the fragment leads and save what is seen."""
    with chromium() as browser:
        context = browser.new_context(
            viewport=VIEWPORT,
            device_scale_factor=1.5,
            offline=True,
            reduced_motion="reduce",
            color_scheme=scheme,
        )
        page = context.new_page()
        page.goto(page_file.as_uri() + fragment)
        page.wait_for_selector("#panel mark")
        page.wait_for_timeout(300)
        page.screenshot(path=picture, animations="disabled")


if __name__ == "__main__":
    take(GRAPHS / "kg.html", GRAPHS / "viewer.png", "#node=Xpeng")
    take(GRAPHS / "kg.html", GRAPHS / "viewer-ego.png", "#ego=Xpeng&depth=2&colour=community", scheme="dark")
    take(GRAPHS / "kg.html", GRAPHS / "viewer-path.png", "#path=Unione_Europea&to=He_Xiaopeng")
