"""A tab made in the place of one that is gone: what was read last is on it again, nothing is said to have changed."""

import pytest

from service import workflows
from sheets_schema.wording import Language

ROWS = [
    ["", "I. Tuyên truyền", "", "", "", "", ""],
    ["1", "Ra quân dọn vệ sinh", "Ngày 05/10/2023", "Toàn tỉnh", "Cán bộ", "Đường sạch", "=1+1"],
    ["", "", "", "", "", "", ""],
    ["2", "Thăm hộ nghèo", "hôm nào đó", "02 xã", "Nhân dân", "<b>50</b> suất", "'x"],
]
BESIDE = {"Số và ký hiệu": "92/KH-SXD", "Ngày ban hành": "12/9/2023", "Người ký": "Vũ Thị Giang", "Xác nhận gửi": True}


def evidence(office, form="registration"):
    with office.workspace() as workspace:
        found = workflows.explain(workspace, "S-CT", form, office.clock())
        return office.standing("S-CT", form), found.lines(Language.VIETNAMESE)


def delete_tab(office):
    tab = office.tab("S-CT", "registration")
    tab.spreadsheet.del_worksheet(tab)


def delete_workbook(office):
    office.owner.del_spreadsheet(office.tab("S-CT", "registration").spreadsheet.id)


@pytest.mark.parametrize("lose", [delete_tab, delete_workbook])
def test_tab_made_again_holds_what_was_read_last(office, lose):
    office.type("S-CT", "registration", ROWS, BESIDE)
    office.consolidate()
    shown, master, before = office.tab("S-CT", "registration").get_all_values(), office.master(), evidence(office)
    lose(office)
    office.consolidate()

    report, _ = office.provision(recreate=True)
    tab = office.tab("S-CT", "registration")
    formulas = tab.get_all_values(value_render_option="FORMULA")
    office.consolidate()

    assert tab.get_all_values() == shown
    assert sum("=1+1" in row for row in formulas) == 1
    assert office.master() == master
    assert evidence(office)[0].label == before[0].label
    assert not any("bỏ" in line for line in evidence(office)[1])
    assert [str(one) for one in report.notices if "đã ghi lại 3 dòng" in str(one)]
    assert office.provision()[1] == (4, 0)


def test_rows_beyond_those_a_new_tab_keeps_free_are_given_back(office):
    rows = [[str(number), f"Việc {number}", "05/10/2023", "xã", "dân", "tốt", ""] for number in range(1, 14)]
    office.type("S-CT", "registration", rows)
    office.consolidate()
    delete_tab(office)
    office.form("registration", spare_rows=5)
    office.provision()

    office.provision(recreate=True)
    office.consolidate()

    shown = office.tab("S-CT", "registration").get_all_values()
    assert [row[:7] for row in shown if row[1].startswith("Việc ")] == rows
    assert shown[-1][4] == office.campaign.form("registration").signature
    assert office.standing("S-CT", "registration").entries == 13
    assert office.provision()[1] == (4, 0)


def test_rows_of_a_report_and_its_free_words_are_given_back(office):
    tab = office.tab("S-CT", "report")
    shown = tab.get_all_values()
    section = next(number for number, row in enumerate(shown, 1) if row[0] == "II.3")
    free = next(number for number, row in enumerate(shown, 1) if row[1].startswith("Đánh giá"))
    tab.update([["Đã tặng 12 suất quà"]], f"C{section}", raw=True)
    tab.update([["Kết quả tốt"]], f"C{free}", raw=True)
    tab.update([[True]], f"F{section + 1}", raw=True)
    office.consolidate()
    shown = tab.get_all_values()
    tab.spreadsheet.del_worksheet(tab)

    office.provision(recreate=True)
    office.consolidate()

    assert office.tab("S-CT", "report").get_all_values() == shown


def test_words_without_a_place_in_the_form_as_it_is_now_are_named(office):
    office.type("S-CT", "registration", ROWS, BESIDE)
    office.consolidate()
    delete_tab(office)
    columns = tuple(one for one in office.campaign.form("registration").columns if one.title != "Ghi chú")
    office.form("registration", columns=columns)

    report, _ = office.provision(recreate=True)

    said = [str(one) for one in report.notices if "không còn chỗ" in str(one)]
    assert ["=1+1; 'x" in one for one in said] == [True]


def test_tab_never_read_is_made_again_blank(office):
    office.type("S-CT", "registration", ROWS)
    delete_tab(office)

    report, _ = office.provision(recreate=True)

    assert not report.notices
    assert not any("Ra quân" in str(row) for row in office.tab("S-CT", "registration").get_all_values())
