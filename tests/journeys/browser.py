"""A Chromium for the journeys: found, or installed where that is possible. ``python -m tests.journeys.browser`` prints its path.

The journeys are the only tests that need more than Python. Exit status 1 when there is no browser and none could be had.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    return next((path for path in map(shutil.which, NAMES) if path), None) or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{}</dir></fontconfig>
"""


def environment(folder: Path) -> dict[str, str | float | bool]:
    """Where the browser lives: with the Chinese fonts that come with the portal, for not every machine has some."""
    import pylopdf_fonts_zh_cn

    named = folder / "fonts.conf"
    named.write_text(FONTS.format(pylopdf_fonts_zh_cn.serif_path().parent))
    return {**os.environ, "FONTCONFIG_FILE": str(named)}


def install() -> None:
    """Debian's package for root, else Playwright's own build; whichever works."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False, timeout=300)
        subprocess.run(
            ["apt-get", "install", "-qq", "-y", "chromium", "fonts-noto-cjk"], check=False, timeout=540, stdout=subprocess.DEVNULL
        )
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=540)


if __name__ == "__main__":
    if find() is None:
        install()
    found = find()
    sys.exit(0 if found else 1)
