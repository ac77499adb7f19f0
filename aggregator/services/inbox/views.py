"""What the pages of the inbox show: frozen, made for the page, nothing loaded later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a person asked to see. tab: open, mine, late, triage or all; age: today, week, month or older."""

    tab: str = "open"
    unit: int | None = None
    platform: str | None = None
    kind: str | None = None
    age: str | None = None
    search: str | None = None
    same_as: str | None = None  # the code of an item whose very words are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item in the queue."""

    code: str
    kind: str
    topic: str | None
    excerpt: str
    author: str
    platform: str
    thread_title: str | None
    unit: str | None
    state: str
    created_at: datetime
    due_at: datetime | None
    late: bool
    claimed_by: str | None
    edited: bool
    deleted: bool
    probable: bool
    urgency: int  # 0 ordinary, 1 soon, 2 danger
    confidential: bool
    hits: tuple[tuple[int, int], ...] = ()  # where the excerpt holds what was searched


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that was searched. kind: word, phrase, dari, unit, tempat or platform; not `known`: no unit is called so."""

    kind: str
    text: str
    without: bool
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """How a search was understood. `also`: other spellings it found on this page; `personal`: a NIK, telephone number or
    the like was left out of it; `partly`: older messages are not indexed yet."""

    terms: tuple[Term, ...]
    also: tuple[str, ...]
    personal: bool
    partly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCount:
    id: int
    name: str
    waiting: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of what should be read was read: `read` of `accounts` in time, all of them until `until`."""

    accounts: int
    read: int
    until: datetime | None
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the queue; `older` and `newer` are the marks of its neighbours."""

    rows: tuple[Row, ...]
    older: str | None
    newer: str | None
    tabs: Mapping[str, int]
    units: tuple[UnitCount, ...]
    coverage: Coverage
    sought: Sought | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message of the conversation. `code` is its own item when it has one that may be seen."""

    code: str | None
    external_id: str
    author: str
    official: bool
    text: str
    created_at: datetime
    url: str | None
    depth: int
    edited: bool
    deleted: bool
    is_this: bool
    is_answer: bool
    strength: str | None
    versions: int
    rating: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why triage thinks so. `because` names what it rests on (domain/triage/records.py) and with it the chip's icon."""

    because: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    unit_id: int
    name: str
    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened to the item, who did it and when."""

    kind: str
    at: datetime
    who: str | None
    who_id: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The answer as it was when it counted. status: shown, changed or gone."""

    url: str | None
    shown_at: datetime
    taken_at: datetime
    checked_at: datetime
    sha256: str
    snapshot: str
    status: str
    strength: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The first-answer clock of the unit that has the item: it started when that unit received it."""

    received_at: datetime | None
    due_at: datetime | None
    late: bool
    stopped_at: datetime | None
    used: timedelta
    goal: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer on its way out. state: draft, pending, queued, sending, unsure, sent, failed or copied."""

    id: int
    text: str
    state: str
    problem: str | None
    who: str | None
    changed_at: datetime
    send_after: datetime | None


@dataclass(frozen=True, slots=True)
class Named:
    """A person who may open a confidential item. `single`: named for this one only, which can be taken back."""

    person_id: int
    name: str
    single: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened a confidential item."""

    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Confidants:
    """Who may open a confidential item, and the newest looks at it with how many there were."""

    named: tuple[Named, ...]
    looks: tuple[Look, ...]
    looked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Who writes the answer just now, and until when it is theirs."""

    holder_id: int
    name: str
    until: datetime
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What one person wrote so far."""

    who: str | None
    text: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A unit beside the one that has the item. role: support or part; `mine`: the viewer works for it."""

    id: int
    unit_id: int
    unit: str
    role: str
    matter: str
    since: datetime
    due_at: datetime | None
    late: bool
    asked_by: str | None
    claimed_by: str | None
    claimed_by_me: bool
    ended_at: datetime | None
    outcome: str | None
    mine: bool

    @property
    def open(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file beside the item. `seen_before`: as evidence it looks like an earlier one, `seen_at` the code of that one's item
    when the viewer may open it."""

    id: int
    purpose: str
    name: str
    media_type: str
    size: int
    who: str | None
    at: datetime
    seen_before: bool
    seen_at: str | None

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """An item that may say the same. why: words (the very same), author (the same person again) or text (nearly the same)."""

    code: str
    why: str
    excerpt: str
    author: str
    platform: str
    unit: str | None
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The other side of a merge; `code`, `author` and `url` only when the viewer may open it."""

    code: str | None
    state: str
    platform: str
    author: str | None
    url: str | None
    answered_at: datetime | None
    is_main: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person of the item's unit who may work on it."""

    id: int
    login: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who else has to do with the item. `partner`: the viewer works on it, for its own unit or for one that takes part;
    `draft` is the viewer's own, `drafts` those of the others."""

    pen: Pen | None
    watching: bool
    watchers: int
    draft: Draft | None
    drafts: tuple[Draft, ...]
    shares: tuple[Share, ...]
    partner: bool
    files: tuple[File, ...]
    merged_into: Merged | None
    gathered: tuple[Merged, ...]
    colleagues: tuple[Colleague, ...]
    duplicates: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """An item with everything its page shows; `more` messages of a long thread are left out."""

    code: str
    revision: int
    state: str
    kind: str
    topic: str | None
    unit: str | None
    unit_id: int | None
    platform: str
    account_id: int
    account_title: str
    claimed_by: str | None
    claimed_by_me: bool
    author: str
    text: str
    created_at: datetime
    url: str | None
    rating: int | None
    place: str | None
    edited: bool
    deleted: bool
    post: Entry | None
    thread_title: str | None
    thread_url: str | None
    entries: tuple[Entry, ...]
    more: int
    reasons: tuple[Reason, ...]
    confidence: float
    candidates: tuple[Candidate, ...]
    outside: bool
    body: str | None  # whose it is, when it is not the kabupaten's
    rule: str | None
    sp4n: str
    urgency: int
    confidential: bool
    secret: Confidants | None  # of a confidential item
    may_work: bool
    place_unit: str | None
    timeline: tuple[Moment, ...]
    proof: Proof | None
    clock: Clock
    reply: Reply | None
    probable: Entry | None
    can_answer: bool
    answer_limit: int | None
    closed_reason: str | None
    masked: bool  # personal data in the words are hidden from this viewer
    twins: int  # items with the same words, at other places
    team: Team
