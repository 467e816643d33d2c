"""What is kept of a workbook from its last read; where the server answers the same again, nothing is decoded."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from service.consolidation.rules_fingerprint import reading_code
from service.errors import SheetsRefusedError, SheetsUnavailableError
from service.facts.records import WorkbookAnswers
from service.sheets.answered import Answered
from service.sheets.verbs import Sheets
from sheets_schema.campaign import Form, Unit

NO_ANSWERS = WorkbookAnswers("", "", "")
Basis = tuple[str, Mapping[int, str]]  # the rules by which tabs are checked, and what was decided on each


@dataclass(frozen=True, slots=True)
class LastRead:
    """The digests of tabs as they were read, by sheet id; the tabs that were at fault; what the server answered."""

    grids: Mapping[int, str] = field(default_factory=dict)
    suspects: Collection[int] = ()
    answers: WorkbookAnswers = NO_ANSWERS

    def answers_on(self, ground: str) -> WorkbookAnswers:
        """Return what was answered; nothing where it could now come to another result."""
        return self.answers if self.answers.basis == ground and not self.suspects else NO_ANSWERS


def ground_of(spreadsheet_id: str, tabs: Mapping[int, tuple[Form, Unit]], basis: Basis, last: LastRead) -> str:
    """Return what changes whenever the same answers could come to another result, or to one that is not kept."""
    rules, decided = basis
    owners = [
        (sheet_id, form.key, unit.code, unit.former_codes, decided[sheet_id], last.grids.get(sheet_id))
        for sheet_id, (form, unit) in tabs.items()
    ]
    return hashlib.sha256(repr((reading_code(), rules, spreadsheet_id, owners)).encode()).hexdigest()[:32]


def values_of_all(sheets: Sheets, spreadsheet_id: str, sheet_ids: Collection[int], known: str) -> Answered | None:
    """Return what is answered of all tabs together; None where they must be read apart, which tells why."""
    try:
        return sheets.values_answer(spreadsheet_id, [{"sheetId": one} for one in sheet_ids], known=known)
    except (SheetsRefusedError, SheetsUnavailableError):
        return None
