"""Log in, change password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

LONGEST_PASSWORD = 200
SHORTEST_PASSWORD = 8


class LogInForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A name and a password."""

    login = StringField(
        "Nama pengguna",
        [DataRequired("Isi nama pengguna Anda."), Length(max=100, message="Terlalu panjang.")],
    )
    password = PasswordField(
        "Kata sandi",
        [DataRequired("Isi kata sandi Anda."), Length(max=LONGEST_PASSWORD, message="Terlalu panjang.")],
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The old password, and the new one twice."""

    old = PasswordField("Kata sandi sekarang", [DataRequired("Isi kata sandi yang sekarang.")])
    new = PasswordField(
        "Kata sandi baru",
        [
            DataRequired("Isi kata sandi baru."),
            Length(
                SHORTEST_PASSWORD,
                LONGEST_PASSWORD,
                f"Pakai {SHORTEST_PASSWORD} sampai {LONGEST_PASSWORD} huruf.",
            ),
        ],
    )
    again = PasswordField(
        "Kata sandi baru, sekali lagi", [EqualTo("new", "Belum sama dengan kata sandi baru di atasnya.")]
    )
