"""Whole requests for the threads: what clients send slowly, half or malformed keeps no other from an answer."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.web.server import crowds
from service.web.server.whole_requests import (
    HEAD_SECONDS,
    HEAD_TOO_LONG,
    LARGEST_BODY,
    LARGEST_HEAD,
    TOO_LONG,
    Arrival,
)

ROOT = Path(__file__).parents[4]
CLIENTS = 100
PATIENCE = 30  # seconds; what is answered takes milliseconds
SERVER = """
import json, sys, threading
from service.web.server import crowds, gunicorn_server

waiting, begun = threading.Event(), threading.Event()

def take(bodies):
    # the first waits for the disk, so to speak, while the others come
    waiting.set()
    begun.wait(20)
    if b"bad" in bodies:
        raise ValueError("none of them")
    return [(body.decode(), len(bodies)) for body in bodies]

def application(environ, start_response):
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/page":
        answer = b"x" * 200_000
    elif environ["PATH_INFO"] == crowds.PATH:
        answer = json.dumps(crowds.wait_together(take, body)).encode()
    elif environ["PATH_INFO"] == "/waiting":
        answer = b"%d" % waiting.wait(20)
    elif environ["PATH_INFO"] == "/go":
        begun.set()
        answer = b"gone"
    else:
        told = {name: environ.get(name) for name in ("PATH_INFO", "SCRIPT_NAME", "wsgi.url_scheme", "REMOTE_ADDR")}
        answer = json.dumps(told | {"length": len(body)}).encode()
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]

