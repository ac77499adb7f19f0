"""The words and sentence parts officials and citizens use around an answer: what `replies` and `reactions`
look for.

All patterns are matched against a line of folded, respelled words with single spaces (see
`triage.normalise`).
"""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _any(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{alternatives})\b")


ADDRESS = _set(
    "kak kakak pak bu bapak ibu mas mbak bang abang min admin mimin saudara saudari sobat sahabat "
    "warga masyarakat "
    "netizen gan bro sis dek adek adik om tante bos bund bunda ayah kawan teman lur dulur cak ning "
    "teh akang kang ndan "
    "yth bpk sdr sdri dik wargi"
)
PARTICLES = _set(
    "ya yaa iya yah nih deh dong kok sih lho loh kan saja juga dulu ini itu tersebut yang di ke dari "
    "pada untuk dengan "
    "dan atau atas agar supaya hal para kami kita anda kalian oleh tim pihak jika ada adalah akan "
    "sudah telah lagi masih "
    "sedang mohon silakan tolong harap dimohon monggo mangga bisa dapat lebih lanjut selalu sangat "
    "sekali banyak sama "
    "bagi serta dalam secara melalui lewat via terkait tentang mengenai perihal kepada saat nanti "
    "segera secepatnya baik "
    "kembali tetap semua sebagai menjadi karena tapi namun jadi kalau to the for your we will you it "
    "is be and of our us"
)
COURTESY = _set(
    "halo hallo hai hi hello assalamualaikum waalaikumsalam waalaikumussalam walaikumsalam wr wb "
    "selamat pagi siang sore "
    "malam salam sehat terima kasih matur nuwun suwun nuhun hatur sami maaf permohonan ketidaknyamanan "
    "ketidaknyamanannya pengertian pengertiannya kesabaran kesabarannya perhatian perhatiannya "
    "kerjasama kerjasamanya "
    "kerja partisipasi partisipasinya kepercayaan kepercayaannya dukungan dukungannya masukan "
    "masukannya saran sarannya "
    "kritik kritiknya kritikan informasi informasinya info infonya laporan laporannya aduan aduannya "
    "pengaduan "
    "pengaduannya keluhan keluhannya pertanyaan pertanyaannya komentar komentarnya apresiasi "
    "apresiasinya tanggapan "
    "tanggapannya respon responnya menghubungi bertanya melapor melaporkan menyampaikan semoga amin "
    "aamiin sukses lancar "
    "bermanfaat mantap keren sip siap asiap oke ok okay okey baiklah noted roger copy thanks thank "
    "received nggih njih "
    "inggih injih enggih muhun iyo yoi betul benar leres hormat senang wasalam wassalam regards best "
    "dear please kindly "
    "dimengerti dipahami paham monitor semangat jempol mengerti luar biasa sekitar "
    "sebesar besarnya sedalam dalamnya"
)
NAMELESS = _set(
    "bukan kami kewenangan wewenang berwenang ranah tanggung jawab dinas instansi opd pihak terkait "
    "lain maaf mohon "
    "merupakan domain tupoksi bagian bagiannya kewenangannya ranahnya tupoksinya bidang adalah luar "
    "hubungi menghubungi "
    "langsung kantor pusat bersangkutan"
)
YES_NO = _set("bisa boleh belum tidak gratis dibuka ditutup tutup buka libur wajib penuh habis mboten ndak")

