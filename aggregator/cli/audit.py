"""`sahut doctor --audit`: whether the history is as it was sealed, and which rows are not."""

from __future__ import annotations

from aggregator.app import App
from aggregator.cli.health import Finding
from aggregator.domain.seals import Breach, Kind

_SAID = {
    Kind.EDITED: "isinya diubah",
    Kind.DELETED: "dihapus",
    Kind.SWAPPED: "isinya ditukar dengan baris lain",
    Kind.INSERTED: "disisipkan belakangan",
}
_SHOWN = 50


def examine_seals(app: App) -> list[Finding]:
    """Every breach by its number, then how much was held against a seal."""
    report = app.seals.check()
    found = [Finding(False, _told(breach)) for breach in report.breaches[:_SHOWN]]
    if len(report.breaches) > _SHOWN:
        found.append(Finding(False, f"dan {len(report.breaches) - _SHOWN} temuan riwayat lainnya"))
    if report.sealed and not report.kept:
        found.append(
            Finding(
                False, "Berkas seals.json tidak ada di folder data: ekor riwayat yang dipotong tidak dapat diketahui"
            )
        )
    said = f"Riwayat: {report.sealed} baris dicocokkan dengan segelnya, {report.unsealed} baris terbaru belum disegel"
    return [*found, Finding(not report.breaches, said)]


def _told(breach: Breach) -> str:
    if breach.kind is Kind.SEAL:
        return f"Segel {breach.table} nomor {breach.row} diubah atau hilang"
    if breach.kind is Kind.CUT:
        return f"Riwayat {breach.table} dipotong: baris {breach.row} sampai {breach.until} hilang beserta segelnya"
    return f"Riwayat {breach.table} baris {breach.row} {_SAID[breach.kind]}"
