"""A clerk fills a unit's tab: by keyboard, by paste, sees what is wrong, mends it, confirms."""

import pytest

from service.domain.standing_labels import Receipt

WORD = """<html><body><table class=MsoTableGrid>
<tr><td><p class=MsoNormal>1<o:p></o:p></p></td><td><p class=MsoNormal>Hội nghị
 phổ biến</p><p class=MsoNormal>Chỉ thị <b>số 23</b></p></td><td><p>15/10/2023</p></td><td><p>Toàn tỉnh</p></td>
 <td><p>Cán bộ</p></td><td><p>- Nâng cao nhận thức<br>- Thống nhất hành động</p></td></tr>
<tr><td>2</td><td>Thăm, tặng quà gia đình chính sách</td><td>Tháng 10/2023</td><td>10 xã&nbsp;</td><td>Hộ nghèo</td>
 <td>100 phần quà</td></tr></table></body></html>"""
GOAL = "- Nâng cao nhận thức\n- Thống nhất hành động"
EXCEL = '1\t"Dân vận khéo" ở cơ sở\t20/10/2023\t"Toàn tỉnh\n10 huyện"\t=A1\t0123\n2\tRa quân\t21/10/2023\n'


def go(page, name: str) -> None:
    page.locator(f"#{name}").click()


def texts(page, row: int, columns: str = "ABCDEF") -> list[str]:
    return [page.locator(f"#{column}{row}").inner_text() for column in columns]


def test_clerk_fills_a_registration_by_keyboard(site, expect):
    page = site.open()
    keys = page.keyboard

    go(page, "C6")
    keys.type("123/KH-UBND")
    keys.press("Enter")
    keys.type("18/9/2023")
    go(page, "A12")
    for text in ("1", "Hội nghị tuyên truyền", "32/10/2023"):
        keys.type(text)
        if text != "32/10/2023":
            keys.press("Tab")
    # before the cell is left
    expect(page.locator("#H12")).to_contain_text("Ngày “32/10/2023” không có trong lịch.")
    expect(page.locator("#C12")).to_have_attribute("aria-invalid", "true")
    for text in ("Toàn tỉnh", "Cán bộ, đảng viên", "Nâng cao nhận thức"):
        keys.press("Tab")
        keys.type(text)
    keys.press("Enter")
    # Enter after Tab goes on where the row began
    expect(page.locator("#cell-name")).to_have_text("A13")

    go(page, "C12")
    keys.press("F2")
    keys.press("Home")
    keys.press("Delete")
    keys.press("Delete")
    keys.type("15")
    keys.press("Enter")
    expect(page.locator("#H12")).to_have_text("Hợp lệ.")
    expect(page.locator("#state")).to_have_text("Đã lưu")

    page.locator("#F9 .box").click()
    expect(page.locator("#sending-lines")).to_contain_text("1 dòng hợp lệ.")
    expect(page.locator("#sending-lines")).to_contain_text("Văn bản triển khai: đã có.")
    expect(page.locator("#sending-lines")).to_contain_text("Đã xác nhận gửi, đủ thành phần.")
    page.locator("#send").click()
    expect(page.locator("#H1")).to_contain_text("Đã xác nhận gửi, đủ thành phần.")
    expect(page.locator("#F9 .box.on")).to_be_visible()
    expect(page.locator("#state")).to_have_text("Đã lưu")

    assert site.cells("A12", "F12")[0][:3] == ["1", "Hội nghị tuyên truyền", "15/10/2023"]
    assert (site.cell("F9"), site.standing().receipt) == ("TRUE", Receipt.COMPLETE)


def test_clerk_does_not_send_after_all_and_takes_a_tick_back(site, expect):
    page = site.open()

    go(page, "F9")
    page.keyboard.press(" ")
    page.locator("#not-yet").click()
    expect(page.locator("#F9 .box.on")).to_have_count(0)

    page.keyboard.press(" ")
    page.locator("#send").click()
    expect(page.locator("#F9 .box.on")).to_be_visible()
    page.keyboard.press(" ")
    expect(page.locator("#F9 .box.on")).to_have_count(0)
    expect(page.locator("#message")).to_contain_text("lần gửi đã được ghi nhận vẫn giữ")
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert site.cell("F9") == "FALSE"


@pytest.mark.usefixtures("polled_often")
def test_clerk_who_is_about_to_send_sees_what_others_add(site, expect):
    site.type_elsewhere("A12", "1\tHội nghị\t15/10/2023\tToàn tỉnh\tCán bộ\tNhận thức")
    page = site.open()

    page.locator("#F9 .box").click()
    expect(page.locator("#sending-lines")).to_contain_text("1 dòng hợp lệ.")
    site.type_elsewhere("A13", "2\tRa quân\t16/10/2023\tToàn tỉnh\tCán bộ\tNhận thức")

    expect(page.locator("#sending-lines")).to_contain_text("2 dòng hợp lệ.")


def test_clerk_pastes_a_table_from_word(site, expect, copy_from):
    page = site.open()
    copy_from(page, WORD, "chữ không có bảng")

    go(page, "A12")
    page.keyboard.press("Control+v")

    expect(page.locator("#H12")).to_have_text("Hợp lệ.")
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert site.cells("A12", "F13") == [
        ["1", "Hội nghị phổ biến\nChỉ thị số 23", "15/10/2023", "Toàn tỉnh", "Cán bộ", GOAL],
        ["2", "Thăm, tặng quà gia đình chính sách", "Tháng 10/2023", "10 xã", "Hộ nghèo", "100 phần quà"],
    ]


