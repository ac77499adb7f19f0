"""plugin.toml: what a plugin says of itself before any line of it runs."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from typing import Any

from aggregator.contract import CONTRACT_VERSION

FILE_NAME = "plugin.toml"
LARGEST = 64 * 1024  # bytes

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_MODULE = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


class ManifestError(Exception):
    """Why a manifest cannot be used, in English for its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`contract` is the contract version the plugin was written for; `module` names the submodule with the
    hooks when it is not the package itself. An `example` shows how it is done: among the built-in plugins it is
    passed over, so that no official is offered an invented platform."""

    id: str
    title: str
    version: str
    contract: int
    summary: str
    module: str = ""
    author: str = ""
    homepage: str = ""
    example: bool = False


_TYPES: dict[str, type] = {
    field.name: {"contract": int, "example": bool}.get(field.name, str) for field in fields(Manifest)
}
_TYPE_NAMES = {int: "a whole number", bool: "true or false", str: "text"}
_REQUIRED = tuple(field.name for field in fields(Manifest) if field.default is MISSING)


def read_manifest(data: bytes) -> Manifest:
    """Parse and check plugin.toml; raises ManifestError with the first fault found."""
    values = _parse(data)
    fault = _fault_in(values)
    if fault is not None:
        raise ManifestError(fault)
    return Manifest(**values)


def is_plugin_id(text: str) -> bool:
    """Lower-case letters, digits, "-" and "_", at most 40, a letter first. Platform ids follow the same
    rule."""
    return _ID.fullmatch(text) is not None


def _parse(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise ManifestError(f"{FILE_NAME} is larger than {LARGEST} bytes")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError(f"{FILE_NAME} is not TOML: {error}") from None


def _fault_in(values: dict[str, Any]) -> str | None:
    for name in _REQUIRED:
        if name not in values:
            return f"{FILE_NAME}: key {name!r} is missing"
    for name, value in values.items():
        wanted = _TYPES.get(name)
        if wanted is None:
            return f"{FILE_NAME}: key {name!r} is unknown"
        if type(value) is not wanted:
            return f"{FILE_NAME}: {name!r} must be {_TYPE_NAMES[wanted]}"
    if values["contract"] != CONTRACT_VERSION:
        return f"written for contract {values['contract']}, this Sahut speaks {CONTRACT_VERSION}"
    if not is_plugin_id(values["id"]):
        return f"{FILE_NAME}: 'id' must be lower-case letters, digits, - and _, a letter first"
    if values.get("module") and not _MODULE.fullmatch(values["module"]):
        return f"{FILE_NAME}: 'module' is not a module name"
    return None
