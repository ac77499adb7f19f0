"""Facebook Pages: reads, answers and hides as the Page, by the Graph API. See README.md for access and limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
    Checkpoint,
    Consent,
    Context,
    Credential,
    Cursor,
    Event,
    GlancedAccount,
    Glimpse,
    Message,
    OpenThread,
    Pace,
    Platform,
    PlatformInfo,
    PushEvent,
    PushRequest,
    Quota,
    Reachable,
    Setting,
)
from plugins.dialects import graph

from . import answering, glances, inspection, login, threads, webhooks
from .address import key_of
from .bookmark import CURSOR_VERSION
from .walk import Walk, graph_of

_APP = "Buka developers.facebook.com, pilih aplikasi, lalu Pengaturan aplikasi > Dasar"


class FacebookPlatform(Platform):
    """One Page is one account; its key is the Page's id, or its name where the address holds no id."""

    cursor_version = CURSOR_VERSION
    info = PlatformInfo(
        id="facebook",
        title="Facebook",
        hosts=("graph.facebook.com",),
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
                Capability.GLANCE,
            }
        ),
        settings=(
            Setting(
                name="access_token",
                label="Token Halaman",
                help="Terisi sendiri lewat tombol Hubungkan akun. Bila diisi tangan: Setelan Bisnis > Pengguna sistem > "
                "Buat token, pilih aplikasi dan Halaman, lalu salin token Halamannya.",
                secret=True,
            ),
        ),
        app_settings=(
            Setting(name="client_id", label="ID aplikasi", help=f"{_APP}: ID Aplikasi.", required=True),
            Setting(
                name="client_secret",
                label="Rahasia aplikasi",
                help=f"{_APP}: Rahasia Aplikasi, tekan Tampilkan.",
                secret=True,
                required=True,
            ),
            Setting(
                name="verify_token",
                label="Token verifikasi webhook",
                help="Karang sendiri sebuah kata sandi panjang, lalu tulis yang sama di developers.facebook.com > Webhooks > "
                "Halaman > Verifikasi token.",
                secret=True,
            ),
            Setting(
                name="config_id",
                label="ID konfigurasi login",
                help="Hanya untuk aplikasi jenis Bisnis: Facebook Login untuk Bisnis > Konfigurasi, salin ID-nya.",
            ),
        ),
        pace=Pace(
            every=timedelta(hours=6),
            overlap=timedelta(days=1),
            glance_every=timedelta(minutes=15),
            calls_per_day=2_000,
        ),
        answer_limit=answering.LONGEST,
    )

    def resolve(self, url: str) -> AccountKey | None:
        """A Page's address or named handle; raises Permanent for what is surely a person's profile or a group."""
        key = key_of(url)
        return AccountKey(platform=self.info.id, key=key, url=f"https://www.facebook.com/{key}") if key else None

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return inspection.inspect(account, ctx)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        yield from Walk(account, cursor, ctx, self.info.pace.overlap).events()

    def pull_threads(self, account: Account, threads_: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        yield from threads.read_again(account, threads_, ctx)

    def glance(
        self, accounts: Sequence[GlancedAccount], cursor: Cursor | None, ctx: Context
    ) -> Iterator[Glimpse | Checkpoint | Quota]:
        yield from glances.glance(accounts, ctx)

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        return answering.answer(account, message, text, ctx)

    def hide(self, account: Account, message: Message, hidden: bool, ctx: Context) -> None:
        answering.hide(message, hidden, ctx)

    def subscribe(self, account: Account, hook: str, ctx: Context) -> None:
        """The address itself is told to Meta once, in the app's own settings."""
        webhooks.subscribe(graph_of(ctx))

    def challenge(self, request: PushRequest) -> str | None:
        return graph.challenge(request)

    def receive(self, request: PushRequest) -> Iterator[PushEvent]:
        yield from webhooks.events_of(request)

    def authorize_url(self, consent: Consent, ctx: Context) -> str:
        return login.authorize_url(consent, ctx)

    def exchange(self, code: str, consent: Consent, ctx: Context) -> Credential:
        return login.exchange(code, consent, ctx)

    def refresh(self, credential: Credential, ctx: Context) -> Credential:
        return login.refresh(credential, ctx)

    def reachable(self, credential: Credential, ctx: Context) -> Iterator[Reachable]:
        yield from login.reachable(credential, ctx)
