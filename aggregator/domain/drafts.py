"""What is said about a draft before it is sent: pure rules, each with its reason in the writer's words.

A doubt is a warning: the person may send all the same, for they know more than a rule does. Only what cannot be an answer
(no words at all) or cannot be sent (too long for its platform) blocks. Doubts:

* personal data of anyone (UU 27/2022): an answer stands in public;
* a date or a result that is promised: it is held against the office;
* a candidate's name in an election period (neutrality, UU 5/2014 and the circulars on it);
* what is rude; what only acknowledges and leaves the clock running; the same text once more."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from aggregator.domain import draft_words as say
from aggregator.domain.replies import Worth, judge_reply, words_of
from aggregator.domain.triage.masking import findings
from aggregator.domain.triage.normalise import fold

_SENTENCE = re.compile(r"[.!?;\n]+(?=\s|$)|\n+")
_LOUD_LETTERS = 24
_LOUD_SHARE = 0.8
_OFFICIAL_MAIL = re.compile(r"\.go\.id$", re.IGNORECASE)
_LANDLINE = re.compile(r"\D*0[2-7]")
_DATA = {
    "nik": "NIK", "kk": "nomor KK", "phone": "nomor telepon", "email": "alamat surel", "plate": "nomor kendaraan",
    "account": "nomor rekening",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text about to be sent. `length_of` counts as the platform does, None: plain characters. `uses`: how often the
    same words stand on the account in the last `uses_days` days. `names`: candidates of a running election period."""

    text: str
    citizen: str = ""
    limit: int | None = None
    length_of: Callable[[str], int] = len
    uses: int = 0
    most_uses: int = 5
    uses_days: int = 30
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """`reason` says what is the matter and what to do, in Bahasa Indonesia. `blocks`: it cannot be sent as it is."""

    kind: str
    reason: str
    blocks: bool = False


def doubts(draft: Draft) -> tuple[Doubt, ...]:
    """Everything there is to say about a draft, what blocks first; nothing of an answer without fault."""
    blocked = [doubt for doubt in (_wordless(draft.text), _too_long(draft)) if doubt]
    if blocked:
        return tuple(blocked)
    found = (_personal(draft.text), _dated(draft.text), _promised(draft.text), _candidate(draft), _rude(draft.text),
             _loud(draft.text), _repeated(draft), _empty_handed(draft))  # fmt: skip
    return tuple(doubt for doubt in found if doubt)


def digest(text: str, found: Sequence[Doubt]) -> str:
    """What a person confirms: these very doubts about this very text. A changed text has another digest."""
    kinds = ",".join(sorted(doubt.kind for doubt in found))
    return sha256(f"{kinds}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _wordless(text: str) -> Doubt | None:
    if any(letter.isalnum() for letter in fold(text)):
        return None
    return Doubt(
        "wordless", "Jawaban hanya berisi emoji atau tanda baca. Tulis jawabannya dengan kata-kata.", blocks=True
    )


def _too_long(draft: Draft) -> Doubt | None:
    length = draft.length_of(draft.text)
    if draft.limit is None or length <= draft.limit:
        return None
    told = f"Jawaban ini {_dotted(length)} huruf; platform ini menerima paling banyak {_dotted(draft.limit)}. "
    return Doubt("too_long", told + f"Kurangi {_dotted(length - draft.limit)} huruf.", blocks=True)


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _personal(text: str) -> Doubt | None:
    """Landlines and addresses under go.id are the office's own, and meant to be public."""
    kinds = [one.kind for one in findings(text) if not _offices_own(one.kind, text[one.start : one.end])]
    if not kinds:
        return None
    named = ", ".join(dict.fromkeys(_DATA[kind] for kind in kinds))
    return Doubt(
        "personal",
        f"Ada {named}. Jawaban dibaca semua orang: hapus data warga, atau pastikan itu milik kantor.",
    )


def _offices_own(kind: str, found: str) -> bool:
    return (kind == "email" and bool(_OFFICIAL_MAIL.search(found))) or (
        kind == "phone" and bool(_LANDLINE.match(found))
    )


def _dated(text: str) -> Doubt | None:
    for clause in _clauses(text):
        past = say.PAST.search(clause)
        coming = say.COMING.search(clause) if not past else None
        dated = say.DATED.search(clause) if not past and say.WILL.search(clause) else None
        found = coming or dated
        if found:
            return Doubt(
                "dated", f"Menjanjikan waktu (“{found[0].strip()}”). Pastikan kantor Anda sanggup menepatinya."
            )
    return None


def _promised(text: str) -> Doubt | None:
    for clause in _clauses(text):
        found = say.RESULT.search(clause)
        if found:
            return Doubt("promised", f"Menjanjikan hasil (“{found[0].strip()}”). Tulis yang sudah pasti saja.")
    return None


def _clauses(text: str) -> list[str]:
    return [" ".join(clause.split()) for clause in _SENTENCE.split(fold(text)) if clause and clause.strip()]


def _candidate(draft: Draft) -> Doubt | None:
    line = f" {' '.join(_plain_words(draft.text))} "
    named = [name for name in draft.names if (words := _plain_words(name)) and f" {' '.join(words)} " in line]
    if not named:
        return None
    return Doubt(
        "candidate", f"Menyebut {', '.join(named)} pada masa pemilihan. Akun kantor harus netral: hapus namanya."
    )


def _plain_words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", fold(text))


def _rude(text: str) -> Doubt | None:
    line = " ".join(_plain_words(text))
    rude = [word for word in line.split() if word in say.RUDE]
    respelled = " ".join(word for word in words_of(text) if word not in ("?",))
    for one in (line, respelled):
        found = say.RUDE_TO_SOMEBODY.search(one) or say.CONTEMPT.search(one)
        if found:
            rude.append(found[0])
            break
    if not rude:
        return None
    return Doubt("rude", f"Terbaca kasar (“{rude[0]}”). Warga yang marah pun dijawab dengan sopan.")


def _loud(text: str) -> Doubt | None:
    letters = [letter for letter in text if letter.isalpha()]
    upper = sum(letter.isupper() for letter in letters)
    if len(letters) < _LOUD_LETTERS or upper < _LOUD_SHARE * len(letters):
        return None
    return Doubt("loud", "Ditulis dengan huruf besar semua; terbaca seperti berteriak.")


def _repeated(draft: Draft) -> Doubt | None:
    if draft.uses < draft.most_uses:
        return None
    told = f"Teks yang sama sudah dipakai {draft.uses} kali dalam {draft.uses_days} hari di akun ini. "
    return Doubt("repeated", told + "Sesuaikan dengan pertanyaan warga ini.")


def _empty_handed(draft: Draft) -> Doubt | None:
    worth, reason = judge_reply(draft.text, answered_author=draft.citizen or None)
    if worth is Worth.ANSWER:
        return None
    return Doubt("acknowledgement", f"Belum menjawab ({reason}). Waktu tetap berjalan sampai ada jawaban yang berisi.")
