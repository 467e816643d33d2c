"""The routes of the interface: one a list, and the document that describes them. A unit is shown its own only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

import flask

from service.domain.roles import may_see_board, may_see_unit, may_sign_in
from service.domain.succession import unit_then
from service.domain.typed_instants import UnreadableInstantError
from service.errors import UnknownNameError
from service.web import current
from service.web.api import openapi, parameters
from service.web.api.listings import LISTINGS, Listing
from service.web.api.paging import Page
from service.web.api.parameters import ListRequest
from service.web.failures import BadQueryError
from service.web.session import identity
from service.workspace import Workspace
from sheets_schema.wording import message

api = flask.Blueprint("api", __name__, url_prefix="/api/v1")


@api.get("/openapi.json")
@identity.signed_in(may_sign_in)
def description() -> flask.Response:
    """Return the description of the interface."""
    return flask.jsonify(
        openapi.document(flask.request.script_root or "/", str(flask.current_app.config["SESSION_COOKIE_NAME"]))
    )


def _view_of(listing: Listing) -> Callable[[], flask.Response]:
    def view() -> flask.Response:
        workspace = _as_of(flask.request.args.get("as_of", "") if listing.of_an_instant else "")
        asked = parameters.read(flask.request.args, listing.parameters, workspace)
        page = listing.page(workspace, _own_only(asked, workspace))
        return _answer(page)

    return identity.signed_in(listing.may_ask)(view)


def _as_of(asked_for: str) -> Workspace:
    """Return the workspace as declared at a moment; BadQueryError for a name of none: the address itself is right."""
    try:
        return current.as_of(asked_for, by_name=may_see_board(identity.require().role))[1]
    except (UnknownNameError, UnreadableInstantError) as error:
        raise BadQueryError(message("api.bad_as_of", reason=error.message)) from error


def _own_only(asked: ListRequest, workspace: Workspace) -> ListRequest:
    """Return what a unit may be shown: its own, under the code it had at the instant asked for."""
    who = identity.require()
    if may_see_board(who.role):
        return asked
    then = unit_then(current.workspace().campaign, workspace.campaign, who.unit)
    if asked.unit not in ("", who.unit, then.code if then else who.unit):
        flask.abort(HTTPStatus.FORBIDDEN)
    if not may_see_unit(who.role, who.unit, who.unit):
        flask.abort(HTTPStatus.FORBIDDEN)
    return replace(asked, unit=then.code if then else who.unit)


def _answer(page: Page) -> flask.Response:
    zone = current.workspace().campaign.zone
    items = [item.model_dump(mode="json", context=zone) for item in page.items]
    body: dict[str, object] = {"items": items, "next": None}
    following = flask.request.args.to_dict() | {"after": page.after}
    if page.as_of is not None:
        body["as_of"] = page.as_of.astimezone(zone).isoformat()
        # every page of a list shows the same instant
        following["as_of"] = str(body["as_of"])
    if page.after:
        body["next"] = f"{current.path_of(flask.request.path)}?{urlencode(following)}"
    return flask.jsonify(body)


for _listing in LISTINGS:
    api.add_url_rule(f"/{_listing.name}", _listing.name, _view_of(_listing), methods=["GET"])
