"""Which season the pages of the declaration and the roster edit: their own, or a draft that their address names."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

import flask

from service.domain.roles import may_decide
from service.seasons.edited_season import EditedSeason, SeasonInDraft, SeasonInForce
from service.web import current
from service.web.session import identity

# the same pages once more, for drafts
DRAFTED = "draft_"
PLACE = "/seasons/drafts/<draft>"
_KEY, _SEASON = "tonghop_draft", "tonghop_edited_season"


def edited_season() -> EditedSeason:
    """Return the season that the page of this request edits, in the name of its user; read once a request."""
    if _SEASON not in flask.g:
        setattr(flask.g, _SEASON, _read())
    found: EditedSeason = flask.g.get(_SEASON)
    return found


def _read() -> EditedSeason:
    who, key = identity.require(), draft_key()
    if not key:
        return SeasonInForce(replace(current.workspace(), actor=who.email))
    if not may_decide(who.role):
        flask.abort(HTTPStatus.FORBIDDEN)
    return SeasonInDraft(current.main().settings, key)


def draft_key() -> str:
    """Return the key of the draft that the page edits; blank: a season in force."""
    found: str = flask.g.get(_KEY, "")
    return found


def is_draft() -> bool:
    """Return True if the page edits a draft."""
    return bool(draft_key())


def url_of(endpoint: str, **values: object) -> str:
    """Return the address of a page of the declaration or the roster, for the season that this one edits."""
    key = draft_key()
    return flask.url_for(f"{DRAFTED}{endpoint}", draft=key, **values) if key else flask.url_for(endpoint, **values)  # type: ignore[arg-type]


def edited_season_pages(pages: flask.Blueprint) -> None:
    """Let the pages of a blueprint edit drafts too, where it is registered for them once more."""
    pages.url_value_preprocessor(_take_key)
    pages.context_processor(lambda: {"url_of": url_of, "draft_key": draft_key()})


def register_for_drafts(app: flask.Flask, pages: flask.Blueprint) -> None:
    """Register the pages of a blueprint once more, for drafts."""
    app.register_blueprint(pages, name=f"{DRAFTED}{pages.name}", url_prefix=f"{PLACE}{pages.url_prefix}")


def _take_key(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "draft" in values:
        setattr(flask.g, _KEY, values.pop("draft"))
