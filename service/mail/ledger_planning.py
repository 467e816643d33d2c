"""Lines of the ledger that are due by the limits, and what is foreseen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from service.domain.history import Owed
from service.domain.mail.keys import MailKey, MailState
from service.domain.mail.ledger_lines import MailLine, planned
from service.domain.mail.planning import DueMail, Ladders, due_mails
from service.domain.mail.rechecks import BY_LIMIT
from service.domain.mail.recipients import recipients_of
from service.domain.mail.working_days import WorkingDays
from service.domain.standings import Standing, standings_at
from service.mail.failed_mails import has_new_address, wanted_of_failed
from service.workspace import Workspace
from sheets_schema.campaign import MailKind, Unit
from sheets_schema.wording import message

_DAY = timedelta(days=1)
Addresses = tuple[str, ...]


def as_on_record(workspace: Workspace) -> Workspace:
    """Return the workspace with the declaration that is on record last."""
    declared = workspace.store.declarations.at(workspace.campaign.key)
    return workspace if declared is None else replace(workspace, campaign=declared)


def births_of(workspace: Workspace) -> dict[Owed, datetime]:
    """Return when the tabs were made, by unit and form."""
    tabs = workspace.store.registry.tabs(workspace.campaign.key)
    return {(tab.unit, tab.form): tab.created_at for tab in tabs if tab.orphaned_at is None}


def line_of(due: DueMail, now: datetime) -> MailLine:
    """Return a new line for what is due."""
    return planned(due.key, due.due_at, now, due.why, due.limit_at)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a planning did: how many lines are new or due again, and when the next step of any unit is due."""

    new: int
    next_at: datetime | None


def plan_due(workspace: Workspace) -> Planned:
    """Keep a line for everything that is due by the limits and is not in the ledger yet.

    A mail that failed is due again where its unit has an address that it had not then. It is worked out beside the
    facts and kept in their transaction; what changes meanwhile is seen when it is sent.
    """
    campaign, store, now = workspace.campaign, workspace.store, workspace.clock()
    history = workspace.history(now)
    standings = standings_at(now, campaign, history)
    known, bounced = store.mail.keys(campaign.key), store.mail.bounced(campaign.key)
    due = {one.key: one for one in due_mails(campaign, standings, now, births_of(workspace))}
    lines = [line_of(one, now) for key, one in due.items() if key not in known]
    failed = wanted_of_failed(workspace, history, now, due.keys())
    again = [line for line in failed if has_new_address(workspace, line, bounced)]
    digest = digest_line(workspace, now)
    lines += [digest] if digest is not None and digest.key not in known else []
    with store.alone(campaign.key):
        new = store.mail.add(lines) + store.mail.try_again(again, now, message("mail.has_address"))
    days = WorkingDays.of(campaign)
    after = [Ladders(campaign).next_after(standings, now), days.opens_at(_next_morning(days, now))]
    return Planned(new, min((at for at in after if at is not None), default=None))


def _next_morning(days: WorkingDays, now: datetime) -> datetime:
    today = days.opening(now.astimezone(days.zone).date())
    return today if now < today else days.opening(now.astimezone(days.zone).date() + _DAY)


def digest_line(workspace: Workspace, now: datetime) -> MailLine | None:
    """Return the line of today's digest to the operator; None before its hour and on a day off."""
    days = WorkingDays.of(workspace.campaign)
    today = now.astimezone(days.zone).date()
    if not days.is_working(today) or now < days.opening(today):
        return None
    key = MailKey(workspace.campaign.key, "", "", MailKind.DIGEST, today.isoformat())
    return planned(key, days.opening(today), now, message("mail.why_digest"))


@dataclass(frozen=True, slots=True)
class ForeseenMail:
    """What is to be sent by an instant: a line of the ledger, or what will become one."""

    line: MailLine
    due: DueMail | None
    standing: Standing | None
    addresses: Addresses


def foresee(workspace: Workspace, until: datetime, *, with_failed: bool = False) -> tuple[ForeseenMail, ...]:
    """Return everything that is to be sent up to an instant to come, as things are known now; nothing is kept.

    With `with_failed` also what is still wanted and could not be sent: for those who send by hand.
    """
    campaign, store, now = workspace.campaign, workspace.store, workspace.clock()
    history = workspace.history(now)
    standings = standings_at(until, campaign, history)
    by_owed = {(one.unit, one.form): one for one in standings}
    bounced = store.mail.bounced(campaign.key)
    due = {one.key: one for one in due_mails(campaign, standings, until, births_of(workspace), bounced)}
    waiting = {one.key: one for one in store.mail.lines(campaign.key, (MailState.PLANNED, MailState.HELD))}
    known = store.mail.keys(campaign.key)
    # a line that a later step has taken the place of is cancelled when it is its turn
    timely = due.keys() | _due_now(workspace, now)
    lines = {
        key: line
        for key, line in waiting.items()
        if line.due_at <= until and (line.urgent or line.kind not in BY_LIMIT or key in timely)
    }
    lines |= {key: line_of(one, now) for key, one in due.items() if key not in known}
    if with_failed:
        lines |= {line.key: line for line in wanted_of_failed(workspace, history, now, timely)}
    units = {unit.code: unit for unit in campaign.active_units}
    found = [
        ForeseenMail(line, due.get(key), by_owed.get((key.unit, key.form)), _addresses(workspace, line, units, bounced))
        for key, line in lines.items()
    ]
    order = {code: place for place, code in enumerate(units)}
    return tuple(sorted(found, key=lambda one: (one.line.due_at, order.get(one.line.key.unit, -1), one.line.key.form)))


def _due_now(workspace: Workspace, now: datetime) -> set[MailKey]:
    standings = standings_at(now, workspace.campaign, workspace.history(now))
    return {one.key for one in due_mails(workspace.campaign, standings, now, births_of(workspace))}


def _addresses(workspace: Workspace, line: MailLine, units: Mapping[str, Unit], bounced: Collection[str]) -> Addresses:
    """Return where a line would go now; of the operator's digest where answers go."""
    settings = workspace.settings
    if not line.key.unit:
        return tuple(filter(None, [settings.mail_reply_to or settings.mail_from]))
    return recipients_of(units[line.key.unit], line.kind, bounced).addresses if line.key.unit in units else ()
