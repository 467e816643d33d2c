"""Borders and data validation."""

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import colours
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.sheets_api.cells import check_style
from service.embedded.sheets_api.kinds import targets

_EDGES = ("top", "bottom", "left", "right")


class Restyler:
    """Changes the style of single cells, each distinct change worked out once."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[tuple[int, tuple[tuple[str, int], ...]], int] = {}

    def set_borders(self, sheet: SheetTab, row: int, column: int, borders: dict[str, Json]) -> None:
        """Set some of a cell's borders; a border of style NONE is taken away."""
        old = sheet.grid.style(row, column)
        key = (old, tuple((edge, id(border)) for edge, border in borders.items()))
        if key not in self._known:
            self._known[key] = self._with_borders(old, borders)
        sheet.grid.set_style(row, column, self._known[key])

    def _with_borders(self, old: int, borders: dict[str, Json]) -> int:
        body = self._book.styles.body(old)
        own = body.get("format", {})
        merged = own.get("borders", {}) | {edge: colours.whole_border({}, border) for edge, border in borders.items()}
        kept = {edge: border for edge, border in merged.items() if border.get("style", "NONE") != "NONE"}
        cell_format = {key: value for key, value in own.items() if key != "borders"} | (
            {"borders": kept} if kept else {}
        )
        rest = {key: value for key, value in body.items() if key != "format"}
        return self._book.styles.id_of(rest | ({"format": cell_format} if cell_format else {}))


def update_borders(book: Book, given: Json) -> Json:
    """Do updateBorders: the edges of the area and the lines within it."""
    sheet, area = targets.editable(book, given)
    targets.cell_by_cell(book, area, steps=4)
    restyler = Restyler(book)
    sheet.grid.load(area.rows.start, area.rows.stop)
    for row in area.rows:
        for column in area.columns:
            borders = _borders_at(area, row, column, given)
            if borders:
                restyler.set_borders(sheet, row, column, borders)
    return {}


def _borders_at(area: GridArea, row: int, column: int, given: Json) -> dict[str, Json]:
    sides = {
        "top": "top" if row == area.rows.start else "innerHorizontal",
        "bottom": "bottom" if row == area.rows.stop - 1 else "innerHorizontal",
        "left": "left" if column == area.columns.start else "innerVertical",
        "right": "right" if column == area.columns.stop - 1 else "innerVertical",
    }
    return {edge: given[sides[edge]] for edge in _EDGES if sides[edge] in given}


def set_data_validation(book: Book, given: Json) -> Json:
    """Do setDataValidation: put a rule on an area, or take rules away."""
    sheet, area = targets.editable(book, given)
    targets.row_by_row(book, area)
    rule = given.get("rule")
    if rule is not None:
        _check_rule(rule)
        check_style({"validation": rule})

    def ruled(style: int) -> int:
        rest = {key: value for key, value in book.styles.body(style).items() if key != "validation"}
        return book.styles.id_of(rest | ({"validation": rule} if rule else {}))

    sheet.grid.restyle(area.rows, area.columns, ruled)
    return {}


_VALUE_COUNTS = {"ONE_OF_RANGE": (1, 1), "ONE_OF_LIST": (1, None), "BOOLEAN": (0, 2), "CUSTOM_FORMULA": (1, 1)}


def _check_rule(rule: Json) -> None:
    condition = rule.get("condition", {})
    kind = condition.get("type", "CONDITION_TYPE_UNSPECIFIED")
    if kind == "CONDITION_TYPE_UNSPECIFIED":
        raise RefusedError("rule.condition.type must be specified.")
    least, most = _VALUE_COUNTS.get(kind, (0, 2))
    count = len(condition.get("values", []))
    if count < least or (most is not None and count > most):
        raise RefusedError(f"Invalid number of values for a condition of type {kind}: {count}")


KINDS = {"updateBorders": update_borders, "setDataValidation": set_data_validation}
