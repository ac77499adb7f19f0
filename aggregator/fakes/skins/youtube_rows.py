"""The rows of YouTube's lists, as the Data API writes them, and its way of refusing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from aggregator.fakes.world import Comment, Post, World

Row = dict[str, Any]
Words = Callable[[Comment], Row]
SHOWN_REPLIES = 5


class Refusal(Exception):
    """What YouTube answers instead: {"error": {"code", "message", "errors": [{"domain", "reason", …}]}}."""

    def __init__(self, status: int, reason: str, domain: str, parameter: str | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.domain, self.parameter = status, reason, domain, parameter

    def body(self) -> Row:
        where = {"location": self.parameter, "locationType": "parameter"} if self.parameter else {}
        said = f"The request was refused: <code>{self.reason}</code>."
        errors = [{"message": said, "domain": self.domain, "reason": self.reason, **where}]
        return {"error": {"code": self.status, "message": said, "errors": errors}}


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def root_of(comment: Comment, world: World) -> Comment:
    """The top of a comment's thread: YouTube has one level of replies."""
    while comment.parent and (above := world.comments.get(("youtube", comment.parent))):
        comment = above
    return comment


def shown_id(comment: Comment, world: World) -> str:
    """A reply's id is its thread's with a suffix."""
    top = root_of(comment, world)
    return comment.id if top is comment or "." in comment.id else f"{top.id}.{comment.id}"


def video_row(world: World, post: Post, parts: set[str]) -> Row:
    """The parts that were asked for; no counter where comments are switched off."""
    shown = [one for one in world.comments_of(post) if not one.hidden and not one.more.get("held")]
    counter = {} if post.more.get("comments_off") else {"commentCount": str(len(shown))}
    face = {"publishedAt": stamp(post.at), "channelId": post.place.key, "title": post.text, "description": "",
            "channelTitle": post.place.title}  # fmt: skip
    known = {
        "snippet": face,
        "statistics": {"viewCount": "120", "likeCount": "4", "favoriteCount": "0", **counter},
        "status": {"uploadStatus": "processed", "privacyStatus": post.more.get("privacy", "public")},
    }
    return {
        "kind": "youtube#video",
        "etag": "e",
        "id": post.id,
        **{name: known[name] for name in known if name in parts},
    }


def comment_row(comment: Comment, words: Words) -> Row:
    """A comment resource. `words` gives its shown ids and texts. Deleted writers have a name and no channel."""
    told, author = words(comment), comment.author
    one = told.pop("id")
    who: Row = {"authorDisplayName": author.handle or author.name if author else "@pengguna-dihapus"}
    if author and author.id:
        who |= {
            "authorProfileImageUrl": f"https://yt3.example/{author.id}.jpg",
            "authorChannelUrl": f"http://www.youtube.com/channel/{author.id}",
            "authorChannelId": {"value": author.id},
        }
    snippet = {
        "channelId": comment.post.place.key, **told, **who, "canRate": True, "viewerRating": "none",
        "likeCount": comment.likes, "publishedAt": stamp(comment.at), "updatedAt": stamp(comment.edited_at or comment.at),
    }  # fmt: skip
    return {"kind": "youtube#comment", "etag": "e", "id": one, "snippet": snippet}


def thread_row(replies: Sequence[Comment], top: Comment, words: Words) -> Row:
    """A thread with at most five of its replies."""
    row = comment_row(top, words)
    row["snippet"]["videoId"] = top.post.id
    shown = [comment_row(one, words) for one in replies[:SHOWN_REPLIES]]
    snippet = {
        "channelId": top.post.place.key, "videoId": top.post.id, "topLevelComment": row, "canReply": True,
        "totalReplyCount": len(replies), "isPublic": top.more.get("public", True),
    }  # fmt: skip
    beside = {"replies": {"comments": shown}} if shown else {}
    return {"kind": "youtube#commentThread", "etag": "e", "id": row["id"], "snippet": snippet, **beside}
