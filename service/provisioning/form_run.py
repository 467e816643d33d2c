"""One form's provisioning: scan every workbook, plan, report what differs, carry the plan out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from service.domain.drift import DriftFinding, DriftKind, shuts_out, wrong_tiles
from service.domain.file_sources import FileSource
from service.domain.provisioning import FormPlan, FoundTab, KnownTab, Step, TabPlan, plan_form
from service.domain.provisioning_report import ProvisionReport
from service.facts.records import RegisteredTab, RegisteredWorkbook, WorkbookKind
from service.provisioning import filling, opening, tidying
from service.provisioning.form_work import FormWork
from service.sheets import drive_files
from service.sheets.drive_files import FileFacts
from service.sheets.inventory import TabInventory
from service.sheets.marks import FEEDBACK_KEY, ORPHANED, TEMPLATE_KEY, UNIT_KEY
from service.sheets.plan_tab import found_plan_tab
from service.sheets.tab_content import foreign_rules
from service.sheets.tab_requests import template_of
from service.sheets.verbs import FileState
from service.workbooks import campaign_files, drift_check
from service.workbooks.campaign_files import CAMPAIGN_PROPERTY, FORM_PROPERTY, SHARD_PROPERTY, WorkbookPlace
from service.workbooks.drift_check import SeenBook
from service.workspace import Workspace
from sheets_schema.campaign import Form
from sheets_schema.wording import message

LONGEST_SHARD = 4  # digits
LOST = {FileState.MISSING: "provisioning.lost_missing", FileState.BINNED: "provisioning.lost_binned"}


def provision_form(workspace: Workspace, form: Form, report: ProvisionReport, *, dry_run: bool, recreate: bool) -> None:
    """Bring one form's workbooks and tabs to what the campaign declares."""
    run = _FormRun(workspace, form, report)
    run.scan(adopt=not dry_run)
    plan = run.plan(recreate=recreate)
    run.report_on(plan)
    if dry_run:
        return
    shards = [
        shard
        for shard in plan.shards
        if shard in run.seen or (shard not in run.waiting and (shard not in run.lost or recreate))
    ]
    for number, shard in enumerate(shards, start=1):
        title = run.title(shard)
        workspace.progress(message("provisioning.workbook_begun", title=title, number=number, count=len(shards)))
        run.carry_out(plan, shard)
        workspace.progress(message("provisioning.workbook_done", title=title))


