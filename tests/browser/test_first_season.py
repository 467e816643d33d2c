"""From an empty folder to a consolidated season of 53 units: `tonghop serve` once, then the browser alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import PREFIX

UNITS = 53
PATIENCE = 120  # seconds; provisioning 106 tabs on a busy machine


class Serving:
    """A running `tonghop serve` in an empty folder."""

    def __init__(self, folder: Path) -> None:
        here = folder / "rong"
        here.mkdir()
        self.log = folder / "serve.log"
        environ = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from service.cli import main; main()", "serve", "--port", "0"],
                cwd=here,
                env=environ | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        latest = time.monotonic() + PATIENCE
        while (found := re.search(r"http://\S+/setup/\S+", self.log.read_text())) is None:
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < latest
            time.sleep(0.1)
        self.link = found[0]
        self.address = self.link.partition("/setup/")[0]


@pytest.fixture
def serving(tmp_path) -> Iterator[Serving]:
    running = Serving(tmp_path)
    yield running
    running.process.terminate()
    assert running.process.wait(30) == 0, running.log.read_text()


@pytest.fixture
def visit(chromium):
    def come(**options):
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        context.set_default_timeout(PATIENCE * 1000)
        return context.new_page()

    yield come
    for context in chromium.contexts:
        context.close()


def until(page, text: str) -> None:
    """Load a page again until it shows a text: a run is under way."""
    latest = time.monotonic() + PATIENCE
    while text not in page.locator("main").inner_text():
        assert time.monotonic() < latest, page.locator("main").inner_text()
        page.wait_for_timeout(1500)
        # by the page itself: one that loads itself again at the same moment would cut ours off
        page.evaluate("setTimeout(() => location.reload())")
        page.wait_for_load_state()


def begin(operator, link: str) -> None:
    operator.goto(link)
    operator.get_by_label("Địa chỉ thư của người phụ trách").fill("lan@vidu.example")
    operator.get_by_role("button", name="Bắt đầu").click()
    operator.get_by_role("button", name="Vào và lập trang").click()


def make_tabs(operator) -> None:
    operator.get_by_role("button", name="Xem kế hoạch").click()
    # the page asks again by itself
    operator.get_by_role("button", name="Lập theo kế hoạch này").click()
    operator.get_by_text(f"tạo {2 * UNITS}, đổi 0").wait_for()


def make_links(operator) -> list[str]:
    operator.get_by_role("link", name="Tiếp theo: cho các đơn vị vào").click()
    operator.get_by_role("button", name="Lập phiếu để in").click()
    operator.locator(".slip").nth(UNITS - 1).wait_for()
    return operator.locator(".slip-link").all_inner_texts()


def register(clerk, link: str, expect) -> None:
    """Sign a unit in by its link, type one activity, send."""
    clerk.goto(link)
    clerk.locator("main button").click()
    clerk.get_by_role("link", name="Nhập, sửa").first.click()
    clerk.locator('#grid[data-ready="true"]').wait_for()
    clerk.locator("#C6").click()
    clerk.keyboard.type("12/KH-UBND\n18/9/2023\n")
    clerk.locator("#A12").click()
    for text in ("1", "Hội nghị tuyên truyền", "15/10/2023", "Toàn tỉnh", "Cán bộ", "Nâng cao nhận thức"):
        clerk.keyboard.type(text)
        clerk.keyboard.press("Tab")
    expect(clerk.locator("#H12")).to_have_text("Hợp lệ.")
    clerk.locator("#F9 .box").click()
    clerk.locator("#send").click()
    expect(clerk.locator("#F9 .box.on")).to_be_visible()
    expect(clerk.locator("#state")).to_have_text("Đã lưu")


def decide(operator, title: str, **typed: str) -> None:
    """Record a decision on the unit's registration."""
    section = operator.locator("#registration")
    section.get_by_text(title, exact=True).click()
    form = section.locator("details[open] form")
    for name, text in typed.items():
        form.locator(f"[name={name}]").fill(text)
    form.locator("button").click()


def test_a_season_from_an_empty_folder_without_one_command_more(serving, visit, expect):
    operator, clerk = visit(), visit()
    begin(operator, serving.link)
    make_tabs(operator)
    links = make_links(operator)
    assert (len(links), len(set(links))) == (UNITS, UNITS)
    assert PREFIX not in operator.locator("main").inner_text()

    register(clerk, links[0], expect)

    operator.locator("nav").get_by_role("link", name="Theo dõi", exact=True).click()
    until(operator, "1/53")
    operator.get_by_role("link", name="Văn phòng Ủy ban nhân dân tỉnh").first.click()
    until(operator, "Đã gửi · Trễ")
    decide(operator, "Gia hạn", instant="2030-10-05T00:00", reason="Mưa lũ", document="312-CV/HU")
    expect(operator.locator("main")).to_contain_text("hết ngày 04/10/2030")
    decide(operator, "Đề nghị bổ sung, chỉnh sửa", reason="Thiếu địa điểm")
    until(clerk, "Thiếu địa điểm")
    decide(operator, "Tiếp nhận", reason="Đã đủ")
    expect(operator.locator("#registration .standing")).to_contain_text("Đã tiếp nhận")

    operator.locator("nav").get_by_role("link", name="Theo dõi", exact=True).click()
    operator.locator("nav").get_by_role("link", name="Bảng tổng hợp").click()
    until(operator, "Đã tiếp nhận")
    operator.locator("nav").get_by_role("link", name="Bảng theo dõi").click()
    expect(operator.locator("main")).to_contain_text("1/53")
