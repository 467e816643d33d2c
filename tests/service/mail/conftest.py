"""An office whose campaign sends mails, over a server of aiosmtpd that takes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from service.mail.ledger_planning import as_on_record, plan_due
from service.mail.sending import MailRun, SendReport
from sheets_schema.campaign import Contact, MailPolicy
from tests.mail_servers import SELF, Taken, imap_server, smtp_server


class MailOffice:
    """The office with its mail server; `at` changes how the server behaves."""

    def __init__(self, office, taken: Taken, at: dict, port: int, stack: ExitStack) -> None:
        self.office, self.taken, self.at, self._stack = office, taken, at, stack
        office.campaign = replace(office.campaign, mail=MailPolicy(send=True, call="Nguyễn Văn A, 0912 345 678"))
        office.settings = replace(office.settings, smtp_url=f"smtp://127.0.0.1:{port}", mail_from=SELF)
        self.machine = None

    def with_mailbox(self):
        """Give the office a mailbox that gets a copy of what is sent."""
        server = self._stack.enter_context(imap_server({"INBOX": self.taken.copies}))
        self.office.settings = replace(self.office.settings, imap_url=f"imap://127.0.0.1:{server.server_address[1]}")
        return server

    def send(self, now: str, owner: str = "me", most: int = 100, **asked: bool) -> SendReport:
        """Plan and send as the worker does at an instant of the campaign's clock."""
        self.office.at(now)
        with self.office.workspace() as opened:
            workspace = as_on_record(opened)
            plan_due(workspace)
            return MailRun(workspace, owner, self.machine or self.office.clock).run(most, **asked)

    def lines(self, *states: str) -> list:
        with self.office.workspace() as workspace:
            found = workspace.store.mail.lines(self.office.campaign.key)
        return [line for line in reversed(found) if not states or line.state in states]

    def states(self, *kinds: str) -> list[str]:
        return [f"{one.key.unit} {one.key.form} {one.state}" for one in self.lines() if one.kind in kinds]


@pytest.fixture
def mail_office(office) -> Iterator[MailOffice]:
    """Three units with their tabs, made on 20/9/2023 at 8:00."""
    with ExitStack() as stack:
        taken, at = Taken(), {}
        port = stack.enter_context(smtp_server(taken, at))
        yield MailOffice(office, taken, at, port, stack)


@pytest.fixture
def contact() -> type[Contact]:
    return Contact
