"""What the device of an official may keep of Sahut: marks that name a session and a person without telling who they are,
and the word to our own script where the next page is."""

from __future__ import annotations

import hmac
from hashlib import sha256
from http import HTTPStatus

from flask import Flask, Response, current_app, g, request

from web.context import core, viewer_or_none
from web.security import COOKIE

KEEP = "X-Sahut-Keep"  # on a page the service worker may keep: the mark of the session it was shown to
SEND = "X-Sahut-Send"  # a form that our script sends: it wants to be told where to go, not to be sent there
GO = "X-Sahut-Go"
_MARK_LENGTH = 16  # hex digits: two sessions of one device never share one


def init_offline(app: Flask) -> None:
    """Mark the pages that were said to be kept, and answer scripted forms."""
    app.after_request(_mark)
    app.after_request(_tell_script)
    app.context_processor(lambda: {"person_mark": person_mark})


def keep_offline() -> None:
    """The page of this request may be kept on the device and read there without a network (`SAHUT_OFFLINE_PAGES`)."""
    g.keep_offline = core().settings.offline_pages


def person_mark() -> str:
    """Tells apart whose drafts lie on a device; the same for each session of one person."""
    viewer = viewer_or_none()
    return _mark_of("person", str(viewer.person_id)) if viewer else ""


def session_mark(token: str) -> str:
    """Tells apart which session a kept page belongs to; the token cannot be found from it."""
    return _mark_of("session", token)


def _mark_of(kind: str, value: str) -> str:
    key = current_app.config["SECRET_KEY"]
    return hmac.new(key, f"{kind} {value}".encode(), sha256).hexdigest()[:_MARK_LENGTH]


def _mark(response: Response) -> Response:
    token = request.cookies.get(COOKIE)
    if token and g.get("keep_offline") and response.status_code == HTTPStatus.OK:
        response.headers[KEEP] = session_mark(token)
    return response


def _tell_script(response: Response) -> Response:
    """A redirect's target is hidden from scripts; following it would load the page twice."""
    if SEND in request.headers and response.location and 300 <= response.status_code < 400:
        response.headers[GO] = response.headers.pop("Location")
        response.status_code = HTTPStatus.NO_CONTENT
        response.set_data(b"")
    return response
