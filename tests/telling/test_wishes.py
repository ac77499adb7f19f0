"""What each person chose: by which way, and when not."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from aggregator.domain.telling import APP
from aggregator.services.errors import Refused
from tests.telling.house import Telling

EVENING = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)  # 21.00 in Jakarta, 23.00 in Jayapura
NO_QUIET = (time(0), time(0))


def keep(told: Telling, login: str, without: tuple[str, str] | None = None, zone: str = "Asia/Jakarta",
         quiet: tuple[time, time] = (time(20), time(6))) -> None:  # fmt: skip
    person = told.demo.people[login]
    wanted = set(told.parts.choices.of(person).wanted) - ({without} if without else set())
    told.parts.choices.keep(person, wanted, *quiet, zone)


def test_the_usual_is_shown_and_not_stored(told: Telling) -> None:
    before = told.parts.choices.of(told.demo.people["operator"])
    assert {medium for medium, _ in before.media} == {APP, "email"}
    assert ("assigned", "email") in before.wanted and ("answered", "email") not in before.wanted
    keep(told, "operator")
    with told.core.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM notice_choices").scalar_one() == 0
    assert told.parts.choices.of(told.demo.people["operator"]) == before


def test_who_does_not_want_mail_of_it_finds_it_in_the_list(told: Telling) -> None:
    keep(told, "operator", ("assigned", "email"))
    told.announce("operator")
    assert told.work() == [] and told.parts.board.unread(told.demo.people["operator"]) == 1


def test_who_does_not_want_the_bell_gets_the_mail(told: Telling) -> None:
    keep(told, "operator", ("assigned", APP))
    told.announce("operator")
    assert told.work() == ["sent"]
    page = told.parts.board.page(told.demo.people["operator"])
    assert page.unread == 0 and len(page.rows) == 1


def test_a_tick_that_makes_no_sense_changes_nothing(told: Telling) -> None:
    person = told.demo.people["operator"]
    before = told.parts.choices.of(person).wanted
    told.parts.choices.keep(person, before | {("x", "email"), ("late", "pigeon")}, *NO_QUIET, "Asia/Jakarta")
    assert told.parts.choices.of(person).wanted == before
    with pytest.raises(Refused):
        told.parts.choices.keep(person, before, *NO_QUIET, "Europe/Paris")


def test_what_was_chosen_of_a_medium_that_is_away_stays(told: Telling) -> None:
    keep(told, "operator", ("assigned", "email"))
    kominfo = told.demo.people["kominfo"]
    told.parts.channels.keep(kominfo, "email", {"host": ""})
    assert {medium for medium, _ in told.parts.choices.of(told.demo.people["operator"]).media} == {APP}
    keep(told, "operator")
    told.parts.channels.keep(kominfo, "email", {"host": "127.0.0.1"})
    assert ("assigned", "email") not in told.parts.choices.of(told.demo.people["operator"]).wanted


def test_in_quiet_hours_a_notice_waits_for_the_morning(told: Telling) -> None:
    told.clock.now = EVENING
    told.announce("operator")
    assert told.work() == []
    assert told.after() == datetime(2026, 11, 2, 23, 0, tzinfo=UTC) - EVENING
    told.clock.step(hours=9)
    assert told.work() == ["sent"]


def test_danger_passes_quiet_hours(told: Telling) -> None:
    told.clock.now = EVENING
    told.announce("operator", "a", kind="urgent")
    told.announce("operator", "b", kind="escalation", urgency=2)
    told.announce("operator", "c", kind="escalation")
    assert told.work() == ["sent", "sent"]


def test_quiet_hours_are_kept_in_the_persons_own_zone(told: Telling) -> None:
    keep(told, "operator", zone="Asia/Jayapura")
    told.clock.now = datetime(2026, 11, 2, 11, 30, tzinfo=UTC)  # 18.30 in Jakarta, 20.30 in Jayapura
    told.announce("operator")
    told.announce("kominfo")
    assert told.work() == ["sent"] and told.mailbox.to() == ["kominfo@kab.example"]


def test_without_quiet_hours_everything_comes_at_once(told: Telling) -> None:
    keep(told, "operator", quiet=NO_QUIET)
    told.clock.now = EVENING
    told.announce("operator")
    assert told.work() == ["sent"]
    assert told.parts.choices.of(told.demo.people["operator"]).quiet_from == time(0)
