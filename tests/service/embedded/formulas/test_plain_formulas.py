"""Links and running numbers give by themselves what they give when they are taken apart, however many there are."""

import random

import pytest

from service.embedded.formulas.plain_formulas import plain_value

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


def test_a_list_of_many_thousands_shows_every_number_and_link(api, book):
    count = 20_000
    api.batch(book, {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": count}})
    address = "https://docs.google.com/spreadsheets/d/1dKwq1Ju7Al_XXFeTNOtcJOpzPnwwtIi6EsivY6Hn5m4/edit#gid=1060786160"
    lines = [["=ROW()-0", "chữ", f'=HYPERLINK("{address}&range=A{row}";"Mở dòng")'] for row in range(1, count + 1)]
    for first in range(0, count, 5_000):
        api.put(book, f"A{first + 1}", lines[first : first + 5_000], "USER_ENTERED")

    assert api.values(book, "Sheet1") == [[str(row), "chữ", "Mở dòng"] for row in range(1, count + 1)]
