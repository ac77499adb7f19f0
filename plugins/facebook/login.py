"""Connecting Pages: a person consents, the code becomes a long-lived token, that one names the Pages and their tokens.

A Page's token lives as long as the person's access: their token dies after about sixty days, and access to data lapses
ninety days after the person last used the app. The earlier of both is what `expires_at` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from aggregator.contract import (
    AccountKey,
    AuthExpired,
    Consent,
    Context,
    Credential,
    Malformed,
    Permanent,
    PlatformError,
    Reachable,
)
from plugins.dialects import graph

from . import parse

DIALOG = f"https://www.facebook.com/{graph.VERSION}/dialog/oauth"
_TOKENS = f"https://graph.facebook.com/{graph.VERSION}/oauth/access_token"
_SCOPES = (
    "pages_show_list,pages_read_engagement,pages_read_user_content,pages_manage_engagement,pages_manage_metadata,"
    "business_management"
)


def authorize_url(consent: Consent, ctx: Context) -> str:
    """The consent dialog; a Business app asks by its configuration instead of by scopes."""
    client, _ = _app(ctx)
    config = ctx.secrets.get("config_id")
    asked = {"config_id": config} if config else {"scope": _SCOPES}
    url: str = prepare_grant_uri(
        DIALOG, client, "code", redirect_uri=consent.redirect_uri, state=consent.state, **asked
    )
    return url


def exchange(code: str, consent: Consent, ctx: Context) -> Credential:
    """Code, short-lived token, long-lived token; then who it is and until when it lives."""
    short = _token(ctx, {"redirect_uri": consent.redirect_uri, "code": code})
    token = _token(ctx, {"grant_type": "fb_exchange_token", "fb_exchange_token": short})
    person, told = _app_graph(ctx).batch(
        [graph.BatchCall(path="me", params={"fields": "id,name"}, token=token), _question(token)]
    )
    name = person.get("name") if isinstance(person, dict) else None
    return Credential(
        secrets={"access_token": token}, title=name if isinstance(name, str) else None, expires_at=_expiry(told, ctx)
    )


def refresh(credential: Credential, ctx: Context) -> Credential:
    """A person's token cannot be renewed without the person: look how long it still lives."""
    expires = expiry_of(credential.secrets["access_token"], ctx)
    return Credential(secrets=credential.secrets, title=credential.title, expires_at=expires)


def reachable(credential: Credential, ctx: Context) -> Iterator[Reachable]:
    """The Pages that the person manages, each with its own token."""
    _, secret = _app(ctx)
    access = graph.Graph(ctx, token=credential.secrets["access_token"], app_secret=secret)
    if not ctx.budget.allows():
        return
    for answer in access.pages("me/accounts", by_cursor=False, fields="id,name,access_token,tasks", limit=100):
        for row in graph.rows_of(answer):
            if isinstance(row, dict) and row.get("access_token"):  # none: the person may not act for this Page
                yield _reachable(row)


def expiry_of(token: str, ctx: Context) -> datetime | None:
    """When a token dies, as the app sees it; None when the platform names no day. Raises AuthExpired when it is dead."""
    (told,) = _app_graph(ctx).batch([_question(token)])
    return _expiry(told, ctx)


def _reachable(row: Mapping[str, Any]) -> Reachable:
    try:
        page, token = parse.identity(row["id"]), parse.identity(row["access_token"])
        key = AccountKey(platform="facebook", key=page, url=f"{parse.SITE}/{page}")
        return Reachable(key=key, title=str(row["name"]), secrets={"access_token": token})
    except (KeyError, TypeError, ValueError):
        raise Malformed("Daftar Halaman dari Facebook tidak berbentuk seperti biasanya.") from None


def _question(token: str) -> graph.BatchCall:
    """debug_token takes the token as a parameter: within a batch it travels in the body."""
    return graph.BatchCall(path="debug_token", params={"input_token": token})


def _expiry(told: dict[str, Any] | PlatformError, ctx: Context) -> datetime | None:
    if isinstance(told, PlatformError):
        raise told
    data = told.get("data")
    if not isinstance(data, dict):
        raise Malformed("Keterangan token dari Meta tidak berbentuk seperti biasanya.")
    if data.get("is_valid") is False:
        raise AuthExpired("Token Meta sudah tidak berlaku. Hubungkan ulang akun ini.")
    named = [data.get(name) for name in ("expires_at", "data_access_expires_at")]
    ends = [one for one in named if isinstance(one, int) and one > 0]  # 0: never
    return datetime.fromtimestamp(min(ends), UTC) if ends else None


def _token(ctx: Context, asked: Mapping[str, str]) -> str:
    client, secret = _app(ctx)
    form = {"client_id": client, "client_secret": secret, **asked}
    answer = graph.answer_of(ctx.http.post(_TOKENS, data=form, allow=graph.JUDGED_HERE, cost=0))
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token:
        raise Malformed("Meta tidak memberi token.")
    return token


def _app_graph(ctx: Context) -> graph.Graph:
    client, secret = _app(ctx)
    return graph.Graph(ctx, token=f"{client}|{secret}", app_secret=secret)


def _app(ctx: Context) -> tuple[str, str]:
    client, secret = ctx.secrets.get("client_id"), ctx.secrets.get("client_secret")
    if not client or not secret:
        raise Permanent("Aplikasi Meta belum diatur: isi ID aplikasi dan rahasia aplikasi di pengaturan Facebook.")
    return client, secret
