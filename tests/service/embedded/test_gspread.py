"""Every public method of gspread's Client, Spreadsheet, Worksheet and Cell against the server."""

import inspect

import gspread
import pytest
from google.oauth2.credentials import Credentials
from gspread.utils import DateTimeOption, Dimension, ExportFormat, PasteOrientation, PasteType, ValidationConditionType

ROWS = [["Tên", "Tuổi"], ["An", 30], ["Bình", 25]]


@pytest.fixture
def sheet(api):
    return api.client.create("Sổ")


@pytest.fixture
def tab(sheet):
    tab = sheet.add_worksheet("Tờ", 10, 5)
    tab.update(ROWS, "A1")
    return tab


def props(tab):
    return tab.spreadsheet.get_worksheet_by_id(tab.id)._properties


def fields(tab, mask):
    listed = tab.spreadsheet.fetch_sheet_metadata({"fields": f"sheets(properties.sheetId,{mask})"})["sheets"]
    found = next(one for one in listed if one["properties"]["sheetId"] == tab.id)
    return {key: value for key, value in found.items() if key != "properties"}


def after(act, look):
    """Return a check that does one thing and then looks at another."""

    def check(tab):
        act(tab)
        return look(tab)

    return check


def values(tab):
    return tab.get_all_values()


def cell_of(tab, name):
    return tab.acell(name)


BODY = [["An", "30"], ["Bình", "25"]]
SHOWN = [["Tên", "Tuổi"], *BODY]
OPTIONS = {"value_input_option": "USER_ENTERED"}

