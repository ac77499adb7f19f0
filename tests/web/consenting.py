"""A furnished house with the platform Simpang: people connect accounts there, and it calls by webhook."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aggregator.app import App
from tests.web.simpang import signature
from tests.web.site import Site, Visitor

SIMPANG = Path(__file__).parent / "simpang"
SECRET = "rahasia-aplikasi-9Kz"
APP = {"client_id": "aplikasi-1", "client_secret": SECRET}
HOOK = "/kait/simpang"


def set_up(core: App) -> None:
    """Diskominfo has registered its app."""
    core.logins.keep_app(None, "simpang", APP)


def signed(body: bytes) -> dict[str, str]:
    return {"X-Tanda": signature(SECRET, body), "Content-Type": "application/json"}


def state_of(visitor: Visitor) -> str:
    """Begin connecting; the state that the platform was given."""
    answer = visitor.get("/hubungkan/simpang/mulai")
    assert answer.status_code == 302, answer.text
    return parse_qs(urlsplit(answer.location).query)["state"][0]


def log_in_there(visitor: Visitor) -> str:
    """Consent; the path of the chooser."""
    answer = visitor.get(f"/hubungkan/kembali/?state={state_of(visitor)}&code=kode-baik")
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def simpang_accounts(site: Site) -> dict[str, tuple[str, str]]:
    """The accounts of Simpang that are registered: title and unit by address."""
    rows = site.demo.core.registry.accounts(site.demo.people["kominfo"])
    return {row.url: (row.title, row.unit) for row in rows if row.platform == "simpang"}
