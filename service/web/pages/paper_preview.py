"""A paper on a page: its blocks as the classes of a style sheet, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.documents.papers.docx_blocks import Block, Cells, NewPage, Para
from service.domain.papers.records import PaperRow, PaperTable
from service.papers.making import shown_of


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One block as a template shows it."""

    kind: str  # "para", "cells" or "table"
    para: Para | None = None
    cells: tuple[tuple[Para, ...], ...] = ()
    table: PaperTable | None = None
    rows: Sequence[PaperRow] = ()  # those of the table that are shown
    left: int = 0  # those that are not


@dataclass(slots=True)
class PreviewPage:
    """What begins on a page of its own."""

    landscape: bool
    parts: list[PreviewPart] = field(default_factory=list)


def preview_of(found: Sequence[Block], *, is_whole: bool) -> list[PreviewPage]:
    """Return the pages of a paper, whole or with the first rows of long tables."""
    pages: list[PreviewPage] = []
    for block in found:
        if isinstance(block, NewPage):
            pages.append(PreviewPage(block.landscape))
        elif isinstance(block, Cells):
            pages[-1].parts.append(PreviewPart("cells", cells=block.cells))
        elif isinstance(block, Para):
            pages[-1].parts.append(PreviewPart("para", para=block))
        else:
            shown = block.rows if is_whole else block.rows[: shown_of(block.rows)]
            pages[-1].parts.append(PreviewPart("table", table=block, rows=shown, left=len(block.rows) - len(shown)))
    return [page for page in pages if page.parts]


def classes_of(para: Para) -> str:
    """Return the classes of a paragraph."""
    marks = [name for name in ("bold", "italic", "underline") if getattr(para, name)]
    return " ".join([f"at-{para.align}", *marks])
