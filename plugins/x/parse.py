"""From X's JSON to records. Only what is named here leaves this file. X is renaming its fields ("tweet" to "post"):
both spellings are read. Keys that X leaves out where they do not apply are held against the others, so that a renamed
one is noticed: a reply has another conversation than its own."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable, fault_of

from .addresses import profile_url, status_url

_ODD = "Jawaban X tidak berbentuk seperti biasanya."
_HISTORY = ("edit_history_tweet_ids", "edit_history_post_ids")
_REFERENCES = ("referenced_tweets", "referenced_posts")
_NOTE = ("note_tweet", "note_post")
_LOST = ("resource-not-found", "not-authorized-for-resource", "resource-unavailable", "disallowed-resource")


@dataclass(frozen=True, slots=True)
class User:
    """An account's public face."""

    id: str
    handle: str
    name: str
    followers: int | None = None
    verified: bool | None = None
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `newer` is the id of a later version, when this one was edited since."""

    id: str
    record: Message | Unreadable
    newer: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Posts, newest first. `charged` is what X bills: posts and users. `lost` are ids that X no longer shows."""

    posts: tuple[Post, ...] = ()
    next: str | None = None
    newest: str | None = None
    posts_billed: int = 0
    users_billed: int = 0
    lost: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Office:
    """The account itself as an author."""

    id: str
    handle: str


def page_in(answer: Any, office: Office) -> Page:
    """A page of a search or timeline; no posts at all is an answer without `data`."""
    meta = answer.get("meta") if isinstance(answer, dict) else None
    count = meta.get("result_count") if isinstance(meta, dict) else None
    if not isinstance(meta, dict) or isinstance(count, bool) or not isinstance(count, int):
        raise Malformed(_ODD)
    if count == 0:
        return Page(next=_optional_text(meta, "next_token"))
    newest = meta.get("newest_id")
    if not isinstance(newest, str):
        raise Malformed(_ODD)
    rows = _rows(answer)
    if len(rows) != count:
        raise Malformed(_ODD)
    return _page(answer, rows, office, _optional_text(meta, "next_token"), newest)


def found_in(answer: Any, office: Office) -> Page:
    """Posts that were looked up by id; those that X no longer shows are named beside them."""
    if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
        raise Malformed(_ODD)
    page = _page(answer, _rows(answer) if "data" in answer else [], office, None, None)
    return Page(page.posts, None, None, page.posts_billed, page.users_billed, frozenset(_lost(answer.get("errors"))))


def users_in(answer: Any) -> tuple[User, ...]:
    """Users that were looked up; () when X knows none of them."""
    if isinstance(answer, dict) and "data" not in answer and isinstance(answer.get("errors"), list):
        return ()
    return tuple(_user(row) for row in _rows(answer))


def user_in(answer: Any) -> User:
    """The one user of an answer."""
    try:
        return _user(answer["data"])
    except (KeyError, TypeError):
        raise Malformed(_ODD) from None


def posted_id(answer: Any) -> str:
    """The id of the post that was just made."""
    try:
        return identity(answer["data"]["id"])
    except (KeyError, TypeError, ValueError):
        raise Malformed(_ODD) from None


def identity(value: Any) -> str:
    """An id: digits as text, above 2^53."""
    if not isinstance(value, str) or not value.isdecimal():
        raise ValueError("not an id")
    return value


def _page(answer: Any, rows: list[Any], office: Office, after: str | None, newest: str | None) -> Page:
    people = _people(answer)
    posts = tuple(post for row in rows if (post := _post(row, office, people)) is not None)
    return Page(posts, after, newest, len(rows), len(people))


def _rows(answer: Any) -> list[Any]:
    rows = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise Malformed(_ODD)
    return rows


def _people(answer: Any) -> dict[str, User]:
    """Authors that came along, by id; there are none unless they were asked (and paid) for."""
    includes = answer.get("includes")
    rows = includes.get("users") if isinstance(includes, dict) else None
    return {user.id: user for user in map(_user, rows)} if isinstance(rows, list) else {}


