"""A notice in words: from its kind and data to a short title and a line below it. No citizen's words are in it, and of
a confidential item nothing at all but that it is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

Data = Mapping[str, Any]

_WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "complaint": "Keluhan",
        "question": "Pertanyaan",
        "aspiration": "Aspirasi",
        "criticism": "Kritik",
        "praise": "Apresiasi",
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """`title` says what happened in one line; `body` may be empty."""

    title: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """From when and where the words are read: “besok” depends on both."""

    now: datetime
    zone: ZoneInfo

    def moment(self, at: datetime) -> str:
        """“hari ini 14.30”, “besok 08.12”, “Selasa 09.00”, “21 Nov 09.00”."""
        local = at.astimezone(self.zone)
        days = local.toordinal() - self.now.astimezone(self.zone).toordinal()
        near = {-1: "kemarin", 0: "hari ini", 1: "besok"}
        far = _WEEKDAYS[local.weekday()] if 1 < days < 7 else f"{local.day} {_MONTHS[local.month - 1]}"
        return f"{near.get(days, far)} {local.hour:02d}.{local.minute:02d}"


def with_item(data: Data, kind: str | None, *, confidential: bool) -> dict[str, Any]:
    """A notice's data with what its item is now, where whoever announced it did not say."""
    told = {"item_kind": kind, **data}
    return told | {"confidential": confidential or bool(data.get("confidential"))}


def worded(kind: str, data: Data, seen: Seen) -> Words:
    """What a person reads. Data may lack anything: the words get shorter, never wrong."""
    if data.get("confidential"):
        return Words("Ada butir rahasia yang menunggu Anda", "Isinya hanya terlihat setelah masuk.")
    return _WORDS.get(kind, _other)(data, seen)


def _item(data: Data) -> str:
    return _ITEMS.get(str(data.get("item_kind")), "Butir")


def _for_unit(data: Data) -> str:
    return f" untuk {data['unit']}" if _named(data) else ""


def _of_unit(data: Data) -> str:
    return f" di {data['unit']}" if _named(data) else ""


def _named(data: Data) -> bool:
    """Whether the unit's name is told, and not only its number."""
    return isinstance(data.get("unit"), str) and bool(data["unit"])


def _by(data: Data) -> str:
    return f" oleh {data['by']}" if data.get("by") else ""


def _due(data: Data, seen: Seen) -> str:
    due = _moment(data.get("due"))
    return f", tenggat {seen.moment(due)}" if due else ""


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None


def _number(data: Data, name: str) -> int:
    value = data.get(name)
    return value if isinstance(value, int) else 0


def _arrived(data: Data, seen: Seen) -> Words:
    if (many := _number(data, "n")) > 1:
        return Words(f"{many} butir baru{_for_unit(data)}")
    return Words(f"{_item(data)} baru{_for_unit(data)}{_due(data, seen)}")


def _late(data: Data, seen: Seen) -> Words:
    if (many := _number(data, "n")) > 1:
        return Words(f"{many} butir lewat tenggat{_of_unit(data)}")
    return Words(f"{_item(data)}{_for_unit(data)} lewat tenggat", "Belum dijawab.")


def _urgent(data: Data, seen: Seen) -> Words:
    return Words(f"Mendesak: {_item(data).lower()}{_for_unit(data)}{_due(data, seen)}", "Tampaknya ada bahaya.")


def _assigned(data: Data, seen: Seen) -> Words:
    return Words(f"{_item(data)} diserahkan kepada Anda{_by(data)}{_due(data, seen)}", _reason(data))


def _nearly_late(data: Data, seen: Seen) -> Words:
    return Words(f"Hampir lewat tenggat: {_item(data).lower()}{_for_unit(data)}{_due(data, seen)}")


def _escalation(data: Data, seen: Seen) -> Words:
    return Words(f"Perlu perhatian Anda: {_item(data).lower()}{_for_unit(data)} belum dijawab{_due(data, seen)}")


def _send_trouble(data: Data, seen: Seen) -> Words:
    if data.get("unsure"):
        return Words("Jawaban belum pasti terkirim", "Sahut memeriksanya lagi; belum perlu mengirim ulang.")
    return Words("Jawaban gagal dikirim", "Teksnya tersimpan. Buka butirnya untuk melihat sebabnya.")


def _answered(data: Data, seen: Seen) -> Words:
    return Words(f"{_item(data)} yang Anda tangani sudah dijawab{_by(data)}")


