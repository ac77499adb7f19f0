"""What one call of `sahut` works with: the application, built when a command needs it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import click
import orjson

from aggregator.app import App, build_app
from aggregator.config import Settings, load_settings
from aggregator.domain.access import Role, Viewer


class Session:
    """One call of the command line."""

    def __init__(self, *, debug: bool) -> None:
        self.debug = debug

    @cached_property
    def settings(self) -> Settings:
        return load_settings()

    @property
    def log_level(self) -> str:
        """What is logged: on a person's terminal only what went wrong."""
        level = self.settings.log_level
        return "WARNING" if level == "INFO" else level

    @cached_property
    def app(self) -> App:
        return build_app(self.settings)

    def close(self) -> None:
        if "app" in self.__dict__:
            self.app.close()


pass_session = click.make_pass_decorator(Session)


def machine_admin() -> Viewer:
    """Whoever may run this command on this machine may do what Diskominfo may; no person is named."""
    return Viewer(
        person_id=None, login="", name="", role=Role.DISKOMINFO, unit_id=None, unit_ids=None, work_ids=None,
        manage_ids=None, confidential=True,
    )  # fmt: skip


def say_json(value: Any) -> None:
    """One line of NDJSON: UTF-8, whatever the terminal speaks."""
    sys.stdout.buffer.write(orjson.dumps(_plain(value), option=orjson.OPT_APPEND_NEWLINE))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return value


def pairs(values: Iterable[str], option: str) -> dict[str, str]:
    """`k=v` options as a mapping."""
    found = {}
    for value in values:
        name, sign, text = value.partition("=")
        if not sign or not name.strip():
            raise click.UsageError(f"{option} is written name=value, not {name[:40]!r}")
        found[name.strip()] = text
    return found
