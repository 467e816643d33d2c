"""The routes of signing in by account, opened where settings ask for them."""

from __future__ import annotations

import flask

from service.errors import SettingsError
from service.web.session.account_entry import BEGIN, ENTRY_KEY, Entry, is_on, missing_packages, provider_name
from service.workspace import Workspace
from sheets_schema.wording import message


def register(app: flask.Flask, workspace: Workspace) -> None:
    """Open the sign-in by account where settings ask for it; SettingsError when the extra is not installed."""
    settings = workspace.settings
    if not is_on(settings):
        return
    missing = missing_packages()
    if missing:
        raise SettingsError(message("web.oidc_packages_missing", packages=", ".join(missing)))
    from service.web.session.oidc import oidc_routes  # noqa: PLC0415 – Authlib is an extra, and slow to import for nothing

    app.extensions[ENTRY_KEY] = Entry(provider_name(settings), settings.public_url + BEGIN)
    oidc_routes.register(app, workspace)


def register_season(app: flask.Flask, main: Workspace, key: str) -> None:
    """Offer the sign-in by account in another season: it begins and ends at the root, which the provider knows."""
    if is_on(main.settings):
        app.extensions[ENTRY_KEY] = Entry(provider_name(main.settings), main.settings.public_url + BEGIN, key)
