"""What one unit can do to another's tab through the API: no figure changes, all is told, provision puts it right."""

import shutil

import gspread
import pytest

from service.sheets.api_addresses import DRIVE_FILES_URL
from service.workbooks.campaign_files import SHARD_PROPERTY

GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
OTHER = ["2", "Thăm gia đình chính sách", "Ngày 06/10/2023", "Toàn tỉnh", "Hội viên", "100 suất quà", ""]
SENT = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}
HOSTILE = "don-vi-a@example.org"


def column_mark(sheet, index, value):
    span = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
    return mark("tonghop.column", value, {"dimensionRange": span})


def mark(key, value, location, visibility="DOCUMENT"):
    made = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": visibility}
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def columns_turned_round(sheet):
    keys = ("ket_qua", "thoi_gian", "ten", "stt", "kiem_tra", "period", "name", "ordinal", "note")
    return [column_mark(sheet, index % 8, key) for index, key in enumerate(keys)]


def tab_of_another(sheet):
    here = {"sheetId": sheet}
    marks = {"unit": "VP-UBND", "form": "report", "template": "orphaned", "shape": "[]"}
    return [mark(f"tonghop.{key}", value, here) for key, value in marks.items()]


def marks_of_its_own_project(sheet):
    return [mark("tonghop.unit", "VP-UBND", {"sheetId": sheet}, "PROJECT")]


def marks_of_the_spreadsheet(_sheet):
    return [mark("tonghop.campaign", "khac", {"spreadsheet": True})]


def properties(sheet, fields, **values):
    return [{"updateSheetProperties": {"properties": {"sheetId": sheet, **values}, "fields": fields}}]


def lines(sheet, axis, first, end, **values):
    span = {"sheetId": sheet, "dimension": axis, "startIndex": first, "endIndex": end}
    return [{"updateDimensionProperties": {"range": span, "properties": values, "fields": ",".join(values)}}]


def grown(axis, length):
    return lambda sheet: [{"appendDimension": {"sheetId": sheet, "dimension": axis, "length": length}}]


def white_text_by_rule(sheet):
    white = {"textFormat": {"foregroundColor": {"red": 1, "green": 1, "blue": 1}}}
    rule = {
        "ranges": [{"sheetId": sheet}],
        "booleanRule": {"condition": {"type": "NOT_BLANK"}, "format": white},
    }
    return [{"addConditionalFormatRule": {"rule": rule, "index": 0}}]


def chart_over_it(sheet):
    source = {"sourceRange": {"sources": [{"sheetId": sheet, "startRowIndex": 0, "endRowIndex": 5}]}}
    series = {"series": source, "targetAxis": "LEFT_AXIS"}
    spec = {"title": "x", "basicChart": {"chartType": "COLUMN", "series": [series]}}
    anchor = {"overlayPosition": {"anchorCell": {"sheetId": sheet}}}
    return [{"addChart": {"chart": {"spec": spec, "position": anchor}}}]


def collapsed_group(sheet):
    span = {"sheetId": sheet, "dimension": "ROWS", "startIndex": 14, "endIndex": 20}
    group = {"range": span, "depth": 1, "collapsed": True}
    return [
        {"addDimensionGroup": {"range": span}},
        {"updateDimensionGroup": {"dimensionGroup": group, "fields": "collapsed"}},
    ]


ATTACKS = [
    (columns_turned_round, "marks_stray"),
    (tab_of_another, "marks_stray"),
    (marks_of_its_own_project, ""),
    (marks_of_the_spreadsheet, ""),
    (lambda sheet: properties(sheet, "hidden", hidden=True), "tab_hidden"),
    (lambda sheet: properties(sheet, "rightToLeft", rightToLeft=True), "right_to_left"),
    (lambda sheet: properties(sheet, "title", title="Trang rác"), "tab_renamed"),
    (
        lambda sheet: properties(sheet, "gridProperties.frozenRowCount", gridProperties={"frozenRowCount": 99}),
        "frozen",
    ),
    (lambda sheet: lines(sheet, "ROWS", 5, 40, hiddenByUser=True), "rows_hidden"),
    (lambda sheet: lines(sheet, "ROWS", 5, 40, pixelSize=1), "rows_hidden"),
    (lambda sheet: lines(sheet, "COLUMNS", 1, 3, hiddenByUser=True), "columns_hidden"),
    (lambda sheet: lines(sheet, "COLUMNS", 1, 3, pixelSize=1), "columns_hidden"),
    (grown("ROWS", 99_000), "overgrown"),
    (grown("COLUMNS", 5_000), "overgrown"),
    (white_text_by_rule, "rules_foreign"),
    (chart_over_it, "covered"),
    (collapsed_group, "collapsed"),
    (lambda sheet: [{"setBasicFilter": {"filter": {"range": {"sheetId": sheet}}}}], "filtered"),
    (lambda sheet: [{"addFilterView": {"filter": {"range": {"sheetId": sheet}}}}], "filtered"),
]


