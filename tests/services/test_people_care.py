"""What an admin of the machine does for people: a new password, and the end of an account."""

from __future__ import annotations

import pytest

from aggregator.app import App
from aggregator.cli.session import machine_admin
from aggregator.domain.access import Role
from aggregator.services.errors import Refused


def test_a_reset_password_ends_sessions_and_old_password(core: App) -> None:
    core.people.add("rina", "Rina", Role.DISKOMINFO, None, "lama-sekali")
    token = core.people.log_in("rina", "lama-sekali")
    core.people.reset_password("rina", "baru-sekali")
    assert core.people.viewer(token) is None
    with pytest.raises(Refused):
        core.people.log_in("rina", "lama-sekali")
    assert core.people.viewer(core.people.log_in("rina", "baru-sekali")) is not None


def test_who_left_cannot_come_in(core: App) -> None:
    core.people.add("budi", "Budi", Role.DISKOMINFO, None, "kata-sandi-lama")
    token = core.people.log_in("budi", "kata-sandi-lama")
    core.leaving.deactivate(machine_admin(), core.staff.id_of("budi"))
    assert core.people.viewer(token) is None
    with pytest.raises(Refused):
        core.people.log_in("budi", "kata-sandi-lama")
    core.leaving.deactivate(machine_admin(), core.staff.id_of("budi"))  # harmless to repeat
    with pytest.raises(Refused, match="tidak ada"):
        core.staff.id_of("hantu")
