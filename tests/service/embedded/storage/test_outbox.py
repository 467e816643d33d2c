"""The outbox: one message is with one courier at a time, and nothing is lost with a courier."""

from datetime import UTC, datetime, timedelta

import pytest

from service.embedded.storage import outbox
from service.embedded.storage.outbox import Outbox
from service.embedded.storage.sqlite_store import SpreadsheetStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=15)


@pytest.fixture
def store(tmp_path):
    opened = SpreadsheetStore(tmp_path)
    with opened.writing() as connection:
        for name in ("a", "b"):
            sql = "INSERT INTO channel VALUES (?, 'tep', 'r', 'http://127.0.0.1:9/', 't', 'm', ?, 1, '')"
            connection.execute(sql, (name, outbox.milliseconds(NOW) + 10**9))
    yield opened
    opened.close()


@pytest.fixture
def box(store):
    return Outbox(store)


@pytest.fixture
def change(store):
    def make(*changed):
        with store.writing() as connection:
            outbox.note(connection, "tep", NOW, changed or ("content",))

    return make


def numbers(box, now=NOW):
    found = []
    while delivery := box.claim_due(now, LEASE):
        found.append((delivery.headers["X-Goog-Channel-ID"], delivery.headers["X-Goog-Message-Number"]))
    return found


def test_claim_gives_every_channel_its_own(box, change):
    change()

    assert numbers(box) == [("a", "2"), ("b", "2")]
    assert numbers(box) == []


def test_change_during_a_delivery_is_a_message_of_its_own_after_it(box, change):
    change()
    taken = [box.claim_due(NOW, LEASE), box.claim_due(NOW, LEASE)]
    change()

    assert numbers(box) == []  # one of a channel at a time
    for delivery in taken:
        assert box.delivered(delivery)
    assert numbers(box) == [("a", "3"), ("b", "3")]


def test_message_of_a_dead_courier_goes_to_another(box, change):
    change()
    dead = box.claim_due(NOW, LEASE)
    later = NOW + LEASE + timedelta(seconds=1)
    again = [box.claim_due(later, LEASE), box.claim_due(later, LEASE)]

    taken = next(one for one in again if one.key == dead.key)
    assert taken.attempt == 2
    assert (box.delivered(dead), box.failed(dead, later)) == (False, False)
    assert box.delivered(taken)


def test_failed_message_waits_and_takes_in_what_changes(box, change):
    change()
    first = box.claim_due(NOW, LEASE)
    second = box.claim_due(NOW, LEASE)
    box.delivered(second)
    assert box.failed(first, NOW + timedelta(seconds=4))

    assert numbers(box, NOW + timedelta(seconds=3)) == []
    assert numbers(box, NOW + timedelta(seconds=4)) == [("a", "2")]


def test_change_makes_a_waiting_message_due_with_attempts_anew(box, change):
    change()
    taken = [box.claim_due(NOW, LEASE), box.claim_due(NOW, LEASE)]
    for delivery in taken:
        box.failed(delivery, NOW + timedelta(minutes=5))
    change("permissions")

    again = box.claim_due(NOW, LEASE)
    assert (again.attempt, again.headers["X-Goog-Changed"]) == (1, "content,permissions")
    assert again.headers["X-Goog-Message-Number"] == "3"


def test_outbox_survives_a_restart(tmp_path, store, change):
    change()
    store.close()

    opened = SpreadsheetStore(tmp_path)
    assert numbers(Outbox(opened)) == [("a", "2"), ("b", "2")]
    opened.close()
