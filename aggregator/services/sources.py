"""What pages and services may know of a platform without touching its plugin."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from aggregator.contract import Capability, Platform, Setting
from aggregator.services.errors import Refused

_LONGEST_SETTING = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A platform as pages see it."""

    id: str
    title: str
    can_answer: bool
    answer_limit: int | None
    answer_length: Callable[[str], int]  # how long the platform thinks a text is
    settings: tuple[Setting, ...]
    app_settings: tuple[Setting, ...]
    own_host: bool
    polls: bool
    connects: bool  # by a consent page
    pushes: bool
    shares_allowance: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingView:
    """A setting in a form; a secret's value is never shown again."""

    name: str
    label: str
    help: str
    secret: bool
    required: bool
    choices: tuple[str, ...]
    value: str | None
    has_value: bool


def source_of(platform: Platform) -> Source:
    info = platform.info
    return Source(
        id=info.id,
        title=info.title,
        can_answer=Capability.ANSWER in info.capabilities,
        answer_limit=info.answer_limit,
        answer_length=info.answer_length,
        settings=info.settings,
        app_settings=info.app_settings,
        own_host=info.own_host,
        polls=Capability.IMPORT not in info.capabilities,
        connects=Capability.OAUTH in info.capabilities,
        pushes=Capability.PUSH in info.capabilities,
        shares_allowance=info.pace.shared_by == "app",
    )


def views(
    declared: Sequence[Setting], values: Mapping[str, str], kept_secrets: Collection[str] = ()
) -> tuple[SettingView, ...]:
    """A form's fields. `values` may hold opened secrets: of those only the fact that they are there is told."""
    return tuple(
        SettingView(
            name=setting.name,
            label=setting.label,
            help=setting.help,
            secret=setting.secret,
            required=setting.required,
            choices=setting.choices,
            value=None if setting.secret else values.get(setting.name),
            has_value=setting.name in values or setting.name in kept_secrets,
        )
        for setting in declared
    )


def checked(declared: Sequence[Setting], given: Mapping[str, str]) -> dict[str, str]:
    """What a person filled in, trimmed; Refused, in words for them, when a field is unknown, too long, or none of its
    choices. An empty required field is no error: an account may be registered before its token is at hand, and the
    plugin says what it lacks."""
    known = {setting.name: setting for setting in declared}
    unknown = sorted(set(given) - known.keys())
    if unknown:
        there = ", ".join(sorted(known)) or "tidak ada"
        raise Refused(f"Pengaturan {', '.join(unknown)} tidak dikenal. Yang ada: {there}.")
    if any(len(value) > _LONGEST_SETTING for value in given.values()):
        raise Refused("Isian pengaturan terlalu panjang.")
    trimmed = {name: value.strip() for name, value in given.items()}
    for name, value in trimmed.items():
        choices = known[name].choices
        if value and choices and value not in choices:
            raise Refused(f"{known[name].label}: pilih salah satu dari {', '.join(choices)}.")
    return trimmed
