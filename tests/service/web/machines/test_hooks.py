"""POST /hooks/sheet: every answer of the table, and that only an accepted one changes anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from service.facts.records import Hook
from service.web.machines import hook_signatures, hooks


@pytest.fixture
def book(office) -> str:
    return office.books("registration")[0]


def dirty(office) -> bool:
    with office.workspace() as workspace:
        state = workspace.store.work.state(office.campaign.key)
    return state is not None and state.dirty_since is not None


def test_sheet_marks_the_workbook_dirty(hook, office, book):
    office.forget_lease()

    assert hook({"spreadsheet_id": book, "sheet_id": 123}) == 204
    assert dirty(office)


def test_sheet_is_due_after_the_debounce_on_the_machines_clock(hook, office, book):
    assert hook({"spreadsheet_id": book}) == 204

    with office.workspace() as workspace:
        state = workspace.store.work.state(office.campaign.key)
        now = workspace.lease_clock()
    settings = office.settings
    assert state.due_at - state.dirty_since == timedelta(seconds=settings.debounce_seconds)
    assert abs(now - state.dirty_since) < timedelta(minutes=1)


def test_sheet_refuses_a_replay_and_changes_nothing(hook, office, book):
    assert hook({"spreadsheet_id": book}, nonce="mot-lan") == 204
    office.forget_lease()

    assert hook({"spreadsheet_id": book}, nonce="mot-lan") == 409
    assert not dirty(office)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "bi-mat-khac-0123456789"},
        {"age": timedelta(minutes=5, seconds=2)},
        {"age": -timedelta(minutes=5, seconds=2)},
        {hook_signatures.SIGNATURE: ""},
        {hook_signatures.SIGNATURE: "sha256=" + "0" * 64},
        {hook_signatures.NONCE: "khac"},
        {hook_signatures.NONCE: "đ".encode().decode("latin-1")},
        {hook_signatures.TIMESTAMP: "hôm qua".encode().decode("latin-1")},
        {hook_signatures.TIMESTAMP: "1"},
    ],
)
def test_sheet_refuses_what_is_not_signed_now_by_us(hook, office, book, wrong):
    office.forget_lease()

    assert hook({"spreadsheet_id": book}, **wrong) == 401
    assert not dirty(office)


def test_sheet_leaves_the_nonce_of_a_forged_hook_unused(hook, book):
    assert hook({"spreadsheet_id": book}, nonce="doan-truoc", secret="bi-mat-khac-0123456789") == 401

    assert hook({"spreadsheet_id": book}, nonce="doan-truoc") == 204


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[" * 8_000,
        b'{"spreadsheet_id": ' + b"9" * 5_000 + b"}",
        [],
        "x",
        None,
        {},
        {"spreadsheet_id": 5},
        {"spreadsheet_id": ""},
        {"spreadsheet_id": None},
        {"spreadsheet_id": "x", "sheet_id": "5"},
        {"spreadsheet_id": "x", "sheet_id": -1},
        {"spreadsheet_id": "x", "sheet_id": True},
        {"spreadsheet_id": "x", "sheet_id": 1.0},
    ],
)
def test_sheet_refuses_a_body_that_is_not_this(hook, body):
    assert hook(body) == 400


@pytest.mark.parametrize("name", ["khong-phai-cua-minh", "a/../b", "' OR 1=1", "\ud800", "x" * 5_000, "\x00"])
def test_sheet_does_not_know_other_spreadsheets(hook, name):
    assert hook({"spreadsheet_id": name}) == 404


def test_sheet_refuses_a_large_body(hook):
    assert hook(b" " * (hooks.LARGEST_BODY + 1)) == 413


def test_sheet_takes_keys_it_does_not_know(hook, book):
    assert hook({"spreadsheet_id": book, "range": "A1", "sheet_id": None}) == 204


def test_sheet_without_a_secret_is_off(browse, office):
    assert browse().post("/hooks/sheet", json={"spreadsheet_id": "x"}).status_code == 503


def test_what_asks_for_a_run_wakes_the_worker_once_it_is_marked(office, book):
    found = []
    with office.workspace() as plain:
        workspace = replace(plain, wake=lambda: found.append(dirty(office)))
        workspace.mark_edited(book)
        workspace.mark_unwatched(book)
        workspace.ask_for_run()
        workspace.ask_for_sweep()
        hooks.groups_of(workspace).submit(Hook("nonce", book))

    assert found == [True] * 5


@pytest.mark.sqlite_file
def test_sheet_asks_to_come_again_while_the_database_does_not_answer(hook, office, book):
    facts = office.settings.data_dir / "facts.sqlite"
    facts.with_suffix(".sqlite-wal").unlink(missing_ok=True)
    facts.write_bytes(b"this is no database" * 100)

    assert hook({"spreadsheet_id": book}) == 503


def test_sheet_takes_no_other_method(browse):
    answer = browse().get("/hooks/sheet")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
