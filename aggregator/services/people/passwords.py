"""Passwords: argon2id, and one answer for everyone whose password is not right."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from aggregator.domain.passwords import weakness
from aggregator.services.errors import Refused

NONE = ""  # the hash of who was invited and has no password yet


class Passwords:
    """Makes and checks hashes, in the same time whether or not there is one."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        return self._hasher.hash(password.encode("utf-8", "surrogatepass"))

    def accepted(self, password: str, *, login: str = "", name: str = "") -> str:
        """The hash of a new password; raises Refused when it is too short or too easily guessed."""
        fault = weakness(password, login=login, name=name)
        if fault:
            raise Refused(fault)
        return self.hash(password)

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether `password` belongs to the hash; nobody's (None) and an unset one (NONE) take as long as a real one."""
        try:
            right = self._hasher.verify(stored or self._nobody, password.encode("utf-8", "surrogatepass"))
        except (VerificationError, InvalidHashError):
            return False
        return right and bool(stored)
