"""What consolidation writes: feedback to the tabs and the master, each in one write and only where it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service.domain import tables
from service.domain.consolidation import Feedback, TabRead
from service.domain.master import MasterContent, render
from service.domain.tables import Table
from service.errors import SheetsMissingError, SheetsRefusedError
from service.facts.records import RegisteredWorkbook, WorkbookKind
from service.reading import WholeRead, feedback_column_of, summary_row_of, title_of
from service.sheets import master_requests
from service.sheets.master_requests import STAGED_ABOVE, STAGING, sheet_id_of
from service.sheets.verbs import BYTES_PER_REQUEST, FileState, Request, TabInventory, request_size
from service.workspace import Workspace

MASTER_TITLE = "Bảng tổng hợp"
MASTER_KIND = "master"


def write_feedback(workspace: Workspace, read: WholeRead, wanted: Mapping[int, Feedback]) -> int:
    """Bring the feedback columns up to date; return how many tabs were written. One write a workbook, more where large.

    `wanted` is by sheet id. A tab already showing what it should is not touched.
    """
    written = 0
    for spreadsheet_id, found in read.inventories.items():
        pieces = [
            list(_feedback_requests(tab, found[tab.sheet_id], wanted[tab.sheet_id]))
            for tab in read.tabs
            if tab.spreadsheet_id == spreadsheet_id and wanted[tab.sheet_id] != tab.shown_feedback
        ]
        try:
            workspace.sheets.apply_in_parts(spreadsheet_id, pieces)
        except SheetsRefusedError as error:
            raise SheetsRefusedError(
                f"Không báo lại được trên “{title_of(workspace, spreadsheet_id)}”: {error} Có lẽ bảng bị sửa "
                "(xóa trang, cột) trong lúc tổng hợp; bảng tổng hợp giữ nguyên. Chạy lại."
            ) from error
        # nothing to write where somebody deleted the column: the read gave notice of it
        written += sum(bool(piece) for piece in pieces)
    return written


def _feedback_requests(tab: TabRead, found: TabInventory, wanted: Feedback) -> Iterator[Request]:
    column = feedback_column_of(found)
    if column is None:
        return
    top = summary_row_of(found, column)
    if wanted.summary != tab.shown_feedback.summary:
        yield _text_write(tab.sheet_id, top, column, [wanted.summary])
    if wanted.rows != tab.shown_feedback.rows:
        texts = dict(wanted.rows)
        numbers = [*texts, *(number for number, _ in tab.shown_feedback.rows)]
        first, last = min(numbers), max(numbers)
        yield _text_write(tab.sheet_id, first - 1, column, [texts.get(number, "") for number in range(first, last + 1)])


def _text_write(sheet_id: int, row: int, column: int, texts: Sequence[str]) -> Request:
    rows = [{"values": [{"userEnteredValue": {"stringValue": text}} if text else {}]} for text in texts]
    area = {
        "sheetId": sheet_id,
        "startRowIndex": row,
        "endRowIndex": row + len(texts),
        "startColumnIndex": column,
        "endColumnIndex": column + 1,
    }
    return {"updateCells": {"range": area, "rows": rows, "fields": "userEnteredValue"}}


def master_id(workspace: Workspace) -> str | None:
    """Return the master's spreadsheet id, if our registry has one."""
    return next((book.spreadsheet_id for book in _masters(workspace)), None)


def _masters(workspace: Workspace) -> list[RegisteredWorkbook]:
    return [book for book in workspace.store.workbooks(workspace.campaign.key) if book.kind is WorkbookKind.MASTER]


def ensure_master(workspace: Workspace) -> str:
    """Return the master's spreadsheet id; find it by its properties, or create it, when our registry has none."""
    known = master_id(workspace)
    return known if known is not None else _new_master(workspace)


def standing_master(workspace: Workspace) -> str | None:
    """Return the master's id; a new one takes the place of a master that is deleted or in the bin. One Drive call."""
    known = master_id(workspace)
    if known is not None and workspace.sheets.state(known) is not FileState.THERE:
        return _new_master(workspace)
    return known


