"""What every template may use: words, icons and labels made once at the start; dates made once a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, url_for

from aggregator.app import App
from aggregator.domain.access import Viewer
from aggregator.services.telling.board import MOST_COUNTED
from web import assets, dates, markup, terms
from web.access import NEEDS
from web.context import core as the_core
from web.context import dates as request_dates
from web.context import viewer, viewer_or_none

NAVIGATION = (
    ("inbox.queue", "Antrean", "inbox"),
    ("triage.show", "Triase", "sort"),
    ("answers.approvals", "Jawaban", "reply"),
    ("inbox.units", "Unit", "person"),
    ("accounts.index", "Akun", "link"),
    ("platforms.index", "Platform", "plug"),
    ("people.index", "Pengguna", "person"),
    ("channels.index", "Saluran", "bell"),
)


# Addresses that every page shows, built once.
FIXED = (
    *(entry[0] for entry in NAVIGATION),
    "inbox.home",
    "session.password",
    "session.log_out",
    "second_factor.show",
    "devices.index",
    "accounts.add",
    "notices.index",
    "notices.mine",
    "offline.manifest",
)


class Names(dict[str, str]):
    """Words by code; a code nobody knows is its own word."""

    def __missing__(self, code: str) -> str:
        return code


def init_templates(app: Flask, core: App) -> None:
    """Fill the template environment. Nothing here depends on a request but `_for_request`."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    addresses = assets.addresses(app)
    drawn = markup.icons(addresses["icons"])
    words = _words(core, drawn)
    environment.globals.update(
        asset=addresses,
        sso=core.settings.oidc_title if core.sign_on.offered else None,
        icon=drawn,
        stamp=markup.stamp,
        exact_stamp=markup.exact_stamp,
        until_stamp=markup.until_stamp,
        deadline_stamp=markup.deadline_stamp,
        span=dates.span,
        queue_rows=markup.QueueRows(drawn, words["kinds"], words["platforms"], words["state_chip"]),
        **words,
    )
    with app.test_request_context():
        environment.globals["at"] = {endpoint: url_for(endpoint) for endpoint in FIXED}
    environment.filters.update(linked=markup.linked, weblink=markup.weblink, number=dates.number, percent=dates.percent)
    app.context_processor(_for_request)


def _words(core: App, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of words, ready for templates. A platform that is read has its plugin's own title."""
    titles = {source.id: source.title for source in core.sources.values()}
    return {
        "platforms": Names({**terms.PLATFORMS, **titles}),
        "kinds": Names(terms.KINDS),
        "tabs": terms.TABS,
        "ages": terms.AGES,
        "moments": Names(terms.MOMENTS),
        "reopened": terms.REOPENED,
        "purposes": Names(terms.PURPOSES),
        "official_sources": Names(terms.OFFICIAL_SOURCES),
        "roles": Names(terms.ROLES),
        "notice_kinds": Names(terms.NOTICE_KINDS),
        "because": terms.BECAUSE,
        "all_rights": terms.RIGHTS,
        "rights": Names({code: text.partition(":")[0] for code, text in terms.RIGHTS.items()}),
        "person_moments": Names(terms.PERSON_MOMENTS),
        "person_states": terms.PERSON_STATES,
        "person_chip": markup.Chips(terms.PERSON_STATES, drawn),
        "grant_chip": markup.Chips(terms.GRANT_STATES, drawn),
        "urgency_chip": markup.Chips(terms.URGENCIES, drawn),
        "model_chip": markup.Chips(terms.MODELS, drawn),
        "state_chip": markup.Chips(terms.STATES, drawn),
        "strength_chip": markup.Chips(terms.STRENGTHS, drawn),
        "ends": Names(terms.ENDS),
        "approvals": Names(terms.APPROVALS),
        "template_chip": markup.Chips(terms.TEMPLATES, drawn),
        "reply_chip": markup.Chips(terms.REPLIES, drawn),
        "proof_chip": markup.Chips(terms.PROOFS, drawn),
        "account_chip": markup.Chips(terms.ACCOUNT_STATES, drawn),
        "outcome_chip": markup.Chips(terms.OUTCOMES, drawn),
    }


def _for_request() -> dict[str, object]:
    person = viewer_or_none()
    return {
        "viewer": person,
        "d": request_dates(),
        "navigation": _navigation(person) if person else (),
        "unread": _unread,
    }


def _unread() -> str:
    """The bell's number, asked only where the head of a page is drawn; empty when everything was read."""
    count = the_core().telling.board.unread(viewer())
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")


def _navigation(person: Viewer) -> list[tuple[str, str, str]]:
    return [entry for entry in NAVIGATION if NEEDS[entry[0]].met_by(person)]
