"""Who answered whom in a thread, how surely, and whether the citizen was content.

Rules, for an official message that is not deleted and not older than the citizen's message:

* DIRECT: its parent is the citizen's message; or its parent is a later message of the same citizen in the
  same sub-thread (the citizen added something and was answered there); or its parent is the office's own
  message that replied to the citizen (an answer in two parts). Where a platform hangs every reply under the
  top comment, a reply that names another participant of the sub-thread belongs to that one alone.
* MENTIONED: it names the author ("@siti", "Bu Siti Aminah") of an earlier message, wherever it hangs. The
  better matching name wins; a name that fits two people equally names nobody.
* PROBABLE (a person confirms): it names nobody, hangs on the same level, follows the citizen's message
  immediately, and that is the only one still open there; or a registered author who is not known as
  official replied directly. One official message is PROBABLE for at most one citizen's message.
* Never: a message before the citizen's, a deleted one, one replying to somebody else, the citizen's own
  follow-up.

Nothing depends on the order of arrival: messages are sorted by (time, id); parents may be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from aggregator.domain.replies import Worth, is_unsatisfied, judge_reply
from aggregator.domain.reply_words import ADDRESS
from aggregator.domain.triage.normalise import fold, pieces

__all__ = [
    "Finding",
    "Settlement",
    "Strength",
    "Utterance",
    "Worth",
    "find_answers",
    "is_unsatisfied",
    "judge_reply",
    "settle",
]

_NOBODYS_NAME = frozenset(
    {"anonim", "anonymous", "admin", "warga", "user", "pengguna", "hamba allah", "tamu", "no name", ""}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One message of a thread as the platform shows it. `registered`: the author is known to the site, not
    as official."""

    id: int
    external_id: str
    parent_id: str | None
    author_id: str | None
    author_name: str
    official: bool
    registered: bool
    text: str
    created_at: datetime
    deleted: bool


class Strength(StrEnum):
    """How surely an official message belongs to a citizen's; MANUAL is given by a person, never found
    here."""

    DIRECT = "direct"
    MENTIONED = "mentioned"
    PROBABLE = "probable"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`answer_id` replies to `item_id`; `reason` says why it is (not) worth an answer, in Bahasa
    Indonesia."""

    item_id: int
    answer_id: int
    strength: Strength
    worth: Worth
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a citizen's message. `acknowledged`: the first sign of life that came before the answer.

    `answered`: the first answer, confirmed ones (DIRECT, MENTIONED) before PROBABLE ones. `reopened_by`:
    the citizen's unsatisfied message after it, when no later answer followed.
    """

    acknowledged: Finding | None
    answered: Finding | None
    reopened_by: int | None


def find_answers(conversation: Sequence[Utterance], *, template_uses: Mapping[str, int] | None = None) -> list[Finding]:
    """The best finding for every citizen's message that has one, ordered by item.

    template_uses: text -> how often the office posted exactly this text. An answer outranks an
    acknowledgement, a confirmed finding a probable one, an earlier one a later one.
    """
    thread = _Thread(conversation)
    found = _all_findings(thread, template_uses or {})
    return [min(findings, key=lambda f: _rank(thread, f)) for _, findings in sorted(found.items())]


def settle(
    conversation: Sequence[Utterance], *, template_uses: Mapping[str, int] | None = None
) -> dict[int, Settlement]:
    """What became of every citizen's message of the thread, by item id."""
    thread = _Thread(conversation)
    found = _all_findings(thread, template_uses or {})
    return {item.id: _settlement(thread, item, found.get(item.id, [])) for item in thread.ordered if not item.official}


