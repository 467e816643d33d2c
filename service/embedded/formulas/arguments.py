"""What functions are given: single values, ranges of cells, tables that were computed; and how they are read.

A reader gives a plain value or raises ValueFaultError with the error value that the whole function then has.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.embedded.api_errors import JsonValue
from service.embedded.book.cell_writing import LONGEST_TEXT
from service.embedded.book.locales import LocaleRules
from service.embedded.formulas import operators
from service.embedded.formulas.cell_errors import COUNT, NUM, VALUE, CellError
from service.embedded.formulas.operators import Argument, ComputedTable, RangeCells

CELLS_OF_STEP = 10
Rows = list[list[JsonValue]]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a function is computed: the locale, the cell, this instant in the file's time zone, the work left."""

    rules: LocaleRules
    cell: tuple[int, int, int]
    now: datetime | None
    spend: Callable[[int], None]


Computed = Callable[[list[Argument], Setting], Argument]


class ValueFaultError(Exception):
    """A function that gives an error value."""

    def __init__(self, error: CellError) -> None:
        super().__init__(error.code)
        self.error = error


def takes(least: int, most: int | None = None) -> Callable[[Computed], Computed]:
    """Return a decorator for a function, by its least and most arguments; without a most there is no end."""

    def decorate(function: Computed) -> Computed:
        def checked(arguments: list[Argument], setting: Setting) -> Argument:
            if len(arguments) < least or (most is not None and len(arguments) > most):
                return COUNT
            return function(arguments, setting)

        return checked

    return decorate


def fine(value: JsonValue) -> JsonValue:
    """Return a value that is no error, or raise the fault."""
    if isinstance(value, CellError):
        raise ValueFaultError(value)
    return value


def single(argument: Argument) -> JsonValue:
    """Return one plain value."""
    return fine(operators.single(argument))


def number(argument: Argument, setting: Setting) -> float:
    """Return a number, as arithmetic takes it."""
    found = operators.number(argument, setting.rules)
    if isinstance(found, CellError):
        raise ValueFaultError(found)
    return found


def whole(argument: Argument, setting: Setting) -> int:
    """Return a number cut to a whole one; one out of all bounds is an error."""
    found = number(argument, setting)
    if abs(found) > 10**15:
        raise ValueFaultError(NUM)
    return int(found)


def text(argument: Argument, setting: Setting) -> str:
    """Return a text, as & takes it."""
    found = operators.text(argument, setting.rules)
    if isinstance(found, CellError):
        raise ValueFaultError(found)
    return found


def truth(argument: Argument, setting: Setting) -> bool:
    """Return a condition's truth."""
    found = operators.truth(argument, setting.rules)
    if isinstance(found, CellError):
        raise ValueFaultError(found)
    return found


def given(arguments: list[Argument], place: int) -> bool:
    """Return True if an argument is there and not left empty."""
    return len(arguments) > place and arguments[place] is not None


def short(made: str) -> str:
    """Return a text that a cell can hold, or raise the fault."""
    if len(made) > LONGEST_TEXT:
        raise ValueFaultError(VALUE)
    return made


def each(arguments: list[Argument]) -> Iterator[JsonValue]:
    """Return every value of arguments; of ranges only the cells that are there."""
    for argument in arguments:
        if isinstance(argument, RangeCells):
            for _, line in argument.lines:
                yield from line
        elif isinstance(argument, ComputedTable):
            for row in argument.rows:
                yield from row
        else:
            yield argument


def is_many(argument: Argument) -> bool:
    """Return True if an argument is a range or a table."""
    return isinstance(argument, RangeCells | ComputedTable)


def shape(argument: Argument) -> tuple[int, int]:
    """Return how many rows and columns an argument has."""
    return argument.shape if isinstance(argument, RangeCells | ComputedTable) else (1, 1)


def used(argument: Argument) -> int:
    """Return how many rows of an argument there are up to the last that holds something."""
    if isinstance(argument, RangeCells):
        return argument.lines[-1][0] + 1 if argument.lines else 0
    return shape(argument)[0]


def rows_of(argument: Argument, setting: Setting, height: int | None = None) -> Rows:
    """Return an argument's values by rows, as many as asked or all of them, empty cells as None."""
    rows, columns = shape(argument)
    wanted = rows if height is None else min(rows, height)
    setting.spend(1 + wanted * columns // CELLS_OF_STEP)
    if isinstance(argument, ComputedTable):
        return argument.rows[:wanted]
    if not isinstance(argument, RangeCells):
        return [[argument]][:wanted]
    found: Rows = [[None] * columns for _ in range(wanted)]
    for place, line in argument.lines:
        if place < wanted:
            found[place][: len(line)] = line
    return found


def is_number(value: JsonValue) -> bool:
    """Return True if a value is a number and no truth."""
    return isinstance(value, int | float) and not isinstance(value, bool)
