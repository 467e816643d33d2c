"""The demonstration season: what units type and when, and what the operator decides, as frozen records.

The events are data in `service/operations/demo/events`; whoever plays them acts them out through the spreadsheets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import resources

FILES = ("registration.json", "report.json", "board.json")
COLUMNS_OF_A_ROW = 7


class Decision(StrEnum):
    """What the operator may decide about a unit's form."""

    EXTEND = "extend"
    EXEMPT = "exempt"
    RETURN = "return"
    ACCEPT = "accept"
    RECEIVE = "receive"
    NIL = "nil"


@dataclass(frozen=True, slots=True)
class Written:
    """A value written into a cell that a word names: a label, a column's key, a free row's title."""

    name: str
    value: str | bool


@dataclass(frozen=True, slots=True)
class SectionWritten:
    """Cells of a report's fixed row, by the row's code and the columns' keys."""

    code: str
    cells: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """A unit does something on its tab."""

    at: datetime
    unit: str
    form: str


@dataclass(frozen=True, slots=True)
class TypeRows(Act):
    """Types rows of seven texts, in column order, directly below what the unit typed before."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TypeReport(Act):
    """Types into fixed rows of the report, and into its free rows by title."""

    sections: tuple[SectionWritten, ...]
    free: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class FillBlock(Act):
    """Writes values of the block beside the table, by their labels; True ticks."""

    values: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Confirm(Act):
    """Ticks "Xác nhận gửi"."""


@dataclass(frozen=True, slots=True)
class Unconfirm(Act):
    """Takes the tick of "Xác nhận gửi" away."""


@dataclass(frozen=True, slots=True)
class Mend(Act):
    """Writes cells of one row anew; `row` counts the rows the unit typed, from 1, by order on the tab."""

    row: int
    cells: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class InsertAbove(Act):
    """Inserts lines above everything on the tab, as a paste from Word does; the table moves down."""

    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Decide:
    """The operator decides; `before` belongs to an extension, `received_at` to a paper receipt."""

    at: datetime
    decision: Decision
    unit: str
    form: str
    reason: str
    document: str | None
    before: datetime | None
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything is consolidated; `show` where the board's table is worth printing."""

    at: datetime
    title: str
    show: bool


Event = TypeRows | TypeReport | FillBlock | Confirm | Unconfirm | Mend | InsertAbove | Decide | Moment


@dataclass(frozen=True, slots=True)
class Season:
    """All events in order of time; at one instant units come first, then the operator as written."""

    events: tuple[Event, ...]

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Return the moments of consolidation, in order."""
        return tuple(event for event in self.events if isinstance(event, Moment))

    @property
    def decisions(self) -> tuple[Decide, ...]:
        """Return the operator's decisions, in order."""
        return tuple(event for event in self.events if isinstance(event, Decide))

    def of_unit(self, unit: str) -> tuple[Event, ...]:
        """Return what a unit does and what is decided about it, in order."""
        return tuple(event for event in self.events if not isinstance(event, Moment) and event.unit == unit)


def load_season() -> Season:
    """Return the season that comes with the product."""
    folder = resources.files(__package__).joinpath("events")
    return read_season({name: folder.joinpath(name).read_text(encoding="utf-8") for name in FILES})


def read_season(texts: dict[str, str]) -> Season:
    """Return the season written in these files, in their order; ValueError names file and event of a fault."""
    events = [event for name, text in texts.items() for event in _read_file(name, text)]
    return Season(tuple(sorted(events, key=lambda event: event.at)))


def _read_file(name: str, text: str) -> Iterator[Event]:
    for number, raw in enumerate(json.loads(text)["events"], start=1):
        try:
            yield _read_event(_Keys(dict(raw)))
        except (KeyError, TypeError, ValueError) as fault:
            raise ValueError(f"{name}, event {number}: {fault}") from fault


