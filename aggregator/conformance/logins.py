"""OAuth: the way there carries the state, the code becomes a credential, the login names its accounts."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from aggregator.conformance.base import KitBase, must
from aggregator.conformance.world import World
from aggregator.contract import AuthExpired, Capability, Consent, Credential, Permanent, Reachable

CONSENT = Consent(state="keadaan-7f3a91c2", redirect_uri="https://sahut.example/hubungkan/kembali/", verifier="v" * 64)


class Logins(KitBase):
    """authorize_url(), exchange(), refresh() and reachable(). `oauth_code` is a code that a fresh `world` accepts for
    CONSENT, `oauth_accounts` the keys of the accounts it then reaches; `secrets` must hold the app's settings."""

    oauth_code: ClassVar[str] = ""
    oauth_accounts: ClassVar[Collection[str]] = ()

    def test_login_starts_at_the_platform(self) -> None:
        if self.can(Capability.OAUTH):
            ctx = self.context(self.world())
            turn = self.call(ctx, lambda _: self.platform().authorize_url(CONSENT, ctx))
            parts = urlsplit(turn.result or "")
            must(parts.scheme == "https" and not turn.requests, "login", "an https address, made without a call.")
            state = parse_qs(parts.query).get("state", [])
            must(state == [CONSENT.state], "login", "the address must carry the state: it comes back with the code.")
            must(CONSENT.verifier not in turn.result, "login", "the verifier is the secret half; send its challenge.")

    def test_login_code_becomes_a_credential(self) -> None:
        if self.can(Capability.OAUTH):
            credential = self._exchanged()
            must(credential.secrets, "login", "a credential without a secret opens nothing.")
            expires = credential.expires_at
            must(expires is None or expires > self.now, "login", "a fresh credential is already dead.")

    def test_login_wrong_code_is_refused(self) -> None:
        if self.can(Capability.OAUTH):
            ctx = self.context(self.world())
            turn = self.call(ctx, lambda _: self.platform().exchange("bukan-kode", CONSENT, ctx))
            refused = isinstance(turn.error, AuthExpired | Permanent)
            must(refused, "login", "a wrong code must be AuthExpired or Permanent.")

    def test_login_names_its_accounts(self) -> None:
        if self.can(Capability.OAUTH):
            world = self.world()
            ctx = self.context(world)
            credential = self._exchanged(world)
            reached = list[Reachable]()
            turn = self.call(ctx, lambda _: reached.extend(self.platform().reachable(credential, ctx)))
            must(not turn.error, "login", f"listing a login's accounts ended in {turn.error!r}.")
            keys = {one.key.key for one in reached}
            must(keys == set(self.oauth_accounts), "login", f"reaches {sorted(keys)}, not what oauth_accounts says.")

    def test_login_is_renewed(self) -> None:
        if self.can(Capability.OAUTH):
            world = self.world()
            ctx = self.context(world)
            old = self._exchanged(world)
            renewed = list[Credential]()
            turn = self.call(ctx, lambda _: renewed.append(self.platform().refresh(old, ctx)))
            must(not turn.error, "login", f"renewing a living credential ended in {turn.error!r}.")
            must(renewed[0].secrets.keys() >= old.secrets.keys(), "login", "renewing lost a secret.")

    def _exchanged(self, world: World | None = None) -> Credential:
        """The credential itself, kept out of the turn: its secrets are where they belong."""
        ctx, got = self.context(world or self.world()), list[Credential]()
        turn = self.call(ctx, lambda _: got.append(self.platform().exchange(self.oauth_code, CONSENT, ctx)))
        must(not turn.error, "login", f"the code of a fresh world ended in {turn.error!r}.")
        return got[0]
