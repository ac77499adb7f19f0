"""What the pretended platforms of Meta share: tokens and their death, the app's proof, limits with their headers, error
bodies, cursor paging, batches, signed webhooks. Source: Graph API v26.0.

Between requests a skin remembers in `world.notes(platform)`: `dead` {token: subcode of error 190}, `spent` {account
key: calls}, `allowance` {account key: calls until the limit}, `refused` {account key: permission error code},
`page_size`: the most rows a page holds, whatever was asked (short pages that are not the end).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from aggregator.fakes.skin import Push, Skin
from aggregator.fakes.skins.graph_fields import BadFields
from aggregator.fakes.world import Place

ALLOWANCE = 4_800 * 20  # calls a day and account: 4800 × engaged users


class GraphError(Exception):
    """An error as Graph words it; limits and refusals come as HTTP 400."""

    def __init__(self, code: int, message: str, *, subcode: int | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.subcode, self.status = code, message, subcode, status

    def body(self) -> dict[str, Any]:
        error = {
            "message": self.message,
            "type": "OAuthException",
            "code": self.code,
            "is_transient": self.code in (1, 2),
        }
        more = {} if self.subcode is None else {"error_subcode": self.subcode}
        return {"error": {**error, **more, "fbtrace_id": "A6LpUraIan"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose token a request carries: one account's, a person's (who manages `places`), or the app's own."""

    token: str
    place: Place | None = None
    person: str | None = None
    app: bool = False


