"""The pretended internet of the demo as a process: `sahut demo --platforms`. It serves every platform on loopback, has
something said somewhere every few seconds, and tells it to Sahut's webhooks as the platforms would."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from queue import Full, Queue
from threading import Event, Thread
from urllib.parse import urlsplit

import httpx2

from aggregator.clock import Clock, utc_now
from aggregator.demo.town import Town
from aggregator.fakes.internet import FakeInternet, served
from aggregator.fakes.journal import Journal
from aggregator.fakes.skin import Push
from aggregator.fakes.skins import SKINS
from aggregator.fakes.world import World

JOURNAL = "demo-platforms.jsonl"
_PAUSE_SECONDS = 20.0  # on average between two things said
_MOST_WAITING = 1_000


def furnished(began: datetime, clock: Clock = utc_now) -> tuple[FakeInternet, Town]:
    """The town's platforms as they were when the demo began."""
    world = World(clock)
    town = Town(world, began)
    internet = FakeInternet(world, SKINS)
    town.furnish()
    for place in world.places.values():
        internet.skins[place.platform].secrets(place)  # some platforms note which tokens they gave
    channel = next(world.places_on("youtube"))
    world.notes("google")["person"] = channel.key  # who is logged in at Google's consent page
    return internet, town


def perform(
    began: datetime, data_dir: Path, origin: str, hook: str, stop: Event, *, pause: float = _PAUSE_SECONDS
) -> None:
    """Serve the platforms at `origin` until told to stop. `hook` is the address webhooks are sent below."""
    internet, town = furnished(began)
    Journal(internet.world, data_dir / JOURNAL).replay_and_go_on()
    postman = Postman(hook)
    internet.send_pushes(postman.take)
    town.chance = random.Random()  # noqa: S311 - from now on nothing need be the same twice
    with served(internet, urlsplit(origin).port or 0):
        Thread(target=postman.work, args=(stop,), daemon=True).start()
        while not stop.wait(town.chance.expovariate(1 / pause)):
            town.happen()


class Postman:
    """Carries webhook calls to Sahut, one after the other; what cannot be delivered is dropped: reading finds it."""

    def __init__(self, hook: str) -> None:
        self._hook = hook
        self._waiting: Queue[Push] = Queue(_MOST_WAITING)

    def take(self, push: Push) -> None:
        try:
            self._waiting.put_nowait(push)
        except Full:
            return

    def work(self, stop: Event) -> None:
        with httpx2.Client(timeout=5) as client:
            while not stop.is_set():
                push = self._waiting.get()
                _quietly(lambda push=push: client.post(  # type: ignore[misc]  # bound at once
                    f"{self._hook}/{push.platform}", content=push.body, headers=dict(push.headers)
                ))  # fmt: skip


def _quietly(send: Callable[[], object]) -> None:
    try:
        send()
    except httpx2.TransportError:
        return
