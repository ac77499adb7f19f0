"""How the tests run the plugin against the pretended Instagram: as the core would, call by call."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.test import Client

from aggregator.conformance.store import Store
from aggregator.conformance.world import offline_context
from aggregator.contract import Account
from aggregator.fakes.offline import as_kit_world
from plugins.instagram.platform import InstagramPlatform

from .world import NOW

PLUGIN = InstagramPlatform()


def account_of(skin, place):
    return Account(key=place.handle, url=skin.address(place), settings=dict(skin.settings(place)))


def context(net, place, store=None, *, now=NOW, settings=None, secrets=None, **more):
    """A Context for one call; `net` is a FakeInternet, or any of the kit's worlds with `.skin` of the account."""
    skin, store = net.skins["instagram"], store or Store()
    account = account_of(skin, place)
    given = {**skin.app_settings, "way": skin.way, **skin.secrets(place)} if secrets is None else secrets
    ctx = offline_context(
        more.pop("world", None) or as_kit_world(net), platform=PLUGIN, account=account, now=now, known=store.known,
        held=store.held(), secrets=given, **more,
    )  # fmt: skip
    return account if settings is None else Account(key=account.key, url=account.url, settings=settings), ctx


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
