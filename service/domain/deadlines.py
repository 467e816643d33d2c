"""Limits: exclusive instants with their words, their last on-time day and their extensions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from service.domain.decisions import Decision, DecisionKind
from service.domain.instant_words import exact_words, instant_message, limit_message, weekday
from service.domain.mail.working_days import holiday_name
from sheets_schema.campaign import Campaign, Obligation
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.vietnamese.limit_words import read_limit
from sheets_schema.wording import SHEET_LANGUAGE, Message, message, text, verbatim

# how the line of a tab that shows its limit begins
_DUE_LINE = text("instants.due_line", SHEET_LANGUAGE, limit="|").partition("|")[0]


@dataclass(frozen=True, slots=True)
class Limit:
    """The instant before which a receipt is on time, after the extensions known."""

    due_before: datetime
    words: Message  # "trước ngày 30/9/2023"
    last_day: date  # the last on-time day in the campaign's zone
    extended_by: Decision | None
    original: datetime
    zone: ZoneInfo
    overtaken: Decision | None = None  # an extension to no later than the limit of all

    @property
    def named_day(self) -> date:
        """Return the calendar day the limit names: the one that begins at a midnight limit, else its own day."""
        return self.due_before.astimezone(self.zone).date()

    @property
    def named_day_ends(self) -> datetime:
        """Return the instant at which the named day is over."""
        return datetime.combine(self.named_day + timedelta(days=1), time.min, self.zone)

    @property
    def full_words(self) -> Message:
        """Return the words with the last day in clear: "trước ngày 30/9/2023 (hết ngày 29/9/2023)".

        A limit within a day names its own hour and needs no last day; nor does one whose words name it already.
        """
        names_it = self.last_day_words.text(SHEET_LANGUAGE).casefold() in self.words.text(SHEET_LANGUAGE).casefold()
        if self.last_day == self.named_day or names_it:
            return self.words
        return message("instants.with_last_day", limit=self.words, last_day=self.last_day_words)

    @property
    def last_day_words(self) -> Message:
        """Return the last on-time day in words: "hết ngày 29/9/2023"."""
        return message("instants.until_end_of", day=format_day(self.last_day))

    @property
    def exact(self) -> str:
        """Return the limit with offset and zone: "2023-09-30 00:00 +07:00 (Asia/Ho_Chi_Minh)"."""
        return exact_words(self.due_before, self.zone)

    @property
    def due_line(self) -> Message:
        """Return the limit as a unit's tab shows it."""
        key = "instants.due_line" if self.extended_by is None else "instants.due_line_extended"
        return message(key, limit=self.full_words)

    def days_after_last_day(self, instant: datetime) -> int:
        """Count the calendar days from the last on-time day to an instant, in the campaign's zone."""
        return (instant.astimezone(self.zone).date() - self.last_day).days

    def closes_at(self, *, with_boundary_day: bool) -> datetime:
        """Return the instant from which receipts are late: the limit, or the end of the named day."""
        return max(self.due_before, self.named_day_ends) if with_boundary_day else self.due_before

    def is_boundary(self, instant: datetime) -> bool:
        """Return True if an instant is on the named day, at or after the limit."""
        return instant >= self.due_before and instant.astimezone(self.zone).date() == self.named_day


def effective_limit(obligation: Obligation, decisions: Iterable[Decision], zone: ZoneInfo) -> Limit:
    """Return the limit after one unit's decisions in force: the extension recorded last, unless it is overtaken.

    An extension never takes time away: where the plan's own limit is the later one it counts, and the extension is
    named as overtaken (decision 25).
    """
    latest: Decision | None = None
    for decision in decisions:
        if decision.kind is not DecisionKind.EXTEND or decision.form != obligation.form or decision.before is None:
            continue
        if latest is None or decision.recorded_at >= latest.recorded_at:
            latest = decision
    if latest is None or latest.before is None:
        return _plain(obligation, zone)
    if latest.before <= obligation.due_before:
        return replace(_plain(obligation, zone), overtaken=latest)
    return _limit(latest.before, limit_message(latest.before, zone), latest, obligation.due_before, zone)


