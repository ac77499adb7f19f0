"""Which passwords are too easily guessed. Length is what protects; beyond it only the obvious ones are refused, because
rules about signs and digits make people write passwords down (NIST SP 800-63B, 5.1.1.2)."""

from __future__ import annotations

import re

SHORTEST = 8
LONGEST = 200
_MOST_DIFFERENT = 3  # letters a password must have more of than this

# Bare of digits and signs at the end: "Password123!" is "password".
_OBVIOUS = frozenset(
    {
        "abcdefgh", "abcdefghi", "access", "adminadmin", "administrator", "aplikasi", "asdfghjk", "asdfghjkl",
        "assalamualaikum", "azerty", "bismillah", "bupati", "changeme", "diskominfo", "doraemon", "facebook",
        "football", "ganteng", "garuda", "google", "iloveyou", "indonesia", "indonesiaraya", "instagram", "jakarta",
        "kabupaten", "katasandi", "kecamatan", "kelurahan", "komputer", "letmein", "liverpool", "lupapassword",
        "merdeka", "minimal", "monkey", "nkri", "onepiece", "passw0rd", "password", "passwordku", "pemda",
        "pemerintah", "pemkab", "princess", "qazwsx", "qazwsxedc", "qwerty", "qwertyui", "qwertyuiop", "rahasia",
        "rahasiaku", "sahut", "sahutsahut", "sandiku", "sayang", "sayangku", "selamatdatang", "sepakbola",
        "sunshine", "superman", "test", "testing", "user", "welcome", "zxcvbnm",
    }
)  # fmt: skip
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def weakness(password: str, *, login: str = "", name: str = "") -> str | None:
    """Why this password must not be taken, in words for the person; None when it may be."""
    if len(password) < SHORTEST:
        return f"Kata sandi paling sedikit {SHORTEST} huruf."
    if len(password) > LONGEST:
        return f"Kata sandi paling banyak {LONGEST} huruf."
    bare = re.sub(r"[\W_]", "", password.casefold())
    if _is_obvious(bare) or _is_own_name(bare, login, name):
        return "Kata sandi itu mudah ditebak. Pakai kalimat pendek yang hanya Anda yang tahu."
    return None


def _is_obvious(bare: str) -> bool:
    stem = bare.rstrip("0123456789")
    return len(set(bare)) <= _MOST_DIFFERENT or stem in _OBVIOUS or any(bare in run for run in _RUNS)


def _is_own_name(bare: str, login: str, name: str) -> bool:
    """The login or the name, with digits behind it at most."""
    stem = bare.rstrip("0123456789")
    own = {re.sub(r"[\W_]", "", word.casefold()) for word in (login, name, *name.split())}
    return bare in own or stem in {word.rstrip("0123456789") for word in own}
