"""What recording a decision on one or many units would do: what is new, what is on record already, what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain.decisions import Decision, DecisionKind, in_force, refuse
from service.domain.history import History
from service.domain.reviews import review_of
from service.domain.standing_labels import Review
from service.domain.standings import Standing, context_of, standing_at
from sheets_schema.campaign import Campaign, Unit
from sheets_schema.wording import Message, joined, message

_REVIEWS = {DecisionKind.ACCEPT: Review.ACCEPTED, DecisionKind.RETURN: Review.RETURNED}


@dataclass(frozen=True, slots=True)
class DecisionPlan:
    """What comes of a decision, unit by unit."""

    new: tuple[Decision, ...]
    repeated: tuple[Decision, ...]  # as they are on record, with their numbers
    refused: tuple[tuple[str, Message], ...]  # unit and why

    @property
    def refusal(self) -> Message:
        """Return why units are refused; the unit is named where there are several."""
        several = len(self.refused) + len(self.new) + len(self.repeated) > 1
        return joined(
            message("decisions.refused_for", unit=unit, reason=why) if several else why for unit, why in self.refused
        )


def plan_decisions(decisions: Iterable[Decision], campaign: Campaign, history: History, now: datetime) -> DecisionPlan:
    """Plan a decision on some units. What is the same as a decision in force is on record already (decision 27)."""
    new: list[Decision] = []
    repeated: list[Decision] = []
    faults: list[tuple[str, Message]] = []
    for decision in decisions:
        on_record = _on_record(decision, history, now)
        standing = standing_at(now, campaign, decision.unit, decision.form, history)
        why = refuse(decision, context_of(standing, now))
        if on_record is not None:
            repeated.append(on_record)
        elif why:
            faults.append((decision.unit, joined(why)))
        else:
            new.append(decision)
    return DecisionPlan(tuple(new), tuple(repeated), tuple(faults))


def _on_record(decision: Decision, history: History, now: datetime) -> Decision | None:
    """Return the equal decision in force, where another of them would change nothing."""
    decided = in_force(history.decisions_of(decision.unit, decision.form), now)
    last = next((one for one in reversed(decided) if one.kind is decision.kind), None)
    if last is None or _meaning(last) != _meaning(decision):
        return None
    if decision.kind in _REVIEWS:
        # the unit may have answered since, or another decision may have come between
        seen = history.observations_of(decision.unit, decision.form)
        state = review_of([one for one in seen if one.known_at <= now], decided)
        unanswered = state.decision is last and state.review is _REVIEWS[decision.kind]
        return last if unanswered and not state.edited_since_acceptance else None
    return last


def _meaning(decision: Decision) -> tuple[object, ...]:
    return (decision.kind, decision.reason, decision.document, decision.before, decision.received_at)


def same_decisions(recorded: Sequence[Decision], asked: Sequence[Decision]) -> bool:
    """Return True if what is asked for says what is on record, on the same units."""

    def meanings(several: Sequence[Decision]) -> set[tuple[object, ...]]:
        return {(one.unit, one.form, *_meaning(one)) for one in several}

    return meanings(recorded) == meanings(asked)


def chosen_units(
    campaign: Campaign, standings: Sequence[Standing], *, group: str = "", unsent: bool = False
) -> tuple[Unit, ...]:
    """Return the units a decision on many is about: all that are active, those of a group, those that have not sent."""
    waiting = {one.unit for one in standings if one.timeliness is not None and not one.receipt.counts}
    members = (unit for unit in campaign.active_units if group in ("", unit.group))
    return tuple(unit for unit in members if not unsent or unit.code in waiting)
