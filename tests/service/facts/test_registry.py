"""What is remembered of spreadsheets, on every store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.domain.sheet_changes import Shown, ShownSheet
from service.errors import FactsError
from service.facts.records import MasterState, RegisteredTab, RegisteredWorkbook, WorkbookAnswers, WorkbookKind


@pytest.fixture
def workbook(campaign_key, instant):
    return RegisteredWorkbook(campaign_key, "registration", 1, "bang-1", WorkbookKind.FORM, instant("2023-09-01 00:00"))


@pytest.fixture
def tab(campaign_key, instant):
    return RegisteredTab(campaign_key, "S-CT", "registration", "bang-1", 2**31 - 1, instant("2023-09-01 00:00"))


def test_workbooks_are_forms_then_the_master(store, campaign_key, workbook):
    master = replace(workbook, form="", shard=0, spreadsheet_id="tong-hop", kind=WorkbookKind.MASTER)
    second = replace(workbook, shard=2, spreadsheet_id="bang-2", group_address="nhom@example.org")
    for registered in (master, second, workbook, workbook):
        store.registry.save_workbook(registered)

    assert store.registry.workbooks(campaign_key) == (workbook, second, master)
    assert store.registry.workbooks("khong_co") == ()


def test_save_workbook_replaces_a_lost_spreadsheet(store, campaign_key, workbook):
    store.registry.save_workbook(workbook)
    store.registry.save_workbook(replace(workbook, spreadsheet_id="bang-moi"))

    assert [registered.spreadsheet_id for registered in store.registry.workbooks(campaign_key)] == ["bang-moi"]


def test_save_workbook_refuses_one_spreadsheet_for_two_places(store, workbook):
    store.registry.save_workbook(workbook)

    with pytest.raises(FactsError):
        store.registry.save_workbook(replace(workbook, shard=2))


def test_tabs_are_saved_again_and_orphaned(store, campaign_key, tab, instant):
    other = replace(tab, unit="HU-YT", sheet_id=1)
    store.registry.save_tabs([tab, other])
    gone = replace(tab, orphaned_at=instant("2023-09-10 00:00"))
    store.registry.save_tabs([gone])
    store.registry.save_tabs([])

    assert store.registry.tabs(campaign_key) == (other, gone)


def test_master_state_is_none_before_the_first_publication(store):
    assert store.registry.master_state("tong-hop") is None


def test_master_state_is_replaced(store, instant):
    state = MasterState("tong-hop", "vân tay", instant("2023-10-01 08:00"))
    store.registry.save_master_state(state)
    noticed = replace(state, notice="Đọc chưa trọn.")
    store.registry.save_master_state(noticed)

    assert store.registry.master_state("tong-hop") == noticed


def test_what_the_masters_sheets_show_is_kept_by_title(store):
    first = ShownSheet("hình", (Shown("top", "a" * 32, 6), Shown("đơn vị S-CT", "b", 0)))
    other = ShownSheet("khác", ())
    store.registry.save_master_sheets("tong-hop", {"Cần sửa": other, "Tổng hợp đăng ký": other})
    store.registry.save_master_sheets("tong-hop", {"Tổng hợp đăng ký": first})
    store.registry.save_master_sheets("tong-hop", {})

    assert store.registry.master_sheets("tong-hop") == {"Cần sửa": other, "Tổng hợp đăng ký": first}
    assert store.registry.master_sheets("khong-co") == {}


def test_last_reads_are_of_those_asked_for(store, instant):
    store.registry.mark_read("bang-1", instant("2023-10-01 08:00"))
    store.registry.mark_read("bang-2", instant("2023-10-01 09:00"))

    assert store.registry.last_reads(["bang-2", "bang-3"]) == {"bang-2": instant("2023-10-01 09:00")}


def test_last_read_never_goes_back(store, instant):
    assert store.registry.last_read("bang-1") is None

    for at in ("2023-10-01 08:00", "2023-10-01 09:00", "2023-10-01 08:30"):
        store.registry.mark_read("bang-1", instant(at))

    assert store.registry.last_read("bang-1") == instant("2023-10-01 09:00")


def test_what_was_answered_goes_with_the_last_read(store, instant):
    seen = WorkbookAnswers("a1", "b2", "c3")
    store.registry.mark_read("bang-1", instant("2023-10-01 08:00"), seen)
    store.registry.mark_read("bang-2", instant("2023-10-01 08:00"))
    assert store.registry.last_answers() == {"bang-1": seen}

    store.registry.mark_read("bang-1", instant("2023-10-01 08:00"))
    assert store.registry.last_answers() == {}
