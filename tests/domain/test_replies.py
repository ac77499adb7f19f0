"""Which official replies are answers. Half of the cases were written after the rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.replies import Worth, is_unsatisfied, judge_reply

# written with the rules
ANSWERS = [
    "Jalan itu sudah diaspal kemarin, terima kasih",
    "Buka jam 08.00 sampai 15.00",
    "Bisa, bawa KK dan KTP",
    "Bisa kak",
    "Gratis kak 😊",
    "Belum dibuka kak pendaftarannya",
    "Pipa induk pecah di Talang Benih, sekarang sedang disambung dan air normal nanti malam",
    "Listrik bukan kewenangan kami, silakan hubungi PLN 123",
    "Itu jalan provinsi kak, kewenangan Dinas PUPR Provinsi",
    "Untuk pembuatan akta kelahiran bisa langsung ke Disdukcapil bawa surat lahir dan buku nikah",
    "Syaratnya fotokopi KTP dan pas foto 3x4",
    "Sampah sudah diangkut tadi pagi ya kak, suwun",
    "Pendaftaran ditutup tanggal 30 November",
    "Waalaikumsalam, lampunya sudah kami ganti kak, silakan dicek. Terima kasih infonya",
    "Mohon maaf blangko KTP sedang kosong karena pengiriman dari pusat terlambat",
    "Perbaikan dijadwalkan Senin depan",
    "lowongannya khusus warga ber-KTP Rejang Lebong",
    "Pelayanan di loket 3 kak, nggak perlu bawa materai",
    "Biayanya Rp25.000 per orang",
    "Yang belum dapat undangan tetap boleh datang kak",
    "Silakan daftar melalui website resmi kami, pilih menu PPDB",
    "Kuotanya sudah penuh",
    "Sampun didandani pak, matur nuwun",
]
# written with the rules
ACKNOWLEDGEMENTS = [
    "Terima kasih, kami teruskan",
    "silakan DM",
    "sudah kami sampaikan ke bidang terkait",
    "mohon ditunggu",
    "siap",
    "🙏",
    "@siti_aminah",
    "siap kak, kami sampaikan ya",
    "nggih",
    "inbox ya kak",
    "cek DM",
    "noted",
    "Terima kasih atas laporannya kak, akan segera kami tindak lanjuti",
    "Halo Bu Siti Aminah",
    "Baik kak, nanti kami cek ke lapangan",
    "Mohon maaf atas ketidaknyamanannya",
    "Alamat lengkapnya di mana kak?",
    "Boleh minta lokasi dan fotonya kak",
    "Sudah ditindaklanjuti ya kak",
    "Laporan sudah kami teruskan ke Dinas PUPR, mohon kesabarannya",
    "Bukan kewenangan kami kak",
    "Akan segera diperbaiki oleh tim kami",
    "Terima kasih masukannya, semoga sehat selalu",
    "Silakan WA ke nomor admin ya kak",
    "Matur nuwun infonya, kami koordinasikan dulu nggih",
    "Ok siap laksanakan",
    "Thank you for your report, we will check",
    "kami catat sebagai masukan",
    "Hatur nuhun",
    "Salam hangat, Admin Dinas Kesehatan",
]
# written after the rules: 20 of 20 right at the first try
LATER_ANSWERS = [
    "Posyandu Melati buka tiap Kamis pagi di balai RT",
    "Tidak ada pungutan, kalau ada yang minta uang laporkan ke kami",
    "Kartunya bisa diambil di kantor pos",
    "Alhamdulillah jalan menuju Air Bang sudah mulus lagi kak",
    "Air mati karena ada perbaikan pompa di Suban",
    "Maaf kak, kuota bantuan tahun ini sudah terpenuhi",
    "Rujukan berlaku 3 bulan sejak diterbitkan",
    "Boleh diwakilkan asal satu KK",
    "Usia maksimal 35 tahun",
    "Untuk SMA/SMK menjadi kewenangan Dinas Pendidikan Provinsi kak",
    "Lampu PJU di simpang lima telah kami perbaiki semalam. Terima kasih, silakan DM jika masih padam",
    "Pakai NIK kak untuk loginnya",
    "Belum kak, blangkonya habis",
    "Bus sekolah lewat jam 6.30 dari terminal",
    "Anggarannya baru tersedia di APBD perubahan",
    "Iya kak bisa lewat aplikasi Sahabat Dukcapil",
    "Pohonnya wis ditebang wingi pak",
    "Silakan lapor ke Call Center 112 untuk keadaan darurat",
    "Pendaftaran CPNS hanya lewat sscasn.bkn.go.id",
    "Vaksin polio tersedia di semua puskesmas",
]
# written after the rules: 22 of 23 right at the first try
LATER_ACKNOWLEDGEMENTS = [
    "Siap pak, terima kasih",
    "Terima kasih informasinya 🙏🙏",
    "Njih bu, kami aturaken dateng pimpinan",
    "Ok kak, segera kami follow up",
    "Mohon bersabar ya bapak ibu",
    "Baik, laporan Anda kami terima",
    "Cek inbox kak",
    "Halo kak, boleh DM nomor KTP-nya?",
    "Sudah kami forward ke teman-teman lapangan",
    "well noted",
    "Terimakasih banyak atas perhatian dan masukannya untuk dinas kami",
    "Kami mohon maaf sebesar-besarnya",
    "Aduan diteruskan ke UPTD setempat",
    "Tim akan turun mengecek",
    "@andi_saputra 👍",
    "Insya Allah segera dikerjakan",
    "Waalaikumsalam wr wb, terima kasih sudah menghubungi kami",
    "Untuk info lebih lanjut silakan chat admin kami",
    "Akan menjadi bahan evaluasi kami ke depan",
    "Mantap kak",
    "Kami koordinasikan dengan pihak kelurahan dulu ya",
    "Sabar nggih",
    "Bisa dijelaskan lokasinya kak",
]
# what citizens write when it is not settled
UNSATISFIED = [
    "masih belum, min",
    "kok belum juga",
    "mana buktinya",
    "sampai sekarang masih mati lampunya",
    "terima kasih tapi masih belum nyala",
    "katanya hari ini, mana?",
    "bohong",
    "kapan realisasinya pak?",
    "baru sehari sudah rusak lagi",
    "tetap banjir pak",
    "gak ada petugas yang datang",
    "jawaban template",
    "blm nyala jg min",
    "lampunya kok mati maneng min",
    "gak ada perubahan sama sekali",
    "bohong, sampe skrg blm diangkut",
    "tapi di RT saya belum dapat",
    "dari kemarin jawabannya itu terus",
    "hasilnya mana?",
    "nyatanya masih bolong",
    "tetep gak bisa login",
]
# what they write when it is
CONTENT = [
    "terima kasih, sudah nyala",
    "alhamdulillah sudah diperbaiki",
    "siap min, makasih",
    "baik pak, kalau belum nyala saya kabari lagi",
    "sudah tidak mati lagi lampunya",
    "oke noted",
    "mantap gercep",
    "🙏🙏",
    "belum sempat cek min, nanti saya lihat",
    "oke min suwun",
    "sip sudah bisa login",
    "makasih sudah diangkut sampahnya",
    "alhamdulillah, airnya udah ngalir",
    "siap saya ke sana besok",
    "baik terima kasih penjelasannya",
]


@pytest.mark.parametrize("text", ANSWERS + LATER_ANSWERS)
def test_substance_answers(text: str) -> None:
    worth, reason = judge_reply(text)
    assert (worth, bool(reason)) == (Worth.ANSWER, True)


@pytest.mark.parametrize("text", ACKNOWLEDGEMENTS + LATER_ACKNOWLEDGEMENTS)
def test_a_sign_of_life_is_not_an_answer(text: str) -> None:
    worth, reason = judge_reply(text)
    assert (worth, bool(reason)) == (Worth.ACKNOWLEDGEMENT, True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Sudah kami teruskan ke bidang terkait", "baru meneruskan atau memeriksa, belum menjawab"),
        ("Silakan DM kak", "mengalihkan ke pesan pribadi"),
        ("Mohon ditunggu ya", "meminta menunggu"),
        ("Lokasinya di mana kak?", "meminta keterangan tambahan"),
        ("Akan segera diperbaiki oleh petugas", "janji tanpa waktu"),
        ("Bukan kewenangan kami", "tidak menyebut siapa yang berwenang"),
        ("🙏", "hanya emoji atau sebutan akun"),
        ("Terima kasih bapak", "hanya salam, nama, atau ucapan terima kasih"),
        ("Kewenangan PLN kak", "menyebut siapa yang berwenang"),
        ("Buka pukul 08.00", "menyebut waktu, angka, atau biaya"),
        ("Lampu sudah diganti", "menyebut yang sudah dikerjakan"),
    ],
)
def test_the_reason_says_what_was_found(text: str, reason: str) -> None:
    assert judge_reply(text)[1] == reason


def test_a_template_is_not_an_answer_however_full() -> None:
    text = "Buka jam 08.00 sampai 15.00"
    assert judge_reply(text, same_text_elsewhere=2)[0] is Worth.ANSWER
    assert judge_reply(text, same_text_elsewhere=3) == (
        Worth.ACKNOWLEDGEMENT,
        "teks yang sama dikirim berkali-kali",
    )


def test_the_citizens_name_is_no_substance() -> None:
    assert judge_reply("siap kak rina wulandari")[0] is Worth.ANSWER  # two unknown words look like something said
    assert judge_reply("siap kak rina wulandari", answered_author="Rina Wulandari")[0] is Worth.ACKNOWLEDGEMENT


@pytest.mark.parametrize("text", UNSATISFIED)
def test_unsatisfied(text: str) -> None:
    assert is_unsatisfied(text)


@pytest.mark.parametrize("text", CONTENT)
def test_content(text: str) -> None:
    assert not is_unsatisfied(text)


@given(st.text(max_size=400))
def test_any_text_is_judged(text: str) -> None:
    worth, reason = judge_reply(text)
    assert worth in Worth
    assert reason
    assert is_unsatisfied(text) in (True, False)
