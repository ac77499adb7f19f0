"""What every response carries, errors and files included."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from aggregator.app import App
from tests.fakes.demo import furnish
from tests.web.site import Site
from tests.web.test_access import routes
from web import create_app
from web.security import POLICY

NO_INLINE = ("unsafe-inline", "unsafe-eval", "http:", "https:", "*")


def test_every_route_and_every_error_is_sealed(site: Site) -> None:
    visitor, stranger = site.visitor("kominfo"), site.visitor()
    broken = ["/tidak-ada", "/butir/zzz", "/akun/99999", "/static/tidak-ada.css"]
    answers = [visitor.get(path) for _, method, path in routes(site) if method == "GET"]
    answers += [visitor.get(path) for path in broken]
    answers += [stranger.get(path) for path in ("/antrean", "/masuk", *broken)]
    answers += [
        stranger.client.post("/masuk"),
        visitor.client.delete("/antrean"),
        visitor.client.options("/antrean"),
    ]
    for answer in answers:
        headers = answer.headers
        assert headers["Content-Security-Policy"] == POLICY, answer.request.path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers
        if not answer.request.path.startswith(("/static/", "/bootstrap/")) or answer.status_code >= 400:
            assert headers["Cache-Control"] == "no-store", answer.request.path


def test_a_fault_of_ours_is_sealed_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the database is away")

    visitor = site.visitor("kominfo")
    monkeypatch.setattr(site.demo.core.inbox, "page", broken)
    answer = visitor.get("/antrean")
    assert answer.status_code == 500
    assert answer.headers["Content-Security-Policy"] == POLICY and answer.headers["Cache-Control"] == "no-store"
    assert "Coba lagi" in answer.text and "database" not in answer.text


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert not any(word in POLICY for word in NO_INLINE)
    assert "default-src 'none'" in POLICY and "frame-ancestors 'none'" in POLICY and "base-uri 'none'" in POLICY


def test_https_makes_cookies_secure_and_sends_hsts(make_core: Callable[..., App]) -> None:
    site = Site(create_app(demo := make_core(https=True)), furnish(demo))
    visitor = site.visitor()
    answer = visitor.client.post(
        "/masuk",
        data={"csrf_token": _token(visitor), "login": "kominfo", "password": "kata-sandi-uji"},
        base_url="https://localhost",
    )
    assert answer.status_code == 302
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def _token(visitor: object) -> str:
    from tests.web.site import one, soup

    page = visitor.client.get("/masuk", base_url="https://localhost")  # type: ignore[attr-defined]
    return str(one(soup(page), "input[name=csrf_token]")["value"])


def test_cookies_are_kept_from_scripts_and_other_sites(site: Site) -> None:
    cookies = site.visitor().log_in("operator").headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("sahut_session="))
    assert "HttpOnly" in session and "SameSite=Lax" in session and "Path=/" in session and "Secure" not in session


def test_files_may_be_kept_for_ever_and_are_compressed_once(site: Site) -> None:
    page = site.visitor().page("/masuk")
    addresses = [tag["href"] for tag in page.select("link[href]:not([rel=manifest], [rel=apple-touch-icon])")] + [
        tag["src"] for tag in page.select("script[src], img[src]")
    ]
    assert len(addresses) >= 4
    for address in addresses:
        plain = site.visitor().get(str(address))
        packed = site.visitor().get(str(address), headers={"Accept-Encoding": "gzip"})
        assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert gzip.decompress(packed.data) == plain.data
        again = site.visitor().get(str(address), headers={"If-None-Match": packed.headers["ETag"]})
        assert again.status_code == 304


def test_a_page_is_compressed_when_the_browser_wants_it(site: Site) -> None:
    visitor = site.visitor("kominfo")
    packed = [visitor.get("/antrean", headers={"Accept-Encoding": "gzip, br"}) for _ in range(8)]
    assert all(b"Jalan Kenanga" not in answer.data and b"Antrean" in gzip.decompress(answer.data) for answer in packed)
    assert len({len(answer.data) for answer in packed}) > 1, "the size must not tell of the token inside"
    assert "Content-Encoding" not in visitor.get("/antrean", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_the_first_load_is_light(site: Site) -> None:
    visitor = site.visitor("kominfo")
    wanted = {"Accept-Encoding": "gzip"}
    page = visitor.page("/antrean")
    files = {str(tag.get("href") or tag.get("src")) for tag in page.select("link[href], script[src], img[src]")}
    files |= {str(tag["href"]).partition("#")[0] for tag in page.select("use[href]")}
    assert all(address.startswith("/") and not address.startswith("//") for address in files), "nothing from elsewhere"
    size = sum(len(visitor.get(address, headers=wanted).data) for address in [*files, "/antrean"])
    assert size < 60_000, f"{size} bytes; a full list of 50 rows adds some 10 kB"
