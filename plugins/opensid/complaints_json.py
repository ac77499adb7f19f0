"""Complaints as newer versions give them: JSON:API at /internal_api/pengaduan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from aggregator.contract import Message, ThreadRef, Unreadable

from .dates import read_moment
from .errors import odd_json
from .parse import ComplaintPage, Said, answers_to, complaint, complaint_id
from .text import plain

PAGE_SIZE = 30  # the most the site gives
_PRIVATE = ("nik", "email", "telepon", "ip_address")


def read_json(answer: Any, url: str, zone: ZoneInfo) -> ComplaintPage:
    """One page; raises Malformed when its frame is unknown. `url` is where a person sees the complaints."""
    try:
        rows, last = answer["data"], answer["meta"]["pagination"]["total_pages"]
        parts = [(_number(row), row["attributes"], row["attributes"]["child"]) for row in rows]
    except (KeyError, TypeError):
        raise odd_json() from None
    if not isinstance(last, int) or not all(isinstance(answers, list) for _, _, answers in parts):
        raise odd_json()
    records = [one for number, row, answers in parts for one in _thread(number, row, answers, url, zone)]
    return ComplaintPage(tuple(records), last)


def leaks(answer: Any) -> bool:
    """Whether the site publishes who its reporters are. Only asks whether, never what."""
    try:
        rows = [row["attributes"] for row in answer["data"]]
        people = [*rows, *(answer for row in rows for answer in row["child"])]
        return any(person.get(name) for person in people for name in _PRIVATE)
    except (KeyError, TypeError, AttributeError):
        raise odd_json() from None


def _number(row: Mapping[str, Any]) -> str:
    """The id stands on the item; some builds repeat it, or have it only, among the attributes."""
    number = row["id"] if "id" in row else row["attributes"]["id"]
    if isinstance(number, bool) or not isinstance(number, int | str) or not str(number).isdigit():
        raise TypeError
    return str(number)


def _thread(
    number: str, row: Mapping[str, Any], answers: list[Any], url: str, zone: ZoneInfo
) -> Iterator[Message | Unreadable]:
    one = complaint_id(number)
    try:
        title = _text(row["judul"])
        asked = complaint(
            number, _said(row), title=title, status=int(row["status"]), url=url, zone=zone, media=_photo(row)
        )
        thread = asked.thread
        yield asked
    except KeyError as missing:
        yield Unreadable(reason=f"key missing: {missing.args[0]}", external_id=one)
        thread = ThreadRef(external_id=one, url=url)
    except (TypeError, ValueError):
        yield Unreadable(reason="a key holds another type than before", external_id=one)
        thread = ThreadRef(external_id=one, url=url)
    good: list[Said] = []
    for answer in answers:
        try:
            good.append(_said(answer))
        except KeyError as missing:
            yield Unreadable(reason=f"answer: key missing: {missing.args[0]}")
        except (TypeError, ValueError):
            yield Unreadable(reason="answer: a key holds another type than before")
    yield from answers_to(thread, good, zone)


def _said(row: Mapping[str, Any]) -> Said:
    name = row["nama"]
    return Said(
        plain(_text(name)) if name is not None else "", plain(_text(row["isi"])), read_moment(_text(row["created_at"]))
    )


def _photo(row: Mapping[str, Any]) -> tuple[str, ...]:
    """An address is kept; some versions put the whole picture there, which is dropped."""
    photo = row.get("foto")
    return (photo,) if isinstance(photo, str) and photo.startswith(("http://", "https://")) else ()


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value
