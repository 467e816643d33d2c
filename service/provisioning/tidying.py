"""Put right how units' tabs look: what is hidden is shown, what is merged is taken apart, spare lines go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.domain.drift import MENDED_BY_TIDYING, DriftKind
from service.domain.provisioning import Step, TabPlan
from service.errors import SheetsRefusedError
from service.provisioning.form_work import FormWork
from service.sheets.batches import Request
from service.workbooks.drift_check import SeenBook
from service.workbooks.tab_order import TabOrder
from sheets_schema.wording import message


def tidy(work: FormWork, seen: SeenBook, tabs: Sequence[TabPlan]) -> SeenBook:
    """Put a workbook's tabs right in one write, and return it as it is then; one that refuses keeps no other from it.

    Nothing is asked or written where all looks as it should.
    """
    orders = [
        order
        for tab in tabs
        if tab.step in {Step.KEEP, Step.RENEW, Step.ADMIT} and (order := seen.order(work.tabs, tab.unit, tab.sheet_id))
    ]
    pieces = [(order, [*order.requests(), *_cuts(work, seen, order)]) for order in orders]
    wanted = [(order, requests) for order, requests in pieces if requests]
    if not wanted:
        return seen
    try:
        work.workspace.sheets.apply_in_parts(seen.facts.id, [requests for _, requests in wanted])
    except SheetsRefusedError:
        refused = [order.tab.title for order, requests in wanted if not _is_applied(work, seen, requests)]
        for title in refused:
            work.report.hold(seen.title, title, MENDED_BY_TIDYING)
        if refused:
            titles = ", ".join(refused)
            work.report.notices.append(message("provisioning.not_tidied", workbook=seen.title, tabs=titles))
    return replace(seen, inventory=work.workspace.sheets.inventory(seen.facts.id))


def _is_applied(work: FormWork, seen: SeenBook, requests: Sequence[Request]) -> bool:
    try:
        work.workspace.sheets.apply(seen.facts.id, requests)
    except SheetsRefusedError:
        return False
    return True


def _cuts(work: FormWork, seen: SeenBook, order: TabOrder) -> list[Request]:
    """Return what cuts an overgrown tab, once its spare lines were read and hold nothing. One read for such a tab."""
    cuts = order.cuts()
    if not cuts:
        return []
    (rows, row_end), (columns, column_end) = order.spare_lines
    sheet = order.tab.sheet_id
    below = [{"sheetId": sheet, "startRowIndex": rows}] if rows < row_end else []
    beside = [{"sheetId": sheet, "startColumnIndex": columns, "endRowIndex": rows}] if columns < column_end else []
    try:
        is_blank = work.workspace.sheets.holds_nothing(seen.facts.id, [*below, *beside])
    except SheetsRefusedError:
        is_blank = False
    if is_blank:
        return cuts
    work.report.notices.append(message("provisioning.not_cut", workbook=seen.title, tab=order.tab.title))
    work.report.hold(seen.title, order.tab.title, {DriftKind.OVERGROWN})
    return []
