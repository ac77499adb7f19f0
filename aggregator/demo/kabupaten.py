"""Loading the demo kabupaten: units, people and accounts by the same doors as real ones. What people said there is
not loaded: it is read from pretended platforms, by the real plugins."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib.resources import as_file, files

from sqlalchemy import func, insert, select

from aggregator.app import App
from aggregator.contract import Setting
from aggregator.demo.stage import furnished
from aggregator.demo.town import account_lines
from aggregator.domain.access import Role
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.world import Place
from aggregator.services.errors import Refused
from aggregator.services.units import import_units, read_unit_file
from aggregator.storage.demo import BEGAN, ORIGIN
from aggregator.storage.tables import accounts, meta, people

PASSWORD = "sahut-demo"  # noqa: S105 - of every demo person; printed, and good for nothing else
_HERE = files("aggregator.demo")
_PORT_ABOVE = 90  # the platforms' port, counted from the pages'


def load_demo(app: App) -> Iterator[str]:
    """Load what is not there yet; the lines to show."""
    began = begin(app)
    with as_file(_HERE / "units.csv") as path:
        import_units(app.database, read_unit_file(path), app.clock())
    app.units.forget()
    _add_people(app)
    _add_accounts(app, began)
    lines = account_lines()
    yield "Kabupaten Contoh Raya (contoh; orang dan kata-katanya rekaan, platformnya tiruan)."
    yield f"  {len(lines)} akun pada {len({line.platform for line in lines})} platform tiruan, dibaca begitu Sahut berjalan."
    yield from (f"  masuk sebagai {row['login']:<11} {row['name']} ({row['role']})" for row in _rows("people.csv"))
    yield f"  kata sandi semuanya: {PASSWORD}"


def begin(app: App) -> datetime:
    """When this installation became a demo; from then on it reaches pretended platforms only. One that already has
    accounts of its own never becomes one."""
    with app.database.write() as connection:
        noted = connection.execute(select(meta.c.value).where(meta.c.name == BEGAN)).scalar_one_or_none()
        if noted is not None:
            return datetime.fromisoformat(noted)
        if connection.execute(select(func.count()).select_from(accounts)).scalar_one():
            raise Refused(
                "Folder data ini sudah berisi akun. Pakai folder lain untuk contoh: SAHUT_DATA_DIR=contoh sahut demo"
            )
        now = app.clock().replace(minute=0, second=0, microsecond=0)
        origin = app.settings.stand_in or f"http://127.0.0.1:{(app.settings.port + _PORT_ABOVE) % 65_536}"
        connection.execute(insert(meta), [{"name": BEGAN, "value": now.isoformat()}, {"name": ORIGIN, "value": origin}])
        return now


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_HERE / name).read_text(encoding="utf-8").splitlines()))


def _add_people(app: App) -> None:
    with app.database.read() as connection:
        known = set(connection.execute(select(people.c.login)).scalars())
    for row in _rows("people.csv"):
        if row["login"] not in known:
            unit_id = app.units.find(row["unit"]).id if row["unit"] else None
            app.people.add(row["login"], row["name"], Role(row["role"]), unit_id, PASSWORD)


def _add_accounts(app: App, began: datetime) -> None:
    with app.database.read() as connection:
        if connection.execute(select(func.count()).select_from(accounts)).scalar_one():
            return
    internet, _ = furnished(began, app.clock)
    set_up_apps(app, internet)
    for line in account_lines():
        add_account(app, internet, internet.world.places[line.platform, line.key], app.units.find(line.unit).id)


def set_up_apps(app: App, internet: FakeInternet) -> None:
    """Tell Sahut the app settings that the pretended platforms accept."""
    for platform, skin in internet.skins.items():
        source = app.sources.get(platform)
        if source is not None and skin.app_settings:
            app.logins.keep_app(None, platform, _asked_for(source.app_settings, skin.app_settings))


def add_account(app: App, internet: FakeInternet, place: Place, unit_id: int) -> int:
    """Register an account by its pasted address, with the secrets that its platform accepts; its id."""
    skin, source = internet.skins[place.platform], app.sources[place.platform]
    settings = _asked_for(source.settings, {**skin.settings(place), **skin.secrets(place)})
    return app.registry.add(None, skin.address(place), unit_id, platform=place.platform, settings=settings)


def _asked_for(asked: Iterable[Setting], known: Mapping[str, str]) -> dict[str, str]:
    """What the plugin asks for, of all that the pretended platform would accept."""
    return {setting.name: known[setting.name] for setting in asked if setting.name in known}
