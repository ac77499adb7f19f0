"""The second factor on the pages: who must enrol reaches nothing else, codes are asked for, recovery codes shown once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest

from aggregator.app import App
from tests.fakes.clock import SteppableClock
from tests.web.site import Site, Visitor, one, open_site, soup


@pytest.fixture
def strict(make_core: Callable[..., App]) -> Site:
    """A house where admins must have a second factor."""
    return open_site(make_core(require_totp=True))


def key_on(visitor: Visitor) -> pyotp.TOTP:
    """The app on a telephone that scanned the page."""
    page = soup(visitor.get("/masuk/pengaman"))
    app = pyotp.parse_uri(str(one(page, 'a[href^="otpauth:"]')["href"]))
    assert isinstance(app, pyotp.TOTP)
    assert one(page, ".key").text.replace(" ", "") == app.secret
    return app


def enrol(site: Site, clock: SteppableClock, login: str) -> tuple[Visitor, pyotp.TOTP, list[str]]:
    """Someone who set the factor up, their app, and the recovery codes."""
    visitor = site.visitor(login)
    app = key_on(visitor)
    answer = visitor.post("/masuk/pengaman", {"code": app.at(clock())}, token_from="/masuk/pengaman")
    assert answer.status_code == 200
    codes = [code.text for code in soup(answer).select(".codes code")]
    clock.step(seconds=60)
    return visitor, app, codes


def test_an_admin_is_led_to_enrolment_and_reaches_nothing_else(strict: Site, clock: SteppableClock) -> None:
    visitor = strict.visitor("kominfo")
    for path in ("/", "/antrean?tab=late", "/pengguna", "/perangkat", "/kata-sandi", "/pengaman", "/masuk/kode"):
        answer = visitor.get(path)
        assert answer.status_code == 302 and answer.location.startswith("/masuk/pengaman"), path
    assert visitor.get("/antrean?tab=late").location == "/masuk/pengaman?lanjut=/antrean?tab%3Dlate"
    token = visitor.form_token("/masuk/pengaman")
    for path in ("/pengguna/undang", "/perangkat/lainnya/keluarkan", "/kata-sandi", "/pengaman/lepas"):
        answer = visitor.client.post(path, data={"csrf_token": token})
        assert answer.status_code == 302 and answer.location.startswith("/masuk/pengaman"), path
    app = key_on(visitor)
    answer = visitor.post(
        "/masuk/pengaman", {"code": app.at(clock()), "lanjut": "/antrean?tab=late"}, token_from="/masuk/pengaman"
    )
    assert one(soup(answer), "a.btn-primary")["href"] == "/antrean?tab=late"
    assert visitor.get("/pengguna").status_code == 200


def test_others_are_not_led_there(strict: Site) -> None:
    assert strict.visitor("operator").get("/antrean").status_code == 200
    assert strict.visitor("pengembang").get("/akun").status_code == 200


def test_a_demo_asks_nobody(make_core: Callable[..., App]) -> None:
    core = make_core(require_totp=None)
    site = open_site(core)
    assert site.visitor("kominfo").get("/antrean").status_code == 302
    with core.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO meta (name, value) VALUES ('demo_began', '2026-11-02T00:00:00+00:00')")
    assert site.visitor("kominfo").get("/antrean").status_code == 200


def test_who_is_half_in_may_leave(strict: Site) -> None:
    visitor = strict.visitor("kominfo")
    assert visitor.post("/keluar", token_from="/masuk/pengaman").location == "/masuk"
    assert visitor.get("/masuk/pengaman").location.startswith("/masuk?")


def test_the_code_is_asked_for_and_the_session_is_a_new_one(site: Site, clock: SteppableClock) -> None:
    _, app, _ = enrol(site, clock, "operator")
    visitor = site.visitor("operator")
    half = visitor.client.get_cookie("sahut_session").value
    assert visitor.get("/antrean?tab=all").location == "/masuk/kode?lanjut=/antrean?tab%3Dall"
    for path in ("/masuk/pengaman", "/pengaman", "/kata-sandi"):
        assert visitor.get(path).location.startswith("/masuk/kode"), "no way around"
    wrong = visitor.post("/masuk/kode", {"code": "123"}, token_from="/masuk/kode")
    assert wrong.status_code == 422 and "salah" in one(soup(wrong), "[role=alert]").text
    right = visitor.post(
        "/masuk/kode", {"code": app.at(clock()), "lanjut": "/antrean?tab=all"}, token_from="/masuk/kode"
    )
    assert right.location == "/antrean?tab=all"
    assert visitor.client.get_cookie("sahut_session").value != half
    assert visitor.get("/antrean").status_code == 200
    visitor.client.set_cookie("sahut_session", half)
    assert visitor.get("/antrean").location.startswith("/masuk?"), "the half session is dead"


def test_a_code_opens_once_on_the_pages(site: Site, clock: SteppableClock) -> None:
    _, app, _ = enrol(site, clock, "operator")
    code = app.at(clock())
    answers = [site.visitor("operator").post("/masuk/kode", {"code": code}, token_from="/masuk/kode") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]


def test_the_sixth_code_waits(site: Site, clock: SteppableClock) -> None:
    _, app, _ = enrol(site, clock, "operator")
    visitor = site.visitor("operator")
    tries = [visitor.post("/masuk/kode", {"code": "x"}, token_from="/masuk/kode") for _ in range(6)]
    assert [answer.status_code for answer in tries] == [422] * 5 + [429]
    assert 0 < int(tries[-1].headers["Retry-After"]) <= 61
    assert visitor.post("/masuk/kode", {"code": app.at(clock())}, token_from="/masuk/kode").status_code == 429


def test_a_recovery_code_lets_in(site: Site, clock: SteppableClock) -> None:
    visitor, _, codes = enrol(site, clock, "operator")
    assert len(codes) == 10 and all(re.fullmatch(r"[a-z2-9]{5}(-[a-z2-9]{5}){2}", code) for code in codes)
    assert not any(code in visitor.get("/pengaman").text for code in codes), "shown once"
    lost = site.visitor("operator")
    assert lost.post("/masuk/kode", {"code": codes[0]}, token_from="/masuk/kode").status_code == 302
    assert "9" in one(soup(lost.get("/pengaman")), ".tabular").text


def test_new_recovery_codes_and_another_telephone(site: Site, clock: SteppableClock) -> None:
    visitor, app, codes = enrol(site, clock, "operator")
    assert visitor.post("/pengaman/kode-cadangan", {"code": "x"}).status_code == 422
    assert visitor.post("/pengaman/kode-cadangan", {}).status_code == 422
    fresh = visitor.post("/pengaman/kode-cadangan", {"code": codes[1]})
    assert fresh.status_code == 200 and len(soup(fresh).select(".codes code")) == 10
    assert visitor.post("/pengaman/lepas", {"code": "x"}).status_code == 422
    clock.step(seconds=61)
    assert visitor.post("/pengaman/lepas", {"code": app.at(clock())}).location == "/pengaman"
    assert visitor.get("/pengaman").status_code == 200
    assert site.visitor("operator").get("/antrean").status_code == 200


def test_a_required_one_is_set_up_anew_at_once(strict: Site, clock: SteppableClock) -> None:
    visitor, app, _ = enrol(strict, clock, "kominfo")
    assert "Ganti ponsel" in visitor.get("/pengaman").text
    visitor.post("/pengaman/lepas", {"code": app.at(clock())})
    assert visitor.get("/antrean").location.startswith("/masuk/pengaman")


def test_the_picture_holds_the_key_and_stays_inside(site: Site) -> None:
    visitor = site.visitor("operator")
    page = soup(visitor.get("/masuk/pengaman"))
    assert str(one(page, "img.qr")["src"]).startswith("data:image/svg+xml")
    assert one(page, "img.qr")["alt"]
