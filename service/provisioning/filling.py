"""Make a workbook's tabs what the plan asks, in atomic batches, and read them back before they are shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain import renewal, tab_shape
from service.domain.drift import MENDED_BY_RENEWAL
from service.domain.instant_words import instant_message
from service.domain.provisioning import Step, TabPlan
from service.errors import SheetsError
from service.provisioning.form_work import FormWork
from service.provisioning.giving_back import give_back
from service.sheets.batches import Request, packed, request_size
from service.sheets.inventory import Inventory, TabInventory
from service.sheets.marks import FEEDBACK_KEY, ORPHANED, SHAPE_KEY, TEMPLATE_KEY
from service.sheets.plan_tab import found_plan_tab, plan_tab_requests
from service.sheets.tab_requests import create_tab, mark_orphan, renew_tab, template_of
from service.workbooks import campaign_files
from service.workbooks.drift_check import SeenBook
from service.workbooks.form_tabs import found_tiles
from sheets_schema.grid import Grid
from sheets_schema.reading.column_marks import settle_marks
from sheets_schema.reading.rows import read_tab
from sheets_schema.wording import message, one_line

LONGEST_LEFT_OUT = 300  # letters


def fill(work: FormWork, seen: SeenBook, tabs: Sequence[TabPlan], *, is_fresh: bool) -> Inventory:
    """Make one workbook's tabs what the plan asks, in as few batches as the size allows; return what it is then."""
    spreadsheet_id = seen.facts.id
    batches = list(packed(_pieces(work, tabs, seen, is_fresh=is_fresh), lambda piece: request_size(piece.requests)))
    for part, batch in enumerate(batches, start=1):
        _apply(work, spreadsheet_id, batch)
        work.workspace.progress(message("provisioning.part_done", form=work.form.title, part=part, parts=len(batches)))
    return _read_back(work, spreadsheet_id, tabs) if batches else seen.inventory


@dataclass(frozen=True, slots=True)
class _Piece:
    """Requests that must stay together, and the sign that they landed."""

    requests: Sequence[Request]
    sheet_id: int | None = None
    template: str = ""  # what the tab's metadata holds then; blank: there is no such tab then
    resend: bool = True  # False where landing twice would move things twice

    def is_in(self, inventory: Inventory) -> bool:
        """Return True if the requests were carried out already."""
        tab = inventory.tab(self.sheet_id) if self.sheet_id is not None else None
        return (tab.metadata.get(TEMPLATE_KEY) if tab is not None else "") == self.template


def _apply(work: FormWork, spreadsheet_id: str, batch: Sequence[_Piece]) -> None:
    """Apply a batch; where it failed, check whether it landed all the same: an answer may be lost on its way.

    Sent again after that it is refused, because its tabs are there already.
    """
    requests = [request for piece in batch for request in piece.requests]
    try:
        work.workspace.sheets.apply(spreadsheet_id, requests, resend=all(piece.resend for piece in batch))
    except SheetsError:
        inventory = work.workspace.sheets.inventory(spreadsheet_id)
        signs = [piece for piece in batch if piece.sheet_id is not None]
        if not signs or not all(piece.is_in(inventory) for piece in signs):
            raise


def _pieces(work: FormWork, tabs: Sequence[TabPlan], seen: SeenBook, *, is_fresh: bool) -> Iterator[_Piece]:
    """Yield what each part of the workbook needs."""
    inventory = seen.inventory
    wanted = {"locale": work.campaign.locale, "timeZone": str(work.campaign.zone)}
    if (inventory.locale, inventory.zone) != (wanted["locale"], wanted["timeZone"]):
        yield _Piece([{"updateSpreadsheetProperties": {"properties": wanted, "fields": "locale,timeZone"}}])
    changed = [inventory.tab(tab.sheet_id) for tab in tabs if tab.step is Step.RENEW]
    grids = work.workspace.sheets.read(inventory.spreadsheet_id, [tab for tab in changed if tab is not None])
    for index, tab in enumerate(tabs):
        if tab.step is Step.ORPHAN:
            standing = inventory.tab(tab.sheet_id)
            if standing is not None:
                yield _Piece(mark_orphan(standing, work.workspace.service_email), tab.sheet_id, ORPHANED)
        elif tab.step in {Step.CREATE, Step.RECREATE}:
            yield _new_tab(work, tab, index)
        elif tab.step is Step.RENEW:
            yield from _renewal(work, tab, seen, grids)
    yield from _plan_tab(work, inventory)
    ours = {tab.sheet_id for tab in tabs}
    blank = [tab for tab in inventory.tabs if tab.sheet_id == 0 and tab.sheet_id not in ours]
    # the empty sheet every new file begins with goes once ours are there
    if blank and any(tab.step is not Step.DELETED for tab in tabs):
        if is_fresh or campaign_files.is_empty(work.workspace, inventory.spreadsheet_id, blank[0]):
            yield _Piece([{"deleteSheet": {"sheetId": 0}}], 0)
        else:
            work.report.notices.append(
                message("provisioning.foreign_sheet_kept", workbook=seen.title, tab=blank[0].title)
            )


