"""The standing of a unit at an instant, on four axes, computed from what was known then; never stored.

The first receipt is the earliest complete or nil one: seen on the tab, come on paper, or declared by decision; of
several papers the one recorded last is believed. What was seen happened within an interval (`Observation.happened`);
paper and decisions have an instant. A decision that was withdrawn has no effect from then on.

- Before the limit as a whole: on time. At or after it as a whole: late. Straddling it: unconfirmed, until paper
  recorded for it settles the matter.
- With the policy that the named day counts as on time, the interval is held against the end of that day.
- `days_late` counts calendar days from the last on-time day that units are shown, in either policy, and is at least 1.
- Once complete or nil, a receipt stays so; a tab that was unticked since is "being edited", and one that holds other
  words than it did when it was received, or accepted, is "changed".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from service.domain.deadlines import Limit, effective_limit
from service.domain.decisions import Decision, DecisionContext, DecisionKind, in_force
from service.domain.history import History, Inherited
from service.domain.observations import Interval, Observation
from service.domain.reviews import ReviewState, review_of
from service.domain.standing_labels import Eligibility, Mark, Receipt, Review, Since, Timeliness, label, words_of
from sheets_schema.campaign import Campaign, Obligation, Policy, Unit
from sheets_schema.wording import SHEET_LANGUAGE, Language, Message, joined

__all__ = [
    "Eligibility",
    "Receipt",
    "Review",
    "Since",
    "Standing",
    "Timeliness",
    "context_of",
    "standing_at",
    "standings_at",
]

_RECEIVED = {DecisionKind.RECEIVE: Receipt.COMPLETE, DecisionKind.NIL: Receipt.NIL}
_UNSENT = {
    Receipt.NONE: Mark.UNSENT,
    Receipt.DRAFT: Mark.UNSENT_DRAFT,
    Receipt.PARTIAL: Mark.UNSENT_PARTIAL,
}


@dataclass(frozen=True, slots=True)
class Changed:
    """A tab holds other words than those that were received or accepted."""

    since: Since
    before: Observation  # the last one with the words of then
    latest: Observation


@dataclass(frozen=True, slots=True)
class Standing:
    """The standing of one unit with one form at one instant."""

    unit: str
    form: str
    eligibility: Eligibility
    receipt: Receipt
    timeliness: Timeliness | None  # None: exempt
    days_late: int
    boundary_day: bool
    limit: Limit
    received_at: datetime | None
    evidence: Interval | None  # when the first receipt came about, as far as is known
    review: Review
    entries: int
    errors: int
    warnings: int
    editing: bool
    deciding: Observation | Decision | None  # the record that decides it
    changed: Changed | None = None  # None: the tab holds the words that were received

    @property
    def changed_since(self) -> Since | None:
        """Return since what the tab has changed; None when it holds the words that were received."""
        return None if self.changed is None else self.changed.since

    @property
    def is_received(self) -> bool:
        """Return True if there is a receipt that is not being edited: its rows are no draft, even on paper alone."""
        return self.receipt.counts and not self.editing

    @property
    def problems(self) -> int:
        """Return how many errors and warnings are on the tab."""
        return self.errors + self.warnings

    @property
    def label(self) -> Message:
        """Return the standing's words: timeliness and receipt, then the review, then whether it is being edited."""
        if self.eligibility is Eligibility.EXEMPT:
            return label(Eligibility.EXEMPT)
        parts = self._main_labels()
        if self.review is not Review.UNREVIEWED:
            parts.append(label(self.review))
        if self.changed is not None and self.review is not Review.CORRECTED:
            parts.append(label(self.changed.since))
        words = joined(parts, " · ")
        return joined([words, label(Mark.EDITING)]) if self.editing else words

    def label_in(self, language: Language) -> str:
        """Return the standing's words in one language."""
        return words_of(self.label, language)

    def timeliness_label(self, language: Language = SHEET_LANGUAGE) -> str:
        """Return the words of the timeliness alone; empty when exempt."""
        return "" if self.timeliness is None else words_of(self._timing_label(self.timeliness), language)

    def _timing_label(self, timeliness: Timeliness) -> Message:
        words = label(timeliness, self.days_late)
        return joined([words, label(Mark.BOUNDARY_DAY)]) if self.boundary_day else words

    def _main_labels(self) -> list[Message]:
        if self.timeliness is None:
            return [label(self.receipt)]
        timing = self._timing_label(self.timeliness)
        if self.timeliness is Timeliness.MISSING:
            return [joined([timing, label(_UNSENT[self.receipt])], ", ")]
        return [label(self.receipt), timing]


