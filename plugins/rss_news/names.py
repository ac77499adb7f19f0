"""Whether a text names the office. Names are looked for as whole words, whatever their capitals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from . import address

_OPERATORS = re.compile(r'["()]|\b(?:when|after|before|site|intitle|inurl|allintitle):\S+|(?:^|\s)-\S+')
_IN_TITLE, _IN_SUMMARY, _PLACE = 3, 1, 2
ENOUGH = 3


@dataclass(frozen=True)
class Names:
    """`names` of the office; `places`, when given, must stand beside a name that is only in the summary: a village's
    name alone is shared by many villages."""

    names: tuple[str, ...]
    places: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Mapping[str, str], url: str) -> Names:
        """As the account's settings say; a search without names looks for its own words."""
        searched = address.searched_words(url)
        names = _listed(settings.get("names", "")) or (_words_of(searched) if searched else ())
        return cls(names=names, places=_listed(settings.get("places", "")))

    def stand_in(self, title: str, summary: str) -> bool:
        """Whether title or summary name the office clearly enough."""
        score = (_IN_TITLE if _found(self._name, title) else 0) + (_IN_SUMMARY if _found(self._name, summary) else 0)
        if not self.places:
            return score > 0
        beside = _found(self._place, title) or _found(self._place, summary)
        return score > 0 and score + (_PLACE if beside else 0) >= ENOUGH

    @cached_property
    def _name(self) -> re.Pattern[str] | None:
        return _pattern(self.names)

    @cached_property
    def _place(self) -> re.Pattern[str] | None:
        return _pattern(self.places)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[,;\n]", text) if part.strip())


def _words_of(search: str) -> tuple[str, ...]:
    """The names in a Google News search, its operators left out: '"Dinas PUPR" OR DPUPR when:7d' has two."""
    plain = (_OPERATORS.sub(" ", part) for part in re.split(r"\bOR\b|\|", search))
    return tuple(" ".join(part.split()) for part in plain if part.strip())


def _pattern(names: tuple[str, ...]) -> re.Pattern[str] | None:
    spelled = (r"\s+".join(map(re.escape, name.split())) for name in names)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)", re.IGNORECASE) if names else None


def _found(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None
