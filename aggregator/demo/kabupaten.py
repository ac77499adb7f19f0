"""Loading the demo kabupaten through the same doors as real data: the unit import, and the imports of rows that
belong to an account."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import as_file, files

from sqlalchemy import select

from aggregator.app import App
from aggregator.contract import AccountKey, Author, ImportedRow, Kind, Message, ThreadRef
from aggregator.domain.access import Role
from aggregator.services.units import import_units, read_unit_file
from aggregator.storage.tables import people

PASSWORD = "sahut-demo"  # noqa: S105 - of every demo person; printed, and good for nothing else
_HERE = files("aggregator.demo")
_READER = "file"


def load_demo(app: App) -> Iterator[str]:
    """Load what is not there yet; the lines to show."""
    with as_file(_HERE / "units.csv") as path:
        import_units(app.database, read_unit_file(path), app.clock())
    app.units.forget()
    yield "Kabupaten Contoh Raya (contoh; orang dan kata-katanya rekaan)."
    _add_people(app)
    _add_comments(app)
    yield from (f"  masuk sebagai {row['login']:<11} {row['name']} ({row['role']})" for row in _rows("people.csv"))
    yield f"  kata sandi semuanya: {PASSWORD}"


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_HERE / name).read_text(encoding="utf-8").splitlines()))


def _add_people(app: App) -> None:
    with app.database.read() as connection:
        known = set(connection.execute(select(people.c.login)).scalars())
    for row in _rows("people.csv"):
        if row["login"] not in known:
            unit_id = app.units.find(row["unit"]).id if row["unit"] else None
            app.people.add(row["login"], row["name"], Role(row["role"]), unit_id, PASSWORD)


def _add_comments(app: App) -> None:
    """Times are told in hours before the demo is first loaded; a second load changes nothing."""
    units = {(row["platform"], row["account"]): row["unit"] for row in _rows("accounts.csv")}
    now = app.clock().replace(minute=0, second=0, microsecond=0)
    by_account: dict[tuple[str, str], list[ImportedRow]] = defaultdict(list)
    for number, row in enumerate(_rows("comments.csv"), start=2):
        by_account[row["platform"], row["account"]].append(_imported(number, row, now))
    for (platform, key), rows in by_account.items():
        wanted = AccountKey(platform=platform, key=key, url=_address(platform, key))
        source = app.imports.source_for(wanted, app.units.find(units[platform, key]).id, _READER)
        if app.accounts.held(source.account_id) == 0:
            app.imports.store(source, rows)


def _imported(number: int, row: dict[str, str], now: datetime) -> ImportedRow:
    post = row["post"]
    message = Message(
        external_id=row["id"],
        kind=Kind.COMMENT,
        thread=ThreadRef(external_id=post, url=f"{_address(row['platform'], row['account'])}/{number}", title=post),
        author=Author(external_id=None, name=row["author"]),
        text=row["text"],
        created_at=now - timedelta(hours=float(row["hours"])),
        parent_id=row["parent"] or None,
        url=f"{_address(row['platform'], row['account'])}/{row['id']}",
    )
    return ImportedRow(row=number, message=message, official=row["official"] == "ya")


def _address(platform: str, key: str) -> str:
    return f"https://{key}" if platform == "website" else f"https://{platform}.example/{key}"
