"""Carry out a provisioning plan: workbooks found, made or asked for; tabs protected, then shared, then opened.

The order within a workbook keeps everybody out of what is not his at every moment: tabs are made in atomic batches
with their protections, editable by the service alone; they are read back; only then is the file shared; last, in one
batch, each unit is let onto its own tiles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from service import drift, workbooks
from service.domain import renewal, tab_shape
from service.domain.consolidation import first_feedback
from service.domain.drift import DriftFinding, DriftKind, shuts_out, wrong_tiles
from service.domain.files import FileSource
from service.domain.provisioning import FormPlan, FoundTab, KnownTab, Step, TabPlan, plan_form
from service.domain.provisioning_report import ProvisionReport
from service.drift import SeenBook
from service.errors import SheetsError, SheetsForbiddenError, SheetsRefusedError
from service.facts.records import RegisteredTab, RegisteredWorkbook, WorkbookKind
from service.form_tabs import FormTabs, found_tiles
from service.sheets import drive_files
from service.sheets.drive_files import FileFacts, Permission
from service.sheets.tab_requests import (
    FEEDBACK_KEY,
    INPUT_NOTE,
    ORPHANED,
    SHAPE_KEY,
    TEMPLATE_KEY,
    UNIT_KEY,
    create_tab,
    mark_orphan,
    renew_tab,
    set_editors,
    template_of,
)
from service.sheets.verbs import FileState, Inventory, Request, TabInventory, packed, request_size
from service.workbooks import CAMPAIGN_PROPERTY, FORM_PROPERTY, SHARD_PROPERTY, Place
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Form
from sheets_schema.grid import Grid
from sheets_schema.rows import read_tab
from sheets_schema.tab_layout import TabLayout

LOST_WORDS = {
    FileState.MISSING: (
        "Bảng tính “{title}” đã bị xóa hoặc không còn được chia sẻ. Lập bảng tính mới, trang trống, bằng: {command}."
    ),
    FileState.BINNED: (
        "Bảng tính “{title}” đang trong thùng rác của Drive. Khôi phục ở đó để giữ những gì đã nhập, "
        "hoặc lập bảng tính mới, trang trống, bằng: {command}."
    ),
}


def provision_form(workspace: Workspace, form: Form, report: ProvisionReport, *, dry_run: bool, recreate: bool) -> None:
    """Bring one form's workbooks and tabs to what the campaign declares."""
    run = _FormRun(workspace, form, report)
    run.look(adopt=not dry_run)
    plan = run.plan(recreate=recreate)
    run.tell(plan)
    if dry_run:
        return
    for shard in plan.shards:
        if shard in run.seen or (shard not in run.waiting and (shard not in run.lost or recreate)):
            run.carry_out(plan, shard)


