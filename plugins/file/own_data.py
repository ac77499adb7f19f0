"""What an account downloads of itself: the comments it wrote, so official replies.

Instagram's and TikTok's JSON names neither the comment nor its post: ids are hashes, threads stay alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plugins.file import cells, jsonlines

_LABELS = {"comment": "text", "komentar": "text", "media owner": "owner", "pemilik media": "owner"}


def read(document: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Comments in order, numbered from 1; nothing when the document holds none."""
    yield from enumerate([*_tiktok(document), *_instagram(document)], 1)


def _tiktok(document: Any) -> Iterator[dict[str, Any]]:
    """`Comment.Comments.CommentsList[{date, comment, url}]`, wherever it hangs this year; times are UTC."""
    for item in _found(document, "CommentsList"):
        if isinstance(item, dict):
            yield {
                "platform": "tiktok",
                "text": item.get("comment"),
                "created_at": _zoned(item.get("date")),
                "permalink": item.get("url"),
            }


def _instagram(document: Any) -> Iterator[dict[str, Any]]:
    """`string_map_data` with labels in the account's language; the time is the one entry with a timestamp."""
    items = document if isinstance(document, list) else _found(document, "comments_media_comments")
    for item in items:
        entries = item.get("string_map_data") if isinstance(item, dict) else None
        if isinstance(entries, dict):
            yield {"platform": "instagram", **dict(_labelled(entries))}


def _labelled(entries: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for label, entry in entries.items():
        if not isinstance(entry, dict):
            continue
        if entry.get("timestamp"):
            yield "created_at", entry["timestamp"]
        elif _LABELS.get(repaired(label).strip().lower()) == "text":
            yield "text", repaired(str(entry.get("value", "")))


def _found(document: Any, key: str, depth: int = 6) -> list[Any]:
    if not isinstance(document, dict) or depth == 0:
        return []
    if isinstance(document.get(key), list):
        return list(document[key])
    return next((items for value in document.values() if (items := _found(value, key, depth - 1))), [])


def _zoned(value: Any) -> Any:
    return f"{value} UTC" if isinstance(value, str) and not value.upper().endswith(("UTC", "Z")) else value


def repaired(text: str) -> str:
    """Instagram writes the bytes of UTF-8 as if each were a letter; turned back where it did."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def spoken(words: str) -> str:
    """Takeout writes a comment as runs of JSON, `{"text":"Terima "},{"mention":…}`; older ones are plain."""
    runs = jsonlines.parse(f"[{words}]") if words.startswith("{") else None
    return cells.text("".join(_run(run) for run in runs)) or words if isinstance(runs, list) else words


def _run(run: Any) -> str:
    if isinstance(run, dict):
        return "".join(_run(value) for key, value in run.items() if key in ("text", "mention", "displayName"))
    return run if isinstance(run, str) else ""
