"""The bounded retry against a server that answers by a script: what is tried again, how long, and what never is."""

import json
import threading
from collections.abc import Iterable

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError
from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_URL

from service.errors import (
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.sheets.http import BoundedHTTPClient, RetryPolicy, connect, hurry, is_read, resending
from service.sheets.in_process import WsgiAdapter

BOOK = SPREADSHEET_URL % "sách"
WRITE = f"{BOOK}:batchUpdate"
POLICY = RetryPolicy(attempts=4, total_seconds=100, first_wait=1.0, longest_wait=8.0)


def answer(code, body=None, **headers):
    """One answer: JSON in Google's form unless said otherwise."""
    text = body if isinstance(body, str) else json.dumps(body or {"error": {"code": code, "message": "vì sao"}})
    kind = "text/html" if isinstance(body, str) else "application/json"
    return code, text, {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}


OK = answer(200, {"replies": []})


class Server:
    """A WSGI application that gives its answers in order and keeps what was asked."""

    def __init__(self, script: Iterable[object]) -> None:
        self.script = list(script)
        self.asked: list[tuple[str, str]] = []

    def __call__(self, environ, start_response):
        self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        said = self.script.pop(0)
        if isinstance(said, Exception):
            raise said
        code, text, headers = said
        start_response(f"{code} {'OK' if code < 400 else 'Failed'}", list(headers.items()))
        return [text.encode()]


class Line:
    """A client over such a server, and the waits it asked for."""

    def __init__(self, *script: object, policy: RetryPolicy = POLICY) -> None:
        self.server = Server(script)
        self.waits: list[float] = []
        session = requests.Session()
        session.mount("https://", WsgiAdapter(self.server))
        self.client = BoundedHTTPClient(None, session, policy=policy, sleep=self.waits.append)

    def read(self):
        return self.client.request("get", BOOK)

    def write(self, *, resend=False):
        with resending(resend):
            return self.client.request("post", WRITE, json={"requests": []})

    @property
    def tries(self):
        return len(self.server.asked)


def quota(reason):
    return answer(
        403, {"error": {"code": 403, "message": "m", "errors": [{"domain": "usageLimits", "reason": reason}]}}
    )


PASSING = [answer(code) for code in (429, 500, 502, 503, 504)] + [
    requests.ConnectionError("reset"),
    requests.ReadTimeout(),
    requests.ConnectTimeout(),
    requests.exceptions.ChunkedEncodingError(),
    TransportError("no answer"),
    answer(503, "<html>Service Unavailable</html>"),
    answer(502, "<html>Bad Gateway"),
    quota("userRateLimitExceeded"),
    quota("rateLimitExceeded"),
    quota("sharingRateLimitExceeded"),
]


@pytest.mark.parametrize("failure", PASSING, ids=lambda failure: str(failure)[:40])
def test_read_is_tried_again_after_what_passes(failure):
    line = Line(failure, failure, OK)

    assert line.read().json() == {"replies": []}
    assert (line.tries, len(line.waits), line.client.meter.retries) == (3, 2, 2)


@pytest.mark.parametrize("failure", PASSING, ids=lambda failure: str(failure)[:40])
def test_tries_end(failure):
    line = Line(*[failure] * 4, OK)

    with pytest.raises(SheetsUnavailableError):
        line.read()

    assert (line.tries, len(line.waits), line.client.meter.retries) == (4, 3, 3)


@pytest.mark.parametrize("failure", PASSING, ids=lambda failure: str(failure)[:40])
def test_write_that_may_land_twice_is_tried_again(failure):
    line = Line(failure, OK)

    line.write(resend=True)

    assert line.tries == 2


LANDED_PERHAPS = [answer(code) for code in (500, 502, 503, 504)] + [
    requests.ConnectionError("reset"),
    requests.ReadTimeout(),
    requests.exceptions.ChunkedEncodingError(),
    answer(503, "<html>"),
]


@pytest.mark.parametrize("failure", LANDED_PERHAPS, ids=lambda failure: str(failure)[:40])
def test_write_that_may_have_landed_is_never_sent_again(failure):
    line = Line(failure, OK)

    with pytest.raises(SheetsUnavailableError):
        line.write()

    assert (line.tries, line.waits) == (1, [])


@pytest.mark.parametrize(
    "failure", [answer(429), quota("rateLimitExceeded"), requests.ConnectTimeout(), TransportError("no")], ids=str
)
def test_write_that_cannot_have_landed_is_sent_again(failure):
    line = Line(failure, OK)

    line.write()

    assert line.tries == 2


FINAL = [
    (answer(400), SheetsRefusedError),
    (answer(401), SheetsForbiddenError),
    (answer(403), SheetsForbiddenError),
    (quota("storageQuotaExceeded"), SheetsForbiddenError),
    (quota("accessNotConfigured"), SheetsForbiddenError),
    (answer(404), SheetsMissingError),
    (answer(409), SheetsRefusedError),
    (answer(413), SheetsRefusedError),
    (answer(400, "<html>Bad Request"), SheetsRefusedError),
    (answer(403, "<html>"), SheetsForbiddenError),
    (answer(404, "<html>"), SheetsMissingError),
    (answer(403, {"error": "access_denied"}), SheetsRefusedError),
    (answer(403, {"error": {"errors": ["?"]}}), SheetsRefusedError),
    (RefreshError("invalid_grant"), SheetsForbiddenError),
    (answer(200, "<html>Đăng nhập mạng</html>"), SheetsUnavailableError),
]


@pytest.mark.parametrize(("failure", "error"), FINAL, ids=str)
def test_what_does_not_pass_is_told_at_once(failure, error):
    line = Line(failure, OK)

    with pytest.raises(error):
        line.read()

    assert (line.tries, line.waits, line.client.meter.retries) == (1, [], 0)


def test_retry_after_is_kept_to():
    line = Line(answer(429, Retry_After="17"), OK)

    line.read()

    assert line.waits == [17.0]


@pytest.mark.parametrize(
    "told", ["", "Wed, 21 Oct 2023 07:28:00 GMT", "-5", "²", "1.5", "rất lâu".encode().decode("latin-1")]
)
def test_unreadable_retry_after_is_not_waited_for(told):
    line = Line(answer(429, Retry_After=told), OK)

    line.read()

    assert 0 <= line.waits[0] <= 1


def test_waits_grow_with_full_jitter_up_to_the_longest():
    policy = RetryPolicy(attempts=9, total_seconds=1_000, first_wait=1.0, longest_wait=8.0)
    waits = []
    for _ in range(30):
        line = Line(*[answer(503)] * 8, OK, policy=policy)
        line.read()
        waits.append(line.waits)

    ceilings = [1, 2, 4, 8, 8, 8, 8, 8]
    assert all(0 <= wait <= ceiling for tried in waits for wait, ceiling in zip(tried, ceilings, strict=True))
    assert len({wait for tried in waits for wait in tried}) == 30 * 8
    assert max(tried[2] for tried in waits) > 2


def test_no_wait_goes_past_the_total():
    line = Line(answer(429, Retry_After="3600"), OK)

    with pytest.raises(SheetsUnavailableError):
        line.read()

    assert (line.tries, line.waits) == (1, [])


def test_meter_counts_every_sending_by_kind():
    line = Line(answer(503), *[OK] * 5)
    line.read()
    line.client.request("post", f"{BOOK}/values:batchGetByDataFilter", json={})
    line.write()
    line.client.request("get", DRIVE_FILES_API_V3_URL)
    line.client.request("post", DRIVE_FILES_API_V3_URL, json={})

    meter = line.client.meter
    assert (meter.reads, meter.writes, meter.drive, meter.retries) == (3, 1, 2, 1)


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("GET", "", True),
        ("get", "/values/A1", True),
        ("post", "/values:batchGetByDataFilter", True),
        ("post", ":getByDataFilter", True),
        ("post", "/developerMetadata:search", True),
        ("post", ":batchUpdate", False),
        ("post", "/values:batchUpdateByDataFilter", False),
        ("post", "/values/A1:append", False),
        ("put", "/values/A1", False),
        ("delete", "", False),
    ],
)
def test_what_only_reads(method, path, reads):
    assert is_read(method, BOOK + path) is reads


