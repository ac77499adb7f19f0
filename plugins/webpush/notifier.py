"""One message to one browser's push service, and what that service's answers mean (RFC 8030)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from aggregator.contract import (
    AuthExpired,
    Gone,
    Notice,
    Notifier,
    NotifierInfo,
    NotifyContext,
    Permanent,
    Setting,
)

from .sealing import LONGEST, new_private_key, packed, private_key, private_text, public_bytes, sealed, signed, unpacked

KEPT = timedelta(days=1)  # how long a push service keeps a message for a phone that is off
SIGNED_FOR = timedelta(hours=12)
_REFUSALS = (400, 401, 403, 404, 410, 413)
_LONGEST_ENDPOINT = 1_000
_POINT, _SECRET = 65, 16  # bytes


class WebPushNotifier(Notifier):
    """The address is JSON: the endpoint, and the two keys that a browser made."""

    info = NotifierInfo(
        name="webpush",
        title="Perangkat",
        settings=(
            Setting(
                name="vapid_key",
                label="Kunci pengirim",
                help="Dibuat sendiri oleh Sahut. Jangan diganti: perangkat yang sudah terdaftar harus mendaftar lagi.",
                secret=True,
                required=True,
            ),
        ),
        longest=1_000,
    )

    def address(self, typed: str) -> str:
        return _address(typed)

    def site(self, address: str) -> str:
        return str(json.loads(address)["endpoint"])

    def shown(self, address: str) -> str:
        host = urlsplit(json.loads(address)["endpoint"]).hostname or ""
        return next((name for part, name in _BROWSERS if part in host), "peramban lain")

    def made(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        return {} if settings.get("vapid_key") else {"vapid_key": private_text(new_private_key())}

    def public(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        key = settings.get("vapid_key")
        return {"key": packed(public_bytes(_own(key)))} if key else {}

    def notify(self, notice: Notice, address: str, ctx: NotifyContext) -> None:
        told = json.loads(address)
        endpoint = self.site(address)
        parts = urlsplit(endpoint)
        until = int((ctx.now + SIGNED_FOR).timestamp())
        own = _own(ctx.settings.get("vapid_key", ""))
        headers = {
            "Authorization": signed(f"https://{parts.netloc}", ctx.contact, until, own),
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(int(KEPT.total_seconds())),
            "Urgency": "high" if notice.urgent else "normal",
            "Topic": _topic(notice.key),  # a second copy takes the first one's place while the phone is off
        }
        body = sealed(_payload(notice), unpacked(told["p256dh"]), unpacked(told["auth"]))
        answer = ctx.http.post(endpoint, content=body, headers=headers, allow=_REFUSALS)
        if answer.status in _REFUSALS:
            raise _refusal(answer.status)


_BROWSERS = (
    ("googleapis", "Chrome atau Edge di Android"),
    ("mozilla", "Firefox"),
    ("windows", "Edge di Windows"),
    ("apple", "Safari"),
)


def _address(typed: str) -> str:
    """A subscription as PushSubscription.toJSON() writes it, checked and in one form."""
    refused = Permanent("Peramban ini tidak memberi alamat pemberitahuan yang dapat dipakai.")
    try:
        told = json.loads(typed)
        endpoint, keys = told["endpoint"], told.get("keys", told)
        parts, host = urlsplit(endpoint), urlsplit(endpoint).hostname
        point, secret = unpacked(keys["p256dh"]), unpacked(keys["auth"])
        sealed(b"", point, secret)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise refused from None
    plain = parts.scheme == "https" and host and parts.username is None and parts.port in (None, 443)
    if not plain or len(endpoint) > _LONGEST_ENDPOINT or (len(point), len(secret)) != (_POINT, _SECRET):
        raise refused
    return json.dumps({"auth": packed(secret), "endpoint": endpoint, "p256dh": packed(point)}, sort_keys=True)


def _own(text: str) -> EllipticCurvePrivateKey:
    try:
        return private_key(text)
    except ValueError:
        raise Permanent("Kunci pengirim pemberitahuan peramban rusak; kosongkan supaya dibuat lagi.") from None


def _payload(notice: Notice) -> bytes:
    """What the page's service worker shows: title, body, where a tap leads, and the tag by which a second copy
    replaces the first."""
    told = {"title": notice.title, "body": notice.body, "link": notice.link, "tag": _topic(notice.key)}
    taps = [{"title": tap.label, "link": tap.link} for tap in notice.taps[:2]]
    body = json.dumps({**told, "actions": taps}, ensure_ascii=False).encode()
    return body if len(body) <= LONGEST else json.dumps({**told, "body": ""}, ensure_ascii=False).encode()[:LONGEST]


def _topic(key: str) -> str:
    """At most 32 letters of base64url (RFC 8030, 5.4)."""
    return packed(sha256(key.encode()).digest())[:32]


def _refusal(status: int) -> Exception:
    if status in (404, 410):
        return Gone("Perangkat ini tidak lagi menerima pemberitahuan; nyalakan lagi dari perangkatnya.")
    if status in (401, 403):
        return AuthExpired("Layanan pemberitahuan peramban menolak kunci pengirim Sahut.")
    return Permanent(f"Layanan pemberitahuan peramban menolak pesan Sahut (HTTP {status}).")
