"""One straight line, as a stranger walks it: a site's comment becomes an item, reaches its office, is answered on the
site, and the answer is proven; then the answer is changed, and a comment is taken away."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import create_engine, text

from tests.journeys.site import Site, running_site
from tests.plugins.website.world import comment

UNITS = """\ufeffname;kind;short_name;parent;affairs
Dinas Pekerjaan Umum;opd;PUPR;;jalan,drainase
Dinas Kesehatan;opd;Dinkes;;puskesmas
"""
CITIZEN = "Jalan depan SDN 2 berlubang parah, tolong segera diperbaiki."
ANSWER = "Lubang di depan SDN 2 sudah kami tambal hari Kamis, Bu."


class Stranger:
    """Someone with a shell and an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SAHUT_")}
        told = {
            "SAHUT_DATA_DIR": str(folder / "data"),
            "SAHUT_ALLOW_PRIVATE_NETWORK": "true",
            "SAHUT_HOST_GAP_SECONDS": "0",
        }
        self._environment = clean | told

    def sahut(self, *words: str) -> str:
        command = [sys.executable, "-c", "from aggregator.cli.main import main; main()", *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=120, check=False)
        assert (done.returncode, done.stderr) == (0, ""), f"sahut {words}: {done.stdout}{done.stderr}"
        return done.stdout

    def rows(self, *words: str) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.sahut(*words).splitlines()]

    def sync(self) -> dict[str, Any]:
        (report,) = self.rows("sync", "--wait")
        assert report["outcome"] == "ok", report
        return report

    def items(self) -> dict[str, dict[str, Any]]:
        return {row["message_external_id"]: row for row in self.rows("export", "items")}

    def query(self, sql: str) -> list[Any]:
        engine = create_engine(f"sqlite:///{self.folder / 'data' / 'sahut.db'}")
        with engine.connect() as connection:
            found = list(connection.execute(text(sql)).all())
        engine.dispose()
        return found


@pytest.fixture
def site() -> Iterator[Site]:
    rows = [
        comment(1101, 21, CITIZEN, "2026-03-01T02:00:00", name="Siti Aminah"),
        comment(1102, 21, "Lampu jalan di Gang Mawar mati, tolong diganti.", "2026-03-01T03:00:00", name="Budi"),
        comment(1103, 22, "Sampah di TPS Pasar Baru sudah 4 hari tidak diangkut.", "2026-03-02T04:00:00", name="Wati"),
        comment(1104, 21, "Menunggu persetujuan", "2026-03-01T05:00:00", status="hold"),
    ]
    with running_site(rows) as site:
        yield site


def test_from_the_comment_to_the_proof_and_back(site: Site, tmp_path: Path) -> None:
    stranger = Stranger(tmp_path)
    (tmp_path / "unit.csv").write_text(UNITS, encoding="utf-8")
    assert stranger.sahut("init").startswith("Siap: ")
    stranger.sahut("unit", "import", str(tmp_path / "unit.csv"))
    account = stranger.sahut("account", "add", site.url, "--unit", "PUPR").strip()
    assert account.isdecimal()

    report = stranger.sync()
    assert (report["account"], report["items"], report["rejected"]) == (int(account), 3, 0)
    items = stranger.items()
    assert set(items) == {"1101", "1102", "1103"}, "what waits for approval is not public"
    assert (items["1101"]["state"], items["1101"]["unit"], items["1101"]["kind"]) == (
        "routed",
        "Dinas Pekerjaan Umum",
        "complaint",
    )

    before = site.calls
    assert stranger.sync()["new"] == 0
    assert site.calls - before <= 3, "robots.txt is asked for anew by each process; two calls beside it"

    site.say(1110, 21, ANSWER, "2026-03-05T02:00:00", parent=1101, author=5, name="Operator Dinas")
    stranger.sync()
    item = stranger.items()["1101"]
    assert (item["state"], item["answer_strength"], item["answer_external_id"]) == ("answered", "DIRECT", "1110")
    assert item["answered_at"] == "2026-03-05T02:00:00+00:00", "the platform's own time"
    ((url, snapshot, status, digest),) = stranger.query("SELECT url, snapshot, status, sha256 FROM proofs")
    assert (url, snapshot, status, len(digest)) == (f"{site.url}/2026/02/jalan/#comment-1110", ANSWER, "shown", 64)

    site.edit(1110, "Sudah.")
    site.delete(1103)
    stranger.rows("sync", "--full", "--wait")
    item = stranger.items()["1101"]
    assert (item["state"], item["answered_at"]) == ("routed", None)
    assert stranger.query("SELECT snapshot, status FROM proofs") == [(ANSWER, "changed")]
    messages = {row["external_id"]: row for row in stranger.rows("export", "messages")}
    assert [messages[key]["deleted"] for key in ("1101", "1103")] == [False, True]
    assert (messages["1110"]["edited"], messages["1110"]["text"], messages["1110"]["official"]) == (
        True,
        "Sudah.",
        True,
    )
    assert messages["1103"]["text"].startswith("Sampah di TPS"), "marked, not forgotten"
    assert stranger.query("SELECT text FROM message_versions") == [(ANSWER,)]
    assert "!!" not in stranger.sahut("doctor")
