"""Faults between gspread and the embedded server: the real server answers, or its answer is replaced, lost or cut.

A schedule says which request meets which fault; it stands between a session and the WSGI application.
"""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import requests


class Fault(StrEnum):
    """What may become of one request."""

    QUOTA = "429"
    QUOTA_UNTIL = "429 with Retry-After"
    FAILED = "500"
    GATEWAY = "502"
    BUSY = "503"
    BUSY_LANDED = "503 after it landed"
    RESET = "reset before it landed"
    RESET_LANDED = "reset after it landed"
    STALLED = "time-out within the answer"
    PAGE = "a page instead of an answer"
    PAGE_LANDED = "a page after it landed"

    @property
    def lands(self) -> bool:
        """Tell whether the server carries the request out all the same."""
        return self in {Fault.BUSY_LANDED, Fault.RESET_LANDED, Fault.STALLED, Fault.PAGE_LANDED}


GOOGLES = {
    Fault.QUOTA: (429, "RESOURCE_EXHAUSTED"),
    Fault.QUOTA_UNTIL: (429, "RESOURCE_EXHAUSTED"),
    Fault.FAILED: (500, "INTERNAL"),
    Fault.BUSY: (503, "UNAVAILABLE"),
    Fault.BUSY_LANDED: (503, "UNAVAILABLE"),
}
PAGE = "<html><title>Đăng nhập mạng</title>"


def strike(fault: Fault, application, environ, start_response):
    """Answer one request by a fault."""
    if fault.lands:
        answer = application(environ, lambda *_: lambda _data: None)
        list(answer)
        getattr(answer, "close", lambda: None)()
    if fault in {Fault.RESET, Fault.RESET_LANDED}:
        raise requests.ConnectionError("Connection reset by peer")
    if fault is Fault.STALLED:
        # as requests tells of a body that stops
        raise requests.ConnectionError("Read timed out.")
    if fault in {Fault.PAGE, Fault.PAGE_LANDED, Fault.GATEWAY}:
        status = "502 Bad Gateway" if fault is Fault.GATEWAY else "200 OK"
        start_response(status, [("Content-Type", "text/html; charset=UTF-8")])
        return [PAGE.encode()]
    code, status = GOOGLES[fault]
    headers = [("Content-Type", "application/json")]
    start_response(f"{code} x", headers + [("Retry-After", "9")] * (fault is Fault.QUOTA_UNTIL))
    return [f'{{"error": {{"code": {code}, "message": "đã xảy ra lỗi", "status": "{status}"}}}}'.encode()]


@dataclass(frozen=True)
class Asked:
    """One request as a schedule sees it."""

    number: int  # counted from 0
    method: str
    path: str
    body: bytes


@dataclass
class Schedule:
    """Decides for each request whether it meets a fault, and keeps which did."""

    choose: Callable[[Asked], Fault | None]
    asked: int = 0
    struck: list[tuple[Asked, Fault]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, application):
        """Return the application with this schedule before it."""

        def answer(environ, start_response):
            body = environ["wsgi.input"].read()
            environ["wsgi.input"] = io.BytesIO(body)
            with self.guard:
                request = Asked(self.asked, environ["REQUEST_METHOD"], environ["PATH_INFO"], body)
                self.asked += 1
                fault = self.choose(request)
                if fault is not None:
                    self.struck.append((request, fault))
            if fault is None:
                return application(environ, start_response)
            return strike(fault, application, environ, start_response)

        return answer


def once(number: int, fault: Fault) -> Schedule:
    """Let one request meet a fault, by its number."""
    return Schedule(lambda request: fault if request.number == number else None)


def every(step: int, first: int, fault: Fault) -> Schedule:
    """Let every so-manieth request meet a fault, from one on: all first ones together reach every request once."""
    return Schedule(lambda request: fault if request.number % step == first else None)


def from_then_on(number: int, fault: Fault) -> Schedule:
    """Let every request from one on meet a fault."""
    return Schedule(lambda request: fault if request.number >= number else None)


def each_once(fault: Fault) -> Schedule:
    """Let every request meet a fault the first time it is sent."""
    met: set[tuple[str, str, bytes]] = set()

    def choose(request: Asked) -> Fault | None:
        known = (request.method, request.path, request.body)
        is_new = known not in met
        met.add(known)
        return fault if is_new else None

    return Schedule(choose)


def seeded(seed: int, probability: float) -> Schedule:
    """Let each request meet any fault with a probability, the same way for the same seed."""
    chance = random.Random(seed)
    return Schedule(lambda _request: chance.choice(list(Fault)) if chance.random() < probability else None)


class SimulatedTime:
    """A clock that only waiting, and a slow server, move."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.told: list[str] = []

    def timer(self) -> float:
        return self.passed

    def clock(self) -> datetime:
        return datetime(2023, 9, 20, tzinfo=UTC) + timedelta(seconds=self.passed)

    def sleep(self, seconds: float) -> None:
        self.passed += seconds

    def slowing(self, seconds: float):
        """Stand before a server whose every answer takes so long."""

        def between(application):
            def answer(environ, start_response):
                self.passed += seconds
                return application(environ, start_response)

            return answer

        return between
