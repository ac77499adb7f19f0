"""Sealing a message so that only the browser it is for can read it (RFC 8291 over RFC 8188), and signing who sends it
(VAPID, RFC 8292)."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096  # bytes of one record; a push message is one
LONGEST = RECORD - 16 - 1 - 86  # of plaintext: what is left beside tag, end mark and header
_LAST = b"\x02"  # marks the last record
_CURVE = ec.SECP256R1()


def new_private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(_CURVE)


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """A key from its number in base64url; raises ValueError when it is none."""
    return ec.derive_private_key(int.from_bytes(unpacked(text), "big"), _CURVE)


def private_text(key: ec.EllipticCurvePrivateKey) -> str:
    return packed(key.private_numbers().private_value.to_bytes(32, "big"))


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half, uncompressed: 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sealed(
    plain: bytes,
    receiver: bytes,
    auth: bytes,
    *,
    salt: bytes | None = None,
    own: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """`plain` as an aes128gcm body for the browser with the public key `receiver` (65 bytes) and the secret `auth`
    (16 bytes). `salt` and `own` key are new for each message; tests give those of the RFC. Raises ValueError for a
    key that is no point of the curve, or a text that is too long."""
    if len(plain) > LONGEST:
        raise ValueError("too long for one record")
    own, salt = own or new_private_key(), salt or os.urandom(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, receiver)
    ours = public_bytes(own)
    secret = own.exchange(ec.ECDH(), theirs)
    keying = _derived(secret, auth, b"WebPush: info\x00" + receiver + ours, 32)
    key = _derived(keying, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(keying, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(key).encrypt(nonce, plain + _LAST, None)


def signed(audience: str, contact: str, expires: int, key: ec.EllipticCurvePrivateKey) -> str:
    """The value of the Authorization header: who we are, for this push service, until `expires` (seconds of the epoch,
    at most a day ahead)."""
    head = packed(b'{"typ":"JWT","alg":"ES256"}')
    claims = packed(json.dumps({"aud": audience, "exp": expires, "sub": contact}, separators=(",", ":")).encode())
    signature = key.sign(f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    both = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature))
    return f"vapid t={head}.{claims}.{packed(both)}, k={packed(public_bytes(key))}"


def packed(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def unpacked(text: str) -> bytes:
    """Base64url with or without its padding; raises ValueError when it is none."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
