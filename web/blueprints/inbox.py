"""The queue: lists with filters in the URL, and the units with their numbers."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.inbox import Filter
from web.context import core, viewer
from web.offline import keep_offline
from web.place import Place

pages = Blueprint("inbox", __name__)
FRAGMENT = "X-Sahut-Fragment"  # the header our script asks with when it wants a part of a page


@pages.get("/")
def home() -> Response | str:
    """Where a person begins: what waits for them, at once and not by a detour."""
    return queue() if viewer().reads_items else redirect(url_for("accounts.index"))


@pages.get("/antrean")
def queue() -> str:
    place = Place.of(request.args)
    page = core().inbox.page(viewer(), place.filter, older_than=place.older_than, newer_than=place.newer_than)
    if not any(row.confidential for row in page.rows):  # every look at one of them is noted: none is kept on a phone
        keep_offline()
    template = "parts/queue.html" if FRAGMENT in request.headers else "queue.html"
    return render_template(
        template,
        page=page,
        place=place,
        items=url_for("item.show", code=""),
        opened=request.args.get("butir", ""),
    )


@pages.get("/antrean/berikutnya")
def next_item() -> Response:
    """The next one that waits below the item `setelah` and that no colleague has; the list when there is none."""
    place, done = Place.of(request.args), request.args.get("setelah", "")
    wanted = replace(place.filter, tab="open" if place.filter.tab == "all" else place.filter.tab)
    below = core().inbox.page(viewer(), wanted, older_than=done).rows
    free = (row for row in below if row.code != done and row.claimed_by in (None, viewer().name))
    row = next(free, None)
    if row is None:
        return redirect(f"{url_for('inbox.queue')}?{place.query()}".rstrip("?"))
    return redirect(url_for("item.show", code=row.code, dari=place.query() or None))


@pages.get("/unit")
def units() -> str:
    page = core().inbox.page(viewer(), Filter())
    wanted = request.args.get("cari", "").strip().casefold()
    shown = [unit for unit in page.units if wanted in unit.name.casefold()]
    shown.sort(key=lambda unit: (-unit.late, -unit.waiting, unit.name))
    return render_template("units.html", units=shown, coverage=page.coverage, searched=request.args.get("cari", ""))
