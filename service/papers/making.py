"""A paper handed out as a file: its template chosen, filled, read back, and as .xlsx or .pdf where that is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from service.documents.papers.clean_words import clean_paper, clean_table
from service.documents.papers.docx_blocks import Block, blocks
from service.documents.papers.paper_sheets import write_sheets
from service.documents.papers.template_filling import fill
from service.documents.pdf_conversion import to_pdf
from service.domain.papers import Paper, PaperContent, PaperName
from service.domain.papers.records import Words
from service.papers.templates import template_in_use
from service.workspace import Workspace
from sheets_schema.wording import SHEET_LANGUAGE, Language, text

MOST_WHOLE, FIRST_ROWS = 80, 30  # rows of a table that is shown whole; those of a longer one


class PaperKind(StrEnum):
    """The kinds of files a paper is handed out as."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"


MEDIA_TYPES = {
    PaperKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    PaperKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PaperKind.PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A filled paper."""

    paper: Paper
    document: bytes  # .docx
    left: int = 0  # items of lists in its text that are not shown

    def blocks(self) -> list[Block]:
        """Return what it shows, block by block."""
        return blocks(self.document, tuple(map(clean_table, self.paper.tables)))

    def file(self, kind: PaperKind) -> bytes:
        """Return it as a file; PaperError where this machine cannot make that kind."""
        if kind is PaperKind.PDF:
            return to_pdf(self.document)
        if kind is PaperKind.XLSX:
            return write_sheets(name_words(self.paper.name), self.blocks(), clean_paper(self.paper).figures)
        return self.document


def make(workspace: Workspace, paper: Paper) -> MadePaper:
    """Fill the template in use; TemplateError with the place of its fault, PaperError where it loses something."""
    return MadePaper(paper, fill(template_in_use(workspace, paper.name), paper))


def make_shown(workspace: Workspace, paper: Paper) -> MadePaper:
    """Fill the template as `make` does, with the first rows of long tables and lists: to be looked at."""
    tables = tuple(replace(one, rows=one.rows[: shown_of(one.rows)]) for one in paper.tables)
    texts, left = _first_named(paper.texts)
    short = replace(paper, texts=texts, tables=tables, figures=())  # which no template shows
    return replace(make(workspace, short), paper=paper, left=left)


def shown_of(rows: Sequence[object]) -> int:
    """Return how many rows of a table, or items of a list, a page shows until all are asked for."""
    return len(rows) if len(rows) <= MOST_WHOLE else FIRST_ROWS


def _first_named(words: Mapping[str, Words]) -> tuple[dict[str, Words], int]:
    found = {name: _first(one) for name, one in words.items()}
    return {name: one for name, (one, _) in found.items()}, sum(left for _, left in found.values())


def _first(words: Words) -> tuple[Words, int]:
    """Return words with the first items of each long list, and how many items are left out."""
    if isinstance(words, str):
        return words, 0
    if isinstance(words, Mapping):
        return _first_named(words)
    shown = [_first(one) for one in words[: shown_of(words)]]
    return [one for one, _ in shown], len(words) - len(shown) + sum(left for _, left in shown)


def name_words(name: PaperName, language: Language = SHEET_LANGUAGE) -> str:
    """Return what papers of a name are called."""
    return text(f"papers.name_{name.value}", language)


def file_name(paper: Paper, content: PaperContent, kind: PaperKind, season: str = "") -> str:
    """Return the name of its file: the season beside the main one, the paper, the unit, the count moment."""
    local: datetime = content.at.astimezone(content.campaign.zone)
    words = "-".join(filter(None, ("tonghop", season, paper.name.value, *paper.file_words)))
    return f"{words}-{local:%Y%m%d-%H%M}.{kind.value}"
