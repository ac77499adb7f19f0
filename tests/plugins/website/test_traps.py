"""What Blogger and Disqus do that a reader trips over."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import AuthExpired, Census, Malformed, OpenThread, Permanent, RateLimited, Transient
from aggregator.fakes.skins.disqus import API_SECRET, token_of
from aggregator.fakes.world import Person
from plugins.website import blogger, disqus
from plugins.website.platform import Website
from plugins.website.probe import forum_in

from .offices import BUDI, KEY, NOW, Site
from .reading import Reading

# -- Blogger -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [150, 500])
def test_a_page_cut_without_a_word_is_not_the_end(monkeypatch, asked):
    monkeypatch.setattr(blogger, "PER_PAGE", asked)
    blog = Site("blogger")
    many = blog.many(400)
    blog.pull()
    assert many <= blog.reading.shown().keys()
    assert [event.count for event in blog.reading.events if isinstance(event, Census)] == [408]


def test_what_moves_up_while_others_are_deleted_is_read():
    blog = Site("blogger")
    many = sorted(blog.many(400), key=lambda one: int(one.partition(":")[2]))
    newest = [blog.comment(one.partition(":")[2]) for one in many[-20:]]

    def deleting(request):
        reply = blog.ask(request)
        if "/comments/default" in request.url:
            for _ in range(5):
                blog.world.remove(newest.pop())
        return reply

    blog.pull(deleting)
    assert set(many[:-20]) <= blog.reading.shown().keys()
    assert not blog.reading.store.gone


def test_words_taken_away_before_they_were_read_are_no_message():
    blog = Site("blogger")
    blog.comment("1001").more["content_removed"] = True
    blog.pull()
    assert "blogger:1001" not in blog.reading.store.messages
    assert "blogger:1001" not in blog.reading.store.gone
    assert blog.reading.shown()["blogger:1002"][2] == "blogger:1001"  # the answer to it still stands


@pytest.mark.parametrize(
    "words",
    [
        "Komentar ini telah dihapus oleh pengarang.",
        "This comment has been removed by the author.",
        "This comment has been removed by a blog administrator.",
    ],
)
def test_words_taken_away_are_known_without_the_mark(words):
    blog = Site("blogger")
    blog.pull()
    blog.world.edit(blog.comment("1001"), words)
    blog.pull()
    assert blog.reading.store.gone == {"blogger:1001"}


def test_saving_a_comment_is_no_edit():
    blog = Site("blogger")
    blog.pull()
    assert all(one.edited_at is None for one in blog.reading.store.messages.values())
    blog.world.edit(blog.comment("1006"), "Berapa anggarannya tahun ini?", NOW - timedelta(hours=1))
    blog.pull()
    changed = blog.reading.store.messages["blogger:1006"]
    assert (changed.text, changed.edited_at) == ("Berapa anggarannya tahun ini?", NOW - timedelta(hours=1))


def test_an_empty_blog_is_read_and_counted():
    blog = Site("blogger")
    for post in blog.world.posts_of(blog.place):
        post.shown = False
    blog.pull()
    assert not blog.reading.store.messages
    assert [event.count for event in blog.reading.events if isinstance(event, Census)] == [0]


def test_a_feed_that_counts_comments_it_does_not_list_is_refused():
    blog = Site("blogger")
    blog.pull()

    def hollow(request):
        reply = blog.ask(request)
        if "/feeds/" not in request.url:
            return reply
        feed = json.loads(reply.body)
        feed["feed"].pop("entry", None)
        return Reply.json(feed)

    with pytest.raises(Malformed):
        blog.again(hollow)
    assert not blog.reading.store.gone


def test_feeds_switched_off_are_told_with_the_remedy():
    blog = Site("blogger", feeds="none")
    assert "Setelan" in blog.inspect().problem
    with pytest.raises(Permanent, match="Izinkan feed blog"):
        blog.pull()


def test_a_deleted_post_takes_its_comments_along_and_no_other():
    blog = Site("blogger")
    blog.pull()
    blog.world.posts["website", "55"].shown = False
    blog.again()
    assert blog.reading.store.gone == {"blogger:55", "blogger:1001", "blogger:1002", "blogger:1003", "blogger:1008"}


def test_a_blog_that_vanished_buries_nobody():
    blog = Site("blogger")
    blog.pull()
    blog.place.more["feeds"] = "none"
    with pytest.raises(Permanent):
        blog.again()
    assert not blog.reading.store.gone


def test_a_late_approval_deep_in_the_past_is_found_by_the_count():
    blog = Site("blogger")
    late = blog.world.say(
        blog.world.posts["website", "55"], BUDI, "Menunggu", NOW - timedelta(days=60), id="900", shown=False
    )
    blog.many(200)
    for _ in range(3):
        blog.pull()
    assert blog.reading.calls == 1
    blog.world.approve(late)
    assert "blogger:900" in blog.pull().shown()
    assert blog.pull().calls == 1


def test_comments_on_a_page_that_no_feed_lists_are_read_without_its_title():
    blog = Site("blogger")
    blog.pull(lambda request: Reply.json(_empty_feed()) if "/posts/" in request.url else blog.ask(request))
    assert len(blog.reading.shown()) == 8
    assert "blogger:55" not in blog.reading.store.messages


def test_an_owner_speaks_for_the_office_under_any_spelling_of_the_profile():
    blog = Site("blogger")
    blog.pull()
    owner = blog.reading.store.messages["blogger:1002"].author.external_id
    assert blog.inspect().own_author_ids == {owner}

    def old_scheme(request):
        reply = blog.ask(request)
        return replace(reply, body=reply.body.replace(b"https://www.blogger.com", b"http://www.blogger.com"))

    blog.pull(old_scheme, full=True)
    assert blog.reading.store.messages["blogger:1002"].author.external_id == owner


def test_a_blog_shows_when_its_office_last_published():
    face = Site("blogger").inspect()
    assert face.reads == "komentar Blogger lewat feed"
    assert (face.active, face.posts_30d) == (True, 2)
    assert face.last_post_at == datetime.fromisoformat("2026-02-25T02:00:00+00:00")


# -- Disqus ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "forum"),
    [
        ('<script src="//dpupr-contoh.disqus.com/count.js" async></script>', "dpupr-contoh"),
        ("s.src = 'https://dpupr-contoh.disqus.com/embed.js';", "dpupr-contoh"),
        ('var disqus_shortname = "dpupr-contoh";', "dpupr-contoh"),
        ("var disqus_shortname='Dpupr-Contoh'", "dpupr-contoh"),
        ('<a href="https://disqus.com/?ref_noscript">comments powered by Disqus.</a>', None),
        ("<p>Kami tidak memakai disqus_shortname lagi.</p>", None),
    ],
)
def test_the_name_at_disqus_stands_in_the_page(page, forum):
    assert forum_in(page) == forum


def test_without_a_key_the_office_is_told_what_to_ask_for():
    place = Site("disqus")
    assert "Kunci API Disqus" in place.inspect(secrets={}).problem
    with pytest.raises(Permanent, match="Kunci API Disqus"):
        place.pull(secrets={})
    assert place.inspect().problem is None
    assert place.inspect().reads == "komentar Disqus"


def test_a_name_that_disqus_does_not_know_is_told():
    place = Site("disqus", shortname="lain")
    place.reading = Reading(disqus_shortname="salah")
    assert "Nama pendek Disqus" in place.inspect().problem
    with pytest.raises(Permanent, match="Nama pendek Disqus"):
        place.pull()
    place.reading = Reading(disqus_shortname="lain")
    assert len(place.pull().shown()) == 8


def test_a_wordpress_with_disqus_is_read_at_disqus_once_there_is_a_key():
    place, blog = Site("disqus"), Site("wordpress")

    def both(request):
        if "disqus.com" in request.url:
            return place.ask(request)
        reply = blog.ask(request)
        script = b'<script src="https://dinas.disqus.com/count.js"></script></body>'
        return replace(reply, body=reply.body.replace(b"</body>", script))

    without = Reading().pull(both, now=NOW)
    assert (without.driver, "1001" in without.shown()) == ("rest", True)
    with_key = Reading().pull(both, now=NOW, secrets=KEY)
    assert (with_key.driver, "disqus:1001" in with_key.shown()) == ("disqus", True)


def test_a_full_page_that_promises_another_empty_one_is_the_end():
    place = Site("disqus")
    many = place.many(92)
    place.pull()
    assert len(many) + 8 == len(place.reading.shown()) == disqus.PER_PAGE
    assert place.reading.store.replies_included


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        (2, 400, Permanent),
        (5, 401, AuthExpired),
        (11, 400, AuthExpired),
        (13, 200, RateLimited),
        (14, 403, RateLimited),
        (15, 200, Transient),
        (1, 404, Permanent),
    ],
)
def test_errors_hide_in_the_body(code, status, error):
    place = Site("disqus")
    reset = {"x-ratelimit-reset": str(int(NOW.timestamp()) + 900)}
    with pytest.raises(error) as caught:
        place.pull(
            lambda one: (
                Reply.json({"code": code, "response": "rahasia"}, status, reset)
                if "/api/" in one.url
                else place.ask(one)
            )
        )
    assert "rahasia" not in caught.value.message
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after == 900


def test_the_hourly_limit_is_waited_for():
    place = Site("disqus")
    place.pull()
    place.world.notes("disqus")["limit"] = 1
    with pytest.raises(RateLimited):
        place.pull()


def test_a_post_approved_late_is_found_within_a_day():
    place = Site("disqus")
    place.many(10, since=NOW - timedelta(days=1))
    late = place.world.say(
        place.world.posts["website", "55"], BUDI, "Menunggu", NOW - timedelta(days=20), id="900", shown=False
    )
    place.pull()
    place.world.approve(late)
    assert "disqus:900" not in place.pull().shown()
    assert "disqus:900" in place.pull(now=NOW + timedelta(days=1)).shown()


def test_a_listing_broken_off_goes_on_by_its_cursor_and_begins_anew_when_that_is_stale(monkeypatch):
    monkeypatch.setattr(disqus, "PER_PAGE", 3)
    place = Site("disqus")
    place.pull(calls=2)
    assert len(place.reading.shown()) == 3
    place.pull(calls=1)
    assert len(place.reading.shown()) == 6
    assert "cursor=" in place.reading.urls[0]
    place.pull(now=NOW + timedelta(days=2))
    assert len(place.reading.shown()) == 8
    assert "cursor=" not in place.reading.urls[0]
    assert "since=" in place.reading.urls[0]


def test_an_emptied_list_buries_nobody():
    place = Site("disqus")
    place.pull()
    empty = {"code": 0, "cursor": {"hasNext": False, "next": ""}, "response": []}
    place.again(lambda one: Reply.json(empty) if "posts/list" in one.url else place.ask(one))
    assert not place.reading.store.gone
    place.world.remove(place.comment("1005"))
    assert place.again().store.gone == {"disqus:1005"}


def test_an_edit_is_marked_and_a_guest_with_the_offices_name_is_a_guest():
    place = Site("disqus")
    impostor = Person(id=None, name="Kecamatan Contoh")
    place.world.say(place.world.posts["website", "55"], impostor, "Saya camat.", NOW, id="950")
    place.world.edit(place.comment("1006"), "Berapa biayanya?", NOW)
    messages = place.pull().store.messages
    assert messages["disqus:950"].author.external_id is None
    assert (messages["disqus:1006"].text, messages["disqus:1006"].raw) == ("Berapa biayanya?", {"edited": True})
    assert place.inspect().own_author_ids == {messages["disqus:1002"].author.external_id}


def test_answering_needs_a_moderator_and_says_so():
    place = Site("disqus")
    place.pull()
    with pytest.raises(AuthExpired, match="Token moderator Disqus"):
        place.answer("disqus:1004", "Baik.")
    with pytest.raises(AuthExpired, match="menolak token moderator"):
        place.answer("disqus:1004", "Baik.", disqus_api_secret=API_SECRET, access_token="kedaluwarsa")
    with pytest.raises(AuthExpired, match="menolak kunci API"):
        place.answer("disqus:1004", "Baik.", disqus_api_secret="salah", access_token=token_of(place.place))
    said = place.answer(
        "disqus:1004", "Baik <segera>.", disqus_api_secret=API_SECRET, access_token=token_of(place.place)
    )
    assert (said.parent_id, said.text) == ("disqus:1004", "Baik <segera>.")


def test_a_site_with_numbers_of_two_systems_is_reread_by_both():
    place = Site("disqus")
    place.pull()
    thread = place.reading.store.threads()[0]
    moved = OpenThread(ref=replace(thread.ref, external_id="blogger:55"), known=frozenset({"blogger:1001"}))
    ctx = place.reading.context(place.ask, now=NOW, secrets=KEY)
    with pytest.raises(Permanent):  # the blog is no blog any more: nobody is buried
        list(Website().pull_threads(place.reading.account, [moved, thread], ctx))


# -- WordPress without REST --------------------------------------------------------------------------------------------


def test_a_feed_that_gives_its_first_page_whatever_is_asked_has_an_end():
    place = Site("wordpress", closed=("rest",))

    def unpaged(request):
        return place.ask(replace(request, url=request.url.partition("?paged")[0]))

    place.pull(unpaged, calls=60)
    assert len(place.reading.shown()) == 8
    assert place.reading.calls < 20
    assert place.reading.store.replies_included


def _empty_feed() -> dict[str, object]:
    return {"feed": {"openSearch$totalResults": {"$t": "0"}}}
