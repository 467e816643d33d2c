"""What consolidation writes: feedback to the tabs and the master, each in one write and only where it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from service.domain import printed_tables
from service.domain.file_sources import FileSource
from service.domain.master import MasterContent, render
from service.domain.printed_tables import Sheet
from service.domain.sheet_changes import Region, ShownSheet, changes, shown, whole
from service.errors import SheetsMissingError, SheetsRefusedError
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.sheets import master_requests
from service.sheets.batches import Request
from service.sheets.inventory import Inventory, TabInventory
from service.sheets.master_batch import MasterBatch
from service.sheets.master_requests import STATE_NOTE, sheet_id_of
from service.sheets.staging import MasterFile, left_behind
from service.sheets.verbs import FileState
from service.workbooks import campaign_files
from service.workbooks.campaign_files import WorkbookPlace
from service.workspace import Workspace


def master_id(workspace: Workspace) -> str | None:
    """Return the master's spreadsheet id, if our registry has one."""
    return next((book.spreadsheet_id for book in _masters(workspace)), None)


def master_group(workspace: Workspace) -> str:
    """Return the address of the group the master is shared with, "" when there is none."""
    return next((book.group_address for book in _masters(workspace)), "")


def _masters(workspace: Workspace) -> list[RegisteredWorkbook]:
    return [
        book for book in workspace.store.registry.workbooks(workspace.campaign.key) if book.kind is WorkbookKind.MASTER
    ]


def ensure_master(workspace: Workspace) -> str:
    """Return the master's spreadsheet id; find it by its properties, or create it, when our registry has none."""
    known = master_id(workspace)
    return known if known is not None else _new_master(workspace)


def existing_master(workspace: Workspace) -> str | None:
    """Return the master's id; a new one takes the place of a master that is deleted or in the bin. One Drive call."""
    known = master_id(workspace)
    if known is not None and workspace.sheets.state(known) is not FileState.THERE:
        return _new_master(workspace)
    return known


