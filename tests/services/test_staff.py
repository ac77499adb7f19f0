"""The list of people, one person's page, and what is changed on paper."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from aggregator.domain.access import Role
from aggregator.services.errors import NotFound, Refused
from aggregator.services.people import Newcomer, staff
from tests.services.staff import PASSWORD, Office


def names(office: Office, **asked: object) -> list[str]:
    """Everyone who is found, over all pages."""
    found, after = [], None
    while True:
        page = office.staff.list(office.rina, after=after, **asked)  # type: ignore[arg-type]
        found += [row.name for row in page.rows]
        after = page.after
        if after is None:
            return found


def test_pages_hold_everyone_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "PAGE", 3)
    for number in range(8):
        office.people.add(f"p{number}", f"Nama {number % 3}", Role.OPERATOR, office.unit("Dinas"), PASSWORD)
    found = names(office)
    assert sorted(found) == sorted(["Rina Kusuma", "Budi Santoso", *(f"Nama {n % 3}" for n in range(8))])
    assert found == sorted(found)
    assert names(office, search="nama 1") == ["Nama 1"] * 3
    assert office.staff.list(office.rina, after=999).rows == (), "a page behind nobody is empty"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("budi", ["Budi Santoso"]), ("SANTOSO", ["Budi Santoso"]), ("kabupaten.go", ["Budi Santoso"]),
        ("dinas", ["Budi Santoso"]),
        ("%", []), ("_", []), ("hantu", []), ("\x00", ["Budi Santoso", "Rina Kusuma"]), ("\ud800", []), ("a" * 900, []),
    ],
)  # fmt: skip
def test_search_takes_words_as_they_are(office: Office, search: str, found: list[str]) -> None:
    assert names(office, search=search) == found


def test_states_and_counts(office: Office) -> None:
    office.people.add("tono", "Tono", Role.OPERATOR, office.unit("Dinas"), PASSWORD)
    told = Newcomer(login="siti", name="Siti", role=Role.PIC, unit_id=office.unit("Lain"))
    office.invitations.invite(office.rina, told)
    office.leaving.deactivate(office.rina, office.id("tono"))
    page = office.staff.list(office.rina, state="invited")
    assert page.counts == {"active": 2, "invited": 1, "left": 1}
    assert [(row.login, row.state, row.unit) for row in page.rows] == [("siti", "invited", "Lain")]
    assert names(office, state="left") == ["Tono"]
    assert names(office, role="diskominfo") == ["Rina Kusuma"] and names(office, role="pimpinan") == []


def test_a_page_costs_the_same_however_many_there_are(office: Office) -> None:
    statements: list[str] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def cost() -> int:
        viewer = office.rina
        office.staff.list(viewer, search="a")
        statements.clear()
        office.staff.list(viewer, search="a")
        office.staff.person(viewer, office_id)
        return len([one for one in statements if one.lstrip().upper().startswith(("SELECT", "WITH"))])

    office_id = office.id("budi")
    few = cost()
    for number in range(30):
        office.people.add(f"p{number}", "Nama", Role.OPERATOR, office.unit("Dinas"), PASSWORD)
    assert cost() == few <= 4


def test_a_person_is_shown_whole(office: Office) -> None:
    office.people.log_in("budi", PASSWORD)
    office.invitations.renew(office.rina, office.id("budi"))
    page = office.staff.person(office.rina, office.id("budi"))
    assert (page.person.login, page.person.email, page.person.unit) == ("budi", "budi@kabupaten.go.id", "Dinas")
    assert (page.devices, page.held, page.has_sso, page.person.has_factor) == (1, 0, False, False)
    assert page.link_until is not None
    assert [(one.kind, one.actor, one.own) for one in page.moments] == [
        ("link_made", "Rina Kusuma", False),
        ("added", None, False),
    ]


def changed(office: Office, login: str, *, confidential: bool = False, **changes: object) -> None:
    page = office.staff.person(office.rina, office.id(login))
    told = {"login": login, "name": page.person.name, "role": Role(page.person.role), "unit_id": page.unit_id}
    told |= {"email": page.person.email} | changes
    office.staff.change(office.rina, office.id(login), Newcomer(**told), confidential=confidential)  # type: ignore[arg-type]


def test_a_new_role_puts_them_out_and_is_noted(office: Office) -> None:
    token = office.people.log_in("budi", PASSWORD)
    changed(office, "budi", name="Budi S.")
    assert office.people.viewer(token) is not None, "a name changes no right"
    changed(office, "budi", role=Role.HEAD)
    assert office.people.viewer(token) is None
    assert (office.budi.role, office.budi.name) == (Role.HEAD, "Budi S.")
    newest = office.staff.person(office.rina, office.id("budi")).moments[0]
    assert newest.data == {"fields": ["role"], "role": ["operator", "kepala"]}


def test_nothing_changed_notes_nothing(office: Office) -> None:
    changed(office, "budi")
    assert office.kinds("budi") == ["added"]


def test_named_for_confidential_items(office: Office) -> None:
    assert not office.budi.confidential and office.rina.confidential
    changed(office, "budi", confidential=True)
    assert office.budi.confidential


@pytest.mark.parametrize(
    ("login", "changes", "word"),
    [
        ("rina", {"role": Role.LEADER, "confidential": True}, "diri sendiri"),
        ("budi", {"unit_id": None}, "harus mempunyai unit"),
        ("budi", {"name": ""}, "harus diisi"), ("budi", {"email": "x"}, "e-mail"),
        ("rina", {"email": "BUDI@kabupaten.go.id"}, "dipakai"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed(office: Office, login: str, changes: dict[str, object], word: str) -> None:
    with pytest.raises(Refused, match=word):
        changed(office, login, **changes)  # type: ignore[arg-type]
    assert office.kinds(login) == ["added"]


def test_only_admins_see_people(office: Office) -> None:
    for act in (
        lambda: office.staff.list(office.budi),
        lambda: office.staff.person(office.budi, office.id("budi")),
        lambda: office.staff.person(office.rina, 999),
        lambda: office.staff.unbind(office.budi, office.id("rina")),
        lambda: office.staff.change(
            office.budi,
            office.id("budi"),
            Newcomer(login="b", name="B", role=Role.DISKOMINFO, unit_id=None),
            confidential=True,
        ),
    ):
        with pytest.raises(NotFound):
            act()
