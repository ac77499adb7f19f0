"""The composition root: settings in, a whole application out. The only place that knows how the rooms are joined."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from aggregator.clock import Clock, utc_now
from aggregator.config import Settings, load_settings
from aggregator.domain.sla.hours import office_calendar
from aggregator.process import calm_collector
from aggregator.services.accounts import AccountStore
from aggregator.services.acts import Acts
from aggregator.services.allowances import Allowances
from aggregator.services.answer_rules import AnswerRules
from aggregator.services.answer_templates import AnswerTemplates
from aggregator.services.answering import Answering
from aggregator.services.attachments import Attachments
from aggregator.services.drafting import Drafting
from aggregator.services.elections import Elections
from aggregator.services.fuses import Fuses
from aggregator.services.glances import Glances
from aggregator.services.handoffs import HandoffFigures
from aggregator.services.herald import Herald
from aggregator.services.hosts import HostBook
from aggregator.services.imports import Imports
from aggregator.services.inbox import Inbox
from aggregator.services.intake import Intake, Rules
from aggregator.services.keyring import Keyring
from aggregator.services.learning.models import Models
from aggregator.services.learning.quality import Quality
from aggregator.services.learning.rules import Rules as RoutingRules
from aggregator.services.learning.thresholds import Thresholds
from aggregator.services.learning.trainer import Trainer
from aggregator.services.learning.words import Words
from aggregator.services.logins import Logins
from aggregator.services.people import (
    Entrance,
    Invitations,
    Leaving,
    Passwords,
    People,
    SecondFactor,
    Sessions,
    SingleSignOn,
    Staff,
    Substitutes,
)
from aggregator.services.pushes import PushBook
from aggregator.services.registry import PluginRow, Registry
from aggregator.services.seals import Seals
from aggregator.services.search_index import SearchIndex
from aggregator.services.second_word import SecondWord
from aggregator.services.snapshots import Snapshots
from aggregator.services.sources import Source, source_of
from aggregator.services.telling.board import Board
from aggregator.services.telling.channels import Channels
from aggregator.services.telling.choices import Choices
from aggregator.services.telling.contacts import Contacts
from aggregator.services.telling.follower import Follower
from aggregator.services.telling.media import medium_of
from aggregator.services.telling.outbox import Outbox
from aggregator.services.telling.spreader import Spreader
from aggregator.services.telling.watch import Watch
from aggregator.services.triage import TriageDesk
from aggregator.services.units import Units
from aggregator.services.working_time import WorkingTime
from aggregator.storage.crypto import Vault, load_keys
from aggregator.storage.db import Database
from aggregator.storage.demo import demo_began, demo_origin
from aggregator.storage.version import is_newest
from aggregator.sync.connector import Connector
from aggregator.sync.discovery import PluginFolder
from aggregator.sync.engine import Engine
from aggregator.sync.glancer import Glancer
from aggregator.sync.host import PluginHost
from aggregator.sync.http import HttpSettings
from aggregator.sync.inspector import Inspector
from aggregator.sync.memory import SharedHosts
from aggregator.sync.messenger import Messenger
from aggregator.sync.politeness import LocalPace
from aggregator.sync.receiver import Receiver
from aggregator.sync.sender import Sender
from aggregator.sync.sign_on import Issuer, SignOn
from aggregator.sync.turn import Desk, Line

BUILT_IN_PLUGINS = "plugins"


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Telling people what waits for them: from what happened to every address that wants it."""

    follower: Follower
    watch: Watch
    spreader: Spreader
    outbox: Outbox
    channels: Channels
    contacts: Contacts
    choices: Choices
    board: Board
    messenger: Messenger


