"""An official account as a plugin sees it, and what a login at a platform is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aggregator.contract.records import Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKey:
    """The canonical name of an account: the same for every spelling of its address."""

    platform: str
    key: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An official account as a plugin sees it."""

    key: str
    url: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSnapshot:
    """The account's public face on a day: evidence for the circular. None where the platform does not tell.

    `own_author_ids` are ids under which the account itself writes. `reads` says in one Indonesian sentence what
    can be read there ("komentar WordPress lewat REST"), `problem` what stands in the way. `credential_expires_at` is
    when the login or token dies, where the platform tells: people are warned before.
    """

    exists: bool
    title: str | None = None
    url: str | None = None
    active: bool | None = None
    last_post_at: datetime | None = None
    posts_30d: int | None = None
    followers: int | None = None
    verified: bool | None = None
    own_author_ids: frozenset[str] = frozenset()
    reads: str | None = None
    problem: str | None = None
    credential_expires_at: datetime | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GlancedAccount:
    """One of many accounts to glance at: its bookmark as the last pull left it, and its own secrets."""

    account: Account
    cursor: Cursor | None
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One person's way through a platform's consent page. `state` comes back with the code and is checked by the
    core; `redirect_uri` is where it comes back to; `verifier` is the secret half of PKCE (RFC 7636)."""

    state: str
    redirect_uri: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A login at a platform: secrets to store encrypted, who logged in, and when it dies."""

    secrets: Mapping[str, str]
    title: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """An account that a login may read: what a person chooses from. `secrets` are the account's own (a page token)."""

    key: AccountKey
    title: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
