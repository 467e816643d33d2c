"""“Phân tích”: what the board reads before it writes, with charts; every figure leads to its rows.

pandas and rapidfuzz come with the first analysis that is asked for: the web process starts without them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import flask
import werkzeug

from service.domain.pairings import PairVerdict
from service.domain.roles import may_decide, may_see_board
from service.domain.typed_lines import LONGEST_REASON, read_note
from service.errors import DecisionRefusedError
from service.web import current, queries
from service.web.pages import dashboard_content
from service.web.pages.moments import moment_form
from service.web.session import identity
from service.web.session.identity import signed_in
from service.workspace import Workspace

if TYPE_CHECKING:
    from service.web.pages.figure_rows import RowFilter

A_PAGE = 100
PAIRS_A_PAGE = 40

analyses = flask.Blueprint("analyses", __name__, url_prefix="/analysis")


@analyses.get("")
@signed_in(may_see_board)
def index() -> str:
    """Show the analysis, now or at any past instant."""
    from service import analysis  # noqa: PLC0415 – loads pandas and rapidfuzz
    from service.web.pages import analysis_content  # noqa: PLC0415 – loads pandas and rapidfuzz

    words = current.words()
    as_of, workspace = current.as_of(flask.request.args.get("as_of", ""))
    found = analysis.analyse(workspace, as_of)
    seasons = analysis.beside_last_season(workspace, as_of)
    return flask.render_template(
        "analysis.html",
        **_moment(workspace, as_of),
        view=analysis_content.AnalysisView(found, words, as_of),
        last_season=analysis_content.last_season(seasons, words),
    )


@analyses.get("/rows")
@signed_in(may_see_board)
def rows() -> str:
    """Show the rows that a figure is made of."""
    from service import analysis  # noqa: PLC0415 – loads pandas and rapidfuzz
    from service.web.pages import figure_rows  # noqa: PLC0415 – loads pandas and rapidfuzz

    as_of, workspace = current.as_of(flask.request.args.get("as_of", ""))
    wanted = figure_rows.read_filter(workspace.campaign, flask.request.args)
    found = analysis.analyse(workspace, as_of)
    lines = figure_rows.row_lines(found, wanted, current.words())
    number, last = queries.pages_of(queries.read_page(flask.request.args.get("page", "")), len(lines), A_PAGE)
    return flask.render_template(
        "analysis_rows.html",
        **_moment(workspace, as_of),
        title=figure_rows.title_of(workspace.campaign, wanted, current.words()),
        lines=lines[(number - 1) * A_PAGE : number * A_PAGE],
        headings=figure_rows.headings_of(wanted),
        first=(number - 1) * A_PAGE + 1,
        count=len(lines),
        number=number,
        last=last,
        asked=_asked(wanted, as_of),
    )


def _asked(wanted: RowFilter, as_of: datetime | None) -> dict[str, str]:
    return wanted.as_args | ({"as_of": as_of.isoformat()} if as_of else {})


@analyses.get("/pairs")
@signed_in(may_see_board)
def pairs() -> str:
    """Show promised beside done, a page of it."""
    return _pairs("")


def _pairs(fault: str) -> str:
    from service import analysis  # noqa: PLC0415 – loads pandas and rapidfuzz
    from service.web.pages import analysis_content, pair_lines  # noqa: PLC0415 – loads pandas and rapidfuzz

    args = flask.request.args
    as_of, workspace = current.as_of(args.get("as_of", ""))
    state = queries.one_of(args.get("state", ""), pair_lines.STATES)
    unit = queries.one_of(args.get("unit", ""), (one.code for one in workspace.campaign.accounted_units))
    found = analysis.analyse(workspace, as_of)
    shown = [one for one in found.pairs if state in ("", one.state) and unit in ("", one.activity.place.unit)]
    asked = {"state": state, "unit": unit, "as_of": as_of.isoformat() if as_of else ""}
    number, last = queries.pages_of(queries.read_page(args.get("page", "")), len(shown), PAIRS_A_PAGE)
    first = (number - 1) * PAIRS_A_PAGE
    return flask.render_template(
        "analysis_pairs.html",
        **_moment(workspace, as_of),
        view=analysis_content.AnalysisView(found, current.words(), as_of),
        pairs=pair_lines.pair_lines(workspace, shown[first : first + PAIRS_A_PAGE], current.words()),
        count=len(shown),
        state=state,
        unit=unit,
        fault=fault,
        may_judge=as_of is None and may_decide(identity.require().role),
        number=number,
        last=last,
        asked={name: text for name, text in asked.items() if text},
    )


@analyses.post("/pairs")
@signed_in(may_decide)
def judge() -> werkzeug.Response | tuple[str, int]:
    """Record a person's word on a pair and show the list again; a refusal is shown above it."""
    from service import analysis  # noqa: PLC0415 – loads pandas and rapidfuzz

    posted, words = flask.request.form, current.words()
    verdict = PairVerdict(queries.one_of(posted.get("verdict", ""), PairVerdict) or PairVerdict.TAKEN_BACK)
    named = analysis.NamedPair(*(posted.get(name, "")[:60] for name in ("unit", "promised", "done")))
    workspace = replace(current.workspace(), actor=identity.require().email)
    try:
        reason = read_note(posted.get("reason", "")[: 2 * LONGEST_REASON])
        analysis.judge_pair(workspace, named, verdict, reason)
    except DecisionRefusedError as refused:
        return _pairs(refused.text(words.language)), HTTPStatus.UNPROCESSABLE_ENTITY
    flask.flash(words(f"analysis.judged_{verdict.value}"))
    state, unit, page = (flask.request.args.get(name) for name in ("state", "unit", "page"))
    return flask.redirect(flask.url_for("analyses.pairs", state=state, unit=unit, page=page), HTTPStatus.SEE_OTHER)


def _moment(workspace: Workspace, as_of: datetime | None) -> dict[str, object]:
    at = as_of or workspace.clock()
    return {
        "campaign": workspace.campaign,
        "as_of": as_of.isoformat() if as_of else None,
        "at": dashboard_content.moment_words(workspace, as_of, at),
        "moments": moment_form(workspace, as_of, current.words()),
    }