class _Keys:
    """The keys of one event; each is taken once, and what is left over is a fault."""

    def __init__(self, raw: dict[str, object]) -> None:
        self._raw = raw

    def __contains__(self, key: str) -> bool:
        return key in self._raw

    def text(self, key: str) -> str:
        return _text(self._raw.pop(key))

    def text_if_any(self, key: str) -> str | None:
        return self.text(key) if key in self else None

    def instant(self, key: str) -> datetime:
        instant = datetime.fromisoformat(self.text(key))
        if instant.tzinfo is None:
            raise ValueError(f"{key} {instant} has no zone")
        return instant

    def instant_if_any(self, key: str) -> datetime | None:
        return self.instant(key) if key in self else None

    def number(self, key: str) -> int:
        number = self._raw.pop(key)
        if not isinstance(number, int) or number < 1:
            raise ValueError(f"{key} must count from 1, found {number!r}")
        return number

    def tick(self, key: str) -> bool:
        value = self._raw.pop(key)
        if not isinstance(value, bool):
            raise TypeError(f"{key} must be true or false, found {value!r}")
        return value

    def lines(self, key: str) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(_text(cell) for cell in _list(line)) for line in _list(self._raw.pop(key)))

    def written(self, key: str) -> tuple[Written, ...]:
        return _written(self._raw.pop(key, {}))

    def sections(self, key: str) -> tuple[SectionWritten, ...]:
        return tuple(SectionWritten(code, _written(cells)) for code, cells in _table(self._raw.pop(key, {})).items())

    def close(self) -> None:
        if self._raw:
            raise ValueError(f"unknown keys {sorted(self._raw)}")


def _read_event(keys: _Keys) -> Event:
    event: Event
    if "consolidate" in keys:
        event = _moment(keys)
    elif "decide" in keys:
        event = _decide(keys)
    else:
        event = _act(keys)
    keys.close()
    return event


def _moment(keys: _Keys) -> Moment:
    if not keys.tick("consolidate"):
        raise ValueError("consolidate must be true")
    return Moment(keys.instant("at"), keys.text("title"), keys.tick("show"))


def _decide(keys: _Keys) -> Decide:
    return Decide(
        at=keys.instant("at"),
        decision=Decision(keys.text("decide")),
        unit=keys.text("unit"),
        form=keys.text("form"),
        reason=keys.text("reason"),
        document=keys.text_if_any("document"),
        before=keys.instant_if_any("before"),
        received_at=keys.instant_if_any("received_at"),
    )


def _act(keys: _Keys) -> Event:
    read = ACTS[keys.text("do")]
    return read(keys, Act(keys.instant("at"), keys.text("unit"), keys.text("form")))


def _type(keys: _Keys, act: Act) -> Event:
    if "rows" not in keys:
        return TypeReport(act.at, act.unit, act.form, keys.sections("sections"), keys.written("free"))
    rows = keys.lines("rows")
    if any(len(row) != COLUMNS_OF_A_ROW for row in rows):
        raise ValueError(f"a row has {COLUMNS_OF_A_ROW} texts")
    return TypeRows(act.at, act.unit, act.form, rows)


def _fill_block(keys: _Keys, act: Act) -> Event:
    return FillBlock(act.at, act.unit, act.form, keys.written("values"))


def _confirm(_: _Keys, act: Act) -> Event:
    return Confirm(act.at, act.unit, act.form)


def _unconfirm(_: _Keys, act: Act) -> Event:
    return Unconfirm(act.at, act.unit, act.form)


def _mend(keys: _Keys, act: Act) -> Event:
    return Mend(act.at, act.unit, act.form, keys.number("row"), keys.written("cells"))


def _insert_above(keys: _Keys, act: Act) -> Event:
    return InsertAbove(act.at, act.unit, act.form, keys.lines("lines"))


ACTS: dict[str, Callable[[_Keys, Act], Event]] = {
    "type": _type,
    "fill_block": _fill_block,
    "confirm": _confirm,
    "unconfirm": _unconfirm,
    "mend": _mend,
    "insert_above": _insert_above,
}


def _written(values: object) -> tuple[Written, ...]:
    return tuple(
        Written(name, value if isinstance(value, bool) else _text(value)) for name, value in _table(values).items()
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, found {value!r}")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, found {value!r}")
    return value


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"a table of values was expected, found {value!r}")
    return value
