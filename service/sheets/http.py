"""gspread's HTTP client with a bounded retry, a time-out, pacing and a meter; errors known by code and reason alone.

gspread 6.2.1 sends no time-out, and its own back-off never gives up (see docs/architecture.md).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

import gspread
import orjson
import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from gspread.http_client import HTTPClient
from tenacity import RetryCallState, Retrying, retry_if_exception

from service.sheets.answered import Answered, answered
from service.sheets.api_addresses import GOOGLE_DRIVE, GOOGLE_SHEETS
from service.sheets.error_words import translate
from service.sheets.guarding import check_write
from service.sheets.json_bytes import json_bytes
from service.sheets.pacing import TOLD_FROM, CallKind, Meter, Pacing, Waiting
from service.sheets.retrying import (
    FAILING_CODES,
    AnswerTooLargeError,
    RefusedAnswerError,
    RetryPolicy,
    UnreadableError,
    may_land_twice,
)
from sheets_schema.wording import message

LARGEST_ANSWER = 32 * 1024 * 1024  # bytes; a workbook of a hundred full tabs is a tenth of it
READING_POSTS = (":batchGetByDataFilter", ":getByDataFilter", "developerMetadata:search")
_ARGUMENTS = ("params", "data", "json", "files", "headers")  # of gspread's request, in its order
T = TypeVar("T")


def is_read(method: str, url: str) -> bool:
    """Return True if a request only reads."""
    return method.upper() == "GET" or url.endswith(READING_POSTS)


def kind_of(method: str, url: str) -> CallKind:
    """Return which quota a request is billed to."""
    if "/drive/" in url:
        return CallKind.DRIVE
    return CallKind.READ if is_read(method, url) else CallKind.WRITE


class BoundedHTTPClient(HTTPClient):
    """gspread's client for one base address, retried within bounds and kept under a quota."""

    def __init__(
        self,
        auth: Credentials | None,
        session: requests.Session | None = None,
        *,
        base_url: str = "",
        policy: RetryPolicy | None = None,
        pacing: Pacing | None = None,
        waiting: Waiting | None = None,
    ) -> None:
        super().__init__(auth, session)  # type: ignore[arg-type]  # gspread takes None beside a session
        self.policy = policy or RetryPolicy()
        self.base_url = base_url.rstrip("/")
        self.meter = Meter()
        self.pacing = pacing
        self.waiting = waiting or Waiting()
        self.set_timeout(self.policy.timeout)

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 – gspread's own signature
        """Send a request as gspread does; raise a SheetsError when it failed for good."""
        arguments = dict(zip(_ARGUMENTS, args, strict=False)) | kwargs
        return self._settled(_Sending(self, method, self._address(endpoint), arguments, _is_json))

    def answer(self, method: str, endpoint: str, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 – as `request`
        """Send a request and return the object it is answered with; raise a SheetsError when there is none."""
        return self._settled(_Sending(self, method, self._address(endpoint), kwargs, _decoded))

    def answered(self, method: str, endpoint: str, *, known: str = "", **kwargs: Any) -> Answered:  # noqa: ANN401 – as `request`
        """Send a request as `answer` does; one whose digest is `known` is not decoded before that is asked for."""
        taken_as = answered(_decoded, known)
        return self._settled(_Sending(self, method, self._address(endpoint), kwargs, taken_as))

    def _settled(self, sending: _Sending[T]) -> T:
        retrying = Retrying(
            stop=sending.is_over,
            wait=self._wait,
            retry=retry_if_exception(sending.may_pass),
            sleep=self._sleep,
            before_sleep=self._before_retry,
            reraise=True,
        )
        try:
            retrying(sending.once)
        except (
            RefusedAnswerError,
            UnreadableError,
            AnswerTooLargeError,
            requests.RequestException,
            GoogleAuthError,
        ) as error:
            raise translate(error) from error
        return sending.taken()

    def _address(self, endpoint: str) -> str:
        if self.base_url:
            return endpoint.replace(GOOGLE_SHEETS, self.base_url, 1).replace(GOOGLE_DRIVE, self.base_url, 1)
        return endpoint

    def _sleep(self, seconds: float) -> None:
        self.meter.waited += seconds
        self.waiting.sleep(seconds)

    def _before_retry(self, state: RetryCallState) -> None:
        self.meter.retries += 1
        if state.upcoming_sleep >= TOLD_FROM:
            self.waiting.tell(message("sheets.trying_again", seconds=math.ceil(state.upcoming_sleep)))

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        refused = error if isinstance(error, RefusedAnswerError) else None
        is_quota = refused is not None and refused.is_quota
        first = self.policy.quota_wait if is_quota else self.policy.first_wait
        ceiling = min(first * 2 ** (state.attempt_number - 1), self.policy.longest_wait)
        # a quota is not back within a moment: there only the upper half is worth a try
        jittered = random.uniform(ceiling / 2 if is_quota else 0, ceiling)  # noqa: S311 – spreads retries
        return max(jittered, refused.retry_after if refused is not None else 0.0)


class _Sending(Generic[T]):
    """One request on its way, through all its tries."""

    def __init__(
        self,
        client: BoundedHTTPClient,
        method: str,
        url: str,
        arguments: Mapping[str, Any],
        taken_as: Callable[[requests.Response], T],
    ) -> None:
        self._client = client
        self._method = method
        self._url = url
        self._arguments = _with_body(arguments)
        self._taken_as = taken_as
        self._kind = kind_of(method, url)
        self._writes = not is_read(method, url)
        self._resend = not self._writes or may_land_twice()
        self._started = client.waiting.timer()
        self._paced = 0.0
        self._answers: list[T] = []  # the one that was good

    def once(self) -> None:
        """Send it when its slot comes; raise what went wrong.

        It returns nothing: tenacity's records of a try, which point at each other, would keep a large answer until the
        garbage is collected.
        """
        client = self._client
        if client.pacing is not None:
            waited = client.pacing.wait(self._kind, client.waiting)
            self._paced += waited
            client.meter.waited += waited
        if self._writes:
            check_write()
        client.meter.count(self._kind)
        started = client.waiting.timer()
        try:
            response = client.session.request(
                method=self._method, url=self._url, timeout=client.timeout, stream=True, **self._arguments
            )
            latest = started + client.policy.total_seconds
            _take_within_bounds(response, lambda: client.waiting.timer() > latest)
        finally:
            client.meter.seconds += client.waiting.timer() - started
        if not response.ok:
            raise RefusedAnswerError(response, client.waiting.clock)
        self._answers.append(self._taken_as(response))

    def taken(self) -> T:
        """Hand the answer over, and keep nothing of the request."""
        self._arguments = {}
        return self._answers.pop()

    def is_over(self, state: RetryCallState) -> bool:
        """Return True if that was the last try, or the next would come after the total time."""
        policy = self._client.policy
        spent = self._client.waiting.timer() - self._started - self._paced
        return state.attempt_number >= policy.attempts or spent + state.upcoming_sleep >= policy.total_seconds

    def may_pass(self, error: BaseException) -> bool:
        """Return True if trying again may help, and cannot do the thing twice."""
        if isinstance(error, RefusedAnswerError):
            passes = self._resend and error.code in FAILING_CODES and not error.is_lasting
            return error.is_quota or passes
        if isinstance(error, GoogleAuthError):
            # no token yet, so nothing of the request was carried out
            return isinstance(error, TransportError) or (isinstance(error, RefreshError) and bool(error.retryable))
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return True
        lost = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
        return self._resend and isinstance(error, (*lost, requests.exceptions.ContentDecodingError, UnreadableError))


class _Arriving:
    """A body that is read as it arrives: a read of a number of bytes would wait for the last of them."""

    def __init__(self, raw: Any) -> None:  # noqa: ANN401 – urllib3's, which requests gives no type
        self._raw = raw

    def stream(self, size: int, decode_content: bool) -> Iterator[bytes]:
        """Yield what has come, at most a number of bytes at once."""
        while part := self._raw.read1(size, decode_content=decode_content):
            yield part

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 – as above
        return getattr(self._raw, name)


def _take_within_bounds(response: requests.Response, is_late: Callable[[], bool]) -> None:
    """Read the body of an answer; an error, and no more of it in memory, where it is larger or slower than any."""
    parts, size = [], 0
    response.raw = _Arriving(response.raw)
    with response:
        for part in response.iter_content(1 << 16):
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise AnswerTooLargeError
            if is_late():
                raise requests.exceptions.ReadTimeout
    response._content = b"".join(parts)  # what requests itself keeps of a body that was read


def _is_json(response: requests.Response) -> requests.Response:
    wanted = "officedocument" if urlsplit(response.url).path.endswith("/export") else "json"
    if response.content and wanted not in response.headers.get("Content-Type", ""):
        raise UnreadableError
    return response


def _decoded(response: requests.Response) -> dict[str, Any]:
    if not _is_json(response).content:
        return {}
    try:
        answer = _json_of(response)
    except (ValueError, RecursionError) as error:
        # cut off, where the line did not notice
        raise UnreadableError from error
    if not isinstance(answer, dict):
        raise UnreadableError
    return answer


def _with_body(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a request's arguments with its JSON as bytes, made once for all tries."""
    if arguments.get("json") is None:
        return arguments
    body = {"data": json_bytes(arguments["json"]), "json": None}
    return {**arguments, **body, "headers": {"Content-Type": "application/json", **(arguments.get("headers") or {})}}


def _json_of(response: requests.Response) -> Any:  # noqa: ANN401 – what the server said, whatever it is
    try:
        return orjson.loads(response.content)
    except orjson.JSONDecodeError:
        # half a letter pair, a number that is none, another encoding: taken as before, or refused with a reason
        return response.json()


def connect(
    session: requests.Session,
    base_url: str = "",
    policy: RetryPolicy | None = None,
    *,
    pacing: Pacing | None = None,
    waiting: Waiting | None = None,
) -> gspread.Client:
    """Return gspread's client over a session that already carries its credentials.

    `pacing` keeps it under a quota; `waiting` says how time passes: a simulated clock, or what reports long waits.
    """

    def make(auth: Credentials, given: requests.Session | None) -> BoundedHTTPClient:
        return BoundedHTTPClient(auth, given, base_url=base_url, policy=policy, pacing=pacing, waiting=waiting)

    # gspread documents auth=None beside a session, and calls http_client as a factory
    return gspread.Client(auth=None, session=session, http_client=make)  # type: ignore[arg-type]


@contextmanager
def briefly(client: gspread.Client, attempts: int) -> Iterator[None]:
    """Try each request inside a few times only: what will hardly pass is asked for there."""
    bounded = cast("BoundedHTTPClient", client.http_client)
    patient = bounded.policy
    bounded.policy = replace(patient, attempts=min(attempts, patient.attempts), timeout=(5.0, 15.0))
    bounded.set_timeout(bounded.policy.timeout)
    try:
        yield
    finally:
        bounded.policy = patient
        bounded.set_timeout(patient.timeout)


def hurry(client: gspread.Client) -> None:
    """Have a client give up soon: for one who only looks, and tells what did not answer."""
    bounded = cast("BoundedHTTPClient", client.http_client)
    bounded.policy = replace(bounded.policy, attempts=2, total_seconds=15.0, longest_wait=2.0, timeout=(5.0, 15.0))
    bounded.set_timeout(bounded.policy.timeout)
