"""POST /hooks/drive: every answer of the table, and that only an accepted push changes anything."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from service.embedded.storage.sqlite_store import FILE_NAME
from service.pushes import ensure_channels, look_at_changes
from service.web.machines import hooks
from service.worker import Worker

ADDRESS = "http://127.0.0.1:8080/hooks/drive"


@pytest.fixture
def channel(office) -> dict[str, str]:
    """Return the headers of the registration's channel, as the server sends them."""
    with office.workspace() as workspace:
        ensure_channels(workspace, ADDRESS)
    office.forget_lease()
    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME)
    book = office.books("registration")[0]
    sql = "SELECT id, resource, token FROM channel WHERE file = ?"
    name, resource, token = connection.execute(sql, (book,)).fetchone()
    connection.close()
    return {"X-Goog-Channel-ID": name, "X-Goog-Resource-ID": resource, "X-Goog-Channel-Token": token}


def posting(client, channel: dict[str, str], usual: str):
    """Return `post(number, state, …)`: one message of a channel, changed as told."""

    def post(number: int | str = 2, state: str = usual, data: bytes = b"", **changes) -> int:
        headers = channel | {"X-Goog-Message-Number": str(number), "X-Goog-Resource-State": state}
        headers |= {f"X-Goog-{name.replace('_', '-')}": text for name, text in changes.items()}
        return client.post("/hooks/drive", data=data, headers=headers).status_code

    return post


@pytest.fixture
def push(browse, channel):
    return posting(browse(max_wait_seconds=30.0), channel, "update")


def dirty(office) -> bool:
    with office.workspace() as workspace:
        state = workspace.store.work.state(office.campaign.key)
    return state is not None and state.dirty_since is not None


def last_number(office, channel) -> int:
    with office.workspace() as workspace:
        return workspace.store.channels.channel(channel["X-Goog-Channel-ID"]).last_number


@pytest.mark.parametrize("state", ["update", "add", "remove", "trash", "untrash", "change", "changed"])
def test_push_marks_the_workbook_dirty(push, office, state):
    assert (push(state=state), dirty(office)) == (204, True)


def test_sync_changes_nothing(push, office, channel):
    assert (push(1, "sync"), dirty(office)) == (204, False)
    assert last_number(office, channel) == 1


@pytest.mark.parametrize("number", [5, 4, 1, 0])
def test_duplicate_and_late_messages_change_nothing(push, office, number):
    assert push(5) == 204
    office.forget_lease()

    assert (push(number), dirty(office)) == (204, False)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"Channel_ID": "kenh-la"}, 404),
        ({"Channel_Token": ""}, 401),
        ({"Channel_Token": "doan-mo"}, 401),
        ({"Channel_Token": "x" * 4_000}, 401),
        ({"Channel_Token": "đ".encode().decode("latin-1")}, 401),
        ({"Resource_ID": "tep-khac"}, 403),
        ({"Channel_ID": "' OR 1=1 --"}, 400),
        ({"Resource_ID": ""}, 400),
        ({"number": "mot"}, 400),
        ({"number": "-1"}, 400),
        ({"number": ""}, 400),
        ({"state": "exists"}, 400),
        ({"state": ""}, 400),
        ({"data": b" " * (hooks.LARGEST_BODY + 1)}, 413),
    ],
    ids=str,
)
def test_forged_and_malformed_pushes_change_nothing(push, office, channel, wrong, status):
    assert (push(**wrong), dirty(office), last_number(office, channel)) == (status, False, 0)


def test_forged_number_does_not_shut_the_true_one_out(push, office):
    assert push(10**17, Channel_Token="doan-mo") == 401

    assert (push(2), dirty(office)) == (204, True)


def test_push_of_an_expired_channel_is_not_known(push, office):
    office.now += timedelta(days=1)

    assert (push(), dirty(office)) == (404, False)


def test_push_of_a_dropped_channel_is_not_known(push, office, channel):
    with office.workspace() as workspace:
        workspace.store.channels.drop_channel(channel["X-Goog-Channel-ID"])

    assert (push(), dirty(office)) == (404, False)


def test_push_before_the_answer_names_the_resource(push, office, channel):
    name = channel["X-Goog-Channel-ID"]
    with office.workspace() as workspace:
        known = workspace.store.channels.channel(name)
        workspace.store.channels.grant_channel(name, "", known.expires_at)
        assert push(1, "sync") == 204
        assert workspace.store.channels.channel(name).resource_id == channel["X-Goog-Resource-ID"]


