"""A quiet WordPress site is asked by its comment feed, which answers 304 in one small call; REST has no validators.

The feed's validators only tell of the newest comment. They hide late approvals, edits and deletions, so REST is asked
every few hours all the same, and threads are read again as ever.
"""

from __future__ import annotations

from datetime import timedelta

from aggregator.contract import Context, Permanent, Response
from plugins.website.errors import REFUSALS
from plugins.website.state import State, older_than
from plugins.website.validators import ask_if_changed, keep_validators

QUIET_AFTER = timedelta(hours=1)  # without anything new
LOOK_AGAIN = timedelta(hours=6)
TRIES = 3  # a feed that seems changed each time does not know conditional requests


class QuietFeed:
    """The comment feed of one site in one reading. Without `base` it is never asked."""

    def __init__(self, base: str, state: State, ctx: Context) -> None:
        plain = "rest_route=" in state.root
        self.address = base and base + ("/?feed=comments-rss2" if plain else "/comments/feed/")
        self.state, self.ctx = state, ctx
        self._asked = False
        self._answer: Response | None = None

    def is_silent(self) -> bool:
        """Whether the feed says that nothing was published since it was last asked."""
        if not self._may_ask():
            return False
        self._asked, self._answer = True, self._ask()
        silent = self._answer is not None and self._answer.status == 304
        if silent:
            self.state.in_vain = 0
        return silent

    def note(self, fresh: int) -> None:
        """Remember what REST showed after the feed was asked: the feed first, so that nothing falls in between."""
        state, now = self.state, self.ctx.now.isoformat()
        if self._asked:
            conditional = bool(state.etag or state.modified)
            keep_validators(state, self._answer)
            useless = conditional or not (state.etag or state.modified)
            state.in_vain = state.in_vain + 1 if useless and not fresh else 0
        state.looked = now
        state.quiet = "" if fresh else state.quiet or now

    def _may_ask(self) -> bool:
        state, now = self.state, self.ctx.now
        if self.ctx.full or state.walk or not self.address or not self.ctx.budget.allows(2):
            return False
        quiet = bool(state.quiet) and older_than(state.quiet, QUIET_AFTER, now)
        return quiet and state.in_vain < TRIES and not older_than(state.looked, LOOK_AGAIN, now)

    def _ask(self) -> Response | None:
        """None where the site has no feed, or its robots.txt closes it."""
        try:
            answer = ask_if_changed(self.address, self.state, self.ctx, allow=REFUSALS)
        except Permanent:
            return None
        return None if answer.status >= 400 else answer
