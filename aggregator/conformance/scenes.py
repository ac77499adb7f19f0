"""The ways in which a plugin reads, each of which trouble may hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from aggregator.conformance.base import KitBase, Turn
from aggregator.conformance.faults import listening
from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply, World
from aggregator.contract import Capability, Message


@dataclass(slots=True, kw_only=True)
class Scene:
    """One way to read `world` into a store from `start`. `gone` is what may be buried. The rest is what
    happens without trouble: `replies` in order, ids `wanted` in the store, messages `shown` in that turn."""

    name: str
    world: Callable[[], World]
    start: Callable[[], Store]
    read: Callable[[World, Store], Turn]
    gone: frozenset[str] = frozenset()
    replies: list[Reply] = field(default_factory=list)
    wanted: frozenset[str] = frozenset()
    shown: dict[str, Message] = field(default_factory=dict)

    def rehearse(self) -> Scene:
        """Read once without trouble."""
        store = self.start()
        turn = self.read(listening(self.world(), self.replies), store)
        self.wanted = store.shown()
        self.shown = {event.external_id: event for event in turn.events if isinstance(event, Message)}
        return self


class Scenes(KitBase):
    """Reads from nothing, from the cursor after changes, and threads again."""

    def scenes(self) -> Iterator[Scene]:
        filled, gone = self.filled(), frozenset(self.vanished)
        yield Scene(name="first pull", world=self.world, start=Store, read=self.pull).rehearse()
        later = Scene(name="next pull", world=self.changed_world, start=filled.copy, read=self.pull, gone=gone)
        yield later.rehearse()
        if self.can(Capability.THREADS):
            yield Scene(name="threads", world=self.world, start=filled.copy, read=self.read_threads).rehearse()
            again = self.read_threads
            yield Scene(
                name="changed threads", world=self.changed_world, start=filled.copy, read=again, gone=gone
            ).rehearse()
