"""The season of 2023 as its units typed it, read and checked as tabs are: without spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from service.domain.consolidation import Feedback, TabRead
from service.domain.contents import Contents, contents_of
from service.operations.demo.season import TypeReport, TypeRows, load_season
from sheets_schema.campaign import Campaign, ColumnRole
from sheets_schema.declaration import builtin_campaign, load_campaign
from sheets_schema.grid import Grid
from sheets_schema.reading.rows import read_tab
from sheets_schema.rules.validation import check

CAMPAIGN = load_campaign(builtin_campaign("thang_dan_van_2023"))
SEEN = datetime(2023, 11, 1, 8, tzinfo=CAMPAIGN.zone)


def tab(unit: str, form_key: str, rows) -> Contents:
    """Return what a tab with these rows below its titles holds."""
    form = CAMPAIGN.form(form_key)
    titles = tuple(column.title for column in form.columns)
    checked = check(CAMPAIGN, form, read_tab(form, Grid((titles, *rows))))
    own = CAMPAIGN.unit(unit)
    return contents_of(TabRead(own, form, f"bang-{form_key}", 7, own.short_name, checked, Feedback("", ())), SEEN)


@dataclass(frozen=True)
class PlayedSeason:
    campaign: Campaign
    tabs: tuple[Contents, ...]
    received: frozenset[tuple[str, str]]


@pytest.fixture(scope="session")
def played() -> PlayedSeason:
    """What the demonstration's units typed; every third of the last units has not sent."""
    rows: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for event in load_season().events:
        if isinstance(event, TypeRows):
            rows.setdefault((event.unit, event.form), []).extend(event.rows)
        elif isinstance(event, TypeReport):
            columns = CAMPAIGN.form(event.form).columns
            section = CAMPAIGN.form(event.form).column(ColumnRole.SECTION)
            for code, cells in event.sections.items():
                line = [code if column is section else as_typed(cells.get(column.key, "")) for column in columns]
                rows.setdefault((event.unit, event.form), []).append(tuple(line))
    order = {unit.code: index for index, unit in enumerate(CAMPAIGN.accounted_units)}
    owed = sorted((one for one in rows if one[0] in order), key=lambda one: (one[1], order[one[0]]))
    tabs = tuple(tab(unit, form, rows[unit, form]) for unit, form in owed)
    drafts = {("HU-SD", "registration"), ("S-YT", "report")}
    return PlayedSeason(CAMPAIGN, tabs, frozenset(rows) - drafts)


def as_typed(value: str | bool) -> str:
    return ("TRUE" if value else "") if isinstance(value, bool) else value
