"""Around answers: what waits for a second person, templates, hand-offs, and the rules and election periods that Diskominfo
keeps."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import NotFound, Refused
from web.context import core, viewer
from web.forms.answers import ElectionForm, TemplateForm, UnitRuleForm, form_of_rule, form_of_template

pages = Blueprint("answers", __name__, url_prefix="/jawaban")
_CHANGED = {
    "setujui": "Templat disetujui dan bisa dipakai.",
    "hentikan": "Templat tidak dipakai lagi; isinya tetap tersimpan.",
}


# -- a second person's word ------------------------------------------------------------------------------------------------


@pages.get("/persetujuan")
def approvals() -> str:
    return render_template("approvals.html", rows=core().second_word.approvals(viewer()))


@pages.get("/verifikasi")
def closures() -> str:
    return render_template("closures.html", rows=core().second_word.closures(viewer()))


@pages.get("/serah-terima")
def handoffs() -> str:
    return render_template("handoffs.html", rows=core().handoff_figures.page(viewer()))


# -- templates -------------------------------------------------------------------------------------------------------------


@pages.get("/templat")
def templates() -> str:
    return render_template("answer_templates.html", rows=core().answer_templates.page(viewer()))


@pages.get("/templat/baru")
def new_template() -> str:
    form = TemplateForm(formdata=None, unit_id=str(viewer().unit_id or ""))
    return _template_page(form)


@pages.get("/templat/<int:template_id>")
def template(template_id: int) -> str:
    return _template_page(form_of_template(core().answer_templates.one(viewer(), template_id)), template_id)


@pages.post("/templat/simpan")
def keep_template() -> Response:
    form = TemplateForm()
    template_id = form.id.data or 0
    if not form.validate():
        return make_response(_template_page(form, template_id), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        kept = core().answer_templates.save(viewer(), template_id, form.revision.data or 0, form.wording())
    except Refused as refusal:
        return make_response(_template_page(form, template_id, problem=str(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash("Templat tersimpan. Bisa dipakai setelah disetujui.")
    return redirect(url_for("answers.template", template_id=kept))


@pages.post("/templat/<int:template_id>/<act>")
def change_template(template_id: int, act: str) -> Response:
    revision = request.form.get("revision", "")
    if act not in _CHANGED or not (revision.isdecimal() and revision.isascii() and len(revision) < 10):
        raise NotFound
    change = core().answer_templates.approve if act == "setujui" else core().answer_templates.retire
    try:
        change(viewer(), template_id, int(revision))
    except Refused as refusal:
        form = form_of_template(core().answer_templates.one(viewer(), template_id))
        return make_response(_template_page(form, template_id, problem=str(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(_CHANGED[act])
    return redirect(url_for("answers.templates"))


def _template_page(form: TemplateForm, template_id: int = 0, *, problem: str | None = None) -> str:
    kept = core().answer_templates.one(viewer(), template_id) if template_id else None
    form.id.data = template_id
    return render_template(
        "answer_template.html",
        form=form,
        kept=kept,
        problem=problem,
        units=[unit for unit in core().units.all() if viewer().may_work(unit.id)],
    )


# -- rules and election periods --------------------------------------------------------------------------------------------


@pages.get("/aturan")
def rules() -> str:
    asked = request.args.get("unit", "")
    unit_id = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 10 else 0
    return _rules_page(form_of_rule(unit_id, core().answer_rules.one(unit_id)))


@pages.post("/aturan")
def keep_rule() -> Response:
    form = UnitRuleForm()
    if not form.validate():
        return make_response(_rules_page(form), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        core().answer_rules.save(viewer(), form.unit_id.data, form.rule())
    except Refused as refusal:
        return make_response(_rules_page(form, str(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash("Aturan tersimpan dan berlaku mulai sekarang.")
    return redirect(url_for("answers.rules"))


@pages.post("/aturan/<int:unit_id>/hapus")
def drop_rule(unit_id: int) -> Response:
    core().answer_rules.drop(viewer(), unit_id)
    flash("Aturan dihapus; unit itu mengikuti aturan di atasnya.")
    return redirect(url_for("answers.rules"))


def _rules_page(form: UnitRuleForm, problem: str | None = None) -> str:
    return render_template(
        "answer_rules.html", form=form, problem=problem, rows=core().answer_rules.page(), units=core().units.all()
    )


@pages.get("/pemilihan")
def elections() -> str:
    return render_template("elections.html", form=ElectionForm(), rows=core().elections.all())


@pages.post("/pemilihan")
def add_election() -> Response:
    form, problem = ElectionForm(), None
    if form.validate():
        told = (form.name.data, form.from_on.data, form.until_on.data, form.names.data)
        try:
            core().elections.add(viewer(), *told)
            flash("Masa pemilihan tersimpan.")
            return redirect(url_for("answers.elections"))
        except Refused as refusal:
            problem = str(refusal)
    page = render_template("elections.html", form=form, rows=core().elections.all(), problem=problem)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


@pages.post("/pemilihan/<int:election_id>/hapus")
def drop_election(election_id: int) -> Response:
    core().elections.drop(viewer(), election_id)
    flash("Masa pemilihan dihapus.")
    return redirect(url_for("answers.elections"))
