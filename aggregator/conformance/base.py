"""What a plugin's author gives to the kit, and how the kit runs a plugin: as the core would."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, ClassVar, cast
from urllib.parse import quote

from aggregator.conformance.fence import fenced
from aggregator.conformance.soundness import event_fault
from aggregator.conformance.store import Store
from aggregator.conformance.world import (
    OfflineBudget,
    OfflineHttp,
    OfflineLog,
    Request,
    World,
    offline_context,
)
from aggregator.contract import (
    Account,
    Capability,
    Checkpoint,
    Context,
    Event,
    Message,
    OpenThread,
    Platform,
    PlatformError,
    Unreadable,
)
from aggregator.contract.records import Precision

CRASH_POINTS = 150  # a longer pull is crashed at this many events, evenly spread
SHAPE_NAMES = 200  # of a richer answer this many names are dropped, evenly spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message as a person reads it on the page. `at` is ISO 8601 with its offset; `author` is the
    author's external id; `parent` the id of the message it replies to; `precision` how exactly the
    page tells the time."""

    at: str
    author: str | None
    text: str
    parent: str | None = None
    precision: Precision = "second"


@dataclass(kw_only=True)
class Turn:
    """What one call of a plugin gave: its events, the error of the contract that ended it, what it asked."""

    events: list[Event] = field(default_factory=list)
    error: PlatformError | None = None
    requests: list[Request] = field(default_factory=list)
    overspent: int = 0
    log: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    result: Any = None

    @property
    def calls(self) -> int:
        return len(self.requests)


