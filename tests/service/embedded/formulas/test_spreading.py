"""Formulas that fill the cells beside and below their own."""

import io
import zipfile

import pytest

ROWS = [["chi", 3], ["an", 1], ["chi", 2]]


@pytest.fixture
def put(api, book):
    def act(**formulas):
        api.put(book, "A1", ROWS, "USER_ENTERED")
        for cell, formula in formulas.items():
            api.put(book, cell, [[formula]], "USER_ENTERED")
        return lambda area: api.values(book, area)

    return act


def test_result_fills_rows_and_columns(put):
    shown = put(D2="=SORT(A1:B3)", H1='=SPLIT("a,b,c",",")')

    assert shown("D1:J4") == [["", "", "", "", "a", "b", "c"], ["an", "1"], ["chi", "2"], ["chi", "3"]]
    assert shown("E3:E9") == [["2"], ["3"]]


def test_what_refers_to_filled_cells_sees_them_wherever_it_stands(put, api, book):
    api.batch(book, {"addSheet": {"properties": {"title": "khác"}}})
    shown = put(C1="=SUM(E1:E9)", D1='=UNIQUE(B1:B3)&""', E1="=UNIQUE(B1:B3)", F1="=SORT(E1:E3)")
    api.put(book, "khác!A1", [["=Sheet1!E3+1", "=COUNTA(Sheet1!F:F)"]], "USER_ENTERED")

    assert shown("C1") == [["6"]]
    assert shown("F1:F3") == [["1"], ["2"], ["3"]]
    assert shown("khác!A1:B1") == [["3", "3"]]


def test_result_never_writes_over_what_is_there(put):
    shown = put(D1="=SORT(A1:A3)", D3="có", F1="=UNIQUE(A1:A3)", F2="=SEQUENCE(2)")

    assert shown("D1:D3") == [["#REF!"], [], ["có"]]
    assert shown("F1:F3") == [["#REF!"], ["1"], ["2"]]


def test_result_ends_with_the_grid_and_goes_with_its_formula(put, api, book):
    shown = put(Z1="=SEQUENCE(2,3)", D999="=SEQUENCE(5)")

    assert shown("Z1:Z2") == [["1"], ["4"]]
    assert shown("D999:D1000") == [["1"], ["2"]]
    api.ok("POST", f"/v4/spreadsheets/{book}/values/Z1:clear")
    assert shown("Z1:Z2") == []


def test_cells_show_values_of_their_own_and_no_formula(put, api, book):
    put(D1="=SEQUENCE(2)")
    mask = "sheets.data.rowData.values(userEnteredValue,effectiveValue,formattedValue)"
    rows = api.get(book, ranges="D1:D2", fields=mask)["sheets"][0]["data"][0]["rowData"]

    assert rows[0]["values"][0]["userEnteredValue"] == {"formulaValue": "=SEQUENCE(2)"}
    assert rows[1]["values"] == [{"effectiveValue": {"numberValue": 2}, "formattedValue": "2"}]
    assert api.values(book, "D1:D2", valueRenderOption="FORMULA") == [["=SEQUENCE(2)"], [2]]


def test_copies_and_exports_have_them_too(put, api, book):
    put(D1="=SEQUENCE(2)")
    api.batch(book, {"duplicateSheet": {"sourceSheetId": 0, "newSheetName": "bản sao"}})

    assert api.values(book, "'bản sao'!D2") == [["2"]]
    text = api.call("GET", f"/drive/v3/files/{book}/export", mimeType="text/csv").text
    assert text.splitlines()[1].endswith(",2")
    packed = api.call("GET", f"/drive/v3/files/{book}/export", mimeType="application/zip").content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert '<td class="number">2</td></tr>' in archive.read("Sheet1.html").decode()


def test_circle_of_results_ends(put):
    shown = put(D1="=SORT(F1:F2)", F1="=SORT(D1:D2)")

    assert {value for row in shown("D1:F1") for value in row} <= {"#REF!", "", "#N/A"}


def test_large_result_is_within_the_steps_of_a_cell(put):
    shown = put(D1="=SEQUENCE(1000,22)", C5="=SUM(ARRAYFORMULA(A:A&B:B=C:C))")

    assert shown("D1") == [["1"]]
    assert shown("Y1000") == [["22000"]]
