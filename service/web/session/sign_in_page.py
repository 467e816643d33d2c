"""The sign-in page: where it sends people next, and the words of a form that arrived after the session ended."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import flask

from service.web import current
from service.web.session.account_entry import current_entry, entry_of

LONGEST_TARGET = 300
_NO_TARGETS = ("/sign-in", "/sign-out", "/api/", "/hooks/", "/tasks/", "/static/")
_LABELS = {"reason": "reason", "document": "document_number"}  # what people write into forms: the field's label


def sign_in_page(
    onward: str = "",
    said: str = "",
    *,
    is_grave: bool = True,
    typed: Mapping[str, str] | None = None,
    season: flask.Flask | None = None,
) -> str:
    """Return the page to sign in, with the reason why an attempt failed.

    `season` is the application of the season to sign in to, where it is another than this one.
    `typed` is what a visitor wrote that was not taken, by the key of its label.
    """
    return flask.render_template(
        "sign_in.html",
        campaign=(current.workspace_of(season) if season else current.workspace()).campaign,
        refused=said,
        grave=is_grave,
        entry=entry_of(season) if season else current_entry(),
        onward=onward,
        typed=typed or {},
    )


def typed_words() -> dict[str, str]:
    """Return what a visitor wrote into a form of ours, by the key of its label; nothing from another site's page."""
    sent = flask.request.form
    if not sent or not is_from_here():
        return {}
    return {_LABELS[name]: sent[name] for name in _LABELS if sent.get(name, "").strip()}


def read_redirect_target(text: str) -> str:
    """Return a path of this site as it was asked for; blank for anything a browser could take elsewhere."""
    if not text.startswith("/") or len(text) > LONGEST_TARGET or not text.isprintable():
        return ""
    # browsers read a backslash as a slash, and two slashes as the begin of a host
    if "\\" in text or text.startswith("//") or text.startswith(_NO_TARGETS):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc or text == "/" else text


def is_from_here() -> bool:
    """Return True if a form was sent from our own page, as far as the browser reports; scripts report nothing."""
    return is_from_site(current.settings().public_url)


def is_from_site(public_url: str) -> bool:
    """Return True if a form was sent from a page of a site; needs no workspace."""
    headers = flask.request.headers
    if "Sec-Fetch-Site" in headers:
        return headers["Sec-Fetch-Site"] in {"same-origin", "none"}
    origin = headers.get("Origin")
    public = urlsplit(public_url).netloc
    return origin is None or origin.partition("://")[2] in {flask.request.host, public}