@dataclass(frozen=True, kw_only=True)
class App:
    """Everything an entrance (pages, command line, workers) may use."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    host: PluginHost
    sources: Mapping[str, Source]
    units: Units
    people: People
    inbox: Inbox
    acts: Acts
    attachments: Attachments
    registry: Registry
    imports: Imports
    triage: TriageDesk
    models: Models
    rules: RoutingRules
    words: Words
    thresholds: Thresholds
    quality: Quality
    trainer: Trainer
    herald: Herald
    search_index: SearchIndex
    seals: Seals
    intake: Intake
    accounts: AccountStore
    answering: Answering
    drafting: Drafting
    answer_rules: AnswerRules
    answer_templates: AnswerTemplates
    elections: Elections
    second_word: SecondWord
    handoff_figures: HandoffFigures
    engine: Engine
    sender: Sender
    allowances: Allowances
    logins: Logins
    glances: Glances
    snapshots: Snapshots
    pushes: PushBook
    glancer: Glancer
    inspector: Inspector
    connector: Connector
    receiver: Receiver
    sessions: Sessions
    invitations: Invitations
    second_factor: SecondFactor
    sign_on: SignOn
    staff: Staff
    leaving: Leaving
    substitutes: Substitutes
    telling: Telling
    working_time: WorkingTime
    flask_secret: bytes

    def close(self) -> None:
        self.database.close()


def build_app(settings: Settings | None = None, *, clock: Clock = utc_now) -> App:
    """Join the rooms. Brings the database up to date; reads plugins, but no platform."""
    calm_collector()
    settings = settings or load_settings()
    database = Database(settings.resolved_database_url)
    if not is_newest(database):
        bring_up_to_date(database)
    keys = load_keys(settings.secret_keys, settings.data_dir)
    vault = Vault(keys)
    host = load_plugins(settings)
    sources = {name: source_of(platform) for name, platform in host.platforms.items()}
    goal = timedelta(hours=settings.answer_goal_hours)
    units = Units(database)
    triage = TriageDesk(database, host.classifiers, zone=settings.timezone, clock=clock)
    intake = Intake(database, Rules(judge=triage.judge_all, answer_goal=goal, model_id=lambda: triage.model_id))
    models = Models(database, clock)
    keyring = Keyring(vault)
    accounts = AccountStore(database, keyring)
    fuses = Fuses(database)
    answering = Answering(database, accounts)
    ledger = Allowances(database)
    line = _line(settings, database, clock)
    desk = Desk(accounts=accounts, intake=intake, fuses=fuses, allowances=ledger, line=line, clock=clock)
    logins = Logins(database, keyring, sources, settings.base_url, clock)
    glances, snapshots, pushes = Glances(database, keyring), Snapshots(database), PushBook(database)
    passwords, entrance = Passwords(), Entrance(clock, lambda: _must_have_factor(settings, database))
    plugins = [
        PluginRow(id=s.id, title=s.title, version=s.version, source=s.source, ok=s.ok, reason=s.reason)
        for s in host.statuses
    ]
    return App(
        settings=settings,
        clock=clock,
        database=database,
        vault=vault,
        host=host,
        sources=sources,
        units=units,
        people=People(database, units, entrance, passwords, clock),
        inbox=Inbox(database, units, sources, goal, clock),
        acts=Acts(database, units, goal, clock),
        attachments=Attachments(database, units, settings.data_dir / "attachments", clock),
        registry=Registry(database, units, sources, host.resolve, keyring, intake, plugins, clock),
        imports=Imports(database, intake, host.platforms, units, settings.zone, clock),
        triage=triage,
        models=models,
        rules=RoutingRules(database, units, clock, settings.timezone),
        words=Words(database, units, clock),
        thresholds=Thresholds(database, clock),
        quality=Quality(database, units, clock),
        trainer=Trainer(database, models, clock, settings.timezone),
        herald=Herald(database, units),
        search_index=SearchIndex(database),
        seals=Seals(database, keys, settings.data_dir / "seals.json", clock),
        intake=intake,
        accounts=accounts,
        answering=answering,
        drafting=Drafting(database, units, sources, clock, settings.timezone),
        answer_rules=AnswerRules(database, units, clock),
        answer_templates=AnswerTemplates(database, units, clock, settings.timezone),
        elections=Elections(database, clock),
        second_word=SecondWord(database, units),
        handoff_figures=HandoffFigures(database, units, clock),
        engine=Engine(desk, host.platforms),
        sender=Sender(desk, answering, host.platforms),
        allowances=ledger,
        logins=logins,
        glances=glances,
        snapshots=snapshots,
        pushes=pushes,
        glancer=Glancer(desk, glances, host.platforms),
        inspector=Inspector(
            desk, snapshots, host.platforms, f"{settings.public_url}/kait" if settings.public_url else None
        ),
        connector=Connector(desk, logins, host.platforms),
        receiver=Receiver(desk, pushes, logins, host.platforms),
        sessions=Sessions(database, clock),
        invitations=Invitations(database, entrance, passwords, clock),
        second_factor=SecondFactor(database, vault, entrance, clock),
        sign_on=SignOn(_issuer(settings), SingleSignOn(database, vault, entrance, clock), line.settings, clock),
        staff=Staff(database, units, clock),
        leaving=Leaving(database, clock),
        substitutes=Substitutes(database, units, settings.timezone, clock),
        telling=_telling(settings, database, units, keyring, host, line, clock),
        working_time=WorkingTime(database, units, office_calendar(settings.zone), clock),
        flask_secret=sha256(b"sahut pages:" + keys[0].encode()).digest(),
    )


def bring_up_to_date(database: Database) -> None:
    """Migrate. Alembic is loaded only here: it is a third of a process's start."""
    from aggregator.storage.schema import migrate

    migrate(database)


