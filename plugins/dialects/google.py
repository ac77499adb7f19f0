"""What Google's APIs have in common: how a call is authorised, how a refusal is told, how a login comes to be.

Refusals: {"error": {"code", "message", "status", "errors": [{"reason"}], "details": [{"reason", "metadata"}]}}. Logins: the
authorization code grant of RFC 6749 with PKCE; an access token lives about an hour, its refresh token for months, or
for seven days while the consent screen is still in testing. Secrets stay in headers and bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from aggregator.contract import (
    AuthExpired,
    Consent,
    Context,
    Credential,
    Gone,
    Malformed,
    Permanent,
    PlatformError,
    RateLimited,
    Response,
    Setting,
)

CONSENT_PAGE = "https://accounts.google.com/o/oauth2/v2/auth"
TOKENS = "https://oauth2.googleapis.com/token"
TOKEN_HOST = "oauth2.googleapis.com"  # noqa: S105 - a host
DAY_ZONE = "America/Los_Angeles"
REFUSALS = (400, 403, 404, 409, 412, 429)  # statuses whose body says more than the status

Meanings = Mapping[str, tuple[type[PlatformError], str]]

CLIENT_SETTINGS = (
    Setting(
        name="client_id",
        label="Client ID",
        help="Di console.cloud.google.com: APIs & Services, Credentials, OAuth 2.0 Client IDs (jenis Web application).",
    ),
    Setting(
        name="client_secret",
        label="Client secret",
        help="Di halaman yang sama dengan Client ID; tampil sekali saat dibuat, dapat dibuat ulang.",
        secret=True,
    ),
)
LOGIN_SETTINGS = (
    Setting(
        name="access_token",
        label="Access token",
        help="Terisi sendiri lewat tombol Hubungkan akun; tidak perlu disalin.",
        secret=True,
    ),
    Setting(
        name="refresh_token",
        label="Refresh token",
        help="Terisi sendiri lewat tombol Hubungkan akun; tidak perlu disalin.",
        secret=True,
    ),
)

_AGAIN = "Login Google sudah tidak berlaku; hubungkan akun lagi."
_DAY_SPENT = {"quotaExceeded", "dailyLimitExceeded"}
_WAITS = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_WAIT_SECONDS = 60.0
_MEANINGS: Meanings = {
    "authError": (AuthExpired, _AGAIN),
    "invalid_grant": (AuthExpired, _AGAIN),
    "UNAUTHENTICATED": (AuthExpired, _AGAIN),
    "keyInvalid": (AuthExpired, "API key Google tidak dikenal; periksa pengaturan plugin."),
    "API_KEY_INVALID": (AuthExpired, "API key Google tidak dikenal; periksa pengaturan plugin."),
    "keyExpired": (AuthExpired, "API key Google sudah kedaluwarsa; buat yang baru."),
    "insufficientPermissions": (AuthExpired, "Login Google ini tidak memberi izin yang cukup; hubungkan akun lagi."),
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": (AuthExpired, "Login Google ini tidak memberi izin yang cukup; hubungkan lagi."),
    "accessNotConfigured": (Permanent, "API ini belum diaktifkan pada proyek Google Cloud Diskominfo."),
    "SERVICE_DISABLED": (Permanent, "API ini belum diaktifkan pada proyek Google Cloud Diskominfo."),
    "redirect_uri_mismatch": (Permanent, "Alamat kembali Sahut belum didaftarkan pada Client ID di Google Cloud."),
    "invalid_client": (Permanent, "Client ID atau client secret Google salah; periksa pengaturan plugin."),
}


def bearer(secrets: Mapping[str, str]) -> dict[str, str]:
    """The header of a call on behalf of the login; raises AuthExpired without one."""
    token = secrets.get("access_token")
    if not token:
        raise AuthExpired("Akun Google belum dihubungkan.")
    return {"Authorization": f"Bearer {token}"}


def accepted(response: Response, ctx: Context, meanings: Meanings) -> Response:
    """The response, or the error that its refusal means. Call with `allow=REFUSALS`."""
    if response.status not in REFUSALS:
        return response
    raise refusal(response, ctx, meanings)


def refusal(response: Response, ctx: Context, meanings: Meanings) -> PlatformError:
    """The contract's error for a refusal: its reason first (the plugin's table, then Google's own), then its status."""
    reasons = list(reasons_of(response))
    for reason in reasons:
        if reason in _DAY_SPENT:
            return RateLimited("Jatah harian Google sudah habis.", seconds_to_midnight(ctx.now))
        if reason in meanings or reason in _MEANINGS:
            error, message = meanings.get(reason) or _MEANINGS[reason]
            return error(message)
    if response.status == 429 or _WAITS.intersection(reasons):
        return RateLimited("Google meminta kita menunggu.", wait_of(response, ctx.now))
    if response.status == 404:
        return Gone("Google tidak menemukannya (HTTP 404).")
    if response.status == 403:
        unknown = "Google menolak akses tanpa alasan yang dapat dibaca (HTTP 403)."
        return AuthExpired("Google menolak akses (HTTP 403).") if reasons else Malformed(unknown)
    return Permanent(f"Google menolak permintaan ini tanpa alasan yang dikenal (HTTP {response.status}).")


