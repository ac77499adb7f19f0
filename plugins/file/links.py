"""What a permalink says by itself: which platform, whose account, which post, which comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, urlsplit

from aggregator.contract import AccountKey
from plugins.file.ids import facebook_id

_NAMES = {
    "tiktok": "tiktok", "tik tok": "tiktok", "tiktok-comments": "tiktok",
    "facebook": "facebook", "fb": "facebook", "instagram": "instagram", "ig": "instagram",
    "youtube": "youtube", "yt": "youtube", "threads": "threads",
    "x": "x", "twitter": "x", "website": "website", "situs": "website", "web": "website",
}  # fmt: skip
_HOMES = {
    "tiktok": "https://www.tiktok.com/@{}",
    "youtube": "https://www.youtube.com/{}",
    "facebook": "https://www.facebook.com/{}",
    "instagram": "https://www.instagram.com/{}/",
    "threads": "https://www.threads.net/@{}",
    "x": "https://x.com/{}",
}
_HANDLE = re.compile(r"@?[\w.\-]{1,100}")
_RESERVED = frozenset(  # first steps of addresses that are pages, not accounts
    {
        "p", "reel", "reels", "tv", "stories", "explore", "watch", "photo", "photos", "video", "videos",
        "story.php", "permalink.php", "groups", "share", "posts", "events", "media", "hashtag", "i", "home",
        "search", "intent", "shorts", "live", "playlist", "results", "feed", "tag", "v",
    }
)  # fmt: skip
Query = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """`comment_id` and `parent_id` as the platform's API spells them; `account` whose post it hangs under."""

    platform: str
    url: str
    account: AccountKey | None = None
    post_id: str | None = None
    comment_id: str | None = None
    parent_id: str | None = None


def platform_name(text: str) -> str | None:
    """Our id of a platform that a file calls "FB" or "Twitter"; None for one nobody knows."""
    return _NAMES.get(text.strip().lower())


def is_web_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def account_key(platform: str, handle: str) -> AccountKey | None:
    """The account behind a handle or id on a platform; None where it is not one."""
    named = handle.strip().startswith("@")
    handle = handle.strip().removeprefix("@")
    if platform not in _HOMES or not _HANDLE.fullmatch(handle) or handle.lower() in _RESERVED:
        return None
    key, path = handle.lower(), handle.lower()
    if platform == "youtube":
        is_channel = not named and re.fullmatch(r"UC[\w-]{6,40}", handle)
        key = handle if is_channel else f"@{handle.lower()}"
        path = f"channel/{handle}" if is_channel else key
    return AccountKey(platform=platform, key=key, url=_HOMES[platform].format(path))


def account_of(text: str, platform: str | None = None) -> AccountKey | None:
    """An account from its address ("https://www.tiktok.com/@dinas") or, its platform known, its handle."""
    if is_web_address(text.strip()):
        link = read(text)
        if link and link.platform == "website" and not link.comment_id:
            parts = urlsplit(link.url)
            return _site(parts, parts.path.rstrip("/"))
        return link.account if link else None
    return account_key(platform, text) if platform else None


def of_cell(value: object) -> Link | None:
    """The address in a cell, None for a cell that holds something else ("view comment")."""
    return read(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)  # a file names the same posts over and over
