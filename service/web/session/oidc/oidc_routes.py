"""To the provider and back: an attempt begins here, and ends here with a session or the reason why not."""

from __future__ import annotations

import logging
from datetime import timedelta
from http import HTTPStatus

import flask
import werkzeug

from service import grants
from service.domain.token_hash import hash_of
from service.errors import UnknownNameError
from service.grants import AccountRefusal, AccountRefusedError, ProviderAccount
from service.web import current
from service.web.current import SITE
from service.web.session import account_entry, identity
from service.web.session.oidc import attempts
from service.web.session.oidc.answers import ProviderDownError
from service.web.session.oidc.attempts import Attempt
from service.web.session.oidc.id_tokens import TokenFault, TokenRefusedError
from service.web.session.oidc.provider import Provider
from service.web.session.sign_in_page import read_redirect_target, sign_in_page
from service.workspace import Workspace

log = logging.getLogger(__name__)

accounts = flask.Blueprint("accounts", __name__)
_PROVIDER = "tonghop.provider"
LONGEST_CODE = 2048
LONGEST_SEASON = 100
STATES_KEPT = timedelta(minutes=15)  # longer than an attempt lives
_TEXT_OF = {
    AccountRefusal.NOT_GRANTED: "account_not_granted",
    AccountRefusal.LINK_ONLY: "account_link_only",
    AccountRefusal.OTHER_ACCOUNT: "account_other",
    TokenFault.BROKEN: "account_broken",
    TokenFault.UNVERIFIED: "account_unverified",
    TokenFault.OTHER_DOMAIN: "account_other_domain",
}


def register(app: flask.Flask, workspace: Workspace) -> None:
    """Open the routes; nothing is asked of the provider before a visitor comes."""
    settings = workspace.settings
    app.extensions[_PROVIDER] = Provider(settings, account_entry.redirect_uri(settings), workspace.lease_clock)
    app.register_blueprint(accounts)


@accounts.get(account_entry.BEGIN)
def begin() -> werkzeug.Response | tuple[str, int]:
    """Redirect the visitor to the provider; a user who is signed in is redirected to the target."""
    onward = read_redirect_target(flask.request.args.get("next", ""))
    season = _season_asked_for()
    who = identity.current_identity()
    if who is not None and not season:
        return flask.redirect(current.path_of(onward) or identity.home_of(who), HTTPStatus.SEE_OTHER)
    now = current.workspace().lease_clock()
    attempt = attempts.new(now, onward, season)
    try:
        address = _provider().address_for(attempt)
    except ProviderDownError as error:
        return _down(error, attempt)
    attempts.keep(flask.session, attempt, now)
    return flask.redirect(address, HTTPStatus.SEE_OTHER)


@accounts.get(account_entry.CALLBACK)
def come_back() -> werkzeug.Response | tuple[str, int]:
    """Begin a session for the account that the provider confirms, if it has a grant."""
    attempt = _attempt_that_came_back()
    if attempt is None:
        who = identity.current_identity()
        if who is not None:
            # the button back, or a page loaded again after signing in
            return flask.redirect(identity.home_of(who), HTTPStatus.SEE_OTHER)
        return _refused("account_expired", None, HTTPStatus.BAD_REQUEST)
    given = flask.request.args
    if given.get("error") == "access_denied":
        return _refused("account_cancelled", attempt, HTTPStatus.OK)
    code = given.get("code", "")
    if "error" in given or not _may_be_code(code) or given.get("iss", _issuer()) != _issuer():
        return _refused("account_broken", attempt, HTTPStatus.BAD_REQUEST)
    return _sign_in(code, attempt)


def _sign_in(code: str, attempt: Attempt) -> werkzeug.Response | tuple[str, int]:
    try:
        account = _provider().identify(code, attempt)
    except ProviderDownError as error:
        return _down(error, attempt)
    except TokenRefusedError as error:
        log.warning("sign-in by account refused, %s: %s", error.fault, error)
        return _refused(_TEXT_OF[error.fault], attempt, HTTPStatus.FORBIDDEN, error.email)
    return _enter(account, attempt)


def _enter(account: ProviderAccount, attempt: Attempt) -> werkzeug.Response | tuple[str, int]:
    season = _application_of(attempt.season)
    if attempt.season and season is None:
        return _refused("account_expired", None, HTTPStatus.BAD_REQUEST)
    workspace = current.workspace_of(season) if season is not None else current.workspace()
    try:
        session = grants.sign_in_with_account(workspace, account)
    except AccountRefusedError as error:
        log.info("sign-in by account refused, %s", error.reason)
        return _refused(_TEXT_OF[error.reason], attempt, HTTPStatus.FORBIDDEN, account.email)
    log.info("signed in by account, role %s", session.grant.role)
    if season is not None:
        target = f"{workspace.settings.public_path}{attempt.onward or '/'}"
        response = flask.redirect(target, HTTPStatus.SEE_OTHER)
        identity.carry_session(session, season, response)
        return response
    who = identity.begin_session(session)
    return flask.redirect(current.path_of(attempt.onward) or identity.home_of(who), HTTPStatus.SEE_OTHER)


def _attempt_that_came_back() -> Attempt | None:
    """Return the attempt this browser began; None when it did not, not lately, or came back with it before."""
    workspace = current.workspace()
    now = workspace.lease_clock()
    attempt = attempts.take(flask.session, flask.request.args.get("state", ""), now)
    if attempt is None:
        return None
    # the cookie forgets the attempt, but an old cookie may be kept
    is_first = workspace.store.work.use_nonce(hash_of(attempt.state), now, STATES_KEPT)
    return attempt if is_first else None


def _season_asked_for() -> str:
    key = flask.request.args.get(account_entry.SEASON, "")[:LONGEST_SEASON]
    return key if _application_of(key) is not None else ""


def _application_of(season: str) -> flask.Flask | None:
    """Return the application of another season than the one at the root; None where it is none."""
    site = flask.current_app.extensions.get(SITE)
    if not season or site is None:
        return None
    try:
        found: flask.Flask = site.application_of(season)
    except UnknownNameError:
        return None
    return None if found is flask.current_app else found


def _may_be_code(code: str) -> bool:
    return 0 < len(code) <= LONGEST_CODE and code.isascii() and code.isprintable()


def _issuer() -> str:
    return current.settings().oidc_issuer


def _provider() -> Provider:
    provider: Provider = flask.current_app.extensions[_PROVIDER]
    return provider


def _down(error: ProviderDownError, attempt: Attempt) -> tuple[str, int]:
    log.error("the provider of accounts gave no usable answer: %s", error)
    return _refused("account_provider_down", attempt, HTTPStatus.SERVICE_UNAVAILABLE)


def _refused(key: str, attempt: Attempt | None, status: HTTPStatus, email: str = "") -> tuple[str, int]:
    season = _application_of(attempt.season) if attempt else None
    workspace = current.workspace_of(season) if season is not None else current.workspace()
    said = current.words()(
        key,
        provider=account_entry.provider_name(workspace.settings),
        email=email[:200],
        board=workspace.campaign.board,
        domain=workspace.settings.oidc_domain,
    )
    onward = attempt.onward if attempt else ""
    return sign_in_page(onward, said, is_grave=status >= HTTPStatus.BAD_REQUEST, season=season), status
