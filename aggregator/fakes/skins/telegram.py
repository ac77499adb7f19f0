"""Telegram's Bot API, pretended: one bot, one queue of updates, channels with their discussion groups.

A place is a channel (`handle` its username); its posts and comments are messages of the linked group. `place.more`
may name `channel`, `group` (numbers), `group_username`, `unlinked` and the bot's `status` in the group. A comment's
`more` may say `by_bot`, `photo`, `service` (the name of a service message) or `chat_as` (a chat that writes).
Remembered under `world.notes("telegram")`: `webhook` while one is set, `revoked`, `privacy` (mode on).
"""

from __future__ import annotations

import itertools
import json
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, request

from aggregator.fakes.skin import Push, Skin, Wsgi
from aggregator.fakes.world import Change, Comment, Person, Place, Post, World

BOT = {"id": 612_000_111, "is_bot": True, "first_name": "Sahut", "username": "sahut_pengaduan_bot"}
ADMIN = {"id": 777_000_900, "is_bot": False, "first_name": "Humas", "username": "humas_rekaan"}
GUARD = {"id": 612_000_222, "is_bot": True, "first_name": "Penjaga", "username": "penjaga_spam_bot"}
FORWARDER = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
KEPT = timedelta(hours=24)
SENDS_A_MINUTE = 20