_ACTIVE = r"(?:di|men?g?|mem?|menge|meny?|ber|ter|pe\w{1,3})?"
_HANDLE = (
    r"sampaikan|nyampaikan|teruskan|neruskan|koordinasi(?:kan)?|koordinir|tindak ?lanjut(?:i|nya)?|"
    r"lanjutkan|laporkan|"
    r"catat|ncatat|cek|ngecek|cekan|cekkan|crosscheck|kroscek|periksa|meriksa|tanyakan|nanyakan|"
    r"konfirmasi(?:kan)?|tampung|"
    r"nampung|respons?|tanggapi|nanggapi|bahas|pelajari|pantau|mantau|perhatikan|atensi|"
    r"eskalasi(?:kan)?|disposisi(?:kan)?|"
    r"infokan|informasikan|kabari|kabarkan|ngabari|proses|survei|survey|tinjau|ninjau|ninjauan|"
    r"tinjauan|telusuri|upayakan|"
    r"usahakan|bantu|komunikasikan|evaluasi|jawab|balas|identifikasi|arahkan|usulkan|ngusulkan|tangani|follow"
)
HANDLING = _any(
    rf"{_ACTIVE}(?:{_HANDLE})(?:nya)?|follow up|forward(?:ed)?|passed?|check(?:ing)?|inform(?:ed)?|"
    r"get back|look into|"
    r"review|(?:kami|sudah|telah) terima|aturaken|dugikeun|teraskeun|teruskeun|(?:jadi|"
    r"menjadi) (?:bahan|masukan|perhatian|catatan)"
)
WAITING = _any(r"(?:di|me)?n?tunggu(?:lah|nya)?|nunggu|sabar|bersabar|antosan|entosan|enteni|stay tuned|wait")
PROMISE = _any(
    r"(?:akan|bakal|segera|secepat\w*|nanti|mangke|insya ?allah|diupayakan|diusahakan|"
    r"mudah mudahan)(?: \w+){0,3}? "
    r"(?:kami|kita|tim|petugas|di\w{3,})|(?:kami|kita|tim|petugas)(?: \w+){0,2}? (?:akan|bakal|segera|"
    r"usahakan)|we will|we ll"
)
PRIVATE = _any(
    r"dm|inbox|inboks|direct message|japri|jalur pribadi|pesan (?:pribadi|langsung|masuk)|chat|wa|"
    r"whatsapp|messenger|telegram|"
    r"pc|bio|kontak (?:kami|admin)|hubungi (?:kami|admin)|narahubung"
)
DETAILS = _any(
    r"(?:mohon|minta|tolong|boleh|bisa|silakan|kirim|kirimkan|sertakan|cantumkan|infokan|informasikan|"
    r"share|sebutkan|lengkapi|"
    r"tuliskan|kasih|beri|dikirim|disertakan|diinfokan|dibantu)(?: \w+){0,3}? (?:alamat|lokasi|titik|"
    r"foto|fotonya|detail|detailnya|"
    r"data\b|datanya|nama|nomor|nomornya|kronologi|identitas|patokan|bukti|video|shareloc|daerah|"
    r"posisi|koordinat)\w*|"
    r"(?:alamat|lokasi|titik|daerah|posisi)\w*(?: \w+)? (?:dimana|mana|lengkap|lengkapnya|tepat|"
    r"tepatnya|persis|persisnya)|shareloc|daerah mana"
)
TIME = _any(
    r"senin|selasa|rabu|kamis|jumat|sabtu|ahad|januari|februari|maret|april|mei|juni|juli|agustus|"
    r"september|oktober|november|"
    r"desember|besok|lusa|kemarin|tadi|semalam|(?:hari|malam|pagi|siang|sore|minggu|bulan|tahun|"
    r"pekan) (?:ini|depan|lalu)|"
    r"triwulan|(?:jam|pukul|tanggal|tgl|usia|mulai) \d+|\d+ (?:hari|minggu|bulan|tahun|jam|menit|"
    r"orang|ribu|juta|persen|meter|"
    r"km|unit|lembar|rangkap)|hari kerja|jam kerja|setiap hari|tiap hari"
)
FIGURE = re.compile(r"\brp ?\d|\b\d{2}\b|\b\d{3,}\b|\btidak dipungut\b|\btanpa biaya\b|\bgratis\b")
DONE = _any(r"sudah|telah|sampun|selesai|beres|tuntas|rampung|barusan|baru saja")
REASON = _any(r"karena|dikarenakan|sebab|disebabkan|akibat|diakibatkan|lantaran|berhubung|setelah|apabila")
RESPONSIBLE = _any(
    r"\w{0,2}wewenang\w*|kewenangan\w*|ranah\w*|tanggung jawab|ditangani oleh|dikelola oleh|milik|tupoksi\w*"
)
INSTRUCTION = _any(
    r"bawa|membawa|dibawa|siapkan|menyiapkan|syarat\w*|persyaratan|datang|loket|lampirkan|melampirkan|"
    r"isi|mengisi|unduh|download|"
    r"daftar|mendaftar|klik|login|fotokopi|fotocopy|ktp|kk|formulir|aplikasi|website|web|link|tautan|"
    r"kantor|balai|kelurahan|"
    r"kecamatan|puskesmas|menu|online|materai|pengantar|call center|hotline"
)
CUT = re.compile(
    r"[!;\n…•]+|(?<=\?)|[.,:](?=\s|$)|\s[-–—]+\s|[()]|\s(?=(?:terima ?kasih|makasih|makasi|trims|"
    r"suwun|matur|hatur|silakan|"
    r"silahkan|mohon|nanti|namun|tetapi|tapi|ternyata|hasilnya|dan (?:akan|sudah|kami|telah)|semoga|"
    r"bisa langsung|"
    r"untuk itu|sekarang|selanjutnya|we will)\b)",
    re.IGNORECASE,
)

