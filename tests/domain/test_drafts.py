"""What is said about a draft: measured on answers as offices write them, and on those that should never go out so."""

from __future__ import annotations

import time

import pytest

from aggregator.domain.drafts import Draft, digest, doubts

# Ordinary answers: nothing may be said about them. Written for this test, after the sort of thing offices answer.
ORDINARY = (
    "Syarat e-KTP: KK asli dan surat pengantar dari desa. Silakan datang ke kantor kecamatan.",
    "Kantor buka Senin sampai Jumat pukul 08.00 sampai 15.30 WIB, Bu.",
    "Pelayanan setiap hari Rabu di balai desa, gratis.",
    "Lampu di Gang Mawar sudah menyala lagi sejak kemarin sore, terima kasih laporannya.",
    "Jalan itu jalan provinsi, kewenangan Dinas PUPR Provinsi; laporannya lewat lapor.go.id.",
    "Sudah kami perbaiki hari Kamis, Pak. Bila masih tersumbat, kabari lagi.",
    "Drainase telah dikeruk tanggal 12 November dan airnya sudah lancar.",
    "Biaya retribusi pasar Rp3.000 per hari sesuai Perda 5/2021.",
    "Anjing liar di pasar sudah ditangkap petugas pagi tadi dan dibawa ke dinas peternakan.",
    "Vaksin rabies untuk anjing dan kucing tersedia gratis di puskeswan.",
    "Pasien gangguan jiwa dijamin BPJS; orang gila yang telantar ditangani Dinas Sosial.",
    "Monyet yang turun ke kebun dilaporkan ke BKSDA lewat nomor kantor (0736) 21697.",
    "Bantuan untuk lansia buta dan tuli didata oleh pekerja sosial di kelurahan.",
    "Ternak babi tidak boleh di permukiman menurut Perda 3/2019, izinnya tidak kami berikan.",
    "Keluarga miskin didaftarkan lewat musyawarah desa, bawa KK dan KTP.",
    "Kau' dan sapaan lain dalam bahasa Rejang ada di buku muatan lokal yang bisa dipinjam di perpustakaan.",
    "Bujang gadis kabupaten dipilih oleh dewan juri, hasilnya di situs dinas pariwisata.",
    "Untuk akta lahir dibutuhkan surat keterangan bidan, KK, dan KTP orang tua.",
    "Surel kantor kami: dukcapil@contohkab.go.id, telepon (0732) 21234.",
    "Air PDAM keruh karena pipa pecah di Jalan Melati; pipanya sudah diganti tadi malam.",
    "Jadwal imunisasi: posyandu Anggrek setiap tanggal 10, posyandu Melati setiap tanggal 15.",
    "Sampah diangkut dua kali sehari, pukul 05.00 dan 14.00.",
    "Bisa, Bu. Cukup bawa fotokopi KTP ke loket 3.",
    "Tidak dipungut biaya. Kalau ada yang meminta uang, laporkan ke Inspektorat.",
    "Formulirnya bisa diunduh di situs dinas pada bagian Layanan.",
    "Beasiswa ditutup sejak bulan lalu; pengumuman berikutnya kami muat di situs.",
    "Pohon tumbang di Jalan Kenanga sudah dipotong dan dibersihkan pagi tadi.",
    "Parkir di depan pasar resmi bila jukirnya memakai rompi dan memberi karcis.",
    "Titik banjir itu sudah kami survei; penyebabnya gorong-gorong tertutup coran toko.",
    "Pengurusan dilayani setiap Senin; berkas diproses 3 hari kerja.",
    "Berkas selesai dalam 5 hari kerja setelah lengkap.",
    "Nomor antrean dibuka jam 7 pagi setiap hari.",
    "Mohon maaf, jalan tersebut adalah jalan nasional; penanganannya oleh BPJN Bengkulu.",
    "Untuk keluhan listrik silakan hubungi PLN 123.",
    "Pendaftaran CPNS dibuka BKN, bukan oleh kabupaten.",
    "Ambil nomor antrean di loket 1, lalu serahkan berkas ke loket 2.",
    "Sesuai peraturan, bantuan diberikan kepada keluarga yang terdaftar di DTKS.",
    "Nomor laporan Bapak 20261112, bisa dipantau di situs dinas.",
    "Tarif angkot ditetapkan Rp5.000; sopir yang meminta lebih kami tegur.",
    "KTP yang hilang diganti dengan surat kehilangan dari polsek dan KK.",
)
# text, the kinds that must be said (others may be said as well)
DOUBTFUL = (
    ("Kami perbaiki besok pagi, Bu.", {"dated"}),
    ("Jalan Kenanga diperbaiki hari Kamis, Bu.", {"dated"}),
    ("Pengaspalan dimulai tanggal 3.", {"dated"}),
    ("Selesai paling lambat akhir bulan.", {"dated"}),
    ("Lampu dipasang paling lambat 30 November.", {"dated"}),
    ("Perbaikan dalam 3 hari.", {"dated"}),
    ("Dua minggu lagi jembatan itu dibuka.", {"dated"}),
    ("Minggu depan tim turun ke lokasi.", {"dated"}),
    ("Tim ke sana hari Senin, sambil membawa alat.", {"dated"}),
    ("Bantuan Ibu pasti cair, tenang saja.", {"promised"}),
    ("Kami jamin jalan itu tidak akan rusak lagi.", {"promised"}),
    ("Kami pastikan diselesaikan untuk Bapak.", {"promised"}),
    ("NIK Ibu 1702052301900001 sudah kami aktifkan.", {"personal"}),
    ("Pelapornya bisa dihubungi di 0812 3456 7890.", {"personal"}),
    ("Surat dikirim ke siti.aminah@gmail.com ya Bu.", {"personal"}),
    ("Dasar bodoh, baca dulu syaratnya!", {"rude"}),
    ("Kamu jangan sok tahu, urusan jalan itu rumit.", {"rude"}),
    ("Goblok, itu bukan jalan kabupaten.", {"rude"}),
    ("Bukan urusan kami, cari sendiri kantornya di Jalan Merdeka.", {"rude"}),
    ("Salah sendiri tidak bayar pajak, makanya bayar dulu.", {"rude"}),
    ("JALAN ITU KEWENANGAN PROVINSI BUKAN KABUPATEN", {"loud"}),
    ("Terima kasih, kami teruskan.", {"acknowledgement"}),
    ("Siap, kami cek.", {"acknowledgement"}),
    ("Halo kak 🙏", {"acknowledgement"}),
    ("Silakan DM kami ya kak.", {"acknowledgement"}),
)


