"""Provisioning through the embedded server: few calls, twice the same, nothing a unit typed is touched."""

import os
import shutil
from dataclasses import replace

import gspread
import pytest
from gspread.utils import rowcol_to_a1

from sheets_schema.campaign import Field, FieldRole

REGISTRATION_LABELS = (
    "Số và ký hiệu",
    "Ngày ban hành",
    "Liên kết văn bản",
    "Đăng ký kèm trong văn bản",
    "Người ký",
    "Bản ký, đóng dấu",
    "Không phát sinh",
    "Lý do",
    "Xác nhận gửi",
)
PLAN_TAB = "Kế hoạch, khẩu hiệu"
REPORT_LABELS = ("Số và ký hiệu", "Ngày ban hành", "Liên kết văn bản", "Bản ký, đóng dấu", "Xác nhận gửi")


def counts(report):
    return report.created, report.changed, report.kept


def test_season_provisioned_costs_few_calls(new_office):
    office = new_office(units=())

    report, calls = office.provision()

    assert counts(report) == (106, 0, 0)
    # a workbook of 53 tabs: two looks, two writes of tabs, one that lets the units in; one of each for the master
    assert calls == (5, 7)


def test_second_run_changes_nothing(season_office):
    report, calls = season_office.provision()

    assert counts(report) == (0, 0, 106)
    assert calls == (4, 0)
    assert (report.deleted, report.orphaned, report.notices) == ([], [], [])


def test_dry_run_changes_nothing(new_office):
    office = new_office()

    report, calls = office.provision(dry_run=True)

    assert counts(report) == (6, 0, 0)
    assert calls == (0, 0)
    assert (office.owner.list_spreadsheet_files(), office.books("registration")) == ([], [])


def test_dry_run_over_tabs_writes_nothing(office):
    office.unit("S-CT", emails=("moi@example.org",))

    report, calls = office.provision(dry_run=True)

    assert counts(report) == (0, 2, 4)
    assert calls == (4, 0)


@pytest.mark.parametrize(("form", "labels"), [("registration", REGISTRATION_LABELS), ("report", REPORT_LABELS)])
def test_labels_of_the_block_stand_left_of_an_input_cell(office, form, labels):
    tab = office.tab("S-CT", form)
    shown = tab.get_all_values()
    clerk = office.tab("S-CT", form, office.client("so-congthuong@example.org"))

    for label in labels:
        row, column = office.find(shown, label)
        clerk.update([["x"]], rowcol_to_a1(row, column + 1), raw=True)

    now = tab.get_all_values()
    assert [now[row - 1][column] for row, column in (office.find(shown, label) for label in labels)] == ["x"] * len(
        labels
    )


def test_registration_has_a_hundred_free_rows_below_the_official_header(office):
    tab = office.tab("S-CT", "registration")
    shown = tab.get_all_values()
    header, _ = office.find(shown, "Stt")

    assert shown[header - 1][:7] == [column.title for column in office.campaign.form("registration").columns]
    below = [row[:7] for row in shown[header : header + 100]]
    assert [row for row in below if any(row)] == []
    assert tab.row_count >= header + 100


def test_report_has_one_row_for_each_content_then_free_rows(office):
    shown = office.tab("S-CT", "report").get_all_values()
    header, _ = office.find(shown, "Mục")

    codes = [row[0] for row in shown[header : header + 7]]
    assert codes == [content.code for content in office.campaign.contents]
    words = [row[1] for row in shown[header : header + 7]]
    assert words == [content.text for content in office.campaign.contents]
    free = [row[1] or row[0] for row in shown[header + 7 : header + 10]]
    assert free == ["Đánh giá chung", "Khó khăn, vướng mắc", "Đề xuất, kiến nghị"]


def test_tab_tells_the_limit_and_its_last_day(office):
    shown = office.tab("S-CT", "registration").get_all_values()

    told = [cell for row in shown for cell in row if cell.startswith("Hạn gửi")]
    assert told == ["Hạn gửi: trước ngày 30/9/2023 (hết ngày 29/9/2023)."]


def test_workbook_speaks_vietnamese_in_its_zone(office):
    book = office.owner.open_by_key(office.books("registration")[0])

    assert (book.locale, book.timezone) == ("vi_VN", "Asia/Ho_Chi_Minh")
    assert [sheet.title for sheet in book.worksheets()] == ["VP UBND tỉnh", "Sở Công Thương", "Sở GD&ĐT", PLAN_TAB]


