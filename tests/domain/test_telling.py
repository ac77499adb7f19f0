"""Who hears what by which way, quiet hours, and notices in words."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.access import Role
from aggregator.domain.notice_words import Seen, worded
from aggregator.domain.telling import APP, KINDS, TOGETHER, QuietHours, wants

WIB, WITA, WIT = (ZoneInfo(f"Asia/{city}") for city in ("Jakarta", "Makassar", "Jayapura"))
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)  # Monday, ten in Jakarta


def at(hour: int, minute: int = 0, zone: ZoneInfo = WIB, day: int = 2) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (at(19, 59), None),
        (at(20), at(6, day=3)),
        (at(23, 59), at(6, day=3)),
        (at(0, day=3), at(6, day=3)),
        (at(5, 59, day=3), at(6, day=3)),
        (at(6, day=3), None),
        (at(12, day=3), None),
    ],
)
def test_quiet_hours_across_midnight(now: datetime, ends: datetime | None) -> None:
    assert QuietHours(time(20), time(6), WIB).ends(now) == ends


@pytest.mark.parametrize(("zone", "quiet"), [(WIB, False), (WITA, True), (WIT, True)])
def test_quiet_hours_are_each_persons_own(zone: ZoneInfo, quiet: bool) -> None:
    """19.30 in Jakarta is 20.30 in Makassar and 21.30 in Jayapura."""
    assert (QuietHours(time(20), time(6), zone).ends(at(19, 30)) is not None) == quiet


def test_quiet_hours_within_one_day_and_none_at_all() -> None:
    noon = QuietHours(time(12), time(13), WIB)
    assert noon.ends(at(12, 30)) == at(13) and noon.ends(at(13)) is None and noon.ends(at(11, 59)) is None
    assert QuietHours(time(6), time(6), WIB).ends(at(6)) is None


@given(
    st.times(), st.times(), st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.sampled_from([WIB, WITA, WIT])
)
def test_when_quiet_ends_it_is_quiet_no_more_and_never_longer_than_a_day(
    start: time, end: time, naive: datetime, zone: ZoneInfo
) -> None:
    now = naive.replace(tzinfo=UTC)
    quiet = QuietHours(start.replace(microsecond=0), end.replace(microsecond=0), zone)
    ends = quiet.ends(now)
    if ends is not None:
        assert now < ends <= now + timedelta(days=1) and quiet.ends(ends) is None


def test_everything_is_in_the_list_unless_somebody_chose_otherwise() -> None:
    assert all(wants(role, kind, APP, {}) for role in Role for kind in KINDS)
    assert not wants(Role.OPERATOR, "late", APP, {("late", APP): False})


def test_a_choice_comes_before_what_is_usual() -> None:
    assert wants(Role.OPERATOR, "answered", "email", {("answered", "email"): True})
    assert not wants(Role.OPERATOR, "urgent", "email", {("urgent", "email"): False})
    assert not wants(Role.OPERATOR, "answered", "email", {})


def test_kinds_of_one_sort_are_chosen_together() -> None:
    assert set(TOGETHER.values()) <= set(KINDS) and not set(TOGETHER) & set(KINDS)
    assert wants(Role.HEAD, "approval_asked", "email", {})
    assert not wants(Role.HEAD, "approval_asked", "email", {("approval", "email"): False})
    assert wants(Role.OPERATOR, "unheard_of", "webpush", {}) and not wants(Role.OPERATOR, "unheard_of", "whatsapp", {})


def test_roles_hear_what_concerns_them() -> None:
    assert wants(Role.OPERATOR, "arrived", "webpush", {}) and not wants(Role.HEAD, "arrived", "webpush", {})
    assert wants(Role.LEADER, "escalation", "whatsapp", {}) and not wants(Role.LEADER, "digest", "email", {})
    assert wants(Role.DEVELOPER, "login", "email", {}) and not wants(Role.DEVELOPER, "urgent", "email", {})


def test_only_what_cannot_wait_goes_where_a_message_costs_money() -> None:
    paid = {kind for kind in KINDS if wants(Role.OPERATOR, kind, "whatsapp", {})}
    assert paid == {"urgent", "escalation"}


def test_what_was_asked_for_just_now_always_comes() -> None:
    assert wants(Role.LEADER, "trial", "whatsapp", {}) and wants(Role.HEAD, "code", "email", {("code", "email"): False})


SEEN = Seen(NOW, WIB)
DATA = {"unit": "Dinas PUPR", "item_kind": "complaint", "due": at(8, 12, day=3).isoformat()}


@pytest.mark.parametrize(
    ("kind", "data", "title"),
    [
        ("arrived", DATA, "Keluhan baru untuk Dinas PUPR, tenggat besok 08.12"),
        ("arrived", {"unit": "Dinas PUPR", "n": 7}, "7 butir baru untuk Dinas PUPR"),
        ("late", DATA, "Keluhan untuk Dinas PUPR lewat tenggat"),
        ("late", {"unit": "Dinas PUPR", "n": 3}, "3 butir lewat tenggat di Dinas PUPR"),
        ("urgent", DATA, "Mendesak: keluhan untuk Dinas PUPR, tenggat besok 08.12"),
        ("assigned", {"item_kind": "question", "by": "Rina"}, "Pertanyaan diserahkan kepada Anda oleh Rina"),
        ("send_trouble", {"unsure": True}, "Jawaban belum pasti terkirim"),
        ("send_trouble", {}, "Jawaban gagal dikirim"),
        ("triage", {"n": 31}, "31 butir menunggu triase"),
        ("login", {"account": "PUPR", "n": 3}, "Akun PUPR dan 2 akun lain perlu masuk ulang"),
        ("digest", {"unit": "Dinas PUPR", "waiting": 9, "late": 2, "units": 3},
         "Pagi ini di Dinas PUPR dan 2 unit lain: 9 belum dijawab, 2 di antaranya terlambat"),
        ("approval_asked", {}, "Jawaban menunggu persetujuan Anda"),
        ("taken_over", {"item_kind": "question", "by": "Rina"}, "Pertanyaan yang Anda tulis jawabannya diambil alih oleh Rina"),
        ("part_done", {"unit": 7}, "Unit lain selesai dengan bagiannya dari butir"),
        ("noted", {"item_kind": "praise"}, "Catatan baru pada apresiasi yang Anda ikuti"),
        ("something_new", DATA, "Ada kabar tentang keluhan di Dinas PUPR, tenggat besok 08.12"),
    ],
)  # fmt: skip
def test_words(kind: str, data: dict[str, object], title: str) -> None:
    assert worded(kind, data, SEEN).title == title


def test_due_is_said_from_where_and_when_it_is_read() -> None:
    due = at(8, 12, day=3)
    assert SEEN.moment(due) == "besok 08.12"
    assert Seen(NOW, WIT).moment(due) == "besok 10.12"
    assert Seen(NOW + timedelta(days=1), WIB).moment(due) == "hari ini 08.12"
    assert Seen(NOW, WIB).moment(at(9, day=6)) == "Jumat 09.00"
    assert Seen(NOW, WIB).moment(at(9, day=30)) == "30 Nov 09.00"


@pytest.mark.parametrize("kind", [*KINDS, *TOGETHER, "trial", "code", "unheard_of"])
@pytest.mark.parametrize("data", [{}, {"n": "banyak", "due": "kemarin", "unit": ""}, {"due": "2026-11-03T08:12:00"}])
def test_words_are_whole_whatever_is_missing(kind: str, data: dict[str, object]) -> None:
    words = worded(kind, data, SEEN)
    assert words.title and "None" not in words.title + words.body and "  " not in words.title
    secret = worded(kind, data | {"confidential": True, "unit": "Dinas X"}, SEEN)
    assert "Dinas X" not in secret.title + secret.body
