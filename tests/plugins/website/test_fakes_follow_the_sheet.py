"""The pretended sites answer as the platforms' documentation says, so that plugin and fake cannot agree on a mistake."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from aggregator.conformance.world import Reply, Request
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.disqus import API_KEY, DisqusSkin
from aggregator.fakes.skins.website import WebsiteSkin
from aggregator.fakes.world import World, person
from plugins.website.platform import Website

from .offices import NOW, SITI, at, site
from .reading import Reading

HOST = "dinas.contoh.go.id"


def get(internet: FakeInternet, path: str, host: str = HOST, **headers: str) -> Reply:
    return as_kit_world(internet)(Request("GET", f"https://{host}{path}", headers))


def rest(internet: FakeInternet, path: str, **query: str | int) -> tuple[Reply, object]:
    reply = get(internet, f"/wp-json/wp/v2/{path}?{urlencode(query)}")
    return reply, json.loads(reply.body)


def ids(rows: object) -> list[int]:
    assert isinstance(rows, list)
    return [row["id"] for row in rows]


def test_wordpress_pages_and_counts_comments():
    internet, _ = site("wordpress", HOST)
    reply, rows = rest(internet, "comments", per_page=3)
    assert ids(rows) == [1008, 1007, 1006]
    assert (reply.headers["x-wp-total"], reply.headers["x-wp-totalpages"]) == ("8", "3")
    assert ids(rest(internet, "comments", per_page=3, page=3)[1]) == [1002, 1001]
    assert rest(internet, "comments", per_page=3, page=4)[1] == []
    assert ids(rest(internet, "comments", order="asc", per_page=2, offset=1)[1]) == [1002, 1003]
    assert ids(rest(internet, "comments", post=55, parent=0)[1]) == [1008, 1001]
    assert ids(rest(internet, "comments", include="1004,9999")[1]) == [1004]
    assert rest(internet, "posts", page=2, per_page=100)[0].status == 400


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("comments", {"per_page": 101}, 400, "rest_invalid_param"),
        ("comments", {"per_page": 0}, 400, "rest_invalid_param"),
        ("comments", {"orderby": "rating"}, 400, "rest_invalid_param"),
        ("comments", {"status": "hold"}, 401, "rest_forbidden_param"),
        ("comments", {"author_email": "x"}, 401, "rest_forbidden_param"),
        ("comments", {"post": 77}, 401, "rest_cannot_read_post"),
        ("comments/4242", {}, 404, "rest_comment_invalid_id"),
        ("comments/huruf", {}, 404, "rest_comment_invalid_id"),
        ("entah", {}, 404, "rest_no_route"),
    ],
)
def test_wordpress_refuses_by_code(path, query, status, code):
    reply, error = rest(site("wordpress", HOST)[0], path, **query)
    assert (reply.status, error["code"]) == (status, code)


def test_wordpress_takes_a_time_without_offset_as_its_own():
    internet, _ = site("wordpress", HOST)
    assert 1001 not in ids(rest(internet, "comments", after="2026-03-01T09:00:00")[1])
    assert 1001 in ids(rest(internet, "comments", after="2026-03-01T08:59:59")[1])
    assert 1001 not in ids(rest(internet, "comments", after="2026-03-01T02:00:00Z")[1])
    row = rest(internet, "comments/1001")[1]
    assert (row["date"], row["date_gmt"]) == ("2026-03-01T09:00:00", "2026-03-01T02:00:00")


def test_a_feed_answers_unchanged_only_to_both_of_its_validators():
    internet, place = site("wordpress", HOST)
    first = get(internet, "/comments/feed/")
    both = {"if-none-match": first.headers["etag"], "if-modified-since": first.headers["last-modified"]}
    assert get(internet, "/comments/feed/", **both).status == 304
    assert get(internet, "/comments/feed/", **both).body == b""
    assert get(internet, "/comments/feed/", **{**both, "if-none-match": '"lain"'}).status == 200
    world = internet.world
    world.edit(world.comments["website", "1001"], "Berubah")
    assert get(internet, "/comments/feed/", **both).status == 304  # the feed's time is that of the newest comment
    world.say(world.posts_of(place)[0], SITI, "Baru", NOW)
    assert get(internet, "/comments/feed/", **both).status == 200


def test_a_wordpress_that_closes_doors_is_read_by_those_left():
    for closed, driver in (((), "rest"), (("rest",), "feed"), (("rest", "feed"), "html")):
        reading = Reading().pull(as_kit_world(site("wordpress", HOST, closed=closed)[0]), now=NOW)
        assert reading.driver == driver
        assert reading.shown().keys() == {str(one) for one in range(1001, 1009)}
        assert reading.shown()["1003"][2] == "1002"


def test_blogger_cuts_pages_and_leaves_out_empty_lists():
    internet, place = site("blogger", HOST)
    post = internet.world.posts_of(place)[0]
    for minute in range(200):
        internet.world.say(post, SITI, "Lapor", at(1, 0) + timedelta(minutes=minute))
    page = json.loads(get(internet, "/feeds/comments/default?alt=json&max-results=500").body)["feed"]
    assert (len(page["entry"]), page["openSearch$totalResults"]["$t"]) == (150, "208")
    assert "entry" not in json.loads(get(internet, "/feeds/comments/default?alt=json&start-index=209").body)["feed"]
    late = json.loads(get(internet, "/feeds/comments/default?alt=json&published-min=2026-03-04T00:00:00Z").body)["feed"]
    assert [one["id"]["$t"].rpartition("-")[2] for one in late["entry"]] == ["1008"]
    assert get(internet, "/feeds/4242/comments/default?alt=json").status == 404


def test_blogger_names_parents_profiles_and_what_was_removed():
    internet, _ = site("blogger", HOST, later=True)
    feed = json.loads(get(internet, "/feeds/comments/default?alt=json&max-results=150").body)["feed"]
    rows = {one["id"]["$t"].rpartition("-")[2]: one for one in feed["entry"]}
    parents = {link["href"] for link in rows["1009"]["link"] if link["rel"] == "related"}
    assert parents == {
        f"http://www.blogger.com/feeds/{feed['id']['$t'].rpartition('-')[2]}/56/comments/default/1007?v=2"
    }
    assert not any(link["rel"] == "related" for link in rows["1001"]["link"])
    assert "uri" not in rows["1009"]["author"][0]
    assert {"name": "blogger.contentRemoved", "value": "true"} in rows["1008"]["gd$extendedProperty"]
    assert "Kata yang disesali" not in json.dumps(rows["1008"])


def disqus(internet: FakeInternet, path: str, **query: str | int) -> tuple[Reply, dict]:
    reply = get(
        internet, f"/api/3.0/{path}.json?{urlencode({'api_key': API_KEY, **query}, doseq=True)}", host="disqus.com"
    )
    return reply, json.loads(reply.body)


def test_disqus_pages_by_cursor_in_either_order():
    internet, _ = site("disqus", HOST)
    reply, page = disqus(internet, "forums/listPosts", forum="dinas", limit=3, order="asc", related="thread")
    assert [row["id"] for row in page["response"]] == ["1001", "1002", "1003"]
    assert (page["code"], page["cursor"]["hasNext"]) == (0, True)
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= reply.headers.keys()
    assert page["response"][0]["createdAt"] == "2026-03-01T02:00:00"
    more = {"forum": "dinas", "limit": 3, "order": "asc", "cursor": page["cursor"]["next"]}
    assert [row["id"] for row in disqus(internet, "forums/listPosts", **more)[1]["response"]] == [
        "1004",
        "1005",
        "1006",
    ]
    latest = disqus(internet, "posts/list", thread=["55", "56"], limit=2)[1]["response"]
    assert [row["id"] for row in latest] == ["1008", "1007"]
    since = disqus(internet, "forums/listPosts", forum="dinas", since="2026-03-04T00:00:00")[1]["response"]
    assert [row["id"] for row in since] == ["1008"]
    assert latest[0]["thread"] == "55"  # only a number unless the thread is asked for


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("forums/listPosts", {"forum": "entah"}, 400, 2),
        ("forums/listPosts", {"forum": "dinas", "limit": 101}, 400, 2),
        ("forums/listPosts", {"forum": "dinas", "api_key": "salah"}, 401, 5),
        ("posts/details", {"post": "4242"}, 404, 8),
        ("posts/create", {"message": "x"}, 401, 5),
        ("entah/entah", {}, 400, 1),
    ],
)
def test_disqus_refuses_by_code_in_the_body(path, query, status, code):
    reply, answer = disqus(site("disqus", HOST)[0], path, **query)
    assert (reply.status, answer["code"]) == (status, code)


def test_disqus_counts_by_the_hour():
    internet, _ = site("disqus", HOST)
    internet.world.notes("disqus")["limit"] = 2
    answers = [disqus(internet, "forums/details", forum="dinas") for _ in range(3)]
    assert [(reply.status, answer["code"]) for reply, answer in answers] == [(200, 0), (200, 0), (429, 13)]
    internet.world.clock = lambda: NOW + timedelta(hours=1)
    assert disqus(internet, "forums/details", forum="dinas")[0].status == 200


@pytest.mark.parametrize("face", ["wordpress", "blogger", "disqus"])
def test_a_site_among_a_thousand_costs_what_it_holds_itself(face, monkeypatch):
    """As the demo and the load tests use it: ids of the world's own, and nobody else's posts are gone through."""
    world = World(clock=lambda: NOW)
    sites = [world.place("website", f"desa{n}.contoh.go.id", f"Desa {n}", face=face) for n in range(1000)]
    for place in sites[:2]:
        post = world.post(place, "Berita desa\nIsi.", NOW - timedelta(days=3))
        for n in range(100):
            said = world.say(post, person(n), f"Laporan {n}", NOW - timedelta(days=2, minutes=-n))
        world.answer(said, "Kami tangani.", NOW - timedelta(hours=1))
    internet = FakeInternet(world, (WebsiteSkin, DisqusSkin))
    skin = internet.skins["website"]
    asked: list[str] = []
    posts_of = world.posts_of
    monkeypatch.setattr(world, "posts_of", lambda place: asked.append(place.key) or posts_of(place))
    found = Website().resolve(skin.address(sites[0]))
    reading = Reading(**skin.settings(sites[0]))
    reading.account = type(reading.account)(key=found.key, url=found.url, settings=skin.settings(sites[0]))
    reading.pull(as_kit_world(internet), now=NOW, secrets={**skin.app_settings, **skin.secrets(sites[0])})
    assert len(reading.shown()) == 101
    assert sum(parent is not None for _, _, parent, _ in reading.shown().values()) == 1
    assert set(asked) == {"desa0.contoh.go.id"}
