"""Carry out a provisioning plan: workbooks found or created, tabs made in few atomic batches, units given access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain import deadlines, renewal, tab_shape
from service.domain.consolidation import first_feedback
from service.domain.provisioning import FormPlan, FoundTab, KnownTab, Step, TabPlan, plan_form
from service.domain.provisioning_report import ProvisionReport
from service.errors import SheetsError
from service.facts.records import RegisteredTab, RegisteredWorkbook, WorkbookKind
from service.sheets.tab_requests import (
    FEEDBACK_KEY,
    INPUT_NOTE,
    LOCKED_NOTE,
    ORPHANED,
    SHAPE_KEY,
    TEMPLATE_KEY,
    UNIT_KEY,
    TabIdentity,
    create_tab,
    mark_orphan,
    renew_tab,
    template_of,
)
from service.sheets.verbs import FileState, Inventory, Request, TabInventory, packed, request_size
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Form
from sheets_schema.grid import Grid
from sheets_schema.rows import read_tab
from sheets_schema.tab_layout import TabLayout, lay_out

CAMPAIGN_PROPERTY = "tonghop.campaign"
FORM_PROPERTY = "tonghop.form"
SHARD_PROPERTY = "tonghop.shard"
LOST_WORDS = {
    FileState.MISSING: (
        "Bảng tính “{title}” đã bị xóa hoặc không còn được chia sẻ. "
        "Lập bảng tính mới, trang trống, bằng: tonghop provision --recreate."
    ),
    FileState.BINNED: (
        "Bảng tính “{title}” đang trong thùng rác của Drive. Khôi phục ở đó để giữ những gì đã nhập, "
        "hoặc lập bảng tính mới, trang trống, bằng: tonghop provision --recreate."
    ),
}


def provision_form(workspace: Workspace, form: Form, report: ProvisionReport, *, dry_run: bool, recreate: bool) -> None:
    """Bring one form's workbooks and tabs to what the campaign declares."""
    run = _FormRun(workspace, form, report)
    found = run.inventories(adopt=not dry_run)
    plan = run.plan(found, recreate=recreate)
    run.tell(plan, found)
    if dry_run:
        return
    for shard in plan.shards:
        if shard not in run.lost or recreate:
            run.carry_out(plan, shard, found.get(shard))


