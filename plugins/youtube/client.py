"""YouTube Data API v3, one function a question. A list costs one unit of the day's 10,000, whatever it brings.

Reading needs the app's API key (or a login); writing needs the login of the channel's owner. Both go in headers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from aggregator.contract import Context, Gone, Permanent, Response
from plugins.dialects import google

from . import parse
from .errors import COMMENTS_OFF, MEANINGS, NO_PLAYLIST
from .parse import Channel, Page, Row

API = "https://youtube.googleapis.com/youtube/v3"
BATCH = 50  # ids in one question
WRITE_COST = 50
INSERT_COST = 52  # the insert page adds two for part=snippet
FACE = "snippet,contentDetails,statistics"

Params = dict[str, str | int]


def channel(ctx: Context, which: Mapping[str, str]) -> Channel:
    """The channel that this filter names; raises Gone."""
    rows = parse.page_of(_read(ctx, "channels", {"part": FACE, **which}).json()).rows
    if not rows:
        raise Gone("Kanal ini tidak ditemukan di YouTube.")
    return parse.channel_of(rows[0])


def own_channels(ctx: Context, secrets: Mapping[str, str]) -> list[Channel]:
    """The channels that the person of this login chose at the consent page."""
    params: Params = {"part": FACE, "mine": "true", "maxResults": BATCH}
    head = google.bearer(secrets)
    response = ctx.http.get(f"{API}/channels", params=params, headers=head, allow=google.REFUSALS)
    page = parse.page_of(google.accepted(response, ctx, MEANINGS).json())
    return [parse.channel_of(row) for row in page.rows]


def uploads(ctx: Context, playlist: str, token: str | None = None) -> Page:
    """A page of a channel's videos, newest first; empty for a channel that never published one."""
    params: Params = {"part": "contentDetails", "playlistId": playlist, "maxResults": BATCH, **_token(token)}
    response = ctx.http.get(f"{API}/playlistItems", params=params, headers=_reader(ctx), allow=google.REFUSALS)
    if response.status == 404 and NO_PLAYLIST in google.reasons_of(response):
        return Page((), None)
    return parse.page_of(google.accepted(response, ctx, MEANINGS).json())


def videos(ctx: Context, ids: Collection[str], part: str = "snippet,statistics,status") -> tuple[Row, ...]:
    """What is shown of these videos (at most 50); those that are gone or private are left out."""
    params: Params = {"part": part, "id": ",".join(ids), "maxResults": BATCH}
    return parse.page_of(_read(ctx, "videos", params).json()).rows


def threads(ctx: Context, where: Mapping[str, str], token: str | None = None) -> Page | None:
    """A page of comment threads, newest thread first save for pinned ones; None when comments are switched off."""
    params: Params = {"part": "snippet,replies", "order": "time", "maxResults": 100, "textFormat": "plainText"}
    asked = {**params, **where, **_token(token)}
    response = ctx.http.get(f"{API}/commentThreads", params=asked, headers=_reader(ctx), allow=google.REFUSALS)
    if response.status == 403 and COMMENTS_OFF in google.reasons_of(response):
        return None
    return parse.page_of(google.accepted(response, ctx, MEANINGS).json())


def replies(ctx: Context, thread: str, token: str | None = None) -> Page:
    """A page of a thread's replies."""
    params: Params = {
        "part": "snippet",
        "parentId": thread,
        "maxResults": 100,
        "textFormat": "plainText",
        **_token(token),
    }
    return parse.page_of(_read(ctx, "comments", params).json())


def comments(ctx: Context, ids: Iterable[str]) -> tuple[Row, ...]:
    """These comments (at most 50); those no longer shown are left out."""
    params: Params = {"part": "snippet", "id": ",".join(ids), "textFormat": "plainText"}
    return parse.page_of(_read(ctx, "comments", params).json()).rows


def reply(ctx: Context, thread: str, text: str) -> str:
    """Say `text` under a top-level comment; the new comment's id."""
    body = {"snippet": {"parentId": thread, "textOriginal": text}}
    response = ctx.http.post(
        f"{API}/comments",
        params={"part": "snippet"},
        json=body,
        headers=google.bearer(ctx.secrets),
        allow=google.REFUSALS,
        cost=INSERT_COST,
    )
    (one,) = parse.ids_of([google.accepted(response, ctx, MEANINGS).json()])
    return one


def moderate(ctx: Context, comment: str, status: str) -> None:
    """Publish or reject a comment on the login's own channel."""
    response = ctx.http.post(
        f"{API}/comments/setModerationStatus",
        params={"id": comment, "moderationStatus": status},
        headers=google.bearer(ctx.secrets),
        allow=google.REFUSALS,
        cost=WRITE_COST,
    )
    google.accepted(response, ctx, MEANINGS)


def _read(ctx: Context, what: str, params: Mapping[str, str | int]) -> Response:
    response = ctx.http.get(f"{API}/{what}", params=params, headers=_reader(ctx), allow=google.REFUSALS)
    return google.accepted(response, ctx, MEANINGS)


def _reader(ctx: Context) -> dict[str, str]:
    """The key reads what is public, and outlives every login."""
    if key := ctx.secrets.get("api_key"):
        return {"X-Goog-Api-Key": key}
    if not ctx.secrets.get("access_token"):
        raise Permanent("API key YouTube belum diisi pada pengaturan plugin.")
    return google.bearer(ctx.secrets)


def _token(token: str | None) -> dict[str, str]:
    return {"pageToken": token} if token else {}
