"""Photograph the demonstration: for README the dashboard, a unit's page, the master; for the guide what a unit sees."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "pictures"
GUIDE = ROOT / "service" / "web" / "static" / "guide"
GUIDE_UNIT = "S-NGV"  # has typed nothing
UNIT, MOMENT = "S-GDDT", "2023-11-05T17:30+07:00"
WIDTH, HEIGHT = 1280, 860
TONGHOP = str(Path(sys.executable).with_name("tonghop"))
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)(/sign-in/\S+)?")


@contextmanager
def served(data: Path, language: str = "vi") -> Iterator[str]:
    """Serve the season in a language and yield its address, or the operator's one-time link where one is given."""
    environment = {**os.environ, "TONGHOP_DATA_DIR": str(data), "TONGHOP_LANG": language}
    command = [TONGHOP, "serve", "--port", "0", "--now", MOMENT]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 – our own program
    try:
        yield next(found.group() for line in process.stdout or () if (found := ADDRESS.search(line)))
    finally:
        process.terminate()
        process.wait()


def invited(data: Path) -> str:
    """Return the path of a one-time link of the unit whose page is in the guide."""
    environment = {**os.environ, "TONGHOP_DATA_DIR": str(data)}
    command = [TONGHOP, "access", "grant", "don-vi@example.org", "--role", "unit", "--unit", GUIDE_UNIT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 – our own
    return "/sign-in/" + done.stdout.strip().rpartition("/")[2]


def photograph(page: Page, link: str) -> None:
    """Sign in and take the three pictures."""
    address = ADDRESS.match(link)
    site = address.group(1) if address else ""
    page.goto(link)
    page.locator("main button").click()
    page.wait_for_url(lambda at: "/sign-in/" not in at)
    page.goto(f"{site}/?form=registration")
    page.screenshot(path=TARGET / "dashboard.png")
    master = page.locator("nav a[href*='/sheets/'], nav a[href*='/master']").first.get_attribute("href") or ""
    page.goto(f"{site}/units/{UNIT}/registration/edit")
    page.locator('#grid[data-ready="true"]').wait_for()
    page.screenshot(path=TARGET / "unit.png")
    page.goto(master if master.startswith("http") else site + master)
    page.screenshot(path=TARGET / "master.png")


def photograph_guide(page: Page, site: str, folder: Path) -> None:
    """Take the pictures of the guide for units, as a unit sees its page: its last column is in each."""
    folder.mkdir(exist_ok=True)
    page.set_viewport_size({"width": 900, "height": 500})
    page.screenshot(path=folder / "enter.png", clip={"x": 0, "y": 0, "width": 900, "height": 300})
    page.set_viewport_size({"width": 1180, "height": 560})
    page.locator("main button").click()
    page.wait_for_url(lambda at: "/sign-in/" not in at)
    page.goto(f"{site}/units/{GUIDE_UNIT}/registration/edit")
    page.locator('#grid[data-ready="true"]').wait_for()
    page.screenshot(path=folder / "type.png")
    for cell, text in (("#B12", "Hội nghị tuyên truyền"), ("#C12", "32/10/2023")):
        page.locator(cell).click()
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.locator("td.says-error").first.wait_for()
    page.locator('#state[data-state="saved"]').wait_for()
    page.screenshot(path=folder / "check.png")
    page.locator("#frame").evaluate("frame => frame.scrollTo(0, 0)")
    tick = page.locator("#" + (page.locator("#grid").get_attribute("data-confirm") or ""))
    tick.click()  # a first click may scroll the sheet
    tick.locator(".box").click()
    page.locator("#sending[open]").wait_for()
    page.screenshot(path=folder / "send.png")


def main() -> None:
    """Play the season into a folder that is thrown away, and photograph it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, help="a season that was played already, by tonghop demo --no-serve")
    options.add_argument("--guide-only", action="store_true", help="the pictures of the guide for units alone")
    given = options.parse_args().data
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        data = given or Path(folder) / "demo"
        if given is None:
            subprocess.run([TONGHOP, "demo", "--no-serve", "--data", str(data)], check=True)  # noqa: S603 – our own
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=program, args=arguments)
        TARGET.mkdir(exist_ok=True)
        GUIDE.mkdir(exist_ok=True)
        if not options.parse_args().guide_only:
            with served(data) as link:
                photograph(browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}), link)
        for language, folder in (("vi", GUIDE), ("en", GUIDE / "en")):
            with served(data, language) as link:
                address = ADDRESS.match(link)
                site = address.group(1) if address else ""
                page = browser.new_context().new_page()
                page.goto(site + invited(data))
                photograph_guide(page, site, folder)
        browser.close()


if __name__ == "__main__":
    main()
