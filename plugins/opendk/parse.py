"""From OpenDK's JSON:API to records. Only what is named here leaves this file.

The API publishes whole resident records beside each complaint, and names who answers by NIK. The NIK is compared with
the reporter's here, in memory, and becomes "Pelapor" or "Warga lain"; it is in no record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup

from aggregator.contract import Author, Kind, Message, ThreadRef, Unreadable

from .errors import odd_json

ADMIN = "admin"  # under this id the office writes on its own site
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
_HIDDEN = ("REVIEW", "DITOLAK")
_PRIVATE = ("nik", "detail_penduduk")
_SUMMARY = 1_000
Records = Iterator[Message | Unreadable]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `threads` are ids of all that it lists, `hidden` ids of what it lists and the site does not
    show, `last` is the number of the last page."""

    records: tuple[Message | Unreadable, ...]
    threads: frozenset[str]
    last: int


@dataclass(frozen=True, slots=True)
class Site:
    """What is needed to read any of its rows: its origin, its zone, and who else speaks for it."""

    base: str
    zone: ZoneInfo
    officials: frozenset[str] = frozenset()


def zone_of(name: str | None) -> ZoneInfo:
    """WIB, WITA or WIT; anything else is Western Indonesia."""
    return ZoneInfo(ZONES.get((name or "").strip().upper(), "Asia/Jakarta"))


def complaints_page(answer: Any, site: Site) -> Page:
    """A page of complaints with their answers; raises Malformed when its frame is unknown."""
    rows, last = _frame(answer)
    answers = _included(answer, "jawabs")
    parts = [(f"komplain:{_id(row)}", _attributes(row), _related(row, "jawabs", answers)) for row in rows]
    shown = [part for part in parts if part[1].get("status") not in _HIDDEN]
    records = [one for part in shown for one in _complaint(*part, site)]
    return Page(tuple(records), frozenset(thread for thread, _, _ in shown), last)


def articles_page(answer: Any, site: Site) -> Page:
    """A page of news with all its comments; raises Malformed when its frame is unknown."""
    rows, last = _frame(answer)
    comments = _included(answer, "comments")
    parts = [(f"artikel:{_id(row)}", _attributes(row), _related(row, "comments", comments)) for row in rows]
    records = [one for part in parts for one in _article(*part, site)]
    return Page(tuple(records), frozenset(thread for thread, _, _ in parts), last)


def leaks(answer: Any) -> bool:
    """Whether the API publishes who the reporters are. Only asks whether, never what."""
    return any(_attributes(row).get(name) for row in _frame(answer)[0] for name in _PRIVATE)


# -- complaints --------------------------------------------------------------------------------------------------------


def _complaint(one: str, row: Mapping[str, Any], answers: list[Mapping[str, Any]], site: Site) -> Records:
    thread = ThreadRef(external_id=one, url=f"{site.base}/sistem-komplain")
    try:
        url = f"{site.base}/sistem-komplain/komplain/{_text(row['slug'])}"
        thread = ThreadRef(external_id=one, url=url, title=_text(row["judul"]))
        yield Message(
            external_id=one,
            kind=Kind.TICKET,
            thread=thread,
            author=_reporter(row["anonim"], row["nama"]),
            text=_plain(row["laporan"]),
            created_at=moment(row["created_at"], site.zone),
            url=url,
            media=_attachments(row, site.base),
            raw={"status": _text(row["status"])},
        )
    except (KeyError, TypeError, ValueError) as error:
        yield Unreadable(reason=_fault(error), external_id=one)
    for answer in answers:
        yield _answer(answer, thread, row.get("nik"), site)


def _reporter(anonymous: Any, name: Any) -> Author:
    """The API sends the name even of those who asked not to be named."""
    if not isinstance(anonymous, bool | int | None):
        raise TypeError
    return Author(external_id=None, name="Anonim" if anonymous else _name(name))


def _answer(row: Mapping[str, Any], thread: ThreadRef, reporter: Any, site: Site) -> Message | Unreadable:
    one = f"jawaban:{row['id']}"
    try:
        return Message(
            external_id=one,
            kind=Kind.COMMENT,
            thread=thread,
            author=_answerer(row["penjawab"], reporter),
            text=_plain(row["jawaban"]),
            created_at=moment(row["created_at"], site.zone),
            parent_id=thread.external_id,
            url=thread.url,
        )
    except (KeyError, TypeError, ValueError) as error:
        return Unreadable(reason=_fault(error), external_id=one)


def _answerer(who: Any, reporter: Any) -> Author:
    if not isinstance(who, str | int) or isinstance(who, bool):
        raise TypeError
    if who == "Admin":
        return Author(external_id=ADMIN, name="Admin")
    same = reporter is not None and str(who) == str(reporter)
    return Author(external_id=None, name="Pelapor" if same else "Warga lain")


def _attachments(row: Mapping[str, Any], base: str) -> tuple[str, ...]:
    paths = (row.get(f"lampiran{number}") for number in range(1, 5))
    return tuple(f"{base}/{path.lstrip('/')}" for path in paths if isinstance(path, str) and path.strip("/ "))


# -- news --------------------------------------------------------------------------------------------------------------


