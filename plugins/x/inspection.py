"""The account's public face, for the price of one profile and five posts."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.contract import Account, AccountSnapshot, Context, Message

from .addresses import profile_url
from .client import Client
from .parse import Office

_MONTH = timedelta(days=30)
_NEWEST = 5  # the fewest X gives at once, and each is billed
_READS = (
    "sebutan, balasan, dan kiriman sendiri lewat API X; ditagih US$0,005 tiap kiriman yang terbaca dan US$0,010 tiap "
    "profil, gratis bila tidak ada yang baru"
)


def snapshot_of(account: Account, ctx: Context) -> AccountSnapshot:
    """Raises Gone when X knows no such account. `posts_30d` is None when there are more than the five that were read."""
    client = Client.of(account, ctx, office_id="0")
    face = client.face()
    client.office = Office(face.id, account.key)
    times = [] if face.protected else _newest(client)
    since = ctx.now - _MONTH
    all_seen = len(times) < _NEWEST or min(times) < since
    return AccountSnapshot(
        exists=True,
        title=face.name,
        url=profile_url(account.key),
        active=bool(times) and max(times) >= since,
        last_post_at=max(times, default=None),
        posts_30d=sum(time >= since for time in times) if all_seen else None,
        followers=face.followers,
        verified=face.verified,
        own_author_ids=frozenset({face.id}),
        reads=_READS,
        problem="Akun ini dikunci: kiriman dan balasannya tidak terbaca umum." if face.protected else None,
    )


def _newest(client: Client) -> list[datetime]:
    params: dict[str, str | int] = {"max_results": _NEWEST, "exclude": "retweets"}
    page = client.page(f"users/{client.office.id}/tweets", params)
    return [post.record.created_at for post in page.posts if isinstance(post.record, Message)]
