"""A session of trials over a workspace: a scratch spreadsheet, perhaps a second identity, and everything tidy after."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from service import connections, wiring
from service.errors import ScratchError, SheetsError
from service.operations.live import scratch_file
from service.operations.live.assumption import Assumption, Found, Result, untried
from service.operations.live.drive import DRIVE
from service.operations.live.listening import StoreListener
from service.operations.live.rights import RIGHTS, can_write
from service.operations.live.tabs import TABS
from service.operations.live.trial import Patience, Trial
from service.operations.live.typed_words import WORDS
from service.pushes import push_address
from service.sheets.components import Component
from service.sheets.scratch import Scratch
from service.workbooks import campaign_files
from service.workspace import Workspace

# in the order they are tried; docs/verified.md lists the same names
ASSUMPTIONS: tuple[Assumption, ...] = (*WORDS, *TABS, *RIGHTS, *DRIVE)


@dataclass(frozen=True, slots=True)
class Means:
    """What the operator brings: a blank spreadsheet, another's key, a group; each may be missing."""

    scratch: str = ""
    another: str = ""
    group: str = ""
    push_address: str = ""  # blank: where settings say


@contextmanager
def opened(workspace: Workspace, means: Means, patience: Patience | None = None) -> Iterator[Trial]:
    """Open everything the trials need, and clean up at the end, however that comes."""
    workspace = campaign_files.identified(workspace)
    client, us = workspace.sheets.client, workspace.service_email
    with ExitStack() as stack:
        another = None
        if means.another:
            another = stack.enter_context(connections.another(workspace.settings, workspace.clock, means.another))
        if means.scratch:
            wanted = _not_ours(workspace, scratch_file.id_of(means.scratch))
            book = stack.enter_context(scratch_file.brought(client, wanted, us, workspace.progress))
        else:
            _tell_leftovers(workspace)
            book = stack.enter_context(scratch_file.made(workspace.sheets, us, workspace.progress))
        other, address = None, ""
        if another is not None:
            address = another[1]
            other = _shared(workspace, book, address, Scratch(another[0], book.spreadsheet_id))
        yield Trial(
            book=book,
            us=us,
            patience=patience or Patience(time.sleep, time.monotonic),
            now_milliseconds=lambda: int(workspace.clock().timestamp() * 1000),
            other=other,
            other_address=address,
            group=means.group,
            watching=_watching(workspace, book),
            listener=_listener(workspace, means),
            progress=workspace.progress,
        )


def _tell_leftovers(workspace: Workspace) -> None:
    """Name what a session left that was killed before it could tidy up; another may be at work on it."""
    for spreadsheet_id, _properties in workspace.sheets.find({scratch_file.MARK: "1"}):
        link = workspace.link_to(spreadsheet_id, 0, "")
        workspace.progress(f"Còn một bảng nháp của lần thử khác: {link}. Nếu không ai đang thử, xóa được.")


def _not_ours(workspace: Workspace, spreadsheet_id: str) -> str:
    known = {book.spreadsheet_id for book in workspace.store.registry.workbooks(workspace.campaign.key)}
    if spreadsheet_id in known:
        raise ScratchError("--scratch: đây là bảng tính của đợt, không dùng để thử. Lập một bảng tính trống.")
    return spreadsheet_id


def _shared(workspace: Workspace, book: Scratch, address: str, other: Scratch) -> Scratch | None:
    """Let the other write the scratch spreadsheet; None when that is refused, and the trials that need it say so."""
    if address == workspace.service_email:
        raise ScratchError("--as: đây chính là tài khoản của dịch vụ; cần một tài khoản khác.")
    try:
        book.share("user", address, "writer")
        allowed = can_write(book, other)
    except SheetsError as error:
        workspace.progress(f"Không chia sẻ được bảng nháp cho tài khoản thứ hai: {error}")
        return None
    return other if allowed else None


def _watching(workspace: Workspace, book: Scratch) -> Scratch | None:
    if workspace.settings.sheets != "google":
        return None
    sheets, _address = wiring.connect_sheets(workspace.settings, workspace.clock, Component.CONSOLIDATE)
    return Scratch(sheets.client, book.spreadsheet_id)


def _listener(workspace: Workspace, means: Means) -> StoreListener | None:
    address = means.push_address or push_address(workspace.settings)
    return StoreListener(workspace.store, address, workspace.clock) if address else None


def try_all(trial: Trial, assumptions: Sequence[Assumption]) -> Iterator[Result]:
    """Yield what was found of each, as soon as it is known."""
    for number, assumption in enumerate(assumptions, start=1):
        trial.progress(f"[{number}/{len(assumptions)}] {assumption.name}…")
        yield Result(assumption, _found(trial, assumption))


def _found(trial: Trial, assumption: Assumption) -> Found:
    try:
        return assumption.try_it(trial)
    except SheetsError as error:
        return untried(str(error))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # an answer of another form than Google describes
        return untried(f"câu trả lời không như mô tả ({type(error).__name__})")
