"""Lines of the ledger that answer a fact: kept in the transaction that records it, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from service.domain.decisions import Decision, DecisionKind
from service.domain.mail.keys import MailKey
from service.domain.mail.ledger_lines import MailLine, planned
from service.domain.mail.rechecks import decision_occasion
from service.domain.observations import Observation
from service.workspace import Workspace
from sheets_schema.campaign import MailKind
from sheets_schema.wording import message

FIRST = "first"  # the occasion of an acknowledgement: one a unit and form


def answer_decisions(workspace: Workspace, decisions: Iterable[Decision]) -> None:
    """Keep that units are to be written about decisions; call it in the transaction that records them."""
    if workspace.campaign.mail.send:
        workspace.store.mail.add(_of_decisions(workspace, decisions))


def _of_decisions(workspace: Workspace, decisions: Iterable[Decision]) -> Iterator[MailLine]:
    for made in decisions:
        if made.kind is DecisionKind.RETURN:
            occasion, kind = decision_occasion(made.number), MailKind.RETURNED
            why = message("mail.why_returned", number=made.number)
        elif made.kind in (DecisionKind.RECEIVE, DecisionKind.NIL):
            occasion, kind, why = FIRST, MailKind.ACKNOWLEDGEMENT, message("mail.why_received")
        else:
            continue
        key = _key(workspace, made.unit, made.form, kind, occasion)
        yield planned(key, made.recorded_at, made.recorded_at, why)


def answer_receipts(workspace: Workspace, seen: Sequence[Observation], at: datetime) -> None:
    """Keep that receipts are to be acknowledged; call it in the transaction that records what was seen."""
    if not workspace.campaign.mail.send:
        return
    counted = (one for one in seen if one.receipt.counts)
    why = message("mail.why_received")
    workspace.store.mail.add(
        planned(_key(workspace, one.unit, one.form, MailKind.ACKNOWLEDGEMENT, FIRST), at, at, why) for one in counted
    )


def _key(workspace: Workspace, unit: str, form: str, kind: MailKind, occasion: str) -> MailKey:
    campaign = workspace.campaign
    return MailKey(campaign.key, campaign.code_now.get(unit, unit), form, kind, occasion)
