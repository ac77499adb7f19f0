"""How the tests run the plugin against the pretended Threads: as the core would, call by call."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.test import Client

from aggregator.conformance.store import Store
from aggregator.conformance.world import offline_context
from aggregator.contract import Account
from aggregator.fakes.offline import as_kit_world
from plugins.threads.platform import ThreadsPlatform

from .world import NOW

PLUGIN = ThreadsPlatform()


def context(net, place, store=None, *, now=NOW, settings=None, secrets=None, **more):
    """An account and a Context for one call."""
    skin, store = net.skins["threads"], store or Store()
    told = dict(skin.settings(place)) if settings is None else settings
    account = Account(key=place.handle, url=skin.address(place), settings=told)
    given = {**skin.app_settings, **skin.secrets(place)} if secrets is None else secrets
    ctx = offline_context(
        more.pop("world", None) or as_kit_world(net), platform=PLUGIN, account=account, now=now, known=store.known,
        held=store.held(), secrets=given, **more,
    )  # fmt: skip
    return account, ctx


def pull(net, place, store, **more):
    """One pull into `store`; the calls it made."""
    account, ctx = context(net, place, store, **more)
    for event in PLUGIN.pull_since(account, store.cursor, ctx):
        store.take(event)
    return ctx.http.calls


def threads(net, place, store, asked=None, **more):
    """Threads read again into `store`; the calls it made."""
    account, ctx = context(net, place, store, **more)
    for event in PLUGIN.pull_threads(account, store.threads() if asked is None else asked, ctx):
        store.take(event)
    return ctx.http.calls


class Browser:
    """Asks the pretended internet for whole addresses, without the plugin."""

    def __init__(self, net):
        self._client = Client(net)

    def get(self, url, **more):
        return self._open("GET", url, **more)

    def post(self, url, **more):
        return self._open("POST", url, **more)

    def _open(self, method, url, **more):
        parts = urlsplit(url)
        base = f"{parts.scheme}://{parts.netloc}"
        return self._client.open(parts.path, method=method, query_string=parts.query, base_url=base, **more)
