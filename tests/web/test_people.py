"""The page Pengguna: inviting, the link that is seen once, changing, substitutes, and the end of someone's work."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from aggregator.domain.access import Role
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import PASSWORD
from tests.web.site import Site, Visitor, one, soup

FRESH = "kuda makan jeruk"
SITI = {
    "login": "siti",
    "name": "Siti <b>Rahmawati</b>",
    "role": "pic",
    "unit": "Dinas Kesehatan",
    "email": "siti@kab.go.id",
}


def person(site: Site, login: str) -> str:
    return f"/pengguna/{site.demo.core.staff.id_of(login)}"


def invited(site: Site, admin: Visitor) -> str:
    """The path of Siti's link."""
    answer = admin.post("/pengguna/undang", SITI)
    assert answer.status_code == 200
    address = urlsplit(str(one(soup(answer), "#tautan")["value"]))
    assert address.netloc == "localhost" and address.path.startswith("/undangan/")
    return address.path


def test_an_invited_person_chooses_a_password_and_works(site: Site) -> None:
    admin = site.visitor("kominfo")
    link = invited(site, admin)
    assert link not in admin.get(person(site, "siti")).text, "seen once"
    browser = site.visitor()
    page = soup(browser.get(link))
    assert one(page, "#login")["value"] == "siti" and "<b>" not in one(page, "h1 bdi").decode_contents()
    answer = browser.post(link, {"new": FRESH, "again": FRESH}, token_from=link)
    assert answer.location == "/"
    assert browser.get("/antrean").status_code == 200
    assert browser.get("/pengguna").status_code == 403
    again = site.visitor().get(link)
    assert again.status_code == 404 and "sudah dipakai" in again.text
    assert site.visitor().log_in("siti", FRESH).status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "says"),
    [("pendek", "pendek", "8 sampai"), (FRESH, "beda sekali", "Belum sama"), ("", "", "pilihan Anda"),
     ("password123", "password123", "mudah ditebak"), ("siti1234", "siti1234", "mudah ditebak")],
)  # fmt: skip
def test_a_bad_first_password_says_why(site: Site, new: str, again: str, says: str) -> None:
    link = invited(site, site.visitor("kominfo"))
    answer = site.visitor().post(link, {"new": new, "again": again}, token_from=link)
    assert answer.status_code == 422 and says in answer.text
    assert not any(field.get("value") for field in soup(answer).select("input[type=password]"))


def test_an_invitation_ends_the_session_before_it(site: Site) -> None:
    link = invited(site, site.visitor("kominfo"))
    visitor = site.visitor("operator")
    old = visitor.client.get_cookie("sahut_session").value
    visitor.post(link, {"new": FRESH, "again": FRESH}, token_from=link)
    visitor.client.set_cookie("sahut_session", old)
    assert visitor.get("/antrean").status_code == 302


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"login": "operator"}, "sudah dipakai"), ({"login": ""}, "Isi nama penggunanya"), ({"name": ""}, "Isi nama lengkapnya"),
        ({"unit": "Dinas Hantu"}, "tidak ada"), ({"unit": ""}, "harus mempunyai unit"), ({"email": "x"}, "e-mail"),
        ({"role": "raja"}, "Not a valid choice"), ({"login": "Si Ti"}, "huruf kecil"),
    ],
)  # fmt: skip
def test_a_form_that_is_not_right_keeps_what_was_typed(site: Site, changes: dict[str, str], says: str) -> None:
    answer = site.visitor("kominfo").post("/pengguna/undang", SITI | changes)
    page = soup(answer)
    assert answer.status_code == 422
    if "role" not in changes:
        assert says in page.text
    assert one(page, "#unit")["value"] == (SITI | changes)["unit"]


def test_the_list_is_narrowed_and_paged(site: Site) -> None:
    core = site.demo.core
    for number in range(55):
        core.people.add(f"p{number:02}", f"Petugas {number:02}", Role.OPERATOR, site.demo.units["PUPR"], PASSWORD)
    admin = site.visitor("kominfo")
    page = soup(admin.get("/pengguna"))
    names = [row.text for row in page.select(".card-row h2")]
    assert len(names) == 50
    further = str(one(page, ".pager a")["href"])
    rest = [row.text for row in soup(admin.get(further)).select(".card-row h2")]
    assert len(set(names) | set(rest)) == 55 + 4 and not set(names) & set(rest)
    assert [row.text for row in soup(admin.get("/pengguna?cari=petugas 07")).select(".card-row h2")] == ["Petugas 07"]
    assert [row.text for row in soup(admin.get("/pengguna?peran=pimpinan")).select(".card-row h2")] == ["Bupati"]
    for odd in ("?tampil=x&peran=y&sesudah=zz", "?sesudah=99999999999", "?sesudah=²"):
        assert admin.get("/pengguna" + odd).status_code == 200
    assert "Tidak ada yang cocok" in admin.get("/pengguna?cari=hantu").text
    assert "Tidak ada undangan" in admin.get("/pengguna?tampil=invited").text