def test_every_call_goes_to_the_address_that_is_set():
    server = Server([OK, OK])
    session = requests.Session()
    session.mount("http://máy:99", WsgiAdapter(server))
    session.mount("http://may:99", WsgiAdapter(server))
    client = connect(session, "http://may:99/")

    client.http_client.request("get", SPREADSHEET_URL % "x")
    client.http_client.request("get", DRIVE_FILES_API_V3_URL)

    assert server.asked == [("GET", "/v4/spreadsheets/x"), ("GET", "/drive/v3/files")]


def test_every_request_has_a_time_out():
    class Noting(WsgiAdapter):
        def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
            given.append(timeout)
            return super().send(request, stream, timeout, verify, cert, proxies)

    given = []
    session = requests.Session()
    session.mount("https://", Noting(Server([OK])))

    connect(session).http_client.request("get", BOOK)

    assert given == [(5.0, 60.0)]


def test_write_of_another_thread_keeps_its_own_rule():
    line = Line(answer(503))
    failed = []

    def write():
        try:
            line.client.request("post", WRITE, json={"requests": []})
        except SheetsUnavailableError:
            failed.append(line.tries)

    with resending(True):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()

    assert failed == [1]


def test_who_is_in_a_hurry_gives_up_soon():
    client = connect(requests.Session())

    hurry(client)

    assert (client.http_client.policy.attempts, client.http_client.policy.total_seconds) == (2, 15.0)
    assert client.http_client.timeout == (5.0, 15.0)
