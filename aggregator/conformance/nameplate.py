"""Name-plate: what the plugin says of itself is complete, and true both ways."""

from __future__ import annotations

from datetime import timedelta

from aggregator.conformance.base import KitBase, must
from aggregator.conformance.fence import fenced
from aggregator.contract import CONTRACT_VERSION, AccountKey, Capability, PlatformInfo
from aggregator.sync.addresses import is_host_pattern
from aggregator.sync.manifest import is_plugin_id

_JUNK = (
    "",
    " ",
    "@",
    "http://",
    "https://[",
    "https://[::1",
    "javascript:alert(1)",
    "\x00",
    "//",
    "a" * 5000,
)
_STRANGE = ("mailto:a@b.example", "https://user:pw@host:99999/", "🙏", "https://%zz", "ftp://host.example/a")


class NamePlate(KitBase):
    """info and resolve()."""

    def test_nameplate_is_complete(self) -> None:
        info = self.platform().info
        must(isinstance(info, PlatformInfo), "name-plate", "set info = PlatformInfo(...).")
        must(is_plugin_id(info.id), "name-plate", "id must be a short lower-case identifier.")
        must(info.title.strip(), "name-plate", "give a title that officials recognise.")
        must(info.contract == CONTRACT_VERSION, "name-plate", f"contract must be {CONTRACT_VERSION}.")
        must(info.capabilities, "name-plate", "claim at least one capability.")
        wrong = [host for host in info.hosts if not is_host_pattern(host)]
        must(not wrong, "name-plate", f"hosts are bare names without scheme, port or path: {wrong}.")
        only_files = info.capabilities == {Capability.IMPORT}
        must(only_files or info.hosts or info.own_host, "name-plate", "name the hosts you reach, or own_host.")
        must(self.platform().info == info, "name-plate", "info must be the same in every instance.")

    def test_nameplate_pace_is_sane(self) -> None:
        pace = self.platform().info.pace
        sane = pace.every >= timedelta(minutes=1) and pace.overlap >= timedelta(0)
        must(sane and pace.calls_per_pull >= 1, "name-plate", "pace: every >= 1 minute, calls_per_pull >= 1.")

    def test_nameplate_settings_can_be_filled_in(self) -> None:
        info = self.platform().info
        settings = (*info.settings, *info.app_settings)
        names = [setting.name for setting in settings]
        must(len(set(names)) == len(names), "name-plate", "two settings share a name.")
        for setting in settings:
            must(setting.label.strip(), "name-plate", f"setting {setting.name!r} needs a label.")
            must(
                setting.help.strip() or not setting.secret,
                "name-plate",
                f"say where {setting.name!r} is found.",
            )
        unknown = set(self.secrets) - {one.name for one in settings if one.secret or one.name in self.open_settings}
        must(not unknown, "name-plate", f"secrets {sorted(unknown)} are not among the secret settings.")

    def test_nameplate_addresses_resolve(self) -> None:
        found = [key for key in self.addresses.values() if key]
        must(
            found and None in self.addresses.values(),
            "name-plate",
            "give addresses of both sorts: key and None.",
        )
        for address, key in self.addresses.items():
            resolved = self._resolve(address)
            told = resolved and resolved.key
            must(told == key, "name-plate", f"resolve({address!r}) gave {told!r}, expected {key!r}.")

    def test_nameplate_keys_are_canonical(self) -> None:
        account = self.account()
        own = self._resolve(account.url)
        must(own and own.key == account.key, "name-plate", "resolve(account.url) must give account.key.")
        for address, key in self.addresses.items():
            resolved = self._resolve(address)
            if resolved is None:
                continue
            again = self._resolve(resolved.url)
            must(
                resolved.platform == self.platform().info.id,
                "name-plate",
                "AccountKey.platform must be info.id.",
            )
            must(again == resolved, "name-plate", f"the url given for {key!r} resolves to another key.")

    def test_nameplate_resolve_never_fails(self) -> None:
        for junk in (*_JUNK, *_STRANGE):
            try:
                found = self._resolve(junk)
            except Exception as error:  # the fence: a person may paste anything
                raise AssertionError(f"name-plate: resolve({junk[:40]!r}) raised {type(error).__name__}.") from error
            must(
                found is None or isinstance(found, AccountKey),
                "name-plate",
                "resolve gives AccountKey or None.",
            )

    def _resolve(self, address: str) -> AccountKey | None:
        with fenced():
            return self.platform().resolve(address)
