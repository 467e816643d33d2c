import pytest


@pytest.fixture
def vi(api):
    return api.create(properties={"title": "vi", "locale": "vi_VN"})


def shown(api, book, rows):
    api.put(book, "A1", rows, "USER_ENTERED")
    return api.values(book, "Sheet1")


FORMULAS = [
    ("=1+2*3", "7"),
    ("=(1+2)*3", "9"),
    ("=2^3^2", "64"),
    ("=-2^2", "4"),
    ("=10%", "0,1"),
    ("=7/2", "3,5"),
    ("=1/0", "#DIV/0!"),
    ('="a"&"b"&1,5', "ab1,5"),
    ('="A"="a"', "TRUE"),
    ("=1<>2", "TRUE"),
    ("=2>=3", "FALSE"),
    ("=SUM(B1:B3)", "6"),
    ("=SUM(B:B)", "6"),
    ("=SUM(B1:B3;4;\"5\")", "15"),
    ("=COUNT(B1:C3)", "3"),
    ("=COUNTA(B1:C3)", "4"),
    ("=AVERAGE(B1:B3)", "2"),
    ("=MIN(B1:B3)", "1"),
    ("=MAX(B1:B3)", "3"),
    ("=ROUND(2,345;2)", "2,35"),
    ("=ROUND(-2,5)", "-3"),
    ('=IF(B1>0;"dương";"âm")', "dương"),
    ("=IF(B1>1;5)", "FALSE"),
    ("=C1", "chữ"),
    ("=D1", ""),
    ("=$B$2", "2"),
    ("='Sheet1'!B2+Sheet1!B3", "5"),
    ('=HYPERLINK("https://a.vn/?x=1";"nhãn")', "nhãn"),
    ('=HYPERLINK("https://a.vn")', "https://a.vn"),
    ("=ROW()", "1"),
    ("=ROW()-7", "-6"),
    ("=ROW(B3)+COLUMN(C1:D2)", "6"),
    ("=COLUMN()", "1"),
    ("=ROW(1)", "#REF!"),
    ("=ROW(ZZ9999999)", "#REF!"),
    ("=ROW(B1;B2)", "#N/A"),
    ("=XYZ(1)", "#NAME?"),
    ("=tên_lạ", "#NAME?"),
    ("=Sheet9!A1", "#REF!"),
    ("=ZZ9999999", "#REF!"),
    ('=IMPORTXML("https://a.vn";"//a")', "#REF!"),
    ('=IMAGE("https://a.vn/a.png")', "#REF!"),
    ("=SUM(1,5;2)", "3,5"),
    ("=SUM(B1, B2)", "#ERROR!"),
    ("=1+", "#ERROR!"),
    ("=(", "#ERROR!"),
    ("=\"a\"+1", "#VALUE!"),
    ("=A1", "#REF!"),
    ("=1=\"1\"", "FALSE"),
    ("=TRUE+1", "2"),
    ("=" + "(" * 200 + "1" + ")" * 200, "#ERROR!"),
    ("=9^999", "#NUM!"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "text"), FORMULAS)
def test_formula_is_computed_when_read(api, vi, formula, text):
    rows = shown(api, vi, [[formula, 1, "chữ"], [None, 2], [None, 3]])

    assert rows[0][0] == text


def test_comma_separates_arguments_where_the_decimal_sign_is_a_point(api, book):
    assert shown(api, book, [["=SUM(1.5,2)", "=SUM(1.5;2)"]]) == [["3.5", "3.5"]]


def test_chain_of_a_thousand_cells_is_computed(api, book):
    rows = [[1]] + [[f"=A{row}+1"] for row in range(1, 1000)]

    assert shown(api, book, rows)[-1] == ["1000"]


def test_text_that_doubles_from_cell_to_cell_stops_growing(api, book):
    rows = [["x" * 1000]] + [[f"=A{row}&A{row}"] for row in range(1, 40)]

    assert shown(api, book, rows)[-1] == ["#VALUE!"]


def test_circle_is_an_error(api, book):
    assert shown(api, book, [["=B1", "=A1", "=1"]]) == [["#REF!", "#REF!", "1"]]


def test_error_has_its_type_and_message(api, book):
    api.put(book, "A1", [["=1/0", '=IMPORTXML("https://a.vn","//a")']], "USER_ENTERED")

    cells = api.get(book, fields="sheets.data.rowData.values(effectiveValue,userEnteredValue)")
    first, second = cells["sheets"][0]["data"][0]["rowData"][0]["values"]

    assert first["effectiveValue"]["errorValue"]["type"] == "DIVIDE_BY_ZERO"
    assert second["effectiveValue"]["errorValue"]["type"] == "REF"
    assert "access is off" in second["effectiveValue"]["errorValue"]["message"]


