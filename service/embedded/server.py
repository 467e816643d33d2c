"""The server as a WSGI application: who calls, which method, one transaction, and every error in Google's form."""

from __future__ import annotations

import gzip
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from service.embedded import api_errors, json_text, routes
from service.embedded.api_errors import ApiError, Json
from service.embedded.book.known_lines import KnownLines
from service.embedded.book.styles import StyleCache
from service.embedded.contract import json_bodies, request_check, request_form
from service.embedded.contract.quotas import Quota
from service.embedded.routes import Method
from service.embedded.sheets_api.call import Answer, Call, Raw
from service.embedded.storage import callers
from service.embedded.storage.callers import Caller
from service.embedded.storage.sqlite_store import SpreadsheetStore, StoreError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

LARGEST_BODY = 10 * 1024 * 1024
SMALLEST_PACKED = 1024  # bytes; a shorter answer is not packed
log = logging.getLogger(__name__)
# who asked within one process is answered with it: said once more only where a log is kept
store_log = logging.getLogger(f"{__name__}.store")
store_log.addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Service:
    """What every request is answered with."""

    store: SpreadsheetStore
    cache: StyleCache
    owner_email: str
    owner_token: str
    clock: Callable[[], datetime]
    quota: Quota | None = None
    latency: timedelta = timedelta(0)
    lags: bool = False
    known_lines: KnownLines = field(default_factory=KnownLines)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request of a WSGI server, for any host."""
        return self.answer(Request(environ))(environ, start_response)

    def answer(self, request: Request) -> Response:
        """Answer one request, errors included."""
        drive = not request.path.startswith("/v4/")
        try:
            return packed(respond(self._call(request)), request)
        except ApiError as error:
            return _json_response(error.body(drive=drive), error.code)
        except HTTPException as error:
            return _failed(error.code or 500, error.name, drive=drive)
        except StoreError as error:
            store_log.error("the store cannot be used: %s, %s", error.fault, error)
            return _json_response(api_errors.store_failed(error.fault).body(drive=drive), 503)
        except sqlite3.OperationalError:
            log.exception("the store did not answer")
            return _failed(503, "The service is currently unavailable.", drive=drive)
        except (Exception, RecursionError):
            log.exception("a request failed")
            return _failed(500, "Internal error encountered.", drive=drive)

    def _call(self, request: Request) -> Answer:
        raw = _body_of(request)
        found = routes.find(request.method, request.path)
        method, args = found or (None, ())
        with self.store.reading() as connection:
            caller = self._caller(connection, request, method)
            if method is not None and not method.writes:
                # caller and answer are of one state of the store
                asked = self._checked(request, method, raw, caller)
                return method.answer(self._begun(connection, caller, args, asked, raw))
        if method is None:
            raise ApiError(404, f"The requested URL {request.path} was not found on this server.", reason="notFound")
        asked = self._checked(request, method, raw, caller)
        when_committed: list[Callable[[], None]] = []
        with self.store.writing(when_committed) as connection:
            call = self._begun(connection, caller, args, asked, raw)
            when_committed.append(call.committed)
            return method.answer(call)

    def _begun(
        self,
        connection: sqlite3.Connection,
        caller: Caller,
        args: tuple[str, ...],
        asked: tuple[Json, Json],
        raw: bytes,
    ) -> Call:
        query, body = asked
        return Call(connection, caller, self.clock(), self.cache, args, query, body, raw, self.lags, self.known_lines)

    def _checked(self, request: Request, method: Method, raw: bytes, caller: Caller) -> tuple[Json, Json]:
        """Return query and body of a request, once it is within its limits."""
        if self.quota is not None and not method.is_drive:
            self.quota.count(caller.email, writes=method.writes)
        if self.latency:
            time.sleep(self.latency.total_seconds())
        return _query_of(request, method), _checked_body(method, raw)

    def _caller(self, connection: sqlite3.Connection, request: Request, method: Method | None) -> Caller:
        """Return who calls; an API key instead of a token lets anyone read what is shared by link."""
        header = request.headers.get("Authorization")
        needs_token = method is None or method.writes or method.is_personal
        if not header and method is not None and (method.is_page or request.args.get("key")):
            if needs_token:
                raise api_errors.needs_token()
            return callers.ANYONE
        if not header and not needs_token:
            raise api_errors.unregistered()
        return callers.identify(connection, header, self.owner_email, self.owner_token)


def _body_of(request: Request) -> bytes:
    if (request.content_length or 0) > LARGEST_BODY:
        raise api_errors.too_large(LARGEST_BODY)
    raw = request.stream.read(LARGEST_BODY + 1)
    if len(raw) > LARGEST_BODY:
        raise api_errors.too_large(LARGEST_BODY)
    return raw


def _query_of(request: Request, method: Method) -> Json:
    if method.is_drive:
        return dict(request.args.items())
    return request_check.check_query(method.name, request.args.items(multi=True))


def _checked_body(method: Method, raw: bytes) -> Json:
    if not method.body:
        return {}
    section: request_check.Section = "drive" if method.is_drive else "sheets"
    return request_form.checked(section, method.body, json_bodies.parse_json(raw), method.root)


def respond(answer: Answer) -> Response:
    """Return an answer over HTTP."""
    if answer is None:
        return Response(status=HTTPStatus.NO_CONTENT, content_type="text/html")
    if isinstance(answer, Raw):
        response = Response(answer.whole(), content_type=answer.content_type)
        named = f"; filename*=UTF-8''{quote(answer.filename)}" if answer.filename else ""
        response.headers["Content-Disposition"] = f"attachment{named}"
        return response
    return _json_response(answer, HTTPStatus.OK)


def packed(response: Response, request: Request) -> Response:
    """Return an answer packed by gzip, where the request asks for it as Google wants it asked.

    Both Accept-Encoding and User-Agent must name gzip: on one machine packing costs more than it saves.
    """
    asked = request.accept_encodings.quality("gzip") > 0 and "gzip" in request.headers.get("User-Agent", "")
    body = response.get_data()
    if asked and len(body) >= SMALLEST_PACKED:
        response.set_data(gzip.compress(body, compresslevel=1, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response


def _json_response(body: Json, code: int) -> Response:
    return Response(json_text.dumped_bytes(body), status=code, content_type="application/json; charset=UTF-8")


def _failed(code: int, message: str, *, drive: bool) -> Response:
    return _json_response(ApiError(code, message).body(drive=drive), code)


def create_app(  # noqa: PLR0913 – all but the folder by name, and each with an office's default
    data_dir: Path,
    *,
    owner_email: str = "tonghop@localhost",
    owner_token: str,
    clock: Callable[[], datetime],
    quota: Quota | None = None,
    latency: timedelta = timedelta(0),
    lags: bool = False,
) -> Service:
    """Return the server over one data folder; it answers for any host and may run in many threads and processes.

    For rehearsals, as with Google: quota refuses what is over a limit a minute, latency makes every answer wait, lags
    passes modified times on up to three minutes late.
    """
    return Service(
        SpreadsheetStore(data_dir), StyleCache(), owner_email.lower(), owner_token, clock, quota, latency, lags
    )
