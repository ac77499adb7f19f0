"""What a cycle costs: two calls a village when nothing is new, whatever its face."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aggregator.conformance.world import Reply
from aggregator.fakes.skins import opensid as skin

from .reading import NOW, Reading
from .world import HOST, ROAD, Village

QUIET = {
    "natra": [f"https://{HOST}/", f"https://{HOST}/pengaduan"],
    "esensi": [f"https://{HOST}/", f"https://{HOST}/pengaduan"],
    "json": [
        f"https://{HOST}/",
        f"https://{HOST}/internal_api/pengaduan?sort=-updated_at&page%5Bnumber%5D=1&page%5Bsize%5D=30",
    ],
}


@pytest.mark.parametrize("face", QUIET)
def test_a_quiet_cycle_is_two_calls(face):
    village = Village(face)
    reading = Reading().pull(village.kit())
    for hours in (2, 4, 6):
        assert reading.pull(village.kit(), now=NOW + timedelta(hours=hours)).urls == QUIET[face]


@pytest.mark.parametrize("face", QUIET)
def test_a_new_comment_costs_one_more(face):
    village = Village(face)
    reading = Reading().pull(village.kit())
    village.say(208, 13, village.posts["301"].author, "Apakah buka hari Minggu?", "2026-03-08 07:30:00")
    assert len(reading.pull(village.kit()).urls) == 3
    assert reading.pull(village.kit()).urls == QUIET[face]


def test_a_village_without_complaints_is_one_call_until_the_week_is_over():
    village = Village(complaints=False)
    reading = Reading().pull(village.kit())
    assert reading.pull(village.kit()).urls == [f"https://{HOST}/"]
    assert len(reading.pull(village.kit(), now=NOW + timedelta(days=8)).urls) == 3


def test_without_a_list_of_newest_comments_articles_take_turns():
    village = Village(widget=False)
    reading = Reading().pull(village.kit())
    turns = [reading.pull(village.kit()).urls for _ in range(4)]
    assert [len(urls) for urls in turns] == [3, 3, 3, 3]
    assert len({urls[-1] for urls in turns}) == 4


@pytest.mark.parametrize("face", ["natra", "esensi"])
def test_articles_at_random_are_read_once(face, monkeypatch):
    """A box beside the text links to any old article: a link without a count is followed when it is unknown."""
    monkeypatch.setattr(skin, "CARDS", 2)
    world = Village(face).kit()

    def boxed(request):
        reply = world(request)
        box = f'<div><a href="https://{HOST}/{ROAD}">Acak</a></div></body>'.encode()
        front = request.url == f"https://{HOST}/"
        return Reply(reply.status, reply.headers, reply.body.replace(b"</body>", box)) if front else reply

    reading = Reading().pull(boxed)
    assert f"https://{HOST}/{ROAD}" in reading.urls
    assert reading.pull(boxed).urls == QUIET[face]


def test_threads_cost_one_call_an_article_and_one_list():
    village = Village("json")
    reading = Reading().pull(village.kit())
    assert len(reading.threads(village.kit()).urls) == 4 + 1
