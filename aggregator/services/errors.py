"""What a service says no with. Messages are for the person who asked, in Bahasa Indonesia."""

from __future__ import annotations


class ServiceError(Exception):
    """Base: `message` can be shown as it is."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(ServiceError):
    """It does not exist, or not for this person: both look the same."""

    def __init__(self, message: str = "Tidak ditemukan.") -> None:
        super().__init__(message)


class Conflict(ServiceError):
    """Someone else acted meanwhile; nothing was overwritten."""


class Refused(ServiceError):
    """It cannot be done so; the message says what would help."""


class TooManyAttempts(Refused):
    """Too many wrong passwords; `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Terlalu banyak percobaan. Coba lagi dalam {retry_after} detik.")
        self.retry_after = retry_after
