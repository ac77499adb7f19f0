"""From Contoh's JSON to records. Only what is named here leaves this file: the e-mail and phone that the API
shows beside each author stay behind. A key that is missing is never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aggregator.contract import (
    AccountSnapshot,
    Author,
    Kind,
    Malformed,
    Message,
    ThreadRef,
    Unreadable,
    fault_of,
)

KINDS = {"post": Kind.POST, "comment": Kind.COMMENT}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of entries, newest first. `next` is the token of the following page, None on the last one;
    `comments` is how many comments the board shows in all."""

    entries: tuple[Message | Unreadable, ...]
    next: str | None
    comments: int


def page_of(answer: Any) -> Page:
    """Read a page; raises Malformed when it is not one. A bad entry becomes Unreadable, the rest stays."""
    try:
        rows, after, comments = answer["entries"], answer["next"], answer["comments"]
    except (KeyError, TypeError):
        raise Malformed("Halaman Contoh tidak berbentuk seperti biasanya.") from None
    if not isinstance(rows, list) or not isinstance(after, str | None) or not isinstance(comments, int):
        raise Malformed("Halaman Contoh tidak berbentuk seperti biasanya.")
    return Page(tuple(entry_of(row) for row in rows), after, comments)


def entry_of(row: Any) -> Message | Unreadable:
    """Read one entry; what cannot be read says which key was at fault and nothing else."""
    try:
        message = _message(row)
    except KeyError as error:
        return Unreadable(reason=f"key missing: {error.args[0]}", external_id=_known_id(row))
    except (TypeError, ValueError):
        return Unreadable(reason="a key holds another type than before", external_id=_known_id(row))
    fault = fault_of(message)
    return Unreadable(reason=fault, external_id=_known_id(row)) if fault else message


def snapshot_of(answer: Any) -> AccountSnapshot:
    """Read a board's public face; raises Malformed."""
    try:
        board = answer["board"]
        return AccountSnapshot(
            exists=True,
            title=_text(board["title"]),
            url=_text(board["url"]),
            followers=int(board["followers"]),
            verified=board["verified"] is True,
            last_post_at=moment(board["last_post"]) if board["last_post"] else None,
            own_author_ids=frozenset({identity(board["author_id"])}),
            reads="pos dan komentar papan Contoh",
        )
    except (KeyError, TypeError, ValueError):
        raise Malformed("Profil papan Contoh tidak berbentuk seperti biasanya.") from None


def moment(value: Any) -> datetime:
    """A time with its offset ("2026-03-02T15:04:05+07:00") as UTC; raises ValueError without an offset."""
    parsed = datetime.fromisoformat(_text(value))
    if parsed.utcoffset() is None:
        raise ValueError("time without offset")
    return parsed.astimezone(UTC)


def identity(value: Any) -> str:
    """An id as text. Contoh sends numbers; null, "" and true are no ids."""
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise ValueError("not an id")
    return str(value)


def _message(row: Mapping[str, Any]) -> Message:
    post, parent, edited = row["post"], row["reply_to"], row["edited"]
    return Message(
        external_id=identity(row["id"]),
        kind=KINDS[row["type"]],
        thread=ThreadRef(external_id=identity(post), url=_text(row["post_url"])),
        author=_author(row["author"]),
        text=_text(row["text"]),
        created_at=moment(row["created"]),
        edited_at=None if edited is None else moment(edited),
        parent_id=None if parent is None else identity(parent),
        url=_text(row["url"]),
        reply_count=int(row["replies"]),
    )


def _author(author: Mapping[str, Any]) -> Author:
    return Author(external_id=identity(author["id"]), name=_text(author["name"]), handle=_text(author["handle"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _known_id(row: Any) -> str | None:
    try:
        return identity(row["id"])
    except (KeyError, TypeError, ValueError):
        return None
