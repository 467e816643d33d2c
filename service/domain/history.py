"""What is known of a campaign, grouped by what each unit owes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from service.domain.decisions import BoardTaskDone, Decision
from service.domain.observations import Observation

Owed = tuple[str, str]  # unit and form
Record = TypeVar("Record", Observation, Decision)


@dataclass(frozen=True, slots=True)
class History:
    """Observations and decisions per unit and form, and the board's own tasks, each in the order recorded."""

    observations: Mapping[Owed, tuple[Observation, ...]] = field(default_factory=dict)
    decisions: Mapping[Owed, tuple[Decision, ...]] = field(default_factory=dict)
    board_tasks: tuple[BoardTaskDone, ...] = ()

    def observations_of(self, unit: str, form: str) -> tuple[Observation, ...]:
        """Return what was seen on one unit's tab."""
        return self.observations.get((unit, form), ())

    def decisions_of(self, unit: str, form: str) -> tuple[Decision, ...]:
        """Return what was decided on what one unit owes."""
        return self.decisions.get((unit, form), ())

    @property
    def all_decisions(self) -> tuple[Decision, ...]:
        """Return every decision, as the sweep at limits needs them."""
        return tuple(decision for decisions in self.decisions.values() for decision in decisions)


def group_history(
    observations: Iterable[Observation], decisions: Iterable[Decision], board_tasks: Iterable[BoardTaskDone] = ()
) -> History:
    """Group records by unit and form, keeping their order."""
    return History(_grouped(observations), _grouped(decisions), tuple(board_tasks))


def _grouped(records: Iterable[Record]) -> dict[Owed, tuple[Record, ...]]:
    groups: dict[Owed, list[Record]] = {}
    for record in records:
        groups.setdefault((record.unit, record.form), []).append(record)
    return {owed: tuple(members) for owed, members in groups.items()}
