"""The dashboard: the status of every unit at any instant, for the board."""

from __future__ import annotations

from http import HTTPStatus

import flask
import werkzeug

from service.domain.roles import Role, may_decide, may_see_board
from service.domain.standing_labels import Eligibility, Receipt, Review, Timeliness, label_of
from service.errors import UnknownNameError
from service.seasons import season_list
from service.web import current, queries
from service.web.pages import dashboard_content, overview
from service.web.pages.moments import moment_form
from service.web.queries import Query
from service.web.session import identity
from service.web.session.identity import signed_in
from service.web.texts import Words
from sheets_schema.wording import message

dashboard = flask.Blueprint("dashboard", __name__)


@dashboard.get("/master")
@signed_in(may_see_board)
def master() -> werkzeug.Response:
    """Send on to the master, wherever it is; 404 before there is one."""
    spreadsheet_id, _ = dashboard_content.master_of(current.workspace())
    if not spreadsheet_id:
        raise UnknownNameError(message("web.master_none"))
    return flask.redirect(current.tab_url(spreadsheet_id, 0), HTTPStatus.SEE_OTHER)


@dashboard.get("/")
@signed_in()
def index() -> str | werkzeug.Response:
    """Show the tracking table; a unit is sent to its own page."""
    who = identity.require()
    if not may_see_board(who.role):
        return flask.redirect(identity.home_of(who), HTTPStatus.SEE_OTHER)
    words = current.words()
    as_of, workspace = current.as_of(flask.request.args.get("as_of", ""))
    campaign = workspace.campaign
    query = queries.read_query(flask.request.args, campaign, as_of)
    at = as_of or workspace.clock()
    picture = dashboard_content.picture_of(workspace, query, at, words)
    return flask.render_template(
        "dashboard.html",
        campaign=campaign,
        query=query,
        at=dashboard_content.moment_words(workspace, query.as_of, at),
        as_of=query.as_of.isoformat() if query.as_of else None,
        sections=dashboard_content.sections(picture) if query.form else (),
        overview=None if query.form else overview.overview_of(picture),
        has_other_seasons=_leads_to_seasons(who.role) and season_list.has_another(current.main(), campaign.key),
        may_record=may_decide(who.role) and as_of is None,
        concerns=dashboard_content.concerns(picture),
        notices=dashboard_content.notices(workspace, at, words),
        last_run=dashboard_content.last_run_line(workspace, words),
        state_lines=dashboard_content.state_lines(workspace, words),
        timeliness=_timeliness_choices(words),
        receipts=[(item.value, label_of(item, words.language)) for item in Receipt],
        reviews=[(item.value, label_of(item, words.language)) for item in Review],
        sort_args=_sort_args,
        moments=moment_form(workspace, query.as_of, words),
    )


def _leads_to_seasons(role: Role) -> bool:
    """Return True if the list of seasons is open to a role here, as the menu has it."""
    return current.is_main() or may_decide(role)


def _sort_args(query: Query, column: str) -> dict[str, str]:
    """Return the address's arguments that sort by a column: up first, then down, then as the plan has it."""
    following = {column: f"-{column}", f"-{column}": ""}.get(query.sort, column)
    args = {name: text for name, text in query.as_args.items() if name != "sort"}
    return args | {"sort": following} if following else args


def _timeliness_choices(words: Words) -> list[tuple[str, str]]:
    choices = [(item.value, timeliness_choice(item, words)) for item in Timeliness]
    return [*choices, (queries.EXEMPT, label_of(Eligibility.EXEMPT, words.language))]


def timeliness_choice(item: Timeliness, words: Words) -> str:
    """Return a label without the count of days: a choice is of any number of them."""
    counted = item in (Timeliness.MISSING, Timeliness.LATE)
    return words(f"choice_{item}") if counted else label_of(item, words.language)
