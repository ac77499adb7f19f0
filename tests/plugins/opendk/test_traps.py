"""The traps of OpenDK, one by one, and what a cycle costs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply, Request, offline_context
from aggregator.contract import Account, Malformed, Permanent, RateLimited
from aggregator.fakes.skins import opendk as skin
from plugins.opendk.platform import OpenDk

from .world import ACCOUNT, BUDI, DEWI, HOST, SITI, SubDistrict

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)


class Reading:
    """What the core holds of a sub-district, and the calls that each turn made."""

    def __init__(self, account: Account = ACCOUNT) -> None:
        self.account, self.store, self.urls = account, Store(), list[str]()

    def pull(self, world: Any, **more: Any) -> Reading:
        ctx = self._context(world, **more)
        return self._take(ctx, OpenDk().pull_since(self.account, self.store.cursor, ctx))

    def threads(self, world: Any) -> Reading:
        ctx = self._context(world)
        return self._take(ctx, OpenDk().pull_threads(self.account, self.store.threads(), ctx))

    def inspect(self, world: Any) -> Any:
        return OpenDk().inspect(self.account, self._context(world))

    def _take(self, ctx: Any, events: Any) -> Reading:
        for event in events:
            self.store.take(event)
        self.urls = [request.url for request in ctx.http.requests]
        return self

    def _context(self, world: Any, **more: Any) -> Any:
        known, held = self.store.known, self.store.held()
        options = {"now": NOW, **more}
        return offline_context(world, platform=OpenDk(), account=self.account, known=known, held=held, **options)


def ask(world: Any, path: str) -> Reply:
    return world(Request("GET", f"https://{HOST}{path}"))


def test_a_quiet_cycle_is_two_calls():
    world = SubDistrict().kit()
    reading = Reading().pull(world)
    for hours in (2, 4):
        assert len(reading.pull(world, now=NOW + timedelta(hours=hours)).urls) == 2
    assert len(reading.threads(world).urls) == 2


def test_residents_data_stay_out_and_are_told():
    site = SubDistrict()
    reading = Reading().pull(site.kit())
    everything = repr(list(reading.store.messages.values()))
    for person in (SITI, BUDI, DEWI):
        assert skin.nik_of(person.id) not in everything
    assert "Dusun Rahasia" not in everything
    assert "NIK" in reading.inspect(site.kit()).problem
    assert reading.inspect(SubDistrict(closed=True).kit()).problem is None


def test_who_answers_is_the_office_the_reporter_or_a_neighbour():
    site = SubDistrict()
    site.say(45, 31, SITI, "Sampai sekarang masih mati.", "2026-03-03 08:00:00")
    shown = Reading().pull(site.kit()).store.messages
    names = {
        one: (shown[one].author.name, shown[one].author.external_id)
        for one in ("jawaban:41", "jawaban:45", "jawaban:43")
    }
    assert names == {
        "jawaban:41": ("Admin", "admin"), "jawaban:45": ("Pelapor", None), "jawaban:43": ("Warga lain", None)
    }  # fmt: skip


def test_who_asked_not_to_be_named_is_not():
    message = Reading().pull(SubDistrict().kit()).store.messages["komplain:32"]
    assert message.author.name == "Anonim"
    assert "Budi" not in repr(message)


def test_status_link_and_attachment_come_along():
    shown = Reading().pull(SubDistrict().kit()).store.messages
    assert shown["komplain:31"].raw == {"status": "PROSES"}
    assert shown["komplain:31"].url == f"https://{HOST}/sistem-komplain/komplain/lampu-31"
    assert shown["komplain:33"].media == (f"https://{HOST}/storage/a.jpg",)


def test_comments_that_were_not_enabled_and_replies_below_them_stay_out():
    shown = Reading().pull(SubDistrict().kit()).store.shown()
    assert "komentar:23" in shown
    assert not {"komentar:24", "komentar:25"} & shown


def test_nobody_is_the_office_by_name_unless_that_is_set():
    reading = Reading(Account(key=HOST, url=ACCOUNT.url)).pull(SubDistrict().kit())
    assert reading.store.messages["komentar:22"].author.external_id is None


def test_a_refused_complaint_is_gone_when_threads_are_read():
    site = SubDistrict()
    reading = Reading().pull(site.kit())
    reading.threads(site.next_day().kit())
    assert {"komplain:33", "jawaban:43"} == reading.store.gone


def test_too_many_calls_are_told_to_wait_by_the_body():
    site = SubDistrict()
    answers = [ask(site.kit(), "/api/frontend/v1/komplain") for _ in range(skin.CALLS_A_MINUTE + 1)]
    assert [reply.status for reply in answers[-2:]] == [200, 429]
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"
    with pytest.raises(RateLimited) as refused:
        Reading().pull(site.kit())
    assert refused.value.retry_after == json.loads(answers[-1].body)["errors"]["retry_after"]


@pytest.mark.parametrize("page", ["<h1>Sedang perbaikan</h1>", "", '{"message": "ok"}', '{"data": [], "meta": {}}'])
def test_another_answer_buries_nobody(page):
    reading = Reading().pull(SubDistrict().kit())
    for turn in (reading.pull, reading.threads):
        with pytest.raises(Malformed):
            turn(lambda _: Reply.html(page))
    assert not reading.store.gone


def test_a_version_without_api_says_what_to_do():
    world = SubDistrict(api=False).kit()
    assert "memutakhirkan" in Reading().inspect(world).problem
    with pytest.raises(Permanent):
        Reading().pull(world)


def test_inspect_names_what_it_sees():
    snapshot = Reading().inspect(SubDistrict().kit())
    assert (snapshot.title, snapshot.posts_30d, snapshot.own_author_ids) == ("Kecamatan Kalisari", 3, {"admin"})
    assert snapshot.last_post_at.isoformat() == "2026-03-04T01:00:00+00:00"
    assert "OpenDK" in Reading().inspect(lambda _: Reply.html("<title>Lain</title>")).problem
    assert not Reading().inspect(lambda _: Reply.html("", 404)).exists