class _FormRun:
    """One form's provisioning."""

    def __init__(self, workspace: Workspace, form: Form, report: ProvisionReport) -> None:
        self.workspace = workspace
        self.campaign: Campaign = workspace.campaign
        self.form = form
        self.report = report
        self.tabs = FormTabs(workspace, form)
        self.first_summary: str | None = None
        self.seen: dict[int, SeenBook] = {}
        self.lost: dict[int, FileState] = {}  # shards whose spreadsheet is gone or in the bin
        self.waiting: set[int] = set()  # shards that a person must bring a spreadsheet for
        self.copies: dict[int, list[str]] = {}  # other files that carry a shard's marks
        self.books: dict[int, RegisteredWorkbook] = {
            workbook.shard: workbook
            for workbook in workspace.store.workbooks(self.campaign.key)
            if workbook.kind is WorkbookKind.FORM and workbook.form == form.key
        }

    def look(self, *, adopt: bool) -> None:
        """Look at every workbook there is; one that our registry lost is found by its properties."""
        sheets = self.workspace.sheets
        facts = {shard: drive_files.facts_of(sheets, book.spreadsheet_id) for shard, book in self.books.items()}
        self.lost = {shard: one.state for shard, one in facts.items() if one.state is not FileState.THERE}
        properties = {CAMPAIGN_PROPERTY: self.campaign.key, FORM_PROPERTY: self.form.key}
        for spreadsheet_id, carried in workbooks.find(self.workspace, properties):
            shard = int(carried.get(SHARD_PROPERTY, "0"))
            if shard in self.books and self.books[shard].spreadsheet_id == spreadsheet_id:
                continue
            found = (
                drive_files.facts_of(sheets, spreadsheet_id) if shard not in self.books or shard in self.lost else None
            )
            if found is not None and (shard not in self.books or self._is_by_us(found)):
                # created or marked, and cut off before it was recorded; of two, the older counts
                self.lost.pop(shard, None)
                self._adopt(shard, spreadsheet_id, save=adopt)
                facts[shard] = found
            else:
                self.copies.setdefault(shard, []).append(spreadsheet_id)
        for shard, one in facts.items():
            if shard not in self.lost:
                self.seen[shard] = drift.look(self.workspace, one)

    def _is_by_us(self, facts: FileFacts) -> bool:
        """Tell whether a file can only be one that we made: a copy never takes a lost one's place by itself."""
        source, drive = self.workspace.files.source, self.workspace.files.drive
        return source is not FileSource.BROUGHT and (facts.is_ours or bool(drive and facts.drive == drive))

    def _title(self, shard: int) -> str:
        return workbooks.title_of(self.workspace, Place(self.form, shard))

    def _adopt(self, shard: int, spreadsheet_id: str, *, save: bool = True) -> None:
        at, key = self.workspace.clock(), self.campaign.key
        group = self.books[shard].group_address if shard in self.books else ""
        book = RegisteredWorkbook(key, self.form.key, shard, spreadsheet_id, WorkbookKind.FORM, at, group)
        self.books[shard] = book
        if save:
            self.workspace.store.save_workbook(book)

    def plan(self, *, recreate: bool) -> FormPlan:
        """Plan the form's tabs, and turn "keep" into what else they need."""
        shards = {book.spreadsheet_id: shard for shard, book in self.books.items()}
        known = [
            KnownTab(tab.unit, shards[tab.spreadsheet_id], tab.sheet_id, tab.orphaned_at is not None)
            for tab in self.workspace.store.tabs(self.campaign.key)
            if tab.form == self.form.key and tab.spreadsheet_id in shards
        ]
        there = {shard: [_found(tab) for tab in seen.inventory.tabs] for shard, seen in self.seen.items()}
        plan = plan_form(self.campaign, self.form, known, there, lost=frozenset(self.lost), recreate=recreate)
        if self.workspace.files.source is FileSource.BROUGHT:
            self.waiting = {
                shard for shard in plan.shards if shard not in self.seen and (recreate or shard not in self.lost)
            }
        return replace(plan, tabs=tuple(replace(tab, step=self._step(tab)) for tab in plan.tabs))

    def _step(self, tab: TabPlan) -> Step:
        if tab.step is not Step.KEEP:
            return tab.step
        seen = self.seen[tab.shard]
        standing = seen.inventory.tab(tab.sheet_id)
        if standing is None or not seen.facts.may_edit:
            return Step.KEEP
        tiles = self.tabs.tiles(tab.unit, standing)
        # planned as if everybody could open the file already: whom we cannot share it with is told later
        doors = self.tabs.doors(tab.unit, seen.permissions, by_group=True)
        if any(shuts_out(tile, doors) for tile in tiles.found):
            # nothing of ours could be changed there; the report says who can
            return Step.KEEP
        is_current = (
            standing.metadata.get(TEMPLATE_KEY) == self._template(tab.unit, tab.sheet_id, tab.title)
            and tiles.stand
            and {*(column.key for column in self.form.columns), FEEDBACK_KEY} <= set(standing.columns.values())
        )
        if not is_current:
            return Step.RENEW
        return Step.ADMIT if wrong_tiles(tiles, doors) else Step.KEEP

    def _template(self, unit: str, sheet_id: int, title: str) -> str:
        return template_of(self.tabs.layout(unit), self.tabs.identity(unit, sheet_id, title))

    def _first_summary(self, layout: TabLayout) -> str:
        """Return what a new tab of this form says; the same for every unit."""
        if self.first_summary is None:
            self.first_summary = first_feedback(self.campaign, layout).summary
        return self.first_summary

    def tell(self, plan: FormPlan) -> None:
        """Count the plan into the report, and name what differs from what we set."""
        report = self.report
        creating = [tab for tab in plan.of(Step.CREATE, Step.RECREATE) if tab.shard not in self.waiting]
        report.created += len(creating)
        report.changed += len(plan.of(Step.RENEW, Step.ADMIT))
        report.kept += len(plan.of(Step.KEEP))
        report.deleted += [f"{tab.title} ({self.form.key})" for tab in plan.of(Step.DELETED)]
        report.orphaned += [f"{tab.title} ({self.form.key})" for tab in plan.of(Step.ORPHAN)]
        if report.dry_run and creating:
            titles = ", ".join(tab.title for tab in creating)
            report.lines.append(f"{self.form.title}: sẽ tạo {len(creating)} trang: {titles}.")
        for shard, state in sorted(self.lost.items()):
            if shard not in self.waiting:
                command = "tonghop provision --recreate"
                report.notices.append(LOST_WORDS[state].format(title=self._title(shard), command=command))
        for shard in sorted(self.lost.keys() & self.copies.keys()):
            report.drift += drift.copy_findings(self.workspace, self._title(shard), self.copies[shard])
        for shard in sorted(self.waiting):
            place = Place(self.form, shard)
            count = sum(tab.shard == shard for tab in plan.of(Step.CREATE, Step.RECREATE))
            report.needed.append(f"{workbooks.needed_words(self.workspace, place)} ({count} trang chờ bảng này.)")
        for shard in self.seen:
            report.drift += self._drift(plan, shard)

    def _drift(self, plan: FormPlan, shard: int) -> list[DriftFinding]:
        seen = self.seen[shard]
        ours = {tab.sheet_id: tab.unit for tab in plan.tabs if tab.shard == shard}
        kept = {
            tab.sheet_id: tab.unit
            for tab in plan.of(Step.KEEP, Step.RENEW, Step.ADMIT)
            if tab.shard == shard and self._is_made(seen, tab)
        }
        found = [
            *drift.form_findings(self.workspace, self.tabs, seen, kept, self._group(shard)),
            *drift.extra_findings(seen, [tab for tab in seen.inventory.tabs if tab.sheet_id not in ours], ours),
            *drift.copy_findings(self.workspace, seen.title, self.copies.get(shard, ())),
        ]
        # who is yet to be let in is the plan's affair, and counted there
        return [one for one in found if one.kind is not DriftKind.EDITOR_MISSING]

    @staticmethod
    def _is_made(seen: SeenBook, tab: TabPlan) -> bool:
        """Tell whether a tab was a unit's until now: one that was an orphan's is to be renewed, nothing is lost."""
        standing = seen.inventory.tab(tab.sheet_id)
        return standing is not None and standing.metadata.get(TEMPLATE_KEY) != ORPHANED

    def _group(self, shard: int) -> str:
        return self.books[shard].group_address if shard in self.books else ""

    def carry_out(self, plan: FormPlan, shard: int) -> None:
        """Make one workbook what the plan says, in as few batches as the size allows."""
        workspace = self.workspace
        is_fresh = shard not in self.seen
        seen = self._create(shard) if is_fresh else self.seen[shard]
        if not seen.facts.may_edit:
            return
        spreadsheet_id, inventory = seen.facts.id, seen.inventory
        tabs = [tab for tab in plan.tabs if tab.shard == shard]
        permissions = self._send_off(seen)
        batches = list(packed(self._pieces(tabs, seen, is_fresh=is_fresh), lambda piece: request_size(piece.requests)))
        for part, batch in enumerate(batches, start=1):
            self._apply(spreadsheet_id, batch)
            workspace.progress(f"{self.form.title}: đã lập phần {part}/{len(batches)}.")
        if batches:
            inventory = self._read_back(spreadsheet_id, tabs)
        permissions = self._share(seen, permissions, tabs, shard)
        admitted = self._admit(inventory, permissions, tabs, by_group=bool(self._group(shard)))
        for tab in tabs:
            if tab.step is Step.ADMIT and tab.sheet_id not in admitted:
                # only those are missing whom the file cannot be shared with
                self.report.changed -= 1
                self.report.kept += 1
        self._close(seen, shard)
        self._remember(spreadsheet_id, tabs)
        self.report.links.append(f"{self.form.title}: {workspace.link_to(spreadsheet_id, 0, '')}")

    def _create(self, shard: int) -> SeenBook:
        workspace = self.workspace
        spreadsheet_id = workbooks.create(workspace, Place(self.form, shard))
        self._adopt(shard, spreadsheet_id)
        drive = workspace.files.drive
        facts = FileFacts(spreadsheet_id, self._title(shard), drive=drive, is_ours=not drive)
        return drift.look(workspace, facts)

    def _apply(self, spreadsheet_id: str, batch: Sequence[_Piece]) -> None:
        """Apply a batch; where it failed, look whether it landed all the same: an answer may be lost on its way.

        Sent again after that it is refused, because its tabs are there already.
        """
        requests = [request for piece in batch for request in piece.requests]
        try:
            self.workspace.sheets.apply(spreadsheet_id, requests, resend=all(piece.resend for piece in batch))
        except SheetsError:
            inventory = self.workspace.sheets.inventory(spreadsheet_id)
            told_by = [piece for piece in batch if piece.sheet_id is not None]
            if not told_by or not all(piece.stands_in(inventory) for piece in told_by):
                raise

    def _pieces(self, tabs: Sequence[TabPlan], seen: SeenBook, *, is_fresh: bool) -> Iterator[_Piece]:
        """Yield what each part of the workbook needs."""
        inventory = seen.inventory
        wanted = {"locale": self.campaign.locale, "timeZone": str(self.campaign.zone)}
        if (inventory.locale, inventory.zone) != (wanted["locale"], wanted["timeZone"]):
            yield _Piece([{"updateSpreadsheetProperties": {"properties": wanted, "fields": "locale,timeZone"}}])
        changed = [inventory.tab(tab.sheet_id) for tab in tabs if tab.step is Step.RENEW]
        grids = self.workspace.sheets.read(inventory.spreadsheet_id, [tab for tab in changed if tab is not None])
        for index, tab in enumerate(tabs):
            if tab.step is Step.ORPHAN:
                standing = inventory.tab(tab.sheet_id)
                if standing is not None:
                    yield _Piece(mark_orphan(standing, self.workspace.service_email), tab.sheet_id, ORPHANED)
            elif tab.step in {Step.CREATE, Step.RECREATE}:
                layout = self.tabs.layout(tab.unit)
                identity = self.tabs.identity(tab.unit, tab.sheet_id, tab.title)
                made = create_tab(layout, identity, index, self._first_summary(layout))
                yield _Piece(made, tab.sheet_id, template_of(layout, identity))
            elif tab.step is Step.RENEW:
                yield from self._renewal(tab, seen, grids)
        ours = {tab.sheet_id for tab in tabs}
        blank = [tab for tab in inventory.tabs if tab.sheet_id == 0 and tab.sheet_id not in ours]
        # the empty sheet every new file begins with goes once ours are there
        if blank and any(tab.step is not Step.DELETED for tab in tabs):
            if is_fresh or workbooks.is_empty(self.workspace, inventory.spreadsheet_id, blank[0]):
                yield _Piece([{"deleteSheet": {"sheetId": 0}}], 0)
            else:
                self.report.notices.append(
                    f"{seen.title}: trang “{blank[0].title}” có nội dung nên được giữ nguyên; không tổng hợp trang này."
                )

    def _renewal(self, tab: TabPlan, seen: SeenBook, grids: Mapping[int, Grid]) -> Iterator[_Piece]:
        standing = seen.inventory.tab(tab.sheet_id)
        if standing is None:
            return
        layout = self.tabs.layout(tab.unit)
        # whom the tab let in keeps it without a break, as far as he is still the unit's
        former = {user for tile in found_tiles(standing) if tile.is_input for user in tile.users}
        let_in = sorted(former & self.tabs.editors(tab.unit))
        identity = self.tabs.identity(tab.unit, tab.sheet_id, tab.title, let_in)
        grid = grids[tab.sheet_id]
        content = read_tab(self.form, grid, standing.columns)
        shape = tab_shape.decode(standing.metadata.get(SHAPE_KEY, ""))
        as_it_is = renewal.Standing(content, grid, standing.columns, standing.row_count, standing.column_count, shape)
        planned = renewal.plan_renewal(layout, as_it_is, FEEDBACK_KEY)
        if isinstance(planned, renewal.Unfit):
            self.report.changed -= 1
            self.report.notices.append(
                f"{tab.title}: {planned.reason} (mẫu mới có tiêu đề bảng ở dòng {layout.header_row + 1}); "
                "chưa áp dụng mẫu mới cho trang này để không làm lệch dữ liệu. Đưa về đúng chỗ rồi chạy lại."
            )
            return
        if planned.kept:
            self.report.notices.append(
                f"{tab.title}: mẫu mới không còn {', '.join(planned.kept)}; những gì đã nhập được giữ bên phải mẫu."
            )
        template = template_of(layout, identity)
        made = renew_tab(planned, identity, standing, template)
        yield _Piece(made, tab.sheet_id, template, resend=not planned.moves)

    def _send_off(self, seen: SeenBook) -> tuple[Permission, ...]:
        """Take the file from the units' old addresses; return the permissions that are left.

        Taken only from those whom our own tiles name and the roster no longer: whom somebody added by hand keeps what
        he has. Before the tiles forget them: a run cut off in between still knows whom to take it from.
        """
        roster = {email.lower() for unit in self.campaign.active_units for email in unit.emails}
        former = _addresses_on(seen.inventory) - roster - {self.workspace.service_email.lower()}
        left = []
        for one in seen.permissions:
            if one.address in former and one.kind == "user" and one.role == "writer" and not one.inherited:
                drive_files.unshare(self.workspace.sheets, seen.facts.id, one.id)
                self.report.notices.append(f"{seen.title}: đã thôi quyền sửa của {one.address}.")
            else:
                left.append(one)
        return tuple(left)

    def _share(
        self, seen: SeenBook, permissions: tuple[Permission, ...], tabs: Sequence[TabPlan], shard: int
    ) -> tuple[Permission, ...]:
        """Let the units open and edit the file, by its group or one after another; return who may then.

        Its tiles say where each may write; they stand already.
        """
        group = self._group(shard)
        wanted = {group} if group else {who for tab in tabs if _is_owed(tab) for who in self.tabs.editors(tab.unit)}
        missing = sorted(wanted - {one.address for one in permissions if one.writes})
        kind, refused = ("group" if group else "user"), []
        for address in missing:
            if workbooks.let_in(self.workspace, seen.facts, kind, address, "writer"):
                permissions = (*permissions, Permission("", kind, address, "writer"))
            else:
                refused.append(address)
        if refused:
            self.report.notices.append(
                f"{seen.title}: chưa chia sẻ được cho {', '.join(refused)} (không phải tài khoản Google, hoặc chương "
                "trình không được chia sẻ tiếp). Chủ tệp chia sẻ quyền Người chỉnh sửa cho các địa chỉ này rồi chạy "
                "lại tonghop provision."
            )
        return permissions

    def _admit(
        self, inventory: Inventory, permissions: Sequence[Permission], tabs: Sequence[TabPlan], *, by_group: bool
    ) -> set[int]:
        """Let each unit onto its own tiles, and nobody else, in one batch; return the tabs that it changed."""
        wanted: dict[int, list[Request]] = {}
        for tab in tabs:
            standing = inventory.tab(tab.sheet_id)
            if standing is not None and _is_owed(tab):
                doors = self.tabs.doors(tab.unit, permissions, by_group=by_group)
                wrong = wrong_tiles(self.tabs.tiles(tab.unit, standing), doors)
                wanted[tab.sheet_id] = [set_editors(tile, users) for tile, users in sorted(wrong.items())]
        requests = [request for several in wanted.values() for request in several]
        try:
            self.workspace.sheets.apply(inventory.spreadsheet_id, requests)
        except SheetsRefusedError:
            # one address that cannot be an editor must not keep the others out
            self._admit_one_by_one(inventory, wanted)
        return {sheet_id for sheet_id, several in wanted.items() if several}

    def _admit_one_by_one(self, inventory: Inventory, wanted: Mapping[int, Sequence[Request]]) -> None:
        refused = []
        for sheet_id, requests in wanted.items():
            try:
                self.workspace.sheets.apply(inventory.spreadsheet_id, requests)
            except SheetsRefusedError:
                tab = inventory.tab(sheet_id)
                refused.append(tab.title if tab else str(sheet_id))
        if refused:
            self.report.notices.append(
                f"{inventory.title}: chưa cho sửa được ô nhập của trang {', '.join(refused)}: địa chỉ của đơn vị không "
                "nhận được quyền. Kiểm tra địa chỉ trong danh sách đơn vị, rồi chạy lại tonghop provision."
            )

    def _close(self, seen: SeenBook, shard: int) -> None:
        """Keep whoever may edit from sharing further, once everybody is in."""
        facts = seen.facts
        if facts.drive or not facts.writers_can_share or not drift.closes(facts, self._group(shard)):
            return
        try:
            drive_files.keep_writers_from_sharing(self.workspace.sheets, facts.id)
        except (SheetsForbiddenError, SheetsRefusedError):
            self.report.drift.append(DriftFinding(DriftKind.WRITERS_SHARE, seen.title))

    def _read_back(self, spreadsheet_id: str, tabs: Sequence[TabPlan]) -> Inventory:
        """Assert that the workbook is what we asked for before anybody is let in; return what it is."""
        inventory = self.workspace.sheets.inventory(spreadsheet_id)
        if inventory.locale != self.campaign.locale:
            self.report.notices.append(
                f"{inventory.title}: ngôn ngữ vẫn là {inventory.locale}, không phải {self.campaign.locale}."
            )
        lacking = [tab.title for tab in tabs if tab.step is not Step.DELETED and inventory.tab(tab.sheet_id) is None]
        if lacking:
            raise SheetsError(f"Lập xong nhưng không thấy trang: {', '.join(lacking)}. Chạy lại tonghop provision.")
        made = [tab for tab in tabs if tab.step in {Step.CREATE, Step.RECREATE}]
        open_ = [tab.title for tab in made if not self._is_protected(tab, inventory)]
        if open_:
            raise SheetsError(
                f"Lập xong nhưng vùng bảo vệ không đủ ở trang: {', '.join(open_)}; chưa chia sẻ thêm cho ai. "
                "Chạy lại tonghop provision."
            )
        return inventory

    def _is_protected(self, tab: TabPlan, inventory: Inventory) -> bool:
        standing = inventory.tab(tab.sheet_id)
        return standing is not None and self.tabs.tiles(tab.unit, standing).stand

    def _remember(self, spreadsheet_id: str, tabs: Sequence[TabPlan]) -> None:
        at = self.workspace.clock()
        known = {tab.unit: tab for tab in self.workspace.store.tabs(self.campaign.key) if tab.form == self.form.key}
        changed = []
        for tab in tabs:
            before = known.get(tab.unit)
            place = (spreadsheet_id, tab.sheet_id)
            fresh = before is None or (before.spreadsheet_id, before.sheet_id) != place or tab.step is Step.RECREATE
            orphaned_at = (
                (before.orphaned_at if before and before.orphaned_at else at) if tab.step is Step.ORPHAN else None
            )
            record = RegisteredTab(
                self.campaign.key,
                tab.unit,
                self.form.key,
                spreadsheet_id,
                tab.sheet_id,
                at if before is None or fresh else before.created_at,
                orphaned_at,
            )
            if record != before:
                changed.append(record)
        if changed:
            self.workspace.store.save_tabs(changed)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Requests that must stay together, and by what is told that they landed."""

    requests: Sequence[Request]
    sheet_id: int | None = None
    template: str = ""  # what the tab's metadata says then; blank: there is no such tab then
    resend: bool = True  # False where landing twice would move things twice

    def stands_in(self, inventory: Inventory) -> bool:
        """Tell whether the requests were carried out already."""
        tab = inventory.tab(self.sheet_id) if self.sheet_id is not None else None
        return (tab.metadata.get(TEMPLATE_KEY) if tab is not None else "") == self.template


def _addresses_on(inventory: Inventory) -> set[str]:
    """Return the addresses that our own tiles let write."""
    return {
        user.lower()
        for tab in inventory.tabs
        for item in tab.protections
        if item.get("description") == INPUT_NOTE
        for user in item.get("editors", {}).get("users", ())
    }


def _found(tab: TabInventory) -> FoundTab:
    return FoundTab(tab.sheet_id, tab.title, tab.metadata.get(UNIT_KEY, ""), tab.metadata.get(TEMPLATE_KEY, ""))


def _is_owed(tab: TabPlan) -> bool:
    return tab.step is not Step.ORPHAN
