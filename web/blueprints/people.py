"""Pengguna: the people who work with Sahut, for Diskominfo's admins."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.domain.access import Right, Role
from aggregator.services.errors import Refused
from aggregator.services.people import Newcomer
from aggregator.services.people.staff import ACTIVE, PersonPage
from web.context import core, viewer
from web.forms.people import ChangeForm, GrantForm, InviteForm, LeaveForm, PersonForm
from web.terms import PERSON_STATES, ROLES

pages = Blueprint("people", __name__, url_prefix="/pengguna")


@pages.get("")
def index() -> str:
    asked = request.args
    state = asked["tampil"] if asked.get("tampil") in PERSON_STATES else ACTIVE
    role = asked["peran"] if asked.get("peran") in ROLES else None
    after = asked.get("sesudah", "")
    search = asked.get("cari", "").strip()[:100]
    page = core().staff.list(
        viewer(),
        state=state,
        role=role,
        search=search,
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else None,
    )
    return render_template("people.html", page=page, state=state, role=role, searched=search, further=bool(after))


@pages.route("/undang", methods=["GET", "POST"])
def invite() -> Response:
    form = InviteForm()
    problem = None
    if form.validate_on_submit():
        try:
            person_id, token = core().invitations.invite(viewer(), _typed(form, form.login.data))
            return _link_page(person_id, token)
        except Refused as refusal:
            problem = str(refusal)
    return _form_page("person_invite.html", form, problem)


@pages.get("/<int:person_id>")
def show(person_id: int) -> Response:
    return _person_page(core().staff.person(viewer(), person_id), GrantForm(formdata=None))


@pages.route("/<int:person_id>/ubah", methods=["GET", "POST"])
def change(person_id: int) -> Response:
    page = core().staff.person(viewer(), person_id)
    known = page.person
    form = ChangeForm(
        name=known.name, role=known.role, unit=known.unit or "", email=known.email, confidential=page.confidential
    )
    problem = None
    if form.validate_on_submit():
        try:
            told = _typed(form, known.login)
            core().staff.change(viewer(), person_id, told, confidential=form.confidential.data)
            flash("Perubahan tersimpan.")
            return redirect(url_for("people.show", person_id=person_id))
        except Refused as refusal:
            problem = str(refusal)
    return _form_page("person_change.html", form, problem, person=known)


@pages.post("/<int:person_id>/tautan")
def link(person_id: int) -> Response:
    """A new link, for who lost theirs or forgot the password."""
    try:
        return _link_page(person_id, core().invitations.renew(viewer(), person_id))
    except Refused as refusal:
        return _refused(person_id, refusal)


@pages.route("/<int:person_id>/nonaktifkan", methods=["GET", "POST"])
def leave(person_id: int) -> Response:
    """What it touches first, then the act."""
    page = core().staff.person(viewer(), person_id)
    form = LeaveForm()
    if not form.validate_on_submit():
        return _form_page("person_leave.html", form, None, page=page)
    try:
        released = core().leaving.deactivate(viewer(), person_id, form.reason.data or "")
    except Refused as refusal:
        return _form_page("person_leave.html", form, str(refusal), page=page)
    flash(f"{page.person.name} tidak dapat masuk lagi. {released} butir kembali menunggu rekan-rekannya.")
    return redirect(url_for("people.show", person_id=person_id))


@pages.post("/<int:person_id>/aktifkan")
def reinstate(person_id: int) -> Response:
    try:
        core().leaving.reinstate(viewer(), person_id)
        return _link_page(person_id, core().invitations.renew(viewer(), person_id))
    except Refused as refusal:
        return _refused(person_id, refusal)


@pages.post("/<int:person_id>/lepas-pengaman")
def reset_factor(person_id: int) -> Response:
    core().second_factor.reset(viewer(), person_id)
    flash("Pengaman kedua dilepas. Ia diminta memasang yang baru bila perannya mewajibkan.")
    return redirect(url_for("people.show", person_id=person_id))


@pages.post("/<int:person_id>/lepas-sso")
def unbind(person_id: int) -> Response:
    core().staff.unbind(viewer(), person_id)
    flash("Ikatan dengan akun instansi dilepas.")
    return redirect(url_for("people.show", person_id=person_id))


@pages.post("/<int:person_id>/hak")
def give(person_id: int) -> Response:
    form = GrantForm()
    problem = None
    if form.validate():
        try:
            unit, right = core().units.find(form.unit.data), Right[form.right.data.upper()]
            core().substitutes.give(
                viewer(), person_id, unit.id, right, form.first.data, form.last.data, form.reason.data
            )
            flash("Hak diberikan. Ia berakhir sendiri pada tanggalnya.")
            return redirect(url_for("people.show", person_id=person_id, _anchor="hak"))
        except Refused as refusal:
            problem = str(refusal)
    return _person_page(core().staff.person(viewer(), person_id), form, problem)


@pages.post("/<int:person_id>/hak/<int:grant_id>/akhiri")
def end_grant(person_id: int, grant_id: int) -> Response:
    core().substitutes.end(viewer(), person_id, grant_id)
    flash("Hak itu berakhir sekarang.")
    return redirect(url_for("people.show", person_id=person_id, _anchor="hak"))


def _typed(form: PersonForm, login: str) -> Newcomer:
    """What the form says; raises Refused for a unit nobody knows."""
    unit = (form.unit.data or "").strip()
    return Newcomer(
        login=login,
        name=form.name.data,
        role=Role(form.role.data),
        unit_id=core().units.find(unit).id if unit else None,
        email=form.email.data,
    )


def _link_page(person_id: int, token: str) -> Response:
    """The only time the link is seen. Without a public address it leads where this admin is right now."""
    page = core().staff.person(viewer(), person_id)
    origin = (core().settings.public_url or request.host_url).rstrip("/")
    address = f"{origin}{url_for('invitations.accept', token=token)}"
    return make_response(render_template("person_link.html", page=page, address=address))


def _form_page(template: str, form: PersonForm | LeaveForm, problem: str | None, **more: object) -> Response:
    page = render_template(template, form=form, problem=problem, units=core().units.all(), **more)
    wrong = problem is not None or bool(form.errors)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _person_page(page: PersonPage, form: GrantForm, problem: str | None = None) -> Response:
    person = viewer()
    shown = render_template(
        "person.html",
        page=page,
        grants=core().substitutes.of(person, page.person.id),
        form=form,
        problem=problem,
        units=core().units.all(),
        own=page.person.id == person.person_id,
    )
    wrong = problem is not None or bool(form.errors)
    return make_response(shown, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)


def _refused(person_id: int, refusal: Refused) -> Response:
    return _person_page(core().staff.person(viewer(), person_id), GrantForm(formdata=None), str(refusal))
