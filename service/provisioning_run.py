"""Carry out a provisioning plan: workbooks found or created, tabs made in few atomic batches, units given access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from service.domain import deadlines, renewal
from service.domain.consolidation import first_feedback
from service.domain.provisioning import FormPlan, FoundTab, KnownTab, Step, TabPlan, plan_form
from service.errors import SheetsError
from service.facts.records import RegisteredTab, RegisteredWorkbook, WorkbookKind
from service.sheets.tab_requests import (
    INPUT_NOTE,
    LOCKED_NOTE,
    TEMPLATE_KEY,
    UNIT_KEY,
    TabIdentity,
    create_tab,
    mark_orphan,
    renew_tab,
    template_of,
)
from service.sheets.verbs import BYTES_PER_REQUEST, Inventory, Request, TabInventory, request_size
from service.workspace import Workspace
from sheets_schema.campaign import Campaign, Form
from sheets_schema.grid import Grid
from sheets_schema.rows import read_tab
from sheets_schema.tab_layout import TabLayout, lay_out

CAMPAIGN_PROPERTY = "tonghop.campaign"
FORM_PROPERTY = "tonghop.form"
SHARD_PROPERTY = "tonghop.shard"


@dataclass(slots=True)
class ProvisionReport:
    """What a provisioning did, or would do."""

    dry_run: bool = False
    created: int = 0
    changed: int = 0
    kept: int = 0
    deleted: list[str] = field(default_factory=list)
    orphaned: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Add the closing lines."""
        will = "sẽ " if self.dry_run else ""
        self.lines.append(f"Trang: {will}tạo {self.created}, {will}đổi {self.changed}, giữ nguyên {self.kept}.")
        if self.deleted:
            self.lines.append(
                f"Đã bị xóa {len(self.deleted)} trang: {', '.join(self.deleted)}. "
                "Lập lại (trang mới, trống) bằng: tonghop provision --recreate."
            )
        if self.orphaned:
            self.lines.append(
                f"Không còn trong danh sách {len(self.orphaned)} đơn vị, trang giữ lại: {', '.join(self.orphaned)}."
            )
        self.lines += self.notices + self.links

    def as_dict(self) -> dict[str, object]:
        """Return the report as JSON values."""
        return {
            "dry_run": self.dry_run,
            "created": self.created,
            "changed": self.changed,
            "kept": self.kept,
            "deleted": self.deleted,
            "orphaned": self.orphaned,
            "notices": self.notices,
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
        self.ids: dict[int, str] = {
            workbook.shard: workbook.spreadsheet_id
            for workbook in workspace.store.workbooks(self.campaign.key)
            if workbook.kind is WorkbookKind.FORM and workbook.form == form.key
        }

    def inventories(self, *, adopt: bool) -> dict[int, Inventory]:
        """Look at every workbook there is; one that our registry lost is found by its properties."""
        properties = {CAMPAIGN_PROPERTY: self.campaign.key, FORM_PROPERTY: self.form.key}
        for spreadsheet_id, carried in self.workspace.sheets.find(properties):
            shard = int(carried.get(SHARD_PROPERTY, "0"))
            if shard not in self.ids:
                # created, and cut off before it was recorded; of two, the older counts
                self.ids[shard] = spreadsheet_id
                if adopt:
                    self._register(shard, spreadsheet_id)
        return {shard: self.workspace.sheets.inventory(spreadsheet_id) for shard, spreadsheet_id in self.ids.items()}

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
        plan = plan_form(self.campaign, self.form, known, there, recreate=recreate)
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
        if shard not in self.ids:
            properties = {
                CAMPAIGN_PROPERTY: self.campaign.key,
                FORM_PROPERTY: self.form.key,
                SHARD_PROPERTY: str(shard),
            }
            number = f" ({shard + 1})" if shard else ""
            title = f"{self.form.title} – {self.campaign.title}{number}"
            self._register(shard, workspace.sheets.create(title, properties))
        spreadsheet_id = self.ids[shard]
        tabs = [tab for tab in plan.tabs if tab.shard == shard]
        self._share(spreadsheet_id, tabs)
        inventory = found or workspace.sheets.inventory(spreadsheet_id)
        batches = list(_batches(self._requests(tabs, inventory)))
        for part, batch in enumerate(batches, start=1):
            workspace.sheets.apply(spreadsheet_id, batch)
            workspace.progress(f"{self.form.title}: đã lập phần {part}/{len(batches)}.")
        if batches:
            self._read_back(spreadsheet_id, tabs)
        self._remember(spreadsheet_id, tabs)
        self.report.links.append(f"{self.form.title}: {workspace.link_to(spreadsheet_id, 0, '')}")

    def _requests(self, tabs: Sequence[TabPlan], inventory: Inventory) -> Iterator[list[Request]]:
        """Yield, as wholes that must stay together, what each part of the workbook needs."""
        wanted = {"locale": self.campaign.locale, "timeZone": str(self.campaign.zone)}
        if (inventory.locale, inventory.zone) != (wanted["locale"], wanted["timeZone"]):
            yield [{"updateSpreadsheetProperties": {"properties": wanted, "fields": "locale,timeZone"}}]
        changed = [inventory.tab(tab.sheet_id) for tab in tabs if tab.step is Step.RENEW]
        grids = self.workspace.sheets.read(inventory.spreadsheet_id, [tab for tab in changed if tab is not None])
        for index, tab in enumerate(tabs):
            if tab.step is Step.ORPHAN:
                standing = inventory.tab(tab.sheet_id)
                if standing is not None:
                    yield mark_orphan(standing, self.workspace.service_email)
            elif tab.step in {Step.CREATE, Step.RECREATE}:
                layout, identity = self._made(tab)
                yield create_tab(layout, identity, index, self._first_summary(layout))
            elif tab.step is Step.RENEW:
                yield from self._renewal(tab, inventory.tab(tab.sheet_id), grids)
        ours = {tab.sheet_id for tab in tabs}
        blank = [tab for tab in inventory.tabs if tab.sheet_id == 0 and tab.sheet_id not in ours]
        # the empty sheet every new file begins with goes once ours are there
        if blank and any(tab.step is not Step.DELETED for tab in tabs):
            yield [{"deleteSheet": {"sheetId": 0}}]

    def _renewal(
        self, tab: TabPlan, standing: TabInventory | None, grids: Mapping[int, Grid]
    ) -> Iterator[list[Request]]:
        if standing is None:
            return
        layout, identity = self._made(tab)
        grid = grids[tab.sheet_id]
        content = read_tab(self.form, grid, standing.columns)
        fitted = renewal.fit(layout, content, grid, standing.row_count)
        if fitted is None:
            self.report.changed -= 1
            self.report.notices.append(
                f"{tab.title}: có dòng, cột đã dời khỏi chỗ của mẫu mới (tiêu đề bảng ở dòng {layout.header_row + 1}); "
                "chưa áp dụng mẫu mới cho trang này để không làm lệch dữ liệu. Đưa về đúng chỗ rồi chạy lại."
            )
            return
        yield renew_tab(fitted, identity, standing, template_of(layout, identity))

    def _share(self, spreadsheet_id: str, tabs: Sequence[TabPlan]) -> None:
        """Give every unit with a tab here the right to open and edit the file; its tiles say where."""
        wanted = {
            email.lower()
            for tab in tabs
            if tab.step is not Step.ORPHAN
            for email in self.campaign.unit(tab.unit).emails
        }
        for email in sorted(wanted - self.workspace.sheets.editors(spreadsheet_id)):
            self.workspace.sheets.share(spreadsheet_id, email, "writer")

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


def _found(tab: TabInventory) -> FoundTab:
    return FoundTab(tab.sheet_id, tab.title, tab.metadata.get(UNIT_KEY, ""), tab.metadata.get(TEMPLATE_KEY, ""))


def _protections_stand(layout: TabLayout, tab: TabInventory) -> bool:
    """Tell whether as many tiles are protected as we set; a lost one is put back."""
    ours = sum(item.get("description") in {INPUT_NOTE, LOCKED_NOTE} for item in tab.protections)
    return ours == layout.tile_count


def _batches(wholes: Iterator[list[Request]]) -> Iterator[list[Request]]:
    """Join wholes into batches of about the size that Google recommends; a whole is never cut."""
    batch: list[Request] = []
    size = 0
    for whole in wholes:
        weight = request_size(whole)
        if batch and size + weight > BYTES_PER_REQUEST:
            yield batch
            batch, size = [], 0
        batch += whole
        size += weight
    if batch:
        yield batch
