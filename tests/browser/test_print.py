"""A unit's page on paper: every filled row is in the PDF, for every role, and however soon."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta

import pytest

from service import grants
from service.domain.roles import Role
from service.web.app import create_app
from tests.browser.conftest import EMAIL, MORNING, SEASON, UNIT, served

PDFTOTEXT = shutil.which("pdftotext")
pytestmark = pytest.mark.skipif(PDFTOTEXT is None, reason="no pdftotext: apt-get install poppler-utils")

MARGIN, WIDTH = 12 / 25.4 * 72, 297 / 25.4 * 72  # of A4, lying
ROWS = 100  # as many as the form keeps free
VISITORS = {
    "unit": {},
    "operator": {"email": "phong-th@example.org", "role": Role.OPERATOR},
    "viewer": {"email": "lanh-dao@example.org", "role": Role.VIEWER},
    "unit without JavaScript": {"java_script_enabled": False},
}


def fill(site, count: int) -> None:
    """Leave as many rows of the table filled, and the rest blank."""
    filled = [f"{number}\tHĐ-{number:03}\t15/10/2023\tToàn tỉnh\tCán bộ\tNhận thức\t" for number in range(1, count + 1)]
    site.type_elsewhere("A12", *filled, *["\t" * 6] * (ROWS - count))


def words_on_paper(page, kind: str = "-layout") -> str:
    pdf = page.pdf(prefer_css_page_size=True)
    done = subprocess.run([PDFTOTEXT, kind, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def letters(words: str) -> str:
    """Return words without their spaces: a browser may place a bold letter so that one seems to follow it."""
    return "".join(words.split())


def rows_in(words: str) -> list[int]:
    return [int(number) for number in re.findall(r"HĐ-(\d{3})", words)]


def rows_on_paper(page) -> list[int]:
    return rows_in(words_on_paper(page))


def right_edge(page) -> float:
    """Return how far to the right the words reach, in points."""
    return max(map(float, re.findall(r'xMax="([\d.]+)"', words_on_paper(page, "-bbox"))))


def sheets_of_paper(page) -> list[str]:
    return words_on_paper(page).split("\f")[:-1]


def never(_route) -> None:
    """Leave a question of the page without an answer."""


@pytest.mark.parametrize("visitor", VISITORS)
def test_page_prints_every_filled_row_straight_after_opening(site, visitor):
    page = site.visit(**VISITORS[visitor])

    for count in (1, 3, 4, 45, 100) if visitor == "unit" else (4, 100):
        fill(site, count)
        page.goto(site.page_of())
        assert rows_on_paper(page) == list(range(1, count + 1))


def test_page_prints_every_filled_row_while_the_server_is_silent(site, expect):
    fill(site, 45)
    page = site.visit()
    page.route(re.compile("/(cells|check)"), never)
    page.goto(site.page_of())

    page.locator("#C13").click()
    page.keyboard.type("16/10/2023")
    page.keyboard.press("Enter")

    expect(page.locator("#state")).to_be_visible()
    assert rows_on_paper(page) == list(range(1, 46))


@pytest.mark.usefixtures("polled_often")
def test_page_prints_rows_that_came_while_it_was_open(site, expect):
    fill(site, 4)
    page = site.open()

    fill(site, 7)

    expect(page.locator("#B18")).to_have_text("HĐ-007")
    assert rows_on_paper(page) == list(range(1, 8))


def test_page_prints_the_row_that_is_being_typed(site):
    fill(site, 4)
    page = site.open()

    page.locator("#B16").click()
    page.keyboard.type("HĐ-005")

    assert rows_on_paper(page) == [1, 2, 3, 4, 5]


def test_page_prints_what_an_earlier_visit_left_unsaved(site, expect):
    fill(site, 4)
    page = site.open()
    page.context.set_offline(True)
    page.locator("#B20").click()
    page.keyboard.type("HĐ-009")
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("Chưa lưu được, sẽ gửi lại")
    page.close()

    later = site.visit_again(page.context)

    assert rows_on_paper(later) == [1, 2, 3, 4, 9]


@pytest.mark.parametrize("count", [16, 19, 37])
def test_every_sheet_has_the_titles_and_the_signature_is_never_alone(site, count):
    fill(site, count)
    site.type_elsewhere("C10", "CHÁNH VĂN PHÒNG - Nguyễn Văn An")
    page = site.open()

    sheets = sheets_of_paper(page)

    assert rows_in("".join(sheets)) == list(range(1, count + 1))
    assert all("Ghi chú" in sheet for sheet in sheets)
    assert ["DANH SÁCH" in sheet for sheet in sheets] == [True] + [False] * (len(sheets) - 1)
    assert "(Ký tên, đóng dấu)" in sheets[-1]
    assert rows_in(sheets[-1])
    assert re.search(r"đóng dấu\)\s+CHÁNH VĂN PHÒNG\s+Nguyễn Văn An\s*$", sheets[-1])
    assert [sheet.split()[0] for sheet in sheets[1:]] == [str(number) for number in range(2, len(sheets) + 1)]
    assert sheets[0].split()[0] == "VĂN"
    # who signs follows what is typed
    page.locator("#C10").click()
    page.keyboard.type("Trần Thị Bình, Phó Chánh Văn phòng")
    assert re.search(r"Trần Thị Bình\s+Phó Chánh Văn phòng\s*$", sheets_of_paper(page)[-1])


def test_row_longer_than_a_sheet_is_printed_to_its_end(site):
    site.type_elsewhere("B12", "Hội nghị phổ biến, quán triệt Chỉ thị. " * 200 + "HĐ-001", "HĐ-002")

    assert rows_on_paper(site.open()) == [1, 2]


def test_paper_does_not_depend_on_the_window(site):
    fill(site, 4)
    site.type_elsewhere("C10", "GIÁM ĐỐC - Trần Thị Bình")
    site.type_elsewhere("G12", "Phối hợp với Mặt trận Tổ quốc, các tổ chức chính trị – xã hội " * 3)
    visits = [{"width": 360}, {"width": 1280}, {"width": 1920}, VISITORS["viewer"], {"java_script_enabled": False}]
    pages = [site.visit(**visit) for visit in visits]
    for page in pages:
        page.goto(site.page_of())

    (words,) = {words_on_paper(page) for page in pages}
    assert "Trần Thị Bình" in words
    assert right_edge(pages[0]) < WIDTH - MARGIN


@pytest.fixture
def board(site):
    """A reader of the board's pages, after 100 rows with something to correct were read."""
    fill(site, ROWS)
    site.type_elsewhere("C12", *["hôm nào đó"] * ROWS)
    site.type_elsewhere("D12", "")
    site.standing()
    return site.visit(**VISITORS["viewer"])