def _new_master(workspace: Workspace) -> str:
    campaign = workspace.campaign
    found = campaign_files.find(workspace, campaign_files.properties_of(workspace, WorkbookPlace()))
    spreadsheet_id = found[0][0] if found else campaign_files.create(workspace, WorkbookPlace())
    at = workspace.clock()
    book = RegisteredWorkbook(campaign.key, "", 0, spreadsheet_id, WorkbookKind.MASTER, at, master_group(workspace))
    workspace.store.registry.save_workbook(book)
    return spreadsheet_id


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of the master in one run."""

    spreadsheet_id: str
    fingerprint: str
    changed: bool
    sheets: Mapping[str, ShownSheet] = field(default_factory=dict)  # what was written, by title


def publish(workspace: Workspace, content: MasterContent, now: datetime) -> Publication:
    """Bring the master up to date in one atomic write of the blocks that changed; nothing when none did."""
    spreadsheet_id = ensure_master(workspace)
    rendered = render(content, now)
    fingerprint = printed_tables.fingerprint(rendered)
    state = workspace.store.registry.master_state(spreadsheet_id)
    if state is not None and state.fingerprint == fingerprint:
        return Publication(spreadsheet_id, fingerprint, changed=False)
    try:
        if state is None or not state.fingerprint:
            _rebuild(workspace, spreadsheet_id, rendered)
        else:
            _update(workspace, spreadsheet_id, rendered, state.fingerprint)
    except SheetsMissingError:
        # the file was deleted: a new one takes its place
        spreadsheet_id = _new_master(workspace)
        _rebuild(workspace, spreadsheet_id, rendered)
    sheets = {sheet.title: shown(sheet) for sheet in rendered}
    return Publication(spreadsheet_id, fingerprint, changed=True, sheets=sheets)


def _update(workspace: Workspace, spreadsheet_id: str, rendered: Sequence[Sheet], former: str) -> None:
    """Write what changed since the state we know; rebuild everything where the master is not in that state."""
    last = workspace.store.registry.master_sheets(spreadsheet_id)
    planned = [(sheet, changes(sheet, last.get(sheet.title), also={"top"})) for sheet in rendered]
    batch = _Batch(workspace, spreadsheet_id, [(sheet, regions or ()) for sheet, regions in planned])
    for sheet, regions in planned:
        if regions is None:
            batch.lay_out(sheet, [master_requests.chart_id_of(sheet, chart) for chart in sheet.charts])
        else:
            batch.add(sheet, regions)
    kept = batch.state(printed_tables.fingerprint(rendered), [master_requests.state_id_of(former)])
    try:
        rows = workspace.sheets.apply_and_measure(spreadsheet_id, [*kept, *batch.requests()])
    except SheetsRefusedError:
        # written already, its answer lost; or one of its sheets is gone, or it is in another state than we know
        _rebuild(workspace, spreadsheet_id, rendered)
    else:
        if any(rows.get(sheet_id_of(sheet.title)) != sheet.line_count + 1 for sheet in rendered):
            # lines were put in or taken out by hand
            _rebuild(workspace, spreadsheet_id, rendered)


def _rebuild(workspace: Workspace, spreadsheet_id: str, rendered: Sequence[Sheet]) -> None:
    """Rebuild every sheet, whatever is there, in one atomic write; nothing when this very state is there already."""
    try:
        _lay_out_all(workspace, spreadsheet_id, rendered)
    except SheetsRefusedError:
        # its answer was lost and it was sent again: what was missing is there already. Read again, once
        _lay_out_all(workspace, spreadsheet_id, rendered)


def _lay_out_all(workspace: Workspace, spreadsheet_id: str, rendered: Sequence[Sheet]) -> None:
    campaign = workspace.campaign
    inventory = workspace.sheets.inventory(spreadsheet_id)
    fingerprint = printed_tables.fingerprint(rendered)
    signs = [one for tab in inventory.tabs for one in tab.protections if one.get("description") == STATE_NOTE]
    former = [int(one["protectedRangeId"]) for one in signs]
    rows = {tab.sheet_id: tab.row_count for tab in inventory.tabs}
    if former == [master_requests.state_id_of(fingerprint)] and all(
        rows.get(sheet_id_of(sheet.title)) == sheet.line_count + 1 for sheet in rendered
    ):
        # what was staged for it, by this run or by one that was cut off when all was written
        workspace.sheets.apply(spreadsheet_id, left_behind(inventory))
        return
    batch = _Batch(workspace, spreadsheet_id, [(sheet, (whole(sheet),)) for sheet in rendered])
    ours = {sheet_id_of(sheet.title) for sheet in rendered}
    charts = [chart for tab in inventory.tabs if tab.sheet_id in ours for chart in tab.charts]
    for sheet in rendered:
        batch.lay_out(sheet, charts)
    zone = {"locale": campaign.locale, "timeZone": str(campaign.zone)}
    requests: list[Request] = [
        {"updateSpreadsheetProperties": {"properties": zone, "fields": "locale,timeZone"}},
        *master_requests.create_sheets([sheet.title for sheet in rendered], list(rows)),
        *batch.state(fingerprint, former),
        *batch.requests(),
    ]
    # the empty sheet every new file begins with
    requests += [
        {"deleteSheet": {"sheetId": 0}} for tab in inventory.tabs if _is_first_sheet(workspace, inventory, tab)
    ]
    workspace.sheets.apply(spreadsheet_id, requests)


def _is_first_sheet(workspace: Workspace, inventory: Inventory, tab: TabInventory) -> bool:
    """Return True for the empty sheet of a new file; in one that a person brought it may hold their words."""
    if tab.sheet_id != 0:
        return False
    is_ours = workspace.files.source is not FileSource.BROUGHT
    return is_ours or campaign_files.is_empty(workspace, inventory.spreadsheet_id, tab)


class _Batch:
    """The one write of a publication; what is too large for it goes ahead into a hidden sheet."""

    def __init__(
        self, workspace: Workspace, spreadsheet_id: str, planned: Sequence[tuple[Sheet, Sequence[Region]]]
    ) -> None:
        self._workspace = workspace
        self._charts: list[Request] = []
        self._first = planned[0][0]
        rows = sum(region.count for sheet, regions in planned for region in regions or (whole(sheet),))
        width = max(sheet.column_count for sheet, _ in planned)
        self._batch = MasterBatch(MasterFile(workspace.sheets, spreadsheet_id, rows, width))

    def add(self, sheet: Sheet, regions: Sequence[Region]) -> None:
        """Write regions of a sheet."""
        for region in regions:
            self._batch.add(sheet, region)

    def lay_out(self, sheet: Sheet, charts: Sequence[int]) -> None:
        """Write a whole sheet, its size, formats and charts too; `charts` are the ids of the charts that are there."""
        self._batch.prepare(master_requests.lay_out(sheet))
        self._batch.add(sheet, whole(sheet))
        self._charts += master_requests.draw_charts(sheet, charts)

    def state(self, fingerprint: str, former: Sequence[int]) -> list[Request]:
        """Return what puts the sign of the new state in the place of the former."""
        users = [self._workspace.service_email] if self._workspace.service_email else []
        return master_requests.keep_state(sheet_id_of(self._first.title), fingerprint, users, former)

    def requests(self) -> list[Request]:
        """Return the batch."""
        return [*self._batch.requests(), *self._charts]
