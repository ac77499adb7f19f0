"""Reading and answering the comments that a site keeps at Disqus.

A site's posts come in the order of their time, replies included, from a moment on: one call while fewer than a
hundred were written in the overlap. A post approved late keeps its old time, so once a day the overlap is a month.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from html import escape

from aggregator.contract import (
    AuthExpired,
    Checkpoint,
    Context,
    Event,
    Gone,
    Malformed,
    Message,
    OpenThread,
    Permanent,
    Tombstone,
)
from plugins.website.disqus_client import DisqusClient
from plugins.website.disqus_records import (
    Page,
    deleted_ids,
    parse_articles,
    parse_posts,
    post_number,
    read_page,
    thread_number,
)
from plugins.website.state import State, older_than
from plugins.website.text import clean

PER_PAGE = 100
THREADS_PER_CALL = 50
OVERLAP = timedelta(days=2)
LATE_APPROVALS = timedelta(days=30)
LIST_AGAIN = timedelta(days=1)
_INCOMPLETE = (
    "Untuk menjawab di Disqus isi Token moderator Disqus pada akun ini, dan mintalah admin Sahut mengisi Kunci rahasia "
    "Disqus pada pengaturan aplikasi Situs web; atau jawab langsung di halamannya."
)
_WAITING = "Jawaban sudah terkirim tetapi menunggu persetujuan moderator di Disqus."
_Query = list[tuple[str, str | int]]


class DisqusReader:
    """One reading of one site, whose name at Disqus is the `root` of `state`; `state` is changed as it goes on."""

    def __init__(self, state: State, ctx: Context) -> None:
        self.client = DisqusClient(ctx)
        self.state, self.ctx = state, ctx
        self._articles: set[str | None] = set()  # yielded in this reading

    def pull(self) -> Iterator[Event]:
        """Posts from the overlap on, oldest first."""
        state, ctx = self.state, self.ctx
        if not state.walk or older_than(state.walk["began"], LIST_AGAIN, ctx.now):  # Disqus' cursors grow stale
            state.walk = {"since": self._since(), "next": "", "began": ctx.now.isoformat()}
        while ctx.budget.allows():
            page = self._page("forums/listPosts", self._forum_query(state.walk), state.walk["next"])
            yield from self._events(page)
            if page.following is None or page.following == state.walk["next"]:
                state.listed = state.listed if self._is_short() else state.walk["began"]
                state.walk = None
                yield Checkpoint(cursor=state.cursor(), replies_included=True)
                return
            state.walk["next"] = page.following
            yield Checkpoint(cursor=state.cursor())

    def threads_again(self, threads: Collection[OpenThread]) -> Iterator[Event]:
        """These threads whole; a known post that is not listed any more, or is marked as deleted, is gone."""
        left = list(threads)
        while left and self.ctx.budget.allows():
            some, left = left[:THREADS_PER_CALL], left[THREADS_PER_CALL:]
            yield from self._read_again(some)

    def _read_again(self, threads: list[OpenThread]) -> Iterator[Event]:
        numbers = [str(thread_number(one.ref.external_id)) for one in threads]
        query = [*(("thread", one) for one in numbers), *_listed("asc")]
        shown = {one.ref.external_id for one in threads}
        after: str | None = ""
        while after is not None:
            if not self.ctx.budget.allows():
                return
            page = self._page("posts/list", query, after)
            yield from (found := parse_posts(page.rows))
            shown |= {one.external_id for one in found if one.external_id}
            after = page.following if page.following != after else None
        missing = sorted(set().union(*(one.known for one in threads)) - shown)
        if missing and self._is_gone(missing[0]):
            yield from (Tombstone(external_id=one, seen_at=self.ctx.now) for one in missing)

    def _is_gone(self, one: str) -> bool:
        """One post by its own address: an emptied list must not delete a whole thread."""
        number = post_number(one)
        if number is None or not self.ctx.budget.allows():
            return False
        try:
            row = self.client.get("posts/details", [("post", number), ("related", "thread")])["response"]
        except Gone:
            return True
        except KeyError:
            raise Malformed("Disqus menjawab dengan bentuk yang tidak dikenal.") from None
        if deleted_ids([row]) == {one}:
            return True
        self.ctx.log.warning("website.list_hides_comment")
        return False

    def _events(self, page: Page) -> Iterator[Event]:
        """The page's articles that are not known yet, then its posts."""
        articles = [one for one in parse_articles(page.rows) if one.external_id]
        known = self.ctx.known({str(one.external_id) for one in articles} | deleted_ids(page.rows))
        yield from (one for one in articles if one.external_id not in known | self._articles)
        self._articles |= {one.external_id for one in articles}
        found = parse_posts(page.rows)
        yield from found
        for one in sorted(deleted_ids(page.rows) & known):
            yield Tombstone(external_id=one, seen_at=self.ctx.now)
        times = [one.created_at.isoformat() for one in found if isinstance(one, Message)]
        self.state.newest = max([self.state.newest, *times])

    def _since(self) -> int | None:
        """From when on to read, in Unix seconds; None for everything."""
        reach = int(self.ctx.since.timestamp()) if self.ctx.since else None
        if not self.state.newest:
            return reach
        wait = LATE_APPROVALS if older_than(self.state.listed, LIST_AGAIN, self.ctx.now) else OVERLAP
        return max(reach or 0, int((datetime.fromisoformat(self.state.newest) - wait).timestamp()))

    def _is_short(self) -> bool:
        """Whether this reading began a short overlap back: the month is due as before."""
        return not older_than(self.state.listed, LIST_AGAIN, datetime.fromisoformat((self.state.walk or {})["began"]))

    def _forum_query(self, walk: dict[str, object]) -> _Query:
        since: _Query = [("since", str(walk["since"]))] if walk["since"] is not None else []
        return [("forum", self.state.root), *_listed("asc"), *since]

    def _page(self, path: str, query: _Query, after: str) -> Page:
        return read_page(self.client.get(path, [*query, *([("cursor", after)] if after else [])]))


