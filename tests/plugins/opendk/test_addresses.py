"""Addresses as people paste them."""

from __future__ import annotations

import pytest

from plugins.opendk.platform import OpenDk

KNOWN = {
    "https://kec-kalisari.contoh.go.id": "kec-kalisari.contoh.go.id",
    "https://www.kec-kalisari.contoh.go.id/": "kec-kalisari.contoh.go.id",
    "http://KecKalisari.contoh.go.id/profil": "keckalisari.contoh.go.id",
    "kec.kalisari.contoh.go.id": "kec.kalisari.contoh.go.id",
    "kecamatan-kalisari.contoh.go.id/berita/lomba-desa?utm_source=wa": "kecamatan-kalisari.contoh.go.id",
    "https://kecamatankalisari.id/": "kecamatankalisari.id",
    "//kec-kalisari.contoh.go.id:443/x": "kec-kalisari.contoh.go.id",
    "https://kec-kalisari.contoh.go.id:8443/": "kec-kalisari.contoh.go.id:8443",
    "https://kalisari.contoh.go.id/sistem-komplain": "kalisari.contoh.go.id",
    "https://kalisari.contoh.go.id/sistem-komplain/komplain/lampu-jalan-mati": "kalisari.contoh.go.id",
    "https://kalisari.com/sistem-komplain/kirim": "kalisari.com",
    "https://kalisari.contoh.go.id/berita/lomba-desa#komentar": "kalisari.contoh.go.id",
    "https://kalisari.contoh.go.id/berita-desa": "kalisari.contoh.go.id",
}
UNKNOWN = (
    "https://kalisari.contoh.go.id/", "https://kalisari.com/berita/lomba-desa", "https://kecap.com/", "kecamatan kalisari",
    "https://kalisari.contoh.go.id/berita", "https://www.instagram.com/kec.kalisari", "@kec.kalisari", "",
    "https://kalisari.contoh.go.id/sistem-komplain-lama", "https://admin@kec-kalisari.contoh.go.id/",
    "ftp://kec-kalisari.contoh.go.id/", "https://kec-kalisari.contoh.go.id:99999/",
)  # fmt: skip


@pytest.mark.parametrize(("address", "key"), KNOWN.items())
def test_known(address, key):
    found = OpenDk().resolve(address)
    assert found is not None
    assert (found.platform, found.key) == ("opendk", key)
    assert OpenDk().resolve(found.url) == found


@pytest.mark.parametrize("address", UNKNOWN)
def test_unknown(address):
    assert OpenDk().resolve(address) is None