class _Thread:
    """The messages by time, with their places in the tree."""

    def __init__(self, conversation: Sequence[Utterance]) -> None:
        self.ordered = sorted(conversation, key=lambda u: (u.created_at, u.id))
        self.by_id = {u.id: u for u in self.ordered}
        self._by_external = {u.external_id: u for u in self.ordered}
        self.authors = {u.id: _author(u) for u in self.ordered}
        self._roots = {u.id: self._root(u) for u in self.ordered}

    def parent(self, u: Utterance) -> Utterance | None:
        return self._by_external.get(u.parent_id) if u.parent_id is not None else None

    def ancestors(self, u: Utterance) -> Iterator[Utterance]:
        """From the parent upwards; ends at a missing parent or a circle."""
        seen = {u.id}
        above = self.parent(u)
        while above is not None and above.id not in seen:
            seen.add(above.id)
            yield above
            above = self.parent(above)

    def root(self, u: Utterance) -> str:
        """The external id that all messages of one sub-thread share."""
        return self._roots[u.id]

    def _root(self, u: Utterance) -> str:
        """The external id of the sub-thread: its top message, or the missing parent above it.

        A comment under the office's own post starts a sub-thread of its own."""
        top = u
        for above in self.ancestors(u):
            if above.official and self.parent(above) is None:
                return top.external_id
            top = above
        return top.parent_id if top.parent_id is not None and self.parent(top) is None else top.external_id

    def same_author(self, a: Utterance, b: Utterance) -> bool:
        return self.authors[a.id] == self.authors[b.id]

    def earlier_citizens(self, u: Utterance) -> list[Utterance]:
        return [c for c in self.ordered if not c.official and not self.same_author(c, u) and _not_after(c, u)]


def _not_after(first: Utterance, second: Utterance) -> bool:
    return first.id != second.id and first.created_at <= second.created_at


def _author(u: Utterance) -> str:
    """Who wrote it: the platform's id, else the displayed name, else nobody but this message."""
    if u.author_id is not None:
        return f"id:{u.author_id}"
    name = " ".join(fold(u.author_name).split())
    return f"message:{u.id}" if name in _NOBODYS_NAME else f"name:{name}"


def _all_findings(thread: _Thread, template_uses: Mapping[str, int]) -> dict[int, list[Finding]]:
    """All findings by item id, each list by time of the answer."""
    found: dict[int, list[Finding]] = {}
    for reply in thread.ordered:
        if reply.deleted:
            continue
        for item, strength in _targets(thread, reply, found):
            worth, reason = judge_reply(
                reply.text,
                same_text_elsewhere=template_uses.get(reply.text, 0),
                answered_author=item.author_name,
            )
            finding = Finding(item_id=item.id, answer_id=reply.id, strength=strength, worth=worth, reason=reason)
            found.setdefault(item.id, []).append(finding)
    return found


def _targets(thread: _Thread, reply: Utterance, found: Mapping[int, list[Finding]]) -> list[tuple[Utterance, Strength]]:
    """The citizens' messages this message may settle."""
    if not reply.official:
        return [(parent, Strength.PROBABLE) for parent in _asked_of_stranger(thread, reply)]
    named = _named(thread, reply)
    asked = _asked(thread, reply)
    if asked is not None:
        own = [c for c in _of_author(thread, asked, reply) if thread.root(c) == thread.root(asked)]
        if not named or any(thread.same_author(asked, c) for c in named):
            return [(c, Strength.DIRECT) for c in own]
    if named:
        return [(c, Strength.MENTIONED) for c in named]
    alone = _only_open(thread, reply, found) if _hangs_free(thread, reply) else None
    return [(alone, Strength.PROBABLE)] if alone else []


def _asked_of_stranger(thread: _Thread, reply: Utterance) -> list[Utterance]:
    """The citizen's message a registered author replied to: at most one, never the author's own."""
    parent = thread.parent(reply) if reply.registered else None
    if parent is None or parent.official or thread.same_author(parent, reply) or not _not_after(parent, reply):
        return []
    return [parent]


def _asked(thread: _Thread, reply: Utterance) -> Utterance | None:
    """The citizen's message the reply hangs under, also through the office's own messages."""
    for above in thread.ancestors(reply):
        if not above.official:
            return above if _not_after(above, reply) else None
    return None


def _hangs_free(thread: _Thread, reply: Utterance) -> bool:
    """Not a reply to a citizen: on the top level, under the office's own post, or under something unknown."""
    return all(above.official for above in thread.ancestors(reply))


def _of_author(thread: _Thread, asked: Utterance, reply: Utterance) -> list[Utterance]:
    return [c for c in thread.ordered if not c.official and _not_after(c, reply) and thread.same_author(c, asked)]


def _named(thread: _Thread, reply: Utterance) -> list[Utterance]:
    """Earlier messages of the one citizen this reply names, in its sub-thread if there are any."""
    fits: dict[str, int] = {}
    heard = pieces(fold(reply.text))
    earlier = thread.earlier_citizens(reply)
    for author, name in {(thread.authors[citizen.id], citizen.author_name) for citizen in earlier}:
        fits[author] = max(fits.get(author, 0), _naming(heard, name))
    best = max(fits.values(), default=0)
    winners = [author for author, fit in fits.items() if fit == best]
    if not best or len(winners) > 1:
        return []
    theirs = [c for c in earlier if thread.authors[c.id] == winners[0]]
    near = [c for c in theirs if thread.root(c) == thread.root(reply)]
    return near or theirs