def test_renamed_tab_is_still_found(office):
    office.tab("S-CT", "registration").update_title("Tên khác")

    report, _ = office.provision()

    assert counts(report) == (0, 0, 6)
    assert office.tab("S-CT", "registration").title == "Tên khác"


def test_deleted_tab_is_reported_and_left(office):
    tab = office.tab("S-CT", "registration")
    tab.spreadsheet.del_worksheet(tab)

    report, calls = office.provision()

    assert counts(report) == (0, 0, 5)
    assert report.deleted == ["Sở Công Thương (registration)"]
    assert calls == (4, 0)


def test_deleted_tab_is_made_again_when_asked(office):
    tab = office.tab("S-CT", "registration")
    tab.spreadsheet.del_worksheet(tab)

    report, _ = office.provision(recreate=True)
    again, _ = office.provision()

    assert counts(report) == (1, 0, 5)
    assert counts(again) == (0, 0, 6)
    assert office.tab("S-CT", "registration").id == tab.id


def test_deleted_tab_is_made_again_beside_one_that_took_its_title(office):
    tab = office.tab("S-CT", "registration")
    tab.spreadsheet.del_worksheet(tab)
    tab.spreadsheet.add_worksheet("sở công thương", 5, 5)

    report, _ = office.provision(recreate=True)

    assert counts(report) == (1, 0, 5)
    assert office.tab("S-CT", "registration").title == "Sở Công Thương (S-CT)"


TYPED = ["1", "Ra quân dọn vệ sinh", "Ngày 05/10/2023", "100 người", "Cán bộ", "Đường sạch", "=1+1"]


def retitle(office):
    columns = list(office.campaign.form("registration").columns)
    columns[1] = replace(columns[1], title="Tên việc", width=321, description_vi="Ghi rõ việc.")
    office.form("registration", columns=tuple(columns))


def change_limit(office):
    first, *others = office.campaign.obligations
    office.campaign = replace(office.campaign, obligations=(replace(first, words="trước ngày 01/10/2023"), *others))


def change_email(office):
    for code in ("VP-UBND", "S-CT", "S-GDDT"):
        office.unit(code, emails=(f"{code.lower()}@example.com",))


@pytest.mark.parametrize("change", [retitle, change_limit])
def test_changed_template_is_applied_around_what_was_typed(office, change):
    tab = office.type("S-CT", "registration", [TYPED], {"Người ký": "Nguyễn Văn A", "Xác nhận gửi": True})
    before = tab.get_all_values()
    header, _ = office.find(before, "Stt")
    change(office)

    report, (reads, writes) = office.provision()
    again, _ = office.provision()

    assert (report.changed, again.changed) == (3, 0)
    assert reads + writes <= 9  # the two workbooks together
    after = tab.get_all_values()
    assert after[header][:7] == TYPED
    assert after != before
    row, column = office.find(after, "Người ký")
    assert after[row - 1][column] == "Nguyễn Văn A"


def test_changed_template_keeps_what_stands_in_rows_put_into_the_table(office):
    tab = office.type("S-CT", "registration", [TYPED])
    header, _ = office.find(tab.get_all_values(), "Stt")
    tab.insert_rows([[""] * 7] * 5, header + 1, value_input_option="RAW")
    rows = [[str(number), *TYPED[1:]] for number in range(1, 106)]
    tab.update(rows, f"A{header + 1}", raw=True)
    change_limit(office)

    report, _ = office.provision()

    assert report.changed == 3
    assert [row[:7] for row in tab.get_all_values()[header : header + 105]] == rows


def test_changed_template_is_not_applied_where_lines_were_inserted_above(office):
    tab = office.type("S-CT", "registration", [TYPED])
    tab.insert_rows([["một dòng"]], 1)
    before = tab.get_all_values()
    change_limit(office)

    report, _ = office.provision()

    assert (report.changed, len(report.notices)) == (2, 1)
    assert tab.get_all_values() == before


