"""Lists and the master as files to take away, now or at any past instant: the same files whenever they are asked."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from operator import itemgetter
from typing import IO
from urllib.parse import quote

import flask
import werkzeug

from service import workflows
from service.consolidation.contents_loader import contents_in_order
from service.documents import file_writing as files
from service.domain import rates
from service.domain.board_tasks import board_tasks_at
from service.domain.history import Owed
from service.domain.master import MasterContent
from service.domain.printed_tables import Table
from service.domain.roles import may_decide, may_see_board
from service.domain.standings import Standing
from service.domain.typed_lines import LONGEST_REASON, read_note
from service.errors import DecisionRefusedError
from service.facts.records import Freeze, RegisteredTab
from service.web import current, problem_lines, queries
from service.web.pages import dashboard_content, export_tables, job_view, made_lists, problems_page
from service.web.pages.decision_form import read_typed_instant
from service.web.pages.made_lists import ListFile
from service.web.pages.moments import moment_form
from service.web.queries import Query
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.workspace import Workspace

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_MEMORY = 4 * 1024 * 1024  # a larger file waits on disk

exports = flask.Blueprint("exports", __name__, url_prefix="/exports")


@dataclass(frozen=True, slots=True)
class TypedFreeze:
    """The form to name a moment as it was typed, and what speaks against it."""

    label: str = ""
    instant: str = ""
    reason: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """A named moment in words."""

    label: str
    at: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What a list is made for; the workspace is as declared at the instant."""

    workspace: Workspace
    words: Words
    query: Query

    @property
    def at(self) -> datetime:
        """The instant asked for, else the present one."""
        return self.query.as_of or self.workspace.clock()

    @property
    def tabs(self) -> dict[Owed, RegisteredTab]:
        """Where the tabs are, or were then."""
        return workflows.tabs_then(self.workspace, self.query.as_of)


@exports.get("")
@signed_in(may_see_board)
def index() -> flask.Response:
    """Show what can be taken away."""
    as_of, workspace = current.as_of(flask.request.args.get("as_of", ""))
    return _shown(as_of, workspace, TypedFreeze())


@exports.post("/moments")
@signed_in(may_decide)
def freeze() -> werkzeug.Response | tuple[flask.Response, int]:
    """Name a moment and redirect to the page; a refusal is shown with what was typed."""
    workspace, words = current.workspace(), current.words()
    posted = flask.request.form
    typed = TypedFreeze(
        posted.get("label", "")[: 2 * workflows.LONGEST_LABEL],
        posted.get("instant", "")[:60],
        posted.get("reason", "")[: 2 * LONGEST_REASON],
    )
    try:
        note = read_note(typed.reason)
        at = read_typed_instant(typed.instant, workspace.campaign.zone) or workspace.clock()
        made = workflows.freeze(replace(workspace, actor=identity.require().email), typed.label, at, note)
    except DecisionRefusedError as refused:
        faulty = replace(typed, fault=refused.text(words.language))
        return _shown(None, workspace, faulty), HTTPStatus.UNPROCESSABLE_ENTITY
    flask.flash(words("record.frozen_now", label=made.label, at=words.instant(made.at, workspace.campaign.zone)))
    return flask.redirect(flask.url_for("exports.index", as_of=made.label), HTTPStatus.SEE_OTHER)


def _shown(as_of: datetime | None, workspace: Workspace, typed: TypedFreeze) -> flask.Response:
    words = current.words()
    zone = workspace.campaign.zone
    at = as_of or workspace.clock()
    read = problem_lines.last_good_read(workspace)
    rows, last = made_lists.row_count(workspace, as_of), made_lists.last(workspace)
    page = flask.render_template(
        "exports.html",
        rows=rows,
        long=("entries", "master") if rows > made_lists.LONG else (),
        last=last,
        campaign=workspace.campaign,
        as_of=as_of.isoformat() if as_of else None,
        at=dashboard_content.moment_words(workspace, as_of, at),
        moments=moment_form(workspace, as_of, words),
        read=words.instant(dashboard_content.minute(read), zone) if read else "",
        frozen=[_frozen(one, workspace, words) for one in workspace.store.facts.freezes(workspace.campaign.key)],
        typed=typed,
        may_freeze=may_decide(identity.require().role),
        now=workspace.clock().astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
    )
    response = flask.make_response(page)
    if last is not None and last.job.runs:
        job_view.look_again(response)
    return response


def _frozen(made: Freeze, workspace: Workspace, words: Words) -> FrozenLine:
    zone = workspace.campaign.zone
    by = words("recorded_by", who=made.actor, at=words.instant(dashboard_content.minute(made.recorded_at), zone))
    return FrozenLine(made.label, words.instant(made.at, zone), by, made.reason)


@exports.get("/<any(status, entries, problems, analysis, master):name>.<any(csv, xlsx):kind>")
@signed_in(may_see_board)
def download(name: str, kind: str) -> flask.Response:
    """Answer a list as a file; the master and the analysis are workbooks alone."""
    if name in ("master", "analysis") and kind == "csv":
        flask.abort(HTTPStatus.NOT_FOUND)
    words = current.words()
    as_of, workspace = current.as_of(flask.request.args.get("as_of", ""))
    asked = ExportRequest(workspace, words, queries.read_query(flask.request.args, workspace.campaign, as_of))
    tables = _LISTS[name](asked)
    if kind == "csv":
        # one table a file, so that a program reads it
        (table,) = tables if len(tables) == 1 else (export_tables.joined(tables, words),)
        response = flask.Response(_whole(lambda file: files.write_csv(table, file)), mimetype="text/csv")
    else:
        response = flask.Response(_whole(lambda file: files.write_xlsx(tables, file)), mimetype=XLSX)
    file = _file_of(asked, name, kind)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{file.plain}\"; filename*=UTF-8''{quote(file.shown)}"
    )
    return response