@pytest.mark.sqlite_file
def test_our_outage_is_a_503_and_the_message_counts_when_it_comes_again(push, office, channel):
    path = office.settings.data_dir / "facts.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE work RENAME TO work_away")
    connection.commit()

    assert push() == 503
    connection.execute("ALTER TABLE work_away RENAME TO work")
    connection.commit()
    connection.close()
    assert last_number(office, channel) == 0
    assert (push(), dirty(office)) == (204, True)


def test_many_pushes_at_once_make_one_run_after_the_last(push, office, channel):
    ended = threading.Event()
    with office.workspace() as workspace:
        worker = Worker(workspace, "w1")
        while worker.turn():
            pass
        before = len(workspace.store.runs.last(office.campaign.key, 100))
        working = threading.Thread(target=worker.run, args=(ended.wait,))
        working.start()
        with ThreadPoolExecutor(4) as pool:
            answers = set(pool.map(push, range(2, 202)))
        last = workspace.lease_clock()
        state = workspace.store.work.state(office.campaign.key)
        while state.dirty_since is not None:
            ended.wait(0.1)
            state = workspace.store.work.state(office.campaign.key)
        ended.set()
        working.join()
        runs = workspace.store.runs.last(office.campaign.key, 100)

    assert answers == {204}
    assert last_number(office, channel) == 201
    assert 1 <= len(runs) - before <= 4
    assert state.finished_at > last


@pytest.fixture
def channel_on_all(office) -> dict[str, str]:
    """Return the headers of the channel on all changes, as the server sends them."""
    office.settings = replace(office.settings, watch="changes")
    with office.workspace() as workspace:
        ensure_channels(workspace, ADDRESS)
        look_at_changes(workspace)
    office.forget_lease()
    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME)
    name, resource, token = connection.execute("SELECT id, resource, token FROM channel WHERE file = ''").fetchone()
    connection.close()
    return {"X-Goog-Channel-ID": name, "X-Goog-Resource-ID": resource, "X-Goog-Channel-Token": token}


@pytest.fixture
def push_on_all(browse, channel_on_all):
    return posting(browse(), channel_on_all, "change")


def wants_look(office) -> bool:
    with office.workspace() as workspace:
        return workspace.store.watches.watch_of(office.campaign.key).look_at is not None


@pytest.mark.parametrize("state", ["change", "changed", "update"])
def test_push_on_all_asks_for_a_look_and_marks_nothing_itself(push_on_all, office, state):
    assert (push_on_all(state=state), wants_look(office), dirty(office)) == (204, True, False)


def test_sync_on_all_asks_for_nothing(push_on_all, office, channel_on_all):
    assert (push_on_all(1, "sync"), wants_look(office)) == (204, False)
    assert last_number(office, channel_on_all) == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"Channel_ID": "kenh-la"}, 404),
        ({"Channel_Token": ""}, 401),
        ({"Channel_Token": "doan-mo"}, 401),
        ({"Resource_ID": "tep-khac"}, 403),
        ({"Resource_ID": ""}, 400),
        ({"number": "-1"}, 400),
        ({"number": "9" * 19}, 400),
        ({"state": "exists"}, 400),
        ({"data": b" " * (hooks.LARGEST_BODY + 1)}, 413),
    ],
    ids=str,
)
def test_forged_push_on_all_asks_for_nothing(push_on_all, office, channel_on_all, wrong, status):
    answer = push_on_all(**wrong)

    assert (answer, wants_look(office), last_number(office, channel_on_all)) == (status, False, 0)


@pytest.mark.parametrize("number", [5, 4, 0])
def test_late_push_on_all_asks_for_nothing(push_on_all, office, number):
    assert push_on_all(5) == 204
    with office.workspace() as workspace:
        assert look_at_changes(workspace) == 0
    assert not wants_look(office)

    assert (push_on_all(number), wants_look(office)) == (204, False)


def test_push_on_all_is_told_from_the_clock_of_the_campaign(push_on_all, office, channel_on_all):
    office.now += timedelta(hours=3)
    push_on_all()

    with office.workspace() as workspace:
        assert workspace.store.channels.channel(channel_on_all["X-Goog-Channel-ID"]).told_at == office.now
