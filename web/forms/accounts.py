"""Add an account, change its settings: the fields come from the platform's plugin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

LONGEST_VALUE = 4_000
PREFIX = "s_"  # a plugin's field can never take the name of ours


class Described(Protocol):
    """A setting as a plugin or a stored account describes it."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def secret(self) -> bool: ...
    @property
    def required(self) -> bool: ...
    @property
    def choices(self) -> tuple[str, ...]: ...


class SettingsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The settings of one account."""

    def settings(self) -> dict[str, str]:
        """What was typed, by the plugin's own names; a secret left empty is left as it is."""
        typed = {field.name: (field.data or "").strip() for field in self if field.name.startswith(PREFIX)}
        kept = {name: value for name, value in typed.items() if value or self[name].type != "PasswordField"}
        return {name.removeprefix(PREFIX): value for name, value in kept.items()}


class AddForm(SettingsForm):
    """Which address on which platform belongs to which unit."""

    address = StringField("Alamat", [DataRequired("Isi alamatnya."), Length(max=2_000)])
    platform = StringField("Platform", [DataRequired("Pilih platformnya.")])
    unit_id = IntegerField("Unit pemilik", [InputRequired("Pilih unit pemiliknya.")])


def with_settings(
    base: type[SettingsForm], described: Iterable[Described], kept: Mapping[str, str | None] | None = None
) -> type[SettingsForm]:
    """`base` with a field for every setting. `kept` holds what is stored: the value, or None for a secret."""
    return type(base.__name__, (base,), {PREFIX + one.name: _field(one, kept or {}) for one in described})


def _field(one: Described, kept: Mapping[str, str | None]) -> Field:
    needed = one.required and not (one.secret and one.name in kept)
    checks = [DataRequired("Ini wajib diisi.") if needed else Optional()]
    known = {"description": one.help, "default": kept.get(one.name)}
    if one.choices:
        checks.append(AnyOf(one.choices, "Pilih salah satu dari daftar."))
        return SelectField(one.label, checks, choices=["", *one.choices], validate_choice=False, **known)
    checks.append(Length(max=LONGEST_VALUE, message="Isian terlalu panjang."))
    return (PasswordField if one.secret else StringField)(one.label, checks, **known)
