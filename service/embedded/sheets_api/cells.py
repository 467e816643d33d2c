"""CellData: a cell as the API shows it and as updates give it."""

from service.embedded import json_text
from service.embedded.api_errors import Json, JsonValue, RefusedError
from service.embedded.book import colours
from service.embedded.book.cell_writing import check_length, stored
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.sheet_grid import Value
from service.embedded.contract import masks
from service.embedded.contract.masks import Tree
from service.embedded.formulas.cell_errors import CellError

LONGEST_PATTERN = 1_000
LONGEST_STYLE = 200_000
EXTRAS = ("note", "textFormatRuns", "chipRuns", "pivotTable", "dataSourceFormula", "dataSourceTable")


def entered(extended: Json | None) -> Value:
    """Return an ExtendedValue as a cell keeps it."""
    if not extended:
        return None
    if len(extended) > 1:
        raise RefusedError("Invalid value: only one field of userEnteredValue may be set.")
    ((kind, value),) = extended.items()
    if kind == "errorValue":
        raise RefusedError("userEnteredValue.errorValue is read only.")
    if kind == "formulaValue":
        check_length(value)
        return {"f": value} if value else None
    if kind == "stringValue":
        check_length(value)
        return value or None
    return stored(value)


def extended(value: JsonValue) -> Json:
    """Return a value as an ExtendedValue."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int | float):
        return {"numberValue": value}
    if isinstance(value, dict):
        return {"formulaValue": value.get("f", "")}
    if isinstance(value, CellError):
        error = {"type": value.kind, "message": value.message}
        return {"errorValue": {key: text for key, text in error.items() if text}}
    return {"stringValue": str(value)}


class CellPatch:
    """Applies CellData under a mask to many cells of one spreadsheet, each distinct change worked out once."""

    def __init__(self, book: Book, tree: Tree) -> None:
        self._book = book
        self._every = "*" in tree
        self._tree = tree
        self._sets_value = self._every or "userEnteredValue" in tree
        self._style_tree = {
            stored_key: tree.get(name, {})
            for name, stored_key in (("userEnteredFormat", "format"), ("dataValidation", "validation"))
            if self._every or name in tree
        }
        self._extras = [name for name in EXTRAS if self._every or name in tree]
        self._styles: dict[tuple[int, str], int] = {}

    @property
    def sets_values_alone(self) -> bool:
        """Return True if nothing but the values of cells is changed."""
        return self._sets_value and not self._style_tree and not self._extras

    def put(self, sheet: SheetTab, row: int, column: int, cell: Json) -> None:
        """Change one cell."""
        if self._sets_value:
            sheet.grid.set_value(row, column, entered(cell.get("userEnteredValue")))
        if self._style_tree:
            self.put_style(sheet, row, column, style_text(cell))
        for name in self._extras:
            self._put_extra(sheet, row, column, name, cell.get(name))

    def put_style(self, sheet: SheetTab, row: int, column: int, text: str) -> None:
        """Change one cell's format and validation."""
        sheet.grid.set_style(row, column, self.restyled(sheet.grid.style(row, column), text))

    def restyled(self, old: int, text: str) -> int:
        """Return the style that one becomes by the format and validation of a CellData."""
        key = (old, text)
        known = self._styles.get(key)
        if known is None:
            known = self._styles[key] = self._changed(old, json_text.loaded(text))
        return known

    def _changed(self, old: int, new: Json) -> int:
        body = self._book.styles.body(old)
        changed = masks.merge(body, new, self._style_tree)
        check_style(changed)
        if "format" in changed:
            changed["format"] = colours.paired_format(body.get("format", {}), changed["format"])
        return self._book.styles.id_of({key: value for key, value in changed.items() if value})

    def _put_extra(self, sheet: SheetTab, row: int, column: int, name: str, value: JsonValue) -> None:
        extra = sheet.grid.beside(row, column)
        if not value and name not in extra:
            return
        rest = {key: entry for key, entry in extra.items() if key != name}
        if isinstance(value, str):
            check_length(value)
        sheet.grid.set_extra(row, column, rest | {name: value} if value else rest)


def check_style(style: Json) -> None:
    """Refuse a style that would be work for every cell that is shown under it."""
    pattern = style.get("format", {}).get("numberFormat", {}).get("pattern", "")
    if len(pattern) > LONGEST_PATTERN:
        raise RefusedError(f"A number format's pattern may have at most {LONGEST_PATTERN} characters.")
    if len(json_text.dumped_bytes(style)) > LONGEST_STYLE:
        raise RefusedError("The format or the validation of a cell is too large.")


def style_text(cell: Json) -> str:
    """Return the part of a CellData that makes a style, as one text."""
    validation = cell.get("dataValidation")
    if not validation and "userEnteredFormat" not in cell:
        return "{}"
    new = {"format": cell["userEnteredFormat"]} if "userEnteredFormat" in cell else {}
    return json_text.sorted_text(new | ({"validation": validation} if validation else {}))
