"""Borders and data validation."""

from functools import partial
from itertools import pairwise, product

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book import colours
from service.embedded.book.open_book import Book
from service.embedded.book.ranges import GridArea
from service.embedded.sheets_api.cells import check_style
from service.embedded.sheets_api.kinds import targets

_SIDES = ("top", "bottom", "left", "right", "innerHorizontal", "innerVertical")


def update_borders(book: Book, given: Json) -> Json:
    """Do updateBorders: the edges of the area and the lines within it; a border of style NONE is taken away."""
    sheet, area = targets.editable(book, given)
    targets.cell_by_cell(book, area, steps=4)
    wanted = {side: colours.whole_border({}, given[side]) for side in _SIDES if side in given}
    for rows, columns in product(_edges_and_inside(area.rows), _edges_and_inside(area.columns)):
        if borders := _borders_of(area, rows, columns, wanted):
            sheet.grid.restyle(rows, columns, partial(_with_borders, book, borders))
    return {}


def _edges_and_inside(span: range) -> list[range]:
    """Return the first of a span, what lies between, and the last, as far as there are such."""
    cuts = sorted({span.start, span.start + 1, span.stop - 1, span.stop})
    return [range(start, stop) for start, stop in pairwise(cuts)] if span else []


def _borders_of(area: GridArea, rows: range, columns: range, wanted: dict[str, Json]) -> dict[str, Json]:
    """Return the borders of cells that all lie at the same edges of an area."""
    sides = {
        "top": "top" if rows.start == area.rows.start else "innerHorizontal",
        "bottom": "bottom" if rows.stop == area.rows.stop else "innerHorizontal",
        "left": "left" if columns.start == area.columns.start else "innerVertical",
        "right": "right" if columns.stop == area.columns.stop else "innerVertical",
    }
    return {edge: wanted[side] for edge, side in sides.items() if side in wanted}


def _with_borders(book: Book, borders: dict[str, Json], old: int) -> int:
    """Return the style that one becomes."""
    body = book.styles.body(old)
    own = body.get("format", {})
    merged = own.get("borders", {}) | borders
    kept = {edge: border for edge, border in merged.items() if border.get("style", "NONE") != "NONE"}
    cell_format = {key: value for key, value in own.items() if key != "borders"} | ({"borders": kept} if kept else {})
    rest = {key: value for key, value in body.items() if key != "format"}
    return book.styles.id_of(rest | ({"format": cell_format} if cell_format else {}))


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
