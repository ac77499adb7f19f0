"""A WordPress in memory that answers as the real one in the laboratory does: paging, hidden rows that are
counted,
refusals by code, application passwords. Every person and every word is invented."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aggregator.conformance.world import Reply, Request

BASE = "https://dinas.contoh.go.id"
PASSWORD = "abcd EFGH 1234 ijkl"
USER = "operator"
_SLUGS = {21: "jalan", 22: "pasar", 23: "layanan", 24: "cpns", 25: "rahasia"}
_BASES = {"posts": (21, 22), "pages": (23,), "pengumuman": (24,)}


def comment(
    number: int,
    post: int,
    text: str,
    at: str,
    *,
    parent: int = 0,
    author: int = 0,
    name: str = "Siti Aminah",
    status: str = "approved",
) -> dict[str, Any]:
    """A comment as REST shows it; `at` is UTC, the site's own clock is WIB."""
    hour = int(at[11:13]) + 7
    local = f"{at[:8]}{int(at[8:10]) + hour // 24:02d}T{hour % 24:02d}{at[13:]}"
    return {
        "id": number,
        "post": post,
        "parent": parent,
        "author": author,
        "author_name": name,
        "author_url": "",
        "date": local,
        "date_gmt": at,
        "content": {"rendered": f"<p>{text}</p>\n"},
        "status": status,
        "type": "comment",
        "link": f"{BASE}/2026/02/{_SLUGS[post]}/#comment-{number}",
    }


def first_day() -> list[dict[str, Any]]:
    """Ten visible comments, a twin among them and an orphan; one waits, one hangs on a private post."""
    return [
        comment(1101, 21, "Kapan jalan depan SDN 2 diperbaiki?", "2026-03-01T02:00:00"),
        comment(
            1102,
            21,
            "Minggu depan dikerjakan.",
            "2026-03-01T03:00:00",
            parent=1101,
            author=5,
            name="Operator Dinas",
        ),
        comment(
            1103,
            21,
            ("Terima kasih &amp; semoga benar<br />\nkami tunggu 🙏"),
            "2026-03-01T04:00:00",
            parent=1102,
        ),
        comment(1104, 22, "Sampah menumpuk.", "2026-03-02T04:00:00", name="Budi"),
        comment(1105, 22, "Sampah menumpuk.", "2026-03-02T04:00:00", name="Budi"),
        comment(
            1106,
            22,
            "Besok diangkut &#8220;semua&#8221;.",
            "2026-03-02T05:00:00",
            parent=1104,
            author=6,
            name="Humas",
        ),
        comment(1107, 23, "Loket tutup jam berapa?", "2026-03-03T05:00:00", name="Dewi"),
        comment(1108, 24, "Apakah lulusan SMA boleh?", "2026-03-04T05:00:00", author=9, name="Warga Terdaftar"),
        comment(1109, 22, "Yatim", "2026-03-04T06:00:00", parent=1100),
        comment(1110, 21, "Masih belum, min.", "2026-03-05T06:00:00", parent=1102),
        comment(1111, 21, "Menunggu persetujuan", "2026-03-01T05:00:00", status="hold"),
        comment(1112, 25, "Di kiriman pribadi", "2026-03-05T07:00:00"),
    ]


def next_day() -> list[dict[str, Any]]:
    """The waiting one was approved late, one is gone, one reads differently, two are new."""
    rows = {row["id"]: row for row in first_day()}
    rows[1111]["status"] = "approved"
    del rows[1105]
    rows[1107]["content"] = {"rendered": "<p>Loket Sabtu tutup jam berapa?</p>\n"}
    new = comment(1113, 23, "Sabtu pukul 12.", "2026-03-08T02:00:00", parent=1107, author=5, name="Operator Dinas")
    return [*rows.values(), new, comment(1114, 22, "Sudah diangkut?", "2026-03-08T03:00:00")]


