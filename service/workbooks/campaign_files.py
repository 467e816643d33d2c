"""The campaign's spreadsheets as files: made by us or brought by a person, marked so that they are found again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain.file_sources import MOST_TABS, FileSource, spreadsheet_id_in, workbook_title
from service.domain.roles import read_address
from service.errors import (
    SettingsError,
    SheetsForbiddenError,
    SheetsMissingError,
    SheetsRefusedError,
    SheetsUnavailableError,
    WorkbookNeededError,
    WorkbookRefusedError,
)
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.leases import campaign_lease
from service.sheets import drive_about, drive_files
from service.sheets.drive_files import FileFacts
from service.sheets.tab_requests import UNIT_KEY
from service.sheets.verbs import FileState, Inventory, TabInventory
from service.workspace import Workspace
from sheets_schema.campaign import Form

CAMPAIGN_PROPERTY = "tonghop.campaign"
FORM_PROPERTY = "tonghop.form"
SHARD_PROPERTY = "tonghop.shard"
KIND_PROPERTY = "tonghop.kind"
MASTER_KIND = "master"
_DEFAULT_SHEET = re.compile(r"(Sheet|Trang tính ?)1", re.IGNORECASE)
NO_STORAGE_WORDS = (
    "Google không cho tài khoản dịch vụ sở hữu tệp. Chọn một trong ba cách: tự lập bảng tính rồi chia sẻ "
    "(TONGHOP_FILES=brought, xem tonghop workbook add --help); lập trong một ổ dùng chung mà tài khoản này là "
    "thành viên (TONGHOP_FILES=drive:MÃ); hoặc thay mặt một hộp thư (TONGHOP_GOOGLE_SUBJECT). "
    "Từng bước: docs/google.md."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Which of the campaign's workbooks is meant: a form's, by its number from 0, or the master."""

    form: Form | None = None
    shard: int = 0

    @property
    def kind(self) -> WorkbookKind:
        """Return what it is for."""
        return WorkbookKind.FORM if self.form else WorkbookKind.MASTER

    @property
    def key(self) -> str:
        """Return the form's key; blank for the master."""
        return self.form.key if self.form else ""

    @property
    def option(self) -> str:
        """Return how a command names it."""
        if self.form is None:
            return "--master"
        return f"--form {self.form.key}" + (f" --shard {self.shard + 1}" if self.shard else "")


def title_of(workspace: Workspace, place: Place) -> str:
    """Return what a workbook is called."""
    return workbook_title(workspace.campaign, place.key, place.shard)


def properties_of(workspace: Workspace, place: Place) -> dict[str, str]:
    """Return the appProperties by which a workbook is found again."""
    if place.form is None:
        return {CAMPAIGN_PROPERTY: workspace.campaign.key, KIND_PROPERTY: MASTER_KIND}
    return {
        CAMPAIGN_PROPERTY: workspace.campaign.key,
        FORM_PROPERTY: place.form.key,
        SHARD_PROPERTY: str(place.shard),
    }


def identified(workspace: Workspace) -> Workspace:
    """Return the workspace with the address the spreadsheets know us by: every protection must list that very one.

    SheetsRefusedError where neither the settings nor the server tell it: we would lock ourselves out.
    """
    client = workspace.sheets.client
    address = drive_about.told_address(client) if workspace.service_email else drive_about.own_address(client)
    return replace(workspace, service_email=address or workspace.service_email)


def check_capacity(workspace: Workspace) -> None:
    """Raise SettingsError where more tabs share a workbook than Google lets people edit at the same time."""
    tabs = workspace.campaign.policy.tabs_per_workbook
    if workspace.settings.sheets == "google" and tabs > MOST_TABS:
        raise SettingsError(
            f"tabs_per_workbook = {tabs}: Google chỉ cho khoảng 100 người cùng sửa một bảng tính. "
            f"Đặt nhiều nhất {MOST_TABS} trong khai báo đợt."
        )


def needed_words(workspace: Workspace, place: Place, count: int = 1) -> str:
    """Say what a person is to do so that a workbook is there."""
    name = title_of(workspace, place)
    who = workspace.service_email or "tài khoản dịch vụ"
    return (
        f"Cần thêm {count} bảng tính cho “{name}”: tạo bảng tính trống, chia sẻ quyền Người chỉnh sửa cho {who}, "
        f"rồi chạy: tonghop workbook add {place.option} ĐƯỜNG_LIÊN_KẾT"
    )


