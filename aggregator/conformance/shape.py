"""Shape: the day the platform renames a key, an item may become Unreadable or the pull Malformed; it may
never vanish in silence, nor may its text, time, author or parent be guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregator.conformance.base import SHAPE_NAMES, Turn, first, must, spread
from aggregator.conformance.faults import add_keys, drop_keys, is_json, names_in, nulls_in, set_keys
from aggregator.conformance.scenes import Scene, Scenes
from aggregator.conformance.store import Store
from aggregator.conformance.world import World
from aggregator.contract import Malformed, Message, Unreadable

_CANARY = "7731"
_LEAKS: dict[str, Any] = {
    "email": "bocor-7731@surat.example",
    "phone": "0812-7731-7731",
    "nik": "3301017731770001",
    "sahut_unknown": [{"id": 7731, "text": "7731"}],
}


class Shape(Scenes):
    """Answers whose names change: dropped, null, new."""

    def test_shape_no_name_is_lost_in_silence(self) -> None:
        for scene in self.scenes():
            names = {name for reply in scene.replies for name in names_in(reply)}
            self._mutate(scene, names, drop_keys, "without", exact=True)

    def test_shape_no_null_is_lost_in_silence(self) -> None:
        scenes = list(self.scenes())
        ordinary = {name for scene in scenes for reply in scene.replies for name in nulls_in(reply)}
        for scene in scenes:
            names = _json_names(scene) - ordinary
            self._mutate(scene, names, _nulled, "with null for", exact=False)

    def test_shape_no_other_type_is_lost_in_silence(self) -> None:
        for scene in self.scenes():
            self._mutate(scene, _json_names(scene), _retyped, "with an object for", exact=True)

    def test_shape_excuses_are_given(self) -> None:
        lazy = [name for name, reason in self.optional_keys.items() if len(reason) < 15]
        must(not lazy, "shape", f"say in optional_keys why the platform may leave out {lazy}.")

    def test_shape_unknown_keys_are_ignored(self) -> None:
        for scene in self.scenes():
            store = scene.start()
            turn = scene.read(add_keys(scene.world(), _LEAKS), store)
            must(not turn.error, "shape", f"{scene.name}: unknown keys in the answers end in {turn.error!r}.")
            leak = any(_CANARY in repr(event) for event in turn.events)
            must(
                not leak,
                "shape",
                f"{scene.name}: keys nobody asked for (e-mail, phone, NIK) are in a record.",
            )
            same = {e.external_id: e for e in turn.events if isinstance(e, Message)} == scene.shown
            must(same, "shape", f"{scene.name}: unknown keys change what is read; ignore them.")

    def _mutate(
        self, scene: Scene, names: set[str], change: Callable[[World, str], World], how: str, *, exact: bool
    ) -> None:
        due = sorted(names - self.optional_keys.keys())
        for name in (due[index] for index in spread(len(due), SHAPE_NAMES)):
            store = scene.start()
            turn = scene.read(change(scene.world(), name), store)
            self._judge(scene, turn, store, f"{scene.name}, answers {how} {name!r}", exact)

    def _judge(self, scene: Scene, turn: Turn, store: Store, where: str, exact: bool) -> None:
        self.buries_only(store, scene.gone, where)
        for event in turn.events:
            if isinstance(event, Message):
                known = scene.shown.get(event.external_id)
                must(known, "shape", f"{where}: {event.external_id!r} is made up.")
                guess = known and _guessed(known, event, exact)
                must(
                    not guess,
                    "shape",
                    f"{where}: {guess} of {event.external_id!r} was guessed; yield Unreadable.",
                )
        if turn.error:
            right = isinstance(turn.error, Malformed) or not all(map(is_json, scene.replies))
            must(right, "shape", f"{where}: raise Malformed, not {turn.error!r}.")
            return
        named = {event.external_id for event in turn.events if isinstance(event, Message | Unreadable)}
        unnamed = sum(isinstance(event, Unreadable) and event.external_id is None for event in turn.events)
        lost = scene.shown.keys() - named
        must(
            len(lost) <= unnamed,
            "shape",
            f"{where}: {first(lost)} vanished; raise Malformed or yield Unreadable.",
        )


def _json_names(scene: Scene) -> set[str]:
    return {name for reply in scene.replies if is_json(reply) for name in names_in(reply)}


def _nulled(world: World, name: str) -> World:
    return set_keys(world, name, None)


def _retyped(world: World, name: str) -> World:
    return set_keys(world, name, {"baru": True})


def _guessed(before: Message, after: Message, exact: bool) -> str | None:
    """The field that differs although the platform only left a name out. A null author or parent is ordinary
    on some platforms; a missing key is not."""
    fields = ("text", "created_at", "thread") + (("author", "parent_id", "kind") if exact else ())
    for name in fields:
        one, other = getattr(before, name), getattr(after, name)
        if name in ("author", "thread"):  # who and where; a title or handle more or less is harmless
            one, other = one and one.external_id, other and other.external_id
        if one != other:
            return name
    return None
