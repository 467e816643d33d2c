"""Provisioning in the browser: the plan, then its progress by workbook, then the report; what differs, its remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

import flask
import werkzeug

from service import jobs, wiring, workflows
from service.domain.drift import DriftFinding
from service.domain.file_sources import FileSource
from service.domain.provisioning_report import ProvisionReport
from service.domain.roles import may_decide
from service.errors import ServiceError
from service.jobs import JobKind
from service.sheets.components import Component
from service.web import current, queries
from service.web.pages import job_view, question
from service.web.pages.job_view import JobView
from service.web.server.security_headers import POLICY
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.web.typed_texts import typed_text
from service.workbooks import campaign_files, way_trial
from service.workbooks.campaign_files import WorkbookPlace
from service.workspace import Workspace

MASTER = "master"

provisioning = flask.Blueprint("provisioning", __name__, url_prefix="/provision")


@dataclass(frozen=True, slots=True)
class DriftLine:
    """What differs from what was set up; laying `form` again puts it right, blank where a person must."""

    text: str
    form: str


@dataclass(frozen=True, slots=True)
class BookLine:
    """A spreadsheet the campaign has or needs."""

    title: str
    value: str  # how the form names it
    url: str  # blank: there is none yet


@dataclass(frozen=True, slots=True)
class TriedWay:
    """What came of trying one way of having files."""

    way: str
    said: str
    is_good: bool


@provisioning.get("")
@signed_in(may_decide)
def index() -> flask.Response:
    """Show the plan, what is under way and what came of it."""
    return _page()


@provisioning.post("/plan")
@signed_in(may_decide)
def plan() -> werkzeug.Response:
    """Look at the spreadsheets and plan; nothing is changed there."""
    return _start(JobKind.PLAN, lambda workspace: _provision(workspace, "", dry_run=True, recreate=False))


@provisioning.post("")
@signed_in(may_decide)
def start() -> werkzeug.Response | str:
    """Make what is missing and put right what differs; lost spreadsheets are made again after a second question.

    By a plan of before the declaration changed nothing is made: it is planned again.
    """
    posted = flask.request.form
    workspace = current.workspace()
    if posted.get("by_plan") == "1" and _is_outdated(job_view.last_job(workspace, JobKind.PLAN), workspace):
        flask.flash(current.words()("provision.planned_again"))
        return plan()
    form = queries.one_of(posted.get("form", ""), (owed.form for owed in workspace.campaign.obligations))
    recreate = posted.get("recreate") == "1"
    if recreate and not question.is_sure():
        title, says = (current.words()(f"provision.recreate_{part}") for part in ("title", "says"))
        return question.ask(title, says, {"recreate": "1", "form": form}, flask.url_for("provisioning.index"))
    return _start(JobKind.PROVISION, lambda here: _provision(here, form, dry_run=False, recreate=recreate))


@provisioning.post("/workbooks")
@signed_in(may_decide)
def bring() -> werkzeug.Response | tuple[flask.Response, int]:
    """Take a spreadsheet that a person made and shared with us."""
    posted, words = flask.request.form, current.words()
    here = _for_provisioning()
    keys = [owed.form for owed in here.campaign.obligations]
    key = queries.one_of(posted.get("place", ""), (*keys, MASTER))
    try:
        form = None if key in ("", MASTER) else here.campaign.form(key)
        brought = campaign_files.bring(here, form, typed_text("link", 2000), None, typed_text("group", 300))
    except ServiceError as refused:
        return _page(refused.message.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
    flask.flash(words("provision.brought", title=brought.title))
    for notice in brought.notices:
        flask.flash(notice.text(words.language))
    return flask.redirect(flask.url_for("provisioning.index"), HTTPStatus.SEE_OTHER)


@provisioning.post("/trials")
@signed_in(may_decide)
def try_way() -> flask.Response | tuple[flask.Response, int]:
    """Try one way of having files at Google, and no other; what stands against it is said with what to click."""
    posted, words = flask.request.form, current.words()
    way = FileSource(queries.one_of(posted.get("way", ""), FileSource) or FileSource.OWN)
    try:
        good = way_trial.try_way(_for_provisioning(), way, typed_text("link", 2000))
    except ServiceError as refused:
        said = f"{refused.message.text(words.language)} {words(f'provision.remedy_{way.value}')}"
        return _page(tried=TriedWay(way.value, said, is_good=False)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(tried=TriedWay(way.value, good.text(words.language), is_good=True))


def _start(kind: JobKind, work: Callable[[Workspace], Mapping[str, object]]) -> werkzeug.Response:
    if jobs.start(_for_provisioning(), kind, work) is None:
        flask.flash(current.words()("jobs.busy"))
    return flask.redirect(flask.url_for("provisioning.index"), HTTPStatus.SEE_OTHER)


def _for_provisioning() -> Workspace:
    here = wiring.for_component(current.workspace(), Component.PROVISION)
    return replace(here, actor=identity.require().email)


def _provision(workspace: Workspace, form: str, *, dry_run: bool, recreate: bool) -> dict[str, object]:
    forms = [form] if form else [owed.form for owed in workspace.campaign.obligations]
    by = _declaration(workspace)
    report = workflows.provision(workspace, forms, dry_run=dry_run, recreate=recreate)
    return {**_kept(report, _forms_by_title(workspace)), "declaration": by}


def _declaration(workspace: Workspace) -> str:
    """Return by which declaration a plan is made; blank while none is on record."""
    return workspace.store.declarations.last(workspace.campaign.key)


def _is_outdated(planned: JobView | None, workspace: Workspace) -> bool:
    """Return True if the declaration changed after a plan was made."""
    if planned is None or planned.state != "ended":
        return False
    by, now = str(planned.report.get("declaration", "")), _declaration(workspace)
    # what a plan was made by before anything was on record is the first that is
    return by != now and (by != "" or len(workspace.store.declarations.all(workspace.campaign.key)) > 1)


def _kept(report: ProvisionReport, forms: Mapping[str, str]) -> dict[str, object]:
    """Return a report as JSON values: its sentences, and each difference with the form that puts it right."""
    differing = [] if not report.dry_run else [_kept_drift(one, forms) for one in report.drift]
    # the page lists the spreadsheets by addresses of its own
    plain = replace(report, links=[], drift=[] if report.dry_run else report.drift)
    return {
        "lines": [sentence.kept() for sentence in plain.messages],
        "drift": differing,
        "created": report.created,
        "changed": report.changed,
        "kept": report.kept,
        "whole": report.is_whole,
    }


def _kept_drift(one: DriftFinding, forms: Mapping[str, str]) -> dict[str, str]:
    form = forms.get(one.workbook, "*") if one.is_mended else ""
    said = one.fault if one.is_mended else one.sentence(mended=False)
    return {"text": said.kept(), "form": form}


def _forms_by_title(workspace: Workspace) -> dict[str, str]:
    return {
        campaign_files.title_of(workspace, WorkbookPlace(workspace.campaign.form(book.form), book.shard)): book.form
        for book in workspace.store.registry.workbooks(workspace.campaign.key)
        if book.form
    }


def _page(fault: str = "", tried: TriedWay | None = None) -> flask.Response:
    words, workspace = current.words(), current.workspace()
    planned, made = (job_view.last_job(workspace, kind) for kind in (JobKind.PLAN, JobKind.PROVISION))
    # a plan of before the last provisioning says nothing of what is there now
    if planned is not None and made is not None and planned.id < made.id:
        planned = None
    runs = any(one is not None and one.runs for one in (planned, made))
    page = flask.render_template(
        "provision.html",
        campaign=workspace.campaign,
        planned=planned,
        made=made,
        plan_lines=job_view.said(planned, words),
        drift=_drift(planned, words),
        made_lines=job_view.said(made, words),
        is_idle=not runs,
        is_outdated=_is_outdated(planned, workspace),
        begun=workspace.store.registry.is_begun(workspace.campaign.key),
        books=_books(workspace),
        on_google=workspace.settings.sheets == "google",
        source=workspace.files.source.value,
        sources=[one.value for one in FileSource],
        service=workspace.service_email,
        fault=fault,
        tried=tried,
    )
    response = flask.make_response(page)
    if runs:
        job_view.look_again(response)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _drift(view: JobView | None, words: Words) -> list[DriftLine]:
    found = view.report.get("drift") if view is not None else None
    return [DriftLine(words.kept(one["text"]), one["form"]) for one in found] if isinstance(found, list) else []


def _books(workspace: Workspace) -> list[BookLine]:
    """Return the spreadsheets by what the registry knows: nothing is asked of them here."""
    known = {(book.form, book.shard): book for book in workspace.store.registry.workbooks(workspace.campaign.key)}
    forms = [workspace.campaign.form(owed.form) for owed in workspace.campaign.obligations]
    needed = range(campaign_files.workbooks_needed(workspace))
    places = [WorkbookPlace(form, shard) for form in forms for shard in needed]
    found = []
    for place in [*places, WorkbookPlace()]:
        book = known.get((place.key, place.shard))
        url = current.tab_url(book.spreadsheet_id, 0) if book else ""
        found.append(BookLine(campaign_files.title_of(workspace, place), place.key or MASTER, url))
    return found
