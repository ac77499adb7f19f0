"""How accounts are connected to the pretended Instagram: a code, a token of an hour, one of sixty days. Source: Instagram
Platform, Instagram Login.

`more["born"]` on a place: when its token was given. The note `person` is the key of the account whose owner sits at the
consent page (the first account, unless said).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from aggregator.fakes.skins.graph import GraphError, GraphSkin, asked
from aggregator.fakes.world import Place

TOKEN_LIFE = timedelta(days=60)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class InstagramLogins(GraphSkin):
    """The unversioned endpoints of api.instagram.com and graph.instagram.com."""

    platform = "instagram"

    def login_routes(self, app: Flask) -> None:
        app.add_url_rule("/oauth/authorize", view_func=self._dialog)
        app.add_url_rule("/oauth/access_token", view_func=self._short_token, methods=["POST"])
        app.add_url_rule("/access_token", view_func=self._long_token)
        app.add_url_rule("/refresh_access_token", view_func=self._refreshed)

    def place_of(self, token: str) -> Place | None:
        """An account's token, or one that a login got: both are good."""
        return super().place_of(token.replace("IGlogin", f"EAAB{self.platform}", 1))

    def code_of(self, place: Place) -> str:
        """A code that the consent page gives for this account; good once."""
        return f"kode-{place.key}"

    def _dialog(self) -> Response:
        """The owner consents at once; "#_" comes after the code, as at the real one."""
        client, back, state = asked("client_id", "redirect_uri", "state")
        place = self._person()
        if client != self.app_settings["client_id"] or place is None:
            raise GraphError(101, "Error validating application. Invalid application ID.")
        code = f"{self.code_of(place)}-{self.world.new_id()}"
        return redirect(f"{back}?{urlencode({'code': code, 'state': state})}#_")

    def _person(self) -> Place | None:
        key = self.world.notes(self.platform).get("person", "")
        return self.world.places.get((self.platform, key)) or next(self.world.places_on(self.platform), None)

    def _short_token(self) -> Any:
        form = request.form
        key = form.get("code", "").removeprefix("kode-").partition("-")[0]
        place = self.world.places.get((self.platform, key))
        right = form.get("grant_type") == "authorization_code" and form.get("redirect_uri") and self.knows_app(form)
        if place is None or not right or self._used(form["code"]):
            told = {"error_type": "OAuthException", "code": 400, "error_message": "Invalid authorization code"}
            return told, 400
        scope = "instagram_business_basic,instagram_business_manage_comments"
        return {"data": [{"access_token": f"IGpendek.{key}.0", "user_id": f"9{key}", "permissions": scope}]}

    def _used(self, code: str) -> bool:
        used: set[str] = self.world.notes(self.platform).setdefault("codes", set())
        spent = code in used
        used.add(code)
        return spent

    def knows_app(self, told: Mapping[str, str]) -> bool:
        return all(told.get(name) == self.app_settings[name] for name in ("client_id", "client_secret") if name in told)

    def _long_token(self) -> Any:
        grant, secret, token = asked("grant_type", "client_secret", "access_token")
        place = self.world.places.get((self.platform, token.removeprefix("IGpendek.").removesuffix(".0")))
        if place is None or secret != self.app_settings["client_secret"] or grant != "ig_exchange_token":
            raise GraphError(190, "Error validating access token.", subcode=467)
        return self._given(place)

    def _refreshed(self) -> Any:
        grant, token = asked("grant_type", "access_token")
        place = self.place_of(token)
        if place is None or grant != "ig_refresh_token" or token in self.world.notes(self.platform).get("dead", {}):
            raise GraphError(190, "Error validating access token.", subcode=467)
        if self.world.clock() - place.more.get("born", _LONG_AGO) < timedelta(hours=24):
            raise GraphError(100, "(#100) The token was issued less than 24 hours ago")
        return self._given(place)

    def _given(self, place: Place) -> dict[str, Any]:
        place.more["born"] = self.world.clock()
        token = self.token_of(place).replace(f"EAAB{self.platform}", "IGlogin", 1)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(TOKEN_LIFE.total_seconds())}