def test_hyperlink_is_shown_with_its_address(api, book):
    api.put(book, "A1", [['=HYPERLINK("https://a.vn/" & 1, "x")']], "USER_ENTERED")

    cells = api.get(book, fields="sheets.data.rowData.values(hyperlink,formattedValue)")

    assert cells["sheets"][0]["data"][0]["rowData"] == [
        {"values": [{"hyperlink": "https://a.vn/1", "formattedValue": "x"}]}
    ]


def test_result_takes_over_the_format_of_the_first_cell(api, vi):
    assert shown(api, vi, [["30/9/2023", "=A1+1"]]) == [["30/09/2023", "01/10/2023"]]


def span(dimension, start, end, sheet=0):
    return {"sheetId": sheet, "dimension": dimension, "startIndex": start, "endIndex": end}


@pytest.mark.parametrize(
    ("change", "where", "formula"),
    [
        ({"insertDimension": {"range": span("ROWS", 0, 2)}}, "C3", "=SUM(A3:A5)+$B$4+A:A"),
        ({"insertDimension": {"range": span("COLUMNS", 0, 1)}}, "D1", "=SUM(B1:B3)+$C$2+B:B"),
        ({"insertDimension": {"range": span("ROWS", 1, 2)}}, "C1", "=SUM(A1:A4)+$B$3+A:A"),
        ({"deleteDimension": {"range": span("ROWS", 1, 2)}}, "C1", "=SUM(A1:A2)+#REF!+A:A"),
        ({"deleteDimension": {"range": span("COLUMNS", 0, 1)}}, "B1", "=SUM(#REF!)+$A$2+#REF!"),
    ],
)
def test_references_move_with_rows_and_columns(api, book, change, where, formula):
    api.put(book, "C1", [["=SUM(A1:A3)+$B$2+A:A"]], "USER_ENTERED")

    api.batch(book, change)

    assert api.values(book, where, valueRenderOption="FORMULA") == [[formula]]


def test_references_from_other_tabs_move_and_follow_a_new_title(api, book):
    api.batch(book, {"addSheet": {"properties": {"sheetId": 5, "title": "khác"}}})
    api.put(book, "'khác'!A1", [['=Sheet1!A2&"Sheet1!A2"']], "USER_ENTERED")

    api.batch(
        book,
        {"insertDimension": {"range": span("ROWS", 0, 1)}},
        {"updateSheetProperties": {"properties": {"sheetId": 0, "title": "Tờ một"}, "fields": "title"}},
    )

    assert api.values(book, "'khác'!A1", valueRenderOption="FORMULA") == [["='Tờ một'!A3&\"Sheet1!A2\""]]


def test_copied_formula_refers_relative_to_its_place(api, book):
    api.put(book, "B2", [["=A1+$A$1+A$1"]], "USER_ENTERED")
    area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2, "startColumnIndex": 1, "endColumnIndex": 2}
    below = area | {"startRowIndex": 3, "endRowIndex": 4, "startColumnIndex": 2, "endColumnIndex": 3}

    api.batch(book, {"copyPaste": {"source": area, "destination": below}})

    assert api.values(book, "C4", valueRenderOption="FORMULA") == [["=B3+$A$1+B$1"]]


def test_named_range_in_a_formula(api, book):
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 1, "endColumnIndex": 2}
    api.batch(book, {"addNamedRange": {"namedRange": {"name": "doanh_thu", "range": area}}})

    assert shown(api, book, [["=SUM(doanh_thu)", 1], [None, 2]])[0][0] == "3"


ERRORS = [
    ("=XYZ(1)", "NAME", "Unknown function: 'XYZ'."),
    ("=tên_lạ", "NAME", "Unknown range name: 'tên_lạ'."),
    ("=Sheet9!A1", "REF", "Unresolved sheet name 'Sheet9'."),
    ("=1/0", "DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero."),
    ("=1+", "ERROR", "Formula parse error."),
    (
        '=IMPORTXML("https://a.vn";"//a")',
        "REF",
        "Some formulas are trying to send and receive data from external parties; access is off.",
    ),
]


@pytest.mark.parametrize(("formula", "kind", "message"), ERRORS)
def test_error_says_what_is_wrong(api, vi, formula, kind, message):
    api.put(vi, "A1", [[formula]], "USER_ENTERED")

    data = api.get(vi, ranges="A1", fields="sheets.data.rowData.values.effectiveValue")["sheets"][0]["data"]

    assert data[0]["rowData"][0]["values"][0]["effectiveValue"] == {"errorValue": {"type": kind, "message": message}}
