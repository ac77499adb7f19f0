"""Pages that check the visitor's browser instead of answering: Cloudflare, Imunify360, DDoS-Guard,
LiteSpeed, Sucuri, SiteGround, AWS WAF, BitNinja, Anubis and free hosts' cookie tests. They come with any
status, 200 included.

Such a page is a shell: hardly a word to read, and its title or its machinery gives it away. Both are asked
for, so that an ordinary page is not mistaken: sites behind Cloudflare carry its scripts on every page, and
citizens may write anything in a comment."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST_SHELL = 500_000  # bytes; some carry their pictures and scripts inside
MOST_WORDS = 1_500  # bytes of readable text

_HEADERS = {
    "cf-mitigated": ("challenge",),
    "x-vercel-mitigated": ("challenge",),
    "x-amzn-waf-action": ("challenge", "captcha"),
    "sg-captcha": ("challenge",),
}
_TITLES = (
    b"just a moment",
    b"tunggu sebentar",
    b"attention required! | cloudflare",
    b"one moment, please",
    b"checking your browser",
    b"verifying your browser",
    b"bot verification",
    b"robot challenge screen",
    b"ddos-guard",
    b"you are being redirected",
    b"waiting for the redirectiron",
    b"making sure you&#39;re not a bot",
    b"making sure you're not a bot",
)
_MACHINERY = (
    b"_cf_chl_opt",
    b"cf-browser-verification",
    b"cf_chl_",
    b"/.well-known/sgcaptcha",
    b"/.well-known/ddos-guard",
    b"/.lsrecap/",
    b"sucuri_cloudproxy_js",
    b"slowaes.decrypt",
    b"wsidchk",
    b"awswafcookiedomainlist",
    b"_incapsula_resource",
    b"/.within.website/x/cmd/anubis",
)
_IMUNIFY_JSON = re.compile(rb'\s*\{\s*"message"\s*:\s*"access denied by imunify360')
_TITLE = re.compile(rb"<title[^<>]{0,200}>\s*([^<]{0,200})")
_CODE_START = re.compile(rb"<(?=script|style)")
_CODE_END = re.compile(rb"</(?:script|style)[^<>]*>")
_TAG = re.compile(rb"<[^<>]*>")
_SPACES = re.compile(rb"\s+")


def checks_browsers(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether this answer is a check of the browser and not the site's own. `headers` have lower-case
    names."""
    if any(headers.get(name) in values for name, values in _HEADERS.items()):
        return True
    head = body[:300].lower()
    if _IMUNIFY_JSON.match(head):
        return True
    if len(body) > LONGEST_SHELL or not _is_html(headers, head):
        return False
    words, machinery = _split(body.lower())
    return len(words) <= MOST_WORDS and (_has_telling_title(body) or any(sign in machinery for sign in _MACHINERY))


def _is_html(headers: Mapping[str, str], head: bytes) -> bool:
    kind = headers.get("content-type", "")
    return "html" in kind or (not kind and head.lstrip().startswith(b"<"))


def _has_telling_title(body: bytes) -> bool:
    title = _TITLE.search(body[:50_000].lower())
    return title is not None and title.group(1).startswith(_TITLES)


def _split(html: bytes) -> tuple[bytes, bytes]:
    """What a person would read, and what a browser would run (scripts and tags). Linear in the page's
    length."""
    first, *rest = _CODE_START.split(html)
    visible, code = [first], []
    for part in rest:
        inside, *after = _CODE_END.split(part, maxsplit=1)
        code.append(inside)
        visible.extend(after)
    markup = b" ".join(visible)
    words = _SPACES.sub(b" ", _TAG.sub(b" ", markup)).strip()
    return words, b" ".join([*code, *_TAG.findall(markup)])
