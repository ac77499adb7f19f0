"""Google Business Profile, pretended: accounts, locations, reviews (v4) and their notifications by Pub/Sub.

A place is a location: `key` is "locations/…", `more["account"]` its account ("accounts/1100"; several: `more["accounts"]`),
`place_id`, `cid`, `verified_owner` (False: no voice of merchant). Every place has one post, under which reviews hang; of a
comment's `more`: `stars` (1 to 5), `anonymous`, `translated` (the original words); of an office's reply `state`. Notes:
`page` makes pages short, `quota` 0 is a project that Google has not approved, `state` is what becomes of a new reply.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Flask, request

from aggregator.fakes.skin import Push, Skin, Wsgi
from aggregator.fakes.skins import google
from aggregator.fakes.world import Change, Comment, Place, World

SCOPE = "https://www.googleapis.com/auth/business.manage"
PUBSUB_SCOPE = "https://www.googleapis.com/auth/pubsub"
SUBSCRIPTION = "projects/sahut-contoh/subscriptions/ulasan"
PERSON = "diskominfo@kab.example"
STARS = ("STAR_RATING_UNSPECIFIED", "ONE", "TWO", "THREE", "FOUR", "FIVE")
REPLY_BYTES = 4096
TOKEN = "ya29.bisnis-diskominfo"  # noqa: S105 - of a pretended login

Row = dict[str, Any]


class Refusal(Exception):
    """{"error": {"code", "message", "status", "details"}}."""

    def __init__(self, code: int, status: str, reason: str | None = None, **metadata: str) -> None:
        super().__init__(status)
        self.code, self.status, self.reason, self.metadata = code, status, reason, metadata

    def body(self) -> Row:
        kind, domain = "type.googleapis.com/google.rpc.ErrorInfo", "googleapis.com"
        detail = {"@type": kind, "reason": self.reason, "domain": domain, "metadata": self.metadata}
        details = {"details": [detail]} if self.reason else {}
        return {"error": {"code": self.code, "message": "The request was refused.", "status": self.status, **details}}


class GoogleBusinessSkin(Skin):
    platform = "google_business"
    hosts = (
        "mybusiness.googleapis.com",
        "mybusinessaccountmanagement.googleapis.com",
        "mybusinessbusinessinformation.googleapis.com",
        "pubsub.googleapis.com",
    )
    app_settings: Mapping[str, str] = google.CLIENT

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._accounts: dict[str, list[Place]] = {}
        self._indexed = -1
        world.listen(self._notify)

    def address(self, place: Place) -> str:
        return f"{accounts_of(place)[0]}/{place.key}"

    def secrets(self, place: Place) -> Mapping[str, str]:
        scopes = f"{SCOPE} {PUBSUB_SCOPE}"
        return {"access_token": google.give_token(self.world, scopes, PERSON, token=TOKEN)}

    def settings(self, place: Place) -> Mapping[str, str]:
        return {"account": accounts_of(place)[0]}

    def app(self) -> Wsgi:
        app = Flask(__name__)
        v4 = "/v4/accounts/<account>/locations/<location>/reviews"
        for rule, name, view, method in (
            ("/v1/accounts", "accounts", self._list_accounts, "GET"),
            ("/v1/accounts/<account>/locations", "locations", self._list_locations, "GET"),
            (v4, "reviews", self._list_reviews, "GET"),
            (f"{v4}/<review>", "review", self._get_review, "GET"),
            (f"{v4}/<review>/reply", "reply", self._put_reply, "PUT"),
            ("/v4/accounts/<account>/locations:batchGetReviews", "batch", self._batch, "POST"),
            ("/v1/projects/<project>/subscriptions/<name>:pull", "pull", self._pull, "POST"),
            ("/v1/projects/<project>/subscriptions/<name>:acknowledge", "ack", self._acknowledge, "POST"),
        ):
            app.add_url_rule(rule, name, self._guarded(view), methods=[method])
        return app.wsgi_app

    def _guarded(self, view: Callable[..., Row]) -> Callable[..., Any]:
        def answer(**names: str) -> Any:
            scope = PUBSUB_SCOPE if "project" in names else SCOPE
            try:
                if google.owner_of(self.world, request.headers.get("Authorization", ""), scope) is None:
                    raise Refusal(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED")
                if self.world.notes("google_business").get("quota") == 0 and "project" not in names:
                    raise Refusal(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", quota_limit_value="0")
                return view(**names)
            except Refusal as refusal:
                return refusal.body(), refusal.code

        return answer

    # -- accounts and locations --------------------------------------------------------------------------------------

    def _list_accounts(self) -> Row:
        rows, token = self._page(sorted(self._index()), 20)
        kinds = {"type": "LOCATION_GROUP", "role": "MANAGER", "permissionLevel": "MEMBER_LEVEL"}
        return {"accounts": [{"name": name, "accountName": "Pemkab Contoh", **kinds} for name in rows], **token}

    def _list_locations(self, account: str) -> Row:
        mask = [one for one in request.args.get("readMask", "").split(",") if one]
        if not mask:
            raise Refusal(400, "INVALID_ARGUMENT")
        index = self._index()
        if account != "-" and f"accounts/{account}" not in index:
            raise Refusal(403, "PERMISSION_DENIED")
        places = index.get(f"accounts/{account}") or [place for some in index.values() for place in some]
        rows, token = self._page(places, 100)
        return {
            "locations": [{key: value for key, value in location_row(one).items() if key in mask} for one in rows],
            **token,
        }

    def _index(self) -> Mapping[str, list[Place]]:
        """Account -> its locations, made anew when a place was added."""
        if self._indexed != len(self.world.places):
            index: dict[str, list[Place]] = {}
            for place in self.world.places_on("google_business"):
                for account in accounts_of(place):
                    index.setdefault(account, []).append(place)
            self._accounts, self._indexed = index, len(self.world.places)
        return self._accounts

    # -- reviews -----------------------------------------------------------------------------------------------------

    def _list_reviews(self, account: str, location: str) -> Row:
        self._check_order()
        place = self._place(f"accounts/{account}", f"locations/{location}")
        reviews = self._reviews(place)
        rows, token = self._page(reviews, 50)
        stars = [one.more.get("stars", 1) for one in reviews]
        average = {"averageRating": round(sum(stars) / len(stars), 1)} if stars else {}
        shown = {"reviews": [self._review_row(one, f"accounts/{account}") for one in rows]} if rows else {}
        return {**shown, **average, "totalReviewCount": len(reviews), **token}

    def _batch(self, account: str) -> Row:
        asked = request.get_json() or {}
        names = asked.get("locationNames") or []
        self._check_order(asked)
        if not names or len(names) > 50:
            raise Refusal(400, "INVALID_ARGUMENT")
        places = [self._place(*self._split(name, account)) for name in names]
        reviews = sorted((one for place in places for one in self._reviews(place)), key=_latest_first)
        rows, token = self._page(reviews, 50, asked)
        shown = [
            {"name": f"accounts/{account}/{one.post.place.key}", "review": self._review_row(one, f"accounts/{account}")}
            for one in rows
        ]
        return {**({"locationReviews": shown} if shown else {}), **token}

    def _get_review(self, account: str, location: str, review: str) -> Row:
        return self._review_row(self._review(account, location, review), f"accounts/{account}")

    def _put_reply(self, account: str, location: str, review: str) -> Row:
        words = (request.get_json() or {}).get("comment") or ""
        if not words.strip() or len(words.encode()) > REPLY_BYTES:
            raise Refusal(400, "INVALID_ARGUMENT")
        found = self._review(account, location, review)
        state = self.world.notes("google_business").get("state", "APPROVED")
        reply = self._reply(found)
        if reply is None:
            reply = self.world.answer(found, words.strip(), state=state)
        else:
            self.world.edit(reply, words.strip())
            reply.more["state"] = state
        return reply_row(reply)

    def _review(self, account: str, location: str, review: str) -> Comment:
        place = self._place(f"accounts/{account}", f"locations/{location}")
        found = self.world.comments.get(("google_business", review))
        if found is None or not found.shown or found.post.place is not place or found.parent:
            raise Refusal(404, "NOT_FOUND")
        return found

    def _review_row(self, review: Comment, account: str) -> Row:
        reply, author = self._reply(review), review.author
        named = {} if review.more.get("anonymous") or author is None else {
            "displayName": author.name, "profilePhotoUrl": f"https://lh3.example/{author.id}"
        }  # fmt: skip
        text = review.text and {"comment": _translated(review)}
        return {
            "name": f"{account}/{review.post.place.key}/reviews/{review.id}", "reviewId": review.id,
            "reviewer": {**named, "isAnonymous": not named}, "starRating": STARS[review.more.get("stars", 1)],
            **(text or {}), "createTime": _nanos(review.at), "updateTime": _nanos(review.edited_at or review.at),
            **({"reviewReply": reply_row(reply)} if reply else {}),
        }  # fmt: skip

    def _reviews(self, place: Place) -> list[Comment]:
        """Latest change first."""
        reviews = [one for post in self.world.posts_of(place) for one in self.world.comments_of(post) if not one.parent]
        return sorted(reviews, key=_latest_first)

    def _reply(self, review: Comment) -> Comment | None:
        """The office's one reply: the latest of what it wrote below."""
        below = [one for one in self.world.comments_of(review.post) if one.parent == review.id and one.official]
        return below[-1] if below else None

    def _place(self, account: str, location: str) -> Place:
        place = self.world.places.get(("google_business", location))
        if place is None or account not in accounts_of(place):
            raise Refusal(404, "NOT_FOUND")
        if not place.more.get("verified_owner", True):
            raise Refusal(403, "PERMISSION_DENIED")
        return place

    def _split(self, name: str, account: str) -> tuple[str, str]:
        owner, _, location = name.partition("/locations/")
        if owner != f"accounts/{account}" or not location:
            raise Refusal(400, "INVALID_ARGUMENT")
        return owner, f"locations/{location}"

    def _check_order(self, asked: Mapping[str, Any] | None = None) -> None:
        order = (request.args if asked is None else asked).get("orderBy", "updateTime desc")
        if order not in ("updateTime desc", "rating", "rating desc"):
            raise Refusal(400, "INVALID_ARGUMENT")

    def _page(
        self, rows: Sequence[Any], most: int, asked: Mapping[str, Any] | None = None
    ) -> tuple[Sequence[Any], Row]:
        told = request.args if asked is None else asked
        size = min(int(told.get("pageSize") or most), most, self.world.notes("google_business").get("page", most))
        token = told.get("pageToken") or ""
        if token and not token.startswith("p"):
            raise Refusal(400, "INVALID_ARGUMENT")
        start = int(token[1:]) if token else 0
        after = {} if start + size >= len(rows) else {"nextPageToken": f"p{start + size}"}
        return rows[start : start + size], after

    # -- Pub/Sub -----------------------------------------------------------------------------------------------------

    def _notify(self, change: Change) -> None:
        """A review that is new or changed goes to the topic, if the account set one (the note `topic`)."""
        review, notes = change.comment, self.world.notes("google_business")
        place = review.post.place
        if place.platform != self.platform or review.parent or not notes.get("topic"):
            return
        kind = {"added": "NEW_REVIEW", "edited": "UPDATED_REVIEW"}.get(change.what)
        if kind:
            name = f"{accounts_of(place)[0]}/{place.key}"
            body = {"type": kind, "review": f"{name}/reviews/{review.id}", "location": name}
            notes.setdefault("waiting", {})[f"ack-{self.world.new_id()}"] = json.dumps(body)

    def _pull(self, project: str, name: str) -> Row:
        most = (request.get_json() or {}).get("maxMessages")
        if not isinstance(most, int) or most < 1:
            raise Refusal(400, "INVALID_ARGUMENT")
        self._check_subscription(project, name)
        waiting = list(self.world.notes("google_business").get("waiting", {}).items())[:most]
        at = self.world.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = [
            {
                "ackId": ack,
                "message": {"data": base64.b64encode(body.encode()).decode(), "messageId": ack[4:], "publishTime": at},
            }
            for ack, body in waiting
        ]
        return {"receivedMessages": rows} if rows else {}

    def _acknowledge(self, project: str, name: str) -> Row:
        self._check_subscription(project, name)
        waiting = self.world.notes("google_business").get("waiting", {})
        for ack in (request.get_json() or {}).get("ackIds", ()):
            waiting.pop(ack, None)
        return {}

    def _check_subscription(self, project: str, name: str) -> None:
        if f"projects/{project}/subscriptions/{name}" != SUBSCRIPTION:
            raise Refusal(404, "NOT_FOUND")

    def pushes(self, change: Change) -> Iterator[Push]:
        """None: notifications wait at Pub/Sub until they are fetched."""
        return iter(())


