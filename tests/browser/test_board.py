"""The operator decides, a clerk types, the board sees the master change: over `tonghop serve`, as an office runs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import data_folder

SEASON_MORNING = "2023-09-20T08:00:00+07:00"
UNIT = "VP-UBND"
EMAIL = "vp-ubnd@example.org"
PATIENCE = 40  # seconds; how soon it really is, `scripts/bench web` measures


class Office:
    """A running `tonghop serve` over a rehearsed folder of three units."""

    def __init__(self, folder: Path) -> None:
        campaign = next((folder / "campaign").iterdir())
        environ = {name: value for name, value in os.environ.items() if not name.startswith("TONGHOP_")}
        self.environ = environ | {
            "TONGHOP_DATA_DIR": str(folder / "data"),
            "TONGHOP_CAMPAIGN": str(campaign),
            "TONGHOP_REHEARSAL": "1",
            "PYTHONUNBUFFERED": "1",
        }
        data_folder.make_rehearsal(folder / "data")
        self.log = folder / "serve.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                self._command("serve", "--port", "0", "--now", SEASON_MORNING),
                env=self.environ,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.address = self._said(r"(http://127\.0\.0\.1:\d+)/\n")
        # the first look at everything is over, and both workbooks are watched
        self._said(r"(run \d+ done)")

    def _command(self, *args: str) -> list[str]:
        return [sys.executable, "-c", "from service.cli import main; main()", *args]

    def _said(self, pattern: str) -> str:
        latest = time.monotonic() + 40
        while (found := re.search(pattern, self.log.read_text())) is None:
            assert time.monotonic() < latest, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        return found[1]

    def link(self, email: str, role: str) -> str:
        command = self._command("access", "grant", email, "--role", role)
        done = subprocess.run(command, env=self.environ, capture_output=True, text=True, check=True)
        return self.address + "/sign-in/" + done.stdout.strip().rpartition("/")[2]


@pytest.fixture
def office(provisioned_folder, tmp_path) -> Iterator[Office]:
    running = Office(Path(shutil.copytree(provisioned_folder, tmp_path / "office")))
    yield running
    running.process.terminate()
    running.process.wait(20)


@pytest.fixture
def sign_in(chromium, office):
    def enter(email: str, role: str):
        page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(office.link(email, role))
        page.locator("main button").click()
        page.wait_for_load_state()
        return page

    yield enter
    for context in chromium.contexts:
        context.close()


def test_operator_extends_and_the_board_sees_a_clerks_edit(office, sign_in, expect):
    operator, board, clerk = (
        sign_in("phong-tc-th@example.org", "operator"),
        sign_in("lanh-dao@example.org", "viewer"),
        sign_in(EMAIL, "unit"),
    )

    operator.goto(f"{office.address}/units/{UNIT}")
    section = operator.locator("#registration")
    section.get_by_text("Gia hạn", exact=True).click()
    form = section.locator("form", has=operator.locator('[name=kind][value="extend"]'))
    form.locator("[name=instant]").fill("2023-10-05T00:00")
    form.locator("[name=reason]").fill("mưa lũ " * 200)
    form.locator("button").click()
    # nothing that is pasted is cut in silence: it is refused as it is, and still there to be shortened
    section = operator.locator("#registration")
    expect(section).to_contain_text("“Lý do” dài quá 1000 ký tự")
    # the page opens where it is said
    expect(section.locator("#registration-extend-fault, .fault").first).to_be_in_viewport()
    form = section.locator("form", has=operator.locator('[name=kind][value="extend"]'))
    assert form.locator("[name=reason]").input_value().strip() == ("mưa lũ " * 200).strip()
    form.locator("[name=reason]").fill("Khắc phục hậu quả mưa lũ")
    form.locator("[name=document]").fill("312-CV/HU")
    form.locator("button").click()
    expect(operator.locator("#registration .reasons")).to_contain_text("hết ngày 04/10/2023")

    clerk.goto(f"{office.address}/units/{UNIT}/registration/edit")
    clerk.locator('#grid[data-ready="true"]').wait_for()
    clerk.locator("#C6").click()
    clerk.keyboard.type("12/KH-VP")
    clerk.keyboard.press("Enter")
    expect(clerk.locator("#C6")).to_have_text("12/KH-VP")

    board.goto(f"{office.address}/master")
    latest = time.monotonic() + PATIENCE
    while "Đang soạn, chưa xác nhận gửi" not in board.locator("main").inner_text():
        assert time.monotonic() < latest, "the master never changed"
        board.reload()
