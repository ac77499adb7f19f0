"""Platforms: is each one set up, who logged in, what is left of today's allowance, and where its webhook goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from aggregator.services.allowances import AllowanceUse
from aggregator.services.errors import NotFound, Refused
from aggregator.services.logins import GlanceRow, LoginRow
from aggregator.services.sources import SettingView, Source
from web.context import core, viewer
from web.forms.accounts import SettingsForm, with_settings

pages = Blueprint("platforms", __name__, url_prefix="/platform")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRow:
    """A platform as the page shows it. `webhook` is the address to paste there; None when it sends nothing."""

    source: Source
    version: str
    ready: bool
    logins: tuple[LoginRow, ...]
    glances: tuple[GlanceRow, ...]
    use: AllowanceUse
    webhook: str | None

    @property
    def used(self) -> bool:
        """Whether anything is read there, or somebody began to set it up."""
        return bool(self.use.accounts or self.use.used or self.logins or (self.source.app_settings and self.ready))

    @property
    def app_is_optional(self) -> bool:
        return not self.source.connects and not any(setting.required for setting in self.source.app_settings)


@pages.get("")
def index() -> str:
    return render_template("platforms.html", rows=_rows())


@pages.get("/<platform>")
def show(platform: str) -> Response:
    described = _described(platform)
    return _page(platform, described, _form(described))


@pages.post("/<platform>/aplikasi")
def keep(platform: str) -> Response:
    described = _described(platform)
    form = _form(described)
    if not form.validate():
        return _page(platform, described, form)
    try:
        core().logins.keep_app(viewer(), platform, form.settings())
    except Refused as refusal:
        return _page(platform, described, form, str(refusal))
    flash("Pengaturan aplikasi tersimpan. Akun platform ini dibaca lagi sebentar lagi.")
    return redirect(url_for("platforms.show", platform=platform))


@pages.post("/<platform>/login/<int:login_id>/lupakan")
def forget(platform: str, login_id: int) -> Response:
    core().logins.forget(viewer(), login_id)
    flash("Login dilupakan. Akun-akunnya menunggu dihubungkan lagi.")
    return redirect(url_for("platforms.show", platform=platform))


def _rows() -> list[PlatformRow]:
    """Every platform that is read (files are not), in a fixed number of queries."""
    house, person = core(), viewer()
    infos = {name: platform.info for name, platform in house.host.platforms.items()}
    ready, logins, glances = house.logins.ready(), house.logins.list(person), house.logins.glances(person)
    uses = {use.platform: use for use in house.allowances.today(infos, house.clock())}
    versions = {name: status.version for status in house.host.statuses for name in status.platforms}
    rows = [
        PlatformRow(
            source=source,
            version=versions.get(source.id, ""),
            ready=source.id in ready,
            logins=tuple(login for login in logins if login.platform == source.id),
            glances=tuple(glance for glance in glances if glance.platform == source.id),
            use=uses[source.id],
            webhook=f"{house.settings.base_url}/kait/{source.id}" if source.pushes else None,
        )
        for source in house.sources.values()
        if source.polls
    ]
    return sorted(rows, key=lambda row: row.source.title.casefold())


def _described(platform: str) -> tuple[SettingView, ...]:
    return core().logins.app_settings(viewer(), platform)


def _form(described: Iterable[SettingView]) -> SettingsForm:
    kept = {one.name: one.value for one in described if one.has_value}
    return with_settings(SettingsForm, described, kept)()


def _page(
    platform: str, described: tuple[SettingView, ...], form: SettingsForm, problem: str | None = None
) -> Response:
    row = next((row for row in _rows() if row.source.id == platform), None)
    if row is None:
        raise NotFound
    page = render_template("platform.html", row=row, described=described, form=form, problem=problem)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if problem or form.errors else HTTPStatus.OK)
