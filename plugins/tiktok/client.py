"""The endpoints of TikTok's Accounts API that are used, and the envelope around every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aggregator.contract import Account, AuthExpired, Context, Malformed, Permanent, Response

from .errors import meaning_of

API = "https://business-api.tiktok.com/open_api/v1.3"
MOST_VIDEOS = 20  # a page, or a look-up by id
MOST_COMMENTS = 30  # likewise
_VIDEO_FIELDS = ("item_id", "create_time", "caption", "share_url", "comments")
_FACE_FIELDS = ("username", "display_name", "followers_count", "is_verified")
_REQUEST_ID = re.compile(r"[0-9A-Za-z_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Client:
    """One account's line to TikTok. `business_id` is the open_id that the login was given for this app; `own` the
    account's handle, which stands for it as an author."""

    ctx: Context
    own: str
    token: str
    business_id: str

    @classmethod
    def of(cls, account: Account, ctx: Context) -> Client:
        """Raises AuthExpired when the account was never connected."""
        token = ctx.secrets.get("access_token")
        business_id = account.settings.get("business_id") or ctx.secrets.get("open_id")
        if not token or not business_id:
            raise AuthExpired("Akun TikTok ini belum dihubungkan.")
        return cls(ctx, account.key, token, business_id)

    def videos(self, page: int | None = None, ids: Sequence[str] = ()) -> Any:
        """The newest videos from `page` on, or those of `ids` (20 at most)."""
        params: dict[str, str | int] = {"fields": json.dumps(_VIDEO_FIELDS), "max_count": MOST_VIDEOS}
        if ids:
            params["filters"] = json.dumps({"video_ids": list(ids)})
        return self._get("video/list", params if page is None else params | {"cursor": page})

    def comments(self, video: str, page: int = 0) -> Any:
        return self._get("comment/list", self._list(video, page) | {"include_replies": "true"})

    def replies(self, video: str, comment: str, page: int = 0) -> Any:
        return self._get("comment/reply/list", self._list(video, page) | {"comment_id": comment})

    def look_up(self, video: str, ids: Collection[str]) -> Any:
        """Comments and replies by id (30 at most); what was deleted is left out."""
        return self._get("comment/list", self._list(video, 0) | {"comment_ids": json.dumps(sorted(ids))})

    def profile(self) -> Any:
        return self._get("get", {"fields": json.dumps(_FACE_FIELDS)})

    def reply(self, video: str, comment: str, text: str) -> Any:
        return self._post("comment/reply/create", {"video_id": video, "comment_id": comment, "text": text})

    def hide(self, video: str, comment: str, hidden: bool) -> None:
        action = "HIDE" if hidden else "UNHIDE"
        self._post("comment/hide", {"video_id": video, "comment_id": comment, "action": action})

    def _list(self, video: str, page: int) -> dict[str, str | int]:
        # The order is random unless it is asked for; hidden comments come along and say so.
        order = {"status": "ALL", "sort_field": "create_time", "sort_order": "desc"}
        return {**order, "video_id": video, "max_count": MOST_COMMENTS, "cursor": page}

    def _get(self, path: str, params: Mapping[str, str | int]) -> Any:
        told = {"business_id": self.business_id, **params}
        return data_of(self.ctx.http.get(f"{API}/business/{path}/", params=told, headers=self._headers()), self.ctx)

    def _post(self, path: str, body: Mapping[str, str]) -> Any:
        told = {"business_id": self.business_id, **body}
        return data_of(self.ctx.http.post(f"{API}/business/{path}/", json=told, headers=self._headers()), self.ctx)

    def _headers(self) -> dict[str, str]:
        return {"Access-Token": self.token}


def data_of(response: Response, ctx: Context) -> Any:
    """What an answer holds; raises the error that its code means, whatever the HTTP status."""
    answer = response.json()
    code = answer.get("code") if isinstance(answer, dict) else None
    if isinstance(code, bool) or not isinstance(code, int):
        raise Malformed("Jawaban TikTok tidak menyebut kodenya.")
    if code:
        request_id = str(answer.get("request_id"))
        known = _REQUEST_ID.fullmatch(request_id)
        ctx.log.warning("tiktok_refused", code=code, request_id=request_id if known else None)
        raise meaning_of(code, str(answer.get("message")), ctx.now)
    if not isinstance(answer.get("data"), dict):
        raise Malformed("Jawaban TikTok kosong.")
    return answer["data"]


def app_secret(secrets: Mapping[str, str], name: str) -> str:
    """A setting of Diskominfo's app; raises Permanent when it was not filled in."""
    value = secrets.get(name)
    if not value:
        raise Permanent("Data aplikasi TikTok belum lengkap; isi dahulu di Pengaturan.")
    return value
