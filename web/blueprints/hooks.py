"""Webhooks: what platforms send by themselves. No person, no session, no page; the words in it are never logged."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from aggregator.services.pushes import MAX_BODY
from web.context import core

pages = Blueprint("hooks", __name__)


@pages.route("/kait/<platform>", methods=["GET", "POST"], strict_slashes=False)
def receive(platform: str) -> Response:
    """Keep a call and say so at once, or answer a platform that checks the address (most ask by GET, some by POST).
    With and without a slash at the end: a redirect would lose the body."""
    source = core().sources.get(platform)
    if source is None or not source.pushes:
        return _plain(HTTPStatus.NOT_FOUND)
    request.max_content_length = MAX_BODY
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    headers, query = dict(request.headers), request.args.to_dict()
    if request.method == "POST" and core().receiver.accept(platform, headers, query, body):
        return _plain(HTTPStatus.OK)
    said = core().receiver.challenge(platform, headers, query, body)
    return _plain(HTTPStatus.FORBIDDEN) if said is None else _plain(HTTPStatus.OK, said)


def _plain(status: HTTPStatus, text: str = "") -> Response:
    return Response(text, status, mimetype="text/plain")
