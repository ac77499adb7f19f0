"""Logging in to the pretended Facebook: the dialog, codes, persons' tokens, the Pages they manage, debug_token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from aggregator.fakes.skins.graph import Caller, GraphError, GraphSkin, asked
from aggregator.fakes.skins.graph_fields import Field, chosen
from aggregator.fakes.world import Place

_SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
)
_DATA_ACCESS = timedelta(days=90)


class FacebookLogin(GraphSkin):
    """Between requests: `codes` that were given, `persons` {token: the Pages' keys (None: all)}, `expires` {token: when}."""

    def login_routes(self, app: Flask) -> None:
        root = f"/{self.version}"
        app.add_url_rule(f"{root}/dialog/oauth", view_func=self.dialog)
        app.add_url_rule(f"{root}/oauth/access_token", view_func=self.give_token, methods=["GET", "POST"])
        app.add_url_rule(f"{root}/debug_token", view_func=self.debug_token)

    def dialog(self) -> Response:
        raise NotImplementedError

    def lifetime(self) -> timedelta:
        raise NotImplementedError

    def grant(self, code: str, *keys: str) -> None:
        """A person consented: this code opens the Pages of these keys (none given: all), once."""
        self.world.notes(self.platform).setdefault("codes", {})[code] = keys or None

    def caller_of(self, token: str) -> Caller | None:
        if token in self._persons():
            return Caller(token=token, person=token)
        return super().caller_of(token)

    def give_token(self) -> dict[str, Any]:
        """A code becomes a short-lived token, that one a long-lived one."""
        client, secret = asked("client_id", "client_secret")
        if (client, secret) != (self.app_settings["client_id"], self.app_settings["client_secret"]):
            raise GraphError(1, "Error validating client secret.")
        if request.values.get("grant_type") == "fb_exchange_token":
            (short,) = asked("fb_exchange_token")
            return self._long_lived(short)
        code, _ = asked("code", "redirect_uri")
        codes = self.world.notes(self.platform).get("codes", {})
        if code not in codes:
            raise GraphError(100, "This authorization code has been used or is invalid.", subcode=36009)
        return self._token(f"EAABorang-{code}-singkat", codes.pop(code), timedelta(hours=1))

    def debug_token(self) -> dict[str, Any]:
        caller = self.caller()
        (token,) = asked("input_token")
        if not caller.app and caller.token != token:
            raise GraphError(100, "(#100) You must provide an app access token")
        dead = token in self.world.notes(self.platform).get("dead", {})
        inspected = self.caller_of(token)
        if inspected is None:
            return {"data": {"is_valid": False, "error": {"code": 190, "message": "Invalid OAuth access token."}}}
        expires = self.world.notes(self.platform).get("expires", {}).get(token)
        access = self.world.notes(self.platform).get("data_access", {}).get(token, self.world.clock() + _DATA_ACCESS)
        told = {
            "app_id": self.app_settings["client_id"],
            "type": "PAGE" if inspected.place else "USER",
            "is_valid": not dead,
            "expires_at": int(expires.timestamp()) if expires else 0,
            "data_access_expires_at": int(access.timestamp()),
            "scopes": list(_SCOPES),
        }
        return {"data": {**told, "profile_id": inspected.place.key} if inspected.place else told}

    def person_node(self, caller: Caller) -> dict[str, Any]:
        return {"id": "10160000000000001", "name": "Petugas Diskominfo"}

    def managed(self, caller: Caller) -> Iterator[Place]:
        keys = self._persons()[caller.token]
        return (place for place in self.world.places_on(self.platform) if keys is None or place.key in keys)

    def accounts(self, caller: Caller, edge: Field) -> dict[str, Any]:
        """/me/accounts: the Pages with their own tokens."""
        return self.page(
            list(self.managed(caller)),
            lambda place: chosen(self._account_node(place), edge.inside, "Page"),
            edge.args,
            "me/accounts",
            key=lambda place: place.key,
        )

    def _account_node(self, place: Place) -> dict[str, Any]:
        shown = {"id": place.key, "name": place.title, "username": place.handle, "access_token": self.token_of(place)}
        return {**shown, "tasks": ["MODERATE", "CREATE_CONTENT"], "link": f"https://www.facebook.com/{place.key}"}

    def _long_lived(self, short: str) -> dict[str, Any]:
        if short not in self._persons():
            raise GraphError(190, "Error validating access token.", subcode=467)
        token = f"{short.removesuffix('-singkat').removesuffix('-panjang')}-panjang"
        return self._token(token, self._persons()[short], self.lifetime())

    def _token(self, token: str, keys: Any, life: timedelta) -> dict[str, Any]:
        self._persons()[token] = keys
        self.world.notes(self.platform).setdefault("expires", {})[token] = self.world.clock() + life
        return {"access_token": token, "token_type": "bearer", "expires_in": int(life.total_seconds())}

    def _persons(self) -> dict[str, Any]:
        persons: dict[str, Any] = self.world.notes(self.platform).setdefault("persons", {})
        return persons
