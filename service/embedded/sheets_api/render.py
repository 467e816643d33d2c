"""Values as answers show them: effective, formatted, or as entered."""

from dataclasses import dataclass
from enum import StrEnum

from service.embedded.api_errors import Json, JsonValue
from service.embedded.book import display
from service.embedded.book.display import DATE_TYPES
from service.embedded.book.open_book import Book, SheetTab
from service.embedded.formulas.calculation import Calculator
from service.embedded.formulas.cell_errors import CellError


class ValueRender(StrEnum):
    """What is wanted of a value."""

    FORMATTED = "FORMATTED_VALUE"
    UNFORMATTED = "UNFORMATTED_VALUE"
    FORMULA = "FORMULA"


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What is wanted of values, and whether dates are wanted as text."""

    value: ValueRender = ValueRender.FORMATTED
    dates_as_text: bool = False

    @classmethod
    def of(cls, query: Json, prefix: str = "") -> "RenderOptions":
        """Return the options of a query or body; the prefix is that of responses to writes."""

        def named(name: str) -> str:
            return prefix + name[0].upper() + name[1:] if prefix else name

        value = ValueRender(query.get(named("valueRenderOption"), ValueRender.FORMATTED))
        return cls(value, query.get(named("dateTimeRenderOption")) == "FORMATTED_STRING")


class Renderer:
    """Shows the cells of one spreadsheet; formulas are computed once each."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._locale = book.locale
        self.calculator = Calculator(book)

    def effective(self, sheet: SheetTab, row: int, column: int, value: JsonValue) -> JsonValue:
        """Return the value a cell has: what was entered, or what its formula gives."""
        return self.calculator.value(sheet, row, column, value.get("f", "")) if isinstance(value, dict) else value

    def formatted(self, value: JsonValue, style: int, hint: Json | None = None) -> str:
        """Return an effective value as it is shown."""
        if isinstance(value, str):
            return value
        if isinstance(value, CellError):
            return value.code
        number_format = self.number_format(style) or hint
        return display.text_of(value, number_format, self._locale)

    def number_format(self, style: int) -> Json | None:
        """Return a style's number format."""
        if not style:
            return None
        found: Json | None = self.book.styles.body(style).get("format", {}).get("numberFormat")
        return found

    def hint(self, sheet: SheetTab, row: int, column: int, value: JsonValue) -> Json | None:
        """Return the format a formula's result brings when its cell has none."""
        if not isinstance(value, dict):
            return None
        return self.calculator.number_format(sheet, row, column, value.get("f", ""))

    def link(self, sheet: SheetTab, row: int, column: int, value: JsonValue) -> str | None:
        """Return the address that a cell's formula leads to."""
        return self.calculator.link(sheet, row, column, value.get("f", "")) if isinstance(value, dict) else None

    def shown(
        self, sheet: SheetTab, row: int, column: int, cell: tuple[JsonValue, int], options: RenderOptions
    ) -> JsonValue:
        """Return a cell as the values methods answer it."""
        value, style = cell
        if value is None:
            return ""
        if options.value is ValueRender.FORMULA and isinstance(value, dict):
            return value.get("f", "")
        effective = self.effective(sheet, row, column, value)
        if options.value is ValueRender.FORMATTED:
            return self.formatted(effective, style, self.hint(sheet, row, column, value))
        if isinstance(effective, CellError):
            return effective.code
        if options.dates_as_text and isinstance(effective, int | float) and not isinstance(effective, bool):
            number_format = self.number_format(style) or self.hint(sheet, row, column, value)
            if (number_format or {}).get("type") in DATE_TYPES:
                return display.text_of(effective, number_format, self._locale)
        return "" if effective is None else effective
