"""Answers and hiding. Instagram keeps one level of replies: an answer to a reply hangs below the reply's comment."""

from __future__ import annotations

from aggregator.contract import Context, Gone, Kind, Malformed, Message, Permanent, ThreadRef, Transient

from . import parse
from .client import Line
from .parse import Own
from .rereading import MENTION, TAG, mention_of


def answer(line: Line, message: Message, text: str, ctx: Context) -> Message:
    """Say `text` once; an answer that a lost call left there is found and returned."""
    own, thread = line.who(), message.thread.external_id
    if thread.startswith(TAG) or message.kind is Kind.POST:
        raise Permanent("Kiriman ini hanya dapat dijawab langsung di Instagram.")
    if thread.startswith(MENTION):
        return _answer_mention(line, own, message, text, ctx)
    parent = message.parent_id or message.external_id
    if there := _already_said(line, own, message, parent, text):
        return there
    said = line.graph.post(f"{message.external_id}/replies", {"message": text})
    return _shown(line, own, _id_of(said), message.thread, parent)


def _already_said(line: Line, own: Own, message: Message, parent: str, text: str) -> Message | None:
    """Our own reply with these words, if a lost call left it there."""
    after: str | None = None
    while True:
        page = line.replies(parent, after)
        for row in page.rows:
            reply = parse.comment_of(row, message.thread, own, parent)
            if isinstance(reply, Message) and _same(reply, own, message, text):
                return reply
        after = page.after if page.rows and page.surely_more else None
        if after is None:
            return None


def _same(reply: Message, own: Own, message: Message, text: str) -> bool:
    younger = reply.created_at >= message.created_at
    return younger and reply.author == own.author and reply.text.split() == text.split()


def _shown(line: Line, own: Own, one: str, thread: ThreadRef, parent: str | None) -> Message:
    try:
        shown = parse.comment_of(line.comment(one), thread, own, parent)
    except Gone:
        raise Transient("Jawaban terkirim tetapi belum tampak di Instagram.") from None
    if not isinstance(shown, Message):
        raise Malformed("Jawaban terkirim, tetapi Instagram menunjukkannya dengan cara yang tidak dikenal.")
    return shown


def _answer_mention(line: Line, own: Own, message: Message, text: str, ctx: Context) -> Message:
    """Under someone else's post our own comment may not be readable: then what Instagram accepted is returned."""
    media, comment = mention_of(message.thread.external_id)
    form = {"media_id": media, "message": text} | ({"comment_id": comment} if comment else {})
    one = _id_of(line.graph.post(f"{own.id}/mentions", form))
    try:
        return _shown(line, own, one, message.thread, message.external_id)
    except (Transient, Permanent, Malformed):
        return Message(
            external_id=one,
            kind=Kind.COMMENT,
            thread=message.thread,
            author=own.author,
            text=text,
            created_at=ctx.now,
            parent_id=message.external_id,
            url=message.thread.url,
        )


def _id_of(said: dict[str, object]) -> str:
    try:
        return parse.identity(said["id"])
    except (KeyError, ValueError):
        raise Malformed("Instagram menerima jawaban tanpa menyebut nomornya.") from None
