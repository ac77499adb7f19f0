"""The plugin of Papan, as a stranger would write it: a folder that knows only the contract.

The list shifts while it is read. So each page overlaps the one before, and a page that does not begin at or above
the place where the last one ended (something above was removed) is asked for again from further up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Author,
    Capability,
    Census,
    Checkpoint,
    Context,
    Cursor,
    Event,
    Gone,
    Kind,
    Malformed,
    Message,
    OpenThread,
    Pace,
    Permanent,
    Platform,
    PlatformInfo,
    Setting,
    ThreadRef,
    Tombstone,
    hookimpl,
)  # fmt: skip

SIZE = 20
OVERLAP = 4


class Papan(Platform):
    """Reads and answers on Papan."""

    info = PlatformInfo(
        id="papan",
        title="Papan",
        own_host=True,
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
        settings=(Setting(name="token", label="Token", secret=True),),
        pace=Pace(
            every=timedelta(minutes=5),
            overlap=timedelta(hours=6),
            calls_per_pull=200,
            calls_per_day=100_000,
            thread_batch=200,
        ),
    )

    def resolve(self, url: str) -> AccountKey | None:
        parts = urlsplit(url)
        name = parts.path.strip("/")
        if parts.hostname != "127.0.0.1" or not name.startswith("papan-"):
            return None
        return AccountKey(platform="papan", key=f"{parts.netloc}/{name}", url=f"http://{parts.netloc}/{name}")

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return AccountSnapshot(exists=True, title=account.key)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        data: dict[str, Any] = dict(cursor.data) if cursor and not ctx.full else {}
        done, newest = _moment(data.get("done")), _moment(data.get("newest"))
        offset, last = int(data.get("offset", 0)), _place(data.get("last"))
        floor = done - self.info.pace.overlap if done else ctx.since
        while ctx.budget.allows():
            page = _page(ctx, f"{account.url}/list", offset)
            rows = page["entries"]
            fresh = rows[page["pinned"] :]
            if last and offset and fresh and _key(fresh[0]) < last:
                offset = max(0, offset - SIZE // 2)
                continue
            yield Census(count=page["total"])
            yield from (_message(row) for row in rows)
            newest = max([t for t in (newest, *(_moment(row["at"]) for row in fresh)) if t], default=None)
            last = _key(fresh[-1]) if fresh else last
            if not page["more"] or (floor and fresh and _key(fresh[-1])[0] < floor):
                top = max([t for t in (done, newest) if t], default=None)
                yield Checkpoint(cursor=Cursor(version=1, data={"done": top and top.isoformat()}))
                return
            offset += SIZE - OVERLAP
            walk = {"done": done, "newest": newest}
            kept = {name: time and time.isoformat() for name, time in walk.items()}
            place = [last[0].isoformat(), last[1]] if last else None
            yield Checkpoint(cursor=Cursor(version=1, data={**kept, "offset": offset, "last": place}))

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        for thread in threads:
            seen: set[str] = set()
            offset, more = 0, True
            while more:
                if not ctx.budget.allows():
                    return
                try:
                    page = _page(ctx, f"{account.url}/thread/{thread.ref.external_id}", offset)
                except Gone:
                    break
                yield from (_message(row) for row in page["entries"])
                seen |= {row["id"] for row in page["entries"]}
                offset, more = offset + SIZE - OVERLAP, page["more"]
            yield from (Tombstone(external_id=one, seen_at=ctx.now) for one in sorted(thread.known - seen))

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        response = ctx.http.post(
            f"{account.url}/reply",
            json={"parent": message.external_id, "text": text},
            headers={"Authorization": f"Bearer {ctx.secrets.get('token', '')}"},
            allow=(409, 422),
        )
        if response.status == 422:
            raise Permanent("Komentar itu tidak dapat dijawab lagi.")
        return _message(response.json()["entry"])


def _page(ctx: Context, url: str, offset: int) -> dict[str, Any]:
    page = ctx.http.get(url, params={"offset": offset, "size": SIZE}).json()
    if not isinstance(page, dict) or not isinstance(page.get("entries"), list):
        raise Malformed("Halaman Papan tidak berbentuk seperti biasanya.")
    return page


def _message(row: dict[str, Any]) -> Message:
    return Message(
        external_id=row["id"],
        kind=Kind.POST if row["id"] == row["thread"] else Kind.COMMENT,
        thread=ThreadRef(external_id=row["thread"]),
        author=Author(external_id=row["author"], name=row["name"]),
        text=row["text"],
        created_at=datetime.fromisoformat(row["at"]),
        edited_at=_moment(row["edited"]),
        parent_id=row["parent"],
        reply_count=row["replies"],
    )


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _key(row: dict[str, Any]) -> tuple[datetime, str]:
    return datetime.fromisoformat(row["at"]), row["id"]


def _place(value: list[str] | None) -> tuple[datetime, str] | None:
    return (datetime.fromisoformat(value[0]), value[1]) if value else None


@hookimpl
def register_platforms() -> Iterable[Platform]:
    return (Papan(),)
