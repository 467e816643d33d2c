"""A session of trials over a workspace: a scratch spreadsheet, perhaps a second identity, and everything tidy after."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from service import connections, wiring
from service.errors import ScratchError, SheetsError
from service.operations.doctor.live import scratch_file
from service.operations.doctor.live.cells import CELLS
from service.operations.doctor.live.files import FILES
from service.operations.doctor.live.push_inbox import PushInbox
from service.operations.doctor.live.rights import RIGHTS, can_write
from service.operations.doctor.live.tabs import TABS
from service.operations.doctor.live.trial import Assumption, Result, Trial, TrialVerdict, WaitRules, untried
from service.pushes import push_address
from service.sheets.components import Component
from service.sheets.scratch import Scratch
from service.workbooks import campaign_files
from service.workspace import Workspace
from sheets_schema.wording import message

# in the order they are tried; docs/verified.md lists the same names
ASSUMPTIONS: tuple[Assumption, ...] = (*CELLS, *TABS, *RIGHTS, *FILES)


@dataclass(frozen=True, slots=True)
class Means:
    """What the operator brings: a blank spreadsheet, another's key, a group; each may be missing."""

    scratch: str = ""
    another: str = ""
    group: str = ""
    push_address: str = ""  # blank: as the settings have it


@contextmanager
def opened(workspace: Workspace, means: Means, waiting: WaitRules | None = None) -> Iterator[Trial]:
    """Open everything the trials need, and clean up at the end, however that comes."""
    workspace = campaign_files.identified(workspace)
    settings, us = workspace.settings, workspace.service_email
    with ExitStack() as stack:
        client, address = None, ""
        if means.another:
            client, address = stack.enter_context(connections.another(settings, workspace.clock, means.another))
        book = stack.enter_context(_scratch(workspace, means))
        pushes_to = means.push_address or push_address(settings)
        yield Trial(
            book=book,
            us=us,
            waiting=waiting or WaitRules(time.sleep, time.monotonic),
            progress=workspace.progress,
            other=_shared(workspace, book, address, Scratch(client, book.spreadsheet_id)) if client else None,
            other_address=address,
            group=means.group,
            watching=_watching(workspace, book),
            inbox=PushInbox(workspace.store, pushes_to, workspace.clock) if pushes_to else None,
        )


def _scratch(workspace: Workspace, means: Means) -> AbstractContextManager[Scratch]:
    sheets, us = workspace.sheets, workspace.service_email
    if means.scratch:
        spreadsheet_id = _not_ours(workspace, scratch_file.id_of(means.scratch))
        return scratch_file.brought(sheets.client, spreadsheet_id, us, workspace.progress)
    # what a session left that was killed before it could tidy up; another may be at work on it
    for spreadsheet_id, _properties in sheets.find({scratch_file.MARK: "1"}):
        workspace.progress(message("live.left_over", link=workspace.link_to(spreadsheet_id, 0, "")))
    return scratch_file.made(sheets, us, workspace.progress, workspace.language)


def _not_ours(workspace: Workspace, spreadsheet_id: str) -> str:
    known = {book.spreadsheet_id for book in workspace.store.registry.workbooks(workspace.campaign.key)}
    if spreadsheet_id in known:
        raise ScratchError(message("live.campaign_workbook"))
    return spreadsheet_id


def _shared(workspace: Workspace, book: Scratch, address: str, other: Scratch) -> Scratch | None:
    """Share the scratch spreadsheet with the other account; None when it cannot write then."""
    if address == workspace.service_email:
        raise ScratchError(message("live.second_is_us"))
    try:
        book.share("user", address, "writer")
        return other if can_write(book, other) else None
    except SheetsError as error:
        workspace.progress(message("live.not_shared", error=error.message))
        return None


def _watching(workspace: Workspace, book: Scratch) -> Scratch | None:
    if workspace.settings.sheets != "google":
        return None
    sheets, _address = wiring.connect_sheets(workspace.settings, workspace.clock, Component.CONSOLIDATE)
    return Scratch(sheets.client, book.spreadsheet_id)


def try_all(trial: Trial, assumptions: Sequence[Assumption]) -> Iterator[Result]:
    """Yield what was found of each, as soon as it is known."""
    for number, assumption in enumerate(assumptions, start=1):
        trial.progress(message("live.trying", number=number, count=len(assumptions), name=assumption.name))
        yield Result(assumption, _tried(trial, assumption))


def _tried(trial: Trial, assumption: Assumption) -> TrialVerdict:
    try:
        return assumption.try_it(trial)
    except SheetsError as error:
        return untried(error.message)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # an answer of another form than Google describes
        return untried(message("live.odd_answer", kind=type(error).__name__))