def _new_tab(work: FormWork, tab: TabPlan, index: int) -> _Piece:
    """Return what makes a tab, with the words that were read last where it is made in the place of one that is gone."""
    layout = work.tabs.layout(tab.unit)
    identity = work.tabs.identity(tab.unit, tab.sheet_id, tab.title)
    template, summary = template_of(layout, identity), work.first_summary(layout)
    held = work.last_read(tab.unit) if tab.step is Step.RECREATE else None
    if held is None:
        return _Piece(create_tab(layout, identity, index, summary), tab.sheet_id, template)
    given = give_back(layout, tab.sheet_id, held)
    if given.requests:
        at = instant_message(held.seen_at, work.campaign.zone)
        work.report.notices.append(message("provisioning.given_back", tab=tab.title, rows=given.rows, at=at))
    if given.left_out:
        texts = one_line("; ".join(given.left_out), LONGEST_LEFT_OUT)
        work.report.notices.append(message("provisioning.not_given_back", tab=tab.title, texts=texts))
    made = create_tab(given.layout, identity, index, summary, template=template)
    return _Piece([*made, *given.requests], tab.sheet_id, template)


def _plan_tab(work: FormWork, inventory: Inventory) -> Iterator[_Piece]:
    """Yield what the tab of the plan's words needs; nothing where it says what the campaign declares."""
    plan, found = work.plan_tab(inventory), found_plan_tab(inventory)
    if not plan.is_in(found):
        yield _Piece(plan_tab_requests(plan, found), plan.sheet_id, plan.template)


def report_unfit(work: FormWork, tabs: Sequence[TabPlan], seen: SeenBook) -> None:
    """Say of the tabs to be renewed which cannot be, as the run itself would. One read where there are any."""
    standing = [found for tab in tabs if tab.step is Step.RENEW and (found := seen.inventory.tab(tab.sheet_id))]
    grids = work.workspace.sheets.read(seen.facts.id, standing) if standing else {}
    units = {tab.sheet_id: tab for tab in tabs}
    for found in standing:
        settled = _with_settled_marks(work, found, grids[found.sheet_id])
        _planned(work, units[found.sheet_id], seen, settled, grids[found.sheet_id])


def _planned(
    work: FormWork, tab: TabPlan, seen: SeenBook, standing: TabInventory, grid: Grid
) -> renewal.Renewal | None:
    """Return how a tab is renewed; None, with the reason in the report, where its parts were moved about."""
    layout = work.tabs.layout(tab.unit)
    content = read_tab(work.form, grid, standing.columns)
    shape = tab_shape.decode(standing.metadata.get(SHAPE_KEY, ""))
    as_it_is = renewal.TabState(content, grid, standing.columns, standing.row_count, standing.column_count, shape)
    planned = renewal.plan_renewal(layout, as_it_is, FEEDBACK_KEY)
    if isinstance(planned, renewal.Renewal):
        return planned
    work.report.changed -= 1
    work.report.notices.append(
        message("provisioning.unfit", tab=tab.title, reason=planned.reason, row=layout.header_row + 1)
    )
    work.report.hold(seen.title, standing.title, MENDED_BY_RENEWAL)
    return None


def _renewal(work: FormWork, tab: TabPlan, seen: SeenBook, grids: Mapping[int, Grid]) -> Iterator[_Piece]:
    standing = seen.inventory.tab(tab.sheet_id)
    if standing is None:
        return
    layout = work.tabs.layout(tab.unit)
    # editors of the tab keep it without a break while they are still the unit's
    former = {user for tile in found_tiles(standing) if tile.is_input for user in tile.users}
    editors = sorted(former & work.tabs.editors(tab.unit))
    identity = work.tabs.identity(tab.unit, tab.sheet_id, tab.title, editors)
    grid = grids[tab.sheet_id]
    standing = _with_settled_marks(work, standing, grid)
    planned = _planned(work, tab, seen, standing, grid)
    if planned is None:
        return
    if planned.kept:
        work.report.notices.append(message("provisioning.left_out", tab=tab.title, columns=", ".join(planned.kept)))
    template = template_of(layout, identity)
    made = renew_tab(planned, identity, standing, template)
    yield _Piece(made, tab.sheet_id, template, resend=not planned.moves)


def _with_settled_marks(work: FormWork, found: TabInventory, grid: Grid) -> TabInventory:
    """Return a tab with the marks that its header bears out; the others are stray, and made again where they belong."""
    settled = settle_marks(work.form, grid, found.columns, FEEDBACK_KEY)
    disputed = [number for column, number in found.column_mark_ids.items() if column not in settled.columns]
    return replace(found, columns=settled.columns, stray_marks=(*found.stray_marks, *disputed))


def _read_back(work: FormWork, spreadsheet_id: str, tabs: Sequence[TabPlan]) -> Inventory:
    """Assert that the workbook is what we asked for before it is shared; return what it is."""
    inventory = work.workspace.sheets.inventory(spreadsheet_id)
    if inventory.locale != work.campaign.locale:
        locales = {"found": inventory.locale, "wanted": work.campaign.locale}
        work.report.notices.append(message("provisioning.language_kept", workbook=inventory.title, **locales))
    lacking = [tab.title for tab in tabs if tab.step is not Step.DELETED and inventory.tab(tab.sheet_id) is None]
    if lacking:
        raise SheetsError(message("provisioning.tabs_lacking", titles=", ".join(lacking)))
    made = [tab for tab in tabs if tab.step in {Step.CREATE, Step.RECREATE}]
    open_ = [tab.title for tab in made if not _is_protected(work, tab, inventory)]
    if open_:
        raise SheetsError(message("provisioning.tabs_open", titles=", ".join(open_)))
    return inventory


def _is_protected(work: FormWork, tab: TabPlan, inventory: Inventory) -> bool:
    standing = inventory.tab(tab.sheet_id)
    return standing is not None and work.tabs.tiles(tab.unit, standing).is_in_place
