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


class AnswerForm(TextForm):
    """An answer that goes out. `confirmed`: the doubts about this very text, seen and set aside."""

    confirmed = HiddenField()


class HandOffForm(ActForm):
    """To which unit a citizen is sent on, and in which words."""

    unit_id = IntegerField("Unit tujuan", [InputRequired("Pilih unit tujuannya."), NumberRange(0, GREATEST_ID)])
    text = TextAreaField(
        "Pesan kepada warga",
        [
            DataRequired("Tulis dulu pesannya."),
            Length(max=LONGEST_TEXT, message=f"Paling panjang {LONGEST_TEXT} huruf."),
        ],
    )
    confirmed = HiddenField()


class SelfSavedForm(TextForm):
    """A draft that a page saves by itself: with the one its typing began with."""

    base = HiddenField()


class NameForm(ActForm):
    """Whom to let open a confidential item."""

    login = StringField("Nama pengguna", [DataRequired("Tulis nama penggunanya."), Length(max=200)])


class UnnameForm(ActForm):
    """Whose name to take back."""

    person_id = IntegerField(validators=[InputRequired(), NumberRange(1, GREATEST_ID)])


@dataclass(frozen=True, slots=True)
class Act:
    """`done`: what the person is told; nothing when the page did it by itself. `leaves`: afterwards the item is no longer
    this person's work, so they return to the list. `run` may return other words than `done`."""

    form: type[ActForm]
    run: Callable[..., str | None]
    done: str
    leaves: bool = False


def _reason(name: str) -> Callable[..., None]:
    return lambda acts, who, code, f: getattr(acts, name)(who, code, f.revision.data, f.reason.data.strip())


def _end(name: str) -> Callable[..., str | None]:
    """An end that somebody else may have to verify first."""

    def run(acts: Acts, who: Viewer, code: str, form: Any) -> str | None:
        waits = getattr(acts, name)(who, code, form.revision.data, form.reason.data.strip())
        return "Permintaan dicatat. Butir tetap menunggu sampai orang lain memverifikasinya." if waits else None

    return run


def _bare(name: str) -> Callable[..., None]:
    return lambda acts, who, code, f: getattr(acts, name)(who, code, f.revision.data)


def _route(acts: Acts, who: Viewer, code: str, form: Any) -> None:
    acts.route(who, code, form.revision.data, form.unit_id.data, (form.reason.data or "").strip() or None)


ACTS: Mapping[str, Act] = {
    "teruskan": Act(RouteForm, _route, "Butir diteruskan.", leaves=True),
    "ambil": Act(ActForm, _bare("claim"), "Butir ini sekarang Anda tangani."),
    "lepas": Act(ActForm, _bare("release"), "Butir dilepas; rekan lain bisa mengambilnya."),
    "jawab": Act(
        AnswerForm,
        lambda acts, who, code, f: acts.answer(who, code, f.revision.data, f.text.data),
        "Jawaban dikirim 15 detik lagi. Anda masih bisa mengurungkannya.",
    ),
    "draf": Act(TextForm, lambda acts, who, code, f: acts.save_draft(who, code, f.text.data), "Draf tersimpan."),
    "draf-otomatis": Act(
        SelfSavedForm,
        lambda acts, who, code, f: acts.keep_draft(who, code, f.text.data, f.base.data or ""),
        "",
    ),
    "urungkan": Act(
        ActForm,
        lambda acts, who, code, _: acts.undo(who, code),
        "Tidak jadi dikirim; tersimpan sebagai draf.",
    ),
    "tempel": Act(
        AnswerForm,
        lambda acts, who, code, f: acts.copied(who, code, f.revision.data, f.text.data),
        "Dicatat. Jawaban dipastikan setelah terlihat di platform.",
    ),
    "minta-persetujuan": Act(
        AnswerForm,
        lambda acts, who, code, f: acts.ask_approval(who, code, f.revision.data, f.text.data),
        "Jawaban menunggu persetujuan. Anda dikabari begitu diputuskan.",
    ),
    "setujui": Act(
        ActForm,
        lambda acts, who, code, f, sends: acts.approve(who, code, f.revision.data, sends=sends),
        "Jawaban disetujui.",
    ),
    "kembalikan-draf": Act(ReasonForm, _reason("return_draft"), "Draf dikembalikan kepada penulisnya."),
    "tarik": Act(ActForm, _bare("withdraw_approval"), "Permintaan ditarik; tersimpan sebagai draf."),
    "serahkan": Act(
        HandOffForm,
        lambda acts, who, code, f, sends: acts.hand_off(
            who, code, f.revision.data, f.unit_id.data, f.text.data, sends=sends
        ),
        "Butir diteruskan, dan warga dikabari.",
        leaves=True,
    ),
    "verifikasi": Act(ActForm, _bare("confirm_closing"), "Penutupan diverifikasi."),
    "tolak-penutupan": Act(ReasonForm, _reason("return_closing"), "Dikembalikan; butir tetap dikerjakan."),
    "pastikan": Act(ActForm, _bare("confirm"), "Dipastikan: butir ini sudah dijawab."),
    "bantah": Act(ActForm, _bare("deny"), "Dicatat: itu bukan jawaban untuk butir ini."),
    "di-tempat-lain": Act(ReasonForm, _end("answered_elsewhere"), "Dicatat: sudah dijawab di tempat lain."),
    "kembalikan": Act(ReasonForm, _reason("give_back"), "Dikembalikan ke Diskominfo untuk disortir lagi.", leaves=True),
    "tutup": Act(ReasonForm, _end("close"), "Butir ditutup."),
    "bukan-kewenangan": Act(ReasonForm, _reason("not_ours"), "Dicatat: bukan kewenangan kabupaten.", leaves=True),
    "tidak-perlu": Act(ReasonForm, _end("no_answer_needed"), "Dicatat: tidak perlu jawaban.", leaves=True),
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
