"""Functions that look a value up: VLOOKUP, MATCH, INDEX, XLOOKUP and their like."""

from collections.abc import Callable, Iterable

from service.embedded.api_errors import JsonValue
from service.embedded.formulas import arguments, criteria, operators
from service.embedded.formulas.arguments import Computed, Setting, ValueFaultError, given, takes, truth, whole
from service.embedded.formulas.cell_errors import NOT_FOUND, NUM, REF, VALUE, CellError
from service.embedded.formulas.operators import Argument, ComputedTable, RangeCells

Line = list[JsonValue]
_OUTSIDE = ValueFaultError(REF)


def _line(argument: Argument, setting: Setting) -> Line:
    """Return the values of a single row or column, up to the last that holds something."""
    rows = arguments.rows_of(argument, setting, arguments.used(argument))
    height, width = arguments.shape(argument)
    if width == 1:
        return [row[0] for row in rows]
    if height != 1:
        raise ValueFaultError(VALUE)
    return rows[0] if rows else []


def _like(value: JsonValue, wanted: JsonValue) -> bool:
    """Return True if two values are of one sort, and can be put in order."""
    return (
        value is not None and not isinstance(value, CellError) and operators.rank(value)[0] == operators.rank(wanted)[0]
    )


def exact(line: Iterable[JsonValue], wanted: JsonValue) -> int | None:
    """Return the place of the first value that is the wanted one; a text may hold * and ?."""
    if isinstance(wanted, str):
        fits: Callable[[JsonValue], bool] = _text_test(wanted)
    else:
        rank = operators.rank(0 if wanted is None else wanted)

        def fits(value: JsonValue) -> bool:
            return value is not None and not isinstance(value, CellError | str) and bool(operators.rank(value) == rank)

    return next((place for place, value in enumerate(line) if fits(value)), None)


def _text_test(wanted: str) -> Callable[[JsonValue], bool]:
    matches = criteria.wildcard(wanted)
    return lambda value: isinstance(value, str) and matches(value)


def nearest(line: Iterable[JsonValue], wanted: JsonValue, *, below: bool) -> int | None:
    """Return the place of the last value not above the wanted one, in a falling line not below it."""
    wanted = 0 if wanted is None else wanted
    rank, found = operators.rank(wanted), None
    for place, value in enumerate(line):
        if not _like(value, wanted):
            continue
        own = operators.rank(value)
        if own > rank if below else own < rank:
            break
        found = place
    return found


def _placed(place: int | None) -> int:
    if place is None:
        raise ValueFaultError(NOT_FOUND)
    return place


@takes(3, 4)
def _vlookup(arguments_: list[Argument], setting: Setting) -> JsonValue:
    key, index = arguments.single(arguments_[0]), whole(arguments_[2], setting)
    rows = arguments.rows_of(arguments_[1], setting, arguments.used(arguments_[1]))
    if not 1 <= index <= arguments.shape(arguments_[1])[1]:
        raise _OUTSIDE
    is_sorted = truth(arguments_[3], setting) if given(arguments_, 3) else len(arguments_) < 4
    first = (row[0] for row in rows)
    return rows[_placed(nearest(first, key, below=True) if is_sorted else exact(first, key))][index - 1]


@takes(3, 4)
def _hlookup(arguments_: list[Argument], setting: Setting) -> JsonValue:
    key, index = arguments.single(arguments_[0]), whole(arguments_[2], setting)
    if not 1 <= index <= arguments.shape(arguments_[1])[0]:
        raise _OUTSIDE
    rows = arguments.rows_of(arguments_[1], setting, index)
    is_sorted = truth(arguments_[3], setting) if given(arguments_, 3) else len(arguments_) < 4
    return rows[index - 1][_placed(nearest(rows[0], key, below=True) if is_sorted else exact(rows[0], key))]


@takes(2, 3)
def _match(arguments_: list[Argument], setting: Setting) -> JsonValue:
    key, line = arguments.single(arguments_[0]), _line(arguments_[1], setting)
    kind = whole(arguments_[2], setting) if len(arguments_) > 2 else 1
    place = exact(line, key) if kind == 0 else nearest(line, key, below=kind > 0)
    return _placed(place) + 1


