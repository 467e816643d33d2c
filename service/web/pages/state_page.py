"""The state of the installation: backups taken, checked and restored; what the doctor finds, with a remedy."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import flask
import werkzeug

from service import clock as clocks
from service import data_folder, grants, jobs, wiring, workflows
from service.domain.roles import Role, may_decide
from service.errors import BackupError, SeasonRefusedError, UnknownNameError
from service.jobs import JobKind
from service.operations.backup import in_place, taking, verifying
from service.operations.backup.archive import megabytes
from service.operations.backup.taking import Extras
from service.operations.doctor.examination import examine
from service.operations.doctor.findings import Finding, State
from service.seasons import public_address
from service.settings import PREFIX, Settings
from service.sheets.components import Component
from service.web import current, queries
from service.web.pages import dashboard_content, job_view, question, runs_page
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.web.typed_texts import typed_text
from service.workspace import Workspace
from sheets_schema.wording import message

LARGEST_BODY = 15 * 1024 * 1024
KEEP = ("7", "14", "30")  # backups
REOPENED_AFTER = 15  # seconds
LONGEST_ADDRESS = 300
LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
ZIP = "application/zip"
ELSEWHERE = frozenset({JobKind.PLAN, JobKind.PROVISION, JobKind.EXPORT, JobKind.CLOSE})  # on pages of their own
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

    @property
    def is_setting(self) -> bool:
        """Return True if it is about a setting, which the person who runs the machine changes."""
        return self.subject.startswith(PREFIX)

    @property
    def is_for_machine(self) -> bool:
        """Return True if no clerk needs it: a setting that is as it should be."""
        return self.is_setting and self.state == State.OK.value


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
    return _page("")


def _page(fault: str = "", address_fault: str = "", address: str = "") -> flask.Response:
    words, workspace = current.words(), current.workspace()
    views = {kind.value: job_view.last_job(workspace, kind) for kind in JobKind}
    page = flask.render_template(
        "state.html",
        campaign=workspace.campaign,
        fault=fault,
        prepared=_prepared(workspace),
        lack=lack.text(words.language) if (lack := in_place.lack(current.settings())) else "",
        keep=KEEP,
        megabytes=LARGEST_BODY // 2**20,
        views=views,
        findings=_findings(views[JobKind.DOCTOR.value], words),
        backups=_backups(workspace, words),
        folder=str(_folder(workspace)),
        said={kind: job_view.said(view, words) for kind, view in views.items()},
        signs=runs_page.signs(workspace, words),
        **_address(address_fault, address),
    )
    response = flask.make_response(page)
    if any(view is not None and view.runs for kind, view in views.items() if kind not in ELSEWHERE):
        job_view.look_again(response)
    return response


def _address(fault: str, typed: str) -> dict[str, object]:
    settings, words = current.main().settings, current.words()
    made = public_address.changes(settings)
    return {
        "address": settings.public_url,
        "address_typed": typed or public_address.waiting(settings) or settings.public_url,
        "address_fault": fault,
        "address_waiting": public_address.waiting(settings),
        "address_elsewhere": public_address.is_set_elsewhere(settings),
        "address_changes": [
            (words.instant(dashboard_content.minute(datetime.fromisoformat(one.at)), current.main().campaign.zone), one)
            for one in reversed(made[-5:])
        ],
    }


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
    """Read every tab again, in the background, and show how it goes and what came of it."""
    here = wiring.for_component(current.workspace(), Component.CONSOLIDATE)
    if jobs.start(replace(here, actor=identity.require().email), JobKind.RUN, _consolidate) is None:
        flask.flash(current.words()("jobs.busy"))
    return flask.redirect(flask.url_for("runs.index", _anchor="now"), HTTPStatus.SEE_OTHER)


def _consolidate(workspace: Workspace) -> Mapping[str, object]:
    workspace.progress(message("state.run_reading"))
    report = workflows.consolidate(workspace, trigger=runs_page.ASKED)
    tally = report.tally
    rows = {
        "read": tally.rows_in,
        "out": tally.rows_out,
        "rejected": tally.rows_rejected,
        "skipped": tally.rows_skipped,
    }
    changed = message("state.run_changed" if report.changed else "state.run_unchanged")
    said = (message("state.run_done", count=report.workbooks, **rows), changed, *report.notices)
    return {"lines": [one.kept() for one in said]}


@state.post("/address")
@signed_in(may_decide)
def change_address() -> werkzeug.Response | tuple[flask.Response, int] | str:
    """Show what another address changes and ask once more; then keep it and have the program start with it."""
    settings, words = current.main().settings, current.words()
    typed = typed_text("address", LONGEST_ADDRESS).strip()
    try:
        address = public_address.checked(typed)
        if not question.is_sure():
            return _ask_for_address(address)
        public_address.change(settings, address, identity.require().email, clocks.system())
    except SeasonRefusedError as refused:
        return _page(address_fault=refused.text(words.language), address=typed), HTTPStatus.UNPROCESSABLE_ENTITY
    flask.flash(words("state.address_changed", address=address))
    return flask.redirect(flask.url_for("state.index", _anchor="address"), HTTPStatus.SEE_OTHER)


def _ask_for_address(address: str) -> str:
    words, before = current.words(), current.main().settings.public_url
    says = [words("state.address_says", before=before, after=address)]
    moved_path = urlsplit(address).path.rstrip("/") != urlsplit(before).path.rstrip("/")
    if moved_path or urlsplit(address).scheme != urlsplit(before).scheme:
        says.append(words("state.address_sign_in"))
    if urlsplit(address).hostname in LOCAL_NAMES:
        says.append(words("state.address_local"))
    title = words("state.address_title", address=address)
    return question.ask(title, " ".join(says), {"address": address}, flask.url_for("state.index", _anchor="address"))


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
    # a folder that is named from where the service runs: Flask would look for it beside its own files
    return flask.send_file(path.absolute(), mimetype=ZIP, as_attachment=True, download_name=path.name)


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


@state.post("/uploads")
@signed_in(may_decide, largest_body=LARGEST_BODY)
def upload() -> werkzeug.Response | tuple[flask.Response, int]:
    """Take a backup that is brought: kept beside the others when it is one, and can be restored here."""
    workspace, words = current.workspace(), current.words()
    sent = flask.request.files.get("file")
    stamp = clocks.system().astimezone(workspace.campaign.zone).strftime("%Y%m%d-%H%M%S")
    folder = _folder(workspace)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"tonghop-{workspace.campaign.key}-tai-len-{stamp}.zip"
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        brought = Path(scratch) / "brought.zip"
        brought.write_bytes(sent.stream.read(LARGEST_BODY) if sent is not None else b"")
        try:
            manifest = in_place.accepted(current.settings(), brought)
        except BackupError as refused:
            return _page(refused.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
        brought.rename(path)
    at = words.instant(dashboard_content.minute(manifest.created_at), workspace.campaign.zone)
    flask.flash(words("state.uploaded", name=path.name, at=at, facts=manifest.rows.get("facts", 0)))
    return flask.redirect(flask.url_for("state.index", _anchor="backups"), HTTPStatus.SEE_OTHER)


@state.post("/backups/<name>/deletion")
@signed_in(may_decide)
def delete(name: str) -> werkzeug.Response | str | tuple[flask.Response, int]:
    """Ask once more, then delete a backup."""
    path, words = _backup(name), current.words()
    if not question.is_sure():
        says = words("state.delete_says", name=name)
        if len(_files(current.workspace())) == 1:
            says = f"{says} {words('state.delete_last')}"
        return question.ask(words("state.delete_title"), says, {}, flask.url_for("state.index"))
    try:
        taking.delete(path)
    except BackupError as refused:
        return _page(refused.text(words.language)), HTTPStatus.INTERNAL_SERVER_ERROR
    flask.flash(words("state.deleted", name=name))
    return flask.redirect(flask.url_for("state.index", _anchor="backups"), HTTPStatus.SEE_OTHER)


@state.post("/backups/old")
@signed_in(may_decide)
def delete_old() -> werkzeug.Response | str:
    """Ask once more, then delete all but the newest backups taken here, as `backup --keep` does."""
    words, workspace = current.words(), current.workspace()
    keep = int(queries.one_of(flask.request.form.get("keep", ""), KEEP) or KEEP[0])
    if not question.is_sure():
        says = words("state.keep_says", count=keep)
        fields = {"keep": str(keep)}
        return question.ask(words("state.keep_title"), says, fields, flask.url_for("state.index"))
    folder = _folder(workspace)
    if folder.is_dir():
        # named by the machine's clock, in a rehearsal too
        pruned = taking.keep_newest(folder, workspace.campaign, keep, clocks.system())
        flask.flash(words("state.kept_newest", count=len(pruned.gone)))
        if pruned.notice is not None:
            flask.flash(pruned.notice.text(words.language))
    return flask.redirect(flask.url_for("state.index", _anchor="backups"), HTTPStatus.SEE_OTHER)


@state.post("/backups/<name>/restoration")
@signed_in(may_decide)
def restore(name: str) -> werkzeug.Response | str:
    """Ask once more, then take a backup of what is here and restore the other beside it: nothing in use is touched."""
    settings, path, words = current.settings(), _backup(name), current.words()
    if not question.is_sure():
        says = words("state.restore_says", name=path.name)
        return question.ask(words("state.restore_title", name=path.name), says, {}, flask.url_for("state.index"))

    def work(workspace: Workspace) -> Mapping[str, object]:
        done = in_place.prepare(settings, path, clocks.system, workspace.progress)
        facts = done.manifest.rows.get("facts", 0)
        said = message("state.restored", folder=str(done.folder), facts=facts, kept=done.kept.name)
        about = {"folder": done.folder.name, "kept": done.kept.name, "name": path.name, "facts": facts}
        return {"lines": [said.kept()], "at": done.manifest.created_at.isoformat(), **about}

    return _start(JobKind.RESTORE, work, "backups")


@state.post("/replacement")
@signed_in(may_decide)
def replace_data() -> flask.Response | tuple[flask.Response, int] | str:
    """Ask once more, then have the restored folder put in the place of the one in use."""
    workspace, settings, words = current.workspace(), current.settings(), current.words()
    waiting = _prepared(workspace)
    why = in_place.lack(settings)
    if waiting is None or why is not None:
        said = why.text(words.language) if why is not None else words("state.nothing_prepared")
        return _page(said), HTTPStatus.UNPROCESSABLE_ENTITY
    if not question.is_sure():
        now = sum(workspace.store.facts.count(workspace.campaign.key).values())
        says = words("state.replace_says", now=now, **waiting.words)
        return question.ask(words("state.replace_title"), says, {}, flask.url_for("state.index"))
    who = identity.require().email
    link = _enter_after(in_place.at(settings, waiting.folder), who, waiting)
    aside = in_place.order(settings, waiting.folder, clocks.system())
    page = flask.render_template("replaced.html", campaign=workspace.campaign, link=link, aside=str(aside))
    response = flask.make_response(page)
    response.headers["Refresh"] = f"{REOPENED_AFTER}; url={flask.url_for('state.index')}"
    response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True, slots=True)
class PreparedShown:
    """A restored folder that waits to be put in place, and what is said of it."""

    folder: Path
    words: Mapping[str, str | int]


def _prepared(workspace: Workspace) -> PreparedShown | None:
    """Return what the last restoration made; None where there is none, or it has been put in its place."""
    view = job_view.last_job(workspace, JobKind.RESTORE)
    if view is None or view.state != "ended" or not isinstance(view.report.get("folder"), str):
        return None
    folder = workspace.settings.data_dir.resolve().with_name(Path(str(view.report["folder"])).name)
    if not folder.is_dir() or in_place.is_ordered(workspace.settings):
        return None
    at = datetime.fromisoformat(str(view.report["at"]))
    shown = current.words().instant(dashboard_content.minute(at), workspace.campaign.zone)
    about = {name: str(view.report[name]) for name in ("name", "kept", "facts")}
    return PreparedShown(folder, {**about, "at": shown})


def _enter_after(settings: Settings, who: str, waiting: PreparedShown) -> str:
    """Let the operator into what was restored, and put on record there where it is from; return the link's path."""
    with wiring.open_workspace(settings, clocks.system, component=Component.WEB, actor=who, begins=False) as restored:
        store, key, now = restored.store, restored.campaign.key, clocks.system()
        taken = store.jobs.last(key, JobKind.BACKUP)
        if taken is not None and taken.finished_at is None:
            store.jobs.finish(taken.id, now, {})  # the very one that took this backup
        number = store.jobs.start(key, JobKind.RESTORE, who, now)
        said = message("state.replaced", name=waiting.words["name"], kept=waiting.words["kept"])
        store.jobs.finish(number, now, {"lines": [said.kept()]})
        invitation = grants.go_on(restored, identity.session_id(), who, Role.OPERATOR)
    return flask.url_for("sign_in.link", token=invitation.token)


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


def _folder(workspace: Workspace) -> Path:
    return data_folder.data_folder(workspace.settings) / in_place.FOLDER


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
