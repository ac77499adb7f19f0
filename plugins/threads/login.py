"""Connecting profiles. Source: Threads API v1.0, authorization; tokens live sixty days and are renewed while they live.

Threads wants the app's secret and the token of an exchange in the address: these few calls cannot send them otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from aggregator.contract import Consent, Context, Credential, Malformed, Permanent, Reachable, Response
from plugins.dialects.graph import error_of

from . import parse
from .addresses import resolve
from .client import BASE, graph_of

SCOPES = "threads_basic,threads_read_replies,threads_manage_replies,threads_content_publish,threads_manage_mentions"
_DIALOG = "https://threads.net/oauth/authorize"
_REFUSALS = (400, 401, 403)


def authorize_url(consent: Consent, ctx: Context) -> str:
    app, back = _setting(ctx, "client_id"), consent.redirect_uri
    return str(prepare_grant_uri(_DIALOG, app, "code", redirect_uri=back, scope=SCOPES, state=consent.state))


def exchange(code: str, consent: Consent, ctx: Context) -> Credential:
    """A code (good for an hour, once; "#_" may be appended) becomes a token of an hour, and that one of sixty days."""
    secret = _setting(ctx, "client_secret")
    form = {"client_id": _setting(ctx, "client_id"), "client_secret": secret, "grant_type": "authorization_code",
            "redirect_uri": consent.redirect_uri, "code": code.removesuffix("#_")}  # fmt: skip
    short = _judged(ctx.http.post(f"{BASE}/oauth/access_token", data=form, allow=_REFUSALS, cost=0))
    params = {"grant_type": "th_exchange_token", "client_secret": secret, "access_token": _token(short)}
    return _credential(_asked(ctx, "access_token", params), ctx, None)


def refresh(credential: Credential, ctx: Context) -> Credential:
    """Sixty more days; a token younger than a day is refused, being as good as new."""
    params = {"grant_type": "th_refresh_token", "access_token": credential.secrets["access_token"]}
    try:
        answer = _asked(ctx, "refresh_access_token", params)
    except Permanent:
        if credential.expires_at is None or credential.expires_at <= ctx.now:
            raise
        return credential
    return _credential(answer, ctx, credential.title)


def reachable(credential: Credential, ctx: Context) -> Iterator[Reachable]:
    """The one profile that logged in."""
    me = graph_of(ctx, credential.secrets.get("access_token")).get("me", cost=0, fields="id,username")
    key, one = resolve(f"threads: {me.get('username')}"), parse.known_id(me)
    if key is None or one is None:
        raise Malformed("Threads tidak menyebut nama akun.")
    yield Reachable(key=key, title=f"@{key.key}", settings={"user_id": one})


def _credential(answer: Mapping[str, Any], ctx: Context, title: str | None) -> Credential:
    lives = answer.get("expires_in")
    return Credential(
        secrets={"access_token": _token(answer)},
        title=title,
        expires_at=ctx.now + timedelta(seconds=lives) if isinstance(lives, int) and lives > 0 else None,
    )


def _asked(ctx: Context, path: str, params: Mapping[str, str]) -> dict[str, Any]:
    return _judged(ctx.http.get(f"{BASE}/{path}", params=params, allow=_REFUSALS, cost=0))


def _judged(response: Response) -> dict[str, Any]:
    """The answer; a refusal is judged by its code, or, where it has none, is Permanent: a code is good once."""
    try:
        answer = response.json()
    except Malformed:
        if response.status < 400:
            raise
        answer = None
    judged = isinstance(answer, dict) and isinstance(answer.get("error"), dict)
    if judged and (error := error_of(response.status, answer, response.headers)):
        raise error
    if response.status >= 400:
        raise Permanent("Threads menolak penghubungan ini; ulangi dari tombol Hubungkan akun.")
    if not isinstance(answer, dict):
        raise Malformed("Jawaban Threads tidak berbentuk seperti biasanya.")
    return answer


def _token(answer: Mapping[str, Any]) -> str:
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise Malformed("Threads tidak memberi token.")
    return token


def _setting(ctx: Context, name: str) -> str:
    value = ctx.secrets.get(name)
    if not value:
        raise Permanent("Aplikasi Meta untuk Threads belum diisi di pengaturan aplikasi.")
    return value
