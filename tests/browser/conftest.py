"""Headless Chromium before the pages of an office of three units, served on a free port."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from service import grants, wiring, workflows
from service.domain.roles import Role
from service.operations.demo.demo_folder import first_units
from service.settings import Settings
from service.web.app import create_app
from service.web.editor import editor_routes
from service.workspace import Workspace

SEASON = "thang_dan_van_2023"
MORNING = datetime.fromisoformat("2023-09-20T08:00+07:00")
UNIT = "VP-UBND"
EMAIL = "vp-ubnd@example.org"
PATIENCE = 10_000  # milliseconds


class Quiet(WSGIRequestHandler):
    """A server that keeps its log to itself."""

    def log(self, type, message, *args):
        pass


class Site:
    """An office's pages in a browser."""

    def __init__(self, workspace: Workspace, address: str, browser) -> None:
        self.workspace = workspace
        self.address = address
        self.faults: list[str] = []
        self._browser = browser

    def visit(self, email: str = EMAIL, role: Role = Role.UNIT, width: int = 1280, height: int = 800, **options):
        """Sign a user in, a clerk of the unit unless another role is given, in a browser of their own.

        What the link's button sends is sent without drawing its page and the one behind it: test_account.py clicks it.
        """
        context = self._browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE)
        invitation = grants.invite(self.workspace, email, role, UNIT if role is Role.UNIT else None)
        assert context.request.post(f"{self.address}/sign-in/{invitation.token}", max_redirects=0).status == 303
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._heard(said))
        return page

    def _heard(self, said) -> None:
        # a request that a test cut off is reported by the browser itself
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.faults.append(said.text)

    def page_of(self, form: str = "registration") -> str:
        """Return the address of the unit's page of a form."""
        return f"{self.address}/units/{UNIT}/{form}/edit"

    def open(self, form: str = "registration", page=None, **options):
        """Open the unit's tab and wait until it can be typed into."""
        page = page or self.visit(**options)
        page.goto(self.page_of(form))
        page.locator('#grid[data-ready="true"]').wait_for()
        return page

    def visit_again(self, context):
        """Open the unit's tab in the same browser, its network back."""
        context.set_offline(False)
        return self.open(page=context.new_page())

    def cell(self, name: str, form: str = "registration") -> str:
        """Return what a cell of the spreadsheet itself says."""
        return next(iter(self.cells(name, name, form)), [""])[0]

    def cells(self, first: str, last: str, form: str = "registration") -> list[list[str]]:
        """Return what a block of the spreadsheet itself says, by the names of its corners."""
        workspace = self.workspace
        tab = next(t for t in workspace.store.registry.tabs(SEASON) if (t.unit, t.form) == (UNIT, form))
        inventory = workspace.sheets.inventory(tab.spreadsheet_id).tab(tab.sheet_id)
        grid = workspace.sheets.read(tab.spreadsheet_id, [inventory])[tab.sheet_id]
        rows = range(int(first[1:]) - 1, int(last[1:]))
        columns = range(ord(first[0]) - ord("A"), ord(last[0]) - ord("A") + 1)
        return [[grid.text(row, column) for column in columns] for row in rows]

    def type_elsewhere(self, name: str, *lines: str) -> None:
        """Write a cell, and those below it, as a person elsewhere does; tabs part cells of a line."""
        tab = next(t for t in self.workspace.store.registry.tabs(SEASON) if (t.unit, t.form) == (UNIT, "registration"))
        start = {"sheetId": tab.sheet_id, "rowIndex": int(name[1:]) - 1, "columnIndex": ord(name[0]) - ord("A")}
        texts = [line.split("\t") for line in lines]
        rows = [{"values": [{"userEnteredValue": {"stringValue": text}} for text in line]} for line in texts]
        request = {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
        self.workspace.sheets.apply(tab.spreadsheet_id, [request])

    def standing(self, form: str = "registration"):
        """Consolidate and return where the unit stands."""
        workflows.consolidate(self.workspace, trigger="test")
        found = workflows.standings(self.workspace, self.workspace.clock(), (form,))
        return next(standing for standing in found if standing.unit == UNIT)


@pytest.fixture(scope="package")
def playing():
    """Playwright's own module, where it is installed."""
    return pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install '.[dev]'")


@pytest.fixture(scope="package")
def chromium(playing) -> Iterator:
    """The machine's Chromium, without a window."""
    # the one without the parts of a window draws the same pages in a third of the time
    programs = "chromium-headless-shell", "chromium", "chromium-browser"
    program = os.environ.get("TONGHOP_TEST_CHROMIUM") or next(filter(None, map(shutil.which, programs)), None)
    if program is None:
        pytest.skip("no chromium: apt-get install chromium, or name it by TONGHOP_TEST_CHROMIUM")
    # Chromium's own sandbox does not run as root
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playing.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def expect(playing) -> Callable:
    """Wait for what is expected of a page, longer than it leaves between two questions to the server."""
    playing.expect.set_options(timeout=PATIENCE)
    return playing.expect


def closed_once_read(application) -> Callable:
    """Close an answer's file when it is read or its reader is gone: werkzeug leaves it open where a line is cut off."""

    def answer(environ, start_response):
        chunks = application(environ, start_response)
        try:
            yield from chunks
        finally:
            getattr(chunks, "close", lambda: None)()

    return answer


@contextmanager
def served(application) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, closed_once_read(application), threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def provisioned_folder(tmp_path_factory) -> Path:
    """A data folder with three units' tabs, nothing typed."""
    folder = tmp_path_factory.mktemp("trinh-duyet")
    settings = Settings(data_dir=folder / "data", campaign=str(first_units(folder, SEASON, 3)), rehearsal=True)
    with wiring.open_workspace(settings, lambda: MORNING) as workspace:
        workflows.provision(workspace, tuple(form.key for form in workspace.campaign.forms))
    return folder


@pytest.fixture
def polled_often(monkeypatch) -> None:
    """Let the editor ask often what others wrote: for a test that waits for nothing else."""
    monkeypatch.setattr(editor_routes, "POLL_SECONDS", 0.4)


@pytest.fixture
def site(chromium, provisioned_folder, tmp_path) -> Iterator[Site]:
    """The office's pages; a fault in the page's script, or of its policy, fails the test."""
    folder = shutil.copytree(provisioned_folder, tmp_path / "office")
    campaign = next((folder / "campaign").iterdir())
    settings = Settings(data_dir=folder / "data", campaign=str(campaign), rehearsal=True)
    with wiring.open_workspace(settings, lambda: MORNING) as workspace, served(create_app(workspace)) as address:
        site = Site(workspace, address, chromium)
        yield site
        for context in chromium.contexts:
            context.close()
    assert site.faults == []


@pytest.fixture
def copy_from(site) -> Callable:
    """Return `copy_from(page, html, text)`: put on the clipboard what another program copies."""

    def copy(page, html: str, text: str) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.evaluate(
            """async ([html, text]) => {
                const kinds = { "text/plain": new Blob([text], { type: "text/plain" }) };
                if (html) kinds["text/html"] = new Blob([html], { type: "text/html" });
                await navigator.clipboard.write([new ClipboardItem(kinds)]);
            }""",
            [html, text],
        )

    return copy
