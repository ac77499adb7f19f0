"""A row's known fields to a message of the contract: one way for every preset."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aggregator.contract import AccountKey, Author, ImportedRow, Kind, Message, ThreadRef, fault_of
from aggregator.contract.records import MAX_TEXT
from plugins.file import authors, cells, ids, links, own_data
from plugins.file.dates import Calendar, Moment
from plugins.file.presets import Preset

Fields = Mapping[str, Any]
_RAW = ("status", "category", "classification", "reason", "likes", "lat", "lon")
_NONE = frozenset({"", "0", "-", "null", "none", "nan"})


class RowFault(ValueError):
    """Why one row cannot be stored, for the person; the rest of the file goes on."""


@dataclass(frozen=True)
class Reading:
    """What holds for every row of one file. `account` and `post`: whose file it is and under which post its
    comments stand, where rows do not tell. `numbered`: ids by the file's own numbering (replies are 1-1)."""

    preset: Preset
    calendar: Calendar
    spreadsheet: bool = True
    account: AccountKey | None = None
    post: links.Link | None = None
    fallback: ids.Fallback = field(default_factory=ids.Fallback)
    numbered: dict[str, str] = field(default_factory=dict)

    def rows(self, number: int, fields: Fields) -> Iterator[ImportedRow]:
        """The message of a row and, where the row holds one, the office's answer; or why not."""
        try:
            imported = _Row(self, fields).imported(number)
            yield imported
            if fields.get("answer_text") and imported.message and cells.text(fields["answer_text"]) not in _NONE:
                yield self._answer(number, fields, imported, imported.message)
        except RowFault as fault:
            yield ImportedRow(row=number, error=str(fault))
        except ids.MangledId:
            yield ImportedRow(row=number, error=ids.MANGLED)

    def _answer(self, number: int, fields: Fields, report: ImportedRow, message: Message) -> ImportedRow:
        """An answer's id is made of what it says: a later export with a newer answer adds to it."""
        words = cells.text(fields["answer_text"])
        moment = self.calendar.read(fields.get("answered_at"))
        if moment is None:
            raise RowFault(_date_fault("tanggal tindak lanjut", fields.get("answered_at")))
        office = cells.name(fields.get("answers_by")) or report.unit
        answer = Message(
            external_id=f"{message.external_id}#jawaban-{ids.digest(ids.minute_of(moment), words)[:20]}",
            kind=message.kind,
            thread=message.thread,
            parent_id=message.external_id,
            author=Author(external_id=None, name=office) if office else None,
            text=words,
            created_at=moment.at,
            precision=moment.precision,
            url=message.url,
        )
        return ImportedRow(
            row=number,
            account=report.account,
            platform=report.platform,
            message=_sound(answer),
            official=True,
            unit=report.unit,
        )


