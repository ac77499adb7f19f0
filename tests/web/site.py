"""Visitors of the pages: each with a browser's memory, filling in forms as they stand on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from aggregator.app import App
from aggregator.domain.access import OF_A_UNIT, Role
from aggregator.storage.tables import people
from tests.fakes.demo import PASSWORD, Demo, furnish
from web import create_app

# Logins of an own person for each role; "operator", "kominfo" and "bupati" come with the furniture.
LOGINS = {
    Role.OPERATOR: "operator",
    Role.PIC: "pic",
    Role.HEAD: "kadis",
    Role.VERIFIER: "verifikator",
    Role.DISKOMINFO: "kominfo",
    Role.TRC: "trc",
    Role.INSPECTORATE: "inspektur",
    Role.LEADER: "bupati",
    Role.DEVELOPER: "pengembang",
}
ROLES = tuple(LOGINS.values())


class Visitor:
    """One browser."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def page(self, path: str, status: int = 200) -> BeautifulSoup:
        """The page behind a path, which must answer with this status."""
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == status, (path, answer.status_code)
        return soup(answer)

    def form_token(self, path: str = "/kata-sandi") -> str:
        """The form token of this browser, read from a page."""
        return str(one(soup(self.client.get(path)), "input[name=csrf_token]")["value"])

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form with this browser's own token."""
        token = self.form_token(more.pop("token_from", "/kata-sandi"))
        return self.client.post(path, data={"csrf_token": token} | (data or {}), **more)

    def log_in(self, login: str, password: str = PASSWORD, **data: str) -> TestResponse:
        return self.post("/masuk", {"login": login, "password": password} | data, token_from="/masuk")

    def act(self, code: str, act: str, **data: Any) -> TestResponse:
        """Do something with an item, as its page stands now; what is said about a draft is read and set aside."""
        page = soup(self.client.get(f"/butir/{code}"))
        told = {"revision": one(page, "input[name=revision]")["value"]} | data
        answer = self.post(f"/butir/{code}/{act}", told)
        confirm = soup(answer).select_one("button[name=confirmed]") if answer.status_code == 422 else None
        return self.post(f"/butir/{code}/{act}", told | {"confirmed": confirm["value"]}) if confirm else answer


@dataclass(frozen=True)
class Site:
    """The pages over a furnished house."""

    app: Flask
    demo: Demo

    def visitor(self, login: str | None = None) -> Visitor:
        """A new browser, logged in when a name is given."""
        visitor = Visitor(self.app)
        if login:
            self._make_sure_of(login)
            assert visitor.log_in(login).status_code == 302
        return visitor

    def _make_sure_of(self, login: str) -> None:
        """A person of each role exists when a test asks for one: hashing nine passwords takes a while."""
        role = next((role for role, name in LOGINS.items() if name == login), None)
        if role is None or login in self.demo.people or self._exists(login):
            return
        unit_id = self.demo.units["PUPR"] if role in OF_A_UNIT else None
        self.demo.core.people.add(login, login.title(), role, unit_id, PASSWORD)
        self.demo.people[login] = self.demo.core.people.find(login)

    def _exists(self, login: str) -> bool:
        with self.demo.core.database.read() as connection:
            return connection.execute(select(people.c.id).where(people.c.login == login)).first() is not None


def open_site(core: App) -> Site:
    """The pages over a house furnished anew."""
    demo = furnish(core)
    return Site(create_app(core), demo)


def soup(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "lxml")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found
