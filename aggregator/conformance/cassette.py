"""A world on tape: a small readable JSON file of requests and the answers they got, in order.

    {"tape": [{"request": "GET https://…", "body": "…",
               "replies": [{"status": 200, "headers": {…}, "json": …}]}]}

An answer is kept as `json`, else as `text` (UTF-8), else as `base64`. Request headers are never kept (they
hold the tokens); secrets are struck out of addresses, bodies and answers.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from aggregator.conformance.world import Reply, Request, World

KEPT_HEADERS = frozenset(
    {"content-type", "link", "location", "retry-after", "etag", "last-modified"}
    | {"allow", "x-wp-total", "x-wp-totalpages", "x-pingback"}
)
STRUCK = "SECRET"


class NotOnTape(AssertionError):
    """The plugin asked for something that was never recorded."""


class Cassette:
    """A World read from a file. The same request again gets the next answer; the last one stays.

    `secrets` must name what was struck out while recording when it appears in an address or a body. `missing`
    answers what is not on the tape, for a plugin that rightly tries other ways when one fails; without it,
    such a request is an error.
    """

    def __init__(
        self,
        tape: Iterable[Mapping[str, Any]] = (),
        *,
        secrets: Collection[str] = (),
        missing: Reply | None = None,
    ) -> None:
        self._tape = {(track["request"], track.get("body", "")): list(track["replies"]) for track in tape}
        self._played: dict[tuple[str, str], int] = {}
        self._missing = missing
        self._secrets = tuple(filter(None, secrets))

    @classmethod
    def read(cls, path: Path, *, secrets: Collection[str] = (), missing: Reply | None = None) -> Cassette:
        """Load a tape; the file's text is UTF-8 JSON."""
        return cls(json.loads(path.read_text(encoding="utf-8"))["tape"], secrets=secrets, missing=missing)

    def write(self, path: Path) -> None:
        """Save the tape, one track after another in the order of first asking."""
        tape = [
            {"request": asked, **({"body": body} if body else {}), "replies": replies}
            for (asked, body), replies in self._tape.items()
        ]
        text = json.dumps({"tape": tape}, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")

    def record(self, inner: World, *, headers: Collection[str] = ()) -> World:
        """A world that asks `inner` and keeps every answer; `headers` are kept besides the usual ones."""
        kept = KEPT_HEADERS | {name.lower() for name in headers}

        def recording(request: Request) -> Reply:
            reply = inner(request)
            self._tape.setdefault(self._key(request), []).append(self._frozen(reply, kept))
            return reply

        return recording

    def __call__(self, request: Request) -> Reply:
        key = self._key(request)
        if key not in self._tape:
            if self._missing is not None:
                return self._missing
            raise NotOnTape(f"not on the tape: {key[0]} {key[1][:80]}".rstrip())
        turn = self._played.get(key, 0)
        self._played[key] = turn + 1
        replies = self._tape[key]
        return _thawed(replies[min(turn, len(replies) - 1)])

    def _key(self, request: Request) -> tuple[str, str]:
        body = request.body.decode("utf-8", errors="replace")
        return self._struck(f"{request.method} {request.url}"), self._struck(body)

    def _struck(self, text: str) -> str:
        for secret in self._secrets:
            for form in (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]):
                text = text.replace(form, STRUCK)
        return text

    def _frozen(self, reply: Reply, kept: Collection[str]) -> dict[str, Any]:
        headers = {name.lower(): self._struck(value) for name, value in reply.headers.items() if name.lower() in kept}
        return {"status": reply.status, "headers": headers, **self._body(reply.body, headers)}

    def _body(self, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        try:
            text = self._struck(body.decode("utf-8"))
        except UnicodeDecodeError:
            for secret in self._secrets:
                body = body.replace(secret.encode(), STRUCK.encode())
            return {"base64": b64encode(body).decode()}
        if "json" in headers.get("content-type", ""):
            try:
                return {"json": json.loads(text)}
            except ValueError:
                pass  # a broken answer is kept as it came
        return {"text": text}


def _thawed(reply: Mapping[str, Any]) -> Reply:
    if "json" in reply:
        body = json.dumps(reply["json"], ensure_ascii=False, separators=(",", ":")).encode()
    else:
        body = reply["text"].encode() if "text" in reply else b64decode(reply["base64"])
    return Reply(reply["status"], reply["headers"], body)
