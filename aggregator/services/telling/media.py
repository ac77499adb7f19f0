"""What services and pages may know of a medium without touching its plugin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aggregator.contract import Notifier, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A way to reach people. `read`, `shown`, `made` and `public` are the plugin's own, and pure."""

    name: str
    title: str
    settings: tuple[Setting, ...]
    address: Setting | None
    listens: bool
    read: Callable[[str], str]
    shown: Callable[[str], str]
    made: Callable[[Mapping[str, str]], Mapping[str, str]]
    public: Callable[[Mapping[str, str]], Mapping[str, str]]

    @property
    def by_browser(self) -> bool:
        """Whether only a browser can say where it is reached."""
        return self.address is None and not self.listens

    def filled_in(self, settings: Mapping[str, str]) -> bool:
        return all(settings.get(setting.name) for setting in self.settings if setting.required)


def medium_of(notifier: Notifier) -> Medium:
    info = notifier.info
    return Medium(
        name=info.name,
        title=info.title,
        settings=info.settings,
        address=info.address,
        listens=info.listens,
        read=notifier.address,
        shown=notifier.shown,
        made=notifier.made,
        public=notifier.public,
    )
