"""The kit on a plugin that reads HTML, is told by webhook and imports files; and wrong ones of that sort."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import ClassVar

import pytest
from bs4 import BeautifulSoup

from aggregator.conformance.kit import PlatformKit, Seen, broken
from aggregator.contract import (
    Capability,
    Checkpoint,
    Cursor,
    ImportedRow,
    ImportTable,
    Malformed,
    PushRequest,
)
from tests.conformance import wall


class TestWall(PlatformKit):
    addresses: ClassVar = {"https://dinding.example/buku": "buku", "https://lain.example/buku": None}
    expected = frozenset("12345")
    official = frozenset("2")
    samples: ClassVar = {
        "3": Seen(at="2026-03-02T10:00:00+07:00", author="p2", text="Antrean panjang & panas"),
        "2": Seen(at="2026-03-01T09:00:00+07:00", author="p0", text="Pukul 15.00, Bu.", parent="1"),
    }
    appeared = frozenset("6")
    vanished = frozenset("4")
    secrets: ClassVar = {"hook": "kunci-dinding-5521"}
    push_bodies = (json.dumps({"entry": {"thread": "buku"}}).encode(),)
    push_ids = ("buku",)
    files = (ImportTable(name="buku.csv", data=wall.EXPORT, preset="dinding"),)
    file_ids = ("1", "4")
    bad_rows = (3, 4)

    def platform(self):
        return wall.WallPlatform()

    def account(self):
        return wall.ACCOUNT

    def world(self):
        return wall.wall(wall.ENTRIES)

    def changed_world(self):
        return wall.wall(wall.MORE)

    def signed_push(self, body):
        signed = {wall.SIGNATURE: wall.signature(self.secrets["hook"], body)}
        return PushRequest(method="POST", headers=signed, query={}, body=body, secrets=self.secrets, now=self.now)


class EmptyPageIsFine(wall.WallPlatform):
    """Selects what it knows; a new theme is an empty guest book."""

    breaks = "shape"

    def pull_since(self, account, cursor, ctx):
        number = cursor.data["page"] if cursor else 1
        while ctx.budget.allows():
            page = ctx.http.get(account.url, params={"hal": number}).text
            entries = [wall._entry(one) for one in BeautifulSoup(page, "html.parser").select(".entry")]
            last = len(entries) < wall.PAGE
            number = 1 if last else number + 1
            yield from entries
            yield Checkpoint(cursor=Cursor(version=1, data={"page": number}), replies_included=True)
            if last:
                return


class BelievesAnybody(wall.WallPlatform):
    breaks = "push"

    def receive(self, request):
        signed = {wall.SIGNATURE: wall.signature(request.secrets.get("hook", ""), request.body)}
        return super().receive(replace(request, headers=signed))


class BelievesTheEmptyKey(wall.WallPlatform):
    breaks = "push"

    def receive(self, request):
        told = wall.signature(request.secrets.get("hook", ""), request.body)
        if request.secrets or request.headers.get(wall.SIGNATURE) == told:
            yield from super().receive(request)


class SignatureOfHalfTheBody(wall.WallPlatform):
    breaks = "push"

    def receive(self, request):
        return super().receive(replace(request, body=request.body.rstrip()))


class StrangePushIsAKeyError(wall.WallPlatform):
    breaks = "push"

    def receive(self, request):
        try:
            yield from super().receive(request)
        except Malformed:
            raise KeyError("entry") from None


class OneBadRowStopsTheFile(wall.WallPlatform):
    breaks = "import"

    def read_file(self, table):
        for row in super().read_file(table):
            if row.error:
                return
            yield row


class BadRowsAreLeftOut(wall.WallPlatform):
    breaks = "import"

    def read_file(self, table):
        return (row for row in super().read_file(table) if row.message)


class FallsOverJunkFiles(wall.WallPlatform):
    breaks = "import"

    def read_file(self, table):
        table.data.decode("utf-8")
        return super().read_file(table)


class RowNumberAsId(wall.WallPlatform):
    breaks = "import"

    def read_file(self, table):
        for number, line in enumerate(csv.DictReader(io.StringIO(table.data.decode("utf-8", "replace")))):
            yield ImportedRow(row=number, error=f"{len(line)}")


class ClaimsNoImport(wall.WallPlatform):
    breaks = "import"
    info = replace(wall.WallPlatform.info, capabilities=wall.WallPlatform.info.capabilities - {Capability.IMPORT})


WRONG = (
    EmptyPageIsFine,
    BelievesAnybody,
    BelievesTheEmptyKey,
    SignatureOfHalfTheBody,
    StrangePushIsAKeyError,
    OneBadRowStopsTheFile,
    BadRowsAreLeftOut,
    FallsOverJunkFiles,
    RowNumberAsId,
    ClaimsNoImport,
)


@pytest.mark.parametrize("plugin", WRONG, ids=lambda one: one.__name__)
def test_a_wrong_wall_is_caught_by_its_clause(plugin):
    kit = type("Kit", (TestWall,), {"platform": lambda self: plugin()})()
    caught = (why.split(":")[0] == plugin.breaks for _, why in broken(kit, plugin.breaks))
    assert any(caught), f"passed the clause {plugin.breaks}"
