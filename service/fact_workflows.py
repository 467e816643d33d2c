"""The use cases that need the facts alone: where units are, why, and what people decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.domain import board_tasks, explanation
from service.domain.decisions import BoardTaskDone, Decision, refuse
from service.domain.explanation import Explanation
from service.domain.standings import Standing, context_of, standing_at, standings_at
from service.errors import DecisionRefusedError
from service.workspace import Workspace
from sheets_schema.wording import joined


def standings(workspace: Workspace, at: datetime, forms: Sequence[str]) -> tuple[Standing, ...]:
    """Return every unit's standing at an instant, from what was known then, form by form in the plan's order."""
    found = standings_at(at, workspace.campaign, workspace.store.facts.history(workspace.campaign.key, until=at))
    return tuple(standing for form in forms for standing in found if standing.form == form)


def explain(workspace: Workspace, unit: str, form: str, at: datetime) -> Explanation:
    """Explain a unit's standing with one form."""
    history = workspace.store.facts.history(workspace.campaign.key, until=at, unit=unit)
    records = (history.observations_of(unit, form), history.decisions_of(unit, form))
    standing = standing_at(at, workspace.campaign, unit, form, *records)
    return explanation.explain(standing, workspace.campaign, *records, at)


def decide(workspace: Workspace, decision: Decision) -> Standing:
    """Record a decision and return the unit's standing after it; DecisionRefusedError when it makes no sense."""
    campaign, store = workspace.campaign, workspace.store
    now = decision.recorded_at
    history = store.facts.history(campaign.key, until=now, unit=decision.unit)
    owed = (decision.unit, decision.form)
    records = (history.observations_of(*owed), history.decisions_of(*owed))
    before = standing_at(now, campaign, *owed, *records)
    faults = refuse(decision, context_of(before, now))
    if faults:
        raise DecisionRefusedError(joined(faults))
    store.facts.record_decision(campaign.key, decision)
    workspace.ask_for_run()
    return standing_at(now, campaign, *owed, records[0], (*records[1], decision))


def finish_board_task(workspace: Workspace, done: BoardTaskDone) -> None:
    """Record that one of the board's own tasks is done; DecisionRefusedError when it makes no sense."""
    faults = board_tasks.refuse(done, workspace.campaign)
    if faults:
        raise DecisionRefusedError(joined(faults))
    workspace.store.facts.record_board_task(workspace.campaign.key, done)
    workspace.ask_for_run()