@takes(2, 3)
def _lookup(arguments_: list[Argument], setting: Setting) -> JsonValue:
    key, line = arguments.single(arguments_[0]), _line(arguments_[1], setting)
    results = _line(arguments_[2], setting) if len(arguments_) > 2 else line
    place = _placed(nearest(line, key, below=True))
    return results[place] if place < len(results) else None


@takes(1, 3)
def _index(arguments_: list[Argument], setting: Setting) -> Argument:
    row = whole(arguments_[1], setting) if given(arguments_, 1) else 0
    column = whole(arguments_[2], setting) if given(arguments_, 2) else 0
    height, width = arguments.shape(arguments_[0])
    if height == 1 and len(arguments_) == 2:
        row, column = 0, row
    if not (0 <= row <= height and 0 <= column <= width):
        return NUM
    rows = arguments.rows_of(arguments_[0], setting, row or None)
    if row:
        rows = rows[row - 1 :]
    if column:
        rows = [line[column - 1 : column] for line in rows]
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else ComputedTable(rows)


@takes(3, 6)
def _xlookup(arguments_: list[Argument], setting: Setting) -> Argument:
    key, line = arguments.single(arguments_[0]), _line(arguments_[1], setting)
    mode = whole(arguments_[4], setting) if given(arguments_, 4) else 0
    backwards = given(arguments_, 5) and whole(arguments_[5], setting) < 0
    order = list(enumerate(line))
    if backwards:
        order.reverse()
    found = _found(order, key, mode)
    if found is None:
        return arguments_[3] if given(arguments_, 3) else NOT_FOUND
    by_columns = arguments.shape(arguments_[1])[0] == 1 and arguments.shape(arguments_[1])[1] > 1
    rows = arguments.rows_of(arguments_[2], setting)
    if by_columns:
        picked = [[row[found] if found < len(row) else None] for row in rows]
    else:
        picked = rows[found : found + 1] or [[None]]
    return picked[0][0] if len(picked) == 1 and len(picked[0]) == 1 else ComputedTable(picked)


def _found(order: list[tuple[int, JsonValue]], key: JsonValue, mode: int) -> int | None:
    """Return the place of a key: exact, or by mode the next below, the next above, or with * and ?."""
    wanted = operators.rank(0 if key is None else key)
    same = _text_test(key) if mode == 2 and isinstance(key, str) else None
    best: tuple[JsonValue, int] | None = None
    for place, value in order:
        if same is not None:
            if same(value):
                return place
            continue
        if not _like(value, 0 if key is None else key):
            continue
        rank = operators.rank(value)
        if rank == wanted:
            return place
        nearer = best is None or (rank > best[0] if mode < 0 else rank < best[0])
        if ((mode == -1 and rank < wanted) or (mode == 1 and rank > wanted)) and nearer:
            best = (rank, place)
    return best[1] if best else None


def _size(side: int) -> Computed:
    @takes(1, 1)
    def function(arguments_: list[Argument], _setting: Setting) -> JsonValue:
        return arguments.shape(arguments_[0])[side]

    return function


def _corner(side: int) -> Computed:
    @takes(0, 1)
    def function(arguments_: list[Argument], setting: Setting) -> JsonValue:
        if not arguments_:
            return setting.cell[side + 1] + 1
        reference = arguments_[0]
        return reference.corner[side] + 1 if isinstance(reference, RangeCells) else REF

    return function


FUNCTIONS: dict[str, Computed] = {
    "VLOOKUP": _vlookup,
    "HLOOKUP": _hlookup,
    "LOOKUP": _lookup,
    "XLOOKUP": _xlookup,
    "MATCH": _match,
    "INDEX": _index,
    "ROWS": _size(0),
    "COLUMNS": _size(1),
    "ROW": _corner(0),
    "COLUMN": _corner(1),
}
