"""Waiting for the citizen: the statutory clocks stand still until they write again, or somebody says go on. The goal for the
first answer runs on."""

from __future__ import annotations

from aggregator.domain.access import Viewer
from aggregator.domain.sla.clocks import WAITING_FOR_CITIZEN
from aggregator.domain.workflow import WAITING
from aggregator.services.acts.act import Act, ActDesk, must_be
from aggregator.services.acts.typed import required
from aggregator.services.errors import Refused
from aggregator.services.item_clocks import clocks_now


class Waiting(ActDesk):
    """Acts that hold the clocks and let them go."""

    def wait_for_citizen(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """Hold the clocks, saying what the citizen was asked for."""
        with self._act(viewer, code, revision) as act:
            must_be(act, WAITING, "menunggu warga")
            if _waits(act):
                raise Refused("Butir ini sudah menunggu warga.")
            act.change("waiting", {}, {"reason": required(reason)})

    def go_on(self, viewer: Viewer, code: str, revision: int) -> None:
        """The citizen need not be waited for any longer."""
        with self._act(viewer, code, revision) as act:
            if not _waits(act):
                raise Refused("Waktu butir ini sudah berjalan lagi.")
            act.change("resumed", {})


def _waits(act: Act) -> bool:
    standing = [clock.standing for clock in clocks_now(act.connection, act.item)]
    return any(hold is not None and hold.reason == WAITING_FOR_CITIZEN for hold in standing)
