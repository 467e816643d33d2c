"""The last runs: time, trigger, author, what they read and cost, what failed; and the state of the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import flask

from service.domain import deadlines
from service.domain.roles import may_decide, may_see_board
from service.domain.written_numbers import in_marks
from service.facts.records import Run
from service.jobs import JobKind
from service.web import current, queries
from service.web.machines import health
from service.web.pages import dashboard_content, job_view
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.workspace import Workspace

A_PAGE = 30
LONGEST_ERROR = 2000
BY_ITSELF = "worker"  # how runs that no one asked for are recorded
ASKED = "asked"  # by a person on a page
_TRIGGERS = ("hook", "sweep", "decision", "command", "demo", ASKED)

runs = flask.Blueprint("runs", __name__)


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run as the page shows it."""

    id: int
    state: str  # good | failed | open
    started: str
    seconds: str
    trigger: str
    actor: str
    calls: str
    rows: tuple[int, int, int, int] | None  # in, out, rejected, skipped
    adds_up: bool
    changed: bool
    said: tuple[str, ...]  # error and notices


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing about the machinery: what it is, how it is, whether that is grave."""

    title: str
    text: str
    grave: bool = False


@runs.get("/runs")
@signed_in(may_see_board)
def index() -> flask.Response:
    """Show one page of runs, newest first, and the one that was asked for here."""
    workspace, words = current.workspace(), current.words()
    before = queries.read_number(flask.request.args.get("before", ""))
    found = workspace.store.runs.last(workspace.campaign.key, A_PAGE + 1, before)
    shown = found[:A_PAGE]
    asked = job_view.last_job(workspace, JobKind.RUN)
    page = flask.render_template(
        "runs.html",
        asked=asked,
        asked_lines=job_view.said(asked, words),
        may_run=may_decide(identity.require().role),
        campaign=workspace.campaign,
        runs=[_line(run, workspace, words) for run in shown],
        older=shown[-1].id if len(found) > A_PAGE else None,
        before=before,
        signs=signs(workspace, words),
        totals=workspace.store.runs.totals(workspace.campaign.key),
    )
    response = flask.make_response(page)
    if asked is not None and asked.runs:
        job_view.look_again(response)
    return response


def _line(run: Run, workspace: Workspace, words: Words) -> RunLine:
    report: Mapping[str, object] = run.report or {}
    rows = _rows(report)
    notices = report.get("notices")
    said = [run.error or "", *(notices if isinstance(notices, list) else ())]
    return RunLine(
        id=run.id,
        state="open" if run.finished_at is None else "failed" if run.error else "good",
        started=words.instant(_second(run.started_at), workspace.campaign.zone),
        seconds=_seconds(report.get("seconds")),
        trigger=words(f"trigger_{run.trigger}") if run.trigger in _TRIGGERS else run.trigger,
        actor=words("by_itself") if run.actor == BY_ITSELF else run.actor,
        calls=_calls(report, words),
        rows=rows,
        adds_up=rows is not None and rows[0] == sum(rows[1:]),
        changed=report.get("changed") is True,
        said=tuple(dict.fromkeys(words.kept(str(text))[:LONGEST_ERROR] for text in said if text)),
    )


def _rows(report: Mapping[str, object]) -> tuple[int, int, int, int] | None:
    counts = [report.get(name) for name in ("rows_in", "rows_out", "rows_rejected", "rows_skipped")]
    rows = [count for count in counts if isinstance(count, int)]
    return (rows[0], rows[1], rows[2], rows[3]) if len(rows) == len(counts) else None


def _calls(report: Mapping[str, object], words: Words) -> str:
    if "read_calls" not in report:
        return ""
    said = words("calls", reads=report["read_calls"], writes=report.get("write_calls", 0))
    retries = report.get("retries")
    return f"{said}, {words('retried', count=retries)}" if retries else said


def _seconds(value: object) -> str:
    return in_marks(f"{value:.1f}", current.words().language) if isinstance(value, (int, float)) else ""


def _second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def signs(workspace: Workspace, words: Words) -> tuple[Sign, ...]:
    """Return how the machinery is doing: worker, work waiting, last good run, next looks."""
    return (
        _worker(workspace, words),
        *_work(workspace, words),
        Sign(words("next_limit"), _next_limit(workspace) or words("no_more_limits")),
    )


def _worker(workspace: Workspace, words: Words) -> Sign:
    living = health.living_workers(workspace)
    if living:
        return Sign(words("worker"), words("worker_alive_since", at=_real(living[0].seen_at, workspace)))
    beats = workspace.store.work.workers(workspace.lease_clock())
    heard = words("worker_last_heard", at=_real(beats[0].seen_at, workspace)) if beats else ""
    return Sign(words("worker"), f"{words('worker_dead')} {heard}".strip(), grave=True)


def _work(workspace: Workspace, words: Words) -> tuple[Sign, ...]:
    state = workspace.store.work.state(workspace.campaign.key)
    if state is None:
        return (Sign(words("dirty_since"), words("clean")),)
    dirty = state.dirty_since
    found = [Sign(words("dirty_since"), _real(dirty, workspace) if dirty else words("clean"))]
    if state.owner and state.lease_until and state.lease_until > workspace.lease_clock():
        found.append(Sign(words("running_now"), state.owner))
    if state.error and state.failed_at:
        failed_at, reason = _real(state.failed_at, workspace), words.kept(state.error)
        text = words("failed_times", at=failed_at, count=state.attempts, error=reason)
        found.append(Sign(words("last_failure"), text, grave=True))
    if state.finished_at:
        found.append(Sign(words("last_good_run"), _real(state.finished_at, workspace)))
    due = state.due_at or (state.finished_at and state.finished_at + _sweep_every(workspace))
    if due:
        found.append(Sign(words("next_sweep"), _real(due, workspace)))
    return tuple(found)


def _sweep_every(workspace: Workspace) -> timedelta:
    return timedelta(seconds=workspace.settings.sweep_seconds)


def _next_limit(workspace: Workspace) -> str:
    """Return the next limit at which everything is looked at, by the campaign's clock."""
    campaign = workspace.campaign
    instants = deadlines.limit_instants(campaign, workspace.store.facts.decisions(campaign.key))
    coming = next((instant for instant in instants if instant > workspace.clock()), None)
    return current.words().instant(coming, campaign.zone) if coming else ""


def _real(instant: datetime, workspace: Workspace) -> str:
    """Return an instant of the machine's own clock in words."""
    return current.words().instant(dashboard_content.minute(instant), workspace.campaign.zone)
