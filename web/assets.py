"""Addresses of static files with a hash of their content, so they may be kept for ever; gzip for slow lines."""

from __future__ import annotations

import gzip
import hashlib
import io
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import cast

from flask import Flask, Response, request, url_for

FILES = {
    "bootstrap": ("bootstrap.static", "css/bootstrap.min.css"),
    "theme": ("static", "sahut.css"),
    "offline_theme": ("static", "offline.css"),
    "script": ("static", "sahut.js"),
    "pen": ("static", "pen.js"),
    "icons": ("static", "icons.svg"),
    "mark": ("static", "mark.svg"),
    "rooms": ("static", "rooms.css"),
    "reach": ("static", "reach.js"),
    "drafts": ("static", "drafts.js"),
    "sending": ("static", "sending.js"),
    "offline": ("static", "offline.js"),
    "icon_192": ("static", "icon-192.png"),
    "icon_512": ("static", "icon-512.png"),
}
SMALLEST = 1024  # bytes: below, the wrapping costs more than it saves
LEVEL = 5
LONGEST_NAME = 100
TEXTUAL = ("text/", "application/javascript", "application/json", "image/svg+xml")


def addresses(app: Flask) -> dict[str, str]:
    """The address of each file a page loads, by its name in templates."""
    folders = {"static": app.static_folder, "bootstrap.static": app.blueprints["bootstrap"].static_folder}
    with app.test_request_context():
        return {
            name: url_for(endpoint, filename=path, v=digest((Path(str(folders[endpoint])) / path).read_bytes()))
            for name, (endpoint, path) in FILES.items()
        }


def addresses_of(app: Flask) -> Mapping[str, str]:
    """The same, as templates have them (`web/templating.py`): made once."""
    return cast("Mapping[str, str]", app.jinja_env.globals["asset"])


def digest(content: bytes) -> str:
    """The version of a file: it changes with its content."""
    return hashlib.sha256(content).hexdigest()[:12]


class Gzip:
    """An after_request step. Static files are compressed once, pages each time."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def __call__(self, response: Response) -> Response:
        if not (response.mimetype or "").startswith(TEXTUAL):
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code != HTTPStatus.OK or not request.accept_encodings["gzip"]:
            return response
        etag, _ = response.get_etag()
        if etag is not None:
            self._wrap_file(response, etag)
        elif len(response.get_data()) >= SMALLEST:
            _replace(response, _page(response.get_data()))
        return response

    def _wrap_file(self, response: Response, etag: str) -> None:
        key = f"{request.path} {etag}"
        if key not in self._kept:
            response.direct_passthrough = False
            self._kept[key] = gzip.compress(response.get_data(), 9)
        response.set_etag(etag, weak=True)
        _replace(response, self._kept[key])


def _replace(response: Response, body: bytes) -> None:
    response.direct_passthrough = False
    response.set_data(body)
    response.headers["Content-Encoding"] = "gzip"


def _page(body: bytes) -> bytes:
    """Gzip with a name of random length in its header: its size tells nothing of a secret in it (BREACH)."""
    out = io.BytesIO()
    name = "p" * (1 + secrets.randbelow(LONGEST_NAME))
    with gzip.GzipFile(name, "wb", LEVEL, out, mtime=0) as packed:
        packed.write(body)
    return out.getvalue()