class _FormRun:
    """One form's provisioning."""

    def __init__(self, workspace: Workspace, form: Form, report: ProvisionReport) -> None:
        self.workspace = workspace
        self.campaign: Campaign = workspace.campaign
        self.form = form
        self.report = report
        obligation = self.campaign.obligation(form.key)
        limit = deadlines.effective_limit(obligation, (), self.campaign.zone)
        self.limit_line = f"Hạn gửi: {limit.full_words}."
        self.first_summary: str | None = None
        self.lost: dict[int, FileState] = {}  # shards whose spreadsheet is gone or in the bin
        self.ids: dict[int, str] = {
            workbook.shard: workbook.spreadsheet_id
            for workbook in workspace.store.workbooks(self.campaign.key)
            if workbook.kind is WorkbookKind.FORM and workbook.form == form.key
        }

    def inventories(self, *, adopt: bool) -> dict[int, Inventory]:
        """Look at every workbook there is; one that our registry lost is found by its properties."""
        sheets = self.workspace.sheets
        states = {shard: sheets.state(spreadsheet_id) for shard, spreadsheet_id in self.ids.items()}
        self.lost = {shard: state for shard, state in states.items() if state is not FileState.THERE}
        properties = {CAMPAIGN_PROPERTY: self.campaign.key, FORM_PROPERTY: self.form.key}
        for spreadsheet_id, carried in sheets.find(properties):
            shard = int(carried.get(SHARD_PROPERTY, "0"))
            if shard not in self.ids or shard in self.lost:
                # created, and cut off before it was recorded; of two, the older counts
                self.lost.pop(shard, None)
                self.ids[shard] = spreadsheet_id
                if adopt:
                    self._register(shard, spreadsheet_id)
        return {
            shard: sheets.inventory(spreadsheet_id)
            for shard, spreadsheet_id in self.ids.items()
            if shard not in self.lost
        }

    def _title(self, shard: int) -> str:
        number = f" ({shard + 1})" if shard else ""
        return f"{self.form.title} – {self.campaign.title}{number}"

    def _register(self, shard: int, spreadsheet_id: str) -> None:
        self.ids[shard] = spreadsheet_id
        at = self.workspace.clock()
        key = self.campaign.key
        workbook = RegisteredWorkbook(key, self.form.key, shard, spreadsheet_id, WorkbookKind.FORM, at)
        self.workspace.store.save_workbook(workbook)

    def plan(self, found: Mapping[int, Inventory], *, recreate: bool) -> FormPlan:
        """Plan the form's tabs, and turn "keep" into "renew" where the template changed."""
        shards = {spreadsheet_id: shard for shard, spreadsheet_id in self.ids.items()}
        known = [
            KnownTab(tab.unit, shards[tab.spreadsheet_id], tab.sheet_id, tab.orphaned_at is not None)
            for tab in self.workspace.store.tabs(self.campaign.key)
            if tab.form == self.form.key and tab.spreadsheet_id in shards
        ]
        there = {shard: [_found(tab) for tab in inventory.tabs] for shard, inventory in found.items()}
        plan = plan_form(self.campaign, self.form, known, there, lost=frozenset(self.lost), recreate=recreate)
        tabs = tuple(self._renewed(tab, found) for tab in plan.tabs)
        return FormPlan(plan.form, tabs, plan.shards, plan.extra)

    def _renewed(self, tab: TabPlan, found: Mapping[int, Inventory]) -> TabPlan:
        if tab.step is not Step.KEEP:
            return tab
        standing = found[tab.shard].tab(tab.sheet_id)
        layout, identity = self._made(tab)
        is_current = (
            standing is not None
            and standing.metadata.get(TEMPLATE_KEY) == template_of(layout, identity)
            and _protections_stand(layout, standing)
            and {*(column.key for column in self.form.columns), FEEDBACK_KEY} <= set(standing.columns.values())
        )
        return tab if is_current else TabPlan(tab.unit, tab.shard, tab.sheet_id, tab.title, Step.RENEW)

    def _made(self, tab: TabPlan) -> tuple[TabLayout, TabIdentity]:
        unit = self.campaign.unit(tab.unit)
        layout = lay_out(self.campaign, self.form, unit, self.limit_line)
        editors = tuple(sorted(email.lower() for email in unit.emails))
        identity = TabIdentity(tab.sheet_id, tab.title, tab.unit, self.form.key, editors, self.workspace.service_email)
        return layout, identity

    def _first_summary(self, layout: TabLayout) -> str:
        """Return what a new tab of this form says; the same for every unit."""
        if self.first_summary is None:
            self.first_summary = first_feedback(self.campaign, layout).summary
        return self.first_summary

    def tell(self, plan: FormPlan, found: Mapping[int, Inventory]) -> None:
        """Count the plan into the report, and name what differs from what we set."""
        report = self.report
        report.created += len(plan.of(Step.CREATE, Step.RECREATE))
        report.changed += len(plan.of(Step.RENEW))
        report.kept += len(plan.of(Step.KEEP))
        report.deleted += [f"{tab.title} ({self.form.key})" for tab in plan.of(Step.DELETED)]
        report.orphaned += [f"{tab.title} ({self.form.key})" for tab in plan.of(Step.ORPHAN)]
        creating = [tab.title for tab in plan.of(Step.CREATE, Step.RECREATE)]
        if report.dry_run and creating:
            report.lines.append(f"{self.form.title}: sẽ tạo {len(creating)} trang: {', '.join(creating)}.")
        for shard, state in sorted(self.lost.items()):
            report.notices.append(LOST_WORDS[state].format(title=self._title(shard)))
        for shard, titles in plan.extra.items():
            others = [title for title in titles if title not in {"Sheet1", "Trang tính1"}]
            if others:
                report.notices.append(f"{found[shard].title}: có trang lạ, không tổng hợp: {', '.join(others)}.")
        for inventory in found.values():
            wanted = (self.campaign.locale, str(self.campaign.zone))
            if (inventory.locale, inventory.zone) != wanted:
                report.notices.append(
                    f"{inventory.title}: ngôn ngữ, múi giờ là {inventory.locale}, {inventory.zone}; "
                    f"đặt lại {', '.join(wanted)}."
                )

    def carry_out(self, plan: FormPlan, shard: int, found: Inventory | None) -> None:
        """Make one workbook what the plan says, in as few batches as the size allows."""
        workspace = self.workspace
        if shard not in self.ids or shard in self.lost:
            properties = {
                CAMPAIGN_PROPERTY: self.campaign.key,
                FORM_PROPERTY: self.form.key,
                SHARD_PROPERTY: str(shard),
            }
            self._register(shard, workspace.sheets.create(self._title(shard), properties))
        spreadsheet_id = self.ids[shard]
        tabs = [tab for tab in plan.tabs if tab.shard == shard]
        inventory = found or workspace.sheets.inventory(spreadsheet_id)
        self._share(inventory, tabs)
        batches = list(packed(self._pieces(tabs, inventory), lambda piece: request_size(piece.requests)))
        for part, batch in enumerate(batches, start=1):
            self._apply(spreadsheet_id, batch)
            workspace.progress(f"{self.form.title}: đã lập phần {part}/{len(batches)}.")
        if batches:
            self._read_back(spreadsheet_id, tabs)
        self._remember(spreadsheet_id, tabs)
        self.report.links.append(f"{self.form.title}: {workspace.link_to(spreadsheet_id, 0, '')}")

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

    def _pieces(self, tabs: Sequence[TabPlan], inventory: Inventory) -> Iterator[_Piece]:
        """Yield what each part of the workbook needs."""
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
                layout, identity = self._made(tab)
                made = create_tab(layout, identity, index, self._first_summary(layout))
                yield _Piece(made, tab.sheet_id, template_of(layout, identity))
            elif tab.step is Step.RENEW:
                yield from self._renewal(tab, inventory.tab(tab.sheet_id), grids)
        ours = {tab.sheet_id for tab in tabs}
        blank = [tab for tab in inventory.tabs if tab.sheet_id == 0 and tab.sheet_id not in ours]
        # the empty sheet every new file begins with goes once ours are there
        if blank and any(tab.step is not Step.DELETED for tab in tabs):
            yield _Piece([{"deleteSheet": {"sheetId": 0}}], 0)

    def _renewal(self, tab: TabPlan, standing: TabInventory | None, grids: Mapping[int, Grid]) -> Iterator[_Piece]:
        if standing is None:
            return
        layout, identity = self._made(tab)
        grid = grids[tab.sheet_id]
        content = read_tab(self.form, grid, standing.columns)
        shape = tab_shape.decode(standing.metadata.get(SHAPE_KEY, ""))
        seen = renewal.Standing(content, grid, standing.columns, standing.row_count, standing.column_count, shape)
        planned = renewal.plan_renewal(layout, seen, FEEDBACK_KEY)
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

    def _share(self, inventory: Inventory, tabs: Sequence[TabPlan]) -> None:
        """Give every unit with a tab here the right to open and edit the file, and take it from its old addresses.

        Its tiles say where it may write. Taken only from those whom our own tiles name and the roster no longer: whom
        somebody added by hand keeps what he has.
        """
        sheets, spreadsheet_id = self.workspace.sheets, inventory.spreadsheet_id
        wanted = {
            email.lower()
            for tab in tabs
            if tab.step is not Step.ORPHAN
            for email in self.campaign.unit(tab.unit).emails
        }
        roster = {email.lower() for unit in self.campaign.active_units for email in unit.emails}
        former = _addresses_on(inventory) - roster - {self.workspace.service_email.lower()}
        editors = sheets.editors(spreadsheet_id)
        for email in sorted(wanted - editors.keys()):
            sheets.share(spreadsheet_id, email, "writer")
        # before the tiles forget them: a run cut off in between still knows whom to take it from
        for email in sorted(former & editors.keys()):
            if editors[email].role == "writer":
                sheets.unshare(spreadsheet_id, editors[email].permission_id)
                self.report.notices.append(f"{inventory.title}: đã thôi quyền sửa của {email}.")

    def _read_back(self, spreadsheet_id: str, tabs: Sequence[TabPlan]) -> None:
        """Assert that the workbook is what we asked for."""
        inventory = self.workspace.sheets.inventory(spreadsheet_id)
        if inventory.locale != self.campaign.locale:
            self.report.notices.append(
                f"{inventory.title}: ngôn ngữ vẫn là {inventory.locale}, không phải {self.campaign.locale}."
            )
        lacking = [tab.title for tab in tabs if tab.step is not Step.DELETED and inventory.tab(tab.sheet_id) is None]
        if lacking:
            raise SheetsError(f"Lập xong nhưng không thấy trang: {', '.join(lacking)}. Chạy lại tonghop provision.")

    def _remember(self, spreadsheet_id: str, tabs: Sequence[TabPlan]) -> None:
        at = self.workspace.clock()
        known = {tab.unit: tab for tab in self.workspace.store.tabs(self.campaign.key) if tab.form == self.form.key}
        changed = []
        for tab in tabs:
            before = known.get(tab.unit)
            fresh = before is None or before.sheet_id != tab.sheet_id or tab.step is Step.RECREATE
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


def _protections_stand(layout: TabLayout, tab: TabInventory) -> bool:
    """Tell whether as many tiles are protected as we set; a lost one is put back."""
    ours = sum(item.get("description") in {INPUT_NOTE, LOCKED_NOTE} for item in tab.protections)
    return ours == layout.tile_count
