"""A job as a page shows it: under way, ended, failed, or cut off with its process. Knows no HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import flask

from service.facts.records import Job
from service.jobs import JobKind
from service.web import current
from service.web.texts import Words
from service.workspace import Workspace

_OF_QUERY = "%&=+:,-._~"
SECONDS = 3  # until a page with a job under way asks again


@dataclass(frozen=True, slots=True)
class JobView:
    """The newest job of a kind."""

    id: int
    state: str  # runs | ended | failed | cut_off
    says: str
    lines: tuple[str, ...]  # what was done so far
    report: Mapping[str, object]
    finished_at: datetime | None

    @property
    def runs(self) -> bool:
        """Return True if it is under way."""
        return self.state == "runs"


def last_job(workspace: Workspace, kind: JobKind) -> JobView | None:
    """Return the newest job of a kind, in words."""
    job = workspace.store.jobs.last(workspace.campaign.key, kind)
    return None if job is None else _view(workspace, job)


def look_again(response: flask.Response) -> flask.Response:
    """Have the browser ask for the page again soon.

    The address is named without the place on the page that a redirect led to: for an address with one, browsers take
    the page that they have.
    """
    request = flask.request
    asked = f"?{quote(request.query_string, safe=_OF_QUERY)}" if request.query_string else ""
    response.headers["Refresh"] = f"{SECONDS}; url={request.script_root}{quote(request.path)}{asked}"
    return response


def said(view: JobView | None, words: Words) -> list[str]:
    """Return the lines of what came of a job."""
    lines = view.report.get("lines") if view is not None else None
    return [words.kept(str(line)) for line in lines] if isinstance(lines, list) else []


def _view(workspace: Workspace, job: Job) -> JobView:
    words, zone = current.words(), workspace.campaign.zone

    def at(instant: datetime) -> str:
        return words.instant(instant.replace(second=0, microsecond=0), zone)

    if job.finished_at is None and job.runs(workspace.lease_clock()):
        state, says = "runs", words("jobs.since", who=job.asked_by, at=at(job.asked_at))
    elif job.finished_at is None:
        state, says = "cut_off", words("jobs.cut_off", at=at(job.asked_at))
    elif job.error is not None:
        state, says = "failed", words("jobs.failed", at=at(job.finished_at), error=words.kept(job.error))
    else:
        state, says = "ended", words("jobs.ended", at=at(job.finished_at), who=job.asked_by)
    lines = tuple(words.kept(line) for line in job.lines)
    return JobView(job.id, state, says, lines, job.report or {}, job.finished_at)
