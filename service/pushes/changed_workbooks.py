"""What was changed: a push marks its workbook, or has the changes of all looked through, and everything marked."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

from service.errors import SheetsError, SheetsMissingError, SheetsRefusedError
from service.facts.records import Watch, WorkbookKind
from service.sheets import channels
from service.workspace import Workspace

LOOKED_AGAIN_AFTER = timedelta(minutes=1)  # when the server did not answer
log = logging.getLogger(__name__)


def look_at_changes(workspace: Workspace) -> int:
    """Ask what changed since we last looked, if a push said that something did; return how many marks were made.

    The page token moves on together with the marks: killed before, the next look begins where this one did. Whatever
    the mode: a channel of the one before may not be stopped yet.
    """
    key, now = workspace.campaign.key, workspace.lease_clock()
    watch = workspace.store.watches.watch_of(key)
    if not watch.page_token or watch.look_at is None or now < watch.look_at:
        return 0
    ours = {book.spreadsheet_id for book in workspace.store.registry.workbooks(key) if book.kind is WorkbookKind.FORM}
    try:
        return _look_through(workspace, watch, ours)
    except (SheetsRefusedError, SheetsMissingError) as error:
        log.warning("the place in the changes is lost, everything is swept: %s", error)
        return _look_anew(workspace)
    except SheetsError as error:
        log.warning("no look at the changes for now: %s", error)
        workspace.store.watches.look_later(key, now + LOOKED_AGAIN_AFTER)
        return 0


def _look_through(workspace: Workspace, watch: Watch, ours: set[str]) -> int:
    marked = 0
    while True:
        page = channels.changes(workspace.sheets, watch.page_token)
        with workspace.store.together():
            for spreadsheet_id in sorted(page.file_ids & ours):
                marked += workspace.mark_edited(spreadsheet_id)
            moved = workspace.store.watches.looked(
                watch, page.next_token, workspace.lease_clock(), is_whole=page.is_last
            )
        if page.is_last or not moved:
            return marked
        watch = replace(watch, page_token=page.next_token)


def _look_anew(workspace: Workspace) -> int:
    try:
        begin_looking(workspace)
    except SheetsError as error:
        log.warning("no new place in the changes for now: %s", error)
        workspace.store.watches.look_later(workspace.campaign.key, workspace.lease_clock() + LOOKED_AGAIN_AFTER)
        return 0
    return 1


def begin_looking(workspace: Workspace) -> str:
    """Begin to read from the present, and have everything swept: what changed before is unknown."""
    key, store = workspace.campaign.key, workspace.store
    before = store.watches.watch_of(key).page_token
    token = channels.start_page_token(workspace.sheets)
    with store.together():
        if store.watches.begin_looking(key, token, instead_of=before):
            workspace.ask_for_sweep()
    return token
