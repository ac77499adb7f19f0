"""Name-plates that mislead."""

from __future__ import annotations

from dataclasses import replace

from aggregator.contract import (
    AccountKey,
)
from plugins.contoh.platform import ContohPlatform
from tests.conformance.zoo.keeper import Wrong


class TwoKeysForOneBoard(Wrong):
    breaks = "name-plate"

    def resolve(self, url):
        found = super().resolve(url)
        return found and AccountKey(platform=found.platform, key=url.split("/")[3].strip("@"), url=found.url)


class ResolvesEverything(Wrong):
    breaks = "name-plate"

    def resolve(self, url):
        return AccountKey(platform="contoh", key="dinas-pu", url="https://contoh.example/@dinas-pu")


class ResolveFallsOverJunk(Wrong):
    breaks = "name-plate"

    def resolve(self, url):
        url.split("/")[3]
        return super().resolve(url)


class HostWithScheme(Wrong):
    breaks = "name-plate"
    info = replace(ContohPlatform.info, hosts=("api.contoh.example", "https://cdn.contoh.example"))
