"""What is to be corrected, as the master lists it: read once for every state of the master."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.master import PROBLEM_COLUMNS, PROBLEMS
from service.facts.records import MasterState
from service.sheets.master_requests import sheet_id_of
from service.workspace import Workspace

UNIT, FORM, SEVERITY, CELL, COLUMN, MESSAGE = ("Đơn vị", "Mẫu", "Mức độ", "Ô", "Cột", "Nội dung")
_TITLES = tuple(title for title, _ in PROBLEM_COLUMNS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the master's list of what is to be corrected."""

    unit: str  # names and titles, as the list has them
    form: str
    severity: str
    cell: str
    column: str
    message: str


class Findings:
    """The master's list, by unit name; kept until the master changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fingerprint = ""
        self._by_unit: Mapping[str, tuple[Finding, ...]] = {}

    def of(self, unit_name: str, state: MasterState, workspace: Workspace) -> tuple[Finding, ...]:
        """Return one unit's; SheetsError when the list cannot be read."""
        with self._lock:
            if self._fingerprint != state.fingerprint:
                self._by_unit = _read(state.spreadsheet_id, workspace)
                self._fingerprint = state.fingerprint
            return self._by_unit.get(unit_name, ())


def _read(spreadsheet_id: str, workspace: Workspace) -> dict[str, tuple[Finding, ...]]:
    tab = workspace.sheets.inventory(spreadsheet_id).tab(sheet_id_of(PROBLEMS))
    if tab is None:
        return {}
    rows = workspace.sheets.read(spreadsheet_id, [tab])[tab.sheet_id].cells
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for row in _below_header(rows):
        line = dict(zip(_TITLES, row, strict=False))
        finding = Finding(*(line.get(title, "") for title in (UNIT, FORM, SEVERITY, CELL, COLUMN, MESSAGE)))
        found[finding.unit].append(finding)
    return {unit: tuple(lines) for unit, lines in found.items()}


def _below_header(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    header = next((index for index, row in enumerate(rows) if tuple(row[: len(_TITLES)]) == _TITLES), len(rows))
    return rows[header + 1 :]
