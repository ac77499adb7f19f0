"""Answering on X: where it allows it, else a link."""

from __future__ import annotations

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import AuthExpired, Permanent
from plugins.x.platform import XPlatform
from plugins.x.weight import weight_of

from .world import ACCOUNT, APP, LAMA, context, first_day, kit_world, listening, number, pulled, say


def test_a_reply_that_x_does_not_allow_comes_back_as_a_link():
    world = first_day()
    _, shown = pulled(world)
    quiet = say(world, world.posts["x", number("01")], "40", LAMA, "Gang saya juga", "03-09T10:00:00")
    _, shown = pulled(world)
    with pytest.raises(
        Permanent, match=r"Buka tautan ini.*https://x\.com/intent/post\?in_reply_to=1984000000000000140"
    ):
        XPlatform().answer(ACCOUNT, shown[quiet.id], "Segera kami cek", context(world))
    assert not any(one.parent == quiet.id for one in world.comments_of(quiet.post))


def test_words_that_x_calls_duplicate_are_looked_up():
    world = first_day()
    _, shown = pulled(world)
    said = XPlatform().answer(ACCOUNT, shown[number("08")], "Segera", context(world))
    first = [True]

    def blind_once(request):  # the timeline does not show the answer yet
        if "/tweets?" in request.url and "/users/" in request.url and first:
            first.clear()
            return Reply.json({"meta": {"result_count": 0}})
        return kit_world(world)(request)

    again = XPlatform().answer(ACCOUNT, shown[number("08")], "Segera", context(blind_once))
    assert again.external_id == said.external_id


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("a" * 280, 280),
        ("https://dinas.example/" + "a" * 200, 23),
        ("🙏", 2),
        ("👍🏽", 2),
        ("日本", 4),
        ("é", 1),
        ("“halo”", 6),
    ],
    ids=range(7),
)
def test_x_weighs_letters_its_own_way(text, weight):
    assert weight_of(text) == weight


def test_an_answer_too_long_is_never_sent():
    world = first_day()
    _, shown = pulled(world)
    asked = []
    with pytest.raises(Permanent, match="280"):
        XPlatform().answer(ACCOUNT, shown[number("08")], "🙏" * 141, context(listening(world, asked)))
    assert not asked


def test_answering_needs_a_login_and_offers_the_link():
    world = first_day()
    _, shown = pulled(world)
    with pytest.raises(AuthExpired, match="in_reply_to"):
        XPlatform().answer(ACCOUNT, shown[number("08")], "Segera", context(world, secrets=APP))
