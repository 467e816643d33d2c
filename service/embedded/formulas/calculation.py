"""What a formula's cell gives, computed when read; every cell once, without recursion from cell to cell."""

from collections.abc import Iterator

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import ranges
from service.embedded.book.locales import rules_of
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.formulas import cell_errors, functions, operators, syntax
from service.embedded.formulas.cell_errors import CIRCULAR, CLOSED, COUNT, PARSE, REF, CellError
from service.embedded.formulas.formula_tokens import FormulaError
from service.embedded.formulas.operators import Argument, RangeCells
from service.embedded.formulas.syntax import Broken, Constant, Function, Node, Operation, Reference

CellKey = tuple[int, int, int]
_CARRIERS = frozenset({"SUM", "MIN", "MAX", "AVERAGE"})


class Calculator:
    """Computes the formulas of one spreadsheet within this transaction."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._rules = rules_of(book.locale)
        self._done: dict[CellKey, JsonValue] = {}
        self._trees: dict[str, Node | None] = {}
        self._areas: dict[tuple[int, str], GridArea | None] = {}
        self._here: CellKey = (0, 0, 0)  # the cell that is being computed

    def value(self, sheet: SheetTab, row: int, column: int) -> JsonValue:
        """Return what a formula's cell gives: a value, None, or a CellError."""
        wanted = (sheet.sheet_id, row, column)
        waiting, entered = [wanted], set[CellKey]()
        while waiting:
            cell = waiting[-1]
            if cell in self._done:
                waiting.pop()
                continue
            needed = [other for other in self._needs(cell) if other not in self._done]
            if needed and (cell in entered or any(other in entered for other in needed)):
                self._done[cell] = CIRCULAR
            elif needed:
                waiting += needed
            else:
                self._done[cell] = self._compute(cell)
            entered.add(cell)
        return self._done[wanted]

    def number_format(self, sheet: SheetTab, row: int, column: int) -> Json | None:
        """Return the number format a formula's result takes over from the first cell it refers to."""
        tree = self._tree((sheet.sheet_id, row, column))
        if isinstance(tree, Function) and tree.name not in _CARRIERS:
            return None
        if isinstance(tree, Operation) and tree.sign not in ("+", "-"):
            return None
        first = next(syntax.references(tree), None)
        area = self._area(sheet.sheet_id, first.text) if first is not None else None
        if area is None:
            return None
        style = self._book.sheet(area.sheet_id).grid.style(area.rows.start, area.columns.start)
        found: Json | None = self._book.styles.body(style).get("format", {}).get("numberFormat")
        return None if found and found.get("type") == "TEXT" else found

    def link(self, sheet: SheetTab, row: int, column: int) -> str | None:
        """Return the address a HYPERLINK formula points to."""
        tree = self._tree((sheet.sheet_id, row, column))
        if not isinstance(tree, Function) or tree.name != "HYPERLINK" or not tree.arguments:
            return None
        self.value(sheet, row, column)
        self._here = (sheet.sheet_id, row, column)
        address = operators.text(self._evaluate(tree.arguments[0], sheet.sheet_id), self._rules)
        return address if isinstance(address, str) else None

    def _tree(self, cell: CellKey) -> Node | None:
        value = self._book.sheet(cell[0]).grid.value(cell[1], cell[2])
        formula = value.get("f", "") if isinstance(value, dict) else ""
        if formula not in self._trees:
            try:
                self._trees[formula] = syntax.parse(formula, self._rules)
            except FormulaError:
                self._trees[formula] = None
        return self._trees[formula]

    def _needs(self, cell: CellKey) -> Iterator[CellKey]:
        """Return the formula cells a cell refers to."""
        for reference in syntax.references(self._tree(cell)):
            area = self._area(cell[0], reference.text)
            if area is not None:
                yield from self._formula_cells(area)

    def _formula_cells(self, area: GridArea) -> Iterator[CellKey]:
        grid = self._book.sheet(area.sheet_id).grid
        for number in grid.numbers_between(area.rows.start, area.rows.stop):
            row = grid.row(number)
            values = row.values[area.columns.start : area.columns.stop] if row is not None else []
            for column, value in enumerate(values, start=area.columns.start):
                if isinstance(value, dict):
                    yield area.sheet_id, number, column

    def _area(self, sheet_id: int, text: str) -> GridArea | None:
        """Return the area a reference means, within its sheet; None when there is none."""
        key = (sheet_id, text)
        if key not in self._areas:
            self._areas[key] = self._resolved(sheet_id, text)
        return self._areas[key]

    def _resolved(self, sheet_id: int, text: str) -> GridArea | None:
        title, cells = ranges.split_a1(text)
        sheet = self._book.sheet(sheet_id) if title is None else self._book.sheet_titled(title)
        bounds = ranges.parse_cells((cells or "").replace("$", "")) if cells else None
        if bounds is None and title is None:
            named = [one for one in self._book.named_ranges if one["name"].casefold() == text.casefold()]
            return ranges.grid_area(named[0]["range"]) if named else None
        if sheet is None or bounds is None:
            return None
        area = GridArea(sheet.sheet_id, *bounds)
        inside = area.rows.start < sheet.row_count and area.columns.start < sheet.column_count
        return area.within(sheet) if inside else None

    def _compute(self, cell: CellKey) -> JsonValue:
        tree = self._tree(cell)
        if tree is None:
            return PARSE
        self._here = cell
        return operators.single(self._evaluate(tree, cell[0]))

    def _evaluate(self, node: Node | None, sheet_id: int) -> Argument:
        match node:
            case None:
                return None
            case Constant(value):
                return operators.tidy(value) if isinstance(value, float) else value
            case Broken(code):
                return cell_errors.BY_CODE.get(code, REF)
            case Operation(sign, operands):
                return operators.operate(sign, [self._evaluate(one, sheet_id) for one in operands], self._rules)
            case Function():
                return self._call(node, sheet_id)
            case Reference(text):
                return self._block(sheet_id, text, self._missing(text))
            case _:
                return self._block(sheet_id, node.text, cell_errors.unknown_name(node.text))

    def _missing(self, text: str) -> CellError:
        title = ranges.split_a1(text)[0]
        known = title is None or self._book.sheet_titled(title) is not None
        return REF if known else cell_errors.unknown_sheet(title or "")

    def _block(self, sheet_id: int, text: str, missing: CellError) -> Argument:
        area = self._area(sheet_id, text)
        if area is None:
            return missing
        grid = self._book.sheet(area.sheet_id).grid
        cells: list[JsonValue] = []
        for number in grid.numbers_between(area.rows.start, area.rows.stop):
            row = grid.row(number)
            for column, value in enumerate(row.values if row is not None else []):
                if column in area.columns:
                    cells.append(self._done.get((area.sheet_id, number, column)) if isinstance(value, dict) else value)
        return RangeCells(tuple(cells), len(area.rows) == 1 and len(area.columns) == 1)

    def _call(self, node: Function, sheet_id: int) -> Argument:
        if node.name == "IF":
            return self._if(node, sheet_id)
        if node.name in ("ROW", "COLUMN"):
            return self._place(node, sheet_id)
        if node.name in functions.IMPORTS:
            return CLOSED
        function = functions.FUNCTIONS.get(node.name)
        if function is None:
            return cell_errors.unknown_function(node.name)
        return function([self._evaluate(argument, sheet_id) for argument in node.arguments], self._rules)

    def _place(self, node: Function, sheet_id: int) -> Argument:
        """Return the number of the row or column of a reference, or of the formula's own cell."""
        if len(node.arguments) > 1:
            return COUNT
        row, column = self._here[1:]
        if node.arguments:
            reference = node.arguments[0]
            area = self._area(sheet_id, reference.text) if isinstance(reference, Reference) else None
            if area is None:
                return REF
            row, column = area.rows.start, area.columns.start
        return (row if node.name == "ROW" else column) + 1

    def _if(self, node: Function, sheet_id: int) -> Argument:
        if len(node.arguments) not in (2, 3):
            return COUNT
        condition = operators.truth(self._evaluate(node.arguments[0], sheet_id), self._rules)
        if isinstance(condition, CellError):
            return condition
        chosen = node.arguments[1:2] if condition else node.arguments[2:3]
        return self._evaluate(chosen[0], sheet_id) if chosen else False
