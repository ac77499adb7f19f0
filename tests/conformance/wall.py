"""A guest book without an API: read from its HTML, told of news by a webhook, exported as CSV. The kit must
hold for such a plugin as it does for one that reads JSON."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup

from aggregator.conformance.world import Reply, Request
from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Author,
    Capability,
    Checkpoint,
    Cursor,
    ImportedRow,
    Kind,
    Malformed,
    Message,
    Permanent,
    Platform,
    PlatformInfo,
    PushEvent,
    Setting,
    ThreadRef,
    Unreadable,
)

SITE = "https://dinding.example"
SIGNATURE = "x-dinding-signature"
BOOK = ThreadRef(external_id="buku", url=f"{SITE}/buku")
PAGE = 3


class WallPlatform(Platform):
    """The guest book of one office."""

    info = PlatformInfo(
        id="dinding",
        title="Dinding",
        hosts=("dinding.example",),
        capabilities=frozenset({Capability.COMMENTS, Capability.REPLIES, Capability.PUSH, Capability.IMPORT}),
        settings=(Setting(name="hook", label="Kunci", help="Halaman pengaturan buku tamu.", secret=True),),
        scrapes=True,
    )

    def resolve(self, url):
        if not url.startswith(f"{SITE}/buku"):
            return None
        return AccountKey(platform="dinding", key="buku", url=BOOK.url)

    def inspect(self, account, ctx):
        _entries(ctx.http.get(account.url).text)
        return AccountSnapshot(exists=True, title="Buku tamu")

    def pull_since(self, account, cursor, ctx):
        number = cursor.data["page"] if cursor else 1
        while ctx.budget.allows():
            entries, last = _entries(ctx.http.get(account.url, params={"hal": number}).text)
            yield from entries
            number = 1 if last else number + 1
            yield Checkpoint(cursor=Cursor(version=1, data={"page": number}), replies_included=True)
            if last:
                return

    def receive(self, request):
        key = request.secrets.get("hook")
        told = request.headers.get(SIGNATURE, "")
        if not key or not hmac.compare_digest(signature(key, request.body).encode(), told.encode()):
            raise Permanent("Tanda tangan pemberitahuan salah.")
        try:
            entry = str(json.loads(request.body)["entry"]["thread"])
        except (ValueError, TypeError, KeyError):
            raise Malformed("Pemberitahuan tidak berbentuk seperti biasanya.") from None
        yield PushEvent(account_key="buku", thread=ThreadRef(external_id=entry))

    def read_file(self, table):
        if table.preset not in self.preset_names():
            raise Permanent("Susunan berkas ini tidak dikenal.")
        text = table.data.decode("utf-8", errors="replace").replace("\x00", "")
        for number, line in enumerate(csv.DictReader(io.StringIO(text)), 2):
            try:
                yield ImportedRow(row=number, message=_line(line))
            except (KeyError, TypeError, ValueError):
                yield ImportedRow(row=number, error="Baris ini tidak dapat dibaca.")

    def preset_names(self):
        return ("dinding",)


def signature(key: str, body: bytes) -> str:
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def _line(line) -> Message:
    if not line["id"] or line["waktu"] is None:
        raise ValueError
    return Message(
        external_id=line["id"],
        kind=Kind.COMMENT,
        thread=BOOK,
        author=Author(external_id=None, name=line["nama"]),
        text=line["isi"] or "",
        created_at=datetime.fromisoformat(line["waktu"]).astimezone(UTC),
    )


def _entries(page: str):
    """The entries of a page and whether it is the last; its own count tells when one was overlooked."""
    soup = BeautifulSoup(page, "html.parser")
    count = soup.select_one(".range")
    if count is None:
        raise Malformed("Halaman buku tamu tidak berbentuk seperti biasanya.")
    first, last, whole = (int(count[f"data-{name}"]) for name in ("from", "to", "of"))
    found = [_entry(article) for article in soup.select(".entry")]
    if len(found) != last - first + 1:
        raise Malformed("Jumlah isian di halaman buku tamu tidak cocok.")
    return found, last == whole


def _entry(article) -> Message | Unreadable:
    try:
        who, when, words = (article.select_one(f".{name}") for name in ("who", "when", "words"))
        return Message(
            external_id=article["data-id"],
            kind=Kind.COMMENT,
            thread=BOOK,
            author=Author(external_id=who["data-id"], name=who.get_text()),
            text=words.get_text(),
            created_at=datetime.fromisoformat(when["datetime"]).astimezone(UTC),
            parent_id=article["data-parent"] or None,
        )
    except (KeyError, TypeError, AttributeError, ValueError):
        return Unreadable(reason="entry changed", external_id=article.get("data-id"))


ENTRIES = [
    ("1", "", "p1", "Sari", "2026-03-01T08:00:00+07:00", "Loket tutup jam berapa?"),
    ("2", "1", "p0", "Kecamatan", "2026-03-01T09:00:00+07:00", "Pukul 15.00, Bu."),
    ("3", "", "p2", "Sari", "2026-03-02T10:00:00+07:00", "Antrean panjang & panas"),
    ("4", "3", "p1", "Sari", "2026-03-02T11:00:00+07:00", "Betul"),
    ("5", "", "p3", "Joko", "2026-03-03T11:00:00+07:00", "Terima kasih <3"),
]
MORE = [
    *ENTRIES[:3],
    *ENTRIES[4:],
    ("6", "3", "p0", "Kecamatan", "2026-03-04T08:00:00+07:00", "Kipas ditambah."),
]


def wall(entries):
    """The guest book as a world, newest first, three entries a page."""

    def world(request: Request) -> Reply:
        number = int(parse_qs(urlsplit(request.url).query).get("hal", ["1"])[0])
        start = (number - 1) * PAGE
        shown = entries[::-1][start : start + PAGE]
        bounds = f'data-from="{start + 1}" data-to="{start + len(shown)}" data-of="{len(entries)}"'
        body = f'<p class="range" {bounds}></p>' + "".join(map(_article, shown))
        return Reply.html(f"<html><title>Buku tamu</title>{body}</html>")

    return world


def _article(entry) -> str:
    one, parent, author, name, at, text = entry
    safe = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<article class="entry" data-id="{one}" data-parent="{parent}"><b class="who" data-id="{author}">'
        f'{name}</b><time class="when" datetime="{at}"></time><p class="words">{safe}</p></article>'
    )


ACCOUNT = Account(key="buku", url=BOOK.url)
EXPORT = b"id,nama,waktu,isi\n1,Sari,2026-03-01T08:00:00+07:00,Loket?\n,Sari,2026-03-01,\n3,Sari,kemarin,Panas\n"
EXPORT += b"4,Joko,2026-03-02T11:00:00+07:00,Betul\n"
