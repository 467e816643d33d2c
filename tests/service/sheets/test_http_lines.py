"""The client over real sockets: answers that never come, stop half-way, or are cut; and tokens that run out."""

import json
import socket
import threading
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.credentials import Credentials

from service.errors import SheetsForbiddenError, SheetsUnavailableError
from service.sheets.http import connect
from service.sheets.in_process import WsgiAdapter
from service.sheets.pacing import Waiting
from service.sheets.retrying import RetryPolicy, resending

BOOK = "https://sheets.googleapis.com/v4/spreadsheets/x"
BODY = json.dumps({"replies": [{}] * 2_000}).encode()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(
    BODY
)
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def drips(line, ended):
    line.sendall(HEAD)
    while not ended.wait(0.05):
        line.sendall(b" ")


def whole(line, _ended):
    line.sendall(HEAD + BODY)


def nothing(_line, _ended):
    """Close without a word."""


def reset(line, _ended):
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def cut(line, _ended):
    line.sendall(HEAD + BODY[:500])


def reset_within(line, _ended):
    line.sendall(HEAD + BODY[:500])
    reset(line, _ended)


def cut_chunk(line, _ended):
    line.sendall(CHUNKED + b"1000\r\n" + BODY[:500])


def stalled(line, ended):
    line.sendall(HEAD + BODY[:500])
    ended.wait(20)


def silent(_line, ended):
    ended.wait(20)


def rubbish(line, _ended):
    line.sendall(b"\x16\x03\x01 SSH-2.0 \r\n\r\n")


def endless_head(line, _ended):
    line.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n")


FAULTS = (nothing, reset, cut, reset_within, cut_chunk, stalled, silent, rubbish, endless_head)


class Lines:
    """A server that handles one connection after the other by a script, and counts them."""

    def __init__(self, *script) -> None:
        self.script = list(script)
        self.taken = 0
        self.ended = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self):
        with ExitStack() as stack:
            for act in self.script:
                try:
                    line, _ = self.listener.accept()
                except OSError:
                    return
                self.taken += 1
                # those who keep silent must not keep the next from being served
                handler = threading.Thread(target=self.handle, args=(line, act))
                stack.callback(handler.join, 20)
                handler.start()

    def handle(self, line, act):
        with line, suppress(OSError):
            line.settimeout(20)
            while b"\r\n\r\n" not in line.recv(65_536):
                pass
            act(line, self.ended)

    def close(self):
        self.ended.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(20)


@pytest.fixture
def served():
    made = []

    def make(*script):
        lines = Lines(*script)
        made.append(lines)
        session = requests.Session()
        session.trust_env = False
        waits = []
        policy = RetryPolicy(attempts=3, timeout=(2.0, 0.3))
        client = connect(session, lines.url, policy, waiting=Waiting(sleep=waits.append)).http_client
        return lines, client, waits

    yield make
    for lines in made:
        lines.close()


@pytest.mark.parametrize("fault", FAULTS)
def test_read_is_tried_again_after_a_broken_line(served, fault):
    lines, client, waits = served(fault, whole)

    assert client.answer("get", BOOK) == json.loads(BODY)
    assert (lines.taken, len(waits), client.meter.retries) == (2, 1, 1)


@pytest.mark.parametrize("fault", FAULTS)
def test_write_that_may_not_land_twice_is_sent_once(served, fault):
    lines, client, waits = served(fault, whole)

    with pytest.raises(SheetsUnavailableError):
        client.answer("post", f"{BOOK}:batchUpdate", json={"requests": []})

    assert (lines.taken, waits) == (1, [])


@pytest.mark.parametrize("fault", FAULTS)
def test_write_that_may_land_twice_is_tried_until_the_tries_end(served, fault):
    lines, client, waits = served(fault, fault, fault, whole)

    with resending(True), pytest.raises(SheetsUnavailableError):
        client.answer("post", f"{BOOK}:batchUpdate", json={"requests": []})

    assert (lines.taken, len(waits)) == (3, 2)