WORKSHEET = {
    "acell": (lambda tab: tab.acell("B2").value, "30"),
    "cell": (lambda tab: tab.cell(2, 1).value, "An"),
    "range": (lambda tab: [cell.value for cell in tab.range("A1:B2")], ["Tên", "Tuổi", "An", "30"]),
    "get_values": (lambda tab: tab.get_values("A2:B3"), BODY),
    "get_all_values": (values, SHOWN),
    "get_all_records": (lambda tab: tab.get_all_records(), [{"Tên": "An", "Tuổi": 30}, {"Tên": "Bình", "Tuổi": 25}]),
    "get_all_cells": (lambda tab: [cell.value for cell in tab.get_all_cells()][:3], ["Tên", "Tuổi", ""]),
    "row_values": (lambda tab: tab.row_values(3), ["Bình", "25"]),
    "col_values": (lambda tab: tab.col_values(2), ["Tuổi", "30", "25"]),
    "update_acell": (after(lambda tab: tab.update_acell("B2", "=1+1"), lambda tab: tab.acell("B2").value), "2"),
    "update_cell": (after(lambda tab: tab.update_cell(2, 2, "31"), lambda tab: tab.acell("B2").value), "31"),
    "update_cells": (
        after(lambda tab: tab.update_cells([gspread.Cell(2, 2, 7), gspread.Cell(3, 1, "Chi")]), values),
        [["Tên", "Tuổi"], ["An", "7"], ["Chi", "25"]],
    ),
    "get": (lambda tab: tab.get("A2:B2", maintain_size=True, date_time_render_option=DateTimeOption.serial_number),
            [["An", "30"]]),
    "batch_get": (lambda tab: [list(part) for part in tab.batch_get(["A1", "B2:B3"])], [[["Tên"]], [["30"], ["25"]]]),
    "update": (after(lambda tab: tab.update([["x"]], "E10"), lambda tab: tab.acell("E10").value), "x"),
    "batch_update": (
        after(lambda tab: tab.batch_update([{"range": "A2", "values": [["x"]]}, {"range": "B3", "values": [["y"]]}]),
              values),
        [["Tên", "Tuổi"], ["x", "30"], ["Bình", "y"]],
    ),
    "batch_format": (
        after(lambda tab: tab.batch_format([{"range": "A1", "format": {"textFormat": {"bold": True}}}]),
              lambda tab: fields(tab, "data.rowData.values.userEnteredFormat")["data"][0]["rowData"][0]["values"][0]),
        {"userEnteredFormat": {"textFormat": {"bold": True}}},
    ),
    "format": (
        after(lambda tab: tab.format("A1:B1", {"horizontalAlignment": "CENTER"}),
              lambda tab: fields(tab, "data.rowData.values.userEnteredFormat")["data"][0]["rowData"][0]["values"][1]),
        {"userEnteredFormat": {"horizontalAlignment": "CENTER"}},
    ),
    "resize": (after(lambda tab: tab.resize(2, 1), values), [["Tên"], ["An"]]),
    "sort": (after(lambda tab: tab.sort((2, "asc"), range="A2:B3"), values), [["Tên", "Tuổi"], BODY[1], BODY[0]]),
    "update_title": (after(lambda tab: tab.update_title("Khác"), lambda tab: props(tab)["title"]), "Khác"),
    "update_tab_color": (
        after(lambda tab: tab.update_tab_color("#ff0000"), lambda tab: props(tab)["tabColorStyle"]),
        {"rgbColor": {"red": 1.0}},
    ),
    "clear_tab_color": (
        after(lambda tab: (tab.update_tab_color("#ff0000"), tab.clear_tab_color()),
              lambda tab: "tabColorStyle" in props(tab)),
        False,
    ),
    "get_tab_color": (
        after(lambda tab: tab.update_tab_color("#ff0000"), lambda tab: tab.get_tab_color()), "#FF0000",
    ),
    "update_index": (after(lambda tab: tab.update_index(0), lambda tab: props(tab)["index"]), 0),
    "columns_auto_resize": (lambda tab: tab.columns_auto_resize(0, 2)["replies"], [{}]),
    "rows_auto_resize": (lambda tab: tab.rows_auto_resize(0, 2)["replies"], [{}]),
    "add_rows": (after(lambda tab: tab.add_rows(5), lambda tab: props(tab)["gridProperties"]["rowCount"]), 15),
    "add_cols": (after(lambda tab: tab.add_cols(2), lambda tab: props(tab)["gridProperties"]["columnCount"]), 7),
    "append_row": (after(lambda tab: tab.append_row(["Chi", 1]), values), [*SHOWN, ["Chi", "1"]]),
    "append_rows": (after(lambda tab: tab.append_rows([["Chi"], ["D"]]), values), [*SHOWN, ["Chi", ""], ["D", ""]]),
    "insert_row": (after(lambda tab: tab.insert_row(["x"], 2), values), [SHOWN[0], ["x", ""], *BODY]),
    "insert_rows": (
        after(lambda tab: tab.insert_rows([["x"], ["y"]], 2), values), [SHOWN[0], ["x", ""], ["y", ""], *BODY],
    ),
    "insert_cols": (
        after(lambda tab: tab.insert_cols([["x", "y"]], 2), values),
        [["Tên", "x", "Tuổi"], ["An", "y", "30"], ["Bình", "", "25"]],
    ),
    "add_protected_range": (
        after(lambda tab: tab.add_protected_range("A1:B2", editor_users_emails=["a@b.vn"], description="khoá"),
              lambda tab: tab.spreadsheet.list_protected_ranges(tab.id)[0]["description"]),
        "khoá",
    ),
    "delete_protected_range": (
        after(lambda tab: tab.delete_protected_range(
                  tab.add_protected_range("A1")["replies"][0]["addProtectedRange"]["protectedRange"]["protectedRangeId"]),
              lambda tab: tab.spreadsheet.list_protected_ranges(tab.id)),
        [],
    ),
    "delete_dimension": (after(lambda tab: tab.delete_dimension(Dimension.rows, 2, 2), values), [SHOWN[0], BODY[1]]),
    "delete_rows": (after(lambda tab: tab.delete_rows(2, 3), values), [SHOWN[0]]),
    "delete_columns": (after(lambda tab: tab.delete_columns(1), values), [["Tuổi"], ["30"], ["25"]]),
    "clear": (after(lambda tab: tab.clear(), values), [[]]),
    "batch_clear": (after(lambda tab: tab.batch_clear(["A2:B2", "B3"]), values), [SHOWN[0], ["", ""], ["Bình", ""]]),
    "find": (lambda tab: (tab.find("Bình").row, tab.find("không có")), (3, None)),
    "findall": (lambda tab: len(tab.findall("An")), 1),
    "freeze": (
        after(lambda tab: tab.freeze(rows=1, cols=2), lambda tab: props(tab)["gridProperties"]),
        {"rowCount": 10, "columnCount": 5, "frozenRowCount": 1, "frozenColumnCount": 2},
    ),
    "set_basic_filter": (
        after(lambda tab: tab.set_basic_filter("A1:B3"),
              lambda tab: fields(tab, "basicFilter")["basicFilter"]["range"]["endRowIndex"]),
        3,
    ),
    "clear_basic_filter": (
        after(lambda tab: (tab.set_basic_filter("A1:B3"), tab.clear_basic_filter()),
              lambda tab: fields(tab, "basicFilter")),
        {},
    ),
    "duplicate": (lambda tab: values(tab.duplicate(new_sheet_name="Bản hai")), SHOWN),
    "copy_to": (lambda tab: tab.copy_to(tab.spreadsheet.id)["title"], "Copy of Tờ"),
    "merge_cells": (
        after(lambda tab: tab.merge_cells("A1:B2"), lambda tab: len(fields(tab, "merges")["merges"])), 1,
    ),
    "unmerge_cells": (
        after(lambda tab: (tab.merge_cells("A1:B2"), tab.unmerge_cells("A1:B2")), lambda tab: fields(tab, "merges")),
        {},
    ),
    "batch_merge": (
        after(lambda tab: tab.batch_merge([{"range": "A1:B1"}, {"range": "A2:B3", "mergeType": "MERGE_ROWS"}]),
              lambda tab: len(fields(tab, "merges")["merges"])),
        3,
    ),
    "get_notes": (after(lambda tab: tab.update_notes({"A1": "một"}), lambda tab: tab.get_notes()), [["một"]]),
    "get_note": (after(lambda tab: tab.update_note("A1", "một"), lambda tab: tab.get_note("A1")), "một"),
    "update_notes": (after(lambda tab: tab.update_notes({"B2": "hai"}), lambda tab: tab.get_note("B2")), "hai"),
    "update_note": (after(lambda tab: tab.update_note("B2", "hai"), lambda tab: tab.get_note("B2")), "hai"),
    "insert_note": (after(lambda tab: tab.insert_note("B2", "hai"), lambda tab: tab.get_note("B2")), "hai"),
    "insert_notes": (after(lambda tab: tab.insert_notes({"B2": "hai"}), lambda tab: tab.get_note("B2")), "hai"),
    "clear_notes": (
        after(lambda tab: (tab.update_note("B2", "hai"), tab.clear_notes(["B2"])), lambda tab: tab.get_note("B2")), "",
    ),
    "clear_note": (
        after(lambda tab: (tab.update_note("B2", "hai"), tab.clear_note("B2")), lambda tab: tab.get_note("B2")), "",
    ),
    "define_named_range": (
        after(lambda tab: tab.define_named_range("A1:B3", "bảng"),
              lambda tab: tab.spreadsheet.values_get("bảng")["values"][2]),
        ["Bình", "25"],
    ),
    "delete_named_range": (
        after(lambda tab: tab.delete_named_range(
                  tab.define_named_range("A1", "ô_đầu")["replies"][0]["addNamedRange"]["namedRange"]["namedRangeId"]),
              lambda tab: tab.spreadsheet.list_named_ranges()),
        [],
    ),
    "add_dimension_group_columns": (
        after(lambda tab: tab.add_dimension_group_columns(0, 2),
              lambda tab: tab.list_dimension_group_columns()[0]["depth"]),
        1,
    ),
    "add_dimension_group_rows": (
        after(lambda tab: (tab.add_dimension_group_rows(0, 5), tab.add_dimension_group_rows(1, 3)),
              lambda tab: [group["depth"] for group in tab.list_dimension_group_rows()]),
        [1, 2],
    ),
    "delete_dimension_group_columns": (
        after(lambda tab: (tab.add_dimension_group_columns(0, 2), tab.delete_dimension_group_columns(0, 2)),
              lambda tab: tab.list_dimension_group_columns()),
        [],
    ),
    "delete_dimension_group_rows": (
        after(lambda tab: (tab.add_dimension_group_rows(0, 2), tab.delete_dimension_group_rows(0, 2)),
              lambda tab: tab.list_dimension_group_rows()),
        [],
    ),
    "list_dimension_group_columns": (lambda tab: tab.list_dimension_group_columns(), []),
    "list_dimension_group_rows": (lambda tab: tab.list_dimension_group_rows(), []),
    "hide_columns": (
        after(lambda tab: tab.hide_columns(0, 1),
              lambda tab: fields(tab, "data.columnMetadata.hiddenByUser")["data"][0]["columnMetadata"][0]),
        {"hiddenByUser": True},
    ),
    "hide_rows": (
        after(lambda tab: tab.hide_rows(0, 1),
              lambda tab: fields(tab, "data.rowMetadata.hiddenByUser")["data"][0]["rowMetadata"][0]),
        {"hiddenByUser": True},
    ),
    "unhide_columns": (
        after(lambda tab: (tab.hide_columns(0, 1), tab.unhide_columns(0, 1)),
              lambda tab: fields(tab, "data.columnMetadata.hiddenByUser")["data"][0]["columnMetadata"][0]),
        {},
    ),
    "unhide_rows": (
        after(lambda tab: (tab.hide_rows(0, 1), tab.unhide_rows(0, 1)),
              lambda tab: fields(tab, "data.rowMetadata.hiddenByUser")["data"][0]["rowMetadata"][0]),
        {},
    ),
    "hide": (after(lambda tab: tab.hide(), lambda tab: props(tab)["hidden"]), True),
    "show": (after(lambda tab: (tab.hide(), tab.show()), lambda tab: "hidden" in props(tab)), False),
    "hide_gridlines": (
        after(lambda tab: tab.hide_gridlines(), lambda tab: props(tab)["gridProperties"]["hideGridlines"]), True,
    ),
    "show_gridlines": (
        after(lambda tab: (tab.hide_gridlines(), tab.show_gridlines()),
              lambda tab: "hideGridlines" in props(tab)["gridProperties"]),
        False,
    ),
    "copy_range": (
        after(lambda tab: tab.copy_range("A1:B1", "A5:A6", PasteType.normal, PasteOrientation.transpose),
              lambda tab: tab.get("A5:A6")),
        [["Tên"], ["Tuổi"]],
    ),
    "cut_range": (
        after(lambda tab: tab.cut_range("A2:B2", "A5"), values), [SHOWN[0], ["", ""], BODY[1], ["", ""], BODY[0]],
    ),
    "add_validation": (
        after(lambda tab: tab.add_validation("A2:A3", ValidationConditionType.one_of_list, ["An", "Bình"], strict=True),
              lambda tab: fields(tab, "data.rowData.values.dataValidation")["data"][0]["rowData"][1]["values"][0]),
        {
            "dataValidation": {
                "condition": {
                    "type": "ONE_OF_LIST", "values": [{"userEnteredValue": "An"}, {"userEnteredValue": "Bình"}],
                },
                "strict": True, "showCustomUi": False,
            }
        },
    ),
    "expand": (lambda tab: tab.expand("A1"), SHOWN),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKSHEET)
