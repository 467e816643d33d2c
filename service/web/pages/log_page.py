"""The log: who did what and when, newest first, filtered, and as a file to take away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import flask

from service.documents import file_writing
from service.domain.printed_tables import LineStyle, Table, line
from service.domain.roles import may_decide
from service.domain.succession import own_codes
from service.facts.records import Fact, FactFilter, FactKind
from service.web import current, queries
from service.web.pages.fact_words import kind_words, said_words
from service.web.problem_lines import form_title
from service.web.session.identity import signed_in
from service.web.texts import Words
from service.workspace import Workspace

A_PAGE = 100
MOST_EXPORTED = 100_000
LONGEST_WHO = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

log = flask.Blueprint("log", __name__, url_prefix="/log")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What is asked of the log; blank parts ask for everything."""

    kind: str = ""
    unit: str = ""
    who: str = ""

    @property
    def as_args(self) -> dict[str, str]:
        """Return it as an address's arguments."""
        return {name: text for name, text in (("kind", self.kind), ("unit", self.unit), ("who", self.who)) if text}


@dataclass(frozen=True, slots=True)
class LogLine:
    """One fact in words."""

    id: int
    at: str
    kind: str
    who: str
    unit: str
    form: str
    said: str


@log.get("")
@signed_in(may_decide)
def index() -> str:
    """Show a page of the log."""
    workspace, words = current.workspace(), current.words()
    wanted = _wanted(workspace)
    before = queries.read_number(flask.request.args.get("before", ""))
    found = _facts(workspace, wanted, before, A_PAGE + 1)
    shown = found[:A_PAGE]
    return flask.render_template(
        "log.html",
        campaign=workspace.campaign,
        wanted=wanted,
        kinds=[(kind.value, kind_words(kind.value, words)) for kind in FactKind],
        lines=list(_lines(shown, workspace, words)),
        older=shown[-1].id if len(found) > A_PAGE else None,
        before=before,
    )


@log.get("/export.<any(csv, xlsx):shape>")
@signed_in(may_decide)
def download(shape: str) -> flask.Response:
    """Answer what is asked of the log as a file."""
    workspace, words = current.workspace(), current.words()
    found = _facts(workspace, _wanted(workspace), None, MOST_EXPORTED)
    heads = ("number", "log.at", "log.kind", "log.who", "unit", "form", "log.said")
    rows = [line(LineStyle.HEADER, *(words(key) for key in heads))]
    for one in _lines(found, workspace, words):
        rows.append(line(LineStyle.BODY, one.id, one.at, one.kind, one.who, one.unit, one.form, one.said))
    table = Table(words("log.title"), (60, 140, 150, 180, 220, 160, 420), tuple(rows))
    if shape == "csv":
        response = flask.Response((text.encode() for text in file_writing.csv_lines(table)), mimetype="text/csv")
    else:
        file = BytesIO()
        file_writing.write_xlsx([table], file)
        response = flask.Response(file.getvalue(), mimetype=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="tonghop-nhat-ky.{shape}"'
    return response


def _wanted(workspace: Workspace) -> LogFilter:
    args = flask.request.args
    return LogFilter(
        kind=queries.one_of(args.get("kind", ""), FactKind),
        unit=queries.one_of(args.get("unit", ""), (unit.code for unit in workspace.campaign.units)),
        who=args.get("who", "").strip()[:LONGEST_WHO],
    )


def _facts(workspace: Workspace, wanted: LogFilter, before: int | None, limit: int) -> tuple[Fact, ...]:
    campaign = workspace.campaign
    asked = FactFilter(
        kinds=(FactKind(wanted.kind),) if wanted.kind else tuple(FactKind),
        units=own_codes(campaign.unit(wanted.unit)) if wanted.unit else (),
    )
    return workspace.store.facts.newest(campaign.key, asked, limit, before=before, actor=wanted.who)


def _lines(found: tuple[Fact, ...], workspace: Workspace, words: Words) -> Iterator[LogLine]:
    campaign = workspace.campaign
    names = {code: unit.name for unit in campaign.units for code in own_codes(unit)}
    forms = {form.key: form_title(form, words) for form in campaign.forms}
    for fact in found:
        code = fact.unit or str(fact.payload.get("unit") or "")
        yield LogLine(
            id=fact.id,
            at=words.instant(fact.recorded_at.replace(microsecond=0), campaign.zone),
            kind=kind_words(fact.kind, words),
            who=fact.actor or words("log.by_itself"),
            unit=names.get(code, code),
            form=forms.get(fact.form, fact.form),
            said=said_words(fact, campaign.zone, words),
        )
