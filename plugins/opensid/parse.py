"""From what a village site shows to records. Only what is named here leaves the plugin: NIK, telephone, e-mail and
IP address, which older versions of OpenSID publish beside each complaint, are never read."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aggregator.contract import Author, Kind, Message, ThreadRef, Unreadable

from .dates import Moment

ADMIN = "admin"  # under this id the office writes on its own site
STATUSES = {1: "Menunggu Diproses", 2: "Sedang Diproses", 3: "Selesai Diproses"}
_NAMELESS = "Warga"
_OPENING_LETTERS = 24


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance as printed: whose name stands there, what, when."""

    name: str
    text: str
    moment: Moment


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """One page of the list of complaints. `last` is the number of the last page."""

    records: tuple[Message | Unreadable, ...]
    last: int

    @property
    def complaints(self) -> frozenset[str]:
        """Ids of the complaints on this page."""
        ids = (one.thread.external_id if isinstance(one, Message) else one.external_id for one in self.records)
        return frozenset(one for one in ids if one)


def complaint_id(number: object) -> str:
    return f"pengaduan:{number}"


def complaint(
    number: object,
    said: Said,
    *,
    title: str,
    status: int | None,
    url: str,
    zone: ZoneInfo,
    media: tuple[str, ...] = (),
) -> Message:
    """A complaint, which opens a thread of its own. A text that the site itself cut says so in `raw`."""
    one = complaint_id(number)
    raw: dict[str, object] = {"status": STATUSES.get(status or 0, "")}
    return Message(
        external_id=one,
        kind=Kind.TICKET,
        thread=ThreadRef(external_id=one, url=url, title=title or None),
        author=citizen(said.name),
        text=said.text,
        created_at=said.moment.utc(zone),
        precision=said.moment.precision,
        url=url,
        media=media,
        raw={**raw, "truncated": True} if is_cut(said.text) else raw,
    )


def answers_to(asked: ThreadRef, answers: Iterable[Said], zone: ZoneInfo) -> Iterable[Message]:
    """The village's answers to a complaint. The page gives them no ids, the JSON does: both print the minute, so an
    answer keeps its id when the site moves from one to the other."""
    twins: Counter[str] = Counter()
    for said in answers:
        number = _numbered(f"{asked.external_id}:{said.moment.local:%Y%m%d%H%M}", twins)
        yield Message(
            external_id=number,
            kind=Kind.COMMENT,
            thread=asked,
            author=admin(said.name),
            text=said.text,
            created_at=said.moment.utc(zone),
            precision=said.moment.precision,
            parent_id=asked.external_id,
            url=asked.url,
            raw={"truncated": True} if is_cut(said.text) else {},
        )


class CommentIds:
    """Ids for comments, which the pages do not number.

    The day, the author and the first letters of the text: all themes show them, so an id survives a change of theme,
    a text that is still edited further on, and neighbours that are deleted. Identical ones are counted from the
    oldest.
    """

    def __init__(self, host: str, thread: str) -> None:
        self._host, self._thread = host, thread
        self._twins: Counter[str] = Counter()

    def of(self, said: Said, parent: str) -> str:
        letters = "".join(filter(str.isalnum, said.text.casefold()))[:_OPENING_LETTERS]
        author = " ".join(said.name.casefold().split())
        day = f"{said.moment.local:%Y-%m-%d}"
        text = "|".join((self._host, self._thread, parent, author, day, letters or said.text))
        return _numbered(hashlib.sha256(text.encode()).hexdigest()[:32], self._twins)


def comment(one: str, said: Said, thread: ThreadRef, zone: ZoneInfo, *, parent: str | None, role: str) -> Message:
    """A comment under an article. Who has a role wrote it in the village's own administration."""
    return Message(
        external_id=one,
        kind=Kind.COMMENT,
        thread=thread,
        author=admin(said.name) if role else citizen(said.name),
        text=said.text,
        created_at=said.moment.utc(zone),
        precision=said.moment.precision,
        parent_id=parent,
        url=thread.url,
    )


def citizen(name: str) -> Author:
    """Visitors are known by a name only, and anybody may write any name."""
    return Author(external_id=None, name=name or _NAMELESS)


def admin(name: str) -> Author:
    return Author(external_id=ADMIN, name=name or "Admin")


def is_cut(text: str) -> bool:
    """Newer versions show the first fifty letters and an ellipsis."""
    return text.endswith("…")


def _numbered(one: str, twins: Counter[str]) -> str:
    twins[one] += 1
    return one if twins[one] == 1 else f"{one}-{twins[one]}"
