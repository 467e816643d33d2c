"""How a tab was made: where its parts stood when we last wrote it. Kept on the tab, so that a later template knows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sheets_schema.layout import HeadingStyle, TabLayout
from sheets_schema.reading.headers import plain

Cell = tuple[int, int]  # zero-based row and column
FREE = "free:"  # before the key of a free row, among the keys of fixed rows


@dataclass(frozen=True, slots=True)
class FieldShape:
    """Where a field's label stood; the value directly right of it."""

    key: str
    row: int
    column: int
    label: str  # the mark of its words


@dataclass(frozen=True, slots=True)
class TabShape:
    """The places of a tab's parts; words are kept as marks, short and the same whatever the case."""

    header: int
    columns: tuple[tuple[str, str], ...]  # key and the mark of the title
    fields: tuple[FieldShape, ...]
    wording: tuple[Cell, ...]  # our heading lines
    date_line: Cell | None  # the unit fills it in
    fixed: tuple[str, ...]  # keys of the fixed rows
    signature: tuple[int, str]  # its column and the mark of its words

    @property
    def places(self) -> object:
        """What must be the same for a template to be laid over the tab without moving anything."""
        fields = [(field.key, field.row, field.column) for field in self.fields]
        keys = [key for key, _ in self.columns]
        return self.header, keys, fields, self.wording, self.date_line, self.fixed, self.signature[0]

    @property
    def upper(self) -> object:
        """The places above the table."""
        fields = [(field.key, field.row, field.column) for field in self.fields]
        return self.header, fields, self.wording, self.date_line

    def encode(self) -> str:
        """Return the shape as a short text."""
        fields = [[field.key, field.row, field.column, field.label] for field in self.fields]
        parts = [self.header, self.columns, fields, self.wording, self.date_line, self.fixed, self.signature]
        return json.dumps(parts, separators=(",", ":"))


def mark(words: str) -> str:
    """Return a short mark by which words are known again."""
    return hashlib.sha256(plain(words).encode()).hexdigest()[:8]


def shape_of(layout: TabLayout) -> TabShape:
    """Return the shape of a tab that is made by a layout."""
    lines = [(line.style, (line.box.start_row, line.box.start_column)) for line in layout.headings]
    return TabShape(
        header=layout.header_row,
        columns=tuple((column.key, mark(column.title)) for column in layout.form.columns),
        fields=tuple(
            FieldShape(place.field.key, place.row, place.label_column, mark(place.field.label))
            for place in layout.fields
        ),
        wording=tuple(cell for style, cell in lines if style is not HeadingStyle.PLACE_DATE),
        date_line=next((cell for style, cell in lines if style is HeadingStyle.PLACE_DATE), None),
        fixed=tuple(FREE + fixed.free.key if fixed.free else fixed.code for fixed in layout.fixed_rows),
        signature=(layout.signature.start_column, mark(layout.form.signature)),
    )


def decode(text: str) -> TabShape | None:
    """Return the shape a text holds; None for a text that is no shape of ours."""
    try:
        header, columns, fields, wording, date_line, fixed, signature = json.loads(text)
        return TabShape(
            header=int(header),
            columns=tuple((str(key), str(title)) for key, title in columns),
            fields=tuple(FieldShape(str(key), int(row), int(column), str(m)) for key, row, column, m in fields),
            wording=tuple((int(row), int(column)) for row, column in wording),
            date_line=(int(date_line[0]), int(date_line[1])) if date_line else None,
            fixed=tuple(map(str, fixed)),
            signature=(int(signature[0]), str(signature[1])),
        )
    except (ValueError, TypeError, IndexError, KeyError):
        return None
