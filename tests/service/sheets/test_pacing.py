"""A client kept under its quota by slots that a store hands out, in simulated time."""

import math
from datetime import UTC, datetime, timedelta

import pytest
import requests

from service.embedded.contract.quotas import Limits, Quota
from service.embedded.server import create_app
from service.errors import FactsError
from service.facts.store import open_store
from service.sheets.http import connect
from service.sheets.in_process import WsgiAdapter
from service.sheets.pacing import CallKind, SharedPacing, Waiting
from service.sheets.verbs import Sheets

START = datetime(2023, 9, 20, 8, 0, 5, tzinfo=UTC)


class Simulated:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.waits = []
        self.told = []

    def sleep(self, seconds):
        self.passed += seconds
        self.waits.append(seconds)

    @property
    def waiting(self):
        return Waiting(self.sleep, lambda: self.passed, self.clock, self.told.append)

    def clock(self):
        return START + timedelta(seconds=self.passed)


@pytest.fixture
def time():
    return Simulated()


@pytest.fixture
def store(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'facts.sqlite'}")
    yield store
    store.close()


def pacing(store, reads=60, writes=60, identity="we"):
    return SharedPacing(store.calls, identity, {CallKind.READ: reads, CallKind.WRITE: writes})


def test_first_minute_costs_no_waiting(store, time):
    paced = pacing(store)

    waited = [paced.wait(CallKind.READ, time.waiting) for _ in range(60)]

    assert (waited, time.waits, time.told) == ([0.0] * 60, [], [])


def test_next_call_waits_for_the_minute_and_the_operator_is_told(store, time):
    paced = pacing(store, reads=2)

    waited = [paced.wait(CallKind.READ, time.waiting) for _ in range(4)]

    assert waited == [0.0, 0.0, 60.0, 0.0]
    assert list(map(str, time.told)) == ["Đã dùng hết 2 lượt đọc mỗi phút của bảng tính; đợi 60 giây rồi chạy tiếp …"]


def test_short_wait_is_not_told(store, time):
    paced = pacing(store, writes=1)
    paced.wait(CallKind.WRITE, time.waiting)
    time.passed += 57.5

    assert paced.wait(CallKind.WRITE, time.waiting) == 2.5
    assert time.told == []


@pytest.mark.parametrize("kind", CallKind)
def test_kind_without_a_limit_never_waits(store, time, kind):
    paced = SharedPacing(store.calls, "we", {})

    assert [paced.wait(kind, time.waiting) for _ in range(100)] == [0.0] * 100


def test_drive_is_not_paced(store, time):
    paced = pacing(store, 1, 1)

    assert [paced.wait(CallKind.DRIVE, time.waiting) for _ in range(100)] == [0.0] * 100


def test_interrupted_wait_costs_its_slot_and_nothing_else(store, time):
    def interrupted(_seconds):
        raise KeyboardInterrupt

    paced = pacing(store, reads=1)
    paced.wait(CallKind.READ, time.waiting)
    with pytest.raises(KeyboardInterrupt):
        paced.wait(CallKind.READ, Waiting(interrupted, clock=time.clock))
    time.passed += 60

    assert paced.wait(CallKind.READ, time.waiting) == 60.0


def test_database_that_fails_fails_the_call(store, time):
    with store._database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE calls")

    with pytest.raises(FactsError, match="đã hỏng \\(no such table"):
        pacing(store).wait(CallKind.READ, time.waiting)


def sheets_of(tmp_path, time, paced, limits):
    quota = Quota(limits, timer=lambda: time.passed + 5)
    application = create_app(tmp_path / "sheets", owner_token="owner", clock=time.clock, quota=quota)
    session = requests.Session()
    session.headers["Authorization"] = "Bearer owner"
    session.mount("https://", WsgiAdapter(application))
    return Sheets(connect(session, pacing=paced, waiting=time.waiting), "cot")


def test_paced_client_never_meets_the_quota(tmp_path, store, time):
    """Reads, writes and Drive's calls of several clients of one identity, over a server with Google's rule."""
    limits = Limits(per_user=6, per_project=30)
    clients = [sheets_of(tmp_path, time, pacing(store, 6, 6), limits) for _ in range(3)]
    quota = Quota(limits, timer=lambda: time.passed + 5)
    application = create_app(tmp_path / "sheets", owner_token="owner", clock=time.clock, quota=quota)
    for client in clients:
        client._http.session.mount("https://", WsgiAdapter(application))
    book = clients[0].create("Sổ", {})

    for number in range(40):
        client = clients[number % 3]
        client.inventory(book)
        if number % 2:
            client.apply(book, [{"updateSpreadsheetProperties": {"properties": {"title": "a"}, "fields": "title"}}])

    assert sum(client.meter.reads for client in clients) == 40
    assert sum(client.meter.writes for client in clients) == 20
    assert sum(client.meter.retries for client in clients) == 0
    assert time.passed == 60.0 * math.floor(39 / 6)


def test_unpaced_client_outlasts_a_spent_minute(tmp_path, time):
    client = sheets_of(tmp_path, time, None, Limits(per_user=6, per_project=30))
    book = client.create("Sổ", {})

    for _ in range(13):
        client.inventory(book)

    assert client.meter.retries > 0
    assert 60 <= time.passed < 240
    assert time.told != []


def test_quota_spent_for_ever_ends_within_the_total(tmp_path, time):
    client = sheets_of(tmp_path, time, None, Limits(per_user=0, per_project=0))
    book = client.create("Sổ", {})

    with pytest.raises(Exception, match=r"\(429\)"):
        client.inventory(book)

    assert time.passed < 120