def _new_master(workspace: Workspace) -> str:
    campaign = workspace.campaign
    properties = {"tonghop.campaign": campaign.key, "tonghop.kind": MASTER_KIND}
    found = workspace.sheets.find(properties)
    spreadsheet_id = found[0][0] if found else workspace.sheets.create(f"{MASTER_TITLE} – {campaign.title}", properties)
    at = workspace.clock()
    workspace.store.save_workbook(RegisteredWorkbook(campaign.key, "", 0, spreadsheet_id, WorkbookKind.MASTER, at))
    return spreadsheet_id


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of the master in one run."""

    spreadsheet_id: str
    fingerprint: str
    changed: bool


def publish(workspace: Workspace, content: MasterContent, now: datetime) -> Publication:
    """Replace the master in one atomic write, when its content changed since the last time."""
    spreadsheet_id = ensure_master(workspace)
    rendered = render(content, now)
    fingerprint = tables.fingerprint(rendered)
    state = workspace.store.master_state(spreadsheet_id)
    if state is not None and state.fingerprint == fingerprint:
        return Publication(spreadsheet_id, fingerprint, changed=False)
    if state is None:
        _rebuild(workspace, spreadsheet_id, rendered)
        return Publication(spreadsheet_id, fingerprint, changed=True)
    try:
        workspace.sheets.apply(spreadsheet_id, _replace_all(workspace, spreadsheet_id, rendered))
    except SheetsMissingError:
        # somebody deleted the file: a new one takes its place
        spreadsheet_id = _new_master(workspace)
        _rebuild(workspace, spreadsheet_id, rendered)
    except SheetsRefusedError:
        # somebody deleted one of its sheets or charts: put back what is missing, in the same one write
        _rebuild(workspace, spreadsheet_id, rendered)
    return Publication(spreadsheet_id, fingerprint, changed=True)


def _rebuild(workspace: Workspace, spreadsheet_id: str, rendered: Sequence[Table]) -> None:
    try:
        _put_back(workspace, spreadsheet_id, rendered)
    except SheetsRefusedError:
        # its answer was lost and it was sent again: what was missing is there already. Look anew, once
        _put_back(workspace, spreadsheet_id, rendered)


def _put_back(workspace: Workspace, spreadsheet_id: str, rendered: Sequence[Table]) -> None:
    campaign = workspace.campaign
    inventory = workspace.sheets.inventory(spreadsheet_id)
    existing = [tab.sheet_id for tab in inventory.tabs]
    charts = [chart for tab in inventory.tabs for chart in tab.charts]
    zone = {"locale": campaign.locale, "timeZone": str(campaign.zone)}
    requests: list[Request] = [
        {"updateSpreadsheetProperties": {"properties": zone, "fields": "locale,timeZone"}},
        *master_requests.create_sheets([table.title for table in rendered], existing),
        *_replace_all(workspace, spreadsheet_id, rendered, charts),
    ]
    # the empty sheet every new file begins with
    requests += [{"deleteSheet": {"sheetId": 0}} for tab in inventory.tabs if tab.sheet_id == 0]
    workspace.sheets.apply(spreadsheet_id, requests)


def _replace_all(
    workspace: Workspace, spreadsheet_id: str, rendered: Sequence[Table], charts: Sequence[int] | None = None
) -> list[Request]:
    """Return the one batch that replaces every sheet; what makes it too large is staged first."""
    requests: list[Request] = []
    size = 0
    for table in rendered:
        replaced = master_requests.replace_sheet(table)
        weight = request_size(replaced)
        if size + weight > STAGED_ABOVE:
            _stage(workspace, spreadsheet_id, table)
            replaced = master_requests.replace_from_staging(table)
            weight = request_size(replaced)
        size += weight
        existing = [master_requests.chart_id_of(table, chart) for chart in table.charts] if charts is None else charts
        requests += [*replaced, *master_requests.draw_charts(table, existing)]
    return requests


def _stage(workspace: Workspace, spreadsheet_id: str, table: Table) -> None:
    """Write a large table into its hidden staging sheet, piece by piece; nobody sees it before it is copied."""
    staging = sheet_id_of(STAGING + table.title)
    left_behind = workspace.sheets.inventory(spreadsheet_id).tab(staging) is not None
    if left_behind:
        # an earlier run was cut off while it staged
        workspace.sheets.apply(spreadsheet_id, [{"deleteSheet": {"sheetId": staging}}])
    for requests in master_requests.staging_writes(table, BYTES_PER_REQUEST):
        workspace.sheets.apply(spreadsheet_id, requests)
