"""`sahut doctor`: what a person who looks after the installation should know."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, text

from aggregator.app import App
from aggregator.services.ledger import counted, rebuild_counts, recounted
from aggregator.services.logins import WARN_BEFORE
from aggregator.storage.schema import current_revision, newest_revision
from aggregator.storage.tables import accounts, channels, items, logins, quarantine


@dataclass(frozen=True, slots=True)
class Finding:
    well: bool
    text: str


def examine(app: App, *, recount: bool) -> list[Finding]:
    """Every examination, in a fixed order."""
    return [
        _schema(app),
        _integrity(app),
        _counts(app, recount=recount),
        *_plugins(app),
        _accounts(app),
        _logins(app),
        _quarantine(app),
        _channels(app),
        _search(app),
    ]


def _schema(app: App) -> Finding:
    here, newest = current_revision(app.database), newest_revision()
    return Finding(here == newest, f"Skema basis data {here}" + ("" if here == newest else f", seharusnya {newest}"))


def _integrity(app: App) -> Finding:
    if not app.database.is_sqlite:
        return Finding(True, "Basis data PostgreSQL menjawab")
    with app.database.read() as connection:
        result = connection.execute(text("PRAGMA quick_check")).scalar_one()
    return Finding(result == "ok", f"Berkas basis data: {result}")


def _counts(app: App, *, recount: bool) -> Finding:
    with app.database.read() as connection:
        same = counted(connection) == recounted(connection)
    if same or not recount:
        return Finding(
            same,
            "Hitungan butir cocok" if same else "Hitungan butir berbeda; jalankan sahut doctor --recount",
        )
    with app.database.write() as connection:
        rebuild_counts(connection)
    return Finding(True, "Hitungan butir dihitung ulang")


def _plugins(app: App) -> list[Finding]:
    return [
        Finding(s.ok, f"Plugin {s.id} {s.version}" + (f": {s.reason}" if s.reason else "")) for s in app.host.statuses
    ]


def _accounts(app: App) -> Finding:
    with app.database.read() as connection:
        total = connection.execute(
            select(func.count()).select_from(accounts).where(accounts.c.state != "file")
        ).scalar_one()
        ill = connection.execute(
            select(accounts.c.key, accounts.c.problem).where(accounts.c.problem.is_not(None)).limit(20)
        ).all()
    if not ill:
        return Finding(True, f"{total} akun tanpa masalah")
    return Finding(
        False,
        f"{len(ill)} dari {total} akun bermasalah: " + "; ".join(f"{row.key}: {row.problem}" for row in ill),
    )


def _logins(app: App) -> Finding:
    soon = app.clock() + WARN_BEFORE
    with app.database.read() as connection:
        ill = connection.execute(
            select(logins.c.title, logins.c.platform, logins.c.problem)
            .where((logins.c.problem.is_not(None)) | (logins.c.expires_at < soon))
            .limit(20)
        ).all()
    if not ill:
        return Finding(True, "Tidak ada login platform yang segera berakhir")
    named = "; ".join(f"{row.platform} {row.title or ''}: {row.problem or 'segera berakhir'}" for row in ill)
    return Finding(False, f"{len(ill)} login platform perlu dihubungkan ulang: {named}")


def _quarantine(app: App) -> Finding:
    with app.database.read() as connection:
        stuck = connection.execute(
            select(func.count()).select_from(quarantine).where(quarantine.c.tries >= 3)
        ).scalar_one()
    return Finding(stuck == 0, f"{stuck} catatan dikarantina" if stuck else "Tidak ada catatan yang dikarantina")


def _channels(app: App) -> Finding:
    with app.database.read() as connection:
        troubled = select(channels.c.name, channels.c.problem).where(channels.c.problem.is_not(None))
        ill = connection.execute(troubled.order_by(channels.c.name)).all()
    if not ill:
        return Finding(True, "Saluran pemberitahuan tanpa masalah")
    return Finding(False, "Saluran bermasalah: " + "; ".join(f"{row.name}: {row.problem}" for row in ill))


def _search(app: App) -> Finding:
    """What waits is no illness: the scheduler works it off, the newest messages first."""
    left = app.search_index.backlog()
    if not left:
        return Finding(True, "Indeks pencarian lengkap")
    with app.database.read() as connection:
        total = connection.execute(select(func.count()).select_from(items)).scalar_one()
    share = max(0, total - left) * 100 // max(total, 1)
    return Finding(True, f"Indeks pencarian {share} %, {left} pesan menunggu (dikerjakan selagi Sahut berjalan)")
