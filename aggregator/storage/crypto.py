"""Secrets at rest: Fernet with rotation. The keys live outside the database."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SecretUnreadable(Exception):
    """No key at hand opens this secret, or a key is none."""


class Vault:
    """Seals and opens secrets; the first key seals, every key opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise SecretUnreadable(
                "a key in SAHUT_SECRET_KEYS, or in secret.key of the data folder, is no Fernet key"
            ) from None

    def seal(self, secret: str) -> bytes:
        return self._fernet.encrypt(secret.encode())

    def open(self, ciphertext: bytes) -> str:
        try:
            return self._fernet.decrypt(ciphertext).decode()
        except InvalidToken:
            raise SecretUnreadable("no key in SAHUT_SECRET_KEYS opens this secret") from None

    def reseal(self, ciphertext: bytes) -> bytes:
        """The same secret under the newest key."""
        return self.seal(self.open(ciphertext))


def load_keys(configured: Sequence[str], data_dir: Path) -> tuple[str, ...]:
    """The configured keys, else one made on first use and kept beside the data, readable by its owner alone."""
    if configured:
        return tuple(configured)
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        _create_once(path, Fernet.generate_key())
    return (path.read_text().strip(),)


def _create_once(path: Path, key: bytes) -> None:
    """Several processes may start at once: each writes a whole file of its own, the first link wins."""
    own = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    with contextlib.suppress(FileExistsError):
        os.link(own, path)
    own.unlink()
