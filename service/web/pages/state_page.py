"""The state of the installation: backups taken, checked and restored; what the doctor finds, with a remedy."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import flask
import werkzeug

from service import clock as clocks
from service import data_folder, jobs
from service.domain.roles import may_decide
from service.errors import UnknownNameError
from service.jobs import JobKind
from service.operations.backup import restoring, taking, verifying
from service.operations.backup.archive import megabytes
from service.operations.backup.taking import Extras
from service.operations.doctor.examination import examine
from service.operations.doctor.findings import Finding, State
from service.web import current, queries
from service.web.pages import dashboard_content, job_view, runs_page
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.wording import message

FOLDER = "backups"  # in the data folder
ZIP = "application/zip"
_NAME = re.compile(r"tonghop-[\w-]{1,100}\.zip")
# which button helps where a finding says this
_REMEDIES = {
    "doctor.not_provisioned": "provision",
    "doctor.tabs_missing": "provision",
    "doctor.declaration_differs": "provision",
    "drift.to_mend": "provision",
    "doctor.waiting_for": "run",
    "doctor.no_run": "run",
    "doctor.run_failed": "run",
}

state = flask.Blueprint("state", __name__, url_prefix="/state")


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One line of the doctor's."""

    subject: str
    state: str
    text: str
    remedy: str  # provision | run; blank: a person must


@dataclass(frozen=True, slots=True)
class BackupLine:
    """A backup on this machine."""

    name: str
    at: str
    size: str


@state.get("")
@signed_in(may_decide)
def index() -> flask.Response:
    """Show backups, findings and the machinery."""
    words, workspace = current.words(), current.workspace()
    views = {kind.value: job_view.last_job(workspace, kind) for kind in JobKind}
    page = flask.render_template(
        "state.html",
        campaign=workspace.campaign,
        views=views,
        findings=_findings(views[JobKind.DOCTOR.value], words),
        backups=_backups(workspace, words),
        folder=str(_folder(workspace)),
        said={kind: _said(view, words) for kind, view in views.items()},
        signs=runs_page.signs(workspace, words),
    )
    response = flask.make_response(page)
    if any(view is not None and view.runs for kind, view in views.items() if kind not in ("plan", "provision")):
        response.headers["Refresh"] = "3"
    return response


@state.post("/examination")
@signed_in(may_decide)
def examine_now() -> werkzeug.Response:
    """Have everything examined; nothing is changed."""
    settings = current.settings()

    def work(workspace: Workspace) -> Mapping[str, object]:
        found = [_kept(one) for one in examine(settings, clocks.system, workspace.progress)]
        return {"findings": found}

    return _start(JobKind.DOCTOR, work, "doctor")


@state.post("/runs")
@signed_in(may_decide)
def run_now() -> werkzeug.Response:
    """Ask for a run that reads every tab again."""
    current.workspace().ask_for_sweep()
    flask.flash(current.words()("state.run_asked"))
    return flask.redirect(flask.url_for("state.index"), HTTPStatus.SEE_OTHER)


@state.post("/backups")
@signed_in(may_decide)
def take() -> werkzeug.Response:
    """Take a backup, checked at once where that is asked for."""
    settings = current.settings()
    verified = flask.request.form.get("verified") == "1"

    def work(workspace: Workspace) -> Mapping[str, object]:
        folder = _folder(workspace)
        folder.mkdir(mode=0o700, exist_ok=True)
        taken = taking.take(settings, folder, Extras(verified=verified), clocks.system, workspace.progress)
        facts = taken.manifest.rows.get("facts", 0)
        key = "state.taken_verified" if taken.verified else "state.taken"
        return {"lines": [message(key, name=taken.path.name, size=megabytes(taken.size), facts=facts).kept()]}

    return _start(JobKind.BACKUP, work, "backups")


@state.get("/backups/<name>")
@signed_in(may_decide)
def download(name: str) -> flask.Response:
    """Answer a backup as a file."""
    path = _backup(name)
    return flask.send_file(path, mimetype=ZIP, as_attachment=True, download_name=path.name)


