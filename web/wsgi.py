"""What a WSGI server loads: `web.wsgi:app`."""

from __future__ import annotations

from aggregator.app import build_app
from web import create_app

app = create_app(build_app())
