"""A board of Contoh, written by hand: what its API answers, including what it should rather not show."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aggregator.conformance.world import Reply, Request

TOKEN = "kunci-papan-contoh-9f31c07a"
PAGE = 4
PEOPLE = {
    "u1": ("Dinas Pekerjaan Umum", "dinas-pu"),
    "u2": ("Budi Santoso", "budi"),
    "u3": ("Budi Santoso", "budi.s"),  # another person of the same name
    "u4": ("Wati", "wati"),
}


def row(
    id: int, post: int, author: str, created: str, text: str, reply_to: int | None = None, **more: Any
) -> dict[str, Any]:
    """One entry as the API shows it; a post is its own thread."""
    name, handle = PEOPLE[author]
    return {
        "id": id,
        "type": "post" if id == post else "comment",
        "post": post,
        "post_url": f"https://contoh.example/p/{post}",
        "reply_to": reply_to,
        "author": {"id": author, "name": name, "handle": handle, "email": f"{handle}@surat.example"},
        "text": text,
        "created": created,
        "edited": None,
        "url": f"https://contoh.example/p/{post}#{id}",
        "replies": 0,
        "phone": "0812-0000-0000",
        **more,
    }


def first_day() -> list[dict[str, Any]]:
    """The board as the expected ids were written from it."""
    return [
        row(100, 100, "u1", "2026-03-01T08:00:00+07:00", "Perbaikan Jalan Melati mulai pekan ini."),
        row(101, 100, "u2", "2026-03-01T09:15:30+07:00", "Gang Kenanga berlubang, kapan?", replies=2),
        row(102, 100, "u1", "2026-03-01T10:00:00+07:00", "Gang Kenanga dikerjakan Kamis, Pak.", 101),
        row(103, 100, "u2", "2026-03-01T10:05:00+07:00", "Terima kasih 🙏", 102),
        row(104, 100, "u3", "2026-03-02T01:30:00+07:00", "Lampu jalan <b>mati</b> & gelap\ndi RT 05"),
        row(105, 100, "u4", "2026-03-02T01:30:00+07:00", "Setuju dengan Pak Budi", 104),
        row(106, 100, "u4", "2026-03-04T12:00:00+07:00", "Ini menjawab komentar yang sudah dihapus", 99),
        row(200, 200, "u1", "2026-03-08T07:00:00+07:00", "Pompa air rumah pompa Muara sudah jalan."),
        row(201, 200, "u3", "2026-03-08T23:45:00+07:00", "Air tetap masuk rumah kami"),
        row(202, 200, "u2", "2026-03-09T06:10:00+07:00", "Sama, di sini juga"),
        row(203, 200, "u4", "2026-03-09T06:20:00+07:00", "Kapan drainase dikeruk?"),
    ]


def next_day() -> list[dict[str, Any]]:
    """The same board later: an answer, a new comment, one shown late under its old time, one edited, one
    deleted."""
    rows = {entry["id"]: entry for entry in first_day() if entry["id"] != 202}
    rows[203] |= {"text": "Kapan drainase Muara dikeruk?", "edited": "2026-03-09T07:00:00+07:00"}
    rows[204] = row(204, 200, "u1", "2026-03-09T08:00:00+07:00", "Dikeruk Senin depan.", 203)
    rows[205] = row(205, 100, "u4", "2026-03-09T08:30:00+07:00", "RT 05 masih gelap, min")
    rows[206] = row(206, 200, "u2", "2026-03-09T06:15:00+07:00", "Ditahan moderator sampai tadi")
    return list(rows.values())


class BoardWorld:
    """Answers as the API does, and keeps what is written to it."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.rows = rows

    def __call__(self, request: Request) -> Reply:
        parts = urlsplit(request.url)
        page = parse_qs(parts.query).get("page", [None])[0]
        kind, key, rest = re.fullmatch(r"/(boards|posts)/([\w-]+)(?:/(\w+))?", parts.path).groups()
        if kind == "boards":
            return self._list(self.rows, page) if rest else self._face(key)
        thread = [entry for entry in self.rows if str(entry["post"]) == key]
        if not any(entry["id"] == entry["post"] for entry in thread):
            return Reply.json({"code": "post_gone"}, status=404)
        return self._write(request, int(key), thread) if request.method == "POST" else self._list(thread, page)

    def _face(self, key: str) -> Reply:
        if key != "dinas-pu":
            return Reply.json({"code": "no_such_board"}, status=404)
        board = {"title": "Dinas PU", "url": "https://contoh.example/@dinas-pu", "author_id": "u1"}
        latest = max(entry["created"] for entry in self.rows if entry["type"] == "post")
        return Reply.json({"board": {**board, "followers": 812, "verified": True, "last_post": latest}})

    def _list(self, rows: list[dict[str, Any]], page: str | None) -> Reply:
        newest_first = sorted(rows, key=lambda entry: (entry["created"], entry["id"]), reverse=True)
        places = [f"{entry['created']}/{entry['id']}" for entry in newest_first]
        start = 0 if page is None else sum(place >= page for place in places)
        shown = newest_first[start : start + PAGE]
        last = start + PAGE >= len(newest_first)
        comments = sum(entry["type"] == "comment" for entry in rows)
        after = None if last else places[start + PAGE - 1]
        return Reply.json({"entries": shown, "next": after, "comments": comments})

    def _write(self, request: Request, post: int, thread: list[dict[str, Any]]) -> Reply:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply.json({"code": "token_expired"}, status=401)
        said = json.loads(request.body)
        parent, text = int(said["reply_to"]), said["text"].strip()
        if any((e["reply_to"], e["text"], e["author"]["id"]) == (parent, text, "u1") for e in thread):
            return Reply.json({"code": "duplicate"}, status=409)
        number = max(entry["id"] for entry in self.rows) + 1
        created = datetime.fromisoformat("2026-03-09T09:00:00+07:00").isoformat()
        self.rows.append(row(number, post, "u1", created, text, parent))
        return Reply.json({"id": number}, status=201)
