"""Paging over a site that changes between two calls: what stands all the while is never missed."""

from __future__ import annotations

import random

import pytest

from aggregator.conformance.world import Reply, Request
from plugins.website import rest_client, rest_posts, wordpress_rest

from .reading import Reading
from .world import SiteWorld, comment

POSTS = (21, 22, 23, 24)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    for module in (rest_client, rest_posts, wordpress_rest):
        monkeypatch.setattr(module, "PER_PAGE", 6)
    monkeypatch.setattr(rest_client, "OVERLAP", 2)


class MovingSite(SiteWorld):
    """After every answer somebody writes, a moderator approves something old, or deletes something."""

    def __init__(self, dice: random.Random, count: int) -> None:
        self.dice, self.next = dice, 1000
        super().__init__([])
        for _ in range(count):
            self._write("approved" if dice.random() < 0.8 else "hold")
        self.standing = set(self._ids("approved"))

    def __call__(self, request: Request) -> Reply:
        reply = super().__call__(request)
        if "/comments?" in request.url:
            self._change()
        return reply

    def _change(self) -> None:
        act = self.dice.randrange(4)
        if act == 0:
            self._write("approved")
        elif act == 1 and (waiting := self._ids("hold")):
            self.rows[self.dice.choice(waiting)]["status"] = "approved"
        elif act == 2 and (shown := self._ids("approved")):
            gone = self.dice.choice(shown)
            del self.rows[gone]
            self.standing.discard(gone)

    def _write(self, status: str) -> None:
        """Some moments hold many comments: an import, a spam wave."""
        self.next += 1
        minute = self.next // self.dice.choice((1, 1, 9))
        at = f"2026-03-{1 + minute // 1440 % 28:02d}T{minute // 60 % 17:02d}:{minute % 60:02d}:00"
        post = 25 if self.dice.random() < 0.15 else self.dice.choice(POSTS)
        self.rows[self.next] = comment(self.next, post, f"Kata {self.next}", at, status=status)

    def _ids(self, status: str) -> list[int]:
        return [one for one, row in self.rows.items() if row["status"] == status and row["post"] != 25]


@pytest.mark.parametrize("seed", range(60))
def test_nothing_that_stands_is_missed(seed):
    site = MovingSite(random.Random(seed), 70)
    reading = Reading().pull(site)
    assert {str(one) for one in site.standing} <= reading.shown().keys()
    assert all(int(one) not in site.standing for one in reading.store.gone if one.isdigit())


@pytest.mark.parametrize("seed", range(20))
def test_when_it_rests_a_few_turns_agree_with_it(seed):
    site = MovingSite(random.Random(seed), 50)
    reading = Reading()
    for turn in range(6):
        reading.pull(site, calls=None if turn % 2 else 5)
    still = SiteWorld(site.rows.values())
    for _ in range(2):
        reading.pull(still)
        reading.threads(still)
    assert reading.shown().keys() == {str(one) for one in site._ids("approved")}
    assert reading.pull(still).calls == 1


def test_ten_thousand_are_all_found(monkeypatch):
    for module in (rest_client, rest_posts, wordpress_rest):
        monkeypatch.setattr(module, "PER_PAGE", 100)
    site = MovingSite(random.Random(5), 10_000)
    shown = Reading().pull(site).shown()
    assert {str(one) for one in site.standing} <= shown.keys()
