"""Try one way of having files at Google by itself: a spreadsheet made and deleted, or one brought and only read."""

from __future__ import annotations

import secrets

from service.domain.file_sources import FileSource, spreadsheet_id_in
from service.errors import SheetsUnavailableError, WorkbookRefusedError
from service.sheets.scratch import Scratch
from service.workbooks import campaign_files
from service.workspace import Workspace
from sheets_schema.wording import Message, message

_TRIAL = "tonghop.trial"


def try_way(workspace: Workspace, way: FileSource, named: str = "") -> Message:
    """Return what was found good about one way; a ServiceError says what stands against it and what to do.

    `named` is the link of a spreadsheet that was brought, or the id of a shared drive where none is set.
    """
    workspace = campaign_files.identified(workspace)
    us = workspace.service_email
    if way is FileSource.BROUGHT:
        spreadsheet_id = spreadsheet_id_in(named)
        if spreadsheet_id is None:
            raise WorkbookRefusedError(message("workbooks.no_link", link=named[:80]))
        return message("workbooks.tried_brought", name=campaign_files.usable(workspace, spreadsheet_id).name, us=us)
    drive = ""
    if way is FileSource.DRIVE:
        drive = named.strip().rpartition("/")[2] or workspace.files.drive
        if not drive:
            raise WorkbookRefusedError(message("workbooks.no_drive_named"))
    _make_and_delete(workspace, drive)
    return message("workbooks.tried_drive", drive=drive, us=us) if drive else message("workbooks.tried_own", us=us)


def _make_and_delete(workspace: Workspace, drive: str) -> None:
    mark = {_TRIAL: secrets.token_hex(8)}
    client = workspace.sheets.client
    try:
        made = campaign_files.made_in(workspace, drive, message("workbooks.trial_title").text(), mark)
    except SheetsUnavailableError:
        # made perhaps, and the answer lost
        for left, _properties in workspace.sheets.find(mark, drive):
            _remove(Scratch(client, left), drive)
        raise
    _remove(Scratch(client, made), drive)


def _remove(scratch: Scratch, drive: str) -> None:
    """Delete a trial; in a shared drive, where its content manager may not, put it in the bin."""
    if drive:
        scratch.change_file({"trashed": True})
    else:
        scratch.delete_file()