def test_clerk_pastes_text_from_excel_and_takes_it_back(site, expect, copy_from):
    page = site.open()
    copy_from(page, "", EXCEL)

    go(page, "A12")
    page.keyboard.press("Control+v")
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert texts(page, 12) == ["1", '"Dân vận khéo" ở cơ sở', "20/10/2023", "Toàn tỉnh\n10 huyện", "=A1", "0123"]

    page.keyboard.press("Control+z")
    expect(page.locator("#B12")).to_have_text("")
    page.keyboard.press("Control+y")
    expect(page.locator("#B12")).to_have_text('"Dân vận khéo" ở cơ sở')
    expect(page.locator("#state")).to_have_text("Đã lưu")
    assert site.cells("E12", "F12") == [["=A1", "0123"]]


@pytest.mark.parametrize(
    ("cell", "text", "message"),
    [
        ("A110", "a\nb\nc\nd", "nội dung có 4 dòng, từ ô A110 chỉ còn 2 dòng"),
        ("A12", "\n".join("a" * 101), "nội dung có 101 dòng, cả bảng chỉ có 100 dòng"),
        ("F12", "a\tb\tc", "nội dung có 3 cột, từ ô F12 chỉ còn 2 cột"),
    ],
)
def test_paste_that_does_not_fit_changes_nothing(site, expect, copy_from, cell, text, message):
    page = site.open()
    copy_from(page, "", text)

    go(page, cell)
    page.keyboard.press("Control+v")

    expect(page.locator("#message")).to_contain_text(message)
    expect(page.locator(f"#{cell}")).to_have_text("")
    expect(page.locator("#undo")).to_be_disabled()


def test_keys_of_a_spreadsheet(site, expect):
    page = site.open()
    keys = page.keyboard

    go(page, "B12")
    keys.type("một")
    keys.press("Alt+Enter")
    keys.type("hai")
    keys.press("ArrowDown")
    assert texts(page, 12, "B") == ["một\nhai"]
    expect(page.locator("#cell-name")).to_have_text("B13")

    keys.type("bỏ")
    keys.press("Escape")
    expect(page.locator("#B13")).to_have_text("")

    # copy a block of cells, leave blank ones blank, clear by Delete
    go(page, "B12")
    keys.press("Shift+ArrowRight")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys.press("Control+c")
    go(page, "B20")
    keys.press("Control+v")
    expect(page.locator("#B20")).to_have_text("một\nhai")
    keys.press("Delete")
    expect(page.locator("#B20")).to_have_text("")

    go(page, "B12")
    keys.press("Control+x")
    expect(page.locator("#B12")).to_have_text("")
    keys.press("Control+z")
    expect(page.locator("#B12")).to_have_text("một\nhai")

    keys.press("Control+End")
    expect(page.locator("#cell-name")).to_have_text("G12")
    keys.press("Home")
    expect(page.locator("#cell-name")).to_have_text("A12")
    # the way out of the grid
    keys.press("Escape")
    keys.press("Tab")
    expect(page.locator("#typing")).not_to_be_focused()


def test_input_methods_compose_from_the_first_letter(site, expect):
    page = site.open()
    go(page, "B12")

    keyboard = page.context.new_cdp_session(page)
    for text in ("d", "đ", "đâ"):
        place = {"selectionStart": len(text), "selectionEnd": len(text)}
        keyboard.send("Input.imeSetComposition", {"text": text} | place)
    keyboard.send("Input.insertText", {"text": "đây"})
    page.keyboard.press("Enter")

    expect(page.locator("#B12")).to_have_text("đây")


def test_link_to_a_cell_leads_to_it(site, expect):
    page = site.visit()

    page.goto(f"{site.address}/units/VP-UBND/registration/edit#C90")

    expect(page.locator("#cell-name")).to_have_text("C90")
    expect(page.locator("#C90")).to_be_in_viewport()


def test_suggestions_are_offered_and_not_enforced(site, expect):
    page = site.open()
    keys = page.keyboard

    go(page, "D12")
    keys.type("toan h")
    expect(page.locator("#suggestions li")).to_have_text(["Toàn huyện"])
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator("#D12")).to_have_text("Toàn huyện")
    keys.type("03 thôn")
    keys.press("Enter")
    expect(page.locator("#D13")).to_have_text("03 thôn")


def test_given_cells_stay_as_they_are(site, expect):
    page = site.open()

    go(page, "A3")
    page.keyboard.type("x")
    page.keyboard.press("Delete")

    expect(page.locator("#A3")).to_have_text("DANH SÁCH")
    expect(page.locator("#message")).to_contain_text("Ô này không sửa được.")


def test_clerk_fills_a_report(site, expect):
    page = site.open("report")

    go(page, "C12")
    page.keyboard.type("Đã tổ chức 12 hội nghị")
    page.keyboard.press("Enter")
    page.locator("#E13 .box").click()
    expect(page.locator("#H12, #G12").first).to_contain_text("Hợp lệ")
    expect(page.locator("#state")).to_have_text("Đã lưu")

    assert (site.cell("C12", "report"), site.cell("E13", "report")) == ("Đã tổ chức 12 hội nghị", "TRUE")


def test_page_without_javascript_shows_the_tab_and_says_so(site, expect):
    page = site.visit(java_script_enabled=False)

    page.goto(f"{site.address}/units/VP-UBND/registration/edit")

    expect(page.locator("#B11")).to_have_text("Tên nội dung, hoạt động")
    expect(page.locator("noscript p")).to_contain_text("chỉ để xem")
    expect(page.locator("#tools")).to_be_hidden()
