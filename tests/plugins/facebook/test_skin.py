"""What the pretended Facebook refuses and does, beyond what the plugin asks of it."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from aggregator.conformance.world import Request
from plugins.dialects import graph

from .world import APP, PAGE, Scene, first_day

ROOT = "https://graph.facebook.com/v26.0"


def ask(scene: Scene, path: str, method: str = "GET", token: str | None = None, proof: bool = True, **params):
    token = scene.skin.token_of(scene.page) if token is None else token
    shown = {**params, **({"appsecret_proof": graph.proof(token, APP["client_secret"])} if proof else {})}
    head = {"authorization": f"Bearer {token}"} if token else {}
    url, body = f"{ROOT}/{path}?{urlencode(shown)}", b""
    if method == "POST":
        url, body = f"{ROOT}/{path}", urlencode(shown).encode()
        head["content-type"] = "application/x-www-form-urlencoded"
    reply = scene.answer(Request(method, url, head, body))
    return reply, json.loads(reply.body)


def code(answer) -> tuple[int, int | None]:
    return answer["error"]["code"], answer["error"].get("error_subcode")


@pytest.mark.parametrize(
    ("path", "params", "wanted"),
    [
        ("me", {"token": ""}, (104, None)),
        ("me", {"token": "EAABfacebook.100064000000001.9"}, (190, 467)),
        ("me", {"proof": False}, (100, None)),
        ("me", {"fields": "id,umur"}, (100, None)),
        ("me", {"fields": "id,name{"}, (100, None)),
        ("me/umur", {}, (100, None)),
        ("me/ratings", {}, (12, None)),
        ("123_456", {}, (100, 33)),
        ("100064000000002_9901", {}, (10, None)),
        ("me/published_posts", {"limit": "banyak"}, (100, None)),
        ("me/published_posts", {"after": "QVFI"}, (100, None)),
        ("me/comments", {"method": "POST", "message": "x"}, (100, 33)),
        (f"{PAGE}_9001/comments", {"method": "POST"}, (100, None)),
    ],
)
def test_what_is_wrong_is_refused_by_its_code(path, params, wanted):
    assert code(ask(first_day(), path, **params)[1]) == wanted


def test_comments_are_shown_oldest_first_and_without_replies_unless_asked_otherwise():
    scene = first_day()
    scene.world.notes("facebook").pop("page_size")
    plain = ask(scene, f"{PAGE}_9001/comments", fields="id")[1]
    assert [row["id"] for row in plain["data"]] == ["9001_7001", "9001_7004", "9001_7006"]
    stream = ask(
        scene, f"{PAGE}_9001/comments", fields="id", filter="stream", order="reverse_chronological", summary="true"
    )
    assert [row["id"][-1] for row in stream[1]["data"]] == list("654321")
    assert stream[1]["summary"] == {"order": "reverse_chronological", "total_count": 6, "can_comment": True}


def test_usage_is_told_with_every_answer_and_the_wait_at_the_limit():
    scene = first_day()
    scene.world.notes("facebook")["allowance"] = {PAGE: 2}
    shares = []
    for _ in range(3):
        reply, _ = ask(scene, "me")
        (told,) = json.loads(reply.headers["x-business-use-case-usage"])[PAGE]
        shares.append((told["call_count"], told["estimated_time_to_regain_access"], reply.status))
    assert shares == [(50, 0, 200), (100, 0, 200), (150, 37, 400)]


def test_a_message_sent_to_a_comment_edits_it():
    scene = first_day()
    assert ask(scene, "9001_7001", "POST", message="Diubah")[1] == {"success": True}
    assert scene.world.comments["facebook", "7001"].text == "Diubah"


def test_a_deleted_comment_takes_its_replies_along():
    scene = first_day()
    token = scene.skin.token_of(scene.page)
    shown = urlencode({"appsecret_proof": graph.proof(token, APP["client_secret"])})
    request = Request("DELETE", f"{ROOT}/9001_7001?{shown}", {"authorization": f"Bearer {token}"})
    assert json.loads(scene.answer(request).body) == {"success": True}
    assert code(ask(scene, "7003")[1]) == (100, 33)


def test_the_dialog_comes_back_with_a_code_and_the_state():
    scene = first_day()
    asked = {"client_id": APP["client_id"], "redirect_uri": "https://sahut.example/kembali", "state": "s-1"}
    reply = scene.answer(Request("GET", f"https://www.facebook.com/v26.0/dialog/oauth?{urlencode(asked)}"))
    assert reply.status == 302
    assert reply.headers["location"].startswith("https://sahut.example/kembali?code=kode-")
    assert reply.headers["location"].endswith("&state=s-1")


def test_a_page_is_subscribed_with_its_fields():
    scene = first_day()
    assert ask(scene, "me/subscribed_apps", "POST", subscribed_fields="feed,mention")[1] == {"success": True}
    assert code(ask(scene, "me/subscribed_apps", "POST")[1]) == (100, None)


def test_a_batch_holds_fifty():
    scene = first_day()
    items = json.dumps([{"method": "GET", "relative_url": "v26.0/me?fields=id"}] * 51)
    token = scene.skin.token_of(scene.page)
    form = {"access_token": token, "appsecret_proof": graph.proof(token, APP["client_secret"]), "batch": items}
    head = {"content-type": "application/x-www-form-urlencoded"}
    reply = scene.answer(Request("POST", "https://graph.facebook.com/", head, urlencode(form).encode()))
    assert code(json.loads(reply.body)) == (100, None)
