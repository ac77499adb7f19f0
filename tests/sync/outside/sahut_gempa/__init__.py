"""A stranger's plugin: it knows the contract and nothing else of Sahut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Context,
    Cursor,
    Event,
    Platform,
    PlatformInfo,
    WorkEvent,
    hookimpl,
)

HOST = "api.gempa.example"


class GempaPlatform(Platform):
    info = PlatformInfo(id="gempa", title="Laporan Gempa", hosts=(HOST,))

    def resolve(self, url: str) -> AccountKey | None:
        if not url.startswith(f"https://{HOST}/"):
            return None
        return AccountKey(platform="gempa", key=url.removeprefix(f"https://{HOST}/"), url=url)

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return AccountSnapshot(exists=True)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        yield from ()


@hookimpl
def register_platforms() -> list[Platform]:
    return [GempaPlatform()]


@hookimpl
def register_commands(cli: Any) -> None:
    cli.command("gempa")(say_hello)


def say_hello() -> None:
    """Say that the stranger is here."""


@hookimpl
def on_event(event: WorkEvent) -> None:
    TOLD.append(event.kind)


TOLD: list[str] = []