class KitBase:
    """Everything below is written by the plugin's author, by hand, from what the page shows.

    `expected`: external ids of all that `world` shows; `official`: those among them the office itself wrote;
    `orphans`: replies whose parent the platform no longer shows; `samples`: at least two, read with your own
    eyes. `appeared`, `vanished`, `edited` (id -> new text): what `changed_world` shows differently.
    `answerable`: ids of citizens' messages, two if you can. `private`: words in the world that no record may
    hold.
    `optional_keys`: names a platform may rightly leave out, each with the reason. `secrets_in_url`: settings
    that this platform accepts in the address only. `open_settings`: those among `secrets` that are none (an app's id).
    """

    addresses: ClassVar[Mapping[str, str | None]] = {}
    expected: ClassVar[Collection[str]] = ()
    official: ClassVar[Collection[str]] = ()
    orphans: ClassVar[Collection[str]] = ()
    samples: ClassVar[Mapping[str, Seen]] = {}
    appeared: ClassVar[Collection[str]] = ()
    vanished: ClassVar[Collection[str]] = ()
    edited: ClassVar[Mapping[str, str]] = {}
    census: ClassVar[int | None] = None  # what the page itself counts, when that is not what it shows
    answerable: ClassVar[Sequence[str]] = ()
    answer_text: ClassVar[str] = "Terima kasih, sudah kami tangani & selesai.\nSalam 🙏"
    private: ClassVar[Collection[str]] = ()
    secrets: ClassVar[Mapping[str, str]] = {}
    open_settings: ClassVar[Collection[str]] = ()
    secrets_in_url: ClassVar[Collection[str]] = ()
    optional_keys: ClassVar[Mapping[str, str]] = {}
    small_turn: ClassVar[int] = 3  # calls with which a turn must get somewhere
    now: ClassVar[datetime] = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)

    def platform(self) -> Platform:
        """A new instance of the plugin's class."""
        raise NotImplementedError

    def account(self) -> Account:
        """The account that `world` shows."""
        raise NotImplementedError

    def world(self) -> World:
        """A fresh world: nothing of an earlier call remains in it. It needs at least two pages."""
        raise NotImplementedError

    def changed_world(self) -> World:
        """The same place a day later: `appeared` is new, `vanished` is gone, `edited` reads differently."""
        raise NotImplementedError

    # ---- how the kit runs a plugin -------------------------------------------------------------------------

    def can(self, *capabilities: Capability) -> bool:
        return self.platform().info.capabilities.issuperset(capabilities)

    def context(self, world: World, store: Store | None = None, **more: Any) -> Context:
        store = store or Store()
        return offline_context(
            world,
            platform=self.platform(),
            account=self.frozen_account(),
            known=store.known,
            held=store.held(),
            **{"now": self.now, "secrets": self.secrets, **more},
        )

    def frozen_account(self) -> Account:
        """The account with settings that cannot be written to: a plugin remembers nothing there."""
        account = self.account()
        return Account(key=account.key, url=account.url, settings=MappingProxyType(dict(account.settings)))

    def pull(
        self,
        world: World,
        store: Store,
        *,
        stop: int | None = None,
        platform: Platform | None = None,
        **more: Any,
    ) -> Turn:
        """One turn of pull_since into `store`; closed after `stop` events, as at a crash or deadline."""
        plugin, ctx = platform or self.platform(), self.context(world, store, **more)
        return self.run(ctx, lambda: plugin.pull_since(self.frozen_account(), store.cursor, ctx), store, stop)

    def read_threads(
        self, world: World, store: Store, threads: Sequence[OpenThread] | None = None, **more: Any
    ) -> Turn:
        """One turn of pull_threads over `threads` (all that `store` holds) into `store`."""
        plugin, ctx = self.platform(), self.context(world, store, **more)
        asked = store.threads() if threads is None else threads
        turn = self.run(ctx, lambda: plugin.pull_threads(self.frozen_account(), asked, ctx), store)
        moves = any(isinstance(event, Checkpoint) for event in turn.events)
        must(
            not moves,
            "threads",
            "pull_threads yields a Checkpoint: that moves pull_since's bookmark.",
        )
        return turn

    def run(self, ctx: Context, start: Callable[[], Iterator[Event]], store: Store, stop: int | None = None) -> Turn:
        """Drain a plugin's generator inside the fence. An error outside the contract is the plugin's bug."""

        def drain(turn: Turn) -> None:
            events = start()
            must(hasattr(events, "close"), "manners", "a pull must be a generator: the core closes it.")
            try:
                while stop is None or len(turn.events) < stop:
                    event = next(events, None)
                    if event is None:
                        return
                    turn.events.append(event)
                    store.take(event)
            finally:
                cast(Any, events).close()

        return self.call(ctx, drain)

    def call(self, ctx: Context, work: Callable[[Turn], Any]) -> Turn:
        """Do `work` inside the fence; its value is the turn's result."""
        turn = Turn()
        try:
            with fenced():
                turn.result = work(turn)
        except PlatformError as error:
            turn.error = error
        except AssertionError:
            raise
        except Exception as error:  # the fence: whatever else escapes is what this names
            raise AssertionError(
                f"trouble: {type(error).__name__} escaped from the plugin; raise an error of the contract."
            ) from error
        turn.requests = cast(OfflineHttp, ctx.http).requests
        turn.overspent = cast(OfflineBudget, ctx.budget).overspent
        turn.log = cast(OfflineLog, ctx.log).lines
        for event in turn.events:
            fault = event_fault(event, ctx.now)
            must(not fault, "records", f"{fault}.")
        self.keeps_quiet(turn)
        return turn

    def filled(self) -> Store:
        """A store after one whole pull of `world`."""
        store = Store()
        self.pull(self.world(), store)
        return store

    def catch_up(self, world: World, store: Store) -> Turn:
        """What the core does in the end: it pulls (twice: the first may only finish what an earlier turn
        began), and reads threads again unless the pull included replies."""
        self.pull(world, store)
        turn = self.pull(world, store)
        if self.can(Capability.THREADS) and not store.replies_included:
            self.read_threads(world, store)
        return turn

    def message(self, one: str, store: Store | None = None) -> Message:
        """The message of that id as a whole pull reads it."""
        found = (store or self.filled()).messages.get(one)
        if found is None:
            raise AssertionError(f"records: {one!r}, which you wrote down, was not yielded.")
        return found

    def later(self) -> frozenset[str]:
        """Ids that `changed_world` shows."""
        return (frozenset(self.expected) - frozenset(self.vanished)) | frozenset(self.appeared)

    # ---- what must hold in every turn ----------------------------------------------------------------------

    def keeps_quiet(self, turn: Turn) -> None:
        """No secret, no person's words in an error, a reason or a log line; no secret in a record or URL."""
        said = [str(error.args) for error in _chain(turn.error)]
        said += [event.reason for event in turn.events if isinstance(event, Unreadable)]
        said += [f"{name} {facts}" for name, facts in turn.log]
        for words in self.words_of_people():
            where = next((line for line in said if words in line), None)
            must(
                where is None,
                "trouble",
                "an error, reason or log line repeats a person's words; name the key.",
            )
        shown = [*said, *(as_text(event) for event in turn.events), as_text(turn.result)]
        for name, secret in self.secrets.items():
            if name in self.open_settings:
                continue
            forms = {secret, quote(secret, safe="")}
            leak = any(form in line for line in shown for form in forms)
            must(not leak, "manners", f"the secret {name!r} is in a record, error or log line.")
            if name not in self.secrets_in_url:
                leak = any(form in request.url for request in turn.requests for form in forms)
                must(not leak, "manners", f"the secret {name!r} is in an address; send it in a header.")

    def words_of_people(self) -> list[str]:
        return [seen.text for seen in self.samples.values() if len(seen.text) >= 12]

    def buries_only(self, store: Store, vanished: Collection[str], when: str) -> None:
        """A Tombstone is for what is really gone; anything else deletes citizens' words by mistake."""
        wrong = store.gone - set(vanished)
        must(not wrong, "threads", f"Tombstone for {first(wrong)}, which is still shown ({when}).")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it shows of its causes in a log: `from None` cuts it off."""
    while error:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def must(holds: object, clause: str, advice: str) -> None:
    """Fail with the clause that is broken and what to do about it."""
    if not holds:
        raise AssertionError(f"{clause}: {advice}")


def first(ids: Collection[str]) -> str:
    """A few ids for a message."""
    shown = sorted(map(str, ids))
    return ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")


def spread(count: int, limit: int) -> list[int]:
    """0 … count-1, all of them or `limit` evenly spread."""
    return list(range(count)) if count <= limit else [step * count // limit for step in range(limit)]


def as_text(record: Any) -> str:
    """Everything a record holds, as one text to search in."""
    return record if isinstance(record, str) else repr(record)