def create(workspace: Workspace, place: Place) -> str:
    """Make a spreadsheet where the settings say and return its id; WorkbookNeededError where a person must."""
    if workspace.files.source is FileSource.BROUGHT:
        raise WorkbookNeededError(needed_words(workspace, place))
    try:
        return _made(workspace, place)
    except SheetsUnavailableError:
        # it may be there though its answer was lost: look before another is made
        found = find(workspace, properties_of(workspace, place))
        return found[0][0] if found else _made(workspace, place)


def _made(workspace: Workspace, place: Place) -> str:
    drive = workspace.files.drive
    try:
        return workspace.sheets.create(title_of(workspace, place), properties_of(workspace, place), drive)
    except SheetsForbiddenError as error:
        if drive_files.lacks_storage(error):
            raise SheetsForbiddenError(NO_STORAGE_WORDS) from error
        raise
    except SheetsMissingError as error:
        if not drive:
            raise
        raise SheetsMissingError(
            f"Không thấy ổ dùng chung {drive} (TONGHOP_FILES). Kiểm tra mã ổ, và thêm "
            f"{workspace.service_email or 'tài khoản dịch vụ'} làm thành viên với vai trò Người quản lý nội dung."
        ) from error


def find(workspace: Workspace, properties: Mapping[str, str]) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return id and appProperties of the spreadsheets that carry these, oldest first."""
    return workspace.sheets.find(properties, workspace.files.drive)


def is_empty(workspace: Workspace, spreadsheet_id: str, tab: TabInventory) -> bool:
    """Tell whether nobody wrote anything on a tab. One read."""
    grid = workspace.sheets.read(spreadsheet_id, [tab])[tab.sheet_id]
    return not any(cell for row in grid.cells for cell in row) and not tab.charts and not tab.protections


def let_in(workspace: Workspace, facts: FileFacts, kind: str, address: str, role: str) -> bool:
    """Share a file with a user or a group, without mail; False where that is refused."""
    if not facts.may_share:
        return False
    try:
        drive_files.share(workspace.sheets, facts.id, kind, address, role)
    except (SheetsForbiddenError, SheetsRefusedError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Brought:
    """A workbook somebody brought, and what is to be known about it."""

    workbook: RegisteredWorkbook
    title: str  # as the file is called
    is_new: bool
    notices: tuple[str, ...] = ()


def bring(workspace: Workspace, form: Form | None, link: str, shard: int | None = None, group: str = "") -> Brought:
    """Take a spreadsheet that a person made and shared with us; WorkbookRefusedError when it cannot be used.

    It is marked before it is registered: cut off in between, the next run finds it.
    """
    spreadsheet_id = spreadsheet_id_in(link)
    if spreadsheet_id is None:
        raise WorkbookRefusedError(
            f"“{link[:80]}” không phải là đường liên kết hay mã của một bảng tính. Chép từ thanh địa chỉ khi đang mở "
            "bảng tính, dạng https://docs.google.com/spreadsheets/d/…/edit."
        )
    address = _group(group) if group else ""
    workspace = identified(workspace)
    with campaign_lease(workspace):
        facts = _usable(workspace, spreadsheet_id)
        place, before = _place(workspace, form, spreadsheet_id, shard)
        _refuse_in_use(workspace, place, facts)
        inventory = workspace.sheets.inventory(spreadsheet_id)
        notices = tuple(_foreign(workspace, place, inventory))
        is_new = before is None or before.spreadsheet_id != spreadsheet_id
        drive_files.mark(workspace.sheets, spreadsheet_id, properties_of(workspace, place))
        kept = before.group_address if before else ""
        at = workspace.clock() if is_new or before is None else before.created_at
        workbook = RegisteredWorkbook(
            workspace.campaign.key, place.key, place.shard, spreadsheet_id, place.kind, at, address or kept
        )
        if workbook != before:
            workspace.store.registry.save_workbook(workbook)
    return Brought(workbook, facts.name, is_new, notices)


def _usable(workspace: Workspace, spreadsheet_id: str) -> FileFacts:
    facts = drive_files.facts_of(workspace.sheets, spreadsheet_id)
    who = workspace.service_email or "tài khoản dịch vụ"
    if facts.state is FileState.MISSING:
        raise WorkbookRefusedError(
            f"Không mở được bảng tính này: chưa chia sẻ cho {who}, hoặc mã sai. Mở bảng tính, bấm Chia sẻ, thêm {who} "
            "với quyền Người chỉnh sửa, rồi chạy lại."
        )
    if not facts.is_spreadsheet:
        raise WorkbookRefusedError(
            f"“{facts.name}” không phải là bảng tính Google. Tệp Excel thì mở bằng Google Trang tính rồi chọn "
            "Tệp › Lưu dưới dạng Google Trang tính, và dùng đường liên kết mới."
        )
    if facts.state is FileState.BINNED:
        raise WorkbookRefusedError(f"“{facts.name}” đang trong thùng rác. Khôi phục nó, hoặc tạo bảng tính khác.")
    if not facts.may_edit:
        raise WorkbookRefusedError(
            f"“{facts.name}” mới chia sẻ cho {who} quyền xem. Đổi thành Người chỉnh sửa rồi chạy lại."
        )
    return facts


def _place(
    workspace: Workspace, form: Form | None, spreadsheet_id: str, shard: int | None
) -> tuple[Place, RegisteredWorkbook | None]:
    """Return which workbook a spreadsheet becomes, and what is registered there; refuse what is taken."""
    place = Place(form)
    known = {
        book.shard: book
        for book in workspace.store.registry.workbooks(workspace.campaign.key)
        if (book.kind, book.form) == (place.kind, place.key)
    }
    already = next((number for number, book in known.items() if book.spreadsheet_id == spreadsheet_id), None)
    if already is not None and shard in {None, already}:
        return Place(form, already), known[already]
    if shard is None:
        # one that is gone is replaced first
        taken = {number for number, book in known.items() if _stands(workspace, book)}
        shard = next(number for number in range(len(taken) + 1) if number not in taken)
        _refuse_more_than_needed(workspace, Place(form, shard), len(taken))
    elif shard in known and _stands(workspace, known[shard]):
        raise WorkbookRefusedError(
            f"“{title_of(workspace, Place(form, shard))}” đã có bảng tính: "
            f"{workspace.link_to(known[shard].spreadsheet_id, 0, '')}. Xem tonghop workbook list."
        )
    return Place(form, shard), known.get(shard)


def _stands(workspace: Workspace, book: RegisteredWorkbook) -> bool:
    return workspace.sheets.state(book.spreadsheet_id) is FileState.THERE


def _refuse_more_than_needed(workspace: Workspace, place: Place, there: int) -> None:
    needed = workbooks_needed(workspace) if place.form else 1
    if there >= needed:
        name = title_of(workspace, Place(place.form))
        more = f" Vẫn muốn thêm thì ghi --shard {place.shard + 1}." if place.form else ""
        raise WorkbookRefusedError(f"“{name}” đã đủ bảng tính ({needed}).{more} Xem tonghop workbook list.")


def workbooks_needed(workspace: Workspace) -> int:
    """Return how many workbooks a form's units fill."""
    campaign = workspace.campaign
    return max(1, -(-len(campaign.active_units) // campaign.policy.tabs_per_workbook))


def _refuse_in_use(workspace: Workspace, place: Place, facts: FileFacts) -> None:
    """Refuse a file that is another campaign's, another form's, or a copy of a workbook of ours."""
    carried = {key: value for key, value in facts.properties.items() if key.startswith("tonghop.")}
    campaign = carried.get(CAMPAIGN_PROPERTY, "")
    registered = {book.spreadsheet_id: book for book in workspace.store.registry.workbooks(workspace.campaign.key)}
    book = registered.get(facts.id)
    wanted = (place.kind, place.key, place.shard)
    if book is not None and (book.kind, book.form, book.shard) != wanted:
        what = "bảng tổng hợp" if book.kind is WorkbookKind.MASTER else f"mẫu {book.form}, bảng thứ {book.shard + 1}"
        raise WorkbookRefusedError(f"“{facts.name}” đang dùng cho {what}. Tạo một bảng tính khác.")
    if campaign and campaign != workspace.campaign.key:
        raise WorkbookRefusedError(f"“{facts.name}” đang dùng cho đợt {campaign}. Tạo một bảng tính khác.")
    if book is None and carried and carried != properties_of(workspace, place):
        raise WorkbookRefusedError(
            f"“{facts.name}” mang dấu của một bảng tính khác trong đợt này (mẫu "
            f"{carried.get(FORM_PROPERTY) or 'tổng hợp'}), có thể là bản sao của nó. Tạo một bảng tính trống."
        )


def _foreign(workspace: Workspace, place: Place, inventory: Inventory) -> list[str]:
    """Say what stands in a brought file and is not ours: it is left as it is."""
    ours = {tab.sheet_id for tab in workspace.store.registry.tabs(workspace.campaign.key)}
    others = [tab for tab in inventory.tabs if tab.sheet_id not in ours and UNIT_KEY not in tab.metadata]
    if place.form is None:
        state = workspace.store.registry.master_state(inventory.spreadsheet_id)
        others = [] if state is not None else others
    if len(inventory.tabs) == 1 and others and _is_default(others[0]):
        others = [] if is_empty(workspace, inventory.spreadsheet_id, others[0]) else others
    if not others:
        return []
    titles = ", ".join(f"“{tab.title}”" for tab in others[:5]) + (" …" if len(others) > 5 else "")
    return [f"Bảng tính này đã có trang: {titles}. Các trang đó được giữ nguyên, không tổng hợp."]


def _is_default(tab: TabInventory) -> bool:
    """Tell the one sheet that a new file begins with, in Vietnamese or English."""
    return tab.sheet_id == 0 and _DEFAULT_SHEET.fullmatch(tab.title) is not None


@dataclass(frozen=True, slots=True)
class Listed:
    """A workbook of the campaign, there or yet to be brought."""

    place: Place
    title: str
    workbook: RegisteredWorkbook | None
    state: FileState | None
    tabs: int

    @property
    def is_ready(self) -> bool:
        """Tell whether it is there."""
        return self.state is FileState.THERE


def listed(workspace: Workspace, forms: Sequence[Form]) -> tuple[Listed, ...]:
    """Return every workbook there is or should be, the forms' and then the master. One Drive call a workbook."""
    known = {
        (book.kind, book.form, book.shard): book for book in workspace.store.registry.workbooks(workspace.campaign.key)
    }
    places = [Place(form, shard) for form in forms for shard in _shards(workspace, form)]
    counts: dict[str, int] = {}
    for tab in workspace.store.registry.tabs(workspace.campaign.key):
        counts[tab.spreadsheet_id] = counts.get(tab.spreadsheet_id, 0) + (tab.orphaned_at is None)
    found = []
    for place in [*places, Place()]:
        book = known.get((place.kind, place.key, place.shard))
        state = workspace.sheets.state(book.spreadsheet_id) if book else None
        tabs = counts.get(book.spreadsheet_id, 0) if book else 0
        found.append(Listed(place, title_of(workspace, place), book, state, tabs))
    return tuple(found)


def _shards(workspace: Workspace, form: Form) -> list[int]:
    known = {
        book.shard
        for book in workspace.store.registry.workbooks(workspace.campaign.key)
        if book.kind is WorkbookKind.FORM and book.form == form.key
    }
    return sorted(known | set(range(workbooks_needed(workspace))))


def set_group(workspace: Workspace, place: Place, group: str) -> RegisteredWorkbook:
    """Share a workbook with a group from now on, or with none (""); a former group loses its access at once.

    The next `tonghop provision` shares it. WorkbookNeededError when there is no such workbook yet.
    """
    address = _group(group) if group else ""
    with campaign_lease(workspace):
        book = registered(workspace, place)
        if book.group_address == address:
            return book
        if book.group_address:
            # before it is forgotten: cut off in between, the registry still knows whom to take it from
            for one in drive_files.permissions_of(workspace.sheets, book.spreadsheet_id):
                if one.kind == "group" and one.address == book.group_address and not one.inherited:
                    drive_files.unshare(workspace.sheets, book.spreadsheet_id, one.id)
        book = replace(book, group_address=address)
        workspace.store.registry.save_workbook(book)
    return book


def registered(workspace: Workspace, place: Place) -> RegisteredWorkbook:
    """Return what is registered for a place; WorkbookNeededError where nothing is."""
    for book in workspace.store.registry.workbooks(workspace.campaign.key):
        if (book.kind, book.form, book.shard) == (place.kind, place.key, place.shard):
            return book
    raise WorkbookNeededError(f"Chưa có “{title_of(workspace, place)}”. Xem tonghop workbook list.")


def _group(text: str) -> str:
    address = read_address(text)
    if address is None:
        raise WorkbookRefusedError(f"“{text[:80]}” không phải là địa chỉ của một nhóm.")
    return address
