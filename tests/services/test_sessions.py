"""A person's own sessions: seen, named by their device, and ended."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from aggregator.services.errors import NotFound
from aggregator.storage.tables import sessions
from tests.services.staff import PASSWORD, Office


def test_devices_are_listed_this_one_first(office: Office) -> None:
    here = office.people.log_in("budi", PASSWORD, "Chrome di Android")
    office.clock.step(minutes=5)
    office.people.log_in("budi", PASSWORD, "Firefox di Windows")
    office.people.log_in("rina", PASSWORD, "Safari di Mac")
    first, second = office.sessions.of(office.budi, here)
    assert (first.device, first.here, second.device, second.here) == (
        "Chrome di Android",
        True,
        "Firefox di Windows",
        False,
    )
    assert second.begun_at == second.seen_at == office.clock()


def test_only_live_and_whole_ones_are_listed(office: Office) -> None:
    office.people.log_in("budi", PASSWORD)
    office.clock.step(minutes=31)
    office.enrol(office.budi)
    office.people.log_in("budi", PASSWORD)  # waits for its code
    assert office.sessions.of(office.budi, "x")[0].device == ""
    assert len(office.sessions.of(office.budi, "x")) == 1


def test_ending_one(office: Office) -> None:
    here, other = (office.people.log_in("budi", PASSWORD) for _ in range(2))
    handle = next(row.handle for row in office.sessions.of(office.budi, here) if not row.here)
    office.sessions.end(office.budi, handle)
    assert (office.people.viewer(here) is not None, office.people.viewer(other)) == (True, None)
    with pytest.raises(NotFound):
        office.sessions.end(office.budi, handle)


def test_nobody_ends_anothers(office: Office) -> None:
    token = office.people.log_in("rina", PASSWORD)
    (row,) = office.sessions.of(office.rina, token)
    for handle in (row.handle, "", "%", "x" * 16, "\x00"):
        with pytest.raises(NotFound):
            office.sessions.end(office.budi, handle)
    assert office.people.viewer(token) is not None


def test_ending_all_others(office: Office) -> None:
    here, *others = (office.people.log_in("budi", PASSWORD) for _ in range(3))
    strange = office.people.log_in("rina", PASSWORD)
    assert office.sessions.end_others(office.budi, here) == 2
    assert [office.people.viewer(token) for token in others] == [None, None]
    assert office.people.viewer(here) and office.people.viewer(strange)
    assert office.sessions.end_others(office.budi, here) == 0


def test_a_device_is_cut_and_nothing_else_is_kept(office: Office) -> None:
    office.people.log_in("budi", PASSWORD, "P" * 900)
    with office.database.read() as connection:
        (row,) = connection.execute(select(sessions)).mappings()
    assert len(row["device"]) == 60
    assert set(row) == {"token_hash", "person_id", "created_at", "seen_at", "device", "stage"}
