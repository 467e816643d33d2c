"""One channel on everything: a push asks for a look, the look marks just our workbooks, nothing gets lost between."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from service import pushes
from service.embedded.storage.sqlite_store import FILE_NAME
from service.facts.records import ChannelKind
from service.pushes import ChannelState, ensure_channels, look_at_changes
from service.worker import Worker

HERE, THERE = "http://127.0.0.1:8080/hooks/drive", "http://127.0.0.1:9000/hooks/drive"
WEEK = timedelta(days=7)
NEVER = timedelta(days=3650)


def served(office) -> list[tuple[str, str]]:
    """Return (file, channel) of the channels the server holds, blank for all changes; none of them expired."""
    connection = sqlite3.connect(office.settings.data_dir / FILE_NAME)
    now = office.now.timestamp() * 1000
    found = connection.execute("SELECT file, id FROM channel WHERE expires > ? ORDER BY file", (now,)).fetchall()
    connection.close()
    return found


@pytest.fixture
def in_mode(office) -> Callable[[str], None]:
    def change(mode: str) -> None:
        office.settings = replace(office.settings, watch=mode, debounce_seconds=0.0)

    change("changes")
    return change


@pytest.fixture
def workspace(office, in_mode) -> Iterator[object]:
    with office.workspace() as opened:
        yield opened


@pytest.fixture
def watched(office, workspace):
    """Return the workspace once it is watched and everything was swept."""
    ensure_channels(workspace, HERE)
    settle(office, workspace)
    return workspace


def settle(office, workspace) -> None:
    while look_at_changes(workspace):
        pass
    look_at_changes(workspace)
    office.forget_lease()


def push(workspace) -> None:
    workspace.store.watches.want_look(workspace.campaign.key, workspace.lease_clock())


def dirty(office, workspace) -> tuple[str, ...]:
    """Return which workbooks are marked, and take the marks away."""
    later = workspace.lease_clock() + timedelta(minutes=2)
    claim = workspace.store.work.claim(later, "test", timedelta(seconds=1))
    if claim is None:
        return ()
    for spreadsheet_id in claim.spreadsheets:
        workspace.store.work.settle(claim, spreadsheet_id)
    workspace.store.work.release(claim, later)
    return tuple(sorted(claim.spreadsheets))


def test_one_channel_is_on_everything_for_a_week(office, workspace):
    assert ensure_channels(workspace, HERE) == 1
    assert ensure_channels(workspace, HERE) == 0

    (channel,) = workspace.store.channels.channels_for(workspace.campaign.key)
    assert (channel.kind, channel.spreadsheet_id, channel.expires_at) == (ChannelKind.CHANGES, "", office.now + WEEK)
    assert [file for file, _ in served(office)] == [""]


def test_first_look_is_a_sweep(office, workspace):
    ensure_channels(workspace, HERE)

    state = workspace.store.work.state(office.campaign.key)
    assert state.dirty_since is not None
    assert workspace.store.watches.watch_of(office.campaign.key).page_token != ""


def test_only_the_workbook_that_changed_is_marked(office, watched):
    book = office.books("registration")[0]
    office.type("S-CT", "registration", [["1", "Ra quân làm sạch kênh mương", "15/10/2023"]])
    push(watched)

    assert look_at_changes(watched) == 1
    assert dirty(office, watched) == (book,)
    assert look_at_changes(watched) == 0


def test_master_and_files_that_are_not_ours_are_never_marked(office, watched):
    office.owner.create("Việc riêng")
    office.master_file().update_title("Tổng hợp, tên khác")
    push(watched)

    assert look_at_changes(watched) == 0
    assert dirty(office, watched) == ()
    assert watched.store.watches.watch_of(office.campaign.key).look_at is None


def test_workbook_that_is_deleted_is_marked(office, watched):
    book = office.books("registration")[0]
    office.owner.del_spreadsheet(book)
    push(watched)

    assert look_at_changes(watched) == 1
    assert dirty(office, watched) == (book,)


def test_without_a_push_nothing_is_asked(office, watched):
    office.type("S-CT", "registration", [["1", "Không ai báo", "15/10/2023"]])
    before = watched.sheets.meter.drive

    assert look_at_changes(watched) == 0
    assert watched.sheets.meter.drive == before


def test_pages_of_changes_are_gone_through(office, watched):
    def small_pages(application):
        def answer(environ, start_response):
            environ["QUERY_STRING"] = environ["QUERY_STRING"].replace("pageSize=1000", "pageSize=1")
            return application(environ, start_response)

        return answer

    for form in office.forms:
        office.owner.open_by_key(office.books(form)[0]).update_title(f"Tên khác {form}")
    push(watched)

    with office.workspace(small_pages) as paged:
        assert look_at_changes(paged) == len(office.forms)
        assert paged.sheets.meter.drive == len(office.forms)
    assert dirty(office, watched) == tuple(sorted(office.books(form)[0] for form in office.forms))


@pytest.mark.parametrize("landed", [False, True])
def test_killed_while_looking_looks_again_from_the_same_place(office, watched, cutting, cut_off_error, landed):
    office.type("S-CT", "registration", [["1", "Có người gõ", "15/10/2023"]])
    push(watched)
    with office.workspace(cutting(0, landed=landed)) as dying, pytest.raises(cut_off_error):
        look_at_changes(dying)
    assert dirty(office, watched) == ()

    assert look_at_changes(watched) == 1
    assert dirty(office, watched) == (office.books("registration")[0],)


def test_killed_while_marking_marks_again(office, watched, cut_off_error):
    office.type("S-CT", "registration", [["1", "Có người gõ", "15/10/2023"]])
    push(watched)
    before = watched.store.watches.watch_of(office.campaign.key)

    def killed() -> None:
        with watched.store.together():
            look_at_changes(watched)
            raise cut_off_error

    with pytest.raises(cut_off_error):
        killed()

    assert watched.store.watches.watch_of(office.campaign.key) == before
    assert dirty(office, watched) == ()
    assert look_at_changes(watched) == 1


@pytest.mark.parametrize("token", ["999999", "rác", "0", "1' OR 1=1"])
def test_lost_place_sweeps_everything_and_begins_anew(office, watched, caplog, token):
    key = office.campaign.key
    known = watched.store.watches.watch_of(key)
    watched.store.watches.begin_looking(key, token, instead_of=known.page_token)
    push(watched)

    with caplog.at_level(logging.WARNING):
        assert look_at_changes(watched) == 1

    assert "the place in the changes is lost" in caplog.text
    assert dirty(office, watched) == tuple(sorted(book for form in office.forms for book in office.books(form)))
    assert watched.store.watches.watch_of(key).page_token == known.page_token
    assert watched.store.watches.watch_of(key).look_at is None


def test_lost_place_is_found_out_while_the_channel_is_renewed(office, watched):
    key = office.campaign.key
    watched.store.watches.begin_looking(key, "999999", instead_of=watched.store.watches.watch_of(key).page_token)
    office.now += WEEK / 2

    assert ensure_channels(watched, HERE) == 1
    assert watched.store.watches.watch_of(key).page_token == ""
    office.now += timedelta(minutes=1)
    assert ensure_channels(watched, HERE) == 1
    assert watched.store.work.state(key).dirty_since is not None
    assert [line.state for line in pushes.lines(watched)] == [ChannelState.GOOD]


def failing(status: str, body: bytes, on: str) -> Callable:
    """Return what stands before the server and fails the requests whose path ends so."""

    def between(application):
        def answer(environ, start_response):
            if environ["PATH_INFO"].endswith(on):
                start_response(status, [("Content-Type", "application/json")])
                return [body]
            return application(environ, start_response)

        return answer

    return between


FORBIDDEN = b'{"error": {"code": 403, "message": "no", "errors": [{"reason": "insufficientPermissions"}]}}'


@pytest.mark.parametrize("status", ["400 Bad Request", "404 Not Found", "410 Gone"])
def test_place_that_the_server_does_not_take_is_lost(office, watched, status):
    body = json.dumps({"error": {"code": int(status[:3]), "message": "…", "errors": [{"reason": "x"}]}}).encode()
    push(watched)

    with office.workspace(failing(status, body, "/changes")) as refused:
        assert look_at_changes(refused) == 1
    assert watched.store.work.state(office.campaign.key).dirty_since is not None
    assert watched.store.watches.watch_of(office.campaign.key).look_at is None


def test_look_that_fails_for_now_is_put_off_and_made_good(office, watched):
    office.type("S-CT", "registration", [["1", "Có người gõ", "15/10/2023"]])
    push(watched)
    with office.workspace(failing("403 Forbidden", FORBIDDEN, "/changes")) as refused:
        assert look_at_changes(refused) == 0

    waiting = watched.store.watches.watch_of(office.campaign.key)
    assert waiting.look_at > watched.lease_clock()
    assert look_at_changes(watched) == 0
    watched.store.watches.look_later(office.campaign.key, watched.lease_clock())
    assert look_at_changes(watched) == 1


@pytest.mark.parametrize("body", [b"", b"{", b'{"newStartPageToken": "5"', b"\xff\xfe", b"<html>"])
def test_answer_that_breaks_off_is_asked_for_again(office, watched, body):
    before = watched.store.watches.watch_of(office.campaign.key)
    push(watched)

    with office.workspace(failing("200 OK", body, "/changes")) as cut_short:
        assert look_at_changes(cut_short) == 0
    assert watched.store.watches.watch_of(office.campaign.key).page_token == before.page_token
    assert watched.store.watches.watch_of(office.campaign.key).look_at > watched.lease_clock()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"5", b'{"resourceId": 5, "expiration": {}}', b"\xff"])
def test_rubbish_instead_of_a_channel_ends_nothing(office, workspace, body):
    with office.workspace(failing("200 OK", body, "/watch")) as told_rubbish:
        assert ensure_channels(told_rubbish, HERE) == 1
    office.now += timedelta(minutes=1)

    assert ensure_channels(workspace, HERE, take_over=True) == 1
    assert [line.state for line in pushes.lines(workspace)] == [ChannelState.GOOD]


@pytest.mark.parametrize("expiration", ["0", "1695171600000", "1695171659000"])
def test_channel_granted_for_no_time_at_all_is_not_asked_for_without_end(office, workspace, expiration):
    body = json.dumps({"resourceId": "r", "expiration": expiration}).encode()
    with office.workspace(failing("200 OK", body, "/watch")) as stingy:
        assert [ensure_channels(stingy, HERE) for _ in range(3)] == [1, 0, 0]
        office.now += timedelta(minutes=1)
        assert ensure_channels(stingy, HERE) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"newStartPageToken": 5}',
        b'{"newStartPageToken": ""}',
        b'{"nextPageToken": null}',
        b'{"changes": [{"fileId": "x"}]}',
    ],
)
def test_rubbish_instead_of_changes_is_a_lost_place(office, watched, body):
    push(watched)

    with office.workspace(failing("200 OK", body, "/changes")) as told_rubbish:
        assert look_at_changes(told_rubbish) == 1
    assert watched.store.watches.watch_of(office.campaign.key).page_token != ""


@pytest.mark.parametrize("changes", [None, 5, "x", [None, 1, "x", [], {}, {"fileId": 5}, {"fileId": None}]], ids=str)
def test_rubbish_among_changes_is_left_out(office, watched, changes):
    push(watched)
    body = json.dumps({"newStartPageToken": "5", "changes": changes}).encode()

    with office.workspace(failing("200 OK", body, "/changes")) as told_rubbish:
        assert look_at_changes(told_rubbish) == 0
    assert watched.store.watches.watch_of(office.campaign.key).page_token == "5"


def test_renewal_overlaps_and_asks_for_no_sweep(office, watched):
    (before,) = served(office)
    office.now += WEEK / 2 - timedelta(seconds=1)
    assert ensure_channels(watched, HERE) == 0
    office.now += timedelta(seconds=1)

    assert ensure_channels(watched, HERE) == 1
    (after,) = served(office)
    assert before != after
    assert watched.store.watches.watch_of(office.campaign.key).look_at is None


def test_gap_between_channels_is_looked_at_from_the_kept_place(office, watched):
    office.now += WEEK
    office.type("S-CT", "registration", [["1", "Lúc không ai báo", "15/10/2023"]])

    assert ensure_channels(watched, HERE) == 1
    assert look_at_changes(watched) == 1
    assert dirty(office, watched) == (office.books("registration")[0],)


def test_modes_are_switched_new_before_old(office, in_mode):
    seen = []

    def watching(application):
        def answer(environ, start_response):
            if environ["PATH_INFO"].endswith(("/watch", "/stop")):
                seen.append(environ["PATH_INFO"].rpartition("/")[2])
            return application(environ, start_response)

        return answer

    def switch(mode: str) -> list[str]:
        in_mode(mode)
        with office.workspace(watching) as workspace:
            ensure_channels(workspace, HERE, take_over=True)
            assert {line.state for line in pushes.lines(workspace)} <= {ChannelState.GOOD}
        return [file for file, _ in served(office)]

    books = sorted(office.books(form)[0] for form in office.forms)
    assert switch("files") == books
    assert switch("changes") == [""]
    assert switch("files") == books
    assert switch("off") == []
    assert seen == [*["watch"] * 2, "watch", "stop", "stop", "watch", "watch", "stop", "stop", "stop"]


def test_push_over_a_channel_of_the_mode_before_is_looked_at(office, in_mode):
    in_mode("changes")
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
        settle(office, workspace)
    in_mode("files")
    office.type("S-CT", "registration", [["1", "Có người gõ", "15/10/2023"]])
    with office.workspace() as workspace:
        push(workspace)

        assert look_at_changes(workspace) == 1
        assert dirty(office, workspace) == (office.books("registration")[0],)


def test_old_mode_stays_while_the_new_one_is_refused(office, in_mode):
    in_mode("files")
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
    in_mode("changes")
    with office.workspace(failing("403 Forbidden", FORBIDDEN, "/changes/watch")) as refused:
        ensure_channels(refused, HERE, take_over=True)
        states = [line.state for line in pushes.lines(refused)]

    assert [file for file, _ in served(office)] == sorted(office.books(form)[0] for form in office.forms)
    assert states == [ChannelState.ASKED, ChannelState.ENDING, ChannelState.ENDING]


def test_channel_that_cannot_be_stopped_is_tried_again_later(office, in_mode):
    in_mode("files")
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
    in_mode("off")
    with office.workspace(failing("403 Forbidden", FORBIDDEN, "/stop")) as refused:
        calls = []
        for _ in range(3):
            ensure_channels(refused, HERE)
            calls.append(refused.sheets.meter.drive)
    assert calls == [2, 2, 2]

    office.now += timedelta(minutes=10)
    with office.workspace() as workspace:
        ensure_channels(workspace, HERE)
    assert served(office) == []


def test_worker_looks_when_a_push_came(office, in_mode):
    with office.workspace() as workspace:
        worker = Worker(workspace, "w1", HERE)
        while worker.turn():
            pass
        settle(office, workspace)
        before = len(workspace.store.runs.last(office.campaign.key, 100))
        office.type("S-CT", "registration", [["1", "Ra quân", "15/10/2023"]])
        assert not worker.turn()
        push(workspace)
        while worker.turn():
            pass
        runs = workspace.store.runs.last(office.campaign.key, 100)

    assert len(runs) > before
    assert "Ra quân" in str(office.master())


def test_two_workers_look_at_once_and_lose_nothing(office, watched):
    office.type("S-CT", "registration", [["1", "Ra quân", "15/10/2023"]])
    push(watched)
    seen = []

    def other_first(application):
        def answer(environ, start_response):
            body = list(application(environ, start_response))
            if environ["PATH_INFO"].endswith("/changes") and not seen:
                seen.append(look_at_changes(watched))
            return body

        return answer

    with office.workspace(other_first) as slow:
        assert look_at_changes(slow) == 1
    assert seen == [1]
    assert watched.store.watches.watch_of(office.campaign.key).look_at is None
    assert dirty(office, watched) == (office.books("registration")[0],)
