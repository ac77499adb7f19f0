"""What goes wrong between a plugin and its platform, one fault at a time.

A `Fault` turns the answer of call n into trouble and says under which error it must arrive. `drop_keys` takes
one name away from every answer: what a platform does on a release day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from aggregator.conformance.world import Reply, Request, World
from aggregator.contract import AuthExpired, Malformed, PlatformError, RateLimited, Transient

WAIT_SECONDS = 4321  # an odd number: nobody guesses it
LOGIN_PAGE = "<!doctype html><html><head><title>Masuk</title></head><body><form><input></form></body></html>"


@dataclass(frozen=True, slots=True)
class Fault:
    """`spoil(reply)` gives the answer under the fault, or raises what a network raises.

    `error` is the name it must arrive under; None: any error of the contract will do. With `strict` there is
    no way around it; without, a plugin may also recover, as long as nothing is lost. `of_json` is for JSON.
    """

    name: str
    spoil: Callable[[Reply], Reply]
    error: type[PlatformError] | None
    strict: bool = False
    of_json: bool = False


def faults(now: datetime) -> tuple[Fault, ...]:
    """Every fault that can hit any call; `now` dates the HTTP-date form of Retry-After."""
    later = format_datetime(now + timedelta(seconds=WAIT_SECONDS), usegmt=True)
    return (
        Fault("429-seconds", _status(429, {"retry-after": str(WAIT_SECONDS)}), RateLimited, strict=True),
        Fault("429-date", _status(429, {"retry-after": later}), RateLimited, strict=True),
        Fault("500", _status(500), Transient),
        Fault("503", _status(503), Transient),
        Fault("401", _status(401), AuthExpired),
        Fault("time-out", _raising(TimeoutError), Transient),
        Fault("reset", _raising(ConnectionResetError), Transient),
        Fault("truncated-json", _truncated, Malformed, of_json=True),
        Fault("html-for-json", _login_page, Malformed, of_json=True),
        Fault("list-for-object", _other_json(b"[]"), Malformed, of_json=True),
        Fault("null-json", _other_json(b"null"), Malformed, of_json=True),
        Fault("login-page", _login_page, None),
        Fault("wrong-charset", _unknown_charset, None),
        Fault("empty", lambda reply: replace(reply, body=b""), None),
    )


def strike(world: World, call: int, fault: Fault, *, after: bool = False) -> World:
    """`world`, with `fault` at the call-th call (from 1). With `after` the world did hear that call: what was
    sent is there, only the answer is lost."""
    made = 0

    def struck(request: Request) -> Reply:
        nonlocal made
        made += 1
        if made != call:
            return world(request)
        return fault.spoil(world(request) if after or fault.of_json or fault.error is None else Reply())

    return struck


def echo_error(world: World, call: int, words: str) -> World:
    """`world`, whose call-th answer is a 400 that repeats `words` (a token, a person's text), as some do."""
    body = json.dumps({"error": words, "message": words}).encode()
    spoken = Reply(400, {"content-type": "application/json"}, body)
    return strike(world, call, Fault("echo", lambda _: spoken, None))


def is_json(reply: Reply) -> bool:
    return "json" in reply.headers.get("content-type", "")


def _status(status: int, headers: Mapping[str, str] | None = None) -> Callable[[Reply], Reply]:
    return lambda _: Reply.json({"message": "error"}, status, headers)


def _raising(error: type[OSError]) -> Callable[[Reply], Reply]:
    def spoil(_: Reply) -> Reply:
        raise error

    return spoil


def _truncated(reply: Reply) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) * 2 // 3])


def _login_page(_: Reply) -> Reply:
    return Reply.html(LOGIN_PAGE)


def _other_json(body: bytes) -> Callable[[Reply], Reply]:
    """JSON of another kind than what was there: `[]` for an object, `{}` for a list, null for either."""

    def spoil(reply: Reply) -> Reply:
        other = b"{}" if body == b"[]" and reply.body.lstrip().startswith(b"[") else body
        return replace(reply, body=other)

    return spoil


def _unknown_charset(reply: Reply) -> Reply:
    kind = reply.headers.get("content-type", "text/html").split(";")[0]
    return replace(reply, headers={**reply.headers, "content-type": f"{kind}; charset=x-utf-9000"})


