"""The bounded retry against a server that answers by a script: what is tried again, how long, and what never is."""

import json
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError
from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_URL

from service.errors import (
    FactsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.sheets.http import BoundedHTTPClient, connect, hurry, is_read
from service.sheets.in_process import WsgiAdapter
from service.sheets.pacing import CallKind, Waiting
from service.sheets.retrying import RetryPolicy, resending
from sheets_schema.wording import verbatim

BOOK = SPREADSHEET_URL % "sách"
WRITE = f"{BOOK}:batchUpdate"
POLICY = RetryPolicy(attempts=4, total_seconds=100, first_wait=1.0, longest_wait=8.0)


def answer(code, body=None, **headers):
    """One answer: JSON in Google's form unless said otherwise."""
    text = body if isinstance(body, str) else json.dumps(body or {"error": {"code": code, "message": "vì sao"}})
    kind = "text/html" if isinstance(body, str) else "application/json"
    return code, text, {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}


NOW = datetime(2015, 10, 21, 7, 28, tzinfo=UTC)
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

    def __init__(self, *script: object, policy: RetryPolicy = POLICY, pacing: object = None) -> None:
        self.server = Server(script)
        self.waits: list[float] = []
        self.told: list[str] = []
        session = requests.Session()
        session.mount("https://", WsgiAdapter(self.server))
        waiting = Waiting(self.waits.append, lambda: sum(self.waits), self.clock, self.told.append)
        self.client = BoundedHTTPClient(None, session, policy=policy, pacing=pacing, waiting=waiting)

    def clock(self):
        return NOW + timedelta(seconds=sum(self.waits))

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
    requests.exceptions.ContentDecodingError(),
    answer(408),
    answer(503, "<html>Service Unavailable</html>"),
    answer(502, "<html>Bad Gateway"),
    answer(503, {"error": "busy"}),
    answer(503, {"error": {"errors": ["?"]}}),
    answer(200, "<html>Đăng nhập mạng</html>"),
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
    answer(200, "<html>"),
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


PERMANENT = [
    ("storageQuotaExceeded", "không sở hữu tệp được"),
    ("accessNotConfigured", "Chưa bật Google Sheets API"),
    ("insufficientPermissions", "đủ phạm vi"),
    ("dailyLimitExceeded", "hạn mức trong ngày"),
    ("quotaExceeded", "hạn mức trong ngày"),
    ("domainPolicy", "quản trị viên Google Workspace"),
    ("forbidden", "Không có quyền với bảng tính: m"),
    ("moi_la", "Không có quyền với bảng tính: m"),
]


@pytest.mark.parametrize(("reason", "words"), PERMANENT)
def test_permanent_403_is_never_tried_again_and_says_what_to_do(reason, words):
    line = Line(quota(reason), OK)

    with pytest.raises(SheetsForbiddenError, match=words):
        line.write(resend=True)

    assert (line.tries, line.waits) == (1, [])


def detail(code, reason, message="m"):
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    return answer(code, {"error": {"code": code, "message": message, "status": "X", "details": [info]}})


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("SERVICE_DISABLED", "Chưa bật Google Sheets API"),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "đủ phạm vi"),
        ("IAM_PERMISSION_DENIED", "Không có quyền với bảng tính: m"),
    ],
)
def test_reason_of_the_sheets_api_is_known(reason, words):
    with pytest.raises(SheetsForbiddenError, match=words):
        Line(detail(403, reason)).read()


def test_rate_limit_by_detail_passes():
    line = Line(detail(403, "RATE_LIMIT_EXCEEDED"), OK)

    line.write()

    assert line.tries == 2


LOCALISED = [
    "Bạn đang cố gắng chỉnh sửa một ô hoặc đối tượng được bảo vệ.",
    "Estás intentando editar una celda o un objeto protegidos.",
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner.",
    "Quota exceeded; try again later",  # words of another error decide nothing
    "Đã vượt quá hạn mức. Yêu cầu bị giới hạn (rateLimitExceeded).",
]


@pytest.mark.parametrize("text", LOCALISED)
@pytest.mark.parametrize(
    ("code", "error"),
    [(400, SheetsRefusedError), (403, SheetsForbiddenError), (404, SheetsMissingError), (503, SheetsUnavailableError)],
)
def test_language_of_the_words_decides_nothing(code, error, text):
    with pytest.raises(error):
        Line(answer(code, {"error": {"code": code, "message": text, "status": "X"}})).write()


