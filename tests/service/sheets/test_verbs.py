"""The few verbs over the embedded server, and over answers that only Google gives."""

import json
from datetime import timedelta

import pytest

from service.errors import (
    IncompleteReadError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
)
from service.sheets.batches import BYTES_PER_REQUEST, packed, request_size
from service.sheets.inventory import TabInventory
from sheets_schema.grid import Merge
from tests.service.sheets.conftest import AT, answering


def tab(sheet_id, rows=10, columns=5, title="Trang"):
    return TabInventory(sheet_id, title, rows, columns, {}, {}, {}, (), (), (), ())


def test_created_is_found_by_its_properties_oldest_first(sheets, book):
    second = sheets.create("Sổ", {"dot": "a", "mau": "c"})

    assert [found for found, _ in sheets.find({"dot": "a"})] == [book, second]
    assert sheets.find({"dot": "a", "mau": "c"}) == ((second, {"dot": "a", "mau": "c"}),)
    assert sheets.find({"dot": "khác"}) == ()


def test_files_of_every_page_are_found():
    pages = [{"files": [{"id": "a"}], "nextPageToken": "2"}, {"files": [{"id": "b", "appProperties": {"dot": "x"}}]}]

    assert answering(*pages).find({"dot": "x"}) == (("a", {}), ("b", {"dot": "x"}))


def test_inventory_tells_tabs_columns_metadata_and_merges(sheets, book):
    place = {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    area = {"sheetId": 7, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 2}
    grid = {"rowCount": 9, "columnCount": 4}
    sheets.apply(
        book,
        [
            {"addSheet": {"properties": {"sheetId": 7, "title": "Đơn vị", "gridProperties": grid}}},
            metadata("cot", "ten", {"dimensionRange": place}),
            metadata("khac", "x", {"dimensionRange": place}),
            metadata("don_vi", "S-CT", {"sheetId": 7}),
            {"mergeCells": {"range": area, "mergeType": "MERGE_ALL"}},
        ],
    )

    found = sheets.inventory(book).tab(7)

    assert (found.title, found.row_count, found.column_count) == ("Đơn vị", 9, 4)
    assert (found.columns, found.metadata, found.merges) == ({2: "ten"}, {"don_vi": "S-CT"}, (Merge(1, 3, 0, 2),))
    assert sheets.inventory(book).tab(8) is None
    assert (sheets.meter.reads, sheets.meter.writes) == (2, 1)


def metadata(key, value, location):
    made = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "PROJECT"}
    return {"createDeveloperMetadata": {"developerMetadata": made}}


