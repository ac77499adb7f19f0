"""The whole way with a real plugin: Facebook's own consent page, token exchange and page tokens, pretended on loopback."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from aggregator.app import App
from aggregator.fakes.internet import FakeInternet, served
from aggregator.fakes.skins.facebook import FacebookSkin
from aggregator.fakes.world import World
from tests.fakes.clock import SteppableClock
from tests.web.site import open_site

PAGES = {"100064000000001": "Dinas Kesehatan Kab. Contoh", "100064000000002": "Penggemar Kucing"}


def test_a_page_is_connected_and_read_with_its_own_token(make_core: Callable[..., App], clock: SteppableClock) -> None:
    world = World(clock)
    for key, title in PAGES.items():
        world.place("facebook", key, title)
    internet = FakeInternet(world, [FacebookSkin])
    skin = internet.skins["facebook"]
    assert isinstance(skin, FacebookSkin)
    with served(internet) as origin:
        core = make_core(stand_in=origin)
        site = open_site(core)
        core.logins.keep_app(None, "facebook", skin.app_settings)
        visitor = site.visitor("kominfo")
        address = visitor.get("/hubungkan/facebook/mulai").location
        state = parse_qs(urlsplit(address).query)["state"][0]
        assert address.startswith(origin)
        skin.grant("kode-1")
        answer = visitor.get(f"/hubungkan/kembali?state={state}&code=kode-1")
        assert answer.status_code == 302, answer.text
        page = visitor.page(answer.location)
        typed = {str(field["name"]): str(field["value"]) for field in page.select("input[name^='unit:']")}
        assert typed == dict(zip((f"unit:{key}" for key in PAGES), ("Dinas Kesehatan", ""), strict=True))
        assert "EAAB" not in str(page), "no token leaves the house"
        assert visitor.post(answer.location, typed).status_code == 302
    rows = core.registry.accounts(site.demo.people["kominfo"])
    (account,) = [row for row in rows if row.platform == "facebook"]
    assert (account.title, account.unit) == (PAGES["100064000000001"], "Dinas Kesehatan")
    with core.database.read() as connection:
        secrets = core.registry._keyring.own_of_account(connection, account.id)
    assert set(secrets) == {"access_token"}
