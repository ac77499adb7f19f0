"""Perangkat saya, and the words for a browser."""

from __future__ import annotations

import pytest

from tests.fakes.demo import PASSWORD
from tests.web.site import Site, one, soup
from web.devices import device_of

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (ANDROID, "Chrome di Android"),
        ("Mozilla/5.0 (Linux; Android 13) SamsungBrowser/26 Chrome/122 Safari/537.36", "Samsung Internet di Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130", "Edge di Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox di Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604", "Safari di iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/17 Safari/605", "Safari di Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 OPR/115 Chrome/130", "Opera di Linux"),
        ("Linux", "Peramban di Linux"), ("Firefox", "Firefox"), ("curl/8", "Peramban lain"), ("", "Peramban lain"),
        ("<script>Chrome</script>", "Chrome"),
    ],
)  # fmt: skip
def test_a_browser_in_a_few_words(header: str, words: str) -> None:
    assert device_of(header) == words


def test_ones_devices_are_seen_and_ended(site: Site) -> None:
    here, phone = site.visitor("operator"), site.visitor()
    phone.client.environ_base["HTTP_USER_AGENT"] = ANDROID
    phone.log_in("operator", PASSWORD)
    page = here.page("/perangkat")
    assert [one(row, "h2").text.strip() for row in page.select(".card-row")][1] == "Chrome di Android"
    assert "Perangkat ini" in page.select(".card-row")[0].text
    assert here.post(str(one(page, ".card-row form")["action"])).status_code == 302
    assert phone.get("/antrean").status_code == 302 and here.get("/antrean").status_code == 200
    with site.demo.core.database.read() as connection:
        dump = str(connection.exec_driver_sql("SELECT * FROM sessions").all())
    assert "SM-A155F" not in dump and "127.0.0.1" not in dump, "neither the header nor an address is kept"


def test_all_others_are_ended_at_once(site: Site) -> None:
    here, *others = (site.visitor("operator") for _ in range(3))
    strange = site.visitor("kominfo")
    here.post("/perangkat/lainnya/keluarkan")
    assert [one_of.get("/antrean").status_code for one_of in (here, *others, strange)] == [200, 302, 302, 200]
    assert "Tidak ada perangkat lain" in here.post("/perangkat/lainnya/keluarkan", follow_redirects=True).text


def test_anothers_device_does_not_exist(site: Site) -> None:
    kominfo, operator = site.visitor("kominfo"), site.visitor("operator")
    kominfo_too = site.visitor("kominfo")
    handle = str(one(kominfo.page("/perangkat"), ".card-row form")["action"])
    assert operator.post(handle).status_code == 404
    assert kominfo_too.get("/antrean").status_code == 200


def test_the_pages_are_whole_for_every_role(site: Site) -> None:
    for login in ("operator", "kominfo", "bupati", "pengembang"):
        assert soup(site.visitor(login).get("/perangkat")).select(".card-row")
