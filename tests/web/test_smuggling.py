"""A hundred payloads in every place people's words reach: the pages show them and run nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from aggregator.contract import AccountKey, Author, Credential, Kind, Message, Reachable, ThreadRef
from aggregator.services.intake import Source
from aggregator.services.units import UnitRow, import_units
from tests.web.payloads import ADDRESSES, PAYLOADS
from tests.web.site import Site

ALLOWED_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "html head meta title link script body a header nav main section article aside div p span h1 h2 h3 h4 ul ol li dl dt dd "
        "table caption thead tbody tr th td form fieldset legend label input textarea select option button details summary "
        "datalist blockquote bdi b br code kbd mark time progress dialog svg use img",
    )
)


def smuggle(site: Site) -> None:
    """Store the payloads as text, author, place, thread title, unit name, account title and addresses."""
    core, account = site.demo.core, site.demo.accounts["PUPR"]
    import_units(core.database, [UnitRow(name=f"Unit {PAYLOADS[n]}", kind="dinas") for n in (0, 8, 70)], core.clock())
    core.units.forget()
    with core.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE accounts SET title = ?, problem = ?, url = ?", (PAYLOADS[0], PAYLOADS[8], ADDRESSES[0])
        )
    source = Source(account_id=account, platform="website", unit_id=site.demo.units["PUPR"], own_host=True)
    core.intake.store(source, [_message(site, number) for number in range(len(PAYLOADS))], core.clock())
    core.search_index.catch_up()


def _message(site: Site, number: int) -> Message:
    payload = PAYLOADS[number].replace("\x00", "")
    address = ADDRESSES[number % len(ADDRESSES)]
    return Message(
        external_id=f"jahat-{number}",
        kind=Kind.COMMENT,
        thread=ThreadRef(external_id=f"t-{number % 5}", url=address, title=payload),
        author=Author(external_id=f"penyusup-{number % 7}", name=payload),
        text=f"Jalan berlubang {payload} lihat {address}",
        created_at=site.demo.core.clock() - timedelta(seconds=number),
        url=address,
        place=payload,
    )


def assert_harmless(page: BeautifulSoup, path: str) -> None:
    for tag in page.find_all(True):
        assert tag.name in ALLOWED_ELEMENTS, (path, tag.name)
        for name, value in tag.attrs.items():
            assert not name.startswith("on") and name not in ("style", "srcdoc"), (path, name)
            if name in ("href", "src", "action", "formaction", "data", "xlink:href"):
                assert urlsplit(str(value).strip()).scheme in ("", "http", "https"), (path, value)
        if tag.name == "script":
            assert re.fullmatch(r"/static/[a-z]+\.js\?v=[0-9a-f]{12}", str(tag.get("src", ""))), path
            assert not tag.text.strip(), path
        if tag.name == "a" and urlsplit(str(tag["href"])).netloc:
            assert tag["rel"] == ["noopener", "nofollow", "ugc"] and tag["target"] == "_blank", (
                path,
                tag["href"],
            )


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS)) >= 100


@pytest.mark.parametrize("role", ["kominfo", "operator", "bupati"])
def test_pages_show_payloads_and_run_none(site: Site, role: str) -> None:
    smuggle(site)
    visitor = site.visitor(role)
    paths = [
        "/antrean?tab=all",
        "/antrean?tab=all&umur=today&jenis=spam",
        "/antrean?cari=jalan",
        "/antrean?tab=all&cari=lihat",
        "/unit",
        "/akun",
    ]
    paths += [f"/akun/{site.demo.accounts['PUPR']}", "/triase" if role == "kominfo" else "/antrean"]
    listed: list[str] = []
    path = "/antrean?tab=all"
    while path:
        page = visitor.page(path)
        listed += [str(link["href"]) for link in page.select(".row-words a")]
        older = page.select_one("a[rel=next]")
        path = str(older["href"]) if older else ""
    assert len(listed) >= len(PAYLOADS)
    for path in [*paths, *(listed if role == "kominfo" else listed[::7])]:
        assert_harmless(visitor.page(path), path)
    shown = visitor.page(listed[5]).select_one(".words")
    assert (
        shown is not None
        and "Jalan berlubang" in shown.text
        and any(payload[:12] in shown.text for payload in PAYLOADS)
    )


def test_what_a_platform_calls_things_is_only_text(crossing: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    core = crossing.demo.core
    named = [
        Reachable(
            key=AccountKey(platform="simpang", key=payload, url=ADDRESSES[number % len(ADDRESSES)]), title=payload
        )
        for number, payload in enumerate(PAYLOADS)
    ]
    monkeypatch.setattr(core.host.platforms["simpang"], "reachable", lambda _credential, _ctx: iter(named))
    login_id = core.logins.add(crossing.demo.people["kominfo"], "simpang", Credential(secrets={}, title=PAYLOADS[8]))
    core.logins.put_off(login_id, None, PAYLOADS[0])
    visitor, path = crossing.visitor("kominfo"), f"/hubungkan/pilih/{login_id}"
    bad = {f"unit:{payload}": payload for payload in PAYLOADS}
    assert len(visitor.page(path).select(".platform")) == len(PAYLOADS)
    for answer in (
        visitor.get(path),
        visitor.post(path, bad),
        visitor.get("/platform"),
        visitor.get("/platform/simpang"),
    ):
        assert answer.status_code in (200, 422), path
        assert_harmless(BeautifulSoup(answer.get_data(as_text=True), "lxml"), answer.request.path)


def test_what_an_official_types_is_only_text(site: Site) -> None:
    visitor, stranger = site.visitor("kominfo"), site.visitor()
    item = f"/butir/{site.demo.codes['c3']}"
    token = visitor.form_token()
    for payload in PAYLOADS[::3]:
        asked = [
            ("/antrean", {"cari": payload, "platform": payload, "butir": payload, "tab": payload}),
            ("/unit", {"cari": payload}),
            ("/akun", {"cari": payload}),
            ("/akun/tambah", {"address": payload, "platform": payload}),
            (f"{item}/teruskan", {"dari": payload, "cari": payload}),
            ("/triase", {"lewati": payload}),
        ]
        answers = [visitor.get(path, query_string=query) for path, query in asked]
        answers.append(stranger.get("/masuk", query_string={"lanjut": payload}))
        for act, data in (
            ("jawab", {"revision": 999, "text": payload, "dari": payload}),
            ("tutup", {"reason": payload}),
        ):
            answers.append(visitor.client.post(f"{item}/{act}", data={"csrf_token": token} | data))
        for answer in answers:
            assert answer.status_code in (200, 409, 422), answer.request.path
            assert_harmless(BeautifulSoup(answer.get_data(as_text=True), "lxml"), answer.request.path)
