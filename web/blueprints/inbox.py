"""The queue: lists with filters in the URL, and the units with their numbers."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.inbox import Filter
from web.context import core, viewer
from web.place import Place

pages = Blueprint("inbox", __name__)
FRAGMENT = "X-Sahut-Fragment"  # the header our script asks with when it wants a part of a page


@pages.get("/")
def home() -> Response:
    return redirect(url_for("inbox.queue" if viewer().reads_items else "accounts.index"))


@pages.get("/antrean")
def queue() -> str:
    place = Place.of(request.args)
    page = core().inbox.page(viewer(), place.filter, older_than=place.older_than, newer_than=place.newer_than)
    template = "parts/queue.html" if FRAGMENT in request.headers else "queue.html"
    return render_template(
        template,
        page=page,
        place=place,
        items=url_for("item.show", code=""),
        opened=request.args.get("butir", ""),
    )


@pages.get("/unit")
def units() -> str:
    page = core().inbox.page(viewer(), Filter())
    wanted = request.args.get("cari", "").strip().casefold()
    shown = [unit for unit in page.units if wanted in unit.name.casefold()]
    shown.sort(key=lambda unit: (-unit.late, -unit.waiting, unit.name))
    return render_template("units.html", units=shown, coverage=page.coverage, searched=request.args.get("cari", ""))
