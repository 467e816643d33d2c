"""The operator opens next year's season and changes a limit, as a person does with the mouse."""

from __future__ import annotations

import pytest

from service.domain.roles import Role
from service.web.season_site import SeasonSite
from tests.browser.conftest import MORNING, SEASON, Site, served


@pytest.fixture
def seasons_site(site, chromium):
    """The same office with all its seasons."""
    whole = SeasonSite(site.workspace)
    with served(whole) as address:
        made = Site(site.workspace, address, chromium)
        yield made
    assert made.faults == []


def test_the_season_of_2024_in_under_thirty_actions(seasons_site, expect):
    page = seasons_site.visit("lan@vidu.example", Role.OPERATOR)
    page.goto(seasons_site.address)
    actions = 0

    def press(selector: str) -> None:
        nonlocal actions
        actions += 1
        page.locator(selector).first.click()

    press('nav a:text-is("Chuẩn bị đợt")')
    press('nav a:text-is("Đợt")')
    press('main a:has-text("Mở đợt mới")')
    press('button:has-text("Soạn đợt mới")')
    for box in page.locator('.guess input[name="sure"]').all():
        box.check()
        actions += 1
    press('button:has-text("Ghi các mục đã đánh dấu")')
    press('main button:has-text("Mở đợt")')
    expect(page.locator("main")).to_contain_text("Đã mở đợt")

    assert actions < 30
    assert page.url == f"{seasons_site.address}/season/{SEASON.replace('2023', '2024')}/provision"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    # a line of text is no longer on a wider screen
    page.set_viewport_size({"width": 1920, "height": 1080})
    assert (
        page.evaluate("Math.max(...[...document.querySelectorAll('main p:not(.notice)')].map(one => one.clientWidth))")
        < 960
    )


def test_a_limit_is_read_while_it_is_typed_and_the_tabs_are_foreseen(seasons_site, expect):
    page = seasons_site.visit("lan@vidu.example", Role.OPERATOR, width=360)
    page.goto(f"{seasons_site.address}/declaration/plan/obligations")
    page.locator("input[data-reading]").first.fill("hết ngày 01/10/2023")
    expect(page.locator(".reading").first).to_contain_text("Đọc là: hết ngày 01/10/2023 (Chủ nhật).")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    in_sight = "[...document.querySelectorAll('.menu a')].every(one => one.getBoundingClientRect().right <= 360)"
    assert page.evaluate(in_sight)
    page.locator('button:has-text("Xem trước")').click()
    expect(page.locator("section:has(#h-tabs)")).to_contain_text("Trang:")
    page.locator('button:has-text("Ghi nhận")').click()
    expect(page.locator("main")).to_contain_text("Đã ghi nhận 1 thay đổi")

    page.goto(f"{seasons_site.address}/declaration/new-form")
    page.get_by_label("Tên mẫu").fill("Báo cáo nhanh")
    page.get_by_label("Hạn bằng lời").fill("hết ngày 01/10/2023")
    expect(page.locator(".reading")).to_contain_text("(Chủ nhật)")
    page.get_by_role("button", name="Soạn các cột").click()
    expect(page.locator("h1")).to_contain_text("Báo cáo nhanh")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Xem trước").click()
    expect(page.locator(".printed-tab .title")).to_have_text("BÁO CÁO NHANH")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.locator("main")).to_contain_text("Đã ghi nhận 2 thay đổi")

    declared = seasons_site.workspace.store.declarations.at(SEASON)
    assert declared.forms[2].key == "bao_cao_nhanh"
    assert declared.obligations[0].words == "hết ngày 01/10/2023"
    assert declared.obligations[0].due_before > MORNING
