"""What records changed since an instant; what days that pass change is no change."""

from __future__ import annotations

from datetime import timedelta

from service import workflows
from service.domain.decisions import Decision, DecisionKind

DAY = timedelta(days=1)


def changes(office, workspace):
    forms = [owed.form for owed in office.campaign.obligations]
    _, found = workflows.standings_and_changes(workspace, office.now, forms, office.now - DAY)
    return [(one.after.unit, one.before.limit.due_before < one.after.limit.due_before) for one in found]


def test_a_decision_is_a_change_for_a_day_and_passing_the_limit_is_none(office):
    extension = Decision(
        kind=DecisionKind.EXTEND,
        unit="S-CT",
        form="registration",
        recorded_at=office.at("2023-09-29 10:00").now,
        actor="phòng",
        reason="bão",
        document="5/CV",
        before=office.at("2023-10-10 00:00").now,
    )
    with office.workspace() as workspace:
        workspace.store.facts.record_decision(office.campaign.key, extension)
        after = [
            changes(office.at(moment), workspace)
            for moment in ("2023-09-29 09:00", "2023-09-29 18:00", "2023-10-01 09:00")
        ]

    assert after == [[], [("S-CT", True)], []]
