"""A closed season is read and not written: whatever would change it is refused, signing in and out apart."""

from __future__ import annotations

import flask

from service.errors import SeasonRefusedError
from service.web import current
from sheets_schema.wording import message

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# what a closed season still takes: its visitors and who may be one, pushes that tell it nothing, and being opened again
_STILL_TAKEN = frozenset(
    {"sign_in", "accounts", "unit_choice", "access", "state", "hooks", "tasks", "health", "metrics"}
    | {"seasons", "draft_declaration", "draft_roster"}
)


def refuse_writes() -> None:
    """Raise SeasonRefusedError for a request that would change a closed season."""
    request = flask.request
    if request.method in _SAFE_METHODS or request.url_rule is None or request.blueprint in _STILL_TAKEN:
        return
    if current.is_closed():
        raise SeasonRefusedError(message("seasons.is_closed"))
