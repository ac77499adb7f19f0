"""Load: a thousand accounts with a hundred new comments each, read from pretended platforms by `sahut run` as people start
it: the scheduler, the queue server and two workers as processes of their own. Then every comment and every report is counted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from aggregator.app import App, build_app
from aggregator.config import Settings
from aggregator.demo.kabupaten import add_account, set_up_apps
from aggregator.fakes.internet import FakeInternet, served
from aggregator.fakes.skins import SKINS
from aggregator.fakes.world import World
from aggregator.services.units import UnitRow, import_units
from aggregator.storage.tables import accounts, messages, pulls
from bench.places import account_line, talk
from tests.jobs.house import free_port

WORKERS = 2
# Of a hundred accounts; what runs a site, and under how many posts people talk there. X grants
# 1,000 posts a day in all, so few are read there.
MIX = (
    ("facebook", None, 36, 4), ("instagram", None, 16, 4), ("website", "wordpress", 8, 4), ("website", "blogger", 3, 4),
    ("website", "disqus", 3, 4), ("opensid", "natra", 4, 2), ("opensid", "esensi", 4, 2), ("opensid", "json", 4, 2),
    ("tiktok", None, 6, 4), ("youtube", None, 5, 4), ("threads", None, 4, 4), ("google_business", None, 4, 1),
    ("opendk", None, 1, 4), ("x", None, 0.5, 4), ("telegram", None, 1.5, 4),
)  # fmt: skip
_BEGAN = timedelta(days=2)  # ago: within what every platform still shows
_BY_GLANCE = "telegram"  # its messages are shown once, to the glance, which writes no report of a pull
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found when all was read, or time was up. Sums leave out what a glance brought."""

    accounts: int
    said: int
    seconds: float
    pulls: int
    lost: int
    doubled: int
    made_up: int
    crooked: int  # reports whose parts are not their whole
    reported: int
    held: int
    outcomes: Counter[str]

    @property
    def holds(self) -> bool:
        wrong = self.lost + self.doubled + self.made_up + self.crooked
        return not wrong and self.reported == self.held and set(self.outcomes) <= {"ok", "partial", "postponed"}

    def __str__(self) -> str:
        told = ", ".join(f"{count} {name}" for name, count in self.outcomes.most_common())
        return (
            f"  {self.accounts} accounts, {self.said:,} comments, {WORKERS} workers: {self.seconds:.0f} s, "
            f"{self.pulls / self.seconds:.1f} pulls/s, {self.said / self.seconds:,.0f} comments/s\n"
            f"  lost {self.lost}, doubled {self.doubled}, made up {self.made_up}; reports that do not add up "
            f"{self.crooked}; new in reports {self.reported:,} = held {self.held:,}; pulls: {told} "
            f"{'ok' if self.holds else 'SHORT'}"
        )


class Load:
    """A furnished world, and an installation that knows all its accounts and has read none."""

    def __init__(self, folder: Path, origin: str, internet: FakeInternet, *, count: int, comments: int) -> None:
        self.folder = folder
        self.internet = internet
        self.port = free_port()
        self.told = {"DATA_DIR": str(folder), "STAND_IN": origin, "PORT": str(self.port), "WORKERS": str(WORKERS)}
        self.told |= {"HOST_GAP_SECONDS": "0"}
        self.app: App = build_app(Settings(data_dir=folder, stand_in=origin))
        import_units(self.app.database, [UnitRow(name="Dinas Uji", kind="dinas", short_name="Uji")], self.app.clock())
        self.app.units.forget()
        set_up_apps(self.app, internet)
        self.said: Counter[str] = Counter()
        self.count = 0
        for platform, face, share, posts in MIX:
            for number in range(max(1, int(share * count / 100))):
                self._open(platform, face, number + 1, posts, comments)

    def _open(self, platform: str, face: str | None, number: int, posts: int, comments: int) -> None:
        world = self.internet.world
        faces = [one for name, one, _, _ in MIX if name == platform]
        place = account_line(platform, number * len(faces) + faces.index(face), face).open(world)
        began = world.clock() - _BEGAN
        for comment in talk(world, place, began, posts=posts, comments=comments // posts):
            self.said[comment.text] += 1
        self.internet.skins[platform].secrets(place)
        add_account(self.app, self.internet, place, self.app.units.find("Uji").id)
        self.count += 1

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """`sahut run` for the block, ended as Ctrl-C would."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SAHUT_")}
        environment = plain | {f"SAHUT_{name}": value for name, value in self.told.items()}
        program = [sys.executable, "-c", "from aggregator.cli.main import main; main()", "run"]
        with (self.folder / "run.err").open("wb") as trouble:
            process = subprocess.Popen(  # noqa: S603 - our own program
                program, cwd=_ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=trouble
            )
            try:
                yield process
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(30)

    def read(self, seconds: float) -> Outcome:
        """Run until all is held or time is up."""
        deadline = time.monotonic() + seconds
        with self.running() as process:
            while self._held() < self.said.total() and time.monotonic() < deadline:
                assert process.poll() is None, (self.folder / "run.err").read_text()
                time.sleep(0.5)
        return self._outcome()

    def _held(self) -> int:
        with self.app.database.read() as connection:
            return int(connection.execute(select(func.count()).where(messages.c.kind != "post")).scalar_one())

    def _outcome(self) -> Outcome:
        with self.app.database.read() as connection:
            held = Counter(connection.execute(select(messages.c.text).where(messages.c.kind != "post")).scalars())
            reports = connection.execute(select(pulls).where(pulls.c.outcome != "running")).all()
            pulled = select(accounts.c.id).where(accounts.c.platform != _BY_GLANCE)
            total = select(func.count()).select_from(messages).where(messages.c.account_id.in_(pulled))
            kept = int(connection.execute(total).scalar_one())
            counted = set(connection.execute(pulled).scalars())
        asked = {post.text for post in self.internet.world.posts.values() if post.author}
        ended = max((one.finished_at for one in reports if one.new), default=self.app.clock())
        began = min((one.started_at for one in reports), default=ended - timedelta(seconds=1))
        return Outcome(
            accounts=self.count, said=self.said.total(), seconds=(ended - began).total_seconds(), pulls=len(reports),
            lost=len(self.said.keys() - held.keys()),
            doubled=sum(held[text] - 1 for text in self.said if held[text]),
            made_up=len(held.keys() - self.said.keys() - asked),
            crooked=sum(
                one.fetched != one.new + one.duplicate + one.edited + one.deleted + one.rejected for one in reports
            ),
            reported=sum(one.new for one in reports if one.account_id in counted), held=kept,
            outcomes=Counter(one.outcome for one in reports),
        )  # fmt: skip


def measure(*, count: int, comments: int, seconds: float) -> Outcome:
    """Furnish, read, count."""
    internet = FakeInternet(World(), SKINS)
    with tempfile.TemporaryDirectory(prefix="sahut-load-") as place, served(internet) as origin:
        load = Load(Path(place), origin, internet, count=count, comments=comments)
        try:
            return load.read(seconds)
        finally:
            load.app.close()


def run(count: int = 1_000, comments: int = 100) -> Iterator[str]:
    """The report's lines."""
    yield f"Load: {count} accounts × {comments} new comments, all platforms:"
    yield str(measure(count=count, comments=comments, seconds=900))
