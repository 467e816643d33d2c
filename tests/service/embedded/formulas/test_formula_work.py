"""A formula may be long, deep or heavy: its own cell pays for it, and no other."""

import pytest

from service.embedded.formulas import formula_work
from service.embedded.formulas.formula_work import OverworkError, SharedWork, TabWork

CHAINS = [
    ("=" + "+".join(["1"] * 500), "500"),
    ("=2000" + "-1" * 1000, "1000"),
    ("=" + "-" * 3000 + "1", "1"),
    ("=2" + "^1" * 1000, "2"),
    ("=" + "&".join(["7"] * 600), "7" * 600),
    ("=1E9" + "%" * 4, "10"),
    ("=" + "IF(TRUE,1," * 50 + "0" + ")" * 50, "1"),
    ("=" + "(" * 5000 + "1" + ")" * 5000, "#ERROR!"),
    ("=" + "SUM(" * 5000 + "1" + ")" * 5000, "#ERROR!"),
    ("=" + "(" * 20000, "#ERROR!"),
    ("=SUM(" + ",".join(["A1:Z1000"] * 4500) + ")", "#REF!"),
    ("=SUM(" + ",".join(["B1:Z1000"] * 4500) + ")", "#ERROR!"),
]


@pytest.mark.parametrize(("formula", "shown"), CHAINS)
def test_one_cell_fails_alone(api, book, formula, shown):
    rows = [[formula, "x", "=1+1"], *([None, *range(25)] for _ in range(900)), [None, "=B2+40"]]

    api.put(book, "A1", rows, "USER_ENTERED")

    read = api.values(book, "Sheet1")
    assert (read[0][0], read[0][1:], read[-1][1]) == (shown, ["x", "2"], "40")


def long_chain(api, book, rows):
    api.batch(book, {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": rows}})
    api.put(book, "A1", [[1], *([f"=A{row}+1"] for row in range(1, rows))], "USER_ENTERED")


@pytest.mark.parametrize("rows", [10_000])
def test_chain_of_ten_thousand_cells_is_computed(api, book, rows):
    long_chain(api, book, rows)

    assert api.values(book, "Sheet1")[-1] == [str(rows)]


def test_cells_past_the_work_of_a_tab_are_the_same_whatever_is_read(api, book):
    long_chain(api, book, 20_000)

    shown = [row[0] for row in api.values(book, "Sheet1")]
    fails = shown.index("#ERROR!")

    assert shown == [str(row + 1) for row in range(fails)] + ["#ERROR!"] * (20_000 - fails)
    for row in (fails - 1, fails, 19_999):
        assert api.values(book, f"A{row + 1}") == [[shown[row]]]


def test_heavy_tab_leaves_the_others_their_work(api, book):
    long_chain(api, book, 20_000)
    api.batch(book, {"addSheet": {"properties": {"title": "nhẹ"}}})
    api.put(book, "'nhẹ'!A1", [[f"={row}+Sheet1!A1"] for row in range(100)], "USER_ENTERED")

    read = api.ok("GET", f"/v4/spreadsheets/{book}/values:batchGet", ranges=["Sheet1", "'nhẹ'"])

    assert read["valueRanges"][1]["values"] == [[str(row + 1)] for row in range(100)]


def test_work_is_taken_from_what_is_reserved_first():
    shared = SharedWork(left=100)
    first, second = TabWork(shared, reserved=50, left=1000), TabWork(shared, reserved=50, left=1000)

    first.spend(140)
    with pytest.raises(OverworkError):
        first.spend(11)
    second.spend(60)

    assert (first.left, second.left, shared.left) == (0, 940, 0)


def test_no_tab_takes_more_than_its_share():
    tab = TabWork.of(SharedWork(left=10**9), tabs=2)

    tab.spend(formula_work.MOST_OF_TAB)
    with pytest.raises(OverworkError):
        tab.spend(formula_work.RESERVED)


def test_address_of_a_hyperlink_is_its_first_argument(api, book):
    formula = '=HYPERLINK("https://a.vn/?"&1,HYPERLINK("https://b.vn","x"))'
    api.put(book, "A1", [[formula, '="a"&HYPERLINK("https://c.vn")']], "USER_ENTERED")

    cells = api.get(book, fields="sheets.data.rowData.values(hyperlink,formattedValue)")["sheets"][0]["data"][0]

    assert cells["rowData"] == [
        {"values": [{"hyperlink": "https://a.vn/?1", "formattedValue": "x"}, {"formattedValue": "ahttps://c.vn"}]}
    ]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=SUM()", "#N/A"), ("=SUM(1,)", "1"), ("=SUM(,)", "0"), ("=IF(,1,2)", "2"), ("=IF(1,,2)", ""),
        ("=SUM(1,,2)", "3"),
        ("=-(1)%", "-0.01"), ("=2^-1", "0.5"), ("=2^-3^2", "0.015625"), ("=1-2-3", "-4"), ("=1&2+3", "15"),
        ("=1<2=TRUE", "TRUE"), ("=SUM(1,(2))", "3"), ("=(1,2)", "#ERROR!"), ("=1,2", "#ERROR!"), ("=)", "#ERROR!"),
        ("=SUM(1", "#ERROR!"), ("=SUM(-)", "#ERROR!"), ("=1 2", "#ERROR!"), ("=%", "#ERROR!"), ("=*1", "#ERROR!"),
        ("=SUM (1)", "1"), ("=ROW(SUM(1))", "#REF!"), ("=1(2)", "#ERROR!"), ('="a"(1)', "#ERROR!"), ("=+-+1", "-1"),
    ],
)  # fmt: skip
def test_order_of_operators_and_arguments(api, book, formula, shown):
    api.put(book, "A1", [[formula, "."]], "USER_ENTERED")

    assert api.values(book, "A1:B1") == [[shown, "."]]
