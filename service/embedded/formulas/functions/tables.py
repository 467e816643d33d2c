"""Functions that give several values: UNIQUE, SORT, FILTER, TRANSPOSE and their like."""

from service.embedded.api_errors import JsonValue
from service.embedded.formulas import arguments, operators
from service.embedded.formulas.arguments import Computed, Rows, Setting, ValueFaultError, given, takes, truth, whole
from service.embedded.formulas.cell_errors import NOT_FOUND, NUM, VALUE, CellError
from service.embedded.formulas.operators import Argument, ComputedTable

MOST_OF_SEQUENCE = 100_000
CELLS_OF_STEP = 3


def _rows(argument: Argument, setting: Setting) -> Rows:
    """Return the rows of an argument up to the last that holds something."""
    rows = arguments.rows_of(argument, setting, arguments.used(argument))
    setting.spend(sum(map(len, rows)) // CELLS_OF_STEP)
    return rows


def table(rows: Rows) -> Argument:
    """Return rows as what a function gives; none is an error."""
    if not rows or not rows[0]:
        return NOT_FOUND
    return ComputedTable(rows)


def _place(value: JsonValue) -> tuple[int, JsonValue]:
    """Return the place of a value among others: empty cells last."""
    if value is None:
        return 9, ""
    return (8, value.code) if isinstance(value, CellError) else operators.rank(value)


def _key(row: list[JsonValue]) -> tuple[tuple[int, JsonValue], ...]:
    return tuple(map(_place, row))


@takes(1, 3)
def _unique(values: list[Argument], setting: Setting) -> Argument:
    by_column = given(values, 1) and truth(values[1], setting)
    once = given(values, 2) and truth(values[2], setting)
    rows = _rows(values[0], setting)
    if by_column:
        rows = [list(column) for column in zip(*rows, strict=True)]
    keys = list(map(_key, rows))
    counts: dict[tuple[tuple[int, JsonValue], ...], int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    kept: Rows = []
    for key, row in zip(keys, rows, strict=True):
        if counts.get(key) and (counts[key] == 1 or not once):
            kept.append(row)
        counts[key] = 0
    return table([list(row) for row in zip(*kept, strict=True)] if by_column else kept)


@takes(1)
def _sort(values: list[Argument], setting: Setting) -> Argument:
    rows = list(_rows(values[0], setting))
    specs: list[tuple[list[JsonValue], bool]] = []
    for place in range(1, len(values), 2):
        rises = truth(values[place + 1], setting) if len(values) > place + 1 else True
        specs.append((_sorted_by(values[place], rows, setting), rises))
    if not specs:
        specs = [([row[column] for row in rows], True) for column in range(arguments.shape(values[0])[1])]
    order = list(range(len(rows)))
    for column, rises in reversed(specs):
        setting.spend(2 * len(order))
        filled = [place for place in order if column[place] is not None]
        filled.sort(key=lambda place, column=column: _place(column[place]), reverse=not rises)  # type: ignore[misc]
        order = filled + [place for place in order if column[place] is None]
    return table([rows[place] for place in order])


def _sorted_by(argument: Argument, rows: Rows, setting: Setting) -> list[JsonValue]:
    """Return the values rows are sorted by: a column of theirs, or another range as long."""
    if arguments.is_many(argument) and arguments.shape(argument) != (1, 1):
        if arguments.shape(argument)[1] != 1:
            raise ValueFaultError(VALUE)
        found = [row[0] for row in arguments.rows_of(argument, setting, len(rows))]
        return found + [None] * (len(rows) - len(found))
    column = whole(argument, setting)
    if rows and not 1 <= column <= len(rows[0]):
        raise ValueFaultError(VALUE)
    return [row[column - 1] for row in rows]


@takes(2)
def _filter(values: list[Argument], setting: Setting) -> Argument:
    height, width = arguments.shape(values[0])
    rows = _rows(values[0], setting)
    for condition in values[1:]:
        tall, wide = arguments.shape(condition)
        if (tall, wide) == (1, width) and width > 1 and height > 1:
            kept = _truths(arguments.rows_of(condition, setting)[0])
            rows = [[value for value, keep in zip(row, kept, strict=False) if keep] for row in rows]
            continue
        if wide != 1 or tall != height:
            return VALUE
        kept = _truths([row[0] for row in arguments.rows_of(condition, setting, len(rows))])
        rows = [
            [*row] if keep else [] for row, keep in zip(rows, kept + [False] * (len(rows) - len(kept)), strict=True)
        ]
    return table([row for row in rows if row])


def _truths(values: list[JsonValue]) -> list[bool]:
    return [bool(value) if isinstance(value, bool | int | float) else False for value in values]


@takes(1, 1)
def _transpose(values: list[Argument], setting: Setting) -> Argument:
    rows = _rows(values[0], setting) or [[None]]
    return table([list(column) for column in zip(*rows, strict=True)])


@takes(1)
def _flatten(values: list[Argument], setting: Setting) -> Argument:
    return table([[value] for argument in values for row in _rows(argument, setting) for value in row])


@takes(1, 4)
def _sequence(values: list[Argument], setting: Setting) -> Argument:
    height = whole(values[0], setting)
    width = whole(values[1], setting) if given(values, 1) else 1
    start = arguments.number(values[2], setting) if given(values, 2) else 1
    step = arguments.number(values[3], setting) if given(values, 3) else 1
    if height < 1 or width < 1 or height * width > MOST_OF_SEQUENCE:
        return NUM
    setting.spend(height * width)
    return ComputedTable([
        [operators.tidy(start + step * (row * width + column)) for column in range(width)] for row in range(height)
    ])  # fmt: skip


@takes(1, 1)
def _array_formula(values: list[Argument], setting: Setting) -> Argument:
    return ComputedTable(_rows(values[0], setting)) if arguments.is_many(values[0]) else values[0]


FUNCTIONS: dict[str, Computed] = {
    "UNIQUE": _unique,
    "SORT": _sort,
    "FILTER": _filter,
    "TRANSPOSE": _transpose,
    "FLATTEN": _flatten,
    "SEQUENCE": _sequence,
    "ARRAYFORMULA": _array_formula,
}
