"""What the operator does with mails: hold them, send one now, decide on one that may have been sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from service.domain.mail.keys import MailKey, MailState, limit_occasion
from service.domain.mail.ledger_lines import MailLine, planned
from service.domain.mail.planning import fits
from service.domain.mail.working_days import WorkingDays
from service.domain.standings import Standing, standing_at
from service.errors import MailRefusedError, UnknownNameError
from service.mail.ledger_planning import births_of, foresee, plan_due
from service.mail.mail_facts import MailEvent, record
from service.workspace import Workspace
from sheets_schema.campaign import MailKind, Unit
from sheets_schema.vietnamese.folding import squash
from sheets_schema.wording import message, one_line

LONGEST_LETTER = 100
_DAY = timedelta(days=1)
_WAITING = (MailState.PLANNED, MailState.HELD, MailState.FAILED)
_SAID_SENT, _SAID_NOT_SENT, _SENT_OTHERWISE = "mail.decided_sent", "mail.decided_not_sent", "mail.sent_otherwise"


def line_numbered(workspace: Workspace, number: int) -> MailLine:
    """Return a line of the ledger by its number; UnknownNameError where there is none."""
    line = workspace.store.mail.line(workspace.campaign.key, number)
    if line is None:
        raise UnknownNameError(message("mail.no_line", number=number))
    return line


def decide_unknown(workspace: Workspace, number: int, *, sent: bool) -> None:
    """Keep a person's word on a mail that may have been sent, for all its lines; not sent, it is sent again.

    A mail that still waits can be said to be sent: it went another way. MailRefusedError for any other.
    """
    who, now, ledger, key = workspace.actor, workspace.clock(), workspace.store.mail, workspace.campaign.key
    with workspace.store.alone(key):
        line = line_numbered(workspace, number)
        if line.state is MailState.UNKNOWN:
            lines = _mail_of(workspace, line)
            if sent:
                ledger.settle(lines, MailState.SENT, now, message("mail.decided_sent", who=who), actor=who)
            else:
                ledger.plan_again(lines, now, message("mail.decided_not_sent", who=who), who)
        elif sent and line.state in _WAITING:
            lines = (line,)
            ledger.settle(lines, MailState.SENT, now, message("mail.sent_otherwise", who=who), actor=who)
        else:
            raise MailRefusedError(message("mail.not_unknown", number=number))
        record(workspace, MailEvent.SENT if sent else MailEvent.NOT_SENT, lines)


def decide_all_unknown(workspace: Workspace, *, sent: bool) -> int:
    """Keep a person's word on every mail that may have been sent; return how many mails."""
    found = workspace.store.mail.lines(workspace.campaign.key, (MailState.UNKNOWN,))
    first = {line.message_id or line.id: line for line in found}
    for line in first.values():
        decide_unknown(workspace, line.id, sent=sent)
    return len(first)


def can_be_taken_back(line: MailLine) -> bool:
    """Return True if a person's word on a mail can be taken back: nothing has followed from it yet."""
    if line.state is MailState.SENT:
        return line.note.key in (_SAID_SENT, _SENT_OTHERWISE)
    return line.state is MailState.PLANNED and line.note.key == _SAID_NOT_SENT


def take_back(workspace: Workspace, number: int) -> MailState:
    """Take a person's word on a mail back; return where the mail is then. MailRefusedError where it is too late.

    What may have been sent is in doubt again. What was said to have gone another way is held until it is let go.
    """
    who, now, key = workspace.actor, workspace.clock(), workspace.campaign.key
    with workspace.store.alone(key):
        line = line_numbered(workspace, number)
        if not can_be_taken_back(line):
            raise MailRefusedError(message("mail.not_to_take_back", number=number))
        otherwise = line.note.key == _SENT_OTHERWISE
        lines = (line,) if otherwise else _mail_of(workspace, line)
        state = MailState.HELD if otherwise else MailState.UNKNOWN
        workspace.store.mail.settle(lines, state, now, message("mail.taken_back", who=who), actor=who)
        record(workspace, MailEvent.TAKEN_BACK, lines)
    return state


def _mail_of(workspace: Workspace, line: MailLine) -> tuple[MailLine, ...]:
    """Return the lines that are one mail with a line."""
    if not line.message_id:
        return (line,)
    several = workspace.store.mail.with_message(workspace.campaign.key, line.message_id)
    return tuple(one for one in several if (one.state, one.note.key) == (line.state, line.note.key))


def hold(workspace: Workspace, number: int, *, back: bool) -> None:
    """Keep a mail back, or let it go; MailRefusedError where it no longer waits."""
    line = line_numbered(workspace, number)
    if not workspace.store.mail.hold([line], workspace.clock(), workspace.actor, back=back):
        raise MailRefusedError(message("mail.not_waiting", number=number))


def hold_all(workspace: Workspace, *, back: bool) -> None:
    """Keep every mail of the campaign back, or let them go."""
    values = {"held_at": workspace.clock() if back else None, "held_by": workspace.actor if back else ""}
    with workspace.store.alone(workspace.campaign.key):
        workspace.store.mail.set_room(workspace.campaign.key, **values)
        record(workspace, MailEvent.ALL_HELD if back else MailEvent.ALL_RELEASED)


