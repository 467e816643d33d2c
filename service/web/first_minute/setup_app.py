"""The application of the first minute: one page behind a one-time link, which ends with the season begun."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from http import HTTPStatus
from importlib.metadata import version
from urllib.parse import urlsplit

import flask
import jinja2
import werkzeug

from service.clock import Clock
from service.errors import ServiceError
from service.seasons import first_season, season_archive
from service.seasons.first_season import FirstChoice
from service.settings import Settings
from service.web.code_words import set_apart
from service.web.server import security_headers
from service.web.session.sign_in_page import is_from_site
from service.web.texts import Words
from sheets_schema.wording import Language

LARGEST_BODY = season_archive.LARGEST_ARCHIVE + 128 * 1024
ASK_AGAIN_SECONDS = 0.4


def create_setup_app(
    settings: Settings, token: str, clock: Clock, done: Callable[[], None], more: dict[str, str]
) -> flask.Flask:
    """Return the application; `done` is called once the season has begun and the answer was sent."""
    app = flask.Flask("service.web")
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.filters["set_apart"] = set_apart
    words = Words(Language(settings.lang))
    setup = _Setup(settings, token, clock, done, more, words)
    app.add_url_rule("/healthz", view_func=lambda: flask.jsonify(status="ok"), endpoint="healthz")
    app.add_url_rule("/setup/<given>", view_func=setup.page, methods=["GET"], endpoint="page")
    app.add_url_rule("/setup/<given>", view_func=setup.choose, methods=["POST"], endpoint="choose")
    app.register_error_handler(HTTPStatus.NOT_FOUND, setup.elsewhere)
    app.register_error_handler(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, setup.too_large)
    app.after_request(security_headers.add_headers)
    return app


class _Setup:
    """The page and what is done with it; good for one season."""

    def __init__(
        self,
        settings: Settings,
        token: str,
        clock: Clock,
        done: Callable[[], None],
        more: dict[str, str],
        words: Words,
    ) -> None:
        self._settings, self._token, self._clock = settings, token, clock
        self._done, self._more, self._words = done, more, words
        self._has_begun = False

    def page(self, given: str) -> str:
        """Show what is asked."""
        self._refuse_stranger(given)
        return self._shown(FirstChoice(address=flask.request.host_url.rstrip("/")))

    def choose(self, given: str) -> werkzeug.Response | tuple[str, int]:
        """Begin the season, or show what speaks against it beside what was typed."""
        self._refuse_stranger(given)
        if not is_from_site(self._settings.public_url):
            flask.abort(HTTPStatus.FORBIDDEN)
        choice = self._typed()
        try:
            token = first_season.choose(self._settings, choice, self._clock, self._more)
        except ServiceError as refused:
            return self._shown(choice, refused.text(self._words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
        self._has_begun = True
        page = flask.render_template(
            "setup_done.html", **self._common(), token=token, onward=_other_site(choice.address)
        )
        response = flask.make_response(page)
        response.call_on_close(self._done)
        return response

    def elsewhere(self, _error: Exception) -> werkzeug.Response | tuple[str, int]:
        """Say where the link is; once the season has begun its own server takes over, and answers the next attempt."""
        if self._has_begun:
            time.sleep(ASK_AGAIN_SECONDS)
            return flask.redirect(flask.request.url, HTTPStatus.TEMPORARY_REDIRECT)
        return flask.render_template("setup_elsewhere.html", **self._common()), HTTPStatus.NOT_FOUND

    def too_large(self, _error: Exception) -> tuple[str, int]:
        """Say that a file is too large."""
        return self._shown(FirstChoice(), self._words("too_large")), HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def _refuse_stranger(self, given: str) -> None:
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode()):
            flask.abort(HTTPStatus.NOT_FOUND)

    def _typed(self) -> FirstChoice:
        posted, files = flask.request.form, flask.request.files

        def text(name: str) -> str:
            return posted.get(name, "")

        def file(name: str) -> bytes:
            return files[name].stream.read() if name in files else b""

        return FirstChoice(
            season=text("season"),
            shipped=text("shipped"),
            archive=file("archive"),
            folder=text("folder"),
            board=text("board"),
            place=text("place"),
            sheets=text("sheets"),
            google_key=file("google_key"),
            email=text("email"),
            address=text("address").strip().rstrip("/") if self._more else "",
        )

    def _shown(self, choice: FirstChoice, fault: str = "") -> str:
        campaign = first_season.shipped_campaign(Settings().campaign)
        now = self._clock()
        return flask.render_template(
            "setup.html",
            **self._common(),
            choice=choice,
            fault=fault,
            shipped=campaign,
            token=self._token,
            asks_address=bool(self._more),
            is_past=all(owed.due_before < now for owed in campaign.obligations),
        )

    def _common(self) -> dict[str, object]:
        return {"words": self._words, "lang": self._settings.lang, "version": version("tonghop")}


def _other_site(address: str) -> str:
    """Return the address that the operator is to go on at, where a session of this page's would not reach it."""
    parts = urlsplit(address)
    is_here = parts.netloc == flask.request.host and parts.scheme == flask.request.scheme and not parts.path
    return address if address and not is_here and (parts.scheme == "https" or parts.path) else ""
