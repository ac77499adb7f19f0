"""Two locations of one account, written by hand: their reviews on a day and on the next."""

from __future__ import annotations

from datetime import datetime

from aggregator.conformance.logins import CONSENT
from aggregator.conformance.world import World as KitWorld
from aggregator.contract import Account
from aggregator.fakes.internet import FakeInternet
from aggregator.fakes.offline import as_kit_world
from aggregator.fakes.skins import google
from aggregator.fakes.skins.google import GoogleSkin
from aggregator.fakes.skins.google_business import PERSON, PUBSUB_SCOPE, SCOPE, GoogleBusinessSkin
from aggregator.fakes.world import Comment, Person, World

KEY, OTHER_KEY = "locations/2200", "locations/2201"
SETTINGS = {"account": "accounts/1100"}
ACCOUNT = Account(key=KEY, url="https://business.google.com/n/2200/profile", settings=SETTINGS)
OTHER = Account(key=OTHER_KEY, url="https://business.google.com/n/2201/profile", settings=SETTINGS)
TOKEN = "ya29.pengelola-diskominfo-03c7"
CODE = "4/0B-kode-dari-google"
SECRETS = {
    "access_token": TOKEN,
    "client_id": google.CLIENT["client_id"],
    "client_secret": google.CLIENT["client_secret"],
}
BUDI = Person(id="9001", name="Budi S.")
WATI = Person(id="9002", name="Wati")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}+07:00")


class Scene:
    """The world of the first day. `later()` is what happens until the next."""

    def __init__(self, now: datetime, page: int | None = 2) -> None:
        self.now = now
        self.world = World(clock=lambda: self.now)
        self.internet = FakeInternet(self.world, (GoogleSkin, GoogleBusinessSkin))
        if page:
            self.notes["page"] = page
        scopes = f"{SCOPE} {PUBSUB_SCOPE}"
        google.give_token(self.world, scopes, PERSON, token=TOKEN)
        google.give_code(self.world, CODE, CONSENT.redirect_uri, google.challenge_of(CONSENT.verifier), scopes, PERSON)
        more = {"account": "accounts/1100"}
        self.place = self.world.place(
            "google_business", KEY, "Puskesmas Contoh", **more, cid="1158", place_id="ChIJPuskesmasContoh01"
        )
        other = self.world.place("google_business", OTHER_KEY, "Kantor Kecamatan Muara", **more, cid="1159")
        self.page = self.world.post(self.place, "Puskesmas Contoh", at("01T00:00:00"), id="halaman-2200")
        hall = self.world.post(other, "Kantor Kecamatan Muara", at("01T00:00:00"), id="halaman-2201")
        self._reviews()
        self.world.say(hall, BUDI, "Petugasnya ramah", at("05T09:00:00"), id="AbFvMuara", stars=5)

    @property
    def notes(self) -> dict[str, object]:
        return self.world.notes("google_business")

    def _reviews(self) -> None:
        say = self.world.say
        say(
            self.page,
            BUDI,
            "Antre 3 jam, loket hanya satu yang buka.",
            at("02T11:22:10.123456"),
            id="AbFvAntre",
            stars=2,
        )
        say(self.page, WATI, "", at("03T08:00:00"), id="AbFvBintang", stars=1)
        say(
            self.page,
            None,
            "AC ruang tunggu <mati> & panas\nsekali 🥵",
            at("04T09:30:00"),
            id="AbFvAnonim",
            stars=1,
            anonymous=True,
        )
        say(
            self.page, WATI, "The toilet is broken", at("05T10:00:00"), id="AbFvToilet", stars=2,
            translated="Toiletnya rusak, Pak",
        )  # fmt: skip
        say(self.page, BUDI, "Dokternya sabar sekali", at("08T12:00:00"), id="AbFvSabar", stars=5)
        self.world.answer(self.review("AbFvAntre"), "Mohon maaf, mulai Senin ada dua loket.", at("03T13:00:00"))
        self.world.answer(self.review("AbFvSabar"), "Terima kasih, Pak", at("08T14:00:00"), state="REJECTED")
        self.world.answer(self.review("AbFvAnonim"), "Sedang kami perbaiki", at("04T14:00:00"), state="PENDING")

    def later(self) -> Scene:
        """A new review, an edit, a reply approved, a review gone."""
        self.world.say(self.page, WATI, "Obat habis terus", at("09T09:00:00"), id="AbFvObat", stars=1)
        self.world.edit(self.review("AbFvToilet"), "The toilet is still broken", at("09T08:00:00"))
        self.review("AbFvToilet").more["translated"] = "Toiletnya masih rusak, Pak"
        self.reply("AbFvAnonim").more["state"] = "APPROVED"
        self.world.remove(self.review("AbFvBintang"))
        return self

    def review(self, one: str) -> Comment:
        return self.world.comments["google_business", one]

    def reply(self, review: str) -> Comment:
        return next(one for one in self.world.comments_of(self.page) if one.parent == review)

    def kit_world(self) -> KitWorld:
        return as_kit_world(self.internet)
