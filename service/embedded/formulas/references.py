"""References within formulas, moved along when rows and columns move and when formulas are copied."""

import re
from collections.abc import Callable

from service.embedded.api_errors import JsonValue, RefusedError
from service.embedded.book import formula_traits, ranges
from service.embedded.book.locales import LocaleRules, rules_of
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import Axis
from service.embedded.formulas import formula_work
from service.embedded.formulas.calculation import Calculator
from service.embedded.formulas.cell_errors import LIMIT, CellError
from service.embedded.formulas.formula_tokens import FormulaError, FormulaToken, TokenKind, split

Move = Callable[[int, int], tuple[int, int] | None]
Frozen = Callable[[SheetTab, int, int, str], JsonValue]  # of a cell with a formula
Change = Callable[[FormulaToken], str]
LOST = "#REF!"
_CORNER = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]*)")


def _rewritten(formula: str, rules: LocaleRules, change: Change) -> str:
    try:
        tokens = split(formula.removeprefix("="), rules)
    except FormulaError:
        return formula
    return "=" + "".join(change(token) if token.kind is TokenKind.REFERENCE else token.text for token in tokens)


def move_formulas(book: Book, sheet: SheetTab, axis: Axis, move: Move) -> None:
    """Rewrite every formula that refers to the rows or columns that have moved."""
    rules = rules_of(book.locale)
    for owner in book.sheets:

        def change(token: FormulaToken, owner: SheetTab = owner) -> str:
            prefix, cells = _split(token.text)
            title = ranges.split_a1(token.text)[0]
            target = owner if title is None else book.sheet_titled(title)
            if target is not sheet:
                return token.text
            moved = _moved_cells(cells, axis, move)
            return LOST if moved is None else prefix + moved

        rewrite(book, owner, rules, change)


def rename(book: Book, old: str, new: str) -> None:
    """Rewrite every formula that names a tab by its old title."""

    def change(token: FormulaToken) -> str:
        prefix, cells = _split(token.text)
        title = ranges.split_a1(token.text)[0]
        named = prefix and title is not None and title.casefold() == old.casefold()
        return f"{ranges.quoted(new)}!{cells}" if named else token.text

    for sheet in book.sheets:
        rewrite(book, sheet, rules_of(book.locale), change)


def rewrite(book: Book, sheet: SheetTab, rules: LocaleRules, change: Change) -> None:
    """Rewrite the references of every formula on a sheet."""
    book.work.spend(5)
    if not sheet.refers:
        return
    book.work.spend(sheet.grid.size // 50)
    refers = False
    for number in sheet.grid.formula_rows():
        row = sheet.grid.row(number)
        for column, value in enumerate(row.values if row is not None else []):
            if isinstance(value, dict) and _counted(book, old := value.get("f", "")):
                refers = True
                formula = _rewritten(old, rules, change)
                if formula != old:
                    sheet.grid.set_value(number, column, {"f": formula})
    if not refers:
        sheet.refers_nowhere()


def _counted(book: Book, formula: str) -> bool:
    """Return True if a formula may refer to a cell; what it takes to look, and to rewrite it then, is counted."""
    refers = formula_traits.may_refer(formula)
    book.work.spend(formula_work.STEPS_OF_FORMULA + 2 * len(formula) if refers else 2 + len(formula) // 40)
    return refers


def _split(text: str) -> tuple[str, str]:
    head, sign, cells = text.rpartition("!")
    return head + sign, cells


def _moved_cells(cells: str, axis: Axis, move: Move) -> str | None:
    corners = [_CORNER.fullmatch(part) for part in cells.split(":")]
    found = [_index(corner, axis) for corner in corners if corner is not None]
    known = [index for index in found if index is not None]
    if not known:
        return cells
    place = move(min(known), max(known) + 1)
    if place is None:
        return None
    ends = (place[0], place[1] - 1)
    shown = []
    for corner, index in zip(corners, found, strict=False):
        if corner is None or index is None:
            shown.append(corner[0] if corner is not None else "")
        else:
            shown.append(_with_index(corner, axis, ends[0] if index == min(known) else ends[1]))
    return ":".join(shown)


def _index(corner: re.Match[str], axis: Axis) -> int | None:
    if axis == "ROWS":
        return int(corner[4]) - 1 if corner[4] else None
    return ranges.column_number(corner[2]) if corner[2] else None


def _with_index(corner: re.Match[str], axis: Axis, index: int) -> str:
    fixed_column, letters, fixed_row, number = _signs(corner)
    if axis == "ROWS":
        return f"{fixed_column}{letters}{fixed_row}{index + 1}"
    return f"{fixed_column}{ranges.column_letters(index)}{fixed_row}{number}"


def _signs(corner: re.Match[str]) -> tuple[str, str, str, str]:
    # In $5 the sign belongs to the row though the pattern finds it first.
    if not corner[2] and corner[1]:
        return "", "", corner[1], corner[4]
    return corner[1], corner[2], corner[3], corner[4]


def copied(book: Book, formula: str, down: int, right: int) -> str:
    """Return a formula as it reads when copied so many rows down and columns to the right."""
    if not (down or right) or not _counted(book, formula):
        return formula

    def change(token: FormulaToken) -> str:
        prefix, cells = _split(token.text)
        corners = [_copied_corner(part, down, right) for part in cells.split(":")]
        return LOST if None in corners else prefix + ":".join(corner or "" for corner in corners)

    return _rewritten(formula, rules_of(book.locale), change)


def _copied_corner(text: str, down: int, right: int) -> str | None:
    corner = _CORNER.fullmatch(text)
    if corner is None:
        return text
    fixed_column, letters, fixed_row, number = _signs(corner)
    if letters and not fixed_column:
        column = ranges.column_number(letters) + right
        if not 0 <= column < ranges.MOST_COLUMNS:
            return None
        letters = ranges.column_letters(column)
    if number and not fixed_row:
        row = int(number) + down
        if row < 1:
            return None
        number = str(row)
    return f"{fixed_column}{letters}{fixed_row}{number}"


def frozen(book: Book) -> Frozen:
    """Return a function giving the plain value a formula's cell has; it refuses when computing it takes too much."""
    calculator, spent = Calculator(book), 0

    def value(sheet: SheetTab, row: int, column: int, formula: str) -> JsonValue:
        nonlocal spent
        found = calculator.value(sheet, row, column, formula)
        book.work.spend(calculator.steps_taken - spent)
        spent = calculator.steps_taken
        if found is LIMIT:
            raise RefusedError("The formulas of the range need more work than the server does for one request.")
        return found.code if isinstance(found, CellError) else found

    return value
