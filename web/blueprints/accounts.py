"""Accounts: are they read, until when, and what stands in the way."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.contract import AccountKey
from aggregator.services.errors import NotFound, Refused
from aggregator.services.registry import AccountPage, AccountRow
from web.context import core, viewer
from web.forms.accounts import AddForm, SettingsForm, with_settings

pages = Blueprint("accounts", __name__, url_prefix="/akun")
MOST_ROWS = 200


@pages.get("")
def index() -> str:
    everything = core().registry.accounts(viewer())
    only_problems = request.args.get("tampil") == "masalah"
    wanted = request.args.get("cari", "").strip().casefold()
    found = [row for row in everything if _matches(row, wanted) and not (only_problems and _healthy(row))]
    return render_template(
        "accounts.html",
        rows=found[:MOST_ROWS],
        hidden_rows=max(0, len(found) - MOST_ROWS),
        total=len(everything),
        problems=sum(not _healthy(row) for row in everything),
        only_problems=only_problems,
        searched=request.args.get("cari", ""),
    )


@pages.get("/<int:account_id>")
def show(account_id: int) -> str:
    page = core().registry.account(viewer(), account_id)
    return _page(page, _form(page))


@pages.post("/<int:account_id>/pengaturan")
def settings(account_id: int) -> Response:
    page = core().registry.account(viewer(), account_id)
    form = _form(page)
    if not form.validate():
        return make_response(_page(page, form), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        core().registry.change_settings(viewer(), account_id, form.settings())
    except Refused as refusal:
        return make_response(_page(page, form, problem=str(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash("Pengaturan tersimpan. Akun dibaca lagi sebentar lagi.")
    return redirect(url_for("accounts.show", account_id=account_id))


@pages.post("/<int:account_id>/baca")
def read_now(account_id: int) -> Response:
    core().registry.read_now(viewer(), account_id)
    flash("Akun dibaca dalam beberapa detik. Muat ulang halaman ini untuk melihat hasilnya.")
    return redirect(url_for("accounts.show", account_id=account_id))


@pages.route("/tambah", methods=["GET", "POST"])
def add() -> Response:
    """Two steps on one page: the address, then what its platform needs to know."""
    address = request.values.get("address", "").strip()
    try:
        found = core().registry.candidates(address) if address else []
    except Refused as refusal:
        return _add_page(address, [], None, None, str(refusal))
    chosen = _chosen([key.platform for key in found])
    source = core().sources.get(chosen) if chosen else None
    form = with_settings(AddForm, source.settings if source else ())()
    if request.method == "GET" or not form.validate():
        return _add_page(address, found, chosen, form, None)
    try:
        new_id = core().registry.add(
            viewer(), address, form.unit_id.data, platform=form.platform.data, settings=form.settings()
        )
    except (Refused, NotFound) as refusal:
        return _add_page(address, found, chosen, form, str(refusal))
    flash("Akun ditambahkan. Pembacaan pertama dimulai sebentar lagi.")
    return redirect(url_for("accounts.show", account_id=new_id))


def _add_page(
    address: str, found: list[AccountKey], chosen: str | None, form: SettingsForm | None, problem: str | None
) -> Response:
    person = viewer()
    units = [u for u in core().inbox.units(person) if person.tends_accounts or person.may_see(u.id)] if chosen else []
    page = render_template(
        "account_add.html",
        address=address,
        found=found,
        chosen=chosen,
        form=form,
        problem=problem,
        units=units,
        source=core().sources.get(chosen) if chosen else None,
        ready=core().logins.ready() if chosen else (),
    )
    wrong = problem is not None or (form is not None and bool(form.errors))
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _matches(row: AccountRow, wanted: str) -> bool:
    return wanted in f"{row.title} {row.unit} {row.url} {row.platform_title}".casefold()


def _healthy(row: AccountRow) -> bool:
    """Read in time; what nobody polls (files, a pause someone chose) cannot be late."""
    if row.state in ("file", "paused"):
        return True
    return row.read_in_time and row.problem is None and not row.plugin_missing and not row.expires_soon


def _form(page: AccountPage) -> SettingsForm:
    kept = {one.name: one.value for one in page.settings if one.has_value}
    return with_settings(SettingsForm, page.settings, kept)()


def _page(page: AccountPage, form: SettingsForm, problem: str | None = None) -> str:
    source = core().sources.get(page.account.platform)
    return render_template(
        "account.html",
        page=page,
        account=page.account,
        login=core().logins.of_account(page.account.id),
        connects=source is not None and source.connects,
        form=form,
        problem=problem,
    )


def _chosen(platforms: list[str]) -> str | None:
    """The platform that was picked, or the only one there is."""
    picked = request.values.get("platform")
    if picked in platforms:
        return picked
    return platforms[0] if len(platforms) == 1 else None