def kinds(text: str, **more: object) -> set[str]:
    return {doubt.kind for doubt in doubts(Draft(text=text, **more))}  # type: ignore[arg-type]


def test_ordinary_answers_raise_no_false_alarm() -> None:
    alarms = {text: kinds(text) for text in ORDINARY if kinds(text)}
    assert len(alarms) <= len(ORDINARY) // 20, alarms


def test_what_should_be_said_is_said() -> None:
    missed = {text: wanted - kinds(text) for text, wanted in DOUBTFUL if wanted - kinds(text)}
    assert len(missed) <= len(DOUBTFUL) // 20, missed


@pytest.mark.parametrize("text", ["🙏🙏👍", "...", "", " \n ", "❤️ !!", "🇮🇩"])
def test_what_has_no_words_is_no_answer(text: str) -> None:
    (doubt,) = doubts(Draft(text=text))
    assert (doubt.kind, doubt.blocks) == ("wordless", True)


def test_length_is_what_the_platform_counts() -> None:
    words = "Sudah menyala lagi. " * 20
    assert "too_long" not in kinds(words, limit=400)
    (doubt,) = doubts(Draft(text=words, limit=280))
    assert doubt.blocks and "400" in doubt.reason and "280" in doubt.reason and "120" in doubt.reason
    assert "too_long" in kinds("Sudah menyala 🙏", limit=20, length_of=lambda text: 2 * len(text))


def test_ten_thousand_characters_are_looked_at_quickly() -> None:
    began = time.process_time()
    for text in ("a" * 10_000, "1 " * 5_000, "besok " * 1_700, "kamu itu " * 1_200, "Akan, " * 1_700 + "tanggal"):
        doubts(Draft(text=text, names=("Budi Santoso",) * 200))
    assert time.process_time() - began < 5


def test_a_candidate_is_named_only_while_there_are_names() -> None:
    text = "Bupati BUDI  Santoso meresmikan jembatan itu tahun lalu, jalannya 4 km."
    assert kinds(text) == set()
    assert kinds(text, names=("Budi Santoso", "Rina")) == {"candidate"}
    assert kinds("Pak Budiman dari Dinas PUPR yang menangani, loket 2.", names=("Budi",)) == set()


def test_the_same_text_once_too_often() -> None:
    text = "Syarat e-KTP: KK asli dan surat pengantar dari desa."
    assert kinds(text, uses=4, most_uses=5) == set()
    (doubt,) = doubts(Draft(text=text, uses=5, most_uses=5, uses_days=30))
    assert doubt.kind == "repeated" and "5 kali dalam 30 hari" in doubt.reason


def test_a_changed_text_is_confirmed_anew() -> None:
    found = doubts(Draft(text="Kami perbaiki besok, jalan nomor 2."))
    same = digest("Kami perbaiki besok, jalan nomor 2.", found)
    assert same == digest("Kami perbaiki besok, jalan nomor 2.", found)
    assert same != digest("Kami perbaiki besok, jalan nomor 3.", found)
    assert same != digest("Kami perbaiki besok, jalan nomor 2.", found[:0])
    assert digest("\ud800", ()) != digest("", ())


def test_a_citizens_name_alone_is_no_answer() -> None:
    assert kinds("Siti Aminah", citizen="Siti Aminah") == {"acknowledgement"}
