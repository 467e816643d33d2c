"""What we say on a tab, beside its rows, above them and in its limit: one write a workbook, only where it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from service.consolidation.tab_reading import WorkbookRead
from service.domain.consolidation import Feedback, TabRead
from service.errors import SheetsError, SheetsForbiddenError, SheetsMissingError, SheetsRefusedError
from service.sheets.batches import Request
from service.sheets.cell_marks import mark_cells
from service.sheets.inventory import TabInventory
from service.workspace import Workspace
from sheets_schema.wording import Message, message

MOST_MORE_WRITES = 20  # where some tabs cannot be answered; those not tried are answered by the next run


def write_feedback(
    workspace: Workspace, read: WorkbookRead, wanted: Mapping[int, Feedback]
) -> tuple[int, dict[int, Message]]:
    """Bring what we say on a workbook's tabs up to date; return how many were written, and why others were not.

    `wanted` is by sheet id. A tab already showing what it should is not touched. One write, more where large or where
    some are refused: then the tabs at fault are found by halves, and the others answered.
    """
    pieces = {
        tab.sheet_id: list(_feedback_requests(tab, read.found[tab.sheet_id], wanted[tab.sheet_id]))
        for tab in read.tabs
        if wanted[tab.sheet_id] != tab.shown_feedback
    }
    # nothing to write where the column was deleted: the read gave notice of it
    writing = _Writing(workspace, read.spreadsheet_id, {one: piece for one, piece in pieces.items() if piece})
    writing.write(list(writing.pieces))
    return len(writing.pieces) - len(writing.refused), writing.refused


class _Writing:
    """The feedback of one workbook on its way."""

    def __init__(self, workspace: Workspace, spreadsheet_id: str, pieces: Mapping[int, Sequence[Request]]) -> None:
        self.pieces = pieces
        self.refused: dict[int, Message] = {}
        self._workspace = workspace
        self._spreadsheet_id = spreadsheet_id
        self._more_writes = 0

    def write(self, tabs: Sequence[int]) -> None:
        """Write tabs together; where that is refused, each half apart."""
        try:
            self._workspace.sheets.apply_in_parts(self._spreadsheet_id, [self.pieces[tab] for tab in tabs])
        except (SheetsForbiddenError, SheetsMissingError) as error:
            self._give_up(tabs, error)
        except SheetsRefusedError as error:
            if len(tabs) == 1 or self._more_writes >= MOST_MORE_WRITES:
                self._give_up(tabs, error)
                return
            self._more_writes += 2
            middle = len(tabs) // 2
            self.write(tabs[:middle])
            self.write(tabs[middle:])

    def _give_up(self, tabs: Sequence[int], error: SheetsError) -> None:
        self.refused |= dict.fromkeys(tabs, message("tab_faults.not_answered", reason=error.message))


def _feedback_requests(tab: TabRead, found: TabInventory, wanted: Feedback) -> Iterator[Request]:
    if wanted.marks != tab.shown_feedback.marks:
        yield from mark_cells(found, wanted.marks)
    if tab.limit_place is not None and wanted.limit != tab.shown_feedback.limit:
        yield _text_write(tab.sheet_id, *tab.limit_place, [wanted.limit])
    column, top = tab.feedback_place.column, tab.feedback_place.summary_row
    if column is None:
        return
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