def test_read_gives_every_tab_as_people_see_it(sheets, book):
    cells = [{"values": [{"userEnteredValue": {"stringValue": "0123"}}, {"userEnteredValue": {"boolValue": True}}]}]
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 0}
    sheets.apply(book, [{"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}])

    grids = sheets.read(book, sheets.inventory(book).tabs)

    assert grids[0].cells == ((), ("0123", "TRUE"))


def test_tabs_are_matched_by_what_is_echoed_not_by_order():
    answers = [
        {"valueRange": {"values": [[str(number)]]}, "dataFilters": [{"gridRange": {"sheetId": number}}]}
        for number in (3, 1)
    ]
    blank = {"valueRange": {}, "dataFilters": [{"gridRange": {}}]}
    sheets = answering({"valueRanges": [*answers, blank]})

    grids = sheets.read("x", [tab(0), tab(1), tab(3)])

    assert {sheet_id: grid.cells for sheet_id, grid in grids.items()} == {0: (), 1: (("1",),), 3: (("3",),)}


def test_tab_that_is_not_answered_is_no_empty_tab():
    sheets = answering({"valueRanges": []})

    with pytest.raises(IncompleteReadError, match="Sở Công Thương"):
        sheets.read("x", [tab(1, title="Sở Công Thương")])


def test_large_tabs_are_read_in_several_calls():
    answers = [
        {"valueRanges": [{"valueRange": {}, "dataFilters": [{"gridRange": {"sheetId": number}}]}]} for number in (1, 2)
    ]
    sheets = answering(*answers)

    assert set(sheets.read("x", [tab(1, 9_000, 40), tab(2, 9_000, 40)])) == {1, 2}
    assert sheets.meter.reads == 2


def test_nothing_to_read_or_apply_costs_nothing(sheets, book):
    assert sheets.read(book, []) == {}
    assert sheets.apply(book, []) == []
    assert (sheets.meter.reads, sheets.meter.writes) == (0, 0)


def test_apply_is_all_or_nothing(sheets, book):
    good = {"addSheet": {"properties": {"sheetId": 5, "title": "A"}}}

    with pytest.raises(SheetsRefusedError):
        sheets.apply(book, [good, {"deleteSheet": {"sheetId": 99}}])

    assert sheets.inventory(book).tab(5) is None
    assert len(sheets.apply(book, [good])) == 1


def write_of(row, text):
    rows = [{"values": [{"userEnteredValue": {"stringValue": text}}]}]
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": 0}
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}


LARGE = 40_000  # letters of a cell: as many as one may hold, nearly


def test_pieces_above_the_size_go_in_several_writes(sheets, book):
    pieces = [[write_of(2 * number, "a" * LARGE), write_of(2 * number + 1, "b")] for number in range(120)]

    writes = sheets.apply_in_parts(book, pieces)

    assert (writes, sheets.meter.writes) == (3, 3)  # 120 × 40 kB = 4.8 MB
    [tab] = sheets.inventory(book).tabs
    assert [cell[0][:1] for cell in sheets.read(book, [tab])[0].cells] == ["a", "b"] * 120


def test_piece_above_the_size_goes_alone_and_whole(sheets, book):
    small = [write_of(0, "a")]
    large = [write_of(row, "b" * LARGE) for row in range(1, 61)]

    assert sheets.apply_in_parts(book, [small, large, small]) == 3


def test_small_pieces_go_together_and_empty_ones_not_at_all(sheets, book):
    assert sheets.apply_in_parts(book, [[write_of(0, "a")], [], [write_of(1, "b")]]) == 1
    assert sheets.apply_in_parts(book, [[], []]) == 0
    assert sheets.apply_in_parts(book, []) == 0
    assert sheets.meter.writes == 1


def test_what_must_land_together_is_never_split(sheets, book):
    sheets.apply(book, [write_of(row, "a" * LARGE) for row in range(120)])

    assert sheets.meter.writes == 1


def test_parts_before_a_refused_one_have_landed(sheets, book):
    large = [write_of(row, "a" * LARGE) for row in range(60)]

    with pytest.raises(SheetsRefusedError):
        sheets.apply_in_parts(book, [large, [{"deleteSheet": {"sheetId": 99}}]])

    [tab] = sheets.inventory(book).tabs
    assert len(sheets.read(book, [tab])[0].cells) == 60


@pytest.mark.parametrize(
    ("weights", "batches"),
    [
        ([], []),
        ([0, 0], []),
        ([10], [[10]]),
        ([11], [[11]]),
        ([4, 6], [[4, 6]]),
        ([4, 7], [[4], [7]]),
        ([1, 20, 1], [[1], [20], [1]]),
        ([5, 0, 5, 5], [[5, 5], [5]]),
    ],
)
def test_pieces_are_packed_up_to_the_limit(weights, batches):
    assert list(packed(weights, lambda weight: weight, limit=10)) == batches


def test_limit_is_what_google_recommends():
    assert BYTES_PER_REQUEST == 2_000_000


@pytest.mark.parametrize("said", [{}, {"id": ""}, {"id": None}], ids=str)
def test_created_without_an_id_is_told(said):
    with pytest.raises(SheetsRefusedError):
        answering(said).create("Sổ", {})


@pytest.mark.parametrize("said", ["x", 5, [], None, True], ids=str)
def test_answer_that_is_no_object_is_no_answer(said):
    with pytest.raises(SheetsUnavailableError):
        answering(said).create("Sổ", {})


def test_missing_spreadsheet_is_told(sheets):
    with pytest.raises(SheetsMissingError):
        sheets.inventory("khong-co")
    with pytest.raises(SheetsMissingError):
        sheets.apply("khong-co", [{"deleteSheet": {"sheetId": 0}}])


def test_file_tells_when_it_was_modified(sheets, book):
    assert AT <= sheets.modified_at(book) < AT + timedelta(minutes=1)
    assert answering({}).modified_at("x") is None


def test_size_is_that_on_the_wire():
    request = {"addSheet": {"properties": {"title": "Đơn vị"}}}

    assert request_size([request, request]) == 2 * len(
        json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
    )
