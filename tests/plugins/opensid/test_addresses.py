"""Addresses as people paste them."""

from __future__ import annotations

import pytest

from plugins.opensid.platform import OpenSid

KNOWN = {
    "https://sukamaju.desa.id": "sukamaju.desa.id",
    "https://www.sukamaju.desa.id/": "sukamaju.desa.id",
    "http://sukamaju.desa.id/index.php": "sukamaju.desa.id",
    "SUKAMAJU.DESA.ID": "sukamaju.desa.id",
    "sukamaju.desa.id/pengaduan": "sukamaju.desa.id",
    "//sukamaju.desa.id/artikel/kategori/berita": "sukamaju.desa.id",
    "https://sukamaju-kalisari.desa.id/artikel/2026/8/4/jalan-baru?fbclid=Iw#komentar": "sukamaju-kalisari.desa.id",
    "https://sukamaju.desa.id:443/first": "sukamaju.desa.id",
    "https://sukamaju.desa.id:8443/": "sukamaju.desa.id:8443",
    "https://kelurahan-pasar.contoh.go.id/pengaduan": "kelurahan-pasar.contoh.go.id",
    "https://kelurahan-pasar.contoh.go.id/index.php/pengaduan/3": "kelurahan-pasar.contoh.go.id",
    "https://www.desasukamaju.com/artikel/2026/10/21/laporan-kinerja": "desasukamaju.com",
    "https://desasukamaju.com/index.php/first/artikel/12": "desasukamaju.com",
    "https://désa.desa.id/": "xn--dsa-bma.desa.id",
}
UNKNOWN = (
    "https://desa.id", "https://www.desa.id/", "https://sukamaju.desa.id.contoh.com/", "https://desasukamaju.com/",
    "https://desasukamaju.com/artikel/", "https://desasukamaju.com/pengaduan", "https://www.facebook.com/desasukamaju",
    "https://contoh.go.id/2026/08/04/jalan-baru", "@sukamaju", "desa sukamaju", "mailto:a@sukamaju.desa.id",
    "ftp://sukamaju.desa.id/", "https://admin@sukamaju.desa.id/", "https://sukamaju.desa.id:99999/", "",
)  # fmt: skip


@pytest.mark.parametrize(("address", "key"), KNOWN.items())
def test_known(address, key):
    found = OpenSid().resolve(address)
    assert found is not None
    assert (found.platform, found.key) == ("opensid", key)
    assert OpenSid().resolve(found.url) == found


@pytest.mark.parametrize("address", UNKNOWN)
def test_unknown(address):
    assert OpenSid().resolve(address) is None