@pytest.fixture(scope="module")
def attacked_once(provisioned, make_office, tmp_path_factory):
    """A season with something sent by every unit, unit A able to edit the files."""
    office = make_office(
        shutil.copytree(provisioned, tmp_path_factory.mktemp("attacked") / "data"), units=("VP-UBND", "S-CT", "S-GDDT")
    )
    office.unit("VP-UBND", emails=(HOSTILE,))
    office.unit("S-CT", emails=("don-vi-b@example.org",))
    office.provision()
    office.type("S-CT", "registration", [GOOD, OTHER], SENT)
    office.type("VP-UBND", "registration", [OTHER], SENT)
    office.consolidate()
    office.consolidate()
    return office


@pytest.fixture
def attacked(attacked_once, tmp_path):
    return attacked_once.copy(tmp_path / "data")


def figures(office):
    """Return all that the master says, but when it changed and where a tab is opened."""
    return {
        title: [row for row in rows if not any("Cập nhật" in cell for cell in row)]
        for title, rows in office.master().items()
    }


def words_on(office, unit):
    return [row[:8] for row in office.tab(unit, "registration").get_all_values()]


def days_of(office):
    """Return each entry with the days it was read as, whatever its cell shows."""
    return [(*row[:4], *row[9:12]) for row in office.master()["Tổng hợp đăng ký"] if row[0].isdigit()]


def drift(report):
    return {finding.kind.value for finding in report.drift}


def said_of(report, tab):
    """Return what the report says became of each thing that differs on a tab."""
    told = [line for line in map(str, report.messages) if f", trang {tab}" in line]
    return {line.rpartition("; ")[2] for line in told}


@pytest.mark.parametrize(("attack", "kind"), ATTACKS)
def test_attack_on_another_tab_changes_no_figure_and_is_put_right(attacked, attack, kind):
    office = attacked
    before, words = figures(office), words_on(office, "S-CT")
    tab = office.tab("S-CT", "registration", office.client(HOSTILE))
    tab.spreadsheet.batch_update({"requests": attack(tab.id)})

    report = office.consolidate()
    planned, _ = office.provision(dry_run=True)
    office.provision()
    again, _ = office.provision(dry_run=True)
    after = office.consolidate()

    assert (report.faults, after.faults) == ((), ())
    assert (report.observed, after.observed, report.feedback, after.feedback) == (0, 0, 0, 0)
    assert figures(office) == before
    assert words_on(office, "S-CT") == words
    assert drift(planned) >= ({kind} - {""})
    assert drift(again) <= {"tab_renamed"}


def test_own_words_in_white_merged_and_hidden_are_told_and_kept(attacked):
    office = attacked
    tab = office.tab("VP-UBND", "registration", office.client(HOSTILE))
    header, _ = office.find(tab.get_all_values(), "Stt")
    tab.update([[*OTHER[:1], "Việc A", *OTHER[2:]], ["3", "Việc B", "", *OTHER[3:]]], f"A{header + 1}", raw=True)
    tab.merge_cells(f"C{header + 1}:C{header + 2}")
    tab.format(f"B{header + 1}", {"textFormat": {"foregroundColor": {"red": 1, "green": 1, "blue": 1}}})
    before = office.consolidate().tally
    entries = days_of(office)

    planned, _ = office.provision(dry_run=True)
    office.provision()
    again, _ = office.provision(dry_run=True)

    assert {"text_unseen", "cells_merged"} <= drift(planned)
    assert drift(again) == set()
    assert office.consolidate().tally == before
    assert days_of(office) == entries
    assert [row[2] for row in tab.get_all_values()[header : header + 2]] == ["Ngày 06/10/2023"] * 2


