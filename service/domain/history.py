"""What is known of a campaign, grouped by what each unit owes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from service.domain.decisions import BoardTaskDone, Decision, Withdrawal
from service.domain.observations import Observation

Owed = tuple[str, str]  # unit and form
Record = TypeVar("Record", Observation, Decision)
Inherited = tuple[Observation | Decision, ...]  # what a unit that was merged into another had sent


@dataclass(frozen=True, slots=True)
class History:
    """Observations and decisions per unit and form, and the board's own tasks, each in the order recorded.

    Decisions that were withdrawn are among them, each with its withdrawal.
    """

    observations: Mapping[Owed, tuple[Observation, ...]] = field(default_factory=dict)
    decisions: Mapping[Owed, tuple[Decision, ...]] = field(default_factory=dict)
    board_tasks: tuple[BoardTaskDone, ...] = ()
    inherited: Mapping[Owed, Inherited] = field(default_factory=dict)

    def observations_of(self, unit: str, form: str) -> tuple[Observation, ...]:
        """Return what was seen on one unit's tab."""
        return self.observations.get((unit, form), ())

    def decisions_of(self, unit: str, form: str) -> tuple[Decision, ...]:
        """Return what was decided on what one unit owes."""
        return self.decisions.get((unit, form), ())

    def inherited_by(self, unit: str, form: str) -> Inherited:
        """Return what units that were merged into this one had sent."""
        return self.inherited.get((unit, form), ())

    @property
    def all_decisions(self) -> tuple[Decision, ...]:
        """Return every decision, as the sweep at limits needs them."""
        return tuple(decision for decisions in self.decisions.values() for decision in decisions)


def group_history(
    observations: Iterable[Observation],
    decisions: Iterable[Decision],
    board_tasks: Iterable[BoardTaskDone] = (),
    withdrawals: Iterable[Withdrawal] = (),
) -> History:
    """Group records by unit and form, keeping their order; each decision with its withdrawal, if it has one."""
    made = with_withdrawals(decisions, withdrawals)
    return History(_grouped(observations), _grouped(made), tuple(board_tasks))


def with_decision(history: History, decision: Decision) -> History:
    """Return a history with one more decision, or with one of it as it is on record."""
    owed = (decision.unit, decision.form)
    others = (one for one in history.decisions_of(*owed) if not one.number or one.number != decision.number)
    return replace(history, decisions={**history.decisions, owed: (*others, decision)})


def with_observations(history: History, seen: Iterable[Observation]) -> History:
    """Return a history with more observations, after those it has."""
    more = _grouped(seen)
    later = {owed: (*history.observations.get(owed, ()), *found) for owed, found in more.items()}
    return replace(history, observations={**history.observations, **later})


def known_by(history: History, instant: datetime) -> History:
    """Return a history in which what is recorded as of later is known at an instant: a clock was ahead then."""

    def seen(one: Observation) -> Observation:
        return replace(one, recorded_at=instant) if one.known_at > instant else one

    def made(one: Decision) -> Decision:
        withdrawn = one.withdrawn
        if withdrawn is not None:
            withdrawn = replace(withdrawn, recorded_at=min(withdrawn.recorded_at, instant))
        return replace(one, recorded_at=min(one.recorded_at, instant), withdrawn=withdrawn)

    return replace(
        history,
        observations={owed: tuple(map(seen, several)) for owed, several in history.observations.items()},
        decisions={owed: tuple(map(made, several)) for owed, several in history.decisions.items()},
        board_tasks=tuple(replace(one, recorded_at=min(one.recorded_at, instant)) for one in history.board_tasks),
        inherited={
            owed: tuple(made(one) if isinstance(one, Decision) else seen(one) for one in several)
            for owed, several in history.inherited.items()
        },
    )


def with_withdrawals(decisions: Iterable[Decision], withdrawals: Iterable[Withdrawal]) -> Iterator[Decision]:
    """Yield decisions, each with its withdrawal where it has one."""
    withdrawn = {(one.number, one.unit, one.form): one for one in withdrawals}
    for one in decisions:
        taken_back = withdrawn.get((one.number, one.unit, one.form))
        yield one if taken_back is None else replace(one, withdrawn=taken_back)


def _grouped(records: Iterable[Record]) -> dict[Owed, tuple[Record, ...]]:
    groups: dict[Owed, list[Record]] = {}
    for record in records:
        groups.setdefault((record.unit, record.form), []).append(record)
    return {owed: tuple(members) for owed, members in groups.items()}