def reasons_of(response: Response) -> Iterator[str]:
    """The reasons a refusal gives, the most telling first; nothing when it gives none. `QUOTA_ZERO` is ours: a limit
    of nothing, told as if too much had been asked."""
    error = _error_of(response)
    if isinstance(error, str):
        yield error
    if not isinstance(error, dict):
        return
    for name in ("details", "errors"):
        rows = error.get(name)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                yield from _limit_of(row)
                yield from _words_in(row, "reason")
    yield from _words_in(error, "status")


@contextmanager
def shaped(platform: str) -> Iterator[None]:
    """Whatever is missing or of another type inside is an answer of another shape: Malformed, with nothing repeated."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Malformed(f"Jawaban {platform} tidak berbentuk seperti biasanya.") from None


def wait_of(response: Response, now: datetime) -> float:
    """Seconds to wait as Retry-After says (a number or a date), a minute when it does not."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdecimal() and value.isascii():
        return float(value)
    try:
        return max(1.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return _WAIT_SECONDS


def seconds_to_midnight(now: datetime) -> float:
    """How long until the day of Google's allowances ends: midnight in California."""
    local = now.astimezone(ZoneInfo(DAY_ZONE))
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()


def consent_url(consent: Consent, ctx: Context, scope: str) -> str:
    """Where a person consents. `prompt=consent` and offline access, else Google gives no refresh token."""
    return str(
        prepare_grant_uri(
            CONSENT_PAGE,
            client_id=_app(ctx, "client_id"),
            response_type="code",
            redirect_uri=consent.redirect_uri,
            scope=scope,
            state=consent.state,
            access_type="offline",
            prompt="consent",
            code_challenge=create_s256_code_challenge(consent.verifier),  # type: ignore[no-untyped-call]  # authlib has no types for it
            code_challenge_method="S256",
        )
    )


def exchange(code: str, consent: Consent, ctx: Context) -> Credential:
    """A code for tokens."""
    asked = {"code": code, "redirect_uri": consent.redirect_uri, "code_verifier": consent.verifier}
    answer = _tokens(ctx, {"grant_type": "authorization_code", **asked})
    if not isinstance(answer.get("refresh_token"), str):
        raise Permanent(
            "Google tidak memberi izin tetap. Cabut akses Sahut di myaccount.google.com/permissions, lalu hubungkan lagi."
        )
    return _credential(answer, {"refresh_token": answer["refresh_token"], **_death_of_login(answer, ctx)}, ctx)


def refresh(credential: Credential, ctx: Context) -> Credential:
    """A new access token; the refresh token stays unless Google gives another."""
    token = credential.secrets.get("refresh_token")
    if not token:
        raise AuthExpired(_AGAIN)
    answer = _tokens(ctx, {"grant_type": "refresh_token", "refresh_token": token})
    renewed = answer.get("refresh_token")
    kept = {**credential.secrets, "refresh_token": renewed if isinstance(renewed, str) else token}
    return _credential(answer, {**kept, **_death_of_login(answer, ctx)}, ctx, credential.title)


def login_expires_at(secrets: Mapping[str, str]) -> datetime | None:
    """When the login itself dies, where Google told: only for apps whose consent screen is still in testing."""
    told = secrets.get("login_expires_at")
    return datetime.fromisoformat(told) if told else None


def _tokens(ctx: Context, form: Mapping[str, str]) -> dict[str, Any]:
    app = {name: _app(ctx, name) for name in ("client_id", "client_secret")}
    response = ctx.http.post(TOKENS, data={**form, **app}, allow=REFUSALS, cost=0)
    answer = accepted(response, ctx, {}).json()
    if not isinstance(answer, dict):
        raise Malformed("Jawaban Google atas permintaan token tidak berbentuk seperti biasanya.")
    return answer


def _credential(
    answer: Mapping[str, Any], secrets: Mapping[str, str], ctx: Context, title: str | None = None
) -> Credential:
    token, seconds = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not isinstance(seconds, int):
        raise Malformed("Jawaban Google atas permintaan token tidak berbentuk seperti biasanya.")
    expires = ctx.now + timedelta(seconds=seconds)
    return Credential(secrets={**secrets, "access_token": token}, title=title, expires_at=expires)


def _death_of_login(answer: Mapping[str, Any], ctx: Context) -> dict[str, str]:
    seconds = answer.get("refresh_token_expires_in")
    if not isinstance(seconds, int):
        return {}
    return {"login_expires_at": (ctx.now + timedelta(seconds=seconds)).isoformat()}


def _app(ctx: Context, name: str) -> str:
    value = ctx.secrets.get(name)
    if not value:
        raise Permanent("Client ID dan client secret Google belum diisi pada pengaturan plugin.")
    return value


def _error_of(response: Response) -> Any:
    try:
        answer = response.json()
    except Malformed:
        return None
    return answer.get("error") if isinstance(answer, dict) else None


def _words_in(row: Mapping[str, Any], name: str) -> Iterator[str]:
    value = row.get(name)
    if isinstance(value, str):
        yield value


def _limit_of(detail: Mapping[str, Any]) -> Iterator[str]:
    metadata = detail.get("metadata")
    if isinstance(metadata, dict) and str(metadata.get("quota_limit_value")) == "0":
        yield "QUOTA_ZERO"