@pytest.mark.parametrize("text", LOCALISED[:3])
def test_protected_cell_is_a_refusal_with_googles_own_words(text):
    with pytest.raises(SheetsRefusedError, match=f"\\(400\\): {text}"):
        Line(answer(400, {"error": {"code": 400, "message": text, "status": "INVALID_ARGUMENT"}})).write()


RUBBISH = [
    "",
    "{",
    "null",
    "[]",
    "[1, 2]",
    '"error"',
    "5",
    "{}",
    '{"error": null}',
    '{"error": []}',
    '{"error": "invalid_grant", "error_description": "x"}',
    '{"error": {}}',
    '{"error": {"code": "403", "message": 5, "errors": "rateLimitExceeded", "details": {"reason": "x"}}}',
    '{"error": {"code": null, "message": ["x"], "errors": [null, 5, [], {"reason": ["rateLimitExceeded"]}]}}',
    '{"error": {"message": "\\u0000\\u001b[31m\\nđỏ\\r\\u202e", "details": [{"reason": null}]}}',
    "\ufeff{}",
    "[" * 100_000,
    "<html><body>" + "x" * 1_000_000,
    "\x00\x01\x02",
    "🌱",
]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, SheetsRefusedError),
        (401, SheetsForbiddenError),
        (403, SheetsForbiddenError),
        (404, SheetsMissingError),
        (418, SheetsRefusedError),
        (429, SheetsUnavailableError),
        (500, SheetsUnavailableError),
        (599, SheetsRefusedError),
    ],
)
def test_error_in_any_form_is_told_by_its_code_in_one_short_line(code, error):
    for body in RUBBISH:
        for kind in ("application/json", "text/html", ""):
            line = Line(*[(code, body, {"Content-Type": kind})] * 4)
            with pytest.raises(error) as raised:
                line.read()

            assert str(raised.value).isprintable(), (body[:30], kind)
            assert len(str(raised.value)) < 200, (body[:30], kind)


def test_endless_words_are_cut():
    with pytest.raises(SheetsRefusedError) as raised:
        Line(answer(400, {"error": {"code": 400, "message": "ô " * 500_000}})).write()

    assert len(str(raised.value)) < 400
    assert str(raised.value).endswith("…")


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "5", "null", '"x"', "[" * 100_000, '{"a": '], ids=lambda body: body[:9]
)
def test_success_that_is_no_object_is_tried_again_and_told(body):
    line = Line(*[(200, body, {"Content-Type": "application/json"})] * 4)

    if body:
        with pytest.raises(SheetsUnavailableError, match="không phải là bảng tính"):
            line.client.answer("get", BOOK)
        assert line.tries == 4
    else:
        assert line.client.answer("get", BOOK) == {}


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
    (answer(403, {"error": "access_denied"}), SheetsForbiddenError),
    (answer(403, {"error": {"errors": ["?"]}}), SheetsForbiddenError),
    (RefreshError("invalid_grant"), SheetsForbiddenError),
    (requests.exceptions.TooManyRedirects(), SheetsUnavailableError),
    (requests.exceptions.InvalidURL(), SheetsUnavailableError),
]


@pytest.mark.parametrize(("failure", "error"), FINAL, ids=str)
def test_what_does_not_pass_is_told_at_once(failure, error):
    line = Line(failure, OK)

    with pytest.raises(error):
        line.read()

    assert (line.tries, line.waits, line.client.meter.retries) == (1, [], 0)


def test_retry_after_is_kept_to():
    line = Line(answer(429, Retry_After="47"), OK)

    line.read()

    assert line.waits == [47.0]


@pytest.mark.parametrize("code", [429, 503])
def test_retry_after_a_date_is_kept_to_by_the_servers_own_clock(code):
    told = {"Retry_After": "Wed, 21 Oct 2015 07:28:40 GMT", "Date": "Wed, 21 Oct 2015 07:28:00 GMT"}
    line = Line(answer(code, **told), OK)

    line.read()

    assert line.waits == [40.0]


def test_retry_after_a_date_is_kept_to_by_our_clock_where_the_server_tells_none():
    line = Line(answer(429, Retry_After="Wed, 21 Oct 2015 07:29:30 GMT"), OK)

    line.read()

    assert line.waits == [90.0]


