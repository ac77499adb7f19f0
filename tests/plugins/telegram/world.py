"""Two channels of an invented kabupaten and what was said in their groups, as the Bot API shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aggregator.contract import Account, PushRequest
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins.telegram import TelegramSkin
from aggregator.fakes.world import Comment, Person, Place, Post, World

NOW = datetime.fromisoformat("2026-03-09T05:00:00+00:00")
TOKEN = TelegramSkin.app_settings["bot_token"]
WEBHOOK_SECRET = TelegramSkin.app_settings["webhook_secret"]
ACCOUNT = Account(key="dinas_pu_contoh", url="https://t.me/dinas_pu_contoh")
OTHER = Account(key="dinkes_contoh", url="https://t.me/dinkes_contoh")
GROUP = "-1001999888777"
SITI = Person(id="777000111", name="Siti Aminah", handle="siti_x")
BUDI = Person(id="5550001", name="Budi")
WATI = Person(id="5550002", name="Wati", handle="wati")


def ids(*numbers: int) -> frozenset[str]:
    return frozenset(f"{GROUP}:{number}" for number in numbers)


EXPECTED = ids(5001, 5012, 5013, 5014, 5015, 5017, 5018)  # what a person reads in the group of ACCOUNT
PUSHED = {
    "update_id": 900000123,
    "message": {
        "message_id": 5012,
        "message_thread_id": 5001,
        "date": 1772947815,
        "from": {"id": 777000111, "is_bot": False, "first_name": "Siti", "username": "siti_x"},
        "chat": {"id": int(GROUP), "type": "supergroup", "title": "Diskusi Dinas PU Contoh"},
        "reply_to_message": {
            "message_id": 5001,
            "is_automatic_forward": True,
            "sender_chat": {
                "id": -1001222333444,
                "type": "channel",
                "title": "Dinas PU",
                "username": "Dinas_PU_Contoh",
            },
            "chat": {"id": int(GROUP), "type": "supergroup", "title": "Diskusi Dinas PU Contoh"},
            "date": 1772946000,
            "text": "Info perbaikan Jalan Melati",
        },
        "text": "Kapan jalan RT 03 diperbaiki?",
    },
}


def signed(body: bytes) -> PushRequest:
    """An update as Telegram delivers it to the webhook."""
    headers = {"x-telegram-bot-api-secret-token": WEBHOOK_SECRET, "content-type": "application/json"}
    secrets = {"webhook_secret": WEBHOOK_SECRET}
    return PushRequest(method="POST", headers=headers, query={}, body=body, secrets=secrets, now=NOW)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Town:
    """The world, its internet, and the things in it that tests act on."""

    def __init__(self) -> None:
        self.now = NOW
        self.world = World(clock=lambda: self.now)
        self.internet = FakeInternet(self.world, [TelegramSkin])
        self.ask = as_kit_world(self.internet)
        self.place = self._place("dinas_pu_contoh", "Dinas PU Contoh", -1001222333444, int(GROUP))
        self.other = self._place("dinkes_contoh", "Dinkes Contoh", -1001222333555, -1001999888666)
        self.comments: dict[str, Comment] = {}
        self.road = self._post(self.place, "5001", "Info perbaikan Jalan Melati", "2026-03-08T12:00:00+07:00", 88)
        self.vaccine = self._post(self.other, "9001", "Jadwal posyandu", "2026-03-08T13:00:00+07:00", 4)
        self.say(self.road, "5012", SITI, "Kapan jalan RT 03 diperbaiki?", "2026-03-08T12:30:15+07:00")
        self.say(self.vaccine, "9002", WATI, "Posyandu Anggrek buka jam berapa?", "2026-03-08T13:30:00+07:00")
        self.say(
            self.road, "5013", self.place.office, "Jalan RT 03 mulai Kamis, Bu.", "2026-03-08T13:40:00+07:00", "5012"
        )
        self.say(self.road, "5014", SITI, "Terima kasih 🙏", "2026-03-08T13:45:00+07:00", "5013")
        self.say(self.road, "5015", WATI, "Lubangnya sedalam ini", "2026-03-08T14:00:00+07:00", photo=True)
        self.say(self.road, "5016", BUDI, "", "2026-03-08T14:05:00+07:00", service="new_chat_members")
        self.say(self.road, "5017", BUDI, "Lampu jalan <b>mati</b> & gelap\ndi RT 05", "2026-03-09T01:30:00+07:00")
        self.say(self.road, "5018", WATI, "", "2026-03-09T01:31:00+07:00", contact="0812-0000-0000")

    def _place(self, handle: str, title: str, channel: int, group: int) -> Place:
        return self.world.place("telegram", handle, title, handle=handle, channel=channel, group=group)

    def _post(self, place: Place, id: str, text: str, when: str, number: int) -> Post:
        return self.world.post(place, text, at(when), id=id, number=number)

    def say(
        self, post: Post, id: str, who: Person, text: str, when: str, parent: str | None = None, **more: Any
    ) -> Comment:
        self.comments[id] = self.world.say(post, who, text, at(when), id=id, parent=parent, **more)
        return self.comments[id]

    def next_day(self) -> Town:
        """Later: an answer, two new comments, one of them elsewhere, one edited."""
        self.say(
            self.road, "5019", self.place.office, "Lampu RT 05 kami cek sore ini.", "2026-03-09T09:00:00+07:00", "5017"
        )
        self.world.edit(
            self.comments["5012"], "Kapan jalan RT 03 dan RT 04 diperbaiki?", at("2026-03-09T09:10:00+07:00")
        )
        self.say(self.vaccine, "9003", BUDI, "Apakah besok libur?", "2026-03-09T09:20:00+07:00")
        self.say(self.road, "5020", WATI, "RT 05 masih gelap, min", "2026-03-09T09:30:00+07:00")
        return self