def limit_words(due_before: datetime, zone: ZoneInfo) -> Message:
    """Return an exclusive limit with its last day in clear: "trước ngày 10/10/2023 (hết ngày 09/10/2023)"."""
    return _limit(due_before, limit_message(due_before, zone), None, due_before, zone).full_words


@lru_cache(maxsize=64)
def _plain(obligation: Obligation, zone: ZoneInfo) -> Limit:
    """Return the plan's own limit: one for all units."""
    return _limit(obligation.due_before, _declared(obligation, zone), None, obligation.due_before, zone)


def _declared(obligation: Obligation, zone: ZoneInfo) -> Message:
    """Return the plan's own words; where ours are the same they can be read in any language."""
    ours = limit_message(obligation.due_before, zone)
    return ours if ours.text(SHEET_LANGUAGE) == obligation.words else verbatim(obligation.words)


def _limit(
    due_before: datetime, words: Message, extended_by: Decision | None, original: datetime, zone: ZoneInfo
) -> Limit:
    last_day = (due_before.astimezone(zone) - timedelta(microseconds=1)).date()
    return Limit(due_before, words, last_day, extended_by, original, zone)


def is_due_line(words: str) -> bool:
    """Return True if words on a tab are the line that shows its limit."""
    return words.startswith(_DUE_LINE)


def is_rest_day(day: date) -> bool:
    """Return True if offices rest on a day: Saturday and Sunday. Public holidays are not known here."""
    return day.weekday() >= 5


def rest_day_warning(limit: Limit) -> Message | None:
    """Warn the operator that the last on-time day is a rest day; the limit is never rolled by itself."""
    if not is_rest_day(limit.last_day):
        return None
    return message("instants.rest_day", last_day=limit.last_day_words, weekday=weekday(limit.last_day))


def limit_reading(words: str, zone: ZoneInfo) -> list[Message]:
    """Return how the words of a limit are read: its last day with the weekday, and whether offices rest then."""
    due_before = read_limit(words, zone)
    if due_before is None:
        return [message("instants.limit_unread")]
    limit = _limit(due_before, verbatim(words), None, due_before, zone)
    found = [message("instants.limit_reads", last_day=limit.last_day_words, weekday=weekday(limit.last_day))]
    if limit.last_day == limit.named_day:
        found = [message("instants.limit_reads_instant", instant=instant_message(due_before, zone))]
    warnings = (rest_day_warning(limit), holiday_notice(limit.last_day))
    return [*found, *(one for one in warnings if one is not None)]


def holiday_notice(day: date) -> Message | None:
    """Return that the whole country rests on a day, and why; None where it does not."""
    name = holiday_name(day)
    return message("instants.holiday", day=format_day(day), name=name) if name else None


def limit_instants(campaign: Campaign, decisions: Iterable[Decision]) -> tuple[datetime, ...]:
    """Return, in order, every instant at which the tabs must be read: limits, extensions, ends of named days."""
    instants: set[datetime] = set()
    for obligation in campaign.obligations:
        instants |= _closings(campaign, effective_limit(obligation, (), campaign.zone))
    for obligation, extension in _extensions(campaign, tuple(decisions)):
        instants |= _closings(campaign, effective_limit(obligation, (extension,), campaign.zone))
    return tuple(sorted(instants))


def _extensions(campaign: Campaign, decisions: Sequence[Decision]) -> Iterable[tuple[Obligation, Decision]]:
    owed = {obligation.form: obligation for obligation in campaign.obligations}
    for decision in decisions:
        if decision.kind is DecisionKind.EXTEND and decision.form in owed:
            yield owed[decision.form], decision


def _closings(campaign: Campaign, limit: Limit) -> set[datetime]:
    return {limit.due_before, limit.closes_at(with_boundary_day=campaign.policy.count_boundary_day_as_on_time)}
