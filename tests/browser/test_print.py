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


def words_on_paper(page) -> str:
    pdf = page.pdf(prefer_css_page_size=True)
    done = subprocess.run([PDFTOTEXT, "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def rows_on_paper(page) -> list[int]:
    return [int(number) for number in re.findall(r"HĐ-(\d{3})", words_on_paper(page))]


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
