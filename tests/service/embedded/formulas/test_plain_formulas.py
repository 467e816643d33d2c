"""Links and running numbers give by themselves what they give when they are taken apart, however many there are."""

import random

import pytest

from service.embedded.book.open_book import open_book
from service.embedded.book.styles import StyleCache
from service.embedded.formulas.plain_formulas import plain_value
from service.embedded.sheets_api.render import Renderer
from service.embedded.storage import callers
from service.embedded.storage.callers import FileRole
from tests.service.embedded.conftest import OWNER, OWNER_TOKEN

LETTERS = "aĐ \"”;,\\\n\t=+1.0%🌱#A2:('"
SHOWN = "sheets(data(rowData(values(effectiveValue,formattedValue,hyperlink,effectiveFormat(numberFormat)))))"


def apart(formula):
    """Return a formula that is no plain one and means the same."""
    return formula.replace("(", "( ", 1)


def some_formulas(count):
    chance = random.Random(20261130)
    texts = ["".join(chance.choices(LETTERS, k=chance.randint(0, 9))).replace('"', '""') for _ in range(2 * count)]
    links = [f'=HYPERLINK("{url}";"{label}")' for url, label in zip(texts[::2], texts[1::2], strict=True)]
    return [*links, *(f"=ROW()-{chance.choice((0, 1, 7, 99, 9_999_999))}" for _ in range(count // 4))]


@pytest.mark.parametrize("locale", ["vi_VN", "en_US"])
def test_plain_formulas_are_what_they_are_when_taken_apart(api, book, locale):
    formulas = some_formulas(400)
    properties = {"properties": {"locale": locale}, "fields": "locale"}
    api.batch(book, {"updateSpreadsheetProperties": properties})

    api.put(book, "A1", [[one, apart(one)] for one in formulas], "USER_ENTERED")

    assert all(plain_value(one, 0) is not None and plain_value(apart(one), 0) is None for one in formulas)
    rows = api.get(book, fields=SHOWN)["sheets"][0]["data"][0]["rowData"]
    assert [row["values"][0] for row in rows] == [row["values"][1] for row in rows]
    read = api.values(book, f"A1:B{len(formulas)}", valueRenderOption="UNFORMATTED_VALUE")
    assert [row[:1] for row in read] == [row[1:] for row in read]


def test_what_refers_to_plain_formulas_gets_their_values(api, book):
    api.put(book, "A1", [["=SUM(B1:B9)&C2"], *[[None, "=ROW()-1", '=HYPERLINK("x";"hai")']] * 8], "USER_ENTERED")

    assert api.values(book, "A1") == [["36hai"]]


def test_they_are_shown_where_the_work_of_a_tab_is_used_up(api, book):
    chain = 15_000
    api.batch(book, {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": chain}})
    api.put(book, "A1", [[1], *([f"=A{row}+1"] for row in range(1, chain))], "USER_ENTERED")

    api.put(book, f"B{chain}", [['=HYPERLINK("#gid=0&range=A1";"Mở dòng")', "=ROW()-1"]], "USER_ENTERED")

    assert api.values(book, f"A{chain}:C{chain}") == [["#ERROR!", "Mở dòng", str(chain - 1)]]


def test_they_are_sorted_and_frozen_where_the_work_of_a_tab_is_used_up(api, book):
    chain = 15_000
    grown = {"sheetId": 0, "dimension": "ROWS", "length": chain}
    api.batch(book, {"appendDimension": grown})
    api.put(book, "A1", [[1], *([f"=A{row}+1"] for row in range(1, chain))], "USER_ENTERED")
    api.put(book, "B1", [[f'=HYPERLINK("#{name}";"{name}")', "=ROW()-0"] for name in "cab"], "USER_ENTERED")
    area = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 3}
    below = {"sheetId": 0, "startRowIndex": chain, "startColumnIndex": 1}

    api.batch(book, {"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": 1}]}})
    api.batch(book, {"copyPaste": {"source": area, "destination": below, "pasteType": "PASTE_VALUES"}})

    assert api.values(book, "B1:C3") == [["a", "1"], ["b", "2"], ["c", "3"]]
    assert api.values(book, f"B{chain + 1}:C{chain + 3}", valueRenderOption="FORMULA") == [["a", 1], ["b", 2], ["c", 3]]


def test_of_a_long_list_only_what_is_asked_for_is_read(app, api, book):
    lines = [["=ROW()-0", f'=HYPERLINK("#gid=0&range=A{row}";"Mở dòng")'] for row in range(1, 901)]
    api.put(book, "A1", lines, "USER_ENTERED")
    with app.store.reading() as connection:
        owner = callers.identify(connection, api.session.headers["Authorization"], OWNER, OWNER_TOKEN)
        opened = open_book(connection, book, owner, StyleCache(), FileRole.READER)
        sheet, renderer = opened.first_sheet(), Renderer(opened)

        number, label = (renderer.effective(sheet, 500, one, {"f": lines[500][one]}) for one in (0, 1))
        address = renderer.link(sheet, 500, 1, {"f": lines[500][1]})

        assert (number, label, address, sheet.grid.size) == (501, "Mở dòng", "#gid=0&range=A501", 0)
