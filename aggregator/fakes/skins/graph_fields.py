"""Graph's `fields` parameter: id,comments.filter(stream).limit(25){id,from{id}} as a tree, and what it picks of a node."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r"\s*([\w-]+|[{}(),.])")

Node = Mapping[str, Any]


class BadFields(ValueError):
    """The parameter cannot be read, or names a field that the node does not have."""


@dataclass(frozen=True, slots=True)
class Field:
    """One asked field: its modifiers (`limit`, `filter`, …) and, within braces, what is asked of what it holds."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict)
    inside: tuple[Field, ...] = ()


def fields_of(text: str) -> tuple[Field, ...]:
    """Read a `fields` parameter; raises BadFields."""
    tokens = [match.group(1) for match in _TOKEN.finditer(text)]
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise BadFields("syntax")
    tokens.reverse()
    found = _list(tokens)
    if tokens:
        raise BadFields("syntax")
    return found


def chosen(node: Node, asked: tuple[Field, ...], kind: str) -> dict[str, Any]:
    """What a node shows of the asked fields: its id always, None never; an edge is a callable that takes its Field."""
    shown = {"id": node["id"]}
    for one in asked or (Field("id"),):
        if one.name not in node:
            raise BadFields(f"(#100) Tried accessing nonexisting field ({one.name}) on node type ({kind})")
        value = node[one.name]
        if isinstance(value, Callable):  # type: ignore[arg-type]  # an edge
            value = value(one)
        elif one.inside and isinstance(value, dict):
            value = {name: value[name] for name in (inner.name for inner in one.inside) if value.get(name) is not None}
        if value is not None:
            shown[one.name] = value
    return shown


def _list(tokens: list[str]) -> tuple[Field, ...]:
    found = [_one(tokens)]
    while tokens and tokens[-1] == ",":
        tokens.pop()
        found.append(_one(tokens))
    return tuple(found)


def _one(tokens: list[str]) -> Field:
    name, args, inside = _word(tokens), {}, tuple[Field, ...]()
    while tokens and tokens[-1] == ".":
        tokens.pop()
        modifier = _word(tokens)
        _expect(tokens, "(")
        args[modifier] = _word(tokens)
        _expect(tokens, ")")
    if tokens and tokens[-1] == "{":
        tokens.pop()
        inside = _list(tokens)
        _expect(tokens, "}")
    return Field(name, args, inside)


def _word(tokens: list[str]) -> str:
    if not tokens or tokens[-1] in "{}(),.":
        raise BadFields("syntax")
    return tokens.pop()


def _expect(tokens: list[str], mark: str) -> None:
    if not tokens or tokens.pop() != mark:
        raise BadFields("syntax")
