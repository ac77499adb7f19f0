"""Which claims of an id_token are believed."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from aggregator.domain.sign_on import ALGORITHMS, fault_of, verified_email

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
RIGHT: dict[str, Any] = {
    "iss": "https://sso.contoh.example", "aud": "sahut", "sub": "7", "nonce": "n", "iat": AT, "exp": AT + 300,
}  # fmt: skip


def fault(**changes: Any) -> str | None:
    claims = {name: value for name, value in (RIGHT | changes).items() if value is not None}
    told = {"issuer": RIGHT["iss"], "client_id": "sahut", "nonce_hash": sha256(b"n").hexdigest(), "now": NOW}
    return fault_of(claims, **told)


def test_a_right_token_has_no_fault() -> None:
    assert fault() is None
    assert fault(aud=["sahut"]) is None
    assert fault(aud=["sahut", "lain"], azp="sahut") is None
    assert fault(exp=AT - 59, iat=AT - 500) is None, "clocks differ by a minute"


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("iss", "https://jahat.example", "iss"), ("iss", None, "iss"), ("iss", "https://sso.contoh.example/", "iss"),
        ("aud", "lain", "aud"), ("aud", None, "aud"), ("aud", [], "aud"), ("aud", ["sahut", "lain"], "aud"),
        ("aud", {"sahut": 1}, "aud"), ("azp", "lain", "aud"),
        ("exp", AT - 61, "exp"), ("exp", None, "exp"), ("exp", "9999999999", "exp"), ("exp", True, "exp"),
        ("exp", float("nan"), "exp"),
        ("iat", AT - 601, "iat"), ("iat", AT + 61, "iat"), ("iat", None, "iat"),
        ("nonce", "lain", "nonce"), ("nonce", None, "nonce"), ("nonce", ["n"], "nonce"), ("nonce", "\ud800", "nonce"),
        ("sub", None, "sub"), ("sub", "", "sub"), ("sub", 7, "sub"), ("sub", "x" * 256, "sub"),
    ],
)  # fmt: skip
def test_each_wrong_claim_is_named(name: str, value: object, found: str) -> None:
    changes = {name: value}
    assert fault(**changes) == found


def test_nothing_is_signed_with_a_shared_secret_or_not_at_all() -> None:
    assert not {alg for alg in ALGORITHMS if alg.startswith("HS") or alg == "none"}


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "a@b.go.id", "email_verified": True}, "a@b.go.id"),
        ({"email": "a@b.go.id"}, None), ({"email": "a@b.go.id", "email_verified": False}, None),
        ({"email": "a@b.go.id", "email_verified": "true"}, None), ({"email_verified": True}, None),
        ({"email": ["a@b.go.id"], "email_verified": True}, None),
    ],
)  # fmt: skip
def test_only_a_verified_address_counts(claims: dict[str, Any], email: str | None) -> None:
    assert verified_email(claims) == email
