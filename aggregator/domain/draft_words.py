"""Words by which a draft is looked at before it is sent (`drafts.py`): promises, and what is rude.

Every list is one of official Indonesian and of how people in Sumatra and Java write. Words that are rude in one region and
ordinary in another are left out ("bujang", "butuh", "kau" among friends); animals, illnesses and the like are rude only
where they are said to somebody, because offices answer about stray dogs and patients of a mental hospital every day."""

from __future__ import annotations

import re

_MONTHS = "januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember"
_DAYS = "senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu"
_UNITS = "jam|hari|minggu|pekan|bulan"
_COUNT = r"(?:\d{1,3}|se|satu|dua|tiga|empat|lima|enam|tujuh|beberapa)"

# A moment that is still to come, whatever the verb.
COMING = re.compile(
    r"\bbesok\b|\blusa\b|\besok hari\b|\b(?:minggu|pekan|bulan|tahun) depan\b|\bnanti (?:sore|siang|malam)\b"
    r"|\b(?:paling|se)?(?:\s|-)?(?:lambat|lama)(?:-lambat(?:nya)?|nya)?\b(?= (?:tanggal|tgl|hari|akhir|besok|\d|"
    + _DAYS
    + r"))"
    rf"|\b(?:dalam|maksimal|selambat-lambatnya)(?: waktu)? {_COUNT}\s?(?:x\s?\d+ )?(?:{_UNITS})\b"
    rf"|\b{_COUNT}\s?(?:{_UNITS}) (?:lagi|ke depan|kedepan|mendatang)\b"
    rf"|\b(?:akhir|awal|pertengahan) (?:minggu|pekan|bulan|tahun)(?: ini| depan)?\b|\b(?:{_DAYS}) depan\b"
)
# A date or a day: a promise when something is said to be done then.
DATED = re.compile(
    rf"\b(?:tanggal|tgl)\.? \d{{1,2}}\b|\b\d{{1,2}} (?:{_MONTHS})\b|\b\d{{1,2}}[/-]\d{{1,2}}[/-]\d{{2,4}}\b"
    rf"|\b(?:hari )?(?:{_DAYS})\b(?! depan)"
)
WILL = re.compile(
    r"\b(?:akan|bakal|segera|(?:di)?mulai|dijadwalkan|direncanakan|rencananya|kami (?!sudah|telah|buka)\w+|tim \w+|petugas \w+|"
    r"di(?:perbaiki|kerjakan|bersihkan|keruk|aspal|tambal|pasang|ganti|selesaikan|tindaklanjuti|salurkan|bagikan|angkut|"
    r"tangani|cek|periksa|bayar|kirim|cetak|bangun|buka|normalkan|survei|tinjau)(?:kan)?)\b"
)
# It has been, or it is always so: opening hours, rules and reports promise nothing.
PAST = re.compile(
    r"\b(?:sudah|telah|kemarin|kmrn|lalu|tadi|sejak|pernah|rampung|tuntas)\b|\bhari kerja (?:setelah|sejak)\b"
    r"|\b(?:setiap|tiap|jam (?:buka|kerja|pelayanan|layanan)|buka (?:hari|setiap|senin|pukul|jam))\b"
    r"|\b(?:s\.?d\.?|sampai dengan|hingga)\b"
)

RESULT = re.compile(
    r"\b(?:pasti|dijamin|kami jamin|kami pastikan|dipastikan|tentu(?:nya)?) (?:akan )?(?:segera )?"
    r"(?:selesai|beres|tuntas|berhasil|dapat|mendapat\w*|menerima|diterima|cair|lulus|diperbaiki|diselesaikan|dibantu|dibayar|"
    r"dikabulkan|disetujui|aman|lancar|normal)\b"
    r"|\b(?:kami|pemerintah|dinas) (?:jamin|menjamin|berjanji|janji)\b|\bkami janjikan\b|\bjanji kami\b"
    r"|\btidak akan (?:terjadi|terulang|rusak|banjir|padam) lagi\b|\bakan tuntas\b|\bpasti (?:kami|akan)\b"
)

# Rude whoever hears it.
_RUDE = (
    "goblok goblog tolol bego dungu idiot bangsat brengsek bajingan keparat kampret sialan jancuk jancok dancuk cuk asu "
    "kontol memek ngentot entot pepek pukimak puki kimak pantek lonte perek jablay tai taik bacot cangkem congor matamu "
    "ndasmu sontoloyo kampungan norak songong belagu budeg bahlul geblek pekok koplak bangke anjir anjrit njir tolil"
)
RUDE = frozenset(_RUDE.split())
# Rude when said to somebody: after "dasar", "kamu", before "kamu" or "kau".
RUDE_TO_SOMEBODY = re.compile(
    r"\b(?:dasar|kamu|kau|elu|elo|lu|loe|situ|anda|kalian) (?:itu |ini |memang |emang )?"
    r"(?:bodoh|anjing|babi|monyet|setan|iblis|gila|sinting|buta|tuli|bisu|miskin|kere|pemalas|pembohong|penipu|provokator|"
    r"udik|kafir|sampah|cerewet|bawel|lebay|ngeyel|sok tahu|tidak tahu diri|kurang ajar|tidak punya otak)\b"
    r"|\b(?:anjing|babi|monyet|bodoh|gila) (?:kamu|kau|lu|loe|kalian)\b"
)
# Contempt in ordinary words.
CONTEMPT = re.compile(
    r"\b(?:bukan urusan kami|(?:urus|cari) (?:saja )?sendiri|salah (?:anda |kamu |kau )?sendiri|terserah (?:anda|kamu|kau)|"
    r"jangan (?:banyak )?(?:omong|bacot|cerewet|bawel|manja|lebay)|banyak (?:omong|maunya|bacot|protes)|"
    r"(?:anda|kamu|kau) (?:siapa|jangan sok|sok tahu|tidak tahu apa-apa|terlalu (?:banyak|manja))|"
    r"emang(?:nya)? (?:kamu|anda|kau) siapa|kan sudah (?:dibilang|dijelaskan|dikasih tahu)|"
    r"makanya (?:baca|dengar|bayar|jangan)|(?:tolong )?dibaca dulu dong|tidak usah (?:protes|mengeluh|lapor)|"
    r"kalau tidak suka|jangan asal (?:bicara|ngomong|lapor|tuduh)|kurang ajar|tidak tahu malu|"
    r"bodo amat|bodoh amat|masa bodoh|emang gue pikirin|ngapain (?:protes|lapor|ngeluh))\b"
)
