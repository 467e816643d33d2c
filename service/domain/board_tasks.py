"""The state of the board's own tasks (1.1–1.8) at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.decisions import BoardTaskDone
from service.domain.standing_labels import label_of
from sheets_schema.campaign import BoardTask, Campaign
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import Language, Message, message


class TaskState(StrEnum):
    """Whether a task is done; overdue is open past its limit."""

    OPEN = "open"
    DONE = "done"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """One of the board's tasks with its state."""

    task: BoardTask
    state: TaskState
    done_on: date | None
    deciding: BoardTaskDone | None

    def label_in(self, language: Language) -> str:
        """Return the state's words."""
        return label_of(self.state, language)


def board_tasks_at(now: datetime, campaign: Campaign, records: Iterable[BoardTaskDone]) -> tuple[TaskStanding, ...]:
    """Return every task of the board in the plan's order; of each, the record made last by then counts."""
    latest: dict[str, BoardTaskDone] = {}
    for record in sorted(records, key=lambda record: record.recorded_at):
        if record.recorded_at <= now:
            latest[record.code] = record
    return tuple(_standing(now, task, latest.get(task.code)) for task in campaign.board_tasks)


def refuse(done: BoardTaskDone, campaign: Campaign) -> tuple[Message, ...]:
    """Return every reason not to record a task's completion; none when it makes sense."""
    if done.code not in {task.code for task in campaign.board_tasks}:
        return (message("decisions.no_task", code=done.code),)
    if done.done_on is not None and done.done_on > done.recorded_at.astimezone(campaign.zone).date():
        return (message("decisions.done_in_future", day=format_day(done.done_on)),)
    return ()


def _standing(now: datetime, task: BoardTask, record: BoardTaskDone | None) -> TaskStanding:
    if record is not None and record.done_on is not None:
        return TaskStanding(task, TaskState.DONE, record.done_on, record)
    overdue = task.due_before is not None and now >= task.due_before
    return TaskStanding(task, TaskState.OVERDUE if overdue else TaskState.OPEN, None, record)
