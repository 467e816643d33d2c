"""A tab that cannot be read, checked or answered keeps what was read last and is named; the others go on."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import replace

import pytest

from service.cli import logs
from service.consolidation.recording import WorkbookScan
from service.consolidation.tab_reading import expected_tabs
from service.domain import tab_faults
from service.facts.records import Claim
from service.leases import LEASE
from service.sheets.reading_apart import MOST_MORE_CALLS
from sheets_schema.wording import message

GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
OTHER = ["1", "Thăm gia đình chính sách", "Ngày 06/10/2023", "Toàn tỉnh", "Hội viên", "100 suất quà", ""]
SENT = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}
ERRORS = {400: "INVALID_ARGUMENT", 500: "INTERNAL"}


class FailingTabs:
    """A server that cannot give some tabs' cells, alone or among others."""

    def __init__(self, sheet_ids, code=400):
        self.sheet_ids, self.code, self.reads = set(sheet_ids), code, 0

    def __call__(self, application):
        def answer(environ, start_response):
            if not environ["PATH_INFO"].endswith("values:batchGetByDataFilter"):
                return application(environ, start_response)
            self.reads += 1
            body = environ["wsgi.input"].read()
            environ["wsgi.input"] = io.BytesIO(body)
            asked = {one["gridRange"]["sheetId"] for one in json.loads(body)["dataFilters"]}
            if not asked & self.sheet_ids:
                return application(environ, start_response)
            start_response(f"{self.code} No", [("Content-Type", "application/json")])
            error = {"code": self.code, "message": "no", "status": ERRORS[self.code]}
            return [json.dumps({"error": error}).encode()]

        return answer


def owed(report):
    return [(fault.unit, fault.form) for fault in report.faults]


def figures(office):
    """Return every unit's line of the progress sheet but its number and statuses."""
    rows = office.master()["Theo dõi tiến độ"]
    header = next(row for row in rows if "Tình trạng" in row)
    kept = [place for place, title in enumerate(header) if place and title != "Tình trạng"]
    return {row[1]: [row[place] for place in kept] for row in rows if row[0].isdigit()}


@pytest.mark.parametrize("code", [400, 500])
def test_tab_that_cannot_be_read_is_found_among_all_and_the_others_go_on(season_office, code):
    office = season_office
    office.waiting = replace(office.waiting, sleep=lambda _seconds: None)
    office.type("S-CT", "registration", [GOOD], SENT)
    office.consolidate()
    before = figures(office)
    office.type("S-CT", "registration", [OTHER])
    office.type("S-GDDT", "registration", [GOOD], SENT)
    faulty = FailingTabs({office.tab("S-CT", "registration").id}, code)

    report = office.consolidate(faulty)

    assert owed(report) == [("S-CT", "registration")]
    # both workbooks, then two a halving of 53 tabs; a server's own failure is tried again meanwhile
    assert faulty.reads <= 2 + 2 * 6 + (22 if code == 500 else 0)
    now = figures(office)
    changed = {name for name, line in now.items() if line != before[name]}
    assert changed == {office.campaign.unit("S-GDDT").name}

    faulty.reads = 0
    again = office.consolidate(faulty)
    assert (owed(again), faulty.reads) == (owed(report), 3 if code == 400 else 4)
    assert again.faults[0].since == report.faults[0].since

    mended = office.consolidate()
    assert (mended.faults, mended.observed) == ((), 1)


def test_calls_are_bounded_however_many_tabs_are_at_fault(season_office):
    office = season_office
    office.consolidate()
    units = {unit.code for unit in office.campaign.active_units[::2]}
    with office.workspace() as workspace:
        tabs = workspace.store.registry.tabs(office.campaign.key)
    faulty = FailingTabs({tab.sheet_id for tab in tabs if tab.unit in units and tab.form == "registration"})

    report = office.consolidate(faulty)

    assert faulty.reads <= 2 + MOST_MORE_CALLS
    assert {unit for unit, _ in owed(report)} >= units


def test_tab_unread_over_the_limit_is_not_called_unsent_by_a_read_that_failed(office):
    """The evidence of a first receipt begins with the last read of its own tab, not of its workbook."""
    office.at("2023-09-29 10:00").consolidate()
    office.type("S-CT", "registration", [GOOD], SENT)
    faulty = FailingTabs({office.tab("S-CT", "registration").id})
    office.at("2023-10-01 10:00").consolidate(faulty)

    office.at("2023-10-02 10:00").consolidate()

    evidence = office.standing("S-CT", "registration").evidence
    assert evidence.after == office.at("2023-09-29 10:00").now


def test_rule_that_fails_on_one_tab_is_logged_and_named(office, caplog):
    """A form whose declaration is broken in memory makes our own rules raise, whatever the tab holds."""
    office.type("S-CT", "registration", [["1", "Bà Nguyễn Thị Kín", *GOOD[2:]]], SENT)
    with office.workspace() as workspace, caplog.at_level(logging.ERROR):
        expected = {book: dict(tabs) for book, tabs in expected_tabs(workspace).items()}
        book, sheet_id = office.books("registration")[0], office.tab("S-CT", "registration").id
        form, unit = expected[book][sheet_id]
        expected[book][sheet_id] = (replace(form, columns=(*form.columns, None)), unit)
        now = workspace.lease_clock()
        claim = workspace.store.work.claim_all(office.campaign.key, now, "w", LEASE)
        assert isinstance(claim, Claim)
        WorkbookScan(workspace, claim, expected).read_all(list(expected))
        faults = workspace.store.tab_faults.all(office.campaign.key)
        known = workspace.store.contents.summaries(office.campaign.key)

    assert [(fault.unit, fault.reason.key) for fault in faults.values()] == [("S-CT", "tab_faults.not_checked")]
    assert len(known) == 5
    (record,) = [one for one in caplog.records if one.message == "tab not checked"]
    line = logs.JsonFormatter().format(record)
    assert all(part in line for part in ("AttributeError", "tab_reading.py", '"S-CT"'))
    assert "Kín" not in line


def test_fault_of_a_form_that_is_asked_for_no_more_is_not_told(office):
    since = office.now
    faults = [
        tab_faults.TabFault("S-CT", form, since, None, message("tab_faults.tab_missing"))
        for form in ("registration", "gone")
    ]

    (said,) = tab_faults.sentences(office.campaign, faults)

    assert office.campaign.form("registration").title in str(said)
