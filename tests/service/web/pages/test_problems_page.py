"""The list of everything to correct: filters, links, pages."""

from __future__ import annotations

import re

import pytest

from service.web.problem_lines import ProblemFilter, problem_lines, problem_page
from service.web.texts import Words
from sheets_schema.wording import Language

DOCUMENT = {"Số và ký hiệu": "12/KH-SCT", "Ngày ban hành": "12/9/2023"}
HOSTILE = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def faulty_once(shared_office):
    """Two units with rows to correct, read once."""
    shared_office.type("S-CT", "registration", [["1", HOSTILE, "hôm nào đó"]], DOCUMENT)
    shared_office.type(
        "S-GDDT", "registration", [["1", "Ra quân", "hôm nào đó", "Toàn tỉnh", "Dân", "20 km", ""]], DOCUMENT
    )
    shared_office.consolidate()
    return shared_office


@pytest.fixture
def faulty(office, faulty_once):
    return office.become(faulty_once)


def codes(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<th scope="row"><a href="/units/([^"]+)">.*?data-label="Loại lỗi">([^<]+)<', page, re.DOTALL)


@pytest.mark.parametrize(
    ("query", "units"),
    [
        ("", {"S-CT", "S-GDDT"}),
        ("?unit=S-CT", {"S-CT"}),
        ("?code=TIME_UNPARSEABLE", {"S-CT", "S-GDDT"}),
        ("?code=TIME_UNPARSEABLE&unit=S-GDDT", {"S-GDDT"}),
        ("?severity=warning", {"S-CT"}),
        ("?form=report", set()),
        ("?code=DUPLICATE", set()),
        ("?page=9", {"S-CT", "S-GDDT"}),
    ],
)
def test_index_filters(faulty, browse, query, units):
    page = browse().get(f"/problems{query}").get_data(as_text=True)

    assert {unit for unit, _ in codes(page)} == units
    assert "<script" not in page


def test_index_links_to_the_cell(faulty, browse):
    page = browse().get("/problems?unit=S-GDDT").get_data(as_text=True)

    assert re.search(r'href="/sheets/[\w-]+/\d+#C\d+"', page)
    assert "Theo lần đọc gần nhất, lúc 08:00 ngày 20/9/2023." in page


@pytest.mark.parametrize(
    "query",
    ["unit=KHONG", "form=x", "severity=HIGH", f"code={HOSTILE}", "page=0", "page=-1", "page=²", "page=" + "9" * 99],
)
def test_index_refuses_rubbish(faulty, browse, query):
    answer = browse().get(f"/problems?{query}")

    assert answer.status_code == 400
    assert "<script" not in answer.get_data(as_text=True)


def test_index_goes_page_by_page(office, browse):
    rows = [[str(number), f"Việc {number}", "hôm nào đó", "a", "b", "c", ""] for number in range(1, 61)]
    for unit in ("S-CT", "S-GDDT"):
        office.type(unit, "registration", rows, DOCUMENT)
    office.consolidate()
    client = browse()

    first, second = (client.get(f"/problems?severity=error&page={number}").get_data(as_text=True) for number in (1, 2))

    assert (len(codes(first)), len(codes(second))) == (100, 20)
    assert "Có 120 nội dung." in first
    assert 'href="/problems?page=2&amp;severity=error"' in first


@pytest.mark.parametrize("severity", ["", "error", "warning", "info"])
@pytest.mark.parametrize("narrowed", [{}, {"unit": "S-GDDT"}, {"form": "registration"}, {"code": "TIME_UNPARSEABLE"}])
def test_pages_are_cut_from_the_whole_list(office, severity, narrowed):
    rows = [["1", "Ra quân", "hôm nào đó", "", "Dân", "20 km", ""], ["2", "Thăm hỏi", "5/10/2023", "", "", "", ""]]
    for unit, count in (("S-GDDT", 1), ("S-CT", 2)):
        office.type(unit, "registration", rows[:count])
        office.type(unit, "report", [["II.1", "", "Đã làm"]])
    office.consolidate()
    wanted, words = ProblemFilter(severity=severity, **narrowed), Words(Language.VIETNAMESE)

    with office.workspace() as workspace:
        whole = tuple(problem_lines(workspace, wanted, words))
        for most in (1, 2, 100):
            for first in range(len(whole) + 2):
                found = problem_page(workspace, wanted, words, first, most)
                assert found == (whole[first : first + most], len(whole))
    if not severity and not narrowed:
        assert {line.form for line in whole} == {form.title for form in office.campaign.forms}


def test_index_before_anything_was_read(new_office, enter):
    with new_office().workspace() as workspace:
        page = enter(workspace).get("/problems").get_data(as_text=True)

    assert "Chưa đọc được danh sách cần sửa lúc này." in page
