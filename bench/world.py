"""An invented stream of comments as WordPress would list them: deterministic, any length, no person's words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

PAGE = 100
START = datetime(2024, 1, 1, tzinfo=UTC)
STAFF = 7

_NAMES = (
    "Siti",
    "Budi",
    "Agus",
    "Dewi",
    "Rina",
    "Joko",
    "Sri",
    "Andi",
    "Wati",
    "Hasan",
    "Lina",
    "Tono",
    "Yuni",
    "Eko",
)
_PLACES = (
    "Pasar Baru",
    "Air Jernih",
    "Talang Ulu",
    "Jalan Merdeka",
    "depan SDN 2",
    "RT 3",
    "terminal",
    "Griya Asri",
)
_MATTERS = (
    "jalan rusak berlubang", "lampu jalan mati", "sampah menumpuk belum diangkut", "air PDAM tidak mengalir",
    "KTP belum jadi sudah dua bulan", "bantuan sosial tidak tepat sasaran", "puskesmas tutup lebih awal",
    "drainase mampet dan banjir", "pohon miring rawan tumbang", "atap sekolah bocor", "parkir liar dan pungutan",
    "pupuk subsidi kosong di kios", "kapan jadwal imunisasi", "bagaimana cara mengurus akta kelahiran",
)  # fmt: skip
_TAILS = (
    "mohon segera ditindaklanjuti pak", "sudah lama tidak ada tanggapan dari petugas", "anak anak jadi takut lewat",
    "tolong dicek min", "warga sudah berkali kali lapor", "terima kasih sebelumnya",
    "sangat mengganggu sekali terutama malam hari",
)  # fmt: skip
_ANSWERS = (
    "Petugas kami sudah memperbaiki {matter} di {place} pada {day} kemarin.",
    "Untuk {matter} di {place}, pekerjaan dijadwalkan {day} dan selesai dalam tiga hari.",
    "Silakan datang ke kantor kami {day} pukul 08.00 sampai 15.00 dengan membawa KTP dan KK. Nomor berkas {number}.",
)
_ACKNOWLEDGEMENTS = ("Terima kasih laporannya, kami teruskan ke bidang terkait.", "Baik, mohon ditunggu ya.")
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat")


def comments(count: int, *, first_id: int = 1, seed: int = 1) -> Iterator[dict[str, Any]]:
    """`count` comments in the order of their ids: 25 % replies, 15 % of all by the office, about 30 words each."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable stream
    citizens: list[int] = []
    for number in range(first_id, first_id + count):
        parent = dice.choice(citizens[-60:]) if citizens and dice.random() < 0.25 else 0
        official = parent != 0 and dice.random() < 0.6
        if not official:
            citizens.append(number)
        if len(citizens) > 400:
            del citizens[:200]
        yield _comment(number, parent, official, dice)


def _comment(number: int, parent: int, official: bool, dice: random.Random) -> dict[str, Any]:
    moment = START + timedelta(seconds=31 * number)
    matter, place = dice.choice(_MATTERS), dice.choice(_PLACES)
    if official:
        form = dice.choice(_ANSWERS if dice.random() < 0.7 else _ACKNOWLEDGEMENTS)
        text = form.format(matter=matter, place=place, day=dice.choice(_DAYS), number=number)
    else:
        text = f"Min {matter} di {place} nomor {number % 997}, " + ", ".join(dice.choice(_TAILS) for _ in range(3))
    post = (parent or number) // 40 + 1
    return {
        "id": number,
        "post": post,
        "parent": parent,
        "author": STAFF if official else 0,
        "author_name": "Dinas PUPR" if official else f"{dice.choice(_NAMES)} {dice.choice(_NAMES)}",
        "author_url": "",
        "date": moment.strftime("%Y-%m-%dT%H:%M:%S"),
        "date_gmt": moment.strftime("%Y-%m-%dT%H:%M:%S"),
        "content": {"rendered": f"<p>{text}</p>\n"},
        "link": f"https://dpupr.contoh.go.id/tulisan-{post}/#comment-{number}",
        "status": "approved",
        "type": "comment",
    }


def pages(count: int, *, first_id: int = 1, seed: int = 1) -> Iterator[bytes]:
    """The same as JSON pages of 100."""
    page: list[dict[str, Any]] = []
    for comment in comments(count, first_id=first_id, seed=seed):
        page.append(comment)
        if len(page) == PAGE:
            yield orjson.dumps(page)
            page = []
    if page:
        yield orjson.dumps(page)