class _FormRun(FormWork):
    """One form's provisioning."""

    def __init__(self, workspace: Workspace, form: Form, report: ProvisionReport) -> None:
        super().__init__(workspace, form, report)
        self.seen: dict[int, SeenBook] = {}
        self.lost: dict[int, FileState] = {}  # shards whose spreadsheet is gone or in the bin
        self.waiting: set[int] = set()  # shards that a person must bring a spreadsheet for
        self.copies: dict[int, list[str]] = {}  # other files that carry a shard's marks
        self.books: dict[int, RegisteredWorkbook] = {
            workbook.shard: workbook
            for workbook in workspace.store.registry.workbooks(self.campaign.key)
            if workbook.kind is WorkbookKind.FORM and workbook.form == form.key
        }

    def scan(self, *, adopt: bool) -> None:
        """Scan every workbook; one that our registry lost is found by its properties."""
        sheets = self.workspace.sheets
        facts = {shard: drive_files.facts_of(sheets, book.spreadsheet_id) for shard, book in self.books.items()}
        self.lost = {shard: one.state for shard, one in facts.items() if one.state is not FileState.THERE}
        properties = {CAMPAIGN_PROPERTY: self.campaign.key, FORM_PROPERTY: self.form.key}
        for spreadsheet_id, carried in campaign_files.find(self.workspace, properties):
            shard = _shard_of(carried)
            if shard is None:
                # every editor may write this mark: what is registered is known without it, the rest is not ours
                continue
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
                self.seen[shard] = drift_check.scan(self.workspace, one)

    def _is_by_us(self, facts: FileFacts) -> bool:
        """Return True if only we can have made a file: a copy never takes a lost one's place by itself."""
        source, drive = self.workspace.files.source, self.workspace.files.drive
        return source is not FileSource.BROUGHT and (facts.is_ours or bool(drive and facts.drive == drive))

    def title(self, shard: int) -> str:
        """Return what a workbook is called."""
        return campaign_files.title_of(self.workspace, WorkbookPlace(self.form, shard))

    def _adopt(self, shard: int, spreadsheet_id: str, *, save: bool = True) -> None:
        at, key = self.workspace.clock(), self.campaign.key
        group = self.books[shard].group_address if shard in self.books else ""
        book = RegisteredWorkbook(key, self.form.key, shard, spreadsheet_id, WorkbookKind.FORM, at, group)
        self.books[shard] = book
        if save:
            self.workspace.store.registry.save_workbook(book)

    def plan(self, *, recreate: bool) -> FormPlan:
        """Plan the form's tabs, and turn "keep" into what else they need."""
        shards = {book.spreadsheet_id: shard for shard, book in self.books.items()}
        known = [
            KnownTab(tab.unit, shards[tab.spreadsheet_id], tab.sheet_id, tab.orphaned_at is not None)
            for tab in self.workspace.store.registry.tabs(self.campaign.key)
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
        # planned as if every unit could open the file already: those it cannot be shared with are reported later
        editors = self.tabs.tile_editors(tab.unit, seen.permissions, by_group=True)
        if any(shuts_out(tile, editors) for tile in tiles.found):
            # nothing of ours could be changed there; the report names who can
            return Step.KEEP
        is_current = (
            standing.metadata.get(TEMPLATE_KEY) == self._template(tab.unit, tab.sheet_id, tab.title)
            and tiles.is_in_place
            and {*(column.key for column in self.form.columns), FEEDBACK_KEY} <= set(standing.columns.values())
            and not standing.stray_marks
            and not self.tabs.words_lost(tab.unit, seen.looks.get(tab.sheet_id))
            and not self.tabs.disputed(standing, seen.looks.get(tab.sheet_id))
            and not foreign_rules(standing)
        )
        if not is_current:
            return Step.RENEW
        return Step.ADMIT if wrong_tiles(tiles, editors) else Step.KEEP

    def _template(self, unit: str, sheet_id: int, title: str) -> str:
        return template_of(self.tabs.layout(unit), self.tabs.identity(unit, sheet_id, title))

    def report_on(self, plan: FormPlan) -> None:
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
            report.planned.append(
                message("provisioning.will_create", form=self.form.title, count=len(creating), titles=titles)
            )
        for seen in self.seen.values() if report.dry_run else ():
            if not self.plan_tab(seen.inventory).is_in(found_plan_tab(seen.inventory)):
                report.planned.append(message("provisioning.will_write_plan", workbook=seen.title))
        for shard, state in sorted(self.lost.items()):
            if shard not in self.waiting:
                report.notices.append(message(LOST[state], title=self.title(shard)))
        for shard in sorted(self.lost.keys() & self.copies.keys()):
            report.drift += drift_check.copy_findings(self.workspace, self.title(shard), self.copies[shard])
        for shard in sorted(self.waiting):
            place = WorkbookPlace(self.form, shard)
            count = sum(tab.shard == shard for tab in plan.of(Step.CREATE, Step.RECREATE))
            needed = campaign_files.what_is_needed(self.workspace, place)
            report.needed.append(message("provisioning.waiting", needed=needed, count=count))
        for shard, seen in self.seen.items() if report.dry_run else ():
            filling.report_unfit(self, [tab for tab in plan.tabs if tab.shard == shard], seen)
        for shard in self.seen:
            report.drift += self._drift(plan, shard)

    def _drift(self, plan: FormPlan, shard: int) -> list[DriftFinding]:
        # what this very run ends is nothing to be taken away by hand
        seen = replace(self.seen[shard], permissions=opening.permissions_left(self, self.seen[shard]))
        ours = {tab.sheet_id: tab.unit for tab in plan.tabs if tab.shard == shard}
        kept = {
            tab.sheet_id: tab.unit
            for tab in plan.of(Step.KEEP, Step.RENEW, Step.ADMIT)
            if tab.shard == shard and self._is_made(seen, tab)
        }
        found = [
            *drift_check.form_findings(self.workspace, self.tabs, seen, kept, self._group(shard)),
            *drift_check.extra_findings(seen, [tab for tab in seen.inventory.tabs if tab.sheet_id not in ours], ours),
            *drift_check.copy_findings(self.workspace, seen.title, self.copies.get(shard, ())),
        ]
        # units that are yet to be admitted are counted by the plan
        return [one for one in found if one.kind is not DriftKind.EDITOR_MISSING]

    @staticmethod
    def _is_made(seen: SeenBook, tab: TabPlan) -> bool:
        """Return True if a tab was a unit's until now: an orphan's is to be renewed, nothing is lost."""
        standing = seen.inventory.tab(tab.sheet_id)
        return standing is not None and standing.metadata.get(TEMPLATE_KEY) != ORPHANED

    def _group(self, shard: int) -> str:
        return self.books[shard].group_address if shard in self.books else ""

    def carry_out(self, plan: FormPlan, shard: int) -> None:
        """Make one workbook what the plan asks: protected first, then shared, then opened to its units."""
        is_fresh = shard not in self.seen
        seen = self._create(shard) if is_fresh else self.seen[shard]
        if not seen.facts.may_edit:
            return
        tabs, group = [tab for tab in plan.tabs if tab.shard == shard], self._group(shard)
        permissions = opening.end_former_access(self, seen)
        seen = tidying.tidy(self, seen, tabs)
        inventory = filling.fill(self, seen, tabs, is_fresh=is_fresh)
        permissions = opening.share(self, seen, permissions, tabs, group)
        admitted = opening.admit(self, inventory, permissions, tabs, by_group=bool(group))
        for tab in tabs:
            if tab.step is Step.ADMIT and tab.sheet_id not in admitted:
                # only those are missing that the file cannot be shared with
                self.report.changed -= 1
                self.report.kept += 1
        opening.close(self, seen, group)
        self._remember(seen.facts.id, tabs)
        url = self.workspace.link_to(seen.facts.id, 0, "")
        self.report.links.append(message("provisioning.link", title=self.form.title, url=url))

    def _create(self, shard: int) -> SeenBook:
        workspace = self.workspace
        spreadsheet_id = campaign_files.create(workspace, WorkbookPlace(self.form, shard))
        self._adopt(shard, spreadsheet_id)
        drive = workspace.files.drive
        facts = FileFacts(spreadsheet_id, self.title(shard), drive=drive, is_ours=not drive)
        return drift_check.scan(workspace, facts)

    def _remember(self, spreadsheet_id: str, tabs: Sequence[TabPlan]) -> None:
        at = self.workspace.clock()
        known = {
            tab.unit: tab for tab in self.workspace.store.registry.tabs(self.campaign.key) if tab.form == self.form.key
        }
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
            self.workspace.store.registry.save_tabs(changed)


def _shard_of(carried: Mapping[str, str]) -> int | None:
    """Return the number a file carries; None for what we never wrote there."""
    text = str(carried.get(SHARD_PROPERTY, "0"))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_SHARD else None


def _found(tab: TabInventory) -> FoundTab:
    return FoundTab(tab.sheet_id, tab.title, tab.metadata.get(UNIT_KEY, ""), tab.metadata.get(TEMPLATE_KEY, ""))
