"""Invented personal data in the ways people write them, and what only looks like them: what masking is measured on.

Every number is drawn by lot from a seed; none is anybody's."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from aggregator.domain.triage.masking import findings

_WORDS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_MAILS = ("gmail.com", "yahoo.co.id", "mail.sch.id", "desa.go.id")
_REGIONS = ("B", "D", "L", "BD", "BG", "AB", "KT", "DK")
_SERIES = ("AB", "XYZ", "LK", "QU", "FGH")
_BEFORE = ("", "min tolong cek ", "mohon dibantu pak, ", "halo admin. ", "laporan saya: ", "Atas nama Budi, ")
_AFTER = ("", " terima kasih", ", mohon segera", ".", " ya min", "\nsudah lama menunggu")


@dataclass(frozen=True, slots=True)
class Measured:
    """`found` of `hidden` pieces of personal data, and `false` alarms in `ordinary` texts without any."""

    hidden: int
    found: int
    ordinary: int
    false: int


def measure(seed: int, hidden: int = 6_000, ordinary: int = 24_000) -> Measured:
    """How much of the invented data is found, and how often ordinary numbers are taken for it."""
    lot = random.Random(seed)  # noqa: S311  # invented numbers that can be repeated, no secret
    found = sum(_covered(*hidden_text(lot)) for _ in range(hidden))
    return Measured(hidden, found, ordinary, sum(bool(findings(ordinary_text(lot))) for _ in range(ordinary)))


def _covered(text: str, secret: str) -> bool:
    """Whether every digit (of an address: its first letter) of the secret lies within a finding."""
    begin = text.index(secret)
    end = begin + len(secret)
    return any(one.start <= begin + _MARGIN and one.end >= end - _MARGIN for one in findings(text))


_MARGIN = 1  # a bracket or sign at its edge may stay


def hidden_text(lot: random.Random) -> tuple[str, str]:
    """A text and the personal data in it, as it is written there."""
    cue, secret = lot.choice(_KINDS)(lot)
    return f"{lot.choice(_BEFORE)}{cue}{secret}{lot.choice(_AFTER)}", secret


def _identity(lot: random.Random) -> str:
    day = lot.randint(1, 28) + 40 * lot.randint(0, 1)
    region = f"{lot.randint(11, 94)}{lot.randint(1, 79):02}{lot.randint(1, 40):02}"
    return f"{region}{day:02}{lot.randint(1, 12):02}{lot.randint(0, 99):02}{lot.randint(1, 9999):04}"


def _nik(lot: random.Random) -> tuple[str, str]:
    cue = lot.choice(("NIK ", "nik: ", "NIK saya adalah ", "No. KTP ", "e-ktp ", "nik=", ""))
    return cue, _written(lot, _identity(lot), ((6, 6, 4), (2, 2, 2, 6, 4), (4, 4, 4, 4), (16,), (8, 8), (6, 10)))


def _family_card(lot: random.Random) -> tuple[str, str]:
    cue = lot.choice(("KK ", "no kk ", "Nomor Kartu Keluarga: ", "NKK "))
    return cue, _written(lot, _identity(lot), ((16,), (4, 4, 4, 4), (6, 6, 4)))


def _mobile(lot: random.Random) -> tuple[str, str]:
    rest = f"{lot.choice((11, 12, 13, 21, 22, 31, 52, 57, 77, 81, 95, 96))}{lot.randint(10**6, 10 ** lot.choice((7, 8)) - 1)}"
    style = lot.randint(0, 5)
    cue = lot.choice(("WA ", "hp: ", "hubungi ", "no telp ", "telepon ", "", "nomor saya "))
    if style == 0:
        return cue, "+62" + lot.choice(("", " ", "-")) + _written(lot, "8" + rest, ((3, 4, 4), (11,), (3, 3, 4)))
    if style == 1:
        return cue, "62" + _written(lot, "8" + rest, ((11,),))
    if style == 2:
        spelled = lot.randint(1, 3)
        digits = "08" + rest
        words = " ".join(_WORDS[int(digit)] for digit in digits[4 : 4 + spelled])
        return cue or "wa ", f"{digits[:4]} {words} {digits[4 + spelled :]}"
    return cue, _written(lot, "08" + rest, ((4, 4, 4), (4, 3, 3), (12,), (4, 8), (3, 3, 3, 3), (5, 3, 4)))


def _landline(lot: random.Random) -> tuple[str, str]:
    area, rest = f"0{lot.choice((21, 274, 341, 561, 732, 736))}", str(lot.randint(10**5 * 2, 10**7 - 1))
    return lot.choice(("telp ", "telepon kantor ", "hub. ")), lot.choice(
        (f"({area}) {rest}", f"{area}-{rest}", f"{area} {rest}")
    )


def _mail(lot: random.Random) -> tuple[str, str]:
    name = lot.choice(("budi", "siti.aminah", "warga_01", "rt03-rw05", "joko88")) + str(lot.randint(1, 999))
    host = lot.choice(_MAILS)
    if lot.random() < 0.2:
        return "email ", lot.choice(
            (f"{name} at gmail dot com", f"{name}(at)gmail.com", f"{name} [at] gmail [dot] com")
        )
    return lot.choice(("email ", "surel: ", "")), f"{name}@{host}"


def _plate(lot: random.Random) -> tuple[str, str]:
    region, number, series = lot.choice(_REGIONS), lot.randint(1000, 9999), lot.choice(_SERIES)
    gap = lot.choice((" ", "", "-", "  "))
    written = f"{region}{gap}{number}{gap}{series}"
    if lot.random() < 0.3:
        return lot.choice(("plat ", "mobil ", "motor nopol ")), written.lower()
    return lot.choice(("plat ", "truk ", "")), written


def _account(lot: random.Random) -> tuple[str, str]:
    cue = lot.choice(("rek BCA ", "rekening ", "no rek BRI ", "norek mandiri ", "transfer ke rek. BNI "))
    return cue, _written(
        lot, str(lot.randint(10**9, 10 ** lot.choice((10, 13, 15)) - 1)), ((16,), (3, 3, 4), (4, 4, 4, 4))
    )


_KINDS: tuple[Callable[[random.Random], tuple[str, str]], ...] = (
    *(_nik, _nik, _nik, _family_card, _mobile, _mobile, _mobile, _landline, _mail, _plate, _account),
)


def _written(lot: random.Random, digits: str, groupings: tuple[tuple[int, ...], ...]) -> str:
    """Digits in groups, with one kind of joint; now and then in full-width digits or with a letter O for a nought."""
    groups, rest = [], digits
    for size in lot.choice(groupings):
        if rest:
            groups.append(rest[:size])
            rest = rest[size:]
    joint = lot.choice((" ", "-", ".", " - ", "", "", " . ", "/", " strip "))
    written = joint.join([*groups, rest] if rest else groups)
    chance = lot.random()
    if chance < 0.05:
        return written.translate(_FULL_WIDTH)
    return written


def ordinary_text(lot: random.Random) -> str:
    """A sentence with numbers that are nobody's data."""
    n = lot.randint
    sentences = (
        f"harga pupuk naik jadi Rp{n(1, 999)}.{n(0, 999):03}.000 per karung",
        f"biayanya rp {n(10, 990)}.{n(0, 999):03} katanya",
        f"sejak tanggal {n(1, 28)}/{n(1, 12)}/20{n(18, 26)} belum ada perbaikan",
        f"laporan {n(1, 28):02}-{n(1, 12):02}-20{n(18, 26)} pukul {n(0, 23):02}.{n(0, 59):02} WIB",
        f"dari tahun 20{n(10, 18)}-20{n(19, 26)} begini terus",
        f"di RT {n(1, 20):02} RW {n(1, 15):02} Desa Sukamaju",
        f"jl mawar no {n(1, 300)} rt {n(1, 9)}/rw {n(1, 9)} kode pos {n(10000, 99999)}",
        f"Blok {lot.choice('ABCDE')} {n(1, 50)} nomor {n(1, 40)}",
        f"koordinat -{n(1, 9)}.{n(10000, 999999)}, 10{n(1, 9)}.{n(10000, 999999)}",
        f"lubang sedalam {n(10, 90)} cm sepanjang {n(2, 40)} meter",
        f"sudah {n(2, 30)} hari air mati, {n(100, 900)} KK terdampak",
        f"nomor tiket {n(10**7, 10**8 - 1)} belum dijawab",
        f"id pelanggan {n(5 * 10**11, 6 * 10**11)} listrik padam",
        f"no pendaftaran {n(10**9, 7 * 10**9)} kok belum diproses",
        f"jam {n(0, 23):02}:{n(0, 59):02} sampai {n(0, 23):02}:{n(0, 59):02} macet",
        f"NOP {n(11, 94)}.{n(10, 99)}.0{n(10, 99)}.00{n(1, 9)}.0{n(10, 99)}-{n(1000, 9999)}.0 salah cetak",
        f"antrean nomor {n(1, 400)} dari {n(401, 900)}",
        f"SMP Negeri {n(1, 60)}, kelas {n(7, 9)} ruang {n(1, 12)}",
        f"jumlah warga {n(1, 9)}.{n(0, 999):03}.{n(0, 999):03} jiwa",
        f"PJU di km {n(1, 90)} mati {n(2, 12)} titik",
        f"covid19 tahun 20{n(20, 22)} bantuan {n(300, 900)}rb belum cair",
        f"nilai {n(60, 99)},{n(0, 9)} dari 100",
        f"{n(2, 9)} dari {n(10, 50)} lampu mati di gang {n(1, 9)}",
        f"SK nomor {n(100, 999)}/{n(1, 12)}/20{n(18, 26)} tentang honor",
    )
    return f"{lot.choice(_BEFORE)}{lot.choice(sentences)}{lot.choice(_AFTER)}"
