"""A unit's page on paper: every filled row is in the PDF, whoever prints, and however soon."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from service.domain.roles import Role

PDFTOTEXT = shutil.which("pdftotext")
pytestmark = pytest.mark.skipif(PDFTOTEXT is None, reason="no pdftotext: apt-get install poppler-utils")

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


def rows_in(words: str) -> list[int]:
    return [int(number) for number in re.findall(r"HĐ-(\d{3})", words)]


def rows_on_paper(page) -> list[int]:
    return rows_in(words_on_paper(page))


def sheets_of_paper(page) -> list[str]:
    return words_on_paper(page).split("\f")[:-1]


def never(_route) -> None:
    """Leave a question of the page without an answer."""


@pytest.mark.parametrize("visitor", VISITORS)
def test_page_prints_every_filled_row_straight_after_opening(site, visitor):
    page = site.visit(**VISITORS[visitor])

    for count in (1, 3, 4, 45, 100):
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


def test_page_prints_rows_that_came_while_it_was_open(site, expect):
    fill(site, 4)
    page = site.open()

    fill(site, 7)

    expect(page.locator("#B18")).to_have_text("HĐ-007")
    assert rows_on_paper(page) == list(range(1, 8))


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
    page = site.open()

    sheets = sheets_of_paper(page)

    assert rows_in("".join(sheets)) == list(range(1, count + 1))
    assert all("Ghi chú" in sheet for sheet in sheets)
    assert ["DANH SÁCH" in sheet for sheet in sheets] == [True] + [False] * (len(sheets) - 1)
    assert "(Ký tên, đóng dấu)" in sheets[-1]
    assert rows_in(sheets[-1])


def test_row_longer_than_a_sheet_is_printed_to_its_end(site):
    site.type_elsewhere("B12", "Hội nghị phổ biến, quán triệt Chỉ thị. " * 200 + "HĐ-001", "HĐ-002")

    assert rows_on_paper(site.open()) == [1, 2]


def test_paper_does_not_depend_on_the_window(site):
    fill(site, 4)
    site.type_elsewhere("G12", "Phối hợp với Mặt trận Tổ quốc, các tổ chức chính trị – xã hội " * 3)
    visits = [{"width": 360}, {"width": 1280}, {"width": 1920}, VISITORS["viewer"], {"java_script_enabled": False}]
    pages = [site.visit(**visit) for visit in visits]
    for page in pages:
        page.goto(site.page_of())

    assert len({words_on_paper(page) for page in pages}) == 1
    boxes = words_on_paper(pages[0], "-bbox")
    margin = 12 / 25.4 * 72
    assert max(map(float, re.findall(r'xMax="([\d.]+)"', boxes))) < 297 / 25.4 * 72 - margin
