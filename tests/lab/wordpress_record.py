"""Records the website plugin's cassettes from a real WordPress: `python -m tests.lab.wordpress_record`.

Each cassette is one scene; what WordPress itself calls public stands beside it in expected.json. Styles, scripts
and pictures are cut out of pages: nothing reads them. The laboratory's address becomes an invented one.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from aggregator.conformance.cassette import Cassette
from aggregator.conformance.world import Reply, Request, World
from tests.lab.wordpress import EPOCH, WordPressLab
from tests.plugins.website.reading import BASE, CASSETTES, Reading

_DEAD = re.compile(rb"<(style|script|svg|noscript)\b(?![^>]*ld\+json).*?</\1>|<link rel='stylesheet'[^>]*>", re.S)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def live(lab_base: str) -> World:
    """The laboratory as a world at the invented address."""

    def ask(request: Request) -> Reply:
        url = request.url.replace(BASE, lab_base)
        head = {name: value for name, value in request.headers.items() if name != "host"}
        wire = urllib.request.Request(url, request.body or None, head, method=request.method)
        try:
            answer = _opener.open(wire, timeout=30)
        except urllib.error.HTTPError as refused:
            answer = refused
        body = _renamed(answer.read(), lab_base)
        headers = {name.lower(): value.replace(lab_base, BASE) for name, value in answer.headers.items()}
        if "html" in headers.get("content-type", ""):
            body = _DEAD.sub(b"", body)
        return Reply(answer.status, headers, body)

    return ask


def _renamed(body: bytes, lab_base: str) -> bytes:
    for form in (
        str,
        lambda text: text.replace("/", "\\/"),
        lambda text: text.replace(":", "%3A").replace("/", "%2F"),
    ):
        body = body.replace(form(lab_base).encode(), form(BASE).encode())
    return body


class Recorder:
    """Keeps scenes: a name, what was done, and what WordPress showed at that moment."""

    def __init__(self, lab: WordPressLab) -> None:
        self.lab = lab
        self.expected: dict[str, Any] = {}

    def scene(self, name: str, read: Callable[[World], object]) -> None:
        """Record `read` as cassettes/NAME.json."""
        cassette = Cassette()
        read(cassette.record(live(self.lab.base)))
        cassette.write(CASSETTES / f"{name}.json")
        keep = ("parent", "post", "author", "date_gmt", "html")
        self.expected[name] = {number: {key: row[key] for key in keep} for number, row in self.lab.public().items()}

    def write(self) -> None:
        text = json.dumps(self.expected, ensure_ascii=False, indent=1)
        (CASSETTES / "expected.json").write_text(text.replace(self.lab.base, BASE) + "\n", encoding="utf-8")


def main() -> None:
    """Build a small site and record every scene."""
    CASSETTES.mkdir(exist_ok=True)
    with WordPressLab() as lab:
        recorder = Recorder(lab)
        ids = _small_site(lab)
        _rest(recorder, ids)
        _closed(recorder)
        recorder.write()


def _rest(recorder: Recorder, ids: dict[str, str]) -> None:
    lab, reading = recorder.lab, Reading()
    recorder.scene("rest", reading.pull)
    recorder.scene("rest-steady", reading.pull)
    recorder.scene("rest-threads", reading.threads)
    lab.set_status(ids["pending"], "approve")
    lab.set_status(ids["doomed"], "delete")
    lab.edit(ids["edited"], 'Sudah "diubah" warga')
    recorder.scene("rest-later", reading.pull)
    recorder.scene("rest-later-threads", reading.threads)


def _closed(recorder: Recorder) -> None:
    lab = recorder.lab
    lab.close_rest()
    for theme in ("twentytwentyone", "twentytwentythree", "labclassic"):
        lab.theme(theme)
        recorder.scene(f"feed-{theme}", Reading().pull)
    lab.options(page_comments="1", comments_per_page="3", default_comments_page="newest")
    lab.theme("twentytwentyone")
    reading = Reading()
    recorder.scene("feed-paged", reading.pull)
    recorder.scene("feed-paged-steady", lambda world: (reading.pull(world), reading.pull(world)))
    lab.switch("feed403")
    recorder.scene("pages-only", Reading().pull)


def _small_site(lab: WordPressLab) -> dict[str, str]:
    """Four contents, eleven public comments of every kind, and what nobody may see."""
    staff, _ = lab.user("operator", "Operator Dinas", "editor")
    citizen, _ = lab.user("wargadaftar", "Warga Terdaftar", "subscriber")
    lab.tell("post_status", id=1, status="trash")
    news = lab.post("Jalan “Melati” & sekitarnya", staff, at=EPOCH - 90_000)
    quiet = lab.post("Tanpa komentar", staff, at=EPOCH - 80_000)
    page = lab.post("Layanan", staff, type="page", at=EPOCH - 70_000)
    own = lab.post("Pengumuman CPNS", staff, type="pengumuman", at=EPOCH - 60_000)
    private = lab.post("Rahasia", staff, status="private", at=EPOCH - 50_000)
    assert quiet

    def say(post: int, text: str, after: int, **more: Any) -> dict[str, Any]:
        return {"post": post, "name": "Siti Aminah", "text": text, "at": EPOCH + after, **more}

    ids = lab.comments(
        [
            say(news, "Kapan jalan depan SDN 2 diperbaiki?", 0),
            say(news, "Minggu depan, Bu.", 60, user=staff, parent_index=0),
            say(
                news,
                "Terima kasih & semoga benar :)\nkami tunggu\n\nSalam 🙏",
                120,
                parent_index=1,
                name="Nur & Keluarga",
            ),
            say(news, "Mohon dijawab.", 180),
            say(news, "Mohon dijawab.", 180),
            say(page, 'Loket "tiga" tutup jam berapa?', 240, name="Dewi"),
            say(page, "Pukul 15.00.", 300, user=staff, parent_index=5),
            say(own, "Apakah <b>lulusan</b> SMA boleh?", 360, user=citizen),
            say(news, "Induk yang dibuang", 420),
            say(news, "Balasan yatim", 480, parent_index=8),
            say(page, "Akan disunting", 540, name="Budi"),
            say(page, "Akan dihapus", 600, name="Budi"),
            say(news, "Menunggu", 30, status=0),
            say(news, "Judi online", 660, status="spam"),
            say(private, "Di kiriman pribadi", 720),
            say(news, "[...] taut balik [...]", 780, type="pingback"),
        ]
    )
    lab.set_status(ids[8], "trash")
    return {"edited": ids[10], "doomed": ids[11], "pending": ids[12]}


if __name__ == "__main__":
    main()
