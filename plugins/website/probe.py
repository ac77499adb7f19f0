"""The first look at a site: what runs it and which way its comments can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4 import BeautifulSoup

from aggregator.contract import Account, Context, Permanent, Response
from plugins.website.address import absolute, base_of, same_site
from plugins.website.dates import zone_of
from plugins.website.disqus_client import ASK_FOR_KEY
from plugins.website.schema_org import read_comments
from plugins.website.text import one_line, soup_of, visible_text

REST_REL = "https://api.w.org/"
_LINK = re.compile(r'<([^<>]{1,500})>\s*;\s*rel="?https://api\.w\.org/"?')
_CMS = {
    "wordpress": "WordPress",
    "joomla": "Joomla",
    "drupal": "Drupal",
    "blogger": "Blogger",
    "opensid": "OpenSID",
    "opendk": "OpenDK",
    "wix": "Wix",
    "moodle": "Moodle",
    "typo3": "TYPO3",
}
_PRESETS = {
    "OpenSID": "opensid-natra atau opensid-esensi",
    "OpenDK": "opendk",
    "Drupal": "drupal-olivero",
    "Joomla": "jcomments",
}
# Disqus' own scripts, and the two spellings of its settings, name the site.
_DISQUS = re.compile(
    r"""//([a-z0-9][a-z0-9-]{0,62})\.disqus\.com/(?:embed|count)\.js|disqus_shortname\s*=\s*["']([a-z0-9-]{1,63})["']""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Site:
    """What the front page tells. `root` is WordPress' REST root as the site names it, or as it usually is; `forum`
    the site's name at Disqus."""

    base: str
    cms: str | None
    root: str
    title: str | None = None
    has_schema: bool = False
    status: int = 200
    forum: str | None = None

    @property
    def is_blogger(self) -> bool:
        return self.cms == "Blogger" or self.base.endswith(".blogspot.com")

    @property
    def is_wordpress(self) -> bool:
        """Whether WordPress may be behind it: it says so, or does not let its front page be seen."""
        return self.cms == "WordPress" or self.status in (401, 403)


def look_at(account: Account, ctx: Context) -> Site:
    """One call to the front page."""
    base = base_of(account.url)
    try:
        response = ctx.http.get(f"{base}/", headers={"accept": "text/html,*/*;q=0.5"}, allow=(401, 403))
    except Permanent as problem:  # robots.txt closes pages, not what is made for programs
        ctx.log.info("website.front_page_closed", reason=problem.code)
        return Site(base, None, usual_root(base), status=403)
    soup = soup_of(response.text) if response.status < 300 else BeautifulSoup("", "lxml")
    named = _named_root(response, soup)
    cms = "WordPress" if named or _looks_like_wordpress(response) else _generator(response, soup)
    zone = zone_of(account.settings.get("timezone"))
    return Site(
        base=base,
        cms=cms,
        root=named if named and same_site(named, base) else usual_root(base),
        title=_title(soup),
        has_schema=bool(read_comments(soup, f"{base}/", None, zone, ctx.now)),
        status=response.status,
        forum=forum_in(response.text),
    )


def way_into(site: Site, ctx: Context) -> tuple[str, str]:
    """The driver to begin with and its root; raises Permanent, with what a person can do, when there is none.

    Disqus comes before the site's own system, which keeps only what was written before Disqus was set up; without
    a key for it WordPress and Blogger are still asked.
    """
    if site.forum and (ctx.secrets.get("disqus_api_key") or not (site.is_wordpress or site.is_blogger)):
        if not ctx.secrets.get("disqus_api_key"):
            raise Permanent(ASK_FOR_KEY)
        return "disqus", site.forum
    if site.is_blogger:
        return "blogger", ""
    if site.is_wordpress:
        return "rest", site.root
    if site.has_schema:
        return "html", ""
    raise Permanent(advice(site))


def usual_root(base: str, seen: str | None = None) -> str:
    """Where REST usually is; `seen`, an address of a post, tells how the site writes its addresses."""
    if seen and ("?p=" in seen or "?page_id=" in seen):
        return f"{base}/?rest_route=/"
    return f"{base}/index.php/wp-json/" if seen and "/index.php/" in seen else f"{base}/wp-json/"


def advice(site: Site) -> str:
    """What a person can do about a site whose comments are not recognised."""
    known = f"Situs ini memakai {site.cms}; " if site.cms else "Situs ini tidak memakai WordPress; "
    preset = _PRESETS.get(site.cms or "")
    todo = (
        f"coba isi pengaturan Aturan baca dengan {preset}"
        if preset
        else "isi pengaturan Aturan baca (selectors) bila situs punya buku tamu atau kolom komentar"
    )
    return f"Tidak ada komentar yang dikenali. {known}{todo}."


def _named_root(response: Response, soup: BeautifulSoup) -> str | None:
    header = _LINK.search(response.headers.get("link", ""))
    link = soup.find("link", rel=REST_REL)
    target = header[1] if header else str(link.get("href") or "") if link is not None else ""
    return absolute(response.url, target) if target else None


def forum_in(page: str) -> str | None:
    """The site's name at Disqus, of a page that loads its comments from there."""
    found = _DISQUS.search(page)
    return (found[1] or found[2]).lower() if found else None


def _looks_like_wordpress(response: Response) -> bool:
    head = response.body[:300_000]
    return b"/wp-content/" in head or b"/wp-includes/" in head or "xmlrpc.php" in response.headers.get("x-pingback", "")


def _generator(response: Response, soup: BeautifulSoup) -> str | None:
    tag = soup.select_one('meta[name="generator" i]')
    said = " ".join((str(tag.get("content") or "") if tag else "", response.headers.get("x-generator", ""))).lower()
    footer = soup.get_text(" ")[-3_000:].lower()
    for sign, name in _CMS.items():
        if sign in said or (sign in ("opensid", "opendk") and sign in footer):
            return name
    return None


def _title(soup: BeautifulSoup) -> str | None:
    tag = soup.select_one('meta[property="og:site_name"]')
    if tag is not None and tag.get("content"):
        return one_line(str(tag["content"]))
    element = soup.select_one("title")
    return one_line(visible_text(element)) or None if element is not None else None
