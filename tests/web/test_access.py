"""Every route, for every role: the table in web/access.py is what the pages do."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.services.intake import Source
from aggregator.storage.ids import code_of
from tests.fakes.demo import Demo
from tests.web.site import ROLES, Site, Visitor
from web.access import NEEDS, Need, check_listed
from web.forms.acts import ACTS

STAFF = {"operator", "pic", "kadis", "verifikator", "kominfo", "trc", "inspektur"}
LISTS = {
    Need.NOBODY: set(ROLES),
    Need.PERSON: set(ROLES),
    Need.READER: STAFF | {"bupati"},
    Need.WORKER: STAFF,
    Need.SORTER: {"verifikator", "kominfo"},
    Need.KEEPER: STAFF | {"pengembang"},
    Need.TENDER: {"kominfo", "pengembang"},
    Need.ADMIN: {"kominfo"},
}
MACHINES = {"hooks.receive"}  # who calls is known by a signature; tests/web/test_hooks.py
WORDS_OF_CITIZENS = ("Jalan Kenanga berlubang", "Drainase di depan pasar")


def routes(site: Site) -> list[tuple[str, str, str]]:
    """(endpoint, method, path) of everything that can be asked for."""
    values = {"code": site.demo.codes["c3"], "act": "ambil", "account_id": site.demo.accounts["PUPR"]}
    values |= {"platform": "facebook", "login_id": 1, "rule_id": 1, "place_id": 1, "model_id": 1}
    values |= {"template_id": 1, "unit_id": 1, "election_id": 1}
    values |= {"person_id": site.demo.people["bupati"].person_id, "grant_id": 1, "handle": "0" * 16, "token": "x"}
    values |= {"notice_id": 1, "contact_id": 1, "medium": "email", "name": "email"}
    values |= {"attachment_id": 1}
    found = []
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        known = {name: values[name] for name in rule.arguments - {"filename"}}
        if "filename" in rule.arguments:
            known["filename"] = "sahut.css" if rule.endpoint == "static" else "css/bootstrap.min.css"
        path = adapter.build(rule.endpoint, known)
        found += [(rule.endpoint, method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def test_a_route_without_a_rule_stops_the_start() -> None:
    app = Flask("stranger")
    app.add_url_rule("/lepas", "stray", lambda: "")
    with pytest.raises(RuntimeError, match="stray"):
        check_listed(app)


def test_every_route_asks_strangers_to_log_in(site: Site) -> None:
    stranger = site.visitor()
    token = stranger.form_token("/masuk")
    for endpoint, method, path in routes(site):
        answer = stranger.client.open(path, method=method, data={"csrf_token": token} if method == "POST" else None)
        if endpoint in MACHINES:
            assert (answer.status_code, answer.text) == (403, ""), path
        elif NEEDS[endpoint] is Need.NOBODY:
            assert answer.status_code in (200, 302, 401, 404, 422), path
        elif method == "POST":
            assert answer.status_code == 401, path
        else:
            assert answer.status_code == 302 and answer.location.startswith("/masuk"), path


@pytest.mark.parametrize("role", ROLES)
def test_every_route_for_every_role(site: Site, role: str) -> None:
    visitor = site.visitor(role)
    for endpoint, method, path in sorted(routes(site), key=lambda route: route[0] == "session.log_out"):
        answer = visitor.get(path) if method == "GET" else visitor.post(path)
        allowed = role in LISTS[NEEDS[endpoint]] and endpoint not in MACHINES
        assert (answer.status_code != 403) == allowed, (role, method, path, answer.status_code)
        assert answer.status_code < 500, (role, path)


def test_a_developer_reads_no_citizens_words(site: Site) -> None:
    developer = site.visitor("pengembang")
    for _, method, path in routes(site):
        if method == "GET" and not path.startswith(("/static", "/bootstrap")):
            text = developer.get(path, follow_redirects=True).get_data(as_text=True)
            assert not any(words in text for words in WORDS_OF_CITIZENS), path


def health_item(demo: Demo) -> str:
    """An item of another unit; its code."""
    core, account = demo.core, demo.accounts["Dinkes"]
    message = Message(
        external_id="k1",
        kind=Kind.COMMENT,
        thread=ThreadRef(external_id="t1", url="https://dinkes.contoh.example/t1", title="Jadwal imunisasi"),
        author=Author(external_id="w9", name="Rahasia"),
        text="Puskesmas tutup, imunisasi anak saya kapan dijadwalkan lagi?",
        created_at=core.clock(),
    )
    core.intake.store(
        Source(account_id=account, platform="website", unit_id=demo.units["Dinkes"], own_host=True),
        [message],
        core.clock(),
    )
    with core.database.read() as connection:
        identity = connection.exec_driver_sql("SELECT id FROM messages WHERE external_id = 'k1'").scalar_one()
    code = code_of(identity)
    page = core.inbox.item(demo.people["kominfo"], code)
    if page.unit_id != demo.units["Dinkes"]:
        core.acts.route(demo.people["kominfo"], code, page.revision, demo.units["Dinkes"])
    return code


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("confidential", [False, True])
def test_every_item_route_for_every_role_and_unit(site: Site, role: str, confidential: bool) -> None:
    """route × role × own/other unit: what may not be seen does not exist, what may not be acted on stays as it is."""
    demo, visitor = site.demo, site.visitor(role)
    own, other = pupr_item(demo), health_item(demo)
    if confidential:
        for code in (own, other):
            page = demo.core.inbox.item(demo.people["kominfo"], code)
            demo.core.acts.make_confidential(demo.people["kominfo"], code, page.revision, "Menyebut nama anak.")
    person = demo.core.people.find(role)
    for code, unit in ((own, demo.units["PUPR"]), (other, demo.units["Dinkes"])):
        seen = person.may_see(unit) and (person.confidential or not confidential)
        for endpoint, method, path in item_routes(site, code):
            answer = visitor.client.open(path, method=method, data=filled(site, visitor, code))
            if role not in LISTS[NEEDS[endpoint]]:
                assert answer.status_code == 403, (role, path)
            elif seen and (method == "GET" or person.may_work(unit) or endpoint in READERS_ACTS):
                assert answer.status_code in (200, 302, 409, 422), (role, path, answer.status_code)
            elif seen:  # who only reads it is told so, or what the form lacks
                assert answer.status_code in (404, 422), (role, path, answer.status_code)
            else:
                assert answer.status_code == 404, (role, path, answer.status_code)
                assert "Jalan Kenanga" not in answer.text and "Puskesmas" not in answer.text


# Whoever may see an item may do these.
READERS_ACTS = {"item.note", "item.unmask", "teamwork.watch", "teamwork.unwatch", "teamwork.attach"}


def item_routes(site: Site, code: str) -> list[tuple[str, str, str]]:
    """Every route of one item, each act by its name."""
    adapter, found = site.app.url_map.bind("localhost"), []
    for rule in site.app.url_map.iter_rules():
        if rule.arguments == {"code"}:
            path = adapter.build(rule.endpoint, {"code": code})
            found += [(rule.endpoint, method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    acts = (f"/butir/{code}/{act}" for act in ACTS)
    return found + [(adapter.match(path, method="POST")[0], "POST", path) for path in acts]


def filled(site: Site, visitor: Visitor, code: str) -> dict[str, Any]:
    """A form with something in every field, as whoever knows the item would send it."""
    revision = site.demo.core.inbox.item(site.demo.people["kominfo"], code).revision
    told = {"reason": "Alasan yang jelas.", "text": "Isi.", "login": "kominfo", "person_id": 1, "revision": revision}
    return told | {"unit_id": site.demo.units["Diskominfo"], "csrf_token": visitor.form_token()}


def pupr_item(demo: Demo) -> str:
    """An item that Dinas PUPR has; its code."""
    code = demo.codes["c1"]
    page = demo.core.inbox.item(demo.people["kominfo"], code)
    if page.unit_id != demo.units["PUPR"]:
        demo.core.acts.route(demo.people["kominfo"], code, page.revision, demo.units["PUPR"])
    return code


def test_another_units_item_does_not_exist(site: Site) -> None:
    code = health_item(site.demo)
    assert site.visitor("kominfo").get(f"/butir/{code}").status_code == 200
    operator = site.visitor("operator")
    for path in (f"/butir/{code}", f"/butir/{code}/teruskan"):
        answer = operator.get(path)
        assert answer.status_code == 404 and "Puskesmas" not in answer.get_data(as_text=True)
    for act, more in (
        ("ambil", {}),
        ("catatan", {"text": "x"}),
        ("tutup", {"reason": "alasan"}),
        ("jawab", {"text": "halo"}),
    ):
        assert operator.post(f"/butir/{code}/{act}", {"revision": 1} | more).status_code == 404, act
    assert "Puskesmas" not in operator.get("/antrean?tab=all").get_data(as_text=True)
    unseen = operator.get(f"/antrean?tab=all&unit={site.demo.units['Dinkes']}")
    assert "Puskesmas" not in unseen.get_data(as_text=True)


def test_another_units_account_does_not_exist(site: Site) -> None:
    operator, other = site.visitor("operator"), site.demo.accounts["Dinkes"]
    assert operator.get(f"/akun/{other}").status_code == 404
    assert operator.post(f"/akun/{other}/baca").status_code == 404
    assert operator.post(f"/akun/{other}/pengaturan").status_code == 404
    assert operator.get(f"/akun/{site.demo.accounts['PUPR']}").status_code == 200
