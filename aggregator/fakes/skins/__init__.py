"""One module a platform. A skin follows its platform's own documentation: paging, limits, errors, webhooks."""

from __future__ import annotations

from collections.abc import Callable

from aggregator.fakes.skin import Skin
from aggregator.fakes.skins.disqus import DisqusSkin
from aggregator.fakes.skins.facebook import FacebookSkin
from aggregator.fakes.skins.google import GoogleSkin
from aggregator.fakes.skins.google_business import GoogleBusinessSkin
from aggregator.fakes.skins.instagram import InstagramSkin
from aggregator.fakes.skins.opendk import OpenDk
from aggregator.fakes.skins.opensid import OpenSid
from aggregator.fakes.skins.rss_news import RssNewsSkin
from aggregator.fakes.skins.telegram import TelegramSkin
from aggregator.fakes.skins.threads import ThreadsSkin
from aggregator.fakes.skins.tiktok import TikTokSkin
from aggregator.fakes.skins.website import WebsiteSkin
from aggregator.fakes.skins.x import XSkin
from aggregator.fakes.skins.youtube import YouTubeSkin
from aggregator.fakes.world import World

SKINS: tuple[Callable[[World], Skin], ...] = (
    FacebookSkin,
    InstagramSkin,
    ThreadsSkin,
    YouTubeSkin,
    GoogleBusinessSkin,
    TikTokSkin,
    XSkin,
    OpenSid,
    OpenDk,
    RssNewsSkin,
    TelegramSkin,
    WebsiteSkin,
    DisqusSkin,
    GoogleSkin,
)
