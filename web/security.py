"""The gate every request passes: who is it, may they, did the form come from our own page; and what every
response carries."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from aggregator.services.people import Stage
from web.access import NEEDS, Need
from web.context import core

COOKIE = "sahut_session"
LONGEST_SESSION = 12 * 3600  # seconds; the service ends an idle one after 30 minutes
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
STATIC = frozenset({"static", "bootstrap.static"})
STEPS = {Stage.CODE: "second_factor.code", Stage.ENROL: "second_factor.enrol"}  # what is still to do to be let in
# Nobody logs in to these, no form of ours is sent to them.
UNATTENDED = STATIC | {"hooks.receive", "offline.manifest", "offline.worker", "offline.page"}
UPLOAD = "teamwork.attach"  # the one form that may be large, and only of who is logged in
LONGEST_UPLOAD = 6 * 1024 * 1024  # bytes: a file of 5 MB with its form; a larger file is told so by the service
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; "
    "worker-src 'self'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)

csrf = CSRFProtect()


def init_security(app: Flask, secret: bytes, *, https: bool) -> None:
    """Set the gate up. Order matters: the origin, then the person, then the form's token."""
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME="sahut_form",  # the form token and the next page's notice
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a long answer must not die of its token
        WTF_CSRF_SSL_STRICT=False,  # our own check below covers http as well
        WTF_CSRF_CHECK_DEFAULT=False,  # called below, after the person is known
    )
    app.before_request(_gate)
    app.after_request(_seal)
    csrf.init_app(app)


def _gate() -> AnyResponse | None:
    if request.endpoint in UNATTENDED:
        return None
    token = request.cookies.get(COOKIE)
    standing = core().people.behind(token) if token else None
    g.comer = standing.viewer if standing else None
    g.viewer = g.comer if standing and standing.stage is Stage.FULL else None
    if request.endpoint == UPLOAD and g.viewer is not None:
        request.max_content_length = LONGEST_UPLOAD
    if request.method not in SAFE_METHODS:
        _refuse_foreign_forms()
    if request.endpoint is None:
        return None  # 404 or 405: nothing to protect
    need = NEEDS[request.endpoint]
    if need is Need.NOBODY:
        return None
    if standing is None:
        return _ask_to_log_in()
    if standing.stage in STEPS:
        return _lead_to(STEPS[standing.stage])
    if not need.met_by(g.viewer):
        abort(HTTPStatus.FORBIDDEN)
    return None


def _lead_to(step: str) -> AnyResponse | None:
    """Whoever gave the password only may take the next step, or leave; nothing else."""
    if request.endpoint in (step, "session.log_out"):
        return None
    return redirect(url_for(step, lanjut=_here() if request.method in SAFE_METHODS else None))


def _refuse_foreign_forms() -> None:
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if source is not None and urlsplit(source).netloc != request.host:
        raise CSRFError("foreign origin")
    csrf.protect()


def _ask_to_log_in() -> AnyResponse:
    if request.method not in SAFE_METHODS:
        abort(HTTPStatus.UNAUTHORIZED)
    return redirect(url_for("session.log_in", lanjut=_here()))


def _here() -> str | None:
    """The page that was asked for, to return to; None for the first one."""
    here = request.full_path if request.query_string else request.path
    return None if here == "/" else here


def remember(response: AnyResponse, token: str) -> AnyResponse:
    """Hand a new session to the browser. The form token of the session before dies with it."""
    session.pop("csrf_token", None)
    response.set_cookie(
        COOKIE, token, max_age=LONGEST_SESSION, httponly=True, samesite="Lax", secure=core().settings.https
    )
    return response


def forget(response: AnyResponse) -> AnyResponse:
    """Take the session from the browser."""
    session.clear()
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=core().settings.https)
    return response


def local_path(target: str | None) -> str | None:
    """The target when it is a path of this very site, None otherwise: no open redirect."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if "\\" in target or any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return target if not parts.scheme and not parts.netloc else None


def _seal(response: Response) -> Response:
    for name, value in HEADERS:
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint not in STATIC or response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