class _Row:
    """One row on its way: what its links say comes before what the file as a whole says."""

    def __init__(self, reading: Reading, fields: Fields) -> None:
        self.reading, self.fields = reading, fields
        self.link = links.of_cell(fields.get("permalink"))
        self.post = links.of_cell(fields.get("post_url")) or self.link or reading.post
        self.platform = self._platform()
        self.mention = fields.get("kind") is Kind.MENTION
        self.account = self._account()

    def imported(self, number: int) -> ImportedRow:
        message = _sound(self._message())
        counter = self._cell("number")
        if counter:
            self.reading.numbered[counter] = message.external_id
        return ImportedRow(
            row=number,
            account=self.account,
            platform=None if self.account else self.platform,
            message=message,
            official=self._official(),
            unit=self._cell("unit")[:200] or None,
        )

    def _message(self) -> Message:
        words, moment = self._text(), self._moment()
        author = self._author()
        external_id = self._external_id(author, words, moment)
        parent = self._parent(external_id)
        moment = moment or ids.moment_in(self.platform or "", external_id) or self.reading.calendar.day_made()
        post_id = self._post_id()
        if parent == post_id and self.platform == "facebook":
            parent = None  # top level: Facebook names the post as the parent
        return Message(
            external_id=external_id,
            kind=self._kind(parent, post_id),
            thread=self._thread(post_id or parent or external_id),
            author=author,
            text=words,
            created_at=moment.at,
            precision=moment.precision,
            parent_id=parent,
            url=self._url(),
            place=", ".join(filter(None, map(self._cell, ("location", "desa", "kecamatan"))))[:300] or None,
            raw=self._raw(),
        )

    def _cell(self, name: str) -> str:
        return cells.plain(self.fields.get(name))

    def _id(self, name: str) -> str | None:
        found = ids.clean_id(self.fields.get(name), spreadsheet=self.reading.spreadsheet)
        return None if found is None or found.casefold() in _NONE else ids.canonical(self.platform, found)

    def _platform(self) -> str | None:
        named = links.platform_name(self._cell("platform"))
        for link in (self.link, self.post):
            if not named and link and (link.platform != "website" or link.comment_id):
                named = link.platform
        chosen = self.reading.account
        return named or self.reading.preset.platform or (chosen.platform if chosen else None)

    def _account(self) -> AccountKey | None:
        """Whose account the row belongs to. A mention stands on a stranger's page: only the file can tell."""
        told = links.account_of(self._cell("account"), self.platform) if self._cell("account") else None
        for link in (self.post, self.link):
            if link and not told and not self.mention:
                told = link.account
        chosen = self.reading.account
        return told or (chosen if chosen and chosen.platform == self.platform else None)

    def _text(self) -> str:
        words = next(filter(None, (cells.text(self.fields.get(n)) for n in ("text", "text_before", "title"))), "")
        if not words and self.reading.preset.name != "permalinks":
            raise RowFault("teks kosong")
        if len(words) > MAX_TEXT:
            raise RowFault("teks terlalu panjang; periksa tanda kutip di baris ini")
        return own_data.spoken(words) if self.reading.preset.official else words

    def _moment(self) -> Moment | None:
        value = self.fields.get("created_at")
        moment = self.reading.calendar.read(value, self.fields.get("clock"))
        if moment is None and (value or self.reading.preset.name != "permalinks"):
            raise RowFault(_date_fault("tanggal", value))
        return moment

    def _author(self) -> Author | None:
        if self.reading.preset.official and self.account:  # the download of an account holds its own words only
            return Author(external_id=self.account.key, name=self.account.key, url=self.account.url)
        return authors.author_of(self.fields, self.reading.spreadsheet)

    def _external_id(self, author: Author | None, words: str, moment: Moment | None) -> str:
        shown = self._id("external_id") or (self.link.comment_id if self.link else None)
        if shown:
            return shown
        what = {
            "platform": self.platform or "",
            "post": (self.post and (self.post.post_id or self.post.url)) or self._post_id() or "",
            "author": author.name if author else "",
            "text": words,
        }
        return self.reading.fallback.id_of(what, moment, self._cell("number"))

    def _parent(self, external_id: str) -> str | None:
        parent = self._id("parent_id") or (self.link and self.link.parent_id)
        if not parent and self.platform == "youtube":
            parent = external_id.rpartition(".")[0] if external_id.startswith("Ug") else None
        if not parent and re.fullmatch(r"\d+-\d+", self._cell("number")):
            parent = self.reading.numbered.get(self._cell("number").partition("-")[0])
        return parent if parent and parent != external_id else None

    def _url(self) -> str | None:
        return self._cell("permalink")[:2000] if self.link else (self.post.url if self.post else None)

    def _post_id(self) -> str | None:
        return self._id("post_id") or (self.post.post_id if self.post else None)

    def _thread(self, thread_id: str) -> ThreadRef:
        url = self.post.url if self.post and self.post.post_id else None
        return ThreadRef(external_id=thread_id, url=url, title=cells.text(self.fields.get("title"))[:300] or None)

    def _kind(self, parent: str | None, post_id: str | None) -> Kind:
        if self.mention:
            return Kind.POST if self._official() else Kind.MENTION
        fixed = self.reading.preset.kind
        return fixed or (Kind.COMMENT if self.platform or parent or post_id else Kind.TICKET)

    def _official(self) -> bool:
        """Written by the account itself: by its handle or id, never by a name that anyone can take."""
        if self.reading.preset.official:
            return True
        own = self.account.key.removeprefix("@").casefold() if self.account else None
        return own in authors.known_as(self.fields)

    def _raw(self) -> dict[str, Any]:
        raw: dict[str, Any] = {name: self._cell(name)[:200] for name in _RAW if self._cell(name)}
        if cells.yes(self.fields.get("confidential")):
            raw["confidential"] = True
        return raw


def _sound(message: Message) -> Message:
    if fault_of(message):
        raise RowFault("isi baris tidak dapat disimpan; periksa kolom ID dan tanggal")
    return message


def _date_fault(what: str, value: Any) -> str:
    if value is None or cells.plain(value) == "":
        return f"{what} kosong"
    shown = cells.shown(value)
    return f'{what} tidak dikenali "{shown}"' if shown else f"{what} tidak dikenali"
