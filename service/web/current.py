"""What a request is answered with: the workspace, the words, links that stay on this site."""

from __future__ import annotations

from typing import cast

import flask

from service.web.texts import Words
from service.workspace import Workspace
from sheets_schema.wording import Language

WORKSPACE = "tonghop.workspace"


def workspace() -> Workspace:
    """Return the workspace this application was made over."""
    return cast("Workspace", flask.current_app.extensions[WORKSPACE])


def words() -> Words:
    """Return the pages' texts in the language that is set."""
    return Words(Language(workspace().settings.lang))


def path_of(page: str) -> str:
    """Return the path that a browser asks for to see a page of ours; blank for a blank one."""
    return f"{flask.request.script_root}{page}" if page else ""


def tab_url(spreadsheet_id: str, sheet_id: int, cell: str = "") -> str:
    """Return where a tab is opened: at Google, or on this very site whatever address it was reached by."""
    here = workspace()
    if here.settings.sheets == "google":
        return here.link_to(spreadsheet_id, sheet_id, cell)
    return flask.url_for("sheets.tab", spreadsheet_id=spreadsheet_id, sheet_id=sheet_id, _anchor=cell or None)
