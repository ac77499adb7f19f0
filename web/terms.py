"""Every Indonesian word for a state, kind, strength, tab or event: one table, so pages never disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Word:
    """A word for people, the tone it is shown in (a CSS class) and the icon that stands beside it."""

    text: str
    tone: str = "quiet"
    icon: str = "dot"

    def __str__(self) -> str:
        return self.text


STATES: Mapping[str, Word] = MappingProxyType(
    {
        "new": Word("Baru", "quiet", "circle"),
        "routed": Word("Diteruskan", "info", "forward"),
        "working": Word("Diproses", "info", "dot"),
        "acknowledged": Word("Ditanggapi", "warn", "half"),
        "answered": Word("Dijawab", "good", "check"),
        "closed": Word("Selesai", "good", "check"),
        "not_ours": Word("Bukan kewenangan", "quiet", "cross"),
        "no_answer_needed": Word("Tidak perlu jawaban", "quiet", "cross"),
        "merged": Word("Digabung", "quiet", "link"),
    }
)

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "complaint": "Keluhan",
        "question": "Pertanyaan",
        "aspiration": "Aspirasi",
        "criticism": "Kritik",
        "praise": "Apresiasi",
        "spam": "Spam",
        "other": "Lainnya",
    }
)

PLATFORMS: Mapping[str, str] = MappingProxyType(
    {
        "facebook": "Facebook",
        "file": "Berkas",
        "google": "Google Maps",
        "instagram": "Instagram",
        "sp4n": "SP4N-LAPOR!",
        "tiktok": "TikTok",
        "website": "Situs web",
        "whatsapp": "WhatsApp",
        "x": "X",
        "youtube": "YouTube",
    }
)

STRENGTHS: Mapping[str, Word] = MappingProxyType(
    {
        "direct": Word("Balasan langsung", "good", "check"),
        "mentioned": Word("Menyebut pelapor", "good", "check"),
        "probable": Word("Mungkin jawaban", "warn", "half"),
        "manual": Word("Dijawab di tempat lain", "good", "check"),
    }
)

TABS: Mapping[str, str] = MappingProxyType(
    {
        "open": "Belum dijawab",
        "mine": "Punya saya",
        "late": "Terlambat",
        "support": "Mendukung",
        "triage": "Perlu triase",
        "all": "Semua",
    }
)

AGES: Mapping[str, str] = MappingProxyType(
    {"today": "Hari ini", "week": "7 hari terakhir", "month": "30 hari terakhir", "older": "Lebih lama"}
)

MOMENTS: Mapping[str, str] = MappingProxyType(
    {
        "opened": "Masuk",
        "routed": "Diteruskan",
        "claimed": "Diambil",
        "released": "Dilepas",
        "acknowledged": "Ditanggapi, belum dijawab",
        "answered": "Dijawab",
        "reopened": "Dibuka lagi",
        "returned": "Dikembalikan ke Diskominfo",
        "closed": "Ditutup",
        "noted": "Catatan",
        "answering": "Jawaban siap dikirim",
        "undone": "Pengiriman diurungkan",
        "sent": "Jawaban terkirim",
        "send_failed": "Jawaban gagal dikirim",
        "send_unsure": "Belum pasti terkirim",
        "copied": "Jawaban ditempel di platform",
        "confirmed": "Jawaban dipastikan",
        "denied": "Dinyatakan bukan jawaban",
        "not_ours": "Bukan kewenangan kabupaten",
        "no_answer_needed": "Tidak perlu jawaban",
        "edited": "Tulisan diubah warga",
        "deleted": "Tulisan dihapus dari platform",
        "late": "Lewat tenggat",
        "unmasked": "Data pribadi dibuka",
        "reviewed": "Ditinjau: memang tidak perlu jawaban",
        "withdrawn": "Ternyata ditulis kantor sendiri",
        "hidden": "Dijadikan rahasia",
        "unhidden": "Tidak lagi rahasia",
        "named": "Ditunjuk boleh membuka",
        "unnamed": "Penunjukan dibatalkan",
        "taken_over": "Penulisan jawaban diambil alih",
        "assigned": "Ditugaskan",
        "involved": "Dukungan diminta",
        "split": "Satu bagian dipisahkan",
        "share_claimed": "Bagian diambil",
        "part_done": "Bagian selesai",
        "support_ended": "Dukungan selesai",
        "merged": "Digabung dengan butir lain",
        "separated": "Dipisahkan lagi",
        "attached": "Lampiran",
        "approval_asked": "Jawaban dimintakan persetujuan",
        "approved": "Jawaban disetujui",
        "approval_returned": "Jawaban dikembalikan untuk diperbaiki",
        "approval_withdrawn": "Permintaan persetujuan ditarik",
        "closing_asked": "Penutupan dimintakan verifikasi",
        "closing_confirmed": "Penutupan diverifikasi",
        "closing_returned": "Penutupan tidak disetujui",
        "handed_off": "Warga dikabari, butir diteruskan",
        "waiting": "Menunggu warga",
        "resumed": "Tidak lagi menunggu warga",
    }
)

REPLIES: Mapping[str, Word] = MappingProxyType(
    {
        "draft": Word("Draf, belum dikirim", "quiet", "pen"),
        "pending": Word("Menunggu persetujuan", "warn", "half"),
        "queued": Word("Segera dikirim", "info", "clock"),
        "sending": Word("Sedang dikirim", "info", "clock"),
        "unsure": Word("Belum pasti terkirim", "warn", "half"),
        "sent": Word("Terkirim", "good", "check"),
        "failed": Word("Gagal dikirim", "bad", "alert"),
        "copied": Word("Menunggu terlihat di platform", "info", "clock"),
    }
)

ENDS: Mapping[str, str] = MappingProxyType(
    {
        "closed": "Ditutup",
        "answered_elsewhere": "Sudah dijawab di tempat lain",
        "no_answer_needed": "Tidak perlu jawaban",
    }
)

APPROVALS: Mapping[str, str] = MappingProxyType(
    {"none": "Tidak perlu", "always": "Setiap jawaban", "by_kind": "Jenis tertentu saja"}
)

TEMPLATES: Mapping[str, Word] = MappingProxyType(
    {
        "proposed": Word("Menunggu persetujuan", "warn", "half"),
        "approved": Word("Dipakai", "good", "check"),
        "expired": Word("Habis masa berlaku", "warn", "clock"),
        "retired": Word("Tidak dipakai", "quiet", "cross"),
    }
)

PROOFS: Mapping[str, Word] = MappingProxyType(
    {
        "shown": Word("Masih terlihat", "good", "check"),
        "changed": Word("Sudah diubah di platform", "warn", "alert"),
        "gone": Word("Sudah hilang dari platform", "bad", "alert"),
    }
)

ACCOUNT_STATES: Mapping[str, Word] = MappingProxyType(
    {
        "active": Word("Aktif", "good", "check"),
        "auth_expired": Word("Perlu masuk ulang", "bad", "alert"),
        "gone": Word("Akun tidak ditemukan", "bad", "alert"),
        "blocked": Word("Tidak bisa dibaca", "bad", "alert"),
        "paused": Word("Dijeda", "quiet", "half"),
        "file": Word("Dari berkas", "quiet", "dot"),
    }
)

OUTCOMES: Mapping[str, Word] = MappingProxyType(
    {
        "running": Word("Sedang membaca", "info", "clock"),
        "ok": Word("Lengkap", "good", "check"),
        "partial": Word("Sebagian", "warn", "half"),
        "budget_spent": Word("Dilanjutkan nanti", "info", "clock"),
        "rate_limited": Word("Diminta menunggu", "warn", "clock"),
        "transient": Word("Gangguan sementara", "warn", "alert"),
        "auth_expired": Word("Perlu masuk ulang", "bad", "alert"),
        "gone": Word("Tidak ditemukan", "bad", "alert"),
        "permanent": Word("Perlu perbaikan", "bad", "alert"),
        "malformed": Word("Bentuk tidak dikenal", "bad", "alert"),
        "platform": Word("Platform menolak", "bad", "alert"),
        "plugin_bug": Word("Plugin bermasalah", "bad", "alert"),
        "lease_lost": Word("Diambil alih pembacaan lain", "quiet", "half"),
        "postponed": Word("Ditunda", "info", "clock"),
        "killed": Word("Terhenti", "warn", "alert"),
        "no_plugin": Word("Plugin belum terpasang", "bad", "alert"),
    }
)

REOPENED: Mapping[str, str] = MappingProxyType(
    {
        "unsatisfied": "Warga menulis lagi: belum puas.",
        "answer_withdrawn": "Jawabannya diubah atau hilang.",
        "withdrawn": "Butir induknya tulisan kantor sendiri.",
    }
)

PURPOSES: Mapping[str, str] = MappingProxyType({"pull": "Baca rutin", "file": "Impor berkas", "threads": "Baca ulang"})

OFFICIAL_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "post": "menulis kiriman akun",
        "setting": "diisi di pengaturan",
        "inspected": "ditemukan saat akun diperiksa",
        "confirmed": "dipastikan petugas",
        "answer": "mengirim jawaban lewat Sahut",
    }
)

BECAUSE: Mapping[str, Word] = MappingProxyType(
    {
        "word": Word("Kata", "quiet", "pen"),
        "name": Word("Nama unit", "quiet", "inbox"),
        "place": Word("Tempat", "quiet", "dot"),
        "account": Word("Akun", "quiet", "link"),
        "thread": Word("Percakapan", "quiet", "reply"),
        "rule": Word("Aturan", "info", "sort"),
        "learned": Word("Keputusan petugas", "info", "person"),
        "plugin": Word("Plugin", "quiet", "plug"),
        "noise": Word("Derau", "quiet", "cross"),
        "urgency": Word("Mendesak", "bad", "alert"),
        "doubt": Word("Ragu", "warn", "half"),
    }
)

URGENCIES: Mapping[str, Word] = MappingProxyType(
    {"1": Word("Perlu segera", "warn", "clock"), "2": Word("Mendesak", "bad", "alert")}
)

MODELS: Mapping[str, Word] = MappingProxyType(
    {
        "queued": Word("Menunggu giliran", "info", "clock"),
        "training": Word("Sedang belajar", "info", "clock"),
        "active": Word("Dipakai", "good", "check"),
        "retired": Word("Pernah dipakai", "quiet", "undo"),
        "rejected": Word("Tidak lebih baik, tidak dipakai", "quiet", "cross"),
        "failed": Word("Gagal", "bad", "alert"),
    }
)

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "operator": "Petugas",
        "pic": "Penanggung jawab (PIC)",
        "kepala": "Kepala unit",
        "verifikator": "Verifikator Diskominfo",
        "diskominfo": "Admin Diskominfo",
        "trc": "Tim reaksi cepat",
        "inspektorat": "Inspektorat",
        "pimpinan": "Pimpinan",
        "developer": "Pengembang",
    }
)

PERSON_STATES: Mapping[str, Word] = MappingProxyType(
    {
        "active": Word("Aktif", "good", "check"),
        "invited": Word("Diundang", "info", "clock"),
        "left": Word("Nonaktif", "quiet", "cross"),
    }
)

RIGHTS: Mapping[str, str] = MappingProxyType(
    {"work": "Kerjakan: membaca dan menjawab", "read": "Baca saja", "manage": "Kelola: mengerjakan dan menyetujui"}
)

GRANT_STATES: Mapping[str, Word] = MappingProxyType(
    {
        "holds": Word("Berlaku", "good", "check"),
        "comes": Word("Belum mulai", "info", "clock"),
        "over": Word("Berakhir", "quiet", "half"),
    }
)

PERSON_MOMENTS: Mapping[str, str] = MappingProxyType(
    {
        "added": "Ditambahkan",
        "invited": "Diundang",
        "link_made": "Tautan baru dibuat",
        "joined": "Memilih kata sandi pertama",
        "password_reset": "Memilih kata sandi baru lewat tautan",
        "password_changed": "Mengganti kata sandi",
        "password_set": "Kata sandi ditetapkan dari server",
        "changed": "Data diubah",
        "deactivated": "Dinonaktifkan",
        "handed_over": "Butirnya kembali menunggu rekan",
        "reinstated": "Diaktifkan lagi",
        "factor_enrolled": "Memasang pengaman kedua",
        "factor_dropped": "Melepas pengaman kedua",
        "factor_reset": "Pengaman kedua dilepas admin",
        "codes_renewed": "Membuat kode cadangan baru",
        "recovery_used": "Masuk dengan kode cadangan",
        "sso_bound": "Akun instansi terikat",
        "sso_unbound": "Ikatan akun instansi dilepas",
        "granted": "Diberi hak atas unit lain",
        "grant_ended": "Hak atas unit lain diakhiri",
    }
)


NOTICE_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "urgent": "Mendesak: tampaknya ada bahaya",
        "assigned": "Butir diserahkan kepada saya",
        "arrived": "Butir baru untuk unit saya",
        "approval": "Persetujuan jawaban dan penutupan",
        "wrote_again": "Warga menulis lagi",
        "mentioned": "Saya disebut dalam catatan",
        "nearly_late": "Hampir lewat tenggat",
        "late": "Lewat tenggat",
        "escalation": "Eskalasi",
        "send_trouble": "Jawaban gagal atau belum pasti terkirim",
        "answered": "Butir saya dijawab",
        "followed": "Kabar dari butir yang saya ikuti",
        "withdrawn": "Jawaban diubah atau hilang",
        "triage": "Triase menumpuk",
        "login": "Akun perlu masuk ulang",
        "digest": "Ringkasan pagi",
    }
)

STAGES: Mapping[str, str] = MappingProxyType(
    {
        "verifikasi": "Meneruskan ke unit yang tepat",
        "tindak_lanjut": "Tindak lanjut pertama",
        "selesai": "Penyelesaian",
    }
)


def word(table: Mapping[str, Word], code: str) -> Word:
    """The word for a code. An unknown code (a newer core, an outcome named by a plugin) is shown as it is."""
    return table.get(code) or Word(code.replace("_", " ").capitalize())
