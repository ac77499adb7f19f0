"""Several people at one item: who writes, who takes part, who follows, and the files beside it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from aggregator.services.acts import writes
from aggregator.services.attachments import NOTE
from aggregator.services.errors import Refused
from web.blueprints.inbox import FRAGMENT
from web.blueprints.item import MOST_UNITS, refused
from web.context import core, viewer
from web.forms.acts import ActForm
from web.forms.teamwork import PART, AttachForm, ShareForm
from web.place import Place

pages = Blueprint("teamwork", __name__, url_prefix="/butir")
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"  # a file is looked at, it never does anything


@pages.post("/<code>/mulai")
def write(code: str) -> Response:
    """“Mulai menulis”: asked by a button, or by our script when the answer field is opened."""
    pen = core().acts.begin_writing(viewer(), code)
    if FRAGMENT in request.headers:
        return make_response(render_template("parts/pen.html", pen=pen, here=url_for("item.show", code=code)))
    if not pen.mine:
        return refused(code, "mulai", ActForm(), writes(pen.name))
    return redirect(_item(code) + "#jawaban")


@pages.post("/<code>/ikuti")
def watch(code: str) -> Response:
    """Also for those who only read."""
    core().acts.watch(viewer(), code)
    flash("Anda mengikuti butir ini: Anda diberi tahu bila ada catatan, jawaban, atau dibuka lagi.", "message")
    return redirect(_item(code))


@pages.post("/<code>/berhenti-ikuti")
def unwatch(code: str) -> Response:
    core().acts.unwatch(viewer(), code)
    flash("Anda tidak lagi mengikuti butir ini.", "message")
    return redirect(_item(code))


@pages.get("/<code>/libatkan")
def share_choice(code: str) -> str:
    """First the unit, then what it is asked for."""
    return _share_page(code)


@pages.post("/<code>/libatkan")
def share(code: str) -> Response:
    form = ShareForm()
    try:
        if not form.validate():
            raise Refused(next(iter(form.errors.values()))[0])
        acts = core().acts
        run = acts.split if form.role.data == PART else acts.involve
        run(viewer(), code, form.revision.data, form.unit_id.data, form.reason.data)
    except Refused as refusal:
        return make_response(_share_page(code, str(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash("Unit itu diberi tahu dan sekarang melihat butir ini.", "message")
    return redirect(_item(code))


@pages.post("/<code>/lampiran")
def attach(code: str) -> Response:
    """A file; larger than other forms (web/security.py)."""
    form = AttachForm()
    if not form.validate():
        return refused(code, "lampiran", form, next(iter(form.errors.values()))[0])
    sent = form.file.data
    try:
        reused = core().attachments.attach(viewer(), code, sent.filename, sent.read(), form.purpose.data or NOTE)
    except Refused as refusal:
        return refused(code, "lampiran", form, str(refusal))
    flash("Tersimpan, tetapi foto ini pernah dipakai sebagai bukti. Periksa lagi." if reused else "Lampiran tersimpan.")
    return redirect(_item(code))


@pages.get("/<code>/lampiran/<int:attachment_id>")
def attachment(code: str, attachment_id: int) -> Response:
    """A file's bytes, for who may see its item. A PDF is saved, never opened inside our pages."""
    found = core().attachments.open(viewer(), code, attachment_id)
    saved = found.media_type == "application/pdf"
    answer = send_file(
        found.path.resolve(), found.media_type, as_attachment=saved, download_name=found.name, conditional=False
    )
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer


def _item(code: str) -> str:
    place = Place.of_query(request.form.get("dari", ""))
    return url_for("item.show", code=code, dari=place.query() or None)


def _share_page(code: str, problem: str | None = None) -> str:
    wanted = request.args.get("cari", "").strip().casefold()
    chosen = request.form.get("unit_id", request.args.get("unit", ""))
    item, units = core().inbox.item(viewer(), code), core().inbox.units(viewer())
    found = [one for one in units if wanted in f"{one.name} {one.short_name or ''}".casefold()]
    found = [one for one in found if one.id != item.unit_id]
    return render_template(
        "share.html",
        item=item,
        units=found[:MOST_UNITS],
        hidden_units=max(0, len(found) - MOST_UNITS),
        chosen=next((one for one in units if str(one.id) == chosen), None),
        searched=request.args.get("cari", ""),
        origin=request.values.get("dari", ""),
        problem=problem,
        typed=request.form,
    )
