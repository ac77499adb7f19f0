"""What an answer means: text, waiting times, and pages that check browsers."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from aggregator.contract import Malformed, Transient
from aggregator.sync.browser_checks import checks_browsers
from aggregator.sync.responses import HttpResponse, decode, error_of, retry_after_seconds

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
HTML = {"content-type": "text/html; charset=UTF-8"}


def shell(title: str = "", code: str = "", words: str = "Mohon tunggu.") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{words}{code}</body></html>".encode()


CLOUDFLARE = shell(
    "Just a moment...",
    "<style>" + "a{b:c}" * 2000 + "</style><script>(function(){window._cf_chl_opt={cvId:'3'}})();</script>"
    "<noscript>Enable JavaScript and cookies to continue</noscript>",
)
CHECKS = {
    "cloudflare": CLOUDFLARE,
    "cloudflare in Indonesian": shell("Tunggu sebentar..."),
    "cloudflare, older": shell("dinas.go.id", '<form class="cf-browser-verification"></form>'),
    "cloudflare refusal": shell("Attention Required! | Cloudflare"),
    "imunify360": shell("One moment, please...", "<script>var wsidchk=1;</script>"),
    "ddos-guard": shell("DDoS-Guard", '<script src="/.well-known/ddos-guard/js-challenge/index.js"></script>'),
    "litespeed": shell("Checking your browser before accessing"),
    "litespeed captcha": shell("Bot Verification", '<form action="/.lsrecap/recaptcha"></form>'),
    "sucuri": shell("You are being redirected...", "<script>var s={},sucuri_cloudproxy_js='';</script>"),
    "siteground": shell("", '<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2F">', ""),
    "free host": shell("", "<script>document.cookie=toHex(slowAES.decrypt(c,2,a,b))</script>", ""),
    "anubis": shell("Making sure you&#39;re not a bot!"),
    "upper case": shell("JUST A MOMENT..."),
}


@pytest.mark.parametrize("status", [200, 202, 403, 503])
@pytest.mark.parametrize("name", CHECKS)
def test_pages_that_check_browsers_are_transient_whatever_is_allowed(name: str, status: int) -> None:
    error = error_of(HttpResponse(status, "https://dinas.example", HTML, CHECKS[name]), (status,), NOW)
    assert isinstance(error, Transient)
    assert "peramban" in error.message


def test_headers_and_json_tell_too() -> None:
    assert checks_browsers({"cf-mitigated": "challenge"}, b"")
    assert checks_browsers({"x-amzn-waf-action": "captcha"}, b"")
    refusal = b'{"message":"Access denied by Imunify360 bot-protection. IPs used for automation ..."}'
    assert checks_browsers({"content-type": "application/json"}, refusal)
    assert checks_browsers({}, CLOUDFLARE)


def article(title: str = "Perbaikan jalan", extra: str = "") -> bytes:
    words = "<p>Dinas memperbaiki jalan di depan pasar mulai Senin.</p>" * 60
    return shell(title, extra, words)


ORDINARY = {
    "a page": article(),
    "a short page": shell("Buku tamu", words="Belum ada pesan."),
    "scripts of Cloudflare on every page": article(
        extra="<script>a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';window.__CF$cv$params={}</script>"
    ),
    "the same on a short page": shell(
        "Buku tamu", "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
    ),
    "an article on the subject": article("Checking your browser: apa artinya?"),
    "a citizen quotes it": shell("Buku tamu", words="Situs ini selalu: Just a moment... _cf_chl_opt wsidchk"),
    "a citizen quotes it in a script's words": shell("Buku tamu", words="checking your browser before accessing"),
    "a title further on": shell("Kontak", "<svg><title>Just a moment...</title></svg>"),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_pages_raise_no_alarm(name: str) -> None:
    assert not checks_browsers(HTML, ORDINARY[name])


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/rss+xml"])
def test_only_html_is_suspected(kind: str) -> None:
    assert not checks_browsers({"content-type": kind}, CLOUDFLARE)


@pytest.mark.parametrize(
    "piece", [b"<", b"<script", b"<title", b"<title>", b"</script", b"<style><", b"<title" + b" " * 300, b" "]
)
def test_hostile_pages_are_judged_in_no_time(piece: bytes) -> None:
    page = (b"<html>" + piece * (490_000 // len(piece)))[:490_000]
    began = time.monotonic()
    checks_browsers(HTML, page)
    decode(page, "text/html")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("90", 90), (" 90 ", 90), ("0", 0), ("Mon, 02 Nov 2026 03:01:30 GMT", 90),
     ("Mon, 02 Nov 2026 02:00:00 GMT", 0), ("Mon, 02 Nov 2026 10:01:30 +0700", 90), ("999999999999", 86400),
     ("Fri, 31 Dec 9999 23:59:59 GMT", 86400), ("", None), ("soon", None),
     ("-5", None), ("²", None), ("1e9", None), ("9" * 5000, 86400)],
)  # fmt: skip
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after_seconds({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Jalan rusak é".encode(), "text/html; charset=utf-8", "Jalan rusak é"),
        ("Jalan rusak “é”".encode("cp1252"), "text/html; charset=iso-8859-1", "Jalan rusak “é”"),
        (
            b'<meta charset="windows-1252">' + "“é”".encode("cp1252"),
            "text/html",
            '<meta charset="windows-1252">“é”',
        ),
        (b"\xef\xbb\xbf" + "é".encode(), "text/html; charset=iso-8859-1", "é"),
        ("é".encode(), "text/html; charset=tidak-ada", "é"),
        ("é".encode(), "text/html; charset=rot13", "é"),
        ("é".encode(), "text/html; charset=idna", "é"),
        ("é".encode(), "text/html; charset=undefined", "é"),
        ("é".encode(), "text/html; charset=ascii", "Ã©"),
        (b"caf\xe9 \x81", "text/html; charset=utf-8", "café \ufffd"),
        ("“Jalan” rusak “se".encode() + b"\xe2\x80", "text/html; charset=utf-8", "“Jalan” rusak “se\ufffd"),
        ("“é”".encode("cp1252"), "", "“é”"),
        (b"", "", ""),
    ],
)
def test_decoding(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


def test_text_holds_no_nul_and_json_is_json_or_malformed() -> None:
    assert HttpResponse(200, "", HTML, b"a\x00b").text == "ab"
    assert HttpResponse(200, "", {}, b'\xef\xbb\xbf{"a": 1}').json() == {"a": 1}
    latin = {"content-type": "application/json; charset=iso-8859-1"}
    assert HttpResponse(200, "", latin, '{"a": "é"}'.encode("latin-1")).json() == {"a": "é"}
    for body in (b"", b"<html>", b'{"a": 1', b"[" * 100_000):
        with pytest.raises(Malformed):
            HttpResponse(200, "", {}, body).json()


def test_a_slow_charset_is_not_followed() -> None:
    began = time.monotonic()
    decode(b"a" * 1_000_000 + b"-" + b"b" * 1_000_000, "text/html; charset=punycode")
    assert time.monotonic() - began < 3
