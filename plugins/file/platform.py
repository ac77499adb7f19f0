"""The file "platform": nothing is pulled, rows come from what a person uploads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
    Checkpoint,
    Context,
    Cursor,
    Event,
    ImportedRow,
    ImportTable,
    Platform,
    PlatformInfo,
)
from plugins.file import presets, reader


class FilePlatform(Platform):
    """Exports, captures and pasted permalinks. See README.md for the presets."""

    info = PlatformInfo(
        id="file",
        title="Berkas",
        capabilities=frozenset({Capability.IMPORT, Capability.COMMENTS, Capability.REPLIES}),
    )

    def resolve(self, url: str) -> AccountKey | None:
        """No address is a file's: permalinks are pasted through the preset of that name."""
        return None

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        return AccountSnapshot(exists=True, reads="berkas yang diunggah petugas")

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        """Nothing waits anywhere: what a file held came in with its upload."""
        yield Checkpoint(cursor=Cursor(version=1, data={}))

    def read_file(self, table: ImportTable) -> Iterator[ImportedRow]:
        """Raises Permanent, before the first row, for a file that cannot be read as a whole."""
        return reader.read(table)

    def preset_names(self) -> Iterable[str]:
        return presets.NAMES
