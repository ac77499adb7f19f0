"""Web push: the RFC's own example, what goes on the wire, and what its services answer."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from aggregator.conformance.world import Reply, Request
from aggregator.contract import AuthExpired, Gone, Permanent, RateLimited, Transient
from plugins.webpush.notifier import WebPushNotifier
from plugins.webpush.sealing import LONGEST, new_private_key, packed, private_key, public_bytes, sealed, unpacked
from tests.plugins.notifying import NOTICE, NOW, lent, line

# RFC 8291, appendix A
PLAIN = b"When I grow up, I want to be a watermelon"
RECEIVER_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SENDER_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
ENDPOINT = "https://push.example/send/abc"
ADDRESS = json.dumps({"auth": AUTH, "endpoint": ENDPOINT, "p256dh": RECEIVER}, sort_keys=True)
SETTINGS = WebPushNotifier().made({})


def opened(body: bytes) -> bytes:
    """What the browser with the RFC's key reads."""
    salt, ours = body[:16], body[21 : 21 + 65]
    own = private_key(RECEIVER_PRIVATE)
    secret = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ours))

    def derived(key: bytes, with_salt: bytes, info: bytes, length: int) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=with_salt, info=info).derive(key)

    keying = derived(secret, unpacked(AUTH), b"WebPush: info\x00" + unpacked(RECEIVER) + ours, 32)
    key = derived(keying, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = derived(keying, salt, b"Content-Encoding: nonce\x00", 12)
    plain = AESGCM(key).decrypt(nonce, body[86:], None)
    assert plain[-1:] == b"\x02"
    return plain[:-1]


def sent(status: int = 201, headers: dict[str, str] | None = None, **changes: Any) -> Request:
    http = line(lambda _: Reply(status, headers or {}), "push.example")
    WebPushNotifier().notify(replace(NOTICE, **changes), ADDRESS, lent(http, SETTINGS))
    return http.requests[0]


def test_the_rfcs_own_example() -> None:
    body = sealed(PLAIN, unpacked(RECEIVER), unpacked(AUTH), salt=unpacked(SALT), own=private_key(SENDER_PRIVATE))
    assert packed(body) == SEALED
    assert opened(body) == PLAIN


def test_every_message_has_a_key_and_a_salt_of_its_own() -> None:
    one, other = (sealed(PLAIN, unpacked(RECEIVER), unpacked(AUTH)) for _ in range(2))
    assert one[:16] != other[:16] and one[21:86] != other[21:86] and opened(one) == opened(other) == PLAIN


def test_the_longest_message_fills_one_record() -> None:
    assert len(sealed(b"x" * LONGEST, unpacked(RECEIVER), unpacked(AUTH))) == 4096
    with pytest.raises(ValueError, match="too long"):
        sealed(b"x" * (LONGEST + 1), unpacked(RECEIVER), unpacked(AUTH))


def test_what_the_page_shows() -> None:
    request = sent()
    told = json.loads(opened(request.body))
    assert (told["title"], told["link"]) == (NOTICE.title, NOTICE.link)
    assert told["actions"] == [{"title": "Saya kerjakan", "link": "https://sahut.example/butir/x/ambil"}]
    assert request.url == ENDPOINT and request.headers["content-encoding"] == "aes128gcm"
    assert request.headers["ttl"] == "86400" and request.headers["urgency"] == "normal"
    assert NOTICE.title.encode() not in request.body, "nobody on the way reads it"


def test_a_second_copy_takes_the_first_ones_place() -> None:
    one, again, other = sent(), sent(), sent(key="event:8:13")
    assert one.headers["topic"] == again.headers["topic"] != other.headers["topic"]
    assert len(one.headers["topic"]) == 32
    assert json.loads(opened(one.body))["tag"] == one.headers["topic"]


def test_danger_is_marked_as_urgent() -> None:
    assert sent(urgent=True).headers["urgency"] == "high"


def test_a_long_notice_still_fits() -> None:
    assert json.loads(opened(sent(body="panjang " * 1_000).body))["body"] == ""


def test_who_sends_is_signed_for_this_service_alone() -> None:
    scheme, token, key = sent().headers["authorization"].replace(",", "").split(" ")
    head, claims, signature = token.removeprefix("t=").split(".")
    told = json.loads(unpacked(claims))
    assert scheme == "vapid" and json.loads(unpacked(head)) == {"typ": "JWT", "alg": "ES256"}
    assert told == {
        "aud": "https://push.example",
        "exp": int(NOW.timestamp()) + 12 * 3600,
        "sub": "https://sahut.example",
    }
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpacked(key.removeprefix("k=")))
    raw = unpacked(signature)
    numbers = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(encode_dss_signature(*numbers), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(encode_dss_signature(*numbers), f"{head}.{claims}x".encode(), ec.ECDSA(SHA256()))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, Gone),
        (410, Gone),
        (401, AuthExpired),
        (403, AuthExpired),
        (400, Permanent),
        (413, Permanent),
        (429, RateLimited),
        (500, Transient),
        (503, Transient),
    ],
)
def test_refusals(status: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        sent(status)


def test_how_long_to_wait_is_passed_on() -> None:
    with pytest.raises(RateLimited) as refused:
        sent(429, {"retry-after": "120"})
    assert refused.value.retry_after == 120


def test_a_subscription_is_kept_in_one_form() -> None:
    notifier = WebPushNotifier()
    typed = {"endpoint": ENDPOINT, "expirationTime": None, "keys": {"p256dh": RECEIVER + "=", "auth": AUTH + "=="}}
    assert notifier.address(json.dumps(typed)) == ADDRESS == notifier.address(ADDRESS)
    assert notifier.site(ADDRESS) == ENDPOINT


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": packed(b"\x04" + b"\x01" * 64), "auth": AUTH},
        {"p256dh": RECEIVER, "auth": "AA"},
        {"p256dh": RECEIVER},
    ],
)
def test_keys_that_are_none_are_refused(keys: dict[str, str]) -> None:
    with pytest.raises(Permanent):
        WebPushNotifier().address(json.dumps({"endpoint": ENDPOINT, "keys": keys}))


def test_keys_are_made_when_they_are_missing() -> None:
    notifier = WebPushNotifier()
    assert notifier.made(SETTINGS) == {}
    shown = notifier.public(SETTINGS)["key"]
    assert urlsafe_b64decode(shown + "=")[:1] == b"\x04" and notifier.public({}) == {}
    assert public_bytes(private_key(SETTINGS["vapid_key"])) == unpacked(shown)
    assert packed(public_bytes(new_private_key())) != shown