@dataclass(frozen=True, slots=True)
class _First:
    """The first complete or nil receipt: when, and by which record."""

    interval: Interval
    deciding: Observation | Decision
    settled: bool  # a person has recorded when


@dataclass(frozen=True, slots=True)
class _Timing:
    """The timeliness axis with the figures that belong to it."""

    timeliness: Timeliness
    days_late: int = 0
    boundary_day: bool = False


def standing_at(now: datetime, campaign: Campaign, unit_code: str, form_key: str, history: History) -> Standing:
    """Return a unit's standing at an instant, from what is known of it.

    Any past instant gives the same answer whenever it is asked, with the campaign as it was declared then: what was
    seen or recorded after `now` is left out. KeyError for a unit or form the campaign lacks.
    """
    return _standing(now, campaign, campaign.unit(unit_code), campaign.obligation(form_key), history)


def standings_at(now: datetime, campaign: Campaign, history: History) -> tuple[Standing, ...]:
    """Return the standing of every active unit for every obligation, in the plan's order: unit by unit."""
    return tuple(
        _standing(now, campaign, unit, obligation, history)
        for unit in campaign.active_units
        for obligation in campaign.obligations
    )


def context_of(standing: Standing, now: datetime) -> DecisionContext:
    """Return the state for a decision about to be recorded on this standing."""
    limit = standing.limit
    return DecisionContext(
        now=now,
        zone=limit.zone,
        due_before=limit.due_before,
        original=limit.original,
        receipt=standing.receipt,
        exempt=standing.eligibility is Eligibility.EXEMPT,
    )


def _standing(
    now: datetime,
    campaign: Campaign,
    unit: Unit,
    obligation: Obligation,
    history: History,
) -> Standing:
    owed = (unit.code, obligation.form)
    inherited = history.inherited_by(*owed)
    seen = sorted((one for one in history.observations_of(*owed) if one.known_at <= now), key=attrgetter("seen_at"))
    decided = in_force(history.decisions_of(*owed), now)
    seen_elsewhere = [one for one in inherited if isinstance(one, Observation) and one.known_at <= now]
    papers_elsewhere = in_force((one for one in inherited if isinstance(one, Decision)), now)
    exemption = next((made for made in decided if made.kind is DecisionKind.EXEMPT), None)
    exempt = exemption is not None or not unit.active
    limit = effective_limit(obligation, decided, campaign.zone)
    receipts = [one for one in seen if one.receipt.counts]
    first = _first_receipt(
        [*(one for one in seen_elsewhere if one.receipt.counts), *receipts], [*papers_elsewhere, *decided]
    )
    timing = _timing(now, campaign.policy, limit, first)
    latest = seen[-1] if seen else None
    # its own rows, and those that units merged into it had sent last
    counted = [*({one.unit: one for one in seen_elsewhere}.values()), *seen[-1:]]
    reviewed = review_of(seen, decided)
    return Standing(
        unit=unit.code,
        form=obligation.form,
        eligibility=Eligibility.EXEMPT if exempt else Eligibility.EXPECTED,
        receipt=_receipt(seen, receipts, decided, (*seen_elsewhere, *papers_elsewhere)),
        timeliness=None if exempt else timing.timeliness,
        days_late=0 if exempt else timing.days_late,
        boundary_day=timing.boundary_day and not exempt,
        limit=limit,
        received_at=first.interval.by if first else None,
        evidence=first.interval if first else None,
        review=reviewed.review,
        entries=sum(one.entries for one in counted),
        errors=sum(one.errors for one in counted),
        warnings=sum(one.warnings for one in counted),
        # it once showed a receipt and no longer does
        editing=bool(receipts) and not seen[-1].receipt.counts,
        deciding=exemption or (first.deciding if first else latest),
        changed=_changed(seen, receipts, reviewed),
    )


