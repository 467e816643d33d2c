"""What we say on a tab, beside its rows, above them and in its limit: one write a workbook, only where it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from service.consolidation.tab_reading import WorkbookRead, feedback_column_of, summary_row_of, title_of
from service.domain.consolidation import Feedback, TabRead
from service.errors import SheetsRefusedError
from service.sheets.cell_marks import mark_cells
from service.sheets.verbs import Request, TabInventory
from service.workspace import Workspace
from sheets_schema.wording import message


def write_feedback(workspace: Workspace, read: WorkbookRead, wanted: Mapping[int, Feedback]) -> int:
    """Bring what we say on a workbook's tabs up to date; return how many were written. One write, more where large.

    `wanted` is by sheet id. A tab already showing what it should is not touched.
    """
    pieces = [
        list(_feedback_requests(tab, read.found[tab.sheet_id], wanted[tab.sheet_id]))
        for tab in read.tabs
        if wanted[tab.sheet_id] != tab.shown_feedback
    ]
    try:
        workspace.sheets.apply_in_parts(read.spreadsheet_id, pieces)
    except SheetsRefusedError as error:
        title = title_of(workspace, read.spreadsheet_id)
        raise SheetsRefusedError(
            message("consolidation.feedback_refused", title=title, reason=error.message)
        ) from error
    # nothing to write where the column was deleted: the read gave notice of it
    return sum(bool(piece) for piece in pieces)


def _feedback_requests(tab: TabRead, found: TabInventory, wanted: Feedback) -> Iterator[Request]:
    if wanted.marks != tab.shown_feedback.marks:
        yield from mark_cells(found, wanted.marks)
    if tab.limit_place is not None and wanted.limit != tab.shown_feedback.limit:
        yield _text_write(tab.sheet_id, *tab.limit_place, [wanted.limit])
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
