"""The pages officials use: server-rendered, Bahasa Indonesia, whole without JavaScript."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5

from aggregator.app import App
from web import access, assets, errors, security, templating
from web.blueprints import (
    accounts,
    clock,
    connect,
    devices,
    hooks,
    inbox,
    invitations,
    item,
    people,
    platforms,
    plugins,
    second_factor,
    session,
    sign_on,
    teaching,
    triage,
)


def create_app(core: App) -> Flask:
    """The WSGI application over a built core. Raises RuntimeError when a route has no access rule."""
    app = Flask(__name__)
    app.extensions["sahut"] = core
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.after_request(assets.Gzip())
    security.init_security(app, core.flask_secret, https=core.settings.https)
    Bootstrap5(app)
    for module in (session, inbox, item, triage, teaching, accounts, connect, platforms, plugins, hooks):
        app.register_blueprint(module.pages)
    for module in (people, invitations, second_factor, sign_on, devices, clock):
        app.register_blueprint(module.pages)
    templating.init_templates(app, core)
    errors.init_errors(app)
    access.check_listed(app)
    return app
