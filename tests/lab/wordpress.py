"""A real WordPress on loopback, full of invented citizens: the judge of the website plugin.

    with WordPressLab() as lab:
        seeded = lab.seed(400)
        lab.base, lab.public(), lab.edit(id, text), lab.set_status(id, "approve"), lab.switch("503", True) ...

`python -m tests.lab.wordpress` starts one and waits for Ctrl-C. Needs Debian's wordpress, mariadb-server,
php-fpm,
php-mysql, nginx and three themes; what is missing is named in LabMissing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.lab.wordpress_server import THEMES, Machines, program

ALL_THEMES = (*THEMES, "labclassic")
EPOCH = 1_785_600_000  # 2026-08-01 16:00:00 UTC: the seeded comments begin here
_SCRIPT = Path(__file__).with_name("wordpress_site.php")


@dataclass(frozen=True)
class Seeded:
    """What `seed` made: ids as WordPress gave them (comments as strings)."""

    staff: int
    staff_password: str
    second_staff: int
    citizen: int
    posts: list[int]
    public: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)


class WordPressLab:
    """One WordPress of its own; a context manager. `base` is its address, without a slash at the end."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="sahut-wordpress-"))
        self.machines = Machines(self.home)
        self.base = f"http://127.0.0.1:{self.machines.port}"
        self._php: subprocess.Popen[str] | None = None

    def __enter__(self) -> WordPressLab:
        try:
            self.machines.start()
            self._install()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process and remove the directory."""
        self._end_php()
        self.machines.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def tell(self, do: str, **order: Any) -> dict[str, Any]:
        """Run one act inside WordPress; raises RuntimeError with what PHP said."""
        if self._php is None:
            self._php = self._start_php()
        assert self._php.stdin is not None and self._php.stdout is not None
        self._php.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._php.stdin.flush()
        line = self._php.stdout.readline()
        answer = json.loads(line) if line.startswith(("{", "[")) else {"error": line}
        if isinstance(answer, dict) and "error" in answer:
            raise RuntimeError(f"{do}: {answer['error'] or self._php_log()}")
        return answer or {}

    def options(self, **options: Any) -> None:
        """Set WordPress options: page_comments, comments_per_page, thread_comments, permalink_structure,
        ..."""
        self.tell("option", options=options)
        if "permalink_structure" in options:
            self._end_php()  # rewrite rules are read at start

    def theme(self, name: str) -> None:
        """Wear one of ALL_THEMES."""
        self.tell("theme", theme=name)

    def close_rest(self, closed: bool = True) -> None:
        """As security plugins do: 401 rest_cannot_access for visitors."""
        self.options(lab_rest_closed=int(closed))

    def switch(self, name: str, on: bool = True) -> None:
        """What the server in front does: 429, 503, 403, check (browser check), rest403, rest404, feed403."""
        target = self.machines.switches / name
        if on:
            target.touch()
        else:
            target.unlink(missing_ok=True)

    def user(self, login: str, name: str, role: str) -> tuple[int, str]:
        """Add a registered user; the id and an application password."""
        answer = self.tell("user", login=login, name=name, role=role)
        return answer["id"], answer["app_password"]

    def post(self, title: str, author: int, *, at: int = EPOCH, **more: str) -> int:
        """Publish; `more` may hold type, status, password, content."""
        return int(self.tell("post", title=title, author=author, at=at, **more)["id"])

    def comments(self, comments: Sequence[Mapping[str, Any]]) -> list[str]:
        """Insert comments of {post, name|user, text, at, parent?|parent_index?, status?, type?}; their
        ids."""
        return [str(one) for one in self.tell("comments", comments=list(comments))["ids"]]

    def edit(self, comment: str, text: str) -> None:
        self.tell("edit", id=int(comment), text=text)

    def set_status(self, comment: str, status: str) -> None:
        """approve, hold, spam, trash, or delete for good."""
        self.tell("status", id=int(comment), status=status)

    def post_status(self, post: int, status: str) -> None:
        self.tell("post_status", id=post, status=status)

    def public(self) -> dict[str, dict[str, Any]]:
        """What a visitor may read, by comment number: parent, post, author, user, date_gmt, html, raw."""
        return {one["id"]: one for one in self.tell("public")["comments"]}

    def seed(self, public: int = 400) -> Seeded:
        """Fill the site: about `public` visible comments, and every kind that must stay unseen."""
        from tests.lab.wordpress_seed import seed

        return seed(self, public)

    def _install(self) -> None:
        self._create_database()
        self._php = self._start_php(LAB_INSTALL="1")
        self.tell("install", password="lab-kepala")
        self._end_php()
        self.options(
            permalink_structure="/%year%/%monthnum%/%postname%/",
            timezone_string="Asia/Jakarta",
            page_comments="",
            thread_comments="1",
            comment_moderation="",
            comment_previously_approved="",
            comments_notify="",
            moderation_notify="",
        )
        self.theme("twentytwentyone")

    def _create_database(self) -> None:
        code = (
            f"$d = new mysqli('localhost', 'root', '', '', 0, '{self.home}/run/db.sock');"
            "$d->query('CREATE DATABASE lab CHARACTER SET utf8mb4');"
        )
        subprocess.run([program("php"), "-r", code], check=True, capture_output=True)

    def _start_php(self, **more: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "LAB_SITE": str(self.machines.site), "LAB_HOST": self.base[7:], **more}
        log = (self.home / "php-cli.log").open("a")
        return subprocess.Popen(
            [program("php"), str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
        )

    def _end_php(self) -> None:
        if self._php is not None:
            self._php.communicate()
            self._php = None

    def _php_log(self) -> str:
        return (self.home / "php-cli.log").read_text()[-1000:]


def main() -> None:
    """Start a seeded site and keep it until Ctrl-C."""
    began = time.monotonic()
    with WordPressLab() as lab:
        seeded = lab.seed()
        print(f"{lab.base} is up with {len(seeded.public)} public comments ({time.monotonic() - began:.0f} s)")
        print(f"staff: operator / {seeded.staff_password}; files: {lab.home}; Ctrl-C ends it", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print("ended")


if __name__ == "__main__":
    main()
