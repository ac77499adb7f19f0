"""YouTube, read through its Data API v3 within 10,000 units a day: counters first, comments where a counter moved."""

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
    Reachable,
    Setting,
)
from plugins.dialects import google

from . import address, answering, bookmark, client, glancing, inspecting, pulling, rereading, websub

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"  # the only one that YouTube takes for comments


class YouTube(Platform):
    """Reads, answers and hides comments on YouTube."""

    cursor_version = bookmark.VERSION
    info = PlatformInfo(
        id="youtube",
        title="YouTube",
        hosts=("youtube.googleapis.com", "www.youtube.com", "pubsubhubbub.appspot.com", google.TOKEN_HOST),
        capabilities=frozenset(
            {
                Capability.POSTS,
                Capability.COMMENTS,
                Capability.REPLIES,
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
        app_settings=(
            Setting(
                name="api_key",
                label="API key",
                help="Di console.cloud.google.com: APIs & Services, Credentials, Create credentials, API key; batasi untuk "
                "YouTube Data API v3. Cukup untuk membaca.",
                secret=True,
            ),
            *google.CLIENT_SETTINGS,
            Setting(
                name="webhook_url",
                label="Alamat webhook",
                help="Alamat https yang ditunjukkan Sahut untuk plugin ini. Kosong: video baru dicari lewat umpan.",
            ),
            Setting(
                name="webhook_secret",
                label="Kunci webhook",
                help="Karangan sendiri, acak dan panjang: YouTube menandatangani pemberitahuan dengannya.",
                secret=True,
            ),
            Setting(
                name="verify_token",
                label="Token pemeriksaan",
                help="Karangan sendiri, acak: YouTube menyebutnya saat memeriksa alamat webhook.",
                secret=True,
            ),
        ),
        settings=google.LOGIN_SETTINGS,
        pace=Pace(
            every=timedelta(hours=6),
            overlap=pulling.OVERLAP,
            calls_per_day=10_000,
            shared_by="app",
            day_zone=google.DAY_ZONE,
            glance_every=timedelta(minutes=20),
            calls_per_pull=120,
        ),
    )

    def resolve(self, url: str) -> AccountKey | None:
        key = address.key_of(url)
        return AccountKey(platform=self.info.id, key=key, url=address.url_of(key)) if key else None

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return inspecting.inspect(account, ctx)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        return pulling.pull(account, cursor, ctx)

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        return rereading.reread(threads, ctx)

    def glance(
        self, accounts: Sequence[GlancedAccount], cursor: Cursor | None, ctx: Context
    ) -> Iterator[Glimpse | Checkpoint]:
        return glancing.glance(accounts, cursor, ctx)

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        return answering.answer(account, message, text, ctx)

    def hide(self, account: Account, message: Message, hidden: bool, ctx: Context) -> None:
        answering.hide(account, message, hidden, ctx)

    def challenge(self, request: PushRequest) -> str | None:
        return websub.challenge(request)

    def receive(self, request: PushRequest) -> Iterator[PushEvent]:
        return websub.receive(request)

    def authorize_url(self, consent: Consent, ctx: Context) -> str:
        return google.consent_url(consent, ctx, SCOPE)

    def exchange(self, code: str, consent: Consent, ctx: Context) -> Credential:
        return google.exchange(code, consent, ctx)

    def refresh(self, credential: Credential, ctx: Context) -> Credential:
        return google.refresh(credential, ctx)

    def reachable(self, credential: Credential, ctx: Context) -> Iterator[Reachable]:
        for own in client.own_channels(ctx, credential.secrets):
            key = AccountKey(platform=self.info.id, key=own.id, url=address.url_of(own.id))
            yield Reachable(key=key, title=own.title)
