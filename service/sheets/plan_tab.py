"""Requests that make a workbook's tab of the plan's words: limits, contents, slogans, for reading alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.plan_words import plan_name, plan_parts
from service.domain.provisioning import sheet_id_of
from service.sheets.batches import Request
from service.sheets.inventory import Inventory, TabInventory
from service.sheets.mark_requests import create_metadata, set_metadata
from service.sheets.marks import TEMPLATE_KEY
from service.sheets.request_parts import FONT, HEADER_FILL
from service.sheets.tab_requests import LOCKED_NOTE
from sheets_schema.campaign import Campaign
from sheets_schema.wording import SHEET_LANGUAGE, text

PLAN_KEY = "tonghop.plan"  # marks the tab; its value is the form's key
WIDTHS = (60, 860)

_BODY: dict[str, Any] = {
    "numberFormat": {"type": "TEXT"},
    "wrapStrategy": "WRAP",
    "verticalAlignment": "TOP",
    "textFormat": {"fontFamily": FONT, "fontSize": 12},
}
_TITLE = {**_BODY, "textFormat": {"fontFamily": FONT, "fontSize": 14, "bold": True}, "wrapStrategy": "OVERFLOW_CELL"}
_HEADING = {**_BODY, "textFormat": {"fontFamily": FONT, "fontSize": 12, "bold": True}, "backgroundColor": HEADER_FILL}


@dataclass(frozen=True, slots=True)
class PlanTab:
    """The tab as it should be: its place, its rows of a mark and words, each with its format."""

    form: str
    sheet_id: int
    title: str
    rows: tuple[tuple[str, str, dict[str, Any]], ...]
    service: str  # our own address; "" when the owner is us anyway

    @property
    def template(self) -> str:
        """The fingerprint of all that is written on it."""
        content = json.dumps([self.rows, self.service], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def is_in(self, found: TabInventory | None) -> bool:
        """Return True if a tab says what it should, and is protected."""
        return found is not None and found.metadata.get(TEMPLATE_KEY) == self.template and _is_locked(found)


def found_plan_tab(inventory: Inventory) -> TabInventory | None:
    """Return the tab of the plan's words in a workbook; of copies that carry its mark the first."""
    return next((tab for tab in inventory.tabs if PLAN_KEY in tab.metadata), None)


def plan_tab(campaign: Campaign, form: str, inventory: Inventory, service: str) -> PlanTab:
    """Return the tab as the campaign declares it, under a free number and title where it is still to be made."""
    found = found_plan_tab(inventory)
    others = [tab for tab in inventory.tabs if tab is not found]
    taken = {tab.sheet_id for tab in others}
    title = text("record.plan_tab", SHEET_LANGUAGE)
    names = {tab.title.casefold() for tab in others} | {unit.short_name.casefold() for unit in campaign.units}
    while title.casefold() in names:
        title += " *"
    return PlanTab(
        form=form,
        sheet_id=found.sheet_id if found else sheet_id_of(campaign.key, form, PLAN_KEY, taken),
        title=title,
        rows=tuple(_rows(campaign)),
        service=service,
    )


def _rows(campaign: Campaign) -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield campaign.title, "", _TITLE
    yield plan_name(campaign).text(SHEET_LANGUAGE), "", _TITLE | {"textFormat": {"fontFamily": FONT, "fontSize": 12}}
    for part in plan_parts(campaign):
        yield "", "", _BODY
        yield "", part.heading.text(SHEET_LANGUAGE), _HEADING
        for mark, said in part.lines:
            yield mark, said if isinstance(said, str) else said.text(SHEET_LANGUAGE), _BODY


def plan_tab_requests(plan: PlanTab, found: TabInventory | None) -> list[Request]:
    """Return what makes the tab, or brings it back to what it should be; its title and place are left as they are."""
    grid = {"rowCount": len(plan.rows), "columnCount": len(WIDTHS), "hideGridlines": True}
    if found is None:
        properties = {"sheetId": plan.sheet_id, "title": plan.title, "gridProperties": grid}
        marks = [(PLAN_KEY, plan.form), (TEMPLATE_KEY, plan.template)]
        here = {"sheetId": plan.sheet_id}
        return [
            {"addSheet": {"properties": properties}},
            _protection(plan),
            *_content(plan),
            *(create_metadata(key, value, here) for key, value in marks),
        ]
    sized = {"properties": {"sheetId": plan.sheet_id, "gridProperties": grid}, "fields": "gridProperties"}
    return [
        {"updateSheetProperties": sized},
        *([] if _is_locked(found) else [_protection(plan)]),
        *_content(plan),
        set_metadata(found, TEMPLATE_KEY, plan.template),
    ]


def _is_locked(found: TabInventory) -> bool:
    """Return True if a protection of ours covers the whole tab."""
    edges = {"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"}
    return any(
        item.get("description") == LOCKED_NOTE and not item.get("warningOnly") and not edges & set(item["range"])
        for item in found.protections
    )


def _protection(plan: PlanTab) -> Request:
    editors = {"users": [plan.service] if plan.service else [], "domainUsersCanEdit": False}
    whole = {"range": {"sheetId": plan.sheet_id}, "description": LOCKED_NOTE, "warningOnly": False, "editors": editors}
    return {"addProtectedRange": {"protectedRange": whole}}


def _content(plan: PlanTab) -> Iterator[Request]:
    rows = [{"values": _cells((mark, said), style)} for mark, said, style in plan.rows]
    start = {"sheetId": plan.sheet_id, "rowIndex": 0, "columnIndex": 0}
    yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue,userEnteredFormat"}}
    for index, width in enumerate(WIDTHS):
        place = {"sheetId": plan.sheet_id, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
        size = {"range": place, "properties": {"pixelSize": width}, "fields": "pixelSize"}
        yield {"updateDimensionProperties": size}


def _cells(texts: Sequence[str], style: dict[str, Any]) -> list[dict[str, Any]]:
    # a string of the request can never become a formula or a date
    return [
        {"userEnteredFormat": style} | ({"userEnteredValue": {"stringValue": said}} if said else {}) for said in texts
    ]
