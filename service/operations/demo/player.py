"""Act the demonstration season out: every unit types through the spreadsheets with its own rights, on its own day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from service import workflows
from service.consolidation.run import RunReport
from service.domain import deadlines
from service.domain.decisions import Decision
from service.operations.demo.season import (
    Confirm,
    Consolidate,
    Decide,
    Event,
    FillBlock,
    InsertAbove,
    Mend,
    Season,
    TypeReport,
    TypeRows,
    Unconfirm,
)
from service.sheets.clerk import Cell, Clerk
from service.workspace import Workspace
from sheets_schema.campaign import FieldRole, Form
from sheets_schema.layout import TabLayout, lay_out


@dataclass(slots=True)
class Stage:
    """The clock of a rehearsed season: it shows the instant of the event being played."""

    now: datetime

    def clock(self) -> datetime:
        """Return the instant of the event being played."""
        return self.now


@dataclass(slots=True)
class _Desk:
    """One unit's tab as its clerk knows it."""

    spreadsheet_id: str
    sheet_id: int
    layout: TabLayout
    inserted: int = 0  # lines pasted above everything
    typed: int = 0  # rows typed so far


@dataclass(slots=True)
class Player:
    """Plays events in order; `clerk_for` returns the person who types for a unit, or the owner for ""."""

    workspace: Workspace
    stage: Stage
    clerk_for: Callable[[str], Clerk]
    _desks: dict[tuple[str, str], _Desk] = field(default_factory=dict)

    def play(self, season: Season) -> Iterator[tuple[Consolidate, RunReport]]:
        """Play every event of units on the roster; yield each moment with what its consolidation found."""
        units = {unit.code for unit in self.workspace.campaign.active_units}
        for event in season.events:
            self.stage.now = event.at
            if isinstance(event, Consolidate):
                yield event, workflows.consolidate(self.workspace, trigger="demo")
            elif event.unit in units:
                self._act(event)

    def _act(self, event: Event) -> None:
        if isinstance(event, Decide):
            workflows.decide(self.workspace, [_decision(event, self.workspace.actor)])
        elif isinstance(event, TypeRows):
            self._type_rows(event)
        elif isinstance(event, InsertAbove):
            desk = self._desk(event.unit, event.form)
            self.clerk_for("").insert_rows(desk.spreadsheet_id, desk.sheet_id, 0, event.lines)
            desk.inserted += len(event.lines)
        elif not isinstance(event, Consolidate):
            desk = self._desk(event.unit, event.form)
            cells = self._cells(desk, event)
            moved = {(row + desk.inserted, column): value for (row, column), value in cells.items()}
            self.clerk_for(event.unit).type_cells(desk.spreadsheet_id, desk.sheet_id, moved)

    def _type_rows(self, event: TypeRows) -> None:
        desk = self._desk(event.unit, event.form)
        row = desk.layout.table.start_row + desk.typed + desk.inserted
        self.clerk_for(event.unit).type_rows(desk.spreadsheet_id, desk.sheet_id, row, event.rows)
        desk.typed += len(event.rows)

    def _cells(
        self, desk: _Desk, event: TypeReport | FillBlock | Confirm | Unconfirm | Mend
    ) -> Mapping[Cell, str | bool]:
        layout = desk.layout
        if isinstance(event, (Confirm, Unconfirm)):
            return {_field_cell(layout, FieldRole.CONFIRM): isinstance(event, Confirm)}
        if isinstance(event, FillBlock):
            places = {place.field.label: (place.row, place.value_column) for place in layout.fields}
            return {places[label]: value for label, value in event.values.items()}
        columns = {column.key: index for index, column in enumerate(layout.form.columns)}
        if isinstance(event, Mend):
            row = layout.table.start_row + event.row - 1
            return {(row, columns[key]): value for key, value in event.cells.items()}
        rows = {fixed.code or fixed.text: fixed.row for fixed in layout.fixed_rows}
        sections = {
            (rows[code], columns[key]): value for code, cells in event.sections.items() for key, value in cells.items()
        }
        return sections | {(rows[title], layout.first_own_column): value for title, value in event.free.items()}

    def _desk(self, unit: str, form: str) -> _Desk:
        if not self._desks:
            for tab in self.workspace.store.registry.tabs(self.workspace.campaign.key):
                layout = _layout(self.workspace, tab.unit, self.workspace.campaign.form(tab.form))
                self._desks[tab.unit, tab.form] = _Desk(tab.spreadsheet_id, tab.sheet_id, layout)
        return self._desks[unit, form]


def _layout(workspace: Workspace, unit: str, form: Form) -> TabLayout:
    campaign = workspace.campaign
    limit = deadlines.effective_limit(campaign.obligation(form.key), (), campaign.zone)
    return lay_out(campaign, form, campaign.unit(unit), str(limit.full_words))


def _field_cell(layout: TabLayout, role: FieldRole) -> Cell:
    place = next(place for place in layout.fields if place.field.role is role)
    return place.row, place.value_column


def _decision(event: Decide, actor: str) -> Decision:
    return Decision(
        kind=event.decision,
        unit=event.unit,
        form=event.form,
        recorded_at=event.at,
        actor=actor,
        reason=event.reason,
        document=event.document,
        before=event.before,
        received_at=event.received_at,
    )
