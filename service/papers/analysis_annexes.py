"""The tables of the analysis as annexes of the closing report."""

from __future__ import annotations

from datetime import datetime

from service.analysis import analyse
from service.domain.analysis.annexes import AnnexTable, annexes
from service.domain.papers.lists import ROOM
from service.domain.papers.records import (
    MOST_COLUMNS,
    Align,
    PaperColumn,
    PaperRow,
    PaperTable,
    body,
    total,
    widths_for,
)
from service.workspace import Workspace
from sheets_schema.wording import SHEET_LANGUAGE, text

_LEAST, _MOST = 10, 60  # letters of the longest text that give a column its share of a page's width


def analysis_annexes(workspace: Workspace, as_of: datetime | None) -> tuple[PaperTable, ...]:
    """Return the tables that a page has columns for; the weeks stand on the page of the analysis alone."""
    found = analyse(workspace, as_of)
    rows = found.rows
    left_out = text("analysis.drafts", SHEET_LANGUAGE, count=rows.drafts, units=rows.draft_units) if rows.drafts else ""
    made = annexes(found, SHEET_LANGUAGE)
    return tuple(_paper_table(one, left_out) for one in made if len(one.headings) <= MOST_COLUMNS and one.lines)


def _paper_table(annex: AnnexTable, left_out: str) -> PaperTable:
    counted = [all(isinstance(line[at], int) for line in annex.lines) for at in range(len(annex.headings))]
    longest = [max(len(str(line[at])) for line in annex.lines) for at in range(len(annex.headings))]
    shares = [min(_MOST, max(_LEAST, letters)) for letters in longest]
    columns = tuple(
        PaperColumn(f"column_{at}", heading, width, Align.CENTER if is_count else Align.LEFT)
        for at, (heading, width, is_count) in enumerate(
            zip(annex.headings, widths_for(ROOM, shares), counted, strict=True)
        )
    )
    rows = tuple(_row(line) for line in annex.lines)
    notes = tuple(one for one in (annex.note, left_out) if one)
    return PaperTable(f"analysis_{annex.name}", annex.title, columns, rows, notes)


def _row(line: tuple[str | int, ...]) -> PaperRow:
    cells = [str(cell) for cell in line]
    return total(*cells) if cells[0] == text("headings.all", SHEET_LANGUAGE) else body(*cells)
