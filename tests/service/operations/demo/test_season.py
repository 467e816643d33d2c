"""The demonstration season: in order, about real units and labels, and with every situation it promises."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from service.domain.decisions import DecisionKind
from service.operations.demo.season import (
    Confirm,
    Consolidate,
    Decide,
    FillBlock,
    InsertAbove,
    Mend,
    TypeReport,
    TypeRows,
    Unconfirm,
    load_season,
    read_season,
)
from sheets_schema.campaign import ColumnRole
from sheets_schema.declaration import builtin_campaign, load_campaign

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
KEY = "thang_dan_van_2023"


@pytest.fixture(scope="module")
def season():
    return load_season()


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign(KEY))


def at(day, hour, minute=0):
    month, number = day
    return datetime(2023, month, number, hour, minute, tzinfo=HANOI)


def limit(campaign, form):
    return campaign.obligation(form).due_before


def acts(season, kind, form):
    return [event for event in season.events if isinstance(event, kind) and event.form == form]


def confirmed(season, form):
    """Each unit's first confirmation."""
    first = {}
    for event in acts(season, Confirm, form):
        first.setdefault(event.unit, event.at)
    return first


def documents(season):
    """When each unit's deployment document is first on its tab."""
    labels = {"Số và ký hiệu", "Liên kết văn bản", "Đăng ký kèm trong văn bản"}
    first = {}
    for event in acts(season, FillBlock, "registration"):
        if labels & event.values.keys():
            first.setdefault(event.unit, event.at)
    return first


def typed(season, form):
    kinds = (TypeRows, TypeReport)
    first = {}
    for event in acts(season, kinds, form):
        first.setdefault(event.unit, event.at)
    return first


def decisions(season, decision):
    return [event for event in season.decisions if event.decision is decision]


def test_events_are_sorted_by_instant(season):
    instants = [event.at for event in season.events]

    assert instants == sorted(instants)


def test_events_lie_in_the_season_and_carry_its_offset(season):
    assert {event.at.utcoffset() for event in season.events} == {timedelta(hours=7)}
    assert season.events[0].at >= at((9, 11), 0)
    assert season.events[-1].at < at((11, 6), 0)


def test_every_unit_is_active_in_the_campaign(season, campaign):
    active = {unit.code for unit in campaign.active_units}

    strangers = {event.unit for event in season.events if not isinstance(event, Consolidate)} - active

    assert strangers == set()


def test_every_form_is_declared(season, campaign):
    forms = {event.form for event in season.events if not isinstance(event, Consolidate)}

    assert forms == {form.key for form in campaign.forms}


@pytest.mark.parametrize("form", ["registration", "report"])
def test_block_labels_are_the_declared_ones(season, campaign, form):
    labels = {label for event in acts(season, FillBlock, form) for label in event.values}

    assert labels - {field.label for field in campaign.form(form).fields} == set()


def test_rows_have_one_text_per_column(season, campaign):
    widths = {len(row) for event in acts(season, TypeRows, "registration") for row in event.rows}

    assert widths == {len(campaign.form("registration").columns)}


def test_report_cells_are_the_declared_ones(season, campaign):
    form = campaign.form("report")
    given = {ColumnRole.SECTION, ColumnRole.GIVEN}
    reports = acts(season, TypeReport, "report")
    sections = [section for event in reports for section in event.sections.items()]

    assert {code for code, _ in sections} - {content.code for content in campaign.contents} == set()
    assert {key for _, cells in sections for key in cells} - {
        column.key for column in form.columns if column.role not in given
    } == set()
    assert {title for event in reports for title in event.free} == {row.title for row in form.free_rows}


def test_mended_cells_are_the_declared_ones_of_a_row_typed_before(season, campaign):
    keys = {column.key for column in campaign.form("registration").columns}
    mends = acts(season, Mend, "registration")

    assert {key for event in mends for key in event.cells} - keys == set()
    for event in mends:
        rows = [row for act in season.of_unit(event.unit) if isinstance(act, TypeRows) for row in act.rows]
        assert event.row <= len(rows)
        assert typed(season, "registration")[event.unit] < event.at


def test_activities_are_many_and_not_numbered_fillers(season):
    names = [row[1] for event in acts(season, TypeRows, "registration") for row in event.rows if row[1] and row[2]]

    assert 240 <= len(names) <= 300
    assert len(set(names)) > 0.95 * len(names)
    assert [name for name in names if re.fullmatch(r"(?i)hoạt động \d+", name)] == []


def test_most_units_register_before_the_limit(season, campaign):
    limit_at = limit(campaign, "registration")
    prompt = [
        unit
        for unit, when in confirmed(season, "registration").items()
        if when < limit_at and documents(season).get(unit, limit_at) < limit_at
    ]

    assert len(prompt) >= 30


