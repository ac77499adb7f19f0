"""One cell: its words cleaned, and never more of a person than is needed."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|img|font|h[1-6]|table|tr|td)(?:\s[^<>]{0,500})?/?>", re.I
)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])(?:\s[^<>]{0,100})?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#0?39|apos);")
_CONTACT = re.compile(r"\S{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+|\+?[\d\s().-]{8,24}")
_UNNAMED = frozenset({"anonim", "anonymous", "anonymus", "rahasia", "dirahasiakan", "tanpa nama", "-", "null", "none"})
_YES = frozenset({"ya", "y", "yes", "true", "1", "v", "x", "anonim", "rahasia"})


def text(value: Any) -> str:
    """Plain text of a cell: no markup, NUL or half characters, NFC, our own export's apostrophe gone."""
    words = plain(value)
    if _TAG.search(words):
        words = "\n".join(line.strip() for line in _TAG.sub("", _BREAK.sub("\n", words)).split("\n"))
    if _ENTITY.search(words):
        words = html.unescape(words)
    if len(words) > 1 and words[0] == "'" and words[1] in "=+-@\t":
        words = words[1:]
    return unicodedata.normalize("NFC", words).replace("\xa0", " ").strip()


def plain(value: Any) -> str:
    """A cell as text, as a person would read it in the spreadsheet."""
    if value is None or isinstance(value, bool):
        return "ya" if value else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if not isinstance(value, (str, int, float)):
        return ""
    return whole(str(value)).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def whole(words: str) -> str:
    """Without halves of surrogate pairs, which no database stores."""
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def name(value: Any) -> str | None:
    """A person's public name; None for "Anonim" and for a phone number, a NIK or an e-mail address."""
    words = " ".join(text(value).split())[:200]
    if not words or words.casefold() in _UNNAMED or _CONTACT.fullmatch(words):
        return None
    return words


def yes(value: Any) -> bool:
    return plain(value).casefold() in _YES


def shown(value: Any) -> str | None:
    """A date cell that may be repeated in an error: short, no run of digits that could be a person's."""
    words = plain(value)
    harmless = re.fullmatch(r"[\w .,:/+-]{1,30}", words) and re.search(r"\d", words)
    return words if harmless and not re.search(r"\d{9}", words) else None
