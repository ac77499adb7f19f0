"""Answering on WordPress: what the conformance kit does not ask, above all the words an official reads."""

from __future__ import annotations

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import AuthExpired, Message, Permanent, RateLimited, ThreadRef
from plugins.website.platform import Website

from .reading import Reading
from .world import PASSWORD, USER, SiteWorld, first_day

SECRETS = {"app_password": PASSWORD}


@pytest.fixture
def reading() -> Reading:
    return Reading(username=USER).pull(SiteWorld(first_day()))


def say(reading: Reading, world, text: str = "Besok kami datang.", one: str = "1110", **more) -> Message:
    ctx = reading.context(world, **{"secrets": SECRETS, **more})
    return Website().answer(reading.account, reading.store.messages[one], text, ctx)


def refusing(code: str, status: int):
    world = SiteWorld(first_day())

    def site(request):
        return Reply.json({"code": code}, status) if request.method == "POST" else world(request)

    return site


def test_an_answer_stands_under_the_message_and_twice_is_once(reading):
    world = SiteWorld(first_day())
    once = say(reading, world, "Sudah <b>beres</b> & aman\nSalam")
    assert (once.parent_id, once.text) == ("1110", "Sudah <b>beres</b> & aman\nSalam")
    assert say(reading, world, "Sudah <b>beres</b> & aman\nSalam") == once
    assert len(world.rows) == len(first_day()) + 1


def test_an_answer_works_where_visitors_may_not_read_rest(reading):
    assert say(reading, SiteWorld(first_day(), closed=["rest"])).author.external_id == "user:5"


def test_an_answer_that_waits_for_approval_is_told(reading):
    world = SiteWorld(first_day())
    world.moderated = True
    for _ in range(2):
        with pytest.raises(Permanent, match="menunggu persetujuan"):
            say(reading, world)


@pytest.mark.parametrize(
    ("code", "status", "error", "words"),
    [
        ("incorrect_password", 401, AuthExpired, "sandi aplikasi"),
        ("rest_comment_closed", 403, Permanent, "ditutup"),
        ("rest_comment_trash_post", 403, Permanent, "dibuang"),
        ("rest_comment_content_invalid", 400, Permanent, "isi jawaban"),
        ("comment_flood", 400, RateLimited, "jeda"),
        ("entah", 400, Permanent, "HTTP 400"),
        ("entah", 403, AuthExpired, "HTTP 403"),
    ],
)
def test_refusals_are_explained(reading, code, status, error, words):
    with pytest.raises(error, match=words):
        say(reading, refusing(code, status))


def test_without_login_or_thread_nothing_is_sent(reading):
    def unreachable(request):
        raise AssertionError(request.url)

    with pytest.raises(AuthExpired, match="nama pengguna"):
        say(reading, unreachable, secrets={})
    one = reading.store.messages["1110"]
    elsewhere = Message(
        external_id=one.external_id,
        kind=one.kind,
        thread=ThreadRef(external_id="/buku-tamu"),
        author=None,
        text="x",
        created_at=one.created_at,
    )
    with pytest.raises(Permanent, match="bukan kiriman WordPress"):
        Website().answer(reading.account, elsewhere, "x", reading.context(unreachable, secrets=SECRETS))
