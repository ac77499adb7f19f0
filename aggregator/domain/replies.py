"""Is an official reply worth an answer, or only a sign that somebody read? And is the citizen content with
it?

A reply is cut into short segments; greetings, thanks, waiting, promises, hand-offs, invitations to a
private channel and requests for details are set aside by their structure, and what remains is looked at: a
fact, a deed done, a time, a price, a reason, an instruction or a plain yes or no makes it an answer.

Decisions worth knowing:
* A promise is an answer only with a time for the deed ("diperbaiki Senin depan"), never for the handling of
  the message itself ("kami cek besok").
* A hand-off is an answer when it tells the citizen who is responsible or where to go ("kewenangan PLN",
  "hubungi 123"); "sudah kami teruskan ke Dinas PUPR" is not, and neither is a bare "bukan kewenangan kami".
* "Sudah ditindaklanjuti" says nothing about what was done: not an answer.
* A question back to the citizen is not an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import cache

from aggregator.domain import reply_words as say
from aggregator.domain.triage.normalise import MAX_CHARACTERS, fold, pieces, speller

TEMPLATE_USES = 3
HANDS_ON = 1 << 30  # as the number of uses of a text: it sends the citizen on to another unit
_SMALL_TALK = say.ADDRESS | say.PARTICLES | say.COURTESY


class Worth(StrEnum):
    """What a reply does for the citizen's clock: only an ANSWER stops it."""

    ANSWER = "answer"
    ACKNOWLEDGEMENT = "acknowledgement"


def judge_reply(text: str, *, same_text_elsewhere: int = 0, answered_author: str | None = None) -> tuple[Worth, str]:
    """(worth, reason in Bahasa Indonesia) of an official reply.

    same_text_elsewhere: how often the office posted exactly this text to others (HANDS_ON: it is no answer, whatever it
    says). answered_author: the
    citizen's displayed name, whose words never count as substance.
    """
    if same_text_elsewhere >= HANDS_ON:
        return Worth.ACKNOWLEDGEMENT, "meneruskan ke unit yang tepat"
    if same_text_elsewhere >= TEMPLATE_USES:
        return Worth.ACKNOWLEDGEMENT, "teks yang sama dikirim berkali-kali"
    name = frozenset(words_of(answered_author or ""))
    set_aside: list[str] = []
    for segment in say.CUT.split(text[:MAX_CHARACTERS]):
        answers, reason = _weigh(segment or "", name, shouting=text.isupper())
        if answers:
            return Worth.ANSWER, reason
        if reason:
            set_aside.append(reason)
    return Worth.ACKNOWLEDGEMENT, _weightiest(set_aside)


def is_unsatisfied(text: str) -> bool:
    """True for a citizen's message after an answer that says the matter is not settled."""
    line = f" {' '.join(words_of(text))} "
    line = say.SETTLED.sub(" ", say.CONDITION.sub(" ", line))
    return bool(say.UNSETTLED.search(line)) or ("?" in text and bool(say.ASKS_AGAIN.search(line)))


def words_of(text: str) -> list[str]:
    """The respelled words of a text, without links and tags."""
    spell = _spell()
    return [word for piece in pieces(fold(text)) for word in spell(piece)]


@cache
def _spell() -> Callable[[str], tuple[str, ...]]:
    return speller(_SMALL_TALK | say.YES_NO | say.NAMELESS)


_COURTEOUS = "hanya salam, nama, atau ucapan terima kasih"
_EMPTY = "hanya emoji atau sebutan akun"
_HANDED_ON = "baru meneruskan atau memeriksa, belum menjawab"
_PRIVATELY = "mengalihkan ke pesan pribadi"
_ASKING = "meminta keterangan tambahan"
_WAITING = "meminta menunggu"
_PROMISED = "janji tanpa waktu"
_NAMELESS = "tidak menyebut siapa yang berwenang"
_SHORT = "terlalu singkat untuk menjawab"
_ORDER = (_HANDED_ON, _PROMISED, _PRIVATELY, _NAMELESS, _ASKING, _WAITING, _SHORT, _COURTEOUS)


def _weightiest(reasons: list[str]) -> str:
    return next((reason for reason in _ORDER if reason in reasons), _EMPTY)


def _weigh(segment: str, name: frozenset[str], *, shouting: bool) -> tuple[bool, str]:
    """Whether this segment alone answers, and why (not); the reason is empty for a segment without words."""
    words = words_of(segment)
    line = " ".join(words)
    content = [word for word in words if word not in _SMALL_TALK and word not in name]
    if not words:
        return False, ""
    if "?" in segment or say.DETAILS.search(line):
        return False, _ASKING
    if say.RESPONSIBLE.search(line):
        named = [word for word in content if word not in say.NAMELESS]
        return (True, "menyebut siapa yang berwenang") if named else (False, _NAMELESS)
    set_aside = _set_aside(words, line)
    if set_aside:
        return False, set_aside
    return _substance(segment, words, line, content, shouting=shouting)


def _set_aside(words: list[str], line: str) -> str | None:
    """Why a segment is only about the handling of the message; None when it may hold substance."""
    guided = say.INSTRUCTION.search(line) and not {"kami", "kita", "tim", "petugas"}.intersection(words)
    timed = say.TIME.search(line)
    if say.PRIVATE.search(line) and not guided:
        return _PRIVATELY
    if say.HANDLING.search(line) and not guided:
        return _HANDED_ON
    if say.WAITING.search(line) and not timed:
        return _WAITING
    if say.PROMISE.search(line) and not (timed or say.REASON.search(line)):
        return _PROMISED
    return None


def _substance(segment: str, words: list[str], line: str, content: list[str], *, shouting: bool) -> tuple[bool, str]:
    if say.TIME.search(line) or say.FIGURE.search(line):
        return True, "menyebut waktu, angka, atau biaya"
    if say.YES_NO.intersection(words[:3]) and not (content and _only_names(segment, content)):
        return _answers_plainly(words, content)
    if not content:
        return False, _COURTEOUS
    if say.DONE.search(line):
        return True, "menyebut yang sudah dikerjakan"
    if not shouting and _only_names(segment, content):
        return False, _COURTEOUS
    if say.INSTRUCTION.search(line):
        return True, "memberi petunjuk"
    if say.REASON.search(line) and len(content) > 1:
        return True, "menjelaskan alasan"
    told = [word for word in content if word not in say.NAMELESS]
    return (True, "berisi keterangan") if len(told) > 1 else (False, _SHORT)


def _answers_plainly(words: list[str], content: list[str]) -> tuple[bool, str]:
    """ "Bisa, kak" answers; "bisa kami" or "tidak apa-apa" with nothing else does not."""
    if len(words) <= 3 and set(words) & {"apa", "kami"}:
        return False, _COURTEOUS
    return True, "menjawab ya atau tidak" if not content else "berisi keterangan"


def _only_names(segment: str, content: list[str]) -> bool:
    """Every meaningful word is written with a capital: a name, a greeting line or a signature."""
    capitals = {fold(word.strip("*_\"'.,:;()")) for word in segment.split() if word.lstrip("*_\"'(")[:1].isupper()}
    return len(content) <= 6 and all(word in capitals for word in content)
