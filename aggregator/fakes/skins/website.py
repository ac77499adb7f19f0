"""Sites of their own: the place's key is the host. `place.more["face"]` says what runs it.

"wordpress" (the default): REST, feeds and pages; "blogger": the feeds of Blogger; "disqus": pages whose comments live
at Disqus (skins/disqus.py). `place.more["closed"]` names what a WordPress keeps shut: "rest", "feed". Only what the
place itself holds is ever gone through, so a thousand sites cost no more than one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from flask import Flask, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from aggregator.fakes.skin import Skin, Wsgi
from aggregator.fakes.skins import disqus, website_blogger, website_wordpress
from aggregator.fakes.skins.website_pages import article_page, front_page
from aggregator.fakes.world import Place


class Face(Protocol):
    """What runs a site."""

    def answer(self, place: Place, path: str) -> Response: ...


class WebsiteSkin(Skin):
    """Every site that is an account of the website plugin."""

    platform = "website"
    app_settings: Mapping[str, str] = {"disqus_api_key": disqus.API_KEY, "disqus_api_secret": disqus.API_SECRET}

    def app(self) -> Wsgi:
        app = Flask("fake-website")
        faces: dict[str, Face] = {
            "wordpress": website_wordpress.WordPress(self.world),
            "blogger": website_blogger.Blogger(self.world),
            "disqus": _DisqusSite(self),
        }

        @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
        @app.route("/<path:path>", methods=["GET", "POST"])
        def answer(path: str) -> Response:
            place = self.place_of(request.host.partition(":")[0].lower())
            return faces[place.more.get("face", "wordpress")].answer(place, "/" + path)

        return app.wsgi_app

    def place_of(self, host: str) -> Place:
        """The site of this host, with or without www."""
        found = self.world.places.get(("website", host)) or self.world.places.get(
            ("website", host.removeprefix("www."))
        )
        if found is None:
            raise NotFound
        return found

    def address(self, place: Place) -> str:
        return f"https://{place.key}/"

    def secrets(self, place: Place) -> Mapping[str, str]:
        face = place.more.get("face", "wordpress")
        if face == "wordpress":
            return {"app_password": website_wordpress.password_of(place)}
        return {"access_token": disqus.token_of(place)} if face == "disqus" else {}

    def settings(self, place: Place) -> Mapping[str, str]:
        return {"username": website_wordpress.USER} if place.more.get("face", "wordpress") == "wordpress" else {}


class _DisqusSite:
    """Pages made by hand, with Disqus' script under each article."""

    def __init__(self, skin: WebsiteSkin) -> None:
        self.world = skin.world

    def answer(self, place: Place, path: str) -> Response:
        script = f'<div id="disqus_thread"></div><script src="https://{disqus.shortname_of(place)}.disqus.com/'
        posts = self.world.posts_of(place)
        if path == "/":
            return Response(front_page(place, posts, "", script + 'count.js"></script>'), mimetype="text/html")
        post = next((one for one in posts if path.strip("/") == f"artikel-{one.id}"), None)
        if post is None:
            return Response("<h1>Tidak ditemukan</h1>", 404, mimetype="text/html")
        return Response(article_page(place, post, script + 'embed.js"></script>'), mimetype="text/html")
