"""How the pretended X names and writes what the world holds: ids, versions, faces, tokens of pages."""

from __future__ import annotations

import base64
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from aggregator.fakes.world import Comment, Person, Place, Post

PROBLEMS = "https://api.x.com/2/problems/"

Said = Post | Comment


def user_id(place: Place) -> str:
    """The number X knows an account by."""
    return str(9_000_000_000 + zlib.crc32(place.key.encode()))


def face_of(place: Place) -> dict[str, Any]:
    return {
        "id": user_id(place), "username": place.handle or place.key, "name": place.title, "verified": place.verified,
        "protected": bool(place.more.get("protected")), "public_metrics": {"followers_count": place.followers},
    }  # fmt: skip


def home_of(one: Said) -> Place:
    return one.place if isinstance(one, Post) else one.post.place


def writer_of(one: Said) -> Person:
    return one.author or home_of(one).office


def author_id(who: Person, place: Place) -> str:
    return user_id(place) if who.id == place.key else str(who.id)


def conversation_of(one: Said) -> str:
    return one.id if isinstance(one, Post) else one.post.id


def versions_of(one: Said) -> list[str]:
    return list(one.more.get("versions", (one.id,)))


def latest_of(one: Said) -> str:
    return versions_of(one)[-1]


def stamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def sealed(one: str) -> str:
    """A page's token: it says below which id to go on, and only the skin can tell."""
    seal = sha256(one.encode()).hexdigest()[:6]
    return base64.urlsafe_b64encode(f"{one}.{seal}".encode()).decode().rstrip("=")


def opened(token: str) -> int | None:
    """The id a page goes on below; None when the token is none of ours."""
    try:
        one = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(".")[0]
    except ValueError:
        one = ""
    return int(one) if one.isdecimal() and sealed(one) == token else None


def lost(parameter: str, value: str) -> dict[str, str]:
    return {"value": value, "resource_id": value, "parameter": parameter, "title": "Not Found Error",
            "resource_type": "tweet", "type": f"{PROBLEMS}resource-not-found"}  # fmt: skip
