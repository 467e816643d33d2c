"""changes.getStartPageToken, list and watch: each sees what it may see, once, from where it stood; a channel tells."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from service.embedded.storage import outbox
from service.embedded.storage.outbox import Outbox
from service.embedded.storage.sqlite_store import FILE_NAME, SpreadsheetStore

ADDRESS = "https://board.example.vn/hooks/drive"
UNIT = "la@example.vn"


@pytest.fixture
def start(api):
    """Return `start(caller)`: the token from which on changes are new."""

    def make(caller=api):
        return caller.ok("GET", "/drive/v3/changes/startPageToken")["startPageToken"]

    return make


@pytest.fixture
def since(api):
    """Return `since(token, caller, …)`: (file, removed) of each change, all pages together, and the token after."""

    def walk(token, caller=api, **query):
        found = []
        while True:
            page = caller.ok("GET", "/drive/v3/changes", pageToken=token, **query)
            found += [(change["fileId"], change["removed"]) for change in page["changes"]]
            if "newStartPageToken" in page:
                assert "nextPageToken" not in page
                return found, page["newStartPageToken"]
            token = page["nextPageToken"]

    return walk


@pytest.fixture
def due(app):
    """Return `due()`: the headers of all messages that are due, each taken and delivered."""
    box = Outbox(app.store)

    def take():
        found = []
        while delivery := box.claim_due(datetime(2026, 1, 1, tzinfo=UTC), timedelta(seconds=15)):
            found.append({name.removeprefix("X-Goog-"): text for name, text in delivery.headers.items()})
            box.delivered(delivery)
        return found

    return take


@pytest.fixture
def watch(api, start):
    def call(channel="kenh-1", caller=api, page=None, **body):
        wanted = {"id": channel, "type": "web_hook", "address": ADDRESS, "token": "bi-mat"} | body
        return caller.ok("POST", "/drive/v3/changes/watch", wanted, pageToken=page or start(caller))

    return call


def test_nothing_changed_gives_the_same_token_again(book, start, since):
    token = start()

    assert since(token) == ([], token)


def test_start_page_token_says_its_kind(api):
    assert api.ok("GET", "/drive/v3/changes/startPageToken") == {
        "kind": "drive#startPageToken",
        "startPageToken": "1",
    }


def test_change_is_listed_as_the_file_is_now(api, book, start, clock):
    token = start()
    clock.forward(60)
    api.put(book, "A1", [["x"]])

    answer = api.ok("GET", "/drive/v3/changes", pageToken=token)

    assert answer == {
        "kind": "drive#changeList",
        "newStartPageToken": str(int(token) + 1),
        "changes": [
            {
                "kind": "drive#change",
                "type": "file",
                "changeType": "file",
                "fileId": book,
                "removed": False,
                "time": "2023-09-29T17:00:59.000Z",
                "file": {
                    "kind": "drive#file",
                    "id": book,
                    "name": "Sổ",
                    "mimeType": "application/vnd.google-apps.spreadsheet",
                },
            }
        ],
    }


def test_file_that_changed_often_is_listed_once(api, book, start, since):
    token = start()
    for number in range(5):
        api.put(book, "A1", [[number]])
    other = api.create()
    api.put(book, "A1", [["x"]])

    assert since(token)[0] == [(other, False), (book, False)]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages_together_hold_every_change(api, start, since, size):
    token = start()
    made = [api.create() for _ in range(3)]

    assert since(token, pageSize=size)[0] == [(file, False) for file in made]


def test_page_that_changes_while_it_is_read_loses_nothing(api, start, since):
    token = start()
    first, second = api.create(), api.create()
    page = api.ok("GET", "/drive/v3/changes", pageToken=token, pageSize=1)
    api.put(first, "A1", [["x"]])

    assert since(page["nextPageToken"])[0] == [(second, False), (first, False)]


def test_changes_of_sharing_trash_and_names_are_listed(api, book, start, since):
    for verb, path, body in [
        ("POST", f"/drive/v3/files/{book}/permissions", {"type": "user", "role": "writer", "emailAddress": UNIT}),
        ("PATCH", f"/drive/v3/files/{book}", {"trashed": True}),
        ("PATCH", f"/drive/v3/files/{book}", {"name": "Tên khác"}),
    ]:
        token = start()
        api.ok(verb, path, body)
        assert since(token)[0] == [(book, False)]


def test_reading_changes_nothing(api, book, start, since):
    token = start()
    api.values(book, "A1")
    api.get(book)

    assert since(token) == ([], token)


def test_others_see_only_what_they_may_see(api, book, identity, start, since):
    unit = identity(UNIT)
    token = start(unit)
    api.put(book, "A1", [["x"]])
    assert since(token, unit)[0] == []

    api.share(book, UNIT, "reader")
    assert since(token, unit)[0] == [(book, False)]


def test_file_taken_away_is_removed_for_who_lost_it_alone(api, book, identity, start, since):
    unit, stranger = identity(UNIT), identity("khac@example.vn")
    permission = api.share(book, UNIT)["id"]
    token = start()
    api.ok("DELETE", f"/drive/v3/files/{book}/permissions/{permission}")

    assert since(token, unit)[0] == [(book, True)]
    assert since(token, unit, includeRemoved="false")[0] == []
    assert since(token)[0] == [(book, False)]
    assert since(token, stranger)[0] == []


def test_file_given_back_is_a_change_again(api, book, identity, start, since):
    unit = identity(UNIT)
    permission = api.share(book, UNIT)["id"]
    token = start()
    api.ok("DELETE", f"/drive/v3/files/{book}/permissions/{permission}")
    api.share(book, UNIT)

    assert since(token, unit)[0] == [(book, False)]


def test_deleted_file_is_removed_for_everybody_who_could_open_it(api, book, identity, start, since):
    unit, stranger = identity(UNIT), identity("khac@example.vn")
    api.share(book, UNIT)
    token = start()
    api.ok("DELETE", f"/drive/v3/files/{book}")

    assert [since(token, who)[0] for who in (api, unit, stranger)] == [[(book, True)], [(book, True)], []]
    change = api.ok("GET", "/drive/v3/changes", pageToken=token)["changes"][0]
    assert "file" not in change


def test_mask_leaves_what_is_asked_for(api, book, start):
    token = start()
    api.put(book, "A1", [["x"]])

    answer = api.ok(
        "GET", "/drive/v3/changes", pageToken=token, fields="newStartPageToken,changes(fileId,removed,file/trashed)"
    )

    assert answer == {
        "newStartPageToken": str(int(token) + 1),
        "changes": [{"fileId": book, "removed": False, "file": {"trashed": False}}],
    }


@pytest.mark.parametrize("asked", ["*", "{}", "{}/*", "{}(*)"])
def test_list_asked_for_as_a_whole_has_all_fields_of_its_entries(api, book, start, asked):
    token = start()
    api.share(book, "unit@example.vn")
    address = "unit@example.vn"

    (file,) = api.ok("GET", "/drive/v3/files", fields=asked.format("files"))["files"]
    permissions = api.ok("GET", f"/drive/v3/files/{book}/permissions", fields=asked.format("permissions"))
    changes = api.ok("GET", "/drive/v3/changes", pageToken=token, fields=asked.format("changes"))["changes"]

    assert [one["emailAddress"] for one in permissions["permissions"]] == [file["owners"][0]["emailAddress"], address]
    assert [change["file"]["owners"] for change in changes] == [file["owners"]]


def test_mask_nobody_knows_is_a_400(api, start):
    assert api.error("GET", "/drive/v3/changes", pageToken=start(), fields="changes(tep)")["code"] == 400


@pytest.mark.parametrize("token", ["", "0", "-1", "999999", "9" * 40, "một", "²", "1' OR 1=1", "\x00", "1e3", "😀"])
@pytest.mark.parametrize(("verb", "path"), [("GET", "/drive/v3/changes"), ("POST", "/drive/v3/changes/watch")])
def test_token_that_was_never_given_is_a_400(api, book, verb, path, token):
    body = {"id": "kenh-1", "type": "web_hook", "address": ADDRESS} if verb == "POST" else None

    error = api.error(verb, path, body, pageToken=token)

    assert (error["code"], error["errors"][0]["reason"]) == (400, "invalid" if token else "required")


@pytest.mark.parametrize("size", ["0", "-1", "nhiều", ""])
def test_page_size_that_is_none_is_a_400(api, start, size):
    assert api.error("GET", "/drive/v3/changes", pageToken=start(), pageSize=size)["code"] == 400


def test_page_size_above_a_thousand_is_a_thousand(api, book, since):
    assert since("1", pageSize=5000)[0] == [(book, False)]


def test_watch_answers_a_channel_on_everything(watch, start, clock):
    answer = watch()

    assert answer == {
        "kind": "api#channel",
        "id": "kenh-1",
        "resourceId": answer["resourceId"],
        "resourceUri": f"https://www.googleapis.com/drive/v3/changes?pageToken={start()}&alt=json",
        "token": "bi-mat",
        "expiration": str(outbox.milliseconds(clock.now + timedelta(hours=1))),
    }


@pytest.mark.parametrize(("asked", "granted"), [(86_401, 86_401), (604_800, 604_800), (700_000, 604_800)])
def test_expiry_is_granted_up_to_a_week(watch, clock, asked, granted):
    answer = watch(expiration=str(outbox.milliseconds(clock.now + timedelta(seconds=asked))))

    assert int(answer["expiration"]) == outbox.milliseconds(clock.now + timedelta(seconds=granted))


def test_changes_are_told_after_sync_and_those_that_wait_become_one(watch, api, book, due):
    answer = watch()
    first = due()
    for number in range(5):
        api.put(book, "A1", [[number]])
    api.create()

    told = [(one["Message-Number"], one["Resource-State"], one.get("Changed")) for one in first + due()]
    assert told == [("1", "sync", None), ("7", "change", None)]
    assert first[0]["Resource-URI"] == answer["resourceUri"]
    assert first[0]["Resource-ID"] == answer["resourceId"]


def test_channel_tells_its_maker_of_what_they_see_alone(watch, api, book, identity, due):
    unit = identity(UNIT)
    watch(caller=unit)
    due()
    api.put(book, "A1", [["x"]])
    assert due() == []

    permission = api.share(book, UNIT)["id"]
    shared = due()
    api.put(book, "A1", [["y"]])
    changed = due()
    api.ok("DELETE", f"/drive/v3/files/{book}/permissions/{permission}")
    lost = due()
    api.put(book, "A1", [["z"]])

    assert [one["Resource-State"] for one in shared + changed + lost] == ["change"] * 3
    assert due() == []


def test_file_and_everything_may_be_watched_together(watch, api, book, due):
    api.ok("POST", f"/drive/v3/files/{book}/watch", {"id": "tep", "type": "web_hook", "address": ADDRESS})
    watch("tat-ca")
    due()
    api.put(book, "A1", [["x"]])

    assert {(one["Channel-ID"], one["Resource-State"]) for one in due()} == {("tep", "update"), ("tat-ca", "change")}


def test_stopped_and_expired_channels_tell_nothing(watch, api, book, due, clock):
    answer = watch()
    watch("kenh-2")
    api.ok("POST", "/drive/v3/channels/stop", {"id": "kenh-1", "resourceId": answer["resourceId"]})
    clock.forward(3600)
    due()
    api.put(book, "A1", [["x"]])

    assert due() == []


def test_store_of_the_second_version_keeps_its_channels_and_counts_from_one(tmp_path):
    store = SpreadsheetStore(tmp_path)
    with store.writing() as connection:
        sql = "INSERT INTO channel VALUES ('k', 'tep', 'r', 'https://a.vn', 't', 'm', 1, 1, '')"
        connection.execute(sql)
    store.close()
    old = sqlite3.connect(tmp_path / FILE_NAME)
    old.executescript("ALTER TABLE channel DROP COLUMN page; DROP TABLE change; PRAGMA user_version = 2;")
    old.close()

    opened = SpreadsheetStore(tmp_path)
    with opened.reading() as connection:
        assert connection.execute("SELECT id, page FROM channel").fetchall() == [("k", "")]
        assert connection.execute("SELECT count(*) FROM change").fetchone() == (0,)
    opened.close()
