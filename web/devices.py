"""A browser in a few words, such as "Chrome di Android": what a person needs to know their own device again, and nothing
that would tell it from others of its kind."""

from __future__ import annotations

# The first that is found counts: most browsers also carry the names of those they descend from.
_BROWSERS = (
    ("FBAN", "Facebook"),
    ("Instagram", "Instagram"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = "Peramban lain"


def device_of(user_agent: str) -> str:
    """The words for a User-Agent header; the header itself is not kept."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), None)
    if browser is None and system is None:
        return UNKNOWN
    return f"{browser or 'Peramban'} di {system}" if system else str(browser)
