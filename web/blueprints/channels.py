"""The media through which people are told, as Diskominfo sets them up."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import NotFound, Refused
from aggregator.services.telling.channels import ChannelRow
from web.context import core, viewer
from web.forms.accounts import SettingsForm, with_settings

pages = Blueprint("channels", __name__, url_prefix="/saluran")


@pages.get("")
def index() -> str:
    return render_template("channels.html", rows=core().telling.channels.rows(viewer()))


@pages.get("/<name>")
def show(name: str) -> Response:
    row = _row(name)
    return _page(row, _form(row))


@pages.post("/<name>")
def keep(name: str) -> Response:
    row = _row(name)
    form = _form(row)
    if not form.validate():
        return _page(row, form)
    try:
        core().telling.channels.keep(viewer(), name, form.settings())
    except Refused as refusal:
        return _page(row, form, str(refusal))
    flash("Pengaturan saluran tersimpan. Kirim percobaan untuk memeriksanya.")
    return redirect(url_for("channels.show", name=name))


@pages.post("/<name>/coba")
def try_out(name: str) -> Response:
    try:
        core().telling.channels.try_out(viewer(), name)
    except Refused as refusal:
        row = _row(name)
        return _page(row, _form(row), str(refusal))
    flash("Percobaan dikirim ke alamat Anda sendiri. Muat ulang halaman ini sebentar lagi untuk melihat hasilnya.")
    return redirect(url_for("channels.show", name=name))


def _row(name: str) -> ChannelRow:
    found = next((row for row in core().telling.channels.rows(viewer()) if row.name == name), None)
    if found is None:
        raise NotFound
    return found


def _form(row: ChannelRow) -> SettingsForm:
    kept = {one.name: one.value for one in row.settings if one.has_value}
    return with_settings(SettingsForm, row.settings, kept)()


def _page(row: ChannelRow, form: SettingsForm, problem: str | None = None) -> Response:
    page = render_template("channel.html", row=row, form=form, problem=problem)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if problem or form.errors else HTTPStatus.OK)
