"""Log in, log out, change the password."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import Refused, TooManyAttempts
from web.context import core, device, viewer, viewer_or_none
from web.forms.session import LogInForm, PasswordForm
from web.security import COOKIE, forget, local_path, remember

pages = Blueprint("session", __name__)


@pages.route("/masuk", methods=["GET", "POST"])
def log_in() -> Response:
    target = local_path(request.values.get("lanjut")) or url_for("inbox.home")
    form = LogInForm()
    if form.validate_on_submit():
        return _try_to_log_in(form, target)
    if viewer_or_none() is not None and request.method == "GET":
        return redirect(target)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template("log_in.html", form=form, target=target, problem=None), status)


def _try_to_log_in(form: LogInForm, target: str) -> Response:
    try:
        token = core().people.log_in(form.login.data.strip(), form.password.data, device())
    except Refused as refusal:
        status = HTTPStatus.UNAUTHORIZED
        page = render_template("log_in.html", form=form, target=target, problem=str(refusal))
        if not isinstance(refusal, TooManyAttempts):
            return make_response(page, status)
        wait = {"Retry-After": str(int(refusal.retry_after) + 1)}
        return make_response(page, HTTPStatus.TOO_MANY_REQUESTS, wait)
    old = request.cookies.get(COOKIE)
    if old:
        core().people.log_out(old)
    return remember(redirect(target), token)


@pages.post("/keluar")
def log_out() -> Response:
    core().people.log_out(request.cookies[COOKIE])
    return forget(redirect(url_for("session.log_in")))


@pages.route("/kata-sandi", methods=["GET", "POST"])
def password() -> Response:
    form = PasswordForm()
    problem = None
    if form.validate_on_submit():
        try:
            token = core().people.change_password(viewer(), form.old.data, form.new.data, device())
        except Refused as refusal:
            problem = str(refusal)
        else:
            flash("Kata sandi diganti. Perangkat lain sudah dikeluarkan.")
            return remember(redirect(url_for("session.password")), token)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or problem else HTTPStatus.OK
    return make_response(render_template("password.html", form=form, problem=problem), status)
