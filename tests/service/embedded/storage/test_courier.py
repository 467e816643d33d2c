"""The courier against a real listener: what is sent, what is sent again, what is dropped."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from service.embedded.storage import courier, outbox
from service.embedded.storage.courier import Courier, retry_wait
from service.embedded.storage.outbox import Outbox
from service.embedded.storage.sqlite_store import SpreadsheetStore


class Listener:
    """An address that answers what it is told to and keeps what came."""

    def __init__(self):
        self.answers, self.came = [], []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                listener.came.append((dict(self.headers), body))
                self.send_response(listener.answers.pop(0) if listener.answers else 204)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/hooks/drive"

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def numbers(self):
        return [headers["X-Goog-Message-Number"] for headers, _ in self.came]


class Clock:
    def __init__(self):
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def listener():
    opened = Listener()
    yield opened
    opened.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    opened = SpreadsheetStore(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def carrier(store, clock):
    return Courier(Outbox(store), clock)


@pytest.fixture
def change(store, clock):
    """Return `change(address)`: a file watched from there changes."""

    def make(address):
        with store.writing() as connection:
            expires = outbox.milliseconds(clock.now) + 10**9
            sql = "INSERT OR IGNORE INTO channel VALUES ('k', 'tep', 'r', ?, 'bi-mat', 'm', ?, 1, '')"
            connection.execute(sql, (address, expires))
            outbox.note(connection, "tep", clock.now, ["content"])

    return make


def test_turn_posts_an_empty_body_with_the_headers(carrier, change, listener):
    change(listener.address)

    assert (carrier.turn(), carrier.turn()) == (True, False)
    [(headers, body)] = listener.came
    assert body == b""
    assert {name: text for name, text in headers.items() if name.startswith("X-Goog")} == {
        "X-Goog-Channel-ID": "k",
        "X-Goog-Channel-Token": "bi-mat",
        "X-Goog-Channel-Expiration": "Mon, 12 Jan 2026 13:46:40 GMT",
        "X-Goog-Message-Number": "2",
        "X-Goog-Resource-ID": "r",
        "X-Goog-Resource-State": "update",
        "X-Goog-Resource-URI": "https://www.googleapis.com/drive/v3/files/tep?alt=json",
        "X-Goog-Changed": "content",
    }


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_outage_is_tried_again_later(carrier, change, listener, clock, status):
    listener.answers = [status]
    change(listener.address)

    assert (carrier.turn(), carrier.turn()) == (True, False)
    clock.now += timedelta(seconds=1)
    assert (carrier.turn(), carrier.turn()) == (True, False)
    assert listener.numbers == ["2", "2"]


@pytest.mark.parametrize("status", [200, 201, 202, 204, 301, 302, 307, 400, 401, 403, 404, 410, 413, 429, 501])
def test_any_other_answer_ends_it(carrier, change, listener, clock, status):
    listener.answers = [status]
    change(listener.address)
    carrier.turn()
    clock.now += timedelta(days=1)

    assert not carrier.turn()
    assert listener.numbers == ["2"]


def test_no_answer_is_tried_again_a_bounded_number_of_times(carrier, change, listener, clock):
    closed = listener.address.replace(str(listener.server.server_port), "9")
    change(closed)
    turns = 0
    while carrier.turn():
        turns += 1
        clock.now += timedelta(minutes=5)

    assert turns == courier.MOST_ATTEMPTS


def test_waits_double_within_bounds():
    assert [retry_wait(attempt, 0.0).total_seconds() for attempt in (1, 2, 3, 9, 10, 99)] == [1, 2, 4, 256, 300, 300]
    assert retry_wait(3, 0.999).total_seconds() > 2


def test_start_delivers_in_the_background_until_told_to_stop(store, change, listener):
    ended = threading.Event()
    carrier = Courier(Outbox(store), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    carrier.start(ended.wait)
    change(listener.address)
    deadline = threading.Event()
    for _ in range(200):
        if listener.came:
            break
        deadline.wait(0.05)
    ended.set()

    assert listener.numbers == ["2"]
    for thread in threading.enumerate():
        if thread.name == "courier":
            thread.join()
