"""What scripts read: exactly these keys, every row once, in order, the same on both databases."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from aggregator.contract import Tombstone
from aggregator.services.exports import EXPORTS
from aggregator.services.intake import Source
from tests.fakes.demo import Demo

KEYS = {
    "messages": (
        "platform kind account_id external_id parent_external_id thread_external_id thread_url url author_name "
        "author_external_id official created_at text edited deleted"
    ),
    "items": (
        "item message_external_id platform kind state unit confidence created_at acknowledged_at answered_at "
        "answer_external_id answer_strength account_id due_at late"
    ),
    "accounts": (
        "id platform key url unit state problem held census failures last_pull_at last_success_at next_pull_at"
    ),
    "pulls": (
        "id account_id purpose started_at finished_at outcome calls fetched new duplicate edited deleted rejected "
        "items census held problem"
    ),
}


def test_the_keys_that_scripts_rely_on(demo: Demo) -> None:
    core = demo.core
    source = core.imports.source_for(
        None or core.registry.candidates("https://x.contoh.example")[0], demo.units["PUPR"], "file"
    )
    core.imports.store(source, [])
    for name, export in EXPORTS.items():
        rows = list(export(core.database))
        assert rows, name
        assert {tuple(row) for row in rows} == {tuple(KEYS[name].split())}, name


def test_messages(demo: Demo) -> None:
    core = demo.core
    source = Source(account_id=demo.accounts["PUPR"], platform="website", unit_id=demo.units["PUPR"], own_host=True)
    core.intake.store(source, [Tombstone(external_id="c6", seen_at=core.clock())], core.clock())
    rows = {row["external_id"]: row for row in EXPORTS["messages"](core.database)}
    assert list(rows) == ["p1", "c1", "c2", "c3", "c4", "c5", "c6"], "in the order of time"
    assert (rows["p1"]["kind"], rows["c2"]["kind"], rows["c2"]["parent_external_id"]) == ("post", "comment", "c1")
    assert {key for key, row in rows.items() if row["official"] is True} == {"p1", "c2", "c5"}
    assert [rows[key]["deleted"] for key in ("c1", "c6")] == [False, True]
    assert rows["c6"]["text"] == "Mantap, terima kasih PUPR!", "marked, not left out"
    assert rows["c1"]["thread_url"] == "https://pupr.contoh.example/p1"
    assert all(row["created_at"].utcoffset() == timedelta(0) for row in rows.values())
    assert all(one["created_at"] <= other["created_at"] for one, other in pairwise(rows.values()))


def test_items(demo: Demo) -> None:
    rows = {row["message_external_id"]: row for row in EXPORTS["items"](demo.core.database)}
    assert set(rows) == {"c1", "c3", "c4", "c6"}
    answered = rows["c1"]
    assert (answered["item"], answered["state"], answered["answer_external_id"], answered["answer_strength"]) == (
        demo.codes["c1"], "answered", "c2", "DIRECT",
    )  # fmt: skip
    assert (rows["c4"]["state"], rows["c4"]["answered_at"], rows["c4"]["answer_strength"]) == (
        "acknowledged",
        None,
        None,
    )
    assert rows["c4"]["acknowledged_at"] == demo.core.clock() - timedelta(minutes=390)
    assert rows["c6"]["state"] == "no_answer_needed"


def test_accounts_hold_no_secret(demo: Demo) -> None:
    core = demo.core
    core.registry.change_settings(demo.people["kominfo"], demo.accounts["PUPR"], {"app_password": "abcd EFGH"})
    rows = list(EXPORTS["accounts"](core.database))
    assert [row["unit"] for row in rows] == ["Dinas Pekerjaan Umum dan Penataan Ruang", "Dinas Kesehatan"]
    assert rows[0]["held"] == 6
    assert "EFGH" not in repr(rows)
