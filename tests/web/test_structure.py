"""Pages that everyone can use: landmarks, headings, labels, and colours that can be told apart."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

import web
from tests.web.site import Site

THEME = (Path(web.__file__).parent / "static" / "sahut.css").read_text()
SURFACES = ("ground", "surface", "raised")
TEXTS = ("text", "quiet", "accent", "info", "warn", "bad", "good")


def pages(site: Site, role: str) -> list[tuple[str, BeautifulSoup]]:
    visitor, code = site.visitor(role), site.demo.codes["c1"]
    paths = [
        "/antrean",
        "/antrean?cari=zzz",
        "/antrean?tab=all&umur=week",
        "/unit",
        f"/butir/{code}",
        "/triase",
        "/akun",
    ]
    paths += [
        f"/butir/{site.demo.codes['c3']}/teruskan",
        f"/akun/{site.demo.accounts['PUPR']}",
        "/plugin",
        "/kata-sandi",
    ]
    paths += ["/platform", "/platform/facebook", "/platform/website", "/hubungkan/facebook"]
    paths += ["/akun/tambah?address=https://www.facebook.com/dinkes.contoh&platform=facebook"]
    paths += ["/akun/tambah", "/akun/tambah?address=https://dishub.contoh.example&platform=website"]
    paths += ["/pemberitahuan", "/pemberitahuan/saya", f"/butir/{code}/ambil", f"/butir/{code}/kembalikan"]
    paths += ["/saluran", "/saluran/email"] if role == "kominfo" else []
    shown = [(path, visitor.page(path)) for path in paths]
    return [
        *shown,
        ("/masuk", site.visitor().page("/masuk")),
        ("/tidak-ada", visitor.page("/tidak-ada", 404)),
    ]


def named(page: BeautifulSoup, field: Tag) -> bool:
    label = page.select_one(f"label[for='{field.get('id')}']") if field.get("id") else None
    return bool((label and label.text.strip()) or field.get("aria-label") or field.find_parent("label"))


def test_every_page_is_built_for_everyone(site: Site) -> None:
    for path, page in pages(site, "kominfo"):
        assert page.html is not None and page.html["lang"] == "id", path
        assert len(page.select("main")) == 1 and len(page.select("h1")) == 1, path
        assert page.title and page.title.text.endswith("· Sahut") and len(page.title.text) > 10, path
        assert page.select_one("a.skip[href='#isi']") and page.select_one("#isi"), path
        levels = [int(tag.name[1]) for tag in page.select("h1, h2, h3, h4")]
        assert all(after <= before + 1 for before, after in pairwise(levels)), (
            path,
            levels,
        )
        ids = [tag["id"] for tag in page.select("[id]")]
        assert len(ids) == len(set(ids)), (path, sorted(i for i in ids if ids.count(i) > 1))
        for field in page.select("input:not([type=hidden]), select, textarea"):
            assert named(page, field), (path, field)
        for button in page.select("button, a, summary"):
            assert button.text.strip() or button.get("aria-label") or button.select_one("img[alt]"), (
                path,
                button,
            )
        for tag in page.select("[aria-labelledby], [aria-describedby]"):
            for name in ("aria-labelledby", "aria-describedby"):
                assert all(page.find(id=ref) for ref in str(tag.get(name, "")).split()), (path, tag)
        assert all(time.get("datetime") for time in page.select("time")), path
        assert all(
            form.get("method") != "post" or form.select_one("input[name=csrf_token]") for form in page.select("form")
        )


def test_peoples_words_choose_their_own_direction(site: Site) -> None:
    page = site.visitor("kominfo").page(f"/butir/{site.demo.codes['c1']}")
    for selector in (".words", ".entry-text", ".snapshot"):
        assert all(tag.get("dir") == "auto" for tag in page.select(selector)), selector
    assert "overflow-wrap: anywhere" in THEME


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


LIGHT = colours(THEME[: THEME.index("@media (prefers-color-scheme: dark)")])
DARK = LIGHT | colours(THEME[THEME.index("@media (prefers-color-scheme: dark)") :])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_can_be_told_apart(theme: dict[str, str]) -> None:
    for text in TEXTS:
        for surface in SURFACES:
            assert contrast(theme[text], theme[surface]) >= 4.5, (text, surface)
    for text, surface in (
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("text", "accent-soft"),
        ("text", "warn-soft"),
        ("text", "bad-soft"),
        ("bad", "bad-soft"),
        ("quiet", "warn-soft"),
        ("quiet", "accent-soft"),
        ("good", "accent-soft"),
    ):
        assert contrast(theme[text], theme[surface]) >= 4.5, (text, surface)
    for line, surface in (("edge", "surface"), ("edge", "ground"), ("focus", "surface"), ("focus", "ground")):
        assert contrast(theme[line], theme[surface]) >= 3, (line, surface)
