"""Import: every row of a file is read or explained; a bad row never takes the others along."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import ClassVar

from aggregator.conformance.base import KitBase, first, must
from aggregator.conformance.fence import fenced
from aggregator.contract import Capability, ImportedRow, ImportTable, Permanent, PlatformError, fault_of

_JUNK = (b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"\xff\xfe", b"{", b"<html></html>", b"," * 5000)


class Imports(KitBase):
    """read_file(). The author gives files, and by hand the ids in them and the rows that are bad."""

    files: ClassVar[Sequence[ImportTable]] = ()
    file_ids: ClassVar[Collection[str]] = ()
    bad_rows: ClassVar[Collection[int]] = ()

    def test_import_is_claimed_and_works(self) -> None:
        if not self.can(Capability.IMPORT):
            for table in (*self.files, ImportTable(name="a.csv", data=b"a,b\n1,2\n", preset="generic")):
                self._refuses(table)
            return
        rows = self._all()
        must(self.files and self.file_ids, "import", "IMPORT is claimed: give files and file_ids.")
        must(list(self.platform().preset_names()), "import", "name the presets.")
        read = {row.message.external_id for row in rows if row.message}
        must(
            read == set(self.file_ids),
            "import",
            f"read {first(read ^ set(self.file_ids))} differently than expected.",
        )

    def test_import_explains_bad_rows(self) -> None:
        if self.can(Capability.IMPORT):
            rows = self._all()
            odd = [row.row for row in rows if (row.message is None) == (row.error is None)]
            must(not odd, "import", f"rows {odd} must have either a message or an error.")
            bad = {row.row for row in rows if row.error}
            must(
                bad == set(self.bad_rows),
                "import",
                f"bad rows {sorted(bad)}, expected {sorted(self.bad_rows)}.",
            )
            faults = [fault for row in rows if row.message and (fault := fault_of(row.message))]
            must(not faults, "import", f"the core would refuse a row: {faults[:3]}.")

    def test_import_is_repeatable(self) -> None:
        if self.can(Capability.IMPORT):
            must(self._all() == self._all(), "import", "reading the same file twice gives other records.")

    def test_import_file_survives_any_file(self) -> None:
        if self.can(Capability.IMPORT):
            for table in self.files:
                halves = [table.data[: len(table.data) * n // 4] for n in range(4)]
                for data in (*_JUNK, *halves):
                    self._file_survives(replace(table, data=data))
            self._file_survives(replace(self.files[0], preset="tidak-ada"))

    def _all(self) -> list[ImportedRow]:
        with fenced():
            return [row for table in self.files for row in self.platform().read_file(table)]

    def _refuses(self, table: ImportTable) -> None:
        try:
            list(self.platform().read_file(table))
        except Permanent:
            return
        raise AssertionError("import: IMPORT is not claimed: raise Permanent.")

    def _file_survives(self, table: ImportTable) -> None:
        try:
            with fenced():
                list(self.platform().read_file(table))
        except PlatformError:
            return
        except Exception as error:  # the fence: people upload anything
            what = f"{type(error).__name__} escaped on {table.data[:12]!r}"
            raise AssertionError(f"import: {what}; yield the row's error or raise Permanent.") from error
