"""Log in, log out, the end of a session, the new password, and where one lands."""

from __future__ import annotations

import pytest

from tests.fakes.clock import SteppableClock
from tests.fakes.demo import PASSWORD
from tests.web.site import Site, one, soup
from web.security import local_path

ELSEWHERE = (
    "//jahat.example",
    "///jahat.example",
    "https://jahat.example",
    "http:jahat.example",
    "javascript:alert(1)",
    "/\\jahat.example",
    "\\\\jahat.example",
    "/\t/jahat.example",
    "/\n/jahat.example",
    "jahat.example",
    "",
    " /antrean",
    "/antrean\r\nSet-Cookie: x=1",
    "data:text/html,x",
    "/%0a\\x",
)


def test_nobody_is_sent_elsewhere(site: Site) -> None:
    for target in ELSEWHERE:
        assert local_path(target) is None, target
        assert site.visitor().log_in("operator", lanjut=target).location == "/", target


def test_one_lands_where_one_wanted(site: Site) -> None:
    for target in ("/antrean?tab=late", "/butir/abc#b-1", "/akun"):
        assert site.visitor().log_in("operator", lanjut=target).location == target


def test_the_wish_survives_the_detour(site: Site) -> None:
    visitor = site.visitor()
    page = visitor.page("/antrean?tab=late&cari=jalan")
    assert one(page, "input[name=lanjut]")["value"] == "/antrean?tab=late&cari=jalan"


def test_wrong_password_and_unknown_name_sound_the_same(site: Site) -> None:
    wrong = site.visitor().log_in("operator", "salah-sekali")
    unknown = site.visitor().log_in("hantu", "salah-sekali")
    assert wrong.status_code == unknown.status_code == 401
    assert one(soup(wrong), "[role=alert]").text == one(soup(unknown), "[role=alert]").text
    assert not any("sahut_session" in cookie for cookie in wrong.headers.getlist("Set-Cookie"))


def test_the_sixth_try_waits(site: Site) -> None:
    visitor = site.visitor()
    answers = [visitor.log_in("operator", "salah-sekali").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    last = visitor.log_in("operator")
    assert last.status_code == 429 and 0 < int(last.headers["Retry-After"]) <= 61


def test_empty_fields_are_named(site: Site) -> None:
    answer = site.visitor().log_in("", "")
    page = soup(answer)
    assert answer.status_code == 422
    for name in ("login", "password"):
        field = one(page, f"#{name}")
        assert field["aria-invalid"] == "true"
        assert one(page, f"#{field['aria-describedby']}").text.strip()


def test_each_log_in_has_its_own_session_and_logging_out_ends_it(site: Site) -> None:
    visitor, other = site.visitor("operator"), site.visitor("operator")
    first, second = (v.client.get_cookie("sahut_session").value for v in (visitor, other))
    assert first != second
    assert visitor.post("/keluar").location == "/masuk"
    assert visitor.client.get_cookie("sahut_session") is None
    visitor.client.set_cookie("sahut_session", first)
    assert visitor.get("/antrean").status_code == 302, "a session that ended stays dead"
    assert other.get("/antrean").status_code == 200


def test_logging_in_again_ends_the_session_before(site: Site) -> None:
    visitor = site.visitor("operator")
    old = visitor.client.get_cookie("sahut_session").value
    visitor.post("/masuk", {"login": "kominfo", "password": PASSWORD})
    visitor.client.set_cookie("sahut_session", old)
    assert visitor.get("/antrean").status_code == 302


def test_an_idle_session_and_a_long_one_end(site: Site, clock: SteppableClock) -> None:
    visitor = site.visitor("operator")
    for _ in range(30):
        clock.step(minutes=25)
        if visitor.get("/antrean").status_code == 302:
            break
    assert 12 * 60 <= (clock() - site.demo.core.clock().replace(hour=3, minute=0)).total_seconds() / 60 <= 12 * 60 + 50
    idle = site.visitor("operator")
    clock.step(minutes=31)
    assert idle.get("/antrean").status_code == 302


def test_a_new_password_ends_other_sessions(site: Site) -> None:
    visitor, other = site.visitor("operator"), site.visitor("operator")
    fresh = "kata sandi yang baru sekali"
    answer = visitor.post("/kata-sandi", {"old": PASSWORD, "new": fresh, "again": fresh})
    assert answer.status_code == 302
    assert visitor.get("/antrean").status_code == 200
    assert other.get("/antrean").status_code == 302
    assert site.visitor().log_in("operator").status_code == 401
    assert site.visitor().log_in("operator", fresh).status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("keliru-sekali", "kata sandi baru", "kata sandi baru", "lama salah"),
        (PASSWORD, "pendek", "pendek", "8"),
        (PASSWORD, "kata sandi baru", "kata sandi beda", "Belum sama"),
        ("", "kata sandi baru", "kata sandi baru", "yang sekarang"),
    ],
)
def test_a_bad_new_password_says_why(site: Site, old: str, new: str, again: str, says: str) -> None:
    answer = site.visitor("operator").post("/kata-sandi", {"old": old, "new": new, "again": again})
    assert answer.status_code == 422 and says in answer.text
    assert site.visitor().log_in("operator").status_code == 302, "the old one still holds"
    assert not any(field.get("value") for field in soup(answer).select("input[type=password]")), "never shown again"
