"""What a plugin is: a stateless, typed class. All it may remember between calls is the Cursor it yields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from aggregator.contract.context import Context
from aggregator.contract.errors import Permanent
from aggregator.contract.records import Cursor, Event, Message, ThreadRef

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One field of the account's form. `help` says in Bahasa Indonesia where its value is found."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often and how far a platform is read."""

    every: timedelta = timedelta(minutes=30)
    overlap: timedelta = timedelta(days=2)
    first_reach: timedelta | None = None  # None: everything the platform still shows
    calls_per_day: int = 2_000  # of one credential
    calls_per_pull: int = 60
    thread_batch: int = 100  # messages already held in the threads of one re-read
    sweep: bool = False  # re-reading costs nothing but a call: every pull re-reads the threads read longest ago


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformInfo:
    """A plugin's name-plate.

    `hosts` are the only hosts it may reach ("graph.facebook.com"; "*.example.org" for sub-domains); with
    `own_host` each account lives on a host of its own and that host is allowed as well.
    `answer_limit` is the longest answer in characters, None without a limit.
    """

    id: str
    title: str
    contract: int = CONTRACT_VERSION
    hosts: tuple[str, ...] = ()
    own_host: bool = False
    capabilities: frozenset[Capability] = frozenset()
    settings: tuple[Setting, ...] = ()
    pace: Pace = field(default_factory=Pace)
    answer_limit: int | None = None
    scrapes: bool = False  # reads pages made for people: robots.txt is obeyed


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKey:
    """The canonical name of an account: the same for every spelling of its address."""

    platform: str
    key: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An official account as a plugin sees it."""

    key: str
    url: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """The account's public face on a day: evidence for the circular. None where the platform does not tell.

    `own_author_ids` are ids under which the account itself writes. `reads` says in one Indonesian sentence what
    can be read there ("komentar WordPress lewat REST"), `problem` what stands in the way.
    """

    exists: bool
    title: str | None = None
    url: str | None = None
    active: bool | None = None
    last_post_at: datetime | None = None
    posts_30d: int | None = None
    followers: int | None = None
    verified: bool | None = None
    own_author_ids: frozenset[str] = frozenset()
    reads: str | None = None
    problem: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


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
class PushEvent:
    """What a webhook brought: an event itself, or only the thread that must be read again."""

    account_key: str
    event: Message | None = None
    thread: ThreadRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRequest:
    """A webhook call as it arrived; `body` are the raw bytes over which signatures are computed."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What OAuth gave: secrets to store encrypted, and when they die."""

    secrets: Mapping[str, str]
    expires_at: datetime | None = None


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

    def receive(self, request: PushRequest) -> Iterator[PushEvent]:
        """Read a webhook call; raise Permanent when its signature is wrong."""
        raise Permanent("Platform ini tidak mengirim pemberitahuan.")

    def read_file(self, table: ImportTable) -> Iterator[ImportedRow]:
        """Read an uploaded file row by row; a bad row is yielded with its error, never raised."""
        raise Permanent("Plugin ini tidak membaca berkas.")

    def authorize_url(self, state: str, ctx: Context) -> str:
        """Where to send a person who connects an account."""
        raise Permanent("Platform ini tidak memakai penghubungan akun.")

    def exchange(self, code: str, ctx: Context) -> Credential:
        """Turn the code that came back into a credential."""
        raise Permanent("Platform ini tidak memakai penghubungan akun.")

    def refresh(self, credential: Credential, ctx: Context) -> Credential:
        """Renew a credential before it dies."""
        raise Permanent("Platform ini tidak memakai penghubungan akun.")

    def upgrade_cursor(self, cursor: Cursor) -> Cursor | None:
        """Bring an older version's cursor up to date; None starts anew (harmless: the same record twice is)."""
        return None

    def preset_names(self) -> Iterable[str]:
        """Names for `sahut import --preset`, of a plugin that reads files."""
        return ()
