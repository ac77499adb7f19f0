"""The button "Masuk dengan …": to the issuer and back in one browser, and every way back that is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from aggregator.app import App
from aggregator.domain.access import Role
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import PASSWORD
from tests.fakes.issuer import CLIENT, SECRET, Issuer, running_issuer
from tests.web.site import Site, Visitor, one, open_site, soup


@pytest.fixture
def issuer(clock: SteppableClock) -> Iterator[Issuer]:
    with running_issuer() as issuer:
        issuer.now = lambda: clock().timestamp()
        yield issuer


@pytest.fixture
def site(make_core: Callable[..., App], issuer: Issuer) -> Site:
    core = make_core(
        oidc_issuer=issuer.address, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_title="akun Kabupaten"
    )
    site = open_site(core)
    core.people.add("budi", "Budi", Role.OPERATOR, site.demo.units["PUPR"], PASSWORD, "budi@kabupaten.go.id")
    return site


def leave(visitor: Visitor, issuer: Issuer, wish: str = "") -> str:
    """Press the button; the path that the issuer sends the browser back to."""
    answer = visitor.get(f"/masuk/sso{wish}")
    assert answer.status_code == 302 and answer.location.startswith(issuer.address)
    return "/masuk/sso/kembali?" + urlencode(issuer.approve(answer.location))


def refused(visitor: Visitor, back: str, word: str) -> None:
    answer = visitor.get(back)
    assert answer.status_code == 401 and word in one(soup(answer), "[role=alert]").text
    assert one(soup(answer), "#password"), "the password is still a way in"
    assert visitor.get("/antrean").status_code == 302


def test_there_and_back(site: Site, issuer: Issuer) -> None:
    visitor = site.visitor()
    page = soup(visitor.get("/masuk?lanjut=/antrean?tab=all"))
    button = one(page, 'a[href^="/masuk/sso"]')
    assert button.text.split() == ["Masuk", "dengan", "akun", "Kabupaten"]
    back = leave(visitor, issuer, "?lanjut=/antrean?tab=all")
    answer = visitor.get(back)
    assert answer.location == "/antrean?tab=all"
    assert visitor.get("/antrean").status_code == 200
    refused(site.visitor(), back, "peramban ini")


def test_another_browser_cannot_come_back(site: Site, issuer: Issuer) -> None:
    """A link with somebody's code and state does not log anyone in (login CSRF)."""
    back = leave(site.visitor(), issuer)
    refused(site.visitor(), back, "peramban ini")
    other = site.visitor()
    leave(other, issuer)
    refused(other, back, "peramban ini")


def test_a_replay_in_the_same_browser_is_refused(site: Site, issuer: Issuer) -> None:
    visitor = site.visitor()
    back = leave(visitor, issuer)
    assert visitor.get(back).status_code == 302
    visitor.post("/keluar")
    refused(visitor, back, "peramban ini")


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x&code=x", "?state=&code=x", "?error=access_denied&error_description=<script>"]
)
def test_a_way_back_that_is_none(site: Site, issuer: Issuer, query: str) -> None:
    visitor = site.visitor()
    leave(visitor, issuer)
    refused(visitor, f"/masuk/sso/kembali{query}", "Ulangi")
    assert "<script>" not in visitor.get(f"/masuk/sso/kembali{query}").text


def test_who_says_no_at_the_issuer(site: Site, issuer: Issuer) -> None:
    visitor = site.visitor()
    state = leave(visitor, issuer).partition("state=")[2].partition("&")[0]
    refused(visitor, f"/masuk/sso/kembali?state={state}&error=access_denied", "tidak memberikan izin")


def test_a_lie_of_the_issuer(site: Site, issuer: Issuer) -> None:
    issuer.sign = "stranger"
    visitor = site.visitor()
    refused(visitor, leave(visitor, issuer), "ditolak")


def test_nobody_is_sent_elsewhere_afterwards(site: Site, issuer: Issuer) -> None:
    visitor = site.visitor()
    assert visitor.get(leave(visitor, issuer, "?lanjut=//jahat.example")).location == "/"


def test_it_ends_the_session_before(site: Site, issuer: Issuer) -> None:
    visitor = site.visitor("operator")
    old = visitor.client.get_cookie("sahut_session").value
    visitor.get(leave(visitor, issuer))
    visitor.client.set_cookie("sahut_session", old)
    assert visitor.get("/antrean").status_code == 302


def test_without_an_issuer_there_is_no_button(make_core: Callable[..., App]) -> None:
    plain = open_site(make_core())
    assert "sso" not in plain.visitor().get("/masuk").text
    assert plain.visitor().get("/masuk/sso").status_code == 404
