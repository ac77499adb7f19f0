"""One item with its conversation, proof, clock and history: three statements, however long the thread is. The team around it
adds seven (team.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, text

from aggregator.domain.access import Viewer
from aggregator.domain.answers import Strength
from aggregator.services.inbox.privacy import handles, opened, shown
from aggregator.services.inbox.views import (
    Candidate,
    Clock,
    Confidants,
    Entry,
    ItemPage,
    Moment,
    Proof,
    Reason,
    Reply,
    Team,
)
from aggregator.services.sources import Source
from aggregator.services.units import Units
from aggregator.storage.db import from_micros
from aggregator.storage.ids import code_of

AROUND = 50  # messages of the thread shown before and after this one
_MAX_DEPTH = 6

_ITEM = text(
    "SELECT i.*, m.text, m.author_name, m.author_external_id, m.external_id, "
    "m.created_at AS said_at, m.url AS message_url, m.rating, m.place, "
    "m.version, m.deleted_at, t.title AS thread_title, t.url AS thread_url, t.held AS thread_held, t.post_id, "
    "a.title AS account_title, a.key AS account_key, p.name AS claimed_name, f.url AS proof_url, f.snapshot, f.sha256, "
    "f.shown_at, f.taken_at, f.checked_at, f.status AS proof_status, r.id AS reply_id, r.text AS reply_text, "
    "r.state AS reply_state, r.problem AS reply_problem, r.changed_at AS reply_at, r.send_after AS reply_after, "
    "w.name AS reply_who, EXISTS (SELECT 1 FROM account_secrets s WHERE s.account_id = i.account_id) OR a.login_id IS NOT NULL "
    "AS has_secret, (SELECT count(*) FROM items x WHERE x.same_words = i.same_words AND x.id <> i.id) AS twins "
    "FROM items i JOIN messages m ON m.id = i.id JOIN threads t ON t.id = i.thread_id JOIN accounts a ON a.id = i.account_id "
    "LEFT JOIN people p ON p.id = i.claimed_by LEFT JOIN proofs f ON f.item_id = i.id "
    "LEFT JOIN replies r ON r.id = (SELECT id FROM replies WHERE item_id = i.id AND state <> 'draft' "
    "ORDER BY changed_at DESC, id DESC LIMIT 1) "
    "LEFT JOIN people w ON w.id = r.person_id WHERE i.id = :id"
)
_TALK = "m.thread_id = :thread AND m.kind <> 'post'"
_ENTRY = (
    "SELECT m.id, m.external_id, m.parent_external_id, m.author_name, m.official, m.text, m.created_at, m.url, m.version, "
    "m.deleted_at, m.rating, m.kind, i.id AS item_id, i.unit_id, i.confidential "
    "FROM messages m LEFT JOIN items i ON i.id = m.id WHERE "
)
_CONVERSATION = text(
    f"SELECT * FROM ({_ENTRY} {_TALK} AND m.id <= :id ORDER BY m.id DESC LIMIT {AROUND}) x1 "
    f"UNION ALL SELECT * FROM ({_ENTRY} {_TALK} AND m.id > :id ORDER BY m.id LIMIT {AROUND}) x2 "
    f"UNION ALL SELECT * FROM ({_ENTRY} m.account_id = :account AND m.parent_external_id = :external LIMIT {AROUND}) x3 "
    f"UNION ALL SELECT * FROM ({_ENTRY} m.id = :answer) x4 "
    f"UNION ALL SELECT * FROM ({_ENTRY} m.id = :post) x5"
)
_TIMELINE = text(
    "SELECT e.kind, e.at, p.name, e.actor_id, e.data FROM events e LEFT JOIN people p ON p.id = e.actor_id WHERE e.item_id = :id "
    "ORDER BY e.id LIMIT 300"
)


def load_item(connection: Connection, identity: int) -> RowMapping | None:
    """The item with everything that hangs on it one to one; None when there is none."""
    return connection.execute(_ITEM, {"id": identity}).mappings().one_or_none()


def load_conversation(connection: Connection, item: RowMapping) -> list[RowMapping]:
    """The post, the messages around this one, its direct replies and its answer; each once."""
    parameters = {
        "thread": item["thread_id"], "id": item["id"], "account": item["account_id"], "external": item["external_id"],
        "answer": item["answer_id"], "post": item["post_id"],
    }  # fmt: skip
    rows = connection.execute(_CONVERSATION, parameters).mappings()
    once = sorted({row["id"]: row for row in rows}.values(), key=lambda row: row["id"])
    return in_thread_order(once)


def load_timeline(connection: Connection, identity: int) -> tuple[Moment, ...]:
    return tuple(
        Moment(kind=kind, at=from_micros(at), who=who, who_id=who_id, data=orjson.loads(data))
        for kind, at, who, who_id, data in connection.execute(_TIMELINE, {"id": identity})
    )


def item_page(
    item: RowMapping,
    conversation: Sequence[RowMapping],
    timeline: tuple[Moment, ...],
    team: Team,
    *,
    viewer: Viewer,
    units: Units,
    source: Source | None,
    goal: timedelta,
    now: datetime,
    secret: Confidants | None = None,
) -> ItemPage:
    """Everything the page shows to this viewer: personal data in anyone's words are hidden from all but the office that
    handles the item, and from who did not ask to see them."""
    verdict = orjson.loads(item["verdict"])
    whole = handles(viewer, item["unit_id"]) or opened(viewer, timeline, now)
    entries = _entries(item, conversation, viewer, whole=whole)
    said = shown(item["text"], open_to_viewer=whole)
    post = next((entry for row, entry in zip(conversation, entries, strict=True) if row["kind"] == "post"), None)
    talk = tuple(entry for row, entry in zip(conversation, entries, strict=True) if row["kind"] != "post")
    return ItemPage(
        code=code_of(item["id"]),
        revision=item["revision"],
        state=item["state"],
        kind=item["kind"],
        topic=item["topic"],
        unit=units.name(item["unit_id"]),
        unit_id=item["unit_id"],
        platform=item["platform"],
        account_id=item["account_id"],
        account_title=item["account_title"] or item["account_key"],
        claimed_by=item["claimed_name"],
        claimed_by_me=viewer.person_id is not None and item["claimed_by"] == viewer.person_id,
        author=item["author_name"],
        text=said,
        created_at=from_micros(item["said_at"]),
        url=item["message_url"],
        rating=item["rating"],
        place=item["place"],
        edited=item["version"] > 1,
        deleted=item["deleted_at"] is not None,
        post=post,
        thread_title=shown(item["thread_title"] or "", open_to_viewer=whole) or None,
        thread_url=item["thread_url"],
        entries=talk,
        more=max(0, item["thread_held"] - len(talk)),
        reasons=reasons_of(verdict["reasons"]),
        confidence=item["confidence"],
        candidates=_candidates(verdict["candidates"], units),
        outside=verdict["outside"],
        body=verdict.get("body"),
        rule=verdict.get("rule"),
        sp4n=verdict.get("sp4n", ""),
        urgency=item["urgency"],
        confidential=bool(item["confidential"]),
        secret=secret,
        may_work=viewer.may_work(item["unit_id"]),
        place_unit=units.name(item["place_unit_id"]),
        timeline=timeline,
        proof=_proof(item),
        clock=_clock(item, goal, now),
        reply=_reply(item),
        probable=next((entry for entry in talk if entry.is_answer), None) if _only_probable(item) else None,
        can_answer=bool(source and source.can_answer and (item["has_secret"] or not _needs_secret(source))),
        answer_limit=source.answer_limit if source else None,
        closed_reason=item["closed_reason"],
        masked=said != item["text"] or any(e.text != r["text"] for e, r in zip(entries, conversation, strict=True)),
        twins=item["twins"],
        team=team,
    )


def _needs_secret(source: Source) -> bool:
    return any(setting.secret for setting in source.settings)


def _only_probable(item: RowMapping) -> bool:
    return item["answer_id"] is not None and bool(item["waiting"]) and item["answer_strength"] == Strength.PROBABLE


def _entries(item: RowMapping, conversation: Sequence[RowMapping], viewer: Viewer, *, whole: bool) -> list[Entry]:
    depths = _depths(conversation)
    return [
        Entry(
            code=code_of(row["item_id"]) if _may_open(row, viewer) else None,
            external_id=row["external_id"],
            author=row["author_name"],
            official=bool(row["official"]),
            text=shown(row["text"], open_to_viewer=whole or bool(row["official"])),
            created_at=from_micros(row["created_at"]),
            url=row["url"],
            depth=depths[row["external_id"]],
            edited=row["version"] > 1,
            deleted=row["deleted_at"] is not None,
            is_this=row["id"] == item["id"],
            is_answer=row["id"] == item["answer_id"],
            strength=item["answer_strength"] if row["id"] == item["answer_id"] else None,
            versions=row["version"],
            rating=row["rating"],
        )
        for row in conversation
    ]


def _may_open(row: RowMapping, viewer: Viewer) -> bool:
    """Whether the entry's own item may be linked; of one that needs a name for itself nothing is said."""
    return (
        row["item_id"] is not None
        and viewer.may_see(row["unit_id"])
        and (viewer.confidential or not row["confidential"])
    )


