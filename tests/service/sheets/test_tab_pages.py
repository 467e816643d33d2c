"""A tab as a page shows it: merged, hidden, blank, long; over real spreadsheets of the embedded server."""

from __future__ import annotations

from collections.abc import Callable

import gspread
import pytest

from service.sheets import paper_parts, tab_pages
from service.sheets.tab_pages import TabPage


@pytest.fixture
def book(office) -> gspread.Spreadsheet:
    """An empty spreadsheet of ten columns."""
    created = office.owner.create("Bảng thử")
    created.sheet1.resize(400, 10)
    return created


@pytest.fixture
def read(office, book) -> Callable[..., TabPage | None]:
    def page(sheet_id: int = 0) -> TabPage | None:
        with office.workspace() as workspace:
            return tab_pages.read_page(workspace.sheets, book.id, sheet_id)

    return page


def texts(page: TabPage) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in page.whole.rows]


def test_read_page_of_an_empty_tab(read):
    page = read()

    assert (page.title, page.whole.rows, page.row_count, len(page.tabs)) == ("Bảng thử", (), 0, 1)


def test_read_page_ends_with_the_last_text(read, book):
    book.sheet1.update([["a", "b"], ["", "c"]], "B2")

    assert texts(read()) == [["", "", ""], ["", "a", "b"], ["", "", "c"]]


def test_read_page_joins_merged_cells(read, book):
    book.sheet1.update([["rộng", "", "x"], ["cao"], ["", "", "y"]], "A1")
    book.sheet1.merge_cells("A1:B1")
    book.sheet1.merge_cells("A2:A3")

    first, second, third = read().whole.rows

    assert [(cell.name, cell.row_span, cell.column_span) for cell in first.cells] == [("A1", 1, 2), ("C1", 1, 1)]
    assert [(cell.name, cell.row_span) for cell in second.cells] == [("A2", 2), ("B2", 1), ("C2", 1)]
    assert [cell.name for cell in third.cells] == ["B3", "C3"]


def test_read_page_leaves_out_what_is_hidden(read, book):
    book.sheet1.update([["a", "giấu", "c"], ["giấu"], ["d"]], "A1")
    book.sheet1.hide_columns(1, 2)
    book.sheet1.hide_rows(1, 2)

    page = read()

    assert texts(page) == [["a", "c"], ["d", ""]]
    assert ([letter for letter, _ in page.whole.widths], [row.number for row in page.whole.rows]) == (
        ["A", "C"],
        [1, 3],
    )


@pytest.mark.parametrize(
    ("blanks", "expected"),
    [
        (1, [(1, 0), (2, 0), (3, 0)]),
        (4, [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0)]),
        (5, [(1, 0), (2, 0), (3, 0), (4, 3), (7, 0)]),
        (100, [(1, 0), (2, 0), (3, 0), (4, 98), (102, 0)]),
    ],
)
def test_read_page_shortens_long_runs_of_blank_rows(read, book, blanks, expected):
    book.sheet1.update([["đầu"], *[[""]] * blanks, ["cuối"]], "A1")

    assert [(row.number, row.left_out) for row in read().whole.rows] == expected


def test_read_page_shows_ticks_as_ticks_and_words_as_words(read, book):
    book.sheet1.update([[True, "TRUE"], [False, ""]], "A1", raw=True)
    book.sheet1.add_validation("A1:A2", gspread.utils.ValidationConditionType.boolean, [])

    assert texts(read()) == [["☑", "TRUE"], ["☐", ""]]


def test_read_page_lets_a_text_run_on_only_over_blank_cells(read, book):
    book.sheet1.update([["dài", ""], ["dài", "x"]], "A1")
    book.sheet1.update([["gói"]], "A3")
    book.sheet1.format("A3", {"wrapStrategy": "WRAP"})

    assert [row.cells[0].spills for row in read().whole.rows] == [True, False, False]


def test_read_page_knows_bold_shaded_and_links(read, book):
    book.sheet1.update([['=HYPERLINK("https://example.org/";"xem")', "đậm"]], "A1", raw=False)
    book.sheet1.format("B1", {"textFormat": {"bold": True}, "backgroundColor": {"red": 0.5}})

    link, bold = read().whole.rows[0].cells

    assert (link.text, link.link, link.bold, link.shaded) == ("xem", "https://example.org/", False, False)
    assert (bold.bold, bold.shaded, bold.link) == (True, True, "")


def test_read_page_of_another_tab_and_of_none(read, book):
    other = book.add_worksheet("Trang hai", 5, 5)
    other.update([["ở đây"]], "A1")

    assert texts(read(other.id)) == [["ở đây"]]
    assert read(987_654) is None


