"""What the plugin reads from a real WordPress, by its cassettes (recorded by tests/lab/wordpress_record.py)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from aggregator.conformance.cassette import Cassette
from aggregator.conformance.world import Reply
from aggregator.contract import AuthExpired, Census, Kind, Malformed, RateLimited, Transient
from plugins.website.text import soup_of, visible_text

from .reading import BASE, CASSETTES, NOW, Reading
from .world import SiteWorld, first_day, next_day, visible

EXPECTED: dict[str, dict[str, dict[str, Any]]] = json.loads((CASSETTES / "expected.json").read_text("utf-8"))


def tape(name: str) -> Cassette:
    return Cassette.read(CASSETTES / f"{name}.json")


def public(scene: str) -> dict[str, tuple[str, str, str | None, str]]:
    """What WordPress itself calls public, as (text, author, parent, time)."""
    return {
        one: (
            visible_text(soup_of(row["html"])),
            row["author"],
            None if row["parent"] == "0" else row["parent"],
            row["date_gmt"] + "+00:00",
        )
        for one, row in EXPECTED[scene].items()
    }


def test_rest_agrees_with_the_site_through_all_changes():
    reading = Reading().pull(tape("rest"))
    assert reading.shown() == public("rest")
    assert len(reading.shown()) == 11
    assert reading.pull(tape("rest-steady")).calls == 1
    assert reading.threads(tape("rest-threads")).calls == 1
    reading.pull(tape("rest-later"))
    reading.threads(tape("rest-later-threads"))
    assert reading.shown() == public("rest-later")
    assert public("rest-later") != public("rest")
    assert not reading.store.unreadable


def test_rest_counts_what_visitors_see():
    reading = Reading().pull(tape("rest"))
    assert [event.count for event in reading.events if isinstance(event, Census)] == [11]


def test_rest_tells_who_speaks_for_the_office():
    messages = Reading().pull(tape("rest")).store.messages.values()
    posts = [message for message in messages if message.kind is Kind.POST]
    staff = {message.author.external_id for message in posts}
    answers = {message.text for message in messages if message.author.external_id in staff} - {
        message.text for message in posts
    }
    assert answers == {"Minggu depan, Bu.", "Pukul 15.00."}
    assert {message.thread.title for message in posts} >= {"Jalan “Melati” & sekitarnya", "Pengumuman CPNS"}


def test_twins_are_two_and_orphans_stay():
    shown = Reading().pull(tape("rest")).shown()
    assert [text for text, *_ in shown.values()].count("Mohon dijawab.") == 2
    orphan = next(parent for text, _, parent, _ in shown.values() if text == "Balasan yatim")
    assert orphan
    assert orphan not in shown


@pytest.mark.parametrize(
    "scene",
    ["feed-twentytwentyone", "feed-twentytwentythree", "feed-labclassic", "feed-paged", "pages-only"],
)
def test_closed_rest_falls_back_and_keeps_every_id(scene):
    reading = Reading().pull(tape(scene))
    shown, expected = reading.shown(), public(scene)
    assert reading.driver == ("html" if scene == "pages-only" else "feed")
    missing = expected.keys() - shown.keys()
    orphans = {one for one, (_, _, parent, _) in expected.items() if parent and parent not in expected}
    assert missing <= (orphans if scene == "pages-only" else set())  # no theme shows them, only feeds do
    assert shown.keys() <= expected.keys()
    for one, (text, author, parent, at) in shown.items():
        assert text == expected[one][0]
        assert author.replace("’", "'") == expected[one][1]
        assert parent == expected[one][2]
        minute = 16 if scene == "feed-labclassic" else 19  # the old theme prints no seconds
        assert at[:minute] == expected[one][3][:minute]


def test_pages_tell_who_speaks_for_the_office():
    messages = Reading().pull(tape("feed-labclassic")).store.messages.values()
    posts = {message.author.external_id for message in messages if message.kind is Kind.POST}
    answer = next(message for message in messages if message.text == "Minggu depan, Bu.")
    assert posts == {"user:operator"} == {answer.author.external_id}


def test_feed_in_steady_state_is_one_call():
    reading = Reading().pull(tape("feed-paged"))
    world = tape("feed-paged-steady")
    reading.pull(world)
    assert reading.pull(world).calls == 1


def test_late_approval_is_found_by_the_count():
    reading = Reading().pull(SiteWorld(first_day()))
    rows = first_day()
    rows[10]["status"] = "approved"
    assert {one: row[0] for one, row in reading.pull(SiteWorld(rows)).shown().items()}["1111"]
    assert reading.pull(SiteWorld(rows)).calls == 1


def test_a_swap_the_count_cannot_show_is_found_by_rereading():
    reading = Reading().pull(SiteWorld(first_day()))
    world = SiteWorld(next_day())
    reading.pull(world)
    reading.threads(world)
    assert reading.shown().keys() == visible(next_day()).keys()


def test_the_whole_site_is_listed_again_daily():
    reading = Reading().pull(SiteWorld(first_day()))
    rows = [row for row in first_day() if row["id"] != 1101]
    rows[9]["status"] = "approved"  # one gone, one approved: the count stays
    reading.pull(SiteWorld(rows))
    assert "1111" in reading.pull(SiteWorld(rows), now=NOW + timedelta(days=1)).shown()


def test_a_post_made_private_hides_its_thread_and_no_other():
    reading = Reading().pull(SiteWorld(first_day()))
    world = SiteWorld([{**row, "post": 25} if row["post"] == 22 else row for row in first_day()])
    inner = world.__call__

    def private(request):
        """22 cannot be read any more."""
        if "post=" in request.url and "22" in request.url.split("post=")[1].split("&")[0]:
            return Reply.json({"code": "rest_cannot_read_post"}, 401)
        return Reply.json([]) if "/posts?include=22" in request.url else inner(request)

    reading.threads(private)
    assert {"1104", "1105", "1106", "1109", "post:22"} <= reading.store.gone
    assert not {"1101", "1107", "1108"} & reading.store.gone


def test_an_emptied_list_buries_nobody():
    reading = Reading().pull(SiteWorld(first_day()))
    world = SiteWorld(first_day())

    def emptied(request):
        listing = "/comments?" in request.url
        return Reply.json([], headers={"x-wp-total": "0"}) if listing else world(request)

    reading.threads(emptied)
    assert not reading.store.gone


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply.html("<h1>Too many requests</h1>", 429, {"retry-after": "7"}), RateLimited),
        (Reply.html("<h1>Service unavailable</h1>", 503), Transient),
        (Reply.html("<h1>Forbidden</h1>", 403), AuthExpired),
        (Reply.html("<title>Just a moment...</title>Checking your browser", 403), Transient),
        (Reply.json({"data": []}), Malformed),
    ],
)
def test_a_site_in_trouble_is_read_as_before_afterwards(reply, error):
    reading = Reading().pull(SiteWorld(first_day()))
    with pytest.raises(error):
        reading.pull(lambda _: reply)
    assert reading.driver == "rest"
    assert not reading.store.gone
    assert reading.pull(SiteWorld(first_day())).calls == 1


def test_one_broken_record_leaves_the_others():
    rows = first_day()
    rows[3]["content"] = {"rendered": None}
    reading = Reading().pull(SiteWorld(rows))
    assert [one.external_id for one in reading.store.unreadable] == ["1104"]
    assert len(reading.shown()) == 9


def test_half_surrogates_and_nul_do_not_stop_a_page():
    world, sent = SiteWorld(first_day()), []

    def odd(request):
        reply = world(request)
        if "/comments?" in request.url:
            body = reply.body.replace(b"Sampah menumpuk", b"Sampah\\u0000 \\ud83d menumpuk")
            sent.append(body != reply.body)
            return Reply(reply.status, reply.headers, body)
        return reply

    shown = Reading().pull(odd).shown()
    assert any(sent)
    assert shown["1104"][0] == "Sampah menumpuk."


def test_a_huge_site_is_listed_over_several_turns(monkeypatch):
    from plugins.website import rest_client, rest_posts, wordpress_rest

    for module in (rest_client, rest_posts, wordpress_rest):
        monkeypatch.setattr(module, "PER_PAGE", 2)
    monkeypatch.setattr(rest_client, "OVERLAP", 1)
    reading = Reading()
    for _ in range(20):
        reading.pull(SiteWorld(first_day()), calls=3)
    assert reading.shown().keys() == visible(first_day()).keys()


def test_addresses_of_the_site_come_from_its_front_page():
    urls = Reading().pull(tape("rest")).urls
    assert urls[0] == BASE + "/"
    assert all(url.startswith(BASE + "/wp-json/wp/v2/") for url in urls[1:])
    assert not any("email" in url or "context=edit" in url for url in urls)
