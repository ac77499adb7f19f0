"""The one file that writes markup, and that it is the only one."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import web
from tests.web.payloads import ADDRESSES, PAYLOADS
from web.markup import linked, weblink

WEB = Path(web.__file__).parent


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("lihat https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x?y=1&z=2)", ["https://a.example/x?y=1&z=2"]),
        ("HTTP://A.EXAMPLE dan https://b.example/ü", ["HTTP://A.EXAMPLE", "https://b.example/ü"]),
        ("bukan tautan: a.example ftp://a.example javascript:alert(1) http:// https://", []),
        ("https://a.example/<script>", ["https://a.example/"]),
        ("", []),
    ],
)
def test_only_web_addresses_become_links(text: str, links: list[str]) -> None:
    page = BeautifulSoup(linked(text), "lxml")
    assert [tag["href"] for tag in page.select("a")] == links
    assert page.get_text() == text


@pytest.mark.parametrize("address", ADDRESSES[:12])
def test_other_addresses_are_never_links(address: str) -> None:
    assert weblink(address) is None


@pytest.mark.parametrize("payload", PAYLOADS)
def test_words_stay_words(payload: str) -> None:
    payload = payload.replace("\x00", "")
    page = BeautifulSoup(f"<p>{linked(payload)}</p>", "lxml")
    assert [tag.name for tag in page.find_all(True)] == ["html", "body", "p"]
    assert page.get_text() == payload


@pytest.mark.parametrize(
    "text", ["https://" * 20_000, "http://a" + "." * 100_000, "https://a.example " * 5_000, "<" * 100_000]
)
def test_long_words_take_no_long_time(text: str) -> None:
    start = time.process_time()
    linked(text)
    assert time.process_time() - start < 2


def test_markup_is_written_in_one_file_only() -> None:
    python = {p.name for p in WEB.rglob("*.py") if re.search(r"\bMarkup\b", p.read_text())}
    assert python == {"markup.py"}
    for template in WEB.rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\|\s*safe\b|autoescape|\bMarkup\b|render_template_string", text), template.name
        assert not re.search(r"\son\w+\s*=|\sstyle\s*=|<style|<script(?! src=)|javascript:", text), template.name
        assert "http://" not in text.replace("http://www.w3.org", ""), template.name
        assert text.count('target="_blank"') == text.count('rel="noopener nofollow ugc" target="_blank"'), template.name
