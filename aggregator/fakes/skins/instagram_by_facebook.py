"""The pretended Instagram by Facebook Login. Source: Instagram Platform with Facebook Login, Graph API v26.0."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from aggregator.fakes.skins.graph import Caller, GraphError
from aggregator.fakes.skins.graph_fields import chosen
from aggregator.fakes.skins.instagram import InstagramSkin
from aggregator.fakes.world import Place


class InstagramByFacebookSkin(InstagramSkin):
    """The way in by Facebook Login: the linked Page's token, at Facebook's own host. Never beside a pretended Facebook,
    whose host it takes."""

    hosts = ("graph.facebook.com",)
    requires_proof = True
    way = "facebook"

    def routes(self, app: Flask) -> None:
        app.add_url_rule(f"/{self.version}/oauth/access_token", view_func=self._user_token)
        app.add_url_rule(f"/{self.version}/me/accounts", view_func=self._pages)
        super().routes(app)

    def caller_of(self, token: str) -> Caller | None:
        person = token.removeprefix("EAABorang.")
        return Caller(token=token, person=person) if person != token else super().caller_of(token)

    def user_node(self, place: Place) -> dict[str, Any]:
        """An account's token belongs to its Page: what `me` is. The account's own node has another id."""
        node = {**super().user_node(place), "id": place.key}
        del node["user_id"]
        if not request.path.endswith("/me"):
            return node
        return {"id": f"1{place.key}", "instagram_business_account": {"id": place.key, "username": place.handle}}

    def _user_token(self) -> Any:
        args = request.args
        told = args.get("code", "").removeprefix("kode-") or args.get("fb_exchange_token", "").removeprefix(
            "EAABorang."
        )
        if not told or not self.knows_app(args) or (self.platform, told) not in self.world.places:
            raise GraphError(100, "This authorization code has expired or is wrong.", subcode=36007)
        return {"access_token": f"EAABorang.{told}", "token_type": "bearer", "expires_in": 5_183_944}

    def _pages(self) -> Any:
        """Pages of which the person takes care; some have no Instagram account."""
        if self.caller().person is None:
            raise GraphError(190, "This endpoint needs a user token.")
        places = [*self.world.places_on(self.platform)]

        def show(place: Place) -> dict[str, Any]:
            linked = {"id": place.key, "username": place.handle}
            node = {"id": f"1{place.key}", "name": place.title, "access_token": self.token_of(place),
                    "instagram_business_account": linked if place.handle else None}  # fmt: skip
            return chosen(node, self.fields(), "Page")

        return self.page(places, show, request.args, "me/accounts", key=lambda place: place.key)
