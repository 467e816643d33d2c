"""Everything that is to be corrected, of all units: by unit, form, severity and code, each with its cell."""

from __future__ import annotations

from dataclasses import asdict

import flask

from service.domain.roles import may_see_board
from service.web import current, problem_lines, queries
from service.web.pages import dashboard_content
from service.web.problem_lines import ProblemFilter
from service.web.session.identity import signed_in
from service.workspace import Workspace
from sheets_schema.problems import TABLE, Severity
from sheets_schema.vietnamese.folding import without_marks
from sheets_schema.wording import Language

A_PAGE = 100

problems = flask.Blueprint("problems", __name__)


@problems.get("/problems")
@signed_in(may_see_board)
def index() -> str:
    """Show one page of the list."""
    workspace, words = current.workspace(), current.words()
    wanted = read_wanted(workspace)
    asked_for = queries.read_page(flask.request.args.get("page", ""))
    shown, count = problem_lines.problem_page(workspace, wanted, words, (asked_for - 1) * A_PAGE, A_PAGE)
    number, last = queries.pages_of(asked_for, count, A_PAGE)
    if number != asked_for:
        shown, count = problem_lines.problem_page(workspace, wanted, words, (number - 1) * A_PAGE, A_PAGE)
    read = problem_lines.last_good_read(workspace)
    asked = {name: text for name, text in asdict(wanted).items() if text}
    return flask.render_template(
        "problems.html",
        campaign=workspace.campaign,
        wanted=wanted,
        problems=shown,
        count=count,
        number=number,
        last=last,
        asked=asked,
        severities=tuple(Severity),
        kinds=sorted(_kinds(words.language), key=lambda one: without_marks(one[1].casefold())),
        read=words.instant(dashboard_content.minute(read), workspace.campaign.zone) if read else "",
    )


def _kinds(language: Language) -> list[tuple[str, str]]:
    return [(code, problem_lines.title_of(code, language)) for code in TABLE]


def read_wanted(workspace: Workspace) -> ProblemFilter:
    """Read the address; BadQueryError says what is accepted."""
    args, campaign = flask.request.args, workspace.campaign
    return ProblemFilter(
        unit=queries.one_of(args.get("unit", ""), (unit.code for unit in campaign.units)),
        form=queries.one_of(args.get("form", ""), (owed.form for owed in campaign.obligations)),
        severity=queries.one_of(args.get("severity", ""), Severity),
        code=queries.one_of(args.get("code", ""), TABLE),
    )
