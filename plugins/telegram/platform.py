"""Telegram. Comments under a channel's posts are messages in the group that is linked to the channel, and a bot in
that group receives each of them once, in one queue for all its groups.

So the glance reads: one long poll for all channels of the bot. It moves its bookmark after the messages are out, and
only the next poll, which starts from that bookmark, lets Telegram forget them. The pull of one channel finds out
which group is its own and looks at what waits in the queue *without* taking it: other channels' messages stand there
too. What the glance has taken is never shown again, so the pull neither can nor need show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
    Checkpoint,
    Context,
    Cursor,
    Event,
    GlancedAccount,
    Glimpse,
    Malformed,
    Message,
    Pace,
    Permanent,
    Platform,
    PlatformInfo,
    PushEvent,
    PushRequest,
    Setting,
    Transient,
    Unreadable,
)

from . import address, api, parse, pushed
from .errors import WebhookInUse
from .inspection import snapshot

CURSOR_VERSION = 1
ASKS_AGAIN = timedelta(days=1)  # a channel may be linked to another group
# After a week of silence Telegram goes on from a random number: an old bookmark would swallow what comes then.
FORGETS_NUMBERS = timedelta(days=6)
_C = Capability


class TelegramPlatform(Platform):
    """Reads and answers comments under the posts of public channels."""

    info = PlatformInfo(
        id="telegram",
        title="Telegram",
        hosts=("api.telegram.org",),
        capabilities=frozenset({_C.POSTS, _C.COMMENTS, _C.REPLIES, _C.EDITS, _C.ANSWER, _C.PUSH, _C.GLANCE}),
        settings=(
            Setting(
                name="group",
                label="Nomor grup diskusi",
                help="Boleh kosong: Sahut menanyakannya kepada Telegram. Isi hanya bila kanal dan grup tidak terhubung.",
            ),
        ),
        app_settings=(
            Setting(
                name="bot_token",
                label="Token bot",
                help="Kirim /newbot kepada @BotFather di Telegram, lalu salin token yang diberikannya. Satu bot cukup "
                "untuk semua kantor.",
                secret=True,
                required=True,
            ),
            Setting(
                name="webhook_secret",
                label="Rahasia webhook",
                help="Karangan sendiri, acak (huruf, angka, _ dan -). Bila diisi dan Sahut beralamat https, Telegram "
                "mengirim pesan langsung ke Sahut. Boleh kosong.",
                secret=True,
            ),
        ),
        pace=Pace(
            every=timedelta(hours=12),
            calls_per_day=20_000,
            shared_by="app",
            glance_every=timedelta(minutes=1),
        ),
        answer_limit=4096,
    )

    def resolve(self, url: str) -> AccountKey | None:
        key = address.channel_of(url)
        return (key and AccountKey(platform=self.info.id, key=key, url=f"https://t.me/{key}")) or None

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return snapshot(account, ctx)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        place = _Place.of(None if ctx.full else cursor)
        if place is None or ctx.now - place.asked > ASKS_AGAIN:
            if not ctx.budget.allows():
                return
            place = _Place(group=api.group_of(account, ctx), asked=ctx.now)
            yield Checkpoint(cursor=place.cursor())
        if ctx.budget.allows():
            yield from _waiting(place.group, ctx)
            yield Checkpoint(cursor=place.cursor(), replies_included=True)

    def glance(
        self, accounts: Sequence[GlancedAccount], cursor: Cursor | None, ctx: Context
    ) -> Iterator[Glimpse | Checkpoint]:
        groups, offset = _groups(accounts), _offset(cursor, ctx.now)
        more = True
        while more:
            if not ctx.budget.allows():
                return
            try:
                page = api.updates(ctx, offset, wait=api.WAIT)
            except WebhookInUse:
                yield from _by_webhook(groups, ctx)
                return
            yield from _told(page, groups, {one.account.key for one in accounts}, ctx)
            if page:
                offset = page[-1].id + 1
                yield Checkpoint(cursor=_mark(offset, ctx.now))
            more = len(page) == api.LIMIT
        yield from (Glimpse(account_key=key, changed=False) for key in groups.values())

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        group, _, number = message.external_id.rpartition(":")
        try:
            said = parse.record_of(api.send(ctx, group, text, int(number)))
        except Transient:
            raise Transient(
                "Telegram tidak menjawab; jawaban mungkin sudah terkirim. Periksa di grup sebelum mengirim lagi."
            ) from None
        if not isinstance(said, Message):
            raise Malformed("Jawaban terkirim, tetapi Telegram menampilkannya dalam bentuk yang tidak dikenal.")
        return said

    def subscribe(self, account: Account, hook: str, ctx: Context) -> None:
        """Where a secret for it was filled in: without one the queue is asked, as anywhere."""
        secret = ctx.secrets.get("webhook_secret")
        if secret and hook.startswith("https://"):
            api.set_webhook(ctx, hook, secret)

    def receive(self, request: PushRequest) -> Iterator[PushEvent]:
        secret = request.secrets.get("webhook_secret", "")
        shown = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not secret or not compare_digest(secret.encode(), shown.encode()):
            raise Permanent("Pemberitahuan ini tidak membawa rahasia webhook Telegram yang benar.")
        yield from pushed.events_of(request.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A channel's discussion group, and when Telegram was last asked for it."""

    group: str
    asked: datetime

    @classmethod
    def of(cls, cursor: Cursor | None) -> _Place | None:
        if cursor is None or cursor.version != CURSOR_VERSION:
            return None
        return cls(group=cursor.data["group"], asked=datetime.fromisoformat(cursor.data["asked"]))

    def cursor(self) -> Cursor:
        return Cursor(version=CURSOR_VERSION, data={"group": self.group, "asked": self.asked.isoformat()})


