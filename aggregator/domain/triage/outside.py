"""What is not the kabupaten's: who is responsible instead, and a polite answer that says so."""

from __future__ import annotations

from collections.abc import Mapping

# Topic of the word list -> who is responsible, and where a citizen reaches them (their public service numbers).
_BODIES: Mapping[str, tuple[str, str]] = {
    "PLN": ("PLN", "telepon 123 atau aplikasi PLN Mobile"),
    "BPJS": ("BPJS Kesehatan atau BPJS Ketenagakerjaan", "telepon 165 (Kesehatan) atau 175 (Ketenagakerjaan)"),
    "Polri": ("Kepolisian", "telepon 110 atau kantor polisi terdekat"),
    "Samsat": ("Samsat", "kantor Samsat terdekat atau aplikasi SIGNAL"),
    "BPN": ("Kantor Pertanahan (BPN)", "kantor pertanahan setempat atau aplikasi Sentuh Tanahku"),
    "Imigrasi": ("Kantor Imigrasi", "aplikasi M-Paspor atau kantor imigrasi terdekat"),
    "Kementerian Agama": ("Kementerian Agama", "kantor Kementerian Agama kabupaten atau KUA setempat"),
    "Dinas Pendidikan provinsi": ("Dinas Pendidikan Provinsi", "cabang dinas pendidikan provinsi di wilayah ini"),
    "Jalan nasional dan provinsi": (
        "Balai Pelaksanaan Jalan Nasional atau Dinas PU Provinsi", "SP4N-LAPOR! (lapor.go.id)"),
    "Telekomunikasi": ("operator telekomunikasi", "layanan pelanggan operator yang Anda pakai"),
    "PT Pos": ("PT Pos Indonesia", "telepon 1500161 atau kantor pos terdekat"),
    "Pertamina": ("Pertamina", "telepon 135"),
    "Perbankan": ("bank yang bersangkutan", "layanan nasabah bank itu, atau OJK di telepon 157"),
    "Bulog": ("Perum Bulog", "kantor Bulog wilayah ini"),
    "Pajak pusat": ("Direktorat Jenderal Pajak", "telepon 1500200 atau kantor pajak (KPP) terdekat"),
    "Kereta dan penerbangan": ("pengelola kereta api atau bandara", "KAI di telepon 121, atau pengelola bandaranya"),
    "Penegak hukum dan militer": ("aparat penegak hukum", "kantornya yang terdekat"),
    "Penyelenggara pemilu": ("KPU atau Bawaslu", "kantor KPU atau Bawaslu kabupaten"),
    "Program pusat": ("kementerian penyelenggara program", "SP4N-LAPOR! (lapor.go.id)"),
}  # fmt: skip
_NATIONAL = "SP4N-LAPOR! (lapor.go.id)"


def body_of(topic: str | None) -> str | None:
    """Who is responsible for a topic that is not the kabupaten's; None when it is not known."""
    known = _BODIES.get(topic or "")
    return known[0] if known else topic


def suggested_answer(topic: str | None, body: str | None) -> str:
    """A polite first draft that names who is responsible and how to reach them. Nothing is promised in their name."""
    known = _BODIES.get(topic or "")
    whose = body or (known[0] if known else "instansi lain di luar pemerintah kabupaten")
    way = known[1] if known else _NATIONAL
    return (
        "Terima kasih atas laporannya. Hal ini bukan kewenangan pemerintah kabupaten, melainkan "
        f"{whose}. Silakan sampaikan melalui {way}. Bila ada hal lain yang dapat kami bantu, kabari kami."
    )