def _naming(said: Sequence[str], name: str) -> int:
    """How many words of the name are said where one addresses people; a whole @handle counts most."""
    plain, parts = _name_parts(name)
    if plain in _NOBODYS_NAME or not parts or not any(parts[0] in piece for piece in said):
        return 0
    handles = {piece[1:].rstrip(".") for piece in said if piece[0] == "@"}
    if handles & {plain, "".join(parts), "_".join(parts), ".".join(parts)}:
        return 100
    if len(parts[0]) > 2 and parts[0] in handles:
        return (
            1 + _run(said[said.index(f"@{parts[0]}") :], ["@" + parts[0], *parts[1:]]) if f"@{parts[0]}" in said else 1
        )
    return max((_run(said[n:], parts) for n in range(len(said)) if _addressed(said, n, parts)), default=0)


@lru_cache(maxsize=8_192)
def _name_parts(name: str) -> tuple[str, tuple[str, ...]]:
    plain = fold(name).strip().lstrip("@")
    words = plain.replace(".", " ").replace("_", " ").split()
    return plain, tuple(word for word in words if word.isalnum())


def _addressed(said: Sequence[str], position: int, parts: Sequence[str]) -> bool:
    """Is the name said to somebody: after "Bu", at the very beginning, or with two of its words?"""
    if said[position] != parts[0] or len(parts[0]) < 3:
        return False
    return position == 0 or said[position - 1] in ADDRESS or _run(said[position:], parts) > 1


def _run(said: Sequence[str], parts: Sequence[str]) -> int:
    length = 0
    while length < min(len(said), len(parts)) and said[length] == parts[length]:
        length += 1
    return length


def _only_open(thread: _Thread, reply: Utterance, found: Mapping[int, list[Finding]]) -> Utterance | None:
    """The single unsettled citizen's message on the reply's level, when it stands immediately before the
    reply."""
    level = [u for u in thread.ordered if u.parent_id == reply.parent_id and not u.deleted and _not_after(u, reply)]
    before = [u for u in level if (u.created_at, u.id) < (reply.created_at, reply.id)]
    waiting = [u for u in before if not u.official and not any(f.worth is Worth.ANSWER for f in found.get(u.id, ()))]
    return waiting[0] if len(waiting) == 1 and before[-1] is waiting[0] else None


def _rank(thread: _Thread, finding: Finding) -> tuple[bool, bool, bool, datetime, int]:
    answer = thread.by_id[finding.answer_id]
    return (
        finding.worth is not Worth.ANSWER,
        finding.strength is Strength.PROBABLE,
        finding.strength is not Strength.DIRECT and finding.worth is not Worth.ANSWER,
        answer.created_at,
        answer.id,
    )


def _settlement(thread: _Thread, item: Utterance, findings: Sequence[Finding]) -> Settlement:
    by_rank = sorted(findings, key=lambda f: _rank(thread, f))
    answered = next((f for f in by_rank if f.worth is Worth.ANSWER), None)
    acknowledged = next((f for f in by_rank if f.worth is Worth.ACKNOWLEDGEMENT), None)
    if answered and acknowledged and _moment(thread, acknowledged) > _moment(thread, answered):
        acknowledged = None
    reopened = _reopened_by(thread, item, answered, findings) if answered else None
    return Settlement(acknowledged=acknowledged, answered=answered, reopened_by=reopened)


def _moment(thread: _Thread, finding: Finding) -> tuple[datetime, int]:
    answer = thread.by_id[finding.answer_id]
    return answer.created_at, answer.id


def _reopened_by(thread: _Thread, item: Utterance, answered: Finding, findings: Sequence[Finding]) -> int | None:
    """The citizen's last word on it, when that was no contentment and no answer came after it."""
    since = max(
        _moment(thread, f)
        for f in findings
        if f is answered or (f.worth is Worth.ANSWER and f.strength is not Strength.PROBABLE)
    )
    for later in thread.ordered:
        own = not later.official and not later.deleted and thread.same_author(later, item)
        near = thread.root(later) in (thread.root(item), later.external_id)
        if own and near and (later.created_at, later.id) > since and is_unsatisfied(later.text):
            return later.id
    return None
