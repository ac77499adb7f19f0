"""What Sahut tells a person, where it reaches them, and when not."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from aggregator.services.errors import NotFound, Refused
from aggregator.services.telling.board import Target
from aggregator.services.telling.contacts import Offer
from web.context import core, viewer
from web.forms.notices import CodeForm, WishesForm

pages = Blueprint("notices", __name__, url_prefix="/pemberitahuan")
GREATEST_ID = 2**63 - 1
LONGEST_SUBSCRIPTION = 4_000


@pages.get("")
def index() -> str:
    before = request.args.get("sebelum", "")
    older = int(before) if before.isdecimal() and before.isascii() and len(before) < 19 else None
    unread_only = request.args.get("tab") == "baru"
    page = core().telling.board.page(viewer(), older, unread_only=unread_only)
    return render_template("notices.html", page=page, older=older, unread_only=unread_only)


@pages.get("/<int:notice_id>")
def open_notice(notice_id: int) -> Response:
    """To whatever it tells of. Opening notes that it was read; nothing else happens."""
    if notice_id > GREATEST_ID:
        raise NotFound
    return redirect(_address(core().telling.board.open(viewer(), notice_id)))


@pages.post("/terbaca")
def read_all() -> Response:
    count = core().telling.board.read_all(viewer())
    flash("Semua ditandai terbaca." if count else "Tidak ada yang belum terbaca.")
    return redirect(url_for("notices.index"))


def _address(target: Target) -> str:
    if target.item is not None:
        return url_for("item.show", code=target.item)
    if target.triage and viewer().sorts:
        return url_for("triage.show")
    if target.account_id is not None:
        return url_for("accounts.show", account_id=target.account_id)
    if target.list == "accounts":
        return url_for("accounts.index")
    if target.list is not None and viewer().reads_items:
        return url_for("inbox.queue", tab="late" if target.list == "late" else None, unit=target.unit_id)
    return url_for("notices.index")


# -- what reaches me, and where ----------------------------------------------------------------------------------------


@pages.get("/saya")
def mine() -> Response:
    return _mine(_wishes_form())


@pages.post("/saya")
def keep() -> Response:
    form = WishesForm()
    if not form.validate():
        return _mine(form)
    try:
        core().telling.choices.keep(viewer(), form.cells(), form.start.data, form.end.data, form.zone.data)
    except Refused as refusal:
        return _mine(form, str(refusal))
    flash("Pilihan Anda tersimpan.")
    return redirect(url_for("notices.mine"))


@pages.post("/alamat/<medium>")
def add_address(medium: str) -> Response:
    """Add where one is reached: an address to which a code goes, or a code to be sent from there."""
    typed = request.form.get("address", "")
    try:
        if medium in {offer.name for offer in core().telling.contacts.offers() if offer.listens}:
            core().telling.contacts.expect(viewer(), medium)
            flash("Kirim kode di bawah ini dari aplikasi itu. Sahut menunggunya selama 15 menit.")
        else:
            core().telling.contacts.add(viewer(), medium, typed)
            flash("Kode dikirim ke alamat itu. Masukkan kodenya di bawah.")
    except Refused as refusal:
        return _mine(_wishes_form(), str(refusal), failed=medium, typed=typed)
    return redirect(url_for("notices.mine"))


@pages.post("/alamat/<int:contact_id>/kode")
def confirm_address(contact_id: int) -> Response:
    form = CodeForm()
    try:
        core().telling.contacts.confirm(viewer(), contact_id, form.code.data or "")
    except Refused as refusal:
        return _mine(_wishes_form(), str(refusal), failed=str(contact_id))
    flash("Alamat dipastikan. Pemberitahuan dikirim ke sana mulai sekarang.")
    return redirect(url_for("notices.mine"))


@pages.post("/alamat/<int:contact_id>/hapus")
def remove_address(contact_id: int) -> Response:
    core().telling.contacts.remove(viewer(), contact_id)
    flash("Alamat dihapus. Tidak ada lagi yang dikirim ke sana.")
    return redirect(url_for("notices.mine"))


# -- browsers ----------------------------------------------------------------------------------------------------------


@pages.get("/perangkat")
def device_key() -> Response:
    """What a browser needs to subscribe: {"key": the sender's public key in base64url}, or null while nobody can."""
    offer = _by_browser()
    return jsonify(key=offer.public.get("key") if offer else None)


@pages.post("/perangkat")
def add_device() -> Response:
    """Take a PushSubscription as `toJSON()` writes it. 422 with {"error": words} when it cannot be used."""
    return _device(lambda medium, told: core().telling.contacts.add_device(viewer(), medium, told))


@pages.delete("/perangkat")
def remove_device() -> Response:
    """Forget this browser."""
    return _device(lambda medium, told: core().telling.contacts.remove_device(viewer(), medium, told))


def _device(act: object) -> Response:
    offer = _by_browser()
    told = request.get_data(as_text=True, cache=True)
    try:
        if offer is None or len(told) > LONGEST_SUBSCRIPTION:
            raise Refused("Pemberitahuan di perangkat ini belum dapat dipakai.")
        act(offer.name, told)  # type: ignore[operator]
    except Refused as refusal:
        return make_response(jsonify(error=str(refusal)), HTTPStatus.UNPROCESSABLE_ENTITY)
    return make_response("", HTTPStatus.NO_CONTENT)


def _by_browser() -> Offer | None:
    return next((offer for offer in core().telling.contacts.offers() if offer.public.get("key")), None)


def _wishes_form() -> WishesForm:
    return WishesForm.of(core().telling.choices.of(viewer()))


def _mine(form: WishesForm, problem: str | None = None, failed: str | None = None, typed: str = "") -> Response:
    house, person = core().telling, viewer()
    wrong = bool(problem or form.errors)
    page = render_template(
        "notices_mine.html",
        form=form,
        wishes=house.choices.of(person),
        ticked=form.ticked(house.choices.of(person).wanted),
        contacts=house.contacts.of(person),
        offers=house.contacts.offers(),
        problem=problem,
        failed=failed,
        typed=typed,
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK)
