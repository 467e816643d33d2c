"""Every workbook and the master: reachable, ours to edit, in the language and zone set, whole, who has access."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from service.consolidation import master_writing
from service.domain.drift import DriftKind
from service.domain.titles import form_part
from service.errors import SheetsForbiddenError
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.operations.doctor import drift_findings
from service.operations.doctor.findings import Finding, State, attention, guarded, ok
from service.sheets import drive_files
from service.sheets.drive_files import FileFacts
from service.sheets.inventory import Inventory
from service.sheets.verbs import FileState
from service.workbooks import drift_check
from service.workspace import Workspace
from sheets_schema.wording import Message, message, verbatim

SUBJECT = message("doctor.workbooks")
MASTER = message("doctor.master")
READERS = message("doctor.master_readers")
OWNERS = {"owner", "organizer", "fileOrganizer"}
NAMED = 10  # units whose tabs are missing


def workbooks_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about every workbook of units."""
    known = workspace.store.registry.workbooks(workspace.campaign.key)
    books = [book for book in known if book.kind is WorkbookKind.FORM]
    if not books:
        yield attention(SUBJECT, "doctor.not_provisioned")
    for number, book in enumerate(books, start=1):
        workspace.progress(message("doctor.examining_workbook", number=number, count=len(books)))
        yield from guarded(_title(workspace, book), partial(_workbook, workspace, book))


def _title(workspace: Workspace, book: RegisteredWorkbook) -> Message:
    return message("doctor.workbook", form=form_part(workspace.campaign, book.form, book.shard))


def _workbook(workspace: Workspace, book: RegisteredWorkbook) -> Iterator[Finding]:
    subject = _title(workspace, book)
    facts = _reach(workspace, book.spreadsheet_id, "tonghop provision --recreate")
    if isinstance(facts, Message):
        yield Finding(subject, State.FAILED, facts)
        return
    inventory = workspace.sheets.inventory(book.spreadsheet_id)
    yield _whole(workspace, book, inventory, subject)
    yield from drift_findings.drift_in(workspace, book, inventory, subject)


def _whole(workspace: Workspace, book: RegisteredWorkbook, inventory: Inventory, subject: Message) -> Finding:
    expected = drift_findings.tabs_in(workspace, book)
    missing = [tab.unit for tab in expected if inventory.tab(tab.sheet_id) is None]
    if missing:
        units = ", ".join(missing[:NAMED]) + (" …" if len(missing) > NAMED else "")
        return attention(subject, "doctor.tabs_missing", title=inventory.title, units=units)
    return ok(subject, "doctor.tabs", title=inventory.title, count=len(expected))


def _reach(workspace: Workspace, spreadsheet_id: str, remedy: str) -> FileFacts | Message:
    """Return what Drive knows of a file, or what to do where it is lost."""
    try:
        facts = drive_files.facts_of(workspace.sheets, spreadsheet_id)
    except SheetsForbiddenError as error:
        return error.message
    if facts.state is FileState.MISSING:
        return message("doctor.file_gone", us=_ourselves(workspace), remedy=remedy)
    return message("doctor.file_binned", remedy=remedy) if facts.state is FileState.BINNED else facts


def _ourselves(workspace: Workspace) -> Message:
    return verbatim(workspace.service_email) if workspace.service_email else message("doctor.our_account")


def master_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield the findings about the master and about who reads it."""
    known = master_writing.master_id(workspace)
    if known is None:
        yield attention(MASTER, "doctor.not_provisioned")
        return
    facts = _reach(workspace, known, "tonghop provision")
    if isinstance(facts, Message):
        yield Finding(MASTER, State.FAILED, facts)
        return
    state = workspace.store.registry.master_state(known)
    notice = state.notice if state else ""
    link = workspace.link_to(known, 0, "")
    yield Finding(MASTER, State.ATTENTION if notice else State.OK, Message.of_kept(notice or link))
    yield from _sharing(workspace, facts)


def _sharing(workspace: Workspace, facts: FileFacts) -> Iterator[Finding]:
    """Yield what differs in the master's sharing, and who reads and edits it, stranger or not."""
    shared = drive_files.permissions_of(workspace.sheets, facts.id)
    on_google = workspace.settings.sheets == "google"
    others = [one for one in shared if one.role not in OWNERS and one.address.lower() != workspace.service_email]
    writers = [one.address for one in others if one.role == "writer" and one.kind in {"user", "group"}]
    readers = [one.address for one in others if one.role in {"reader", "commenter"} and one.address]
    left_out = {DriftKind.SHARED_WITH_STRANGER} | (set() if readers and on_google else {DriftKind.COPYING_ON})
    group = master_writing.master_group(workspace)
    found = drift_check.master_findings(workspace, group, facts.name, facts, shared)
    differing = [one for one in found if one.kind not in left_out]
    failing = [one for one in differing if one.kind in drift_findings.FAILING]
    yield from drift_findings.as_findings(MASTER, failing)
    yield from drift_findings.as_findings(READERS, [one for one in differing if one not in failing])
    if writers:
        yield attention(READERS, "doctor.master_writers", who=", ".join(writers))
    if readers:
        yield ok(READERS, "doctor.set_to", value=", ".join(readers))
    elif on_google and not any(one.kind in {"anyone", "domain"} for one in shared):
        yield attention(READERS, "doctor.master_unshared")
