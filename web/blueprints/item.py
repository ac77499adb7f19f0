"""One item: the words, the talk around them, and what can be done."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.inbox import ItemPage
from aggregator.services.inbox.privacy import UNMASKED
from web.blueprints.inbox import FRAGMENT
from web.context import core, viewer
from web.forms.acts import ACTS, ActForm, AnswerForm, HandOffForm
from web.forms.teamwork import TEAM_ACTS
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


# -- the answer, looked at before it goes out --------------------------------------------------------------------------------


@pages.post("/<code>/jawab")
def answer(code: str) -> Response:
    return _checked(code, "jawab")


@pages.post("/<code>/tempel")
def pasted(code: str) -> Response:
    return _checked(code, "tempel")


@pages.post("/<code>/minta-persetujuan")
def ask_approval(code: str) -> Response:
    return _checked(code, "minta-persetujuan")


@pages.post("/<code>/setujui")
def approve(code: str) -> Response:
    """A second person agrees: the answer is sent where that is possible."""
    return _do(code, "setujui", sends=core().inbox.item(viewer(), code).can_answer)


@pages.post("/<code>/pratinjau")
def preview(code: str) -> str:
    """The page again, with the text as it will stand on the platform; nothing is sent or kept."""
    item, text = _to_answer(code), request.form.get("text", "")
    found = core().drafting.checked(viewer(), code, item.revision, text)
    shown = replace(core().drafting.preview(item.platform, text), doubts=found.doubts if text.strip() else ())
    return _page(code, request.form.get("dari", ""), failed="pratinjau", preview=shown, typed=request.form)


@pages.post("/<code>/templat")
def fill(code: str) -> str:
    """The page again, with a template's words below what was typed so far."""
    _to_answer(code)
    typed, chosen = request.form.get("text", "").strip(), request.form.get("templat", "")
    if chosen.isdecimal() and chosen.isascii() and len(chosen) < 10:
        words = core().drafting.filled(viewer(), code, int(chosen))
        typed = f"{typed}\n\n{words}" if typed else words
    return _page(code, request.form.get("dari", ""), failed="templat", typed={**request.form, "text": typed})


@pages.post("/<code>/teruskan")
def route(code: str) -> Response:
    """Hand it on; with a word to the citizen when that was asked for."""
    return _write_handoff(code) if request.form.get("kabari") else _do(code, "teruskan")


@pages.post("/<code>/serahkan")
def hand_off(code: str) -> Response:
    """Send the citizen on in public, and the item with them."""
    form = HandOffForm()
    if not form.validate():
        return _write_handoff(code, problem=next(iter(form.errors.values()))[0])
    found = core().drafting.checked(viewer(), code, form.revision.data, form.text.data, handoff=True)
    if found.blocked or (found.doubts and form.confirmed.data != found.digest):
        return _write_handoff(code, warned=found)
    return _do(code, "serahkan", sends=core().inbox.item(viewer(), code).can_answer)


@pages.post("/<code>/<act>")
def act(code: str, act: str) -> Response:
    return _do(code, act)


def _checked(code: str, act: str) -> Response:
    """Send, or first say what there is to say about the draft, which is kept meanwhile. What a person confirmed is these
    doubts about this text: another text is looked at anew."""
    form = AnswerForm()
    if form.validate():
        found = core().drafting.checked(viewer(), code, form.revision.data, form.text.data)
        if found.blocked or (found.doubts and form.confirmed.data != found.digest):
            with suppress(Refused):  # another answer is on its way: the act itself says so
                core().acts.save_draft(viewer(), code, form.text.data)
            return refused(code, act, form, None, warned=found)
    return _do(code, act)


def _to_answer(code: str) -> ItemPage:
    """The item; NotFound when it is not this person's to answer."""
    item = core().inbox.item(viewer(), code)
    if not item.may_work:
        raise NotFound
    return item


def _write_handoff(code: str, **extra: object) -> Response:
    """The page on which one reads, changes and sends the words to the citizen."""
    form, item = HandOffForm(), _to_answer(code)
    if not form.unit_id.validate(form):
        return refused(code, "teruskan", form, form.unit_id.errors[0])
    unit_id = form.unit_id.data
    words = form.text.data if "text" in request.form else core().drafting.handoff_text(viewer(), code, unit_id)
    unit = core().units.name(unit_id)
    if unit is None:
        return refused(code, "teruskan", form, "Unit itu tidak ada (lagi). Pilih unit lain.")
    if unit_id == item.unit_id:
        return refused(code, "teruskan", form, f"Butir ini sudah ada di {unit}.")
    origin = form.dari.data or ""
    shown = {"problem": None, "warned": None} | extra
    page = render_template("handoff.html", item=item, unit=unit, unit_id=unit_id, words=words, origin=origin, **shown)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if extra else HTTPStatus.OK)


def _do(code: str, act: str, **told: object) -> Response:
    chosen = ACTS.get(act) or TEAM_ACTS.get(act)
    if chosen is None:
        abort(HTTPStatus.NOT_FOUND)
    form = chosen.form()
    if not form.validate():
        return refused(code, act, form, next(iter(form.errors.values()))[0])
    try:
        said = chosen.run(core().acts, viewer(), code, form, **told)
    except (NotFound, Conflict):
        raise
    except Refused as refusal:
        if isinstance(form, HandOffForm):
            return _write_handoff(code, problem=str(refusal))
        return refused(code, act, form, str(refusal))
    if said or chosen.done:
        flash(
            said or chosen.done,
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


def refused(code: str, act: str, form: ActForm, problem: str | None, **extra: object) -> Response:
    """The item's page again, with what was not done, why, and what was typed."""
    page = _page(code, form.dari.data or "", failed=act, problem=problem, typed=request.form, **extra)
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
    extra["desk"] = core().drafting.desk(viewer(), item)
    shown: dict[str, object] = {"failed": None, "problem": None, "typed": {}, "warned": None, "preview": None} | extra
    return render_template(template, item=item, origin=origin, back=back, in_pane=in_pane, **shown)
