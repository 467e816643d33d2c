"""Writing values into cells, RAW or as typed, under the cell's own format."""

from service.embedded.api_errors import Json, JsonValue, RefusedError
from service.embedded.book import entry
from service.embedded.book.locales import rules_of
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.book.sheet_grid import Value

LONGEST_TEXT = 50_000


class Writer:
    """Puts values into the cells of one spreadsheet."""

    def __init__(self, book: Book, *, typed: bool) -> None:
        self._book = book
        self.work = book.work
        self.typed = typed
        self._rules = rules_of(book.locale)
        self._formats: dict[tuple[int, str], int] = {}

    def put(self, sheet: SheetTab, row: int, column: int, value: JsonValue) -> None:
        """Put one JSON value into a cell; an empty text empties it."""
        if isinstance(value, str):
            check_length(value)
        if not self.typed:
            sheet.grid.set_value(row, column, stored(value))
            return
        style = sheet.grid.style(row, column)
        body = self._book.styles.body(style)
        number_format = body.get("format", {}).get("numberFormat")
        if (number_format or {}).get("type") == "TEXT" and not _is_tick(body, value):
            sheet.grid.set_value(row, column, stored(as_text(value)))
        elif isinstance(value, str):
            self._type(sheet, row, column, value, plain=number_format is None)
        else:
            sheet.grid.set_value(row, column, stored(value))

    def put_row(self, sheet: SheetTab, number: int, left: int, values: list[JsonValue]) -> None:
        """Put JSON values into a row as they are; a cell that is given nothing keeps what it holds."""
        row = sheet.grid.row(number)
        kept = [] if row is None else row.values[left : left + len(values)]
        put: list[Value] = []
        for place, value in enumerate(values):
            if value is None:
                put.append(kept[place] if place < len(kept) else None)
            elif isinstance(value, str):
                check_length(value)
                put.append(value or None)
            else:
                put.append(stored(value))
        sheet.grid.set_values(number, left, put)

    def _type(self, sheet: SheetTab, row: int, column: int, text: str, *, plain: bool) -> None:
        found = entry.typed(text, self._rules)
        sheet.grid.set_value(row, column, stored(found.value))
        if plain and found.number_format:
            style = sheet.grid.style(row, column)
            sheet.grid.set_style(row, column, self._with_format(style, found.number_format))

    def _with_format(self, style: int, number_format: Json) -> int:
        key = (style, str(number_format))
        if key not in self._formats:
            body = self._book.styles.body(style)
            changed = body | {"format": body.get("format", {}) | {"numberFormat": number_format}}
            self._formats[key] = self._book.styles.id_of(changed)
        return self._formats[key]


def _is_tick(style: Json, value: JsonValue) -> bool:
    condition = style.get("validation", {}).get("condition", {})
    truth = isinstance(value, bool) or (isinstance(value, str) and value.strip().upper() in ("TRUE", "FALSE"))
    return truth and condition.get("type") == "BOOLEAN" and not condition.get("values")


def as_text(value: JsonValue) -> JsonValue:
    """Return what a text cell makes of a value."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(stored(value))
    return value.removeprefix("'") if isinstance(value, str) else value


def stored(value: JsonValue) -> JsonValue:
    """Return a value as cells keep it: whole numbers as integers, an empty text as nothing."""
    if value == "" or value is None:
        return None
    if isinstance(value, int | float) and not abs(value) < 10**308:
        raise RefusedError("A number is too large to be kept.")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return float(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def check_length(text: str) -> None:
    """Refuse a text no cell can hold."""
    if len(text) > LONGEST_TEXT:
        raise RefusedError(f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a single cell.")
