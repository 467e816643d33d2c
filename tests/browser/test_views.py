"""The unit's page on small and large screens, on paper, and to a screen reader."""

import itertools
import re

import pytest

from service.domain.roles import Role

ROWS = [
    ["1", "Hội nghị tuyên truyền Chỉ thị số 23-CT/TU", "15/10/2023", "Toàn tỉnh", "Cán bộ, đảng viên", "Nhận thức", ""],
    ["2", "Thăm, tặng quà gia đình chính sách", "32/10/2023", "10 xã", "Hộ nghèo", "100 phần quà", ""],
]


@pytest.fixture
def filled(site, expect, copy_from):
    """Return `filled(width)`: a page with two rows, one of them wrong."""

    def make(width: int, height: int = 800, **options):
        page = site.open(width=width, height=height, **options)
        copy_from(page, "", "\n".join("\t".join(row) for row in ROWS))
        page.locator("#A12").click()
        page.keyboard.press("Control+v")
        page.keyboard.press("Escape")
        expect(page.locator("#H13")).to_contain_text("không có trong lịch")
        expect(page.locator("#state")).to_have_text("Đã lưu")
        return page

    return make


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 800), (1920, 1080)])
def test_page_fits_the_screen_and_can_be_typed_into(filled, expect, tmp_path, width, height):
    page = filled(width, height)

    # the sheet scrolls within its frame, never the page sideways
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#C13").click()
    page.keyboard.type("16/10/2023")
    box = page.locator("#typing").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width + 1
    page.keyboard.press("Enter")
    expect(page.locator("#H13")).to_have_text("Hợp lệ.")
    page.screenshot(path=tmp_path / f"editor-{width}.png")
    assert (tmp_path / f"editor-{width}.png").stat().st_size > 10_000


@pytest.mark.parametrize("width", [1280, 1920])
def test_answers_stand_in_sight_beside_the_rows(filled, expect, width):
    page = filled(width)
    expect(page.locator("#H13")).to_be_in_viewport(ratio=0.9)

    # also while a row higher than the screen goes by
    page.locator("#F13").click()
    page.keyboard.insert_text("Mỗi hộ 01 suất quà. " * 400)
    page.keyboard.press("Enter")
    page.locator("#frame").evaluate("frame => frame.scrollTo(0, 1100)")
    expect(page.locator("#H13 .answer")).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize(
    "visitor",
    [{}, {"java_script_enabled": False}, {"email": "lanh-dao@example.org", "role": Role.VIEWER}],
    ids=["unit", "unit without JavaScript", "viewer"],
)
def test_answers_have_their_colour_from_the_start(site, expect, visitor):
    site.type_elsewhere("A12", *("\t".join(row) for row in ROWS))
    site.standing()
    page = site.visit(**visitor)

    page.goto(site.page_of())

    expect(page.locator("#H12")).to_have_class(re.compile("says-ok"))
    expect(page.locator("#H13")).to_have_class(re.compile("says-error"))


@pytest.mark.usefixtures("polled_often")
def test_typing_field_stays_over_its_cell_when_a_line_above_grows(site, expect):
    page = site.visit()
    page.route("**/check", lambda route: route.abort())
    site.open(page=page)
    page.locator("#B14").click()
    page.keyboard.type("đang gõ")

    site.type_elsewhere("B12", "Hội nghị tuyên truyền " * 12)

    expect(page.locator("#B12")).to_contain_text("Hội nghị")
    page.evaluate("new Promise(requestAnimationFrame)")
    boxes = [page.locator(name).bounding_box() for name in ("#typing", "#B14")]
    assert [round(box["y"]) for box in boxes] == [round(boxes[1]["y"])] * 2


def test_clerk_types_by_touch(site, expect):
    page = site.open(width=360, height=740, has_touch=True, is_mobile=True)

    page.locator("#C6").tap()
    page.keyboard.type("12/KH")
    page.locator("#C7").tap()

    expect(page.locator("#C6")).to_have_text("12/KH")
    expect(page.locator("#state")).to_have_text("Đã lưu")


def test_a_box_is_ticked_at_the_first_press_on_a_low_screen_while_another_cell_is_typed_into(site, expect):
    page = site.open(width=900, height=500)
    page.locator("#B12").click()
    page.keyboard.type("Hội nghị tuyên truyền " * 12)

    page.locator("#F9 .box").click()

    expect(page.locator("#sending")).to_be_visible()
    page.locator("#not-yet").click()
    page.locator("#C9 .box").evaluate("box => box.click()")
    expect(page.locator("#C9 .box.on")).to_be_visible()
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert site.cell("C9") == "TRUE"


