"""From the Bot API's JSON to records. Only what is named here leaves this file: telephone numbers in shared
contacts, positions, file ids and languages stay behind. A key that is missing is never guessed.

Source: the Bot API's documentation, "Update", "Message", "Chat".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aggregator.contract import Author, Kind, Malformed, Message, ThreadRef, Unreadable, fault_of

# Telegram's own accounts, which stand in `from` for old readers when `sender_chat` tells who really wrote.
_STAND_INS = frozenset({777000, 1087968824, 136817688})
_GROUPS = ("group", "supergroup")
_FORWARDER = 777000  # puts the channel's posts into the group
_MEDIA = (
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "location", "paid_media", "photo",
    "poll", "sticker", "story", "venue", "video", "video_note", "voice",
)  # fmt: skip
# What the group tells by itself: nobody said it.
_SERVICE = (
    "boost_", "channel_chat_created", "chat_background_set", "chat_shared", "connected_website", "delete_chat_photo",
    "direct_message_", "forum_topic_", "general_forum_", "gift", "giveaway", "group_chat_created", "invoice",
    "left_chat_", "message_auto_delete_", "migrate_", "new_chat_", "pinned_message", "proximity_alert_",
    "successful_payment", "supergroup_chat_created", "users_shared", "video_chat_", "web_app_data",
    "write_access_allowed",
)  # fmt: skip
# Sorts of updates nobody asks for; some may still wait from before.
_OTHER_SORTS = frozenset((
    "business_connection", "business_message", "callback_query", "channel_post", "chat_boost", "chat_join_request",
    "chat_member", "chosen_inline_result", "deleted_business_messages", "edited_business_message",
    "edited_channel_post", "inline_query", "message_reaction", "message_reaction_count", "my_chat_member", "poll",
    "poll_answer", "pre_checkout_query", "purchased_paid_media", "removed_chat_boost", "shipping_query",
))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One entry of the bot's queue. `group`: the number of the group it comes from; `channel`: the username of the
    channel, where the message names it; `record` None: nobody said anything."""

    id: int
    record: Message | Unreadable | None
    group: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A channel or group. `group`: the number of its discussion group (a group is its own)."""

    id: str
    title: str
    username: str | None
    group: str | None


def updates_of(result: Any) -> tuple[Update, ...]:
    """Read getUpdates; raises Malformed when it is no list of updates. A bad message becomes Unreadable."""
    if not isinstance(result, list):
        raise Malformed("Antrean Telegram tidak berbentuk seperti biasanya.")
    return tuple(update_of(row) for row in result)


def update_of(row: Any) -> Update:
    """Read one update; raises Malformed without its number: what cannot be confirmed must not be taken."""
    number = row.get("update_id") if isinstance(row, dict) else None
    if isinstance(number, bool) or not isinstance(number, int):
        raise Malformed("Antrean Telegram memuat entri tanpa nomor.")
    body = row.get("message") or row.get("edited_message")
    if body is None:
        record = None if _OTHER_SORTS & row.keys() else Unreadable(reason="an update without a message")
        return Update(id=number, record=record)
    return Update(id=number, record=record_of(body), group=_group(body), channel=_channel(body))


def record_of(row: Any) -> Message | Unreadable | None:
    """Read one message of a group; what cannot be read says which key was at fault and nothing else."""
    try:
        if _text(row["chat"]["type"]) not in _GROUPS or _is_service(row):
            return None  # a word to the bot in private is no public comment
        message = _message(row)
    except KeyError as error:
        return Unreadable(reason=f"key missing: {error.args[0]}", external_id=_known_id(row))
    except (TypeError, ValueError, AttributeError, OverflowError):
        return Unreadable(reason="a key holds another type than before", external_id=_known_id(row))
    fault = fault_of(message)
    return Unreadable(reason=fault, external_id=_known_id(row)) if fault else message


def chat_of(row: Any) -> Chat:
    """Read a getChat; raises Malformed."""
    try:
        linked, is_group = row.get("linked_chat_id"), _text(row["type"]) in _GROUPS
        return Chat(
            id=identity(row["id"]),
            title=_text(row["title"]),
            username=_optional_text(row, "username"),
            group=identity(row["id"]) if is_group else None if linked is None else identity(linked),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Malformed("Profil kanal Telegram tidak berbentuk seperti biasanya.") from None


def moment(value: Any) -> datetime:
    """Seconds since 1970 as UTC."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a time")
    return datetime.fromtimestamp(value, UTC)