def test_spreadsheets_fit_on_paper(site, board):
    book = site.workspace.store.registry.tabs(SEASON)
    tab = next(tab for tab in book if (tab.unit, tab.form) == (UNIT, "registration"))

    board.goto(f"{site.address}/sheets/{tab.spreadsheet_id}/{tab.sheet_id}")
    assert rows_on_paper(board) == list(range(1, ROWS + 1))
    assert right_edge(board) < WIDTH - MARGIN
    board.goto(f"{site.address}/master")
    *sheets, rates = map(letters, sheets_of_paper(board))
    assert "TỶLỆTHEOKHỐI" in rates
    assert "Tỷlệđúnghạntính" not in "".join(sheets)
    assert rates.count("Tấtcả") == 2  # its totals, each beside its obligation and every figure
    assert all("SởCôngThương" in sheet for sheet in sheets)
    assert all("Vănbảntriểnkhai" in sheet or "Báocáokếtquả" in sheet for sheet in sheets)
    assert "Sốvàkýhiệu" in "".join(sheets)
    assert "Vềbảngtheodõi" not in "".join(sheets)
    parts = [re.findall(r"tiếptheo,phần(\d)/(\d)", sheet) for sheet in sheets]
    assert [int(number) for part in parts for number, _ in part] == list(range(2, int(parts[1][0][1]) + 1))
    assert len(sheets) == int(parts[1][0][1])  # three units: a part has no more than a sheet
    assert right_edge(board) < WIDTH - MARGIN
    board.get_by_role("navigation", name="Các trang", exact=True).get_by_role("link", name="Cần sửa").click()
    board.wait_for_load_state()
    sheets = sheets_of_paper(board)
    assert len(sheets) > 2
    assert all("Mứcđộ" in letters(sheet) for sheet in sheets)
    assert ["BANDÂNVẬN" in letters(sheet) for sheet in sheets] == [True] + [False] * (len(sheets) - 1)
    assert right_edge(board) < WIDTH - MARGIN


def test_paper_says_which_page_of_a_list_it_is(site, board):
    board.goto(f"{site.address}/problems")

    words = words_on_paper(board)

    assert "Trang 1/2" in words
    assert "Sau →" not in words


