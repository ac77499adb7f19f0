"""Where someone stands in the queue: filters and page live in the URL, so that "back" finds the same row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from aggregator.services.inbox import Filter
from web.terms import AGES, KINDS, TABS

LONGEST_SEARCH = 200
LONGEST_CURSOR = 64
TRIAGE = "triase"  # the value of ?dari= for someone who came from the triage page


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A list, a filter and a page of it."""

    filter: Filter
    older_than: str | None = None
    newer_than: str | None = None

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Place:
        """Read a URL's parameters; what makes no sense is left out, never an error."""
        unit = args.get("unit", "")
        chosen = Filter(
            tab=_one_of(TABS, args.get("tab")) or "open",
            unit=int(unit) if unit.isdecimal() and unit.isascii() and len(unit) < 10 else None,
            platform=(args.get("platform") or "")[:LONGEST_CURSOR] or None,
            kind=_one_of(KINDS, args.get("jenis")),
            age=_one_of(AGES, args.get("umur")),
            same_as=(args.get("serupa") or "")[:LONGEST_CURSOR] or None,
            search=(args.get("cari") or "").strip()[:LONGEST_SEARCH] or None,
        )
        older = (args.get("sebelum") or "")[:LONGEST_CURSOR] or None
        newer = None if older else (args.get("sesudah") or "")[:LONGEST_CURSOR] or None
        return cls(filter=chosen, older_than=older, newer_than=newer)

    @classmethod
    def of_query(cls, query: str) -> Place:
        """Read a query string that a page handed on as ?dari=."""
        return cls.of(dict(parse_qsl(query, max_num_fields=20)) if query else {})

    def fields(self) -> dict[str, str]:
        """The URL's parameters, the page left out; nothing that is the default."""
        chosen = self.filter
        values = {
            "tab": "" if chosen.tab == "open" else chosen.tab,
            "unit": "" if chosen.unit is None else str(chosen.unit),
            "platform": chosen.platform or "",
            "jenis": chosen.kind or "",
            "umur": chosen.age or "",
            "cari": chosen.search or "",
            "serupa": chosen.same_as or "",
        }
        return {name: value for name, value in values.items() if value}

    def query(self, **changes: str | None) -> str:
        """The query string with changes; a page is kept only when nothing changes."""
        fields = self.fields()
        if not changes:
            fields |= {"sebelum": self.older_than} if self.older_than else {}
            fields |= {"sesudah": self.newer_than} if self.newer_than else {}
        fields.update({name: value or "" for name, value in changes.items()})
        return urlencode({name: value for name, value in fields.items() if value})

    @property
    def narrowed(self) -> int:
        """How many filters are set, the tab not counted."""
        return len(self.fields().keys() - {"tab"})


def _one_of(known: Mapping[str, object], value: str | None) -> str | None:
    return value if value in known else None
