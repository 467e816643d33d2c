"""Signing in by a one-time link, and signing out. The link's page has a button: what only opens it uses nothing up."""

from __future__ import annotations

import logging
from http import HTTPStatus

import flask
import werkzeug

from service import grants
from service.grants import LinkRefusedError
from service.web import current
from service.web.failures import ForgedFormError
from service.web.session import identity
from service.web.session.sign_in_page import is_from_here, read_redirect_target, sign_in_page
from sheets_schema.wording import message

log = logging.getLogger(__name__)

sign_in = flask.Blueprint("sign_in", __name__)


@sign_in.get("/sign-in")
def page() -> str | werkzeug.Response:
    """Show how to get a link, and the sign-in by account; a user who is signed in is redirected."""
    onward = read_redirect_target(flask.request.args.get("next", ""))
    who = identity.current_identity()
    if who is not None:
        return flask.redirect(current.path_of(onward) or identity.home_of(who), HTTPStatus.SEE_OTHER)
    return sign_in_page(onward)


@sign_in.get("/sign-in/<token>")
def link(token: str) -> str | tuple[str, int]:
    """Show the button that uses a link up."""
    if not grants.is_open(current.workspace(), token):
        return _refused()
    return flask.render_template("sign_in_link.html", campaign=current.workspace().campaign)


@sign_in.post("/sign-in/<token>")
def enter(token: str) -> werkzeug.Response | tuple[str, int]:
    """Use a link up and begin a session."""
    if not is_from_here():
        # another site's page must not sign its visitor in as another user
        raise ForgedFormError(message("web.forged_form"))
    try:
        session = grants.sign_in(current.workspace(), token)
    except LinkRefusedError:
        log.info("sign-in refused")
        return _refused()
    who = identity.begin_session(session)
    log.info("signed in, role %s", who.role)
    onward = read_redirect_target(flask.request.form.get("next", ""))
    return flask.redirect(current.path_of(onward) or identity.first_page(who), HTTPStatus.SEE_OTHER)


@sign_in.post("/sign-out")
def leave() -> werkzeug.Response:
    """End the session."""
    identity.end_session()
    return flask.redirect(flask.url_for("sign_in.page"), HTTPStatus.SEE_OTHER)


def _refused() -> tuple[str, int]:
    return sign_in_page(said=current.words()("link_refused")), HTTPStatus.NOT_FOUND