@state.post("/backups/<name>/verification")
@signed_in(may_decide)
def verify(name: str) -> werkzeug.Response:
    """Restore a backup into a folder that is thrown away, and compare."""
    settings, path = current.settings(), _backup(name)

    def work(workspace: Workspace) -> Mapping[str, object]:
        with tempfile.TemporaryDirectory(dir=_folder(workspace)) as scratch:
            found = verifying.verify(settings, path, Path(scratch) / "thu")
        said = message("state.verified", name=path.name, rows=found.rows, facts=found.facts)
        return {"lines": [said.kept()]}

    return _start(JobKind.VERIFY, work, "backups")


@state.post("/backups/<name>/restoration")
@signed_in(may_decide)
def restore(name: str) -> werkzeug.Response | str:
    """Ask twice, then restore a backup into a new folder beside this one: what runs here is not touched."""
    settings, path, words = current.settings(), _backup(name), current.words()
    sure = queries.one_of(flask.request.form.get("sure", ""), ("1", "2"))
    if sure != "2":
        return flask.render_template(
            "question.html",
            campaign=current.workspace().campaign,
            title=words("state.restore_title", name=path.name),
            says=words("state.restore_says_again" if sure else "state.restore_says", name=path.name),
            action=flask.url_for("state.restore", name=path.name),
            fields={"sure": "2" if sure else "1"},
            back=flask.url_for("state.index"),
        )
    stamp = clocks.system().astimezone(UTC).strftime("%Y%m%d-%H%M%S")
    target = settings.data_dir.absolute().with_name(f"{settings.data_dir.absolute().name}-khoi-phuc-{stamp}")
    elsewhere = replace(settings, data_dir=target, database_url="")

    def work(workspace: Workspace) -> Mapping[str, object]:
        restored = restoring.restore(elsewhere, path, workspace.progress)
        facts = restored.manifest.rows.get("facts", 0)
        return {"lines": [message("state.restored", folder=str(target), facts=facts).kept()]}

    return _start(JobKind.RESTORE, work, "backups")


def _start(kind: JobKind, work: Callable[[Workspace], Mapping[str, object]], anchor: str) -> werkzeug.Response:
    workspace = replace(current.workspace(), actor=identity.require().email)
    if jobs.start(workspace, kind, work) is None:
        flask.flash(current.words()("jobs.busy"))
    return flask.redirect(flask.url_for("state.index", _anchor=anchor), HTTPStatus.SEE_OTHER)


def _kept(found: Finding) -> dict[str, str]:
    return {
        "subject": found.subject.kept(),
        "state": found.state.value,
        "text": found.message.kept(),
        "remedy": "" if found.state is State.OK else _REMEDIES.get(found.message.key, ""),
    }


def _findings(view: job_view.JobView | None, words: Words) -> list[FindingLine]:
    """Return the doctor's lines, those that need a person first."""
    kept = view.report.get("findings") if view is not None else None
    found = [
        FindingLine(words.kept(one["subject"]), one["state"], words.kept(one["text"]), one["remedy"])
        for one in (kept if isinstance(kept, list) else [])
    ]
    order = [State.FAILED.value, State.ATTENTION.value, State.OK.value]
    return sorted(found, key=lambda one: order.index(one.state))


def _said(view: job_view.JobView | None, words: Words) -> list[str]:
    lines = view.report.get("lines") if view is not None else None
    return [words.kept(str(line)) for line in lines] if isinstance(lines, list) else []


def _folder(workspace: Workspace) -> Path:
    return data_folder.data_folder(workspace.settings) / FOLDER


def _files(workspace: Workspace) -> list[Path]:
    folder = _folder(workspace)
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted((path for path in found if path.is_file() and _NAME.fullmatch(path.name)), reverse=True)


def _backups(workspace: Workspace, words: Words) -> list[BackupLine]:
    lines = []
    for path in _files(workspace):
        stat = path.stat()
        at = datetime.fromtimestamp(stat.st_mtime, workspace.campaign.zone)
        shown = words.instant(dashboard_content.minute(at), workspace.campaign.zone)
        lines.append(BackupLine(path.name, shown, megabytes(stat.st_size).text(words.language)))
    return lines


def _backup(name: str) -> Path:
    """Return the file a name means, of those there are; UnknownNameError for any other."""
    for path in _files(current.workspace()):
        if path.name == name:
            return path
    raise UnknownNameError(message("state.no_backup", name=name[:100]))
