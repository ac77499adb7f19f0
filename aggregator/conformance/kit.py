"""The contract as tests. A plugin's author subclasses one of these and fills in `KitBase`.

    class TestContoh(PlatformKit):
        expected = frozenset({"100", "101"})  # read from the page, by hand
        def platform(self): return ContohPlatform()
        ...

Every failure begins with the clause that is broken and says what to do. Guide: plugins/README.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.conformance.answers import Answers
from aggregator.conformance.base import KitBase, Seen
from aggregator.conformance.cursor import Cursors
from aggregator.conformance.glances import Glances
from aggregator.conformance.imports import Imports
from aggregator.conformance.logins import Logins
from aggregator.conformance.manners import Manners
from aggregator.conformance.nameplate import NamePlate
from aggregator.conformance.pushes import Pushes
from aggregator.conformance.records import Records
from aggregator.conformance.shape import Shape
from aggregator.conformance.threads import Threads
from aggregator.conformance.trouble import Trouble

CLAUSES = (
    "name-plate", "records", "cursor", "trouble", "shape", "manners", "threads", "answer", "push", "import", "glance", "login",
)  # fmt: skip


class PlatformKit(
    NamePlate, Records, Cursors, Trouble, Shape, Manners, Threads, Answers, Pushes, Imports, Glances, Logins
):
    """For a plugin that reads a platform."""


class FileKit(NamePlate, Imports):
    """For a plugin that only reads files."""


def broken(kit: KitBase, begin: str = "") -> Iterator[tuple[str, str]]:
    """Run the tests of a kit here and now, those of the clause `begin` first: the name of each that fails,
    and why, which starts with the broken clause."""
    first = f"test_{begin.replace('-', '')}"
    names = [name for name in dir(kit) if name.startswith("test_")]
    for name in sorted(names, key=lambda name: (not name.startswith(first), name)):
        try:
            getattr(kit, name)()
        except AssertionError as failure:
            yield name, str(failure)


__all__ = ["CLAUSES", "FileKit", "PlatformKit", "Seen", "broken"]
