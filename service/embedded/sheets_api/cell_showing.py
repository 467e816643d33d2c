"""Cells shown as CellData, as far as a mask asks for them."""

from itertools import zip_longest
from typing import NamedTuple

from service.embedded import json_text
from service.embedded.api_errors import Json
from service.embedded.book.open_book import SheetTab
from service.embedded.book.sheet_grid import GridRow, Value
from service.embedded.book.styles import PLAIN
from service.embedded.contract import masks
from service.embedded.contract.masks import Tree
from service.embedded.sheets_api.cells import EXTRAS, extended
from service.embedded.sheets_api.render import Renderer

_VALUES = ("userEnteredValue", "effectiveValue")
_FORMATS = ("userEnteredFormat", "effectiveFormat", "dataValidation")
_OUTPUT_ONLY = frozenset({"effectiveValue", "formattedValue", "effectiveFormat", "hyperlink"})
_SHOWN = _OUTPUT_ONLY.union(_VALUES, _FORMATS)  # what is made as far as it is wanted
_SAMPLES: dict[type, Value] = {str: "a", int: 1, float: 0.5, bool: True}  # of values that are shown as they are


class _Form(NamedTuple):
    """What cells of one style have in common whose values are of one type, and where their values are shown."""

    common: Json
    kind: str
    values: tuple[str, ...]
    is_formatted: bool


class CellShower:
    """Shows cells as CellData, computing only what the mask asks for; cells that are alike may be one object."""

    def __init__(self, renderer: Renderer, tree: Tree | None) -> None:
        self._book = renderer.book
        self._tree = tree
        self._renderer = renderer
        self._wanted = frozenset(name for name in _SHOWN if masks.wants(tree, name))
        self._shows_formats = not self._wanted.isdisjoint(_FORMATS)
        self._has_beside = any(masks.wants(tree, name) for name in EXTRAS)
        self._blank: dict[int, Json] = {}  # a cell without value and extras, by its style
        self._forms: dict[tuple[int, type], _Form] = {}
        self._weights: dict[int, int] = {}  # a style's characters
        self._characters = 0  # of all that was shown since they were asked for

    @property
    def shows_values_alone(self) -> bool:
        """Return True if neither the style of a cell nor what is beside its value makes a difference."""
        return not self._has_beside and self._wanted <= frozenset(_VALUES)

    def take_characters(self) -> int:
        """Return how many characters were shown since the last time."""
        count, self._characters = self._characters, 0
        return count

    def row(self, sheet: SheetTab, number: int, row: GridRow, columns: range) -> list[Json]:
        """Return the cells of a row of a tab whose formulas fill no other cells."""
        if self._has_beside and row.extras:
            return [self.show(sheet, number, column) for column in columns]
        values = row.values[columns.start : columns.stop]
        styles = row.styles[columns.start : columns.stop]
        return [
            self._plain(sheet, (number, column), value, style or PLAIN)
            for column, (value, style) in enumerate(zip_longest(values, styles), start=columns.start)
        ]

    def _plain(self, sheet: SheetTab, place: tuple[int, int], value: Value, style: int) -> Json:
        """Return a cell with nothing beside its value."""
        if value is None or type(value) not in _SAMPLES:
            return self._any(sheet, place, (value, style, {}))
        key = (style, type(value))
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._form(sheet, place, key)
        if self._shows_formats:
            self._characters += self._weight(style)
        if not form.values and not form.is_formatted:
            return form.common
        shown = form.common.copy()
        for name in form.values:
            shown[name] = {form.kind: value}
        if form.is_formatted:
            shown["formattedValue"] = self._renderer.formatted(value, style)
        self._characters += _characters(shown, {})
        return shown

    def _form(self, sheet: SheetTab, place: tuple[int, int], key: tuple[int, type]) -> _Form:
        style, sort = key
        sample = _SAMPLES[sort]
        (kind,) = extended(sample)
        shown = self._shown(sheet, *place, (sample, style, {}))
        values = tuple(name for name in _VALUES if kind in shown.get(name, {}))
        return _Form(shown, kind, values, "formattedValue" in shown)

    def show(self, sheet: SheetTab, row: int, column: int) -> Json:
        """Return one cell."""
        grid = sheet.grid
        cell = grid.value(row, column), grid.style(row, column), grid.beside(row, column)
        return self._any(sheet, (row, column), cell)

    def _any(self, sheet: SheetTab, place: tuple[int, int], cell: tuple[Value, int, Json]) -> Json:
        value, style, beside = cell
        if self._shows_formats:
            self._characters += self._weight(style)
        if value is not None or beside or sheet.spreads:
            shown = self._shown(sheet, *place, cell)
            self._characters += _characters(shown, beside)
            return shown
        known = self._blank.get(style)
        if known is None:
            known = self._blank[style] = self._shown(sheet, *place, (None, style, {}))
        return known

    def _weight(self, style: int) -> int:
        """Return about how many characters a style is shown by; its format is shown twice, with what comes of it."""
        weight = self._weights.get(style)
        if weight is None:
            body = self._book.styles.body(style)
            texts = json_text.dumped(body), json_text.dumped(body.get("format", {}))
            weight = self._weights[style] = sum(map(len, texts))
        return weight

    def _shown(self, sheet: SheetTab, row: int, column: int, cell: tuple[Value, int, Json]) -> Json:
        value, style, beside = cell
        body = self._book.styles.body(style)
        wanted = self._wanted
        shown: Json = {}
        if value is not None and "userEnteredValue" in wanted:
            shown["userEnteredValue"] = extended(value)
        if wanted & _OUTPUT_ONLY:
            shown |= self._effective(sheet, row, column, (value, style))
        if "format" in body and "userEnteredFormat" in wanted:
            shown["userEnteredFormat"] = body["format"]
        if "validation" in body and "dataValidation" in wanted:
            shown["dataValidation"] = body["validation"]
        shown |= beside
        picked: Json = masks.pick(self._tree, shown)
        return picked

    def _effective(self, sheet: SheetTab, row: int, column: int, cell: tuple[Value, int]) -> Json:
        value, style = cell
        shown: Json = {}
        wanted = self._wanted
        body = self._book.styles.body(style)
        if value is None and sheet.spreads:
            value = self._renderer.calculator.spread(sheet).get(row, {}).get(column)
        if value is not None:
            effective = self._renderer.effective(sheet, row, column, value)
            shown["effectiveValue"] = extended("" if effective is None else effective)
            if "formattedValue" in wanted:
                hint = self._renderer.hint(sheet, row, column, value)
                shown["formattedValue"] = self._renderer.formatted(effective, style, hint)
            link = self._renderer.link(sheet, row, column, value)
            link = link or body.get("format", {}).get("textFormat", {}).get("link", {}).get("uri")
            if link:
                shown["hyperlink"] = link
        if "effectiveFormat" in wanted and (value is not None or body.get("format")):
            shown["effectiveFormat"] = merged_format(self._book.props["defaultFormat"], body.get("format", {}))
        return shown


def _characters(shown: Json, beside: Json) -> int:
    count = len(shown.get("formattedValue", "")) + (len(json_text.dumped(beside)) if beside else 0)
    for name in _VALUES:
        for value in shown.get(name, {}).values():
            count += len(value) if isinstance(value, str) else 0
    return count


def merged_format(default: Json, own: Json) -> Json:
    """Return a format with its own fields over the default's."""
    merged = dict(default)
    for key, value in own.items():
        if key == "textFormat" and isinstance(value, dict):
            merged[key] = {**merged.get(key, {}), **value}
        else:
            merged[key] = value
    return merged