def test_late_registrations_fall_on_the_named_day_and_after_it(season, campaign):
    limit_at = limit(campaign, "registration")
    late = {unit: when for unit, when in confirmed(season, "registration").items() if when >= limit_at}

    days = sorted(when.date().isoformat() for when in late.values())
    assert days == ["2023-09-30"] * 2 + ["2023-10-02"] * 2 + ["2023-10-05", "2023-10-09"]


def test_last_minute_registration_comes_just_before_the_limit(season, campaign):
    limit_at = limit(campaign, "registration")

    last = max(when for when in confirmed(season, "registration").values() if when < limit_at)

    assert limit_at - last < timedelta(minutes=30)


def test_partial_registrations_are_completed_late_or_never(season, campaign):
    limit_at = limit(campaign, "registration")
    with_document, nil = documents(season), {"KBNN"}
    partial = {
        unit: with_document.get(unit)
        for unit, when in confirmed(season, "registration").items()
        if unit not in nil and (unit not in with_document or with_document[unit] > when)
    }

    assert set(partial) == {"BHXH", "VKSND"}
    assert partial["BHXH"] > limit_at
    assert partial["VKSND"] is None


def test_confirmation_without_an_activity_is_completed_late(season, campaign):
    assert confirmed(season, "registration")["TT-TINH"] < limit(campaign, "registration")
    assert typed(season, "registration")["TT-TINH"] > limit(campaign, "registration")


def test_drafts_are_typed_and_never_confirmed(season):
    drafts = set(typed(season, "registration")) - set(confirmed(season, "registration"))

    assert drafts == {"S-KHCN", "HU-LNA", "DU-QS"}  # DU-QS sent paper


def test_silent_units_never_touch_their_tabs(season, campaign):
    present = {event.unit for event in season.events if not isinstance(event, Consolidate)}

    silent = {unit.code for unit in campaign.active_units} - present

    assert silent == {"S-NGV", "CTK", "NHNN"}


def test_extension_names_a_document_and_is_met(season, campaign):
    (extension,) = decisions(season, DecisionKind.EXTEND)

    assert extension.document == "312-CV/HU"
    assert extension.before is not None
    assert limit(campaign, "registration") < confirmed(season, "registration")[extension.unit] < extension.before


def test_exemption_covers_both_forms_with_a_reason(season):
    exemptions = decisions(season, DecisionKind.EXEMPT)

    assert [(event.unit, event.form) for event in exemptions] == [("CQLTT", "registration"), ("CQLTT", "report")]
    assert all(event.reason for event in exemptions)


def test_nil_is_declared_by_the_unit_and_by_decision(season):
    (by_decision,) = decisions(season, DecisionKind.NIL)
    by_unit = [
        event.unit for event in acts(season, FillBlock, "registration") if event.values.get("Không phát sinh") is True
    ]

    assert (by_decision.unit, by_decision.form) == ("KBNN", "report")
    assert by_unit == ["KBNN"]
    assert "KBNN" in confirmed(season, "registration")


def test_returned_registration_was_complete_in_time_and_is_mended_on_2_october(season, campaign):
    (returned,) = decisions(season, DecisionKind.RETURN)

    mended = [event.at for event in season.of_unit(returned.unit) if isinstance(event, Mend)]
    accepted = [event.at for event in decisions(season, DecisionKind.ACCEPT) if event.unit == returned.unit]

    assert confirmed(season, "registration")[returned.unit] == at((9, 29), 14)
    assert returned.at > limit(campaign, "registration")
    assert mended == [at((10, 2), 9, 30)]
    assert accepted[0] > mended[0]


def test_paper_receipt_is_recorded_after_it_came(season, campaign):
    (receipt,) = decisions(season, DecisionKind.RECEIVE)

    assert receipt.received_at is not None
    assert receipt.received_at < limit(campaign, "registration") < receipt.at


def test_two_units_untick_and_one_ticks_again(season):
    unticked = {event.unit: event.at for event in acts(season, Unconfirm, "registration")}

    again = {
        event.unit for event in acts(season, Confirm, "registration") if event.at > unticked.get(event.unit, event.at)
    }

    assert set(unticked) == {"LDLD", "HU-LG"}
    assert again == {"LDLD"}


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("HU-LNG", "-nt-"),
        ("HU-LNG", "CÔNG TÁC TUYÊN TRUYỀN"),
        ("HU-LNG", "Cộng: 06 hoạt động"),
        ("HU-LNG", "..."),
        ("HU-LNG", "T/M BAN THƯỜNG VỤ"),
        ("S-VHTTDL", "Tổng cộng: 05 hoạt động"),
        ("HCCB", "Từ 25/10 đến 15/10/2023"),
        ("HCCB", "Ngày 31/9/2023"),
        ("BDT", "Tuyªn truyÒn xãa bá t¶o h«n, h«n nh©n cËn huyÕt thèng"),
        ("S-TTTT", "=COUNTA(A2:A200)"),
    ],
)
def test_messy_tabs_hold_what_people_type(season, unit, text):
    cells = {cell for act in season.of_unit(unit) if isinstance(act, TypeRows) for row in act.rows for cell in row}

    assert text in cells


