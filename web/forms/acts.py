"""What an official may do with an item: a table of acts, each with its form, its call and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from aggregator.domain.access import Viewer
from aggregator.services.acts import Acts

LONGEST_TEXT = 20_000
LONGEST_REASON = 1_000
GREATEST_ID = 2**31 - 1


class ActForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What every act carries: the revision the person saw, and where they came from."""

    revision = IntegerField(validators=[InputRequired("Muat ulang halaman ini."), NumberRange(0, GREATEST_ID)])
    dari = HiddenField()
    panel = HiddenField()


class RouteForm(ActForm):
    """To which unit, and why."""

    unit_id = IntegerField(
        "Unit tujuan",
        [InputRequired("Pilih unit tujuannya."), NumberRange(0, GREATEST_ID, "Pilih unit tujuannya.")],
    )
    reason = TextAreaField("Alasan (boleh kosong)", [Optional(), Length(max=LONGEST_REASON)])


class ReasonForm(ActForm):
    """An act that must say why."""

    reason = TextAreaField(
        "Alasan",
        [
            DataRequired("Tulis alasannya dalam satu kalimat."),
            Length(3, LONGEST_REASON, f"Tulis alasannya, paling panjang {LONGEST_REASON} huruf."),
        ],
    )


class TextForm(ActForm):
    """An answer, a draft or a note."""

    text = TextAreaField(
        "Jawaban",
        [
            DataRequired("Tulis dulu isinya."),
            Length(max=LONGEST_TEXT, message=f"Paling panjang {LONGEST_TEXT} huruf."),
        ],
    )


class NameForm(ActForm):
    """Whom to let open a confidential item."""

    login = StringField("Nama pengguna", [DataRequired("Tulis nama penggunanya."), Length(max=200)])


class UnnameForm(ActForm):
    """Whose name to take back."""

    person_id = IntegerField(validators=[InputRequired(), NumberRange(1, GREATEST_ID)])


@dataclass(frozen=True, slots=True)
class Act:
    """`leaves`: afterwards the item is no longer this person's work, so they return to the list."""

    form: type[ActForm]
    run: Callable[[Acts, Viewer, str, Any], None]
    done: str
    leaves: bool = False


def _reason(name: str) -> Callable[[Acts, Viewer, str, Any], None]:
    return lambda acts, who, code, f: getattr(acts, name)(who, code, f.revision.data, f.reason.data.strip())


def _bare(name: str) -> Callable[[Acts, Viewer, str, Any], None]:
    return lambda acts, who, code, f: getattr(acts, name)(who, code, f.revision.data)


def _route(acts: Acts, who: Viewer, code: str, form: Any) -> None:
    acts.route(who, code, form.revision.data, form.unit_id.data, (form.reason.data or "").strip() or None)


ACTS: Mapping[str, Act] = {
    "teruskan": Act(RouteForm, _route, "Butir diteruskan.", leaves=True),
    "ambil": Act(ActForm, _bare("claim"), "Butir ini sekarang Anda tangani."),
    "lepas": Act(ActForm, _bare("release"), "Butir dilepas; rekan lain bisa mengambilnya."),
    "jawab": Act(
        TextForm,
        lambda acts, who, code, f: acts.answer(who, code, f.revision.data, f.text.data),
        "Jawaban dikirim 15 detik lagi. Anda masih bisa mengurungkannya.",
    ),
    "draf": Act(TextForm, lambda acts, who, code, f: acts.save_draft(who, code, f.text.data), "Draf tersimpan."),
    "urungkan": Act(
        ActForm,
        lambda acts, who, code, _: acts.undo(who, code),
        "Tidak jadi dikirim; tersimpan sebagai draf.",
    ),
    "tempel": Act(
        TextForm,
        lambda acts, who, code, f: acts.copied(who, code, f.revision.data, f.text.data),
        "Dicatat. Jawaban dipastikan setelah terlihat di platform.",
    ),
    "pastikan": Act(ActForm, _bare("confirm"), "Dipastikan: butir ini sudah dijawab."),
    "bantah": Act(ActForm, _bare("deny"), "Dicatat: itu bukan jawaban untuk butir ini."),
    "di-tempat-lain": Act(ReasonForm, _reason("answered_elsewhere"), "Dicatat: sudah dijawab di tempat lain."),
    "kembalikan": Act(ReasonForm, _reason("give_back"), "Dikembalikan ke Diskominfo untuk disortir lagi.", leaves=True),
    "tutup": Act(ReasonForm, _reason("close"), "Butir ditutup."),
    "bukan-kewenangan": Act(ReasonForm, _reason("not_ours"), "Dicatat: bukan kewenangan kabupaten.", leaves=True),
    "tidak-perlu": Act(ReasonForm, _reason("no_answer_needed"), "Dicatat: tidak perlu jawaban.", leaves=True),
    "buka-lagi": Act(ReasonForm, _reason("reopen"), "Butir dibuka lagi."),
    "tunggu-warga": Act(
        ReasonForm, _reason("wait_for_citizen"), "Dicatat: menunggu warga. Hari yang dipakai menunggu tidak dihitung."
    ),
    "lanjutkan": Act(ActForm, _bare("go_on"), "Dicatat: tidak lagi menunggu warga."),
    "rahasiakan": Act(
        ReasonForm,
        _reason("make_confidential"),
        "Butir sekarang rahasia: hanya orang yang ditunjuk bisa membukanya.",
    ),
    "buka-rahasia": Act(ReasonForm, _reason("make_open"), "Butir tidak lagi rahasia."),
    "tunjuk": Act(
        NameForm,
        lambda acts, who, code, f: acts.name_person(who, code, f.login.data),
        "Orang itu sekarang bisa membuka butir ini.",
    ),
    "batal-tunjuk": Act(
        UnnameForm,
        lambda acts, who, code, f: acts.unname_person(who, code, f.person_id.data),
        "Penunjukan dibatalkan.",
    ),
    "catatan": Act(TextForm, lambda acts, who, code, f: acts.note(who, code, f.text.data), "Catatan tersimpan."),
}
