"""From Graph's rows to records. Only what is named here leaves this file. A key that is missing is never guessed.

Ids: a post is PAGE_N, a comment N_M or M; the canonical name of a comment is what follows its last "_".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable, fault_of
from plugins.dialects import graph

COMMENT = "id,message,created_time,from{id,name},parent{id},is_hidden,permalink_url,attachment{type,url}"
_POST = "id,message,created_time,updated_time,from{id,name},permalink_url"
_REEL = "id,post_id,description,created_time,updated_time,from{id,name},permalink_url"
KINDS = {
    "published_posts": Kind.POST,
    "visitor_posts": Kind.MENTION,
    "tagged": Kind.MENTION,
    "video_reels": Kind.POST,  # no list of posts shows them
}
SITE = "https://www.facebook.com"

Position = Mapping[str, str]  # the parameters with which a list goes on


@dataclass(frozen=True, slots=True)
class Edge:
    """A page of a list: its rows, and the position to go on from (None: at its end)."""

    rows: list[Any]
    position: Position | None = None
    order: str | None = None
    total: int | None = None


def comments_field(limit: int) -> str:
    """All comments, replies among them, newest first; the default shows neither."""
    return f"comments.filter(stream).order(reverse_chronological).limit({limit}).summary(true){{{COMMENT}}}"


def post_fields(edge: str, comments: int) -> str:
    """What is asked of each post of a list; the lists beside the Page's own posts show fewer comments at once."""
    shown = comments if edge == "published_posts" else min(comments, 10)
    return f"{_REEL if edge == 'video_reels' else _POST},{comments_field(shown)}"


def edge_of(node: Mapping[str, Any], name: str) -> Edge | None:
    """A list within a node; None when the node does not hold it. Raises Malformed when it is none."""
    return page_of(node[name]) if node.get(name) is not None else None


def page_of(answer: Any) -> Edge:
    """A page of a list; raises Malformed."""
    if not isinstance(answer, dict):
        raise Malformed("Daftar dari Facebook tidak berbentuk seperti biasanya.")
    summary = answer.get("summary")
    told = summary if isinstance(summary, dict) else {}
    order, total = told.get("order"), told.get("total_count")
    return Edge(
        graph.rows_of(answer),
        graph.position_of(answer),
        order if isinstance(order, str) else None,
        total if isinstance(total, int) else None,
    )


def identity(value: Any) -> str:
    """An id as text; raises TypeError or ValueError."""
    if not isinstance(value, str):
        raise TypeError("not an id")
    if not value:
        raise ValueError("an empty id")
    return value


def canonical(comment: str) -> str:
    """9001_7002 and 7002 are one comment."""
    return comment.rpartition("_")[2]


def post_id(row: Mapping[str, Any], page: str) -> str:
    """The one spelling of a post's id, PAGE_N; a reel is named by its post where it has one."""
    told = identity(row.get("post_id") or row["id"])
    return told if "_" in told else f"{page}_{told}"


def thread_of(post: str) -> ThreadRef:
    return ThreadRef(external_id=post, url=f"{SITE}/{post}")


def post_of(row: Any, page: str, kind: Kind | None) -> Message | Unreadable:
    """A post of the Page `page`; with `kind` None its writer tells: the Page's own, or somebody who mentions it."""
    return _read(lambda: _post(row, page, kind), lambda: post_id(row, page))


def comment_of(row: Any, thread: ThreadRef) -> Message | Unreadable:
    """A comment or reply in `thread`."""
    return _read(lambda: _comment(row, thread), lambda: canonical(identity(row["id"])))


def _post(row: Mapping[str, Any], page: str, kind: Kind | None) -> Message:
    one = post_id(row, page)
    if kind is None:
        kind = Kind.POST if identity(row["from"]["id"]) == page else Kind.MENTION
    text = row.get("message") or row.get("description") or ""  # a photo alone has no words
    return Message(
        external_id=one,
        kind=kind,
        thread=thread_of(one),
        author=_author(row.get("from")),
        text=_text(text),
        created_at=graph.moment(row["created_time"]),
        url=_link(row.get("permalink_url")),
    )


def _comment(row: Mapping[str, Any], thread: ThreadRef) -> Message:
    raw, parent = identity(row["id"]), row.get("parent")
    return Message(
        external_id=canonical(raw),
        kind=Kind.COMMENT,
        thread=thread,
        author=_author(row.get("from")),
        text=_text(row["message"]),
        created_at=graph.moment(row["created_time"]),
        parent_id=None if parent is None else canonical(identity(parent["id"])),
        url=_link(row.get("permalink_url")),
        media=_media(row.get("attachment")),
        raw={"id": raw, "hidden": row.get("is_hidden") is True},
    )


def _author(told: Any) -> Author | None:
    """Who wrote; None where the platform names nobody, which is ordinary."""
    if told is None:
        return None
    name = told.get("name")
    return Author(external_id=identity(told["id"]), name=name if isinstance(name, str) else "Pengguna Facebook")


def _media(attachment: Any) -> tuple[str, ...]:
    link = _link(attachment.get("url")) if isinstance(attachment, dict) else None
    return (link,) if link else ()


def _link(told: Any) -> str | None:
    if not isinstance(told, str) or not told:
        return None
    return f"{SITE}{told}" if told.startswith("/") else told


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _read(make: Callable[[], Message], name: Callable[[], str]) -> Message | Unreadable:
    """What cannot be read says which key was at fault, under its name if it has one, and nothing else."""
    try:
        message = make()
    except KeyError as error:
        return Unreadable(reason=f"key missing: {error.args[0]}", external_id=_known_id(name))
    except (TypeError, ValueError, AttributeError):
        return Unreadable(reason="a key holds another type than before", external_id=_known_id(name))
    fault = fault_of(message)
    return Unreadable(reason=fault, external_id=_known_id(name)) if fault else message


def _known_id(name: Callable[[], str]) -> str | None:
    try:
        return name()
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
