"""Answers stand once, under the message that was meant; hiding reaches comments only."""

from __future__ import annotations

import pytest

from aggregator.conformance.world import Reply
from aggregator.contract import (
    Malformed,
    Permanent,
)

from .reading import PLUGIN, answer, context, filled, refusal
from .world import ACCOUNT, PAGE, at, first_day

COMPLAINT = f"{PAGE}_9003"


def test_a_reply_to_a_reply_stands_under_the_head_and_is_sent_once():
    scene = first_day()
    nested = filled(scene).messages["7003"]
    once, again = answer(scene, nested, "Sama-sama, Bu."), answer(scene, nested, "Sama-sama, Bu.")
    assert once == again
    assert once.parent_id == "7001"


def test_a_visitors_post_is_answered_beneath_it():
    scene = first_day()
    complaint = filled(scene).messages[COMPLAINT]
    said = answer(scene, complaint, "Sudah diangkut pagi ini.")
    assert (said.thread.external_id, said.parent_id) == (COMPLAINT, None)


def test_success_instead_of_an_id_is_an_alarm():
    """That is how the platform answers an *edit* of the citizen's comment."""
    scene = first_day()
    message = filled(scene).messages["7004"]

    def editing(request):
        return Reply.json({"success": True}) if request.method == "POST" else scene.answer(request)

    with pytest.raises(Malformed, match="periksa"):
        answer(scene, message, "Besok diperbaiki.", editing)


def test_a_duplicate_is_looked_for_and_else_asks_for_other_words():
    scene = first_day()
    message = filled(scene).messages["7004"]

    def refusing(request):
        return refusal(506, "Duplicate status message") if request.method == "POST" else scene.answer(request)

    with pytest.raises(Permanent, match="ubah sedikit"):
        answer(scene, message, "Besok diperbaiki.", refusing)

    def late(request):  # it was delivered, but the look before sending did not show it yet
        if request.method == "POST":
            scene.world.answer(scene.world.comments["facebook", "7004"], "Besok diperbaiki.", at(9, 4))
            return refusal(506, "Duplicate status message")
        return scene.answer(request)

    assert answer(scene, message, "Besok diperbaiki.", late).parent_id == "7004"


def test_an_answer_that_landed_elsewhere_is_told():
    scene = first_day()
    message = filled(scene).messages["7004"]

    def astray(request):
        return Reply.json({"id": "9001_7002"}) if request.method == "POST" else scene.answer(request)

    with pytest.raises(Permanent, match="tidak berada di bawah"):
        answer(scene, message, "Besok diperbaiki.", astray)


def test_hiding_reaches_the_comment_and_no_post():
    scene = first_day()
    messages = filled(scene).messages
    PLUGIN.hide(ACCOUNT, messages["7004"], True, context(scene))
    assert scene.world.comments["facebook", "7004"].hidden
    store = filled(scene)
    assert store.messages["7004"].raw["hidden"] is True
    with pytest.raises(Permanent, match="hanya komentar"):
        PLUGIN.hide(ACCOUNT, messages[COMPLAINT], True, context(scene))
    with pytest.raises(Permanent):
        PLUGIN.hide(ACCOUNT, messages["7002"], True, context(scene))