def test_worksheet_method(tab, name):
    check, expected = WORKSHEET[name]

    found = check(tab)

    assert (
        list(map(list, found)) if isinstance(expected, list) and found and isinstance(found[0], list) else found
    ) == expected


def public_methods(kind):
    return {
        name
        for name, function in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and name in vars(kind)
    }


def test_every_worksheet_method_is_tried():
    assert public_methods(gspread.Worksheet) - WORKSHEET.keys() == {"from_json"} & public_methods(gspread.Worksheet)


SPREADSHEET = {
    "batch_update": (lambda book: book.batch_update({"requests": [{"addSheet": {"properties": {"sheetId": 9}}}]})
                     ["replies"][0]["addSheet"]["properties"]["sheetId"], 9),
    "values_append": (lambda book: book.values_append("Sheet1", {"valueInputOption": "RAW"}, {"values": [["x"]]})
                      ["updates"]["updatedRange"], "Sheet1!A1"),
    "values_clear": (lambda book: book.values_clear("A1:B2")["clearedRange"], "Sheet1!A1:B2"),
    "values_batch_clear": (
        lambda book: book.values_batch_clear(body={"ranges": ["A1"]})["clearedRanges"], ["Sheet1!A1"]),
    "values_get": (lambda book: book.values_get("A1")["range"], "Sheet1!A1"),
    "values_batch_get": (lambda book: len(book.values_batch_get(["A1", "B2"])["valueRanges"]), 2),
    "values_update": (lambda book: book.values_update("A1", {"valueInputOption": "RAW"}, {"values": [["x"]]})
                      ["updatedCells"], 1),
    "values_batch_update": (lambda book: book.values_batch_update(
        {"valueInputOption": "RAW", "data": [{"range": "A1", "values": [["x"]]}]})["totalUpdatedCells"], 1),
    "fetch_sheet_metadata": (lambda book: book.fetch_sheet_metadata()["properties"]["title"], "Sổ"),
    "get_worksheet": (lambda book: book.get_worksheet(0).id, 0),
    "get_worksheet_by_id": (lambda book: book.get_worksheet_by_id(0).title, "Sheet1"),
    "worksheets": (lambda book: [tab.title for tab in book.worksheets()], ["Sheet1"]),
    "worksheet": (lambda book: book.worksheet("Sheet1").id, 0),
    "add_worksheet": (lambda book: book.add_worksheet("Hai", 3, 2, index=0).index, 0),
    "duplicate_sheet": (lambda book: book.duplicate_sheet(0, 1, 77, "Bản sao").id, 77),
    "del_worksheet": (lambda book: (book.del_worksheet(book.add_worksheet("x", 1, 1)), len(book.worksheets()))[1], 1),
    "del_worksheet_by_id": (
        lambda book: (book.del_worksheet_by_id(book.add_worksheet("x", 1, 1).id), len(book.worksheets()))[1], 1),
    "reorder_worksheets": (
        lambda book: (book.reorder_worksheets([book.add_worksheet("x", 1, 1), book.sheet1]),
                      [tab.title for tab in book.worksheets()])[1], ["x", "Sheet1"]),
    "share": (lambda book: book.share("a@b.vn", "user", "writer", notify=False).json()["role"], "writer"),
    "export": (lambda book: book.export(ExportFormat.CSV), b""),
    "list_permissions": (lambda book: [one["role"] for one in book.list_permissions()], ["owner"]),
    "remove_permissions": (
        lambda book: (book.share("a@b.vn", "user", "writer"), len(book.remove_permissions("a@b.vn")))[1], 1),
    "named_range": (lambda book: (book.sheet1.define_named_range("A1:A2", "tên_gọi"),
                                  len(book.named_range("tên_gọi")))[1], 2),
    "list_named_ranges": (lambda book: book.list_named_ranges(), []),
    "update_title": (
        lambda book: (book.update_title("Mới"), book.fetch_sheet_metadata()["properties"]["title"])[1], "Mới"),
    "update_timezone": (lambda book: (book.update_timezone("Asia/Ho_Chi_Minh"),
                                      book.fetch_sheet_metadata()["properties"]["timeZone"])[1], "Asia/Ho_Chi_Minh"),
    "update_locale": (lambda book: (book.update_locale("vi_VN"),
                                    book.fetch_sheet_metadata()["properties"]["locale"])[1], "vi_VN"),
    "list_protected_ranges": (lambda book: book.list_protected_ranges(0), []),
    "get_lastUpdateTime": (lambda book: book.get_lastUpdateTime(), "2023-09-29T16:59:59.000Z"),
    "update_drive_metadata": (
        lambda book: (book.update_drive_metadata(), book.creationTime)[1], "2023-09-29T16:59:59.000Z"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPREADSHEET)
def test_spreadsheet_method(sheet, name):
    check, expected = SPREADSHEET[name]

    assert check(sheet) == expected


def test_every_spreadsheet_method_is_tried():
    others = {"transfer_ownership", "accept_ownership"}

    assert public_methods(gspread.Spreadsheet) - SPREADSHEET.keys() == others


def test_ownership_is_handed_over_and_taken(api, sheet, identity):
    sheet.share("b@b.vn", "user", "writer")
    number = next(one["id"] for one in sheet.list_permissions() if one["role"] == "writer")

    sheet.transfer_ownership(number)
    identity("b@b.vn").client.open_by_key(sheet.id).accept_ownership(number)

    mine = identity("b@b.vn").client.open_by_key(sheet.id)
    roles = {one["emailAddress"]: one["role"] for one in mine.list_permissions()}
    assert roles == {"b@b.vn": "owner", "tonghop@localhost": "writer"}


def test_spreadsheet_attributes(sheet):
    assert (sheet.title, sheet.locale, sheet.timezone, sheet.sheet1.title) == ("Sổ", "en_US", "Etc/GMT", "Sheet1")
    assert sheet.creationTime == "2023-09-29T16:59:59.000Z"
    with pytest.deprecated_call():
        assert sheet.lastUpdateTime == sheet.creationTime
    assert sheet.url == f"https://docs.google.com/spreadsheets/d/{sheet.id}"


def test_client_lists_opens_copies_and_deletes(api, sheet):
    client = api.client
    sheet.sheet1.update([["x"]], "A1")
    sheet.share("a@b.vn", "user", "reader")

    copy = client.copy(sheet.id, title="Bản sao", copy_permissions=True, copy_comments=True)

    assert copy.sheet1.get_all_values() == [["x"]]
    assert {one["emailAddress"] for one in copy.list_permissions()} == {"tonghop@localhost", "a@b.vn"}
    assert {one["name"] for one in client.list_spreadsheet_files()} == {"Sổ", "Bản sao"}
    assert client.open("Bản sao").id == copy.id
    assert client.open_by_url(copy.url).id == copy.id
    assert [one.title for one in client.openall("Sổ")] == ["Sổ"]
    client.del_spreadsheet(copy.id)
    assert [one.title for one in client.openall()] == ["Sổ"]


def test_client_handles_permissions(api, sheet):
    client = api.client
    created = client.insert_permission(sheet.id, None, "anyone", "reader").json()

    assert [one["type"] for one in client.list_permissions(sheet.id)] == ["user", "anyone"]
    client.remove_permission(sheet.id, created["id"])
    assert [one["type"] for one in client.list_permissions(sheet.id)] == ["user"]


def test_client_imports_and_exports_csv(api, sheet):
    sheet.add_worksheet("thừa", 5, 5)

    api.client.import_csv(sheet.id, 'Tên,Ngày\n"Nguyễn, An",=1+1\n')

    assert [tab.title for tab in sheet.worksheets()] == ["Sổ"]
    assert sheet.sheet1.get_all_values() == [["Tên", "Ngày"], ["Nguyễn, An", "2"]]
    assert api.client.export(sheet.id, ExportFormat.CSV).decode() == 'Tên,Ngày\r\n"Nguyễn, An",2'
    assert api.client.export(sheet.id, ExportFormat.TSV).decode() == "Tên\tNgày\r\nNguyễn, An\t2"


def test_client_creates_in_a_folder(api):
    body = {"name": "Thư mục", "mimeType": "application/vnd.google-apps.folder"}
    folder = api.ok("POST", "/drive/v3/files", body)["id"]

    made = api.client.create("Trong thư mục", folder_id=folder)
    api.client.create("Ngoài")

    assert [one["id"] for one in api.client.list_spreadsheet_files(folder_id=folder)] == [made.id]
    assert api.client.open("Trong thư mục", folder_id=folder).id == made.id
    assert api.client.get_file_drive_metadata(made.id)["name"] == "Trong thư mục"


def test_client_raises_what_scripts_expect(api, sheet, identity):
    with pytest.raises(gspread.SpreadsheetNotFound):
        api.client.open_by_key("không-có")
    with pytest.raises(gspread.SpreadsheetNotFound):
        api.client.open("không có")
    with pytest.raises(PermissionError):
        identity("khác@b.vn").client.open_by_key(sheet.id)
    with pytest.raises(gspread.WorksheetNotFound):
        sheet.worksheet("không có")


def test_cells_are_objects(tab):
    cell = tab.acell("B2")

    assert (cell.row, cell.col, cell.address, cell.numeric_value) == (2, 2, "B2", 30)
    assert gspread.Cell.from_address("C4", "x").row == 4


def test_request_of_a_hundred_tabs(sheet):
    sheet.batch_update(
        {"requests": [{"addSheet": {"properties": {"title": f"Đơn vị {number}"}}} for number in range(99)]}
    )

    assert len(sheet.worksheets()) == 100


def by_google_auth(api):
    """Return a client that carries its token as google-auth does."""
    client = gspread.authorize(Credentials(token=api.session.headers["Authorization"].removeprefix("Bearer ")))
    client.http_client.session.mount("https://", api.session.get_adapter("https://"))
    return client


CLIENT = {
    "expiry": (lambda api, book: (by_google_auth(api).expiry, by_google_auth(api).open_by_key(book.id).title),
               (None, "Sổ")),
    "set_timeout": (lambda api, book: (api.client.set_timeout(5), api.client.open_by_key(book.id).title)[1], "Sổ"),
    "get_file_drive_metadata": (lambda api, book: api.client.get_file_drive_metadata(book.id)["name"], "Sổ"),
    "list_spreadsheet_files": (lambda api, book: [one["name"] for one in api.client.list_spreadsheet_files()], ["Sổ"]),
    "open": (lambda api, book: api.client.open("Sổ").id == book.id, True),
    "open_by_key": (lambda api, book: api.client.open_by_key(book.id).title, "Sổ"),
    "open_by_url": (lambda api, book: api.client.open_by_url(book.url).title, "Sổ"),
    "openall": (lambda api, book: [one.title for one in api.client.openall()], ["Sổ"]),
    "create": (lambda api, book: api.client.create("Khác").title, "Khác"),
    "copy": (lambda api, book: api.client.copy(book.id, "Bản sao", copy_comments=True).title, "Bản sao"),
    "export": (lambda api, book: api.client.export(book.id, ExportFormat.TSV), b""),
    "import_csv": (lambda api, book: (api.client.import_csv(book.id, "a,b"), book.sheet1.get_all_values())[1],
                   [["a", "b"]]),
    "del_spreadsheet": (lambda api, book: (api.client.del_spreadsheet(book.id), api.client.openall())[1], []),
    "insert_permission": (
        lambda api, book: api.client.insert_permission(book.id, "a@b.vn", "user", "reader").json()["role"], "reader"),
    "list_permissions": (lambda api, book: [one["role"] for one in api.client.list_permissions(book.id)], ["owner"]),
    "remove_permission": (
        lambda api, book: (api.client.remove_permission(book.id, book.share("a@b.vn", "user", "reader").json()["id"]),
                           len(book.list_permissions()))[1],
        1),
}  # fmt: skip


@pytest.mark.parametrize("name", CLIENT)
def test_client_method(api, sheet, name):
    check, expected = CLIENT[name]

    assert check(api, sheet) == expected


CELL = {"row": 2, "col": 2, "address": "B2", "numeric_value": 30, "from_address": "Tuổi"}


@pytest.mark.parametrize("name", CELL)
def test_cell_member(tab, name):
    found = gspread.Cell.from_address("B1", tab.acell("B1").value).value if name == "from_address" else None

    assert (found or getattr(tab.acell("B2"), name)) == CELL[name]


WORKSHEET_VALUES = {
    "title": "Tờ", "index": 1, "row_count": 10, "col_count": 5, "column_count": 5, "frozen_row_count": 1,
    "frozen_col_count": 2, "isSheetHidden": False, "is_gridlines_hidden": False, "tab_color": "#FF0000",
}  # fmt: skip
WORKSHEET_IDENTITY = {"id", "spreadsheet", "url"}


@pytest.mark.parametrize("name", WORKSHEET_VALUES)
def test_worksheet_value(tab, name):
    tab.freeze(rows=1, cols=2)
    tab.update_tab_color("#ff0000")

    assert getattr(tab.spreadsheet.get_worksheet_by_id(tab.id), name) == WORKSHEET_VALUES[name]


def test_worksheet_identity(sheet, tab):
    again = sheet.worksheet("Tờ")

    assert (again.id, again.spreadsheet.id, again.url.endswith(f"#gid={tab.id}")) == (tab.id, sheet.id, True)


def members(kind):
    return {name for name in vars(kind) if not name.startswith("_")}


def test_every_member_is_tried():
    shown = {"title", "locale", "timezone", "sheet1", "creationTime", "lastUpdateTime", "id", "url"}

    assert members(gspread.Client) == CLIENT.keys()
    assert members(gspread.Cell) == CELL.keys()
    assert members(gspread.Worksheet) == WORKSHEET.keys() | WORKSHEET_VALUES.keys() | WORKSHEET_IDENTITY
    assert members(gspread.Spreadsheet) == SPREADSHEET.keys() | shown | {"transfer_ownership", "accept_ownership"}