def hurry(workspace: Workspace, number: int, letter: str = "") -> None:
    """Have a mail that waits, or was refused, sent at once, whatever the hour; MailRefusedError for any other."""
    line = line_numbered(workspace, number)
    beside = _number_of(letter)
    if not workspace.store.mail.hurry([line], workspace.clock(), workspace.actor, beside):
        raise MailRefusedError(message("mail.not_waiting", number=number))


def write_now(workspace: Workspace, unit: Unit, letter: str = "") -> tuple[MailLine, ...]:
    """Have a unit written about everything it has not sent, at once: a reminder, or an urging after the limit.

    Once a day for the same: asked twice, it is one mail. MailRefusedError where it has nothing left to send.
    """
    campaign, store, now = workspace.campaign, workspace.store, workspace.clock()
    day = now.astimezone(campaign.zone).date()
    with store.alone(campaign.key):
        history, births = workspace.history(None, unit), births_of(workspace)
        lines = []
        for owed in campaign.obligations:
            standing = standing_at(now, campaign, unit.code, owed.form, history)
            kind = _kind_now(standing)
            if kind is None or (unit.code, owed.form) not in births:
                continue
            occasion = limit_occasion(standing.limit.due_before, f"!{day.isoformat()}")
            key = MailKey(campaign.key, unit.code, owed.form, kind, occasion)
            lines.append(planned(key, now, now, message("mail.why_asked"), standing.limit.due_before))
        if not lines:
            raise MailRefusedError(message("mail.nothing_to_send", unit=unit.name))
        store.mail.add(lines)
        wanted = {line.key for line in lines}
        kept = tuple(line for line in store.mail.of_unit(campaign.key, unit.code) if line.key in wanted)
        waiting = [line for line in kept if line.state in _WAITING]
        store.mail.hurry(waiting, now, workspace.actor, _number_of(letter))
    return kept


def hurry_due(workspace: Workspace, letter: str = "") -> int:
    """Have everything that is due by the limits sent at once, with the number of a letter; return how many lines."""
    store, now = workspace.store, workspace.clock()
    plan_due(workspace)
    with store.alone(workspace.campaign.key):
        waiting = store.mail.lines(workspace.campaign.key, (MailState.PLANNED,))
        due = [line for line in waiting if line.due_at <= now and line.key.unit]
        if due:
            store.mail.hurry(due, now, workspace.actor, _number_of(letter))
    return len(due)


def _number_of(letter: str) -> str:
    """Return a letter's number as it is kept; MailRefusedError for what is too long to be one."""
    number = squash(letter)
    if len(number) > LONGEST_LETTER:
        raise MailRefusedError(message("mail.letter_too_long", longest=LONGEST_LETTER))
    return one_line(number, LONGEST_LETTER)


def _kind_now(standing: Standing) -> MailKind | None:
    return next((kind for kind in (MailKind.URGING, MailKind.REMINDER) if fits(kind, standing)), None)


def hold_foreseen(workspace: Workspace, unit: Unit, until: datetime) -> int:
    """Keep back what is foreseen for a unit up to an instant, also what is not due yet; return how many lines."""
    store, now = workspace.store, workspace.clock()
    found = [one.line for one in foresee(workspace, until) if one.line.key.unit == unit.code]
    with store.alone(workspace.campaign.key):
        store.mail.add(line for line in found if not line.id)
        wanted = {line.key for line in found}
        lines = [
            line
            for line in store.mail.of_unit(workspace.campaign.key, unit.code, MailState.PLANNED)
            if line.key in wanted
        ]
        store.mail.hold(lines, now, workspace.actor, back=True)
    return len(lines)


def hurry_foreseen(workspace: Workspace, unit: Unit, until: datetime, letter: str = "") -> int:
    """Have what is foreseen for a unit sent at once instead of when it is due; return how many lines.

    MailRefusedError where it is too early: a unit is not urged before its limit.
    """
    campaign, store, now = workspace.campaign, workspace.store, workspace.clock()
    history = workspace.history(None, unit)
    found = [
        one.line
        for one in foresee(workspace, until)
        if one.line.key.unit == unit.code
        and fits(one.line.kind, standing_at(now, campaign, unit.code, one.line.key.form, history))
    ]
    if not found:
        raise MailRefusedError(message("mail.too_early", unit=unit.name))
    with store.alone(campaign.key):
        store.mail.add(line for line in found if not line.id)
        wanted = {line.key for line in found}
        lines = [line for line in store.mail.of_unit(campaign.key, unit.code) if line.key in wanted]
        waiting = [line for line in lines if line.state in _WAITING]
        store.mail.hurry(waiting, now, workspace.actor, _number_of(letter))
    return len(waiting)


def clear_bounced(workspace: Workspace, address: str) -> None:
    """Write to an address again from which mail came back; UnknownNameError where it is not marked."""
    if not workspace.store.mail.clear_bounced(workspace.campaign.key, address.strip().lower()):
        raise UnknownNameError(message("mail.no_bounce", address=one_line(address, 80)))


def end_of_tomorrow(workspace: Workspace) -> datetime:
    """Return the end of tomorrow's hours: up to then the plan shows what is to come."""
    days = WorkingDays.of(workspace.campaign)
    local = workspace.clock().astimezone(days.zone)
    return (local + _DAY).replace(hour=23, minute=59, second=59, microsecond=0)
