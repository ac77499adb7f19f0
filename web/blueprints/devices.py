"""Perangkat saya: where a person is logged in, and ending it there."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.context import core, viewer
from web.security import COOKIE

pages = Blueprint("devices", __name__, url_prefix="/perangkat")


@pages.get("")
def index() -> str:
    return render_template("devices.html", rows=core().sessions.of(viewer(), request.cookies[COOKIE]))


@pages.post("/<handle>/keluarkan")
def end(handle: str) -> Response:
    core().sessions.end(viewer(), handle)
    flash("Perangkat itu dikeluarkan.")
    return redirect(url_for("devices.index"))


@pages.post("/lainnya/keluarkan")
def end_others() -> Response:
    ended = core().sessions.end_others(viewer(), request.cookies[COOKIE])
    flash(f"{ended} perangkat lain dikeluarkan." if ended else "Tidak ada perangkat lain.")
    return redirect(url_for("devices.index"))
