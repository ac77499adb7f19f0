"""Zeeschuimer: what a browser showed while an operator scrolled, one JSON object a line.

TikTok comments come whole. Of other captures the posts are taken as mentions, where they hold text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aggregator.contract import Kind, Permanent
from plugins.file import jsonlines, links

NOT_CAPTURE = "baris ini bukan tangkapan Zeeschuimer yang dikenal"
_COMMENTS = "tiktok-comments"

# Where each platform keeps what we need; steps of a path parted by dots, several paths tried in order.
_PATHS: Mapping[str, Mapping[str, str]] = {
    _COMMENTS: {
        "external_id": "cid",
        "post_id": "aweme_id",
        "parent_id": "reply_id",
        "text": "text",
        "created_at": "create_time",
        "author": "user.nickname|user.unique_id",
        "handle": "user.unique_id",
        "author_id": "user.uid",
        "likes": "digg_count",
    },
    "tiktok": {
        "external_id": "id",
        "post_id": "id",
        "text": "desc",
        "created_at": "createTime",
        "author": "author.nickname|author.uniqueId",
        "handle": "author.uniqueId",
        "author_id": "author.id",
    },
    "instagram": {
        "external_id": "code|shortcode",
        "post_id": "code|shortcode",
        "text": "caption.text|edge_media_to_caption.edges.0.node.text",
        "created_at": "taken_at|taken_at_timestamp",
        "author": "user.full_name|user.username|owner.username",
        "handle": "user.username|owner.username",
        "author_id": "user.pk|user.id|owner.id",
    },
    "threads": {
        "external_id": "code",
        "post_id": "code",
        "text": "caption.text",
        "created_at": "taken_at",
        "author": "user.username",
        "handle": "user.username",
        "author_id": "user.pk|user.id",
    },
    "twitter": {
        "external_id": "rest_id|legacy.id_str",
        "post_id": "rest_id|legacy.id_str",
        "text": "legacy.full_text",
        "created_at": "legacy.created_at",
        "author": "core.user_results.result.core.name|core.user_results.result.legacy.name",
        "handle": "core.user_results.result.core.screen_name|core.user_results.result.legacy.screen_name",
        "author_id": "core.user_results.result.rest_id",
    },
    "facebook": {
        "external_id": "comet_sections.content.story.post_id|post_id",
        "post_id": "comet_sections.content.story.post_id|post_id",
        "permalink": "comet_sections.content.story.wwwURL",
        "text": "comet_sections.content.story.message.text",
        "created_at": "comet_sections.timestamp.story.creation_time|creation_time|timestamp",
        "author": "comet_sections.content.story.actors.0.name",
        "author_id": "comet_sections.content.story.actors.0.id",
        "author_url": "comet_sections.content.story.actors.0.url",
    },
}
_POST_PAGES = {
    "tiktok": "https://www.tiktok.com/@{handle}/video/{external_id}",
    "instagram": "https://www.instagram.com/p/{external_id}/",
    "threads": "https://www.threads.net/@{handle}/post/{external_id}",
    "twitter": "https://x.com/{handle}/status/{external_id}",
}


def is_capture(first: Any) -> bool:
    return isinstance(first, dict) and "source_platform" in first and "data" in first


def read(data: bytes, encoding: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Line number with its message's fields, or with why it cannot be read; posts without text are skipped.

    Raises Permanent when there are too many lines or none of them is a capture.
    """
    jsonlines.count_lines(data)
    if not any(is_capture(item) for _, item in jsonlines.lines(data, encoding)):
        raise Permanent("Tidak ada baris Zeeschuimer di berkas ini. Unggah berkas .ndjson dari tombol Export.")
    for number, item in jsonlines.lines(data, encoding):
        if item is None:
            yield number, jsonlines.NOT_JSON
            continue
        fields = _fields(item)
        if fields is None:
            yield number, NOT_CAPTURE
        elif fields.get("text") or fields["platform"] == _COMMENTS:
            yield number, fields


def _fields(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The envelope names the platform and the page; `data` is the platform's own object."""
    platform = str(item.get("source_platform", "")).lower()
    paths = _PATHS.get(platform)
    if paths is None or not isinstance(item.get("data"), dict):
        return None
    fields = {name: _first(item["data"], path) for name, path in paths.items()}
    fields = {name: value for name, value in fields.items() if value not in (None, "")}
    fields["platform"] = platform
    if platform == _COMMENTS:
        return fields | _page_of(item, fields)
    fields["kind"] = Kind.MENTION
    if platform in _POST_PAGES and "external_id" in fields:
        fields.setdefault("permalink", _POST_PAGES[platform].format_map({"handle": "i", **fields}))
    return fields


def _page_of(item: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The page the operator was on, when it is the comment's own video: only then it tells whose it is."""
    page = links.read(str(item.get("source_platform_url", "")))
    if page and page.post_id and page.post_id == str(fields.get("post_id")):
        return {"post_url": page.url}
    return {}


def _first(value: Any, paths: str) -> Any:
    return next((found for path in paths.split("|") if (found := _at(value, path)) not in (None, "")), None)


def _at(value: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value