def _depths(conversation: Sequence[RowMapping]) -> dict[str, int]:
    """How deep each message hangs below the ones that are shown."""
    parents = {row["external_id"]: row["parent_external_id"] for row in conversation}
    depths = {}
    for external_id in parents:
        depth, above = 0, parents[external_id]
        while above in parents and depth < _MAX_DEPTH:
            depth, above = depth + 1, parents[above]
        depths[external_id] = depth
    return depths


def in_thread_order(conversation: Sequence[RowMapping]) -> list[RowMapping]:
    """Each message followed by its replies, both by time; what hangs below something not shown stands by its time, and
    so does a ring of messages that reply to each other."""
    children: dict[str | None, list[RowMapping]] = {}
    shown = {row["external_id"] for row in conversation}
    for row in conversation:
        parent = row["parent_external_id"] if row["parent_external_id"] in shown else None
        children.setdefault(parent, []).append(row)
    ordered: dict[int, RowMapping] = {}
    stack = [*reversed(conversation), *reversed(children.get(None, []))]
    while stack:
        row = stack.pop()
        if ordered.setdefault(row["id"], row) is row:
            stack.extend(reversed(children.pop(row["external_id"], [])))
    return list(ordered.values())


def _candidates(kept: Sequence[Mapping[str, Any]], units: Units) -> tuple[Candidate, ...]:
    named = ((candidate, units.name(candidate["unit"])) for candidate in kept)
    return tuple(
        Candidate(unit_id=c["unit"], name=name, probability=c["probability"], reasons=reasons_of(c["reasons"]))
        for c, name in named
        if name is not None
    )


