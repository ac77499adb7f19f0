"""Google Business Profile: the reviews of an office on Google Maps, read and answered as its manager."""

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
    Reachable,
    Setting,
)
from plugins.dialects import google

from . import address, answering, bookmark, client, glancing, inspecting, reading

SCOPE = "https://www.googleapis.com/auth/business.manage"
PUBSUB_SCOPE = "https://www.googleapis.com/auth/pubsub"


class GoogleBusiness(Platform):
    """Reads and answers reviews on Google Maps."""

    cursor_version = bookmark.VERSION
    info = PlatformInfo(
        id="google_business",
        title="Google Maps (ulasan)",
        hosts=(
            "mybusiness.googleapis.com",
            "mybusinessaccountmanagement.googleapis.com",
            "mybusinessbusinessinformation.googleapis.com",
            "pubsub.googleapis.com",
            google.TOKEN_HOST,
        ),
        capabilities=frozenset(
            {
                Capability.REVIEWS,
                Capability.COMMENTS,
                Capability.REPLIES,
                Capability.THREADS,
                Capability.EDITS,
                Capability.DELETIONS,
                Capability.ANSWER,
                Capability.OAUTH,
                Capability.GLANCE,
            }
        ),
        app_settings=(
            *google.CLIENT_SETTINGS,
            Setting(
                name="subscription",
                label="Langganan Pub/Sub",
                help="Boleh kosong. Nama langganan di console.cloud.google.com, Pub/Sub, Subscriptions "
                "(projects/…/subscriptions/…), bila pemberitahuan ulasan sudah diarahkan ke sana.",
            ),
        ),
        settings=(
            *google.LOGIN_SETTINGS,
            Setting(
                name="account",
                label="Akun pengelola",
                help="Boleh kosong. Terisi sendiri lewat tombol Hubungkan akun (accounts/…).",
            ),
        ),
        pace=Pace(
            every=timedelta(hours=12),
            overlap=bookmark.OVERLAP,
            calls_per_day=20_000,
            shared_by="app",
            day_zone=google.DAY_ZONE,
            calls_per_minute=240,
            glance_every=timedelta(minutes=30),
            calls_per_pull=120,
        ),
        answer_limit=answering.MOST_BYTES,
        answer_length=answering.length_of,
    )

    def resolve(self, url: str) -> AccountKey | None:
        key = address.key_of(url)
        return AccountKey(platform=self.info.id, key=key, url=address.url_of(key)) if key else None

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return inspecting.inspect(account, ctx)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        return reading.pull(account, cursor, ctx)

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        return reading.reread(account, threads, ctx)

    def glance(
        self, accounts: Sequence[GlancedAccount], cursor: Cursor | None, ctx: Context
    ) -> Iterator[Glimpse | Checkpoint]:
        return glancing.glance(accounts, ctx)

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        return answering.answer(account, message, text, ctx)

    def authorize_url(self, consent: Consent, ctx: Context) -> str:
        scope = f"{SCOPE} {PUBSUB_SCOPE}" if ctx.secrets.get("subscription") else SCOPE
        return google.consent_url(consent, ctx, scope)

    def exchange(self, code: str, consent: Consent, ctx: Context) -> Credential:
        return google.exchange(code, consent, ctx)

    def refresh(self, credential: Credential, ctx: Context) -> Credential:
        return google.refresh(credential, ctx)

    def reachable(self, credential: Credential, ctx: Context) -> Iterator[Reachable]:
        """Locations that stand in several accounts are named once."""
        named: set[str] = set()
        for location in client.every_location(ctx, credential.secrets):
            if location and location.key not in named:
                named.add(location.key)
                key = AccountKey(platform=self.info.id, key=location.key, url=address.url_of(location.key))
                account = location.name.partition("/locations/")[0]
                yield Reachable(key=key, title=location.title, settings={"account": account})
