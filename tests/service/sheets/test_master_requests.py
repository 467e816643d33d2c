"""What the master's requests draw on the embedded server: every line, nothing left over, charts once."""

from datetime import UTC, datetime

import gspread
import pytest
import requests

from service.domain.printed_tables import Block, CellLink, Chart, LineStyle, Ordinal, Sheet, fixed, line
from service.domain.sheet_changes import changes, shown, whole
from service.embedded.server import create_app
from service.errors import SheetsRefusedError
from service.sheets import http, master_requests
from service.sheets.in_process import WsgiAdapter
from service.sheets.master_batch import MasterBatch
from service.sheets.master_requests import hyperlink, keep_state, sheet_id_of, state_id_of
from service.sheets.staging import MasterFile
from service.sheets.verbs import Sheets

AT = datetime(2023, 9, 29, tzinfo=UTC)
WORDS = ("=1+1", "+84", "-5", "@a", "0123", "05/10/2023", "TRUE", "1e5", " hai  cách ", "a\nb", '"ngoặc"', "🌱")
HEAD = (line(LineStyle.TITLE, "TÊN"), line(LineStyle.HEADER, "TT", "Nội dung", "Trang"))


def sheet(*lines, charts=(), widths=(50, 200, 90)):
    return Sheet("Bảng", widths, (fixed("top", HEAD), fixed("body", lines)), frozenset({2}), charts)


def blocks(**found):
    """Return a sheet of blocks: each key with the words of its lines."""
    made = [fixed("top", HEAD)]
    for key, words in found.items():
        made.append(fixed(key, [line(LineStyle.BODY, Ordinal(2), text, "") for text in words]))
    made.append(fixed("total", [line(LineStyle.TOTAL, "", "Tổng cộng")]))
    return Sheet("Bảng", (50, 200, 90), tuple(made))


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

    def batch(self, drawn, regions, piece=2_000_000):
        """Return a batch that writes regions of a sheet."""
        made = MasterBatch(self.place(drawn, piece))
        for region in regions:
            made.add(drawn, region)
        return made

    def place(self, drawn, piece=2_000_000):
        return MasterFile(self.sheets, self.id, drawn.line_count, drawn.column_count, piece)

    def draw(self, drawn, charts=(), piece=2_000_000):
        """Lay a sheet anew."""
        made = MasterBatch(self.place(drawn, piece))
        made.prepare(master_requests.lay_out(drawn))
        made.add(drawn, whole(drawn))
        self.sheets.apply(self.id, made.requests() + master_requests.draw_charts(drawn, charts))

    def change(self, before, after, piece=2_000_000):
        """Bring a sheet from one state to the next; return how many rows it has then."""
        regions = changes(after, shown(before))
        return self.sheets.apply_and_measure(self.id, self.batch(after, regions, piece).requests())

    @property
    def sheet(self):
        return self.file.worksheet("Bảng")

    def shown(self, **options):
        return self.sheet.get_all_values(**options)

    def everything(self):
        """Return values, looks and size of the sheet."""
        params = {"includeGridData": "true", "ranges": "Bảng"}
        found = self.file.fetch_sheet_metadata(params)["sheets"][0]
        return found["properties"]["gridProperties"], found["data"][0]["rowData"]


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path)


def test_table_is_shown_line_by_line(book):
    book.draw(sheet(line(LineStyle.BODY, 1, "chữ", 0.5), line(LineStyle.TOTAL, "", "Tổng", None)))

    assert book.shown() == [["TÊN", "", ""], ["TT", "Nội dung", "Trang"], ["1", "chữ", "50.0%"], ["", "Tổng", ""]]


@pytest.mark.parametrize("words", WORDS)
def test_words_stay_words(book, words):
    book.draw(sheet(line(LineStyle.BODY, 1, words, "")))

    assert book.shown()[2][1] == words
    assert book.shown(value_render_option="FORMULA")[2][1] == words
    assert book.shown(value_render_option="UNFORMATTED_VALUE")[2][1] == words


def test_shorter_table_leaves_nothing_behind(book):
    book.draw(sheet(*[line(LineStyle.BODY, number, "dài", "x") for number in range(50)]))
    book.draw(sheet(line(LineStyle.BODY, 1, "ngắn", "")))

    assert [row[1] for row in book.shown()] == ["", "Nội dung", "ngắn"]
    assert (book.sheet.row_count, book.sheet.col_count) == (4, 3)


