"""Hubungkan akun: an explanation, the way to the platform's consent page and back, and the choice of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from aggregator.contract import Reachable
from aggregator.services.errors import NotFound, Refused
from aggregator.services.sources import Source
from aggregator.services.units import UnitChoice
from web.consents import who_logs_in
from web.context import core, viewer
from web.unit_names import guessed

pages = Blueprint("connect", __name__, url_prefix="/hubungkan")
FIELD = "unit:"  # and the account's key: the name of the unit that gets it


@dataclass(slots=True, kw_only=True)
class Choice:
    """An account to choose. `unit` is the name in its field; `fixed` when it is registered there already;
    `elsewhere` when it is registered with a unit that is not this person's."""

    account: Reachable
    unit: str
    fixed: bool
    elsewhere: bool
    problem: str | None = None


@pages.get("/<platform>", strict_slashes=False)
def explain(platform: str) -> Response:
    return _explanation(_source(platform))


@pages.get("/<platform>/mulai")
def start(platform: str) -> Response:
    """A link and no form: a form may lead to our own pages only."""
    source = _source(platform)
    try:
        return redirect(core().connector.start(viewer(), platform))
    except Refused as refusal:
        return _explanation(source, str(refusal))


@pages.get("/kembali/", strict_slashes=False)
def back() -> Response:
    """Where platforms send people back to. `auth_code` is how TikTok calls its code."""
    state = request.args.get("state", "")
    code = request.args.get("code") or request.args.get("auth_code")
    if not code:
        return _not_given(state)
    try:
        login_id = core().connector.finish(viewer(), state, code)
    except Refused as refusal:
        return _failed(str(refusal))
    return redirect(url_for("connect.choose", login_id=login_id))


@pages.route("/pilih/<int:login_id>", methods=["GET", "POST"])
def choose(login_id: int) -> Response:
    platform, credential = core().logins.visible(viewer(), login_id)
    units = _own_units()
    try:
        found = core().connector.reachable(viewer(), login_id)
    except Refused as refusal:
        return _failed(str(refusal), platform)
    choices = _choices(platform, found, units)
    form = FlaskForm()
    problem = None
    if form.validate_on_submit():
        problem = _connect(login_id, choices, units)
        if problem is None:
            return redirect(url_for("accounts.index"))
    page = render_template(
        "connect_choose.html",
        title=core().sources[platform].title,
        who=credential.title,
        choices=choices,
        units=units,
        problem=problem,
        platform=platform,
        login_id=login_id,
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)


def _source(platform: str) -> Source:
    source = core().sources.get(platform)
    if source is None or not source.connects:
        raise NotFound
    return source


def _explanation(source: Source, problem: str | None = None) -> Response:
    ready = source.id in core().logins.ready()
    page = render_template("connect.html", source=source, ready=ready, who=who_logs_in(source.id), problem=problem)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)


def _not_given(state: str) -> Response:
    """The platform's own words are not shown: anyone can write them into a link."""
    try:
        platform, _ = core().logins.end(viewer(), state)
    except Refused as refusal:
        return _failed(str(refusal))
    refused = request.args.get("error") == "access_denied"
    words = (
        "Izin tidak diberikan, jadi tidak ada yang dihubungkan."
        if refused
        else ("Platform tidak memberikan izin. Tunggu sebentar, lalu ulangi.")
    )
    return _failed(words, platform)


def _failed(problem: str, platform: str | None = None) -> Response:
    source = core().sources.get(platform) if platform else None
    page = render_template("connect_failed.html", problem=problem, source=source)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _own_units() -> list[UnitChoice]:
    person = viewer()
    return [unit for unit in core().inbox.units(person) if person.tends_accounts or person.may_see(unit.id)]


def _choices(platform: str, found: list[Reachable], units: list[UnitChoice]) -> list[Choice]:
    """What the login reaches, with the unit that was typed, that has it already, or that its name tells of."""
    holders = core().registry.holders(viewer(), platform)
    names = {unit.id: unit.name for unit in units}
    return [_choice(account, holders, names, units) for account in found]


def _choice(
    account: Reachable, holders: dict[str, int | None], names: dict[int, str], units: list[UnitChoice]
) -> Choice:
    key = account.key.key
    registered = names.get(holders.get(key) or 0)
    if request.method == "POST":
        unit = request.form.get(FIELD + key, "").strip()
    elif registered:
        unit = registered
    else:
        likely = guessed(account.title, units)
        unit = likely.name if likely else ""
    return Choice(account=account, unit=unit, fixed=bool(registered), elsewhere=key in holders and not registered)


def _connect(login_id: int, choices: list[Choice], units: list[UnitChoice]) -> str | None:
    """Connect the chosen accounts; what is wrong, in words, when not all could be."""
    ids = {unit.name.casefold(): unit.id for unit in units}
    chosen = [choice for choice in choices if choice.unit and not choice.elsewhere]
    for choice in chosen:
        if choice.unit.casefold() not in ids:
            choice.problem = "Unit itu tidak ada. Pilih dari daftar yang muncul saat mengetik."
    if not chosen:
        return "Pilih unit untuk sedikitnya satu akun."
    if any(choice.problem for choice in chosen):
        return "Ada unit yang belum dikenal; belum ada akun yang dihubungkan."
    for choice in chosen:
        try:
            core().registry.attach(viewer(), login_id, ids[choice.unit.casefold()], choice.account)
        except Refused as refusal:
            choice.problem = str(refusal)
    if any(choice.problem for choice in chosen):
        return "Sebagian akun belum bisa dihubungkan; yang lain sudah."
    flash(f"{len(chosen)} akun dihubungkan. Pembacaan pertama dimulai sebentar lagi.")
    return None
