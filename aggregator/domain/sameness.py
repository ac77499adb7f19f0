"""When two texts are the same words: pasted at several accounts, differing in case, blanks, signs and emoji at most."""

from __future__ import annotations

from hashlib import blake2b

_SHORTEST = 25  # letters; anyone writes "kapan diperbaiki pak" by themselves


def same_words(text: str) -> int | None:
    """A number that texts of the same words share; None for what is too short to say so."""
    letters = "".join(letter for letter in text.casefold() if letter.isalnum())
    if len(letters) < _SHORTEST:
        return None
    return int.from_bytes(blake2b(letters.encode(errors="replace"), digest_size=8).digest(), "big", signed=True)
