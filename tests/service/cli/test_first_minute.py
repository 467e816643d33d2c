"""From an empty folder to a season with its tabs, by the link that `tonghop serve` prints: the real process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests

from service.operations.demo.demo_folder import first_units

PATIENCE = 60.0
SEASON = "thang_dan_van_2023"


def eventually(ask: Callable[[], object]) -> object:
    """Return the first answer that is something; fail when none comes."""
    latest = time.monotonic() + PATIENCE
    while not (found := ask()):
        assert time.monotonic() < latest
        time.sleep(0.1)
    return found


def serve(here: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start `tonghop serve` in a folder, without a setting."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("TONGHOP_")}
    with log.open("w") as out:
        return subprocess.Popen(
            [sys.executable, "-c", "from service.cli import main; main()", "serve", "--port", "0"],
            cwd=here,
            env=environ | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(Path(__file__).parents[3])},
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def sure(browser: requests.Session, address: str, fields: dict[str, str]) -> requests.Response:
    """Post a form of a page and say yes to what is asked."""
    page = browser.get(address.rpartition("/")[0]).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    asked = browser.post(address, data=fields | {"csrf_token": token}).text
    return browser.post(address, data=dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked)))


def is_there(browser: requests.Session, address: str) -> bool:
    """Return True if a page answers; a server that starts again takes no connection for a moment."""
    try:
        return browser.get(address, timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_one_link_leads_from_an_empty_folder_to_tabs(tmp_path):
    campaign = first_units(tmp_path, SEASON, 2)
    here, log = tmp_path / "rong", tmp_path / "log"
    here.mkdir()
    serving = serve(here, log)
    try:
        link = str(eventually(lambda: re.search(r"http://\S+/setup/\S+", log.read_text()) or "")[0])
        assert [path.name for path in here.iterdir()] == []
        address = link.partition("/setup/")[0]
        browser = requests.Session()
        browser.trust_env = False
        choice = {"season": "folder", "folder": str(campaign), "sheets": "embedded", "email": "lan@vidu.example"}
        assert browser.post(link, data=choice | {"email": ""}).status_code == 422
        done = browser.post(link, data=choice)
        assert done.status_code == 200
        enter = re.search(r'action="(/sign-in/[^"]+)"', done.text)[1]
        page = browser.post(address + enter, data={"next": "/seasons"})
        assert "Mở đợt mới" in page.text
        # the server is another by now, the setup's link is none of its pages
        assert browser.get(link).status_code == 404
        token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{address}/seasons").text)[1]
        edit = f"{address}/units/VP-UBND/registration/edit"
        assert browser.get(edit).status_code != 200
        assert browser.post(f"{address}/provision", data={"csrf_token": token}).status_code == 200
        eventually(lambda: browser.get(edit).status_code == 200)
        assert (here / "tonghop-data" / "seasons" / campaign.name / "campaign.toml").exists()
        # the data folder is named from where the service runs
        assert browser.post(f"{address}/state/backups", data={"csrf_token": token}).status_code == 200
        kept = str(
            eventually(lambda: re.search(r"/state/backups/[\w-]+\.zip", browser.get(f"{address}/state").text))[0]
        )
        assert browser.get(address + kept).content.startswith(b"PK")
    finally:
        serving.terminate()
        assert serving.wait(20) == 0
    # an operator who has signed out comes in by starting again
    serving = serve(here, log)
    try:
        again = str(eventually(lambda: re.search(r"http://\S+/sign-in/\S+", log.read_text()) or "")[0])
        entered = requests.Session()
        entered.trust_env = False
        assert "Lập trang" in entered.post(again, data={"next": "/provision"}).text
        # another address of the site: asked once more, then the program starts again with it on the same port
        address = again.partition("/sign-in/")[0]
        asked = sure(entered, f"{address}/state/address", {"address": f"{address}/dan-van"})
        assert "dan-van" in asked.text
        elsewhere = requests.Session()
        elsewhere.trust_env = False
        eventually(lambda: is_there(elsewhere, f"{address}/dan-van/healthz"))
        assert f"dẫn tới {address}/dan-van;" in log.read_text()
        link = re.findall(r"http://\S+/sign-in/\S+", log.read_text())[-1]
        page = elsewhere.post(link, data={"next": "/state"}).text
        assert f"{address}/dan-van" in page
        assert 'href="/dan-van/provision"' in page
    finally:
        serving.terminate()
        assert serving.wait(20) == 0