@pytest.mark.parametrize("ask", ["answer", "request"])
def test_answer_that_drips_is_not_waited_for_without_end(served, ask):
    """Each byte comes well within the time-out: what ends it is the time for the whole."""
    lines, client, waits = served(drips)
    client.policy = replace(client.policy, attempts=1, total_seconds=0.5)

    with pytest.raises(SheetsUnavailableError, match="ReadTimeout"):
        getattr(client, ask)("get", BOOK)

    assert (lines.taken, waits) == (1, [])


def test_nobody_listening_is_told(served):
    lines, client, waits = served()
    lines.close()

    with pytest.raises(SheetsUnavailableError, match="Không kết nối được dịch vụ bảng tính"):
        client.answer("get", BOOK)

    assert len(waits) == 2


class Accounts:
    """A spreadsheets' server that knows some tokens, and the place that issues new ones."""

    def __init__(self, *tokens, good=(), failure=None):
        self.tokens = list(tokens)
        self.good = set(good)
        self.failure = failure
        self.asked, self.refreshed = [], 0

    def sheets(self, environ, start_response):
        token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        self.asked.append(token)
        if token in self.good:
            return _answer(start_response, "200 OK", {"replies": []})
        error = {"code": 401, "message": "Thông tin xác thực không hợp lệ", "status": "UNAUTHENTICATED"}
        return _answer(start_response, "401 Unauthorized", {"error": error})

    def issue(self, _environ, start_response):
        self.refreshed += 1
        if self.failure is not None:
            return _answer(start_response, *self.failure)
        token = self.tokens.pop(0)
        return _answer(start_response, "200 OK", {"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    def client(self, waits, *, expired=False):
        issuing = requests.Session()
        issuing.mount("https://oauth2.example/", WsgiAdapter(self.issue))
        credentials = Credentials(
            None if expired else "old", "refresh", None, "https://oauth2.example/token", "client", "secret"
        )
        session = AuthorizedSession(credentials, auth_request=Request(issuing))
        session.mount("https://", WsgiAdapter(self.sheets))
        return connect(session, waiting=Waiting(sleep=waits.append)).http_client


def _answer(start_response, status, body):
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]


@pytest.fixture(params=["read", "write"])
def send(request):
    if request.param == "read":
        return lambda client: client.answer("get", BOOK)
    return lambda client: client.answer("post", f"{BOOK}:batchUpdate", json={"requests": []})


def test_token_that_ran_out_is_renewed_once(send):
    accounts, waits = Accounts("new", good=["new"]), []

    assert send(accounts.client(waits)) == {"replies": []}

    assert (accounts.asked, accounts.refreshed, waits) == (["old", "new"], 1, [])


def test_first_token_is_asked_for(send):
    accounts, waits = Accounts("new", good=["new"]), []

    send(accounts.client(waits, expired=True))

    assert (accounts.asked, accounts.refreshed) == (["new"], 1)


def test_token_refused_again_and_again_is_told(send):
    accounts, waits = Accounts("b", "c", "d", "e"), []

    with pytest.raises(SheetsForbiddenError, match="không nhận thông tin đăng nhập"):
        send(accounts.client(waits))

    # google-auth itself renews twice for one request; we never do
    assert (accounts.asked, accounts.refreshed, waits) == (["old", "b", "c"], 2, [])


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (("400 Bad Request", {"error": "invalid_grant", "error_description": "expired"}), "không nhận khóa"),
        (("401 Unauthorized", {"error": "invalid_client"}), "Tạo khóa mới"),
        (("403 Forbidden", {"error": {"code": 403}}), "Service Account Token Creator"),
    ],
    ids=str,
)
def test_key_that_is_refused_is_not_tried_for_ever(send, failure, said):
    accounts, waits = Accounts(failure=failure), []

    with pytest.raises(SheetsForbiddenError, match=said):
        send(accounts.client(waits))

    assert (accounts.asked, accounts.refreshed, waits) == (["old"], 1, [])


def test_issuer_that_is_away_is_tried_within_bounds(send):
    def away(_environ, _start_response):
        accounts.refreshed += 1
        raise requests.ConnectionError("reset")

    accounts, waits = Accounts(), []
    accounts.issue = away

    with pytest.raises(SheetsUnavailableError, match="rồi thử lại"):
        send(accounts.client(waits, expired=True))

    assert len(waits) == 5
    assert accounts.asked == []
    assert sum(waits) < timedelta(minutes=2).total_seconds()
