"""Answering and hiding, on behalf of the channel itself."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.contract import Account, AuthExpired, Context, Gone, Message, Permanent, Transient

from . import client, parse
from .address import is_channel_id
from .parse import Channel


def answer(account: Account, message: Message, text: str, ctx: Context) -> Message:
    """Say `text` in the message's thread: YouTube has one level of replies, under the top-level comment. An insert is
    expensive and never refused as a duplicate, so the thread is read first; afterwards the reply is asked for by its
    id, as the channel's own filters may hold it."""
    own = _own(account, ctx)
    top = message.parent_id or message.external_id
    for reply in _replies(top, message, ctx):
        if reply.author and reply.author.external_id == own.id and reply.text.split() == text.split():
            return reply
    one = client.reply(ctx, top, text)
    shown = [parse.comment_of(row, message.thread) for row in client.comments(ctx, [one])]
    if shown and isinstance(shown[0], Message):
        return shown[0]
    raise Transient(
        "Balasan terkirim tetapi ditahan YouTube. Periksa Komentar, Ditahan untuk ditinjau di YouTube Studio."
    )


def hide(account: Account, message: Message, hidden: bool, ctx: Context) -> None:
    """Reject a comment under the channel's own video, or publish it again."""
    _own(account, ctx)
    client.moderate(ctx, message.external_id, "rejected" if hidden else "published")


def _own(account: Account, ctx: Context) -> Channel:
    """The login's channel; raises Permanent when it is not this account's: nobody speaks in another's name."""
    if not ctx.secrets.get("access_token"):
        raise AuthExpired("Login pemilik kanal YouTube belum dihubungkan.")
    for own in client.own_channels(ctx, ctx.secrets):
        if account.key in (own.id, (own.handle or "").lower()) or not _names(account.key):
            return own
    raise Permanent("Login YouTube yang dihubungkan adalah milik kanal lain; hubungkan akun dengan login kanal ini.")


def _names(key: str) -> bool:
    """An old user name cannot be compared with what a login shows."""
    return is_channel_id(key) or key.startswith("@")


def _replies(top: str, message: Message, ctx: Context) -> Iterator[Message]:
    token = None
    while True:
        try:
            page = client.replies(ctx, top, token)
        except Gone:
            raise Gone("Komentar yang dijawab sudah tidak ada di YouTube.") from None
        for row in page.rows:
            reply = parse.comment_of(row, message.thread)
            if isinstance(reply, Message):
                yield reply
        token = page.next
        if token is None:
            return