def read(address: str) -> Link | None:
    """Read an http(s) address; None when it is not one or belongs to no platform we can name."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host:
        return None
    for domains, reader in _READERS:
        if any(host == domain or host.endswith("." + domain) for domain in domains):
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            return reader([step for step in parts.path.split("/") if step], query)
    return _website(parts, host)


def _tiktok(path: list[str], query: Query) -> Link:
    if len(path) == 2 and path[0] == "v":  # m.tiktok.com/v/740….html
        video = path[1].removesuffix(".html")
        return Link("tiktok", f"https://m.tiktok.com/v/{video}.html", post_id=_digits(video))
    if path[:2] == ["share", "video"] and len(path) > 2:  # tiktokv.com, in an account's own download
        return Link("tiktok", f"https://www.tiktokv.com/share/video/{path[2]}/", post_id=_digits(path[2]))
    account = account_key("tiktok", path[0]) if path and path[0].startswith("@") else None
    video = path[2] if len(path) >= 3 and path[1] in ("video", "photo") else ""
    home = account.url if account else "https://www.tiktok.com/"
    url = f"{home}/{path[1]}/{video}" if account and video else home
    return Link("tiktok", url, account, _digits(video), _digits(query.get("comment_id", "")))


def _youtube(path: list[str], query: Query) -> Link:
    head = path[0] if path else ""
    if head in ("channel", "user", "c") and len(path) > 1:
        account = account_key("youtube", path[1])
        return Link("youtube", account.url if account else "https://www.youtube.com/", account)
    if head.startswith("@"):
        account = account_key("youtube", head)
        return Link("youtube", account.url if account else "https://www.youtube.com/", account)
    video = query.get("v") or (path[1] if head in ("shorts", "live", "embed") and len(path) > 1 else head)
    if not re.fullmatch(r"[\w-]{6,20}", video) or video in _RESERVED:
        return Link("youtube", "https://www.youtube.com/")
    comment = query.get("lc") or None
    parent = comment.rpartition(".")[0] or None if comment else None
    return Link("youtube", f"https://www.youtube.com/watch?v={video}", None, video, comment, parent)


def _facebook(path: list[str], query: Query) -> Link:
    owner = query.get("id") if path and path[0].endswith(".php") else (path[0] if path else None)
    account = account_key("facebook", owner) if owner else None
    post = query.get("story_fbid") or query.get("fbid") or query.get("v") or ""
    if not post and len(path) >= 2 and ({"posts", "videos", "photos", "reel", "permalink"} & set(path)):
        post = path[-1]
    home = account.url if account else "https://www.facebook.com"
    comment, reply = query.get("comment_id"), query.get("reply_comment_id")
    return Link(
        "facebook",
        f"{home}/posts/{post}" if account and post else (f"{home}/{post}" if post else home),
        account,
        facebook_id(post) if post else None,
        facebook_id(reply or comment or "") or None,
        facebook_id(comment) if reply and comment else None,
    )


def _instagram(path: list[str], query: Query) -> Link:
    account = account_key("instagram", path[0]) if path else None
    steps = path[1:] if account else path
    if len(steps) < 2 or steps[0] not in ("p", "reel", "reels", "tv"):
        return Link("instagram", account.url if account else "https://www.instagram.com/", account)
    named = dict(zip(steps[2::2], steps[3::2], strict=False))
    comment, reply = _digits(named.get("c", "")), _digits(named.get("r", ""))
    url = f"https://www.instagram.com/p/{steps[1]}/"
    return Link("instagram", url, account, steps[1], reply or comment, comment if reply else None)


def _threads(path: list[str], query: Query) -> Link:
    account = account_key("threads", path[0]) if path and path[0].startswith("@") else None
    post = path[2] if len(path) >= 3 and path[1] == "post" else None
    home = account.url if account else "https://www.threads.net"
    return Link("threads", f"{home}/post/{post}" if post else home, account, post)


def _x(path: list[str], query: Query) -> Link:
    account = account_key("x", path[0]) if path else None
    post = _digits(path[2]) if len(path) >= 3 and path[1] == "status" else None
    home = account.url if account else "https://x.com/i"
    return Link("x", f"{home}/status/{post}" if post else home, account, post)


def _website(parts: SplitResult, host: str) -> Link:
    """Any other site: WordPress writes the comment's number behind the hash. The account is taken to be the
    whole host; of a site that lives in a folder, the person names the account."""
    found = re.fullmatch(r"(?:li-)?comment-(\d{1,18})", parts.fragment)
    clean = parts._replace(fragment="").geturl()
    account = _site(parts, "") if found else None
    return Link("website", clean, account, clean, found[1] if found else None)


def _site(parts: SplitResult, path: str) -> AccountKey:
    """A site as the website plugin names it: host without www, then its folder."""
    host = parts.netloc.rpartition("@")[2].lower()
    return AccountKey(platform="website", key=host.removeprefix("www.") + path, url=f"{parts.scheme}://{host}{path}/")


def _digits(text: str) -> str | None:
    return text if re.fullmatch(r"\d{1,30}", text) else None


_READERS: tuple[tuple[tuple[str, ...], Callable[[list[str], Query], Link]], ...] = (
    (("tiktok.com", "tiktokv.com"), _tiktok),
    (("youtube.com", "youtu.be"), _youtube),
    (("facebook.com", "fb.com", "fb.watch"), _facebook),
    (("instagram.com",), _instagram),
    (("threads.net", "threads.com"), _threads),
    (("x.com", "twitter.com"), _x),
)
