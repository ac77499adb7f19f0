"""The second factor: its step in logging in, setting it up, and looking after it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import Refused, TooManyAttempts
from web.context import comer, core, device, viewer, viewer_or_none
from web.forms.people import CodeForm
from web.qr import picture
from web.security import COOKIE, local_path, remember

pages = Blueprint("second_factor", __name__)


@pages.route("/masuk/kode", methods=["GET", "POST"])
def code() -> Response:
    """The second step of logging in."""
    target = _target()
    if viewer_or_none() is not None:
        return redirect(target)
    form = CodeForm()
    if not form.validate_on_submit():
        return _answer("code.html", form, target=target)
    try:
        token = core().second_factor.enter(comer(), form.code.data, device())
    except Refused as refusal:
        return _answer("code.html", form, refusal, target=target)
    core().people.log_out(request.cookies[COOKIE])
    return remember(redirect(target), token)


@pages.route("/masuk/pengaman", methods=["GET", "POST"])
def enrol() -> Response:
    """Set the factor up: on the way in for those who must, later for those who like."""
    form = CodeForm()
    try:
        told = core().second_factor.begin(comer())
    except Refused:
        return redirect(url_for("second_factor.show"))
    if not form.validate_on_submit():
        return _answer("enrol.html", form, enrolment=told, picture=picture(told.uri), target=_target())
    try:
        enrolled = core().second_factor.confirm(comer(), form.code.data, device())
    except Refused as refusal:
        return _answer("enrol.html", form, refusal, enrolment=told, picture=picture(told.uri), target=_target())
    page = render_template("recovery_codes.html", codes=enrolled.codes, target=_target(), fresh=True)
    return remember(make_response(page), enrolled.token)


@pages.get("/pengaman")
def show() -> Response:
    return _own_page(CodeForm())


@pages.post("/pengaman/kode-cadangan")
def renew_codes() -> Response:
    form = CodeForm()
    if not form.validate():
        return _own_page(form)
    try:
        codes = core().second_factor.renew_codes(viewer(), form.code.data)
    except Refused as refusal:
        return _own_page(form, refusal)
    page = render_template("recovery_codes.html", codes=codes, target=url_for("second_factor.show"), fresh=False)
    return make_response(page)


@pages.post("/pengaman/lepas")
def drop() -> Response:
    """Change to another telephone, or do without where that is allowed."""
    form = CodeForm()
    if not form.validate():
        return _own_page(form)
    try:
        token = core().second_factor.drop(viewer(), form.code.data, device())
    except Refused as refusal:
        return _own_page(form, refusal)
    flash("Pengaman kedua yang lama dilepas. Perangkat lain dikeluarkan.")
    return remember(redirect(url_for("second_factor.show")), token)


def _target() -> str:
    return local_path(request.values.get("lanjut")) or url_for("inbox.home")


def _own_page(form: CodeForm, refusal: Refused | None = None) -> Response:
    return _answer("factor.html", form, refusal, page=core().second_factor.page(viewer()))


def _answer(template: str, form: CodeForm, refusal: Refused | None = None, **more: object) -> Response:
    """The page with what is wrong; 429 and the wait when there were too many tries."""
    page = render_template(template, form=form, problem=str(refusal) if refusal else None, **more)
    if isinstance(refusal, TooManyAttempts):
        wait = {"Retry-After": str(int(refusal.retry_after) + 1)}
        return make_response(page, HTTPStatus.TOO_MANY_REQUESTS, wait)
    wrong = refusal is not None or bool(form.errors)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)
