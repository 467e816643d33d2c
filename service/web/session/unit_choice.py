"""A clerk whose address serves several units chooses the one to work for, after signing in and later."""

from __future__ import annotations

from http import HTTPStatus

import flask
import werkzeug

from service import grants
from service.web import current
from service.web.session import identity

unit_choice = flask.Blueprint("unit_choice", __name__)


@unit_choice.get("/units")
@identity.signed_in()
def page() -> str | werkzeug.Response:
    """Show the units to choose from; with one alone, or none, the user is sent home."""
    units = identity.unit_choices()
    if len(units) < 2:
        return flask.redirect(identity.home_of(identity.require()), HTTPStatus.SEE_OTHER)
    campaign = current.workspace().campaign
    return flask.render_template("unit_choice.html", campaign=campaign, units=units, own=identity.require().unit)


@unit_choice.post("/units")
@identity.signed_in()
def choose() -> werkzeug.Response:
    """Go on as a clerk of another unit; 403 for a unit that the address does not serve."""
    who = identity.require()
    if who.unit == flask.request.form.get("unit", "") != "":
        return flask.redirect(identity.home_of(who), HTTPStatus.SEE_OTHER)
    chosen = grants.choose_unit(current.workspace(), who.email, flask.request.form.get("unit", ""))
    if chosen is None:
        flask.abort(HTTPStatus.FORBIDDEN)
    return flask.redirect(identity.home_of(identity.begin_session(chosen)), HTTPStatus.SEE_OTHER)
