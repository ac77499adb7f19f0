"""X: everything that names an office, replies to it or was said by it, one search a turn from the last id on.

X bills each post that is read, not the call, so a quiet turn is one call and costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    AuthExpired,
    Capability,
    Checkpoint,
    Consent,
    Context,
    Credential,
    Cursor,
    Event,
    Gone,
    Message,
    OpenThread,
    Pace,
    Permanent,
    Platform,
    PlatformInfo,
    Reachable,
    Setting,
    Transient,
)

from . import login, parse
from .addresses import handle_of, intent_url, profile_url
from .client import USER_UNITS, Client
from .errors import BadRequest, ReplyRefused
from .inspection import snapshot_of
from .threads import Paused, own_replies, read_again
from .walk import VERSION, Walk
from .weight import LIMIT, weight_of

_APP = (
    Setting(
        name="bearer_token",
        label="Bearer Token",
        secret=True,
        required=True,
        help="console.x.com > aplikasi Anda > Keys and tokens > Bearer Token. X menagih tiap kiriman yang terbaca US$0,005 "
        "dan tiap profil US$0,010, dibayar di muka; memeriksa tanpa hasil baru gratis.",
    ),
    Setting(
        name="client_id",
        label="OAuth 2.0 Client ID",
        help="Hanya untuk menjawab. Di halaman yang sama. Tiap balasan ditagih US$0,015, dengan tautan US$0,200.",
    ),
    Setting(
        name="client_secret",
        label="OAuth 2.0 Client Secret",
        secret=True,
        help="Di bawah Client ID; tampil sekali saat dibuat.",
    ),
    Setting(
        name="expand_author",
        label="Baca nama penulis",
        choices=("tidak", "ya"),
        help="Nama penulis ditagih US$0,010 tiap orang, dua kali harga kirimannya. Bila tidak, hanya nomornya yang tampil.",
    ),
)


class XPlatform(Platform):
    """Reads mentions, replies and own posts; answers where X allows it."""

    cursor_version = VERSION
    info = PlatformInfo(
        id="x",
        title="X (Twitter)",
        hosts=("api.x.com",),
        capabilities=frozenset(
            {
                Capability.POSTS,
                Capability.COMMENTS,
                Capability.REPLIES,
                Capability.MENTIONS,
                Capability.THREADS,
                Capability.EDITS,
                Capability.DELETIONS,
                Capability.ANSWER,
                Capability.HIDE,
                Capability.OAUTH,
            }
        ),
        settings=(
            Setting(
                name="user_id",
                label="Nomor akun",
                help="Boleh kosong: dicari sekali lewat nama akun (US$0,010).",
            ),
            Setting(
                name="access_token",
                label="Access token",
                help="Terisi sendiri saat akun dihubungkan; hanya untuk menjawab dan menyembunyikan balasan.",
                secret=True,
            ),
        ),
        app_settings=_APP,
        # In posts read, of the whole app: 1,000 a day are USD 5 at most.
        pace=Pace(
            every=timedelta(minutes=30), calls_per_day=1_000, shared_by="app", calls_per_minute=30, calls_per_pull=30
        ),
        answer_limit=LIMIT,
        answer_length=weight_of,
    )

    def resolve(self, url: str) -> AccountKey | None:
        handle = handle_of(url)
        return AccountKey(platform=self.info.id, key=handle, url=profile_url(handle)) if handle else None

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        try:
            return snapshot_of(account, ctx)
        except Gone as gone:
            return AccountSnapshot(exists=False, problem=gone.message)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        before = Walk.of(cursor)
        walk = (Walk(before.user_id, before.spelling) if ctx.full else before).begun(ctx.now)
        if not ctx.budget.allows():
            return
        client = Client.of(account, ctx, walk.user_id, walk.spelling)
        while not client.spent():
            try:
                page = client.page(*walk.request(client.office))
            except BadRequest:
                other = walk.refused(ctx.now)
                if other is None:
                    raise
                walk = other
                continue
            yield from (post.record for post in page.posts)
            ended = page.next is None and not walk.gap
            walk = walk.after(page, ctx.now).learnt(user_id=client.office.id, spelling=client.spelling)
            if ended:
                yield Checkpoint(cursor=walk.finished().cursor(), replies_included=True)
                return
            yield Checkpoint(cursor=walk.cursor())

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        try:
            if threads and ctx.budget.allows():
                yield from read_again(Client.of(account, ctx), threads)
        except Paused:
            return

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        token, words = _writing(ctx, message), text.strip()
        if weight_of(words) > LIMIT:
            raise Permanent(f"Jawaban terlalu panjang untuk X (paling banyak {LIMIT}; tautan dihitung 23, emoji 2).")
        client = Client.of(account, ctx)
        if before := _said(client, message, words):
            return before
        try:
            made = client.write(words, message.external_id, token)
        except ReplyRefused as refused:
            if refused.duplicate and (before := _said(client, message, words)):
                return before
            raise Permanent(_by_hand(message)) from None
        found = next((post.record for post in client.look_up([made]).posts), None)
        if not isinstance(found, Message):
            raise Transient("Jawaban terkirim tetapi belum tampak di X.")
        return found

    def hide(self, account: Account, message: Message, hidden: bool, ctx: Context) -> None:
        Client.of(account, ctx).hide(message.external_id, hidden, _writing(ctx, message))

    def authorize_url(self, consent: Consent, ctx: Context) -> str:
        return login.consent_page(consent, ctx)

    def exchange(self, code: str, consent: Consent, ctx: Context) -> Credential:
        return login.credential_for(code, consent, ctx)

    def refresh(self, credential: Credential, ctx: Context) -> Credential:
        return login.renewed(credential, ctx)

    def reachable(self, credential: Credential, ctx: Context) -> Iterator[Reachable]:
        """A login is one account."""
        client = Client(ctx, "", credential.secrets["access_token"], parse.Office("", ""))
        me = parse.user_in(client.get("users/me", {"user.fields": "id,name,username"}))
        ctx.budget.charge(USER_UNITS)
        key = AccountKey(platform=self.info.id, key=me.handle.lower(), url=profile_url(me.handle.lower()))
        yield Reachable(key=key, title=me.name, settings={"user_id": me.id})


def _writing(ctx: Context, message: Message) -> str:
    """The login's own token: the app's bearer token may only read."""
    token = ctx.secrets.get("access_token")
    if not token:
        raise AuthExpired(
            f"Akun X ini belum dihubungkan untuk menjawab. Buka tautan ini: {intent_url(message.external_id)}"
        )
    return token


def _by_hand(message: Message) -> str:
    return (
        "X hanya mengizinkan aplikasi membalas orang yang menyebut akun ini. "
        f"Buka tautan ini, tempel jawabannya, lalu kirim: {intent_url(message.external_id)}"
    )


def _said(client: Client, message: Message, words: str) -> Message | None:
    """Our answer, if these words already stand there."""
    try:
        replies = own_replies(client, message.external_id)
        return next((reply for reply in replies if reply.text.split() == words.split()), None)
    except Paused:
        raise Transient("Balasan di X belum terbaca semua; dicoba lagi nanti.") from None
