"""What a person wants to be told, and the code that confirms an address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TimeField
from wtforms.validators import InputRequired

from aggregator.services.telling.choices import ZONES, Cell, Wishes
from web.dates import ZONES as ZONE_NAMES

_TIME = "Isi jamnya, misalnya 20.00."


class WishesForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The quiet hours; the ticks of the matrix come as `pilih` = "kind medium", one for each."""

    start = TimeField("Dari pukul", [InputRequired(_TIME)])
    end = TimeField("Sampai pukul", [InputRequired(_TIME)])
    zone = SelectField("Zona waktu", choices=[(zone, ZONE_NAMES[zone]) for zone in ZONES], validate_choice=False)

    @classmethod
    def of(cls, wishes: Wishes) -> Self:
        """Filled in with what is kept."""
        return cls(formdata=None, start=wishes.quiet_from, end=wishes.quiet_until, zone=wishes.zone)

    def cells(self) -> frozenset[Cell]:
        """What is ticked; a tick that makes no sense is left out."""
        pairs = (tick.split(" ") for tick in request.form.getlist("pilih"))
        return frozenset((pair[0], pair[1]) for pair in pairs if len(pair) == 2)

    def ticked(self, kept: Collection[Cell]) -> Collection[Cell]:
        """What to show as ticked: what was sent with a form that was refused, else what is kept."""
        return self.cells() if self.errors else kept


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Six digits."""

    code = StringField("Kode")
