"""gspread's HTTP client with a bounded retry, a time-out, pacing and a meter; errors told by code and reason alone.

gspread 6.2.1 sends no time-out, and its own back-off never gives up (see docs/architecture.md).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

import gspread
import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from gspread.http_client import HTTPClient
from tenacity import RetryCallState, Retrying, retry_if_exception

from service.clock import Clock
from service.errors import (
    PushRefusedError,
    SheetsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.sheets import google, refusals
from service.sheets.pacing import TOLD_FROM, CallKind, Pacing, Waiting

GOOGLE_SHEETS = "https://sheets.googleapis.com"
GOOGLE_DRIVE = "https://www.googleapis.com"
READING_POSTS = (":batchGetByDataFilter", ":getByDataFilter", "developerMetadata:search")
# Drive answers 403 for quotas too; these reasons pass with time
PASSING_REASONS = frozenset(
    {"userRateLimitExceeded", "rateLimitExceeded", "sharingRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
)
FAILING_CODES = frozenset({408, 500, 502, 503, 504})
# what Google says of the address a push is to go to; more advice than its own message gives
PUSH_REASONS = {
    "push.webhookUrlUnauthorized": (
        "chưa được phép gửi tới tên miền này. Xác minh tên miền với Google bằng chủ dự án, rồi chạy lại tonghop watch"
    ),
    "push.webhookUrlNotHttps": "chỉ gửi tới địa chỉ https://. Đặt TONGHOP_PUBLIC_URL là địa chỉ https:// của dịch vụ",
    "push.webhookUrlInvalid": "không đọc được địa chỉ này. Kiểm tra TONGHOP_PUBLIC_URL",
}
QUOTED_LENGTH = 300  # of what Google says in its own words
_ARGUMENTS = ("params", "data", "json", "files", "headers")  # of gspread's request, in its order
# whether a write of this thread, and of this call alone, may safely land twice
_resending: ContextVar[bool] = ContextVar("resending", default=False)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long and how often a request is tried again."""

    attempts: int = 6
    total_seconds: float = 120.0  # what pacing waits is not counted
    first_wait: float = 1.0
    quota_wait: float = 8.0  # a quota is filled up once a minute: six tries outlast it
    longest_wait: float = 32.0
    timeout: tuple[float, float] = (5.0, 60.0)


@dataclass(slots=True)
class Meter:
    """What the calls cost: Sheets' reads and writes as Google bills them, and Drive's calls."""

    reads: int = 0
    writes: int = 0
    drive: int = 0
    retries: int = 0
    seconds: float = 0.0  # spent in calls, answers decoded by the caller not included
    waited: float = 0.0  # for a slot, and before trying again

    def count(self, kind: CallKind) -> None:
        """Count one request that is about to be sent."""
        if kind is CallKind.DRIVE:
            self.drive += 1
        elif kind is CallKind.READ:
            self.reads += 1
        else:
            self.writes += 1


def is_read(method: str, url: str) -> bool:
    """Tell whether a request only reads."""
    return method.upper() == "GET" or url.endswith(READING_POSTS)


def kind_of(method: str, url: str) -> CallKind:
    """Tell which quota a request is billed to."""
    if "/drive/" in url:
        return CallKind.DRIVE
    return CallKind.READ if is_read(method, url) else CallKind.WRITE


@contextmanager
def resending(allowed: bool) -> Iterator[None]:
    """Say whether the writes sent inside may land twice, so that a lost answer may be tried again."""
    token = _resending.set(allowed)
    try:
        yield
    finally:
        _resending.reset(token)


