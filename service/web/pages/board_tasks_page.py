"""The board's own tasks: their state, and the form to record that one is done or open again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

import flask
import werkzeug

from service import workflows
from service.domain.board_tasks import TaskStanding, TaskState, board_tasks_at
from service.domain.decisions import BoardTaskDone
from service.domain.roles import may_decide, may_see_board
from service.domain.typed_instants import UnreadableInstantError, read_day
from service.domain.typed_lines import LONGEST_DOCUMENT, LONGEST_REASON, read_document, read_note
from service.errors import DecisionRefusedError, UnknownNameError
from service.web import current
from service.web.pages import dashboard_content
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import BoardTask
from sheets_schema.vietnamese.dates import format_day
from sheets_schema.wording import message

board_tasks = flask.Blueprint("board_tasks", __name__, url_prefix="/board-tasks")


@dataclass(frozen=True, slots=True)
class TypedTask:
    """A form as it was typed, and what speaks against it."""

    code: str = ""
    done_on: str = ""
    reason: str = ""
    document: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as the page shows it."""

    task: BoardTask
    state: TaskState
    label: str
    last_day: str
    done_on: str
    said: str  # the author, the time, on what authority
    typed: TypedTask


@board_tasks.get("")
@signed_in(may_see_board)
def index() -> str:
    """Show the tasks, now or at any past instant."""
    return _shown(flask.request.args.get("as_of", ""), TypedTask())


@board_tasks.post("/<task_code>")
@signed_in(may_decide)
def mark(task_code: str) -> werkzeug.Response | tuple[str, int]:
    """Record that a task was done, or is open again."""
    workspace, words = current.workspace(), current.words()
    if task_code not in {task.code for task in workspace.campaign.board_tasks}:
        raise UnknownNameError(message("web.no_page"))
    posted = flask.request.form
    typed = TypedTask(
        task_code,
        posted.get("done_on", "")[:60],
        posted.get("reason", "")[: 2 * LONGEST_REASON],
        posted.get("document", "")[: 2 * LONGEST_DOCUMENT],
    )
    try:
        done = _read(typed, posted.get("reopen", "") == "1", workspace)
        workflows.finish_board_task(workspace, done)
    except DecisionRefusedError as refused:
        faulty = TypedTask(task_code, typed.done_on, typed.reason, typed.document, refused.text(words.language))
        return _shown("", faulty), HTTPStatus.UNPROCESSABLE_ENTITY
    flask.flash(words("task_done" if done.done_on else "task_reopened", code=task_code))
    return flask.redirect(flask.url_for("board_tasks.index"), HTTPStatus.SEE_OTHER)


def _read(typed: TypedTask, reopen: bool, workspace: Workspace) -> BoardTaskDone:
    try:
        done_on = None if reopen or not typed.done_on.strip() else read_day(typed.done_on)
    except UnreadableInstantError as error:
        raise DecisionRefusedError(error.message) from error
    if done_on is None and not reopen:
        raise DecisionRefusedError(message("web.done_when"))
    return BoardTaskDone(
        code=typed.code,
        done_on=done_on,
        recorded_at=workspace.clock(),
        actor=identity.require().email,
        reason=read_note(typed.reason),
        document=read_document(typed.document),
    )


def _shown(moment: str, typed: TypedTask) -> str:
    words = current.words()
    as_of, workspace = current.as_of(moment)
    campaign = workspace.campaign
    at = as_of or workspace.clock()
    records = workspace.history(at).board_tasks
    standings = board_tasks_at(at, campaign, records)
    return flask.render_template(
        "board_tasks.html",
        campaign=campaign,
        at=dashboard_content.moment_words(workspace, as_of, at),
        tasks=[_line(standing, workspace, words, typed) for standing in standings],
        may_mark=as_of is None and may_decide(identity.require().role),
        today=at.astimezone(campaign.zone).date().isoformat(),
    )


def _line(standing: TaskStanding, workspace: Workspace, words: Words, typed: TypedTask) -> TaskLine:
    task, zone = standing.task, workspace.campaign.zone
    last = task.due_before.astimezone(zone) - timedelta(microseconds=1) if task.due_before else None
    return TaskLine(
        task=task,
        state=standing.state,
        label=standing.label_in(words.language),
        last_day=words("last_day", day=format_day(last.date())) if last else "",
        done_on=format_day(standing.done_on) if standing.done_on else "",
        said=_authority(standing.deciding, workspace, words),
        typed=typed if typed.code == task.code else TypedTask(task.code),
    )


def _authority(record: BoardTaskDone | None, workspace: Workspace, words: Words) -> str:
    if record is None:
        return ""
    at = words.instant(dashboard_content.minute(record.recorded_at), workspace.campaign.zone)
    parts = [words("recorded_by", who=record.actor, at=at)]
    parts += [words("note_said", text=record.reason)] if record.reason else []
    parts += [words("document_said", text=record.document)] if record.document else []
    return " ".join(parts)
