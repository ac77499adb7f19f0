"""The one file that writes markup by hand: everything else in the pages is escaped by the template engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from aggregator.services.inbox import Row
from web.dates import Dates, machine
from web.terms import Word, word

ICONS = (
    *(
        "alert",
        "back",
        "check",
        "circle",
        "clock",
        "copy",
        "cross",
        "dot",
        "forward",
        "half",
        "hand",
        "inbox",
    ),
    *("lock", "phone"),
    *("link", "menu", "next", "out", "pen", "person", "plug", "plus", "reply", "search", "sort", "undo"),
)

# One pass, no nesting, no backtracking: an address ends at the first blank, quote or angle bracket.
_ADDRESS = re.compile(r"https?://[^\s<>\"'`“”]+", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x20\x7f]")  # blanks and control characters have no place in an address
_TRAILING = ".,;:!?)]}…*_~"
_REL = "noopener nofollow ugc"


def _finished(text: str) -> Markup:
    """The only door from text to markup: callers give what went through escape(), digits and fixed words, nothing else."""
    return Markup(text)  # noqa: S704  # nosec B704


def weblink(address: str | None) -> str | None:
    """The address when a person may safely follow it (http or https with a host); None otherwise."""
    if not address or _UNSEEN.search(address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def linked(text: str) -> Markup:
    """A citizen's words, escaped, with their http(s) addresses as links that carry no trust."""
    pieces: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_TRAILING)
        if weblink(address) is None:
            continue
        shown = escape(address)
        pieces += (
            str(escape(text[end : match.start()])),
            f'<a href="{shown}" rel="{_REL}" target="_blank">{shown}</a>',
        )
        end = match.start() + len(address)
    pieces.append(str(escape(text[end:])))
    return _finished("".join(pieces))


class Chips(dict[str, Markup]):
    """Words with their icon as small labels, made once at the start; an unknown code is shown as it is."""

    def __init__(self, words: Mapping[str, Word], icons: Mapping[str, Markup]) -> None:
        self._icons = icons
        super().__init__({code: self._chip(known) for code, known in words.items()})

    def _chip(self, known: Word) -> Markup:
        return Markup('<span class="chip tone-{}">{}{}</span>').format(known.tone, self._icons[known.icon], known.text)

    def __missing__(self, code: str) -> Markup:
        return self._chip(word({}, code))


def icons(sprite: str) -> dict[str, Markup]:
    """Every icon of the sprite by its name; `sprite` is the sprite's address."""
    template = Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>')
    return {name: template.format(sprite, name) for name in ICONS}


def stamp(dates: Dates, at: datetime) -> Markup:
    """`<time>` saying it nearly, with the exact time for hover and machines."""
    return _finished(_time(dates, at, dates.near(at)))


def exact_stamp(dates: Dates, at: datetime) -> Markup:
    """`<time>` saying it exactly."""
    return _finished(f'<time datetime="{machine(at)}">{dates.exact(at)}</time>')


def until_stamp(dates: Dates, at: datetime) -> Markup:
    """`<time>` for “terbaca s.d. …”."""
    return _finished(_time(dates, at, dates.hour(at)))


def deadline_stamp(dates: Dates, at: datetime) -> Markup:
    """`<time>` saying how long something still lives."""
    return _finished(_time(dates, at, dates.deadline(at)))


def _time(dates: Dates, at: datetime, words: str) -> str:
    """Made of digits and fixed words only: nothing in it comes from a person."""
    return f'<time datetime="{machine(at)}" title="{dates.exact(at)}">{words}</time>'


class QueueRows:
    """The rows of the queue. A page has fifty of a dozen pieces each: in the template engine they would cost more than
    the rest of the page and its queries together, so they are written here, every word of a person escaped."""

    def __init__(
        self,
        icons: Mapping[str, Markup],
        kinds: Mapping[str, str],
        platforms: Mapping[str, str],
        states: Mapping[str, Markup],
    ) -> None:
        self._icons = icons
        self._kinds = kinds
        self._platforms = platforms
        self._states = states

    def __call__(self, rows: Iterable[Row], dates: Dates, *, items: str, suffix: str, opened: str) -> Markup:
        """`items` and `suffix` stand before and after a code in its address; `opened` is the code in the pane."""
        before, after = escape(items), escape(suffix)
        written = [self._row(row, dates, f"{before}{row.code}{after}", row.code == opened) for row in rows]
        return _finished("".join(written))

    def _row(self, row: Row, dates: Dates, address: str, is_open: bool) -> str:
        topic = f' <span class="topic">{escape(row.topic)}</span>' if row.topic else ""
        unit = f"<bdi>{escape(row.unit)}</bdi>" if row.unit else ""
        return (
            f'<li class="row{" is-open" if is_open else ""}" id="b-{row.code}">'
            f'<p class="row-head"><span class="kind">{escape(self._kinds[row.kind])}</span>{topic}'
            f'<span class="age">{_time(dates, row.created_at, dates.short(row.created_at))}</span></p>'
            f'<h2 class="row-words"><a href="{address}" dir="auto">{escape(row.excerpt or "(tanpa kata)")}</a></h2>'
            f'<p class="row-meta"><span>{escape(self._platforms[row.platform])}</span><bdi>{escape(row.author)}</bdi>{unit}</p>'
            f'<p class="row-foot">{self._states[row.state]}{self._marks(row, dates)}</p></li>\n'
        )

    def _marks(self, row: Row, dates: Dates) -> str:
        """What else is to be known of it: each a word with its icon."""
        marks = ""
        due = f"tenggat {_time(dates, row.due_at, dates.near(row.due_at))}" if row.due_at else ""
        if row.probable:
            marks += self._mark("warn", "half", "Jawaban perlu dipastikan")
        if row.urgency:
            marks += self._mark(
                "bad" if row.urgency > 1 else "warn", "alert", "Mendesak" if row.urgency > 1 else "Perlu segera"
            )
        if row.confidential:
            marks += self._mark("quiet", "hand", "Rahasia")
        if row.late:
            marks += self._mark("bad", "clock", f"Terlambat, {due}" if due else "Terlambat")
        elif due:
            marks += self._mark("quiet", "clock", due)
        if row.claimed_by:
            marks += self._mark("quiet", "person", f"<bdi>{escape(row.claimed_by)}</bdi>")
        if row.edited:
            marks += self._mark("quiet", "pen", "diubah")
        if row.deleted:
            marks += self._mark("quiet", "cross", "dihapus warga")
        return marks

    def _mark(self, tone: str, icon: str, words: str) -> str:
        return f'<span class="chip tone-{tone}">{self._icons[icon]}{words}</span>'
