"""What may accuse an official or tell of a victim: hinted at only, kept confidential, and never sent to the accused.

Whether a complaint is *berkadar pengawasan* cannot be learnt from its words (0.70 in `DOMAIN.md`'s measurements): a
person chooses. PermenPANRB 62/2018 and 5/2025 name the classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from aggregator.domain.triage.lexicon import grouped_phrases
from aggregator.domain.triage.phrases import PhraseBook
from aggregator.domain.triage.records import Because, Reason

# The SP4N classes, as they are called there.
REQUEST, ASPIRATION = "permintaan informasi", "aspirasi"
COMPLAINT, SUPERVISED = "pengaduan tidak berkadar pengawasan", "pengaduan berkadar pengawasan"
_BY_KIND = {"question": REQUEST, "aspiration": ASPIRATION, "complaint": COMPLAINT, "criticism": ASPIRATION}
# Of these one alone accuses; of the others ("dipotong", "oknum") it takes an actor beside it.
_PLAIN = frozenset(
    ("pungli", "pungutan liar", "korupsi", "dikorupsi", "suap", "gratifikasi", "penggelapan", "penyelewengan",
     "diselewengkan", "uang pelicin", "jual beli jabatan", "proyek fiktif", "kkn", "penyalahgunaan wewenang")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supervision:
    """`accuses`: goes to the inspectorate, never to the office it was written at. `confidential`: seen by few, never
    routed by itself. `sp4n`: the class it would have there, as a suggestion."""

    accuses: bool
    confidential: bool
    hint: Reason | None
    sp4n: str


def judge_supervision(words: Sequence[str], kind: str) -> Supervision:
    """What the words hint at. Criticism of officials in general accuses nobody."""
    book, groups = _lists()
    found: dict[str, str] = {}
    accusations = set()
    for _, phrase in book.found(words):
        for group in groups[phrase]:
            found.setdefault(group, phrase)
            if group == "accusation":
                accusations.add(phrase)
    accuses = kind == "complaint" and bool(
        accusations & _PLAIN or len(accusations) > 1 or (accusations - {"oknum"} and "actor" in found)
    )
    if accuses:
        phrase = min(accusations - {"oknum"} or accusations)
        hint = Reason(Because.DOUBT, f"“{phrase}”: mungkin berkadar pengawasan, tentukan dahulu")
        return Supervision(accuses=True, confidential=True, hint=hint, sp4n=SUPERVISED)
    if "victim" in found:
        hint = Reason(Because.DOUBT, f"“{found['victim']}”: rahasiakan korbannya")
        return Supervision(accuses=False, confidential=True, hint=hint, sp4n=_BY_KIND.get(kind, ""))
    return Supervision(accuses=False, confidential=False, hint=None, sp4n=_BY_KIND.get(kind, ""))


@cache
def _lists() -> tuple[PhraseBook, dict[str, frozenset[str]]]:
    groups = grouped_phrases("supervision.json")
    return PhraseBook(groups), groups
