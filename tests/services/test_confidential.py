"""Confidential items: seen by named people only, counted apart, every look noted; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from aggregator.domain.access import Right, Role, Viewer
from aggregator.services.audience import Audience
from aggregator.services.errors import NotFound, Refused
from aggregator.services.inbox import Filter
from aggregator.services.ledger import counted, recounted
from aggregator.storage.tables import grants, looks, people
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import PASSWORD, Demo

REASON = "Menyebut nama anak."


@pytest.fixture
def code(demo: Demo) -> str:
    """An item of Dinas PUPR that Diskominfo made confidential."""
    code = demo.codes["c3"]
    page = demo.core.inbox.item(demo.people["kominfo"], code)
    if page.unit_id != demo.units["PUPR"]:
        demo.core.acts.route(demo.people["kominfo"], code, page.revision, demo.units["PUPR"])
    hide(demo, "kominfo", code)
    return code


def hide(demo: Demo, login: str, code: str) -> None:
    who = demo.core.people.find(login)
    demo.core.acts.make_confidential(who, code, demo.core.inbox.item(who, code).revision, REASON)


def person(demo: Demo, login: str, role: Role, unit: str | None, *, named: bool = False) -> Viewer:
    unit_id = demo.units[unit] if unit else None
    demo.core.people.add(login, login.title(), role, unit_id, PASSWORD)
    if named:
        with demo.core.database.write() as connection:
            connection.execute(update(people).where(people.c.login == login).values(confidential=True))
    return demo.core.people.find(login)


def codes(demo: Demo, viewer: Viewer, tab: str = "all") -> set[str]:
    return {row.code for row in demo.core.inbox.page(viewer, Filter(tab=tab)).rows}


def numbers(demo: Demo, viewer: Viewer) -> None:
    """Each tab's number is the length of its list."""
    page = demo.core.inbox.page(viewer, Filter())
    for tab, number in page.tabs.items():
        assert number == len(codes(demo, viewer, tab)), (viewer.login, tab)


def test_only_named_people_see_it(demo: Demo, code: str) -> None:
    verifier = person(demo, "verif", Role.VERIFIER, "Diskominfo")
    pic = person(demo, "pic", Role.PIC, "PUPR", named=True)
    closed_to = [demo.people["operator"], demo.people["bupati"], verifier]
    open_to = [demo.people["kominfo"], pic]
    for viewer in closed_to:
        assert code not in codes(demo, viewer)
        with pytest.raises(NotFound):
            demo.core.inbox.item(viewer, code)
        numbers(demo, viewer)
    for viewer in open_to:
        assert code in codes(demo, viewer)
        assert demo.core.inbox.item(viewer, code).confidential
        numbers(demo, viewer)


def test_who_may_not_see_it_may_not_act_on_it(demo: Demo, code: str) -> None:
    acts, operator = demo.core.acts, demo.people["operator"]
    for act in (
        lambda: acts.claim(operator, code, 1),
        lambda: acts.note(operator, code, "halo"),
        lambda: acts.unmask(operator, code),
        lambda: acts.make_open(operator, code, 1, REASON),
        lambda: acts.name_person(operator, code, "operator"),
    ):
        with pytest.raises(NotFound):
            act()


def test_every_look_is_noted(demo: Demo, code: str, clock: SteppableClock) -> None:
    kominfo = demo.people["kominfo"]
    with demo.core.database.write() as connection:
        connection.execute(looks.delete())
    for _ in range(3):
        clock.step(seconds=1)
        page = demo.core.inbox.item(kominfo, code)
    assert page.secret is not None
    assert page.secret.looked == 3 and page.secret.looks[0].who == kominfo.name
    assert page.secret.looks[0].at == clock()
    with pytest.raises(NotFound):
        demo.core.inbox.item(demo.people["operator"], code)
    with demo.core.database.read() as connection:
        seen = connection.execute(select(looks.c.person_id)).scalars().all()
    assert seen == [kominfo.person_id] * 3, "who was turned away did not look"


def test_an_open_item_notes_no_looks(demo: Demo) -> None:
    page = demo.core.inbox.item(demo.people["kominfo"], demo.codes["c1"])
    assert page.secret is None
    with demo.core.database.read() as connection:
        assert connection.execute(select(looks)).first() is None


def test_one_person_more_may_be_named_for_one_item(demo: Demo, code: str) -> None:
    core, kominfo = demo.core, demo.people["kominfo"]
    doctor = person(demo, "dokter", Role.OPERATOR, "Dinkes")
    core.acts.name_person(kominfo, code, " Dokter ")
    doctor = core.people.find("dokter")
    assert codes(demo, doctor) >= {code} and core.inbox.item(doctor, code).text
    numbers(demo, doctor)
    with pytest.raises(NotFound):  # to read it is not to work on it
        core.acts.claim(doctor, code, core.inbox.item(doctor, code).revision)
    page = core.inbox.item(kominfo, code)
    assert page.secret and [(one.name, one.single) for one in page.secret.named if one.single] == [("Dokter", True)]
    with pytest.raises(Refused, match="sudah ditunjuk"):
        core.acts.name_person(kominfo, code, "dokter")
    assert doctor.person_id is not None
    core.acts.unname_person(kominfo, code, doctor.person_id)
    core.acts.unname_person(kominfo, code, doctor.person_id)
    with pytest.raises(NotFound):
        core.inbox.item(core.people.find("dokter"), code)
    kinds = [moment.kind for moment in core.inbox.item(kominfo, code).timeline]
    assert kinds.count("named") == kinds.count("unnamed") == 1


