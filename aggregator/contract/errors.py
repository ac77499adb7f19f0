"""Errors say what happens next. Their messages are for officials (Bahasa Indonesia) and hold no body,
token or person's words."""

from __future__ import annotations


class PlatformError(Exception):
    """Base of everything a plugin may raise on purpose. `code` is stable and short, for logs and tests."""

    code = "platform"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class AuthExpired(PlatformError):
    """The credential is dead: stop using it and ask a person to log in again."""

    code = "auth_expired"


class RateLimited(PlatformError):
    """Too many calls: postpone, not a failure. `retry_after` in seconds when the platform says so."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Gone(PlatformError):
    """The account, post or message no longer exists (or never did)."""

    code = "gone"


class Transient(PlatformError):
    """May pass by itself: network, 5xx, a page that checks browsers. Backoff 1, 5, 15, 60 minutes."""

    code = "transient"


class Permanent(PlatformError):
    """A person must change something before it can work; the message says what."""

    code = "permanent"


class Malformed(PlatformError):
    """The platform answers in a shape nobody knows: slow the whole plugin down and tell developers."""

    code = "malformed"


class BudgetSpent(PlatformError):
    """The pull asked for a call after its budget was spent; the core goes on at the next turn."""

    code = "budget_spent"