def test_read_page_does_not_list_hidden_tabs(read, book):
    book.add_worksheet("Tạm", 5, 5).hide()

    assert [tab.title for tab in read().tabs] == [book.sheet1.title]


def test_read_page_costs_two_reads(office, book):
    with office.workspace() as workspace:
        before = workspace.sheets.meter.reads
        tab_pages.read_page(workspace.sheets, book.id, 0)

        assert (workspace.sheets.meter.reads - before, workspace.sheets.meter.writes) == (2, 0)


@pytest.mark.parametrize(("is_whole", "shown"), [(False, tab_pages.FIRST_ROWS), (True, 400)])
def test_of_a_tab_longer_than_a_page_only_what_is_shown_is_read(office, book, is_whole, shown):
    sheet, beyond = book.sheet1, 700
    sheet.resize(rows=tab_pages.LONGEST + beyond)
    sheet.update([[f"dòng {number}"] for number in range(400)], "A1")
    long = {"userEnteredValue": {"stringValue": "x" * 50_000}}  # more of them than any answer may hold
    below = {"sheetId": sheet.id, "startRowIndex": tab_pages.LONGEST, "startColumnIndex": 0, "endColumnIndex": 1}
    book.batch_update({"requests": [{"repeatCell": {"range": below, "cell": long, "fields": "userEnteredValue"}}]})

    with office.workspace() as workspace:
        page = tab_pages.read_page(workspace.sheets, book.id, 0, is_whole=is_whole)

    assert (page.shown, page.row_count) == (shown, tab_pages.LONGEST + beyond)
    assert page.whole.rows[-1].cells[0].text == f"dòng {shown - 1}"


def test_what_is_wider_than_paper_is_printed_in_parts_with_its_frozen_columns(read, book):
    sheet = book.sheet1
    sheet.resize(cols=26)
    sheet.update([["", "", "Đợt 1", *[""] * 9, "Đợt 2"], ["Stt", "Đơn vị", *[f"cột {n}" for n in range(3, 25)]]], "A1")
    sheet.freeze(rows=2, cols=2)

    page = read()

    assert texts(page)[1][:3] == ["Stt", "Đơn vị", "cột 3"]
    assert [letter for part in page.printed for letter, _ in part.widths[2:]] == [
        letter for letter, _ in page.whole.widths[2:]
    ]
    assert {tuple(cell.text for cell in part.rows[1].cells[:2]) for part in page.printed} == {("Stt", "Đơn vị")}
    assert [part.rows[0].cells[2].text for part in page.printed] == ["Đợt 1", "Đợt 1", "Đợt 2"]
    assert all(sum(width for _, width in part.widths) <= paper_parts.PAPER for part in page.printed)


def test_merge_that_goes_over_two_parts_is_in_both(read, book):
    sheet = book.sheet1
    sheet.resize(cols=26)
    sheet.update([["chung"], [f"cột {number}" for number in range(1, 21)]], "A1")
    sheet.merge_cells("A1:T1")

    first, second = read().printed

    assert [(part.rows[0].cells[0].text, part.rows[0].cells[0].column_span) for part in (first, second)] == [
        ("chung", 10),
        ("chung", 10),
    ]


def test_words_of_a_merge_whose_first_column_is_hidden_are_shown(read, book):
    book.sheet1.update([["chung"], ["a", "b"]], "A1")
    book.sheet1.merge_cells("A1:B1")
    book.sheet1.hide_columns(0, 1)

    assert texts(read()) == [["chung"], ["b"]]


@pytest.mark.parametrize("width", [1, 900, 5_000])
def test_one_column_of_any_width_is_no_part(read, book, width):
    book.sheet1.update([["a"]], "A1")
    resize = {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}}
    book.batch_update(
        {
            "requests": [
                {"updateDimensionProperties": resize | {"properties": {"pixelSize": width}, "fields": "pixelSize"}}
            ]
        }
    )

    page = read()

    assert (page.printed, page.whole.widths) == ((), (("A", width),))


def test_titles_are_the_last_frozen_rows_with_more_than_one_text(read, book):
    book.sheet1.update([["BẢNG THEO DÕI"], ["", "Đợt 1", "Đợt 2"], ["Stt", "Đơn vị", "Gửi"], ["1", "a", "b"]], "A1")
    assert list(read().whole.titles) == []

    book.sheet1.freeze(rows=3)

    assert list(read().whole.titles) == [2, 3]


