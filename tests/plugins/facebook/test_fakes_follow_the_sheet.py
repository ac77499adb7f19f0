"""The pretended Facebook and the plugin against the platform's own lists of fields, edges and parameters (`schema.json`,
from the SDK of Graph v26.0), so that the two cannot agree on a mistake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.conformance.world import Request, offline_context
from aggregator.contract import Kind, OpenThread
from aggregator.fakes.skins.graph_fields import Field, fields_of
from plugins.facebook.platform import FacebookPlatform

from .world import ACCOUNT, APP, NOW, PAGE, TOKEN, Scene, first_day, next_day

SCHEMA = json.loads(Path(__file__).with_name("schema.json").read_text())
GENERIC = {"fields", "limit", "after", "before", "summary", "since", "until", "appsecret_proof"}
RETURNS = {"published_posts": "PagePost", "visitor_posts": "PagePost", "tagged": "PagePost", "comments": "Comment"}
TYPES = {
    "string": str,
    "bool": bool,
    "unsigned int": int,
    "float": float,
    "Object": dict,
    "Comment": dict,
    "User": dict,
    "list": list,
}


def work(scene: Scene) -> tuple[list[Request], list[Any]]:
    """Everything the plugin asks of a scene, and what it is answered."""
    asked, answers = [], []

    def world(request):
        reply = scene.answer(request)
        asked.append(request)
        answers.append(json.loads(reply.body))
        return reply

    plugin = FacebookPlatform()
    ctx = offline_context(world, platform=plugin, account=ACCOUNT, now=NOW, secrets={**APP, "access_token": TOKEN})
    messages = [event for event in plugin.pull_since(ACCOUNT, None, ctx) if getattr(event, "kind", None)]
    threads = [OpenThread(ref=one.thread, known=frozenset({"1"})) for one in messages if one.kind is not Kind.COMMENT]
    list(plugin.pull_threads(ACCOUNT, threads, ctx))
    citizen = next(one for one in messages if one.external_id == "7004")
    plugin.answer(ACCOUNT, citizen, "Besok diperbaiki.", ctx)
    plugin.hide(ACCOUNT, citizen, True, ctx)
    plugin.inspect(ACCOUNT, ctx)
    return asked, answers


def nodes(answer: Any, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in an answer with the kind it must be of."""
    if isinstance(answer, dict) and "data" in answer:
        for row in answer["data"]:
            yield from nodes(row, kind)
        return
    yield kind, answer
    for name, inside in answer.items():
        if name in RETURNS:
            yield from nodes(inside, RETURNS[name])


def kind_of(request: Request) -> str:
    path = urlsplit(request.url).path.split("/")[2:]
    if len(path) == 2:
        return RETURNS.get(path[1], "")
    if path[0] in ("me", PAGE):
        return "Page"
    return "PagePost" if path[0].startswith((PAGE, "100064000000777")) else "Comment"


def is_of(value: Any, kind: str) -> bool:
    if kind == "datetime":
        return datetime.fromisoformat(value).utcoffset() is not None and value.endswith("+0000")
    return isinstance(value, TYPES[kind.partition("<")[0]])


@pytest.mark.parametrize("scene", [first_day, next_day])
def test_what_the_pretended_platform_shows_has_the_platforms_names_and_types(scene):
    asked, answers = work(scene())
    looked_at = 0
    for request, answer in zip(asked, answers, strict=True):
        if request.method != "GET" or kind_of(request) == "":
            continue
        for kind, node in nodes(answer, kind_of(request)):
            known = {name: value for name, value in node.items() if name not in RETURNS and name != "video_reels"}
            assert known.keys() <= SCHEMA[kind].keys(), (kind, known.keys() - SCHEMA[kind].keys())
            wrong = [name for name, value in known.items() if not is_of(value, SCHEMA[kind][name])]
            assert not wrong, (kind, wrong)
            looked_at += 1
    assert looked_at > 40


@pytest.mark.parametrize("scene", [first_day, next_day])
def test_what_the_plugin_asks_for_exists(scene):
    asked, _ = work(scene())
    reads = [request for request in asked if request.method == "GET"]
    for request in reads:
        path = urlsplit(request.url).path.split("/")[2:]
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        if len(path) == 2:
            owner = "Page" if path[1] != "comments" else "PagePost"
            assert query.keys() - GENERIC <= set(SCHEMA["edges"][owner][path[1]]["params"]), request.url
        assert query.get("filter", "stream") in SCHEMA["enums"]["filter"]
        assert query.get("order", "chronological") in SCHEMA["enums"]["order"]
        if kind_of(request):
            exist(fields_of(query["fields"]), kind_of(request))
    assert len(reads) > 10


def exist(asked: tuple[Field, ...], kind: str) -> None:
    for one in asked:
        edge = SCHEMA["edges"][kind].get(one.name)
        if edge:
            assert one.args.keys() - GENERIC <= set(edge["params"]), one
            if edge["returns"] in SCHEMA:
                exist(one.inside, edge["returns"])
        else:
            assert one.name in SCHEMA[kind], (kind, one.name)


def test_what_the_plugin_writes_exists():
    asked, _ = work(first_day())
    writes = [request for request in asked if request.method == "POST" and urlsplit(request.url).path != "/"]
    named = [(urlsplit(one.url).path, set(parse_qs(one.body.decode())) - GENERIC) for one in writes]
    assert named == [("/v26.0/9001_7004/comments", {"message"}), ("/v26.0/9001_7004", {"is_hidden"})]
    assert "message" in SCHEMA["posts"]["Comment /comments"]
    assert "is_hidden" in SCHEMA["posts"]["Comment /"]
