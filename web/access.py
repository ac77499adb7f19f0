"""Who may open which route: one table. A route that is not listed stops the start of the program."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from flask import Flask

from aggregator.domain.access import Viewer


class Need(Enum):
    """What a person must be to open a route."""

    NOBODY = "public"
    PERSON = "logged in"
    READER = "reads citizens' words"
    WORKER = "acts on items"
    SORTER = "sorts what has no unit yet"
    KEEPER = "keeps the accounts of their units"
    TENDER = "looks after accounts and plugins"
    ADMIN = "looks after people and settings"

    def met_by(self, viewer: Viewer) -> bool:
        """Whether a logged-in person may open a route with this need."""
        if self is Need.READER:
            return viewer.reads_items
        if self is Need.WORKER:
            return viewer.works
        if self is Need.SORTER:
            return viewer.sorts
        if self is Need.KEEPER:
            return viewer.works or viewer.tends_accounts
        if self is Need.ADMIN:
            return viewer.administers
        return viewer.tends_accounts if self is Need.TENDER else True


NEEDS: Mapping[str, Need] = MappingProxyType(
    {
        "static": Need.NOBODY,
        "bootstrap.static": Need.NOBODY,
        "hooks.receive": Need.NOBODY,  # machines: believed for their signature
        "session.log_in": Need.NOBODY,
        "session.log_out": Need.PERSON,
        "session.password": Need.PERSON,
        "offline.manifest": Need.NOBODY,
        "offline.worker": Need.NOBODY,
        "offline.page": Need.NOBODY,
        "inbox.home": Need.PERSON,
        "inbox.queue": Need.READER,
        "inbox.next_item": Need.READER,
        "inbox.units": Need.READER,
        "item.show": Need.READER,
        "item.route_choice": Need.WORKER,
        "item.act": Need.WORKER,
        "item.note": Need.READER,
        "item.unmask": Need.READER,
        "item.name_person": Need.WORKER,
        "item.unname_person": Need.WORKER,
        "teamwork.write": Need.WORKER,
        "teamwork.share_choice": Need.WORKER,
        "teamwork.share": Need.WORKER,
        "teamwork.watch": Need.READER,
        "teamwork.unwatch": Need.READER,
        "teamwork.attach": Need.READER,
        "teamwork.attachment": Need.READER,
        **dict.fromkeys(
            (
                *("item.answer", "item.pasted", "item.ask_approval", "item.approve", "item.preview", "item.fill"),
                *("item.route", "item.hand_off"),
                *("answers.approvals", "answers.closures", "answers.templates", "answers.new_template"),
                *("answers.template", "answers.keep_template", "answers.change_template"),
            ),
            Need.WORKER,
        ),
        "answers.handoffs": Need.SORTER,
        **dict.fromkeys(
            (
                *("answers.rules", "answers.keep_rule", "answers.drop_rule"),
                *("answers.elections", "answers.add_election", "answers.drop_election"),
            ),
            Need.ADMIN,
        ),
        "clock.ledger": Need.READER,
        "triage.show": Need.SORTER,
        "triage.review": Need.SORTER,
        "triage.reviewed": Need.SORTER,
        **dict.fromkeys(
            (
                *("teaching.rules", "teaching.new_rule", "teaching.rule", "teaching.keep_rule", "teaching.change_rule"),
                *("teaching.words", "teaching.add_spelling", "teaching.drop_spelling", "teaching.add_place"),
                *("teaching.drop_place", "teaching.quality", "teaching.threshold"),
                *("teaching.models", "teaching.train", "teaching.roll_back", "teaching.packaged"),
            ),
            Need.SORTER,
        ),
        "accounts.index": Need.PERSON,
        "accounts.show": Need.PERSON,
        "accounts.settings": Need.KEEPER,
        "accounts.read_now": Need.KEEPER,
        "accounts.add": Need.KEEPER,
        "connect.explain": Need.KEEPER,
        "connect.start": Need.KEEPER,
        "connect.back": Need.KEEPER,
        "connect.choose": Need.KEEPER,
        "platforms.index": Need.TENDER,
        "platforms.show": Need.TENDER,
        "platforms.keep": Need.TENDER,
        "platforms.forget": Need.TENDER,
        "plugins.index": Need.TENDER,
        **dict.fromkeys(("invitations.accept", "sign_on.start", "sign_on.back"), Need.NOBODY),
        # steps of logging in: web/security.py leads there, and lets nobody past them
        **dict.fromkeys(("second_factor.code", "second_factor.enrol"), Need.PERSON),
        **dict.fromkeys(("second_factor.show", "second_factor.renew_codes", "second_factor.drop"), Need.PERSON),
        **dict.fromkeys(("devices.index", "devices.end", "devices.end_others"), Need.PERSON),
        **dict.fromkeys(
            (
                *("people.index", "people.invite", "people.show", "people.change", "people.link", "people.leave"),
                *("people.reinstate", "people.reset_factor", "people.unbind", "people.give", "people.end_grant"),
            ),
            Need.ADMIN,
        ),
        **dict.fromkeys(
            (
                *("notices.index", "notices.open_notice", "notices.read_all", "notices.mine", "notices.keep"),
                *("notices.add_address", "notices.confirm_address", "notices.remove_address"),
                *("notices.device_key", "notices.add_device", "notices.remove_device"),
            ),
            Need.PERSON,
        ),
        **dict.fromkeys(("channels.index", "channels.show", "channels.keep", "channels.try_out"), Need.ADMIN),
        "onetap.ask": Need.WORKER,
    }
)


def check_listed(app: Flask) -> None:
    """Raise RuntimeError when a route has no entry in NEEDS, or an entry has no route."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    if routes != set(NEEDS):
        raise RuntimeError(f"routes and web/access.py differ: {sorted(routes ^ set(NEEDS))}")