@pytest.mark.parametrize("media", ["screen", "print"])
def test_preview_of_a_paper_cuts_no_number_in_two(site, board, media):
    board.set_viewport_size({"width": 800, "height": 900})
    board.emulate_media(media=media)
    board.goto(f"{site.address}/papers/progress")
    narrow = board.locator(".paper td.at-center").first

    # a number of two figures has the room of two
    cut = narrow.evaluate(
        """cell => {
            cell.textContent = "53";
            const words = document.createRange();
            words.selectNodeContents(cell);
            return words.getClientRects().length;
        }"""
    )

    assert cut == 1


def test_lists_on_paper_have_every_column_and_their_last_line(site, board, expect):
    board.goto(f"{site.address}/runs")
    board.emulate_media(media="print")
    last = board.locator(".runs td").last
    expect(last).to_have_attribute("data-label", "Giây")
    expect(last).to_be_visible()
    expect(last).to_have_css("border-bottom-style", "solid")

    board.goto(f"{site.address}/")
    expect(board.locator(".standings .number").last).to_be_visible()
    expect(board.locator(".standings td.number").last).to_have_css("white-space", "nowrap")
    expect(board.locator(".standings .action").first).to_be_hidden()
    assert right_edge(board) < WIDTH - MARGIN
    board.goto(f"{site.address}/units/{UNIT}")
    words = words_on_paper(board)
    assert "Vì sao có tình trạng này" in words
    assert [left for left in ("Về bảng theo dõi", "Ghi quyết định", "Mở trang\n") if left in words] == []


def test_columns_of_the_dashboard_fill_the_paper_for_who_may_tick_units(site):
    operator = site.visit(**VISITORS["operator"], width=1032)
    operator.goto(f"{site.address}/")
    operator.emulate_media(media="print")

    table, last = operator.locator(".overview"), operator.locator(".overview thead th").last
    right = "one => one.getBoundingClientRect().right"
    assert abs(table.evaluate(right) - last.evaluate(right)) < 2
    assert rows_in(words_on_paper(operator)) == []
    assert right_edge(operator) < WIDTH - MARGIN


@pytest.mark.parametrize("language", ["vi", "en"])
def test_guide_is_exactly_two_pages(site, language):
    workspace = replace(site.workspace, settings=replace(site.workspace.settings, lang=language))
    with served(create_app(workspace)) as address:
        page = site.visit()
        page.goto(f"{address}/sign-in/{grants.invite(workspace, EMAIL, Role.UNIT, UNIT).token}")
        page.locator("main button").click()
        page.goto(f"{address}/guide")
        page.wait_for_function("[...document.images].every(one => one.complete)")
        sheets = sheets_of_paper(page)

    assert len(sheets) == 2
    assert letters(sheets[1]).startswith({"vi": "3.Xemcột", "en": "3."}[language])


def test_roster_on_paper_is_a_list_without_what_is_pressed(site):
    operator = site.visit(**VISITORS["operator"])
    operator.goto(f"{site.address}/roster")
    words = words_on_paper(operator)

    units = site.workspace.campaign.units
    assert [one.emails[0] for one in units if one.emails and one.emails[0] not in words] == []
    assert [one.name for one in units if one.name not in words] == []
    assert [left for left in ("Xem khác biệt", "Dán từ Excel", "tự đặt") if left in words] == []


def test_what_a_page_folds_away_is_on_paper(site):
    late = replace(site.workspace, clock=lambda: MORNING + timedelta(days=30))
    with served(create_app(late)) as address:
        page = site.visit(**VISITORS["operator"])
        page.goto(f"{address}/sign-in/{grants.invite(late, 'op@example.org', Role.OPERATOR).token}")
        page.locator("main button").click()
        page.goto(f"{address}/mail")
        words = letters(words_on_paper(page))

    named = words.partition("Bịnêutheocảhaicáchhiểu")[2]
    assert [one.name for one in site.workspace.campaign.active_units if letters(one.name) not in named] == []
    assert "Thaotác" not in words


def test_version_on_paper_cuts_no_figure_in_two(site):
    long = "Tuyên truyền, vận động Nhân dân thực hiện chủ trương của Đảng, chính sách, pháp luật của Nhà nước. " * 6
    endless = f"https://vidu.example/{'a' * 300}"
    site.type_elsewhere("A12", f"1\t{long}\t15/10/2023\t250.000.000.000\t{endless}\t{long}\t250.000.000")
    site.standing()
    operator = site.visit(**VISITORS["operator"])
    operator.goto(f"{site.address}/units/{UNIT}/registration/versions")

    words = words_on_paper(operator)

    assert [one for one in ("15/10/2023", "250.000.000.000", "250.000.000") if one not in words.split()] == []
    assert right_edge(operator) < WIDTH - MARGIN
