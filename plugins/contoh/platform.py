"""Contoh, an invented notice board with a JSON API: boards hold posts, posts hold comments, comments replies.

The list of entries is newest first and goes on by a token that stays good while new entries arrive. A pull
walks it down to the overlap before the last complete walk; a walk that the budget cuts short goes on from its
token at the next turn. So each Checkpoint keeps its promise: what is older is out, or the token leads to it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    AuthExpired,
    Capability,
    Census,
    Checkpoint,
    Context,
    Cursor,
    Event,
    Gone,
    Message,
    OpenThread,
    Platform,
    PlatformInfo,
    Setting,
    Tombstone,
    Transient,
    Unreadable,
)

from . import parse
from .errors import DUPLICATE, REFUSALS, code_of, meaning_of

API = "https://api.contoh.example"
CURSOR_VERSION = 1
_HOSTS = ("contoh.example", "www.contoh.example")
_HANDLE = re.compile(r"@?([a-z0-9][a-z0-9-]{1,40})\Z", re.IGNORECASE)


class ContohPlatform(Platform):
    """Reads and answers on Contoh."""

    info = PlatformInfo(
        id="contoh",
        title="Contoh",
        hosts=("api.contoh.example",),
        capabilities=frozenset(
            {
                Capability.POSTS,
                Capability.COMMENTS,
                Capability.REPLIES,
                Capability.THREADS,
                Capability.EDITS,
                Capability.DELETIONS,
                Capability.ANSWER,
            }
        ),
        settings=(
            Setting(
                name="token",
                label="Token",
                help="Buka contoh.example/pengaturan/token sebagai admin papan, lalu salin tokennya ke sini.",
                secret=True,
            ),
        ),
        answer_limit=500,
    )

    def resolve(self, url: str) -> AccountKey | None:
        try:
            parts = urlsplit(url.strip())
            host = parts.hostname
        except ValueError:
            return None
        named = _HANDLE.match(parts.path.strip("/"))
        if parts.scheme not in ("http", "https") or host not in _HOSTS or not named:
            return None
        key = named.group(1).lower()
        return AccountKey(platform=self.info.id, key=key, url=f"https://contoh.example/@{key}")

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        try:
            return parse.snapshot_of(_get(ctx, f"boards/{account.key}"))
        except Gone:
            return AccountSnapshot(exists=False, problem="Papan ini tidak ditemukan di Contoh.")

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        walk = _Walk.of(None if ctx.full else cursor)
        floor = _later(walk.done and walk.done - self.info.pace.overlap, ctx.since)
        while ctx.budget.allows():
            page = parse.page_of(_get(ctx, f"boards/{account.key}/entries", walk.page))
            walk = walk.down(page)
            yield Census(count=page.comments)
            yield from page.entries
            if page.next is None or _reached(page.entries, floor):
                yield Checkpoint(cursor=walk.finished().cursor(), replies_included=True)
                return
            yield Checkpoint(cursor=walk.cursor())

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        for thread in threads:
            try:
                entries = yield from _thread(thread.ref.external_id, ctx)
            except Gone:
                yield from _tombstones(thread.known, ctx)
                continue
            if entries is None:
                return
            if all(isinstance(entry, Message) for entry in entries):
                yield from _tombstones(thread.known - {entry.external_id for entry in entries}, ctx)

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        token = ctx.secrets.get("token")
        if not token:
            raise AuthExpired("Token Contoh belum diisi pada akun ini.")
        own = parse.snapshot_of(_get(ctx, f"boards/{account.key}")).own_author_ids
        post = message.thread.external_id
        response = ctx.http.post(
            f"{API}/posts/{post}/comments",
            json={"reply_to": message.external_id, "text": text},
            headers={"Authorization": f"Bearer {token}"},
            allow=REFUSALS,
        )
        if response.status in REFUSALS and (code := code_of(response.json())) != DUPLICATE:
            raise meaning_of(code)
        return _own_answer(post, message.external_id, text, own, ctx)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """Where a walk down the list stands. `done`: the newest time of the last complete walk; `newest`: the
    newest time this walk has seen; `page`: the token to go on from, None at the top."""

    done: datetime | None = None
    newest: datetime | None = None
    page: str | None = None

    @classmethod
    def of(cls, cursor: Cursor | None) -> _Walk:
        if cursor is None or cursor.version != CURSOR_VERSION:
            return cls()
        done, newest = cursor.data["done"], cursor.data["newest"]
        return cls(
            done=parse.moment(done) if done else None,
            newest=parse.moment(newest) if newest else None,
            page=cursor.data["page"],
        )

    def down(self, page: parse.Page) -> _Walk:
        newest = max((entry.created_at for entry in page.entries if isinstance(entry, Message)), default=None)
        return _Walk(done=self.done, newest=_later(self.newest, newest), page=page.next)

    def finished(self) -> _Walk:
        return _Walk(done=_later(self.done, self.newest))

    def cursor(self) -> Cursor:
        times = {"done": self.done, "newest": self.newest}
        data = {name: time and time.isoformat() for name, time in times.items()}
        return Cursor(version=CURSOR_VERSION, data={**data, "page": self.page})


def _get(ctx: Context, path: str, page: str | None = None) -> Any:
    return ctx.http.get(f"{API}/{path}", params={"page": page} if page else None).json()


def _thread(post: str, ctx: Context) -> Generator[Message | Unreadable, None, list[Message | Unreadable] | None]:
    """Yield a thread's entries and return them; None when the budget ended before the thread did."""
    entries: list[Message | Unreadable] = []
    page, token = None, None
    while page is None or token:
        if not ctx.budget.allows():
            return None
        page = parse.page_of(_get(ctx, f"posts/{post}/entries", token))
        token = page.next
        entries += page.entries
        yield from page.entries
    return entries


def _tombstones(ids: Iterable[str], ctx: Context) -> Iterator[Tombstone]:
    return (Tombstone(external_id=one, seen_at=ctx.now) for one in sorted(ids))


def _own_answer(post: str, parent: str, text: str, own: frozenset[str], ctx: Context) -> Message:
    """The answer as the platform shows it now: by us, under that message, with these words."""
    for entry in _thread(post, ctx):
        if not isinstance(entry, Message) or entry.author is None:
            continue
        if entry.author.external_id in own and entry.parent_id == parent and entry.text == text.strip():
            return entry
    raise Transient("Jawaban terkirim tetapi belum tampak di Contoh.")


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((time for time in (one, other) if time), default=None)


def _reached(entries: Iterable[Message | Unreadable], floor: datetime | None) -> bool:
    """Whether the list has gone below `floor`: everything after this page is older still."""
    times = [entry.created_at for entry in entries if isinstance(entry, Message)]
    return floor is not None and bool(times) and min(times) < floor
