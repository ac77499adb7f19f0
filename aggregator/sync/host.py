"""The plugin host: takes plugins in one by one behind a fence, so that a broken one is skipped with its
reason and the others work. pluggy stops a hook at the first exception; therefore every plugin's hooks are
called apart."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import Any, TypeVar

import pluggy
import structlog

from aggregator.contract import AccountKey, Classifier, Notifier, Permanent, Platform, WorkEvent
from aggregator.contract.hooks import HOOK_NAMES, PROJECT, HookSpecs
from aggregator.sync.discovery import Found, PluginFolder, find_plugins
from aggregator.sync.nameplates import notifier_fault, platform_fault, worker_fault

T = TypeVar("T")

MOST_OBJECTS = 100  # handed over by one hook of one plugin

log = structlog.get_logger(__name__)


_ANY_SITE = "https://situs-biasa.example/"


class PluginFault(Exception):
    """Why a plugin is left out, in English for its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginStatus:
    """One plugin as the host found it. `source` is bawaan, folder or paket; `reason` is None when `ok`."""

    id: str
    title: str
    version: str
    source: str
    path: str
    ok: bool
    reason: str | None = None
    platforms: tuple[str, ...] = ()


@dataclass(slots=True)
class _Offer:
    """What one plugin hands over, before it is taken in."""

    platforms: dict[str, Platform] = field(default_factory=dict)
    classifiers: list[Classifier] = field(default_factory=list)
    notifiers: dict[str, Notifier] = field(default_factory=dict)


def fenced(work: Callable[[], T]) -> T:
    """Run a plugin's code; whatever it raises (SystemExit too, but not the person's Ctrl-C) becomes a
    PluginFault."""
    try:
        return work()
    except (KeyboardInterrupt, PluginFault):
        raise
    except BaseException as error:  # the fence: a stranger's code may raise anything
        fault = PluginFault(_describe(error))
    raise fault


