"""The page with the ways in; a form sent after the session ended gets its words back on it."""

from __future__ import annotations

from collections.abc import Mapping

import flask

from service.web import current
from service.web.session.account_entry import current_entry
from service.web.session.origin import is_from_here

_LABELS = {"reason": "reason", "document": "document_number"}  # what people write into forms: the field's label


def sign_in_page(
    onward: str = "", said: str = "", *, is_grave: bool = True, typed: Mapping[str, str] | None = None
) -> str:
    """Return the page with the ways in, and what is to be said about an attempt that led nowhere.

    `typed` is what somebody wrote that was not taken, by the key of its label.
    """
    return flask.render_template(
        "sign_in.html",
        campaign=current.workspace().campaign,
        refused=said,
        grave=is_grave,
        entry=current_entry(),
        onward=onward,
        typed=typed or {},
    )


def typed_words() -> dict[str, str]:
    """Return what somebody wrote into a form of ours, by the key of its label; nothing from another site's page."""
    sent = flask.request.form
    if not sent or not is_from_here():
        return {}
    return {_LABELS[name]: sent[name] for name in _LABELS if sent.get(name, "").strip()}
