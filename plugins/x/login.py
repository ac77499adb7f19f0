"""Connecting an account for answering: OAuth 2 with PKCE. The access token lives two hours; each refresh token is good
once. Reading needs none of this, only the app's bearer token."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from aggregator.contract import AuthExpired, Consent, Context, Credential, Malformed, Permanent

from .client import API
from .errors import REFUSALS

_CONSENT = "https://x.com/i/oauth2/authorize"
_SCOPES = ("tweet.read", "tweet.write", "users.read", "tweet.moderate.write", "offline.access")
_DEAD = (400, 401)  # what a spent or false code or refresh token is answered with


def consent_page(consent: Consent, ctx: Context) -> str:
    client_id, _ = _app(ctx)
    uri = prepare_grant_uri(
        _CONSENT,
        client_id,
        "code",
        redirect_uri=consent.redirect_uri,
        scope=" ".join(_SCOPES),
        state=consent.state,
        code_challenge=create_s256_code_challenge(consent.verifier),  # type: ignore[no-untyped-call]
        code_challenge_method="S256",
    )
    return str(uri)


def credential_for(code: str, consent: Consent, ctx: Context) -> Credential:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": consent.redirect_uri}
    return _asked({**form, "code_verifier": consent.verifier}, ctx)


def renewed(credential: Credential, ctx: Context) -> Credential:
    """A new pair; the old refresh token is dead from now on."""
    token = credential.secrets.get("refresh_token")
    if not token:
        raise AuthExpired("Akun X ini perlu dihubungkan lagi.")
    fresh = _asked({"grant_type": "refresh_token", "refresh_token": token}, ctx)
    return Credential(
        secrets={**credential.secrets, **fresh.secrets}, title=credential.title, expires_at=fresh.expires_at
    )


def _asked(form: Mapping[str, str], ctx: Context) -> Credential:
    client_id, secret = _app(ctx)
    auth = (client_id, secret) if secret else None  # an app without a secret is a public client
    told = {**form, "client_id": client_id}
    response = ctx.http.post(f"{API}/oauth2/token", data=told, auth=auth, allow=_DEAD, cost=0)
    if response.status in REFUSALS or response.status in _DEAD:
        raise AuthExpired("X tidak menerima kode atau izin ini (lagi); hubungkan akunnya sekali lagi.")
    return _credential(response.json(), ctx)


def _credential(answer: Any, ctx: Context) -> Credential:
    try:
        secrets = {name: answer[name] for name in ("access_token", "refresh_token")}
        dies = ctx.now + timedelta(seconds=int(answer["expires_in"]))
    except (KeyError, TypeError, ValueError):
        raise Malformed("X memberi izin dalam bentuk yang tidak dikenal.") from None
    return Credential(secrets=secrets, expires_at=dies)


def _app(ctx: Context) -> tuple[str, str]:
    client_id = ctx.secrets.get("client_id")
    if not client_id:
        raise Permanent("Client ID aplikasi X belum diisi di Pengaturan.")
    return client_id, ctx.secrets.get("client_secret", "")
