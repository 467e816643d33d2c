"""The check while a clerk types: the rules and words of the run, on the grid that the browser shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.domain.consolidation import NO_NOTICE, feedback_on, has_document, tally
from service.domain.tab_notices import TabNotice
from service.sheets.marks import FEEDBACK_KEY
from service.web.editor.posted_cells import PostedGrid
from sheets_schema.campaign import Campaign, FieldRole, Form
from sheets_schema.grid import Grid
from sheets_schema.problems import gravest_first
from sheets_schema.reading.labels import FieldText
from sheets_schema.reading.rows import TabContent, read_tab
from sheets_schema.rules.validation import Checked, check


@dataclass(frozen=True, slots=True)
class Sending:
    """What ticking "Xác nhận gửi" now would send."""

    cell: str  # A1 of the tick, blank when it is gone
    accepted: int
    rejected: tuple[int, ...]  # sheet rows to be mended
    needs_document: bool
    has_document: bool
    nil: bool
    verdict: str  # what will be said of it


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """The answers beside the rows and for the whole tab."""

    summary: str
    rows: tuple[tuple[int, str], ...]  # sheet row and text
    cells: Mapping[str, str]  # A1 → the gravest severity there
    sending: Sending


def check_grid(campaign: Campaign, form: Form, posted: PostedGrid, notice: TabNotice = NO_NOTICE) -> LiveCheck:
    """Check a posted grid of a form; bad data makes words, never an error."""
    content = read_tab(form, without_feedback(posted), own_columns(form, posted.columns))
    checked = check(campaign, form, content)
    feedback = feedback_on(form, checked, notice)
    cells: dict[str, str] = {}
    for problem in gravest_first(checked.problems):
        if problem.cell:
            cells.setdefault(problem.cell, problem.severity.value)
    return LiveCheck(feedback.summary, feedback.rows, cells, _sending(campaign, form, content, checked))


def without_feedback(posted: PostedGrid) -> Grid:
    """Return the grid with our own column blank: what we said is not what the unit typed."""
    ours = next((index for index, key in posted.columns.items() if key == FEEDBACK_KEY), None)
    if ours is None:
        return posted.grid
    lines = ((*line[:ours], "", *line[ours + 1 :]) if len(line) > ours else line for line in posted.grid.cells)
    return replace(posted.grid, cells=tuple(lines))


def own_columns(form: Form, columns: Mapping[int, str]) -> dict[int, str]:
    """Return the columns that are the form's own."""
    keys = {column.key for column in form.columns}
    return {index: key for index, key in columns.items() if key in keys}


def _sending(campaign: Campaign, form: Form, content: TabContent, checked: Checked) -> Sending:
    tick = form.field(FieldRole.CONFIRM)
    found = content.fields.get(tick.key) if tick else None
    return Sending(
        cell=found.cell if found else "",
        accepted=tally(checked).rows_out,
        rejected=tuple(row.row.number for row in checked.counted if row.rejected),
        needs_document=form.needs_document,
        has_document=has_document(checked),
        nil=checked.ticked(FieldRole.NIL),
        verdict=_verdict(campaign, form, content, found),
    )


def _verdict(campaign: Campaign, form: Form, content: TabContent, tick: FieldText | None) -> str:
    """Return the first line of the summary as it will be once the tick is set."""
    if tick is None:
        return ""
    ticked = replace(content, fields={**content.fields, tick.key: tick._replace(text="TRUE")})
    return feedback_on(form, check(campaign, form, ticked)).summary.partition("\n")[0]