def test_what_somebody_typed_or_formatted_falls_away(book):
    book.draw(sheet(line(LineStyle.BODY, 1, "a", "")))
    book.sheet.update([["của ai đó"]], "C3")
    book.sheet.add_rows(5)
    book.sheet.update([["dưới cùng"]], "A8")

    book.draw(sheet(line(LineStyle.BODY, 1, "a", "")))

    assert book.shown()[2:] == [["1", "a", ""]]


def test_sheet_keeps_its_id_and_freezes_its_header(book):
    book.draw(sheet())
    first = book.sheet.id
    book.draw(sheet(line(LineStyle.BODY, 1, "a", "")))

    assert book.sheet.id == first == sheet_id_of("Bảng")
    assert book.sheet.frozen_row_count == 2


def test_link_is_a_formula_whose_parts_are_quoted():
    link = CellLink('http://x/"&IMPORTXML("y")', 'Mở "ô"')

    assert hyperlink(link) == '=HYPERLINK("http://x/""&IMPORTXML(""y"")";"Mở ""ô""")'


def test_link_shows_its_label(book):
    book.draw(sheet(line(LineStyle.BODY, 1, "a", CellLink("http://x/1", "Mở trang"))))

    assert book.shown()[2][2] == "Mở trang"


def test_chart_is_drawn_once_and_then_pointed_anew(book):
    chart = Chart("Tiến độ", 1, 3, 0, (1,))
    drawn = sheet(line(LineStyle.BODY, 1, 5, ""), charts=(chart,))
    book.draw(drawn)
    charts = book.sheets.inventory(book.id).tab(sheet_id_of("Bảng")).charts

    book.draw(drawn, charts)

    assert book.sheets.inventory(book.id).tab(sheet_id_of("Bảng")).charts == charts
    assert len(charts) == 1


def test_sheets_that_exist_are_not_made_again():
    made = master_requests.create_sheets(["A", "B"], [sheet_id_of("A")])

    assert [request["addSheet"]["properties"]["title"] for request in made] == ["B"]