def test_a_forgotten_password_by_a_link(site: Site) -> None:
    admin = site.visitor("kominfo")
    answer = admin.post(f"{person(site, 'operator')}/tautan")
    link = urlsplit(str(one(soup(answer), "#tautan")["value"])).path
    assert "Kata sandi baru" in site.visitor().get(link).text
    assert site.visitor().post(link, {"new": FRESH, "again": FRESH}, token_from=link).status_code == 302
    assert site.visitor().log_in("operator").status_code == 401


def test_leaving_shows_what_it_touches_first(site: Site) -> None:
    core, demo = site.demo.core, site.demo
    operator = demo.people["operator"]
    for key in ("c3", "c4"):
        core.acts.claim(operator, demo.codes[key], core.inbox.item(operator, demo.codes[key]).revision)
    theirs = site.visitor("operator")
    admin, path = site.visitor("kominfo"), person(site, "operator")
    assert "2 butir" in one(soup(admin.get(f"{path}/nonaktifkan")), ".steps").text
    assert theirs.get("/antrean").status_code == 200, "looking changes nothing"
    answer = admin.post(f"{path}/nonaktifkan", {"reason": "pindah tugas"})
    assert answer.location == path
    page = admin.page(path)
    assert "2 butir" in page.text and "pindah tugas" in page.text and "Aktifkan lagi" in page.text
    assert theirs.get("/antrean").status_code == 302
    item = admin.page(f"/butir/{demo.codes['c3']}")
    assert "Dilepas" in item.text and "tidak aktif" in item.text
    again = admin.post(f"{path}/aktifkan")
    assert again.status_code == 200 and one(soup(again), "#tautan")["value"]
    assert admin.post(f"{person(site, 'bupati')}/tautan").status_code == 200


def test_nobody_deactivates_themselves(site: Site) -> None:
    admin, path = site.visitor("kominfo"), person(site, "kominfo")
    assert "nonaktifkan" not in str(admin.page(path).select(".act-bar a")).casefold()
    answer = admin.post(f"{path}/nonaktifkan")
    assert answer.status_code == 422 and "diri sendiri" in answer.text
    assert admin.post(f"{path}/lepas-pengaman").status_code == 404


def test_changing_what_is_known(site: Site) -> None:
    admin, path = site.visitor("kominfo"), person(site, "operator")
    theirs = site.visitor("operator")
    told = {"name": "Operator Baru", "role": "kepala", "unit": "Dinkes", "email": "", "confidential": "y"}
    assert admin.post(f"{path}/ubah", told).location == path
    page = admin.page(path)
    assert "Kepala unit" in page.text and "Dinas Kesehatan" in page.text and "boleh dibuka" in page.text
    assert theirs.get("/antrean").status_code == 302
    assert admin.post(f"{path}/ubah", told | {"unit": "Hantu"}).status_code == 422
    assert one(soup(admin.get(f"{path}/ubah")), "#confidential").has_attr("checked")


def test_a_substitute_for_some_days(site: Site, clock: SteppableClock) -> None:
    admin, path = site.visitor("kominfo"), person(site, "operator")
    today = clock().date()
    told = {
        "unit": "Dinkes",
        "right": "work",
        "first": today.isoformat(),
        "last": (today + timedelta(days=1)).isoformat(),
    }
    without = admin.post(f"{path}/hak", told)
    assert without.status_code == 422 and "alasannya" in without.text
    assert one(soup(without), "#unit")["value"] == "Dinkes" and one(soup(without), "details.act").has_attr("open")
    assert admin.post(f"{path}/hak", told | {"reason": "PLT", "last": "kemarin"}).status_code == 422
    assert admin.post(f"{path}/hak", told | {"reason": "PLT", "unit": "Hantu"}).status_code == 422
    assert admin.post(f"{path}/hak", told | {"reason": "PLT", "right": "none"}).status_code == 422
    assert admin.post(f"{path}/hak", told | {"reason": "PLT <i>"}).location == f"{path}#hak"
    page = admin.page(path)
    assert "PLT <i>" in page.text and "Berlaku" in one(page, "#hak").text
    assert site.demo.core.people.find("operator").may_work(site.demo.units["Dinkes"])
    end = str(one(page, "#hak .cards form")["action"])
    assert admin.post(end).status_code == 302
    assert not site.demo.core.people.find("operator").may_see(site.demo.units["Dinkes"])
    assert "Berakhir" in one(admin.page(path), "#hak").text


def test_people_who_do_not_exist(site: Site) -> None:
    admin = site.visitor("kominfo")
    for path in ("", "/ubah", "/nonaktifkan"):
        assert admin.get(f"/pengguna/999{path}").status_code == 404, path
    for path in ("/tautan", "/aktifkan", "/lepas-pengaman", "/hak/1/akhiri", "/hak"):
        told = {"unit": "Dinkes", "right": "work", "first": "2026-11-02", "last": "2026-11-03", "reason": "x"}
        assert admin.post(f"/pengguna/999{path}", told).status_code == 404, path


def test_a_made_up_link_is_a_clear_page(site: Site) -> None:
    for token in ("x", "%00", "a" * 500, "%ed%a0%80"):
        answer = site.visitor().get(f"/undangan/{token}")
        assert answer.status_code == 404 and "Diskominfo" in answer.text, token