def reasons_of(kept: Sequence[str | Sequence[str]]) -> tuple[Reason, ...]:
    """Reasons as they are kept with an item; before triage named what they rest on, they were plain phrases."""
    return tuple(Reason("word", one) if isinstance(one, str) else Reason(*one) for one in kept)


def _proof(item: RowMapping) -> Proof | None:
    """The proof of the answer that counts, or of one that was changed since; none of an answer a person sent back."""
    sent_back = item["proof_status"] == "shown" and item["answered_at"] is None
    if item["sha256"] is None or sent_back:
        return None
    return Proof(
        url=item["proof_url"],
        shown_at=from_micros(item["shown_at"]),
        taken_at=from_micros(item["taken_at"]),
        checked_at=from_micros(item["checked_at"]),
        sha256=item["sha256"],
        snapshot=item["snapshot"],
        status=item["proof_status"],
        strength=item["answer_strength"] or "",
    )


def _clock(item: RowMapping, goal: timedelta, now: datetime) -> Clock:
    received, due, answered, closed = (
        _moment(item[name]) for name in ("received_at", "due_at", "answered_at", "closed_at")
    )
    stopped = answered or closed
    used = max((stopped or now) - received, timedelta()) if received else timedelta()
    own = due - received if due and received else goal  # an urgent one has less
    return Clock(received_at=received, due_at=due, late=bool(item["late"]), stopped_at=stopped, used=used, goal=own)


def _moment(micros: int | None) -> datetime | None:
    return from_micros(micros) if micros is not None else None


def _reply(item: RowMapping) -> Reply | None:
    if item["reply_id"] is None:
        return None
    return Reply(
        id=item["reply_id"],
        text=item["reply_text"],
        state=item["reply_state"],
        problem=item["reply_problem"],
        who=item["reply_who"],
        changed_at=from_micros(item["reply_at"]),
        send_after=_moment(item["reply_after"]),
    )
