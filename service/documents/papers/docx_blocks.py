"""A filled document as blocks from the top: paragraphs, lines of cells, tables of ours, new pages.

The preview and the .xlsx of a paper are made of them, so that they say what the .docx says.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from service.documents.papers.read_back import text_of
from service.documents.papers.table_fitting import row_titles
from service.domain.papers.records import PaperTable

if TYPE_CHECKING:
    from docx.document import Document

USUAL_SIZE = 14.0
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ALIGNED = {"center": "center", "right": "right", "end": "right", "both": "justify"}


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph: its words, where and how they are written."""

    words: str
    align: str = "left"  # "left", "center", "right" or "justify"
    size: float = USUAL_SIZE
    bold: bool = False
    italic: bool = False
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """A line of cells without meaning as a table: the head, the signature."""

    cells: tuple[tuple[Para, ...], ...]


@dataclass(frozen=True, slots=True)
class NewPage:
    """A new page begins; what follows lies across, or is upright."""

    landscape: bool


Block: TypeAlias = Para | Cells | PaperTable | NewPage


def blocks(document: bytes, tables: Sequence[PaperTable]) -> list[Block]:
    """Return the blocks of a .docx; a table that shows one of ours is that one."""
    from docx import Document  # noqa: PLC0415 – most processes fill no template

    return list(_blocks(Document(io.BytesIO(document)), list(tables)))


def _blocks(document: Document, wanted: list[PaperTable]) -> Iterator[Block]:
    body = document.element.body
    sections = [_lies_across(one) for one in body.iter(f"{_W}sectPr")]
    yield NewPage(sections[0])
    section = 0
    fresh = True
    for one in body.iterchildren():
        if one.tag == f"{_W}tbl":
            yield from _table(one, wanted)
            fresh = False
        elif one.tag == f"{_W}p":
            if not fresh and one.find(f"{_W}pPr/{_W}pageBreakBefore") is not None:
                yield NewPage(sections[section])
            yield para(one)
            fresh = False
            if one.find(f"{_W}pPr/{_W}sectPr") is not None:
                section += 1
                yield NewPage(sections[section])
                fresh = True


def _lies_across(section: Any) -> bool:  # noqa: ANN401 – lxml has no types
    size = section.find(f"{_W}pgSz")
    return size is not None and int(size.get(f"{_W}w")) > int(size.get(f"{_W}h"))


def _table(found: Any, wanted: list[PaperTable]) -> Iterator[Block]:  # noqa: ANN401 – lxml has no types
    rows = list(found.iterchildren(f"{_W}tr"))
    titles = row_titles(rows[0]) if rows else []
    ours = next((one for one in wanted if [column.title for column in one.columns] == titles), None)
    if ours is not None:
        wanted.remove(ours)
        yield ours
        return
    for row in rows:
        cells = row.iterchildren(f"{_W}tc")
        yield Cells(tuple(tuple(map(para, cell.iterchildren(f"{_W}p"))) for cell in cells))


def para(found: Any) -> Para:  # noqa: ANN401 – lxml has no types
    """Return a paragraph of the document."""
    justified = found.find(f"{_W}pPr/{_W}jc")
    runs = [one for one in found.iterchildren(f"{_W}r") if one.find(f"{_W}t") is not None]
    sizes = [one.find(f"{_W}rPr/{_W}sz") for one in runs]
    size = next((float(one.get(f"{_W}val")) / 2 for one in sizes if one is not None), USUAL_SIZE)
    return Para(
        text_of(found).strip("\n"),
        _ALIGNED.get(justified.get(f"{_W}val"), "left") if justified is not None else "left",
        size,
        *(_all(runs, name) for name in ("b", "i", "u")),
    )


def _all(runs: Sequence[Any], name: str) -> bool:
    """Return True if every run of a paragraph is written so."""
    found = [one.find(f"{_W}rPr/{_W}{name}") for one in runs]
    return bool(found) and all(one is not None and one.get(f"{_W}val") not in ("0", "false", "none") for one in found)
