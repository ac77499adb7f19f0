"""Sahut as an installed page: what a phone needs to put it on its home screen and to open it without a network."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, json, render_template, url_for

from web.assets import addresses_of, digest
from web.context import core

pages = Blueprint("offline", __name__)
SHORTCUTS = (("Belum dijawab", "open"), ("Punya saya", "mine"), ("Terlambat", "late"))
LIGHT = "#ffffff"  # --surface of sahut.css: the bar at the top goes on into the phone's own


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name, icons and colours for the home screen."""
    files = addresses_of(current_app)
    icons = [
        {"src": files["mark"], "type": "image/svg+xml", "sizes": "any"},
        *(
            {"src": files[f"icon_{size}"], "type": "image/png", "sizes": f"{size}x{size}", "purpose": "maskable"}
            for size in (192, 512)
        ),
    ]
    described = {
        "id": "/",
        "name": "Sahut: suara warga dijawab",
        "short_name": "Sahut",
        "description": "Komentar warga di akun resmi: dibaca, diteruskan, dijawab.",
        "lang": "id",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": LIGHT,
        "background_color": LIGHT,
        "icons": icons,
        "shortcuts": [
            {"name": name, "url": url_for("inbox.queue", tab=None if tab == "open" else tab)} for name, tab in SHORTCUTS
        ],
    }
    return Response(json.dumps(described), mimetype="application/manifest+json")


@pages.get("/sw.js")
def worker() -> Response:
    """The service worker. It stands at the root because it may only serve what lies below its own address."""
    assets = addresses_of(current_app)
    script = (Path(str(current_app.static_folder)) / "worker.js").read_text(encoding="utf-8")
    told = {
        "files": [address for name, address in assets.items() if not name.startswith("icon_")],
        "offline": url_for("offline.page"),
        "pages": core().settings.offline_pages,
        "icon": assets["icon_192"],
    }
    told["version"] = digest((json.dumps(told) + script).encode())
    return Response(f"const SAHUT = {json.dumps(told)};\n{script}", mimetype="text/javascript")


@pages.get("/tanpa-jaringan")
def page() -> str:
    """What the worker shows when there is neither a network nor a kept page; nobody's name is on it."""
    return render_template("offline.html")
