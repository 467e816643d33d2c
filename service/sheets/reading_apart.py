"""Read many tabs in few calls; where a batch cannot be read it is halved until the tabs at fault are found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from service.errors import SheetsRefusedError, SheetsUnavailableError
from service.sheets import http
from service.sheets.answered import Answered
from service.sheets.batches import chunks
from service.sheets.inventory import TabInventory
from service.sheets.verbs import Sheets, grids_from
from sheets_schema.grid import Grid
from sheets_schema.wording import Message, message

# calls beside the usual ones: enough to find four tabs among a hundred
MOST_MORE_CALLS = 40
# how often such a call is tried
PATIENT, FEW = 6, 2


@dataclass(frozen=True, slots=True)
class GridsRead:
    """What was read of tabs, and why some were not, by sheet id; the digests of the answers."""

    grids: dict[int, Grid] = field(default_factory=dict)
    refused: dict[int, Message] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)


def read_apart(
    sheets: Sheets,
    spreadsheet_id: str,
    tabs: Sequence[TabInventory],
    suspects: Collection[int] = (),
    given: Answered | None = None,
) -> GridsRead:
    """Read every tab that can be read; SheetsUnavailableError where the server answers nothing at all.

    SheetsMissingError and SheetsForbiddenError are of the whole spreadsheet and are raised. `suspects` are the ids of
    tabs that could not be read the last time: each is read alone. One read for the others, or one for each batch;
    at most `MOST_MORE_CALLS` more where tabs are at fault. `given` is the answer for all together, where it is there.
    """
    reading = _Reading(sheets, spreadsheet_id)
    for batch in chunks([tab for tab in tabs if tab.sheet_id not in suspects]):
        reading.batch(batch, given)
    for tab in tabs:
        if tab.sheet_id in suspects:
            reading.part([tab], attempts=FEW)
    return reading.read


class _Reading:
    """The reading of one spreadsheet."""

    def __init__(self, sheets: Sheets, spreadsheet_id: str) -> None:
        self.read = GridsRead()
        self._sheets = sheets
        self._spreadsheet_id = spreadsheet_id
        self._more_calls = 0

    def batch(self, tabs: Sequence[TabInventory], given: Answered | None = None) -> None:
        """Read tabs together; where that is refused, each half apart."""
        try:
            ranges = [tab.read_range for tab in tabs]
            answer = given or self._sheets.values_answer(self._spreadsheet_id, ranges)
            found = grids_from(answer, tabs)
        except SheetsRefusedError as error:
            self._halve(tabs, error.message)
        except SheetsUnavailableError as error:
            if not self._more_calls:
                self._check_that_it_answers(error)
            self._halve(tabs, error.message, attempts=FEW)
        else:
            self.read.answers.append(answer.digest)
            self.read.grids.update(found)
            left_out = [tab for tab in tabs if tab.sheet_id not in found]
            self.read.refused.update({tab.sheet_id: message("tab_faults.tab_not_given") for tab in left_out})

    def part(self, tabs: Sequence[TabInventory], attempts: int) -> None:
        """Read tabs in one more call, if there may be one."""
        if self._more_calls >= MOST_MORE_CALLS:
            self.read.refused.update({tab.sheet_id: message("tab_faults.too_many_faults") for tab in tabs})
            return
        self._more_calls += 1
        with http.briefly(self._sheets.client, attempts):
            self.batch(tabs)

    def _check_that_it_answers(self, error: SheetsUnavailableError) -> None:
        """Raise the error where the spreadsheet does not answer at all."""
        with http.briefly(self._sheets.client, attempts=1):
            try:
                self._sheets.look(self._spreadsheet_id, "spreadsheetId")
            except SheetsUnavailableError:
                raise error from None

    def _halve(self, tabs: Sequence[TabInventory], reason: Message, attempts: int = PATIENT) -> None:
        if len(tabs) == 1:
            self.read.refused[tabs[0].sheet_id] = message("tab_faults.tab_refused", reason=reason)
            return
        middle = len(tabs) // 2
        for half in (tabs[:middle], tabs[middle:]):
            self.part(half, attempts)
