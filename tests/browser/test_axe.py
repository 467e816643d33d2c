"""Every page of every role before axe-core: nothing serious, on a telephone and on a desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from service import workflows
from service.domain.decisions import Decision, DecisionKind
from service.domain.mail.keys import MailState
from service.domain.roles import Role
from service.mail.ledger_planning import plan_due
from service.web.app import create_app
from tests.browser.conftest import UNIT

# pages whose address holds something; of papers, templates and parts of the declaration one each
OPENED = {
    "/access/units/<unit_code>": f"/access/units/{UNIT}",
    "/analysis/rows": "/analysis/rows?rows=activities&content=II.1",
    "/decisions/<int:number>": "/decisions/1",
    "/declaration/forms/<key>": "/declaration/forms/registration",
    "/declaration/plan/<name>": "/declaration/plan/obligations",
    "/mail/templates/<name>": "/mail/templates/urging",
    "/papers/<name>": "/papers/progress",
    "/papers/templates/<name>": "/papers/templates/urging",
    "/roster/<unit_code>": f"/roster/{UNIT}",
    "/units/<code>": f"/units/{UNIT}",
    "/units/<code>/<form_key>/edit": f"/units/{UNIT}/registration/edit",
    "/units/<code>/<form_key>/intake": f"/units/{UNIT}/registration/intake",
    "/units/<code>/<form_key>/versions": f"/units/{UNIT}/registration/versions",
}
# files, answers for programs and machines, what a test of its own opens
NO_PAGES = re.compile(
    r"/(api|static|healthz|readyz|metrics|sign-in)\b|\.(<|csv|xlsx|docx|txt|zip)|/cells$|/export\.|/files/|/reading$"
    r"|/state/backups/|/seasons/drafts/|/master$"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# at the second width what the first has judged stays as it is, but for these
OF_LAYOUT = [
    "color-contrast",
    "target-size",
    "scrollable-region-focusable",
    "label",
    "td-headers-attr",
    "aria-hidden-focus",
]
READ_ONLY = """() => {
  const main = document.querySelector("main").cloneNode(true);
  for (const one of main.querySelectorAll("form, details, .no-print, td.tick, th.tick")) one.remove();
  return main.innerHTML.replace(/\\s+/g, " ");
}"""
NARROW = (320, 180)  # a telephone, and one whose letters are twice as large
WIDTHS = ((1280, TAGS), (360, OF_LAYOUT))


@pytest.fixture
def lived_in(site):
    """The office in its season: rows with faults, a decision, mails of every state, who came in."""
    workspace = site.workspace
    site.type_elsewhere("A12", "1\tRa quân\t32/10/2023", "2\tThăm, tặng quà\t15/10/2023\tToàn tỉnh")
    workflows.consolidate(workspace, trigger="test")
    now = workspace.clock()
    workflows.decide(
        workspace, [Decision(DecisionKind.EXTEND, UNIT, "report", now, "Trần B", "lũ", before=now + timedelta(60))]
    )
    plan_due(workspace)
    lines = workspace.store.mail.lines(workspace.campaign.key)
    for line, state in zip(lines, (MailState.UNKNOWN, MailState.FAILED, MailState.SENT, MailState.HELD), strict=False):
        workspace.store.mail.begin([line], f"<{line.id}@x.vn>", ("a@so.vn",), "x", now)
        workspace.store.mail.settle([line], state, now)
    return site


def pages_of(site) -> list[str]:
    """Return an address of every page there is, by the map of addresses."""
    rules = {
        re.sub(r"<any\([^)]*\):(\w+)>", r"<\1>", rule.rule)
        for rule in create_app(site.workspace).url_map.iter_rules()
        if "GET" in rule.methods
    }
    tab = next(one for one in site.workspace.store.registry.tabs(site.workspace.campaign.key) if one.unit == UNIT)
    opened = OPENED | {"/sheets/<spreadsheet_id>/<int:sheet_id>": f"/sheets/{tab.spreadsheet_id}/{tab.sheet_id}"}
    pages = {rule for rule in rules if not NO_PAGES.search(rule)}
    assert {rule for rule in pages if "<" in rule} <= opened.keys()  # a new page is opened too
    return sorted(opened.get(rule, rule) for rule in pages)


def test_nothing_serious_on_any_page_of_any_role(lived_in):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install '.[dev]'").Axe()
    found, seen = [], set()
    for role in (Role.OPERATOR, Role.VIEWER, Role.UNIT):
        page = lived_in.visit(f"{role}@example.org", role)
        page.set_default_timeout(60_000)
        for path in pages_of(lived_in):
            page.set_viewport_size({"width": WIDTHS[0][0], "height": 800})
            answer = page.goto(lived_in.address + path)
            # what a role sees as one before it did, but for what that one may do, was judged there
            shape = page.evaluate(READ_ONLY)
            if answer.status != 200 or shape in seen:
                continue
            seen.add(shape)
            for width in NARROW:
                page.set_viewport_size({"width": width, "height": 800})
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{role} {width} {path} has to be moved sideways")
            for width, rules in WIDTHS:
                # so high that a bar that stays at the edge covers nothing
                page.set_viewport_size({"width": width, "height": 6_000})
                said = axe.run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response
                found += [
                    f"{role} {width} {path} {one['id']}: {node['html'][:120]} {node['failureSummary']}"
                    for one in said["violations"]
                    if one["impact"] in ("serious", "critical")
                    for node in one["nodes"][:1]
                ]

    assert found == []
    assert len(seen) > 40
