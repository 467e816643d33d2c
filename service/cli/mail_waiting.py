"""Why mails that are due have not gone, how many, and what to do: for those who asked for them to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from service.domain.instant_words import instant_message
from service.domain.mail.keys import MailState
from service.domain.mail.ledger_lines import MailLine
from service.domain.mail.rechecks import mail_place
from service.domain.mail.working_days import WorkingDays
from service.mail.sending import AT_ONCE, read_by_now
from service.workspace import Workspace
from sheets_schema.wording import Message, message


def why_waiting(workspace: Workspace, *, asked: bool, unit: str = "") -> tuple[Message, ...]:
    """Return why mails that are due by now still wait, each reason with how many; none where none waits.

    With `asked` the hours do not matter. With `unit` only its mails count.
    """
    return tuple(_reasons(workspace, asked=asked, unit=unit))


def _reasons(workspace: Workspace, *, asked: bool, unit: str) -> Iterator[Message]:
    ledger, key, now = workspace.store.mail, workspace.campaign.key, workspace.clock()
    found = [line for line in ledger.lines(key, (MailState.PLANNED, MailState.HELD), unit) if line.due_at <= now]
    held = [line for line in found if line.state is MailState.HELD]
    due = [line for line in found if line.state is MailState.PLANNED]
    if due and ledger.room(key).held_at is not None:
        yield message("cli.mail_waits_all_held", count=_mails(due))
        return
    days, machine = WorkingDays.of(workspace.campaign), workspace.lease_clock()
    again = [line for line in due if line.not_before is not None and line.not_before > machine]
    left = [line for line in due if line not in again]
    closed = [] if asked or days.is_open(now) else [line for line in left if not (line.urgent or line.kind in AT_ONCE)]
    open_now = [line for line in left if line not in closed]
    read = read_by_now(workspace, open_now, now)
    unread = [line for line in open_now if line not in read]
    if closed:
        opens = _minute(workspace, days.opens_at(now))
        yield message(
            "cli.mail_waits_for_hours", count=_mails(closed), begin=days.from_hour, end=days.until_hour, at=opens
        )
    if again:
        at = min(line.not_before for line in again if line.not_before)
        yield message("cli.mail_waits_for_retry", count=_mails(again), at=_minute(workspace, at))
    if unread:
        yield message("cli.mail_waits_for_reading", count=_mails(unread))
    if read:
        yield message("cli.mail_waits_for_next", count=_mails(read))
    if held:
        yield message("cli.mail_waits_held", count=_mails(held), number=held[0].id)


def _mails(lines: Iterable[MailLine]) -> int:
    return len({mail_place(line.key.unit, line.kind) for line in lines})


def _minute(workspace: Workspace, at: datetime) -> Message:
    return instant_message(at.replace(second=0, microsecond=0), workspace.campaign.zone)
