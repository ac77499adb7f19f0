"""What Diskominfo teaches triage: rules with a trial before they are kept, words and places, quality and thresholds, and the
versions of the learned model."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.domain.triage.holders import is_place
from aggregator.services.errors import Refused
from aggregator.services.learning.rules import Trial
from aggregator.services.units import UnitChoice
from web.context import core, viewer
from web.forms.teaching import PlaceForm, RuleForm, SpellingForm, ThresholdForm, form_of

pages = Blueprint("teaching", __name__, url_prefix="/triase")


# -- rules -----------------------------------------------------------------------------------------------------------------


@pages.get("/aturan")
def rules() -> str:
    return render_template("rules.html", rows=core().rules.page())


@pages.get("/aturan/baru")
def new_rule() -> str:
    return _rule_page(RuleForm())


@pages.get("/aturan/<int:rule_id>")
def rule(rule_id: int) -> str:
    return _rule_page(form_of(core().rules.one(rule_id)), rule_id)


@pages.post("/aturan/simpan")
def keep_rule() -> Response:
    """Try a rule on last month's items, or keep it after that was seen."""
    form = RuleForm()
    rule_id = form.id.data or 0
    if not form.validate():
        return make_response(_rule_page(form, rule_id), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        wanted = form.rule()
        if not form.keep.data:
            return make_response(_rule_page(form, rule_id, trial=core().rules.trial(viewer(), wanted)))
        core().rules.save(viewer(), wanted)
    except Refused as refusal:
        return make_response(_rule_page(form, rule_id, problem=str(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash("Aturan tersimpan. Butir baru mengikutinya dalam setengah menit.")
    return redirect(url_for("teaching.rules"))


@pages.post("/aturan/<int:rule_id>/<act>")
def change_rule(rule_id: int, act: str) -> Response:
    house = core().rules
    if act == "naik":
        house.sooner(viewer(), rule_id)
    elif act in ("pakai", "hentikan"):
        house.switch(viewer(), rule_id, active=act == "pakai")
        flash("Aturan dipakai lagi." if act == "pakai" else "Aturan dihentikan; tersimpan untuk nanti.")
    elif act == "hapus":
        house.drop(viewer(), rule_id)
        flash("Aturan dihapus.")
    return redirect(url_for("teaching.rules"))


def _rule_page(form: RuleForm, rule_id: int = 0, *, trial: Trial | None = None, problem: str | None = None) -> str:
    form.id.data = rule_id
    units = core().units.all()
    return render_template(
        "rule.html",
        form=form,
        trial=trial,
        problem=problem,
        unit_choices=[(unit.id, unit.name) for unit in units],
        place_choices=[(unit.id, unit.name) for unit in _places(units)],
        account_choices=[(one.id, f"{one.title} ({one.platform_title})") for one in core().registry.accounts(viewer())],
    )


# -- words and places --------------------------------------------------------------------------------------------------------


@pages.get("/kata")
def words() -> str:
    return _word_page(SpellingForm(), PlaceForm())


@pages.post("/kata")
def add_spelling() -> Response:
    form = SpellingForm()
    if not form.validate():
        return make_response(_word_page(form, PlaceForm(formdata=None)), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        core().words.add_spelling(viewer(), form.spelling.data, form.meaning.data, form.region.data or "")
    except Refused as refusal:
        form.spelling.errors = [str(refusal)]
        return make_response(_word_page(form, PlaceForm(formdata=None)), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash("Ejaan tersimpan.")
    return redirect(url_for("teaching.words"))


@pages.post("/kata/hapus")
def drop_spelling() -> Response:
    core().words.drop_spelling(viewer(), request.form.get("spelling", ""))
    flash("Ejaan dihapus.")
    return redirect(url_for("teaching.words"))


@pages.post("/tempat")
def add_place() -> Response:
    form = PlaceForm()
    if not form.validate():
        return make_response(_word_page(SpellingForm(formdata=None), form), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        core().words.add_place(viewer(), form.name.data, form.kind.data or "", form.unit_id.data)
    except Refused as refusal:
        form.name.errors = [str(refusal)]
        return make_response(_word_page(SpellingForm(formdata=None), form), HTTPStatus.UNPROCESSABLE_ENTITY)
    flash("Tempat tersimpan.")
    return redirect(url_for("teaching.words"))


@pages.post("/tempat/<int:place_id>/hapus")
def drop_place(place_id: int) -> Response:
    core().words.drop_place(viewer(), place_id)
    flash("Tempat dihapus.")
    return redirect(url_for("teaching.words"))


def _word_page(spelling: SpellingForm, place: PlaceForm) -> str:
    return render_template(
        "words.html", page=core().words.page(), spelling=spelling, place=place, places=_places(core().units.all())
    )


def _places(units: tuple[UnitChoice, ...]) -> list[UnitChoice]:
    return [one for one in units if is_place(one.kind, one.name)]


# -- quality, thresholds -------------------------------------------------------------------------------------------------------


@pages.get("/mutu")
def quality() -> str:
    return _quality_page(ThresholdForm())


@pages.post("/mutu/batas")
def threshold() -> Response:
    form = ThresholdForm()
    if not form.validate():
        return make_response(_quality_page(form), HTTPStatus.UNPROCESSABLE_ENTITY)
    core().thresholds.set(viewer(), form.unit_id.data, form.threshold())
    flash("Batas tersimpan. Butir baru mengikutinya dalam setengah menit.")
    return redirect(url_for("teaching.quality", unit=form.unit_id.data or None))


def _quality_page(form: ThresholdForm) -> str:
    asked = request.args.get("unit", "")
    unit_id = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 10 else None
    unit_id = unit_id if unit_id is not None and core().units.exists(unit_id) else None
    page = core().quality.page(unit_id)
    return render_template(
        "quality.html", page=page, form=form, unit_id=unit_id, unit=core().units.name(unit_id), units=core().units.all()
    )


# -- models ----------------------------------------------------------------------------------------------------------------


@pages.get("/model")
def models() -> str:
    return render_template("models.html", page=core().models.page())


@pages.post("/model/latih")
def train() -> Response:
    core().models.ask(viewer())
    flash("Pelatihan masuk antrean. Muat ulang halaman ini untuk melihat kemajuannya.")
    return redirect(url_for("teaching.models"))


@pages.post("/model/<int:model_id>/pakai")
def roll_back(model_id: int) -> Response:
    try:
        core().models.roll_back(viewer(), model_id)
    except Refused as refusal:
        page = render_template("models.html", page=core().models.page(), problem=str(refusal))
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    flash(f"Versi {model_id} dipakai lagi.")
    return redirect(url_for("teaching.models"))


@pages.post("/model/bawaan")
def packaged() -> Response:
    core().models.forget_all(viewer())
    flash("Triase memakai pengetahuan bawaan saja. Versi yang dipelajari tetap tersimpan.")
    return redirect(url_for("teaching.models"))
