"""Plugins: which platforms can be read, and why one cannot."""

from __future__ import annotations

from flask import Blueprint, render_template

from web.context import core, viewer

pages = Blueprint("plugins", __name__)


@pages.get("/plugin")
def index() -> str:
    return render_template("plugins.html", rows=core().registry.plugins(viewer()))
