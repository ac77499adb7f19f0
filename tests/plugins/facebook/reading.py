"""How the tests run the plugin against a scene."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply, offline_context
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account, Context, Message
from plugins.facebook.platform import FacebookPlatform

from .world import ACCOUNT, APP, TOKEN, Scene

PLUGIN = FacebookPlatform()


def context(scene: Scene, world: KitWorld | None = None, *, token: str = TOKEN, **more: Any) -> Context:
    """A call's context; `world` answers in the scene's place."""
    secrets: Mapping[str, str] = {**APP, "access_token": token} if token else APP
    account = more.pop("account", ACCOUNT)
    return offline_context(
        world or scene.answer, platform=PLUGIN, account=account, now=scene.now, secrets=secrets, **more
    )


def pull(scene: Scene, store: Store, world: KitWorld | None = None, account: Account = ACCOUNT, **more: Any) -> Context:
    """One whole pull into `store`; its context, which knows what was asked."""
    ctx = context(scene, world, known=store.known, account=account, **more)
    for event in PLUGIN.pull_since(account, store.cursor, ctx):
        store.take(event)
    return ctx


def filled(scene: Scene) -> Store:
    store = Store()
    pull(scene, store)
    return store


def read_again(scene: Scene, store: Store, *threads: str, world: KitWorld | None = None, **more: Any) -> Context:
    """pull_threads of these threads (none named: all) into `store`."""
    ctx = context(scene, world, **more)
    asked = [one for one in store.threads() if not threads or one.ref.external_id in threads]
    for event in PLUGIN.pull_threads(ACCOUNT, asked, ctx):
        store.take(event)
    return ctx


def answer(scene: Scene, message: Message, text: str, world: KitWorld | None = None) -> Message:
    return PLUGIN.answer(ACCOUNT, message, text, context(scene, world))


def refusal(code: int, message: str = "ditolak", subcode: int | None = None) -> Reply:
    error: dict[str, Any] = {"code": code, "message": message, "type": "OAuthException"}
    return Reply.json({"error": error if subcode is None else {**error, "error_subcode": subcode}}, 400)