def _article(one: str, row: Mapping[str, Any], comments: list[Mapping[str, Any]], site: Site) -> Records:
    thread = ThreadRef(external_id=one, url=f"{site.base}/berita")
    try:
        url = f"{site.base}/berita/{_text(row['slug'])}"
        thread = ThreadRef(external_id=one, url=url, title=_text(row["judul"]))
        yield Message(
            external_id=one,
            kind=Kind.POST,
            thread=thread,
            author=Author(external_id=ADMIN, name="Admin"),
            text=f"{thread.title}\n\n{_plain(row['isi'])[:_SUMMARY]}".strip(),
            created_at=moment(row["created_at"], site.zone),
            url=url,
        )
    except (KeyError, TypeError, ValueError) as error:
        yield Unreadable(reason=_fault(error), external_id=one)
    for comment in _shown(comments):
        yield _comment(comment, thread, site)


def _shown(comments: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The API lists waiting and refused comments as well; a reply below one of them is not on the page either."""
    enabled = {_number(one): one for one in comments if _status(one) == "enable"}
    out = dict(enabled)
    while lost := [n for n, one in out.items() if _parent(one) is not None and _parent(one) not in out]:
        for number in lost:
            del out[number]
    return list(out.values())


def _comment(row: Mapping[str, Any], thread: ThreadRef, site: Site) -> Message | Unreadable:
    one = f"komentar:{row['id']}"
    try:
        name, above = _name(row["nama"]), row["comment_id"]
        return Message(
            external_id=one,
            kind=Kind.COMMENT,
            thread=thread,
            author=Author(external_id=ADMIN if name.casefold() in site.officials else None, name=name),
            text=_plain(row["body"]),
            created_at=moment(row["created_at"], site.zone),
            parent_id=None if above is None else f"komentar:{_number({'id': above})}",
            url=thread.url,
        )
    except (KeyError, TypeError, ValueError) as error:
        return Unreadable(reason=_fault(error), external_id=one)


def _status(row: Mapping[str, Any]) -> str:
    """Without it nobody knows whether a comment may be read: the whole page is not understood then."""
    try:
        return _text(row["status"])
    except (KeyError, TypeError):
        raise odd_json() from None


def _parent(row: Mapping[str, Any]) -> str | None:
    try:
        return None if row["comment_id"] is None else _number({"id": row["comment_id"]})
    except KeyError:
        raise odd_json() from None


# -- the frame: JSON:API -----------------------------------------------------------------------------------------------


def _frame(answer: Any) -> tuple[list[Mapping[str, Any]], int]:
    try:
        rows, last = answer["data"], answer["meta"]["pagination"]["total_pages"]
    except (KeyError, TypeError):
        raise odd_json() from None
    if not isinstance(rows, list) or not isinstance(last, int) or isinstance(last, bool):
        raise odd_json()
    return rows, last


def _id(row: Any) -> str:
    if not isinstance(row, Mapping):
        raise odd_json()
    return _number(row)


def _number(row: Mapping[str, Any]) -> str:
    number = row.get("id")
    if isinstance(number, bool) or not isinstance(number, int | str) or not str(number).isdigit():
        raise odd_json()
    return str(number)


def _attributes(row: Any) -> Mapping[str, Any]:
    attributes = row.get("attributes") if isinstance(row, Mapping) else None
    if not isinstance(attributes, Mapping):
        raise odd_json()
    return attributes


def _included(answer: Mapping[str, Any], kind: str) -> dict[str, Mapping[str, Any]]:
    """Related rows of one kind by id; the key is left out where there is none of any kind."""
    rows = answer.get("included", [])
    if not isinstance(rows, list) or not all(
        isinstance(row, Mapping) and isinstance(row.get("type"), str) for row in rows
    ):
        raise odd_json()
    return {_number(row): {**_attributes(row), "id": _number(row)} for row in rows if row["type"] == kind}


def _related(row: Mapping[str, Any], name: str, rows: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that this one names; raises Malformed when one it names is not there."""
    try:
        return [rows[_number(one)] for one in row["relationships"][name]["data"]]
    except (KeyError, TypeError, AttributeError):
        raise odd_json() from None


# -- values ------------------------------------------------------------------------------------------------------------


def moment(value: Any, zone: ZoneInfo) -> datetime:
    """ "2026-01-10T09:50:00.000000Z" in UTC; without an offset it is the sub-district's clock."""
    parsed = datetime.fromisoformat(_text(value))
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)).astimezone(UTC)


def _plain(value: Any) -> str:
    """The text of what an editor wrote; a citizen's plain text stays what it is."""
    text = _text(value)
    if "<" in text and ">" in text:
        text = BeautifulSoup(text.replace("<br", "\n<br").replace("</p>", "</p>\n"), "lxml").get_text()
    lines = (" ".join(line.split()) for line in unescape(text).replace("\x00", "").split("\n"))
    return "\n".join(lines).strip()


def _name(value: Any) -> str:
    return _text(value).strip() or "Warga" if value is not None else "Warga"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _fault(error: Exception) -> str:
    return f"key missing: {error.args[0]}" if isinstance(error, KeyError) else "a key holds another type than before"
