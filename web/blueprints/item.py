"""One item: the words, the talk around them, and what can be done."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.inbox import ItemPage
from aggregator.services.inbox.privacy import UNMASKED
from web.blueprints.inbox import FRAGMENT
from web.context import core, viewer
from web.forms.acts import ACTS, ActForm
from web.offline import keep_offline
from web.place import TRIAGE, Place

pages = Blueprint("item", __name__, url_prefix="/butir")
MOST_UNITS = 60


@pages.get("/<code>")
def show(code: str) -> str:
    return _page(code, request.args.get("dari", ""))


@pages.get("/<code>/teruskan")
def route_choice(code: str) -> str:
    """Every unit, to be searched: the page behind “cari unit lain”."""
    wanted = request.args.get("cari", "").strip().casefold()
    found = [unit for unit in core().inbox.units(viewer()) if _matches(wanted, unit.name, unit.short_name)]
    return render_template(
        "route.html",
        item=core().inbox.item(viewer(), code),
        units=found[:MOST_UNITS],
        hidden_units=max(0, len(found) - MOST_UNITS),
        searched=request.args.get("cari", ""),
        origin=request.args.get("dari", ""),
    )


@pages.post("/<code>/buka-data")
def unmask(code: str) -> Response:
    """Show personal data to this person for a quarter of an hour; the item's history says so."""
    core().acts.unmask(viewer(), code)
    origin = request.form.get("dari", "")
    if origin == TRIAGE:
        return redirect(url_for("triage.show", butir=code))
    return redirect(url_for("item.show", code=code, dari=Place.of_query(origin).query() or None))


@pages.post("/<code>/catatan")
def note(code: str) -> Response:
    """A note: also of those who only read."""
    return _do(code, "catatan")


@pages.post("/<code>/tunjuk")
def name_person(code: str) -> Response:
    """Let one more person open a confidential item."""
    return _do(code, "tunjuk")


@pages.post("/<code>/batal-tunjuk")
def unname_person(code: str) -> Response:
    return _do(code, "batal-tunjuk")


@pages.post("/<code>/<act>")
def act(code: str, act: str) -> Response:
    return _do(code, act)


def _do(code: str, act: str) -> Response:
    chosen = ACTS.get(act)
    if chosen is None:
        abort(HTTPStatus.NOT_FOUND)
    form = chosen.form()
    if not form.validate():
        return _refused(code, act, form, next(iter(form.errors.values()))[0])
    try:
        chosen.run(core().acts, viewer(), code, form)
    except (NotFound, Conflict):
        raise
    except Refused as refusal:
        return _refused(code, act, form, str(refusal))
    if chosen.done:
        flash(
            chosen.done,
            url_for("item.show", code=code) if chosen.leaves and viewer().sees_everything else "message",
        )
    return redirect(_afterwards(code, form, leaves=chosen.leaves))


def _opened(item: ItemPage) -> bool:
    """Whether personal data are shown because this person asked: for a quarter of an hour, and never without a network."""
    return any(moment.kind == UNMASKED and moment.who_id == viewer().person_id for moment in item.timeline)


def _matches(wanted: str, name: str, short_name: str | None) -> bool:
    return wanted in name.casefold() or wanted in (short_name or "").casefold()


def _afterwards(code: str, form: ActForm, *, leaves: bool) -> str:
    """Where the person goes on: the next one to sort, the list, the open pane, or the item."""
    origin = form.dari.data or ""
    if origin == TRIAGE:
        return url_for("triage.show")
    place = Place.of_query(origin)
    queue = url_for("inbox.queue")
    if leaves:
        return f"{queue}?{place.query()}"
    if form.panel.data:
        return f"{queue}?{place.query()}&butir={code}"
    return url_for("item.show", code=code, dari=place.query() or None)


def _refused(code: str, act: str, form: ActForm, problem: str) -> Response:
    page = _page(code, form.dari.data or "", failed=act, problem=problem, typed=request.form)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(code: str, origin: str, **extra: object) -> str:
    """The item's page. `failed`, `problem`, `typed`: the act that was not done, why, and what was typed."""
    in_pane = FRAGMENT in request.headers
    origin = origin if origin == TRIAGE else Place.of_query(origin).query()
    back = url_for("triage.show") if origin == TRIAGE else f"{url_for('inbox.queue')}?{origin}#b-{code}"
    template = "parts/item.html" if in_pane else "item.html"
    item = core().inbox.item(viewer(), code)
    if not (item.confidential or _opened(item)):
        keep_offline()
    extra["unit_names"] = {unit.id: unit.name for unit in core().inbox.units(viewer())}
    source = core().sources.get(item.platform)
    extra["native"] = source is not None and source.can_answer
    shown: dict[str, object] = {"failed": None, "problem": None, "typed": {}} | extra
    return render_template(template, item=item, origin=origin, back=back, in_pane=in_pane, **shown)
