"""Answers: a container is made, then published. A reply to any depth stays at that depth."""

from __future__ import annotations

import re
from typing import Any

from aggregator.contract import Context, Gone, Kind, Malformed, Message, Permanent, ThreadRef, Transient

from . import parse
from .client import Line
from .parse import MENTION, Own

LIMIT = 500  # characters; an emoji counts as its bytes in UTF-8
MOST_LINKS = 5
_LOOKS = 5  # at a container that is still being made
_LINK = re.compile(r"https?://", re.IGNORECASE)


def answer(line: Line, message: Message, text: str, ctx: Context) -> Message:
    """Say `text` once; an answer that a lost call left there is found and returned."""
    _check(message, text)
    own = line.who()
    if there := _already_said(line, own, message, text):
        return there
    form = {"media_type": "TEXT", "text": text, "reply_to_id": message.external_id}
    container = _id_of(line.graph.post("me/threads", form))
    _wait(line, container)
    said = _id_of(line.graph.post("me/threads_publish", {"creation_id": container}))
    try:
        shown = _read(line.reply(said), own, message.thread, message.external_id)
    except Gone:
        raise Transient("Jawaban terkirim tetapi belum tampak di Threads.") from None
    if not isinstance(shown, Message):
        raise Malformed("Jawaban terkirim, tetapi Threads menunjukkannya dengan cara yang tidak dikenal.")
    return shown


def length_of(text: str) -> int:
    """As Threads counts it."""
    return sum(len(letter.encode()) if ord(letter) > 0xFFFF else 1 for letter in text)


def _check(message: Message, text: str) -> None:
    if message.kind is Kind.POST:
        raise Permanent("Kiriman sendiri tidak dijawab dari Sahut; pilih balasan warga.")
    if length_of(text) > LIMIT:
        raise Permanent(f"Jawaban terlalu panjang untuk Threads (paling banyak {LIMIT} huruf; satu emoji dihitung 4).")
    if len(_LINK.findall(text)) > MOST_LINKS:
        raise Permanent(f"Jawaban memuat lebih dari {MOST_LINKS} tautan; Threads menolaknya.")


def _already_said(line: Line, own: Own, message: Message, text: str) -> Message | None:
    """Our own reply with these words to this message. Replies come newest first."""
    after: str | None = None
    while True:
        rows, after = line.own_replies(after)
        for row in rows:
            if parse.parent_of(row) == message.external_id:
                reply = _read(row, own, message.thread, message.external_id)
                if isinstance(reply, Message) and reply.text.split() == text.split():
                    return reply
        if after is None or parse.reaches(rows, message.created_at):
            return None


def _wait(line: Line, container: str) -> None:
    """A text is ready at once, or nearly; nothing was said yet when it is not."""
    for _ in range(_LOOKS):
        status = line.graph.get(container, fields="status,error_message").get("status")
        if status in ("FINISHED", "PUBLISHED"):
            return
        if status not in ("IN_PROGRESS", "ERROR", "EXPIRED"):
            raise Malformed("Threads tidak menyebut keadaan jawaban yang disiapkan.")
        if status != "IN_PROGRESS":
            raise Permanent("Threads tidak dapat menerbitkan jawaban ini; periksa isinya, lalu coba lagi.")
    raise Transient("Threads masih menyiapkan jawaban; jawaban belum terkirim.")


def _read(row: Any, own: Own, thread: ThreadRef, parent: str) -> Any:
    if thread.external_id.startswith(MENTION):
        return parse.own_answer_of(row, thread, parent, own)
    return parse.reply_of(row, thread, own)


def _id_of(said: dict[str, Any]) -> str:
    try:
        return parse.identity(said["id"])
    except (KeyError, ValueError):
        raise Malformed("Threads menerima jawaban tanpa menyebut nomornya.") from None