def test_overgrown_tab_that_holds_something_beyond_the_form_is_not_cut(attacked):
    office = attacked
    tab = office.tab("S-CT", "registration")
    tab.add_rows(30_000)
    tab.update([["Ghi chú của chủ tệp"]], f"B{tab.row_count}", raw=True)

    report, _ = office.provision()
    run = office.consolidate()

    assert "overgrown" in drift(report)
    assert "không thu lại" in str(report.notices[0])
    assert said_of(report, "Sở Công Thương") == {"chưa đặt lại được, lý do ở trên."}
    assert tab.get_values(f"B{tab.row_count}") == [["Ghi chú của chủ tệp"]]
    assert (run.faults, "10.000 dòng" in str(run.notices[0])) == ((), True)


def test_tab_that_cannot_take_the_template_is_not_said_to_be_put_right(attacked):
    office = attacked
    tab = office.tab("S-CT", "registration")
    tab.insert_rows([["Kính gửi: Ban Dân vận"], [""]], 1)
    tab.spreadsheet.batch_update({"requests": columns_turned_round(tab.id)})

    for _ in range(2):
        report, _ = office.provision()

        assert "marks_stray" in drift(report)
        assert "chưa áp dụng mẫu mới" in str(report.notices[0])
        assert said_of(report, "Sở Công Thương") == {"chưa đặt lại được, lý do ở trên."}


def test_copy_of_another_tab_never_takes_its_place(attacked):
    """The copy carries our marks; a unit that our registry knows is never looked for by marks."""
    office = attacked
    hostile = office.client(HOSTILE)
    tab = office.tab("S-CT", "registration", hostile)
    copy = tab.duplicate(new_sheet_name="Sở Công Thương (mới)")
    copy.update([["9", "Việc giả", *GOOD[2:]]], f"A{office.find(copy.get_all_values(), 'Stt')[0] + 1}", raw=True)
    own = office.tab("S-CT", "registration")
    own.spreadsheet.del_worksheet(own)

    report, _ = office.provision()

    assert [title for title in report.deleted if "Công Thương" in title]
    assert office.consolidate().faults[0].unit == "S-CT"
    assert not any("Việc giả" in row for row in office.master()["Tổng hợp đăng ký"])


def test_spreadsheet_of_an_earlier_version_is_marked_again(attacked):
    """Marks that everybody may see, as an earlier version wrote them, are not believed: the header is enough."""
    office = attacked
    tab = office.tab("S-CT", "registration")
    whole = tab.spreadsheet.fetch_sheet_metadata(
        {"fields": "sheets(properties(sheetId),developerMetadata,data.columnMetadata)"}
    )
    sheet = next(one for one in whole["sheets"] if one["properties"].get("sheetId", 0) == tab.id)
    columns = [item for column in sheet["data"][0]["columnMetadata"] for item in column.get("developerMetadata", ())]
    lookups = [
        {"developerMetadataLookup": {"metadataId": item["metadataId"]}}
        for item in (*sheet["developerMetadata"], *columns)
    ]
    change = {"dataFilters": lookups, "developerMetadata": {"visibility": "DOCUMENT"}, "fields": "visibility"}
    tab.spreadsheet.batch_update({"requests": [{"updateDeveloperMetadata": change}]})
    before, words = figures(office), words_on(office, "S-CT")

    report = office.consolidate()
    planned, _ = office.provision()
    again, _ = office.provision()

    assert (report.faults, report.observed, figures(office)) == ((), 0, before)
    assert "marks_stray" in drift(planned)
    assert (again.changed, drift(again), words_on(office, "S-CT")) == (0, set(), words)


def test_another_tab_cannot_be_deleted_or_written(attacked):
    tab = attacked.tab("S-CT", "registration", attacked.client(HOSTILE))

    for request in (
        {"deleteSheet": {"sheetId": tab.id}},
        {"updateCells": {"range": {"sheetId": tab.id}, "fields": "userEnteredValue"}},
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": tab.id}}}},
    ):
        with pytest.raises(gspread.exceptions.APIError):
            tab.spreadsheet.batch_update({"requests": [request]})


@pytest.mark.parametrize("shard", ["x", "", "-1", "9" * 30, "1e300", "٣"])
def test_mark_that_we_never_wrote_stops_no_provisioning(office, shard):
    """Every editor may write a file's marks, and copy the file with them."""
    book = office.books("registration")[0]
    copied = office.owner.copy(book, "Bản sao")
    for one in (book, copied.id):
        body = {"appProperties": {SHARD_PROPERTY: shard}}
        office.owner.http_client.request("patch", f"{DRIVE_FILES_URL}/{one}", json=body)

    office.provision()

    assert office.books("registration") == [book]