class Refusal(Exception):
    """What the Bot API answers with ok:false."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.answer = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.answer["parameters"] = parameters


@dataclass(frozen=True, slots=True)
class _Update:
    """An entry of the queue; what it shows is written out when it is asked for."""

    id: int
    sort: str
    subject: Post | Comment
    at: datetime


class TelegramSkin(Skin):
    platform = "telegram"
    hosts = ("api.telegram.org",)
    app_settings: Mapping[str, str] = {
        "bot_token": "612000111:AAF-rekaan_9f31c07a55b2e8d4c6a1",
        "webhook_secret": "rahasia-webhook_rekaan-55b2",
    }

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._queue: deque[_Update] = deque()
        self._numbers = itertools.count(900_000_001)
        self._heard = {"places": 0, "posts": 0, "comments": 0}
        self._queued: set[str] = set()
        self._chats: dict[str, tuple[Place, str]] = {}
        self._messages: dict[tuple[int, int], Post | Comment] = {}
        self._sent: dict[int, deque[datetime]] = {}
        world.listen(self._hear)

    def address(self, place: Place) -> str:
        return f"https://t.me/{place.handle}"

    def pushes(self, change: Change) -> Iterator[Push]:
        comment = change.comment
        if change.what not in ("added", "edited") or comment.more.get("by_bot"):
            return
        sort = "message" if change.what == "added" else "edited_message"
        body = {"update_id": next(self._numbers), sort: self.message(comment)}
        secret = (
            self.world.notes(self.platform).get("webhook", {}).get("secret_token", self.app_settings["webhook_secret"])
        )
        yield Push(
            platform=self.platform,
            body=json.dumps(body, ensure_ascii=False).encode(),
            headers={"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": "application/json"},
        )

    def app(self) -> Wsgi:
        app = Flask(__name__)
        methods = {
            name.removeprefix("do_").lower(): getattr(self, name) for name in dir(self) if name.startswith("do_")
        }

        @app.route("/bot<token>/<method>", methods=["GET", "POST"])
        def call(token: str, method: str) -> Response:
            given = {**request.args.to_dict(), **(request.get_json(silent=True) or request.form.to_dict())}
            try:
                self._check(token)
                if method.lower() not in methods:
                    raise Refusal(404, "Not Found: method not found")
                with self.world.lock:
                    answer = {"ok": True, "result": methods[method.lower()](given)}
            except Refusal as refusal:
                answer = refusal.answer
            status = answer.get("error_code", 200)
            headers = {"Retry-After": str(answer["parameters"]["retry_after"])} if status == 429 else {}
            return Response(json.dumps(answer, ensure_ascii=False), status, headers, content_type="application/json")

        return app

    # -- methods ---------------------------------------------------------------------------------------------------

    def do_getme(self, given: Mapping[str, Any]) -> dict[str, Any]:
        privacy = bool(self.world.notes(self.platform).get("privacy"))
        return {**BOT, "can_join_groups": True, "can_read_all_group_messages": not privacy}

    def do_getupdates(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        if self.world.notes(self.platform).get("webhook"):
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._collect()
        offset, limit = int(given.get("offset") or 0), int(given.get("limit") or 100)
        self._forget(len(self._queue) + offset if offset < 0 else None, offset)
        sorts = set(json.loads(given.get("allowed_updates") or "[]")) or {"message", "edited_message"}
        waiting = (update for update in self._queue if update.sort in sorts)
        shown = itertools.islice(waiting, min(max(limit, 1), 100))
        return [{"update_id": update.id, update.sort: self.message(update.subject)} for update in shown]

    def do_setwebhook(self, given: Mapping[str, Any]) -> bool:
        if not given.get("url"):
            return self.do_deletewebhook(given)
        if not given["url"].startswith("https://"):
            raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        kept = {name: given[name] for name in ("url", "secret_token") if name in given}
        self.world.notes(self.platform)["webhook"] = kept
        return True

    def do_deletewebhook(self, given: Mapping[str, Any]) -> bool:
        self.world.notes(self.platform).pop("webhook", None)
        return True

    def do_getwebhookinfo(self, given: Mapping[str, Any]) -> dict[str, Any]:
        hook = self.world.notes(self.platform).get("webhook", {})
        failed = {name: hook[name] for name in ("last_error_date", "last_error_message") if name in hook}
        pending = hook.get("pending", 0)
        return {"url": hook.get("url", ""), "has_custom_certificate": False, "pending_update_count": pending, **failed}

    def do_getchat(self, given: Mapping[str, Any]) -> dict[str, Any]:
        place, side = self._chat(given)
        chat = {
            **(_channel(place) if side == "channel" else _group(place)),
            "accent_color_id": 3,
            "max_reaction_count": 11,
        }
        if not place.more.get("unlinked"):
            chat["linked_chat_id"] = _group(place)["id"] if side == "channel" else _channel(place)["id"]
        return chat

    def do_getchatmembercount(self, given: Mapping[str, Any]) -> int:
        return self._chat(given)[0].followers

    def do_getchatmember(self, given: Mapping[str, Any]) -> dict[str, Any]:
        place, _ = self._chat(given)
        if str(given.get("user_id")) != str(BOT["id"]):
            raise Refusal(400, "Bad Request: user not found")
        return {"user": BOT, "status": place.more.get("status", "administrator")}

    def do_getchatadministrators(self, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        place, side = self._chat(given)
        if side == "channel" or place.more.get("status") in ("left", "kicked"):
            raise Refusal(400, "Bad Request: member list is inaccessible")
        bots = [{"user": bot, "status": "administrator"} for bot in (BOT, GUARD)]
        return [*bots, {"user": ADMIN, "status": "creator", "is_anonymous": False}]

    def do_sendmessage(self, given: Mapping[str, Any]) -> dict[str, Any]:
        place, _ = self._chat(given)
        text, reply = str(given.get("text") or "").strip(), given.get("reply_parameters") or {}
        reply = json.loads(reply) if isinstance(reply, str) else reply
        group = _group(place)["id"]
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text) > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        if place.more.get("status") in ("left", "kicked"):
            raise Refusal(403, "Forbidden: bot was kicked from the supergroup chat")
        self._within_limit(group)
        target = self._messages.get((group, int(reply.get("message_id") or 0)))
        if target is None or not target.shown:
            if reply and not reply.get("allow_sending_without_reply"):
                raise Refusal(400, "Bad Request: message to be replied not found")
            newest = self.world.posts_of(place)[0]  # the world keeps every word under a post; this one stands alone
            return self.message(self.world.say(newest, place.office, text, by_bot=True, alone=True))
        post, parent = (target, None) if isinstance(target, Post) else (target.post, target.id)
        return self.message(self.world.say(post, place.office, text, parent=parent, by_bot=True))

    # -- the queue -------------------------------------------------------------------------------------------------

    def _hear(self, change: Change) -> None:
        with self.world.lock:
            self._collect()
            if change.comment.post.place.platform != self.platform:
                return
            if change.what == "edited" and not change.comment.more.get("by_bot"):
                self._put("edited_message", change.comment)
            elif change.what == "added" and change.comment.id not in self._queued:
                self._enlist(change.comment)

    def _collect(self) -> None:
        """Queue what was posted and said since the last look, in the order of its time."""
        for place in self._new("places", self.world.places):
            if place.platform == self.platform:
                for side, chat in (("channel", _channel(place)), ("group", _group(place))):
                    self._chats |= {str(chat["id"]): (place, side)}
                    self._chats |= {f"@{chat['username']}".lower(): (place, side)} if "username" in chat else {}
        fresh: list[Post | Comment] = [
            *self._new("posts", self.world.posts),
            *self._new("comments", self.world.comments),
        ]
        for one in sorted(fresh, key=lambda one: (one.at, isinstance(one, Comment))):
            if _place(one).platform == self.platform and one.shown:
                self._enlist(one)

    def _new(self, sort: str, held: Mapping[Any, Any]) -> list[Any]:
        """What was added to `held` since the last look; costs as much as is new."""
        count = len(held) - self._heard[sort]
        self._heard[sort] = len(held)
        return list(itertools.islice(reversed(held.values()), count))[::-1]  # type: ignore[call-overload]  # a dict

    def _enlist(self, one: Post | Comment) -> None:
        self._queued.add(one.id)
        self._messages[_group(_place(one))["id"], _number(one.id)] = one
        if not one.more.get("by_bot") and not _place(one).more.get("unlinked"):
            self._put("message", one)

    def _put(self, sort: str, one: Post | Comment) -> None:
        self._queue.append(_Update(next(self._numbers), sort, one, self.world.clock()))

    def _forget(self, oldest: int | None, offset: int) -> None:
        """Drop what is confirmed by `offset`, what a negative one skips, and what waited for a day."""
        for _ in range(max(oldest or 0, 0)):
            self._queue.popleft()
        while self._queue and (self._queue[0].id < offset or self._queue[0].at < self.world.clock() - KEPT):
            self._queue.popleft()

    # -- messages --------------------------------------------------------------------------------------------------

    def message(self, one: Post | Comment) -> dict[str, Any]:
        """A post as Telegram forwards it into the group, or a comment, with what it replies to."""
        if isinstance(one, Post) or one.more.get("alone"):
            return self._bare(one)
        above = self.world.comments.get((self.platform, one.parent)) if one.parent else one.post
        reply = {"reply_to_message": self._bare(above)} if above is not None and above.shown else {}
        return {**self._bare(one), "message_thread_id": _number(one.post.id), **reply}

    def _bare(self, one: Post | Comment) -> dict[str, Any]:
        place = _place(one)
        row = {"message_id": _number(one.id), "date": int(one.at.timestamp()), "chat": _group(place), **_sender(one)}
        if isinstance(one, Post):
            origin = {"type": "channel", "chat": _channel(place), "message_id": one.more.get("number", _number(one.id))}
            row |= {"is_automatic_forward": True, "forward_origin": {**origin, "date": row["date"]}}
        else:
            row |= {"message_thread_id": _number(one.post.id)} if one.parent else {}
            row |= {"edit_date": int(one.edited_at.timestamp())} if one.edited_at else {}
        return row | _content(one)

    # -- what is checked -------------------------------------------------------------------------------------------

    def _check(self, token: str) -> None:
        if token != self.app_settings["bot_token"]:
            raise Refusal(404, "Not Found") if ":" not in token else Refusal(401, "Unauthorized")
        if self.world.notes(self.platform).get("revoked"):
            raise Refusal(401, "Unauthorized")

    def _chat(self, given: Mapping[str, Any]) -> tuple[Place, str]:
        self._collect()
        found = self._chats.get(str(given.get("chat_id", "")).lower())
        if found is None:
            raise Refusal(400, "Bad Request: chat not found")
        return found

    def _within_limit(self, group: int) -> None:
        sent, now = self._sent.setdefault(group, deque()), self.world.clock()
        while sent and sent[0] <= now - timedelta(minutes=1):
            sent.popleft()
        if len(sent) >= SENDS_A_MINUTE:
            wait = int(60 - (now - sent[0]).total_seconds()) or 1
            raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        sent.append(now)


def _place(one: Post | Comment) -> Place:
    return one.place if isinstance(one, Post) else one.post.place


def _number(id: str) -> int:
    """Message ids are small numbers."""
    return int(id) % 1_000_000_000


def _side(place: Place, odd: int) -> int:
    base = int(place.key) if place.key.isdecimal() else zlib.crc32(place.key.encode())
    return -(1_000_000_000_000 + 2 * (base % 4_000_000_000) + odd)


def _channel(place: Place) -> dict[str, Any]:
    number = place.more.get("channel") or _side(place, 0)
    return {"id": number, "title": place.title, "username": place.handle, "type": "channel"}


def _group(place: Place) -> dict[str, Any]:
    number, name = place.more.get("group") or _side(place, 1), place.more.get("group_username")
    return {"id": number, "title": f"Diskusi {place.title}", "type": "supergroup"} | (
        {"username": name} if name else {}
    )


def _sender(one: Post | Comment) -> dict[str, Any]:
    place = _place(one)
    if isinstance(one, Post):
        return {"from": FORWARDER, "sender_chat": _channel(place)}
    if one.more.get("by_bot"):
        return {"from": BOT}
    if chat := one.more.get("chat_as"):
        return {"from": CHANNEL_BOT, "sender_chat": chat}
    if one.official:
        return {"from": ANONYMOUS, "sender_chat": _group(place)}
    return {"from": _user(one.author)}


def _user(person: Person | None) -> dict[str, Any]:
    if person is None or person.id is None:
        raise ValueError("every person has a number on Telegram")
    first, _, last = person.name.partition(" ")
    user = {"id": int(person.id), "is_bot": False, "first_name": first, "language_code": "id"}
    return user | ({"last_name": last} if last else {}) | ({"username": person.handle} if person.handle else {})


def _content(one: Post | Comment) -> dict[str, Any]:
    if service := one.more.get("service"):
        return {service: [BOT] if service == "new_chat_members" else True}
    if one.more.get("photo"):
        sizes = [
            {"file_id": f"AgAC{size}", "file_unique_id": f"AQ{size}", "width": size, "height": size}
            for size in (90, 800)
        ]
        return {"photo": sizes} | ({"caption": one.text} if one.text else {})
    if phone := one.more.get("contact"):
        return {"contact": {"phone_number": phone, "first_name": "Kontak"}}
    return {"text": one.text}
