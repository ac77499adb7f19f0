"""Answers gone astray."""

from __future__ import annotations

from dataclasses import replace

from aggregator.contract import (
    Author,
    Transient,
)
from plugins.contoh import parse
from plugins.contoh.platform import API, ContohPlatform
from tests.conformance.zoo.keeper import Line, Wrong


class NotReadBack(Wrong):
    breaks = "answer"

    def answer(self, account, message, text, ctx):
        head = {"Authorization": f"Bearer {ctx.secrets.get('token')}"}
        path = f"{API}/posts/{message.thread.external_id}/comments"
        sent = ctx.http.post(path, json={"reply_to": message.external_id, "text": text}, headers=head)
        author = Author(external_id="u1", name="Dinas Pekerjaan Umum", handle="dinas-pu")
        made = parse.moment("2026-03-09T09:00:00+07:00")
        one = str(sent.json()["id"])
        return replace(
            message, external_id=one, author=author, text=text, created_at=made, parent_id=message.external_id
        )


class Twice(Line):
    def post(self, url, **more):
        super().post(url, **more)
        return super().post(url, **more)


class SentTwice(Wrong):
    breaks = "answer"
    line = Twice


class Strict(Line):
    def post(self, url, **more):
        more["allow"] = ()
        return super().post(url, **more)


class DuplicateIsAnError(Wrong):
    breaks = "answer"
    line = Strict


class Again(Line):
    def post(self, url, **more):
        try:
            return super().post(url, **more)
        except Transient:
            return super().post(url, **more)


class SentAgainAfterATimeout(Wrong):
    breaks = "answer"
    line = Again


class UnderThePost(Line):
    def post(self, url, *, json, **more):
        post = int(url.split("/")[-2])
        return super().post(url, json={**json, "reply_to": post}, **more)

    def get(self, url, **more):
        return super().get(url, **more)


class UnderTheWrongMessage(Wrong):
    breaks = "answer"
    line = UnderThePost


class AnybodysWords(Wrong):
    """Looks its answer up by the words alone."""

    breaks = "answer"

    def answer(self, account, message, text, ctx):
        super().answer(account, message, text, ctx)
        rows = ctx.http.get(f"{API}/boards/{account.key}/entries").json()["entries"]
        found = [entry for row in rows if (entry := parse.entry_of(row)).text == text]
        return min(found, key=lambda entry: int(entry.external_id))


class AnswersWithoutToken(Wrong):
    breaks = "answer"

    def answer(self, account, message, text, ctx):
        return super().answer(account, message, text, replace(ctx, secrets={"token": "x", **ctx.secrets}))


class Adorned(Line):
    def post(self, url, *, json, **more):
        return super().post(url, json={**json, "text": json["text"] + " (dikirim lewat Sahut)"}, **more)


class AnswerIsAdorned(Wrong):
    breaks = "answer"
    line = Adorned

    def answer(self, account, message, text, ctx):
        head = " (dikirim lewat Sahut)"
        return ContohPlatform.answer(self, account, message, text + head, ctx)
