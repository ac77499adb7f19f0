"""The endpoints of X's API that are used, and what each answer is billed. One unit of the allowance is one post read
(USD 0.005): a call is free, what it returns is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aggregator.contract import Account, AuthExpired, Context, Gone, Response

from . import parse
from .errors import REFUSALS, BadRequest, meaning_of

API = "https://api.x.com/2"
USER_UNITS = 2  # a user read costs as much as two posts
CREATE_UNITS, CREATE_LINK_UNITS = 3, 40
MOST = 100
LEFT_FOR_PEOPLE = 5  # calls of a rate window that reading leaves alone
_FIELDS = (
    "created_at,author_id,conversation_id,in_reply_to_user_id,referenced_{0}s,entities,note_{0},edit_history_{0}_ids"
)
_FACE = "id,name,username,verified,public_metrics,protected"


@dataclass(slots=True)
class Client:
    """One account's line to X. `spelling` is the name X gives a post in parameters today; it is learnt from a refusal
    and kept in the Cursor. `remaining`: calls left in the rate window of the last answer."""

    ctx: Context
    handle: str
    token: str
    office: parse.Office
    spelling: str = "tweet"
    remaining: int | None = None

    @classmethod
    def of(cls, account: Account, ctx: Context, office_id: str | None = None, spelling: str = "tweet") -> Client:
        """Raises AuthExpired when neither the app nor a login may read. The first time the office's id costs a call."""
        token = ctx.secrets.get("bearer_token") or ctx.secrets.get("access_token")
        if not token:
            raise AuthExpired("Token X belum diisi; isi Bearer Token di Pengaturan.")
        client = cls(ctx, account.key, token, parse.Office("", account.key), spelling)
        known = account.settings.get("user_id") or office_id
        client.office = parse.Office(known or client.face().id, account.key)
        return client

    def face(self) -> parse.User:
        """The account's profile; raises Gone when X knows no such account."""
        found = parse.users_in(self.get("users/by", {"usernames": self.handle, "user.fields": _FACE}))
        self.ctx.budget.charge(USER_UNITS * len(found))
        if not found:
            raise Gone("Akun ini tidak ditemukan di X.")
        return found[0]

    def page(self, path: str, params: Mapping[str, str | int]) -> parse.Page:
        """A page of a search or a timeline."""
        return self._billed(parse.page_in(self.posts(path, {"max_results": MOST, **params}), self.office))

    def look_up(self, ids: Sequence[str]) -> parse.Page:
        """Posts by id, 100 at most."""
        return self._billed(parse.found_in(self.posts("tweets", {"ids": ",".join(ids)}), self.office))

    def posts(self, path: str, params: Mapping[str, str | int]) -> Any:
        """Ask for posts in the spelling that X knows; the other one is tried once."""
        try:
            return self.get(path, {**params, **self._fields()})
        except BadRequest as refused:
            if f"{self.spelling}.fields" not in refused.names:
                raise
            self.spelling = "post"
            return self.get(path, {**params, **self._fields()})

    def get(self, path: str, params: Mapping[str, str | int]) -> Any:
        response = self.ctx.http.get(
            f"{API}/{path}", params=params, headers=_bearer(self.token), allow=REFUSALS, cost=0
        )
        return self._read(response)

    def write(self, text: str, under: str, token: str) -> str:
        """Say `text` under a post; the id of what was said."""
        self.ctx.budget.charge(CREATE_LINK_UNITS if "://" in text else CREATE_UNITS)
        body = {"text": text, "reply": {"in_reply_to_tweet_id": under}}
        response = self.ctx.http.post(f"{API}/tweets", json=body, headers=_bearer(token), allow=REFUSALS, cost=0)
        return parse.posted_id(self._read(response, writing=True))

    def hide(self, post: str, hidden: bool, token: str) -> None:
        url = f"{API}/tweets/{post}/hidden"
        self._read(self.ctx.http.put(url, json={"hidden": hidden}, headers=_bearer(token), allow=REFUSALS, cost=0))

    def spent(self) -> bool:
        """Whether to stop here: the turn is over, or what is left of the rate window belongs to people."""
        low = self.remaining is not None and self.remaining < LEFT_FOR_PEOPLE
        return low or not self.ctx.budget.allows()

    def _read(self, response: Response, *, writing: bool = False) -> Any:
        left = response.headers.get("x-rate-limit-remaining", "")
        self.remaining = int(left) if left.isdecimal() else None
        if response.status in REFUSALS:
            raise meaning_of(response, self.ctx.now, writing=writing)
        return response.json()

    def _billed(self, page: parse.Page) -> parse.Page:
        self.ctx.budget.charge(page.posts_billed + USER_UNITS * page.users_billed)
        return page

    def _fields(self) -> dict[str, str | int]:
        fields: dict[str, str | int] = {f"{self.spelling}.fields": _FIELDS.format(self.spelling)}
        if self.ctx.secrets.get("expand_author") == "ya":
            fields |= {"expansions": "author_id", "user.fields": "id,name,username"}
        return fields


def rfc3339(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
