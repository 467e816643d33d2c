"""Whether there is a way in by account, and what it is called; Authlib is imported only where it is switched on."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlencode, urlsplit

import flask

from service.seasons.season_list import office_url
from service.settings import GOOGLE_ISSUER, Settings

EXTRA = ("authlib", "joserfc")
BEGIN, CALLBACK = "/sign-in/oidc", "/sign-in/oidc/callback"
SEASON = "season"  # names the season in the address where it begins
ENTRY_KEY = "tonghop.entry"


@dataclass(frozen=True, slots=True)
class Entry:
    """The sign-in by account."""

    provider: str  # as people know it
    address: str  # where it begins: on the public site, where the browser will come back to
    season: str = ""  # the key of the season that is entered; blank: the one at the root

    def address_for(self, onward: str) -> str:
        """Return where it begins for a visitor who is heading for a page."""
        asked = {name: text for name, text in ((SEASON, self.season), ("next", onward)) if text}
        return f"{self.address}?{urlencode(asked, safe='/')}" if asked else self.address


def is_on(settings: Settings) -> bool:
    """Return True if people may sign in with an account."""
    return bool(settings.oidc_client_id and settings.oidc_client_secret)


def current_entry() -> Entry | None:
    """Return the sign-in by account of this application; None when there is none."""
    return entry_of(flask.current_app)


def entry_of(app: flask.Flask) -> Entry | None:
    """Return the sign-in by account of an application; None when there is none."""
    found: Entry | None = app.extensions.get(ENTRY_KEY)
    return found


def page(settings: Settings) -> str:
    """Return the address of the page to sign in."""
    return f"{settings.public_url}/sign-in"


def missing_packages() -> list[str]:
    """Return what the extra brings and is not installed."""
    return [name for name in EXTRA if find_spec(name) is None]


def redirect_uri(settings: Settings) -> str:
    """Return the address that must be registered at the provider: the root's, which serves every season."""
    return office_url(settings) + CALLBACK


def provider_name(settings: Settings) -> str:
    """Return what people know the provider by."""
    if settings.oidc_issuer == GOOGLE_ISSUER:
        return "Google"
    return urlsplit(settings.oidc_issuer).hostname or settings.oidc_issuer