def _file_of(asked: ExportRequest, name: str, kind: str) -> ListFile:
    local = asked.at.astimezone(asked.workspace.campaign.zone)
    shown = f"{asked.words(f'file_{name}')} {local:%Hh%M %d-%m-%Y}.{kind}"
    return ListFile(f"tonghop-{name}-{local:%Y%m%d-%H%M}.{kind}", shown)


@exports.post("/<any(entries, master):name>.xlsx")
@signed_in(may_see_board)
def make(name: str) -> werkzeug.Response:
    """Have a long list made in the background, and show how far it is."""
    words = current.words()
    as_of, workspace = current.as_of(flask.request.form.get("as_of", ""))
    asked = ExportRequest(workspace, words, Query(as_of=as_of))
    working = replace(workspace, actor=identity.require().email)
    if made_lists.start(working, _file_of(asked, name, "xlsx"), partial(_LISTS[name], asked)) is None:
        flask.flash(words("jobs.busy"))
    moment = as_of.isoformat() if as_of else None
    return flask.redirect(flask.url_for("exports.index", as_of=moment, _anchor="made"), HTTPStatus.SEE_OTHER)


@exports.get("/made.xlsx")
@signed_in(may_see_board)
def made() -> flask.Response:
    """Answer the file that was made last."""
    workspace = current.workspace()
    last = made_lists.last(workspace)
    if last is None or last.file is None:
        flask.abort(HTTPStatus.NOT_FOUND)
    path = made_lists.path_of(workspace, last.file)
    return flask.send_file(path, mimetype=XLSX, as_attachment=True, download_name=last.file.shown)


def _whole(write: Callable[[IO[bytes]], None]) -> Iterator[bytes]:
    """Return a file in pieces; it is whole before the first leaves, so that a failure is answered as one."""
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 – closed once it is sent
    write(file)
    file.seek(0)
    return _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(files.CHUNK):
            yield piece


def _standings(asked: ExportRequest) -> tuple[Standing, ...]:
    campaign = asked.workspace.campaign
    return tuple(standing for standing in _all_standings(asked) if asked.query.shows(campaign, standing))


def _status(asked: ExportRequest) -> list[Table]:
    standings = dashboard_content.sort(asked.workspace.campaign, _standings(asked), asked.query.sort, asked.words)
    return [_status_table(asked, standings)]


def _status_table(asked: ExportRequest, standings: Sequence[Standing]) -> Table:
    store, key = asked.workspace.store, asked.workspace.campaign.key
    owed = sorted(((one.unit, one.form) for one in standings), key=itemgetter(1))
    kept = contents_in_order(store, key, owed, asked.query.as_of)
    return export_tables.status_table(asked.workspace, standings, kept, asked.at, asked.tabs, asked.words)


def _entries(asked: ExportRequest) -> list[Table]:
    return _entries_tables(asked, _all_standings(asked))


def _all_standings(asked: ExportRequest) -> tuple[Standing, ...]:
    return workflows.standings(asked.workspace, asked.at, [owed.form for owed in asked.workspace.campaign.obligations])


def _entries_tables(asked: ExportRequest, standings: Sequence[Standing]) -> list[Table]:
    campaign = asked.workspace.campaign
    received = {(one.unit, one.form) for one in standings if one.is_received}
    return [
        export_tables.entries_table(
            (asked.workspace, asked.words),
            campaign.form(owed.form),
            partial(problem_lines.tabs_read, asked.workspace, form=owed.form, at=asked.query.as_of),
            received,
        )
        for owed in campaign.obligations
        if asked.query.form in ("", owed.form)
    ]


def _problems(asked: ExportRequest) -> list[Table]:
    wanted = problems_page.read_wanted(asked.workspace)
    find = partial(problem_lines.problem_lines, asked.workspace, wanted, asked.words, asked.query.as_of)
    return [export_tables.problems_table(asked.workspace, find, asked.words)]


def _master(asked: ExportRequest) -> list[Table]:
    workspace, words, at = asked.workspace, asked.words, asked.at
    campaign = workspace.campaign
    standings = _all_standings(asked)
    tasks = board_tasks_at(at, campaign, workspace.history(at).board_tasks)
    plan = MasterContent(campaign, standings, tasks, workspace.link_to, language=words.language)
    every = ExportRequest(workspace, words, Query(as_of=asked.query.as_of))
    find = partial(problem_lines.problem_lines, workspace, problem_lines.ProblemFilter(), words, asked.query.as_of)
    return [
        _status_table(every, standings),
        export_tables.rates_table(campaign, rates.rates(campaign, standings), words),
        *_entries_tables(every, standings),
        export_tables.problems_table(workspace, find, words),
        export_tables.plan_table(plan, words),
    ]


def _analysis(asked: ExportRequest) -> list[Table]:
    from service import analysis  # noqa: PLC0415 – loads pandas and rapidfuzz
    from service.web.pages.analysis_tables import analysis_tables  # noqa: PLC0415 – loads pandas and rapidfuzz

    return analysis_tables(asked.workspace, analysis.analyse(asked.workspace, asked.query.as_of), asked.words)


_LISTS: dict[str, Callable[[ExportRequest], list[Table]]] = {
    "status": _status,
    "entries": _entries,
    "problems": _problems,
    "analysis": _analysis,
    "master": _master,
}
