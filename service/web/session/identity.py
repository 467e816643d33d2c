"""The user of a request and what it may see: the signed session, rights of views, the token of forms.

A view that names no roles is for those who may see the unit in its address, else for the operator alone.
"""

from __future__ import annotations

import functools
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import NoReturn, ParamSpec, TypeVar
from urllib.parse import urlsplit

import flask
import werkzeug
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadData
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from service import data_folder, grants
from service.domain.roles import Role, may_decide, may_see_board, may_see_unit, may_sign_in
from service.grants import Session
from service.settings import Settings
from service.web import current, failures
from service.web.failures import ForgedFormError, OtherUnitError
from service.web.session.account_entry import current_entry
from service.web.session.sign_in_page import is_from_here, read_redirect_target, sign_in_page, typed_words
from sheets_schema.campaign import Unit
from sheets_schema.wording import message

COOKIE = "tonghop"
CSRF_FIELD, CSRF_HEADER = "csrf_token", "X-CSRF-Token"
# blueprints, or endpoints, that anybody may call: they show nothing, or hold their own proof
OPEN = frozenset({"static", "health", "metrics", "hooks", "tasks", "sign_in", "accounts"})
_FORMLESS = ("/hooks/", "/tasks/")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SESSION_ID, _CSRF = "id", "csrf"
_MAY = "tonghop_may"
_LARGEST = "tonghop_largest_body"

May = Callable[[Role], bool]
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Identity:
    """A user who is signed in."""

    email: str
    role: Role
    unit: str = ""  # the code, of a unit


def register(app: flask.Flask, settings: Settings, season: str = "") -> None:
    """Make an application identify its users; SettingsError without a key where one must be set.

    A `season` below its own path has a cookie of its own name: the browser sends it that of the root as well.
    """
    app.secret_key = data_folder.secret_key(settings)
    app.session_interface = _Sessions()
    app.config.update(
        SESSION_COOKIE_NAME=f"{COOKIE}-{season}" if season else COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        SESSION_COOKIE_PATH=settings.public_path or "/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
    )
    if settings.trusted_proxies:
        proxied = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]
    app.before_request(_check)
    app.jinja_env.globals.update(
        csrf_field=csrf_field,
        csrf_token=csrf_token,
        known_identity=known_identity,
        may_decide=may_decide,
        may_see_board=may_see_board,
        unit_choices=unit_choices,
    )


class _Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, never set on a static file: those may be kept by others on the way."""

    def open_session(self, app: flask.Flask, request: flask.Request) -> SecureCookieSession | None:
        """Return what a cookie holds; nothing where it is signed and holds something that we do not write."""
        if not request.headers.get("Cookie"):
            # machines send none: nothing is to be checked
            return self.session_class()
        try:
            return super().open_session(app, request)
        except (BadData, TypeError, ValueError):
            return self.session_class()

    def should_set_cookie(self, app: flask.Flask, session: SessionMixin) -> bool:
        """Return True if an answer sets the cookie again."""
        return flask.request.endpoint != "static" and super().should_set_cookie(app, session)


def current_identity() -> Identity | None:
    """Return the user, once read per request; None when there is none, or the session or grant ended."""
    if current.KNOWN_IDENTITY not in flask.g:
        flask.g.tonghop_identity = _look_up()
    return known_identity()


def known_identity() -> Identity | None:
    """Return the user if it was read in this request; needs no database."""
    found: Identity | None = flask.g.get(current.KNOWN_IDENTITY)
    return found


def _look_up() -> Identity | None:
    if _is_for_programs():
        return _program()
    session_id = flask.session.get(_SESSION_ID)
    if not isinstance(session_id, str):
        return None
    grant = grants.grant_of(current.workspace(), session_id)
    return None if grant is None else Identity(grant.email, grant.role, grant.unit)


def _is_for_programs() -> bool:
    """Return True if a program asks the interface with a token of its own."""
    asked = flask.request.authorization
    return asked is not None and asked.type == "bearer" and flask.request.blueprint == "api"


def _program() -> Identity | None:
    asked = flask.request.authorization
    token = grants.api_token(current.workspace(), asked.token) if asked is not None and asked.token else None
    return None if token is None else Identity(token.name, token.role, token.unit)


def session_id() -> str:
    """Return the id of the session the browser carries; blank where it carries none."""
    carried = flask.session.get(_SESSION_ID)
    return carried if isinstance(carried, str) else ""


def begin_session(session: Session) -> Identity:
    """Give the browser a session just begun; the one it had before is ended."""
    end_session()
    flask.session.permanent = True
    flask.session[_SESSION_ID] = session.id
    flask.session[_CSRF] = secrets.token_urlsafe(32)
    flask.g.tonghop_identity = Identity(session.grant.email, session.grant.role, session.grant.unit)
    return Identity(session.grant.email, session.grant.role, session.grant.unit)


def carry_session(session: Session, other: flask.Flask, response: werkzeug.Response, said: str = "") -> None:
    """Give the browser a session just begun in another season's application, beside the one it has here.

    `said` is shown on the first page there.
    """
    carried = SecureCookieSession({_SESSION_ID: session.id, _CSRF: secrets.token_urlsafe(32)})
    carried.permanent = True
    if said:
        carried["_flashes"] = [("message", said)]
    other.session_interface.save_session(other, carried, response)  # type: ignore[arg-type]


def end_session() -> None:
    """End the session the browser carries, for good, and take the cookie back."""
    session_id = flask.session.get(_SESSION_ID)
    if isinstance(session_id, str):
        grants.sign_out(current.workspace(), session_id)
    flask.session.clear()
    flask.g.pop(current.KNOWN_IDENTITY, None)


def signed_in(may: May = may_sign_in, *, largest_body: int = 0) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Allow a view to roles of which `may` is true; put it right above the function, below the route.

    `largest_body` is how many bytes such a user may send it, where that is more than all pages take.
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            require(may)
            return view(*args, **kwargs)

        setattr(checked, _MAY, may)
        setattr(checked, _LARGEST, largest_body)
        return checked

    return mark


def require(may: May = may_sign_in) -> Identity:
    """Return the user if `may` is true of its role; refuse all others."""
    who = current_identity()
    if who is None:
        _send_to_sign_in()
    if not may(who.role):
        flask.abort(HTTPStatus.FORBIDDEN)
    return who


def require_unit(code: str) -> Identity:
    """Return the user if it may see a unit; refuse all others."""
    who = require()
    if not may_see_unit(who.role, who.unit, code):
        wanted = next((unit for unit in unit_choices() if unit.code == code), None)
        if wanted is not None:
            now = current.workspace().campaign.unit(who.unit or "").name
            raise OtherUnitError(message("web.other_unit", now=now, wanted=wanted.name))
        flask.abort(HTTPStatus.FORBIDDEN)
    return who


def home_of(identity: Identity) -> str:
    """Return the first page of a user."""
    if may_see_board(identity.role):
        return flask.url_for("dashboard.index")
    return flask.url_for("units.page", code=identity.unit)


def first_page(identity: Identity) -> str:
    """Return where a user who has just signed in is sent: to choose a unit, where the address serves several."""
    return flask.url_for("unit_choice.page") if len(unit_choices()) > 1 else home_of(identity)


def unit_choices() -> tuple[Unit, ...]:
    """Return the units that the user's address serves; none for those who see the board."""
    who = current_identity()
    if who is None or may_see_board(who.role):
        return ()
    if "tonghop_units" not in flask.g:
        here = current.workspace()
        flask.g.tonghop_units = tuple(here.campaign.unit(one.unit) for one in grants.unit_grants(here, who.email))
    found: tuple[Unit, ...] = flask.g.tonghop_units
    return found


