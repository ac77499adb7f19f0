"""The id of a message: the platform's own wherever a file shows it, so that a file and the API agree."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from plugins.file.dates import Moment

MANGLED = "Kolom ID rusak oleh Excel, ekspor ulang sebagai teks"

_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d{2}", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="([^"]*)"')


class MangledId(ValueError):
    """A spreadsheet kept fifteen digits of a longer id: whose comment it was can no longer be known."""


def clean_id(value: Any, *, spreadsheet: bool = True) -> str | None:
    """An id as text, None when the cell holds none. Raises MangledId for what Excel rounded.

    `spreadsheet`: the value passed through a table program or a CSV; ids in JSON cannot be rounded that way.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float):
        if not value.is_integer() or abs(value) >= 1e15:
            raise MangledId
        value = int(value)
    text = str(value).strip().replace("\x00", "")
    if found := _FORMULA_TEXT.fullmatch(text):  # ="740…": how careful exports keep an id as text
        text = found[1]
    text = text.lstrip("'").strip()
    if spreadsheet and _looks_rounded(text):
        raise MangledId
    return text or None


def _looks_rounded(text: str) -> bool:
    digits = text.rsplit("_", 1)[-1]
    if _SCIENTIFIC.fullmatch(text):
        return True
    digits = re.sub(r"\.0+$", "", digits)
    return len(digits) >= 16 and digits.isdigit() and digits.endswith("000")


def canonical(platform: str | None, external_id: str) -> str:
    """One spelling for an id that a platform writes in several ways."""
    return facebook_id(external_id) if platform == "facebook" else external_id


def facebook_id(external_id: str) -> str:
    """`{post}_{comment}`, `{comment}` or base64 of "comment:{post}_{comment}": always the last number."""
    if external_id.startswith("Y29tbWVudD"):
        try:
            padded = external_id + "=" * (-len(external_id) % 4)
            external_id = base64.b64decode(padded, validate=True).decode("ascii").partition(":")[2] or external_id
        except (binascii.Error, UnicodeDecodeError):
            pass
    return external_id.rsplit("_", 1)[-1] or external_id


class Fallback:
    """Ids for messages whose file shows none: a hash of what the message is.

    Two rows with the same platform, post, author, minute and text are one comment captured twice, unless the
    file itself numbers them differently or shows another second: then they are twins, told apart by their
    order among themselves. A day counted back from today ("2 hari lalu") stays out of the hash, else the
    same file would bring new ids tomorrow.
    """

    def __init__(self) -> None:
        self._twins: dict[str, dict[tuple[str, str], int]] = {}

    def id_of(self, fields: Mapping[str, str], moment: Moment | None, number: str) -> str:
        """`fields`: platform, post, author, text; `number`: what the file numbers the row, "" for none."""
        base = digest(
            fields["platform"],
            fields["post"],
            fields["author"],
            minute_of(moment),
            " ".join(fields["text"].split()),
        )
        seen = self._twins.setdefault(base, {})
        order = seen.setdefault((number, moment.at.isoformat() if moment else ""), len(seen))
        return f"sha256:{base}" if order == 0 else f"sha256:{base}.{order + 1}"


def minute_of(moment: Moment | None) -> str:
    if moment is None or moment.relative:
        return ""
    return moment.at.strftime("%Y-%m-%dT%H:%M")


def digest(*parts: str) -> str:
    return hashlib.sha256("|".join(part.replace("|", "||") for part in parts).encode("utf-8", "replace")).hexdigest()


def moment_in(platform: str, external_id: str) -> Moment | None:
    """The moment that some platforms write into their ids: TikTok in the upper half, X in its snowflakes."""
    if not external_id.isdigit() or not 15 <= len(external_id) <= 20:
        return None
    number = int(external_id)
    seconds = {"tiktok": number >> 32, "x": ((number >> 22) + 1_288_834_974_657) // 1000}.get(platform)
    return Moment(datetime.fromtimestamp(seconds, UTC), "second") if seconds else None
