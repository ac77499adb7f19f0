"""Conditional GET (RFC 9110, section 13): ask only whether something changed."""

from __future__ import annotations

from aggregator.contract import Context, Response
from plugins.website.state import State

_LONGEST = 300  # characters


def ask_if_changed(url: str, state: State, ctx: Context, *, allow: tuple[int, ...] = ()) -> Response:
    """The answer, of status 304 when it is still the one whose validators `state` keeps."""
    sent = {"if-none-match": state.etag, "if-modified-since": state.modified}
    headers = {name: value for name, value in sent.items() if value}
    return ctx.http.get(url, headers=headers, allow=(304, *allow) if headers else allow)


def keep_validators(state: State, response: Response | None) -> None:
    """Remember an answer's validators verbatim, for the next time it is asked for; forget them without an answer."""
    headers = response.headers if response else {}
    state.etag, state.modified = _kept(headers.get("etag", "")), _kept(headers.get("last-modified", ""))


def _kept(value: str) -> str:
    """Part of a validator is none."""
    return value if len(value) <= _LONGEST else ""
