"""One living channel a workbook: made, renewed with overlap, moved with the address, never on the master."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service import connections, pushes
from service.domain.token_hash import hash_of
from service.embedded.storage.outbox import Outbox
from service.embedded.storage.sqlite_store import FILE_NAME, SpreadsheetStore
from service.pushes import ensure_channels, push_address
from service.settings import Settings
from service.sheets import http
from service.sheets.marks import COLUMN_KEY
from service.sheets.retrying import RetryPolicy
from service.sheets.verbs import Sheets
from service.worker import Worker

HERE, THERE = "http://127.0.0.1:8080/hooks/drive", "http://127.0.0.1:9000/hooks/drive"
PUBLIC = "https://board.example.vn"


@pytest.mark.parametrize(
    ("settings", "own", "expected"),
    [
        ({}, "http://127.0.0.1:8080", HERE),
        ({}, "http://[::1]:8080", "http://[::1]:8080/hooks/drive"),
        ({}, "http://10.0.0.5:8080", ""),
        ({}, "", ""),
        ({"public_url": PUBLIC}, "http://127.0.0.1:8080", HERE),
        ({"public_url": PUBLIC}, "", ""),
        ({"sheets": "http://127.0.0.1:9"}, "http://127.0.0.1:8080", HERE),
        ({"sheets": "http://localhost:9"}, "http://127.0.0.1:8080", HERE),
        ({"sheets": "http://sheets.local:9"}, "http://127.0.0.1:8080", ""),
        ({"sheets": "http://sheets.local:9", "public_url": PUBLIC}, "http://127.0.0.1:8080", PUBLIC + "/hooks/drive"),
        ({"sheets": "google"}, "http://127.0.0.1:8080", ""),
        ({"sheets": "google", "public_url": PUBLIC}, "http://127.0.0.1:8080", PUBLIC + "/hooks/drive"),
        ({"sheets": "google", "public_url": PUBLIC}, "", PUBLIC + "/hooks/drive"),
    ],
)
def test_push_address_is_where_the_server_can_send(settings, own, expected):
    assert push_address(Settings(**settings), own) == expected


def served(office) -> list[tuple[str, str, str]]:
    """Return (file, address, channel) of the channels the server holds, none of them expired."""
    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME)
    now = office.now.timestamp() * 1000
    rows = connection.execute("SELECT file, address, id FROM channel WHERE expires > ? ORDER BY file", (now,))
    found = rows.fetchall()
    connection.close()
    return found


def books(office) -> list[str]:
    return sorted(book for form in office.forms for book in office.books(form))


def test_every_workbook_of_a_form_is_watched_and_the_master_is_not(office):
    with office.workspace() as workspace:
        assert ensure_channels(workspace, HERE) == len(office.forms)

    assert [(file, address) for file, address, _ in served(office)] == [(book, HERE) for book in books(office)]


def test_channels_that_are_good_are_left_alone(office):
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE, take_over=True)
        before = served(office)
        calls = workspace.sheets.meter.drive

        office.now += timedelta(hours=11, minutes=59)
        assert ensure_channels(workspace, HERE, take_over=True) == 0
        assert workspace.sheets.meter.drive == calls
    assert served(office) == before


def test_token_is_kept_as_a_hash_alone(office):
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
        kept = [workspace.store.channels.channels_of(book)[0] for book in books(office)]
    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME)
    tokens = dict(connection.execute("SELECT id, token FROM channel"))
    connection.close()

    assert {one.id: one.token_hash for one in kept} == {name: hash_of(token) for name, token in tokens.items()}
    assert len(set(tokens.values())) == len(tokens)


def test_channels_are_renewed_at_half_their_life_new_before_old(office):
    seen = []
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
    before = served(office)
    office.now += timedelta(hours=12)

    def watching(application):
        def answer(environ, start_response):
            if environ["PATH_INFO"].endswith(("/watch", "/stop")):
                seen.append((environ["PATH_INFO"].rpartition("/")[2], len(served(office))))
            return application(environ, start_response)

        return answer

    with office.workspace(watching) as workspace:
        assert ensure_channels(workspace, HERE) == len(before)

    assert seen == [("watch", 2), ("stop", 3), ("watch", 2), ("stop", 3)]
    assert [line[:2] for line in served(office)] == [line[:2] for line in before]
    assert {line[2] for line in served(office)} & {line[2] for line in before} == set()


def test_renewal_asks_for_no_run_and_a_first_channel_does(office):
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
        state = workspace.store.work.state(office.campaign.key)
        assert state.dirty_since is not None
        office.forget_lease()
        office.now += timedelta(hours=12)
        ensure_channels(workspace, HERE)
        assert workspace.store.work.state(office.campaign.key).dirty_since is None


def test_another_address_takes_over_only_at_a_start(office):
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)

        assert ensure_channels(workspace, THERE) == 0
        assert ensure_channels(workspace, THERE, take_over=True) == len(office.forms)
    assert [address for _, address, _ in served(office)] == [THERE] * len(office.forms)


def test_clock_set_back_gets_new_channels(office):
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
        office.now -= timedelta(days=5)

        assert ensure_channels(workspace, HERE) == len(office.forms)


def test_row_is_there_before_the_server_is_asked(office):
    known = []

    def looking(application):
        def answer(environ, start_response):
            if environ["PATH_INFO"].endswith("/watch"):
                body = environ["wsgi.input"].read()
                environ["wsgi.input"].seek(0)
                with office.workspace() as workspace:
                    known.append(workspace.store.channels.channel(json.loads(body)["id"]))
            return application(environ, start_response)

        return answer

    with office.workspace(looking) as workspace:
        ensure_channels(workspace, HERE)

    assert [one.resource_id for one in known] == ["", ""]


@pytest.mark.parametrize("landed", [False, True])
def test_cut_off_while_asking_is_made_good_after_a_minute(office, cutting, cut_off_error, landed):
    with office.workspace(cutting(0, landed=landed)) as workspace, pytest.raises(cut_off_error):
        ensure_channels(workspace, HERE)

    with office.workspace() as workspace:
        assert ensure_channels(workspace, HERE) == len(office.forms) - 1  # the first may still be answered
        office.now += timedelta(minutes=1)
        assert ensure_channels(workspace, HERE) == 1
    assert {line[0] for line in served(office)} == set(books(office))


def test_server_that_refuses_leaves_the_rest_working(office):
    def fail(_environ, start_response):
        start_response("401 Unauthorized", [("Content-Type", "application/json")])
        return [b'{"error": {"code": 401, "message": "Unauthorized WebHook callback channel", "errors": []}}']

    refusing = Sheets(http.connect(office.session(fail), policy=RetryPolicy(attempts=1)), COLUMN_KEY)
    with office.workspace() as workspace:
        broken = replace(workspace, sheets=refusing)
        assert ensure_channels(broken, HERE) == len(office.forms)
        assert ensure_channels(broken, HERE) == 0  # not at once again
        office.now += timedelta(minutes=1)
        assert ensure_channels(workspace, HERE) == len(office.forms)


def test_worker_renews_and_survives_a_restart(office):
    with office.workspace() as workspace:
        Worker(workspace, "w1", HERE).turn()
        first = served(office)
        Worker(workspace, "w2", HERE).turn()
        assert served(office) == first
        office.now += timedelta(hours=13)
        Worker(workspace, "w3", HERE).turn()

    assert {line[2] for line in served(office)} & {line[2] for line in first} == set()


def test_worker_without_an_address_watches_nothing(office):
    with office.workspace() as workspace:
        Worker(workspace, "w1").turn()

    assert served(office) == []


def test_master_written_and_feedback_written_tell_only_of_the_feedback(office):
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
    box = Outbox(SpreadsheetStore(office.settings.data_dir))
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def told() -> list[str]:
        found = []
        while delivery := box.claim_due(now, timedelta(seconds=9)):
            box.delivered(delivery)
            if delivery.headers["X-Goog-Resource-State"] != "sync":
                found.append(delivery.headers["X-Goog-Resource-URI"])
        return found

    told()
    office.type("S-CT", "registration", [["1", "Ra quân làm sạch kênh mương", "hôm nào đó"]])
    edited = told()
    office.consolidate()
    answered = told()
    office.consolidate()

    assert edited == answered
    assert len(edited) == 1
    assert told() == []


UNAUTHORIZED = b"""{"error": {"code": 401, "message": "Unauthorized WebHook callback channel: https://board.example.vn",
    "errors": [{"domain": "global", "reason": "push.webhookUrlUnauthorized", "message": "Unauthorized WebHook"}]}}"""
DOWN = b'{"error": {"code": 503, "message": "down", "errors": [{"reason": "backendError"}]}}'


def refusing(workspace, office, status: str, body: bytes):
    """Return the workspace over a server that refuses every watch."""
    application = connections.embedded_application(office.settings, office.clock)

    def answer(environ, start_response):
        if environ["PATH_INFO"].endswith("/watch"):
            start_response(status, [("Content-Type", "application/json")])
            return [body]
        return application(environ, start_response)

    sheets = Sheets(http.connect(office.session(answer), policy=RetryPolicy(attempts=1)), COLUMN_KEY)
    return replace(workspace, sheets=sheets)


def test_address_that_is_refused_is_asked_for_once_and_waited_out(office):
    with office.workspace() as workspace:
        refused = refusing(workspace, office, "401 Unauthorized", UNAUTHORIZED)
        asked = []
        for _ in range(16):
            asked.append(ensure_channels(refused, HERE))
            office.now += timedelta(minutes=1)
        refusal = workspace.store.watches.watch_of(office.campaign.key).refusal
        office.now += timedelta(minutes=15)
        assert ensure_channels(workspace, HERE) == len(office.forms)
        assert workspace.store.watches.watch_of(office.campaign.key).refusal == ""

    assert asked == [1, *[0] * 14, 1]
    assert "push.webhookUrlUnauthorized" in refusal


def test_start_asks_at_once_after_a_refusal(office):
    with office.workspace() as workspace:
        ensure_channels(refusing(workspace, office, "401 Unauthorized", UNAUTHORIZED), HERE)
        assert ensure_channels(workspace, HERE) == 0
        office.now += timedelta(minutes=1)

        assert ensure_channels(workspace, HERE, take_over=True) == len(office.forms)


def test_outage_stops_the_round_and_is_tried_again_after_a_minute(office):
    with office.workspace() as workspace:
        down = refusing(workspace, office, "503 Service Unavailable", DOWN)
        assert [ensure_channels(down, HERE) for _ in range(3)] == [1, 0, 0]
        office.now += timedelta(minutes=1)

        assert ensure_channels(workspace, HERE) == len(office.forms)


def test_clock_set_back_does_not_prolong_a_refusal(office):
    with office.workspace() as workspace:
        ensure_channels(refusing(workspace, office, "401 Unauthorized", UNAUTHORIZED), HERE)
        office.now -= timedelta(days=5)

        assert ensure_channels(workspace, HERE) == len(office.forms)


def states(workspace) -> list[str]:
    return [line.state.value for line in pushes.lines(workspace)]


def test_channel_that_cannot_be_renewed_is_warned_of_before_it_lapses(office, caplog):
    seen = []
    with office.workspace() as workspace:
        assert states(workspace) == ["none", "none"]
        ensure_channels(workspace, HERE)
        refused = refusing(workspace, office, "401 Unauthorized", UNAUTHORIZED)
        for hours in (11, 2, 4, 2, 6):  # after 11, 13, 17, 19, 25
            office.now += timedelta(hours=hours)
            caplog.clear()
            ensure_channels(refused, HERE)
            seen.append((states(workspace), len(pushes.lapsing(workspace)), "push channels lapse" in caplog.text))
        ensure_channels(workspace, HERE, take_over=True)
        office.now += timedelta(minutes=1)
        ensure_channels(workspace, HERE)

        assert (states(workspace), pushes.lapsing(workspace)) == (["good", "good"], ())
    assert seen[:3] == [(["good", "good"], 0, False)] * 3
    assert seen[3] == (["lapsing", "lapsing"], 2, True)
    assert seen[4][1:] == (2, True)


def test_stop_ends_every_channel_and_forgets_the_refusal(office):
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
        workspace.store.watches.hold_back(office.campaign.key, office.now, "vì sao")

        assert pushes.stop_all(workspace) == (2, 0)
        assert workspace.store.channels.channels_for(office.campaign.key) == ()
        assert workspace.store.watches.watch_of(office.campaign.key).refusal == ""
        assert pushes.stop_all(workspace) == (0, 0)
    assert served(office) == []


def test_channel_of_a_workbook_that_was_replaced_is_stopped(office):
    lost = office.books("registration")[0]
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
        office.owner.del_spreadsheet(lost)
    office.provision(recreate=True)
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
        assert states(workspace) == ["good", "good"]
        known = workspace.store.channels.channels_for(office.campaign.key)

    assert sorted(one.spreadsheet_id for one in known) == books(office)
    assert lost not in {file for file, _, _ in served(office)}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sheets": "google"}, "https://…"),
        ({"sheets": "google", "public_url": "http://board.example.vn"}, "https://…"),
        ({"sheets": "http://sheets.local:9", "public_url": "http://10.0.0.5"}, "https://…"),
        ({"public_url": "http://10.0.0.5:8080"}, "tonghop serve"),
        ({"sheets": "google", "public_url": PUBLIC}, ""),
        ({}, ""),
        ({"sheets": "http://127.0.0.1:9"}, ""),
    ],
)
def test_address_fault_says_what_to_set(settings, words):
    found = pushes.address_fault(Settings(**settings))
    fault = str(found) if found else ""

    assert words in fault
    assert bool(fault) == bool(words)
    assert not fault or ("TONGHOP_PUBLIC_URL" in fault and "TONGHOP_WATCH=off" in fault)
