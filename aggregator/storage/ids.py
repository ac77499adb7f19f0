"""Message ids: the platform's second in the high bits, a hash in the low ones.

So id order is time order whenever a message arrives, one column serves keyset paging, full text and the item, and
the public code of an item (Crockford base 32 of the id) neither counts anything nor can be guessed.
"""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

from aggregator.storage.db import from_micros

_HASH_BITS = 30
_HASH_MASK = (1 << _HASH_BITS) - 1
_HEAD_START_SECONDS = (0, 86_400, 7 * 86_400)  # ordinary, soon, danger
_MAX_SECOND = (1 << 33) - 1
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {letter: value for value, letter in enumerate(_ALPHABET)} | {"o": 0, "i": 1, "l": 1}
_CODE_LENGTH = 13
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_SHIFTS = (50, 40, 30, 20, 10, 0)


def message_id(created_at_micros: int, account_id: int, external_id: str) -> int:
    """The id of a message: the same message always gets the same one."""
    second = min(max(created_at_micros // 1_000_000, 0), _MAX_SECOND)
    return (second << _HASH_BITS) | (crc32(f"{account_id}:{external_id}".encode()) & _HASH_MASK)


def next_id(taken: int) -> int:
    """Another id within the same second, for the rare pair of messages whose hashes meet."""
    return (taken & ~_HASH_MASK) | ((taken + 1) & _HASH_MASK)


def first_id_at(moment_micros: int) -> int:
    """The smallest id a message of that moment can have: a bound for "newer than"."""
    return max(moment_micros // 1_000_000, 0) << _HASH_BITS


def rank_of(identity: int, urgency: int) -> int:
    """Where an item stands in the queue: by its time, an urgent one as if it were so much newer. At least the id."""
    return identity + (_HEAD_START_SECONDS[urgency] << _HASH_BITS)


def time_of(identity: int) -> datetime:
    """The platform's second inside an id."""
    return from_micros((identity >> _HASH_BITS) * 1_000_000)


def code_of(identity: int) -> str:
    """The public code of an item. Two letters at a time: a page shows fifty codes."""
    letters = _ALPHABET[identity >> 60]
    for shift in _SHIFTS:
        letters += _PAIRS[identity >> shift & 1023]
    return letters


def id_of(code: str) -> int | None:
    """The id behind a public code as a person may type it; None when it is none."""
    letters = code.strip().lower().replace("-", "")
    if len(letters) != _CODE_LENGTH or any(letter not in _VALUE for letter in letters):
        return None
    identity = 0
    for letter in letters:
        identity = identity * 32 + _VALUE[letter]
    return identity if identity < 1 << 63 else None
