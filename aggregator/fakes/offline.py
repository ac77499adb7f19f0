"""The pretended internet without a socket: what the conformance kit calls a World."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from aggregator.conformance.world import Reply, Request
from aggregator.conformance.world import World as KitWorld
from aggregator.fakes.internet import FakeInternet


def as_kit_world(internet: FakeInternet) -> KitWorld:
    """The kit's requests answered by the skins, in this process."""

    def answer(request: Request) -> Reply:
        parts = urlsplit(request.url)
        builder = EnvironBuilder(
            path=parts.path or "/",
            query_string=parts.query,
            base_url=f"{parts.scheme}://{parts.netloc}",
            method=request.method,
            headers=Headers(dict(request.headers)),
            data=request.body or None,
        )
        body, status, headers = run_wsgi_app(internet, builder.get_environ(), buffered=True)
        return Reply(int(status.split()[0]), {name.lower(): value for name, value in headers}, b"".join(body))

    return answer
