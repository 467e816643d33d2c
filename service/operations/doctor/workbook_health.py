"""Every workbook and the master: reachable, ours to edit, in the language and zone set, whole, shared with whom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from service.consolidation import master_writing
from service.errors import SheetsForbiddenError
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.operations.doctor import drift_findings
from service.operations.doctor.findings import Finding, State, guarded, look, well
from service.sheets import drive_files
from service.sheets.drive_files import FileFacts
from service.sheets.verbs import FileState, Inventory
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
    if not facts.may_edit:
        yield Finding(subject, State.BROKEN, f"dịch vụ chỉ được xem. Chia sẻ quyền sửa cho {_ourselves(workspace)}.")
    if workspace.settings.sheets == "google" and facts.writers_can_share and not facts.drive:
        yield look(subject, "người sửa được chia sẻ tiếp cho người khác. Chạy: tonghop provision.")
    campaign = workspace.campaign
    wanted = (campaign.locale, str(campaign.zone))
    if (inventory.locale, inventory.zone) != wanted:
        yield look(
            subject,
            f"ngôn ngữ, múi giờ là {inventory.locale}, {inventory.zone}; phải là {', '.join(wanted)}. "
            "Chạy: tonghop provision.",
        )
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
    if not facts.may_edit:
        yield Finding(subject, State.BROKEN, f"dịch vụ chỉ được xem. Chia sẻ quyền sửa cho {_ourselves(workspace)}.")
    yield from _readers(workspace, known, facts)


def _readers(workspace: Workspace, spreadsheet_id: str, facts: FileFacts) -> Iterator[Finding]:
    subject = "Người xem bảng tổng hợp"
    shared = drive_files.permissions_of(workspace.sheets, spreadsheet_id)
    on_google = workspace.settings.sheets == "google"
    open_to = [one.address or "bất kỳ ai có liên kết" for one in shared if one.kind in {"anyone", "domain"}]
    if open_to:
        yield look(subject, f"mở cho {', '.join(open_to)}. Nếu không định vậy, bỏ ở nút Chia sẻ của bảng tính.")
    others = [one for one in shared if one.role not in OWNERS and one.address.lower() != workspace.service_email]
    writers = [one.address for one in others if one.role == "writer" and one.kind in {"user", "group"}]
    if writers:
        yield look(subject, f"sửa được bảng: {', '.join(writers)}. Bảng do dịch vụ ghi; hạ xuống quyền xem.")
    readers = [one.address for one in others if one.role in {"reader", "commenter"} and one.address]
    if readers:
        yield well(subject, f"{', '.join(readers)}.")
    elif on_google and not open_to:
        yield look(subject, "chưa chia sẻ cho ai. Chia sẻ quyền xem cho lãnh đạo Ban, hoặc dùng bảng theo dõi.")
    if readers and on_google and not facts.copying_off:
        yield look(subject, "sao chép và tải về được. Bỏ ở Chia sẻ › Cài đặt, hoặc chạy: tonghop provision.")
