"""Log-in through the government's own accounts: the issuer's side of it. OpenID Connect, authorization code with PKCE;
three short calls while the person waits, over the guarded line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn
from urllib.parse import quote_plus, urlsplit

import structlog
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from aggregator.clock import Clock
from aggregator.contract import PlatformError, PlatformInfo
from aggregator.domain.sign_on import ALGORITHMS, KEY_TYPES, fault_of, verified_email
from aggregator.services.errors import NotFound, Refused
from aggregator.services.people.single_sign_on import Identity, SingleSignOn, SsoVisit
from aggregator.sync.addresses import host_of, is_loopback, read_url
from aggregator.sync.http import GuardedHttp, HttpSettings, PullBudget
from aggregator.sync.politeness import InMemoryHosts, LocalPace

SCOPE = "openid email profile"
_KEPT = timedelta(hours=1)  # how long what the issuer says of itself is believed
_PAUSE = timedelta(seconds=10)  # between two looks at an issuer that is away
_SECONDS = {"connect_seconds": 3.0, "read_seconds": 5.0, "total_seconds": 8.0}  # a person waits
_CALLS = 4
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_AWAY = "Layanan akun instansi sedang tidak dapat dihubungi. Coba lagi sebentar, atau masuk dengan kata sandi."
_NO = "Masuk lewat akun instansi ditolak. Ulangi dari halaman masuk; bila tetap gagal, hubungi Diskominfo."

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who vouches for people, and as whom Sahut is known there. `client_secret` None: a public client, PKCE alone."""

    address: str
    client_id: str
    client_secret: str | None
    redirect_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Metadata:
    """The issuer's discovery document (OpenID Connect Discovery 1.0), as far as it is used."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    secret_in_body: bool
    read_at: datetime


class SignOn:
    """Sends a browser to the issuer, and judges what comes back."""

    def __init__(self, issuer: Issuer | None, visits: SingleSignOn, http: HttpSettings, clock: Clock) -> None:
        self._issuer = issuer
        self._visits = visits
        self._http = replace(http, **_SECONDS)  # type: ignore[arg-type]  # three floats
        self._clock = clock
        self._metadata: _Metadata | None = None
        self._next_look: datetime | None = None  # while the issuer is away, strangers cannot make us call it
        self._memory = InMemoryHosts()

    @property
    def offered(self) -> bool:
        """Whether the installation has an issuer."""
        return self._issuer is not None

    def start(self) -> tuple[str, str]:
        """The issuer's address for a browser, and the state that must come back with it. Raises Refused when the issuer
        is away, NotFound when there is none."""
        issuer = self._configured()
        metadata = self._discover(issuer)
        visit = self._visits.begin()
        asked = {
            "response_type": "code", "client_id": issuer.client_id, "redirect_uri": issuer.redirect_uri, "scope": SCOPE,
            "state": visit.state, "nonce": visit.nonce, "code_challenge_method": "S256",
            "code_challenge": create_s256_code_challenge(visit.verifier),  # type: ignore[no-untyped-call]
        }  # fmt: skip
        return add_params_to_uri(metadata.authorization_endpoint, list(asked.items())), visit.state

    def finish(self, state: str, code: str, named: str | None, device: str) -> str:
        """The session's token for who came back. `named`: the issuer that the address names, if it does (RFC 9207).
        Raises Refused for everything that is not as it must be; the state is used up either way."""
        issuer = self._configured()
        visit = self._visits.end(state)
        if named is not None and named != issuer.address:
            _refuse("iss_parameter")
        metadata = self._discover(issuer)
        token = self._exchange(issuer, metadata, code, visit)
        claims = self._claims(metadata, token)
        fault = fault_of(
            claims, issuer=issuer.address, client_id=issuer.client_id, nonce_hash=visit.nonce_hash, now=self._clock()
        )
        if fault:
            _refuse(fault)
        identity = Identity(issuer=issuer.address, subject=claims["sub"], email=verified_email(claims))
        return self._visits.enter(identity, device)

    def _configured(self) -> Issuer:
        if self._issuer is None:
            raise NotFound
        return self._issuer

    # -- calls -----------------------------------------------------------------------------------------------------

    def _discover(self, issuer: Issuer) -> _Metadata:
        """What the issuer says of itself, asked for at most once an hour, and not again at once when it failed."""
        now = self._clock()
        if self._metadata is None or self._metadata.read_at + _KEPT < now:
            if self._next_look is not None and now < self._next_look:
                raise Refused(_AWAY)
            try:
                told = self._json("GET", issuer.address.rstrip("/") + "/.well-known/openid-configuration")
                self._metadata = _metadata(issuer, told, now)
            except Refused:
                self._next_look = now + _PAUSE
                raise
        return self._metadata

    def _exchange(self, issuer: Issuer, metadata: _Metadata, code: str, visit: SsoVisit) -> str:
        """The id_token for a code, which the issuer takes once."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": issuer.redirect_uri,
            "code_verifier": visit.verifier, "client_id": issuer.client_id,
        }  # fmt: skip
        auth = None
        if issuer.client_secret and metadata.secret_in_body:
            form["client_secret"] = issuer.client_secret
        elif issuer.client_secret:  # RFC 6749, 2.3.1: both are encoded first
            auth = (quote_plus(issuer.client_id), quote_plus(issuer.client_secret))
        told = self._json("POST", metadata.token_endpoint, data=form, auth=auth, allow=(400, 401))
        token = told.get("id_token")
        return token if isinstance(token, str) else _refuse("token_endpoint")

    def _claims(self, metadata: _Metadata, token: str) -> dict[str, Any]:
        """What the token says, its signature checked with a key the issuer publishes now."""
        keys = _keys(self._json("GET", metadata.jwks_uri))
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError, KeyError):
            pass  # refused outside the handler: the error's context knows the token
        return _refuse("signature")

    def _json(self, method: str, url: str, **body: Any) -> Mapping[str, Any]:
        try:
            with self._line(url) as http:
                answer = http.get(url) if method == "GET" else http.post(url, **body)
                told = answer.json()
        except PlatformError as error:
            log.warning("sso_away", error=type(error).__name__, host=urlsplit(url).hostname)
            raise Refused(_AWAY) from None
        return told if isinstance(told, dict) else _refuse("json")

    def _line(self, url: str) -> GuardedHttp:
        """A line to one host. The issuer's own may be inside the intranet: whoever set it up named it."""
        host = host_of(read_url(url))
        own = host == host_of(read_url(self._configured().address))
        settings = replace(self._http, allow_private_network=own or self._http.allow_private_network)
        deadline = self._clock() + timedelta(seconds=settings.total_seconds)
        return GuardedHttp(
            PlatformInfo(id="sso", title="SSO", hosts=(host,)),
            None,
            settings=settings,
            budget=PullBudget(_CALLS, deadline, self._clock),
            pace=LocalPace(self._memory),
            memory=self._memory,
            clock=self._clock,
        )


def _metadata(issuer: Issuer, told: Mapping[str, Any], now: datetime) -> _Metadata:
    if told.get("issuer") != issuer.address:
        _refuse("discovery_issuer")
    for name in _ENDPOINTS:
        if not _is_safe(told.get(name)):
            _refuse(name)
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return _Metadata(
        authorization_endpoint=told["authorization_endpoint"],
        token_endpoint=told["token_endpoint"],
        jwks_uri=told["jwks_uri"],
        secret_in_body="client_secret_basic" not in methods,
        read_at=now,
    )


def _is_safe(address: object) -> bool:
    """https, or this very machine."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def _keys(told: Mapping[str, Any]) -> KeySet:
    """The public keys for signatures; what is not understood is left out, and so is every shared secret."""
    found = []
    listed = told.get("keys")
    for key in listed if isinstance(listed, list) else ():
        if isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig":
            try:
                found.append(JWKRegistry.import_key(key))
            except (JoseError, ValueError, TypeError, KeyError):
                continue
    return KeySet(found) if found else _refuse("jwks")


def _refuse(why: str) -> NoReturn:
    log.warning("sso_refused", why=why)
    raise Refused(_NO)
