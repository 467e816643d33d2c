"""The review axis: what the board decided about a receipt and what the unit did since.

The records are taken in the order they became known; at the same instant what was seen comes before what was decided.

- An acceptance is kept until a later return; edits of the unit do not undo it.
- A return by decision becomes corrected when a later confirmed observation shows other content without errors, or when
  paper comes in after the return.
- A complete observation with errors is returned by itself. It becomes corrected when the errors are gone, or have
  changed without growing in number; more errors than in the last confirmed observation return it again.
- Unconfirmed observations are ignored: a unit in the middle of an edit has not answered yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from service.domain.decisions import Decision, DecisionKind
from service.domain.observations import Observation, Preceding
from service.domain.standing_labels import Receipt, Review


@dataclass(frozen=True, slots=True)
class ReviewState:
    """The review: the decision behind it, and the observation it was returned on."""

    review: Review = Review.UNREVIEWED
    decision: Decision | None = None  # None without a decision: unreviewed, or returned for its errors
    returned_at: datetime | None = None
    returned_on: Observation | None = None
    last_confirmed: Observation | None = None
    edited_since_acceptance: bool = False
    accepted_on: Observation | None = None  # what was seen last when it was accepted


def review_of(observations: Sequence[Observation], decisions: Sequence[Decision]) -> ReviewState:
    """Return the review after these records; `observations` and `decisions` are in the order they became known."""
    state = ReviewState()
    last_seen: Observation | None = None
    for record in _in_order(observations, decisions):
        if isinstance(record, Observation):
            state, last_seen = _after_observation(state, record), record
        else:
            state = _after_decision(state, record, last_seen)
    return state


def _in_order(observations: Sequence[Observation], decisions: Sequence[Decision]) -> Iterable[Observation | Decision]:
    if not decisions:
        return sorted(observations, key=attrgetter("known_at"))
    keyed: list[tuple[datetime, int, Observation | Decision]] = [(seen.known_at, 0, seen) for seen in observations]
    keyed += [(decision.recorded_at, 1, decision) for decision in decisions]
    return (record for _, _, record in sorted(keyed, key=lambda entry: entry[:2]))


def _after_decision(state: ReviewState, decision: Decision, last_seen: Observation | None) -> ReviewState:
    if decision.kind is DecisionKind.ACCEPT:
        return ReviewState(Review.ACCEPTED, decision, last_confirmed=state.last_confirmed, accepted_on=last_seen)
    if decision.kind is DecisionKind.RETURN:
        return ReviewState(Review.RETURNED, decision, decision.recorded_at, last_seen, state.last_confirmed)
    if decision.kind is DecisionKind.RECEIVE and _answers(state, decision):
        return _with_review(state, Review.CORRECTED)
    return state


def _answers(state: ReviewState, paper: Decision) -> bool:
    # Paper recorded later but received before the return is what was returned, not the answer to it.
    return (
        state.review is Review.RETURNED
        and state.returned_at is not None
        and paper.received_at is not None
        and paper.received_at >= state.returned_at
    )


def _after_observation(state: ReviewState, seen: Observation) -> ReviewState:
    if not seen.confirmed:
        return state
    if state.review is Review.ACCEPTED:
        return _edited(state, seen)
    if state.decision is not None:
        review = _after_return_by_decision(state, seen)
        return ReviewState(review, state.decision, state.returned_at, state.returned_on, seen)
    return _after_observation_undecided(state, seen)


def _before(state: ReviewState, seen: Observation) -> Observation | Preceding | None:
    """Return the confirmed observation before one, or what is kept of it where it was not read."""
    return seen.preceding or state.last_confirmed


def _edited(state: ReviewState, seen: Observation) -> ReviewState:
    before = _before(state, seen)
    edited = state.edited_since_acceptance or (before is not None and seen.digest != before.digest)
    return replace(state, last_confirmed=seen, edited_since_acceptance=edited)


def _after_return_by_decision(state: ReviewState, seen: Observation) -> Review:
    if seen.errors:
        return Review.RETURNED
    if state.returned_on is None or seen.digest != state.returned_on.digest:
        return Review.CORRECTED
    return state.review


def _after_observation_undecided(state: ReviewState, seen: Observation) -> ReviewState:
    faulty = seen.errors > 0 and seen.receipt is Receipt.COMPLETE
    if state.review is Review.UNREVIEWED:
        return _returned_for_errors(seen) if faulty else _with_observation(state, seen)
    before = _before(state, seen)
    if faulty and before is not None and seen.errors > before.errors:
        return _returned_for_errors(seen)
    returned_on = state.returned_on
    mended = not faulty or (returned_on is not None and seen.fault_digest != returned_on.fault_digest)
    return _with_observation(_with_review(state, Review.CORRECTED) if mended else state, seen)


def _returned_for_errors(seen: Observation) -> ReviewState:
    return ReviewState(Review.RETURNED, None, seen.seen_at, seen, seen)


def _with_review(state: ReviewState, review: Review) -> ReviewState:
    return ReviewState(review, state.decision, state.returned_at, state.returned_on, state.last_confirmed)


def _with_observation(state: ReviewState, seen: Observation) -> ReviewState:
    return ReviewState(state.review, state.decision, state.returned_at, state.returned_on, seen)
