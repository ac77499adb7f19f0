"""Acts of several people at one item, as forms: assigning, sharing, merging, taking the pen over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from aggregator.domain.access import Viewer
from aggregator.services.acts import Acts
from aggregator.services.attachments import EVIDENCE, NOTE
from web.forms.acts import GREATEST_ID, LONGEST_REASON, LONGEST_TEXT, Act, ActForm

PART, SUPPORT = "part", "support"
_LONG = Length(max=LONGEST_REASON, message=f"Paling panjang {LONGEST_REASON} huruf.")


class AssignForm(ActForm):
    """Which colleague."""

    person_id = IntegerField(validators=[InputRequired("Pilih rekannya."), NumberRange(1, GREATEST_ID)])


class ShareForm(ActForm):
    """Which unit takes part, how, and what it is asked for."""

    unit_id = IntegerField(validators=[InputRequired("Pilih unitnya."), NumberRange(1, GREATEST_ID)])
    role = RadioField(
        choices=[SUPPORT, PART],
        validators=[InputRequired("Pilih caranya: mendukung, atau menangani bagian tersendiri.")],
    )
    reason = TextAreaField("Yang diminta", [DataRequired("Tulis apa yang diminta dari unit itu."), _LONG])


class TakeShareForm(ActForm):
    """Which share."""

    share_id = IntegerField(validators=[InputRequired(), NumberRange(1)])


class EndShareForm(TakeShareForm):
    """Which share, and what came of it."""

    reason = TextAreaField("Hasilnya", [DataRequired("Tulis hasilnya dalam satu kalimat."), _LONG])


class MergeForm(ActForm):
    """The code of the item that stays."""

    into = StringField("Kode butir", [DataRequired("Tulis kode butir yang dituju."), Length(max=64)])


class HolderForm(ActForm):
    """From whom the pen is taken, and what this person wrote meanwhile."""

    holder_id = IntegerField(validators=[InputRequired(), NumberRange(1, GREATEST_ID)])
    text = TextAreaField(validators=[Optional(), Length(max=LONGEST_TEXT)])


class AttachForm(ActForm):
    """A photo or a PDF."""

    file = FileField("Berkas", [FileRequired("Pilih berkasnya dulu.")])
    purpose = RadioField(choices=[NOTE, EVIDENCE], default=NOTE, validators=[Optional()])


def _take_over(acts: Acts, who: Viewer, code: str, form: Any) -> None:
    acts.take_over(who, code, form.holder_id.data)
    if (form.text.data or "").strip():
        acts.save_draft(who, code, form.text.data)


TEAM_ACTS: Mapping[str, Act] = {
    "tugaskan": Act(
        AssignForm,
        lambda acts, who, code, f: acts.assign(who, code, f.revision.data, f.person_id.data),
        "Butir ditugaskan; rekan Anda diberi tahu.",
    ),
    "ambil-bagian": Act(
        TakeShareForm,
        lambda acts, who, code, f: acts.claim_share(who, code, f.revision.data, f.share_id.data),
        "Bagian ini sekarang Anda tangani.",
    ),
    "selesai-bagian": Act(
        EndShareForm,
        lambda acts, who, code, f: acts.end_share(who, code, f.share_id.data, f.reason.data),
        "Dicatat; unit utama diberi tahu.",
    ),
    "gabungkan": Act(
        MergeForm,
        lambda acts, who, code, f: acts.merge(who, code, f.revision.data, f.into.data.strip()),
        "Butir digabung. Bila keliru, pisahkan lagi di sini.",
    ),
    "pisahkan": Act(
        ActForm,
        lambda acts, who, code, f: acts.separate(who, code, f.revision.data),
        "Dipisahkan: butir kembali seperti semula.",
    ),
    "ambil-alih": Act(HolderForm, _take_over, "Sekarang Anda yang menulis jawaban."),
}