class SiteWorld:
    """The site. `closed`: "rest" or "feed" are shut as security plugins do it."""

    def __init__(self, rows: Iterable[dict[str, Any]], *, closed: Iterable[str] = ()) -> None:
        self.rows = {row["id"]: row for row in rows}
        self.closed = set(closed)
        self.moderated = False

    def __call__(self, request: Request) -> Reply:
        parts = urlsplit(request.url)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/":
            return Reply.html(_HOME, headers={"link": f'<{BASE}/wp-json/>; rel="https://api.w.org/"'})
        if not parts.path.startswith("/wp-json/wp/v2/"):
            return Reply.html("<h1>Tidak ditemukan</h1>", 404)
        path = parts.path.removeprefix("/wp-json/wp/v2/")
        signed = request.headers.get("authorization")
        if signed and signed != "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode():
            return _error("incorrect_password", 401)
        if "rest" in self.closed and not signed:
            return _error("rest_cannot_access", 401)
        return self._rest(request, path, query, bool(signed))

    def _rest(self, request: Request, path: str, query: dict[str, str], signed: bool) -> Reply:
        if path == "comments" and request.method == "POST":
            return (
                self._create(json.loads(request.body), query) if signed else _error("rest_comment_login_required", 401)
            )
        if path == "comments":
            return self._comments(query, signed)
        if path.startswith("comments/"):
            return self._one(int(path.removeprefix("comments/")), query)
        if path == "types":
            return Reply.json({base: {"slug": base, "rest_base": base} for base in (*_BASES, "media")})
        if path == "users":
            return Reply.json([_picked({"id": n, "name": "x", "slug": "x"}, query) for n in (5, 6)])
        return self._posts(path, query) if path in _BASES else _error("rest_no_route", 404)

    def _comments(self, query: dict[str, str], signed: bool) -> Reply:
        if query.get("status", "approve") != "approve" and not signed:
            return _error("rest_forbidden_param", 401)
        wanted = "approved" if query.get("status", "approve") == "approve" else query["status"]
        posts, include = _numbers(query.get("post")), _numbers(query.get("include"))
        if 25 in posts and not signed:
            return _error("rest_cannot_read_post", 401)
        found = [
            row
            for row in self.rows.values()
            if row["status"] == wanted
            and (not posts or row["post"] in posts)
            and (not include or row["id"] in include)
            and ("before" not in query or row["date"] < query["before"])
            and query.get("parent") in (None, str(row["parent"]))
        ]
        key = {"date": "date", "date_gmt": "date_gmt"}[query.get("orderby", "date_gmt")]
        found.sort(key=lambda row: (row[key], row["id"]), reverse=query.get("order", "desc") == "desc")
        size, start = int(query.get("per_page", 10)), int(query.get("offset", 0))
        page = [_picked(row, query) for row in found[start : start + size] if row["post"] != 25]
        headers = {"x-wp-total": str(len(found)), "x-wp-totalpages": str(-(-len(found) // size))}
        return Reply.json(page, headers=headers)

    def _one(self, number: int, query: dict[str, str]) -> Reply:
        row = self.rows.get(number)
        if row is None:
            return _error("rest_comment_invalid_id", 404)
        if row["status"] != "approved" or row["post"] == 25:
            return _error("rest_cannot_read", 401)
        return Reply.json(_picked(row, query))

    def _posts(self, base: str, query: dict[str, str]) -> Reply:
        include, authors = _numbers(query.get("include")), _numbers(query.get("author"))
        rows = [_post(number, base) for number in _BASES[base]]
        rows = [
            row for row in rows if (not include or row["id"] in include) and (not authors or row["author"] in authors)
        ]
        return Reply.json([_picked(row, query) for row in rows])

    def _create(self, body: dict[str, Any], query: dict[str, str]) -> Reply:
        html = body["content"].strip().replace("\n", "<br />\n")
        row = comment(
            max(self.rows) + 1,
            body["post"],
            html,
            "2026-03-09T05:00:00",
            parent=body["parent"],
            author=5,
            name="Operator Dinas",
            status="hold" if self.moderated else "approved",
        )
        same = (row["post"], row["parent"], row["author"], row["content"])
        if any(same == (one["post"], one["parent"], one["author"], one["content"]) for one in self.rows.values()):
            return _error("comment_duplicate", 409)
        self.rows[row["id"]] = row
        return Reply.json(_picked(row, query), 201)


def visible(rows: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Comment number -> text, of what a visitor sees."""
    shown = (row for row in rows if row["status"] == "approved" and row["post"] != 25)
    return {str(row["id"]): _text(row["content"]["rendered"]) for row in shown}


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def _post(number: int, base: str) -> dict[str, Any]:
    return {
        "id": number,
        "title": {"rendered": f"Berita {_SLUGS[number]}"},
        "link": f"{BASE}/2026/02/{_SLUGS[number]}/",
        "author": 6 if number == 22 else 5,
        "date_gmt": "2026-02-20T02:00:00",
        **({"excerpt": {"rendered": "<p>Ringkasan.</p>\n"}} if base == "posts" else {}),
    }


def _picked(row: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
    names = query["_fields"].split(",") if "_fields" in query else list(row)
    return {name: row[name] for name in names if name in row}


def _numbers(value: str | None) -> set[int]:
    return {int(one) for one in value.split(",")} if value else set()


def _error(code: str, status: int) -> Reply:
    return Reply.json({"code": code, "message": "…", "data": {"status": status}}, status)


_HOME = (
    "<!doctype html><html><head><title>Dinas Contoh</title></head>"
    "<body><h2><a href='/2026/02/jalan/'>Berita jalan</a></h2></body></html>"
)
