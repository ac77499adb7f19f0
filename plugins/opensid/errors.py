"""What stands in the way of reading a village site, in words for officials, and as errors of the contract."""

from __future__ import annotations

from aggregator.contract import Malformed, Transient

NOT_OPENSID = "Situs ini tidak tampak memakai OpenSID. Pilih Situs web, atau periksa alamatnya."
LEAK = (
    "Versi OpenSID lama membuka data pribadi pelapor (NIK, telepon, surel, atau alamat IP) kepada siapa saja. "
    "Mintalah desa memutakhirkan OpenSID. Sahut tidak menyimpan data itu."
)


def outage(closed: bool) -> Transient:
    """A page that OpenSID did not make, or that says it is being repaired: nothing on it means anything."""
    if closed:
        return Transient("Situs desa sedang dalam perbaikan.")
    return Transient("Situs desa menampilkan halaman lain, bukan halaman OpenSID.")


def odd_json() -> Malformed:
    return Malformed("Daftar pengaduan OpenSID tidak berbentuk seperti biasanya.")
