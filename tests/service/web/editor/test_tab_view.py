"""What the editor reads of a tab."""

from service.web.editor.tab_view import tab_of
from sheets_schema.grid import Merge
from sheets_schema.layout import Box

PROPERTIES = {"sheetId": 7, "title": "Sở Công Thương", "gridProperties": {"rowCount": 3, "columnCount": 4}}
NAMED = {
    "sheets": [
        {
            "properties": {"sheetId": 7},
            "data": [
                {
                    "columnMetadata": [
                        {
                            "developerMetadata": [
                                {"visibility": "PROJECT", "metadataKey": "tonghop.column", "metadataValue": "stt"}
                            ]
                        },
                        {
                            "developerMetadata": [
                                {"visibility": "PROJECT", "metadataKey": "cua.nguoi.khac", "metadataValue": "x"}
                            ]
                        },
                        {},
                        {
                            "developerMetadata": [
                                {"visibility": "PROJECT", "metadataKey": "tonghop.column", "metadataValue": "kiem_tra"}
                            ]
                        },
                    ]
                }
            ],
        }
    ]
}


def sheet(**parts):
    return {"sheets": [{"properties": {"sheetId": 1}}, {"properties": PROPERTIES} | parts]}


def test_tab_of_an_answer_without_the_tab_is_none():
    assert tab_of({"sheets": [{"properties": {"sheetId": 1}}]}, NAMED, 7) is None


def test_tab_of_an_empty_tab():
    tab = tab_of(sheet(), {}, 7)

    assert (tab.title, tab.row_count, tab.column_count) == ("Sở Công Thương", 3, 4)
    assert (tab.text(2, 3), tab.look(2, 3).tick, tab.feedback_column) == ("", False, None)


def test_inputs_are_what_the_reader_may_edit_among_our_input_tiles():
    tile = {"sheetId": 7, "startRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 2}
    mine = {"range": tile, "description": "tonghop: ô nhập của đơn vị", "requestingUserCanEdit": True}
    others = mine | {"requestingUserCanEdit": False}
    locked = mine | {"description": "tonghop: vùng khóa"}

    tab = tab_of(sheet(protectedRanges=[mine, others, locked]), NAMED, 7)

    # an open end is the edge of the tab
    assert tab.inputs == (Box(1, 3, 0, 2),)
    assert [tab.is_input(row, 1) for row in range(4)] == [False, True, True, False]


def test_only_the_first_of_merged_cells_is_an_input(make_tab):
    tab = make_tab([["", "", ""]], inputs=[(0, 1, 0, 3)], merges=(Merge(0, 1, 0, 2),))

    assert [tab.is_input(0, column) for column in range(3)] == [True, False, True]


def test_columns_are_named_by_our_metadata_alone():
    assert tab_of(sheet(), NAMED, 7).columns == {0: "stt", 3: "kiem_tra"}


def test_looks_say_ticks_hints_and_suggestions():
    tick = {"dataValidation": {"condition": {"type": "BOOLEAN"}, "inputMessage": "Đánh dấu"}}
    listed = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Toàn tỉnh"}]}}
    data = [{"rowData": [{"values": [tick, {"dataValidation": listed, "formattedValue": "Toàn"}]}]}]

    tab = tab_of(sheet(data=data), NAMED, 7)

    assert (tab.look(0, 0).tick, tab.look(0, 0).hint) == (True, "Đánh dấu")
    assert (tab.look(0, 1).choices, tab.text(0, 1)) == (("Toàn tỉnh",), "Toàn")


def test_layout_stays_when_input_cells_or_feedback_change(make_tab):
    cells = [["Số", ""], ["", "Hợp lệ."]]
    tab = make_tab(cells, inputs=[(0, 1, 1, 2)], columns={1: "kiem_tra"})

    typed = tab.with_texts({(0, 1): "12/KH", (1, 1): "Lỗi cần sửa"})

    assert typed.layout == tab.layout
    assert (typed.version == tab.version, typed.text(0, 1)) == (False, "12/KH")


def test_version_stays_when_only_feedback_changes(make_tab):
    tab = make_tab([["a", "Hợp lệ."]], inputs=[(0, 1, 0, 1)], columns={1: "kiem_tra"})

    assert tab.with_texts({(0, 1): "Lỗi"}).version == tab.version


def test_layout_changes_with_a_line_inserted_above(make_tab):
    before = make_tab([["Số", ""]], inputs=[(0, 1, 1, 2)])
    after = make_tab([["", ""], ["Số", ""]], inputs=[(1, 2, 1, 2)])

    assert before.layout != after.layout


def test_with_texts_writes_beyond_what_was_filled(make_tab):
    tab = make_tab([["a"]], row_count=4, column_count=3)

    assert tab.with_texts({(2, 1): "b"}).cells == (("a",), (), ("", "b"))