def test_changed_template_is_not_applied_where_a_column_was_moved(office):
    tab = office.type("S-CT", "registration", [TYPED])
    where = {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    tab.spreadsheet.batch_update({"requests": [{"moveDimension": {"source": where, "destinationIndex": 4}}]})
    before = tab.get_all_values()
    change_limit(office)

    report, _ = office.provision()

    assert (report.changed, len(report.notices)) == (2, 1)
    assert tab.get_all_values() == before


def test_changed_address_gives_the_new_clerk_the_tab(office):
    change_email(office)

    report, _ = office.provision()

    assert report.changed == 6
    clerk = office.tab("S-CT", "registration", office.client("s-ct@example.com"))
    header, _ = office.find(clerk.get_all_values(), "Stt")
    clerk.update([["1"]], f"A{header + 1}")
    with pytest.raises(PermissionError):
        office.tab("S-CT", "registration", office.client("so-congthuong@example.org"))


def test_lost_protections_are_put_back(office):
    tab = office.tab("S-CT", "registration")
    before = office.everything(tab.spreadsheet_id)
    held = tab.spreadsheet.list_protected_ranges(tab.id)
    removals = [{"deleteProtectedRange": {"protectedRangeId": item["protectedRangeId"]}} for item in held[:2]]
    tab.spreadsheet.batch_update({"requests": removals})

    report, _ = office.provision()
    again, _ = office.provision()

    assert (report.changed, again.changed) == (1, 0)
    now = tab.spreadsheet.list_protected_ranges(tab.id)
    assert sorted(map(str, (item["range"] for item in now))) == sorted(map(str, (item["range"] for item in held)))
    assert len(str(office.everything(tab.spreadsheet_id))) == len(str(before))


def test_newcomer_gets_tabs_and_who_left_is_marked_and_locked(new_office):
    office = new_office(units=("VP-UBND", "S-CT"))
    office.provision()
    newcomer = new_office().campaign.unit("S-GDDT")
    office.campaign = replace(office.campaign, units=(*office.campaign.units, newcomer))
    office.unit("S-CT", active=False)

    report, _ = office.provision()
    again, calls = office.provision()

    assert counts(report) == (2, 0, 2)
    assert report.orphaned == ["Sở Công Thương (registration)", "Sở Công Thương (report)"]
    assert (counts(again), calls) == ((0, 0, 4), (4, 0))
    with pytest.raises(PermissionError):
        office.tab("S-CT", "registration", office.client("so-congthuong@example.org"))


def test_unit_that_comes_back_may_write_again(office):
    office.unit("S-CT", active=False)
    office.provision()
    office.unit("S-CT", active=True)

    report, _ = office.provision()
    again, calls = office.provision()

    assert (counts(report), counts(again), calls) == ((0, 2, 4), (0, 0, 6), (4, 0))
    clerk = office.tab("S-CT", "registration", office.client("so-congthuong@example.org"))
    header, _ = office.find(clerk.get_all_values(), "Stt")
    clerk.update([["1"]], f"A{header + 1}")


@pytest.mark.parametrize("form", ["registration", "report"])
def test_unit_can_write_its_input_cells_and_nothing_else(office, form):
    tab = office.tab("S-CT", form)
    book = tab.spreadsheet
    ours = [item for item in book.list_protected_ranges(tab.id) if len(item["editors"]["users"]) == 2]
    own = {cell for item in ours for cell in cells_of(item["range"])}
    clerk = office.client("so-congthuong@example.org")
    mine = office.tab("S-CT", form, clerk)

    allowed = {
        (row, column)
        for row in range(mine.row_count)
        for column in range(mine.col_count)
        if may_write(mine, [(row, column)])
    }

    assert allowed == own
    assert all(refused_everywhere(office, clerk, form, unit) for unit in ("VP-UBND", "S-GDDT"))


def cells_of(area):
    return [
        (row, column)
        for row in range(area["startRowIndex"], area["endRowIndex"])
        for column in range(area["startColumnIndex"], area["endColumnIndex"])
    ]


def may_write(tab, cells):
    names = [rowcol_to_a1(row + 1, column + 1) for row, column in cells]
    try:
        tab.batch_update([{"range": name, "values": [["x"]]} for name in names], raw=True)
    except gspread.exceptions.APIError:
        return False
    return True


def refused_everywhere(office, clerk, form, unit):
    tab = office.tab(unit, form, clerk)
    tiles = [item["range"] for item in tab.spreadsheet.list_protected_ranges(tab.id)]
    corners = [(tile.get("startRowIndex", 0), tile.get("startColumnIndex", 0)) for tile in tiles]
    return not any(may_write(tab, [corner]) for corner in corners)


@pytest.mark.parametrize("form", ["registration", "report"])
def test_every_cell_is_in_exactly_one_tile(office, form):
    tab = office.tab("S-CT", form)
    tiles = [item["range"] for item in tab.spreadsheet.list_protected_ranges(tab.id)]

    covered = [
        cell
        for tile in tiles
        for cell in cells_of(
            {"startRowIndex": 0, "startColumnIndex": 0, "endRowIndex": tab.row_count, "endColumnIndex": tab.col_count}
            | {name: edge for name, edge in tile.items() if name != "sheetId"}
        )
    ]

    assert sorted(covered) == [(row, column) for row in range(tab.row_count) for column in range(tab.col_count)]


def test_clerk_may_not_delete_rename_or_restructure(office):
    clerk = office.tab("S-CT", "registration", office.client("so-congthuong@example.org"))
    where = {"sheetId": clerk.id, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}

    for request in (
        {"deleteSheet": {"sheetId": clerk.id}},
        {"deleteDimension": {"range": where}},
        {"deleteProtectedRange": {"protectedRangeId": first_locked(clerk)}},
    ):
        with pytest.raises(gspread.exceptions.APIError):
            clerk.spreadsheet.batch_update({"requests": [request]})


def first_locked(tab):
    held = tab.spreadsheet.list_protected_ranges(tab.id)
    return next(item["protectedRangeId"] for item in held if item["description"].endswith("khóa"))


def test_more_units_than_a_workbook_takes_go_to_the_next(reading_week):
    report, _ = reading_week.provision()

    assert counts(report) == (2, 0, 0)
    books = [reading_week.owner.open_by_key(book) for book in reading_week.books("viec_lam")]
    assert [[sheet.title for sheet in book.worksheets()] for book in books] == [
        ["Sông Xen", PLAN_TAB],
        ["Trang Sách", PLAN_TAB],
    ]
    assert [(book.locale, book.timezone) for book in books] == [("fr_FR", "Europe/Paris")] * 2


def forget_registry(office):
    for path in office.settings.data_dir.glob("facts*"):
        path.unlink()


def test_lost_registry_adopts_what_is_there(office):
    books = office.books("registration") + office.books("report") + office.books("")
    tab = office.type("S-CT", "registration", [TYPED])
    forget_registry(office)

    report, calls = office.provision()

    assert (counts(report), calls) == ((0, 0, 6), (5, 0))  # the master shows what it should already
    assert office.books("registration") + office.books("report") + office.books("") == books
    assert len(office.owner.list_spreadsheet_files()) == 3
    assert office.tab("S-CT", "registration").id == tab.id


def test_lost_registry_of_one_workbook_adopts_it(reading_week):
    """What was created and not recorded is found again, beside what was recorded."""
    reading_week.provision()
    books = reading_week.books("viec_lam")
    forget_registry(reading_week)
    folder = reading_week.settings.data_dir
    reading_week.campaign = replace(reading_week.campaign, units=reading_week.campaign.active_units[:1])
    reading_week.provision()
    reading_week.campaign = type(reading_week)(folder, reading_week.settings.campaign).campaign

    report, _ = reading_week.provision()

    assert (counts(report), reading_week.books("viec_lam")) == ((0, 1, 1), books)  # the orphan's tab is its own again


@pytest.mark.parametrize("landed", [False, True])
def test_provisioning_cut_off_after_any_request_ends_the_same(tmp_path, reading_week, cutting, cut_off_error, landed):
    make = type(reading_week)
    whole = state_of(reading_week)

    cuts = 0
    # a request that landed unanswered leaves what one not carried out after it finds: together every other request
    for after in range(landed, 100, 4):
        office = make(tmp_path / f"cut-{after}", reading_week.settings.campaign)
        try:
            office.provision(cutting(after, landed=landed))
        except cut_off_error:
            cuts += 1
            assert state_of(office) == whole
            shutil.rmtree(office.settings.data_dir)
        else:
            break

    assert cuts >= 3


def state_of(office):
    """Provision, and return everything there is."""
    office.provision()
    files = sorted(file["name"] for file in office.owner.list_spreadsheet_files())
    again, _ = office.provision()
    assert counts(again) == (0, 0, 2)
    return files, [office.everything(book) for book in office.books("viec_lam")]


def test_template_block_may_gain_a_field_before_anything_was_provisioned(new_office):
    office = new_office()
    fields = (*office.campaign.form("report").fields, Field("so_trang", "Số trang", FieldRole.OTHER))
    office.form("report", fields=fields)

    report, _ = office.provision()

    assert counts(report) == (6, 0, 0)
    assert office.find(office.tab("S-CT", "report").get_all_values(), "Số trang")[1] >= 1


def test_two_provisionings_at_once_double_nothing(new_office):
    office = new_office()
    with office.workspace():
        pass  # the folder and its databases are there
    children = [fork(office) for _ in range(2)]

    statuses = [os.waitpid(child, 0)[1] for child in children]

    assert statuses == [0, 0]
    report, _ = office.provision()
    assert counts(report) == (0, 0, 6)
    assert len(office.owner.list_spreadsheet_files()) == 3


def fork(office):
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        office.provision()
        status = 0
    finally:
        os._exit(status)
