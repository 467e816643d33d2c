"""gspread's HTTP client with a bounded retry, a time-out and a meter; errors translated to ours by code, never by text.

gspread 6.2.1 sends no time-out, and its own back-off never gives up (see docs/architecture.md).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, cast

import gspread
import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, TransportError
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_before_delay

from service.errors import (
    PushRefusedError,
    SheetsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.sheets import google, refusals

GOOGLE_SHEETS = "https://sheets.googleapis.com"
GOOGLE_DRIVE = "https://www.googleapis.com"
READING_POSTS = (":batchGetByDataFilter", ":getByDataFilter", "developerMetadata:search")
# Drive answers 403 for quotas too; these reasons pass with time
PASSING_REASONS = {"userRateLimitExceeded", "rateLimitExceeded", "sharingRateLimitExceeded"}
# what Google says of the address a push is to go to; more advice than its own message gives
PUSH_REASONS = {
    "push.webhookUrlUnauthorized": (
        "chưa được phép gửi tới tên miền này. Xác minh tên miền với Google bằng chủ dự án, rồi chạy lại tonghop watch"
    ),
    "push.webhookUrlNotHttps": "chỉ gửi tới địa chỉ https://. Đặt TONGHOP_PUBLIC_URL là địa chỉ https:// của dịch vụ",
    "push.webhookUrlInvalid": "không đọc được địa chỉ này. Kiểm tra TONGHOP_PUBLIC_URL",
}
FAILING_CODES = {500, 502, 503, 504}
# whether a write of this thread, and of this call alone, may safely land twice
_resending: ContextVar[bool] = ContextVar("resending", default=False)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long and how often a request is tried again."""

    attempts: int = 6
    total_seconds: float = 120.0
    first_wait: float = 1.0
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

    def count(self, method: str, url: str) -> None:
        """Count one request that is about to be sent."""
        kind = "drive" if "/drive/" in url else "read" if is_read(method, url) else "write"
        if kind == "drive":
            self.drive += 1
        elif kind == "read":
            self.reads += 1
        else:
            self.writes += 1


def is_read(method: str, url: str) -> bool:
    """Tell whether a request only reads."""
    return method.upper() == "GET" or url.endswith(READING_POSTS)


@contextmanager
def resending(allowed: bool) -> Iterator[None]:
    """Say whether the writes sent inside may land twice, so that a lost answer may be tried again."""
    token = _resending.set(allowed)
    try:
        yield
    finally:
        _resending.reset(token)


