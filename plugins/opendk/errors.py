"""What stands in the way of reading a sub-district site, in words for officials, and as errors of the contract."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aggregator.contract import Malformed, Permanent, RateLimited, Response

NOT_OPENDK = "Situs ini tidak tampak memakai OpenDK. Pilih Situs web, atau periksa alamatnya."
NO_API = "Versi OpenDK ini belum mempunyai API keluhan. Mintalah kecamatan memutakhirkan OpenDK."
LEAK = (
    "API OpenDK di situs ini membuka NIK dan data kependudukan pelapor kepada siapa saja. Mintalah kecamatan "
    "memutakhirkan OpenDK atau menutup API itu. Sahut tidak menyimpan data itu."
)


def odd_json() -> Malformed:
    return Malformed("API OpenDK tidak berbentuk seperti biasanya.")


def no_api() -> Permanent:
    return Permanent(NO_API)


def told_to_wait(response: Response, now: datetime) -> RateLimited:
    """120 requests a minute and address; the body says how long to wait, newer servers also the header."""
    return RateLimited("Situs kecamatan meminta kita menunggu.", _seconds(response, now))


def _seconds(response: Response, now: datetime) -> float | None:
    header = response.headers.get("retry-after", "").strip()
    if header.isdecimal():
        return float(header)
    if header:
        try:
            return max(0.0, (parsedate_to_datetime(header).astimezone(UTC) - now).total_seconds())
        except ValueError:
            return None
    try:
        wait: Any = response.json()["errors"]["retry_after"]
    except (Malformed, KeyError, TypeError):
        return None
    return float(wait) if isinstance(wait, int) and not isinstance(wait, bool) else None
