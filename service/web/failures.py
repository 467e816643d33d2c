"""The one place where our errors, and whatever else goes wrong, become an answer: a page, or JSON for machines."""

from __future__ import annotations

import logging
from http import HTTPStatus

import flask
from werkzeug.exceptions import HTTPException

from service.errors import FactsError, ServiceError
from service.web import current
from sheets_schema.wording import Message, message

log = logging.getLogger(__name__)
MACHINES = ("/api/", "/hooks/", "/tasks/", "/healthz", "/readyz", "/metrics")
WITH_TOKEN = ("/api/", "/tasks/", "/metrics")  # a program that lacks its token is told how to send one
MACHINE_BLUEPRINTS = frozenset({"editor_cells"})
API = "/api/"
SHUT = "tonghop.shut"  # why the season of a request cannot be read now, in its environment
BAD_REQUEST = "bad_request"
# the codes of the interface for programs by status; every other status is BAD_REQUEST
CODE_OF: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "unauthorized",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.UNPROCESSABLE_ENTITY: "unprocessable",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_requests",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}
_TEXT_OF = {
    HTTPStatus.UNAUTHORIZED: "web.sign_in_first",
    HTTPStatus.FORBIDDEN: "web.not_for_you",
    HTTPStatus.NOT_FOUND: "web.no_page",
    HTTPStatus.METHOD_NOT_ALLOWED: "web.not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "web.too_large",
}
_OUR_FAILURE = message("web.our_failure")
_FACTS_DOWN = message("web.facts_down")


class BadQueryError(ServiceError):
    """A part of the address says nothing we understand; the message says what is accepted."""

    http_status = HTTPStatus.BAD_REQUEST


class ForgedFormError(ServiceError):
    """A form that does not carry its session's token, or was sent from elsewhere."""

    http_status = HTTPStatus.FORBIDDEN


class OtherUnitError(ServiceError):
    """A clerk of several units works for another one just now; the message says how to change."""

    http_status = HTTPStatus.FORBIDDEN


def register(app: flask.Flask) -> None:
    """Make this module answer for every failure of an application."""
    app.before_request(_refuse_shut)
    app.register_error_handler(ServiceError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def _refuse_shut() -> flask.Response | None:
    """Answer for a season that is there and cannot be read now."""
    reason = flask.request.environ.get(SHUT)
    if reason is None:
        return None
    log.error("a season cannot be shown: %s", reason)
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, message("seasons.shut"))


def _ours(error: ServiceError) -> flask.Response:
    if error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed: %s %s", type(error).__name__, error)
    if isinstance(error, FactsError) and flask.g.get(current.KNOWN_IDENTITY) is None:
        # where the database is, and what it says, is nothing for strangers
        return answer(error.http_status, _FACTS_DOWN)
    return answer(error.http_status, error.message, **getattr(error, "json_values", {}))


def _http(error: HTTPException) -> flask.Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return flask.Response(error.get_response().get_data(), status, headers=error.get_headers())
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return answer(status, _OUR_FAILURE)
    response = answer(status, message(_TEXT_OF.get(HTTPStatus(status), "web.bad_request")))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response


def _unforeseen(error: Exception) -> flask.Response:
    log.error("request failed", exc_info=error)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, _OUR_FAILURE)


def is_for_machines() -> bool:
    """Return True if a program reads the answer: it is JSON, and never redirects."""
    request = flask.request
    return request.path.startswith(MACHINES) or request.blueprint in MACHINE_BLUEPRINTS or request.is_json


def answer(status: int, reason: Message, **values: object) -> flask.Response:
    """Return a failure as a page, or as JSON with further values beside the reason."""
    words = reason.text(current.words().language)
    if is_for_machines():
        response = flask.jsonify(_as_json(status, words) | values)
    else:
        response = flask.make_response(flask.render_template("failure.html", message=words))
    response.status_code = status
    if status == HTTPStatus.UNAUTHORIZED and flask.request.path.startswith(WITH_TOKEN):
        response.headers["WWW-Authenticate"] = "Bearer"  # RFC 6750, section 3
    return response


def _as_json(status: int, words: str) -> dict[str, object]:
    if flask.request.path.startswith(API):
        return {"error": {"code": CODE_OF.get(status, BAD_REQUEST), "message": words}}
    return {"error": words}
