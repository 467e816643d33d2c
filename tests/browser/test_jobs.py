"""What is done in the background: the page that tells how far it is asks again by itself, wherever a button led to."""

from __future__ import annotations

import pytest

from service.domain.roles import Role
from service.jobs import JobKind
from sheets_schema.wording import message


@pytest.mark.parametrize(("path", "kind"), [("/state#backups", JobKind.BACKUP), ("/runs#now", JobKind.RUN)])
def test_page_of_a_job_ends_with_it(site, expect, path, kind):
    workspace = site.workspace
    jobs, key, now = workspace.store.jobs, workspace.campaign.key, workspace.lease_clock
    number = jobs.start(key, kind, "lan@vidu.example", now())
    page = site.visit("lan@vidu.example", Role.OPERATOR)
    page.goto(f"{site.address}{path}")
    expect(page.locator(".job")).to_contain_text("Đang làm")

    jobs.finish(number, now(), {"lines": [message("web.lines_written", count=7).kept()]}, None)

    expect(page.locator(".job")).to_contain_text("Xong lúc")