def test_paper_shows_the_form_and_nothing_else(filled, expect):
    page = filled(1280)

    page.emulate_media(media="print")

    for shown in ("#A1", "#G1", "#A3", "#B11", "#B12", "#B13", "#B14", "#E112"):
        expect(page.locator(shown)).to_be_visible()
    for hidden in (".editor-bar", "#cell-bar", "#H11", "#H12", "#A5", "#B6", "#C6", "#A15", "#typing"):
        expect(page.locator(hidden).first).to_be_hidden()
    # one A4 page, lying
    assert page.locator("#B12").evaluate("cell => getComputedStyle(cell).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


@pytest.mark.usefixtures("polled_often")
def test_screen_reader_hears_where_it_is(site, filled, expect):
    page = filled(1280)

    page.locator("#C13").click()

    typing = page.get_by_label("Ô C13, Thời gian tổ chức, triển khai, 32/10/2023")
    expect(typing).to_be_focused()
    expect(typing).to_have_attribute("aria-activedescendant", "C13")
    expect(page.locator("#announcer")).to_contain_text("không có trong lịch")
    expect(page.get_by_role("status")).to_have_text("Đã lưu")
    expect(page.get_by_role("grid")).to_have_attribute(
        "aria-label", "Trang của Văn phòng Ủy ban nhân dân tỉnh: Đăng ký hoạt động"
    )
    expect(page.locator('[role="grid"] td:not([role="gridcell"], [role="columnheader"])')).to_have_count(0)
    assert all(page.get_by_role("button").all_inner_texts())
    page.locator("#F7").click()
    page.keyboard.press(" ")
    expect(page.get_by_label("Ô F7, Không phát sinh, đã đánh dấu")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Đã lưu")
    site.type_elsewhere("F7", "FALSE")
    expect(page.get_by_label("Ô F7, Không phát sinh, chưa đánh dấu")).to_be_focused()
    duplicated = page.evaluate(
        "() => (ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(({ id }) => id))"
    )
    assert duplicated == 0


def test_rows_are_cards_on_a_telephone(site, expect):
    page = site.open(width=360, height=740, has_touch=True, is_mobile=True)
    card = page.locator("tr.entry", has=page.locator("#B12"))

    # one question under the other, each with its own words
    boxes = [card.locator(name).bounding_box() for name in ("#B12", "#C12", "#D12", "#E12")]
    assert [box["x"] for box in boxes] == [boxes[0]["x"]] * 4
    assert all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in itertools.pairwise(boxes))
    assert card.locator("#C12").evaluate("cell => getComputedStyle(cell, '::before').content").startswith('"Thời gian')
    assert page.evaluate("document.querySelector('#frame').scrollWidth <= innerWidth")
    # a finding calls a cell by its name, and a row by its number on the sheet
    before = "cell => getComputedStyle(cell, '::before').content"
    assert card.locator("#C12").evaluate(before) == '"Thời gian tổ chức, triển khai (C12)"'
    assert card.locator("th").evaluate(before) == '"Dòng 1 (số 12 trên bảng)"'
    # what is in two columns on the sheet: the document and who signs, then what is sent
    above = [page.locator(name).bounding_box()["y"] for name in ("#C6", "#C7", "#C8", "#C9", "#C10", "#F6", "#F9")]
    assert above == sorted(above)
    page.locator("#C6").tap()
    page.keyboard.press("Enter")
    expect(page.locator("#cell-name")).to_have_text("C7")

    card.locator("#B12").tap()
    page.keyboard.type("Thăm, tặng quà")
    page.keyboard.press("Enter")
    page.keyboard.type("32/10/2023")
    page.keyboard.press("Enter")
    expect(page.locator("#H12")).to_contain_text("không có trong lịch")
    expect(page.locator("#C12")).to_have_class(re.compile("has-error"))
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert site.cells("B12", "C12") == [["Thăm, tặng quà", "32/10/2023"]]
    # what is typed is under its question; what is wrong is in the bar, whole
    page.locator("#F12").tap()
    question = page.locator("#F12").evaluate("cell => parseFloat(getComputedStyle(cell, '::before').height)")
    typing, cell = page.locator("#typing").bounding_box(), page.locator("#F12").bounding_box()
    assert typing["y"] >= cell["y"] + question
    bar = page.locator("#cell-bar")
    expect(bar.locator("#cell-answer")).to_have_class(re.compile("says-error"))
    assert bar.evaluate("bar => bar.scrollHeight <= bar.clientHeight")

    page.get_by_role("button", name="Xác nhận gửi").tap()
    expect(page.locator("#sending-lines")).to_contain_text("1 dòng cần sửa: dòng 1 (số 12 trên bảng).")
    page.locator("#not-yet").tap()

    # blank rows come one by one
    expect(page.locator("#B15")).to_be_hidden()
    page.get_by_role("button", name="Thêm một dòng").tap()
    expect(page.locator("#B15")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#B30")).to_be_visible()
    expect(page.get_by_role("button", name="Thêm một dòng")).to_be_hidden()
    expect(page.get_by_role("button", name="Xác nhận gửi")).to_be_hidden()
    # a narrow grid says the whole answer in the bar too, in the colour of what it says
    page.set_viewport_size({"width": 900, "height": 700})
    page.locator("#C12").click()
    assert bar.evaluate("bar => bar.scrollHeight <= bar.clientHeight && bar.scrollWidth <= bar.clientWidth")
    for text in ("15/10/2023", "Toàn tỉnh", "Cán bộ", "Nhận thức"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(bar.locator("#cell-answer")).to_have_text("Hợp lệ.")
    expect(bar.locator("#cell-answer")).to_have_class(re.compile("says-ok"))


def test_link_of_a_document_opens_from_a_card_and_is_a_text_in_the_grid(site, expect):
    site.type_elsewhere("C8", "https://vanban.tinh.vn/12?a=1")
    page = site.open(width=360, height=740, has_touch=True, is_mobile=True)
    link = page.locator("#C8 a")
    with page.context.expect_page() as opened:
        link.tap()
    expect(page.locator("#cell-name")).not_to_have_text("C8")
    page.locator("#C6").tap()
    page.keyboard.type("javascript:alert(1)")
    page.locator("#C7").tap()
    wide = site.open()
    wide.locator("#C8 a").click()

    assert opened.value.url.startswith(("https://vanban.tinh.vn", "chrome-error", "about:blank"))
    assert (link.get_attribute("rel"), link.get_attribute("target")) == ("noopener noreferrer", "_blank")
    expect(page.locator("#C6")).to_have_text("javascript:alert(1)")
    expect(page.locator("#C6 a")).to_have_count(0)
    assert len(wide.context.pages) == 1
    expect(wide.locator("#cell-name")).to_have_text("C8")
