"""What the plugin remembers of a site between pulls: the content of its cursor, at most a few kilobytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from aggregator.contract import Cursor

VERSION = 1
MAX_IDS = 400  # of each list kept
PROBE_AGAIN = timedelta(days=30)
PROBE_FALLBACK_AGAIN = timedelta(days=1)
DRIVERS = ("rest", "feed", "html", "selector", "blogger", "disqus")
_STEADY = ("rest", "selector", "blogger", "disqus")  # ways that are not a fallback


@dataclass(kw_only=True)
class State:
    """`driver` in use, its `root` (WordPress' REST root, Disqus' name of the site) and when it was chosen; what the
    last reading saw; how far an unfinished listing came.

    `total` is X-WP-Total (Blogger: totalResults) at the start of the last listing, `gap` that total less what the
    core held when both agreed, `hidden` how many of the counted comments visitors cannot see, `stale` the
    fingerprint of new ids that the last reading showed. `types` are the REST bases of the site's own contents.
    `owed_*` are posts, each with the collection to ask next (Blogger: the index in the feed of posts), and users
    still to ask for.

    `etag` and `modified` are validators of the site's comment feed, `quiet` is since when nothing new was seen,
    `looked` when REST was last asked, `in_vain` how often the feed had changed although nothing was new, `newest`
    the latest time read in ascending order.
    """

    driver: str = ""
    root: str = ""
    probed: str = ""
    listed: str = ""
    total: int | None = None
    gap: int | None = None
    hidden: int = 0
    stale: str = ""
    staff: list[int] = field(default_factory=list)
    checked: list[int] = field(default_factory=list)
    types: list[str] | None = None
    owed_posts: list[list[int]] = field(default_factory=list)
    owed_users: list[int] = field(default_factory=list)
    walk: dict[str, Any] | None = None
    etag: str = ""
    modified: str = ""
    quiet: str = ""
    looked: str = ""
    in_vain: int = 0
    newest: str = ""

    @classmethod
    def load(cls, cursor: Cursor | None) -> State:
        """The state kept in a cursor; a new one when there is none or it is not understood."""
        if cursor is None or cursor.version != VERSION or cursor.data.get("driver") not in DRIVERS:
            return cls()
        names = {one.name for one in fields(cls)}
        return cls(**{name: _copied(value) for name, value in cursor.data.items() if name in names})

    def cursor(self) -> Cursor:
        """This state as a cursor; long lists keep their newest entries."""
        data = {
            name: value[-MAX_IDS:] if isinstance(value, list) else value
            for name, value in asdict(self).items()
            if value not in (None, "", 0) and (value != [] or name == "types")
        }
        return Cursor(version=VERSION, data={"driver": self.driver, **data})

    def restart(self, driver: str) -> None:
        """Change to another way of reading; what the old one counted means nothing there."""
        self.driver, self.listed, self.stale = driver, "", ""
        self.total, self.gap, self.walk = None, None, None
        self.etag, self.modified, self.quiet, self.looked, self.in_vain = "", "", "", "", 0

    def must_probe(self, now: datetime) -> bool:
        """Whether the way into the site should be looked for (again)."""
        wait = PROBE_AGAIN if self.driver in _STEADY else PROBE_FALLBACK_AGAIN
        return not self.driver or older_than(self.probed, wait, now)


def fingerprint(ids: Iterable[str | None]) -> str:
    """A short name for a set of ids; "" for none."""
    text = ",".join(sorted(filter(None, ids)))
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def older_than(stamp: str, wait: timedelta, now: datetime) -> bool:
    """Whether the moment `stamp` (ISO 8601, "" for never) lies at least `wait` back."""
    try:
        return not stamp or now - datetime.fromisoformat(stamp) >= wait
    except (ValueError, TypeError):
        return True


def _copied(value: Any) -> Any:
    """Cursors are shared: lists and mappings in them are never changed in place."""
    if isinstance(value, Mapping):
        return dict(value)
    return [_copied(one) for one in value] if isinstance(value, list | tuple) else value
