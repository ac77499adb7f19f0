"""What a quiet cycle costs, and that nothing is overlooked for it. One cycle is half an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.conformance.world import Reply
from plugins.website import quiet_feed

from .offices import NOW, SITI, Site

CYCLE = timedelta(minutes=30)
SIX_HOURS = 13  # cycles, the one that begins them included


class Day(Site):
    """A site whose clock goes on with every cycle; the calls and bytes of each."""

    def __init__(self, face: str, **more: object) -> None:
        super().__init__(face, **more)
        self.now = NOW
        self.world.clock = lambda: self.now
        self.costs: list[tuple[int, int, int]] = []  # calls, of these answered 304, bytes

    def cycle(self, times: int = 1, ask=None) -> list[tuple[int, int, int]]:
        for _ in range(times):
            heard: list[Reply] = []

            def listening(request, heard=heard):
                reply = (ask or self.ask)(request)
                heard.append(reply)
                return reply

            self.pull(listening, now=self.now)
            unchanged = sum(reply.status == 304 for reply in heard)
            self.costs.append((len(heard), unchanged, sum(len(reply.body) for reply in heard)))
            self.now += CYCLE
        return self.costs[-times:]

    def sweep(self) -> None:
        self.again(now=self.now)


@pytest.mark.parametrize("comments", [0, 90, 400])
def test_a_quiet_blog_is_one_unchanged_answer(comments):
    blog = Day("blogger")
    blog.many(comments)
    blog.cycle(4)
    assert blog.cycle(20) == [(1, 1, 0)] * 20


def test_a_quiet_disqus_is_one_call():
    place = Day("disqus")
    place.cycle(2)
    assert {calls for calls, _, _ in place.cycle(40)} == {1}


def test_a_quiet_wordpress_is_one_unchanged_answer():
    site = Day("wordpress")
    site.many(90)
    site.cycle(4)
    day = site.cycle(48)
    assert {calls for calls, _, _ in day} == {1}
    assert sum(unchanged for _, unchanged, _ in day) >= 40
    asked_by_rest = Day("wordpress")
    asked_by_rest.many(90)
    asked_by_rest.cycle(4)
    before = sum(size for _, _, size in asked_by_rest.cycle(48, ask=_without_feeds(asked_by_rest)))
    assert sum(size for _, _, size in day) * 5 < before


def test_someone_who_writes_on_a_quiet_site_is_read_in_the_next_cycle():
    site = Day("wordpress")
    site.cycle(8)
    said = site.world.say(site.world.posts["website", "55"], SITI, "Ada yang baru?", site.now - timedelta(minutes=1))
    site.cycle()
    assert str(int(said.id) - 7_400_000_000_000_000_000) in site.reading.shown()
    assert site.costs[-1][:2] == (2, 0)  # the feed has changed, so REST is asked
    site.cycle(6)
    assert site.costs[-1][:2] == (1, 1)


def test_a_late_approval_behind_the_feeds_back_is_read_within_hours():
    site = Day("wordpress")
    late = site.world.say(
        site.world.posts["website", "55"], SITI, "Menunggu", NOW - timedelta(days=30), id="900", shown=False
    )
    site.cycle(8)
    site.world.approve(late)
    cycles = 0
    while "900" not in site.reading.shown():
        site.cycle()
        cycles += 1
        assert cycles <= SIX_HOURS
    assert cycles > 1  # the feed did hide it


def test_edits_and_deletions_on_a_quiet_site_are_seen_by_the_sweep_and_within_hours():
    for sweeps in (True, False):
        site = Day("wordpress")
        site.cycle(8)
        site.world.remove(site.comment("1005"))
        site.world.edit(site.comment("1006"), "Berapa biayanya?", site.now)
        if sweeps:
            site.cycle()
            site.sweep()
        else:
            site.cycle(SIX_HOURS)
        assert site.reading.store.gone == {"1005"}
        assert site.reading.shown()["1006"][0] == "Berapa biayanya?"


@pytest.mark.parametrize("spoil", ["no feed", "no validators", "never unchanged", "robots"])
def test_a_feed_that_is_of_no_use_is_left_alone(spoil):
    site = Day("wordpress")

    def ask(request):
        if "/feed/" not in request.url:
            return site.ask(request)
        if spoil == "no feed":
            return Reply.html("<h1>Tidak ditemukan</h1>", 404)
        if spoil == "robots":
            return Reply(418)
        reply = site.ask(replace(request, headers={}))
        kept = {} if spoil == "no validators" else reply.headers
        return replace(reply, headers={"content-type": "application/rss+xml", **kept})

    site.cycle(24, ask)
    assert {calls for calls, _, _ in site.cycle(24, ask)} == {1}
    assert sum(calls for calls, _, _ in site.costs) <= 48 + 2 + quiet_feed.TRIES + 2


def test_a_blog_that_changes_is_read_at_once_and_rests_again():
    blog = Day("blogger")
    blog.cycle(4)
    blog.world.edit(blog.comment("1006"), "Berapa biayanya?", blog.now)
    blog.cycle(2)
    assert blog.reading.shown()["blogger:1006"][0] == "Berapa biayanya?"
    assert blog.costs[-1] == (1, 1, 0)


def test_many_threads_of_a_blog_are_reread_in_the_calls_of_its_feed():
    blog = Day("blogger")
    for number in range(40):
        post = blog.world.post(blog.place, f"Berita {number}", NOW - timedelta(days=9), id=str(2000 + number))
        blog.world.say(post, SITI, f"Tanya {number}", NOW - timedelta(days=8, minutes=number), id=str(3000 + number))
    blog.cycle()
    blog.sweep()
    assert blog.reading.calls == 1
    blog.world.remove(blog.comment("3007"))
    blog.sweep()
    assert (blog.reading.calls, blog.reading.store.gone) == (2, {"blogger:3007"})


def test_many_threads_at_disqus_are_reread_in_one_call():
    place = Day("disqus")
    for number in range(40):
        post = place.world.post(place.place, f"Berita {number}", NOW - timedelta(days=9), id=str(2000 + number))
        place.world.say(post, SITI, f"Tanya {number}", NOW - timedelta(days=8, minutes=number), id=str(3000 + number))
    place.cycle()
    place.sweep()
    assert place.reading.calls == 1


def _without_feeds(site: Day):
    """The same site as it was read before: by REST alone."""

    def ask(request):
        return Reply.html("<h1>Tidak ditemukan</h1>", 404) if "/feed/" in request.url else site.ask(request)

    return ask