def test_parts_after_the_first_end_with_their_own_last_word(read, book):
    sheet = book.sheet1
    sheet.resize(cols=26)
    body = [[str(number), f"Đơn vị {number}", *["x"] * 22] for number in range(1, 4)]
    sheet.update([["Stt", "Đơn vị", *[f"cột {n}" for n in range(3, 25)]], *body, [], ["", "Khối", "cộng"]], "A1")
    sheet.freeze(rows=1, cols=2)

    first, *others = read().printed

    assert [row.number for row in first.rows] == [1, 2, 3, 4, 5, 6]
    assert {tuple(row.number for row in part.rows) for part in others} == {(1, 2, 3, 4)}


@pytest.mark.parametrize(("columns", "parts"), [(8, 1), (20, 2)])
def test_table_below_the_first_one_has_sheets_of_its_own_with_its_own_titles(read, book, columns, parts):
    sheet = book.sheet1
    sheet.resize(cols=26)
    first = [["Stt", "Đơn vị", *[f"cột {n}" for n in range(3, 25)]], *[[str(n), *["x"] * 23] for n in range(5)]]
    figures = [["", f"Khối {line}", "", *[f"{column % 10}" * 12 for column in range(columns)]] for line in "AB"]
    below = [["TỶ LỆ"], ["", "Khối", "", *[f"tỷ lệ {n}" for n in range(columns)]], *figures, ["Ghi chú"]]
    sheet.update([*first, [], *below], "A1")
    sheet.format("A1:Z1", {"textFormat": {"bold": True}})
    sheet.format("A8:Z9", {"textFormat": {"bold": True}})
    sheet.freeze(rows=1, cols=2)

    printed = [part for part in read().printed if part.rows[0].number == 8]

    assert [(part.number, part.count, list(part.titles)) for part in printed] == [
        (number, parts, [9]) for number in range(1, parts + 1)
    ]
    assert [cell.text for cell in printed[0].rows[1].cells[:2]] == ["Khối", "tỷ lệ 0"]  # blank columns are left out
    assert {part.rows[1].cells[0].text for part in printed} == {"Khối"}
    assert [row.cells[0].text for row in printed[0].rows] == ["TỶ LỆ", "Khối", "Khối A", "Khối B", "Ghi chú"]
    assert not printed[0].rows[2].cells[0].spills  # beside it on paper is a figure, in the tab a blank cell
    assert all(part.widths[0][1] < tab_pages.DEFAULT_WIDTH for part in printed)  # as wide as its words need
    assert {row.number for part in read().printed if part not in printed for row in part.rows} == {1, 2, 3, 4, 5, 6}


def test_word_beside_a_table_below_is_printed_and_hidden_columns_are_not(read, book):
    sheet = book.sheet1
    sheet.resize(cols=26)
    rows = [["Stt", *[f"cột {n}" for n in range(2, 25)]], ["1", *["x"] * 23], [], ["", "Khối", "cộng"], ["", "A", "7"]]
    sheet.update([*rows, ["", "", "", "", "", "ghi bên"]], "A1")
    sheet.format("A1:Z1", {"textFormat": {"bold": True}})
    sheet.format("A4:Z4", {"textFormat": {"bold": True}})
    sheet.freeze(rows=1, cols=1)

    shown = read().printed[-1]
    assert [[cell.text for cell in row.cells if cell.text] for row in shown.rows] == [
        ["Khối", "cộng"],
        ["A", "7"],
        ["ghi bên"],
    ]
    sheet.hide_columns(1, 3)

    assert {row.number for part in read().printed for row in part.rows} == {1, 2}


def test_text_that_needs_blank_cells_has_them_and_they_keep_their_names(read, book):
    book.sheet1.update([["Một dòng chữ dài hơn hẳn một cột", "", "", "x"], ["ngắn", "", "y"]], "A1")

    long, short = read().whole.rows

    assert (long.cells[0].column_span, long.cells[0].over) == (3, ("B1", "C1"))
    assert [cell.name for cell in long.cells] == ["A1", "D1"]
    assert (short.cells[0].column_span, len(short.cells)) == (1, 4)


def test_title_over_several_columns_is_over_all_of_them(read, book):
    book.sheet1.update([["", "Đợt 1", "", "", "Đợt 2"], ["Đơn vị", "a", "b", "c", "d"], ["x", "1", "", "", ""]], "A1")
    book.sheet1.freeze(rows=2)

    titles, _, body = read().whole.rows

    assert [(cell.text, cell.column_span) for cell in titles.cells] == [("", 1), ("Đợt 1", 3), ("Đợt 2", 1)]
    assert len(body.cells) == 5