class RefusedAnswerError(Exception):
    """An answer that is no success, in what form ever it came."""

    def __init__(self, response: requests.Response, clock: Clock) -> None:
        super().__init__(response.status_code)
        said = _error_of(response)
        self.code = response.status_code
        self.message = _quoted(said.get("message"))
        self.reasons = frozenset(refusals.reasons(said))
        self.retry_after = _retry_after(response.headers, clock)

    @property
    def is_quota(self) -> bool:
        """Tell whether the request came too often and was not carried out: even a write may go again."""
        return self.code == 429 or (self.code == 403 and not self.reasons.isdisjoint(PASSING_REASONS))


class _UnreadableError(Exception):
    """A success that is not in the API's form: a proxy's or a portal's page, however friendly its status."""


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
            return retrying(sending.once)
        except (RefusedAnswerError, _UnreadableError, requests.RequestException, GoogleAuthError) as error:
            raise translate(error) from error

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
            self.waiting.tell(
                f"Dịch vụ bảng tính bận hoặc quá hạn mức; thử lại sau {math.ceil(state.upcoming_sleep)} giây …"
            )

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
        self._arguments = arguments
        self._taken_as = taken_as
        self._kind = kind_of(method, url)
        self._resend = is_read(method, url) or _resending.get()
        self._started = client.waiting.timer()
        self._paced = 0.0

    def once(self) -> T:
        """Send it when its slot comes; raise what went wrong."""
        client = self._client
        if client.pacing is not None:
            waited = client.pacing.wait(self._kind, client.waiting)
            self._paced += waited
            client.meter.waited += waited
        client.meter.count(self._kind)
        started = client.waiting.timer()
        try:
            response = client.session.request(
                method=self._method, url=self._url, timeout=client.timeout, **self._arguments
            )
        finally:
            client.meter.seconds += client.waiting.timer() - started
        if not response.ok:
            raise RefusedAnswerError(response, client.waiting.clock)
        return self._taken_as(response)

    def is_over(self, state: RetryCallState) -> bool:
        """Tell whether that was the last try, or the next would come after the total time."""
        policy = self._client.policy
        spent = self._client.waiting.timer() - self._started - self._paced
        return state.attempt_number >= policy.attempts or spent + state.upcoming_sleep >= policy.total_seconds

    def may_pass(self, error: BaseException) -> bool:
        """Tell whether trying again may help, and cannot do the thing twice."""
        if isinstance(error, RefusedAnswerError):
            return error.is_quota or (self._resend and error.code in FAILING_CODES)
        if isinstance(error, GoogleAuthError):
            # no token yet, so nothing of the request was carried out
            return _is_passing(error)
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return True
        lost = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
        return self._resend and isinstance(error, (*lost, requests.exceptions.ContentDecodingError, _UnreadableError))


def _is_passing(error: GoogleAuthError) -> bool:
    return isinstance(error, TransportError) or (isinstance(error, RefreshError) and bool(error.retryable))


def _is_json(response: requests.Response) -> requests.Response:
    wanted = "officedocument" if urlsplit(response.url).path.endswith("/export") else "json"
    if response.content and wanted not in response.headers.get("Content-Type", ""):
        raise _UnreadableError
    return response


def _decoded(response: requests.Response) -> dict[str, Any]:
    if not _is_json(response).content:
        return {}
    try:
        answer = response.json()
    except (ValueError, RecursionError) as error:
        # cut off, where the line did not notice
        raise _UnreadableError from error
    if not isinstance(answer, dict):
        raise _UnreadableError
    return answer


def _error_of(response: requests.Response) -> Mapping[str, Any]:
    """Return what an error says of itself; nothing when it is in no form of Google's."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    said = body.get("error") if isinstance(body, dict) else None
    return said if isinstance(said, dict) else {}


def _quoted(said: object) -> str:
    """Return Google's own words fit for a message: one line, printable, not endless."""
    text = said if isinstance(said, str) else ""
    text = "".join(letter if letter.isprintable() else " " for letter in text[: 10 * QUOTED_LENGTH])
    text = " ".join(text.split())
    return text if len(text) <= QUOTED_LENGTH else f"{text[:QUOTED_LENGTH]}…"


