"""YouTube, pretended: the Data API v3 (reads by key, writes by the owner's token), the channels' feeds and the hub.

`Place.key` is the channel id, `handle` its "@handle". Of `more`: on a post `comments_off`, on a comment `pinned`, `public`
(False: shown to its channel alone) and `held`. Notes: `units` counts the day's quota (`quota`, 10,000), `page` makes
pages short, `hold_replies` lets the channel's own filters hold what is inserted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from functools import partial
from html import escape
from html import escape as xml
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, request

from aggregator.fakes.skin import Push, Skin, Wsgi
from aggregator.fakes.skins import google
from aggregator.fakes.skins.youtube_rows import Refusal, comment_row, root_of, shown_id, stamp, thread_row, video_row
from aggregator.fakes.world import Comment, Place, Post, World

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
KEY = "AIza-kunci-baca-sahut-77b1"
WEBHOOK = {"webhook_secret": "rahasia-webhook-yt-90ee", "verify_token": "token-periksa-yt-12ad"}
COST = {"insert": 50, "setModerationStatus": 50}

Row = dict[str, Any]


class YouTubeSkin(Skin):
    platform = "youtube"
    hosts = ("youtube.googleapis.com", "www.youtube.com", "pubsubhubbub.appspot.com")
    app_settings: Mapping[str, str] = {"api_key": KEY, **google.CLIENT, **WEBHOOK}

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._handles: dict[str, Place] = {}
        self._counted = -1

    def address(self, place: Place) -> str:
        return (
            f"https://www.youtube.com/{place.handle}"
            if place.handle
            else f"https://www.youtube.com/channel/{place.key}"
        )

    def secrets(self, place: Place) -> Mapping[str, str]:
        token = google.give_token(self.world, SCOPE, place.key, token=f"ya29.kanal-{place.key}")
        return {"access_token": token}

    def announce(self, post: Post) -> Push:
        """What the hub sends when a video is published."""
        body = self._atom([post]).encode()
        sign = hmac.new(WEBHOOK["webhook_secret"].encode(), body, hashlib.sha1).hexdigest()
        return Push(platform=self.platform, body=body, headers={"X-Hub-Signature": f"sha1={sign}"})

    def app(self) -> Wsgi:
        app, v3 = Flask(__name__), "/youtube/v3"
        for name, view in (
            ("channels", self._channels),
            ("playlistItems", self._uploads),
            ("videos", self._videos),
            ("commentThreads", self._threads),
            ("comments", self._comments),
        ):
            app.add_url_rule(f"{v3}/{name}", name, partial(self._counted_call, view, 1))
        insert = partial(self._counted_call, self._insert, COST["insert"])
        app.add_url_rule(f"{v3}/comments", "insert", insert, methods=["POST"])
        moderate = partial(self._counted_call, self._moderate, COST["setModerationStatus"])
        app.add_url_rule(f"{v3}/comments/setModerationStatus", "moderate", moderate, methods=["POST"])
        app.add_url_rule("/feeds/videos.xml", view_func=self._feed)
        app.add_url_rule("/subscribe", view_func=self._subscribe, methods=["POST"])
        return app.wsgi_app

    # -- who asks, and what it costs -----------------------------------------------------------------------------------

    def _counted_call(self, view: Any, cost: int) -> Any:
        notes, today = (
            self.world.notes("youtube"),
            self.world.clock().astimezone(ZoneInfo("America/Los_Angeles")).date(),
        )
        with self.world.lock:
            used = notes["units"] if notes.get("day") == today else 0
            notes["day"], notes["units"] = today, used + cost
        try:
            if used + cost > notes.get("quota", 10_000):
                raise Refusal(403, "quotaExceeded", "youtube.quota")
            return view()
        except Refusal as refusal:
            return refusal.body(), refusal.status

    def _asker(self) -> str | None:
        """The channel whose token came along, None for the app's key; refuses everybody else."""
        if authorization := request.headers.get("Authorization"):
            owner = google.owner_of(self.world, authorization, SCOPE)
            if owner is None:
                raise Refusal(401, "authError", "global")
            return owner
        if (request.headers.get("X-Goog-Api-Key") or request.args.get("key")) != KEY:
            raise Refusal(400, "keyInvalid", "usageLimits")
        return None

    def _writer(self) -> Place:
        owner = self._asker()
        place = self.world.places.get(("youtube", owner or ""))
        if owner is None:
            raise Refusal(401, "authError", "global")
        if place is None:
            raise Refusal(403, "authenticatedUserNotChannel", "youtube.common")
        return place

    # -- reading -----------------------------------------------------------------------------------------------------

    def _channels(self) -> Row:
        asker = self._asker()
        places = [place for place in (self._channel_asked(asker),) if place]
        rows = [self._channel_row(place) for place in places]
        answer = _list("channel", rows, len(rows))
        return answer if rows else {name: value for name, value in answer.items() if name != "items"}

    def _channel_asked(self, asker: str | None) -> Place | None:
        _exactly_one("id", "forHandle", "forUsername", "mine")
        if request.args.get("mine"):
            if asker is None:
                raise Refusal(401, "authError", "global")
            return self.world.places.get(("youtube", asker))
        if one := request.args.get("id"):
            return self.world.places.get(("youtube", one))
        return self._by_handle((request.args.get("forHandle") or request.args["forUsername"]).lower().removeprefix("@"))

    def _by_handle(self, handle: str) -> Place | None:
        if self._counted != len(self.world.places):
            places = list(self.world.places_on("youtube"))
            self._handles = {(place.handle or "").lower().removeprefix("@"): place for place in places}
            self._counted = len(self.world.places)
        return self._handles.get(handle)

    def _channel_row(self, place: Place) -> Row:
        videos = self.world.posts_of(place)
        return {
            "kind": "youtube#channel", "etag": "e", "id": place.key,
            "snippet": {"title": place.title, "description": "", "customUrl": place.handle, "publishedAt": "2019-02-01T00:00:00Z",
                        "country": "ID"},
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": "UU" + place.key[2:]}},
            "statistics": {"viewCount": "90211", "subscriberCount": str(place.followers), "hiddenSubscriberCount": False,
                           "videoCount": str(len(videos))},
        }  # fmt: skip

    def _uploads(self) -> Row:
        self._asker()
        place = self.world.places.get(("youtube", "UC" + request.args.get("playlistId", "")[2:]))
        posts = self.world.posts_of(place) if place else []
        if not posts:
            raise Refusal(404, "playlistNotFound", "youtube.playlistItem", "playlistId")
        rows, after = self._page(posts, 50)
        items = [
            {"kind": "youtube#playlistItem", "etag": "e", "id": f"item.{post.id}",
             "contentDetails": {"videoId": post.id, "videoPublishedAt": stamp(post.at)}}
            for post in rows
        ]  # fmt: skip
        return _list("playlistItem", items, len(posts), after)

    def _videos(self) -> Row:
        self._asker()
        ids = [one for one in request.args.get("id", "").split(",") if one]
        if not ids or len(ids) > 50:
            raise Refusal(400, "invalidFilters", "youtube.parameter", "id")
        posts = [post for one in ids if (post := self.world.posts.get(("youtube", one))) and post.shown]
        return _list("video", [video_row(self.world, post, _parts()) for post in posts], len(posts))

    def _threads(self) -> Row:
        asker = self._asker()
        _exactly_one("videoId", "allThreadsRelatedToChannelId", "id")
        tops = self._tops()
        rows, after = self._page(sorted(tops, key=_newest_first), 100)
        text = request.args.get("textFormat", "html")
        words, below = partial(self._words, text, asker), self._below({top.post.id: top.post for top in rows}.values())
        shown = [thread_row(below.get(top.id, []), top, words) for top in rows]
        return _list("commentThread", shown, len(rows), after)

    def _tops(self) -> list[Comment]:
        if one := request.args.get("videoId"):
            post = self.world.posts.get(("youtube", one))
            if post is None or not post.shown:
                raise Refusal(404, "videoNotFound", "youtube.commentThread", "videoId")
            if post.more.get("comments_off"):
                raise Refusal(403, "commentsDisabled", "youtube.commentThread", "videoId")
            return [comment for comment in self._public(post) if comment.parent is None]
        place = self.world.places.get(("youtube", request.args.get("allThreadsRelatedToChannelId", "")))
        if place is None:
            raise Refusal(404, "channelNotFound", "youtube.commentThread", "allThreadsRelatedToChannelId")
        posts = [post for post in self.world.posts_of(place) if not post.more.get("comments_off")]
        return [comment for post in posts for comment in self._public(post) if comment.parent is None]

    def _comments(self) -> Row:
        asker = self._asker()
        _exactly_one("id", "parentId")
        if request.args.get("parentId"):
            top = self._comment(request.args["parentId"])
            if top is None or top.parent:
                raise Refusal(404, "commentNotFound", "youtube.comment", "parentId")
            found, after = self._page(self._below([top.post]).get(top.id, []), 100)
        else:
            ids = request.args["id"].split(",")
            if len(ids) > 50:
                raise Refusal(400, "invalidFilters", "youtube.parameter", "id")
            found, after = [one for one in map(self._comment, ids) if one], None
        words = partial(self._words, request.args.get("textFormat", "html"), asker)
        return _list("comment", [comment_row(one, words) for one in found], len(found), after)

    def _public(self, post: Post) -> list[Comment]:
        return [one for one in self.world.comments_of(post) if not one.hidden and not one.more.get("held")]

    def _below(self, posts: Iterable[Post]) -> dict[str, list[Comment]]:
        """Top-level id -> its replies, newest first; a reply to a reply stands under the same top."""
        below: dict[str, list[Comment]] = {}
        for comment in (one for post in posts for one in self._public(post)[::-1] if one.parent):
            below.setdefault(root_of(comment, self.world).id, []).append(comment)
        return below

    def _comment(self, one: str) -> Comment | None:
        known = self.world.comments.get(("youtube", one)) or self.world.comments.get(
            ("youtube", one.rpartition(".")[2])
        )
        if known is None or not known.shown or known.hidden or known.more.get("held"):
            return None
        open_video = known.post.shown and not known.post.more.get("comments_off")
        return known if open_video and shown_id(known, self.world) == one else None

    def _words(self, how: str, asker: str | None, comment: Comment) -> Row:
        """As shown; as written only for the one who wrote it."""
        words = {"textDisplay": comment.text if how == "plainText" else escape(comment.text).replace("\n", "<br>")}
        mine = comment.author is not None and asker is not None and comment.author.id == asker
        extra = {"textOriginal": comment.text} if mine else {}
        parent = {"parentId": shown_id(root_of(comment, self.world), self.world)} if comment.parent else {}
        return {"id": shown_id(comment, self.world), **words, **extra, **parent}

    def _page(self, rows: Sequence[Any], most: int) -> tuple[Sequence[Any], str | None]:
        """A page by position, as YouTube's tokens are: what is added meanwhile shifts the rest."""
        size = min(int(request.args.get("maxResults", 20 if most == 100 else 5)), most)
        if not 1 <= int(request.args.get("maxResults", 1)) <= most:
            raise Refusal(400, "invalidValue", "youtube.parameter", "maxResults")
        size = min(size, self.world.notes("youtube").get("page", most))
        start = _position(request.args.get("pageToken"))
        after = None if start + size >= len(rows) else _token(start + size)
        return rows[start : start + size], after

    # -- writing -----------------------------------------------------------------------------------------------------

    def _insert(self) -> Row:
        place, told = self._writer(), (request.get_json() or {}).get("snippet", {})
        if not told.get("parentId"):
            raise Refusal(400, "parentIdMissing", "youtube.comment", "parentId")
        if not (told.get("textOriginal") or "").strip():
            raise Refusal(400, "commentTextRequired", "youtube.comment", "textOriginal")
        if len(told["textOriginal"]) > 10_000:
            raise Refusal(400, "commentTextTooLong", "youtube.comment", "textOriginal")
        top = self._comment(told["parentId"])
        if top is None or top.parent:
            raise Refusal(404, "parentCommentNotFound", "youtube.comment", "parentId")
        held = bool(self.world.notes("youtube").get("hold_replies"))
        reply = self.world.say(top.post, place.office, told["textOriginal"].strip(), parent=top.id, held=held)
        return comment_row(reply, partial(self._words, "plainText", place.key))

    def _moderate(self) -> Any:
        place = self._writer()
        status, comment = request.args.get("moderationStatus"), self._any_comment(request.args.get("id", ""))
        if status not in ("published", "heldForReview", "rejected"):
            raise Refusal(400, "invalidValue", "youtube.parameter", "moderationStatus")
        if request.args.get("banAuthor") == "true" and status != "rejected":
            raise Refusal(400, "banWithoutReject", "youtube.comment")
        if comment is None:
            raise Refusal(404, "commentNotFound", "youtube.comment", "id")
        if comment.post.place is not place:
            raise Refusal(403, "forbidden", "youtube.comment")
        self.world.hide(comment, status != "published")
        return "", 204

    def _any_comment(self, one: str) -> Comment | None:
        comment = self.world.comments.get(("youtube", one))
        return comment or self.world.comments.get(("youtube", one.rpartition(".")[2]))

    # -- feeds -------------------------------------------------------------------------------------------------------

    def _feed(self) -> Any:
        place = self.world.places.get(("youtube", request.args.get("channel_id", "")))
        if place is None:
            return "<html><title>Error 404 (Not Found)</title></html>", 404
        return self._atom(self.world.posts_of(place)[:15]), 200, {"Content-Type": "text/xml; charset=UTF-8"}

    def _subscribe(self) -> Any:
        form, topic = request.form, "https://www.youtube.com/feeds/videos.xml?channel_id="
        if not form.get("hub.callback") or form.get("hub.mode") not in ("subscribe", "unsubscribe"):
            return "Invalid request", 400
        if not form.get("hub.topic", "").startswith(topic):
            return "Invalid topic", 400
        self.world.notes("youtube").setdefault("subscribed", {})[form["hub.topic"].removeprefix(topic)] = dict(form)
        return "", 202

    def _atom(self, posts: Sequence[Post]) -> str:
        entries = "".join(
            f"<entry><id>yt:video:{post.id}</id><yt:videoId>{post.id}</yt:videoId>"
            f"<yt:channelId>{post.place.key}</yt:channelId><title>{xml(post.text)}</title>"
            f"<published>{post.at.astimezone(UTC).isoformat()}</published></entry>"
            for post in posts
        )
        spaces = 'xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"'
        return f'<?xml version="1.0" encoding="UTF-8"?><feed {spaces}><title>YouTube</title>{entries}</feed>'


def _newest_first(comment: Comment) -> tuple[bool, float, str]:
    return (not comment.more.get("pinned"), -comment.at.timestamp(), comment.id)


def _list(kind: str, rows: Sequence[Any], total: int, after: str | None = None) -> Row:
    """A list's answer; without a next page it names none."""
    page = {"totalResults": total, "resultsPerPage": len(rows)}
    token = {"nextPageToken": after} if after else {}
    return {"kind": f"youtube#{kind}ListResponse", "etag": "e", **token, "pageInfo": page, "items": list(rows)}


def _parts() -> set[str]:
    return set(request.args.get("part", "").split(","))


def _exactly_one(*filters: str) -> None:
    if not request.args.get("part"):
        raise Refusal(400, "required", "youtube.parameter", "part")
    given = [name for name in filters if request.args.get(name)]
    if len(given) != 1:
        raise Refusal(400, "incompatibleParameters" if given else "missingRequiredParameter", "youtube.parameter")


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(f"get_newest_first--{position}".encode()).decode()


def _position(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("get_newest_first--"))
    except ValueError:
        raise Refusal(400, "processingFailure", "youtube.commentThread", "pageToken") from None
