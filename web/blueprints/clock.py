"""Rincian hari kerja: what counted of an item's time, and why the rest did not."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.context import core, viewer
from web.terms import STAGES

pages = Blueprint("clock", __name__, url_prefix="/butir")


@pages.get("/<code>/waktu")
def ledger(code: str) -> str:
    return render_template("ledger.html", page=core().working_time.ledger(viewer(), code), stages=STAGES)
