"""Connecting accounts, by either way in. Source: Instagram Platform (Instagram Login, Facebook Login), API v26.0.

Meta wants the app's secret and the token of an exchange in the address: these few calls cannot send them otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri

from aggregator.contract import Consent, Context, Credential, Malformed, Permanent, Reachable
from plugins.dialects.graph import VERSION, Graph, error_of, rows_of

from . import parse
from .addresses import resolve
from .client import FACEBOOK, HOSTS, INSTAGRAM, graph_of

SCOPES = {
    INSTAGRAM: "instagram_business_basic,instagram_business_manage_comments",
    FACEBOOK: "instagram_basic,instagram_manage_comments,pages_show_list,pages_read_engagement,pages_manage_metadata",
}
_DIALOGS = {
    INSTAGRAM: "https://www.instagram.com/oauth/authorize",
    FACEBOOK: f"https://www.facebook.com/{VERSION}/dialog/oauth",
}
_CODE_HOST = "https://api.instagram.com/oauth/access_token"
_REFUSALS = (400, 401, 403)


def way_in(ctx: Context) -> str:
    """Which way in the app was registered for; an app has one."""
    return FACEBOOK if ctx.secrets.get("way") == FACEBOOK else INSTAGRAM


def authorize_url(consent: Consent, ctx: Context) -> str:
    way = way_in(ctx)
    return str(
        prepare_grant_uri(
            _DIALOGS[way],
            _setting(ctx, "client_id"),
            "code",
            redirect_uri=consent.redirect_uri,
            scope=SCOPES[way],
            state=consent.state,
        )
    )


def exchange(code: str, consent: Consent, ctx: Context) -> Credential:
    """A code (good for an hour, once; Instagram may append "#_") becomes a long-lived token."""
    code = code.removesuffix("#_")
    return _by_facebook(code, consent, ctx) if way_in(ctx) == FACEBOOK else _by_instagram(code, consent, ctx)


def refresh(credential: Credential, ctx: Context) -> Credential:
    """Sixty more days for an Instagram token; one younger than a day is refused, being as good as new. Facebook's are
    exchanged for a fresh one."""
    token = credential.secrets["access_token"]
    if credential.secrets.get("way") == FACEBOOK:
        return _long_lived(token, ctx, credential.title)
    params = {"grant_type": "ig_refresh_token", "access_token": token}
    try:
        answer = _asked(ctx, f"{HOSTS[INSTAGRAM]}/refresh_access_token", params)
    except Permanent:
        if credential.expires_at is None or credential.expires_at <= ctx.now:
            raise
        return credential
    return _credential(answer, INSTAGRAM, ctx, credential.title)


def reachable(credential: Credential, ctx: Context) -> Iterator[Reachable]:
    """The accounts a login may read: its own, or those linked to the person's Pages, each with its Page's token."""
    way = FACEBOOK if credential.secrets.get("way") == FACEBOOK else INSTAGRAM
    graph = graph_of(ctx, way, credential.secrets.get("access_token"))
    yield from _of_pages(graph, ctx) if way == FACEBOOK else _of_person(graph)


def _by_instagram(code: str, consent: Consent, ctx: Context) -> Credential:
    secret = _setting(ctx, "client_secret")
    form = {"client_id": _setting(ctx, "client_id"), "client_secret": secret, "grant_type": "authorization_code",
            "redirect_uri": consent.redirect_uri, "code": code}  # fmt: skip
    answer = _judged(ctx.http.post(_CODE_HOST, data=form, allow=_REFUSALS, cost=0))
    try:
        told = answer["data"][0] if "data" in answer else answer
        short = told["access_token"]
    except (KeyError, IndexError, TypeError):
        raise Malformed("Instagram tidak memberi token.") from None
    params = {"grant_type": "ig_exchange_token", "client_secret": secret, "access_token": short}
    return _credential(_asked(ctx, f"{HOSTS[INSTAGRAM]}/access_token", params), INSTAGRAM, ctx, None)


def _by_facebook(code: str, consent: Consent, ctx: Context) -> Credential:
    params = {"client_id": _setting(ctx, "client_id"), "client_secret": _setting(ctx, "client_secret"),
              "redirect_uri": consent.redirect_uri, "code": code}  # fmt: skip
    short = _asked(ctx, f"{HOSTS[FACEBOOK]}/{VERSION}/oauth/access_token", params)
    return _long_lived(_token(short), ctx, None)


def _long_lived(token: str, ctx: Context, title: str | None) -> Credential:
    params = {"grant_type": "fb_exchange_token", "client_id": _setting(ctx, "client_id"),
              "client_secret": _setting(ctx, "client_secret"), "fb_exchange_token": token}  # fmt: skip
    return _credential(_asked(ctx, f"{HOSTS[FACEBOOK]}/{VERSION}/oauth/access_token", params), FACEBOOK, ctx, title)


def _of_person(graph: Graph) -> Iterator[Reachable]:
    me = graph.get("me", cost=0, fields="user_id,username,name")
    if account := _reachable(me.get("username"), me.get("user_id"), {}, INSTAGRAM):
        yield account


def _of_pages(graph: Graph, ctx: Context) -> Iterator[Reachable]:
    fields = "id,access_token,instagram_business_account{id,username}"
    if not ctx.budget.allows():
        return
    for page in graph.pages("me/accounts", by_cursor=False, fields=fields, limit=100):
        for row in rows_of(page):
            linked = row.get("instagram_business_account")
            if not linked:
                continue
            own = {"access_token": _token(row)}
            if account := _reachable(linked.get("username"), linked.get("id"), own, FACEBOOK):
                yield account


def _reachable(username: Any, one: Any, secrets: Mapping[str, str], way: str) -> Reachable | None:
    key = resolve(f"instagram: {username}") if isinstance(username, str) else None
    if key is None or parse.known_id({"id": one}) is None:
        raise Malformed("Instagram tidak menyebut nama akun.")
    settings = {"ig_user_id": parse.identity(one), "account_way": way}
    return Reachable(key=key, title=f"@{key.key}", secrets=secrets, settings=settings)


def _credential(answer: Mapping[str, Any], way: str, ctx: Context, title: str | None) -> Credential:
    lives = answer.get("expires_in")
    return Credential(
        secrets={"access_token": _token(answer), "way": way},
        title=title,
        expires_at=ctx.now + timedelta(seconds=lives) if isinstance(lives, int) and lives > 0 else None,
    )


def _asked(ctx: Context, url: str, params: Mapping[str, str]) -> dict[str, Any]:
    return _judged(ctx.http.get(url, params=params, allow=_REFUSALS, cost=0))


def _judged(response: Any) -> dict[str, Any]:
    """The answer; a refusal is judged by Graph's code, or, where it has none, is Permanent: a code is good once."""
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
        raise Permanent("Instagram menolak penghubungan ini; ulangi dari tombol Hubungkan akun.")
    if not isinstance(answer, dict):
        raise Malformed("Jawaban Instagram tidak berbentuk seperti biasanya.")
    return answer


def _token(answer: Mapping[str, Any]) -> str:
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise Malformed("Instagram tidak memberi token.")
    return token


def _setting(ctx: Context, name: str) -> str:
    value = ctx.secrets.get(name)
    if not value:
        raise Permanent("Aplikasi Meta untuk Instagram belum diisi di pengaturan aplikasi.")
    return value
