"""Texts found and replaced."""

import re
from collections.abc import Callable

from service.embedded.api_errors import Json, RefusedError
from service.embedded.book.cell_writing import Writer
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.ranges import GridArea
from service.embedded.sheets_api.kinds import targets
from service.embedded.sheets_api.render import Renderer

LONGEST_FIND = 500
MOST_STEPS = 10**9
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\d*\}|\{\d{2,}")
Replace = Callable[[str], tuple[str, int]]


def find_replace(book: Book, given: Json) -> Json:
    """Do findReplace."""
    replace = _replacement(given)
    counts = {"valuesChanged": 0, "formulasChanged": 0, "occurrencesChanged": 0}
    rows: set[tuple[int, int]] = set()
    for sheet, area in _scopes(book, given):
        _replace_in(book, sheet, area, (replace, bool(given.get("includeFormulas"))), (counts, rows))
    sheets = {sheet_id for sheet_id, _ in rows}
    shown = counts | {"rowsChanged": len(rows), "sheetsChanged": len(sheets)}
    return {key: count for key, count in shown.items() if count}


def _scopes(book: Book, given: Json) -> list[tuple[SheetTab, GridArea]]:
    chosen = [key for key in ("range", "sheetId", "allSheets") if key in given and given[key] is not False]
    if len(chosen) != 1:
        raise RefusedError("Exactly one of range, sheetId and allSheets must be specified.")
    if chosen[0] == "range":
        return [targets.area(book, given)]
    sheets = book.sheets if chosen[0] == "allSheets" else [book.sheet(given["sheetId"])]
    return [(sheet, sheet.area) for sheet in sheets]


def _replacement(given: Json) -> Replace:
    find, new = given.get("find", ""), given.get("replacement", "")
    if not find:
        raise RefusedError("find must be specified.")
    flags = 0 if given.get("matchCase") else re.IGNORECASE
    by_regex = bool(given.get("searchByRegex"))
    if by_regex:
        _check_regex(find)
    pattern = re.compile(find if by_regex else re.escape(find), flags)
    new = re.sub(r"\$(\d+)", r"\\g<\1>", new.replace("\\", "\\\\")) if by_regex else new.replace("\\", "\\\\")

    unbounded = len(_UNBOUNDED.findall(find)) if by_regex else 0

    def replace(text: str) -> tuple[str, int]:
        if len(text) ** (unbounded + 1) > MOST_STEPS:
            raise RefusedError("The embedded server does not search texts this long by this expression.")
        if given.get("matchEntireCell"):
            return (pattern.sub(new, text, count=1), 1) if pattern.fullmatch(text) else (text, 0)
        try:
            return pattern.subn(new, text)
        except (re.error, IndexError) as error:
            raise RefusedError(f"Invalid replacement: {error}") from error

    return replace


def _check_regex(find: str) -> None:
    # A group repeated can take for ever on a long text; Google's engine is linear whatever is asked.
    if len(find) > LONGEST_FIND or re.search(r"\)[*+{]", find):
        raise RefusedError("The embedded server does not search by this expression: it could run without end.")
    try:
        re.compile(find)
    except re.error as error:
        raise RefusedError(f"Invalid regular expression: {error}") from error


def _replace_in(
    book: Book,
    sheet: SheetTab,
    area: GridArea,
    how: tuple[Replace, bool],
    tally: tuple[dict[str, int], set[tuple[int, int]]],
) -> None:
    (replace, with_formulas), (counts, rows) = how, tally
    writer, renderer = Writer(book, typed=True), Renderer(book)
    for number in sheet.grid.numbers_between(area.rows.start, area.rows.stop):
        row = sheet.grid.row(number)
        values = list(row.values) if row is not None else []
        for column in range(area.columns.start, min(area.columns.stop, len(values))):
            value = values[column]
            is_formula = isinstance(value, dict)
            if value is None or (is_formula and not with_formulas):
                continue
            text = value.get("f", "") if is_formula else renderer.formatted(value, sheet.grid.style(number, column))
            changed, count = replace(text)
            if not count:
                continue
            book.guard(GridArea(sheet.sheet_id, number, number + 1, column, column + 1))
            writer.put(sheet, number, column, changed)
            counts["formulasChanged" if is_formula else "valuesChanged"] += 1
            counts["occurrencesChanged"] += count
            rows.add((sheet.sheet_id, number))


KINDS = {"findReplace": find_replace}