def load_plugins(settings: Settings) -> PluginHost:
    """The built-in plugins, those in the configured folders, and installed packages: all taken in the same way."""
    spec = importlib.util.find_spec(BUILT_IN_PLUGINS)
    assert spec is not None, "the built-in plugins are part of the distribution"
    built_in = [PluginFolder(Path(place), package=BUILT_IN_PLUGINS) for place in spec.submodule_search_locations or ()]
    return PluginHost.load([*built_in, *(PluginFolder(path) for path in settings.plugin_dirs)])


def _telling(
    settings: Settings, database: Database, units: Units, keyring: Keyring, host: PluginHost, line: Line, clock: Clock
) -> Telling:
    media = {name: medium_of(notifier) for name, notifier in host.notifiers.items()}
    channels = Channels(database, keyring, media, clock)
    contacts = Contacts(database, keyring, channels, clock)
    outbox = Outbox(database, keyring, channels)
    return Telling(
        follower=Follower(database, units),
        watch=Watch(database, units, settings.timezone, office_calendar(settings.zone).is_workday),
        spreader=Spreader(database, channels, settings.timezone),
        outbox=outbox,
        channels=channels,
        contacts=contacts,
        choices=Choices(database, channels, settings.timezone),
        board=Board(database, settings.timezone, clock),
        messenger=Messenger(
            outbox,
            channels,
            contacts,
            host.notifiers,
            line=line,
            base_url=settings.base_url,
            contact=_reachable_at(settings),
            zone=settings.timezone,
            clock=clock,
        ),
    )


def _reachable_at(settings: Settings) -> str:
    """Who push services may ask about us (RFC 8292: an https or mailto address)."""
    if settings.public_url and settings.public_url.startswith("https://"):
        return settings.public_url
    return f"mailto:{settings.contact}" if "@" in settings.contact else "mailto:sahut@example.invalid"


def http_settings(settings: Settings, database: Database) -> HttpSettings:
    """A demo reaches its pretended platforms and nothing else, however it was started."""
    stand_in = settings.stand_in or demo_origin(database)
    return HttpSettings(
        contact=settings.contact, allow_private_network=settings.allow_private_network, stand_in=stand_in
    )


def _line(settings: Settings, database: Database, clock: Clock) -> Line:
    memory = SharedHosts(HostBook(database))
    pace = LocalPace(memory, gap_seconds=settings.host_gap_seconds, clock=clock)
    return Line(settings=http_settings(settings, database), pace=pace, memory=memory)


def _must_have_factor(settings: Settings, database: Database) -> bool:
    """Asked at each log-in of an admin: an installation becomes a demo while it runs."""
    return settings.require_totp if settings.require_totp is not None else demo_began(database) is None


def _issuer(settings: Settings) -> Issuer | None:
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    return Issuer(
        address=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        redirect_uri=f"{settings.base_url}/masuk/sso/kembali",
    )
