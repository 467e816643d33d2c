"""What a request is answered with: the workspace, the words, links that stay on this site."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import flask

from service import workflows
from service.domain.succession import unit_then
from service.domain.titles import limit_in
from service.domain.typed_instants import read_instant
from service.errors import UnknownNameError
from service.settings import Settings
from service.sheets.tab_pages import ALL_ROWS, needs_all
from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Obligation, Unit
from sheets_schema.wording import Language, message

WORKSPACE = "tonghop.workspace"
MAIN = "tonghop.main"  # the workspace of the season that is set, where this application is another one's
KNOWN_IDENTITY = "tonghop_identity"  # of what is kept for a request: who asks, once that was read
SITE = "tonghop.site"  # what gives requests to the seasons


def workspace() -> Workspace:
    """Return the workspace of this application, with the declaration on record: another process may change it."""
    if "workspace" not in flask.g:
        flask.g.workspace = workflows.as_declared(_of_the_application())
    return cast("Workspace", flask.g.workspace)


def workspace_as_opened() -> Workspace:
    """Return the workspace of this application without asking for the declaration on record."""
    return _of_the_application()


def _of_the_application() -> Workspace:
    return cast("Workspace", flask.current_app.extensions[WORKSPACE])


def workspace_of(application: flask.Flask) -> Workspace:
    """Return the workspace of another season's application, with the declaration on record."""
    return workflows.as_declared(cast("Workspace", application.extensions[WORKSPACE]))


def main() -> Workspace:
    """Return the workspace of the season that is set: the one at the root of the installation."""
    return cast("Workspace", flask.current_app.extensions.get(MAIN) or _of_the_application())


def is_main() -> bool:
    """Return True if this application is of the season that is set."""
    return MAIN not in flask.current_app.extensions


def office_path(path: str) -> str:
    """Return the address of a page at the root of the installation."""
    return f"{main().settings.public_path}{path}"


def is_closed() -> bool:
    """Return True if the season of this application was closed."""
    if "is_closed" not in flask.g:
        here = _of_the_application()
        flask.g.is_closed = here.store.facts.is_closed(here.campaign.key)
    return bool(flask.g.is_closed)


def settings() -> Settings:
    """Return the settings; the database is not asked, so that a failure of it can be answered."""
    return _of_the_application().settings


def as_of(text: str, *, by_name: bool = True) -> tuple[datetime | None, Workspace]:
    """Return the moment that an address asks for, and the workspace as declared then; without one the present.

    A moment is an instant or, with `by_name`, the name of a frozen one.
    """
    here = workspace()
    if not text.strip():
        return None, here
    at = workflows.moment(here, text) if by_name else read_instant(text, here.campaign.zone)
    return at, workflows.as_declared(here, at)


def unit(code: str, then: Campaign) -> Unit:
    """Return the unit that an address names by the code it has today, as it was on a roster; UnknownNameError: none."""
    found = unit_then(workspace().campaign, then, code)
    if found is None:
        raise UnknownNameError(message("web.no_unit", text=code[:60]))
    return found


def words() -> Words:
    """Return the pages' texts in the language that is set."""
    return Words(Language(settings().lang))


def limit_of(owed: Obligation) -> str:
    """Return the limit of an obligation in the language of the page."""
    return limit_in(owed, workspace().campaign.zone, words().language)


def path_of(page: str) -> str:
    """Return the path that a browser asks for to see a page of ours; blank for a blank one."""
    return f"{flask.request.script_root}{page}" if page else ""


def tab_url(spreadsheet_id: str, sheet_id: int, cell: str = "") -> str:
    """Return where a tab is opened: at Google, or on this very site whatever address it was reached by."""
    here = workspace()
    if here.settings.sheets == "google":
        return here.link_to(spreadsheet_id, sheet_id, cell)
    rows = ALL_ROWS if needs_all(cell) else None
    return flask.url_for(
        "sheets.tab", spreadsheet_id=spreadsheet_id, sheet_id=sheet_id, rows=rows, _anchor=cell or None
    )
