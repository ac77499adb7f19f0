"""Triage: one item at a time, three likely units as big buttons, down to an honest zero."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from aggregator.services.inbox import Filter, Row
from web.context import core, viewer

pages = Blueprint("triage", __name__)


@pages.get("/triase")
def show() -> str:
    page = core().inbox.page(viewer(), Filter(tab="triage"))
    row = _next(page.rows, request.args.get("lewati"))
    item = core().inbox.item(viewer(), row.code) if row else None
    return render_template("triage.html", item=item, left=page.tabs["triage"], coverage=page.coverage)


def _next(rows: tuple[Row, ...], skipped: str | None) -> Row | None:
    """The first row, or the one after the row that was skipped; from the top again after the last."""
    codes = [row.code for row in rows]
    at = codes.index(skipped) + 1 if skipped in codes else 0
    return rows[at % len(rows)] if rows else None
