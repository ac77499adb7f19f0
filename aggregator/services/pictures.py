"""Files people bring: what they really are, made fit to be kept. A photo loses where and with what it was taken."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from aggregator.services.errors import Refused

LARGEST = 5 * 1024 * 1024  # bytes
MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 2560
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
_ENDINGS = {
    "image/jpeg": ("jpg", "jpeg", "jfif"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
}
_UNTRUE = "Isi berkas ini bukan {ending} seperti namanya. Kirim foto (JPEG, PNG, WebP) atau PDF yang asli."
_UNKNOWN = "Jenis berkas ini tidak diterima. Kirim foto (JPEG, PNG, WebP) atau PDF."
_BROKEN = "Foto ini rusak atau tidak bisa dibaca. Ambil atau simpan ulang, lalu kirim lagi."
_SIDE = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of a file. `look`: the difference hash of a photo, a signed 64-bit number."""

    content: bytes
    media_type: str
    look: int | None


def kept_of(content: bytes, name: str) -> Kept:
    """The file as it is kept; raises Refused in its sender's words when it is too large, unknown, broken, or not what its
    name says."""
    if not content:
        raise Refused("Berkas ini kosong. Pilih berkas lain.")
    if len(content) > LARGEST:
        raise Refused("Berkas terlalu besar: paling besar 5 MB. Kecilkan fotonya, lalu kirim lagi.")
    media_type = _media_type(content)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if media_type is None:
        known = any(ending in endings for endings in _ENDINGS.values())
        raise Refused(_UNTRUE.format(ending=ending.upper()) if known else _UNKNOWN)
    if ending and ending not in _ENDINGS[media_type]:
        raise Refused(_UNTRUE.format(ending=ending.upper()[:8]))
    return Kept(content, media_type, None) if media_type == "application/pdf" else _photo(content, media_type)


def _media_type(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for magic, media_type in _MAGIC if content.startswith(magic)), None)


def _photo(content: bytes, media_type: str) -> Kept:
    """Drawn anew: no place, camera or hidden file goes along; upright, and no larger than a screen needs."""
    wanted = media_type.removeprefix("image/").upper()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[wanted]) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Refused("Foto ini terlalu besar ukurannya. Kecilkan dulu, lalu kirim lagi.")
                picture = ImageOps.exif_transpose(opened)
                picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                picture = picture.convert("RGB" if wanted == "JPEG" else "RGBA")
    except Refused:
        raise
    except Exception as error:  # a decoder meets hostile bytes here: whatever it raises means the same
        raise Refused(_BROKEN) from error
    drawn = io.BytesIO()
    Image.frombytes(picture.mode, picture.size, picture.tobytes()).save(drawn, wanted, quality=85)
    return Kept(drawn.getvalue(), media_type, difference_hash(picture))


def difference_hash(picture: Image.Image) -> int | None:
    """Whether each of 8 × 8 spots is brighter than its neighbour (dHash): a photo saved again, made smaller or paler keeps
    nearly all of them. None for a picture of one colour, which is like any other."""
    grey = picture.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.LANCZOS)
    spots = grey.tobytes()
    bits = 0
    for row in range(_SIDE):
        for column in range(_SIDE):
            at = row * (_SIDE + 1) + column
            bits = bits << 1 | (spots[at] > spots[at + 1])
    return int.from_bytes(bits.to_bytes(8, "big"), "big", signed=True) if bits else None


def distance(one: int, other: int) -> int:
    """In how many of the 64 spots two hashes differ."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()
