"""What Business Profile's statuses mean for us (those of all Google APIs are in plugins/dialects/google.py). Messages are
for officials and repeat nothing Google said."""

from __future__ import annotations

from aggregator.contract import AuthExpired, Gone, Permanent
from plugins.dialects.google import Meanings

NOT_APPROVED = "Google belum menyetujui akses API ulasan (kuota 0); ajukan formulir Basic API access."
NOT_MANAGER = "Login Google ini belum menjadi pengelola profil lokasi ini; undang akun Diskominfo sebagai pengelola."

MEANINGS: Meanings = {
    "QUOTA_ZERO": (Permanent, NOT_APPROVED),
    "ACCESS_TOKEN_EXPIRED": (AuthExpired, "Login Google sudah tidak berlaku; hubungkan akun lagi."),
    "PERMISSION_DENIED": (
        Permanent,
        "Google menolak: peran pengelola dicabut, lokasi belum terverifikasi, atau akses API belum disetujui.",
    ),
    "NOT_FOUND": (Gone, "Ulasan atau lokasi ini sudah tidak ada di Google."),
    "FAILED_PRECONDITION": (Permanent, "Google belum mengizinkan ini untuk lokasi yang belum terverifikasi."),
}
