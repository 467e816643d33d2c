"""Every workbook and the master: reachable, ours to edit, in the language and zone set, whole, shared with whom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from service.consolidation import master_writing
from service.domain.drift import DriftKind
from service.errors import SheetsForbiddenError
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.operations.doctor import drift_findings
from service.operations.doctor.findings import Finding, State, guarded, look, well
from service.sheets import drive_files
from service.sheets.drive_files import FileFacts
from service.sheets.verbs import FileState, Inventory
from service.workbooks import drift_check
from service.workspace import Workspace

OWNERS = {"owner", "organizer", "fileOrganizer"}


def workbooks_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is to be said of every workbook of units."""
    known = workspace.store.registry.workbooks(workspace.campaign.key)
    books = [book for book in known if book.kind is WorkbookKind.FORM]
    if not books:
        yield look("Bảng tính", "chưa lập. Chạy: tonghop provision.")
    for number, book in enumerate(books, start=1):
        workspace.progress(f"Đang xem bảng tính {number}/{len(books)}…")
        yield from guarded(_title(book), partial(_workbook, workspace, book))


def _title(book: RegisteredWorkbook) -> str:
    number = f" ({book.shard + 1})" if book.shard else ""
    return f"Bảng tính {book.form}{number}"


def _workbook(workspace: Workspace, book: RegisteredWorkbook) -> Iterator[Finding]:
    subject = _title(book)
    facts, lost = _reach(workspace, book.spreadsheet_id, "tonghop provision --recreate")
    if facts is None or lost:
        yield Finding(subject, State.BROKEN, lost)
        return
    inventory = workspace.sheets.inventory(book.spreadsheet_id)
    yield from _whole(workspace, book, inventory, subject)
    yield from drift_findings.drift_in(workspace, book, inventory, subject)


def _whole(workspace: Workspace, book: RegisteredWorkbook, inventory: Inventory, subject: str) -> Iterator[Finding]:
    expected = drift_findings.tabs_in(workspace, book)
    titles = [tab.unit for tab in expected if inventory.tab(tab.sheet_id) is None]
    if titles:
        yield look(
            subject,
            f"“{inventory.title}” thiếu trang của {', '.join(titles[:10])}{' …' if len(titles) > 10 else ''}. "
            "Chạy: tonghop provision --recreate.",
        )
    else:
        yield well(subject, f"“{inventory.title}”, {len(expected)} trang.")


def _reach(workspace: Workspace, spreadsheet_id: str, remedy: str) -> tuple[FileFacts | None, str]:
    """Return what Drive knows of a file, and what to do where it is lost."""
    try:
        facts = drive_files.facts_of(workspace.sheets, spreadsheet_id)
    except SheetsForbiddenError as error:
        return None, str(error)
    if facts.state is FileState.MISSING:
        return None, (
            f"đã bị xóa, hoặc không còn được chia sẻ cho {_ourselves(workspace)}. Chia sẻ lại, hoặc chạy: {remedy}."
        )
    is_binned = facts.state is FileState.BINNED
    return facts, f"đang trong thùng rác của Drive. Khôi phục ở đó, hoặc chạy: {remedy}." if is_binned else ""


def _ourselves(workspace: Workspace) -> str:
    return workspace.service_email or "tài khoản của dịch vụ"


def master_of(workspace: Workspace) -> Iterator[Finding]:
    """Yield what is to be said of the master and of who reads it."""
    subject, known = "Bảng tổng hợp", master_writing.master_id(workspace)
    if known is None:
        yield look(subject, "chưa lập. Chạy: tonghop provision.")
        return
    facts, lost = _reach(workspace, known, "tonghop provision")
    if facts is None or lost:
        yield Finding(subject, State.BROKEN, lost)
        return
    state = workspace.store.registry.master_state(known)
    notice = state.notice if state else ""
    yield look(subject, notice) if notice else well(subject, workspace.link_to(known, 0, ""))
    yield from _sharing(workspace, subject, facts)


def _sharing(workspace: Workspace, master: str, facts: FileFacts) -> Iterator[Finding]:
    """Yield what differs in the master's sharing, and who reads and edits it, stranger or not."""
    subject = "Người xem bảng tổng hợp"
    shared = drive_files.permissions_of(workspace.sheets, facts.id)
    on_google = workspace.settings.sheets == "google"
    others = [one for one in shared if one.role not in OWNERS and one.address.lower() != workspace.service_email]
    writers = [one.address for one in others if one.role == "writer" and one.kind in {"user", "group"}]
    readers = [one.address for one in others if one.role in {"reader", "commenter"} and one.address]
    left_out = {DriftKind.SHARED_WITH_STRANGER} | (set() if readers and on_google else {DriftKind.COPYING_ON})
    group = master_writing.master_group(workspace)
    found = drift_check.master_findings(workspace, group, facts.name, facts, shared)
    differing = [one for one in found if one.kind not in left_out]
    broken = [one for one in differing if one.kind in drift_findings.BROKEN]
    yield from drift_findings.as_findings(master, broken)
    yield from drift_findings.as_findings(subject, [one for one in differing if one not in broken])
    if writers:
        yield look(subject, f"sửa được bảng: {', '.join(writers)}. Bảng do dịch vụ ghi; hạ xuống quyền xem.")
    if readers:
        yield well(subject, f"{', '.join(readers)}.")
    elif on_google and not any(one.kind in {"anyone", "domain"} for one in shared):
        yield look(subject, "chưa chia sẻ cho ai. Chia sẻ quyền xem cho lãnh đạo Ban, hoặc dùng bảng theo dõi.")