@pytest.mark.parametrize("login", ["tidak-ada", "", "pengembang"])
def test_who_cannot_be_named(demo: Demo, code: str, login: str) -> None:
    person(demo, "pengembang", Role.DEVELOPER, None)
    with pytest.raises(Refused, match="tidak boleh membaca"):
        demo.core.acts.name_person(demo.people["kominfo"], code, login)


def test_only_a_confidential_item_has_names(demo: Demo) -> None:
    with pytest.raises(Refused, match="tidak rahasia"):
        demo.core.acts.name_person(demo.people["kominfo"], demo.codes["c1"], "operator")


def test_whoever_makes_it_confidential_keeps_it(demo: Demo) -> None:
    code = demo.codes["c3"]
    kominfo, operator = demo.people["kominfo"], demo.people["operator"]
    page = demo.core.inbox.item(kominfo, code)
    if page.unit_id != demo.units["PUPR"]:
        demo.core.acts.route(kominfo, code, page.revision, demo.units["PUPR"])
    hide(demo, "operator", code)
    operator = demo.core.people.find("operator")
    page = demo.core.inbox.item(operator, code)
    assert page.confidential and page.may_work
    with pytest.raises(Refused, match="sudah rahasia"):
        demo.core.acts.make_confidential(operator, code, page.revision, REASON)
    demo.core.acts.make_open(operator, code, page.revision, "Ternyata tidak.")
    assert not demo.core.inbox.item(operator, code).confidential
    assert demo.core.inbox.item(demo.people["bupati"], code).text


def test_it_never_goes_where_nobody_may_open_it(demo: Demo, code: str) -> None:
    core, kominfo = demo.core, demo.people["kominfo"]
    with pytest.raises(Refused, match="Dinas Kesehatan"):
        core.acts.route(kominfo, code, core.inbox.item(kominfo, code).revision, demo.units["Dinkes"])
    head = person(demo, "kadinkes", Role.HEAD, "Dinkes", named=True)
    core.acts.route(kominfo, code, core.inbox.item(kominfo, code).revision, demo.units["Dinkes"])
    assert codes(demo, head) == {code}


def test_the_counters_know_it(demo: Demo, code: str) -> None:
    with demo.core.database.read() as connection:
        assert counted(connection) == recounted(connection)
        assert sum(n for place, n in counted(connection).items() if place.confidential) == 1


def test_a_grant_holds_between_its_dates(demo: Demo, clock: SteppableClock) -> None:
    core = demo.core
    operator = person(demo, "plt", Role.OPERATOR, "Dinkes")
    row = {"person_id": operator.person_id, "unit_id": demo.units["PUPR"], "right": Right.MANAGE.value}
    row |= {"from_at": clock() + timedelta(days=1), "until_at": clock() + timedelta(days=8), "created_at": clock()}
    with core.database.write() as connection:
        connection.execute(insert(grants).values(row))
    token = core.people.log_in("plt", PASSWORD)

    def manages() -> bool:
        viewer = core.people.viewer(token)
        assert viewer is not None and viewer.may_work(demo.units["Dinkes"])
        assert viewer.may_manage(demo.units["PUPR"]) == core.people.find("plt").may_manage(demo.units["PUPR"])
        return viewer.may_manage(demo.units["PUPR"])

    assert not manages()
    clock.step(days=1)
    token = core.people.log_in("plt", PASSWORD)
    assert manages()
    clock.step(days=7)
    token = core.people.log_in("plt", PASSWORD)
    assert not manages()


def test_who_is_there_for_a_unit(demo: Demo, clock: SteppableClock) -> None:
    person(demo, "pic", Role.PIC, "PUPR", named=True)
    person(demo, "keluar", Role.OPERATOR, "PUPR")
    demo.core.people.deactivate("keluar")
    with demo.core.database.read() as connection:
        audience = Audience(connection, demo.core.units, clock())
    pupr = demo.units["PUPR"]
    assert {one.name for one in audience.of(pupr, Right.WORK)} == {"Operator", "Kominfo", "Pic"}
    assert {one.name for one in audience.of(pupr, Right.WORK) if one.own} == {"Operator", "Pic"}
    assert {one.name for one in audience.of(pupr, Right.MANAGE)} == {"Kominfo", "Pic"}
    assert {one.name for one in audience.of(pupr, Right.READ)} == {"Operator", "Kominfo", "Pic", "Bupati"}
    assert {one.name for one in audience.of(pupr, Right.READ, confidential=True)} == {"Kominfo", "Pic"}
    assert {one.name for one in audience.of(None, Right.WORK)} == {"Kominfo"}
