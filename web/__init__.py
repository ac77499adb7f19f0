"""The pages officials use: server-rendered, Bahasa Indonesia, whole without JavaScript."""

from __future__ import annotations

from flask import Flask
from flask_bootstrap import Bootstrap5
from werkzeug.utils import find_modules, import_string

from aggregator.app import App
from web import access, assets, errors, offline, security, templating


def create_app(core: App) -> Flask:
    """The WSGI application over a built core. Raises RuntimeError when a route has no access rule."""
    app = Flask(__name__)
    app.extensions["sahut"] = core
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    app.after_request(assets.Gzip())
    security.init_security(app, core.flask_secret, https=core.settings.https)
    Bootstrap5(app)
    for module in find_modules("web.blueprints"):
        app.register_blueprint(import_string(module).pages)
    offline.init_offline(app)
    templating.init_templates(app, core)
    errors.init_errors(app)
    access.check_listed(app)
    return app