_END = r"(?= )"
SETTLED = re.compile(
    r" (?:sudah|alhamdulillah|sampun|akhirnya|sekarang)(?: \w+)? (?:nyala|menyala|bagus|bisa|beres|"
    r"diperbaiki|selesai|lancar|"
    r"jadi|terang|mengalir|normal|bersih|diangkut|dapat|aktif|oke|ok|baik|rapi|mulus|hidup|jelas|"
    r"paham|mengerti|cair|masuk|"
    r"keluar|ditangani|tuntas|diaspal|dipasang|aman|kering|surut)"
    + _END
    + r"| tidak(?: \w+){1,2} lagi"
    + _END
    + r"| belum (?:sempat|coba|cek|kesana|ke sana|saya (?:cek|coba))"
    + _END
    + r"| masih (?:bagus|aman|ingat)"
    + _END
)
CONDITION = re.compile(
    r" (?:kalau|jika|bila|apabila|semisal|misal|misalnya|andai|seandainya|takutnya)(?: \w+){0,3}? "
    r"(?:belum|masih|tidak|mati|rusak|ada)(?: \w+){0,2}" + _END
)
UNSETTLED = re.compile(
    r" (?:belum|masih|tetap|bohong|dusta|hoax|hoaks|php|percuma|nihil|zonk|omong kosong|omdo|nyatanya|"
    r"kenyataannya|faktanya|"
    r"buktinya|bukti|(?:sampai|hingga) (?:sekarang|kapan|detik|saat|hari|kini)|sama saja|"
    r"tidak (?:sesuai|ada|benar|jelas|bisa|menjawab|nyambung|sama|datang|mengalir|nyala|pernah|"
    r"kunjung|berubah|membantu)|bukan itu|"
    r"(?:mati|rusak|padam|banjir|bocor|mampet|menumpuk|error) lagi|(?:kembali|malah|makin|semakin|"
    r"tambah) (?:mati|rusak|padam|parah|banjir|"
    r"menumpuk|bau|macet|kotor|hancur)|mana (?:\w+ )?(?:hasil|realisasi|bukti|janji|tindak|aksi)\w*|"
    r"janji (?:terus|doang|saja|melulu|tinggal|palsu|manis)|cuma (?:janji|omong)|template|"
    r"jangan (?:janji|cuma|hanya|asal)|katanya|"
    r"(?:begitu|gitu|begini|itu) terus|lama (?:sekali|banget|amat)|kecewa|kok (?:\w+ )?(?:lama|cuma|begitu|"
    r"malah|mati|rusak|padam|mampet|bau))" + _END
)
ASKS_AGAIN = re.compile(
    r" (?:kapan|kenapa|mana|realisasi|bagaimana|kok|lanjutan|kelanjutan|progres|progress)\w*" + _END
)