def test_columns_are_shifted_and_swapped_in_one_tab(season):
    (act,) = [act for act in season.of_unit("BQLKCN") if isinstance(act, TypeRows)]

    assert act.rows[1][3] == "15/10/2023"
    assert act.rows[2][0] == "Phiên chợ công nhân"


def test_a_paste_inserts_lines_above_a_table_already_typed(season):
    (paste,) = [event for event in season.events if isinstance(event, InsertAbove)]

    assert paste.at > typed(season, "registration")[paste.unit]
    assert paste.lines[0][0] == "UBND TỈNH BẮC GIANG"


def test_a_row_is_repeated_within_one_unit(season):
    rows = [row[1:5] for act in season.of_unit("HU-YD") if isinstance(act, TypeRows) for row in act.rows]

    assert len(rows) - len(set(rows)) == 1


def test_reports_come_in_time_late_and_as_draft(season, campaign):
    limit_at = limit(campaign, "report")
    sent = confirmed(season, "report")

    assert len([unit for unit, when in sent.items() if when < limit_at]) >= 35
    assert {unit for unit, when in sent.items() if when >= limit_at} == {"S-TC", "HU-YT", "S-KHCN", "HU-LNA", "TT-TINH"}
    assert set(typed(season, "report")) - set(sent) == {"BDT"}


def test_a_report_is_confirmed_with_no_section_filled(season):
    bare = [event.unit for event in acts(season, TypeReport, "report") if not event.sections]

    assert bare == ["VKSND"]
    assert "VKSND" in confirmed(season, "report")


@pytest.mark.parametrize("form", ["registration", "report"])
def test_everything_is_consolidated_at_the_limits(season, campaign, form):
    moments = {moment.at for moment in season.moments}

    assert {limit(campaign, form), limit(campaign, form) - timedelta(minutes=1)} <= moments


def test_everything_is_consolidated_when_the_extension_ends(season):
    (extension,) = decisions(season, DecisionKind.EXTEND)

    assert extension.before in {moment.at for moment in season.moments}


def test_moments_worth_showing_cover_both_months(season):
    shown = [moment.at.date().isoformat() for moment in season.moments if moment.show]

    assert {"2023-09-30", "2023-10-02", "2023-10-30", "2023-11-05"} <= set(shown)


ACT = {"at": "2023-09-20T09:00:00+07:00", "unit": "S-CT", "form": "registration"}


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        (ACT | {"do": "confirm", "extra": 1}, "extra: Extra inputs"),
        (ACT | {"do": "dance"}, ": Input tag 'dance'"),
        (ACT | {"do": "type", "rows": [["1", "hai ô"]]}, "rows.0: Tuple should have at least 7 items"),
        (ACT | {"do": "type", "rows": [[1] * 7]}, "rows.0.0: Input should be a valid string"),
        (ACT | {"do": "fill_block", "values": []}, "values: Input should be"),
        (ACT | {"do": "insert_above", "lines": "dòng"}, "lines: Input should be a valid"),
        (ACT | {"do": "mend", "row": 0, "cells": {}}, "row: Input should be greater than or equal to 1"),
        (ACT | {"do": "confirm", "at": "2023-09-20T09:00:00"}, "at: Input should have timezone info"),
        (ACT | {"decide": "forgive", "reason": "r"}, "decide: Input should be 'extend'"),
        ({"at": ACT["at"], "consolidate": False, "show": True, "title": "t"}, "consolidate: Input should be True"),
        ({"at": ACT["at"], "consolidate": True, "show": 1, "title": "t"}, "show: Input should be a valid boolean"),
        ({"do": "confirm", "unit": "S-CT", "form": "registration"}, "at: Field required"),
        (7, ": Input tag ''"),
    ],
)
def test_reading_refuses_a_fault_naming_file_and_event(event, fault):
    with pytest.raises(ValueError, match=re.escape(f"board.json, event 1: {fault}")):
        read_season({"board.json": json.dumps({"events": [event]})})


def test_units_act_before_the_operator_at_one_instant():
    act = json.dumps({"events": [ACT | {"do": "confirm"}]})
    decision = json.dumps({"events": [ACT | {"decide": "accept", "reason": "Đủ"}]})

    season = read_season({"registration.json": act, "board.json": decision})

    assert [type(event) for event in season.events] == [Confirm, Decide]