def _first_receipt(receipts: Sequence[Observation], decided: Sequence[Decision]) -> _First | None:
    """Combine the earliest complete or nil observation with what decisions say: the earliest of them counts."""
    counted = min(receipts, key=attrgetter("seen_at"), default=None)
    # a paper corrects those before it of the same unit
    units = {made.unit for made in decided}
    believed = [
        latest
        for unit in sorted(units)
        for kind in _RECEIVED
        if (latest := _latest([made for made in decided if made.unit == unit], kind)) is not None
    ]
    if not believed:
        return None if counted is None else _First(counted.happened, counted, settled=False)
    decision = min(believed, key=_received_at)
    at = _received_at(decision)
    if counted is None:
        return _First(Interval(at, at), decision, settled=True)
    papers = any(made.kind is DecisionKind.RECEIVE for made in believed)
    happened = counted.happened
    by = min(at, happened.by)
    # Without an earlier read the seen receipt may be older than the paper.
    after = None if happened.after is None else min(at, happened.after)
    return _First(Interval(after, by), decision if papers or at < happened.by else counted, settled=papers)


def _latest(decided: Sequence[Decision], kind: DecisionKind) -> Decision | None:
    """Return the decision of a kind that was recorded last: it corrects those before it."""
    return next((made for made in reversed(decided) if made.kind is kind), None)


def _received_at(decision: Decision) -> datetime:
    return decision.received_at or decision.recorded_at


def _receipt(
    seen: Sequence[Observation], receipts: Sequence[Observation], decided: Sequence[Decision], inherited: Inherited
) -> Receipt:
    """Return the complete or nil receipt learned of last, which stays; before there is one, what the tab shows."""
    kept = [(one.known_at, one.receipt) for one in receipts]
    kept += [(made.recorded_at, _RECEIVED[made.kind]) for made in decided if made.kind in _RECEIVED]
    kept += [(one.known_at, Receipt.COMPLETE) for one in inherited]
    if kept:
        return max(kept, key=lambda entry: entry[0])[1]
    return seen[-1].receipt if seen else Receipt.NONE


def _changed(seen: Sequence[Observation], receipts: Sequence[Observation], reviewed: ReviewState) -> Changed | None:
    """Return how the tab differs from what was accepted, or received first where nothing was accepted."""
    if reviewed.accepted_on is not None:
        before, since = reviewed.accepted_on, Since.ACCEPTANCE
    elif receipts:
        before, since = receipts[0], Since.RECEIPT
    else:
        return None
    return Changed(since, before, seen[-1]) if seen[-1].says_other_than(before) else None


def _timing(now: datetime, policy: Policy, limit: Limit, first: _First | None) -> _Timing:
    closing = limit.closes_at(with_boundary_day=policy.count_boundary_day_as_on_time)
    if first is None:
        return _timing_unreceived(now, policy, limit, closing)
    received_at = first.interval.by
    if first.interval.straddles(closing) and not first.settled:
        return _Timing(Timeliness.UNCONFIRMED)
    boundary = limit.is_boundary(received_at)
    if received_at < closing:
        return _Timing(Timeliness.ON_TIME, boundary_day=boundary)
    return _Timing(Timeliness.LATE, max(1, limit.days_after_last_day(received_at)), boundary)


def _timing_unreceived(now: datetime, policy: Policy, limit: Limit, closing: datetime) -> _Timing:
    if now >= closing:
        return _Timing(Timeliness.MISSING, max(1, limit.days_after_last_day(now)))
    soon = now >= limit.due_before - timedelta(days=policy.due_soon_days)
    return _Timing(Timeliness.DUE_SOON if soon else Timeliness.NOT_DUE)
