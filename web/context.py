"""What a view needs of the request: the core, the person, the time."""

from __future__ import annotations

from typing import cast

from flask import current_app, g

from aggregator.app import App
from aggregator.domain.access import Viewer
from web.dates import Dates


def core() -> App:
    """The composition root that `create_app` was given."""
    return cast(App, current_app.extensions["sahut"])


def viewer() -> Viewer:
    """The person who is logged in: only views that need one are reached (web/access.py)."""
    return cast(Viewer, g.viewer)


def viewer_or_none() -> Viewer | None:
    return cast("Viewer | None", g.get("viewer"))


def dates() -> Dates:
    """The words for times as seen from this request's moment."""
    if "dates" not in g:
        g.dates = Dates(core().settings.timezone, core().clock())
    return cast(Dates, g.dates)
