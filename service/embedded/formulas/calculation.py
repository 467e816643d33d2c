"""The values of formula cells, computed when read.

Each cell is computed once, a whole tab by rows and columns, so that what a cell gives does not depend on the range that
was asked for. Work is counted (formula_work): a cell that needs too much is #ERROR!, and the other cells are right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import display, ranges
from service.embedded.book.formula_traits import SPREADING
from service.embedded.book.locales import rules_of
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.formulas import broadcasting, cell_errors, formula_work, functions, operators, syntax
from service.embedded.formulas.arguments import Setting, ValueFaultError
from service.embedded.formulas.cell_errors import CIRCULAR, CLOSED, LIMIT, NUM, OVERWRITES, PARSE, REF, CellError
from service.embedded.formulas.formula_tokens import FormulaError
from service.embedded.formulas.formula_work import OverworkError, SharedWork
from service.embedded.formulas.operators import Argument, ComputedTable, RangeCells
from service.embedded.formulas.plain_formulas import plain_value, steps_of
from service.embedded.formulas.syntax import Broken, Constant, Function, Name, Operation, Program, Reference
from service.embedded.formulas.tab_formulas import TabFormulas

CellKey = tuple[int, int, int]
Target = tuple[TabFormulas, GridArea]
_CARRIERS = frozenset({"SUM", "MIN", "MAX", "AVERAGE"})
_LINKS = (Function("HYPERLINK", 1), Function("HYPERLINK", 2))
_UNREADABLE: Program = ()


@dataclass(slots=True)
class _Pending:
    """A cell that is being computed: its formula, what it still needs, and the steps left for it."""

    key: CellKey
    tab: TabFormulas
    program: Program = _UNREADABLE
    needs: Iterator[CellKey] = field(default_factory=lambda: iter(()))
    spreads: Iterator[CellKey] = field(default_factory=lambda: iter(()))  # of others, which may fill what it refers to
    left: int = formula_work.MOST_OF_CELL

    def spend(self, steps: int) -> None:
        if steps > self.left:
            raise OverworkError
        self.left -= steps
        self.tab.work.spend(steps)


class Calculator:
    """Computes the formulas of one spreadsheet within this transaction."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._rules = rules_of(book.locale)
        self._now = book.local_time
        self._shared = SharedWork()
        self._tabs: dict[int, TabFormulas] = {}
        self._done: dict[CellKey, JsonValue] = {}
        self._links: dict[CellKey, str] = {}
        self._programs: dict[str, Program] = {}
        self._targets: dict[tuple[int, str], Target | None] = {}

    @cached_property
    def _named_ranges(self) -> dict[str, Json]:
        return {one["name"].casefold(): one["range"] for one in reversed(self._book.named_ranges)}

    @property
    def steps_taken(self) -> int:
        """Return how much work was done beyond what is reserved for each tab."""
        return formula_work.SHARED - self._shared.left

    def value(self, sheet: SheetTab, row: int, column: int, formula: str) -> JsonValue:
        """Return what a cell with a formula gives: a value, None, or a CellError."""
        plain = plain_value(formula, row)
        if plain is None:
            self._settled(sheet)
            return self._done.get((sheet.sheet_id, row, column), LIMIT)
        # no other formula of the tab is read for it, however many there are
        self._book.work.spend(steps_of(formula))
        return plain.value

    def spread(self, sheet: SheetTab) -> Mapping[int, Mapping[int, JsonValue]]:
        """Return the values of cells that formulas of others filled, by row and column."""
        return self._settled(sheet).spread if sheet.spreads else {}

    def _settled(self, sheet: SheetTab) -> TabFormulas:
        tab = self._tab(sheet.sheet_id)
        if not tab.settled:
            tab.settled = True
            for number, one in chain(tab.spreading(), tab.cells()):
                if not tab.work.left:
                    break
                self._settle((sheet.sheet_id, number, one))
        return tab

    def _settle_plainly(self, key: CellKey) -> bool:
        """Return True if a cell's formula gives its value by itself, which is then known."""
        tab = self._tab(key[0])
        formula = tab.formula(key[1], key[2])
        plain = plain_value(formula, key[1])
        if plain is None:
            return False
        try:
            tab.work.spend(steps_of(formula))
        except OverworkError:
            self._done[key] = LIMIT
        else:
            self._done[key] = plain.value
        return True

    def number_format(self, sheet: SheetTab, row: int, column: int, formula: str) -> Json | None:
        """Return the number format a formula's result takes over from the first cell it refers to."""
        if plain_value(formula, row) is not None:
            return None
        program = self._known_program(sheet, row, column)
        top = program[-1] if program else None
        if isinstance(top, Function) and top.name not in _CARRIERS:
            kind = functions.SHOWN_AS.get(top.name)
            return {"type": kind, "pattern": display.default_pattern(kind, self._rules)} if kind else None
        if isinstance(top, Operation) and top.sign not in ("+", "-"):
            return None
        first = next(syntax.references(program), None)
        target = self._target(sheet.sheet_id, first.text) if first is not None else None
        if target is None:
            return None
        style = target[0].sheet.grid.style(target[1].rows.start, target[1].columns.start)
        found: Json | None = self._book.styles.body(style).get("format", {}).get("numberFormat")
        return None if found and found.get("type") == "TEXT" else found

    def link(self, sheet: SheetTab, row: int, column: int, formula: str) -> str | None:
        """Return the address a HYPERLINK formula points to."""
        plain = plain_value(formula, row)
        if plain is not None:
            return plain.address or None
        self._settled(sheet)
        program = self._known_program(sheet, row, column)
        return self._links.get((sheet.sheet_id, row, column)) if program[-1:] and program[-1] in _LINKS else None

    def _known_program(self, sheet: SheetTab, row: int, column: int) -> Program:
        formula = self._tab(sheet.sheet_id).formula(row, column)
        return self._programs.get(formula, _UNREADABLE)

    def _tab(self, sheet_id: int) -> TabFormulas:
        tab = self._tabs.get(sheet_id)
        if tab is None:
            tab = TabFormulas.of(self._book.sheet(sheet_id), self._shared, len(self._book.sheets))
            self._tabs[sheet_id] = tab
        return tab

    def _settle(self, wanted: CellKey) -> None:
        """Compute a cell, and before it the cells it needs, by one stack for all of them."""
        if wanted in self._done or self._settle_plainly(wanted):
            return
        stack, path = [self._pending(wanted)], {wanted}
        while stack:
            pending = stack[-1]
            needed = self._next_need(pending, path)
            if needed is not None:
                stack.append(self._pending(needed))
                path.add(needed)
                continue
            if pending.key not in self._done:
                self._done[pending.key] = self._computed(pending)
            path.discard(pending.key)
            stack.pop()

    def _pending(self, key: CellKey) -> _Pending:
        pending = _Pending(key, self._tab(key[0]))
        try:
            pending.spend(formula_work.STEPS_OF_FORMULA)
            pending.program = self._program(pending)
        except OverworkError:
            self._done[key] = LIMIT
        else:
            pending.needs, pending.spreads = self._needs(pending), self._spreads(pending)
        return pending

    def _program(self, pending: _Pending) -> Program:
        """Return the steps of a cell's formula; none when it cannot be read."""
        formula = pending.tab.formula(*pending.key[1:])
        program = self._programs.get(formula)
        if program is None:
            pending.spend(len(formula) * formula_work.STEPS_OF_CHARACTER)
            try:
                program = syntax.parse(formula, self._rules)
            except FormulaError:
                program = _UNREADABLE
            self._programs[formula] = program
        return program

    def _next_need(self, pending: _Pending, path: set[CellKey]) -> CellKey | None:
        """Return the next cell to compute before this one; None when there is none, or this one cannot be computed."""
        try:
            for other in pending.needs:
                if other in path:
                    self._done[pending.key] = CIRCULAR
                    return None
                if other not in self._done and not self._settle_plainly(other):
                    return other
            for other in pending.spreads:
                if other not in self._done and other not in path:
                    return other
        except OverworkError:
            self._done[pending.key] = LIMIT
        return None

    def _needs(self, pending: _Pending) -> Iterator[CellKey]:
        """Return the formula cells a cell refers to."""
        for step in pending.program:
            if type(step) is not Reference and type(step) is not Name:
                continue
            target = self._target(pending.key[0], step.text)
            if target is None:
                continue
            tab, area = target
            rows = tab.rows_of(area)
            pending.spend(1 + len(rows))
            for row in rows:
                for column in tab.columns_of(row, area):
                    pending.spend(1)
                    yield area.sheet_id, row, column

    def _spreads(self, pending: _Pending) -> Iterator[CellKey]:
        """Return the formula cells that may fill cells a cell refers to."""
        for step in pending.program:
            target = self._target(pending.key[0], step.text) if type(step) in (Reference, Name) else None  # type: ignore[union-attr]
            if target is None:
                continue
            tab, area = target
            for row, column in tab.spreading():
                pending.spend(1)
                if row < area.rows.stop and column < area.columns.stop:
                    yield area.sheet_id, row, column

    def _computed(self, pending: _Pending) -> JsonValue:
        if not pending.program:
            return PARSE
        try:
            return self._result(pending)
        except OverworkError:
            return LIMIT

    def _result(self, pending: _Pending) -> JsonValue:
        given = self._run(pending)
        top = pending.program[-1]
        if isinstance(given, ComputedTable) and isinstance(top, Function) and top.name in SPREADING:
            given = self._spread_out(pending, given)
        found = operators.single(given)
        if isinstance(found, str):
            pending.spend(len(found) // formula_work.CHARACTERS_OF_RESULT)
        return found

    def _spread_out(self, pending: _Pending, table: ComputedTable) -> JsonValue:
        """Fill the cells beside and below a cell, within the grid, and return its own value."""
        _, top, left = pending.key
        tab, (height, width) = pending.tab, table.shape
        rows = range(top, min(top + height, tab.sheet.row_count))
        columns = range(left, min(left + width, tab.sheet.column_count))
        pending.spend(2 * len(rows) * len(columns))
        for row in tab.numbers_between(rows.start, rows.stop):
            taken = tab.filled(row, columns)
            if any(value is not None for value in (taken[1:] if row == top else taken)):
                return OVERWRITES
        for place, row in enumerate(rows):
            pending.spend(_length(table.rows[place]) // formula_work.CHARACTERS_OF_RESULT)
            for value, column in zip(table.rows[place], columns, strict=False):
                if (row, column) != (top, left) and value is not None:
                    tab.spread.setdefault(row, {})[column] = value
        return table.rows[0][0] if height and width else None

    def _target(self, sheet_id: int, text: str) -> Target | None:
        """Return the tab and the area a reference means, within the grid; None when there is none."""
        key = (sheet_id, text)
        if key not in self._targets:
            self._targets[key] = self._resolved(sheet_id, text)
        return self._targets[key]

    def _resolved(self, sheet_id: int, text: str) -> Target | None:
        title, cells = ranges.split_a1(text)
        sheet = self._tab(sheet_id).sheet if title is None else self._book.sheet_titled(title)
        bounds = ranges.parse_cells((cells or "").replace("$", "")) if cells else None
        if bounds is None and title is None:
            return self._named(text)
        if sheet is None or bounds is None:
            return None
        top, left = bounds[0] or 0, bounds[2] or 0
        if top >= sheet.row_count or left >= sheet.column_count:
            return None
        return self._tab(sheet.sheet_id), GridArea(sheet.sheet_id, *bounds).within(sheet)

    def _named(self, text: str) -> Target | None:
        named = self._named_ranges.get(text.casefold())
        area = None if named is None else ranges.grid_area(named)
        return None if area is None else (self._tab(area.sheet_id), area)

    def _run(self, pending: _Pending) -> Argument:
        values: list[Argument] = []
        for step in pending.program:
            match step:
                case Reference(text):
                    values.append(self._cells(text, pending) or self._missing(text))
                case Constant(value):
                    values.append(value)
                case Operation(sign, count):
                    operands = _taken(values, count, pending)
                    if broadcasting.is_needed(operands):
                        values.append(broadcasting.operate(sign, operands, self._setting(pending)))
                    else:
                        values.append(operators.operate(sign, operands, self._rules))
                case Function(name, count):
                    values.append(self._called(name, _taken(values, count, pending), pending))
                case Name(text):
                    values.append(self._cells(text, pending) or cell_errors.unknown_name(text))
                case Broken(code):
                    values.append(cell_errors.BY_CODE.get(code, REF))
        return values[-1]

    def _missing(self, text: str) -> CellError:
        title = ranges.split_a1(text)[0]
        known = title is None or self._book.sheet_titled(title) is not None
        return REF if known else cell_errors.unknown_sheet(title or "")

    def _cells(self, text: str, pending: _Pending) -> RangeCells | None:
        """Return the cells of a reference; None when it means nothing."""
        target = self._target(pending.key[0], text)
        if target is None:
            return None
        tab, area = target
        top, left, right = area.rows.start, area.columns.start, area.columns.stop
        if right - left == 1 and len(area.rows) == 1:
            found = tab.filled(top, area.columns)
            return RangeCells([(0, self._plain(found, (area.sheet_id, top, left)))], corner=(top, left))
        lines: list[tuple[int, list[JsonValue]]] = []
        for number in tab.numbers_between(top, area.rows.stop):
            found = tab.filled(number, area.columns)
            pending.spend(1 + len(found) // formula_work.CELLS_OF_STEP)
            if found:
                lines.append((number - top, self._plain(found, (area.sheet_id, number, left))))
        return RangeCells(lines, (len(area.rows), right - left), (top, left))

    def _plain(self, values: list[JsonValue], first: CellKey) -> list[JsonValue]:
        """Return the values of cells side by side, formulas replaced by what they give."""
        if dict not in map(type, values):
            return values
        sheet_id, row, left = first
        return [
            self._done.get((sheet_id, row, column), LIMIT) if type(value) is dict else value
            for column, value in enumerate(values, start=left)
        ]

    def _called(self, name: str, arguments: list[Argument], pending: _Pending) -> Argument:
        if name in functions.IMPORTS:
            return CLOSED
        function = functions.FUNCTIONS.get(name)
        if function is None:
            return cell_errors.unknown_function(name)
        if name == "HYPERLINK" and arguments:
            address = operators.text(arguments[0], self._rules)
            self._links[pending.key] = address if isinstance(address, str) else ""
        try:
            found = function(arguments, self._setting(pending))
        except ValueFaultError as fault:
            return fault.error
        except OverflowError:  # past the numbers that a cell can hold
            return NUM
        if type(found) is str:
            pending.spend(len(found) // formula_work.CHARACTERS_MADE)
        return found

    def _setting(self, pending: _Pending) -> Setting:
        return Setting(self._rules, pending.key, self._now, pending.spend)


def _length(values: list[JsonValue]) -> int:
    return sum(len(value) for value in values if isinstance(value, str))


def _taken(values: list[Argument], count: int, pending: _Pending) -> list[Argument]:
    """Return the last values, taken off the stack; working on them is counted by their length."""
    steps = formula_work.STEPS_OF_OPERATION
    taken = values[len(values) - count :]
    del values[len(values) - count :]
    for value in taken:
        one = value.first if type(value) is RangeCells and value.shape == (1, 1) else value
        if type(one) is str:
            steps += len(one) // formula_work.CHARACTERS_OF_STEP
        elif type(one) is RangeCells:
            steps += one.size // formula_work.CELLS_OF_STEP
        elif type(one) is ComputedTable:
            steps += len(one.rows) * one.shape[1] // formula_work.CELLS_OF_STEP
    pending.spend(steps)
    return taken
