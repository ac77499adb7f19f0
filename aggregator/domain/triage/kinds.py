"""What kind of message a text is: complaint, question, aspiration, criticism, praise, spam or other.

Counted cue words give a first opinion; a packaged model that has seen labelled messages weighs it with the words
themselves. Noise (spam, emoji, tags, greetings) is recognised before either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregator.domain.triage.features import word_features
from aggregator.domain.triage.lexicon import kind_model
from aggregator.domain.triage.normalise import moods
from aggregator.domain.triage.spam import fancy_letters, is_gambling

NEEDS_NOBODY = frozenset({"praise", "spam", "other"})
_GROUPS = ("problem", "request", "question", "aspiration", "criticism", "praise", "greeting", "report")
_MOST_COUNTED = 3
_LONG = 40
_DOUBT = 2.0  # chatter that names an office's matter must be chatter by this much
_LENGTHS = (1, 3, 6, 12, 25, 50)


@dataclass(frozen=True, slots=True)
class Reading:
    """A text taken apart. `groups`: cue group -> distinct phrases found. `topical`: it names something an
    office does. `alarming`: it tells of danger."""

    text: str
    folded: str
    words: Sequence[str]
    groups: Mapping[str, Sequence[str]]
    has_link: bool
    has_question_mark: bool
    has_tag: bool
    replies: bool
    topical: bool
    alarming: bool = False

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


def kind_features(reading: Reading) -> list[str]:
    """Words and pairs of words; signs ('=') for how much of each cue there is, what counting alone would say, how it is
    written and how long it is."""
    signs = [f"rule-{counted_kind(reading)}"]
    for group in _GROUPS:
        signs += [f"{group}>{least}" for least in range(_MOST_COUNTED) if reading.count(group) > least]
    traits = {"link": reading.has_link, "asks": reading.has_question_mark, "tag": reading.has_tag,
              "replies": reading.replies, "topical": reading.topical, "shouts": "!" in reading.text}  # fmt: skip
    signs += [name for name, holds in traits.items() if holds]
    signs += [f"words>{least}" for least in _LENGTHS if len(reading.words) > least]
    signs += [f"mood-{mood}" for mood in moods(reading.text)]
    first = [f"first-{reading.words[0]}"] if reading.words else []
    return [*word_features(reading.words), *(f"={sign}" for sign in (*signs, *first))]


def _noise(reading: Reading) -> tuple[str, str] | None:
    if _may_advertise(reading) and is_gambling(reading.text, reading.folded):
        return "spam", "promosi judi online"
    adverts = reading.count("advert")
    if adverts >= 2 and adverts + reading.has_link > reading.count("problem") + reading.count("report"):
        return "spam", "iklan"
    if not reading.words:
        return _wordless(reading)
    greeted = sum(phrase.count(" ") + 1 for phrase in reading.groups.get("greeting", ()))
    if greeted >= len(reading.words) and not reading.has_question_mark:
        return "other", "hanya salam"
    return None


def _may_advertise(reading: Reading) -> bool:
    """Whether a closer look for gambling is worth its cost: a long plain text without any word of it is none."""
    cued = reading.count("gambling") or reading.count("lure") > 1 or fancy_letters(reading.text) > 1
    return bool(cued) or len(reading.words) <= _LONG


def _wordless(reading: Reading) -> tuple[str, str]:
    if reading.has_tag:
        return "other", "hanya sebutan akun atau tagar"
    if reading.has_link:
        return "other", "hanya tautan"
    return ("question", "") if reading.has_question_mark else ("other", "hanya emoji atau tanda baca")


def _kind(reading: Reading) -> str:
    """The likeliest kind. A text that tells of trouble or danger, or names an office's matter together with a wish, is no
    mere chatter."""
    model = kind_model()
    scores = dict(zip(model.classes, model.scores(kind_features(reading)).tolist(), strict=True))
    best = max(scores, key=scores.__getitem__)
    if counted_kind(reading) == "praise" and not any(map(reading.count, ("problem", "request", "question"))):
        return "praise"
    troubled = reading.count("problem") or (reading.topical and (reading.count("request") or reading.count("question")))
    needing = max(score for kind, score in scores.items() if kind not in NEEDS_NOBODY)
    doubtful = reading.topical and scores["other"] - needing < _DOUBT
    if best == "other" and (troubled or reading.alarming or doubtful) and not reading.replies:
        del scores["other"], scores["praise"]
        best = max(scores, key=scores.__getitem__)
    return best


def counted_kind(reading: Reading) -> str:
    """The kind by counted cue words alone."""
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
