"""Tables of a filled document brought to the widths of the paper's columns; the header row repeats on every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from service.documents.papers.read_back import text_of
from service.documents.text_size import height_of, line_count
from service.domain.papers.records import Align, PaperTable

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TWIPS = 1440 / 25.4  # a millimetre
KEPT_WHOLE = 130.0  # points: a row that is no higher is not cut by the end of a page
SIZE = 12.0  # of letters at most


def fit_tables(document: Document, tables: Sequence[PaperTable]) -> None:
    """Give every table that shows a table of ours, by its titles, its widths; others are an office's own."""
    wanted, fitted = list(tables), list[Any]()
    for found in document.element.body.iter(f"{_W}tbl"):
        rows = list(found.iterchildren(f"{_W}tr"))
        titles = row_titles(rows[0]) if rows else []
        ours = next((one for one in wanted if [column.title for column in one.columns] == titles), None)
        if ours is not None:
            wanted.remove(ours)
            _fit(found, rows, ours)
            fitted.append(found)
    _keep_signature(document.element.body, fitted)


def _keep_signature(body: Any, fitted: Sequence[Any]) -> None:  # noqa: ANN401 – lxml has no types
    """Keep the cells at the end, who signs, on one page with the last words before them."""
    tables = body.findall(f"{_W}tbl")
    if not tables:
        return
    if tables[-1] not in fitted:
        for row in tables[-1].iterchildren(f"{_W}tr"):
            _set_row(row, "cantSplit")
    for before in tables[-1].itersiblings(f"{_W}p", f"{_W}tbl", preceding=True):
        if before.tag == f"{_W}tbl":
            return
        _keep_with_next(_properties(before))
        if any(one.text for one in before.iter(f"{_W}t")):
            return


def row_titles(row: Any) -> list[str]:  # noqa: ANN401 – lxml has no types
    """Return the words of a row's cells."""
    return ["".join(one.text or "" for one in cell.iter(f"{_W}t")) for cell in row.iterchildren(f"{_W}tc")]


def _fit(found: Any, rows: Sequence[Any], ours: PaperTable) -> None:  # noqa: ANN401 – lxml has no types
    twips = [round(column.width * TWIPS) for column in ours.columns]
    grid = found.find(f"{_W}tblGrid")
    for column in list(grid):
        grid.remove(column)
    for width in twips:
        grid.append(grid.makeelement(f"{_W}gridCol", {f"{_W}w": str(width)}))
    for row in rows:
        at = 0
        for cell in row.iterchildren(f"{_W}tc"):
            span = _span(cell)
            _set_width(cell, sum(twips[at : at + span]), span)
            if span == 1 and row is not rows[0] and ours.columns[min(at, len(twips) - 1)].align is Align.CENTER:
                _centre(cell)
            at += span
    _keep_together(rows, [column.width for column in ours.columns])
    # what follows a table, such as the signature, is not alone on a page, nor below titles and the heading of no row
    last = [rows[-1]]
    while len(last) < len(rows) - 1 and len(row_titles(last[-1])) == 1:
        last.append(rows[-1 - len(last)])
    for row in last:
        for cell in row.iterchildren(f"{_W}tc"):
            for properties in _paragraph_properties(cell):
                _keep_with_next(properties)


def _keep_with_next(properties: Any) -> None:  # noqa: ANN401 – lxml has no types
    if properties.find(f"{_W}keepNext") is None:
        properties.insert(1 if properties.find(f"{_W}pStyle") is not None else 0, _made(properties, "keepNext"))


def _keep_together(rows: Sequence[Any], widths: Sequence[float]) -> None:
    """Let the titles repeat on every page, and no row be cut by its end unless it is high."""
    _set_row(rows[0], "tblHeader")
    for row in rows:
        if _height(row, widths) <= KEPT_WHOLE:
            _set_row(row, "cantSplit")


def _height(row: Any, widths: Sequence[float]) -> float:  # noqa: ANN401 – lxml has no types
    """Return about how high a row is in points."""
    lines, at = 1, 0
    for cell in row.iterchildren(f"{_W}tc"):
        span = _span(cell)
        words = "\n".join(text_of(one) for one in cell.iterchildren(f"{_W}p"))
        lines = max(lines, line_count(words, sum(widths[at : at + span]), SIZE))
        at += span
    return height_of(lines, SIZE)


def _span(cell: Any) -> int:  # noqa: ANN401 – lxml has no types
    found = next(cell.iter(f"{_W}gridSpan"), None)
    return int(found.get(f"{_W}val")) if found is not None else 1


def _set_width(cell: Any, width: int, span: int) -> None:  # noqa: ANN401 – lxml has no types
    """Set a cell's width; its properties are in the order that Word asks for."""
    properties = cell.find(f"{_W}tcPr")
    if properties is None:
        properties = cell.makeelement(f"{_W}tcPr", {})
        cell.insert(0, properties)
    for one in [*properties.findall(f"{_W}tcW"), *properties.findall(f"{_W}gridSpan")]:
        properties.remove(one)
    if span > 1:
        properties.insert(0, properties.makeelement(f"{_W}gridSpan", {f"{_W}val": str(span)}))
    properties.insert(0, properties.makeelement(f"{_W}tcW", {f"{_W}w": str(width), f"{_W}type": "dxa"}))


def _centre(cell: Any) -> None:  # noqa: ANN401 – lxml has no types
    for properties in _paragraph_properties(cell):
        for one in properties.findall(f"{_W}jc"):
            properties.remove(one)
        made = properties.makeelement(f"{_W}jc", {f"{_W}val": "center"})
        after = [one for one in properties if one.tag in (f"{_W}rPr", f"{_W}sectPr", f"{_W}pPrChange")]
        properties.insert(list(properties).index(after[0]) if after else len(properties), made)


def _paragraph_properties(cell: Any) -> Iterator[Any]:  # noqa: ANN401 – lxml has no types
    yield from map(_properties, cell.iterchildren(f"{_W}p"))


def _properties(paragraph: Any) -> Any:  # noqa: ANN401 – lxml has no types
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        properties = paragraph.makeelement(f"{_W}pPr", {})
        paragraph.insert(0, properties)
    return properties


def _made(beside: Any, name: str) -> Any:  # noqa: ANN401 – lxml has no types
    return beside.makeelement(f"{_W}{name}", {})


def _set_row(row: Any, name: str) -> None:  # noqa: ANN401 – lxml has no types
    properties = row.find(f"{_W}trPr")
    if properties is None:
        properties = row.makeelement(f"{_W}trPr", {})
        row.insert(0, properties)
    if properties.find(f"{_W}{name}") is None:
        properties.append(_made(properties, name))