def csrf_token() -> str:
    """Return the token that forms of this session carry; blank without a user."""
    token = flask.session.get(_CSRF, "")
    return token if isinstance(token, str) else ""


def csrf_field() -> Markup:
    """Return the hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, csrf_token())


def _check() -> None:
    rule = flask.request.url_rule
    if rule is None:
        return  # there is no such page, for all visitors alike
    if not {flask.request.endpoint, flask.request.blueprint} & OPEN:
        _check_unmarked()
    if flask.request.method not in _SAFE_METHODS and not _is_formless(rule.rule):
        _check_form()


def _check_unmarked() -> None:
    view = flask.current_app.view_functions[str(flask.request.endpoint)]
    if hasattr(view, _MAY):
        return
    code = (flask.request.view_args or {}).get("code")
    if code is None:
        require(may_decide)
    else:
        require_unit(str(code))


def _is_formless(rule: str) -> bool:
    """Return True if no browser sends this with its cookie alone: a machine with its own proof."""
    bearer = flask.request.authorization is not None and flask.request.authorization.type == "bearer"
    return rule.startswith(_FORMLESS) or (rule.startswith("/api/") and bearer)


def _allow_large_body() -> None:
    """Let a user send a view as much as it takes of that user's role."""
    view = flask.current_app.view_functions[str(flask.request.endpoint)]
    largest, who = getattr(view, _LARGEST, 0), current_identity()
    if largest and who is not None and getattr(view, _MAY)(who.role):
        flask.request.max_content_length = largest
        flask.request.max_form_memory_size = largest


def _check_form() -> None:
    if current_identity() is None:
        return  # there is nothing of theirs to misuse
    _allow_large_body()
    sent = flask.request.headers.get(CSRF_HEADER) or flask.request.form.get(CSRF_FIELD, "")
    expected = csrf_token()
    if not expected or not hmac.compare_digest(expected.encode(), sent.encode("utf-8", "replace")):
        raise ForgedFormError(message("web.forged_form"))


def _send_to_sign_in() -> NoReturn:
    if failures.is_for_machines():
        flask.abort(HTTPStatus.UNAUTHORIZED)
    typed = typed_words()
    if typed:
        page = sign_in_page(_onward(), current.words()("session_ended"), typed=typed)
        flask.abort(flask.make_response(page, HTTPStatus.UNAUTHORIZED))
    flask.abort(flask.redirect(flask.url_for("sign_in.page", next=_onward() or None), HTTPStatus.SEE_OTHER))


def _onward() -> str:
    """Return where the visitor was heading, for those who come in by account: a link leads home."""
    if current_entry() is None:
        return ""
    if flask.request.method in _SAFE_METHODS:
        return read_redirect_target(flask.request.full_path.removesuffix("?"))
    return read_redirect_target(_page_before()) if is_from_here() else ""


def _page_before() -> str:
    """Return the path of the page that the visitor comes from, without the public one before it."""
    try:
        path = urlsplit(flask.request.referrer or "").path
    except ValueError:
        return ""
    return path.removeprefix(flask.request.script_root)