def _listed(order: str) -> _Query:
    return [("limit", PER_PAGE), ("related", "thread"), ("include", "approved"), ("order", order)]


class DisqusAnswerer:
    """Says one thing under one post, as the moderator whose token the account holds."""

    def __init__(self, message: Message, ctx: Context) -> None:
        if not ctx.secrets.get("access_token") or not ctx.secrets.get("disqus_api_secret"):
            raise AuthExpired(_INCOMPLETE)
        thread = thread_number(message.thread.external_id)
        if thread is None:
            raise Permanent("Percakapan ini bukan percakapan Disqus; jawab langsung di halamannya.")
        self.client, self.message, self.thread = DisqusClient(ctx), message, thread

    def say(self, text: str) -> Message:
        """Look whether it was said, say it, then read what the site shows."""
        earlier = self._find(text)
        if earlier is not None:
            return earlier
        fields = {"thread": self.thread, "message": escape(text, quote=False)}
        if parent := post_number(self.message.external_id):
            fields["parent"] = parent
        sent = self.client.post("posts/create", fields).get("response")
        if not isinstance(sent, dict) or not str(sent.get("id")).isdigit():
            raise Malformed("Disqus menerima jawaban tetapi tidak menyebut nomornya.")
        row = self.client.get("posts/details", [("post", str(sent["id"])), ("related", "thread")]).get("response")
        if deleted_ids([row]):
            raise Permanent(_WAITING)
        shown = next(iter(parse_posts([row])), None)
        if not isinstance(shown, Message):
            raise Malformed("Jawaban terkirim, tetapi Disqus menampilkannya dalam bentuk yang tidak dikenal.")
        return shown

    def _find(self, text: str) -> Message | None:
        """The same words of a registered person under the same message: an answer lost on its way."""
        query: _Query = [("thread", self.thread), *_listed("desc")]
        for one in parse_posts(read_page(self.client.get("posts/list", query)).rows):
            if isinstance(one, Message) and one.parent_id == self.message.external_id and _is_said(one, text):
                return one
        return None


def _is_said(one: Message, text: str) -> bool:
    registered = one.author is not None and one.author.external_id is not None
    return registered and one.text.split() == clean(text).split()
