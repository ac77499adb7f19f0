"""What the WordPress laboratory is filled with. Every person and every word is invented."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.lab.wordpress import Seeded, WordPressLab

_NAMES = (
    "Siti Aminah",
    "Budi Santoso",
    "Warga RT 05",
    "I Made Sudarma",
    "Nur'aini",
    "Pak Joko & Keluarga",
    "Dewi",
    "tono_88",
    "Ibu Lurah",
    "A. Rahman, S.Pd.",
    "Ç. Çelebi",
    "阿明",
    "Mbak Yu <3",
    '"Anonim"',
    "  Spasi  ",
    "Ujang 🙏",
)
_TEXTS = (
    "Kapan jalan depan SDN 2 diperbaiki?",
    "Lampu jalan di gang Melati mati sudah seminggu.",
    "Terima kasih, pelayanannya cepat.",
    "Air PDAM tidak mengalir sejak kemarin\nmohon ditindaklanjuti",
    "Sampah menumpuk di pasar.\n\nSudah tiga kali kami lapor.",
    'Pak, "loket 3" tutup jam berapa? Di papan tertulis 15:00 -- tapi jam 14.00 sudah kosong...',
    "Biaya 100 < 200 & gratis > mahal?",
    "Lihat https://contoh.invalid/foto?a=1&b=2 di sana.",
    "Mantap :) semoga lanjut ;-)",
    "Kenapa <strong>belum</strong> ada <em>petugas</em>?",
    "Lihat <a href='https://contoh.invalid/x'>foto ini</a> ya",
    "<blockquote>kutipan lama</blockquote>\nSaya setuju.",
    "Jl. Melati No. 5 × 3 m, ±10 cm",
    "Harga naik 😡😡 tolong pak 🙏",
    "<code>a < b</code>",
    "Spasi  ganda   dan\ttab",
    "Bahasa Jawa: ꦲꦤꦕꦫꦏ",
    "O'Neil & Sons' \"test\"",
    "1. satu\n2. dua\n3. tiga",
    "Baris satu\r\nbaris dua\r\n\r\n\r\nbaris tiga",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<script>alert(1)</script>sisa",
    "it's 'quoted' -- en -- dash --- em",
)
_ANSWERS = (
    "Baik, besok petugas kami datang.",
    "Sudah kami perbaiki kemarin sore.",
    "Loket buka sampai pukul 15.00, hari Jumat 14.00.",
)


def seed(lab: WordPressLab, public: int) -> Seeded:
    """Posts by two staff members, `public` visible comments in threads, and what nobody may see."""
    from tests.lab.wordpress import EPOCH, Seeded

    staff, password = lab.user("operator", "Operator Dinas", "editor")
    second, _ = lab.user("humas", "Humas Dinas", "author")
    citizen, _ = lab.user("wargadaftar", "Warga Terdaftar", "subscriber")
    posts = [
        lab.post(
            f"Berita ke-{number} “penting” & hangat",
            staff if number % 4 else second,
            at=EPOCH - 86_400 * number,
        )
        for number in range(1, 13)
    ]
    posts += [
        lab.post("Halaman Layanan", staff, type="page"),
        lab.post("Pengumuman CPNS", staff, type="pengumuman"),
    ]
    private = lab.post("Rahasia", staff, status="private")
    locked = lab.post("Terkunci", staff, password="kunci")

    lab.comments(_public(posts, public - 6, staff, citizen, EPOCH))
    later = EPOCH + 90 * 60 * public
    twin = {"post": posts[0], "name": "Siti Aminah", "text": "Mohon dijawab.", "at": later}
    twins = lab.comments([twin, twin])
    family = lab.comments([{**twin, "text": "Induk yang dibuang", "at": later + 60}])
    orphans = lab.comments(
        [
            {**twin, "text": "Balasan yatim satu", "parent": int(family[0]), "at": later + 120},
            {**twin, "text": "Balasan yatim dua", "parent": int(family[0]), "at": later + 180},
        ]
    )
    lab.set_status(family[0], "trash")
    pending = lab.comments(
        [{**twin, "name": "Warga Sabar", "text": f"Menunggu {n}", "status": 0, "at": EPOCH + n} for n in range(5)]
    )
    hidden = lab.comments(
        [{**twin, "text": f"Judi online {n}", "status": "spam", "at": later + n} for n in range(5)]
        + [{**twin, "text": f"Dibuang {n}", "status": "trash", "at": later + n} for n in range(3)]
        + [{**twin, "text": f"Di kiriman pribadi {n}", "post": private, "at": later + n} for n in range(4)]
        + [{**twin, "text": f"Di kiriman terkunci {n}", "post": locked, "at": later + n} for n in range(3)]
        + [{**twin, "text": "[...] pingback [...]", "type": "pingback", "at": later + 7}]
    )
    return Seeded(
        staff=staff,
        staff_password=password,
        second_staff=second,
        citizen=citizen,
        posts=posts,
        public=sorted(lab.public(), key=int),
        pending=pending,
        hidden=hidden,
        orphans=orphans,
        twins=twins,
    )


def _public(posts: list[int], count: int, staff: int, citizen: int, epoch: int) -> list[dict[str, Any]]:
    """Threads of up to four levels; every seventh is answered by staff, some minutes hold two comments at
    once."""
    dice, rows = random.Random(7), list[dict[str, Any]]()
    for number in range(count):
        row: dict[str, Any] = {
            "post": posts[number % len(posts)],
            "name": dice.choice(_NAMES),
            "at": epoch + 5_400 * (number - number % 2),
            "text": _TEXTS[number % len(_TEXTS)] + ("" if number < len(_TEXTS) else f" ({number})"),
        }
        if number > 40 and dice.random() < 0.4:
            parent = dice.randrange(number - 30, number)
            row |= {"parent_index": parent, "post": rows[parent]["post"]}
        if number % 7 == 0:
            row |= {"user": staff, "text": f"{dice.choice(_ANSWERS)} ({number})"}
        elif number % 31 == 0:
            row |= {"user": citizen}
        rows.append(row)
    return rows
