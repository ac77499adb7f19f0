"""Instagram as a plugin: what it is called, what is asked of people, and which file does what."""

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
    Platform,
    PlatformInfo,
    PushEvent,
    PushRequest,
    Reachable,
    Setting,
)
from plugins.dialects.graph import challenge

from . import addresses, answering, inspection, login, webhooks
from .client import FACEBOOK, INSTAGRAM, Line
from .rereading import Rereading
from .state import VERSION, State
from .walk import Walk

_WAYS = (INSTAGRAM, FACEBOOK)

APP_SETTINGS = (
    Setting(
        name="way",
        label="Jalan masuk aplikasi",
        help="instagram: aplikasi dengan “Instagram Login” (akun tanpa Halaman Facebook). facebook: aplikasi dengan "
        "“Facebook Login”, untuk akun Instagram yang tertaut ke Halaman. Satu aplikasi Meta hanya memakai satu jalan.",
        choices=_WAYS,
    ),
    Setting(
        name="client_id",
        label="ID aplikasi",
        help="developers.facebook.com → Aplikasi Saya → Instagram → Penyiapan API: “ID aplikasi Instagram” "
        "(jalan facebook: “ID Aplikasi” di Pengaturan → Dasar).",
    ),
    Setting(
        name="client_secret",
        label="Rahasia aplikasi",
        help="Di halaman yang sama: “Rahasia aplikasi Instagram” (jalan facebook: “Rahasia Aplikasi”), klik Tampilkan.",
        secret=True,
    ),
    Setting(
        name="webhook_secret",
        label="Rahasia aplikasi Meta (untuk webhook)",
        help="Isi bila pemberitahuan ditolak: “Rahasia Aplikasi” di Pengaturan → Dasar. Meta tidak menjelaskan rahasia "
        "mana yang menandatangani, jadi keduanya dicoba.",
        secret=True,
    ),
    Setting(
        name="verify_token",
        label="Token verifikasi webhook",
        help="Kata sandi buatan sendiri; isi kata yang sama di developers.facebook.com → Instagram → Webhooks.",
        secret=True,
    ),
)

SETTINGS = (
    Setting(
        name="access_token",
        label="Token akses",
        help="Terisi sendiri lewat Hubungkan akun. Bila diisi tangan: developers.facebook.com → Instagram → Buat token.",
        secret=True,
    ),
    Setting(
        name="account_way",
        label="Jalan masuk akun ini",
        help="Kosongkan agar mengikuti aplikasinya. facebook: token milik Halaman; instagram: token milik akun Instagram.",
        choices=_WAYS,
    ),
    Setting(
        name="ig_user_id",
        label="ID akun Instagram",
        help="Angka yang diawali 1784…; terisi sendiri lewat Hubungkan akun, dan dicari sendiri bila kosong.",
    ),
    Setting(
        name="tags",
        label="Foto yang menandai akun",
        help="Pilih lewati bila Instagram menolak membacanya untuk akun ini.",
        choices=("baca", "lewati"),
    ),
)


class InstagramPlatform(Platform):
    """Reads and answers on Instagram."""

    info = PlatformInfo(
        id="instagram",
        title="Instagram",
        hosts=("graph.facebook.com", "graph.instagram.com", "api.instagram.com"),
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
        pace=Pace(every=timedelta(minutes=15), calls_per_day=4_800),
        answer_limit=2_200,
    )
    cursor_version = VERSION

    def resolve(self, url: str) -> AccountKey | None:
        return addresses.resolve(url)

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return inspection.inspect(account, ctx)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        state = State.of(None if ctx.full else cursor)
        line = Line.of(account, ctx, state.own)
        calls = 1 if line.own else 2
        if not ctx.budget.allows(calls):
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
        Line.of(account, ctx).graph.post(message.external_id, {"hide": "true" if hidden else "false"})

    def subscribe(self, account: Account, hook: str, ctx: Context) -> None:
        """The address itself is told to Meta once, in the app's own settings."""
        line = Line.of(account, ctx)
        line.graph.post("me/subscribed_apps", {"subscribed_fields": webhooks.FIELDS[line.way]})

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
