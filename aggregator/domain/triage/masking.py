"""Personal data inside a text: found to be masked for everyone but the office that handles the message.

NIK and KK have 16 digits (six for the region, six for the day of birth with 40 added for women, four more); mobile numbers
begin with 08 or +62 8. People write them with blanks, dots, dashes, other scripts' digits, number words and small words in
between. What only looks like it (prices, dates, times, coordinates, house numbers, meter ids) is left alone. Every pattern
is bounded, so that the time grows with the length of the text alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_MASKS = {
    "nik": "[NIK disamarkan]",
    "kk": "[nomor KK disamarkan]",
    "phone": "[nomor telepon disamarkan]",
    "email": "[surel disamarkan]",
    "plate": "[nomor kendaraan disamarkan]",
    "account": "[nomor rekening disamarkan]",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of personal data. kind: nik, kk, phone, email, plate or account; text[start:end] is masked."""

    kind: str
    start: int
    end: int


def masked(text: str) -> str:
    """The text with every piece of personal data replaced by a word that says what stood there."""
    parts, at = [], 0
    for one in findings(text):
        parts += [text[at : one.start], _MASKS[one.kind]]
        at = one.end
    return "".join([*parts, text[at:]]) if parts else text


def findings(text: str) -> list[Finding]:
    """Every piece of personal data, in the order of the text; none overlaps another."""
    if len(text) < _SHORTEST or not _MAY_HOLD.search(text):
        return []
    plain = _plain(text)
    found = [*_emails(plain), *_numbers(plain), *_plates(plain)]
    kept: list[Finding] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


_SHORTEST = 5
_MAY_HOLD = re.compile(r"\d|@|\bat\b|[(\[]at[)\]]|nol|kosong|delapan", re.IGNORECASE)


def _plain(text: str) -> str:
    """The same length with digits of every script as 0-9 and other marks kept: places in it are places in the text."""
    return text if text.isascii() else "".join([_digit(character) for character in text])


def _digit(character: str) -> str:
    if character.isascii():
        return character
    if character in "‐‑‒–—−﹣－":
        return "-"
    if character in "\u00a0\u2007\u2009\u202f\u200b\u2060":
        return " "
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 and folded.isascii() else character


# -- e-mail ----------------------------------------------------------------------------------------------------------------

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:\s?@\s|@)(?:[A-Za-z0-9-]{1,63}\s?\.\s?){1,3}(?:com|id|net|org|info|edu|gov|biz|me)(?![\w])",
    re.IGNORECASE,
)
_SPOKEN_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s{0,2}(?:[(\[{]\s?(?:at|et|@)\s?[)\]}]|\sat\s|\set\s)\s{0,2}"
    r"(?:gmail|yahoo|hotmail|outlook|icloud|ymail|live|rocketmail|protonmail)"
    r"\s{0,2}(?:\.|[(\[{]\s?(?:dot|titik)\s?[)\]}]|\sdot\s|\stitik\s|\s)\s{0,2}(?:com|co\.id|id|net)\b",
    re.IGNORECASE,
)


def _emails(plain: str) -> Iterator[Finding]:
    for pattern in (_EMAIL, _SPOKEN_EMAIL):
        for match in pattern.finditer(plain):
            yield Finding("email", match.start(), match.end())


# -- numbers ---------------------------------------------------------------------------------------------------------------

_WORDS = {"nol": "0", "kosong": "0", "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6",
          "tujuh": "7", "delapan": "8", "sembilan": "9"}  # fmt: skip
_CHUNK = re.compile(
    r"\d+(?:[oOlI](?=[\doOlI])[oOlI]{0,2}\d+)*"
    rf"|(?<![a-z])(?:{'|'.join(_WORDS)})(?![a-z])"
    r"|(?<![\w])[oO](?=8\d{2})",
    re.IGNORECASE,
)
# What may stand between two parts of one number.
_JOINT = re.compile(
    r"[ \t]{0,2}(?:[-.()/_*+~]{1,3}|(?:strip|titik|garis|spasi|setrip|lalu|terus|trus|tengah)(?![a-z]))?"
    r"[ \t]{0,3}[-.()/_*]?[ \t]?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[ \t]?[(\[](?:wa|hp|telp|tsel|xl|isat|im3|simpati)[)\]][ \t]?", re.IGNORECASE)
