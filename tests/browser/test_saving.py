"""Nothing that is typed is lost: two clerks on one tab, a network that drops, a page that closes."""

from __future__ import annotations

import pytest

from service import grants
from service.domain.roles import Role
from tests.browser.conftest import EMAIL, UNIT


def put(page, name: str, text: str) -> None:
    page.locator(f"#{name}").click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def saved(page, expect) -> None:
    expect(page.locator("#state")).to_have_text("Đã lưu")


@pytest.mark.usefixtures("polled_often")
def test_two_clerks_see_each_other_s_cells(site, expect):
    one, two = site.open(), site.open()

    put(one, "B12", "của người thứ nhất")
    put(two, "B13", "của người thứ hai")

    expect(two.locator("#B12")).to_have_text("của người thứ nhất")
    expect(one.locator("#B13")).to_have_text("của người thứ hai")
    assert site.cells("B12", "B13") == [["của người thứ nhất"], ["của người thứ hai"]]


@pytest.mark.usefixtures("polled_often")
def test_others_changes_do_not_disturb_the_cell_being_typed(site, expect):
    page = site.open()
    page.locator("#B12").click()
    page.keyboard.type("đang gõ ")

    site.type_elsewhere("B13", "của người khác")
    expect(page.locator("#B13")).to_have_text("của người khác")
    page.keyboard.type("tiếp")
    page.keyboard.press("Enter")

    expect(page.locator("#B12")).to_have_text("đang gõ tiếp")
    saved(page, expect)
    assert site.cell("B12") == "đang gõ tiếp"


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        ("Giữ nội dung vừa nhập", "của tôi"),
        ("Giữ nội dung của người khác", "của người khác"),
        ("Giữ cả hai", "của người khác\ncủa tôi"),
    ],
)
def test_two_clerks_on_one_cell_see_both_texts_and_choose(site, expect, choice, left):
    page = site.open()
    page.locator("#B12").click()
    page.keyboard.type("của tôi")
    site.type_elsewhere("B12", "của người khác")
    page.keyboard.press("Enter")

    quotes = page.locator("#conflicts blockquote")
    expect(quotes).to_have_text(["của tôi", "của người khác"])
    # nothing was written over, and a visit later both are still there
    assert site.cell("B12") == "của người khác"
    site.open(page=page)
    expect(quotes).to_have_text(["của tôi", "của người khác"])

    page.get_by_role("button", name=choice).click()

    expect(page.locator("#conflicts")).to_be_hidden()
    expect(page.locator("#B12")).to_have_text(left)
    saved(page, expect)
    assert site.cell("B12") == left


@pytest.mark.usefixtures("polled_often")
def test_choice_shows_what_the_other_clerk_has_written_since(site, expect):
    page = site.open()
    page.locator("#B12").click()
    page.keyboard.type("của tôi")
    site.type_elsewhere("B12", "của người khác")
    page.keyboard.press("Enter")
    expect(page.locator("#conflicts blockquote")).to_have_text(["của tôi", "của người khác"])

    site.type_elsewhere("B12", "đã sửa lại")
    expect(page.locator("#conflicts blockquote")).to_have_text(["của tôi", "đã sửa lại"])
    page.get_by_role("button", name="Giữ cả hai").click()

    saved(page, expect)
    assert site.cell("B12") == "đã sửa lại\ncủa tôi"

    page.keyboard.press("Control+z")
    expect(page.locator("#B12")).to_have_text("đã sửa lại")
    saved(page, expect)
    assert site.cell("B12") == "đã sửa lại"


@pytest.mark.usefixtures("polled_often")
def test_what_was_saved_and_taken_back_by_somebody_else_is_seen(site, expect):
    page = site.open()
    put(page, "B12", "của tôi")
    saved(page, expect)

    # the tab says again what the page was opened with
    site.type_elsewhere("B12", "")

    expect(page.locator("#B12")).to_have_text("")


def test_two_clerks_on_one_tick_are_told_in_words(site, expect):
    page = site.open()
    page.context.set_offline(True)
    page.locator("#C9 .box").click()
    expect(page.locator("#state")).to_have_text("Chưa lưu được, sẽ gửi lại")
    site.type_elsewhere("C9", "có thể")
    page.context.set_offline(False)

    expect(page.locator("#conflicts blockquote")).to_have_text(["đã đánh dấu", "có thể"])
    expect(page.locator("#state")).to_have_text("Cần chọn nội dung giữ lại")


def test_what_is_typed_without_a_network_is_sent_when_it_is_back(site, expect):
    page = site.open()

    page.context.set_offline(True)
    put(page, "B12", "gõ khi mất mạng")
    expect(page.locator("#state")).to_have_text("Chưa lưu được, sẽ gửi lại")
    put(page, "B13", "gõ thêm")
    assert site.cells("B12", "B13") == [[""], [""]]
    page.context.set_offline(False)

    saved(page, expect)
    assert site.cells("B12", "B13") == [["gõ khi mất mạng"], ["gõ thêm"]]


def test_what_is_typed_outlives_the_page(site, expect):
    page = site.open()
    page.context.set_offline(True)
    put(page, "B12", "chưa kịp lưu")
    expect(page.locator("#state")).to_have_text("Chưa lưu được, sẽ gửi lại")
    page.close()

    later = site.visit_again(page.context)

    expect(later.locator("#B12")).to_have_text("chưa kịp lưu")
    saved(later, expect)
    assert site.cell("B12") == "chưa kịp lưu"


