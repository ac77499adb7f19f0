"""Disqus' API 3.0: one key for all sites, errors by number in the answer's body (https://disqus.com/api/docs/errors/).

The public key is meant to stand in addresses, as Disqus' own scripts send it; the secret key and a moderator's token
only ever travel in the body of a POST.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from aggregator.contract import (
    AuthExpired,
    Context,
    Gone,
    Malformed,
    Permanent,
    PlatformError,
    RateLimited,
    Response,
    Transient,
)

API = "https://disqus.com/api/3.0/"
ASK_FOR_KEY = (
    "Komentar situs ini ada di Disqus. Mintalah admin Sahut mengisi Kunci API Disqus pada pengaturan aplikasi "
    "Situs web (dibuat gratis di disqus.com/api/applications)."
)
_KEY_REFUSED = "Disqus menolak kunci API. Periksa Kunci API Disqus pada pengaturan aplikasi Situs web."
_LOGIN_REFUSED = "Disqus menolak token moderator. Buat token baru di disqus.com/api/applications, lalu isikan lagi."
_KEY_CODES = frozenset((5, 9, 11))
_LOGIN_CODES = frozenset((4, 12, 17, 18))
_LIMIT_CODES = frozenset((13, 14))
_PASSING_CODES = frozenset((15, 16))
_REFUSALS = (400, 401, 403, 404)  # statuses whose reason stands in the answer's body
_HOUR = 3600.0  # limits are counted by the hour


class DisqusClient:
    """Asks with the installation's key."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        self.key = ctx.secrets.get("disqus_api_key", "")
        if not self.key:
            raise Permanent(ASK_FOR_KEY)

    def get(self, path: str, query: Iterable[tuple[str, str | int]]) -> dict[str, Any]:
        """One answer of code 0; a name may stand in `query` more than once."""
        address = f"{API}{path}.json?{urlencode([*query, ('api_key', self.key)])}"
        return _good(self.ctx.http.get(address, allow=_REFUSALS), self.ctx)

    def post(self, path: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """One act as the moderator whose token the account holds."""
        signed = {"api_secret": self.ctx.secrets["disqus_api_secret"], "access_token": self.ctx.secrets["access_token"]}
        response = self.ctx.http.post(f"{API}{path}.json", data={**fields, **signed}, allow=_REFUSALS)
        return _good(response, self.ctx)


def _good(response: Response, ctx: Context) -> dict[str, Any]:
    answer = response.json()
    if isinstance(answer, dict) and answer.get("code") == 0 and response.status < 300:
        return answer
    code = answer.get("code") if isinstance(answer, dict) else None
    if isinstance(code, int) and code != 0:
        raise _meaning_of(code, response, ctx)
    if response.status in (401, 403):
        raise AuthExpired(_KEY_REFUSED)
    if response.status >= 300:
        raise Permanent(f"Disqus menolak permintaan ini (HTTP {response.status}).")
    raise Malformed("Disqus menjawab dengan bentuk yang tidak dikenal.")


def _meaning_of(code: int, response: Response, ctx: Context) -> PlatformError:
    if code in _KEY_CODES:
        return AuthExpired(_KEY_REFUSED)
    if code in _LOGIN_CODES:
        return AuthExpired(_LOGIN_REFUSED)
    if code in _LIMIT_CODES:
        return RateLimited("Jatah panggilan Disqus jam ini sudah habis.", _until_reset(response, ctx))
    if code in _PASSING_CODES:
        return Transient("Disqus sedang bermasalah.")
    if code == 8:
        return Gone("Disqus tidak menemukan yang diminta.")
    if code == 2:
        return Permanent("Disqus tidak mengenal situs ini atau isi permintaannya; periksa Nama pendek Disqus.")
    return Permanent(f"Disqus menolak permintaan ini (kode {code}).")


def _until_reset(response: Response, ctx: Context) -> float:
    reset = response.headers.get("x-ratelimit-reset", "")
    wait = int(reset) - ctx.now.timestamp() if reset.isdecimal() else _HOUR
    return min(max(wait, 1.0), _HOUR)
