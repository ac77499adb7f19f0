"""Sending an answer once, on a person's click. After an ambiguous failure the thread is read before anyone tries
again: a citizen is never answered twice."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from datetime import timedelta
from typing import Any, cast

import structlog

from aggregator.contract import (
    Account,
    AuthExpired,
    Author,
    BudgetSpent,
    Capability,
    Context,
    Event,
    Gone,
    Http,
    Kind,
    Malformed,
    Message,
    OpenThread,
    Permanent,
    Platform,
    PlatformError,
    RateLimited,
    Response,
    ThreadRef,
    Transient,
)
from aggregator.services.answering import Answering, Outgoing
from aggregator.sync.http import GuardedHttp, PullBudget
from aggregator.sync.turn import Desk

_CALLS = 20
_SECONDS = 90
_UNSEEN = "Percakapannya terlalu panjang untuk dibaca sekali jalan; dilihat lagi sebentar lagi."
_LOOK_AGAIN = (AuthExpired, Malformed, BudgetSpent)  # told nothing of what became of the answer

log = structlog.get_logger(__name__)


class PostWatch:
    """A line out that remembers whether something may have been said over it: a POST or PUT that nobody surely refused."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self.may_have_said = False
        self.get = http.get

    def post(self, url: str, **told: Any) -> Response:
        return self._say(self._http.post, url, told)

    def put(self, url: str, **told: Any) -> Response:
        return self._say(self._http.put, url, told)

    def _say(self, send: Callable[..., Response], url: str, told: Mapping[str, Any]) -> Response:
        self.may_have_said = True
        try:
            response = send(url, **told)
        except (AuthExpired, Gone, Permanent, RateLimited, BudgetSpent):
            self.may_have_said = False
            raise
        self.may_have_said = response.status < 400
        return response


class Sender:
    """Sends queued answers and finds out what became of uncertain ones."""

    def __init__(self, desk: Desk, answering: Answering, platforms: Mapping[str, Platform]) -> None:
        self._desk = desk
        self._answering = answering
        self._platforms = platforms

    def send(self, reply_id: int) -> str:
        """Send one reply, if it is due and nobody else does; its state afterwards."""
        now = self._desk.clock()
        outgoing = self._answering.begin(reply_id, now)
        if outgoing is None:
            return self._answering.state(reply_id)
        platform = self._platforms.get(outgoing.platform)
        if platform is None or Capability.ANSWER not in platform.info.capabilities:
            return self._answering.fail(
                outgoing,
                "Platform ini belum dapat dijawab dari Sahut. Salin jawaban dan tempel di halamannya.",
                now,
            )
        return self._say(platform, outgoing)

    def _say(self, platform: Platform, outgoing: Outgoing) -> str:
        budget = PullBudget(_CALLS, self._desk.clock() + timedelta(seconds=_SECONDS), self._desk.clock)
        with self._line(platform, outgoing, budget) as http:
            watch = PostWatch(http)
            context = self._context(watch, budget, outgoing)
            try:
                if outgoing.unsure and (found := self._find(platform, outgoing, context)):
                    return self._sent(platform, outgoing, found)
                if outgoing.unsure and not budget.allows():
                    return self._answering.doubt(outgoing, _UNSEEN, self._desk.clock())
                if outgoing.unsure:
                    return self._answering.fail(
                        outgoing,
                        "Jawaban belum tampil di platform. Periksa, lalu kirim lagi.",
                        self._desk.clock(),
                    )
                said = platform.answer(self._account(outgoing), _message(outgoing), outgoing.text, context)
                return self._sent(platform, outgoing, said)
            except (Transient, RateLimited) as error:
                return self._answering.doubt(outgoing, error.message, self._desk.clock())
            except PlatformError as error:
                unknown = watch.may_have_said or (outgoing.unsure and isinstance(error, _LOOK_AGAIN))
                settle = self._answering.doubt if unknown else self._answering.fail
                return settle(outgoing, error.message, self._desk.clock())
            except Exception as bug:  # the fence: the answer may have gone out, so its fate is uncertain
                log.warning("plugin_bug", platform=outgoing.platform, error=type(bug).__name__)
                return self._answering.doubt(outgoing, "Plugin platform ini bermasalah.", self._desk.clock())

    def _find(self, platform: Platform, outgoing: Outgoing, context: Context) -> Message | None:
        """The answer among what the platform shows now."""
        thread = OpenThread(ref=ThreadRef(external_id=outgoing.thread_external_id, url=outgoing.thread_url))
        events = platform.pull_threads(self._account(outgoing), [thread], context)
        with closing(cast("Generator[Event]", events)):
            for event in events:
                if (
                    isinstance(event, Message)
                    and event.parent_id in (outgoing.external_id, outgoing.parent_id)  # some keep one level of replies
                    and event.parent_id is not None
                    and _same(event.text, outgoing.text)
                ):
                    return event
        return None

    def _sent(self, platform: Platform, outgoing: Outgoing, said: Message) -> str:
        """Store what the platform now shows: the office's own words, and by the usual rules the answer."""
        now = self._desk.clock()
        source = outgoing.source(own_host=platform.info.own_host)
        if said.author is not None and said.author.external_id is not None:
            self._desk.intake.learn(source, [said.author.external_id], "answer", now)
        self._desk.intake.store(source, [said], now, official_ids=frozenset({said.external_id}))
        return self._answering.sent(outgoing, said.external_id, now)

    def _line(self, platform: Platform, outgoing: Outgoing, budget: PullBudget) -> GuardedHttp:
        line, clock = self._desk.line, self._desk.clock
        return GuardedHttp(
            platform.info,
            outgoing.account_url,
            settings=line.settings,
            budget=budget,
            pace=line.pace,
            memory=line.memory,
            clock=clock,
        )

    def _context(self, http: Http, budget: PullBudget, outgoing: Outgoing) -> Context:
        return Context(
            http=http,
            budget=budget,
            now=self._desk.clock(),
            since=None,
            secrets=outgoing.secrets,
            log=log.bind(platform=outgoing.platform, account=outgoing.account_id),
            known=lambda ids: self._desk.accounts.known(outgoing.account_id, ids),
        )

    def _account(self, outgoing: Outgoing) -> Account:
        return Account(key=outgoing.account_key, url=outgoing.account_url, settings=outgoing.settings)


def _message(outgoing: Outgoing) -> Message:
    return Message(
        external_id=outgoing.external_id,
        kind=Kind(outgoing.kind),
        thread=ThreadRef(external_id=outgoing.thread_external_id, url=outgoing.thread_url),
        author=Author(external_id=outgoing.author_id, name=outgoing.author_name),
        text=outgoing.citizen_text,
        created_at=outgoing.created_at,
        parent_id=outgoing.parent_id,
        url=outgoing.url,
    )


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()
