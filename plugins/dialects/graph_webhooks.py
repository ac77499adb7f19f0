"""Meta's webhooks: who sent them, what is in them, and the check of their address. Pure: no network."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

from aggregator.contract import Malformed, Permanent, PushRequest


def signed(body: bytes, headers: Mapping[str, str], secrets: Iterable[str]) -> bool:
    """Whether X-Hub-Signature-256 proves that a holder of one of `secrets` sent these raw bytes."""
    told = headers.get("x-hub-signature-256", "").encode()
    right = [b"sha256=" + hmac.new(one.encode(), body, hashlib.sha256).hexdigest().encode() for one in secrets if one]
    return any(hmac.compare_digest(told, one) for one in right)


def opened(request: PushRequest) -> dict[str, Any]:
    """A webhook's body; raises Permanent when its signature is wrong, Malformed when it is no JSON object."""
    if not signed(request.body, request.headers, [request.secrets.get("client_secret", "")]):
        raise Permanent("Tanda tangan pemberitahuan tidak cocok dengan rahasia aplikasi.")
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Malformed("Pemberitahuan Meta bukan JSON.") from None
    if not isinstance(body, dict):
        raise Malformed("Pemberitahuan Meta tidak berbentuk seperti biasanya.")
    return body


def challenge(request: PushRequest) -> str | None:
    """The answer to Meta's check of a webhook address; None when it is none or its verify_token is not ours."""
    query, own = request.query, request.secrets.get("verify_token", "")
    right = hmac.compare_digest(query.get("hub.verify_token", "").encode(), own.encode())
    return query.get("hub.challenge") if own and right and query.get("hub.mode") == "subscribe" else None
