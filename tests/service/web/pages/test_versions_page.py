"""The versions of a tab: listed, shown word for word, compared; what was wiped can be copied back."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from service import workflows
from service.domain.consolidation import Tally
from service.domain.contents import Contents, TabSummary
from service.domain.roles import Role

FORM = "registration"
PATH = f"/units/S-CT/{FORM}/versions"
ROWS = [
    ["1", "Ra quân vệ sinh <b>đường</b>", "20/10/2023", "3 xã", "300 hộ dân", "Sạch đẹp", ""],
    ["2", "Tặng quà\ngia đình chính sách", "21/10/2023", "2 thôn", "50 hộ", "=1+1", ""],
]
SENT = {"Số và ký hiệu": "12-KH/SCT", "Ngày ban hành": "15/9/2023", "Xác nhận gửi": True}
BLANK = [[""] * 7] * 2


@pytest.fixture
def wiped(office):
    """S-CT sent two rows on 28 September, changed one on the 29th, and wiped both on 10 October."""
    for at, rows in (("2023-09-28 10:00", ROWS), ("2023-09-29 10:00", [ROWS[0], [*ROWS[1][:4], "70 hộ", "", ""]])):
        office.at(at).type("S-CT", FORM, rows, SENT)
        office.consolidate()
    office.at("2023-10-10 08:00").type("S-CT", FORM, BLANK)
    office.consolidate()
    return office


def page_of(client, address: str = PATH) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_index_lists_every_version_newest_first(wiped, browse):
    page = page_of(browse())

    assert re.findall(r'<th scope="row">([^<]+)</th>\n      <td data-label="Tình trạng">', page) == [
        "08:00 ngày 10/10/2023",
        "10:00 ngày 29/9/2023",
        "10:00 ngày 28/9/2023",
    ]
    assert "Đang xem" in page
    assert "12-KH/SCT" in page
    assert "bỏ dòng “1 | Ra quân vệ sinh &lt;b&gt;đường&lt;/b&gt;" in page


def test_index_brings_wiped_words_back_to_be_copied(wiped, browse):
    client = browse()
    links = re.findall(rf'href="({PATH}\?as_of=[^"#]+&amp;page=1)', page_of(client))

    page = page_of(client, html.unescape(links[-1]))

    pasted = html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL).group(1))
    assert len(links) == 2
    assert pasted.splitlines()[0].split("\t") == ROWS[0]
    assert '"Tặng quà\ngia đình chính sách"' in pasted
    assert "'=1+1" in pasted
    assert "Đây là phiên bản đầu tiên." in page
    assert "bỏ dòng" in page


def test_index_shows_what_changed_since_the_version_before(wiped, browse):
    page = page_of(browse(), f"{PATH}?as_of=2023-10-01T00:00")

    assert "“50 hộ” thành “70 hộ”" in page
    assert "cột Mục tiêu hướng đến hoặc dự kiến kết quả đạt được: bỏ “=1+1”" in page
    assert "<dt>Xác nhận gửi</dt><dd>đã đánh dấu</dd>" in page
    assert page.count("<b>") == 0


def test_index_shows_a_rows_tick_in_words_and_copies_it_as_it_is(office, browse):
    office.at("2023-10-25 08:00").type("S-CT", "report", [["II.1", "", "Tổ chức 3 hội nghị", "3 hội nghị", "TRUE", ""]])
    office.consolidate()

    page = page_of(browse(), "/units/S-CT/report/versions")

    assert '<td data-label="Không phát sinh">đã đánh dấu</td>' in page
    assert "\tTRUE\t" in page


def test_index_lists_the_page_with_the_version_that_is_shown(office, browse):
    first = office.at("2023-10-01 08:00").now
    counted = TabSummary("S-CT", FORM, "bang-1", 7, False, Tally(1, 1), {"": 1}, 0, 0)
    with office.workspace() as workspace:
        for number in range(60):
            said = {"row": 12, "cell": "A12", "kind": "activity", "key": "", "values": {"noi_dung": f"Lần {number}"}}
            held = Contents("S-CT", FORM, first + timedelta(hours=number), "bang-1", 7, False, (said,), ())
            workspace.store.contents.save(office.campaign.key, [(held, counted)])
    office.at("2023-10-10 08:00")
    client = browse()

    newest, earliest = page_of(client), page_of(client, f"{PATH}?as_of=2023-10-01T08:30")

    assert ("Trang 1/2" in newest, "Trang 2/2" in earliest) == (True, True)
    assert "Đang xem" in newest
    assert "Đang xem" in earliest
    assert "Trang 1/2" in page_of(client, f"{PATH}?as_of=2023-10-01T08:30&page=1")
    assert "Trang 2/2" in page_of(client, f"{PATH}?as_of=2023-09-01T09:00")


def test_index_takes_a_frozen_moment(wiped, browse):
    moment = wiped.at("2023-09-28 12:00").now
    wiped.at("2023-10-11 08:00")
    with wiped.workspace() as workspace:
        workflows.freeze(workspace, "Báo cáo tháng 9", moment)
    client = browse()

    page = page_of(client, f"{PATH}?as_of=Báo cáo tháng 9")

    assert "50 hộ" in page
    assert "Báo cáo tháng 9" in page
    assert "Báo cáo tháng 9" not in page_of(browse(Role.UNIT, "S-CT"))


@pytest.mark.parametrize(
    ("role", "address", "status"),
    [
        (Role.UNIT, PATH, 200),
        (Role.UNIT, f"/units/S-GDDT/{FORM}/versions", 403),
        (Role.VIEWER, PATH, 200),
        (None, PATH, 303),
        (Role.OPERATOR, "/units/KHONG/registration/versions", 404),
        (Role.OPERATOR, "/units/S-CT/khong/versions", 404),
        (Role.OPERATOR, f"{PATH}?as_of=hôm qua", 400),
        (Role.OPERATOR, f"{PATH}?page=0", 400),
    ],
)
def test_index_is_for_those_who_see_the_unit(office, browse, role, address, status):
    assert browse(role, "S-CT" if role is Role.UNIT else "").get(address).status_code == status


def test_index_before_anything_was_read(new_office, enter):
    with new_office().workspace() as workspace:
        page = page_of(enter(workspace))

    assert "Chưa đọc trang này lần nào." in page
    assert "Tại thời điểm này chưa đọc được trang." in page


def test_index_follows_a_new_code(wiped, browse, renamed):
    renamed(wiped.at("2023-10-12 08:00"), "S-CT", "S-CTM")

    page = page_of(browse(), f"/units/S-CTM/{FORM}/versions?as_of=2023-09-28T12:00")

    assert "50 hộ" in page
    assert "Mọi phiên bản đã đọc (4)" in page
