"""Triage: one item at a time, three likely units as big buttons, down to an honest zero; and a look at what was hidden."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.domain.triage.outside import suggested_answer
from aggregator.services.errors import NotFound
from aggregator.services.inbox import Filter, ItemPage, Row
from web.context import core, viewer

pages = Blueprint("triage", __name__)


@pages.get("/triase")
def show() -> str:
    page = core().inbox.page(viewer(), Filter(tab="triage"))
    code = request.args.get("butir") or _next(page.rows, request.args.get("lewati"))
    item = _item(code)
    suggested = suggested_answer(item.topic, item.body) if item and item.outside else None
    return render_template(
        "triage.html", item=item, left=page.tabs["triage"], coverage=page.coverage, suggested=suggested
    )


@pages.get("/triase/tinjau")
def review() -> str:
    """A handful of what triage hid as needing no answer, drawn by lot."""
    return render_template("review.html", page=core().inbox.hidden(viewer()))


@pages.post("/triase/tinjau/<code>")
def reviewed(code: str) -> Response:
    """Rightly hidden, or opened again."""
    item = core().inbox.item(viewer(), code)
    if request.form.get("benar"):
        core().acts.rightly_hidden(viewer(), code, item.revision)
        flash("Dicatat: memang tidak perlu jawaban.")
    else:
        core().acts.reopen(viewer(), code, item.revision, "Ternyata perlu jawaban.")
        flash("Butir dibuka lagi.", url_for("item.show", code=code))
    return redirect(url_for("triage.review"))


def _item(code: str | None) -> ItemPage | None:
    try:
        return core().inbox.item(viewer(), code) if code else None
    except NotFound:
        return None


def _next(rows: tuple[Row, ...], skipped: str | None) -> str | None:
    """The first row, or the one after the row that was skipped; from the top again after the last."""
    codes = [row.code for row in rows]
    at = codes.index(skipped) + 1 if skipped in codes else 0
    return codes[at % len(codes)] if codes else None
