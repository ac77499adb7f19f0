"""Draw the icons of the home screen from the mark: `python -m tests.browser.icons`. They are kept in web/static."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

import web
from tests.browser.chromium import chromium

STATIC = Path(web.__file__).parent / "static"
SIZES = (192, 512)
GROUND = "#0a6660"  # of the mark: a phone cuts its own shape out, so the colour goes to the edges
SAFE = 0.84  # of the width: what stands in the mark's middle stays inside the circle that every phone shows


def draw(browser: Browser, size: int) -> bytes:
    """One icon as PNG."""
    page = browser.new_page(viewport={"width": size, "height": size})
    mark = (STATIC / "mark.svg").read_text()
    page.set_content(
        f"<style>body {{ margin: 0; background: {GROUND}; display: grid; place-items: center; height: 100vh }} "
        f"svg {{ width: {SAFE:.0%}; display: block }}</style>{mark}"
    )
    picture = page.screenshot()
    page.close()
    return picture


def main() -> None:
    with chromium() as browser:
        for size in SIZES:
            (STATIC / f"icon-{size}.png").write_bytes(draw(browser, size))


if __name__ == "__main__":
    main()