def _describe(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = " ".join(traceback.format_exception_only(error)[-1].split())[:300]
    return f"{text} ({frame.filename.rpartition('/')[2]}, line {frame.lineno})"


class PluginHost:
    """The plugins of this process. Built by `load`, unchanged afterwards."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(HookSpecs)
        self._plugins: dict[str, Any] = {}
        self._platforms: dict[str, Platform] = {}
        self._classifiers: list[Classifier] = []
        self._notifiers: dict[str, Notifier] = {}
        self._statuses: list[PluginStatus] = []

    @classmethod
    def load(cls, folders: Sequence[PluginFolder], *, entry_points: bool = True) -> PluginHost:
        """Find and take in every plugin; never raises for one of them."""
        host = cls()
        for found in find_plugins(folders, entry_points=entry_points):
            host._statuses.append(host._take_in(found))
        return host

    @property
    def statuses(self) -> tuple[PluginStatus, ...]:
        """Every plugin found, the ones left out with their reason."""
        return tuple(self._statuses)

    @property
    def platforms(self) -> Mapping[str, Platform]:
        return MappingProxyType(self._platforms)

    @property
    def classifiers(self) -> tuple[Classifier, ...]:
        return tuple(self._classifiers)

    @property
    def notifiers(self) -> Mapping[str, Notifier]:
        """Ways to tell people, by name."""
        return MappingProxyType(self._notifiers)

    def resolve(self, address: str) -> list[AccountKey]:
        """What `address` may be, asked of every platform: those that know it best come first, those that accept any
        site last. Raises Permanent, in the plugin's words, when it is one that can never be read."""
        found: list[AccountKey] = []
        refusals: list[Permanent] = []
        for platform in sorted(self._platforms.values(), key=self._width):
            try:
                key = self._resolve_with(platform, address)
            except Permanent as refusal:
                refusals.append(refusal)
            else:
                found += [key] if key is not None else []
        if refusals and all(self._platforms[key.platform].info.own_host for key in found):
            raise refusals[0]
        return found

    def _width(self, platform: Platform) -> int:
        """How much a platform accepts: addresses of its own hosts, sites that look like its own, or any site."""
        if not platform.info.own_host:
            return 0
        return 2 if self._resolve_with(platform, _ANY_SITE) else 1

    def add_commands(self, cli: Any) -> None:
        """Let plugins add commands to `cli`, a click group. A command that is already there is never
        replaced."""
        for plugin_id in self._plugins:
            before = dict(cli.commands)
            self._tell_one(plugin_id, "register_commands", cli=cli)
            if any(cli.commands.get(name) is not command for name, command in before.items()):
                log.warning("plugin_command_refused", plugin=plugin_id)
                cli.commands.update(before)

    def tell(self, event: WorkEvent) -> None:
        """Tell every plugin of a committed event; their errors are logged, never raised."""
        for plugin_id in self._plugins:
            self._tell_one(plugin_id, "on_event", event=event)

    def _take_in(self, found: Found) -> PluginStatus:
        try:
            offer = self._admit(found)
        except PluginFault as fault:
            log.warning("plugin_skipped", plugin=found.name, source=found.source, reason=str(fault))
            return _status(found, reason=str(fault))
        self._platforms |= offer.platforms
        self._classifiers += offer.classifiers
        self._notifiers |= offer.notifiers
        return _status(found, platforms=tuple(offer.platforms))

    def _admit(self, found: Found) -> _Offer:
        if found.fault is not None:
            raise PluginFault(found.fault)
        if found.name in self._plugins:
            raise PluginFault(f"another plugin with the id {found.name!r} was loaded before")
        plugin = fenced(found.load)
        fenced(lambda: self._register(found.name, plugin))
        try:
            return fenced(lambda: self._offer_of(found.name))
        except PluginFault:
            self._manager.unregister(self._plugins.pop(found.name))
            raise

    def _register(self, plugin_id: str, plugin: Any) -> None:
        if isinstance(plugin, type):
            raise PluginFault(f"{plugin.__name__} is a class: name a module or an instance")
        if not _check_hooks(self._manager, plugin):
            raise PluginFault("it implements no hook")
        self._manager.register(plugin, plugin_id)
        self._plugins[plugin_id] = plugin

    def _offer_of(self, plugin_id: str) -> _Offer:
        offer = _Offer()
        for platform in self._collect(plugin_id, "register_platforms"):
            _raise_if(platform_fault(platform))
            if platform.info.id in self._platforms or platform.info.id in offer.platforms:
                raise PluginFault(f"the platform id {platform.info.id!r} was registered before")
            offer.platforms[platform.info.id] = platform
        offer.classifiers = self._collect(plugin_id, "register_classifiers")
        for classifier in offer.classifiers:
            _raise_if(worker_fault(classifier, "classify"))
        for notifier in self._collect(plugin_id, "register_notifiers"):
            _raise_if(notifier_fault(notifier))
            if notifier.info.name in self._notifiers or notifier.info.name in offer.notifiers:
                raise PluginFault(f"the notifier {notifier.info.name!r} was registered before")
            offer.notifiers[notifier.info.name] = notifier
        return offer

    def _collect(self, plugin_id: str, hook: str) -> list[Any]:
        """The objects that one plugin's hook hands over; none when it lacks the hook."""
        handed: list[Iterable[Any]] = self._call(plugin_id, hook)
        return [thing for things in handed for thing in islice(things, MOST_OBJECTS)]

    def _call(self, plugin_id: str, hook: str, **arguments: Any) -> list[Any]:
        others = [plugin for name, plugin in self._plugins.items() if name != plugin_id]
        results: list[Any] = self._manager.subset_hook_caller(hook, others)(**arguments)
        return results

    def _tell_one(self, plugin_id: str, hook: str, **arguments: Any) -> None:
        try:
            fenced(lambda: self._call(plugin_id, hook, **arguments))
        except PluginFault as fault:
            log.warning("plugin_hook_failed", plugin=plugin_id, hook=hook, error=_kind_of(fault))

    def _resolve_with(self, platform: Platform, address: str) -> AccountKey | None:
        try:
            key = fenced(lambda: _key_or_refusal(platform, address))
        except PluginFault as fault:
            log.warning("plugin_resolve_failed", platform=platform.info.id, error=_kind_of(fault))
            return None
        if isinstance(key, Permanent):
            raise key
        if key is None or (isinstance(key, AccountKey) and key.platform == platform.info.id):
            return key
        log.warning("plugin_resolve_failed", platform=platform.info.id, error="not its own AccountKey")
        return None


def _key_or_refusal(platform: Platform, address: str) -> AccountKey | Permanent | None:
    try:
        return platform.resolve(address)
    except Permanent as refusal:
        return refusal


def _kind_of(fault: PluginFault) -> str:
    """Only the kind of error: its text may hold what a person wrote."""
    return str(fault).partition(":")[0]


def _status(found: Found, *, reason: str | None = None, platforms: tuple[str, ...] = ()) -> PluginStatus:
    manifest = found.manifest
    return PluginStatus(
        id=found.name,
        title=manifest.title if manifest else found.name,
        version=manifest.version if manifest else "",
        source=found.source,
        path=found.path,
        ok=reason is None,
        reason=reason,
        platforms=platforms,
    )


def _check_hooks(manager: pluggy.PluginManager, plugin: Any) -> int:
    """How many hooks `plugin` implements; raises PluginFault for one that does not exist or that wraps
    others'."""
    count = 0
    for name in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, name)
        if options is None:
            continue
        hook = options.get("specname") or name
        if hook not in HOOK_NAMES:
            raise PluginFault(f"unknown hook {hook!r}; there are {', '.join(HOOK_NAMES)}")
        if options.get("wrapper") or options.get("hookwrapper"):
            raise PluginFault(f"hook {hook!r} wraps the other plugins' hooks, which is not allowed")
        count += 1
    return count


def _raise_if(fault: str | None) -> None:
    if fault is not None:
        raise PluginFault(fault)
