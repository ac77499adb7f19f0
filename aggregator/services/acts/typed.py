"""What people type, made fit to be kept."""

from __future__ import annotations

from aggregator.services.errors import Refused

LONGEST_REASON = 2_000
LONGEST_ANSWER = 20_000


def clean(text: str | None) -> str:
    """What a person typed, as every database can hold it; browsers send line ends as two signs."""
    return (text or "").replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode().strip()


def optional(reason: str | None) -> str | None:
    return clean(reason)[:LONGEST_REASON] or None


def required(reason: str, message: str = "Tuliskan alasannya, satu kalimat cukup.") -> str:
    """A reason that is there; raises Refused with `message` when it is not."""
    kept = clean(reason)[:LONGEST_REASON]
    if not kept:
        raise Refused(message)
    return kept


def answer_text(text: str) -> str:
    """An answer; raises Refused when it is empty or too long."""
    kept = clean(text)
    if not kept:
        raise Refused("Jawaban masih kosong.")
    if len(kept) > LONGEST_ANSWER:
        raise Refused("Jawaban terlalu panjang. Ringkas dahulu, lalu kirim lagi.")
    return kept
