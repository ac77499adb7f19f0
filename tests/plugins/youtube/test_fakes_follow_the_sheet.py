"""Every call of the plugin and every answer of the pretended YouTube, held against Google's description of the API."""

from __future__ import annotations

import pytest
from jsonschema import ValidationError

from aggregator.conformance.kit import PlatformKit
from aggregator.conformance.store import Store
from aggregator.conformance.world import Reply, Request, offline_context
from aggregator.contract import GlancedAccount
from plugins.youtube.platform import YouTube

from .discovery import Described, watched
from .world import ACCOUNT, SECRETS, Scene

NOW = PlatformKit.now
API = "https://youtube.googleapis.com/youtube/v3"


def test_calls_and_answers_are_those_of_the_api():
    described, plugin, store = Described("youtube.v3"), YouTube(), Store()
    scene = Scene(NOW)
    world = watched(scene.kit_world(), described)

    def ctx():
        return offline_context(world, platform=plugin, account=ACCOUNT, now=NOW, known=store.known, secrets=SECRETS)

    assert plugin.inspect(ACCOUNT, ctx()).exists
    for event in plugin.pull_since(ACCOUNT, None, ctx()):
        store.take(event)
    scene.later()
    looked = GlancedAccount(account=ACCOUNT, cursor=store.cursor, secrets=SECRETS)
    assert any(getattr(one, "changed", False) for one in plugin.glance([looked], None, ctx()))
    list(plugin.pull_threads(ACCOUNT, store.threads(), ctx()))
    plugin.answer(ACCOUNT, store.messages["UgzLampu"], "Sudah kami tangani", ctx())
    plugin.hide(ACCOUNT, store.messages["UgzLampu"], True, ctx())
    assert described.checked.keys() == {
        "youtube.channels.list", "youtube.playlistItems.list", "youtube.videos.list", "youtube.commentThreads.list",
        "youtube.comments.list", "youtube.comments.insert", "youtube.comments.setModerationStatus",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"{API}/videos?id=a", {}),
        (f"{API}/videos?part=snippet&ids=a", {}),
        (f"{API}/commentThreads?part=snippet&maxResults=101", {}),
        (f"{API}/commentThreads?part=snippet&order=newest", {}),
        (f"{API}/komentar?part=snippet", {}),
        (f"{API}/videos?part=statistics", {"items": [{"id": 7}]}),
        (f"{API}/videos?part=statistics", {"items": [{"statistics": {"commentCount": 3}}]}),
        (f"{API}/comments?part=snippet", {"items": [{"snippet": {"publishedAt": "kemarin"}}]}),
        (f"{API}/comments?part=snippet", {"items": [{"snippet": {"author": "x"}}]}),
    ],
    ids=["no-part", "param", "maximum", "enum", "path", "type", "uint64", "time", "field"],
)
def test_what_the_api_does_not_know_is_noticed(url, body):
    with pytest.raises((AssertionError, ValidationError)):
        Described("youtube.v3").check(Request("GET", url), Reply.json(body))


@pytest.mark.parametrize(
    ("path", "headers", "status", "reason"),
    [
        ("commentThreads?part=snippet&videoId=vidSambutan", True, 403, "commentsDisabled"),
        ("commentThreads?part=snippet&videoId=tidakada", True, 404, "videoNotFound"),
        ("commentThreads?part=snippet&videoId=a&id=b", True, 400, "incompatibleParameters"),
        ("commentThreads?videoId=vidJalan001", True, 400, "required"),
        ("commentThreads?part=snippet&videoId=vidJalan001&pageToken=!!", True, 400, "processingFailure"),
        ("comments?part=snippet&parentId=UgzAir.r1", True, 404, "commentNotFound"),
        ("videos?part=statistics&id=a", False, 400, "keyInvalid"),
    ],
)
def test_refusals_are_told_as_youtube_tells_them(path, headers, status, reason):
    sent = {"x-goog-api-key": SECRETS["api_key"]} if headers else {}
    reply = Scene(NOW).kit_world()(Request("GET", f"{API}/{path}", sent))
    assert reply.status == status and f'"reason":"{reason}"' in reply.body.decode().replace(" ", "")


def test_a_counter_is_left_out_where_comments_are_off_and_markup_is_the_default():
    head = {"x-goog-api-key": SECRETS["api_key"]}
    world = Scene(NOW).kit_world()
    assert b"commentCount" not in world(Request("GET", f"{API}/videos?part=statistics&id=vidSambutan", head)).body
    assert b"&lt;b&gt;mati" in world(Request("GET", f"{API}/comments?part=snippet&id=UgzLampu", head)).body
