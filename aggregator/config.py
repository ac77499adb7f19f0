"""Settings: every one is an environment variable `SAHUT_<NAME>`; an unknown name is an error, not a typo lived with."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "SAHUT_"


class ConfigError(Exception):
    """A setting is wrong; the message names it."""


class Settings(BaseSettings):
    """What the installation was told. Defaults run everything embedded on one machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data_dir: Path = Field(Path(".data"), description="Folder of the database, the queue and the keys.")
    database_url: str | None = Field(None, description="postgresql://…; embedded SQLite when empty.")
    redis_url: str | None = Field(None, description="redis://…; an embedded Valkey server when empty.")
    host: str = Field("127.0.0.1", description="Address the pages are served on.")
    port: int = Field(8000, ge=1, le=65535, description="Port the pages are served on.")
    workers: int = Field(2, ge=1, le=64, description="Pull workers that `sahut run` starts.")
    zone: str = Field("Asia/Jakarta", description="Asia/Jakarta (WIB), Asia/Makassar (WITA) or Asia/Jayapura (WIT).")
    public_url: str | None = Field(None, description="Address people and platforms reach the pages at (https://…).")
    stand_in: str | None = Field(
        None, description="Origin of pretended platforms (sahut demo --platforms); nothing else is reached then."
    )
    allow_private_network: bool = Field(False, description="Read sites on private addresses (intranet, tests).")
    host_gap_seconds: float = Field(1.0, ge=0, le=60, description="Pause between two calls to one host.")
    contact: str = Field("diskominfo", max_length=200, description="Who site owners can ask; sent as User-Agent.")
    plugin_dirs: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="Folders with more plugins, separated by ':'."
    )
    secret_keys: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Fernet keys, newest first, separated by commas; made in the data folder when empty."
    )
    answer_goal_hours: int = Field(24, ge=1, le=720, description="First-answer goal in hours.")
    offline_pages: bool = Field(
        True, description="Phones may keep the queue and opened items to read without a network."
    )
    https: bool = Field(False, description="Pages are served over HTTPS: cookies become Secure and HSTS is sent.")
    require_totp: bool | None = Field(
        None, description="Diskominfo's admins must have a second factor (TOTP); true when empty, except in a demo."
    )
    oidc_issuer: str | None = Field(None, description="Address of the government's log-in service (OpenID Connect).")
    oidc_client_id: str | None = Field(None, description="As whom Sahut is registered there.")
    oidc_client_secret: str | None = Field(None, description="Its secret; empty for a public client.")
    oidc_title: str = Field("akun instansi", max_length=60, description="What the button calls it: Masuk dengan ….")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("plugin_dirs", mode="before")
    @classmethod
    def _split_dirs(cls, value: object) -> object:
        return tuple(Path(part) for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a time zone; use Asia/Jakarta, Asia/Makassar or Asia/Jayapura")
        return value

    @field_validator("public_url", "stand_in")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must start with https:// or http://")
        return value or None

    @field_validator("oidc_issuer")
    @classmethod
    def _trusted_issuer(cls, value: str | None) -> str | None:
        """Who can change what the issuer says on the way, can log in as anyone: https, or this very machine."""
        parts = urlsplit(value or "https://none")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")):
            raise ValueError("must start with https://")
        return value or None

    @model_validator(mode="after")
    def _whole_issuer(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("SAHUT_OIDC_ISSUER and SAHUT_OIDC_CLIENT_ID belong together")
        return self

    @field_validator("database_url")
    @classmethod
    def _psycopg(cls, value: str | None) -> str | None:
        if not value:
            return None
        scheme, _, rest = value.partition("://")
        if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
            return f"postgresql+psycopg://{rest}"
        if scheme == "sqlite":
            return value
        raise ValueError("must start with postgresql:// or sqlite:///")

    @property
    def base_url(self) -> str:
        """Where platforms send people and webhooks back to."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'sahut.db'}"

    @cached_property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


def load_settings() -> Settings:
    """Read the environment; raise ConfigError with one clear line per fault."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise ConfigError(f"unknown setting {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    try:
        return Settings()
    except ValidationError as error:
        faults = (f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise ConfigError("; ".join(faults)) from None
