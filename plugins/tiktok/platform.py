"""TikTok through the Accounts API: own videos, their comments and replies; answers and hiding.

A quiet turn is one call: the newest videos, whose comment counters are held against the Cursor's. Only videos whose
counter moved are read. Older pages of videos are looked at every few hours.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
    Census,
    Checkpoint,
    Consent,
    Context,
    Credential,
    Cursor,
    Event,
    Message,
    OpenThread,
    Pace,
    Permanent,
    Platform,
    PlatformInfo,
    PushEvent,
    PushRequest,
    Reachable,
    Setting,
    Transient,
)

from . import login, parse, webhook
from .addresses import handle_of, profile_url
from .bookmark import VERSION, Bookmark
from .client import Client
from .inspection import snapshot_of
from .reading import Floor, Paused, comments_down, reply_pages, threads_again, video_pages

LONGEST_ANSWER = 1_200  # characters; older material says 150

_APP = (
    Setting(
        name="client_id",
        label="App ID",
        required=True,
        help="business-api.tiktok.com/portal > My Apps > aplikasi Anda > App ID.",
    ),
    Setting(
        name="client_secret",
        label="Secret",
        secret=True,
        required=True,
        help="Di halaman aplikasi yang sama, di bawah App ID. Juga dipakai untuk memeriksa pemberitahuan (webhook).",
    ),
    Setting(
        name="authorization_url",
        label="Alamat otorisasi pemilik akun",
        required=True,
        help="Salin utuh dari portal: halaman aplikasi > TikTok account holder authorization URL. Alamat kembali yang "
        "didaftarkan di sana harus berakhir dengan garis miring (/).",
    ),
    Setting(
        name="max_reply_chars",
        label="Panjang jawaban paling banyak",
        help="Boleh kosong (1200 huruf). Isi 150 bila TikTok menolak jawaban yang panjang.",
    ),
)


class TikTokPlatform(Platform):
    """Reads and answers comments under an office's own videos."""

    cursor_version = VERSION
    info = PlatformInfo(
        id="tiktok",
        title="TikTok",
        hosts=("business-api.tiktok.com",),
        capabilities=frozenset(
            {
                Capability.POSTS,
                Capability.COMMENTS,
                Capability.REPLIES,
                Capability.THREADS,
                Capability.DELETIONS,
                Capability.ANSWER,
                Capability.HIDE,
                Capability.PUSH,
                Capability.OAUTH,
            }
        ),
        settings=(
            Setting(
                name="business_id",
                label="Open ID akun",
                help="Terisi sendiri saat akun dihubungkan; berbeda untuk tiap aplikasi.",
            ),
            Setting(
                name="access_token",
                label="Access token",
                help="Terisi sendiri saat akun dihubungkan dan diperbarui tiap hari; tidak perlu diisi tangan.",
                secret=True,
            ),
        ),
        app_settings=_APP,
        pace=Pace(every=timedelta(minutes=30), calls_per_day=5_000, calls_per_minute=40, calls_per_pull=120),
        answer_limit=LONGEST_ANSWER,
    )

    def resolve(self, url: str) -> AccountKey | None:
        handle = handle_of(url)
        return AccountKey(platform=self.info.id, key=handle, url=profile_url(handle)) if handle else None

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return snapshot_of(Client.of(account, ctx))

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        client, mark = Client.of(account, ctx), Bookmark.of(None if ctx.full else cursor)
        try:
            head = next(video_pages(client))
            if head.next is None and all(video.comments is not None for video in head.videos):
                yield Census(count=sum(video.comments or 0 for video in head.videos))
            mark = yield from _read(client, head.videos, mark)
            if (older := mark.first_older(head.next, ctx.now)) is not None:
                yield from _older(client, older, mark)
            else:
                yield Checkpoint(cursor=mark.cursor())
        except Paused:
            return

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        try:
            yield from threads_again(Client.of(account, ctx), threads)
        except Paused:
            return

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        client, words = Client.of(account, ctx), text.strip()
        most = int(ctx.secrets.get("max_reply_chars") or LONGEST_ANSWER)
        if len(words) > most:
            raise Permanent(f"Jawaban terlalu panjang untuk TikTok (paling banyak {most} huruf).")
        top = message.parent_id or message.external_id  # replies stand in one row under the comment
        try:
            if before := _said(client, message, top, words):
                return before
        except Paused:
            raise Transient("Balasan di TikTok belum terbaca semua; dicoba lagi nanti.") from None
        made = parse.text_in(client.reply(message.thread.external_id, top, words), "comment_id")
        found = parse.found_in(client.look_up(message.thread.external_id, [made]), message.thread, client.own)
        shown = next((entry.record for entry in found if entry.id == made), None)
        if not isinstance(shown, Message):
            raise Transient("Jawaban terkirim tetapi belum tampak di TikTok (mungkin dianggap spam).")
        return shown

    def hide(self, account: Account, message: Message, hidden: bool, ctx: Context) -> None:
        Client.of(account, ctx).hide(message.thread.external_id, message.external_id, hidden)

    def subscribe(self, account: Account, hook: str, ctx: Context) -> None:
        webhook.subscribe(hook, ctx)

    def receive(self, request: PushRequest) -> Iterator[PushEvent]:
        return webhook.events_in(request)

    def authorize_url(self, consent: Consent, ctx: Context) -> str:
        return login.consent_page(consent, ctx)

    def exchange(self, code: str, consent: Consent, ctx: Context) -> Credential:
        return login.credential_for(code, consent, ctx)

    def refresh(self, credential: Credential, ctx: Context) -> Credential:
        return login.renewed(credential, ctx)

    def reachable(self, credential: Credential, ctx: Context) -> Iterator[Reachable]:
        """A login is one account."""
        open_id, token = credential.secrets["open_id"], credential.secrets["access_token"]
        face = parse.profile_in(Client(ctx, "", token, open_id).profile())
        key = AccountKey(platform=self.info.id, key=face.handle, url=profile_url(face.handle))
        yield Reachable(key=key, title=face.title, settings={"business_id": open_id})


def _read(client: Client, videos: Sequence[parse.Video], mark: Bookmark) -> Generator[Event, None, Bookmark]:
    """Read the videos whose counter moved; a Checkpoint after each page, so that any turn gets somewhere."""
    for video in mark.due(videos):
        opened = mark.start(video, client.ctx.now)
        yield video.post
        if video.comments != 0:
            floor = Floor.of(mark.seen.get(video.id), video.comments)
            for record in comments_down(client, video, opened.page, floor):
                if isinstance(record, int):
                    yield Checkpoint(cursor=mark.at(replace(opened, page=record)).cursor())
                else:
                    yield record
        mark = mark.done(opened)
        yield Checkpoint(cursor=mark.cursor())
    return mark


def _older(client: Client, page: int, mark: Bookmark) -> Iterator[Event]:
    """Older videos, page by page, to the end of what is remembered."""
    for found in video_pages(client, page):
        mark = yield from _read(client, found.videos, mark)
        mark = mark.after_older(found.videos, found.next, client.ctx.now)
        yield Checkpoint(cursor=mark.cursor())
        if mark.older is None:
            return


def _said(client: Client, message: Message, top: str, words: str) -> Message | None:
    """Our answer, if these words already stand there."""
    for page in reply_pages(client, message.thread, top):
        for record in (entry.record for entry in page.entries):
            ours = isinstance(record, Message) and record.author and record.author.external_id == client.own
            if isinstance(record, Message) and ours and record.text.split() == words.split():
                return record
    return None
