"""The owner's one reply under a review."""

from __future__ import annotations

from aggregator.contract import Account, Context, Malformed, Message, Permanent, RateLimited, Transient

from . import client, parse
from .parse import Location, Row
from .reading import find

MOST_BYTES = 4096
_PENDING = "Balasan terkirim dan menunggu pemeriksaan Google; tampil setelah disetujui."
_REJECTED = "Google menolak balasan ini karena melanggar aturan isi; ubah kata-katanya, lalu kirim lagi."
_TAKEN = "Ulasan ini sudah dibalas di Google, dan hanya boleh ada satu balasan; ubah balasannya di Google Maps."


def length_of(text: str) -> int:
    """As Google counts it: bytes."""
    return len(text.encode())


def answer(account: Account, message: Message, text: str, ctx: Context) -> Message:
    """Reply once. A second reply would overwrite the first, so the review is looked at before and after."""
    if length_of(text) > MOST_BYTES:
        raise Permanent(f"Balasan terlalu panjang untuk Google: paling banyak {MOST_BYTES} byte.")
    location = find(account, ctx)
    if location is None:
        raise RateLimited("Jatah panggilan untuk giliran ini sudah habis.", 60)
    review = message.parent_id or message.external_id
    before = client.review(ctx, location.name, review)
    reply = parse.reply_of(before)
    if reply and reply.state != "REJECTED":
        if reply.text.split() != text.split():
            raise Permanent(_TAKEN)
        return _public(before, location)
    client.reply(ctx, location.name, review, text)
    return _public(client.review(ctx, location.name, review), location)


def _public(row: Row, location: Location) -> Message:
    """The reply as everybody sees it; says so when Google still holds or has refused it."""
    reply = parse.reply_of(row)
    if reply is None or reply.state == "PENDING":
        raise Transient(_PENDING)
    if not reply.shown:
        raise Permanent(_REJECTED)
    shown = [one for one in parse.messages_of(row, location.key) if isinstance(one, Message) and one.parent_id]
    if not shown:
        raise Malformed("Balasan di Google tidak berbentuk seperti biasanya.")
    return shown[0]
