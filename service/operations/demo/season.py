"""The demonstration season: what units type and when, and what the operator decides, as frozen records.

The events are data in `service/operations/demo/events`; the player acts them out through the spreadsheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from service.domain.decisions import DecisionKind

FILES = ("registration.json", "report.json", "board.json")
COLUMNS_OF_A_ROW = 7
# values by the word that names their cell: a label, a column's key, a free row's title; True ticks
Cells = Mapping[str, str | bool]


class _Event(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    at: AwareDatetime


class _Act(_Event):
    """A unit does something on its tab."""

    unit: str
    form: str


class TypeRows(_Act):
    """Types rows of seven texts, in column order, directly below what the unit typed before."""

    do: Literal["type"]
    rows: tuple[Annotated[tuple[str, ...], Field(min_length=COLUMNS_OF_A_ROW, max_length=COLUMNS_OF_A_ROW)], ...]


class TypeReport(_Act):
    """Types into fixed rows of the report by their codes, and into its free rows by title."""

    do: Literal["type"]
    sections: Mapping[str, Cells] = {}
    free: Cells = {}


class FillBlock(_Act):
    """Writes values of the block beside the table, by their labels."""

    do: Literal["fill_block"]
    values: Cells


class Confirm(_Act):
    """Ticks the cell that confirms the submission."""

    do: Literal["confirm"]


class Unconfirm(_Act):
    """Takes that tick away."""

    do: Literal["unconfirm"]


class Mend(_Act):
    """Writes cells of one row again; `row` counts the rows the unit typed, from 1, by order on the tab."""

    do: Literal["mend"]
    row: Annotated[int, Field(ge=1)]
    cells: Cells


class InsertAbove(_Act):
    """Inserts lines above everything on the tab, as a paste from Word does; the table moves down."""

    do: Literal["insert_above"]
    lines: tuple[tuple[str, ...], ...]


class Decide(_Act):
    """The operator decides; `before` belongs to an extension, `received_at` to a paper receipt."""

    decision: Annotated[DecisionKind, Field(alias="decide")]
    reason: str
    document: str = ""
    before: AwareDatetime | None = None
    received_at: AwareDatetime | None = None


class Consolidate(_Event):
    """Everything is consolidated; `show` where the board's table is worth printing."""

    consolidate: Literal[True]
    title: str
    show: bool


def _kind(event: object) -> str:
    """Return the tag of an event as it is written."""
    if not isinstance(event, dict):
        return ""
    kind = next((kind for kind in ("consolidate", "decide") if kind in event), str(event.get("do")))
    return "type_rows" if kind == "type" and "rows" in event else kind


Event = Annotated[
    Annotated[TypeRows, Tag("type_rows")]
    | Annotated[TypeReport, Tag("type")]
    | Annotated[FillBlock, Tag("fill_block")]
    | Annotated[Confirm, Tag("confirm")]
    | Annotated[Unconfirm, Tag("unconfirm")]
    | Annotated[Mend, Tag("mend")]
    | Annotated[InsertAbove, Tag("insert_above")]
    | Annotated[Decide, Tag("decide")]
    | Annotated[Consolidate, Tag("consolidate")],
    Discriminator(_kind),
]


class _File(BaseModel):
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """All events in order of time; at one instant units come first, then the operator as written."""

    events: tuple[Event, ...]

    @property
    def moments(self) -> tuple[Consolidate, ...]:
        """Return the moments of consolidation, in order."""
        return tuple(event for event in self.events if isinstance(event, Consolidate))

    @property
    def decisions(self) -> tuple[Decide, ...]:
        """Return the operator's decisions, in order."""
        return tuple(event for event in self.events if isinstance(event, Decide))

    def of_unit(self, unit: str) -> tuple[Event, ...]:
        """Return what a unit does and what is decided about it, in order."""
        return tuple(event for event in self.events if not isinstance(event, Consolidate) and event.unit == unit)


def load_season() -> Season:
    """Return the season that comes with the product."""
    folder = resources.files(__package__).joinpath("events")
    return read_season({name: folder.joinpath(name).read_text(encoding="utf-8") for name in FILES})


def read_season(texts: Mapping[str, str]) -> Season:
    """Return the season written in these files, in their order; ValueError names file and event of a fault."""
    events = [event for name, text in texts.items() for event in _read_file(name, text)]
    return Season(tuple(sorted(events, key=lambda event: event.at)))


def _read_file(name: str, text: str) -> tuple[Event, ...]:
    try:
        return _File.model_validate_json(text).events
    except ValidationError as error:
        fault = error.errors()[0]
        number, *place = fault["loc"][1:] or (0,)
        where = ".".join(map(str, place[1:]))
        raise ValueError(f"{name}, event {int(number) + 1}: {where}: {fault['msg']}") from error