def _waiting(group: str, ctx: Context) -> Iterator[Message | Unreadable]:
    """What waits for this group, each message as it was last edited. Nothing is taken from the queue; behind a
    webhook there is none."""
    try:
        page = api.updates(ctx)
    except WebhookInUse:
        if not ctx.secrets.get("webhook_secret"):
            raise
        return
    records = [update.record for update in page if update.group in (group, None)]
    newest = {record.external_id: record for record in records if isinstance(record, Message)}
    yield from newest.values()
    yield from (record for record in records if isinstance(record, Unreadable))


def _groups(accounts: Sequence[GlancedAccount]) -> dict[str, str]:
    """Account keys by the number of their group, as far as a pull found it."""
    found = ((one.account, _Place.of(one.cursor)) for one in accounts)
    pairs = ((account.settings.get("group") or (place and place.group), account.key) for account, place in found)
    return {group: key for group, key in pairs if group}


def _told(page: Sequence[parse.Update], groups: dict[str, str], keys: set[str], ctx: Context) -> Iterator[Glimpse]:
    """A Glimpse for each message of an account. Raises Malformed, before anything is taken, when not one message of
    the page can be read: that is no odd message, that is a new shape."""
    said = [update for update in page if update.record is not None]
    if said and all(isinstance(update.record, Unreadable) for update in said):
        raise Malformed("Tidak satu pun pesan Telegram dapat dibaca.")
    for update in said:
        key = groups.get(update.group or "") or (update.channel if update.channel in keys else None)
        if isinstance(update.record, Unreadable):
            ctx.log.warning("telegram.unreadable", update=update.id, reason=update.record.reason)
        elif key is None:
            ctx.log.warning("telegram.unclaimed", group=update.group)
        elif update.record:
            yield Glimpse(account_key=key, changed=False, event=update.record)


def _by_webhook(groups: dict[str, str], ctx: Context) -> Iterator[Glimpse]:
    """Messages come by push: see that they do. Raises Permanent when they do not, or when the webhook is not ours."""
    if not ctx.secrets.get("webhook_secret"):
        raise WebhookInUse("Bot ini dipakai lewat webhook aplikasi lain; lepaskan dulu atau buat bot baru untuk Sahut.")
    if ctx.budget.allows():
        api.check_deliveries(ctx)
        yield from (Glimpse(account_key=key, changed=False) for key in groups.values())


def _offset(cursor: Cursor | None, now: datetime) -> int | None:
    """Where to go on; None when there is no bookmark or it is too old to be a number of today."""
    if cursor is None or cursor.version != CURSOR_VERSION:
        return None
    fresh = now - datetime.fromisoformat(cursor.data["at"]) < FORGETS_NUMBERS
    return cursor.data["offset"] if fresh else None


def _mark(offset: int, now: datetime) -> Cursor:
    return Cursor(version=CURSOR_VERSION, data={"offset": offset, "at": now.isoformat()})
