"""Log-in through the government's own accounts: to the issuer and back."""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import Refused
from web.context import core, device
from web.forms.session import LogInForm
from web.security import COOKIE, local_path, remember

pages = Blueprint("sign_on", __name__, url_prefix="/masuk/sso")
STATE, TARGET = "sso_state", "sso_target"  # in the browser's signed cookie: the way back belongs to this very browser


@pages.get("")
def start() -> Response:
    """A link and no form: a form may lead to our own pages only."""
    try:
        address, state = core().sign_on.start()
    except Refused as refusal:
        return _failed(str(refusal))
    session[STATE] = state
    session[TARGET] = local_path(request.args.get("lanjut"))
    return redirect(address)


@pages.get("/kembali")
def back() -> Response:
    """Where the issuer sends people back to. Its own words are not shown: anyone can write them into a link."""
    expected, target = session.pop(STATE, ""), session.pop(TARGET, None)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if not expected or not compare_digest(expected.encode(), state.encode("utf-8", "surrogatepass")):
        return _failed("Masuk lewat akun instansi tidak dimulai dari peramban ini. Ulangi dari tombolnya.")
    if not code:
        return _failed("Akun instansi tidak memberikan izin. Coba lagi, atau masuk dengan kata sandi.")
    try:
        token = core().sign_on.finish(state, code, request.args.get("iss"), device())
    except Refused as refusal:
        return _failed(str(refusal))
    old = request.cookies.get(COOKIE)
    if old:
        core().people.log_out(old)
    return remember(redirect(target or url_for("inbox.home")), token)


def _failed(problem: str) -> Response:
    page = render_template("log_in.html", form=LogInForm(formdata=None), target=url_for("inbox.home"), problem=problem)
    return make_response(page, HTTPStatus.UNAUTHORIZED)