def _retry_after(headers: Mapping[str, str], clock: Clock) -> float:
    """Return the seconds a server asks to wait: a number, or a date beside the server's own clock."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until = _http_date(text)
    if until is None:
        return 0.0
    now = _http_date(headers.get("Date", "")) or clock()
    return max(0.0, (until - now).total_seconds())


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def translate(error: Exception) -> SheetsError:
    """Return our error for an answer that is no success, for requests' or for google-auth's, by code and reason."""
    if isinstance(error, RefusedAnswerError):
        return _translated(error)
    if isinstance(error, _UnreadableError):
        return SheetsUnavailableError("Địa chỉ của dịch vụ bảng tính trả lời bằng thứ không phải là bảng tính.")
    if isinstance(error, GoogleAuthError):
        return google.token_error(error)
    return SheetsUnavailableError(f"Không kết nối được dịch vụ bảng tính: {type(error).__name__}. Thử lại sau ít phút.")


def _translated(error: RefusedAnswerError) -> SheetsError:
    code = error.code
    push = next((reason for reason in sorted(error.reasons) if reason.startswith("push.")), "")
    if push:
        return PushRefusedError(_push_refusal(push, code))
    if code == 404:
        return SheetsMissingError("Không tìm thấy bảng tính (đã bị xóa hoặc chưa được chia sẻ).")
    if code == 401:
        return SheetsForbiddenError("Dịch vụ bảng tính không nhận thông tin đăng nhập. Kiểm tra khóa hoặc mã truy cập.")
    if error.is_quota or code in FAILING_CODES:
        when = f"{math.ceil(error.retry_after)} giây" if 0 < error.retry_after < math.inf else "ít phút"
        return SheetsUnavailableError(f"Dịch vụ bảng tính đang bận hoặc lỗi ({code}). Thử lại sau {when}.")
    said = f": {error.message}" if error.message else ""
    said += "" if said.endswith((".", "…")) else "."
    if code == 403:
        return SheetsForbiddenError(refusals.call_words(error.reasons) or f"Không có quyền với bảng tính{said}")
    return SheetsRefusedError(f"Dịch vụ bảng tính từ chối yêu cầu ({code}){said}")


def _push_refusal(reason: str, code: int) -> str:
    why = PUSH_REASONS.get(reason, "từ chối địa chỉ này. Kiểm tra TONGHOP_PUBLIC_URL")
    return (
        f"Không lập được kênh báo tin ({reason}, {code}): dịch vụ bảng tính {why}; hoặc đặt TONGHOP_WATCH=off để chạy "
        "không cần báo tin, khi đó dịch vụ tự quét định kỳ. Xem docs/google.md, mục “Báo tin: push và Apps Script”."
    )


def connect(
    session: requests.Session,
    base_url: str = "",
    policy: RetryPolicy | None = None,
    *,
    pacing: Pacing | None = None,
    waiting: Waiting | None = None,
) -> gspread.Client:
    """Return gspread's client over a session that already carries its credentials.

    `pacing` keeps it under a quota; `waiting` says how time passes: a simulated clock, or who is told of long waits.
    """

    def make(auth: Credentials, given: requests.Session | None) -> BoundedHTTPClient:
        return BoundedHTTPClient(auth, given, base_url=base_url, policy=policy, pacing=pacing, waiting=waiting)

    # gspread documents auth=None beside a session, and calls http_client as a factory
    return gspread.Client(auth=None, session=session, http_client=make)  # type: ignore[arg-type]


def hurry(client: gspread.Client) -> None:
    """Have a client give up soon: for one who only looks, and tells what did not answer."""
    bounded = cast("BoundedHTTPClient", client.http_client)
    bounded.policy = replace(bounded.policy, attempts=2, total_seconds=15.0, longest_wait=2.0, timeout=(5.0, 15.0))
    bounded.set_timeout(bounded.policy.timeout)