def _user(row: Any) -> User:
    try:
        one, handle, name = identity(row["id"]), _text(row["username"]), _text(row["name"])
    except (KeyError, TypeError, ValueError):
        raise Malformed(_ODD) from None
    metrics, verified = row.get("public_metrics"), row.get("verified")
    followers = metrics.get("followers_count") if isinstance(metrics, dict) else None
    return User(
        id=one,
        handle=handle,
        name=name,
        followers=followers if isinstance(followers, int) else None,
        verified=verified if isinstance(verified, bool) else None,
        protected=row.get("protected") is True,
    )


def _post(row: Any, office: Office, people: Mapping[str, User]) -> Post | None:
    """None for a retweet: somebody else's words once more."""
    try:
        one = identity(row["id"])
        versions = sorted((identity(version) for version in _either(row, _HISTORY)), key=int)
        first, last = versions[0], versions[-1]
    except (KeyError, TypeError, ValueError, IndexError):  # which post this is a version of cannot be told
        return Post("", Unreadable(reason="a post without an id or its versions"))
    try:
        references = _references(row)
        if "retweeted" in references:
            return None
        message = _message(row, first, first != last, references.get("replied_to"), office, people)
    except KeyError as error:
        return Post(one, Unreadable(reason=f"key missing: {error.args[0]}", external_id=first))
    except (TypeError, ValueError, AttributeError):
        return Post(one, Unreadable(reason="a key holds another type than before", external_id=first))
    fault = fault_of(message)
    return Post(one, Unreadable(reason=fault, external_id=first) if fault else message, last if last != one else None)


def _message(
    row: Mapping[str, Any], first: str, edited: bool, parent: str | None, office: Office, people: Mapping[str, User]
) -> Message:
    conversation, author, made = (
        identity(row["conversation_id"]),
        identity(row["author_id"]),
        _moment(row["created_at"]),
    )
    if (parent is None) != (conversation == first):
        raise KeyError(_REFERENCES[0])
    return Message(
        external_id=first,
        kind=_kind(author, parent and identity(row["in_reply_to_user_id"]), office),
        thread=ThreadRef(external_id=conversation, url=status_url(conversation)),
        author=_author(author, office, people),
        text=_words(row),
        created_at=made,
        edited_at=made if edited else None,
        parent_id=parent,
        url=status_url(first),
    )


def _kind(author: str, answered: str | None, office: Office) -> Kind:
    """Own posts are posts, what replies to us or is our reply a comment, everything else names us."""
    if author == office.id:
        return Kind.POST if answered is None else Kind.COMMENT
    return Kind.COMMENT if answered == office.id else Kind.MENTION


def _author(one: str, office: Office, people: Mapping[str, User]) -> Author:
    if one == office.id:
        return Author(external_id=one, name=office.handle, handle=office.handle, url=profile_url(office.handle))
    known = people.get(one)
    if known is None:  # a name costs twice a post: it is asked for only on demand
        return Author(external_id=one, name=f"Pengguna X {one}", url=f"https://x.com/i/user/{one}")
    return Author(external_id=one, name=known.name, handle=known.handle, url=profile_url(known.handle))


def _words(row: Mapping[str, Any]) -> str:
    """What a person reads: a long post in full, links spelled out, entities undone."""
    note = next((row[name] for name in _NOTE if name in row), None)
    whole = row if note is None else note
    text, entities = _text(whole["text"]), whole.get("entities")
    links = entities.get("urls", ()) if isinstance(entities, dict) else ()
    for link in links:
        text = text.replace(_text(link["url"]), _text(link["expanded_url"]))
    return html.unescape(text)


def _references(row: Mapping[str, Any]) -> dict[str, str]:
    listed = next((row[name] for name in _REFERENCES if name in row), ())
    return {_text(one["type"]): identity(one["id"]) for one in listed}


def _lost(errors: Any) -> Iterable[str]:
    for one in errors if isinstance(errors, list) else ():
        if isinstance(one, dict) and str(one.get("type", "")).endswith(_LOST):
            asked = one.get("resource_id", one.get("value"))
            if isinstance(asked, str):
                yield asked


def _either(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    for name in names:
        if name in row:
            return row[name]
    raise KeyError(names[0])


def _moment(value: Any) -> datetime:
    parsed = datetime.fromisoformat(_text(value))
    if parsed.utcoffset() is None:
        raise ValueError("time without offset")
    return parsed.astimezone(UTC)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _optional_text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise Malformed(_ODD)
    return value
