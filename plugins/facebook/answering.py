"""Answering and hiding as the Page. A reply is POST /{comment}/comments; POST /{comment} with a message would *edit* it."""

from __future__ import annotations

from collections.abc import Iterator

from aggregator.contract import (
    Account,
    Context,
    Gone,
    Kind,
    Malformed,
    Message,
    Permanent,
    Transient,
)
from plugins.dialects import graph

from . import parse
from .walk import graph_of, page_id_of, thread_params

LONGEST = 8_000  # characters


def answer(account: Account, message: Message, text: str, ctx: Context) -> Message:
    """Say `text` under `message` once: look whether it stands there already, send, read back."""
    access, words = graph_of(ctx), text.strip()
    page = page_id_of(account, access.get("me", fields="id,username"))
    if said := _find(access, page, message, words, ctx):
        return said
    try:
        sent = access.post(f"{_target(message)}/comments", {"message": words})
    except graph.Duplicate:
        return _delivered_before(access, page, message, words, ctx)
    if not isinstance(sent.get("id"), str):
        raise Malformed(
            "Facebook tidak menyebut nomor jawaban; periksa percakapan itu di Facebook sebelum mengirim lagi."
        )
    return _read_back(access, sent["id"], message)


def hide(message: Message, hidden: bool, ctx: Context) -> None:
    """Hide a citizen's comment, or show it again."""
    if message.kind is not Kind.COMMENT:
        raise Permanent("Yang dapat disembunyikan dari Sahut hanya komentar; kelola kiriman ini langsung di Facebook.")
    done = graph_of(ctx).post(_target(message), {"is_hidden": "true" if hidden else "false"})
    if done.get("success") is not True:
        raise Malformed("Facebook tidak memastikan komentar itu disembunyikan; periksa di Facebook.")


def _target(message: Message) -> str:
    """What is answered: the comment, under the spelling it was read with, or the post itself."""
    if message.kind is not Kind.COMMENT:
        return message.external_id
    raw = message.raw.get("id")
    post = parse.canonical(message.thread.external_id)
    return raw if isinstance(raw, str) else f"{post}_{message.external_id}"


def _delivered_before(access: graph.Graph, page: str, message: Message, words: str, ctx: Context) -> Message:
    """506: the same words are there; if they are not under this message, a person must change them."""
    said = _find(access, page, message, words, ctx)
    if said is None:
        raise graph.Duplicate("Facebook menolak kalimat yang sama dua kali; ubah sedikit kalimatnya, lalu kirim lagi.")
    return said


def _find(access: graph.Graph, page: str, message: Message, words: str, ctx: Context) -> Message | None:
    """The Page's own reply with these words under this message, looked for among what is newer than the message."""
    for reply in _newer(access, message):
        own = reply.author is not None and reply.author.external_id == page
        if own and reply.text == words and reply.parent_id in _above(message):
            return reply
    return None


def _newer(access: graph.Graph, message: Message) -> Iterator[Message]:
    pages = access.pages(f"{message.thread.external_id}/comments", by_cursor=False, **thread_params())
    for answer in pages:
        edge = parse.page_of(answer)
        rows = [one for row in edge.rows if isinstance(one := parse.comment_of(row, message.thread), Message)]
        yield from (row for row in rows if row.created_at >= message.created_at)
        if edge.order == "reverse_chronological" and rows and rows[-1].created_at < message.created_at:
            return


def _above(message: Message) -> tuple[str | None, ...]:
    """Where a reply to `message` may stand: below it, or below its own parent, for replies to replies are flattened."""
    if message.kind is not Kind.COMMENT:
        return (None,)
    return (message.external_id, message.parent_id) if message.parent_id else (message.external_id,)


def _read_back(access: graph.Graph, one: str, message: Message) -> Message:
    try:
        shown = parse.comment_of(access.get(one, fields=parse.COMMENT), message.thread)
    except Gone:
        raise Transient("Jawaban terkirim tetapi belum tampak di Facebook.") from None
    if not isinstance(shown, Message):
        raise Malformed("Jawaban terkirim, tetapi tidak terbaca kembali.")
    if shown.parent_id not in _above(message):
        raise Permanent("Jawaban terkirim tetapi tidak berada di bawah komentar itu; periksa di Facebook.")
    return shown
