"""From Business Profile's JSON to records. Only what is named here leaves this file: the photo beside a reviewer's name
does not. A key that is missing is never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aggregator.contract import Author, Kind, Message, ThreadRef, Unreadable, fault_of
from plugins.dialects.google import shaped

from .address import url_of

Row = Mapping[str, Any]

NAME = "Google Business Profile"

STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "STAR_RATING_UNSPECIFIED": None}
OWNER = "Pemilik profil"
SHOWN = ("APPROVED", "REVIEW_REPLY_STATE_UNSPECIFIED", None)  # before April 2026 there was no state
_TRANSLATED = "(Translated by Google)"
_ORIGINAL = re.compile(r"\(Translated by Google\).*?\(Original\)\s*(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A location of the login. `name` is "accounts/…/locations/…"; `owned` whether Google lets its owner speak."""

    name: str
    title: str
    place_id: str | None
    maps_url: str | None
    owned: bool
    duplicate: bool

    @property
    def key(self) -> str:
        return self.name[self.name.index("locations/") :]

    def answers_to(self, key: str) -> bool:
        cid = (self.maps_url or "").partition("cid=")[2]
        return key in (self.key, f"place/{self.place_id}", f"cid/{cid}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The owner's one reply. `state` is PENDING, APPROVED, REJECTED or None; only a shown one is public."""

    text: str
    updated: datetime
    state: str | None

    @property
    def shown(self) -> bool:
        return self.state in SHOWN


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, the token of the next page (None on the last), and the platform's own count of reviews."""

    rows: tuple[Row, ...]
    next: str | None
    total: int | None = None


def reviews_of(answer: Any) -> Page:
    """A page of reviews; the key is left out where there is none."""
    with shaped(NAME):
        total = answer.get("totalReviewCount")
        if "reviews" not in answer and total:
            raise KeyError("reviews")
        return _page(answer, "reviews", total)


def page_of(answer: Any, name: str) -> Page:
    """A page of accounts, locations, locationReviews or receivedMessages."""
    with shaped(NAME):
        return _page(answer, name, None)


def location_of(row: Row, account: str) -> Location:
    with shaped(NAME):
        more = row.get("metadata") or {}
        return Location(
            name=f"{account}/{_text(row['name'])}",
            title=_text(row["title"]),
            place_id=_text_or_none(more.get("placeId")),
            maps_url=_text_or_none(more.get("mapsUri")),
            owned=more.get("hasVoiceOfMerchant") is True,
            duplicate="duplicateLocation" in more,
        )


def account_of(row: Row) -> str:
    with shaped(NAME):
        return _text(row["name"])


def changed_at(row: Row) -> datetime:
    """When a review or its reply last changed."""
    with shaped(NAME):
        reply = reply_of(row)
        return max(moment(row["updateTime"]), reply.updated) if reply else moment(row["updateTime"])


def updated_at(row: Row) -> datetime:
    """When a review itself last changed: what lists are ordered by."""
    with shaped(NAME):
        return moment(row["updateTime"])


def located(row: Row) -> tuple[str, Row]:
    """One of many locations' reviews: the location's name and the review."""
    with shaped(NAME):
        if not isinstance(row["review"], dict):
            raise TypeError
        return _text(row["name"]), row["review"]


def id_of(row: Row) -> str:
    with shaped(NAME):
        return _text(row["reviewId"])


def reply_id(review: str) -> str:
    """A reply has no id of its own: there is one under each review."""
    return f"{review}/reply"


def reply_of(row: Row) -> Reply | None:
    """The reply, public or not; the state is spelled in two ways."""
    with shaped(NAME):
        told = row.get("reviewReply")
        if told is None:
            return None
        state = told.get("reviewReplyState", told.get("state"))
        if not isinstance(state, str | None):
            raise TypeError
        return Reply(text=_text(told["comment"]), updated=moment(told["updateTime"]), state=state)


def messages_of(row: Row, location: str) -> Iterator[Message | Unreadable]:
    """A review and, when it is public, its reply. `location` is the office that answers: "locations/…"."""
    review = id_of(row)
    yield _sound(lambda: _review(row, review, location), review)
    reply = reply_of(row)
    if reply and reply.shown:
        yield _sound(lambda: _answer(reply, review, location), reply_id(review))


def moment(value: Any) -> datetime:
    """RFC 3339 with up to nine digits of fraction, as UTC."""
    parsed = datetime.fromisoformat(_text(value))
    if parsed.utcoffset() is None:
        raise ValueError("time without offset")
    return parsed.astimezone(UTC)


def _page(answer: Row, name: str, total: Any) -> Page:
    rows, after = answer.get(name, []), answer.get("nextPageToken")
    if not isinstance(rows, list) or not isinstance(after, str | None) or not isinstance(total, int | None):
        raise TypeError
    if not all(isinstance(row, dict) for row in rows):
        raise TypeError
    return Page(tuple(rows), after or None, total)


def _review(row: Row, review: str, location: str) -> Message:
    created, updated = moment(row["createTime"]), moment(row["updateTime"])
    return Message(
        external_id=review,
        kind=Kind.REVIEW,
        thread=_thread(review, location),
        author=_author(row["reviewer"]),
        text=_original(row.get("comment")),
        created_at=created,
        edited_at=updated if updated > created else None,
        url=url_of(location),
        rating=STARS[row["starRating"]],
    )


def _answer(reply: Reply, review: str, location: str) -> Message:
    """The reply's only time is that of its last change."""
    return Message(
        external_id=reply_id(review),
        kind=Kind.COMMENT,
        thread=_thread(review, location),
        author=Author(external_id=location, name=OWNER),
        text=reply.text,
        created_at=reply.updated,
        parent_id=review,
        url=url_of(location),
    )


def _thread(review: str, location: str) -> ThreadRef:
    return ThreadRef(external_id=review, url=url_of(location))


def _author(reviewer: Row) -> Author | None:
    """Google gives no id of a reviewer: two reviews by one person cannot be linked."""
    if reviewer.get("isAnonymous") is True:
        return None
    return Author(external_id=None, name=_text(reviewer["displayName"]))


def _original(comment: Any) -> str:
    """The reviewer's own words; "" for stars alone. Google puts its translation before or after them."""
    if comment is None:
        return ""
    text = _text(comment)
    if before := _ORIGINAL.match(text):
        return before[1]
    return text.partition(_TRANSLATED)[0].rstrip() or text


def _sound(read: Any, one: str) -> Message | Unreadable:
    try:
        message: Message = read()
    except KeyError as error:
        return Unreadable(reason=f"key missing: {error.args[0]}", external_id=one)
    except (TypeError, ValueError, AttributeError):
        return Unreadable(reason="a key holds another type than before", external_id=one)
    fault = fault_of(message)
    return Unreadable(reason=fault, external_id=one) if fault else message


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("not text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)
