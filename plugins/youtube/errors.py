"""What YouTube's own reasons mean for us (those of all Google APIs are in plugins/dialects/google.py). Messages are for
officials and repeat nothing YouTube said."""

from __future__ import annotations

from aggregator.contract import AuthExpired, Gone, Permanent, Transient
from plugins.dialects.google import Meanings

COMMENTS_OFF = "commentsDisabled"
NO_PLAYLIST = "playlistNotFound"  # a channel that never published a video

_OWNER = "Hanya pemilik kanal yang boleh; hubungkan akun dengan login kanal ini."

MEANINGS: Meanings = {
    COMMENTS_OFF: (Permanent, "Komentar pada video ini ditutup; jawab lewat jalur lain."),
    "forbidden": (AuthExpired, _OWNER),
    "ineligibleAccount": (Permanent, "Akun Google ini belum memiliki kanal YouTube yang lengkap; lengkapi di YouTube."),
    "authenticatedUserNotChannel": (Permanent, "Akun Google ini belum memiliki kanal YouTube."),
    "NoLinkedYouTubeAccount": (Permanent, "Akun layanan Google tidak dapat dipakai; hubungkan login pemilik kanal."),
    "channelNotFound": (Gone, "Kanal ini tidak ditemukan di YouTube."),
    NO_PLAYLIST: (Gone, "Kanal ini belum pernah menerbitkan video."),
    "videoNotFound": (Gone, "Video ini sudah dihapus atau tidak publik."),
    "commentThreadNotFound": (Gone, "Percakapan ini sudah tidak ada di YouTube."),
    "commentNotFound": (Gone, "Komentar ini sudah tidak ada di YouTube."),
    "parentCommentNotFound": (Gone, "Komentar yang dijawab sudah tidak ada di YouTube."),
    "parentCommentIsPrivate": (Permanent, "Komentar yang dijawab tidak publik."),
    "commentTextRequired": (Permanent, "Jawaban masih kosong."),
    "commentTextTooLong": (Permanent, "Jawaban terlalu panjang untuk YouTube; persingkat."),
    "operationNotSupported": (Permanent, "YouTube tidak menerima jawaban di tempat ini."),
    "processingFailure": (Transient, "YouTube gagal mengolah permintaan ini."),
}
