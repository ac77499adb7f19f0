"""Photograph every page: `python -m tests.browser.screens OUTDIR --url URL --password WORD`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.browser.chromium import chromium, log_in

SIZES = {"ponsel": (360, 740), "meja": (1280, 800)}
PATHS = (
    "/antrean",
    "/triase",
    "/jawaban/persetujuan",
    "/jawaban/templat",
    "/jawaban/aturan",
    "/jawaban/pemilihan",
    "/unit",
    "/akun",
    "/akun/1",
    "/akun/tambah",
    "/akun/tambah?address=https://www.facebook.com/dinkes.contoh&platform=facebook",
    "/platform",
    "/platform/facebook",
    "/hubungkan/facebook",
    "/hubungkan/kembali/",
    "/plugin",
    "/kata-sandi",
    "/pengguna",
    "/pengguna/undang",
    "/pengguna/1",
    "/perangkat",
    "/pengaman",
    "/masuk/pengaman",
    "/pemberitahuan",
    "/pemberitahuan/saya",
    "/saluran",
    "/saluran/email",
    "/tidak-ada",
)


def photograph(browser: Browser, out: Path, asked: argparse.Namespace) -> None:
    """One picture of each page, in each size, light and dark; the first item of the queue as well."""
    for scheme in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, locale="id-ID"
            )
            page = context.new_page()
            page.goto(f"{asked.url}/masuk")
            _take(page, out / f"masuk-{size}-{scheme}.png", whole=False)
            log_in(page, asked.url, asked.login, asked.password)
            for path in asked.paths or [*PATHS, *_first_item(page, asked.url)]:
                page.goto(asked.url + path, wait_until="networkidle")
                name = path.strip("/").replace("/", "-").replace("?", "_")
                _take(
                    page,
                    out / f"{name}-{size}-{scheme}.png",
                    whole=size == "ponsel" and "/antrean" not in path,
                )
            context.close()


def _first_item(page: Any, base: str) -> list[str]:
    page.goto(f"{base}/antrean")
    link = page.locator(".row-words a").first
    return [link.get_attribute("href")] if link.count() else []


def _take(page: Any, path: Path, *, whole: bool) -> None:
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.screenshot(path=path, full_page=whole)
    print(path.name, f"MELEBAR {too_wide} px" if too_wide > 0 else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--paths", nargs="*")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--login", default="kominfo")
    parser.add_argument("--password", required=True)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        photograph(browser, asked.out, asked)


if __name__ == "__main__":
    main()
