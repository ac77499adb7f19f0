"""The page behind an invitation: choose a password and be in."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import NotFound, Refused
from web.context import core, device
from web.forms.people import WelcomeForm
from web.security import COOKIE, remember

pages = Blueprint("invitations", __name__)


@pages.route("/undangan/<token>", methods=["GET", "POST"])
def accept(token: str) -> Response:
    form = WelcomeForm()
    try:
        welcome = core().invitations.look(token)
        if form.validate_on_submit():
            return _enter(core().invitations.accept(token, form.new.data, device()))
    except NotFound as gone:
        return make_response(render_template("invitation_over.html", problem=str(gone)), HTTPStatus.NOT_FOUND)
    except Refused as refusal:
        page = render_template("welcome.html", form=form, welcome=welcome, problem=str(refusal))
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return make_response(render_template("welcome.html", form=form, welcome=welcome, problem=None), status)


def _enter(token: str) -> Response:
    old = request.cookies.get(COOKIE)
    if old:
        core().people.log_out(old)
    return remember(redirect(url_for("inbox.home")), token)
