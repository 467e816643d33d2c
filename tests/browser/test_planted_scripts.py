"""Every field that a person types holds a script: on no page, for no role, does any of it run or become an element."""

from __future__ import annotations

import re
import shutil
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from service import wiring, workflows
from service.domain.roles import Role
from service.settings import Settings
from service.web.app import create_app
from tests.browser.conftest import EMAIL, MORNING, UNIT, Site, served
from tests.hostile import INVISIBLE, SCRIPT

MOST_PAGES = {Role.OPERATOR: 45, Role.VIEWER: 15, Role.UNIT: 45}  # a viewer's are the operator's, with fewer forms
# elements that only a planted text could have made
PLANTED = (
    "img[src='x'], svg[onload], a[href^='javascript:'], a[href^='data:'], [onerror], [onmouseover],"
    "script:not([src]):not([id])"
)


@pytest.fixture(scope="module")
def planted_once(chromium, provisioned_folder, tmp_path_factory) -> Iterator[Site]:
    folder = Path(shutil.copytree(provisioned_folder, tmp_path_factory.mktemp("planted") / "office"))
    campaign = next((folder / "campaign").iterdir())
    settings = Settings(data_dir=folder / "data", campaign=str(campaign), rehearsal=True)
    with wiring.open_workspace(settings, lambda: MORNING) as workspace:
        workspace = replace(workspace, campaign=with_scripts(workspace.campaign), actor=SCRIPT)
        workflows.learn_declaration(workspace)
        with served(create_app(workspace)) as address:
            site = Site(workspace, address, chromium)
            plant(site)
            yield site


@pytest.fixture
def planted(chromium, planted_once) -> Iterator[Site]:
    """An office whose campaign, tabs, decisions, tasks and grants all say a script."""
    yield planted_once
    for context in chromium.contexts:
        context.close()


def with_scripts(campaign):
    """Return the campaign with a script in every text of its declaration that is shown."""

    def said(items, *names: str):
        return tuple(replace(item, **{name: getattr(item, name) + SCRIPT for name in names}) for item in items)

    return replace(
        campaign,
        title=campaign.title + SCRIPT,
        board=campaign.board + SCRIPT,
        place=campaign.place + SCRIPT,
        groups=said(campaign.groups, "name"),
        units=said(campaign.units, "name", "short_name"),
        forms=said(campaign.forms, "title"),
        obligations=said(campaign.obligations, "title", "words"),
        contents=said(campaign.contents, "title", "text"),
        board_tasks=said(campaign.board_tasks, "text", "words"),
        slogans=said(campaign.slogans, "heading", "text"),
    )


def plant(site: Site) -> None:
    for number in range(4):
        site.type_elsewhere(
            f"A{12 + number}", "\t".join([str(number + 1), f"Ra quân {number} {SCRIPT}", "15/10/2023", *[SCRIPT] * 4])
        )
    site.type_elsewhere("A16", "\t".join(["5", SCRIPT, SCRIPT, SCRIPT, "javascript:alert(1)", INVISIBLE, INVISIBLE]))
    for name in ("B3", "B4", "B5", "B6", "D3", "D4", "D5", "F3", "F4"):
        site.type_elsewhere(name, SCRIPT)
    workflows.consolidate(site.workspace, trigger="test")
    # as the operator's forms do
    page = site.visit("operator@example.org", Role.OPERATOR)
    page.goto(f"{site.address}/units/{UNIT}")
    decide(page, "exempt")
    workflows.withdraw(site.workspace, 1, units=(), actor=SCRIPT, reason=SCRIPT, document=SCRIPT)
    decide(page, "nil")
    workflows.freeze(site.workspace, "<script>alert(1)</script>", MORNING, SCRIPT)
    workflows.consolidate(site.workspace, trigger=SCRIPT)


def decide(page, kind: str) -> None:
    """Send the form of a decision, its reason and its document a script."""
    form = page.locator(f"form:has([name=kind][value={kind}])").first
    for field in form.locator("[name=reason], [name=document]").all():
        field.evaluate("(field, text) => { field.value = text; }", SCRIPT)
    with page.expect_navigation():
        form.evaluate("form => form.requestSubmit()")


def walk(site: Site, page, first: str, most: int) -> dict[str, str]:
    """Open a page and every page its links lead to, `most` at the most; return the texts of those seen, by path."""
    seen: dict[str, str] = {}
    waiting = deque([first])
    while waiting and len(seen) < most:
        path = waiting.popleft().partition("#")[0]
        shape = re.sub(r"\d{4}-\d\d-\d\dT[^&]*|page=\d+", "", path)
        if shape in seen or re.search(r"\.(csv|xlsx|docx|pdf|zip)|sign-out|/static/|/master", path):
            continue
        page.goto(site.address + path)
        assert page.locator(PLANTED).all_text_contents() == [], path
        assert page.evaluate("document.x") is None, path
        seen[shape] = page.content()
        links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
        waiting += [link if link[0] != "?" else path.partition("?")[0] + link for link in links if link[0] in "/?"]
    return seen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("email", "role"), [("op@example.org", Role.OPERATOR), ("b@example.org", Role.VIEWER), (EMAIL, Role.UNIT)]
)
def test_no_planted_script_runs_or_becomes_an_element(planted, email, role):
    dialogs = []
    page = planted.visit(email, role)
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    seen = walk(planted, page, f"/units/{UNIT}" if role is Role.UNIT else "/", MOST_PAGES[role])

    saying = [path for path, text in seen.items() if "&lt;/script&gt;" in text or "onerror=alert" in text]
    assert (dialogs, planted.faults) == ([], [])
    assert len(saying) >= (3 if role is Role.UNIT else 10), sorted(seen)


@pytest.mark.slow
def test_no_script_runs_in_the_grid_while_it_is_typed_or_pasted(planted, expect):
    page = planted.open()
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.evaluate("text => navigator.clipboard?.writeText(text).catch(() => {})", SCRIPT)
    page.locator("#grid [data-r]").nth(30).click()
    page.keyboard.type(SCRIPT[:200])
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_attribute("data-state", re.compile("saved|invalid|failed"))

    assert page.locator(PLANTED).all_text_contents() == []
    assert (dialogs, planted.faults) == ([], [])
