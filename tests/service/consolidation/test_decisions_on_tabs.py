"""Decisions reach the unit's tab, and what is wrong is named and coloured there: in few calls, and only ours."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.sheets.cell_marks import FORMULAS
from service.worker import Worker
from sheets_schema.grid import a1
from sheets_schema.wording import Language

FORM = "registration"
GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
BAD = ["2", "Tuyên truyền", "32/10/2023", "Toàn tỉnh", "Nhân dân", "Hiểu luật", ""]
SENT = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}
EXTENDED = datetime(2023, 10, 6, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
YELLOW = {"red": 1, "green": 1}


@pytest.fixture(scope="module")
def answered_once(shared_office):
    """The office on 28 September: S-CT has sent, and everything is read and answered."""
    shared_office.at("2023-09-28 09:00").type("S-CT", FORM, [GOOD], SENT)
    shared_office.at("2023-09-28 10:00").consolidate()
    shared_office.consolidate()
    return shared_office


@pytest.fixture
def read_once(office, answered_once):
    return office.become(answered_once)


def decide(office, kind, unit="S-CT", reason="theo báo cáo", document="21-CV", **what):
    with office.workspace() as workspace:
        decision = Decision(kind, unit, FORM, office.now, "Chị Hoa", reason, document, **what)
        return workflows.decide(workspace, [decision]).number


def withdraw(office, number):
    with office.workspace() as workspace:
        workflows.withdraw(workspace, number, units=(), actor="Chị Hoa", reason="ghi nhầm")


def turn(office):
    """Let the worker take its turn; return the reads and writes it cost, and why it ran."""
    with office.workspace() as workspace:
        meter, before = workspace.sheets.meter, (workspace.sheets.meter.reads, workspace.sheets.meter.writes)
        ran = Worker(workspace, "w1", swept_until=office.now).turn()
        (last,) = workspace.store.runs.last(office.campaign.key, 1)
        return (meter.reads - before[0], meter.writes - before[1], last.trigger) if ran else None


def shown(office, unit="S-CT"):
    return office.tab(unit, FORM).get_all_values()


def summary(office, unit="S-CT"):
    return shown(office, unit)[0][7].split("\n")


def limit(office, unit="S-CT"):
    return next(cell for row in shown(office, unit) for cell in row if cell.startswith("Hạn gửi"))


def marked(office, unit="S-CT"):
    """Return the ranges coloured by us, by severity."""
    tab = office.tab(unit, FORM)
    params = {"fields": "sheets(properties(sheetId),conditionalFormats)"}
    sheets = office.owner.http_client.fetch_sheet_metadata(tab.spreadsheet_id, params=params)["sheets"]
    rules = next(one for one in sheets if one["properties"]["sheetId"] == tab.id)["conditionalFormats"]
    ours = {formula: severity.value for severity, formula in FORMULAS.items()}
    return {
        ours[formula]: [
            (area["startRowIndex"] + 1, area["endRowIndex"], area["startColumnIndex"]) for area in rule["ranges"]
        ]
        for rule in rules
        for value in rule["booleanRule"]["condition"]["values"]
        if (formula := value["userEnteredValue"]) in ours
    }


def test_an_extension_is_on_the_tab_after_one_run_and_gone_when_withdrawn(read_once):
    plain = limit(read_once, "S-GDDT")
    number = decide(read_once, DecisionKind.EXTEND, "S-GDDT", before=EXTENDED)

    # one workbook: two reads, its write, and the master's
    assert turn(read_once.at("2023-09-29 08:00")) == (2, 2, "decision")
    assert limit(read_once, "S-GDDT") == "Hạn gửi: trước ngày 06/10/2023 (hết ngày 05/10/2023), đã được gia hạn."
    assert limit(read_once) == plain
    assert turn(read_once) is None

    withdraw(read_once.at("2023-09-29 09:00"), number)
    assert turn(read_once) == (2, 2, "decision")
    assert limit(read_once, "S-GDDT") == plain == "Hạn gửi: trước ngày 30/9/2023 (hết ngày 29/9/2023)."


DECIDED = {
    DecisionKind.EXEMPT: "Không thuộc diện phải gửi: theo báo cáo; văn bản 21-CV.",
    DecisionKind.RECEIVE: "Đã nhận bản giấy lúc 10:00 ngày 28/9/2023: theo báo cáo; văn bản 21-CV.",
    DecisionKind.NIL: "Đã ghi nhận không phát sinh (10:00 ngày 28/9/2023): theo báo cáo; văn bản 21-CV.",
}


@pytest.mark.parametrize("kind", DECIDED)
def test_the_tab_says_that_nothing_more_is_asked_for(read_once, kind):
    received = read_once.now if kind is DecisionKind.RECEIVE else None
    decide(read_once, kind, "S-GDDT", received_at=received)

    turn(read_once)
    assert summary(read_once, "S-GDDT") == [DECIDED[kind]]

    # what is typed there all the same is judged, and no tick is asked for
    read_once.type("S-GDDT", FORM, [BAD])
    read_once.consolidate()
    assert summary(read_once, "S-GDDT") == [DECIDED[kind], "Hợp lệ: 0 dòng. Cần sửa: 1 dòng."]


def test_the_tab_says_returned_corrected_and_accepted(read_once):
    decide(read_once.at("2023-09-28 11:00"), DecisionKind.RETURN, reason="thiếu quy mô", document="")
    turn(read_once)
    assert summary(read_once)[:2] == [
        "Đề nghị bổ sung, chỉnh sửa (Chị Hoa, 11:00 ngày 28/9/2023): thiếu quy mô.",
        "Đã xác nhận gửi, đủ thành phần.",
    ]

    read_once.at("2023-09-28 14:00").type("S-CT", FORM, [[*GOOD[:6], "thêm"]])
    read_once.consolidate()
    assert summary(read_once)[0].startswith("Đã chỉnh sửa theo đề nghị (Chị Hoa, 11:00 ngày 28/9/2023), chờ xem")

    decide(read_once.at("2023-09-28 15:00"), DecisionKind.ACCEPT, reason="", document="")
    turn(read_once)
    assert summary(read_once)[0] == "Đã tiếp nhận (Chị Hoa, 15:00 ngày 28/9/2023)."


def test_what_the_unit_typed_before_the_decision_was_written_is_answered_too(read_once):
    decide(read_once, DecisionKind.EXTEND, before=EXTENDED)
    tab = read_once.at("2023-09-28 12:00").tab("S-CT", FORM)
    header, _ = read_once.find(tab.get_all_values(), "Stt")
    tab.insert_rows([BAD], header + 1, value_input_option="RAW")

    turn(read_once)

    assert [row[7][:7] for row in shown(read_once)[header : header + 2]] == ["Lỗi cần", "Hợp lệ."]
    assert limit(read_once).endswith("đã được gia hạn.")


def test_the_faulty_cell_is_named_and_coloured_until_it_is_mended(read_once):
    tab = read_once.type("S-CT", FORM, [BAD], first=2)
    header, _ = read_once.find(tab.get_all_values(), "Stt")
    number = header + 2
    tab.format(f"C{number}:D{number}", {"backgroundColor": YELLOW})

    first, again = read_once.consolidate(), read_once.consolidate()

    assert (first.write_calls, again.write_calls, again.feedback) == (2, 0, 0)
    assert shown(read_once)[number - 1][7].startswith(f"Lỗi cần sửa: ô C{number} – Ngày “32/10/2023” không có")
    assert marked(read_once) == {"error": [(number, number, 2)]}

    other = ["3", "Thăm gia đình chính sách", "Ngày 06/10/2023", "Toàn tỉnh", "Hội viên", "100 suất quà", ""]
    tab.insert_rows([other], header + 1, value_input_option="RAW")
    tab.update([["21/10/2023"]], f"C{number + 1}", raw=True)
    read_once.consolidate()
    assert marked(read_once) == {}
    cells = read_once.owner.http_client.fetch_sheet_metadata(
        tab.spreadsheet_id, params={"ranges": f"'{tab.title}'!C{number + 1}", "includeGridData": "true"}
    )["sheets"][0]["data"][0]["rowData"]
    fill = cells[0]["values"][0]["userEnteredFormat"]["backgroundColor"]
    assert (fill["red"], fill["green"], fill.get("blue", 0)) == (1, 1, 0)


def test_neighbouring_faults_are_one_range_and_other_rules_stay(read_once):
    tab = read_once.type("S-CT", FORM, [BAD, [*BAD[:2], "31/9/2023", *BAD[3:]]], first=2)
    header, _ = read_once.find(tab.get_all_values(), "Stt")

    read_once.consolidate()

    assert marked(read_once) == {"error": [(header + 2, header + 3, 2)]}
    assert len(rules_of(read_once)) == 5
    tab.update([[""] * 7] * 2, f"A{header + 2}", raw=True)
    read_once.consolidate()
    assert (marked(read_once), len(rules_of(read_once))) == ({}, 5)


def rules_of(office):
    tab = office.tab("S-CT", FORM)
    sheets = office.owner.http_client.fetch_sheet_metadata(tab.spreadsheet_id)["sheets"]
    return next(one for one in sheets if one["properties"]["sheetId"] == tab.id)["conditionalFormats"]


def test_a_tab_without_its_limit_line_is_answered_all_the_same(read_once):
    tab = read_once.tab("S-CT", FORM)
    row, column = next(
        (number, place)
        for number, cells in enumerate(tab.get_all_values(), start=1)
        for place, cell in enumerate(cells, start=1)
        if cell.startswith("Hạn gửi")
    )
    tab.update_cell(row, column, "")
    decide(read_once, DecisionKind.EXTEND, before=EXTENDED)
    read_once.at("2023-09-28 12:00")
    turn(read_once)

    assert turn(read_once) is None
    assert (read_once.consolidate().write_calls, summary(read_once)[0]) == (0, "Đã xác nhận gửi, đủ thành phần.")


def test_explain_names_what_is_missing_and_where_it_goes(read_once):
    read_once.type("S-GDDT", FORM, (), {"Số và ký hiệu": "5-KH", "Xác nhận gửi": True})
    read_once.consolidate()

    with read_once.workspace() as workspace:
        found = workflows.explain(workspace, "S-GDDT", FORM, read_once.now)
        sent = workflows.explain(workspace, "S-CT", FORM, read_once.now)

    document, activity = (part.text(Language.VIETNAMESE) for part in found.lacking)
    tab = shown(read_once, "S-GDDT")
    row, column = read_once.find(tab, "Ngày ban hành")
    assert document.startswith(f"văn bản triển khai: “Ngày ban hành” (ô {a1(row, column)}), hoặc “Liên kết văn bản” (ô")
    header, _ = read_once.find(tab, "Stt")
    assert activity == f"ít nhất một hoạt động hợp lệ (ô B{header + 1})"
    assert sent.lacking == ()