class BoundedHTTPClient(HTTPClient):
    """gspread's client for one base address, retried within bounds."""

    def __init__(
        self,
        auth: Credentials | None,
        session: requests.Session | None = None,
        *,
        base_url: str = "",
        policy: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(auth, session)  # type: ignore[arg-type]  # gspread takes None beside a session
        self.policy = policy or RetryPolicy()
        self.base_url = base_url.rstrip("/")
        self.meter = Meter()
        self._sleep = sleep
        self.set_timeout(self.policy.timeout)

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 – gspread's own signature
        """Send a request as gspread does; raise a SheetsError when it failed for good."""
        url = self._address(endpoint)
        resend = is_read(method, url) or _resending.get()
        retrying = Retrying(
            stop=stop_after_attempt(self.policy.attempts) | stop_before_delay(self.policy.total_seconds),
            wait=self._wait,
            retry=retry_if_exception(lambda error: _may_pass(error, resend=resend)),
            sleep=self._sleep,
            before_sleep=self._count_retry,
            reraise=True,
        )
        try:
            response = retrying(self._once, method, url, args, kwargs)
        except (APIError, requests.RequestException, GoogleAuthError) as error:
            raise translate(error) from error
        expected = "officedocument" if url.endswith("/export") else "json"
        if response.content and expected not in response.headers.get("Content-Type", ""):
            # a proxy's or a portal's page, however friendly its status
            raise SheetsUnavailableError("Địa chỉ của dịch vụ bảng tính trả lời bằng thứ không phải là bảng tính.")
        return response

    def _once(self, method: str, url: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> requests.Response:
        self.meter.count(method, url)
        started = time.monotonic()
        try:
            return super().request(method, url, *args, **kwargs)
        except (KeyError, TypeError) as error:
            # gspread stumbles over an error that is not in Google's form
            raise SheetsRefusedError("Dịch vụ bảng tính trả lời bằng một lỗi không đọc được.") from error
        finally:
            self.meter.seconds += time.monotonic() - started

    def _address(self, endpoint: str) -> str:
        if self.base_url:
            return endpoint.replace(GOOGLE_SHEETS, self.base_url, 1).replace(GOOGLE_DRIVE, self.base_url, 1)
        return endpoint

    def _count_retry(self, _state: RetryCallState) -> None:
        self.meter.retries += 1

    def _wait(self, state: RetryCallState) -> float:
        ceiling = min(self.policy.first_wait * 2 ** (state.attempt_number - 1), self.policy.longest_wait)
        jittered = random.uniform(0, ceiling)  # noqa: S311 – spreads retries, protects nothing
        return max(jittered, _retry_after(state.outcome.exception() if state.outcome else None))


def _retry_after(error: BaseException | None) -> float:
    if not isinstance(error, APIError):
        return 0.0
    text = error.response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _may_pass(error: BaseException, *, resend: bool) -> bool:
    """Tell whether trying again may help, and cannot do the thing twice."""
    if isinstance(error, APIError):
        code = error.response.status_code
        # a request over quota was not carried out: even a write may go again
        refused_for_now = code == 429 or (code == 403 and _reason(error) in PASSING_REASONS)
        return refused_for_now or (resend and code in FAILING_CODES)
    if isinstance(error, (requests.exceptions.ConnectTimeout, TransportError)):
        # nothing of the request was sent yet
        return True
    return resend and isinstance(
        error, (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
    )


def _reason(error: APIError) -> str:
    errors = error.error.get("errors") if isinstance(error.error, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else {}
    return str(first.get("reason", "")) if isinstance(first, dict) else ""


def translate(error: APIError | requests.RequestException | GoogleAuthError) -> SheetsError:
    """Return our error for gspread's, requests' or google-auth's, by code and reason."""
    if isinstance(error, GoogleAuthError):
        return google.token_error(error)
    if not isinstance(error, APIError):
        return SheetsUnavailableError(f"Không kết nối được dịch vụ bảng tính: {type(error).__name__}.")
    code = error.response.status_code
    said = error.error.get("message", "") if isinstance(error.error, dict) else ""
    if _reason(error).startswith("push."):
        return PushRefusedError(_push_refusal(_reason(error), code))
    if code == 404:
        return SheetsMissingError("Không tìm thấy bảng tính (đã bị xóa hoặc chưa được chia sẻ).")
    if code == 401:
        return SheetsForbiddenError("Dịch vụ bảng tính không nhận thông tin đăng nhập. Kiểm tra khóa hoặc mã truy cập.")
    if code == 403 and _reason(error) not in PASSING_REASONS:
        known = refusals.call_words(error.error)
        return SheetsForbiddenError(known or f"Không có quyền với bảng tính: {said}")
    if code in {403, 429} or code in FAILING_CODES:
        return SheetsUnavailableError(f"Dịch vụ bảng tính đang bận hoặc lỗi ({code}). Thử lại sau ít phút.")
    return SheetsRefusedError(f"Dịch vụ bảng tính từ chối yêu cầu ({code}): {said}")


def _push_refusal(reason: str, code: int) -> str:
    why = PUSH_REASONS.get(reason, "từ chối địa chỉ này. Kiểm tra TONGHOP_PUBLIC_URL")
    return (
        f"Không lập được kênh báo tin ({reason}, {code}): dịch vụ bảng tính {why}; hoặc đặt TONGHOP_WATCH=off để chạy "
        "không cần báo tin, khi đó dịch vụ tự quét định kỳ. Xem docs/google.md, mục “Báo tin: push và Apps Script”."
    )


def connect(session: requests.Session, base_url: str = "", policy: RetryPolicy | None = None) -> gspread.Client:
    """Return gspread's client over a session that already carries its credentials."""

    def make(auth: Credentials, given: requests.Session | None) -> BoundedHTTPClient:
        return BoundedHTTPClient(auth, given, base_url=base_url, policy=policy)

    # gspread documents auth=None beside a session, and calls http_client as a factory
    return gspread.Client(auth=None, session=session, http_client=make)  # type: ignore[arg-type]


def hurry(client: gspread.Client) -> None:
    """Have a client give up soon: for one who only looks, and tells what did not answer."""
    bounded = cast("BoundedHTTPClient", client.http_client)
    bounded.policy = replace(bounded.policy, attempts=2, total_seconds=15.0, longest_wait=2.0, timeout=(5.0, 15.0))
    bounded.set_timeout(bounded.policy.timeout)
