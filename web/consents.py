"""What a person is told before they go to a platform's consent page: who should log in there, and what to tick."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

WHO: Mapping[str, str] = MappingProxyType(
    {
        "facebook": "Pengurus (admin) Halaman Facebook kantor. Di sana, centang semua Halaman milik kantor.",
        "instagram": "Pemegang akun Instagram profesional kantor. Akun pribadi tidak bisa dihubungkan.",
        "threads": "Pemegang akun Threads kantor, yang masuknya sama dengan akun Instagramnya.",
        "youtube": "Pemilik atau pengelola kanal. Pilih akun Google yang memegang kanal kantor, bukan akun pribadi.",
        "google_business": "Pengelola profil bisnis kantor di Google. Satu akun boleh memegang banyak lokasi.",
        "tiktok": "Pemegang akun TikTok kantor. Satu izin berlaku untuk satu akun.",
        "x": "Pemegang akun X kantor. Satu izin berlaku untuk satu akun.",
    }
)
ANYONE = "Pemegang akun resmi kantor di sana, bukan akun pribadi."


def who_logs_in(platform: str) -> str:
    return WHO.get(platform, ANYONE)
