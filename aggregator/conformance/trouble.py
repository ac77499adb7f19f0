"""Trouble: each fault, at every call, arrives under its right name, and the pull after it finds all."""

from __future__ import annotations

from aggregator.conformance.base import Turn, first, must
from aggregator.conformance.faults import WAIT_SECONDS, Fault, echo_error, faults, is_json, listening, strike
from aggregator.conformance.scenes import Scene, Scenes
from aggregator.conformance.world import Reply, World
from aggregator.contract import AuthExpired, Malformed, RateLimited


class Trouble(Scenes):
    """Faults of the network and the platform."""

    def test_trouble_arrives_under_its_name(self) -> None:
        for scene in self.scenes():
            for call, fault in self._blows(scene.replies):
                self._strike(scene, call, fault)

    def test_trouble_of_inspect_arrives_under_its_name(self) -> None:
        heard: list[Reply] = []
        self._inspect(listening(self.world(), heard))
        for call, fault in self._blows(heard):
            if fault.error is None:
                continue
            turn = self._inspect(strike(self.world(), call, fault))
            looked_on = turn.error is None and (turn.result.problem or turn.calls > call)
            told = looked_on and not fault.strict  # another way to look is as good as an error
            where = f"inspect: {fault.name} at call {call} must be {fault.error.__name__}"
            must(told or isinstance(turn.error, fault.error), "trouble", f"{where}, got {turn.error!r}.")

    def test_trouble_is_not_repeated_in_words(self) -> None:
        words = " ".join([*self.secrets.values(), *self.words_of_people()])
        for scene in self.scenes():
            for call in range(1, len(scene.replies) + 1):
                turn = scene.read(echo_error(scene.world(), call, words), scene.start())  # keeps quiet, or fails
                swallowed = turn.error is None and call <= turn.calls and not turn.events
                must(not swallowed, "trouble", f"{scene.name}: a 400 at call {call} was swallowed.")

    def _blows(self, replies: list[Reply]) -> list[tuple[int, Fault]]:
        """Every fault at every call that it can hit."""
        calls = enumerate(replies, 1)
        return [(n, one) for n, reply in calls for one in faults(self.now) if is_json(reply) or not one.of_json]

    def _strike(self, scene: Scene, call: int, fault: Fault) -> None:
        store, where = scene.start(), f"{scene.name}: {fault.name} at call {call}"
        turn = scene.read(strike(scene.world(), call, fault), store)
        self.buries_only(store, scene.gone, where)
        lost = scene.wanted - store.shown()
        if turn.error is None:
            must(not fault.strict, "trouble", f"{where} was swallowed; let RateLimited through.")
            excused = fault.error in (None, Malformed) and len(lost) <= len(store.unreadable)
            must(not lost or excused, "trouble", f"{where} was swallowed: {first(lost)} vanished.")
        if fault.error not in (None, Malformed, AuthExpired):
            again = turn.requests[call : call + 1] == turn.requests[call - 1 : call]
            must(not again, "trouble", f"{where}: asked again at once; patience belongs to the core.")
        if turn.error is None:
            return
        right = fault.error is None or isinstance(turn.error, fault.error)
        must(right, "trouble", f"{where} must be {fault.error and fault.error.__name__}, got {turn.error!r}.")
        self._waits(turn, call, where)
        scene.read(scene.world(), store)
        lost = scene.wanted - store.shown()
        advice = f"{where}: the turn after it never finds {first(lost)}; no Checkpoint after an error."
        must(not lost, "trouble", advice)

    def _waits(self, turn: Turn, call: int, where: str) -> None:
        if isinstance(turn.error, RateLimited):
            told = turn.error.retry_after
            must(told and abs(told - WAIT_SECONDS) < 2, "trouble", f"{where}: retry_after is lost ({told}).")
            must(turn.calls == call, "trouble", f"{where}: it went on calling after being told to wait.")

    def _inspect(self, world: World) -> Turn:
        ctx = self.context(world)
        return self.call(ctx, lambda _: self.platform().inspect(self.frozen_account(), ctx))
