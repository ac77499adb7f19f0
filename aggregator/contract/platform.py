"""What a plugin is: a stateless, typed class. All it may remember between calls is the Cursor it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from aggregator.contract.accounts import (
    Account,
    AccountKey,
    AccountSnapshot,
    Consent,
    Credential,
    GlancedAccount,
    Reachable,
)
from aggregator.contract.context import Context
from aggregator.contract.errors import Permanent
from aggregator.contract.push import PushEvent, PushRequest
from aggregator.contract.records import Checkpoint, Cursor, Event, Message, Quota, ThreadRef, Tombstone

CONTRACT_VERSION = 1


class Capability(StrEnum):
    """What a platform's plugin can do; the default is that it cannot."""

    POSTS = "posts"
    COMMENTS = "comments"
    REPLIES = "replies"
    MENTIONS = "mentions"
    REVIEWS = "reviews"
    THREADS = "threads"
    DELETIONS = "deletions"
    EDITS = "edits"
    ANSWER = "answer"
    HIDE = "hide"
    PUSH = "push"
    OAUTH = "oauth"
    IMPORT = "import"
    GLANCE = "glance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One field of a form. `help` says in Bahasa Indonesia where its value is found."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often and how far a platform is read.

    The allowance is counted in the platform's own units: a call costs one unless its `cost` says otherwise. It
    belongs to each account, or with `shared_by="app"` to all accounts read with the same app or login; then every
    account is sure of its fair share. Its day begins at midnight in `day_zone`.
    """

    every: timedelta = timedelta(minutes=30)
    overlap: timedelta = timedelta(days=2)
    first_reach: timedelta | None = None  # None: everything the platform still shows
    calls_per_day: int = 2_000  # units of the allowance
    shared_by: Literal["account", "app"] = "account"
    day_zone: str = "UTC"
    calls_per_minute: int | None = None  # of whoever the allowance belongs to
    glance_every: timedelta | None = None  # how often `glance` looks at all accounts of one login
    calls_per_pull: int = 60
    thread_batch: int = 100  # messages already held in the threads of one re-read
    sweep: bool = False  # re-reading costs nothing but a call: every few hours all threads are read again


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformInfo:
    """A plugin's name-plate.

    `hosts` are the only hosts it may reach ("graph.facebook.com"; "*.example.org" for sub-domains); with
    `own_host` each account lives on a host of its own and that host is allowed as well.
    `answer_limit` is the longest answer, None without a limit, counted by `answer_length` (characters, where a platform
    counts nothing else: X weighs an emoji 2 and a link 23, Google counts bytes). `settings` are asked for each account,
    `app_settings` once for the installation (the app that Diskominfo registered at the platform).
    """

    id: str
    title: str
    contract: int = CONTRACT_VERSION
    hosts: tuple[str, ...] = ()
    own_host: bool = False
    capabilities: frozenset[Capability] = frozenset()
    settings: tuple[Setting, ...] = ()
    app_settings: tuple[Setting, ...] = ()
    pace: Pace = field(default_factory=Pace)
    answer_limit: int | None = None
    answer_length: Callable[[str], int] = len
    scrapes: bool = False  # reads pages made for people: robots.txt is obeyed


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenThread:
    """A thread to read again, with the ids of the messages the core holds in it (deleted ones left out).

    With `whole` False only the messages in `known` need to be looked at (a slice of a very long thread): a plugin
    that cannot read single messages reads the thread whole.
    """

    ref: ThreadRef
    known: frozenset[str] = frozenset()
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTable:
    """A file to read: its bytes, its name, the preset chosen, and the zone for times without one."""

    name: str
    data: bytes
    preset: str
    zone: str = "Asia/Jakarta"
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """One row of a file, readable or not. `account` says whose account it belongs to; where the file tells only the
    `platform`, it is the unit's one account there; where it tells nothing, the unit's own file account. `official`
    marks rows the export itself names as the office's, `unit` the office it names as responsible; `error` is for the
    person."""

    row: int
    account: AccountKey | None = None
    platform: str | None = None
    message: Message | None = None
    official: bool = False
    unit: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """What a glance saw of one account. `changed` False: it was looked at, and nothing is new. True: it (and
    `thread`, if given) is read at once. `event` is stored as it is, for platforms that show a message only once."""

    account_key: str
    changed: bool
    thread: ThreadRef | None = None
    event: Message | Tombstone | None = None


class Platform:
    """Subclass this, set `info`, and write what the capabilities claim. See plugins/README.md.

    Every generator may be closed at any yield: release what you hold in `finally`.
    """

    info: PlatformInfo
    cursor_version: int = 1  # of the cursors this version yields; older ones go through upgrade_cursor

    def resolve(self, url: str) -> AccountKey | None:
        """Read a pasted address or handle; None when it is not this platform's. Pure: no network."""
        raise NotImplementedError

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        """Look at the account's public face."""
        raise NotImplementedError

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        """Yield what is new since `cursor` (everything within reach when None), with Checkpoints."""
        raise NotImplementedError

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        """Read these threads again, whole, nested replies included; a vanished message is a Tombstone."""
        raise Permanent("Platform ini tidak dapat membaca ulang percakapan.")

    def answer(self, account: Account, message: Message, text: str, ctx: Context) -> Message:
        """Say `text` publicly under `message` once; return what the platform now shows.

        The platform's "duplicate" reply means delivered: look the message up and return it.
        """
        raise Permanent("Platform ini tidak dapat dijawab dari Sahut; jawab langsung di halamannya.")

    def hide(self, account: Account, message: Message, hidden: bool, ctx: Context) -> None:
        """Hide spam on the platform, on a person's click."""
        raise Permanent("Platform ini tidak dapat menyembunyikan komentar dari Sahut.")

    def glance(
        self, accounts: Sequence[GlancedAccount], cursor: Cursor | None, ctx: Context
    ) -> Iterator[Glimpse | Checkpoint | Quota]:
        """Look at many accounts of one login with few calls. Whoever yields no Glimpse was not looked at.

        `cursor` is the bookmark of the glance itself (a Checkpoint moves it), not of an account.
        """
        raise Permanent("Platform ini tidak dapat melihat banyak akun sekaligus.")

    def subscribe(self, account: Account, hook: str, ctx: Context) -> None:
        """Ask the platform to tell of this account at the webhook address `hook`. Called daily; harmless to repeat."""

    def challenge(self, request: PushRequest) -> str | None:
        """What to say to a platform that checks the webhook's address; None when this is no such check or its token
        is wrong."""
        return None

    def receive(self, request: PushRequest) -> Iterator[PushEvent]:
        """Read a webhook call; raise Permanent when its signature is wrong. Pure: no network."""
        raise Permanent("Platform ini tidak mengirim pemberitahuan.")

    def read_file(self, table: ImportTable) -> Iterator[ImportedRow]:
        """Read an uploaded file row by row; a bad row is yielded with its error, never raised."""
        raise Permanent("Plugin ini tidak membaca berkas.")

    def authorize_url(self, consent: Consent, ctx: Context) -> str:
        """Where to send a person who connects an account. Pure: no network."""
        raise Permanent("Platform ini tidak memakai penghubungan akun.")

    def exchange(self, code: str, consent: Consent, ctx: Context) -> Credential:
        """Turn the code that came back into a credential, as long-lived as the platform allows."""
        raise Permanent("Platform ini tidak memakai penghubungan akun.")

    def refresh(self, credential: Credential, ctx: Context) -> Credential:
        """Renew a credential before it dies, or look how long it still lives."""
        raise Permanent("Platform ini tidak memakai penghubungan akun.")

    def reachable(self, credential: Credential, ctx: Context) -> Iterator[Reachable]:
        """The accounts that this login may read."""
        raise Permanent("Platform ini tidak memakai penghubungan akun.")

    def upgrade_cursor(self, cursor: Cursor) -> Cursor | None:
        """Bring an older version's cursor up to date; None starts anew (harmless: the same record twice is)."""
        return None

    def preset_names(self) -> Iterable[str]:
        """Names for `sahut import --preset`, of a plugin that reads files."""
        return ()