@pytest.mark.parametrize(
    "told",
    [
        "",
        "Wed, 21 Oct 2015 07:27:00 GMT",
        "Wed, 99 Oct 2015 07:28:00 GMT",
        "21/10/2015",
        "-5",
        "²",
        "1.5",
        "1e9",
        "0x10",
        "ngày mai".encode().decode("latin-1"),
        "rất lâu".encode().decode("latin-1"),
        "x" * 5_000,
    ],
    ids=lambda told: told[:20],
)
def test_unreadable_retry_after_is_not_waited_for(told):
    line = Line(answer(503, Retry_After=told), OK)

    line.read()

    assert 0 <= line.waits[0] <= 1


def test_quota_is_waited_for_longer_than_a_fault():
    policy = RetryPolicy(attempts=6, total_seconds=1_000, first_wait=1.0, quota_wait=8.0, longest_wait=32.0)
    for _ in range(30):
        line = Line(*[answer(429)] * 5, OK, policy=policy)
        line.read()

        bounds = [(4, 8), (8, 16), (16, 32), (16, 32), (16, 32)]
        assert all(low <= wait <= high for wait, (low, high) in zip(line.waits, bounds, strict=True))
        assert sum(line.waits) >= 60  # the quota is filled up once a minute


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


@pytest.mark.parametrize("told", ["3600", "9" * 400, "Wed, 21 Oct 2099 07:28:00 GMT"], ids=lambda told: told[:12])
@pytest.mark.parametrize("code", [429, 503])
def test_no_wait_goes_past_the_total(code, told):
    line = Line(answer(code, Retry_After=told), OK)

    with pytest.raises(SheetsUnavailableError):
        line.read()

    assert (line.tries, line.waits) == (1, [])


def test_total_is_counted_in_the_time_of_whoever_waits():
    line = Line(*[answer(503, Retry_After="40")] * 4, OK)

    with pytest.raises(SheetsUnavailableError, match="40 giây"):
        line.read()

    assert (line.tries, line.waits) == (3, [40.0, 40.0])  # a third would end 120 s after the first, of 100


def test_long_waits_are_told_and_short_ones_not():
    line = Line(answer(503), answer(503, Retry_After="17"), OK)

    line.read()

    assert list(map(str, line.told)) == ["Dịch vụ bảng tính bận hoặc quá hạn mức; thử lại sau 17 giây …"]
    assert line.client.meter.waited == sum(line.waits)


class Slots:
    """A pacing that makes every call of a kind wait so long."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.asked: list[CallKind] = []

    def wait(self, kind, waiting):
        self.asked.append(kind)
        waiting.sleep(self.seconds)
        return self.seconds


def test_every_try_waits_for_its_slot():
    slots = Slots(3.0)
    line = Line(answer(503, Retry_After="17"), OK, pacing=slots)

    line.read()

    assert (slots.asked, line.waits) == ([CallKind.READ] * 2, [3.0, 17.0, 3.0])
    assert line.client.meter.waited == 23.0


def test_waiting_for_a_slot_is_not_taken_from_the_time_for_tries():
    line = Line(*[answer(503, Retry_After="40")] * 2, OK, pacing=Slots(200.0))

    line.read()

    assert (line.tries, sum(line.waits)) == (3, 680.0)


def test_kinds_of_calls_are_paced_by_their_kind():
    slots = Slots(0.0)
    line = Line(*[OK] * 3, pacing=slots)
    line.read()
    line.write()
    line.client.request("get", DRIVE_FILES_API_V3_URL)

    assert slots.asked == [CallKind.READ, CallKind.WRITE, CallKind.DRIVE]


class NoSlots:
    """A pacing whose database does not answer."""

    def wait(self, kind, waiting):
        raise FactsError(verbatim("Không dùng được cơ sở dữ liệu: đĩa đầy"))


def test_call_without_a_slot_is_not_sent_and_not_tried_again():
    line = Line(OK, pacing=NoSlots())

    with pytest.raises(FactsError, match="đĩa đầy"):
        line.read()

    assert (line.tries, line.waits, line.client.meter.reads) == (0, [], 0)


def test_interrupted_wait_ends_at_once():
    def interrupted(_seconds):
        raise KeyboardInterrupt

    line = Line(answer(503), OK)
    line.client.waiting = replace(line.client.waiting, sleep=interrupted)

    with pytest.raises(KeyboardInterrupt):
        line.read()

    assert line.tries == 1


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