_LONGEST_CHUNK = 20
_MOST_PARTS = 17  # of one number: a digit each, and what follows it
_LOOKS_ELSE = re.compile(
    r"\b(?:0?[1-9]|[12]\d|3[01])[ ]?[/.-][ ]?(?:0?[1-9]|1[0-2])[ ]?[/.-][ ]?(?:19|20)?\d{2}\b(?![ ]?[./-][ ]?\d)"  # 08/12/2022
    r"|\b(?:19|20)\d{2}[/-]\d{1,2}[/-]\d{1,2}\b"  # 2022-12-08
    r"|\brp\.?[ ]?\d{1,3}(?:[. ]\d{3}){0,4}(?:,\d{1,2})?"  # Rp1.500.000,00
    r"|\b\d{1,2}[.:]\d{2}(?:[.:]\d{2})?[ ]?(?:wib|wita|wit|pagi|siang|sore|malam)\b"  # 07.30 WIB
    r"|(?<![\d.])-?\d{1,3}\.\d{4,9}\b[ ,]{1,3}-?\d{1,3}\.\d{4,9}\b",  # -3.470250, 102.520300
    re.IGNORECASE,
)
_NEAR = 28


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})(?![a-z])", re.IGNORECASE)


_CUES = {
    "account": _cue("rek rekening norek bca bri bni bsi btn mandiri bank brimo bpd dana ovo gopay briva va"),
    "phone": _cue(
        "wa whatsapp whatsap hp no nomor nomer telp telpon telfon telepon tlp tlpn hub hubungi kontak contact cp call phone sms"
    ),
    "kk": _cue(r"kk kartu\skeluarga k\.k nkk"),
    "nik": _cue(r"nik ktp e-?ktp no\sinduk nomor\sinduk identitas"),
    "meter": _cue(
        r"meter id\s?pel id\s?pelanggan pelanggan kwh tiket ticket tracking resi berkas pendaftaran registrasi kitir "
        r"nisn nip npwp bpjs sppt nop objek"
    ),
}


