"""A paper on a page: its blocks as the classes of a style sheet, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.documents.papers.docx_blocks import Block, Cells, NewPage, Para
from service.domain.papers.records import PaperTable

SHOWN_ROWS = 300  # of a table; the file has them all


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One block as a template shows it."""

    kind: str  # "para", "cells" or "table"
    para: Para | None = None
    cells: tuple[tuple[Para, ...], ...] = ()
    table: PaperTable | None = None
    left: int = 0  # rows that are not shown


@dataclass(slots=True)
class PreviewPage:
    """What begins on a page of its own."""

    landscape: bool
    parts: list[PreviewPart] = field(default_factory=list)


def preview_of(found: Sequence[Block]) -> list[PreviewPage]:
    """Return the pages of a paper."""
    pages: list[PreviewPage] = []
    for block in found:
        if isinstance(block, NewPage):
            pages.append(PreviewPage(block.landscape))
        elif isinstance(block, Cells):
            pages[-1].parts.append(PreviewPart("cells", cells=block.cells))
        elif isinstance(block, Para):
            pages[-1].parts.append(PreviewPart("para", para=block))
        else:
            left = max(0, len(block.rows) - SHOWN_ROWS)
            pages[-1].parts.append(PreviewPart("table", table=block, left=left))
    return [page for page in pages if page.parts]


def classes_of(para: Para) -> str:
    """Return the classes of a paragraph."""
    marks = [name for name in ("bold", "italic", "underline") if getattr(para, name)]
    return " ".join([f"at-{para.align}", *marks])
