"""An invented local portal, and a search, as their feeds show them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aggregator.contract import Account
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.rss_news import RssNewsSkin
from aggregator.fakes.world import Place, Post, World

NOW = datetime.fromisoformat("2026-03-09T05:00:00+00:00")
HOST = "radar.example"
NAMES = "Dinas Pekerjaan Umum, DPUPR, Camat Sukamaju"
ACCOUNT = Account(key=f"{HOST}/feed", url=f"https://{HOST}/feed/", settings={"names": NAMES})
QUERY = '"DPUPR Contoh" when:7d'
SEARCH = Account(
    key=f"google news: {QUERY.casefold()}",
    url="https://news.google.com/rss/search?q=%22DPUPR%20Contoh%22%20when%3A7d&hl=id&gl=ID&ceid=ID:id",
)


class Press:
    """The world, its internet, the portal and the search."""

    def __init__(self) -> None:
        self.now = NOW
        self.world = World(clock=lambda: self.now)
        self.internet = FakeInternet(self.world, [RssNewsSkin])
        self.ask = as_kit_world(self.internet)
        self.portal = self.world.place("rss_news", HOST, "Radar Contoh", names=NAMES)
        self.search = self.world.place("rss_news", QUERY, "Pencarian")
        self.posts: dict[str, Post] = {}
        self._write()

    def _write(self) -> None:
        self.news("101", "Warga Keluhkan Jalan Rusak\nDPUPR diminta turun tangan.", "2026-02-20T08:00:00+07:00")
        self.news("102", "Harga cabai naik\nPedagang pasar mengeluh.", "2026-02-21T09:00:00+07:00")
        for number in range(103, 112):
            self.news(
                str(number), f"Jadwal pertandingan {number}\nLiga desa.", f"2026-02-22T08:{number - 100:02d}:00+07:00"
            )
        self.news(
            "112",
            "Camat Sukamaju Janjikan Pompa & Karung Pasir\nUntuk warga &quot;Muara&quot;.",
            "2026-03-01T23:30:00+07:00",
        )
        self.news("113", "DPUPRKP Raih Penghargaan\nBukan kantor yang dicari.", "2026-03-02T08:00:00+07:00")
        self.news(
            "114",
            "Drainase Muara Tersumbat\nMenurut <b>Dinas  Pekerjaan Umum</b>, pengerukan dimulai Senin.",
            "2026-03-08T14:00:30+07:00",
        )

    def news(self, id: str, text: str, when: str, place: Place | None = None, **more: Any) -> Post:
        moment = datetime.fromisoformat(when)
        self.posts[id] = self.world.post(place or self.portal, text, moment, id=id, **more)
        return self.posts[id]

    def next_day(self) -> Press:
        """Later: two new stories, one of them about the office; another was corrected."""
        self.news("115", "Bupati Resmikan Taman\nAcara berlangsung meriah.", "2026-03-09T08:00:00+07:00")
        self.news("116", "Jembatan Darurat Dibuka DPUPR\nWarga menyeberang lagi.", "2026-03-09T09:00:00+07:00")
        self.posts["114"].text = "Drainase Muara Tersumbat\nMenurut Dinas Pekerjaan Umum, pengerukan dimulai Selasa."
        return self
