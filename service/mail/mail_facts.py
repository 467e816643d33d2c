"""Facts about mails: what a person decided on them, for the log."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from service.domain.mail.ledger_lines import MailLine
from service.facts.records import Fact, FactKind
from service.workspace import Workspace


class MailEvent(StrEnum):
    """What a line of the log about mails says was decided."""

    SENT = "mail_sent"
    NOT_SENT = "mail_not_sent"
    TAKEN_BACK = "mail_taken_back"
    ALL_HELD = "mail_all_held"
    ALL_RELEASED = "mail_all_released"


def record(workspace: Workspace, event: MailEvent, lines: Sequence[MailLine] = ()) -> None:
    """Record what a person decided, a fact a line; one without a unit where it is about all mails.

    Call it in the transaction that changes the ledger.
    """
    key = workspace.campaign.key
    now = workspace.store.facts.stamp(key, workspace.clock())
    about: list[tuple[str, str, dict[str, object]]] = [
        (line.key.unit, line.key.form, {"number": line.id, "kind": line.kind.value}) for line in lines
    ]
    workspace.store.facts.record(
        Fact(FactKind.MAIL, key, unit, form, now, now, workspace.actor, payload={"event": event.value, **said})
        for unit, form, said in about or [("", "", {})]
    )
