"""Failed mails that are still wanted: they stay in the files made by hand, and are due again with a new address."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from service.domain.history import History
from service.domain.mail.keys import MailKey, MailState
from service.domain.mail.ledger_lines import MailLine
from service.domain.mail.rechecks import BY_LIMIT, Rechecks
from service.domain.mail.recipients import recipients_of
from service.workspace import Workspace
from sheets_schema.addresses import can_be_written_to
from sheets_schema.campaign import MailKind

# there was no address, or every one was refused and marked: any that there is now is another one
_WITHOUT_ADDRESS = frozenset({"mail.no_address", "mail.all_bounced", "mail.not_to"})
_WENT = (MailState.SENT, MailState.SENDING, MailState.UNKNOWN)


def wanted_of_failed(
    workspace: Workspace, history: History, now: datetime, timely: Collection[MailKey]
) -> tuple[MailLine, ...]:
    """Return the failed lines that are still to reach their units; `timely` are the keys that are due by the limits.

    What a later mail has taken the place of is left out, and an answer that is none any more.
    """
    ledger, key = workspace.store.mail, workspace.campaign.key
    failed = [line for line in ledger.lines(key, (MailState.FAILED,)) if line.key.unit]
    if not failed:
        return ()
    rechecks = Rechecks(workspace.campaign, history, now)
    by_limit = [line for line in failed if line.kind in BY_LIMIT and line.key in timely]
    answers = [line for line in failed if line.kind not in BY_LIMIT and _is_wanted(rechecks, line)]
    latest = _latest_by_limit(ledger.lines(key, _WENT)) if by_limit else {}
    return (*(line for line in by_limit if line.changed_at >= latest.get(_about(line), line.changed_at)), *answers)


def _is_wanted(rechecks: Rechecks, line: MailLine) -> bool:
    return rechecks.of(replace(line, urgent=False), None).against is None


def _about(line: MailLine) -> tuple[str, str, bool]:
    """Return what a mail is about: unit and form, and True where the unit itself gets it."""
    return line.key.unit, line.key.form, line.kind is not MailKind.ESCALATION


def _latest_by_limit(went: Iterable[MailLine]) -> dict[tuple[str, str, bool], datetime]:
    """Return when a mail by the limits went last, by what it was about."""
    latest: dict[tuple[str, str, bool], datetime] = {}
    for line in went:
        if line.kind in BY_LIMIT:
            latest[_about(line)] = max(line.changed_at, latest.get(_about(line), line.changed_at))
    return latest


def has_new_address(workspace: Workspace, line: MailLine, bounced: Collection[str]) -> bool:
    """Return True if a unit has an address that a failed line could not go to."""
    unit = next((one for one in workspace.campaign.active_units if one.code == line.key.unit), None)
    if unit is None:
        return False
    tried = () if line.note.key in _WITHOUT_ADDRESS else line.recipients
    found = recipients_of(unit, line.kind, bounced).addresses
    return any(address not in tried and can_be_written_to(address) for address in found)
