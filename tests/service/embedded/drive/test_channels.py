"""files.watch and channels.stop: what they accept, answer and refuse, and what a change writes into the outbox."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from service.embedded.storage import outbox
from service.embedded.storage.outbox import Outbox
from service.embedded.storage.sqlite_store import FILE_NAME, SpreadsheetStore

ADDRESS = "https://board.example.vn/hooks/drive"
LEASE = timedelta(seconds=15)


@pytest.fixture
def watch(api, book):
    def call(channel="kenh-1", file=book, **body):
        wanted = {"id": channel, "type": "web_hook", "address": ADDRESS, "token": "bi-mat"} | body
        return api.ok("POST", f"/drive/v3/files/{file}/watch", wanted)

    return call


@pytest.fixture
def due(app):
    """Return `due()`: the headers of all messages that are due, each taken and delivered."""
    store = app.store
    box = Outbox(store)

    def take():
        found = []
        while delivery := box.claim_due(datetime(2026, 1, 1, tzinfo=UTC), LEASE):
            found.append({name.removeprefix("X-Goog-"): text for name, text in delivery.headers.items()})
            box.delivered(delivery)
        return found

    return take


def told(messages):
    return [(one["Channel-ID"], one["Message-Number"], one["Resource-State"], one.get("Changed")) for one in messages]


def test_watch_answers_the_channel(watch, clock, book):
    answer = watch()

    assert answer == {
        "kind": "api#channel",
        "id": "kenh-1",
        "resourceId": answer["resourceId"],
        "resourceUri": f"https://www.googleapis.com/drive/v3/files/{book}?alt=json",
        "token": "bi-mat",
        "expiration": str(outbox.milliseconds(clock.now + timedelta(seconds=3600))),
    }
    assert watch("kenh-2")["resourceId"] == answer["resourceId"]


@pytest.mark.parametrize(("asked", "granted"), [(60, 60), (86_400, 86_400), (90_000, 86_400)])
def test_expiry_is_granted_up_to_a_day(watch, clock, asked, granted):
    wanted = str(outbox.milliseconds(clock.now + timedelta(seconds=asked)))

    answer = watch(expiration=wanted)

    assert int(answer["expiration"]) == outbox.milliseconds(clock.now + timedelta(seconds=granted))


def test_sync_comes_first_with_every_header(watch, due, book):
    answer = watch()

    assert due() == [
        {
            "Channel-ID": "kenh-1",
            "Channel-Token": "bi-mat",
            "Channel-Expiration": "Fri, 29 Sep 2023 17:59:59 GMT",
            "Message-Number": "1",
            "Resource-ID": answer["resourceId"],
            "Resource-State": "sync",
            "Resource-URI": f"https://www.googleapis.com/drive/v3/files/{book}?alt=json",
        }
    ]


REFUSED = [
    ({"id": ""}, "channelIdInvalid"),
    ({"id": "a b"}, "channelIdInvalid"),
    ({"id": "x" * 65}, "channelIdInvalid"),
    ({"id": "kênh"}, "channelIdInvalid"),
    ({"type": "email"}, "channelTypeUnknown"),
    ({"type": None}, "channelTypeUnknown"),
    ({"token": "x" * 257}, "invalid"),
    ({"token": "a\r\nX-Other: b"}, "invalid"),
    ({"expiration": "1"}, "invalid"),
    ({"address": ""}, "push.webhookUrlInvalid"),
    ({"address": "https://"}, "push.webhookUrlInvalid"),
    ({"address": "https://a.vn:port/"}, "push.webhookUrlInvalid"),
    ({"address": "https://user@a.vn/"}, "push.webhookUrlInvalid"),
    ({"address": "https://a.vn/\r\nb"}, "push.webhookUrlInvalid"),
    ({"address": "http://board.example.vn/hooks"}, "push.webhookUrlNotHttps"),
    ({"address": "http://10.0.0.5/hooks"}, "push.webhookUrlNotHttps"),
    ({"address": "http://127.0.0.1.example.vn/"}, "push.webhookUrlNotHttps"),
    ({"address": "ftp://127.0.0.1/"}, "push.webhookUrlNotHttps"),
]


@pytest.mark.parametrize(("body", "reason"), REFUSED, ids=str)
def test_watch_refuses(api, book, due, body, reason):
    wanted = {"id": "kenh-1", "type": "web_hook", "address": ADDRESS} | body

    error = api.error("POST", f"/drive/v3/files/{book}/watch", wanted)

    assert (error["code"], error["errors"][0]["reason"]) == (400, reason)
    assert due() == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "http://[::1]:9/", "http://localhost:9/x"])
def test_watch_accepts_this_machine_without_tls(watch, address):
    assert watch(address=address)["id"] == "kenh-1"


def test_channel_id_is_used_once(watch, api, book):
    watch()

    error = api.error("POST", f"/drive/v3/files/{book}/watch", {"id": "kenh-1", "type": "web_hook", "address": ADDRESS})

    assert (error["code"], error["message"]) == (400, "Channel id kenh-1 not unique")


def test_watch_needs_a_file_one_may_see(identity, book):
    body = {"id": "kenh-1", "type": "web_hook", "address": ADDRESS}

    assert identity("la@example.vn").error("POST", f"/drive/v3/files/{book}/watch", body)["code"] == 404


def test_changes_are_told_with_what_changed(watch, api, book, due):
    watch()
    due()
    api.put(book, "A1", [["x"]])
    first = due()
    api.share(book, "la@example.vn")
    second = due()
    api.ok("PATCH", f"/drive/v3/files/{book}", {"appProperties": {"a": "b"}})
    third = due()

    assert told(first + second + third) == [
        ("kenh-1", "2", "update", "content"),
        ("kenh-1", "3", "update", "permissions"),
        ("kenh-1", "4", "update", "properties"),
    ]


def test_changes_that_wait_become_one(watch, api, book, due):
    watch()
    for number in range(5):
        api.put(book, "A1", [[number]])
    api.share(book, "la@example.vn")

    assert told(due()) == [("kenh-1", "1", "sync", None), ("kenh-1", "7", "update", "content,permissions")]


def test_trash_and_removal_are_told(watch, api, book, due):
    watch()
    due()
    for trashed in (True, False):
        api.ok("PATCH", f"/drive/v3/files/{book}", {"trashed": trashed})
    api.ok("DELETE", f"/drive/v3/files/{book}")

    assert [one[2:] for one in told(due())] == [
        ("update", "properties"),
        ("trash", None),
        ("untrash", None),
        ("remove", None),
    ]


def test_refused_change_tells_nothing(watch, api, book, due):
    watch()
    due()

    api.refused(book, {"addSheet": {"properties": {"title": "A"}}}, {"deleteSheet": {"sheetId": 99}})

    assert due() == []


def test_other_files_tell_nothing(watch, api, due):
    watch()
    due()
    other = api.create()
    api.put(other, "A1", [["x"]])
    api.get(other)

    assert due() == []


def test_expiry_is_silent(watch, api, book, clock, due):
    watch()
    due()
    clock.forward(3600)
    api.put(book, "A1", [["x"]])

    assert due() == []


def test_stop_ends_a_channel_and_what_waits(watch, api, book, due):
    answer = watch()
    other = watch("kenh-2")
    api.ok("POST", "/drive/v3/channels/stop", {"id": "kenh-1", "resourceId": answer["resourceId"]})
    api.put(book, "A1", [["x"]])

    assert {one["Channel-ID"] for one in due()} == {other["id"]}


@pytest.mark.parametrize("body", [{}, {"id": "kenh-1"}, {"id": "kenh-1", "resourceId": "x"}, {"id": "kenh-9"}])
def test_stop_of_another_is_a_404(watch, api, body):
    watch()

    assert api.error("POST", "/drive/v3/channels/stop", body)["code"] == 404


def test_stop_by_another_identity_is_a_404(watch, identity):
    answer = watch()
    body = {"id": "kenh-1", "resourceId": answer["resourceId"]}

    assert identity("la@example.vn").error("POST", "/drive/v3/channels/stop", body)["code"] == 404


def test_store_of_the_first_version_gets_channels(tmp_path):
    store = SpreadsheetStore(tmp_path)
    with store.writing():
        pass
    store.close()
    path = tmp_path / FILE_NAME
    old = sqlite3.connect(path)
    old.executescript("DROP TABLE outbox; DROP TABLE channel; DROP TABLE change; PRAGMA user_version = 1;")
    old.close()

    opened = SpreadsheetStore(tmp_path)
    with opened.reading() as connection:
        assert connection.execute("SELECT count(*) FROM channel").fetchone() == (0,)
    opened.close()
