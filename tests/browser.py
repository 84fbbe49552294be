"""A headless Chromium for tests that need one; where there is none and none can be had they are skipped, and say why."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_ARGUMENTS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium named by ``KG_CHROMIUM``, or else the one on the path, or Playwright's own; who has none gets one."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="NOT TESTED IN A BROWSER: playwright is not installed"
    )
    program = os.environ.get("KG_CHROMIUM") or shutil.which("chromium") or _installed()
    with playwright.sync_playwright() as driver:
        own = driver.chromium.executable_path
        if not program and not Path(own).exists():
            _download()
        program = program or (own if Path(own).exists() else None)
        if not program:
            pytest.skip(
                "NOT TESTED IN A BROWSER: no chromium on the path, none to be had, and KG_CHROMIUM is not set"
            )
        browser = driver.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


@cache
def _installed() -> str | None:
    """Debian's own Chromium, installed where nobody minds: by root, on a machine that says it is CI."""
    if os.environ.get("CI") != "true" or os.name != "posix" or os.geteuid() or not shutil.which("apt-get"):
        return None
    for command in ("update", "install --yes --no-install-recommends chromium"):
        # Workers of pytest-xdist may come at once: the second waits for the first.
        options = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=0", "-qq"]
        done = subprocess.run(
            ["apt-get", *options, *command.split()],
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            timeout=600,
        )
        if done.returncode:
            break
    return shutil.which("chromium")


@cache
def _download() -> None:
    """Playwright's own Chromium, as its users get it; a machine without a network goes without."""
    if os.environ.get("CI") == "true":
        return  # there Debian's is the only one that finds its libraries
    patience = os.environ | {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "5000"}
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"],
            env=patience,
            capture_output=True,
            timeout=300,
        )
