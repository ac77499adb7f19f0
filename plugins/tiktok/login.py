"""Connecting an account: the portal gives the address of the consent page, a code becomes a pair of tokens.

The access token lives a day, the refresh token a year, and every refresh gives a new pair: the old one is dead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.common.urls import add_params_to_uri

from aggregator.contract import Consent, Context, Credential, Malformed, Permanent

from .client import API, app_secret, data_of
from .parse import text_in

_READS = "comment.list"


def consent_page(consent: Consent, ctx: Context) -> str:
    """The address that TikTok's portal shows for this app (it must not be built), with our state."""
    page = app_secret(ctx.secrets, "authorization_url").strip()
    if urlsplit(page).scheme != "https":
        raise Permanent("Alamat otorisasi TikTok harus disalin utuh dari portal (dimulai dengan https://).")
    return str(add_params_to_uri(page, [("state", consent.state)]))


def credential_for(code: str, consent: Consent, ctx: Context) -> Credential:
    """Spend the code (good for ten minutes, once); raises Permanent when reading comments was not allowed."""
    body = {"grant_type": "authorization_code", "auth_code": code, "redirect_uri": consent.redirect_uri}
    data = _ask("token", body, ctx)
    if _READS not in text_in(data, "scope").replace(" ", ",").split(","):
        raise Permanent("Izin membaca komentar belum diberikan. Hubungkan lagi dan setujui semua izin yang diminta.")
    return _credential(data, ctx.now)


def renewed(credential: Credential, ctx: Context) -> Credential:
    """A new pair for the old one."""
    body = {"grant_type": "refresh_token", "refresh_token": app_secret(credential.secrets, "refresh_token")}
    fresh = _credential(_ask("refresh_token", body, ctx), ctx.now)
    return Credential(
        secrets={**credential.secrets, **fresh.secrets}, title=credential.title, expires_at=fresh.expires_at
    )


def login_ends(secrets: Mapping[str, str]) -> datetime | None:
    """When the refresh token dies and a person must connect the account again."""
    told = secrets.get("refresh_expires_at")
    return datetime.fromisoformat(told) if told else None


def _ask(path: str, body: Mapping[str, str], ctx: Context) -> Any:
    app = {name: app_secret(ctx.secrets, name) for name in ("client_id", "client_secret")}
    return data_of(ctx.http.post(f"{API}/tt_user/oauth2/{path}/", json={**app, **body}), ctx)


def _credential(data: Any, now: datetime) -> Credential:
    secrets = {name: text_in(data, name) for name in ("access_token", "refresh_token", "open_id")}
    try:
        dies, ends = (now + timedelta(seconds=int(data[name])) for name in ("expires_in", "refresh_token_expires_in"))
    except (KeyError, TypeError, ValueError):
        raise Malformed("TikTok tidak menyebut masa berlaku izin akun ini.") from None
    return Credential(secrets={**secrets, "refresh_expires_at": ends.isoformat()}, expires_at=dies)
