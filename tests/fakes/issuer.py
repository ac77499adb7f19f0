"""A small but real issuer of OpenID Connect on loopback: it keeps codes, checks PKCE and the client, and signs with RS256.
`lie` lets it be dishonest in one way at a time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "sahut-uji", "rahasia klien: &/%"  # a secret that must be encoded on its way
OWN = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
STRANGER = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})  # the same name as the issuer's key, another key


@dataclass
class Issuer:
    """The server. `claims` change what the next token says (None leaves one out); `sign` names how it is signed."""

    address: str = ""
    now: Any = time.time
    key: RSAKey = field(default_factory=lambda: OWN)
    claims: dict[str, Any] = field(default_factory=dict)
    sign: str = "RS256"
    discovery: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)  # path: what it answers instead
    keys: list[dict[str, Any]] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def approve(self, address: str, subject: str = "pegawai-7") -> dict[str, str]:
        """A person at the issuer's page says yes; the parameters that go back with the browser."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        assert asked["client_id"] == CLIENT and asked["scope"].split()[0] == "openid"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked | {"subject": subject}
        return {"code": code, "state": asked["state"], "iss": self.address}

    def metadata(self) -> dict[str, Any]:
        here = self.address
        told = {
            "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/jwks", "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip
        return told | self.discovery

    def jwks(self) -> dict[str, Any]:
        return {"keys": self.keys if self.keys is not None else [self.key.as_dict(private=False)]}

    def token(self, form: dict[str, str], authorization: str | None) -> tuple[int, dict[str, Any]]:
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        given = (authorization or "").removeprefix("Basic ")
        user, _, secret = base64.b64decode(given or "Og==").decode().partition(":")
        given = base64.b64encode(f"{unquote_plus(user)}:{unquote_plus(secret)}".encode()).decode()
        if given != expected and form.get("client_secret") != SECRET:
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)  # once
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        right = asked and _wire(digest) == asked["code_challenge"] and form.get("redirect_uri") == asked["redirect_uri"]
        if not asked or not right or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(asked)}

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(self.now())
        said = {
            "iss": self.address, "sub": asked["subject"], "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], "email": "Budi@Kabupaten.go.id", "email_verified": True,
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in said.items() if value is not None}
        if self.sign in ("none", "HS256", "HS256-secret"):
            return self._forged({"alg": self.sign.partition("-")[0], "kid": "k1"}, claims)
        key = STRANGER if self.sign == "stranger" else self.key
        token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)
        if self.sign != "altered":
            return token
        head, _, tail = token.split(".")
        body = _wire(json.dumps(claims | {"email": "kominfo@kabupaten.go.id"}).encode())
        return f"{head}.{body}.{tail}"

    def _forged(self, header: dict[str, str], claims: dict[str, Any]) -> str:
        """Unsigned, or signed with what is no secret: the public key, or one that the client holds as well."""
        body = ".".join(_wire(json.dumps(part).encode()) for part in (header, claims))
        shared = {"none": None, "HS256": self.key.as_pem(private=False), "HS256-secret": SECRET.encode()}[self.sign]
        return f"{body}." + (_wire(hmac.digest(shared, body.encode(), "sha256")) if shared else "")


def _wire(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        answers = {"/.well-known/openid-configuration": self.issuer.metadata, "/jwks": self.issuer.jwks}
        self._say(path, 200, answers[path]() if path in answers else {"path": path})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._say(urlsplit(self.path).path, *self.issuer.token(form, self.headers.get("Authorization")))

    def _say(self, path: str, status: int, told: dict[str, Any]) -> None:
        self.issuer.calls.append(path)
        body = self.issuer.raw.get(path, json.dumps(told).encode())
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer with a real socket."""
    issuer = Issuer()
    handler = type("Handler", (_Handler,), {"issuer": issuer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    issuer.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
