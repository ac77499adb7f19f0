"""What must be true of an id_token before it is believed (OpenID Connect Core 1.0, 3.1.3.7), its signature apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

LEEWAY = timedelta(seconds=60)  # clocks differ
OLDEST = timedelta(minutes=10)  # a token is made for this very visit
# Signatures with the issuer's private key only. Never "none", and never HS256: whoever knows the public key, or the
# client's secret, could sign with it.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
KEY_TYPES = frozenset({"RSA", "EC", "OKP"})


def fault_of(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce_hash: str, now: datetime) -> str | None:
    """The name of the first claim that is not right; None when all are. `nonce_hash`: SHA-256 of the visit's nonce."""
    checks = (
        ("iss", claims.get("iss") == issuer),
        ("aud", _is_for(claims, client_id)),
        ("exp", _seconds(claims, "exp") > (now - LEEWAY).timestamp()),
        ("iat", (now - OLDEST).timestamp() < _seconds(claims, "iat") < (now + LEEWAY).timestamp()),
        ("nonce", _is_nonce(claims.get("nonce"), nonce_hash)),
        ("sub", isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= 255),
    )
    return next((name for name, right in checks if not right), None)


def verified_email(claims: Mapping[str, Any]) -> str | None:
    """The person's address when the issuer itself verified it; None otherwise."""
    email = claims.get("email")
    return email if claims.get("email_verified") is True and isinstance(email, str) else None


def _is_for(claims: Mapping[str, Any], client_id: str) -> bool:
    """Ours alone, or made for us among others."""
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if client_id not in named:
        return False
    return claims.get("azp", client_id) == client_id and (len(named) == 1 or "azp" in claims)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def _is_nonce(nonce: object, nonce_hash: str) -> bool:
    given = sha256(nonce.encode("utf-8", "surrogatepass")).hexdigest() if isinstance(nonce, str) else ""
    return compare_digest(given, nonce_hash)
