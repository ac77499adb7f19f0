"""Templates of answers: a text with variables in braces, filled in for one item."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        "nama": "nama warga seperti di platform",
        "unit": "nama unit yang menjawab",
        "nomor": "nomor butir",
        "tautan": "alamat tulisan warga",
        "tanggal": "tanggal hari ini",
        "petugas": "nama Anda",
        "tujuan": "unit tujuan (hanya saat meneruskan)",
        "akun_tujuan": "akun unit tujuan di platform itu (hanya saat meneruskan)",
    }
)
NOBODY = "Bapak/Ibu"
_SLOT = re.compile(r"( ?)\{([^{}]{0,40})\}")
_NO_NAME = frozenset({"", "anonim", "anonymous", "tamu", "warga", "pengguna", "user", "no name"})
_LONGEST_VALUE = 300

# What a hand-off says where nobody wrote a template for it.
HANDOFF = (
    "Terima kasih sudah menulis, {nama}. Hal ini menjadi tanggung jawab {tujuan} {akun_tujuan}. "
    "Laporan Anda sudah kami teruskan ke sana, dan jawabannya akan menyusul dari {tujuan}."
)


def unknown_variables(text: str) -> list[str]:
    """What stands in braces and is no variable, each once, in the order of the text."""
    names = (name.strip().casefold() for _, name in _SLOT.findall(text))
    return [name for name in dict.fromkeys(names) if name not in VARIABLES]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables' values; one without a value goes with the blank before it. Braces inside a value stay
    what they are: a citizen's name is no template."""

    def value(found: re.Match[str]) -> str:
        name = found[2].strip().casefold()
        if name not in VARIABLES:
            return found[0]
        told = " ".join(values.get(name, "").split())[:_LONGEST_VALUE]
        return found[1] + told if told else ""

    return _SLOT.sub(value, text)


def addressed(name: str) -> str:
    """How an answer calls a citizen who is shown under this name."""
    plain = " ".join(name.split()).lstrip("@")
    return NOBODY if plain.casefold() in _NO_NAME else plain