def accounts_of(place: Place) -> Sequence[str]:
    several: Sequence[str] = place.more.get("accounts") or (place.more.get("account", "accounts/1100"),)
    return several


def location_row(place: Place) -> Row:
    more, number = place.more, place.key.rpartition("/")[2]
    place_id, cid = more.get("place_id", f"ChIJ{number}"), more.get("cid", number)
    return {
        "name": place.key, "title": place.title, "storeCode": "", "websiteUri": "https://contoh.example/",
        "metadata": {
            "placeId": place_id, "mapsUri": f"https://maps.google.com/maps?cid={cid}", "canDelete": False,
            "newReviewUri": f"https://search.google.com/local/writereview?placeid={place_id}",
            "hasVoiceOfMerchant": more.get("verified_owner", True),
            **({"duplicateLocation": more["duplicate"]} if "duplicate" in more else {}),
        },
    }  # fmt: skip


def reply_row(reply: Comment) -> Row:
    state = reply.more.get("state", "APPROVED")
    violation = {"policyViolation": "OFF_TOPIC"} if state == "REJECTED" else {}
    at = _nanos(reply.edited_at or reply.at)
    return {"comment": reply.text, "updateTime": at, **({"reviewReplyState": state} if state else {}), **violation}


def _translated(review: Comment) -> str:
    original = review.more.get("translated")
    return f"(Translated by Google) {review.text}\n\n(Original)\n{original}" if original else review.text


def _nanos(at: datetime) -> str:
    """Nine digits of fraction, as Google may send."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def _latest_first(review: Comment) -> tuple[float, str]:
    return (-(review.edited_at or review.at).timestamp(), review.id)
