"""Hubungkan akun: to the platform's consent page and back, the choice of accounts, and renewal before the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

import structlog

from aggregator.contract import AuthExpired, Consent, Credential, Permanent, Platform, PlatformError, Reachable
from aggregator.domain.access import Viewer
from aggregator.domain.pace import with_jitter
from aggregator.services.allowances import GLANCE
from aggregator.services.errors import Refused
from aggregator.services.logins import Logins
from aggregator.sync.turn import Desk, where_of
from aggregator.sync.visits import visit

_CALLS = 40
_SECONDS = 25  # a person waits
_MOST_ACCOUNTS = 1_000
_TRY_AGAIN = timedelta(hours=1)

log = structlog.get_logger(__name__)


class Connector:
    """Talks to consent pages and token endpoints on a person's behalf."""

    def __init__(self, desk: Desk, logins: Logins, platforms: Mapping[str, Platform]) -> None:
        self._desk = desk
        self._logins = logins
        self._platforms = platforms

    def start(self, viewer: Viewer, platform_id: str) -> str:
        """The address of the consent page for this person."""
        platform = self._platform(platform_id)
        secrets = self._logins.app_values(platform_id)
        consent = self._logins.begin(viewer, platform_id)
        with visit(self._desk, platform, secrets, account_id=GLANCE, calls=0, seconds=_SECONDS) as trip:
            try:
                return self._stood_in(platform.authorize_url(consent, trip.context))
            except PlatformError as error:
                raise Refused(error.message) from None
            except KeyError:  # an app setting that is not there
                raise Refused("Aplikasi untuk platform ini belum diatur. Minta Diskominfo mengisinya.") from None

    def finish(self, viewer: Viewer, state: str, code: str) -> int:
        """What came back from the consent page becomes a login; its number."""
        platform_id, consent = self._logins.end(viewer, state)
        platform = self._platform(platform_id)
        credential = self._exchange(platform, code, consent)
        return self._logins.add(viewer, platform_id, credential)

    def _exchange(self, platform: Platform, code: str, consent: Consent) -> Credential:
        secrets = self._logins.app_values(platform.info.id)
        with visit(self._desk, platform, secrets, account_id=GLANCE, calls=_CALLS, seconds=_SECONDS) as trip:
            try:
                return platform.exchange(code, consent, trip.context)
            except PlatformError as error:
                raise Refused(error.message) from None

    def reachable(self, viewer: Viewer, login_id: int) -> list[Reachable]:
        """The accounts this login may read, for the person to choose from."""
        platform_id, credential = self._logins.visible(viewer, login_id)
        platform = self._platform(platform_id)
        secrets = {**self._logins.app_values(platform_id), **credential.secrets}
        with visit(self._desk, platform, secrets, account_id=GLANCE, calls=_CALLS, seconds=_SECONDS) as trip:
            try:
                found = platform.reachable(credential, trip.context)
                return [account for account, _ in zip(found, range(_MOST_ACCOUNTS), strict=False)]
            except PlatformError as error:
                raise Refused(error.message) from None

    def renew(self, login_id: int) -> bool:
        """Renew a login that is due, if nobody else does; whether a new credential was stored."""
        now = self._desk.clock()
        if not self._logins.take_for_renewal(login_id, now):
            return False
        platform_id, credential = self._logins.credential(login_id)
        platform = self._platforms.get(platform_id)
        if platform is None:
            return False
        secrets = {**self._logins.app_values(platform_id), **credential.secrets}
        try:
            with visit(self._desk, platform, secrets, account_id=GLANCE, calls=_CALLS, seconds=_SECONDS) as trip:
                renewed = platform.refresh(credential, trip.context)
        except (AuthExpired, Permanent) as error:  # only a person can mend it
            self._logins.put_off(login_id, None, error.message)
            return False
        except PlatformError as error:
            self._logins.put_off(login_id, now + with_jitter(_TRY_AGAIN), error.message)
            return False
        except Exception as bug:  # the fence: a plugin may fail in any way; the others go on
            log.warning(
                "plugin_bug", platform=platform_id, login=login_id, error=type(bug).__name__, where=where_of(bug)
            )
            self._logins.put_off(login_id, now + with_jitter(_TRY_AGAIN), "Plugin platform ini bermasalah.")
            return False
        self._logins.renewed(login_id, renewed)
        return True

    def _platform(self, platform_id: str) -> Platform:
        platform = self._platforms.get(platform_id)
        if platform is None:
            raise Refused("Plugin untuk platform ini belum terpasang.")
        return platform

    def _stood_in(self, address: str) -> str:
        """With pretended platforms the person's browser goes to them as well."""
        origin = self._desk.line.settings.stand_in
        if origin is None:
            return address
        parts = urlsplit(address)
        return f"{origin}/_host/{parts.netloc}{parts.path}?{parts.query}"
