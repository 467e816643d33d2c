"""What the master's requests draw on the embedded server: the whole table, nothing left over, charts once."""

from datetime import UTC, datetime

import gspread
import pytest
import requests

from service.domain.tables import Chart, LineStyle, Link, Table, line
from service.embedded.server import create_app
from service.sheets import http, master_requests
from service.sheets.in_process import WsgiAdapter
from service.sheets.master_requests import hyperlink, sheet_id_of
from service.sheets.verbs import Sheets

AT = datetime(2023, 9, 29, tzinfo=UTC)
WORDS = ("=1+1", "+84", "-5", "@a", "0123", "05/10/2023", "TRUE", "1e5", " hai  cách ", "a\nb", '"ngoặc"', "🌱")


def table(*lines, charts=(), widths=(50, 200, 90)):
    head = line(LineStyle.HEADER, "TT", "Nội dung", "Trang")
    return Table("Bảng", widths, (line(LineStyle.TITLE, "TÊN"), head, *lines), frozenset({2}), charts)


class Book:
    """A spreadsheet as our verbs write it and as gspread sees it."""

    def __init__(self, folder):
        session = requests.Session()
        session.headers["Authorization"] = "Bearer owner"
        session.mount("https://", WsgiAdapter(create_app(folder, owner_token="owner", clock=lambda: AT)))
        self.sheets = Sheets(http.connect(session), "cot")
        self.id = self.sheets.create("Bảng tổng hợp", {})
        self.sheets.apply(self.id, master_requests.create_sheets(["Bảng"], [0]))
        self.file = gspread.Client(auth=None, session=session).open_by_key(self.id)

    def draw(self, drawn, charts=()):
        requested = master_requests.replace_sheet(drawn) + master_requests.draw_charts(drawn, charts)
        self.sheets.apply(self.id, requested)

    @property
    def sheet(self):
        return self.file.worksheet("Bảng")

    def shown(self, **options):
        return self.sheet.get_all_values(**options)


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


def test_table_is_shown_line_by_line(book):
    book.draw(table(line(LineStyle.BODY, 1, "chữ", 0.5), line(LineStyle.TOTAL, "", "Tổng", None)))

    assert book.shown() == [["TÊN", "", ""], ["TT", "Nội dung", "Trang"], ["1", "chữ", "50.0%"], ["", "Tổng", ""]]


@pytest.mark.parametrize("words", WORDS)
def test_words_stay_words(book, words):
    book.draw(table(line(LineStyle.BODY, 1, words, "")))

    assert book.shown()[2][1] == words
    assert book.shown(value_render_option="FORMULA")[2][1] == words
    assert book.shown(value_render_option="UNFORMATTED_VALUE")[2][1] == words


def test_shorter_table_leaves_nothing_behind(book):
    book.draw(table(*[line(LineStyle.BODY, number, "dài", "x") for number in range(50)]))
    book.draw(table(line(LineStyle.BODY, 1, "ngắn", "")))

    assert [row[1] for row in book.shown()] == ["", "Nội dung", "ngắn"]
    assert (book.sheet.row_count, book.sheet.col_count) == (4, 3)


def test_what_somebody_typed_or_formatted_falls_away(book):
    book.draw(table(line(LineStyle.BODY, 1, "a", "")))
    book.sheet.update([["của ai đó"]], "C3")
    book.sheet.add_rows(5)
    book.sheet.update([["dưới cùng"]], "A8")

    book.draw(table(line(LineStyle.BODY, 1, "a", "")))

    assert book.shown()[2:] == [["1", "a", ""]]


def test_sheet_keeps_its_id_and_freezes_its_header(book):
    book.draw(table())
    first = book.sheet.id
    book.draw(table(line(LineStyle.BODY, 1, "a", "")))

    assert book.sheet.id == first == sheet_id_of("Bảng")
    assert book.sheet.frozen_row_count == 2


def test_link_is_a_formula_whose_parts_are_quoted():
    link = Link('http://x/"&IMPORTXML("y")', 'Mở "ô"')

    assert hyperlink(link) == '=HYPERLINK("http://x/""&IMPORTXML(""y"")";"Mở ""ô""")'


def test_link_shows_its_label(book):
    book.draw(table(line(LineStyle.BODY, 1, "a", Link("http://x/1", "Mở trang"))))

    assert book.shown()[2][2] == "Mở trang"


def test_chart_is_drawn_once_and_then_pointed_anew(book):
    chart = Chart("Tiến độ", 1, 3, 0, (1,))
    drawn = table(line(LineStyle.BODY, 1, 5, ""), charts=(chart,))
    book.draw(drawn)
    charts = book.sheets.inventory(book.id).tab(sheet_id_of("Bảng")).charts

    book.draw(drawn, charts)

    assert book.sheets.inventory(book.id).tab(sheet_id_of("Bảng")).charts == charts
    assert len(charts) == 1


def test_sheets_that_exist_are_not_made_again():
    made = master_requests.create_sheets(["A", "B"], [sheet_id_of("A")])

    assert [request["addSheet"]["properties"]["title"] for request in made] == ["B"]


def test_large_table_goes_through_staging_in_pieces(book):
    big = table(*[line(LineStyle.BODY, number, f"dòng {number}", "x") for number in range(300)])
    small = table(line(LineStyle.BODY, 1, "cũ", ""))
    book.draw(small)

    pieces = list(master_requests.staging_writes(big, 5_000))
    for piece in pieces:
        book.sheets.apply(book.id, piece)
    before = book.shown()
    book.sheets.apply(book.id, master_requests.replace_from_staging(big))

    assert len(pieces) > 3
    assert before[2][1] == "cũ"
    assert [row[1] for row in book.shown()[2:]] == [f"dòng {number}" for number in range(300)]
    assert [sheet.title for sheet in book.file.worksheets()] == ["Bảng", "Sheet1"]
