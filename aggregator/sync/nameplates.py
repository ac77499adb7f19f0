"""What the core asks of the objects that a plugin hands over before it takes them in. Every function
returns the first fault in English for the plugin's author, None when there is none."""

from __future__ import annotations

from typing import Any

from aggregator.contract import CONTRACT_VERSION, Capability, Notifier, NotifierInfo, Platform, PlatformInfo
from aggregator.sync.addresses import is_host_pattern
from aggregator.sync.manifest import is_plugin_id


def platform_fault(platform: Any) -> str | None:
    """Whether a thing from register_platforms is a usable platform."""
    if isinstance(platform, type):
        return f"{platform.__name__} is a class: hand over an instance"
    if not isinstance(platform, Platform):
        return f"{type(platform).__name__} is not a Platform"
    info = getattr(platform, "info", None)
    if not isinstance(info, PlatformInfo):
        return f"{type(platform).__name__}.info is not a PlatformInfo"
    return _info_fault(info)


def _info_fault(info: PlatformInfo) -> str | None:
    if info.contract != CONTRACT_VERSION:
        return f"platform {info.id!r} is for contract {info.contract}, this Sahut speaks {CONTRACT_VERSION}"
    if not isinstance(info.id, str) or not is_plugin_id(info.id):
        return f"platform id {info.id!r} must be lower-case letters, digits, - and _, a letter first"
    if not info.title:
        return f"platform {info.id!r} has no title"
    if not all(isinstance(item, Capability) for item in info.capabilities):
        return f"platform {info.id!r} claims something that is no Capability"
    return _hosts_fault(f"platform {info.id!r}", info.hosts) or _pace_fault(info)


def _hosts_fault(whose: str, hosts: Any) -> str | None:
    if isinstance(hosts, str):
        return f"{whose}: hosts is a text, not a tuple of texts"
    for host in hosts:
        if not isinstance(host, str) or not is_host_pattern(host):
            return f"{whose}: host {host!r} is not like 'api.example.org' or '*.example.org'"
    return None


def _pace_fault(info: PlatformInfo) -> str | None:
    pace = info.pace
    if pace.every.total_seconds() < 60 or pace.overlap.total_seconds() < 0:
        return f"platform {info.id!r}: pace reads more often than once a minute or overlaps backwards"
    if min(pace.calls_per_day, pace.calls_per_pull, pace.thread_batch) < 1:
        return f"platform {info.id!r}: pace allows no call at all"
    return None


def worker_fault(worker: Any, method: str) -> str | None:
    """Whether a classifier has a name and its one method."""
    if isinstance(worker, type):
        return f"{worker.__name__} is a class: hand over an instance"
    if not isinstance(getattr(worker, "name", None), str) or not callable(getattr(worker, method, None)):
        return f"{type(worker).__name__} has no name or no {method}()"
    return None


def notifier_fault(notifier: Any) -> str | None:
    """Whether a thing from register_notifiers is a usable notifier."""
    if isinstance(notifier, type):
        return f"{notifier.__name__} is a class: hand over an instance"
    if not isinstance(notifier, Notifier):
        return f"{type(notifier).__name__} is not a Notifier"
    info = getattr(notifier, "info", None)
    if not isinstance(info, NotifierInfo):
        return f"{type(notifier).__name__}.info is not a NotifierInfo"
    if info.contract != CONTRACT_VERSION:
        return f"notifier {info.name!r} is for contract {info.contract}, this Sahut speaks {CONTRACT_VERSION}"
    if not isinstance(info.name, str) or not is_plugin_id(info.name) or not info.title:
        return f"notifier {info.name!r} needs a name of lower-case letters, digits, - and _, and a title"
    return _hosts_fault(f"notifier {info.name!r}", info.hosts)