def identity(value: Any) -> str:
    """A number as text."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not a number")
    return str(value)


def _message(row: Mapping[str, Any]) -> Message:
    chat, number = identity(row["chat"]["id"]), identity(row["message_id"])
    is_post = _is_post(row)
    reply = row.get("reply_to_message") or {}
    root = number if is_post else _root(row, reply)
    under_post = bool(reply) and _is_post(reply)
    edited = row.get("edit_date")
    return Message(
        external_id=f"{chat}:{number}",
        kind=Kind.POST if is_post else Kind.COMMENT,
        thread=ThreadRef(external_id=f"{chat}:{root}", url=_post_url(row if is_post else reply)),
        author=_author(row),
        text=_words(row),
        created_at=moment(row["date"]),
        edited_at=None if edited is None else moment(edited),
        parent_id=f"{chat}:{identity(reply['message_id'])}" if reply and not under_post else None,
        url=_url(row, reply if under_post else {}),
        raw=_raw(row),
    )


def _is_post(row: Mapping[str, Any]) -> bool:
    """Whether this is a post of the channel, put into the group by Telegram itself."""
    marked = row.get("is_automatic_forward") is True
    if not marked and (row.get("from") or {}).get("id") == _FORWARDER:
        raise KeyError("is_automatic_forward")
    return marked


def _root(row: Mapping[str, Any], reply: Mapping[str, Any]) -> str:
    """The first message of the thread. Telegram gives it on replies; a message out of the blue is its own."""
    thread = row.get("message_thread_id")
    if thread is None:
        thread = reply["message_id"] if reply else row["message_id"]
    return identity(thread)


def _author(row: Mapping[str, Any]) -> Author:
    """Who wrote: a chat (the channel, or an admin who stays anonymous behind the group), else a person."""
    if (chat := row.get("sender_chat")) is not None:
        return Author(
            external_id=identity(chat["id"]), name=_text(chat["title"]), handle=_optional_text(chat, "username")
        )
    person = row["from"]
    if person["id"] in _STAND_INS:
        raise KeyError("sender_chat")
    names = (_text(person["first_name"]), _optional_text(person, "last_name"))
    name = " ".join(filter(None, names))
    return Author(external_id=identity(person["id"]), name=name, handle=_optional_text(person, "username"))


def _words(row: Mapping[str, Any]) -> str:
    """The text, or the words beside a picture; a picture without words has none."""
    if "text" in row:
        return _text(row["text"])
    if _media(row) is None:
        raise KeyError("text")
    return _optional_text(row, "caption") or ""


def _media(row: Mapping[str, Any]) -> str | None:
    return next((name for name in _MEDIA if name in row), None)


def _raw(row: Mapping[str, Any]) -> dict[str, str]:
    """The sort of what is beside the words, and which album it belongs to: an album is several messages."""
    album = _optional_text(row, "media_group_id")
    return {name: value for name, value in (("media", _media(row)), ("album", album)) if value}


def _is_service(row: Mapping[str, Any]) -> bool:
    said = "text" in row or _media(row) is not None
    return not said and any(key.startswith(_SERVICE) for key in row)


def _post_url(post: Mapping[str, Any]) -> str | None:
    """A channel's post on the web, where its name and number are told."""
    name, origin = (post.get("sender_chat") or {}).get("username"), post.get("forward_origin") or {}
    number = origin.get("message_id")
    return f"https://t.me/{name}/{number}" if name and isinstance(number, int) else None


def _url(row: Mapping[str, Any], post: Mapping[str, Any]) -> str | None:
    """The place of a message: beside its post, else in its group (a private group opens for members only)."""
    number = identity(row["message_id"])
    if row.get("is_automatic_forward") is True and (own := _post_url(row)):
        return own
    if above := _post_url(post):
        return f"{above}?comment={number}"
    if name := row["chat"].get("username"):
        return f"https://t.me/{name}/{number}"
    return f"https://t.me/c/{identity(row['chat']['id']).removeprefix('-100')}/{number}"


def _group(row: Any) -> str | None:
    try:
        return identity(row["chat"]["id"])
    except (KeyError, TypeError):
        return None


def _channel(row: Any) -> str | None:
    """The channel's username in lower case, where the message is its post or stands right under one."""
    for post in (row, row.get("reply_to_message")) if isinstance(row, dict) else ():
        sender = (
            post.get("sender_chat") if isinstance(post, dict) and post.get("is_automatic_forward") is True else None
        )
        if isinstance(sender, dict) and isinstance(name := sender.get("username"), str):
            return name.lower()
    return None


def _known_id(row: Any) -> str | None:
    try:
        return f"{identity(row['chat']['id'])}:{identity(row['message_id'])}"
    except (KeyError, TypeError):
        return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def _optional_text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return None if value is None else _text(value)
