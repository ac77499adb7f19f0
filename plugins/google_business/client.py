"""Business Profile, one function a question: accounts and locations (v1), reviews (v4), Pub/Sub. All need the login."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from aggregator.contract import Context
from plugins.dialects import google

from . import parse
from .errors import MEANINGS
from .parse import Location, Page, Row

ACCOUNTS = "https://mybusinessaccountmanagement.googleapis.com/v1"
LOCATIONS = "https://mybusinessbusinessinformation.googleapis.com/v1"
REVIEWS = "https://mybusiness.googleapis.com/v4"
PUBSUB = "https://pubsub.googleapis.com/v1"
MASK = "name,title,storeCode,websiteUri,metadata"
LATEST = "updateTime desc"
BATCH = 50  # locations in one question, reviews on one page
MESSAGES = 100

Params = Mapping[str, str | int]
Secrets = Mapping[str, str]


def accounts(ctx: Context, secrets: Secrets, token: str | None = None) -> Page:
    return parse.page_of(_get(ctx, f"{ACCOUNTS}/accounts", {"pageSize": 20, **_token(token)}, secrets), "accounts")


def locations(ctx: Context, secrets: Secrets, account: str, token: str | None = None) -> Page:
    params: dict[str, str | int] = {"readMask": MASK, "pageSize": 100, **_token(token)}
    return parse.page_of(_get(ctx, f"{LOCATIONS}/{account}/locations", params, secrets), "locations")


def every_location(ctx: Context, secrets: Secrets, account: str | None = None) -> Iterator[Location | None]:
    """The locations of one account or of all that the login manages; None, and then nothing, when the budget ends."""
    for name in [account] if account else _names(ctx, secrets):
        for row in _locations(ctx, secrets, name):
            yield None if row is None or name is None else parse.location_of(row, name)
            if row is None:
                return


def reviews(ctx: Context, location: str, token: str | None = None) -> Page | None:
    """A page of a location's reviews, the latest change first; None when Google no longer knows the page's token."""
    params: dict[str, str | int] = {"pageSize": BATCH, "orderBy": LATEST, **_token(token)}
    address, head = f"{REVIEWS}/{location}/reviews", google.bearer(ctx.secrets)
    response = ctx.http.get(address, params=params, headers=head, allow=google.REFUSALS)
    if token and response.status == 400:
        return None
    return parse.reviews_of(google.accepted(response, ctx, MEANINGS).json())


def review(ctx: Context, location: str, one: str) -> Row:
    row: Any = _get(ctx, f"{REVIEWS}/{location}/reviews/{one}", {}, ctx.secrets)
    parse.id_of(row)
    return row  # type: ignore[no-any-return]  # id_of has seen that it is a row


def reviews_of_many(ctx: Context, account: str, names: Sequence[str], token: str | None = None) -> Page:
    """A page of the reviews of at most 50 locations of one account, the latest change first."""
    asked = {"locationNames": list(names), "pageSize": BATCH, "orderBy": LATEST, "ignoreRatingOnlyReviews": False}
    answer = _post(ctx, f"{REVIEWS}/{account}/locations:batchGetReviews", {**asked, **_token(token)})
    return parse.page_of(answer, "locationReviews")


def reply(ctx: Context, location: str, one: str, text: str) -> None:
    """Put the owner's reply under a review; an older one is overwritten."""
    address, head = f"{REVIEWS}/{location}/reviews/{one}/reply", google.bearer(ctx.secrets)
    google.accepted(ctx.http.put(address, json={"comment": text}, headers=head, allow=google.REFUSALS), ctx, MEANINGS)


def notifications(ctx: Context, subscription: str) -> tuple[Row, ...]:
    """What waits at Pub/Sub. Without `returnImmediately` the answer may take longer than a call may."""
    asked = {"maxMessages": MESSAGES, "returnImmediately": True}
    return parse.page_of(_post(ctx, f"{PUBSUB}/{subscription}:pull", asked), "receivedMessages").rows


def acknowledge(ctx: Context, subscription: str, acks: Sequence[str]) -> None:
    _post(ctx, f"{PUBSUB}/{subscription}:acknowledge", {"ackIds": list(acks)})


def _get(ctx: Context, url: str, params: Params, secrets: Secrets) -> Any:
    response = ctx.http.get(url, params=params, headers=google.bearer(secrets), allow=google.REFUSALS)
    return google.accepted(response, ctx, MEANINGS).json()


def _post(ctx: Context, url: str, body: Mapping[str, Any]) -> Any:
    response = ctx.http.post(url, json=body, headers=google.bearer(ctx.secrets), allow=google.REFUSALS)
    return google.accepted(response, ctx, MEANINGS).json()


def _pages(ctx: Context, ask: Callable[[str | None], Page]) -> Iterator[Row | None]:
    """The rows of all pages; None at last when the budget ends first."""
    token = None
    while ctx.budget.allows():
        page = ask(token)
        yield from page.rows
        token = page.next
        if token is None:
            return
    yield None


def _locations(ctx: Context, secrets: Secrets, account: str | None) -> Iterator[Row | None]:
    if account is None:
        yield None
    else:
        yield from _pages(ctx, lambda token: locations(ctx, secrets, account, token))


def _names(ctx: Context, secrets: Secrets) -> Iterator[str | None]:
    for row in _pages(ctx, lambda token: accounts(ctx, secrets, token)):
        yield None if row is None else parse.account_of(row)


def _token(token: str | None) -> dict[str, str]:
    return {"pageToken": token} if token else {}
