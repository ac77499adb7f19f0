"""Google's logins, pretended: accounts.google.com and oauth2.googleapis.com, shared by YouTube and Business Profile.

Codes are good once and for one redirect address and PKCE challenge; access tokens live an hour by the world's clock;
refresh tokens until `world.notes("google")["revoked"]` names them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from aggregator.fakes.skin import Skin, Wsgi
from aggregator.fakes.world import Place, World

CLIENT: Mapping[str, str] = {"client_id": "442-sahut.apps.example", "client_secret": "rahasia-klien-google-51c0"}
LIFE = timedelta(seconds=3599)

Answer = tuple[dict[str, Any], int] | dict[str, Any]


class GoogleSkin(Skin):
    """Consent and tokens. It has no places: the skins of Google's platforms do."""

    platform = "google"
    hosts = ("accounts.google.com", "oauth2.googleapis.com")
    app_settings = CLIENT

    def address(self, place: Place) -> str:
        return f"https://accounts.google.com/{place.key}"

    def app(self) -> Wsgi:
        app = Flask(__name__)
        app.add_url_rule("/o/oauth2/v2/auth", view_func=self._consent)
        app.add_url_rule("/token", view_func=self._token, methods=["POST"])
        return app.wsgi_app

    def _consent(self) -> Response | Answer:
        """Everyone consents at once. Whose channel it is: `login_hint`, else what the notes name."""
        asked = request.args
        needed = ("redirect_uri", "scope", "state", "code_challenge")
        if asked.get("client_id") != CLIENT["client_id"] or asked.get("response_type") != "code":
            return {"error": "invalid_client"}, 401
        if any(not asked.get(name) for name in needed) or asked.get("code_challenge_method") != "S256":
            return {"error": "invalid_request"}, 400
        owner = asked.get("login_hint") or self.world.notes("google").get("person", "")
        offline = asked.get("access_type") == "offline" and asked.get("prompt") == "consent"
        code = give_code(
            self.world, "", asked["redirect_uri"], asked["code_challenge"], asked["scope"], owner, offline=offline
        )
        return redirect(f"{asked['redirect_uri']}?{urlencode({'state': asked['state'], 'code': code})}")

    def _token(self) -> Answer:
        form = request.form
        if any(form.get(name) != value for name, value in CLIENT.items()):
            return {"error": "invalid_client", "error_description": "The OAuth client was not found."}, 401
        if form.get("grant_type") == "refresh_token":
            return self._refreshed(form.get("refresh_token", ""))
        return self._exchanged(form) if form.get("grant_type") == "authorization_code" else _refused("invalid_request")

    def _exchanged(self, form: Mapping[str, str]) -> Answer:
        grant = self.world.notes("google").setdefault("codes", {}).pop(form.get("code", ""), None)
        if grant is None or challenge_of(form.get("code_verifier", "")) != grant["challenge"]:
            return _refused("invalid_grant")
        if form.get("redirect_uri") != grant["redirect_uri"]:
            return _refused("redirect_uri_mismatch")
        answer = self._access(grant["scope"], grant["owner"])
        if not grant["offline"]:
            return answer
        refresh = f"1//fake-{self.world.new_id()}"
        self.world.notes("google").setdefault("refresh", {})[refresh] = grant
        return {**answer, "refresh_token": refresh, **self.world.notes("google").get("testing", {})}

    def _refreshed(self, token: str) -> Answer:
        notes = self.world.notes("google")
        grant = notes.get("refresh", {}).get(token)
        if grant is None or token in notes.get("revoked", ()):
            return _refused("invalid_grant")
        return self._access(grant["scope"], grant["owner"])

    def _access(self, scope: str, owner: str) -> dict[str, Any]:
        token = give_token(self.world, scope, owner, self.world.clock() + LIFE)
        seconds = int(LIFE.total_seconds())
        return {"access_token": token, "expires_in": seconds, "scope": scope, "token_type": "Bearer"}


def give_code(
    world: World, code: str, redirect_uri: str, challenge: str, scope: str, owner: str, *, offline: bool = True
) -> str:
    """A code that the token endpoint accepts once; a new one where `code` is empty."""
    code = code or f"4/0A-{world.new_id()}"
    world.notes("google").setdefault("codes", {})[code] = {
        "redirect_uri": redirect_uri, "challenge": challenge, "scope": scope, "owner": owner, "offline": offline,
    }  # fmt: skip
    return code


def give_token(world: World, scope: str, owner: str, expires: datetime | None = None, token: str | None = None) -> str:
    """An access token for what `owner` may do; it never dies without `expires`."""
    token = token or f"ya29.fake-{world.new_id()}"
    world.notes("google").setdefault("tokens", {})[token] = {"scope": scope, "owner": owner, "expires": expires}
    return token


def owner_of(world: World, authorization: str, scope: str) -> str | None:
    """Whose living token with that scope a header holds; None when it holds none."""
    token = world.notes("google").get("tokens", {}).get(authorization.removeprefix("Bearer "))
    if token is None or scope not in token["scope"].split():
        return None
    return str(token["owner"]) if token["expires"] is None or token["expires"] > world.clock() else None


def challenge_of(verifier: str) -> str:
    """S256 of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _refused(error: str) -> Answer:
    return {"error": error, "error_description": "Bad Request"}, 400
