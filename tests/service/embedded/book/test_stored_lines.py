"""Rows that are put in, taken out and moved before anything is read stand where a plain list would have them."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.embedded.api_errors import ApiError
from service.embedded.book.request_work import RequestWork
from service.embedded.book.sheet_grid import CellGrid
from service.embedded.storage.sqlite_store import SpreadsheetStore

LENGTH, SPREAD = (
    12,
    30,
)  # places of the model, and how many rows of the sheet lie between two: few are read at once
SHEET, NEIGHBOUR = 7, 8
FIRST = {place: f"dòng {place}" if place % 4 else {"f": f"=ROW()-{place}"} for place in range(0, LENGTH, 2)}


def text_of(row):
    return row.values[0] if row is not None and row.values else None


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    with SpreadsheetStore(tmp_path_factory.mktemp("store")).writing() as connection:
        yield connection


def filled(connection: sqlite3.Connection, sheet: int) -> CellGrid:
    grid = CellGrid(connection, 1, sheet)
    grid.replace_rows({})
    for place, value in FIRST.items():
        grid.set_value(SPREAD * place, 0, value)
    grid.flush(RequestWork().spend)
    return CellGrid(connection, 1, sheet)


def stored(connection: sqlite3.Connection, sheet: int) -> dict:
    return {number / SPREAD: text_of(row) for number, row in CellGrid(connection, 1, sheet).rows()}


class Twin:
    """A grid, and a plain list of what stands where."""

    def __init__(self, grid: CellGrid) -> None:
        self.grid, self.spend = grid, RequestWork().spend
        self.model: list = [FIRST.get(place) for place in range(LENGTH + 40)]

    def insert(self, at, count):
        self.grid.insert_rows(SPREAD * at, SPREAD * count, self.spend)
        self.model[at:at] = [None] * count

    def delete(self, at, count):
        self.grid.delete_rows(SPREAD * at, SPREAD * (at + count), self.spend)
        del self.model[at : at + count]

    def exchange(self, at, first, second):
        middle, end = at + first, at + first + second
        self.grid.exchange_rows(range(SPREAD * at, SPREAD * middle), range(SPREAD * middle, SPREAD * end), self.spend)
        self.model[at:end] = [*self.model[middle:end], *self.model[at:middle]]

    def write(self, at, value):
        self.grid.set_value(SPREAD * at, 0, value)
        self.model[at] = value

    def read(self, at):
        assert text_of(self.grid.row(SPREAD * at)) == self.model[at]

    def flush(self):
        self.grid.flush(self.spend)

    def formulas(self):
        assert self.grid.formula_rows() == [
            SPREAD * place for place, value in enumerate(self.model) if isinstance(value, dict)
        ]

    def all(self):
        assert {number / SPREAD: text for number, row in self.grid.rows() if (text := text_of(row))} == self.filled

    @property
    def filled(self) -> dict:
        return {place: value for place, value in enumerate(self.model) if value}


PLACE, COUNT = st.integers(0, LENGTH), st.integers(1, 3)
VALUES = st.sampled_from(["mới", None, {"f": "=ROW()"}])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(Twin.insert), PLACE, COUNT),
        st.tuples(st.just(Twin.delete), PLACE, COUNT),
        st.tuples(st.just(Twin.exchange), PLACE, COUNT, COUNT),
        st.tuples(st.just(Twin.write), PLACE, VALUES),
        st.tuples(st.just(Twin.read), PLACE),
        st.tuples(st.sampled_from([Twin.flush, Twin.formulas, Twin.all])),
    ),
    max_size=9,
)


@given(steps=STEPS)
def test_rows_stand_where_a_list_has_them(connection, steps):
    twin = Twin(filled(connection, SHEET))
    filled(connection, NEIGHBOUR)

    for step, *given_ in steps:
        step(twin, *given_)

    lines = twin.grid.filled_lines(0, SPREAD * len(twin.model))
    assert {number / SPREAD: values[0] for number, values in lines.items() if values[0]} == twin.filled
    twin.formulas()
    for place in range(len(twin.model)):
        twin.read(place)
    twin.flush()
    assert (stored(connection, SHEET), stored(connection, NEIGHBOUR)) == (twin.filled, FIRST)


def test_rows_that_move_are_counted_as_work_before_they_do(connection):
    grid = filled(connection, SHEET)
    grid.insert_rows(0, 1, RequestWork().spend)

    with pytest.raises(ApiError):
        grid.flush(RequestWork(left=10).spend)

    assert stored(connection, SHEET) == FIRST