FIRST = {"a": ["a1", "a2"], "b": ["b1"], "c": [], "d": ["d1", "d2", "d3"]}
CHANGES = {
    "one word": {"b": ["khác"]},
    "a line more": {"b": ["b1", "b2"]},
    "a line less": {"d": ["d1", "d3"]},
    "the first lines of a block": {"c": ["c1", "c2"]},
    "the last lines of a block": {"b": []},
    "everything of everybody": {"a": [], "b": [], "c": [], "d": []},
    "neighbours": {"b": ["x", "y", "z"], "c": ["c1"]},
    "far apart": {"a": ["a2"], "d": ["d0", "d1", "d2", "d3", "d4"]},
    "all": {"a": ["1"], "b": ["2", "3"], "c": ["4"], "d": ["5"]},
    "words that look like formulas": {"a": ["=1+1", "+x"], "c": ["@y"]},
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("piece", [2_000_000, 150])
def test_changed_blocks_show_the_same_as_a_sheet_laid_anew(book, changed, piece):
    before, after = blocks(**FIRST), blocks(**(FIRST | changed))
    book.draw(before)

    rows = book.change(before, after, piece)

    found = book.everything()
    book.draw(after)
    assert found == book.everything()
    assert rows[sheet_id_of("Bảng")] == after.line_count + 1


def test_numbers_follow_the_lines_above(book):
    before, after = blocks(**FIRST), blocks(**(FIRST | {"a": ["a1"]}))
    book.draw(before)

    book.change(before, after)

    assert [row[:2] for row in book.shown()[2:]] == [
        ["1", "a1"],
        ["2", "b1"],
        ["3", "d1"],
        ["4", "d2"],
        ["5", "d3"],
        ["", "Tổng cộng"],
    ]


def test_unchanged_blocks_are_not_even_made():
    def must_not_be_made():
        raise AssertionError

    before = blocks(**FIRST)
    after = Sheet("Bảng", before.widths, (*before.blocks[:1], Block("a", "x", 1, lambda: HEAD[:1]), *before.blocks[2:]))
    idle = tuple(Block(one.key, one.source, one.count, must_not_be_made) for one in after.blocks[2:])
    after = Sheet("Bảng", before.widths, (*after.blocks[:2], *idle))

    (region,) = changes(after, shown(before))

    assert (region.row, region.before, [one.key for one in region.blocks]) == (2, 2, ["a"])
    assert list(region.lines()) == [HEAD[0]]


def test_other_blocks_or_another_shape_lay_the_sheet_anew():
    before = blocks(**FIRST)

    assert changes(blocks(a=["a1"]), shown(before)) is None
    assert changes(Sheet("Bảng", (1, 2, 3), before.blocks), shown(before)) is None
    assert changes(before, None) is None
    assert changes(before, shown(before)) == ()


def many_lines():
    """Yield a line for every kind of value, then more than one piece of words and of links."""
    yield from (line(LineStyle.BODY, number, words, 0.25) for number, words in enumerate((*WORDS, "\ud83c nửa chữ")))
    for number in range(210):
        link = CellLink(f"https://example.org/?a={number}&b=1", f'Mở "dòng" {number}')
        words = f"dòng {number}" if number % 70 < 8 else "lặp lại"
        yield line(LineStyle.BODY, Ordinal(2 + number // 60), words, link if number % 7 else f"={number}")
    yield line(LineStyle.TOTAL, "", "Tổng", None)
    yield line(LineStyle.NOTE)


@pytest.mark.parametrize("piece", [150, 5_000, 20_000])
def test_large_table_goes_through_staging_in_pieces(book, piece):
    big = sheet(*many_lines())
    book.draw(big)
    as_one = book.everything()
    book.draw(sheet(line(LineStyle.BODY, 1, "cũ", "")))
    writes = book.sheets.meter.writes

    batch = book.batch(big, (whole(big),), piece)
    requests = [*master_requests.lay_out(big), *batch.requests()]
    staged, before = book.sheets.meter.writes - writes, book.shown()
    book.sheets.apply(book.id, requests)

    assert staged >= 3
    assert before[2][1] == "cũ"
    assert book.everything() == as_one
    assert [one.title for one in book.file.worksheets()] == ["Bảng", "Sheet1"]


def test_words_that_wait_take_a_third_of_the_writes(book):
    lines = [line(LineStyle.BODY, Ordinal(2), *[f"dòng {number}"] * 14) for number in range(400)]
    big = sheet(*lines, widths=(90,) * 15)
    batch = book.batch(big, (), 20_000)
    writes = book.sheets.meter.writes

    batch.add(big, whole(big))
    batch.requests()

    # 5,600 words of 12 bytes and the sheet; as cells it took 16
    assert book.sheets.meter.writes - writes == 5


def test_what_a_run_left_that_was_cut_off_is_not_shown(book):
    big = sheet(*many_lines())
    book.batch(sheet(*[line(LineStyle.BODY, 1, "dở dang", "x")] * 300), (), 150).add(big, whole(big))

    book.draw(big, piece=150)

    assert "dở dang" not in {row[1] for row in book.shown()}
    assert [one.title for one in book.file.worksheets()] == ["Bảng", "Sheet1"]


def test_block_of_another_size_than_announced_is_refused(book):
    drawn = Sheet("Bảng", (50,), (Block("top", "x", 2, lambda: HEAD[:1]),))

    with pytest.raises(ValueError, match="1 lines where 2"):
        MasterBatch(book.place(drawn)).add(drawn, whole(drawn))


def test_state_may_change_once_and_from_the_state_that_is_known(book):
    place = sheet_id_of("Bảng")
    first, second, other = ("1" * 32, "2" * 32, "3" * 32)
    book.sheets.apply(book.id, keep_state(place, first, [], []))
    change = keep_state(place, second, [], [state_id_of(first)])
    book.sheets.apply(book.id, change)

    for again in (change, keep_state(place, other, [], [state_id_of(first)])):
        with pytest.raises(SheetsRefusedError):
            book.sheets.apply(book.id, again)

    signs = book.sheets.inventory(book.id).tab(place).protections
    assert [one["protectedRangeId"] for one in signs] == [state_id_of(second)]
