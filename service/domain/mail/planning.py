"""Which reminder, urging or escalation is due to which unit at an instant.

A unit and form has a ladder of steps: days before the last on-time day, the last working day, days after it. At an
instant the latest step that is due counts and no earlier one: after an outage one mail goes out, not five.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from service.domain.deadlines import Limit
from service.domain.history import Owed
from service.domain.mail.keys import MailKey, limit_occasion
from service.domain.mail.recipients import Recipients, recipients_of
from service.domain.mail.working_days import WorkingDays
from service.domain.standings import Eligibility, Standing, Timeliness
from sheets_schema.campaign import Campaign, MailKind
from sheets_schema.wording import Message, message

_UNSENT = (Timeliness.NOT_DUE, Timeliness.DUE_SOON)
STEPS_LAST = timedelta(days=30)  # what was to be said longer ago is not said any more
INVITED = "link"  # the occasion of an invitation: one a unit and form, whatever becomes of the limit


@dataclass(frozen=True, slots=True)
class MailStep:
    """One step of a ladder: which kind is due when; `name` is its part of the occasion."""

    kind: MailKind
    at: datetime
    name: str
    why: Message


@dataclass(frozen=True, slots=True)
class DueMail:
    """One thing a unit is to be written about: what, since when, who gets it and why."""

    key: MailKey
    limit_at: datetime
    due_at: datetime
    recipients: Recipients
    why: Message


def ladder(campaign: Campaign, limit: Limit, days: WorkingDays) -> tuple[MailStep, ...]:
    """Return the steps of one limit in the order of their instants."""
    return tuple(sorted((*_before(campaign, limit, days), *_after(campaign, limit, days)), key=lambda one: one.at))


def _before(campaign: Campaign, limit: Limit, days: WorkingDays) -> Iterator[MailStep]:
    last = days.on_or_before(limit.last_day)
    seen: set[date] = set()
    for ahead in sorted({0, *campaign.mail.reminder_days}):
        day = last if ahead == 0 else days.on_or_before(limit.last_day - timedelta(days=ahead))
        if day in seen:
            # two steps that fall on one working day are one mail
            continue
        seen.add(day)
        why = message("mail.why_last_working_day") if ahead == 0 else message("mail.why_before", days=ahead)
        yield MailStep(MailKind.REMINDER, days.opening(day), f"-{ahead}", why)


def _after(campaign: Campaign, limit: Limit, days: WorkingDays) -> Iterator[MailStep]:
    closing = limit.closes_at(with_boundary_day=campaign.policy.count_boundary_day_as_on_time)
    last = (closing.astimezone(campaign.zone) - timedelta(microseconds=1)).date()
    policy = campaign.mail
    seen: set[date] = set()
    for behind in sorted(set(policy.urging_days)):
        day = days.on_or_after(last + timedelta(days=behind))
        at = max(days.opening(day), closing)
        if behind and day not in seen:
            seen.add(day)
            yield MailStep(MailKind.URGING, at, f"+{behind}", message("mail.why_after", days=behind))
    if policy.escalation_days:
        at = days.opening(days.on_or_after(last + timedelta(days=policy.escalation_days)))
        why = message("mail.why_escalated", days=policy.escalation_days)
        yield MailStep(MailKind.ESCALATION, max(at, closing), f"^{policy.escalation_days}", why)


def fits(kind: MailKind, standing: Standing) -> bool:
    """Return True if a kind that goes by the limit is still right for a unit as it is: not sent, not exempt."""
    if standing.eligibility is Eligibility.EXEMPT or standing.receipt.counts:
        return False
    if kind in (MailKind.REMINDER, MailKind.INVITATION):
        return standing.timeliness in _UNSENT
    return standing.timeliness is Timeliness.MISSING


class Ladders:
    """The ladders of a campaign: units with the same limit share one."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._days = WorkingDays.of(campaign)
        self._known: dict[datetime, tuple[MailStep, ...]] = {}

    def of(self, limit: Limit) -> tuple[MailStep, ...]:
        """Return the steps of a limit."""
        if limit.due_before not in self._known:
            self._known[limit.due_before] = ladder(self._campaign, limit, self._days)
        return self._known[limit.due_before]

    def latest(self, standing: Standing, now: datetime, opened_at: datetime | None) -> MailStep | None:
        """Return the latest step that is due for a unit; None before the first, or where nothing is to be written.

        Steps before the unit's tab was made, or before its limit was extended, were never due to it.
        """
        granted = standing.limit.extended_by
        since = max((at for at in (opened_at, granted.recorded_at if granted else None) if at), default=None)
        has_superior = bool(self._campaign.unit(standing.unit).superior)
        due = [
            step
            for step in self.of(standing.limit)
            if now - STEPS_LAST < step.at <= now and (has_superior or step.kind is not MailKind.ESCALATION)
        ]
        if since is not None and opened_at is not None:
            is_new = granted is None and now - opened_at < STEPS_LAST
            due = [step for step in due if step.at >= since] or _invited(opened_at, is_new)
        return due[-1] if due and fits(due[-1].kind, standing) else None

    def next_after(self, standings: Iterable[Standing], now: datetime) -> datetime | None:
        """Return when the next step of any unit is due."""
        limits = {standing.limit.due_before: standing.limit for standing in standings}
        return min((step.at for limit in limits.values() for step in self.of(limit) if step.at > now), default=None)


def _invited(opened_at: datetime, is_new: bool) -> list[MailStep]:
    """Return the step of a unit whose tab was made, before any other is due."""
    return [MailStep(MailKind.INVITATION, opened_at, INVITED, message("mail.why_invited"))] if is_new else []


def due_mails(
    campaign: Campaign,
    standings: Sequence[Standing],
    now: datetime,
    births: Mapping[Owed, datetime],
    bounced: Collection[str] = (),
) -> Iterator[DueMail]:
    """Yield what is due by the limits at an instant, for each unit and form at most its latest step.

    `births` are when the tabs were made; a unit without a tab cannot send, and is not written to.
    """
    ladders = Ladders(campaign)
    for standing in standings:
        opened_at = births.get((standing.unit, standing.form))
        step = None if opened_at is None else ladders.latest(standing, now, opened_at)
        if step is not None:
            yield _due(campaign, standing, step, bounced)


def _due(campaign: Campaign, standing: Standing, step: MailStep, bounced: Collection[str]) -> DueMail:
    unit = campaign.unit(standing.unit)
    key = MailKey(campaign.key, standing.unit, standing.form, step.kind, occasion_of(standing, step))
    return DueMail(key, standing.limit.due_before, step.at, recipients_of(unit, step.kind, bounced), step.why)


def occasion_of(standing: Standing, step: MailStep) -> str:
    """Return the occasion of a step: with the limit in it, but for an invitation."""
    if step.kind is MailKind.INVITATION:
        return INVITED
    return limit_occasion(standing.limit.due_before, step.name)