# ---- changes of shape -------------------------------------------------------------------------------------

_CLASSES = re.compile(r"""(?<![\w-])(?:class|id|itemprop)=(?:"([^"]*)"|'([^']*)')""")
_ELEMENTS = re.compile(r"<([A-Za-z][\w:.-]*)")


def names_in(reply: Reply) -> frozenset[str]:
    """The names a reader can hang on: JSON keys; classes, ids and itemprops of HTML; elements of XML."""
    if is_json(reply):
        try:
            return frozenset(_keys(json.loads(reply.body)))
        except ValueError:
            return frozenset()
    text = reply.body.decode("utf-8", errors="replace")
    if "html" in reply.headers.get("content-type", "html"):
        names = (name for pair in _CLASSES.findall(text) for name in "".join(pair).split())
        return frozenset(name for name in names if not any(map(str.isdigit, name)))  # "comment-17" is data
    return frozenset(_ELEMENTS.findall(text))


def without_name(reply: Reply, name: str) -> Reply:
    """The answer after the platform stopped using `name`."""
    if name not in names_in(reply):
        return reply
    if is_json(reply):
        return replace(reply, body=json.dumps(_dropped(json.loads(reply.body), name)).encode())
    text, other = reply.body.decode("utf-8", errors="replace"), f"baru-{name}"
    if "html" in reply.headers.get("content-type", "html"):
        word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        text = _CLASSES.sub(lambda found: word.sub(other, found.group()), text)
    else:
        text = re.sub(rf"(</?){re.escape(name)}(?=[\s/>])", rf"\g<1>{other}", text)
    return replace(reply, body=text.encode())


def drop_keys(world: World, name: str) -> World:
    """`world` as it would answer had the platform dropped `name` everywhere."""
    return lambda request: without_name(world(request), name)


def nulls_in(reply: Reply) -> frozenset[str]:
    """The names of a JSON answer that are null somewhere in it: null is ordinary for them."""
    if not is_json(reply):
        return frozenset()
    try:
        return frozenset(_null_keys(json.loads(reply.body)))
    except ValueError:
        return frozenset()


def set_keys(world: World, name: str, value: Any) -> World:
    """`world` as it would answer had every JSON `name` become `value`."""

    def emptied(request: Request) -> Reply:
        reply = world(request)
        if not is_json(reply) or name not in names_in(reply):
            return reply
        return replace(reply, body=json.dumps(_set(json.loads(reply.body), name, value)).encode())

    return emptied


def add_keys(world: World, extra: Mapping[str, Any]) -> World:
    """`world` whose every JSON object has `extra` keys besides its own: unknown ones, leaking ones."""

    def adding(request: Request) -> Reply:
        reply = world(request)
        if not is_json(reply) or not reply.body:
            return reply
        return replace(reply, body=json.dumps(_widened(json.loads(reply.body), extra)).encode())

    return adding


def listening(world: World, heard: list[Reply]) -> World:
    """`world`, with every answer also put into `heard`."""

    def hearing(request: Request) -> Reply:
        reply = world(request)
        heard.append(reply)
        return reply

    return hearing


def _keys(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from data
    for inner in _inside(data):
        yield from _keys(inner)


def _null_keys(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield from (key for key, value in data.items() if value is None)
    for inner in _inside(data):
        yield from _null_keys(inner)


def _inside(data: Any) -> list[Any]:
    return list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else []


def _dropped(data: Any, name: str) -> Any:
    if isinstance(data, dict):
        return {key: _dropped(value, name) for key, value in data.items() if key != name}
    return [_dropped(value, name) for value in data] if isinstance(data, list) else data


def _set(data: Any, name: str, value: Any) -> Any:
    if isinstance(data, dict):
        return {key: value if key == name else _set(old, name, value) for key, old in data.items()}
    return [_set(old, name, value) for old in data] if isinstance(data, list) else data


def _widened(data: Any, extra: Mapping[str, Any]) -> Any:
    if isinstance(data, dict):
        wide = {key: _widened(value, extra) for key, value in data.items()}
        by_id = bool(data) and all(isinstance(value, dict) for value in data.values())
        return wide if by_id else {**wide, **extra}  # a table by id has entries, not keys
    return [_widened(value, extra) for value in data] if isinstance(data, list) else data
