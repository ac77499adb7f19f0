"""Bringing one notice to one address, through the plugin of its medium and behind a fence: a medium that fails, hangs or
refuses keeps nothing else from being told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import structlog

from aggregator.clock import Clock
from aggregator.contract import (
    AuthExpired,
    BudgetSpent,
    Gone,
    Malformed,
    Notice,
    Notifier,
    NotifierInfo,
    NotifyContext,
    Permanent,
    PlatformError,
    PlatformInfo,
    RateLimited,
    Tap,
    Transient,
)
from aggregator.contract.platform import Pace
from aggregator.domain.notice_words import Seen, Words, worded
from aggregator.services.telling.channels import Channels
from aggregator.services.telling.contacts import Contacts
from aggregator.services.telling.outbox import Outbox, Outgoing
from aggregator.sync.addresses import host_of, read_url
from aggregator.sync.dialling import dialler
from aggregator.sync.http import GuardedHttp, PullBudget
from aggregator.sync.turn import Line, where_of
from aggregator.sync.wire import public_tls

_CALLS = 4
_SECONDS = 50
_MOST_BOUND = 500
_DEFAULT_WAIT = timedelta(minutes=1)
_BUG = "Plugin saluran ini bermasalah."

log = structlog.get_logger(__name__)


class Messenger:
    """Sends what is due, and asks who sent a code."""

    def __init__(
        self,
        outbox: Outbox,
        channels: Channels,
        contacts: Contacts,
        notifiers: Mapping[str, Notifier],
        *,
        line: Line,
        base_url: str,
        contact: str,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._channels = channels
        self._contacts = contacts
        self._notifiers = notifiers
        self._line = line
        self._base_url = base_url
        self._contact = contact
        self._zone = zone
        self._clock = clock

    def deliver(self, delivery_id: int) -> str:
        """Send one delivery, if it is due and nobody else does; what became of it."""
        outgoing = self._outbox.begin(delivery_id, self._clock())
        if outgoing is None:
            return "not_due"
        notifier = self._notifiers.get(outgoing.medium)
        if notifier is None:
            self._outbox.hold(outgoing, "Plugin saluran ini tidak terpasang.", self._clock())
            return "no_plugin"
        return self._settled(outgoing, lambda: self._notify(notifier, outgoing))

    def _notify(self, notifier: Notifier, outgoing: Outgoing) -> None:
        with self._context(notifier.info, notifier.site(outgoing.address)) as context:
            notifier.notify(self._notice(outgoing, notifier.info.longest), outgoing.address, context)

    def _settled(self, outgoing: Outgoing, send: Callable[[], None]) -> str:
        """Send, and write down what became of it."""
        try:
            send()
        except Gone as error:
            self._outbox.gone(outgoing, error.message, self._clock())
            return "gone"
        except RateLimited as error:
            wait = timedelta(seconds=error.retry_after) if error.retry_after else _DEFAULT_WAIT
            now = self._clock()
            self._outbox.hold(outgoing, error.message, now, until=now + wait)
            return "rate_limited"
        except (AuthExpired, Permanent, Malformed) as error:
            self._outbox.hold(outgoing, error.message, self._clock())
            return error.code
        except PlatformError as error:  # the line broke, or its time ran out: it may have got through
            unsure = isinstance(error, (Transient, BudgetSpent))
            self._outbox.postpone(outgoing, error.message, self._clock(), unsure=unsure)
            return error.code
        except Exception as bug:  # the fence: a plugin may fail in any way; the others go on
            log.warning("plugin_bug", notifier=outgoing.medium, error=type(bug).__name__, where=where_of(bug))
            self._outbox.hold(outgoing, _BUG, self._clock())
            return "plugin_bug"
        self._outbox.sent(outgoing, self._clock())
        return "sent"

    def listen(self, contact_id: int) -> int:
        """Ask the medium of this contact who sent a code; how many people were joined to their address."""
        name = self._contacts.medium_of(contact_id)
        notifier = self._notifiers.get(name or "")
        if name is None or notifier is None or not notifier.info.listens:
            return 0
        try:
            with self._context(notifier.info, None) as context:
                return self._contacts.bind(name, islice(notifier.listen(context), _MOST_BOUND))
        except PlatformError as error:
            log.info("listening_failed", notifier=name, outcome=error.code)
        except Exception as bug:  # the fence, as above
            log.warning("plugin_bug", notifier=name, error=type(bug).__name__, where=where_of(bug))
        return 0

    def _notice(self, outgoing: Outgoing, longest: int) -> Notice:
        """The notice in words. Of a confidential item it offers no act: whoever opens it is noted first."""
        words = self._words(outgoing)
        open_acts = outgoing.item and outgoing.works and not outgoing.data.get("confidential")
        item = f"{self._base_url}/butir/{outgoing.item}"
        taps = (
            (Tap(label="Saya kerjakan", link=f"{item}/ambil"), Tap(label="Bukan kami", link=f"{item}/kembalikan"))
            if open_acts and outgoing.kind in _WORK
            else ()
        )
        return Notice(
            key=f"{outgoing.key}:{outgoing.notice_id}",
            title=words.title[:longest],
            body=words.body,
            link=f"{self._base_url}/pemberitahuan/{outgoing.notice_id}",
            stop_link=f"{self._base_url}/pemberitahuan/saya",
            taps=taps,
            urgent=outgoing.kind in ("urgent", "escalation"),
        )

    def _words(self, outgoing: Outgoing) -> Words:
        if outgoing.code:
            return Words(
                f"Kode Sahut Anda: {outgoing.code}", "Masukkan di halaman Pemberitahuan saya. Berlaku 15 menit."
            )
        return worded(outgoing.kind, outgoing.data, Seen(self._clock(), self._zone))

    @contextmanager
    def _context(self, info: NotifierInfo, site: str | None) -> Iterator[NotifyContext]:
        now = self._clock()
        budget = PullBudget(_CALLS, now + timedelta(seconds=_SECONDS), self._clock)
        line = self._line
        http = GuardedHttp(
            _name_plate(info, site),
            None,
            settings=line.settings,
            budget=budget,
            pace=line.pace,
            memory=line.memory,
            clock=self._clock,
            allowance=f"notify:{info.name}",
        )
        with http:
            yield NotifyContext(
                http=http,
                dial=dialler(line.settings),
                tls=line.settings.tls or public_tls(),
                now=now,
                settings=self._channels.lent(info.name),
                contact=self._contact,
                log=log.bind(notifier=info.name),
            )


_WORK = frozenset({"urgent", "assigned", "arrived", "nearly_late", "late", "escalation", "wrote_again"})


def _name_plate(info: NotifierInfo, site: str | None) -> PlatformInfo:
    """The medium as the guarded line knows platforms: its hosts, and that of the one site."""
    own = (host_of(read_url(site)),) if site else ()
    pace = Pace(calls_per_minute=info.calls_per_minute)
    return PlatformInfo(id=info.name, title=info.title, hosts=(*info.hosts, *own), pace=pace)
