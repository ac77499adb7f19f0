"""What Diskominfo types to teach triage."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional

from aggregator.domain.triage.rules import ALL_DAYS, Rule
from aggregator.services.learning.taught import parts

GREATEST_ID = 2**31 - 1
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
OUTCOMES = {
    "unit": "Diteruskan ke unit",
    "outside": "Bukan kewenangan kabupaten",
    "nobody": "Tidak perlu jawaban",
}
NEVER = 101  # percent: never routes by itself


def _chosen(value: str | int | None) -> int | None:
    """The id of a choice; None when nothing was chosen."""
    typed = str(value or "")
    return int(typed) if typed.isdecimal() and typed.isascii() else None


class RuleForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A rule: conditions that all must hold, and what follows."""

    id = IntegerField(validators=[Optional(), NumberRange(0, GREATEST_ID)])
    keep = HiddenField()
    name = StringField(
        "Nama aturan",
        [DataRequired("Beri nama yang menerangkan aturan ini."), Length(max=80, message="Paling panjang 80 huruf.")],
    )
    words = TextAreaField("Salah satu kata ini ada", [Optional(), Length(max=2_000, message="Terlalu banyak.")])
    without = TextAreaField("Tidak satu pun kata ini ada", [Optional(), Length(max=2_000, message="Terlalu banyak.")])
    place_unit_id = StringField("Menyebut tempat", [Optional(), Length(max=10)])
    account_id = StringField("Ditulis di akun", [Optional(), Length(max=10)])
    platform = StringField("Platform", [Optional(), Length(max=40)])
    days = SelectMultipleField(
        "Hari",
        choices=[SelectChoice(str(n), name) for n, name in enumerate(DAYS, start=1)],
        coerce=int,
        validate_choice=True,
    )
    from_hour = IntegerField("Mulai jam", [Optional(), NumberRange(0, 23, "Jam antara 0 dan 23.")])
    to_hour = IntegerField("Sampai jam", [Optional(), NumberRange(0, 23, "Jam antara 0 dan 23.")])
    outcome = SelectField("Maka", choices=[SelectChoice(*one) for one in OUTCOMES.items()], default="unit")
    unit_id = StringField("Unit tujuan", [Optional(), Length(max=10)])
    body = StringField("Kewenangan siapa", [Optional(), Length(max=120, message="Terlalu panjang.")])
    valid_from = DateField("Berlaku mulai", [Optional()])
    valid_to = DateField("Berlaku sampai", [Optional()])

    def rule(self) -> Rule:
        """What was typed, as a rule that is not checked yet."""
        return Rule(
            id=self.id.data or 0,
            name=(self.name.data or "").strip(),
            words=parts(self.words.data or ""),
            without=parts(self.without.data or ""),
            place_unit_id=_chosen(self.place_unit_id.data),
            account_id=_chosen(self.account_id.data),
            platform=(self.platform.data or "").strip() or None,
            days=frozenset(self.days.data or ()) or ALL_DAYS,
            from_hour=self.from_hour.data,
            to_hour=self.to_hour.data,
            outcome=self.outcome.data,
            unit_id=_chosen(self.unit_id.data),
            body=(self.body.data or "").strip() or None,
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
        )


def form_of(rule: Rule) -> RuleForm:
    """The form as a kept rule fills it."""
    return RuleForm(
        formdata=None,
        id=rule.id,
        name=rule.name,
        words="; ".join(rule.words),
        without="; ".join(rule.without),
        place_unit_id=str(rule.place_unit_id or ""),
        account_id=str(rule.account_id or ""),
        platform=rule.platform or "",
        days=[] if rule.days == ALL_DAYS else sorted(rule.days),
        from_hour=rule.from_hour,
        to_hour=rule.to_hour,
        outcome=rule.outcome,
        unit_id=str(rule.unit_id or ""),
        body=rule.body or "",
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
    )


class SpellingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How a word is written here, and what it means."""

    spelling = StringField("Ejaan warga", [DataRequired("Tulis ejaannya."), Length(max=60, message="Terlalu panjang.")])
    meaning = StringField("Artinya", [DataRequired("Tulis artinya."), Length(max=60, message="Terlalu panjang.")])
    region = StringField("Bahasa atau daerah (boleh kosong)", [Optional(), Length(max=60, message="Terlalu panjang.")])


class PlaceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A road or landmark, and where it lies."""

    name = StringField(
        "Nama tempat", [DataRequired("Tulis nama tempatnya."), Length(max=60, message="Terlalu panjang.")]
    )
    kind = StringField("Macam (jalan, pasar, dusun)", [Optional(), Length(max=60, message="Terlalu panjang.")])
    unit_id = IntegerField(
        "Berada di",
        [
            InputRequired("Pilih kecamatan, kelurahan, atau desanya."),
            NumberRange(1, GREATEST_ID, "Pilih kecamatan, kelurahan, atau desanya."),
        ],
    )


class ThresholdForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How sure triage must be; empty: as for all units."""

    unit_id = IntegerField("Unit", [InputRequired("Pilih unitnya."), NumberRange(0, GREATEST_ID)])
    percent = StringField(
        "Batas", [AnyOf(["", "70", "80", "85", "90", "95", "98", str(NEVER)], "Pilih salah satu batas.")]
    )

    def threshold(self) -> float | None:
        return int(self.percent.data) / 100 if self.percent.data else None
