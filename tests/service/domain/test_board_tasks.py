"""The board's own tasks."""

from __future__ import annotations

from datetime import date

import pytest

from service.domain.board_tasks import TaskState, board_tasks_at, refuse
from service.domain.decisions import BoardTaskDone
from sheets_schema.wording import Language


def done(local, code, at, day=4):
    return BoardTaskDone(code, day and date(2023, 11, day), local(at), "Chị Hoa")


@pytest.mark.parametrize(
    ("now", "states"),
    [
        ("2023-11-03 00:00", [TaskState.OPEN, TaskState.OPEN]),
        ("2023-11-04 23:59:59", [TaskState.DONE, TaskState.OPEN]),
        ("2023-11-05 00:00", [TaskState.DONE, TaskState.OVERDUE]),
        ("2023-11-06 08:00", [TaskState.DONE, TaskState.DONE]),
        ("2023-11-07 08:00", [TaskState.OPEN, TaskState.DONE]),
    ],
)
def test_board_tasks_as_they_were_known(season, local, now, states):
    records = [
        done(local, "1.1", "2023-11-07 08:00", day=None),  # open again
        done(local, "1.1", "2023-11-04 08:00"),
        done(local, "1.8", "2023-11-06 08:00"),
        done(local, "9.9", "2023-11-01 08:00"),
    ]

    standings = board_tasks_at(local(now), season.campaign, records)

    assert [standing.task.code for standing in standings] == ["1.1", "1.8"]
    assert [standing.state for standing in standings] == states


def test_done_task_says_when_and_how(season, local):
    record = done(local, "1.8", "2023-11-04 08:00")

    standing = board_tasks_at(local("2023-11-06 00:00"), season.campaign, [record])[1]

    assert (standing.done_on, standing.deciding) == (date(2023, 11, 4), record)
    assert (standing.label_in(Language.VIETNAMESE), standing.label_in(Language.ENGLISH)) == ("Đã hoàn thành", "Done")


@pytest.mark.parametrize(
    ("code", "day", "at", "faults"),
    [
        ("1.8", 4, "2023-11-04 00:00", 0),
        ("1.8", 4, "2023-11-05 08:00", 0),
        ("1.8", None, "2023-11-01 08:00", 0),
        ("1.8", 4, "2023-11-03 23:59:59", 1),
        ("9.9", 4, "2023-11-05 08:00", 1),
        ("", 4, "2023-11-05 08:00", 1),
    ],
)
def test_refuse_what_is_still_to_come_and_no_task(season, local, code, day, at, faults):
    assert len(refuse(done(local, code, at, day), season.campaign)) == faults
