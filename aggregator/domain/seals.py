"""A hash chain over rows that are only ever added: what shows that one was edited, deleted, swapped, slipped in or cut off.

A seal holds a mark of each of its rows (id and SHA-256 of what the row says, cut to 128 bits) and a head: HMAC-SHA-256 under a
key outside the database, over the head before it and the marks. Whoever has only the database can change rows and marks, but
no head.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import combinations
from typing import Any

import orjson

FIRST_HEAD = b""
_MARK = struct.Struct(">q16s")
_FEW = 60  # changed rows among which swapped ones are looked for

Row = tuple[Any, ...]  # its id first; integers, texts and None


class Kind(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    SWAPPED = "swapped"
    INSERTED = "inserted"
    CUT = "cut"  # the end is missing, seals and all
    SEAL = "seal"  # a seal itself was changed or taken away


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is not as it was sealed. `row`: the id of the row, for SEAL the number of the seal; `until`: the last
    of several, `row` being the first."""

    kind: Kind
    table: str
    row: int
    until: int | None = None


def seal_key(secret_key: str) -> bytes:
    """The key of heads, derived from one of SAHUT_SECRET_KEYS."""
    return sha256(b"sahut seals:" + secret_key.encode()).digest()


def marks_of(table: str, rows: Iterable[Row]) -> bytes:
    """The marks of rows, in their order."""
    return b"".join(_MARK.pack(row[0], _digest(table, row[0], row[1:])) for row in rows)


def _digest(table: str, key: int, says: Sequence[Any]) -> bytes:
    return sha256(orjson.dumps([table, key, *says])).digest()[:16]


def read_marks(marks: bytes) -> dict[int, bytes]:
    """Digest by id; raises ValueError for what are no marks."""
    if len(marks) % _MARK.size:
        raise ValueError("not a whole number of marks")
    return dict(_MARK.iter_unpack(marks))


def head_of(key: bytes, table: str, number: int, before: bytes, marks: bytes) -> bytes:
    frame = orjson.dumps([table, number, before.hex()])
    return hmac.new(key, frame + b"\n" + marks, sha256).digest()


def is_head(head: bytes, keys: Iterable[bytes], table: str, number: int, before: bytes, marks: bytes) -> bool:
    """Whether one of the keys made this head."""
    return any(hmac.compare_digest(head, head_of(key, table, number, before, marks)) for key in keys)


def compared(table: str, sealed: Mapping[int, bytes], rows: Sequence[Row]) -> list[Breach]:
    """What differs between the marks of a seal and the rows that stand in its range now, in the order of their ids."""
    here = {row[0]: row for row in rows}
    changed = [row for key, row in here.items() if key in sealed and _digest(table, key, row[1:]) != sealed[key]]
    swapped = _swapped(table, sealed, changed)
    found = [Breach(Kind.SWAPPED if row[0] in swapped else Kind.EDITED, table, row[0]) for row in changed]
    found += [Breach(Kind.DELETED, table, key) for key in sealed.keys() - here.keys()]
    found += [Breach(Kind.INSERTED, table, key) for key in here.keys() - sealed.keys()]
    return sorted(found, key=lambda breach: breach.row)


def _swapped(table: str, sealed: Mapping[int, bytes], changed: Sequence[Row]) -> frozenset[int]:
    """Ids of rows that say what another of them was sealed to say."""
    pairs = [
        (one[0], other[0])
        for one, other in combinations(changed[:_FEW], 2)
        if _digest(table, other[0], one[1:]) == sealed[other[0]] and _digest(table, one[0], other[1:]) == sealed[one[0]]
    ]
    return frozenset(key for pair in pairs for key in pair)
