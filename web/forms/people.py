"""Forms about people: a code, a password by invitation, what an admin fills in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from aggregator.domain.passwords import LONGEST, SHORTEST
from web.terms import RIGHTS, ROLES


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A code of the app, or a recovery code."""

    code = StringField("Kode", [DataRequired("Isi kodenya."), Length(max=40, message="Terlalu panjang.")])


class WelcomeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A password of one's own, twice."""

    new = PasswordField(
        "Kata sandi",
        [
            DataRequired("Isi kata sandi pilihan Anda."),
            Length(SHORTEST, LONGEST, f"Pakai {SHORTEST} sampai {LONGEST} huruf."),
        ],
    )
    again = PasswordField("Kata sandi, sekali lagi", [EqualTo("new", "Belum sama dengan kata sandi di atasnya.")])


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is known of a person. The unit is typed by name and looked up by the page."""

    name = StringField(
        "Nama lengkap", [DataRequired("Isi nama lengkapnya."), Length(max=200, message="Terlalu panjang.")]
    )
    role = SelectField("Peran", choices=list(ROLES))
    unit = StringField("Unit", [Length(max=300, message="Terlalu panjang.")])
    email = StringField("E-mail", [Length(max=254, message="Terlalu panjang.")])


class InviteForm(PersonForm):
    """The same for somebody new."""

    login = StringField(
        "Nama pengguna", [DataRequired("Isi nama penggunanya."), Length(max=60, message="Paling panjang 60 huruf.")]
    )


class ChangeForm(PersonForm):
    """The same for somebody known."""

    confidential = BooleanField("Boleh membuka butir rahasia di unitnya")


class LeaveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a person leaves."""

    reason = StringField("Alasan", [Length(max=500, message="Terlalu panjang.")])


class GrantForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A right on a unit for some days."""

    unit = StringField("Unit", [DataRequired("Isi unitnya."), Length(max=300, message="Terlalu panjang.")])
    right = SelectField("Boleh", choices=list(RIGHTS))
    first = DateField("Mulai tanggal", [InputRequired("Isi tanggalnya.")])
    last = DateField("Sampai dengan tanggal", [InputRequired("Isi tanggalnya.")])
    reason = StringField(
        "Alasan", [DataRequired("Tuliskan alasannya, satu kalimat cukup."), Length(max=500, message="Terlalu panjang.")]
    )
