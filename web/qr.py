"""QR codes, drawn here: a key must not travel to somebody else's drawing service."""

from __future__ import annotations

import segno

QUIET = 4  # modules of white around it, as the standard wants (ISO/IEC 18004)


def picture(text: str) -> str:
    """An SVG as a data address, black on white in the dark too: scanners want it so."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(border=QUIET, light="white", omitsize=True))
