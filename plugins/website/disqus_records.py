"""Disqus' answers as records: nothing here touches the network. What is read is a whitelist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable
from plugins.website.rest_records import NAMELESS
from plugins.website.text import one_line, plain

PREFIX = "disqus:"
_THREAD = "disqus:thread:"


@dataclass(frozen=True, slots=True)
class Page:
    """Posts of one answer. `following` is the cursor of the next page, None at the end."""

    rows: list[Any]
    following: str | None


def read_page(answer: Mapping[str, Any]) -> Page:
    """A list and its cursor; raises Malformed when either is missing."""
    rows, cursor = answer.get("response"), answer.get("cursor")
    if not isinstance(rows, list) or not isinstance(cursor, dict) or not isinstance(cursor.get("hasNext"), bool):
        raise Malformed("Disqus menjawab dengan bentuk yang tidak dikenal.")
    following = cursor.get("next") if cursor["hasNext"] else None
    if cursor["hasNext"] and not isinstance(following, str):
        raise Malformed("Disqus menjawab tanpa penanda halaman berikutnya.")
    return Page(rows, following)


def parse_posts(rows: list[Any]) -> list[Message | Unreadable]:
    """Disqus' posts that are shown; raises Malformed when none of several can be read."""
    found = [record for row in rows if (record := _read(row)) is not None]
    if len(found) > 1 and all(isinstance(one, Unreadable) for one in found):
        raise Malformed("Disqus menampilkan komentar dalam bentuk yang tidak dikenal.")
    return found


def parse_articles(rows: list[Any]) -> Iterator[Message | Unreadable]:
    """The office's articles under which these posts stand, each once."""
    threads = {str(row["thread"].get("id")): row["thread"] for row in rows if _has_thread(row)}
    for number, thread in threads.items():
        try:
            yield _article(thread)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            yield Unreadable(reason=_reason("thread", error), external_id=_THREAD + number)


def deleted_ids(rows: list[Any]) -> set[str]:
    """Posts that are listed although their words were deleted or their approval withdrawn."""
    return {str(_id_of(row)) for row in rows if isinstance(row, dict) and _is_gone(row)}


def moment_of(value: str) -> datetime:
    """Disqus' times are UTC and do not say so."""
    moment = datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def thread_number(external_id: str) -> str | None:
    """Disqus' number of a thread; None when it is not Disqus'."""
    number = external_id.removeprefix(_THREAD)
    return number if external_id.startswith(_THREAD) and number.isdigit() else None


def post_number(external_id: str) -> str | None:
    """Disqus' number of a comment; None when it is not Disqus'."""
    number = external_id.removeprefix(PREFIX)
    return number if external_id.startswith(PREFIX) and number.isdigit() else None


def _read(row: Any) -> Message | Unreadable | None:
    try:
        return None if _is_hidden(row) else _post(row)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return Unreadable(reason=_reason("post", error), external_id=_id_of(row))


def _post(row: Mapping[str, Any]) -> Message:
    number, parent = int(row["id"]), row["parent"]
    thread = row["thread"]
    link = _text(thread["link"])
    return Message(
        external_id=f"{PREFIX}{number}",
        kind=Kind.COMMENT,
        thread=ThreadRef(external_id=f"{_THREAD}{int(thread['id'])}", url=link, title=one_line(thread["title"])),
        author=_author(row["author"]),
        text=plain(row["message"]),
        created_at=moment_of(row["createdAt"]),
        parent_id=None if parent is None else f"{PREFIX}{int(parent)}",
        url=f"{link}#comment-{number}",
        raw={"edited": True} if row.get("isEdited") is True else {},
    )


def _author(author: Mapping[str, Any]) -> Author:
    """A registered person by Disqus' number: names and user names change. A guest is nobody in particular."""
    name, guest = one_line(author["name"]) or NAMELESS, author["isAnonymous"]
    if guest is True:
        return Author(external_id=None, name=name)
    if guest is not False:
        raise TypeError
    return Author(external_id=f"{PREFIX}user:{int(author['id'])}", name=name, handle=_text(author["username"]))


def _article(thread: Mapping[str, Any]) -> Message:
    title, link = one_line(thread["title"]), _text(thread["link"])
    one = f"{_THREAD}{int(thread['id'])}"
    return Message(
        external_id=one,
        kind=Kind.POST,
        thread=ThreadRef(external_id=one, url=link, title=title),
        author=None,
        text=title,
        created_at=moment_of(thread["createdAt"]),
        url=link,
    )


def _is_hidden(row: Mapping[str, Any]) -> bool:
    deleted, approved = row["isDeleted"], row["isApproved"]
    if not isinstance(deleted, bool) or not isinstance(approved, bool):
        raise TypeError
    return deleted or not approved


def _is_gone(row: Mapping[str, Any]) -> bool:
    return row.get("isDeleted") is True or row.get("isApproved") is False


def _has_thread(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("thread"), dict)


def _id_of(row: Any) -> str | None:
    number = str(row.get("id")) if isinstance(row, dict) else ""
    return PREFIX + number if number.isdigit() else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _reason(what: str, error: Exception) -> str:
    """Which key failed, never its value."""
    missing = f"lacks {error}" if isinstance(error, KeyError) else f"has an unexpected {type(error).__name__}"
    return f"Disqus {what} {missing}"
