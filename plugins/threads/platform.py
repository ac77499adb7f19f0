"""Threads as a plugin: what it is called, what is asked of people, and which file does what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
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
)
from plugins.dialects.graph import challenge

from . import addresses, answering, inspection, login, webhooks
from .client import Line
from .parse import MENTION
from .rereading import Rereading
from .state import VERSION, State
from .walk import Walk

APP_SETTINGS = (
    Setting(
        name="client_id",
        label="ID aplikasi Threads",
        help="developers.facebook.com → Aplikasi Saya → Kasus penggunaan “Threads API” → Pengaturan: “ID aplikasi Threads” "
        "(bukan ID aplikasi Meta).",
    ),
    Setting(
        name="client_secret",
        label="Rahasia aplikasi Threads",
        help="Di halaman yang sama: “Rahasia aplikasi Threads”, klik Tampilkan.",
        secret=True,
    ),
    Setting(
        name="verify_token",
        label="Token verifikasi webhook",
        help="Kata sandi buatan sendiri; isi kata yang sama di developers.facebook.com → Threads → Webhooks.",
        secret=True,
    ),
)

SETTINGS = (
    Setting(
        name="access_token",
        label="Token akses",
        help="Terisi sendiri lewat Hubungkan akun. Bila diisi tangan: developers.facebook.com → Threads → Buat token.",
        secret=True,
    ),
    Setting(
        name="user_id",
        label="ID profil Threads",
        help="Terisi sendiri lewat Hubungkan akun, dan dicari sendiri bila kosong.",
    ),
)


class ThreadsPlatform(Platform):
    """Reads and answers on Threads."""

    info = PlatformInfo(
        id="threads",
        title="Threads",
        hosts=("graph.threads.net",),
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
                Capability.PUSH,
                Capability.OAUTH,
            }
        ),
        settings=SETTINGS,
        app_settings=APP_SETTINGS,
        pace=Pace(every=timedelta(minutes=15), calls_per_day=48_000),
        answer_limit=answering.LIMIT,
        answer_length=answering.length_of,
    )
    cursor_version = VERSION

    def resolve(self, url: str) -> AccountKey | None:
        return addresses.resolve(url)

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return inspection.inspect(account, ctx)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        state = State.of(None if ctx.full else cursor)
        line = Line.of(account, ctx, state.own)
        if not ctx.budget.allows(1 if line.own else 2):
            return
        own = line.who()
        state.own = own.id
        yield from Walk(line=line, own=own, state=state, ctx=ctx).events()

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        line = Line.of(account, ctx)
        if not threads or not ctx.budget.allows(1 if line.own else 2):
            return
        yield from Rereading(line=line, own=line.who(), ctx=ctx).events(threads)

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        return answering.answer(Line.of(account, ctx), message, text, ctx)

    def hide(self, account: Account, message: Message, hidden: bool, ctx: Context) -> None:
        """Only replies directly below an own post can be hidden; what hangs below them follows."""
        if message.parent_id is not None or message.thread.external_id.startswith(MENTION):
            raise Permanent("Threads hanya dapat menyembunyikan balasan langsung pada kiriman sendiri.")
        form = {"hide": "true" if hidden else "false"}
        Line.of(account, ctx).graph.post(f"{message.external_id}/manage_reply", form)

    def challenge(self, request: PushRequest) -> str | None:
        return challenge(request)

    def receive(self, request: PushRequest) -> Iterator[PushEvent]:
        return webhooks.events(request)

    def authorize_url(self, consent: Consent, ctx: Context) -> str:
        return login.authorize_url(consent, ctx)

    def exchange(self, code: str, consent: Consent, ctx: Context) -> Credential:
        return login.exchange(code, consent, ctx)

    def refresh(self, credential: Credential, ctx: Context) -> Credential:
        return login.refresh(credential, ctx)

    def reachable(self, credential: Credential, ctx: Context) -> Iterator[Reachable]:
        return login.reachable(credential, ctx)
