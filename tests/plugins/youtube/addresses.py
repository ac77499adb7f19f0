"""What people paste, and the channel it names. Free of duplicates of the plugin's own rules: written from real shapes."""

from __future__ import annotations

ADDRESSES: dict[str, str | None] = {
    "https://www.youtube.com/channel/UCdinaspucontoh000000001": "UCdinaspucontoh000000001",
    "http://youtube.com/channel/UCdinaspucontoh000000001/videos?view=0&sort=p": "UCdinaspucontoh000000001",
    "https://m.youtube.com/channel/UCdinaspucontoh000000001/about": "UCdinaspucontoh000000001",
    "https://studio.youtube.com/channel/UCdinaspucontoh000000001/comments/inbox": "UCdinaspucontoh000000001",
    "https://www.youtube.com/feeds/videos.xml?channel_id=UCdinaspucontoh000000001": "UCdinaspucontoh000000001",
    "UCdinaspucontoh000000001": "UCdinaspucontoh000000001",
    "https://www.youtube.com/@DinasPUContoh": "@dinaspucontoh",
    "youtube.com/@dinaspucontoh": "@dinaspucontoh",
    "https://youtube.com/@dinaspucontoh?si=Zt1QqvA0bFzKxQ8d": "@dinaspucontoh",
    "https://m.youtube.com/@dinas.pu-contoh_26/shorts": "@dinas.pu-contoh_26",
    "https://www.youtube.com/%40dinaspucontoh/featured": "@dinaspucontoh",
    "  https://www.youtube.com/@dinaspucontoh/community  ": "@dinaspucontoh",
    "youtube: @dinaspucontoh": "@dinaspucontoh",
    "YT @DinasPUContoh": "@dinaspucontoh",
    "https://www.youtube.com/user/PemkabContoh": "user/pemkabcontoh",
    "@dinaspucontoh": None,
    "dinaspucontoh": None,
    "https://www.youtube.com/watch?v=vidJalan001": None,
    "https://youtu.be/vidJalan001?si=abc": None,
    "https://www.youtube.com/shorts/vidJalan001": None,
    "https://www.youtube.com/c/DinasPUContoh": None,
    "https://www.youtube.com/playlist?list=UUdinaspucontoh000000001": None,
    "https://www.youtube.com/channel/UCpendek": None,
    "https://www.youtube.com/": None,
    "https://www.youtube.com.example.org/@dinaspucontoh": None,
    "https://www.tiktok.com/@dinaspucontoh": None,
    "ftp://www.youtube.com/@dinaspucontoh": None,
}