class GraphSkin(Skin):
    """Subclass this: set the class's values and `routes`."""

    version = "v26.0"
    use_case = "pages"
    limit_code = 80001
    requires_proof = True
    app_settings: Mapping[str, str] = {
        "client_id": "736455000000001",
        "client_secret": "rahasia-aplikasi-contoh",
        "verify_token": "token-periksa-contoh",
    }

    def routes(self, app: Flask) -> None:
        """Add the platform's own endpoints under /{version}/."""
        raise NotImplementedError

    def app(self) -> Flask:
        app = Flask(__name__)
        app.json.ensure_ascii = True  # type: ignore[attr-defined]  # as the platform does: \\uXXXX
        app.register_error_handler(GraphError, lambda error: (error.body(), error.status))
        app.register_error_handler(BadFields, lambda error: (GraphError(100, str(error)).body(), 400))
        app.after_request(self._with_usage)
        app.add_url_rule("/", view_func=lambda: self._batch(app), methods=["POST"])
        self.routes(app)
        return app

    # -- who calls -------------------------------------------------------------------------------------------------

    def token_of(self, place: Place) -> str:
        """The account's own token; another one after `renew`."""
        number = self.world.notes(self.platform).get("renewed", {}).get(place.key, 0)
        return f"EAAB{self.platform}.{place.key}.{number}"

    def secrets(self, place: Place) -> Mapping[str, str]:
        return {"access_token": self.token_of(place)}

    def place_of(self, token: str) -> Place | None:
        """Whose account token this is."""
        key = token.partition(".")[2].rpartition(".")[0]
        place = self.world.places.get((self.platform, key))
        return place if place and hmac.compare_digest(self.token_of(place), token) else None

    def caller_of(self, token: str) -> Caller | None:
        """Whose token this is; override for persons' tokens."""
        own = f"{self.app_settings['client_id']}|{self.app_settings['client_secret']}"
        place = self.place_of(token)
        return Caller(token=token, place=place, app=token == own) if place or token == own else None

    def kill(self, token: str, subcode: int = 463) -> None:
        """From now on this token is dead, for the reason of that subcode (463: expired)."""
        self.world.notes(self.platform).setdefault("dead", {})[token] = subcode

    def caller(self) -> Caller:
        """Who makes this request; its token, proof and allowance are checked and the call is counted."""
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = request.values.get("access_token") or bearer
        if not token:
            raise GraphError(104, "An access token is required to request this resource.")
        dead = self.world.notes(self.platform).get("dead", {}).get(token)
        caller = self.caller_of(token)
        if caller is None or dead:
            raise GraphError(190, "Error validating access token.", subcode=dead or 467, status=401)
        self._check_proof(caller)
        if caller.place:
            self._spend(caller.place)
        return caller

    def _check_proof(self, caller: Caller) -> None:
        secret = self.app_settings["client_secret"]
        right = hmac.new(secret.encode(), caller.token.encode(), hashlib.sha256).hexdigest()
        told = request.values.get("appsecret_proof")
        if told is None and (caller.app or not self.requires_proof):
            return
        if told is None:
            raise GraphError(100, "API calls from the server require an appsecret_proof argument")
        if not hmac.compare_digest(told, right):
            raise GraphError(100, "Invalid appsecret_proof provided in the API argument")

    def _spend(self, place: Place) -> None:
        with self.world.lock:
            notes = self.world.notes(self.platform)
            spent = notes.setdefault("spent", {})
            spent[place.key] = spent.get(place.key, 0) + 1
            refused = notes.get("refused", {}).get(place.key)
        if self.share_spent(place) > 100:
            raise GraphError(self.limit_code, f"(#{self.limit_code}) There have been too many calls to this account.")
        if refused:
            raise GraphError(refused, f"(#{refused}) Requires pages_read_user_content permission.", status=403)

    def share_spent(self, place: Place) -> int:
        """How much of its allowance an account has used, in percent."""
        notes = self.world.notes(self.platform)
        allowance = notes.get("allowance", {}).get(place.key, ALLOWANCE)
        return -(-100 * notes.get("spent", {}).get(place.key, 0) // allowance) if allowance else 101

    def _with_usage(self, response: Response) -> Response:
        """The usage headers; the wait is in minutes and told once the limit is reached."""
        token = request.values.get("access_token") or request.headers.get("Authorization", "").removeprefix("Bearer ")
        place = self.place_of(token)
        if place:
            share = self.share_spent(place)
            case = {"type": self.use_case, "call_count": share, "total_cputime": 1, "total_time": 1}
            told = {place.key: [{**case, "estimated_time_to_regain_access": 37 if share > 100 else 0}]}
            response.headers["X-Business-Use-Case-Usage"] = json.dumps(told)
        response.headers["facebook-api-version"] = self.version
        return response

    # -- lists and batches -----------------------------------------------------------------------------------------

    def page(
        self,
        rows: Sequence[Any],
        show: Callable[[Any], dict[str, Any]],
        args: Mapping[str, str],
        path: str,
        *,
        key: Callable[[Any], str] = lambda row: str(row.id),
        default: int = 25,
        most: int = 100,
        names_next: bool = True,
    ) -> dict[str, Any]:
        """One page of `rows` (whose ids `key` gives) after the cursor in `args`; `next` holds the token, as the
        platform's own does. A limit of 0 shows nothing and counts all the same."""
        ids = [key(row) for row in rows]
        start = ids.index(_id_of(args["after"])) + 1 if args.get("after") and _id_of(args["after"]) in ids else 0
        if args.get("after") and not start:
            raise GraphError(100, "(#100) Invalid cursor: the object was deleted.")
        limit = min(_number(args.get("limit"), default, most), self.world.notes(self.platform).get("page_size", most))
        part = rows[start : start + limit]
        if not part:
            return {"data": []}
        cursors = {"before": _cursor(key(part[0])), "after": _cursor(key(part[-1]))}
        paging: dict[str, Any] = {"cursors": cursors}
        if names_next and start + limit < len(rows):
            kept = {name: value for name, value in args.items() if name not in ("after", "before")}
            token = request.values.get("access_token") or request.headers.get("Authorization", "").removeprefix(
                "Bearer "
            )
            more = {**kept, "access_token": token, "after": cursors["after"]}
            paging["next"] = f"https://{request.host}/{self.version}/{path}?{urlencode(more)}"
        return {"data": [show(row) for row in part], "paging": paging}

    def _batch(self, app: Flask) -> Any:
        try:
            calls = json.loads(request.values["batch"])
        except (KeyError, ValueError):
            raise GraphError(100, "(#100) batch parameter must be a JSON array") from None
        if not isinstance(calls, list) or len(calls) > 50:
            raise GraphError(100, "(#100) Too many requests in batch message. Maximum batch size is 50")
        top = {name: request.values[name] for name in ("access_token", "appsecret_proof") if name in request.values}
        return [self._one_of_batch(app, call, top) for call in calls]

    def _one_of_batch(self, app: Flask, call: Mapping[str, str], top: Mapping[str, str]) -> dict[str, Any]:
        path, _, query = call["relative_url"].partition("?")
        inherited = "" if "access_token=" in query else f"&{urlencode(top)}"
        builder = EnvironBuilder(
            path=f"/{path}", query_string=query + inherited, base_url=f"https://{request.host}", method=call["method"]
        )
        body, status, headers = run_wsgi_app(app, builder.get_environ(), buffered=True)
        told = [{"name": name, "value": value} for name, value in headers.items()]
        return {"code": int(status.split()[0]), "headers": told, "body": b"".join(body).decode()}

    # -- webhooks --------------------------------------------------------------------------------------------------

    def signed_push(self, body: Mapping[str, Any]) -> Push:
        """A webhook call that says `body`, signed."""
        return self.signed_raw(json.dumps(body, separators=(",", ":")).encode())

    def signed_raw(self, raw: bytes) -> Push:
        """A webhook call with the signature of these bytes."""
        told = hmac.new(self.app_settings["client_secret"].encode(), raw, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": f"sha256={told}"}
        return Push(platform=self.platform, body=raw, headers=headers)


def time_of(at: datetime) -> str:
    """A time as Graph writes it: 2026-11-20T03:15:44+0000."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def asked(*names: str) -> Iterator[str]:
    """The values of required parameters; a missing one is error 100."""
    for name in names:
        if name not in request.values:
            raise GraphError(100, f"(#100) The parameter {name} is required")
        yield request.values[name]


def _number(text: str | None, default: int, most: int) -> int:
    try:
        return min(int(text), most) if text is not None else default
    except ValueError:
        raise GraphError(100, "(#100) param limit must be an integer") from None


def _cursor(one: str) -> str:
    return urlsafe_b64encode(f"QVFI{one}".encode()).decode()


def _id_of(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor).decode().removeprefix("QVFI")
    except ValueError:
        return ""
