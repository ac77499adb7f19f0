"""What people are told of, which way it reaches them unless they chose otherwise, and when they want to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from aggregator.domain.access import Role

APP = "app"  # the list and the bell inside Sahut; every other medium is a plugin's
PHONE = frozenset({"webpush", "telegram"})
MAIL = frozenset({"email"})
PAID = frozenset({"whatsapp"})  # costs money a message: only for what cannot wait

# What is told, in the order people see it, with the media that bring it unless they chose otherwise.
KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "urgent": PHONE | MAIL | PAID,
        "assigned": PHONE | MAIL,
        "arrived": PHONE,
        "approval": PHONE | MAIL,
        "wrote_again": PHONE,
        "mentioned": PHONE,
        "nearly_late": PHONE,
        "late": PHONE | MAIL,
        "escalation": PHONE | MAIL | PAID,
        "send_trouble": PHONE | MAIL,
        "answered": frozenset(),
        "followed": frozenset(),
        "withdrawn": PHONE | MAIL,
        "triage": PHONE,
        "login": MAIL,
        "digest": MAIL | PHONE,
    }
)
OTHER = PHONE  # of a kind that belongs to none of these

# Kinds that people choose together with another.
TOGETHER: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("taken_over", "involved", "split", "support_ended", "part_done", "handed_off"), "assigned"),
        **dict.fromkeys(("approval_asked", "approved", "approval_returned"), "approval"),
        **dict.fromkeys(("closing_asked", "closing_confirmed", "closing_returned"), "approval"),
        **dict.fromkeys(("reopened", "noted", "merged"), "followed"),
        "confirmed": "answered",
    }
)
ALWAYS = frozenset({"trial", "code"})  # asked for by the person just now: no choice, no quiet hours

# Those who do not work on items every day are told of less; who is not named hears everything.
_HEARS: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.HEAD: frozenset({"urgent", "escalation", "withdrawn", "mentioned", "approval", "digest"}),
        Role.LEADER: frozenset({"escalation", "mentioned"}),
        Role.DEVELOPER: frozenset({"login"}),
    }
)


def wants(role: Role, kind: str, medium: str, chosen: Mapping[tuple[str, str], bool]) -> bool:
    """Whether a person is told of `kind` through `medium`: as they chose, else as their role usually wants it."""
    if kind in ALWAYS:
        return True
    kind = TOGETHER.get(kind, kind)
    if (kind, medium) in chosen:
        return chosen[kind, medium]
    if medium == APP:
        return True
    hears = _HEARS.get(role)
    usual = KINDS.get(kind, OTHER)
    return medium in usual and (hears is None or kind not in KINDS or kind in hears)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Between `start` and `end` (local time, across midnight when `start` is later) a person wants to be left alone;
    equal times mean never."""

    start: time
    end: time
    zone: ZoneInfo

    def ends(self, now: datetime) -> datetime | None:
        """When the quiet that holds at `now` ends; None when none does."""
        local = now.astimezone(self.zone)
        clock = local.time().replace(tzinfo=None)
        if self.start == self.end or not _within(clock, self.start, self.end):
            return None
        day = local.date() + timedelta(days=1 if clock >= self.end else 0)
        return datetime.combine(day, self.end, self.zone).astimezone(now.tzinfo)


USUAL_QUIET = (time(20, 0), time(6, 0))


def _within(clock: time, start: time, end: time) -> bool:
    return start <= clock < end if start < end else clock >= start or clock < end