def test_answer_lost_on_the_way_is_no_conflict(site, expect):
    page = site.open()
    lost = []

    def lose(route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            # typed while the answer is lost
            route.abort()
        else:
            route.continue_()

    page.route("**/cells*", lose)
    put(page, "B12", "một")
    expect(page.locator("#state")).to_have_text("Chưa lưu được, sẽ gửi lại")
    put(page, "B12", "hai")

    saved(page, expect)
    expect(page.locator("#conflicts")).to_be_hidden()
    assert site.cell("B12") == "hai"


def test_cell_edited_again_while_it_is_saved_is_no_conflict(site, expect):
    page = site.open()
    held = []
    page.route("**/cells", lambda route: held.append(route), times=1)
    with page.expect_request("**/cells"):
        put(page, "B12", "một")
    page.locator("#B12").dblclick()
    page.keyboard.type(" hai")

    held[0].continue_()
    saved(page, expect)
    page.keyboard.press("Enter")

    expect(page.locator("#B12")).to_have_text("một hai")
    saved(page, expect)
    assert site.cell("B12") == "một hai"


def test_undo_while_the_paste_is_saved_leaves_what_another_clerk_wrote(site, expect):
    page = site.open()
    held = []
    page.route("**/cells", lambda route: held.append(route), times=1)
    with page.expect_request("**/cells"):
        put(page, "B12", "của tôi")
    page.keyboard.press("Control+z")
    site.type_elsewhere("B12", "của người khác")

    held[0].continue_()

    expect(page.locator("#B12")).to_have_text("của người khác")
    saved(page, expect)
    expect(page.locator("#conflicts")).to_be_hidden()
    assert site.cell("B12") == "của người khác"


def test_line_inserted_above_moves_what_waits_to_be_saved(site, expect):
    page = site.open()
    page.context.set_offline(True)
    put(page, "B12", "dòng đầu")
    expect(page.locator("#state")).to_have_text("Chưa lưu được, sẽ gửi lại")
    tab = next(
        t
        for t in site.workspace.store.registry.tabs("thang_dan_van_2023")
        if t.form == "registration" and t.unit == "VP-UBND"
    )
    place = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    site.workspace.sheets.apply(tab.spreadsheet_id, [{"insertDimension": {"range": place}}])

    page.context.set_offline(False)

    expect(page.locator("#B13")).to_have_text("dòng đầu")
    saved(page, expect)
    assert site.cells("B12", "B13") == [["Tên nội dung, hoạt động"], ["dòng đầu"]]


def test_session_that_ended_keeps_what_was_typed(site, expect):
    page = site.open()
    page.context.clear_cookies()

    put(page, "B12", "gõ sau khi hết phiên")

    expect(page.locator("#state")).to_contain_text("Phiên làm việc đã hết.")
    expect(page.locator("#B12")).to_have_text("gõ sau khi hết phiên")
    assert site.cell("B12") == ""


def test_session_that_ended_while_the_page_opened_shows_every_text(site, expect):
    site.type_elsewhere("B12", "đã có", "đã có nữa")
    page = site.visit()
    page.route("**/cells*", lambda route: route.fulfill(status=401, json={"error": "Cần đăng nhập."}))

    site.open(page=page)
    put(page, "C12", "gõ sau khi hết phiên")

    expect(page.locator("#state")).to_contain_text("Phiên làm việc đã hết.")
    expect(page.locator("#C12")).to_have_text("gõ sau khi hết phiên")
    assert page.locator("#B12, #B13").all_inner_texts() == ["đã có", "đã có nữa"]


def test_two_pages_of_one_browser_keep_what_both_typed(site, expect):
    one = site.open()
    two = site.open(page=one.context.new_page())
    one.context.set_offline(True)
    put(one, "B12", "trang một")
    put(two, "B13", "trang hai")
    expect(one.locator("#state")).to_have_text("Chưa lưu được, sẽ gửi lại")
    one.close()
    two.close()

    later = site.visit_again(one.context)

    expect(later.locator("#B12")).to_have_text("trang một")
    expect(later.locator("#B13")).to_have_text("trang hai")
    saved(later, expect)


@pytest.mark.usefixtures("polled_often")
def test_clerk_of_two_units_who_goes_to_the_other_one_is_told_and_loses_nothing(site, expect):
    other = next(unit for unit in site.workspace.campaign.active_units if unit.code != UNIT)
    grants.invite(site.workspace, EMAIL, Role.UNIT, other.code)
    page = site.open()
    beside = page.context.new_page()
    beside.goto(f"{site.address}/units")
    beside.get_by_role("button", name=other.name).click()
    beside.wait_for_url(f"**/units/{other.code}")

    put(page, "B12", "gõ khi đã đổi đơn vị")

    expect(page.locator("#state")).to_have_text(
        f"Bạn đang làm việc cho {other.name}. Bấm “Đổi đơn vị”, chọn {site.workspace.campaign.unit(UNIT).name}, "
        "rồi trang này dùng tiếp được. Nội dung chưa lưu vẫn còn trên máy này."
    )
    beside.goto(f"{site.address}/units/{UNIT}")
    expect(beside.locator(".failure")).to_contain_text("Bấm “Đổi đơn vị”")
    beside.goto(f"{site.address}/units")
    beside.get_by_role("button", name=site.workspace.campaign.unit(UNIT).name).click()
    expect(page.locator("#B12")).to_have_text("gõ khi đã đổi đơn vị")
    saved(page, expect)
    assert site.cell("B12") == "gõ khi đã đổi đơn vị"