def _withdrawn(data: Data, seen: Seen) -> Words:
    return Words(f"Jawaban untuk {_item(data).lower()}{_of_unit(data)} diubah atau hilang", "Butirnya dibuka lagi.")


def _wrote_again(data: Data, seen: Seen) -> Words:
    return Words(f"Warga menulis lagi tentang {_item(data).lower()} yang Anda tangani", "Lihat apa yang masih kurang.")


def _mentioned(data: Data, seen: Seen) -> Words:
    return Words(f"Anda disebut dalam catatan{_by(data)}")


def _triage(data: Data, seen: Seen) -> Words:
    return Words(f"{_number(data, 'n')} butir menunggu triase", "Belum ada unit yang menerimanya.")


def _login(data: Data, seen: Seen) -> Words:
    many = _number(data, "n")
    more = f" dan {many - 1} akun lain" if many > 1 else ""
    return Words(f"Akun {data.get('account') or data.get('platform') or ''}{more} perlu masuk ulang".replace("  ", " "),
                 "Sampai itu dilakukan, komentarnya tidak terbaca.")  # fmt: skip


def _digest(data: Data, seen: Seen) -> Words:
    waiting, late, fresh = (_number(data, name) for name in ("waiting", "late", "fresh"))
    told = [f"{waiting} belum dijawab", f"{late} di antaranya terlambat" if late else "tidak ada yang terlambat"]
    body = f"{fresh} masuk sejak kemarin sore." if fresh else "Tidak ada yang baru sejak kemarin sore."
    more = f" dan {units - 1} unit lain" if (units := _number(data, "units")) > 1 else ""
    return Words(f"Pagi ini{_of_unit(data)}{more}: {', '.join(told)}", body)


def _trial(data: Data, seen: Seen) -> Words:
    return Words("Percobaan dari Sahut", "Saluran ini berfungsi.")


def _code(data: Data, seen: Seen) -> Words:
    return Words("Kode konfirmasi dikirim", "Masukkan kodenya di halaman Pemberitahuan saya.")


def _other(data: Data, seen: Seen) -> Words:
    return Words(f"Ada kabar tentang {_item(data).lower()}{_of_unit(data)}{_due(data, seen)}")


def _simply(words: str) -> Callable[[Data, Seen], Words]:
    """Words in which {item} is the item's kind and {by} who did it."""
    return lambda data, seen: Words(words.format(item=_item(data), small=_item(data).lower(), by=_by(data)))


def _reason(data: Data) -> str:
    return "Buka butirnya untuk melihat alasannya." if data.get("reason") else ""


_WORDS: Mapping[str, Callable[[Data, Seen], Words]] = MappingProxyType(
    {
        "arrived": _arrived,
        "assigned": _assigned,
        "urgent": _urgent,
        "nearly_late": _nearly_late,
        "late": _late,
        "escalation": _escalation,
        "send_trouble": _send_trouble,
        "answered": _answered,
        "withdrawn": _withdrawn,
        "wrote_again": _wrote_again,
        "mentioned": _mentioned,
        "triage": _triage,
        "login": _login,
        "digest": _digest,
        "confirmed": _answered,
        "taken_over": _simply("{item} yang Anda tulis jawabannya diambil alih{by}"),
        "involved": _simply("Unit Anda diminta membantu menangani {small}{by}"),
        "split": _simply("Sebagian dari {small} menjadi bagian unit Anda"),
        "support_ended": _simply("Unit pendukung selesai dengan {small}"),
        "part_done": _simply("Unit lain selesai dengan bagiannya dari {small}"),
        "handed_off": _simply("Warga diarahkan ke unit Anda: {small}"),
        "approval_asked": _simply("Jawaban menunggu persetujuan Anda"),
        "approved": _simply("Jawaban Anda disetujui"),
        "approval_returned": _simply("Jawaban Anda dikembalikan untuk diperbaiki"),
        "closing_asked": _simply("Penutupan {small} menunggu pemeriksaan Anda"),
        "closing_confirmed": _simply("Penutupan {small} dipastikan"),
        "closing_returned": _simply("Penutupan {small} dikembalikan kepada Anda"),
        "reopened": _simply("{item} yang Anda ikuti dibuka lagi"),
        "noted": _simply("Catatan baru pada {small} yang Anda ikuti"),
        "merged": _simply("{item} yang Anda ikuti digabungkan dengan butir lain"),
        "trial": _trial,
        "code": _code,
    }
)
