"""Webhooks: kept once, answered at once, believed for their signature only, by whoever and at whatever hour."""

from __future__ import annotations

import hmac
import json

import pytest
from sqlalchemy import func, select

from aggregator.services.pushes import MAX_BODY
from aggregator.storage.tables import pushes
from tests.fakes.clock import SteppableClock
from tests.web.consenting import HOOK, SECRET, signed
from tests.web.simpang import NAMES
from tests.web.site import Site
from tests.web.test_queue import counted

BODY = json.dumps(["pupr"]).encode()


def kept(site: Site) -> int:
    with site.demo.core.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(pushes)).scalar_one())


def test_the_same_call_is_kept_once_however_often_it_comes(crossing: Site, clock: SteppableClock) -> None:
    platform = crossing.visitor()  # nobody is logged in
    answers = [platform.client.post(HOOK, data=BODY, headers=signed(BODY))]
    clock.step(seconds=3)
    answers += [platform.client.post(HOOK, data=BODY, headers=signed(BODY)) for _ in range(837)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "")}
    assert kept(crossing) == 1


def test_other_words_are_another_call(crossing: Site) -> None:
    for name in NAMES:
        body = json.dumps([name]).encode()
        assert crossing.visitor().client.post(HOOK, data=body, headers=signed(body)).status_code == 200
    assert kept(crossing) == len(NAMES)


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Tanda": ""}, {"X-Tanda": "0" * 64}, signed(BODY + b" ")],
    ids=["none", "empty", "wrong", "of-another-body"],
)
def test_a_wrong_signature_is_refused_and_nothing_is_stored(crossing: Site, headers: dict[str, str]) -> None:
    answer = crossing.visitor().client.post(HOOK, data=BODY, headers=headers)
    assert (answer.status_code, kept(crossing)) == (403, 0)


def test_the_answer_costs_the_same_however_much_there_is_to_do(crossing: Site) -> None:
    """One statement more or less is the whole difference that work may make: it waits for a job."""
    costs: list[int] = []
    for count in (1, 5_000, 1):
        body = json.dumps(["pupr"] * count + [f"akun-{len(costs)}"]).encode()
        with counted(crossing.demo.core) as statements:
            assert crossing.visitor().client.post(HOOK, data=body, headers=signed(body)).status_code == 200
        costs.append(len(statements))
    assert len(set(costs)) == 1 and costs[0] <= 3


def test_it_needs_no_form_token_and_no_origin_and_gives_no_cookie(crossing: Site) -> None:
    headers = signed(BODY) | {"Origin": "https://simpang.example", "Referer": "https://simpang.example/"}
    answer = crossing.visitor("operator").client.post(HOOK, data=BODY, headers=headers)
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_this_door_is_without_a_form_token(crossing: Site) -> None:
    assert crossing.visitor("kominfo").client.post("/platform/simpang/aplikasi", data={}).status_code == 400


@pytest.mark.parametrize("path", [HOOK, HOOK + "/"])
def test_the_address_is_checked_with_and_without_a_slash(crossing: Site, path: str) -> None:
    query = {"token": SECRET, "gema": "<b>1158201444</b>"}
    platform = crossing.visitor()
    for answer in (platform.get(path, query_string=query), platform.client.post(path, query_string=query)):
        assert (answer.status_code, answer.text) == (200, "<b>1158201444</b>")
        assert answer.mimetype == "text/plain"
    assert platform.get(path, query_string=query | {"token": "keliru"}).status_code == 403
    assert platform.client.post(path, data=BODY, headers=signed(BODY)).status_code == 200, (
        "no redirect: it loses bodies"
    )


def test_metas_way_of_checking_and_signing(site: Site) -> None:
    app = {"client_id": "1", "client_secret": SECRET, "verify_token": "karangan-sendiri"}
    site.demo.core.logins.keep_app(None, "facebook", app)
    client = site.visitor().client
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "karangan-sendiri"}
    assert client.get("/kait/facebook", query_string=asked).text == "1158201444"
    body = b'{"object":"page","entry":[{"id":"1001","time":1,"changes":[]}]}'
    tag = hmac.new(SECRET.encode(), body, "sha256").hexdigest()
    for told, status in ((tag, 200), (tag[::-1], 403)):
        answer = client.post("/kait/facebook/", data=body, headers={"X-Hub-Signature-256": f"sha256={told}"})
        assert answer.status_code == status
    assert kept(site) == 1


@pytest.mark.parametrize("platform", ["tidak-ada", "website"])
def test_who_sends_nothing_has_no_address(crossing: Site, platform: str) -> None:
    visitor = crossing.visitor()
    assert visitor.get(f"/kait/{platform}").status_code == 404
    assert visitor.client.post(f"/kait/{platform}", data=BODY).status_code == 404


def test_a_call_may_be_larger_than_a_form_but_not_endless(crossing: Site) -> None:
    large = json.dumps(["x" * (2 * 1024 * 1024)]).encode()
    endless = b"[" + b" " * MAX_BODY + b"]"
    client = crossing.visitor().client
    assert client.post(HOOK, data=large, headers=signed(large)).status_code == 200
    assert client.post(HOOK, data=endless, headers=signed(endless)).status_code == 413
    assert kept(crossing) == 1


def test_a_kept_call_is_worked_off_by_a_job(crossing: Site) -> None:
    core = crossing.demo.core
    crossing.visitor().client.post(HOOK, data=BODY, headers=signed(BODY))
    (due,) = core.pushes.due(core.clock())
    assert core.receiver.work(due) == 1 and core.pushes.due(core.clock()) == []
