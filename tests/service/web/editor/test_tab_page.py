"""A tab as a page: where rows stand in the Mẫu, which cells are ticks, what is printed."""

import pytest

from service.web.editor.tab_page import PageMaker
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.grid import Merge

HEAD = [
    ["SỞ CÔNG THƯƠNG", "", "", "", "", "", "Mẫu", ""],
    ["", "", "", "", "....., ngày..... tháng.....năm.....", "", "", ""],
    ["DANH SÁCH"],
    ["Hạn gửi: trước ngày 30/9/2023."],
]
HEADER = 5
TICK = (4, 2)


@pytest.fixture(scope="module")
def campaign():
    return load_campaign(builtin_campaign("thang_dan_van_2023"))


@pytest.fixture
def page_of(campaign, make_tab):
    form, unit = campaign.form("registration"), campaign.unit("S-CT")
    titles = [*(column.title for column in form.columns), "Kiểm tra"]

    def make(rows, tick="FALSE", **changes):
        cells = [*HEAD, ["", "Xác nhận gửi", tick], titles, *rows, ["", "", "", "", "(Ký tên, đóng dấu)"]]
        end = HEADER + 1 + len(rows)
        given = {
            "inputs": [(4, 5, 2, 3), (HEADER + 1, end, 0, 7)],
            "ticks": {TICK},
            "columns": {7: "kiem_tra"},
            "widths": (45, 280),
            "column_count": 8,
        }
        return PageMaker(make_tab(cells, **(given | changes)), form, unit).make()

    return make


def cell(page, name):
    return next(cell for row in page.rows for cell in row.cells if cell.name == name)


def test_rows_stand_in_their_part_of_the_form(page_of):
    parts = [row.part for row in page_of([[""], [""]]).rows]

    assert parts == ["head", "head", "head", "beside", "beside", "titles", "entry", "entry", "foot"]


def test_rows_of_who_may_not_write_stand_in_the_same_parts(page_of):
    assert [row.part for row in page_of([["1"], [""]], inputs=[]).rows][-3:] == ["entry", "entry", "foot"]


def test_blank_rows_at_the_end_are_spare_but_for_the_three_of_the_form(page_of):
    page = page_of([["1", "Hội nghị"], [""], [""], [""], [""]])

    assert [row.number for row in page.rows if row.spare] == [10, 11]


@pytest.mark.parametrize(("text", "spare"), [("…", False), (" ", True), ("", True)])
def test_row_is_spare_when_it_shows_nothing(page_of, text, spare):
    assert page_of([[""], [""], [""], ["", text]]).rows[-2].spare is spare


@pytest.mark.parametrize(("text", "spare"), [("TRUE", False), ("có thể", False), ("FALSE", True), ("", True)])
def test_row_is_filled_by_a_set_tick_and_by_one_that_says_neither_yes_nor_no(page_of, text, spare):
    assert page_of([[""], [""], [""], ["", text]], ticks={(9, 1)}).rows[-2].spare is spare


@pytest.mark.parametrize(
    ("answer", "style"),
    [
        ("Lỗi cần sửa: thiếu.", "feedback says-error"),
        ("Lưu ý: xem lại.", "feedback says-warning"),
        ("Hợp lệ.", "feedback says-ok"),
        ("", "feedback"),
    ],
)
def test_answer_beside_a_row_is_coloured_as_in_the_spreadsheet(page_of, answer, style):
    assert cell(page_of([["1", "Hội nghị", "", "", "", "", "", answer]]), "H7").style == style


def test_rows_with_given_words_are_never_spare(page_of):
    rows = [["II.1", "Nội dung"], [""], [""], ["II.4", "Nội dung"], ["II.5", "Nội dung"]]

    assert [row.number for row in page_of(rows, inputs=[(6, 11, 2, 7)]).rows if row.spare] == []


def test_confirming_tick_is_named(page_of):
    page = page_of([[""]])

    assert (page.confirm, cell(page, "C5").may_tick, cell(page, "C5").ticked) == ("C5", True, False)


@pytest.mark.parametrize(
    ("text", "is_box", "ticked"),
    [("TRUE", True, True), ("x", True, True), ("", True, False), ("Không", True, False), ("có thể", False, False)],
)
def test_tick_that_is_unclear_is_shown_as_typed(page_of, text, is_box, ticked):

    found = cell(page_of([[""]], tick=text), "C5")

    assert (found.is_tick, found.ticked, found.text) == (is_box, ticked, text)


def test_merged_cells_are_one(page_of):
    page = page_of([[""]], merges=(Merge(0, 1, 0, 4), Merge(0, 5, 7, 8)))

    assert (cell(page, "A1").column_span, cell(page, "H1").row_span) == (4, 5)
    assert [shown.name for shown in page.rows[0].cells] == ["A1", "E1", "F1", "G1", "H1"]


def test_merge_from_above_ends_at_the_table(page_of):
    page = page_of([[""]], merges=(Merge(0, 7, 7, 8),))

    assert (cell(page, "H1").row_span, cell(page, "H6").text) == (HEADER, "Kiểm tra")


def test_hidden_rows_and_columns_are_left_out(page_of):
    page = page_of([[""], [""]], hidden_rows=frozenset({6}), hidden_columns=frozenset({0}))

    assert 7 not in [row.number for row in page.rows]
    assert [letter for letter, _, _ in page.widths] == list("BCDEFGH")


def test_cells_are_labelled_by_their_column_or_the_label_left_of_them(page_of):
    page = page_of([[""]])

    assert cell(page, "C7").label == "Thời gian tổ chức, triển khai"
    assert cell(page, "C5").label == "Xác nhận gửi"


def test_page_of_a_tab_without_its_header_still_shows_everything(campaign, make_tab):
    tab = make_tab([["a", "b"], ["c"]], inputs=[(0, 2, 0, 1)])

    page = PageMaker(tab, campaign.form("registration"), campaign.unit("S-CT")).make()

    assert (page.header_row, page.confirm) == (-1, "")
    assert [shown.text for row in page.rows for shown in row.cells] == ["a", "b", "c", ""]


def test_page_of_an_empty_tab(campaign, make_tab):
    page = PageMaker(make_tab([]), campaign.form("registration"), campaign.unit("S-CT")).make()

    assert page.rows == ()
