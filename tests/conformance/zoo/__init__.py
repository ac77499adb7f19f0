"""Deliberately wrong plugins, each by one small mistake that somebody will make one day. `breaks` is the
clause of the kit that must catch it. They all live on contoh's board."""

from __future__ import annotations

from collections.abc import Iterator

from tests.conformance.zoo import answers, clever, cursor, line, manners, nameplate, records, threads
from tests.conformance.zoo.keeper import Wrong

HOUSES = (records, nameplate, cursor, line, manners, threads, answers, clever)


def specimens() -> Iterator[type[Wrong]]:
    """Every wrong plugin of this zoo."""
    for house in HOUSES:
        for kind in vars(house).values():
            if isinstance(kind, type) and issubclass(kind, Wrong) and "breaks" in vars(kind):
                yield kind
