"""Where the links in a message lead: “saya kerjakan” and “bukan kami”. Opening such a link does nothing but show the item
with one button; whoever is not logged in logs in first and comes back here."""

from __future__ import annotations

from flask import Blueprint, render_template

from aggregator.services.errors import NotFound
from web.context import core, viewer

pages = Blueprint("onetap", __name__, url_prefix="/butir")


@pages.get("/<code>/<any(ambil, kembalikan):act>")
def ask(code: str, act: str) -> str:
    item = core().inbox.item(viewer(), code)
    if not item.may_work:
        raise NotFound
    return render_template("onetap.html", item=item, act=act)
