"""What is typed about answers: templates, rules of units, election periods."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from aggregator.domain.unit_rules import Approval, End, UnitRule
from aggregator.services.answer_templates import TemplateView, Wording
from web.terms import APPROVALS, ENDS, KINDS

GREATEST_ID = 2**31 - 1
_ANSWERED_KINDS = ("complaint", "question", "aspiration", "criticism", "praise", "other")


class TemplateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A template of an answer."""

    id = IntegerField(validators=[Optional(), NumberRange(0, GREATEST_ID)])
    revision = IntegerField(validators=[Optional(), NumberRange(0, GREATEST_ID)])
    title = StringField(
        "Judul", [DataRequired("Beri judul pendek."), Length(max=80, message="Paling panjang 80 huruf.")]
    )
    text = TextAreaField(
        "Isi", [DataRequired("Tulis isinya."), Length(max=8_000, message="Paling panjang 8.000 huruf.")]
    )
    unit_id = StringField("Unit", [Optional(), Length(max=10)])
    topic = StringField("Topik (boleh kosong)", [Optional(), Length(max=80, message="Terlalu panjang.")])
    handoff = BooleanField("Untuk meneruskan warga ke unit lain")
    expires_on = DateField("Berlaku sampai (boleh kosong)", [Optional()])

    def wording(self) -> Wording:
        """What was typed, not checked yet."""
        unit = self.unit_id.data or ""
        return Wording(
            title=self.title.data,
            text=self.text.data,
            unit_id=int(unit) if unit.isdecimal() and unit.isascii() else None,
            topic=(self.topic.data or "").strip() or None,
            handoff=bool(self.handoff.data),
            expires_on=self.expires_on.data,
        )


def form_of_template(kept: TemplateView) -> TemplateForm:
    """The form as a kept template fills it."""
    return TemplateForm(
        formdata=None,
        id=kept.id,
        revision=kept.revision,
        title=kept.title,
        text=kept.text,
        unit_id=str(kept.unit_id or ""),
        topic=kept.topic or "",
        handoff=kept.handoff,
        expires_on=kept.expires_on,
    )


class UnitRuleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a unit's answers and ends need."""

    unit_id = IntegerField("Unit", [InputRequired("Pilih unitnya."), NumberRange(0, GREATEST_ID, "Pilih unitnya.")])
    approval = RadioField(
        "Jawaban disetujui orang kedua", choices=[SelectChoice(*one) for one in APPROVALS.items()], default="none"
    )
    approval_kinds = SelectMultipleField(
        "Jenis yang jawabannya perlu disetujui", choices=[SelectChoice(one, KINDS[one]) for one in _ANSWERED_KINDS]
    )
    verified_ends = SelectMultipleField(
        "Penutupan yang perlu diverifikasi", choices=[SelectChoice(*one) for one in ENDS.items()]
    )
    most_uses = IntegerField(
        "Teks yang sama paling banyak",
        [InputRequired("Isi jumlahnya."), NumberRange(1, 100, "Isi 1 sampai 100.")],
        default=5,
    )
    uses_days = IntegerField(
        "Dalam berapa hari", [InputRequired("Isi jumlah hari."), NumberRange(1, 365, "Isi 1 sampai 365.")], default=30
    )

    def rule(self) -> UnitRule:
        return UnitRule(
            approval=Approval(self.approval.data),
            approval_kinds=frozenset(self.approval_kinds.data or ()),
            verified_ends=frozenset(End(one) for one in self.verified_ends.data or ()),
            most_uses=self.most_uses.data,
            uses_days=self.uses_days.data,
        )


def form_of_rule(unit_id: int, rule: UnitRule) -> UnitRuleForm:
    """The form as a kept rule fills it."""
    return UnitRuleForm(
        formdata=None,
        unit_id=unit_id,
        approval=rule.approval.value,
        approval_kinds=sorted(rule.approval_kinds),
        verified_ends=sorted(end.value for end in rule.verified_ends),
        most_uses=rule.most_uses,
        uses_days=rule.uses_days,
    )


class ElectionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An election period and its candidates."""

    name = StringField(
        "Nama", [DataRequired("Beri nama masa pemilihan ini."), Length(max=80, message="Terlalu panjang.")]
    )
    from_on = DateField("Mulai", [InputRequired("Isi tanggal mulai.")])
    until_on = DateField("Sampai", [InputRequired("Isi tanggal selesai.")])
    names = TextAreaField(
        "Nama calon", [DataRequired("Tulis nama calon."), Length(max=50_000, message="Terlalu banyak.")]
    )