listener = gunicorn_server.listen("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
gunicorn_server.serve(application, listener)
"""
WHOLE = {
    "get": b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "old": b"GET / HTTP/1.0\r\n\r\n",
    "body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345",
    "body of none": b"POST / HTTP/1.1\r\nHost: a\r\ncontent-length:0\r\n\r\n",
    "chunks": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
    "chunk that looks like an end": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n",
    "trailer": b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\nX-A: b\r\n\r\n",
}


def arrived(data: bytes) -> Arrival:
    arrival = Arrival(0.0)
    arrival.add(data)
    return arrival


@pytest.mark.parametrize("request_text", WHOLE.values(), ids=WHOLE)
def test_request_is_whole_with_its_last_byte_however_it_is_cut(request_text):
    for step in (1, 2, 3, 7, len(request_text)):
        arrival = Arrival(0.0)
        whole = []
        for at in range(0, len(request_text), step):
            arrival.add(request_text[at : at + step])
            whole.append(arrival.is_whole())

        assert whole == [False] * (len(whole) - 1) + [True]
        assert arrival.refusal == ""


@pytest.mark.parametrize(
    "data",
    [
        b"rubbish\r\n\r\n",
        b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: nam\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0x5\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    ],
)
def test_malformed_request_is_not_waited_for(data):
    assert arrived(data).is_whole()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * LARGEST_HEAD, HEAD_TOO_LONG),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * LARGEST_HEAD + b"\r\n\r\n", HEAD_TOO_LONG),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1), TOO_LONG),
        (b"POST / HTTP/1.1\r\nContent-Length: %s\r\n\r\n" % (b"9" * 5000), TOO_LONG),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % LARGEST_BODY, ""),
    ],
)
def test_request_too_large_is_refused_before_it_is_received(data, refusal):
    assert arrived(data).refusal == refusal


def test_chunks_without_end_are_refused():
    arrival = arrived(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(LARGEST_BODY // 2**20 + 1):
        arrival.add(b"100000\r\n" + b"x" * 2**20 + b"\r\n")

    assert arrival.refusal == TOO_LONG


def test_time_for_a_body_grows_with_what_has_come():
    head = arrived(b"POST / HT")
    body = arrived(b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n")
    begun = body.latest()
    body.add(b"x" * 40_960)

    assert head.latest() == HEAD_SECONDS
    assert begun > HEAD_SECONDS
    assert body.latest() - begun == pytest.approx(10.0)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", SERVER], env=environ, stdout=subprocess.PIPE, text=True) as server:
        yield int(server.stdout.readline())
        server.terminate()
        assert server.wait(PATIENCE) == 0


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def status_of(port: int, data: bytes) -> tuple[int, bytes]:
    """Send bytes; return the status and the body of the answer."""
    with connect(port) as client:
        client.sendall(data)
        answer = http.client.HTTPResponse(client)
        answer.begin()
        return answer.status, answer.read()


HALF = {
    "nothing": b"",
    "one byte": b"G",
    "half a head": b"GET / HTTP/1.1\r\nHost: a\r\nX-A: ",
    "no end of the head": b"GET / HTTP/1.1\r\nHost: a\r\n",
    "no body": b"POST / HTTP/1.1\r\nContent-Length: 4000\r\n\r\n",
    "half a body": b"POST / HTTP/1.1\r\nContent-Length: 4000\r\n\r\n" + b"x" * 2000,
    "half a chunk": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
    "no last chunk": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n",
    "half a second request": WHOLE["get"] + b"GET / HTTP/1.1\r\nHo",
    "does not hang up": b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    "does not read": b"GET /page HTTP/1.1\r\n\r\n",
    "does not read, then half a body": b"GET /page HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 4000\r\n\r\n",
    "too large, does not hang up": b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
}


@pytest.mark.parametrize("half", HALF.values(), ids=HALF)
def test_a_hundred_clients_that_send_half_keep_no_page_from_another(port, half):
    with ExitStack() as clients:
        for _ in range(CLIENTS):
            clients.enter_context(connect(port)).sendall(half)

        answers = [status_of(port, WHOLE["get"])[0] for _ in range(20)]

    assert answers == [200] * 20


def test_more_clients_than_there_are_places_keep_no_page_from_another(port):
    with ExitStack() as clients:
        for number in range(900):
            clients.enter_context(connect(port)).sendall(HALF["half a head"] if number % 2 else WHOLE["get"])

        answers = [status_of(port, WHOLE["get"])[0] for _ in range(20)]

    assert answers == [200] * 20


@pytest.mark.slow
def test_half_a_request_is_ended_with_the_reason(port):
    with connect(port) as first, connect(port) as second:
        first.sendall(HALF["half a head"])
        second.sendall(HALF["half a second request"])
        said = [b"".join(iter(lambda client=client: client.recv(4096), b"")) for client in (first, second)]

    assert [b"HTTP/1.1 408 Request Timeout\r\n" in one for one in said] == [True, True]


@pytest.mark.parametrize("whole", WHOLE.values(), ids=WHOLE)
def test_whole_requests_are_answered(port, whole):
    assert status_of(port, whole)[0] == 200


def test_large_body_reaches_the_application_whole(port):
    status, body = status_of(port, b"POST / HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 9_000_000)

    assert (status, b'"length": 9000000' in body) == (200, True)


def test_requests_sent_together_are_answered_in_turn(port):
    last = WHOLE["get"].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with connect(port) as client, client.makefile("rb") as answers:
        client.sendall(WHOLE["body"] + WHOLE["chunks"] + last)
        said = answers.read()

    assert re.findall(rb'"length": (\d+)', said) == [b"5", b"5", b"0"]


def test_a_crowd_waits_once_and_each_gets_its_own_answer(port):
    def sent(body: bytes) -> socket.socket:
        client = stack.enter_context(connect(port))
        client.sendall(b"POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (crowds.PATH.encode(), len(body), body))
        return client

    def answer_of(client: socket.socket) -> object:
        answer = http.client.HTTPResponse(client)
        answer.begin()
        return json.loads(answer.read()) if answer.status == 200 else answer.status

    with ExitStack() as stack:
        first = sent(b"first")
        assert status_of(port, b"GET /waiting HTTP/1.1\r\n\r\n") == (200, b"1")  # alone: the others come later
        clients = [sent(b"%d" % number) for number in range(CLIENTS)]
        # a page is answered meanwhile; a moment later all of them have come
        assert [status_of(port, WHOLE["get"])[0] for _ in range(20)] == [200] * 20
        status_of(port, b"GET /go HTTP/1.1\r\n\r\n")
        answers = [answer_of(client) for client in clients]

        assert answer_of(first) == ["first", 1]
        assert [answer[0] for answer in answers] == [str(number) for number in range(CLIENTS)]
        assert min(answer[1] for answer in answers) > CLIENTS // 4

    with ExitStack() as stack:
        assert answer_of(sent(b"bad")) == 500
        assert answer_of(sent(b"good")) == ["good", 1]


def test_client_that_waits_before_its_body_is_asked_for_it(port):
    with connect(port) as client:
        client.sendall(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert client.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"12345")
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert (answer.status, b'"length": 5' in answer.read()) == (200, True)


@pytest.mark.parametrize(
    "header",
    [
        b"SCRIPT_NAME: /la", b"PATH_INFO: /metrics", b"X-Forwarded-Proto: https", b"X-Forwarded-Ssl: on",
        b"X-Forwarded-Protocol: ssl\r\nX-Forwarded-Proto: http", b"X-Forwarded-Prefix: /la", b"REMOTE_ADDR: 9.9.9.9",
        b"X_Forwarded_For: 9.9.9.9",
    ],
)  # fmt: skip
def test_headers_change_neither_path_nor_scheme_nor_client(port, header):
    status, body = status_of(port, b"GET /a HTTP/1.1\r\nHost: a\r\n" + header + b"\r\n\r\n")

    assert status == 200
    assert body == (
        b'{"PATH_INFO": "/a", "SCRIPT_NAME": "", "wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1", "length": 0}'
    )


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: a\nb\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 500 + b"\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
    ],
)
def test_malformed_request_is_refused_as_the_clients_fault(port, data):
    status, _ = status_of(port, data)

    assert 400 <= status < 500 or status == 501
