"""Our own spreadsheets in the browser, read-only, tab by tab; at Google the office opens them there."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

import flask

from service.domain.roles import may_see_board
from service.sheets import tab_pages
from service.sheets.tab_pages import PageCell
from service.web import current
from service.web.session import identity
from service.web.session.identity import Identity

sheets = flask.Blueprint("sheets", __name__, url_prefix="/sheets")


@sheets.get("/<spreadsheet_id>/<int:sheet_id>")
@identity.signed_in()
def tab(spreadsheet_id: str, sheet_id: int) -> str:
    """Show one tab of a spreadsheet that is registered; 404 for any other. A unit sees its own tabs alone."""
    workspace, who = current.workspace(), identity.require()
    own = None if may_see_board(who.role) else _own_tabs(who, spreadsheet_id)
    if own is not None and sheet_id not in own:
        flask.abort(HTTPStatus.FORBIDDEN)
    ours = {book.spreadsheet_id for book in workspace.store.registry.workbooks(workspace.campaign.key)}
    if workspace.settings.sheets == "google" or spreadsheet_id not in ours:
        flask.abort(HTTPStatus.NOT_FOUND)
    is_whole = flask.request.args.get("rows") == tab_pages.ALL_ROWS
    page = tab_pages.read_page(workspace.sheets, spreadsheet_id, sheet_id, is_whole=is_whole)
    if page is None:
        flask.abort(HTTPStatus.NOT_FOUND)
    if own is not None:
        page = replace(page, tabs=tuple(tab for tab in page.tabs if tab.sheet_id in own))
    return flask.render_template(
        "sheet.html",
        page=page,
        spreadsheet_id=spreadsheet_id,
        link_of=link_of,
        all_rows="" if is_whole else tab_pages.ALL_ROWS,
        has_files=own is None,
    )


def _own_tabs(who: Identity, spreadsheet_id: str) -> frozenset[int]:
    workspace = current.workspace()
    tabs = workspace.store.registry.tabs(workspace.campaign.key)
    return frozenset(tab.sheet_id for tab in tabs if (tab.unit, tab.spreadsheet_id) == (who.unit, spreadsheet_id))


def link_of(cell: PageCell) -> str:
    """Return where a cell leads, "" when it is no web address; links to our own pages stay on this site."""
    ours = f"{current.settings().public_url}/"
    if cell.link.startswith(f"{ours}sheets/"):
        return current.path_of("/" + cell.link.removeprefix(ours))
    try:
        parts = urlsplit(cell.link)
    except ValueError:
        return ""
    return cell.link if parts.scheme in {"http", "https"} and parts.netloc else ""
