"""The web application over one workspace: the only way in is `create_app`, nothing happens at import."""

from __future__ import annotations

import secrets
from datetime import timedelta
from importlib.metadata import version

import flask
import jinja2

from service.domain.written_numbers import percent_words
from service.web import current, edited_season, failures, menu
from service.web.api import api_routes as api
from service.web.code_words import set_apart
from service.web.editor import editor_routes as editing
from service.web.machines import health, hooks, metrics, tasks
from service.web.machines.hook_gate import HookGate
from service.web.pages import (
    access_page,
    analysis_page,
    board_tasks_page,
    dashboard,
    decisions_page,
    declaration_page,
    exports_page,
    guide_page,
    intake_page,
    log_page,
    mail_page,
    mail_templates_page,
    papers_page,
    problems_page,
    provision_page,
    roster_page,
    runs_page,
    seasons_page,
    sheets_page,
    state_page,
    unit_page,
    versions_page,
    what_if_page,
)
from service.web.problem_lines import form_title
from service.web.server import rate_limits, request_log, security_headers
from service.web.server.public_site import PublicSite
from service.web.session import closed_seasons, identity, sign_in_links, unit_choice
from service.web.session.oidc import registration
from service.web.texts import is_endless
from service.workspace import Workspace

LARGEST_BODY = 64 * 1024


def create_app(workspace: Workspace, *, main: Workspace | None = None) -> flask.Flask:
    """Return the application; it holds nothing open, so that a server may fork after this.

    `main` is the workspace of the season that is set, where this one is another season of the installation.
    """
    app = flask.Flask("service.web")
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, SEND_FILE_MAX_AGE_DEFAULT=timedelta(hours=1))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.filters["set_apart"] = set_apart
    app.jinja_env.tests["endless"] = is_endless
    app.extensions[current.WORKSPACE] = workspace
    if main is not None:
        app.extensions[current.MAIN] = main
    app.extensions[health.PROBE] = health.probe_of(workspace)
    app.extensions[hooks.GROUPS] = hooks.groups_of(workspace)
    for blueprint in (
        dashboard.dashboard,
        unit_page.units,
        versions_page.versions,
        what_if_page.what_if,
        problems_page.problems,
        runs_page.runs,
        board_tasks_page.board_tasks,
        decisions_page.decisions,
        exports_page.exports,
        papers_page.papers,
        analysis_page.analyses,
        intake_page.intakes,
        mail_page.mail,
        mail_templates_page.mail_templates,
        access_page.access,
        provision_page.provisioning,
        state_page.state,
        log_page.log,
        guide_page.guide,
        sheets_page.sheets,
        declaration_page.declaration,
        roster_page.roster,
        hooks.hooks,
        tasks.tasks,
        health.health,
        metrics.metrics,
        sign_in_links.sign_in,
        unit_choice.unit_choice,
        api.api,
        editing.editor,
        editing.cells,
    ):
        app.register_blueprint(blueprint)
    if main is None:
        app.register_blueprint(seasons_page.seasons)
        for pages in (declaration_page.declaration, roster_page.roster):
            edited_season.register_for_drafts(app, pages)
        registration.register(app, workspace)
    else:
        registration.register_season(app, main, workspace.campaign.key)
    app.wsgi_app = HookGate(app)  # type: ignore[method-assign]
    request_log.register(app)
    failures.register(app)
    identity.register(app, workspace.settings, "" if main is None else workspace.campaign.key)
    app.before_request(closed_seasons.refuse_writes)
    app.after_request(security_headers.add_headers)
    rate_limits.register(app)
    app.wsgi_app = PublicSite(app.wsgi_app, workspace.settings.public_url)  # type: ignore[method-assign]
    app.context_processor(_for_templates)
    return app


def _for_templates() -> dict[str, object]:
    return {
        "fresh_token": lambda: secrets.token_urlsafe(12),
        "words": current.words(),
        "version": version("tonghop"),
        "lang": current.settings().lang,
        "office_path": current.office_path,
        "title_of": lambda form: form_title(form, current.words()),
        "limit_of": current.limit_of,
        "percent_of": lambda share: percent_words(share, current.words().language),
        "is_closed": current.is_closed,
        "menu_sections": menu.sections,
        "menu_pages": menu.pages,
    }
