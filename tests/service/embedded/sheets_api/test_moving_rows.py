"""Rows put in above a long list: the list is not read for it, and formulas that refer to what moves follow."""

import json

import pytest

from service.embedded.book.open_book import open_book
from service.embedded.book.styles import StyleCache
from service.embedded.sheets_api import structure
from service.embedded.storage import callers
from service.embedded.storage.callers import FileRole
from tests.service.embedded.conftest import OWNER, OWNER_TOKEN

LINES = 500
ROW_ABOVE = {"insertDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}}}


def formula(text):
    return {"userEnteredValue": {"formulaValue": text}}


def written(text, sheet=0, row=0, column=0):
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": [formula(text)]}], "fields": "userEnteredValue"}}


@pytest.fixture
def links(api):
    book = api.create(sheets=[{"properties": {"title": "Danh sách"}}])
    link = '=HYPERLINK("https://vidu.vn/#A{0}";"Mở dòng {0}")'
    api.put(book, "A1", [["=ROW()-1", link.format(number)] for number in range(LINES)], "USER_ENTERED")
    return book


def parts_of(app, book):
    with app.store.reading() as connection:
        sql = "SELECT sheet.parts FROM sheet JOIN file ON file.key = sheet.book WHERE file.id = ?"
        return json.loads(connection.execute(sql, (book,)).fetchone()[0])


def test_no_row_of_a_list_is_read(app, api, links):
    with app.store.writing() as connection:
        owner = callers.identify(connection, api.session.headers["Authorization"], OWNER, OWNER_TOKEN)
        book = open_book(connection, links, owner, StyleCache(), FileRole.WRITER)
        sheet = book.first_sheet()
        structure.insert(book, sheet, "ROWS", 1, 1)
        assert sheet.grid.size == 0
        book.save(app.clock())

    last = [[str(LINES - 1), f"Mở dòng {LINES - 2}"], [str(LINES), f"Mở dòng {LINES - 1}"]]
    assert api.values(links, f"A{LINES}:B{LINES + 1}") == last


def test_what_an_older_version_wrote_is_looked_through_once(app, api, links):
    with app.store.writing() as connection:
        connection.execute("UPDATE sheet SET parts = json_remove(parts, '$.refers_nowhere')")

    api.batch(links, ROW_ABOVE)

    assert parts_of(app, links)["refers_nowhere"] is True


def test_formula_that_refers_is_known_from_its_writing(app, api, links):
    api.batch(links, written("=A5*2", column=4))
    assert "refers_nowhere" not in parts_of(app, links)

    api.batch(links, ROW_ABOVE)

    assert api.values(links, "E2", valueRenderOption="FORMULA") == [["=A6*2"]]


def test_formula_that_refers_is_known_when_it_is_written_once_more(api, links):
    cleared = {"updateCells": {"range": {"sheetId": 0, "startColumnIndex": 4}, "fields": "userEnteredValue"}}

    # between the two nothing of the tab refers, which the row put in finds out
    api.batch(links, written("=A5*2", column=4), cleared, ROW_ABOVE, written("=A5*2", column=4))
    api.batch(links, ROW_ABOVE)

    assert api.values(links, "E2", valueRenderOption="FORMULA") == [["=A6*2"]]


def test_formula_that_refers_is_known_of_a_copy_made_at_once(api, links):
    copied = {"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 9, "newSheetName": "Bản sao"}}
    above = {"insertDimension": {"range": ROW_ABOVE["insertDimension"]["range"] | {"sheetId": 9}}}

    api.batch(links, written("=A5*2", column=4), copied)
    api.batch(links, above)

    assert api.values(links, "'Bản sao'!E2", valueRenderOption="FORMULA") == [["=A6*2"]]
    assert api.values(links, "'Danh sách'!E1", valueRenderOption="FORMULA") == [["=A5*2"]]


def test_formula_that_fills_cells_is_known_of_a_copy_made_at_once(api, links):
    copied = {"duplicateSheet": {"sourceSheetId": 0, "newSheetId": 9, "newSheetName": "Bản sao"}}

    api.batch(links, written('=SPLIT("một,hai",",")', column=4), copied)

    assert api.values(links, "'Bản sao'!E1:F1") == [["một", "hai"]]
