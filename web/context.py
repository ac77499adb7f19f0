"""What a view needs of the request: the core, the person, the time."""

from __future__ import annotations

from typing import cast

from flask import current_app, g, request

from aggregator.app import App
from aggregator.domain.access import Viewer
from web.dates import Dates
from web.devices import device_of


def core() -> App:
    """The composition root that `create_app` was given."""
    return cast(App, current_app.extensions["sahut"])


def viewer() -> Viewer:
    """The person who is logged in: only views that need one are reached (web/access.py)."""
    return cast(Viewer, g.viewer)


def viewer_or_none() -> Viewer | None:
    return cast("Viewer | None", g.get("viewer"))


def comer() -> Viewer:
    """The person behind a session that may be half open: for the steps of logging in."""
    return cast(Viewer, g.comer)


def device() -> str:
    """The browser of this request in a few words."""
    return device_of(request.headers.get("User-Agent", ""))


def dates() -> Dates:
    """The words for times as seen from this request's moment."""
    if "dates" not in g:
        g.dates = Dates(core().settings.timezone, core().clock())
    return cast(Dates, g.dates)
