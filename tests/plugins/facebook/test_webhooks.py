"""What a webhook tells, in every spelling."""

from __future__ import annotations

import pytest

from aggregator.contract import AuthExpired, PushRequest

from .reading import PLUGIN, context, filled, read_again
from .world import ACCOUNT, APP, NOW, PAGE, Scene, first_day, next_day

ROAD, COMPLAINT = f"{PAGE}_9001", f"{PAGE}_9003"


def told(scene: Scene, *changes: dict) -> list:
    push = scene.skin.signed_push({"object": "page", "entry": [{"id": PAGE, "time": 1, "changes": list(changes)}]})
    request = PushRequest(method="POST", headers=push.headers, query={}, body=push.body, secrets=APP, now=NOW)
    return [(event.account_key, event.thread and event.thread.external_id) for event in PLUGIN.receive(request)]


def test_a_webhook_names_the_thread_whatever_its_spellings():
    comment = {"item": "comment", "verb": "add", "post_id": ROAD, "comment_id": "9001_7001", "parent_id": "77_9001"}
    bare = {"item": "status", "verb": "edited", "post_id": "9003"}
    changes = [{"field": "feed", "value": value} for value in (comment, bare)]
    assert told(first_day(), *changes) == [(PAGE, ROAD), (PAGE, COMPLAINT)]


def test_a_webhook_that_says_nothing_new_or_strange_is_no_error():
    value = {"item": "reaction", "verb": "add", "post_id": ROAD}
    changes = [
        {"field": "feed", "value": value},
        {"field": "ratings", "value": {"item": "rating"}},
        {"field": "feed", "value": None},
        {"field": "feed"},
        {"value": {}},
    ]
    assert told(first_day(), *changes) == []


def test_a_mention_elsewhere_pulls_the_account():
    value = {"item": "post", "verb": "add", "post_id": "555_666", "sender_id": "1", "sender_name": "Siti"}
    assert told(first_day(), {"field": "mention", "value": value}) == [(PAGE, None)]


def test_a_page_is_subscribed_with_its_own_token():
    scene = first_day()
    ctx = context(scene)
    PLUGIN.subscribe(ACCOUNT, "https://sahut.example/kait/facebook", ctx)
    [asked] = ctx.http.requests
    assert asked.url.partition("?")[0].endswith("/me/subscribed_apps")
    assert b"subscribed_fields=feed%2Cmention" in asked.body
    with pytest.raises(AuthExpired):
        PLUGIN.subscribe(ACCOUNT, "https://sahut.example/kait/facebook", context(scene, token=""))


@pytest.mark.parametrize("comment", ["7103", "7002"])
def test_a_removed_comment_is_told_by_its_thread_and_then_buried(comment):
    scene = next_day()
    store = filled(first_day())
    (push,) = first_day().pushes(comment)
    request = PushRequest(method="POST", headers=push.headers, query={}, body=push.body, secrets=APP, now=NOW)
    (event,) = PLUGIN.receive(request)
    scene.world.remove(scene.world.comments["facebook", comment])
    read_again(scene, store, event.thread.external_id)
    assert comment in store.gone
