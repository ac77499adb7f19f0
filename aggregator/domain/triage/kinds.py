"""What kind of message a text is, from counted cue words: complaint, question, aspiration, criticism,
praise, other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.domain.triage.spam import gambling_score

NEEDS_NOBODY = frozenset({"praise", "spam", "other"})
_SPAM_AT = 3.0
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A text taken apart. `groups`: cue group -> distinct phrases found. `topical`: it names something an
    office does."""

    text: str
    folded: str
    words: Sequence[str]
    groups: Mapping[str, Sequence[str]]
    has_link: bool
    has_question_mark: bool
    has_tag: bool
    replies: bool
    topical: bool

    def count(self, group: str) -> int:
        return len(self.groups.get(group, ()))


def judge_kind(reading: Reading) -> tuple[str, str | None]:
    """(kind, reason). The reason is given where nobody needs to act, else None."""
    noise = _noise(reading)
    if noise:
        return noise
    kind = _kind(reading)
    if kind == "praise":
        return kind, "ucapan terima kasih atau pujian"
    if kind == "other":
        return kind, "tidak ada keluhan, pertanyaan, atau usulan"
    return kind, None


def _noise(reading: Reading) -> tuple[str, str] | None:
    if gambling_score(reading.text, reading.folded, reading.words, reading.groups) >= _SPAM_AT:
        return "spam", "promosi judi online"
    adverts = reading.count("advert")
    if adverts >= 2 and adverts + reading.has_link > reading.count("problem") + reading.count("report"):
        return "spam", "iklan"
    if not reading.words:
        return _wordless(reading)
    if len(reading.words) == reading.count("greeting") and not reading.has_question_mark:
        return "other", "hanya salam"
    return None


def _wordless(reading: Reading) -> tuple[str, str]:
    if reading.has_tag:
        return "other", "hanya sebutan akun atau tagar"
    if reading.has_link:
        return "other", "hanya tautan"
    return ("question", "") if reading.has_question_mark else ("other", "hanya emoji atau tanda baca")


def _kind(reading: Reading) -> str:
    problem, request, praise = reading.count("problem"), reading.count("request"), reading.count("praise")
    question = reading.count("question") + 1.2 * reading.has_question_mark
    wish, critic = reading.count("aspiration"), reading.count("criticism")
    if praise and not request and problem <= praise / 2 and question < 1 and critic <= praise and not wish:
        return "praise"
    if question == 1 and problem and reading.topical:
        question = 0.0  # "gimana ini, jalan berlubang dibiarkan" asks for nothing but the repair
    if question >= 1 and question + 0.3 >= 1.0 * problem + 0.5 * (request > 1):
        return "question"
    if critic and critic >= problem + request and not reading.topical:
        return "criticism"
    if wish and wish + 0.3 >= problem:
        return "aspiration"
    if problem or request or reading.topical:
        return "criticism" if critic > problem + request else "complaint"
    if critic:
        return "criticism"
    return "other" if reading.replies or len(reading.words) <= 8 else "complaint"