_METER_JUST_BEFORE = re.compile(rf"{_CUES['meter'].pattern}\W{{0,3}}$", re.IGNORECASE)
_CALL_JUST_BEFORE = re.compile(
    r"\b(?:wa|whatsapp|hp|telp|telpon|telepon|tlp|hubungi|kontak|cp)\b\W{0,3}(?:saya\W{1,2}|nya\W{1,2})?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A run of digits, however it is written."""

    digits: str
    start: int
    end: int
    joint: str = ""  # what stands between it and the part before


def _numbers(plain: str) -> Iterator[Finding]:
    blanked = _LOOKS_ELSE.sub(lambda match: "\x00" * len(match[0]), plain)
    for run in _runs(blanked):
        position = 0
        while position < len(run):
            found, used = _first(plain, run[position : position + _MOST_PARTS])
            if found is not None:
                yield found
            position += used


def _runs(plain: str) -> Iterator[list[_Part]]:
    """Parts that stand close enough together to be one number."""
    run: list[_Part] = []
    for match in _CHUNK.finditer(plain):
        joint = plain[run[-1].end : match.start()] if run else ""
        part = _Part(_as_digits(match[0]), match.start(), match.end(), joint)
        if run and not _joined(joint):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _joined(between: str) -> bool:
    return len(between) <= 14 and bool(_JOINT.fullmatch(between) or _BRACKETED.fullmatch(between))


def _as_digits(written: str) -> str:
    word = _WORDS.get(written.lower())
    return word or written.translate(str.maketrans("oOlI", "0011"))


def _first(plain: str, run: Sequence[_Part]) -> tuple[Finding | None, int]:
    """What the run begins with, and how many of its parts that takes."""
    if run[0].joint in (".", "-"):
        return None, 1  # the middle of a longer number
    before = plain[max(0, run[0].start - _NEAR) : run[0].start]
    taken = _identity(run, before) or _account(run, before) or _phone(plain, run, before)
    if taken is None:
        return None, 1
    name, parts = taken
    start = run[0].start - (name == "phone" and before.endswith(("+", "(")))
    return Finding(name, start, run[parts - 1].end), parts


def _taken(run: Sequence[_Part], least: int, most: int) -> tuple[str, int] | None:
    """As many parts as make between `least` and `most` digits, the most that fit. A single digit at the end counts only when
    it is joined as the parts before it are ("0812-345-678-9", but not "0812 345 678 2 orang")."""
    digits, best = "", None
    for number, part in enumerate(run, start=1):
        if len(part.digits) > _LONGEST_CHUNK or len(digits) + len(part.digits) > most:
            break
        if best is not None and len(part.digits) == 1 and part.joint != run[number - 2].joint:
            break
        digits += part.digits
        if len(digits) >= least:
            best = digits, number
    return best


def _identity(run: Sequence[_Part], before: str) -> tuple[str, int] | None:
    taken = _taken(run, 16, 16)
    if taken is None:
        return None
    digits, parts = taken
    if parts < len(run) and run[parts].joint and not run[parts].joint.strip(".-/"):
        return None  # a longer number, as a tax object's
    cued = (_CUES["kk"].search(before) or _CUES["nik"].search(before)) and not _CUES["meter"].search(before)
    if not cued and (not _is_identity(digits) or _CUES["account"].search(before)):
        return None
    kk, nik = list(_CUES["kk"].finditer(before)), list(_CUES["nik"].finditer(before))
    return ("kk" if kk and (not nik or kk[-1].start() > nik[-1].start()) else "nik"), parts


def _is_identity(digits: str) -> bool:
    day, month = int(digits[6:8]) % 40, int(digits[8:10])
    return "11" <= digits[:2] <= "97" and 1 <= day <= 31 and 1 <= month <= 12


def _account(run: Sequence[_Part], before: str) -> tuple[str, int] | None:
    cue = max(_CUES["account"].finditer(before), key=lambda match: match.end(), default=None)
    called = run[0].digits.startswith(("08", "62"))
    if cue is None or (called and _CUES["phone"].search(before[cue.end() :])):
        return None
    taken = _taken(run, 9, 16)
    return ("account", taken[1]) if taken else None


def _phone(plain: str, run: Sequence[_Part], before: str) -> tuple[str, int] | None:
    taken = _taken(run, 9, 14)
    if taken is None:
        return None
    digits, parts = taken
    local = digits.removeprefix("62") if digits.startswith("628") else digits.removeprefix("0")
    whole = before.endswith("+") or run[0].digits in ("62", "628") or len(run[0].digits) > 9
    mobile = digits.startswith("08") or (digits.startswith("628") and whole)
    if mobile and local.startswith("8") and 9 <= len(local) <= 12:
        return None if _METER_JUST_BEFORE.search(before) else ("phone", parts)
    if digits.startswith("8") and 9 <= len(digits) <= 12 and _CALL_JUST_BEFORE.search(before):
        return "phone", parts
    if _is_landline(plain, run, digits, before):
        return "phone", parts
    return None


def _is_landline(plain: str, run: Sequence[_Part], digits: str, before: str) -> bool:
    if not re.fullmatch(r"0[2-7]\d{7,10}", digits):
        return False
    bracketed = before.endswith("(") and plain[run[0].end : run[0].end + 1] == ")"
    return bracketed or (len(run[0].digits) in (3, 4) and len(run) > 1) or _CUES["phone"].search(before) is not None


# -- vehicles --------------------------------------------------------------------------------------------------------------

_REGIONS = (
    "AA|AB|AD|AE|AG|BA|BB|BD|BE|BG|BH|BK|BL|BM|BN|BP|DA|DB|DC|DD|DE|DG|DH|DK|DL|DM|DN|DP|DR|DS|DT|DW|EA|EB|ED|KB|KH|KT|KU|PA|PB|"
    "A|B|D|E|F|G|H|K|L|M|N|P|R|S|T|W|Z"
)
_PLATE = re.compile(rf"(?<![\w/.])({_REGIONS})[ .-]{{0,2}}(\d{{1,4}})[ .-]{{0,2}}([A-Z]{{1,3}})(?![\w])")
_PLATE_ANY_CASE = re.compile(_PLATE.pattern, re.IGNORECASE)
_PLATE_CUE = _cue(
    r"plat nopol no\.?\s?pol no\.?\s?polisi mobil motor truk truck angkot bus kendaraan pickup avanza nomor\spolisi"
)
_ADDRESS_CUE = re.compile(
    r"(?:\b(?:blok|blk|gang|gg|no|nomor|kav|tower|lantai|lt|rumah|cluster|kelas|kamar|ruang|tipe|type)[ .]{0,2}|[/:])$",
    re.IGNORECASE,
)
_NO_SERIES = frozenset(
    ("RT", "RW", "NO", "GG", "JL", "KM", "KEL", "KEC", "DI", "KE", "DAN", "YG", "CM", "KG", "HP", "WA", "WIB", "TH", "THN",
     "BLN", "HR", "JAM", "PT", "CV", "TK", "SD", "SMP", "SMA", "ORG", "KK", "X", "M", "MM", "PCS", "DR", "INI", "ITU")
)  # fmt: skip


def _plates(plain: str) -> Iterator[Finding]:
    for match in _PLATE_ANY_CASE.finditer(plain):
        before = plain[max(0, match.start() - _NEAR) : match.start()]
        cued = _PLATE_CUE.search(before) is not None
        region, number, series = match.groups()
        loud = region.isupper() and series.isupper()
        enough = len(number) >= 3 or (len(number) == 2 and len(series) > 1) or cued
        if series.upper() in _NO_SERIES or _ADDRESS_CUE.search(before) or not enough:
            continue
        if (loud and (cued or len(region) + len(series) > 2)) or cued:
            yield Finding("plate", match.start(), match.end())
