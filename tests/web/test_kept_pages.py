"""Sahut on a phone: what it is told to install, which pages it may keep, and how a script sends a form."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable

import pytest

from aggregator.app import App
from tests.fakes.demo import PASSWORD, furnish
from tests.web.site import Site, Visitor, one
from tests.web.test_item import routed
from web import create_app
from web.offline import GO, KEEP, SEND

SCRIPTED = {SEND: "1"}


def told(site: Site) -> dict[str, object]:
    """What the server tells the worker in its first line."""
    line = site.visitor().get("/sw.js").text.partition("\n")[0]
    return dict(json.loads(re.fullmatch(r"const SAHUT = (.+);", line).group(1)))  # type: ignore[union-attr]


def test_the_manifest_is_what_a_phone_needs(site: Site) -> None:
    answer = site.visitor().get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    described = answer.get_json()
    assert (described["id"], described["start_url"], described["scope"], described["display"]) == (
        "/",
        "/",
        "/",
        "standalone",
    )
    assert described["name"].startswith("Sahut") and described["short_name"] == "Sahut" and described["lang"] == "id"
    icons = {(icon["sizes"], icon.get("purpose", "any")): icon for icon in described["icons"]}
    assert set(icons) == {("any", "any"), ("192x192", "maskable"), ("512x512", "maskable")}
    operator = site.visitor("operator")
    assert [operator.get(shortcut["url"]).status_code for shortcut in described["shortcuts"]] == [200, 200, 200]
    page = site.visitor().page("/masuk")
    assert one(page, "link[rel=manifest]")["href"] == "/manifest.webmanifest"
    assert {tag["media"] for tag in page.select("meta[name=theme-color]")} == {
        "(prefers-color-scheme: light)",
        "(prefers-color-scheme: dark)",
    }


@pytest.mark.parametrize("size", [192, 512])
def test_icons_are_small_pictures_of_their_size(site: Site, size: int) -> None:
    icons = site.visitor().get("/manifest.webmanifest").get_json()["icons"]
    address = next(icon["src"] for icon in icons if icon["sizes"] == f"{size}x{size}")
    answer = site.visitor().get(address)
    assert answer.mimetype == "image/png" and len(answer.data) < 12_000
    assert answer.data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", answer.data[16:24]) == (size, size)


def test_the_worker_serves_the_whole_site_under_the_same_policy(site: Site) -> None:
    answer = site.visitor().get("/sw.js")
    assert answer.mimetype == "text/javascript" and answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy and "manifest-src 'self'" in policy and "connect-src 'self'" in policy
    files = told(site)["files"]
    assert isinstance(files, list) and len(files) >= 6
    assert all(site.visitor().get(path).status_code == 200 and "?v=" in path for path in files)


def test_the_worker_is_new_when_anything_it_keeps_is(site: Site) -> None:
    before = told(site)
    site.app.jinja_env.globals["asset"] = {**site.app.jinja_env.globals["asset"], "theme": "/static/sahut.css?v=new"}  # type: ignore[dict-item]
    assert told(site)["version"] != before["version"]


def test_the_page_without_a_network_names_nobody(site: Site) -> None:
    visitor = site.visitor("kominfo")
    visitor.client.get("/butir/zzz")
    answer = visitor.get("/tanpa-jaringan")
    assert "Tanpa jaringan" in answer.text and "Kominfo" not in answer.text and "csrf_token" not in answer.text
    assert KEEP not in answer.headers and "Set-Cookie" not in answer.headers


def kept(visitor: Visitor, path: str) -> str | None:
    return visitor.get(path).headers.get(KEEP)


def test_the_queue_and_opened_items_may_be_kept_and_nothing_else(site: Site) -> None:
    visitor, code = site.visitor("kominfo"), site.demo.codes["c3"]
    marks = {kept(visitor, path) for path in ("/", "/antrean", "/antrean?tab=all", f"/butir/{code}")}
    assert len(marks) == 1 and re.fullmatch(r"[0-9a-f]{16}", marks.pop() or "")
    others = (
        "/triase",
        "/akun",
        "/platform",
        "/kata-sandi",
        "/unit",
        "/masuk",
        f"/butir/{code}/teruskan",
        "/butir/zzz",
    )
    assert [path for path in others if kept(visitor, path)] == []
    assert kept(site.visitor(), "/antrean") is None


def test_the_mark_is_the_sessions_own_and_gives_nothing_away(site: Site) -> None:
    one_session, another = site.visitor("kominfo"), site.visitor("kominfo")
    cookie = one_session.client.get_cookie("sahut_session")
    assert cookie is not None
    mark = kept(one_session, "/antrean")
    assert mark and mark != kept(another, "/antrean") and mark not in cookie.value


def test_a_confidential_item_is_never_kept(site: Site) -> None:
    visitor, code = site.visitor("kominfo"), site.demo.codes["c3"]
    assert kept(visitor, f"/butir/{code}") and kept(visitor, "/antrean")
    visitor.act(code, "rahasiakan", reason="Menyangkut anak.")
    assert visitor.get(f"/butir/{code}").status_code == 200
    assert kept(visitor, f"/butir/{code}") is None and kept(visitor, "/antrean?tab=all") is None


def test_personal_data_that_were_opened_are_not_kept(site: Site) -> None:
    visitor, code = site.visitor("kominfo"), site.demo.codes["c3"]
    visitor.post(f"/butir/{code}/buka-data")
    assert kept(visitor, f"/butir/{code}") is None and kept(site.visitor("bupati"), f"/butir/{code}")


def test_the_setting_switches_keeping_off(make_core: Callable[..., App]) -> None:
    site = Site(create_app(core := make_core(offline_pages=False)), furnish(core))
    assert kept(site.visitor("kominfo"), "/antrean") is None and told(site)["pages"] is False


def test_drafts_are_marked_with_their_person_in_every_session(site: Site) -> None:
    def mark(visitor: Visitor) -> object:
        return one(visitor.page("/antrean"), "body").get("data-person")

    first, second, other = (site.visitor(login) for login in ("kominfo", "kominfo", "operator"))
    assert mark(first) == mark(second) != mark(other) and re.fullmatch(r"[0-9a-f]{16}", str(mark(first)))
    assert one(site.visitor().page("/masuk"), "body").get("data-person") is None


def test_a_script_is_told_where_to_go_and_a_browser_is_sent(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    data = {"text": "Sudah dicek.", "revision": "1"}
    sent = operator.post(f"/butir/{code}/catatan", data, headers=SCRIPTED)
    assert (sent.status_code, sent.data) == (204, b"") and sent.headers[GO].startswith(f"/butir/{code}")
    assert "Location" not in sent.headers
    assert operator.post(f"/butir/{code}/catatan", data).status_code == 302
    assert operator.post(f"/butir/{code}/catatan", {"text": "", "revision": "1"}, headers=SCRIPTED).status_code == 422


def test_a_draft_a_page_saves_by_itself_says_nothing_on_the_next_page(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    assert (
        operator.post(f"/butir/{code}/draf-otomatis", {"text": "Baru", "revision": "1", "base": ""}).status_code == 302
    )
    page = operator.page(f"/butir/{code}")
    assert one(page, "#jawaban-teks").text.strip() == "Baru" and not page.select(".notice")
    refused = operator.post(f"/butir/{code}/draf-otomatis", {"text": "Lain", "revision": "1", "base": "usang"})
    assert refused.status_code == 422 and "tidak ditimpa" in refused.text


def test_the_next_one_that_waits_is_offered(site: Site) -> None:
    visitor = site.visitor("kominfo")
    waiting = [str(link["href"]).rpartition("/")[2] for link in visitor.page("/antrean").select(".row-words a")]
    assert len(waiting) >= 2
    first, second = waiting[:2]
    visitor.act(first, "tempel", text="Sudah diperbaiki kemarin.")
    link = str(one(visitor.page(f"/butir/{first}"), "[data-next]")["href"])
    assert visitor.get(link).location.endswith(f"/butir/{second}")
    last = visitor.get(f"/antrean/berikutnya?setelah={waiting[-1]}")
    assert last.location == "/antrean", "after the last one: the list"


def test_what_a_colleague_has_is_not_offered(site: Site) -> None:
    visitor = site.visitor("kominfo")
    first, second = [str(link["href"]).rpartition("/")[2] for link in visitor.page("/antrean").select(".row-words a")][
        :2
    ]
    page = site.demo.core.inbox.item(site.demo.people["operator"], second)
    site.demo.core.acts.claim(site.demo.people["operator"], second, page.revision)
    assert f"/butir/{second}" not in visitor.get(f"/antrean/berikutnya?setelah={first}").location


def test_who_reads_items_begins_at_what_waits_without_a_detour(site: Site) -> None:
    visitor = site.visitor("operator")
    answer = visitor.get("/")
    assert answer.status_code == 200 and "Antrean: Belum dijawab" in answer.text
    assert site.visitor("pengembang").get("/").location == "/akun"


@pytest.mark.parametrize("path", ["/masuk", "/antrean", "/butir/{code}", "/triase"])
def test_a_first_load_weighs_less_than_100_kilobytes(site: Site, path: str) -> None:
    """Everything a browser fetches for its first page, the worker and what it keeps included."""
    visitor = site.visitor(None if path == "/masuk" else "kominfo")
    path = path.format(code=site.demo.codes["c3"])
    page = visitor.page(path)
    files = {str(tag.get("href") or tag.get("src")) for tag in page.select("link[href], script[src], img[src]")}
    files |= {str(tag["href"]).partition("#")[0] for tag in page.select("use[href]")}
    files |= {path, "/sw.js", "/tanpa-jaringan", *map(str, told(site)["files"])}  # type: ignore[call-overload]
    sizes = {file: len(visitor.get(file, headers={"Accept-Encoding": "gzip"}).data) for file in files}
    assert sum(sizes.values()) < 100_000, sorted(sizes.items(), key=lambda one: -one[1])[:5]
    assert PASSWORD not in page.text
