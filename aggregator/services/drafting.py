"""Around the answer field: what may be written with, what there is to say about a draft, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Connection, RowMapping, func, select

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.answer_templates import fill
from aggregator.domain.drafts import Doubt, Draft, digest, doubts
from aggregator.domain.workflow import WAITING
from aggregator.services.acts.act import TOO_LATE
from aggregator.services.acts.second import Asked, asked_approval, asked_closing, is_approved
from aggregator.services.acts.typed import clean
from aggregator.services.answer_rules import rule_for
from aggregator.services.elections import names_on
from aggregator.services.errors import Conflict, NotFound
from aggregator.services.filling import Choice, choices, handoff_text, load_subject, values_for
from aggregator.services.handoffs import Half, halves
from aggregator.services.inbox import ItemPage
from aggregator.services.inbox.scope import may_see_item
from aggregator.services.intake.facts import reply_hash
from aggregator.services.sources import Source
from aggregator.services.units import Units
from aggregator.storage.db import Database, to_micros
from aggregator.storage.ids import first_id_at, id_of
from aggregator.storage.tables import messages, replies

_OF_HANDOFFS_UNSAID = frozenset({"acknowledgement", "repeated"})  # to send a citizen on is all it is meant to do


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that was looked at. `digest` is what confirms these doubts about this text."""

    doubts: tuple[Doubt, ...]
    digest: str

    @property
    def blocked(self) -> bool:
        return any(doubt.blocks for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """An answer as the platform shows it. `differs`: in more than blanks from what was sent."""

    at: datetime
    text: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDesk:
    """What lies around the answer field of one item. `wants_approval`: a second person must agree to an answer;
    `approved`: one did, to the very words of the draft. `approval`, `closing`: what was asked last of a second person."""

    wants_approval: bool
    approved: bool
    approval: Asked | None
    may_approve: bool
    closing: Asked | None
    may_verify: bool
    halves: tuple[Half, ...]
    handoff_reply: bool
    templates: tuple[Choice, ...]
    read_back: ReadBack | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it will stand on its platform, and what there is to say about it. `limit` None: there is none."""

    text: str
    length: int
    limit: int | None
    plain_count: bool  # the platform counts characters
    doubts: tuple[Doubt, ...] = ()


class Drafting:
    """Reads for the answer field; writes nothing."""

    def __init__(
        self, database: Database, units: Units, sources: Mapping[str, Source], clock: Clock, zone: tzinfo
    ) -> None:
        self._database = database
        self._units = units
        self._sources = sources
        self._clock = clock
        self._zone = zone

    def desk(self, viewer: Viewer, item: ItemPage) -> AnswerDesk:
        """Everything around the answer field of an item that the viewer has before them."""
        identity, works = id_of(item.code) or 0, item.may_work and item.state in WAITING
        said = item.team.draft or item.reply
        with self._database.read() as connection:
            approval, closing = asked_approval(connection, identity), asked_closing(connection, identity)
            passed = halves(connection, identity, self._units)
            rule = rule_for(connection, self._units, item.unit_id)
            return AnswerDesk(
                wants_approval=rule.wants_approval(item.kind),
                approved=said is not None and is_approved(connection, identity, said.text),
                approval=approval,
                may_approve=_may_decide(viewer, approval) and viewer.may_manage(item.unit_id),
                closing=closing,
                may_verify=_may_decide(viewer, closing)
                and not item.claimed_by_me
                and (viewer.sorts or viewer.may_manage(item.unit_id)),
                halves=passed,
                handoff_reply=bool(passed) and item.reply is not None and passed[-1].reply_id == item.reply.id,
                templates=choices(connection, self._units, item.unit_id, item.topic, self._today()) if works else (),
                read_back=_read_back(connection, item, identity),
            )

    def checked(self, viewer: Viewer, code: str, revision: int, text: str, *, handoff: bool = False) -> Checked:
        """What there is to say about a draft; NotFound when the item is not this viewer's to answer, Conflict when it changed
        since this revision."""
        text = clean(text)
        with self._database.read() as connection:
            item = self._subject(connection, viewer, code)
            if item["revision"] != revision:
                raise Conflict(TOO_LATE)
            found = doubts(self._draft(connection, item, text))
        if handoff:
            found = tuple(doubt for doubt in found if doubt.kind not in _OF_HANDOFFS_UNSAID)
        return Checked(found, digest(text, found))

    def filled(self, viewer: Viewer, code: str, template_id: int) -> str:
        """A template's words for this item; NotFound when it may not be used here now."""
        with self._database.read() as connection:
            item = self._subject(connection, viewer, code)
            listed = choices(connection, self._units, item["unit_id"], item["topic"], self._today())
        chosen = next((one for one in listed if one.id == template_id), None)
        if chosen is None:
            raise NotFound
        return fill(chosen.text, values_for(item, viewer, self._units, self._today()))

    def handoff_text(self, viewer: Viewer, code: str, unit_id: int) -> str:
        """The words that send this citizen on to a unit."""
        with self._database.read() as connection:
            item = self._subject(connection, viewer, code)
            return handoff_text(connection, item, unit_id, viewer, self._units, self._today())

    def preview(self, platform: str, text: str) -> Preview:
        """A text as it will stand on a platform."""
        shown, source = clean(text), self._sources.get(platform)
        length_of = source.answer_length if source else len
        return Preview(shown, length_of(shown), source.answer_limit if source else None, length_of is len)

    def _draft(self, connection: Connection, item: RowMapping, text: str) -> Draft:
        rule, source = rule_for(connection, self._units, item["unit_id"]), self._sources.get(item["platform"])
        since = self._clock() - timedelta(days=rule.uses_days)
        return Draft(
            text=text,
            citizen=item["author_name"],
            limit=source.answer_limit if source else None,
            length_of=source.answer_length if source else len,
            uses=_uses(connection, item["account_id"], text, since),
            most_uses=rule.most_uses,
            uses_days=rule.uses_days,
            names=names_on(connection, self._today()),
        )

    def _subject(self, connection: Connection, viewer: Viewer, code: str) -> RowMapping:
        item = load_subject(connection, id_of(code) or 0)
        if item is None or not may_see_item(connection, viewer, item) or not viewer.may_work(item["unit_id"]):
            raise NotFound
        return item

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()


def _may_decide(viewer: Viewer, asked: Asked | None) -> bool:
    return asked is not None and asked.waits and asked.by_id != viewer.person_id


def _uses(connection: Connection, account_id: int, text: str, since: datetime) -> int:
    """How often the office has said the same on this account: numbers, blanks and signs apart."""
    same = reply_hash(account_id, text)
    if same is None:
        return 0
    table = messages.c
    found = (table.reply_hash == same) & (table.account_id == account_id) & table.deleted_at.is_(None)
    recent = table.id >= first_id_at(to_micros(since))
    return int(connection.execute(select(func.count()).where(found, recent)).scalar_one())


def _read_back(connection: Connection, item: ItemPage, identity: int) -> ReadBack | None:
    """What the platform shows of the newest answer that was sent."""
    if item.reply is None or item.reply.state != "sent":
        return None
    statement = (
        select(messages.c.text, messages.c.first_seen_at)
        .join(replies, replies.c.external_id == messages.c.external_id)
        .where(replies.c.id == item.reply.id, replies.c.item_id == identity, messages.c.account_id == item.account_id)
    )
    found = connection.execute(statement).one_or_none()
    if found is None:
        return None
    return ReadBack(found.first_seen_at, found.text, found.text.split() != item.reply.text.split())
